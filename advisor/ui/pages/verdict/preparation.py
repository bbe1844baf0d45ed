"""Before any training: which gap it is and what to try first, and what the data must be."""

from __future__ import annotations

from collections.abc import Iterable

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
    told = gaps(advice, content(), lang)
    rows = joined(_gap(gap, words, lang) for gap in told)
    asked = link(lang("Say what goes wrong"), page_of(content().question(GAP)), session)
    show(html('<dl class="sides">{}</dl>{}<p>{}</p>', rows, _sources(told, session), asked), key="gaps")


def _gap(gap: GapText, words: Words, lang: Language) -> Markup:
    yours = badge(lang("yours"), "turn") if gap.ticked else Markup()
    return html(
        "<div><dt>{} {}</dt><dd><p>{}</p><p><strong>{}</strong> {}</p></dd></div>",
        gap.title,
        yours,
        words(gap.looks),
        lang("First:"),
        words(gap.first),
    )


def data(advice: Advice, session: Session) -> None:
    """Size, quality and balance apart, and the two schools on how many examples it takes."""
    lang, words = session.lang, Words(session.lang)
    section(
        lang("What the data needs"), "needs", lang("Three things apart: enough of one makes up for none of another.")
    )
    told, schools = data_needs(advice, content(), lang), data_schools(content(), lang)
    rows = joined(_need(need, words) for need in told)
    both = joined(_school(school, words) for school in schools)
    title = lang("How many? Two schools")
    behind = folded(title, html('<dl class="sides">{}</dl>', both), _source_line(schools, session))
    check = link(lang("Check a file for all three"), "data", session)
    sources_of = _sources(told, session)
    show(html('<dl class="sides">{}</dl>{}{}<p>{}</p>', rows, behind, sources_of, check), key="needs")


def _need(need: NeedText, words: Words) -> Markup:
    """The answers that it rests on stand among the sides above."""
    mark = badge(f"{SIGNS[need.state]} {need.state_name}", need.state)
    return html("<div><dt>{} {}</dt><dd><p>{}</p></dd></div>", need.title, mark, words(need.asks))


def _school(school: SchoolText, words: Words) -> Markup:
    says, applies = words(school.says), words(school.applies)
    return html("<div><dt>{}</dt><dd><p>{}</p><p>{}</p></dd></div>", school.title, says, applies)


def _sources(told: Iterable[GapText | NeedText], session: Session) -> Markup:
    return folded(session.lang("Sources"), _source_line(told, session))


def _source_line(told: Iterable[GapText | NeedText | SchoolText], session: Session) -> Markup:
    return sources(dict.fromkeys(source for text in told for source in text.sources), session)
