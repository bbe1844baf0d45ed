"""How far the interview is, and how stable the verdict: always in sight while answering."""

from __future__ import annotations

from advisor.content.entries import Question
from advisor.engine.advice import Advice, Glance
from advisor.interview.situation import quick_path
from advisor.language import Language
from advisor.ui.navigation import next_in_depth
from advisor.ui.parts.markup import html, meter, shares, show
from advisor.ui.session import Session, content
from advisor.wording import VERDICTS
from advisor.wording.labels import scenarios, verdict_name


def strip(session: Session, question: Question | None, now: Advice | Glance | None) -> None:
    """The bar above a page: progress on the left, the verdict so far and its stability on the right, if there is one."""
    lang = session.lang
    text, share = _progress(session, question)
    if now is None:
        waiting = lang("none before the first answer")
        show(
            html(
                '<div class="strip"><div><p>{}</p>{}</div><div><p><span class="label">{}</span> {}</p></div></div>',
                text,
                meter(share, text),
                lang("Verdict so far:"),
                waiting,
            )
        )
        return
    firm = lang(
        "{verdict}, in {scenarios}",
        verdict=verdict_name(now.verdict, lang),
        scenarios=scenarios(now.stability, lang),
    )
    parts = [(verdict, now.verdict_shares.get(verdict, 0.0), verdict_name(verdict, lang)) for verdict in VERDICTS]
    spread = "; ".join(f"{name} {lang.percent(part)}" for _, part, name in parts)
    show(
        html(
            '<div class="strip"><div><p>{}</p>{}</div><div><p><span class="label">{}</span> {}</p>{}</div></div>',
            text,
            meter(share, text),
            lang("Verdict so far:"),
            firm,
            shares(parts, lang("How stable the verdict is: {spread}", spread=spread)),
        )
    )


def _progress(session: Session, question: Question | None) -> tuple[str, float]:
    lang = session.lang
    known = {question.id for question in content().questions}
    answered = sum(key in known for key in session.situation.answers)
    if question and question.quick:
        most = len(quick_path(content()))
        return lang("Question {n} of {most}", n=question.quick, most=most), question.quick / most
    # Not how many: an answer can make questions matter that did not before.
    left = next_in_depth(session) is not None
    if question:
        return _in_depth(lang, answered + (question.id not in session.situation.answers), left), answered / len(known)
    done = lang.plural("{n} answer given", "{n} answers given", answered)
    quick = quick_path(content())
    through = sum(
        question.id in session.situation.answers or question.id in session.skipped for question in quick
    ) / len(quick)
    if not left:
        return lang("{answers}; no open question can change the verdict", answers=done), 1.0
    return lang("{answers}; open questions can still change the verdict", answers=done), through


def _in_depth(lang: Language, place: int, left: bool) -> str:
    if not left:
        return lang("Question {n}; no open question can change the verdict", n=place)
    return lang("Question {n}; open questions can still change the verdict", n=place)
