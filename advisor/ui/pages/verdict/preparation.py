"""Before any training: which gap it is and what to try first, and what the data must be."""

from __future__ import annotations

from advisor.engine.advice import Advice
from advisor.language import Language
from advisor.ui.navigation import page_of
from advisor.ui.pages.verdict.next_steps import SIGNS
from advisor.ui.parts.basis import sources
from advisor.ui.parts.markup import Markup, Words, badge, folded, html, joined, link, section, show
from advisor.ui.session import Session, content
from advisor.wording.preparation import GAP, GapText, NeedText, SchoolText, data_needs, data_schools, gaps


def diagnosis(advice: Advice, session: Session) -> None:
    """Four gaps, each with its first remedy; those that were ticked first."""
    lang, words = session.lang, Words(session.lang)
    section(
        lang("Which gap is it?"),
        "gaps",
        lang("Look at one answer that went wrong, and choose the line that it fits. Each has something to try first."),
    )
    rows = joined(_gap(gap, words, session) for gap in gaps(advice, content(), lang))
    asked = link(lang("Say what goes wrong"), page_of(content().question(GAP)), session)
    show(html('<dl class="sides">{}</dl><p>{}</p>', rows, asked), key="gaps")


def _gap(gap: GapText, words: Words, session: Session) -> Markup:
    lang = session.lang
    yours = badge(lang("yours"), "turn") if gap.ticked else Markup()
    ticked = (
        html('<p class="quiet">{}</p>', lang("You ticked: {choices}.", choices="; ".join(gap.ticked)))
        if gap.ticked
        else Markup()
    )
    behind = folded(lang("Sources"), sources(gap.sources, session))
    return html(
        "<div><dt>{} {}</dt><dd><p>{}</p><p><strong>{}</strong> {}</p>{}{}</dd></div>",
        gap.title,
        yours,
        words(gap.looks),
        lang("First:"),
        words(gap.first),
        ticked,
        behind,
    )


def data(advice: Advice, session: Session) -> None:
    """Size, quality and balance apart, and the two schools on how many examples it takes."""
    lang, words = session.lang, Words(session.lang)
    section(
        lang("What the data needs"), "needs", lang("Three things apart: enough of one makes up for none of another.")
    )
    rows = joined(_need(need, words, session) for need in data_needs(advice, content(), lang))
    check = link(lang("Check a file for all three"), "data", session)
    show(html('<dl class="sides">{}</dl><p>{}</p>', rows, check), key="needs")
    schools = joined(_school(school, words, session) for school in data_schools(content(), lang))
    show(html('<h3>{}</h3><dl class="sides">{}</dl>', lang("How many? Two schools"), schools), key="schools")


def _need(need: NeedText, words: Words, session: Session) -> Markup:
    lang: Language = session.lang
    said = joined(html("<li>{}</li>", line) for line in need.answered)
    said += joined(html("<li>{} <em>{}</em></li>", line, lang("not answered")) for line in need.unknown)
    return html(
        "<div><dt>{} {}</dt><dd><p>{}</p><ul>{}</ul>{}</dd></div>",
        need.title,
        badge(f"{SIGNS[need.state]} {need.state_name}", need.state),
        words(need.asks),
        said,
        folded(lang("Sources"), sources(need.sources, session)),
    )


def _school(school: SchoolText, words: Words, session: Session) -> Markup:
    return html(
        "<div><dt>{}</dt><dd><p>{}</p><p>{}</p>{}</dd></div>",
        school.title,
        words(school.says),
        words(school.applies),
        folded(session.lang("Sources"), sources(school.sources, session)),
    )
