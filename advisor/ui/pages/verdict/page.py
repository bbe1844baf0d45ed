"""The verdict: one sentence, then why, then the figures, then what to do."""

from __future__ import annotations

from advisor import wording
from advisor.engine.advice import Advice
from advisor.ui.advice import advise
from advisor.ui.navigation import page_of
from advisor.ui.pages.verdict import assumptions, comparison, comparisons, downloads, next_steps, reasons
from advisor.ui.pages.verdict.earlier import earlier
from advisor.ui.pages.verdict.plan import plan
from advisor.ui.parts.basis import rests_on, situation_keys
from advisor.ui.parts.markup import Markup, Words, badge, heading, html, joined, link, shares, show
from advisor.ui.session import Session, content
from advisor.wording import labels


def draw(session: Session) -> None:
    """The page of the verdict."""
    lang = session.lang
    if not session.situation.answers:
        heading(
            lang("No verdict yet"), below=lang("Answer a few questions first; each answer you skip counts as unknown.")
        )
        show(html('<p class="empty">{}</p>', link(lang("Begin"), "", session)))
        return
    advice = advise(session)
    _sentence(advice, session)
    plan(advice, session)
    _firmness(advice, session)
    downloads.report(advice, session)
    reasons.heaviest(advice, session)
    _contents(session)
    reasons.waterfall(advice, session)
    comparisons.published(advice, session)
    comparison.options(advice, session)
    comparison.cost(advice, session)
    comparison.speed(advice, session)
    reasons.changes(advice, session)
    earlier(advice, session)
    next_steps.routes(advice, session)
    next_steps.readiness(advice, session)
    next_steps.steps(advice, session)
    assumptions.edit(advice, session)
    downloads.everything(advice, session)


def take_typed(session: Session) -> None:
    """Take over what was typed into the page's fields when a link away from it was pressed."""
    assumptions.take_typed(session)
    next_steps.take_typed(session)


def _sentence(advice: Advice, session: Session) -> None:
    """The verdict and the plan in one headline, and below it what the headline cannot hold."""
    lang = session.lang
    name = wording.project(advice)
    day = lang("Verdict of {date}", date=lang.date(advice.at))
    above = f"{name} · {day}" if name else day
    heading(wording.first_said(advice, content(), lang), above=above)
    for warning in (wording.beyond_facts(advice, lang), *wording.gone_models(advice, content(), lang)):
        if warning:
            show(html('<p class="problem" role="note">{}</p>', warning))
    words = Words(lang)
    if reservations := wording.reservations(advice, content(), lang):
        show(html("<p>{}</p>", words(reservations)))
    # That it is provisional is said beside the question to answer.
    if advice.provisional and advice.next_question:
        asked = content().question(advice.next_question.question)
        target = link(lang(asked.text), page_of(asked), session, **{"from": "verdict"})
        mark = badge(lang("provisional"), "turn")
        show(html("<p>{} {} {}</p>", mark, lang("The answer that matters most:"), target), key="provisional")


def _firmness(advice: Advice, session: Session) -> None:
    """How many of the scenarios give each verdict."""
    lang = session.lang
    parts = [
        (verdict, advice.verdict_shares.get(verdict, 0.0), labels.verdict_name(verdict, lang))
        for verdict in wording.VERDICTS
    ]
    legend = joined(
        html('<li><span class="part {}"></span>{} <strong>{}</strong></li>', kind, said, lang.percent(share))
        for kind, share, said in parts
    )
    above = lang("The verdict in the {n} scenarios that fit your answers:", n=lang.number(advice.scenarios, 6))
    tied = wording.nearly_tied(advice, lang)
    words = Words(lang)
    show(
        html(
            '<div class="sentence {}"><p>{}</p>{}<ul class="legend">{}</ul>{}{}</div>',
            advice.verdict,
            words(above),
            shares(parts, wording.stability(advice, lang)),
            legend,
            html("<p>{}</p>", words(tied)) if tied else Markup(),
            rests_on(situation_keys(advice), advice, session),
        ),
        key="sentence",
    )


def _contents(session: Session) -> None:
    """Links to the sections below."""
    lang = session.lang
    sections = [
        ("evidence", lang("Evidence")),
        ("comparisons", lang("Comparisons like yours")),
        ("options", lang("Options")),
        ("cost", lang("Cost")),
        ("speed", lang("Speed")),
        ("changes", lang("What would change it")),
        ("routes", lang("Who can do it")),
        ("readiness", lang("Readiness")),
        ("steps", lang("Next steps")),
        ("assumptions", lang("Assumptions")),
        ("take", lang("Take it with you")),
    ]
    rows = joined(html('<li><a href="#{}">{}</a></li>', anchor, name) for anchor, name in sections)
    show(html('<nav class="contents" aria-label="{}"><ul>{}</ul></nav>', lang("On this page"), rows), key="contents")
