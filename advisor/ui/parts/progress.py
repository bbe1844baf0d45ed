"""How far the interview is, and how stable the verdict: always in sight while answering."""

from __future__ import annotations

from advisor.engine.advice import Advice, Glance
from advisor.engine.agenda import STABLE, TELLING, left_at_most, must_ask
from advisor.ui.advice import glance, matters
from advisor.ui.navigation import next_in_depth, next_telling
from advisor.ui.parts.markup import Markup, html, legend, meter, shares, show
from advisor.ui.session import Session, content
from advisor.wording import VERDICTS, WORTH_SAYING
from advisor.wording.labels import situations, verdict_name

LAST = 2
"""How many of the questions that everybody like this is asked are the last ones."""


def strip(session: Session, now: Advice | Glance | None) -> None:
    """The bar above a page: progress on the left, the verdict so far (none: not yet) and its stability."""
    lang = session.lang
    text, share = progress(session, now)
    if now is None:
        waiting = lang("none before the first answer")
        show(
            html(
                '<div class="strip"><div><p>{}</p>{}</div><div><p><span class="label">{}</span> {}</p></div></div>',
                text,
                meter(share, text),
                lang("So far:"),
                waiting,
            )
        )
        return
    firm = lang("{verdict}, in {often}", verdict=verdict_name(now.verdict, lang), often=situations(now.stability, lang))
    parts = [(verdict, now.verdict_shares.get(verdict, 0.0), verdict_name(verdict, lang)) for verdict in VERDICTS]
    # The sentence above the bar names the first part of it; what the others are stands below.
    others = [part for part in parts if part[0] != now.verdict and part[1] >= WORTH_SAYING]
    spread = "; ".join(f"{name} {lang.percent(part)}" for _, part, name in parts)
    show(
        html(
            '<div class="strip"><div><p>{}</p>{}</div><div><p><span class="label">{}</span> {}</p>{}{}</div></div>',
            text,
            meter(share, text),
            lang("So far:"),
            firm,
            shares(parts, now.verdict, lang("How stable the verdict is: {spread}", spread=spread)),
            legend(others, now.verdict, lang) if others else Markup(),
        )
    )


def progress(session: Session, now: Advice | Glance | None) -> tuple[str, float]:
    """How many questions were answered and how many are to come, in words and as a share.

    The number to come never rises, unless an answer calls for more questions than were said to be left, or someone goes
    on though the verdict is stable.
    """
    lang, known = session.lang, content()
    answered = len({question.id for question in known.questions} & session.situation.answers.keys())
    seen = {*session.situation.answers, *session.skipped}
    left = left_at_most(session.situation, session.skipped, known)
    done = lang.plural("{n} answer given", "{n} answers given", answered)
    asked = [question.id for question in must_ask(session.situation, known) if question.id not in seen]
    # Nobody is asked what can change nothing. To know that takes a while, so only the last ones are looked at.
    certain = sum(matters(one, session) for one in asked) if len(asked) <= LAST else len(asked)
    if not certain:
        if next_telling(session) is None:
            if next_in_depth(session) is not None and glance(session).stability >= STABLE:
                return lang("{answers}; enough for a verdict", answers=done), 1.0
            return lang("{answers}; what is open can hardly change the verdict", answers=done), 1.0
        telling = sum(session.deep or entry.bits >= TELLING for entry in glance(session).open_questions)
        left = _no_more(max(1, min(left, telling)), 1, session)
    elif now and (now.stability >= STABLE or not now.open_questions):
        # The verdict stands; what everybody like this is asked makes its figures theirs.
        _no_more(certain, certain, session)
        text = lang.plural(
            "{answers}; {n} more, for the figures and the plan",
            "{answers}; {n} more, for the figures and the plan",
            certain,
            answers=done,
        )
        return text, answered / (answered + certain)
    else:
        left = _no_more(left, certain, session)
    if not answered:
        return lang.plural("About {n} question to go", "About {n} questions to go", left), 0.0
    ahead = lang.plural("about {n} more", "about {n} more", left)
    return lang("{answers}, {ahead}", answers=done, ahead=ahead), answered / (answered + left)


def _no_more(left: int, certain: int, session: Session) -> int:
    """The number of questions to come: those `left`, but no more than were said before, or than are `certain`."""
    before = session.to_come
    if before is not None and not session.deep:
        left = max(certain, min(left, before))
    session.to_come = left
    return left
