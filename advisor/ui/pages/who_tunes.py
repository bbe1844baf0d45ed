"""Who still tunes what: every platform, way of tuning and model on a day of the reader's choice, and what ends next.

What is chosen stands in the address alone, so that a link shows the same, and a step back undoes a choice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import cast

import streamlit as st

from advisor import wording
from advisor.charts.timeline import endings
from advisor.content.catalogue import Customer
from advisor.content.freshness import LAST_DAY, TooEarly, covered, read_day
from advisor.engine.offers import CUSTOMERS, STATES, Offer, State, offers
from advisor.language import Language
from advisor.ui.parts.bars import bars
from advisor.ui.parts.basis import sources
from advisor.ui.parts.filters import asked, choice, clear
from advisor.ui.parts.filters import note as note_choice
from advisor.ui.parts.markup import (
    Markup,
    badge,
    folded,
    heading,
    html,
    joined,
    link,
    note,
    plain,
    section,
    show,
    table,
)
from advisor.ui.session import FILTERS, Session, content
from advisor.wording import OfferText

METHODS = ("sft", "dpo", "rft", "vision", "continue", "encoder")
DAY_LETTERS = 10
BEST: tuple[State, ...] = ("open", "preview", "ending", "to_come", "closed")
"""Of several states, the one that a cell of the overview shows: the first of these."""
KINDS = {"open": "ready", "ending": "turn", "preview": "turn", "to_come": "ignored", "closed": "not_ready"}
"""How the badge of a state looks."""


def draw(session: Session) -> None:
    """The page: what to look for, an overview, what ends next, and each way with its source."""
    lang = session.lang
    back = link(lang("Learn"), "learn", session, classes="back")
    heading(
        lang("Who still tunes what"),
        back=back,
        below=lang("Every way to have a language model tuned that we know of: for whom, until when, and who says so."),
    )
    at, customer, wanted = _filters(session)
    if at is None:
        return
    every = offers(content(), at, customer)
    matching = [offer for offer in every if wanted.fits(offer)]
    _summary(matching, at, lang)
    if warning := wording.beyond(at, content(), lang):
        show(note(warning))
    if not matching:
        return
    _overview(matching, (wanted.method,) if wanted.method else METHODS, lang)
    _endings(matching, at, session)
    _ways(matching, at, session)


class Wanted:
    """What the reader looks for; an empty text stands for anything."""

    def __init__(self, chosen: dict[str, str]) -> None:
        self.vendor, self.method, self.model, self.region = (
            chosen[name] for name in ("vendor", "method", "model", "region")
        )

    def fits(self, offer: Offer) -> bool:
        route = offer.route
        return (
            self.vendor in ("", slug(route.vendor))
            and (not self.method or self.method in route.methods)
            and self.model in ("", slug(route.model))
            and (not self.region or self.region in (*route.hosting, *route.trains_in))
        )


def slug(name: str) -> str:
    """A name as an address holds it: `aws-bedrock`, `gpt-4.1-mini`."""
    return re.sub(r"[^a-z0-9.]+", "-", name.casefold()).strip("-.")


def _filters(session: Session) -> tuple[date | None, Customer | None, Wanted]:
    """The fields for what to look for, filled from the address: day, kind of customer, and the rest."""
    lang, routes = session.lang, content().routes
    hosting = content().question("hosting").choices
    names: dict[str, tuple[str, str, dict[str, str]]] = {
        "method": (lang("Way of tuning"), lang("Any way"), wording.method_names(METHODS, lang)),
        "vendor": (lang("Vendor"), lang("Any vendor"), _named((route.vendor for route in routes), lang)),
        "model": (lang("Model"), lang("Any model"), _named((route.model for route in routes), lang)),
        "region": (
            lang("Where data and model stay"),
            lang("Anywhere"),
            {choice.id: lang(choice.text) for choice in hosting if choice.id != "anywhere"} | wording.area_names(lang),
        ),
        "customer": (
            lang("Kind of customer"),
            lang("Any customer"),
            {customer: wording.customer_name(customer, lang) for customer in CUSTOMERS},
        ),
    }
    chosen = {name: asked(name) for name in names}
    chosen = {name: value if value in names[name][2] else "" for name, value in chosen.items()}
    with st.container(key="filters"):  # the style sheet lays them side by side
        at = _day(session)
        for name, (label, anything, values) in names.items():
            choice(name, label, {"": anything, **values}, chosen[name], session)
    if any(asked(name) for name in FILTERS):
        st.button(lang("Show everything, today"), key="clear-filters", type="tertiary", on_click=clear, args=(FILTERS,))
    return at, cast("Customer | None", chosen["customer"] or None), Wanted(chosen)


def _named(names: Iterable[str], lang: Language) -> dict[str, str]:
    return {slug(name): lang(name) for name in sorted(set(names), key=lambda name: lang(name).casefold())}


def _day(session: Session) -> date | None:
    """The day that the address names, or that of the session; None where what was typed is none."""
    lang, key = session.lang, f"filter-day:{session.code}"
    typed = asked("day")
    st.session_state[key] = (typed or session.day.isoformat())[:DAY_LETTERS]
    st.text_input(plain(lang("Day")), key=key, max_chars=DAY_LETTERS, on_change=note_choice, args=("day", key))
    try:
        day = read_day(typed) if typed else session.day
        covered(content()).check(day)
        return day
    except TooEarly as error:
        message = error.text(lang)
    except ValueError:
        message = lang(
            "Expected a day such as {example}, from {first} to {last}; got {text}",
            example=session.day,
            first=covered(content()).first,
            last=LAST_DAY,
            text=typed,
        )
    show(html('<p class="problem" role="alert">{}</p>', message))
    return None


def _summary(matching: Sequence[Offer], at: date, lang: Language) -> None:
    """How many vendors, and how many ways."""
    if not matching:
        show(html('<p class="empty">{}</p>', lang("We know of nobody who does this. Ask for less.")), key="summary")
        return
    open_ones = [offer for offer in matching if offer.open_to]
    vendors = len({offer.route.vendor for offer in open_ones if offer.route.platform != "own"})
    sentence = lang.plural(
        "On {date}, {n} vendor would start such a job",
        "On {date}, {n} vendors would start such a job",
        vendors,
        date=lang.date(at),
    )
    counts = [(state, sum(offer.state == state for offer in matching)) for state in STATES]
    legend = joined(
        html('<li><span class="dot {}"></span>{} <strong>{}</strong></li>', state, wording.state_name(state, lang), n)
        for state, n in counts
        if n
    )
    near = lang("End in sight: it ends, or may end, within half a year.")
    about = html('<p class="quiet">{}</p>', near) if any(offer.state == "ending" for offer in matching) else Markup()
    show(
        html('<p class="what verdict" role="status">{}</p><ul class="legend">{}</ul>{}', sentence, legend, about),
        key="summary",
    )


def _overview(matching: Sequence[Offer], methods: Sequence[str], lang: Language) -> None:
    """Vendors against ways of tuning: one look says who does what."""
    names = wording.method_names(methods, lang)
    used = [method for method in methods if any(method in offer.route.methods for offer in matching)]
    vendors = list(dict.fromkeys(offer.route.vendor for offer in matching))
    cells = {(vendor, method): _best(matching, vendor, method) for vendor in vendors for method in used}
    order = sorted(vendors, key=lambda vendor: _place(cells[vendor, method] for method in used))
    heads = joined(html('<th scope="col"><span>{}</span></th>', names[method]) for method in used)
    rows = joined(
        html(
            '<tr><th scope="row"><a href="#who-{}">{}</a></th>{}</tr>',
            slug(vendor),
            lang(vendor),
            joined(_cell(cells[vendor, method], lang) for method in used),
        )
        for vendor in order
    )
    caption = lang("Who does what, at a glance")
    show(
        html(
            '<table class="glance"><caption>{}</caption><thead><tr><th scope="col">{}</th>{}</tr></thead>'
            "<tbody>{}</tbody></table>",
            caption,
            lang("Vendor"),
            heads,
            rows,
        ),
        key="glance",
    )


def _best(matching: Sequence[Offer], vendor: str, method: str) -> State | None:
    doing = (offer for offer in matching if offer.route.vendor == vendor and method in offer.route.methods)
    states = {offer.state_of(method) for offer in doing}
    return next((state for state in BEST if state in states), None)


def _place(states: Iterable[State | None]) -> int:
    """Vendors whose best state is better stand higher; among those alike, the order of the content stays."""
    return min(BEST.index(state) for state in states if state)


def _cell(state: State | None, lang: Language) -> Markup:
    if state is None:
        return html('<td><span class="unseen">{}</span></td>', lang("no"))
    return html(
        '<td><span class="dot {}" title="{}"></span><span class="unseen">{}</span></td>',
        state,
        wording.state_name(state, lang),
        wording.state_name(state, lang),
    )


def _endings(matching: Sequence[Offer], at: date, session: Session) -> None:
    """What ends next: the chart, and the table beside it with who says so."""
    lang = session.lang
    texts = wording.ends([offer for offer in matching if offer.open_to], at, content(), lang)
    chart = endings(matching, texts, at, lang)
    if chart is None:
        return
    section(
        chart.title,
        "endings",
        lang("Bars reach to the day on which something ends. Who is not listed has announced no end."),
    )
    show(bars(chart), key="chart-endings")
    rows = [
        (
            lang.date(end.day),
            end.what,
            html("<div><strong>{}</strong>: {}{}</div>", end.who, end.models, sources(end.sources, session)),
        )
        for end in texts
    ]
    head = (lang("Day"), lang("What ends"), lang("Who and which models"))
    show(table(head, rows, caption=chart.title, kind="ends"), key="ends")


def _ways(matching: Sequence[Offer], at: date, session: Session) -> None:
    """Each way with for whom, until when and who says so; closed ones folded."""
    lang = session.lang
    section(lang("Every way, with its source"), "ways")
    texts = wording.offer_rows(matching, at, content(), lang)
    head = (lang("Who and which models"), lang("Ways of tuning"), lang("Until when, and for whom"))
    seen: set[str] = set()
    opened = [text for text in texts if text.state != "closed"]
    closed = [text for text in texts if text.state == "closed"]
    if opened:
        rows = [_row(text, seen, session) for text in opened]
        show(table(head, rows, caption=lang("Ways that are open, or will be"), kind="ways"), key="ways-open")
    if closed:
        n = sum(offer.state == "closed" for offer in matching)
        title = lang.plural("{n} way that is closed", "{n} ways that are closed", n)
        cells = table(head, [_row(text, seen, session) for text in closed], caption=title, kind="ways")
        show(folded(title, cells, opened=not opened), key="ways-closed")


def _row(text: OfferText, seen: set[str], session: Session) -> tuple[object, ...]:
    anchor = html(' id="who-{}"', slug(text.vendor)) if text.vendor not in seen else Markup()
    seen.add(text.vendor)
    lines = [line for line in (text.said, text.customers, *text.conditions, text.note) if line]
    return (
        html('<span{}>{}</span><span class="spread">{}</span>', anchor, text.who, text.models),
        html('{}<span class="spread">{}</span>', text.methods, text.places),
        html(
            "<div>{}{}{}</div>",
            badge(text.state_name, KINDS[text.state]),
            joined(html("<p>{}</p>", line) for line in lines),
            sources(text.sources, session),
        ),
    )
