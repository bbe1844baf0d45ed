"""The brief: one sentence, the plan, three figures, three reasons, the trade-off in a picture, and what is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st

from advisor.charts.trade_off import TradeOff
from advisor.language import Language
from advisor.ui.advice import advise, applies_at
from advisor.ui.navigation import page_of
from advisor.ui.pages.verdict import downloads, what_if
from advisor.ui.pages.verdict.brief_words import BriefWords, brief_words, words_of
from advisor.ui.parts.basis import figure
from advisor.ui.parts.markup import Markup, folded, heading, html, joined, link, meter, outside, show
from advisor.ui.parts.trade_off import picture
from advisor.ui.session import WHAT_IF, Session, content, current_session
from advisor.ui.shared_results import Shared
from advisor.wording.as_answered import AnsweredText
from advisor.wording.brief import BriefText, CardText, NamedFigure, OpenText
from advisor.wording.today import TodayText


def brief(session: Session) -> None:
    """The whole page: what whoever decides reads, in the order in which they read it."""
    _said()
    downloads.brief(session)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The parts of a brief as they are drawn."""

    above: str
    headline: str
    plan: Markup
    figures: Markup
    picture: Markup
    why: Markup
    names: Markup
    still_open: Markup


@st.fragment
def _said() -> None:
    """What the answers say, and sliders for other ones: a move draws this anew, and nothing else of the page."""
    session = current_session()
    words = words_of(session)
    parts = drawn(words, session)
    # Each piece of markup is a part of the frame of its own, and costs a browser as much as ten lines: so they are few.
    with st.container(key="halves"):
        heading(parts.headline, above=parts.above, kind="said", more=html("{}{}", parts.plan, parts.figures))
        what_if.draw(advise(session), words.text, session)
        beside = html('<div class="at-picture">{}{}</div>', parts.picture, parts.names)
        show(html("{}{}{}", beside, parts.why, parts.still_open))
    what_if.note(session)
    what_if.prepare(session)


def _ready(packed: str, day: date, code: str) -> bool:
    brief_words(packed, "", day, code)
    downloads.kit_labels(packed, day, code)
    for question in WHAT_IF:
        applies_at(question, packed)
    return True


_readied: Shared[bool] = Shared(_ready, most_bytes=1_000_000, weigh=lambda _: 1)


def prepare(session: Session) -> None:
    """Have ready what the brief needs, while the reader looks at the page before it."""
    _readied.ahead(session.packed, session.day, session.code)


def drawn(words: BriefWords, session: Session) -> Drawn:
    """The parts of the brief."""
    lang, text, chart, before = session.lang, words.text, words.chart, words.before
    tried = before is not None
    first = html("<p>{}</p>", lang("As answered: {said}", said=before.headline)) if before and before.headline else ""
    warned = joined(html('<p class="problem" role="note">{}</p>', warning) for warning in text.warnings)
    told = html("<p>{}</p>", text.reservations) if text.reservations else Markup()
    # What one does next is done from what was answered: beside what is only tried nothing asks for it.
    bill = _today(text.today, session) if text.today.said and not (tried and text.today.question_id) else ""
    return Drawn(
        above=lang("What if · {of}", of=text.above) if tried else text.above,
        headline=text.headline,
        plan=_part(html("{}{}{}{}{}", first, bill, warned, told, _plan(text, session, not tried)), "at-plan"),
        figures=_part(_figures(text, before, session), "at-figures"),
        picture=_part(_picture(chart, lang)),
        why=_part(_reasons(text, session), "at-why"),
        names=_part(_names(chart, session)) if chart else Markup(),
        still_open=_part(_open(words.still_open if words.still_open.question_id else text.open, session), "at-open"),
    )


def _today(text: TodayText, session: Session) -> Markup:
    """Today's bill beside the plan's, or the question that fills it in."""
    if not text.question_id:
        return html('<p class="today">{}</p>', text.said)
    asked = _asking(text.said.rstrip(":"), text.question_id, session)
    return html('<p class="today">{}</p>', asked)


def _asking(text: object, question_id: str, session: Session) -> Markup:
    """A link to a question, from which an answer leads back here."""
    page = page_of(content().question(question_id))
    return link(text, page, session, **{"from": "verdict"})


def _part(markup: Markup, place: str = "") -> Markup:
    return html('<div class="brief {}">{}</div>', place, markup)


