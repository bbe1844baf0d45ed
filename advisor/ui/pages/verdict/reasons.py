"""Why this verdict: the reasons that weigh most, the evidence as a waterfall, and what would change it."""

from __future__ import annotations

from advisor import wording
from advisor.charts.advice import evidence_waterfall
from advisor.engine.advice import Advice, Flip
from advisor.ui.navigation import page_of
from advisor.ui.parts import plots
from advisor.ui.parts.basis import sources
from advisor.ui.parts.markup import Markup, Words, esc, html, joined, link, section, show, table
from advisor.ui.session import Session, content
from advisor.wording.labels import answer_of, evidence_grade, in_sentence, option_name, question_of, verdict_name

MOST_OPEN = 8
"""Open questions that are listed one by one."""


def heaviest(advice: Advice, session: Session) -> None:
    """The three reasons that weigh most."""
    lang = session.lang
    section(lang("The reasons that weigh most"), "reasons")
    rows, words = Markup(), Words(lang)
    for reason in wording.reasons(advice, content(), lang):
        weight = " · ".join(part for part in (reason.weight, reason.evidence) if part)
        rows += html(
            '<li>{}<p class="what">{}</p><p class="quiet">{}</p>{}</li>',
            _premise(reason.premise, words),
            words(reason.because),
            words(weight),
            sources(reason.sources, session),
        )
    if not rows:
        show(html('<p class="empty">{}</p>', lang("No rule weighs on this verdict; it rests on costs alone.")))
        return
    show(html('<ol class="reasons">{}</ol>', rows), key="reasons")


def _premise(text: str, words: Words) -> Markup:
    """What is said before a reason that does not hold in all scenarios."""
    return html('<p class="premise">{}</p>', words(text)) if text else Markup()


def waterfall(advice: Advice, session: Session) -> None:
    """What speaks for and against the recommended option, rule by rule, with sources."""
    lang = session.lang
    name = in_sentence(option_name(advice.option, content(), lang))
    section(
        lang("How the evidence adds up"),
        "evidence",
        lang("Each bar is one rule; together they give the odds of {option} by what experts say.", option=name),
    )
    plots.draw(evidence_waterfall(advice, advice.option, content(), lang), lang)
    result = wording.option_result(advice, advice.option)
    steps = result.evidence if result else ()
    rows, words = [], Words(lang)
    for step in sorted(steps, key=lambda one: -abs(one.decibans)):
        rule = content().rule(step.rule)
        sign = "+" if step.decibans >= 0 else "−"
        weight = lang("{n} decibans", n=f"{sign}{lang.number(abs(step.decibans), 2)}")
        premise = wording.premise(step.rule, step.share, advice, content(), lang)
        rows.append(
            html(
                '<li>{}<p class="what">{}</p><p class="quiet">{} · {}</p>{}</li>',
                _premise(premise, words),
                words(lang(rule.because)),
                words(weight),
                evidence_grade(rule.evidence, lang),
                sources(wording.sources(rule, content(), lang), session),
            )
        )
    if rows:
        title = lang.plural("The rule and its source", "The {n} rules and their sources", len(rows))
        show(
            html(
                '<details class="figures"><summary>{}</summary><ol class="reasons small">{}</ol></details>',
                title,
                joined(rows),
            )
        )


def changes(advice: Advice, session: Session) -> None:
    """Which answers, changed, change the verdict, and which only the option."""
    lang = session.lang
    section(lang("What would change the verdict"), "changes", lang("One answer changed, all others as they are."))
    flips = [flip for flip in advice.flips if flip.share > 0]
    verdicts = [flip for flip in flips if flip.changes_verdict]
    others = [flip for flip in flips if not flip.changes_verdict]
    if verdicts:
        show(_flips(verdicts, session), key="flips")
    else:
        show(html('<p class="empty">{}</p>', lang("No single answer would change it.")))
    if others:
        title = lang.plural(
            "{n} answer that would change only the option", "{n} answers that would change only the option", len(others)
        )
        show(html('<details class="figures"><summary>{}</summary>{}</details>', title, _flips(others, session)))
    known = {one.id: one for one in content().questions}
    left = (*advice.open_questions, *advice.to_find_out)
    asked = [known[one.question] for one in left if one.question in known]
    if asked:
        first, rest = asked[:MOST_OPEN], asked[MOST_OPEN:]
        rows = joined(
            html("<li>{}</li>", link(lang(one.text), page_of(one), session, **{"from": "verdict"})) for one in first
        )
        if rest:
            rows += html("<li>{}</li>", lang.plural("and {n} more", "and {n} more", len(rest)))
        title = lang("Open questions that can still change it, the weightiest first")
        show(html('<h3>{}</h3><ul class="open">{}</ul>', title, rows))


def _flips(flips: list[Flip], session: Session) -> Markup:
    lang = session.lang
    known = {one.id: one for one in content().questions}
    rows = []
    for flip in flips:
        text = question_of(flip.question, content(), lang)
        asked = known.get(flip.question)
        verdict, option = verdict_name(flip.verdict, lang), option_name(flip.option, content(), lang)
        rows.append(
            [
                link(text, page_of(asked), session, **{"from": "verdict"}) if asked else esc(text),
                answer_of(flip.question, flip.current, content(), lang),
                answer_of(flip.question, flip.value, content(), lang),
                html("<span><strong>{}</strong>: {}</span>", verdict, option),
                lang.percent(flip.share),
            ]
        )
    head = [lang("Question"), lang("Now"), lang("If it were"), lang("Then"), lang("Scenarios")]
    return table(head, rows, caption=lang("What would change the verdict"), numbers=(4,), kind="changes")
