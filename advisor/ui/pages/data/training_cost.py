"""What one training run on a reader's file would cost, by platform, with band, dates and sources."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from advisor.dataset.inspection.inspect import Inspection, method_of
from advisor.dataset.training import words as runwords
from advisor.dataset.training.cost import Run, runs
from advisor.language import Language
from advisor.ui.parts.markup import Words, esc, outside, section, show, table
from advisor.ui.session import Session, content


def draw(inspection: Inspection, session: Session) -> None:
    """A row for each platform: its cheapest model, the others folded away; then what is unknown or shut."""
    lang = session.lang
    every = runs(inspection.profile, method_of(inspection), session.day, session.situation, content())
    if not every:
        return
    section(runwords.heading(session.day, lang), "cost", runwords.note(lang))
    head = (lang("Platform"), lang("Cost of one run"), lang("Epochs and tokens billed"), lang("Price and source"))
    rows = [_row(some, lang) for _, some in runwords.by_vendor(runwords.priced(every))]
    if rows:
        show(table(head, rows, caption=runwords.heading(session.day, lang), kind="costs"), key="costs")
    told = [one for one in runwords.notes(every, content(), lang) if one[0] != lang("Open to")]  # rows say that
    words = Words(lang)
    st.html(
        '<dl class="notes">'
        + "".join(f"<div><dt>{esc(title)}</dt><dd>{words(text)}</dd></div>" for title, text in told)
        + "</dl>"
    )


def _row(some: Sequence[Run], lang: Language) -> list[str]:
    """The cells of one platform."""
    first, *others = some
    shared = runwords.one_door(some)
    more = "".join(
        f"<li>{esc(lang(run.model))}: {esc(runwords.cost(run, lang))}"
        f'<span class="spread">{_rests_on(run, shared, lang)}</span></li>'
        for run in others
    )
    title = lang.plural("{n} more model", "{n} more models", len(others))
    folded = f"<details><summary>{esc(title)}</summary><ul>{more}</ul></details>" if others else ""
    door = _spread(runwords.door(first, lang))
    name = _spread(lang(first.model)) + ("" if shared else door)
    counted = (
        [lang("Epochs: {n}", n=runwords.epochs(first, lang)), runwords.billed(first, lang)] if first.epochs else []
    )
    counted += [runwords.hours(first, lang)] if first.hours else []
    return [
        f"{esc(lang(first.vendor))}{door if shared else ''}",
        f"<strong>{esc(runwords.cost(first, lang))}</strong>{name}{folded}",
        "".join(f"<p>{Words(lang)(text)}</p>" for text in counted),
        f"<p>{esc(runwords.price(first, lang))}</p>{_sources(first, lang)}",
    ]


def _spread(text: str) -> str:
    """A line of small print, if there is something to say."""
    return f'<span class="spread">{esc(text)}</span>' if text else ""


def _rests_on(run: Run, shared: bool, lang: Language) -> str:
    parts = [
        esc(runwords.price(run, lang)),
        _linked(run, lang, epochs=False),
        "" if shared else esc(runwords.door(run, lang)),
    ]
    return "; ".join(part for part in parts if part)


def _sources(run: Run, lang: Language) -> str:
    linked = _linked(run, lang)
    return f'<span class="spread">{linked}</span>' if linked else ""


def _linked(run: Run, lang: Language, *, epochs: bool = True) -> str:
    known = runwords.sources(run, content(), lang, epochs=epochs)
    return "; ".join(f"{outside(one.name, one.url)} ({esc(one.when)})" for one in known)
