"""What ends next, as a chart: a row a vendor and its models, over time, from the day on which one looks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from advisor.charts.axes import Axis, Tick
from advisor.charts.specification import Marker, Point, Row, RowChart
from advisor.engine.offers import End, Offer
from advisor.language import Language
from advisor.wording.offer_texts import EndText

MOST = 12
"""Rows drawn; the table has all."""
MONTHS_A_TICK = (1, 2, 3, 6, 12, 24, 60, 120)
MOST_TICKS = 7
NAMED = 3
"""Models named in a row; of more, how many others."""


def endings(offers: Iterable[Offer], table: Iterable[EndText], at: date, lang: Language) -> RowChart | None:
    """What ends next, for offers that are open on the day; None where no end is known.

    A bar reaches to the day on which it closes to new jobs, a line from there to the last answer of what was tuned.
    """
    groups: dict[tuple[str, tuple[End, ...]], list[Offer]] = {}
    for offer in offers:
        if offer.open_to and offer.ends:
            alike = tuple(replace(end, to="anyone", facts=()) for end in offer.ends)
            groups.setdefault((lang(offer.route.vendor), alike), []).append(offer)
    if not groups:
        return None
    ordered = sorted(groups.items(), key=lambda pair: (pair[0][1][0].day, pair[0][0]))[:MOST]
    last = max(end.day for (_, ends), _ in ordered for end in ends)
    rows = tuple(_row(vendor, ends, group, at, lang) for (vendor, ends), group in ordered)
    title = lang("What ends next")
    kinds = dict.fromkeys(_kind(end, lang) for (_, ends), _ in ordered for end in ends)
    return RowChart(
        id="endings",
        title=title,
        alt=" ".join([f"{title}.", *(lang("{option}: {time}.", option=row.label, time=row.text) for row in rows)]),
        x=_time_axis(at, last, lang),
        marks=rows,
        legend=tuple(Point(at=0, marker=marker, label=name) for marker, name in kinds),
        columns=(lang("Day"), lang("What ends"), lang("Who"), lang("Models")),
        rows=tuple((lang.date(end.day), end.what, end.who, end.models) for end in table),
        basis=(),
    )


def _kind(end: End, lang: Language) -> tuple[Marker, str]:
    """How a kind of end is drawn, and what it is called."""
    if end.earliest:
        return "triangle", lang("may end from this day on, not before")
    if end.what == "answers":
        return "circle", lang("tuned models stop answering")
    return "diamond", lang("closes to new jobs")


def _point(end: End, lang: Language) -> Point:
    marker, name = _kind(end, lang)
    return Point(at=end.day.toordinal(), marker=marker, label=name)


def _row(vendor: str, ends: tuple[End, ...], group: list[Offer], at: date, lang: Language) -> Row:
    models = list(dict.fromkeys(lang(offer.route.model) for offer in group))
    named = ", ".join(models[:NAMED])
    others = len(models) - NAMED
    if others > 0:
        named = lang.plural("{models} and {n} other", "{models} and {n} others", others, models=named)
    low, first, last = (day.toordinal() for day in (at, ends[0].day, ends[-1].day))
    return Row(
        id="|".join(offer.route.id for offer in group)[:80],
        label=lang("{vendor}: {models}", vendor=vendor, models=named),
        text=lang.short_date(ends[0].day),
        bar=(low, first),
        span=(first, last) if first < last else None,
        points=tuple(_point(end, lang) for end in ends),
        tone="main" if any(offer.state == "ending" for offer in group) else "plain",
    )


def _time_axis(first: date, last: date, lang: Language) -> Axis:
    """Days as ordinals, from the day on which one looks to a little after the last, ticked at beginnings of months."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next((step for step in MONTHS_A_TICK if months / step <= MOST_TICKS), MONTHS_A_TICK[-1])
    begin = first.year * 12 + first.month - 1
    starts = [date(month // 12, month % 12 + 1, 1) for month in range(begin + 1, begin + months + step + 1)]
    ticks = [day for day in starts if (day.year * 12 + day.month - 1) % step == 0]
    end = next((day for day in ticks if day >= last), last)
    return Axis(
        label="",
        low=first.toordinal(),
        high=max(end.toordinal(), first.toordinal() + 1),
        log=False,
        ticks=tuple(Tick(at=day.toordinal(), label=lang.short_month(day)) for day in ticks if day <= end),
    )