def _plan(text: BriefText, session: Session, given: bool) -> Markup:
    """The steps as connected cards, with a way to tell what came of one of those `given`; nothing where there is
    nothing to try.
    """
    cards, lang = text.cards, session.lang
    if not cards:
        return Markup()
    tell = link(lang("Tell what came of a step"), "steps", session) if given else ""
    told = html('<p class="quiet">{} {}</p>', text.modelled, tell) if text.modelled or tell else ""
    return html(
        '<h2 class="unseen">{}</h2><ol class="cards of-{}">{}</ol>{}',
        lang("The plan"),
        len(cards),
        joined(_card(card, session) for card in cards),
        told,
    )


def _card(card: CardText, session: Session) -> Markup:
    share = Markup()
    if card.share is not None:
        share = html('{}<p class="quiet">{}</p>', meter(card.share, card.ends_here), card.ends_here)
    rows = joined(html("<li>{}</li>", link(fact, "steps", session, figures=card.id)) for fact in card.facts)
    if card.question_id:
        rows += html("<li>{}</li>", _asking(session.lang("Fill in the answer"), card.question_id, session))
    listed = html("<ul>{}</ul>", rows) if rows else Markup()
    return html('<li class="{}"><p class="what">{}</p>{}{}</li>', card.kind, card.name, share, listed)


def _figures(text: BriefText, before: AnsweredText | None, session: Session) -> Markup:
    """The figures with their ranges, and where they come from; beside those that are tried, those as answered."""
    lang = session.lang
    told = before.figures if before else ("",) * len(text.figures)
    was = [html('<span class="before">{}</span>', said) if said else Markup() for said in told]
    rows = joined(
        html("<div><dt>{}</dt><dd>{}{}</dd></div>", one.name, _figure(one, session), said)
        for one, said in zip(text.figures, was, strict=True)
    )
    notes = joined(html("<p>{}</p>", ending) for ending in text.endings)
    how = link(lang("How the figures come about"), "options", session, figures=text.option_id)
    title = lang("{option} in figures", option=text.option)
    return html('<h2>{}</h2><dl class="three">{}</dl>{}<p class="quiet">{}</p>', title, rows, notes, how)


def _figure(named: NamedFigure, session: Session) -> Markup:
    """A figure with its range; an unknown one as a link to the question that fills it in, which names it for who hears
    the page: a column of a phone has no room for it.
    """
    if not named.question_id:
        return figure(named.figure)
    asks = page_of(content().question(named.question_id))
    return link(named.figure.middle, asks, session, hidden=named.figure.spread, **{"from": "verdict"})


def _reasons(text: BriefText, session: Session) -> Markup:
    """The reasons that nothing leaves open, behind a tap the first source of each, and the way to the others and to
    what the cases said.
    """
    lang = session.lang
    if not text.reasons:
        said = lang("Nothing that you said decides it yet: base rates and costs do.")
        return html("<h2>{}</h2><p>{}</p>", lang("Why"), said)
    rows = joined(html("<li>{}</li>", reason.because) for reason in text.reasons)
    first = dict.fromkeys(source for reason in text.reasons for source in reason.sources[:1])
    named = joined((outside(source.title, source.url) for source in first), "; ")
    every = link(lang("All sources and cases"), "why", session)
    behind = folded(lang("Sources"), html('<p class="quiet">{}</p><p>{}</p>', named, every))
    return html("<h2>{}</h2><ol>{}</ol>{}", lang("Why"), rows, behind)


def _picture(chart: TradeOff | None, lang: Language) -> Markup:
    title = html("<h2>{}</h2>", lang("What you trade"))
    if chart is None:
        said = lang("No option has a known cost and a known time yet, so there is nothing to draw.")
        return html("{}<p>{}</p>", title, said)
    absent = html('<p class="quiet">{}</p>', chart.absent) if chart.absent else Markup()
    return html("{}{}{}", title, picture(chart), absent)


def _names(chart: TradeOff, session: Session) -> Markup:
    """The name of every number in the picture, and the way to its figures and to what holds it up."""
    names = joined(html('<li class="{}"><b>{}</b>\u00a0{}</li>', row.state, row.number, row.name) for row in chart.rows)
    behind = link(session.lang("Figures of every option"), "options", session)
    return html('<ul class="names">{}</ul><p class="quiet">{}</p>', names, behind)


def _open(text: OpenText, session: Session) -> Markup:
    """What is still open: the question that matters most, or how many scenarios agree."""
    if not text.question_id:
        return html('<p class="still-open">{}</p>', text.said)
    target = _asking(text.question, text.question_id, session)
    return html('<p class="still-open"><strong>{}</strong> {}</p>', text.said, target)
