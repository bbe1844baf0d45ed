"""The dated facts, and who tunes what on a day, as plain text or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from advisor import wording
from advisor.cli.layout import bullets, one_line, wrapped
from advisor.content.catalogue import WhyDue, catalogue, holds
from advisor.content.effects import NONE, Effect, by_effect, read_effects
from advisor.content.entries import Fact, ShelfLife
from advisor.content.freshness import age_days, covered, exactness, oldest_first, shelf_life
from advisor.content.load import Content
from advisor.content.sources import address, seen, source_name
from advisor.engine.offers import offers
from advisor.language import Language
from advisor.wording import labels


@dataclass(frozen=True, slots=True)
class Listed:
    """A fact as it is listed: why it is due, what kind it is, and what hangs on it."""

    fact: Fact
    why: WhyDue | None
    kind: ShelfLife
    effect: Effect


def listed(content: Content, at: date, due: bool) -> list[Listed]:
    """All facts, those that have waited longest first; or those due, those on which most hangs first."""
    why = {entry.fact.id: entry.why for entry in catalogue(content, at).due()}
    known = read_effects()
    order = by_effect((fact for fact in content.facts if fact.id in why), known, at) if due else None
    return [
        Listed(fact, why.get(fact.id), shelf_life(fact, content.shelf_lives), known.get(fact.id, NONE))
        for fact in (oldest_first(content.facts, at) if order is None else order)
    ]


def facts_text(entries: Sequence[Listed], content: Content, lang: Language) -> str:
    """Each fact with its figure, when it was seen, how sure it is, why it is due, what hangs on it, and its source."""
    due = sum(entry.why is not None for entry in entries)
    total = lang("{n} facts, {stale} to be looked up again.", n=len(entries), stale=due)
    return "\n".join([*(_fact(entry, content, lang) for entry in entries), total])


def _fact(entry: Listed, content: Content, lang: Language) -> str:
    fact = entry.fact
    notes = [_seen(fact, lang), labels.confidence(fact.confidence, lang)]
    if entry.why and entry.why != "undated":  # that it has no date is said already
        notes.append(_why_due(entry, lang))
    if entry.effect != NONE:
        notes.append(_effect(entry.effect, lang))
    link = address(fact.source)
    source = " ".join([source_name(fact.source, content, lang), *filter(None, [link])])
    return "\n".join([one_line(f"{fact.id}: {_figure(fact, lang)} ({', '.join(notes)})"), one_line(f"    {source}")])


def _seen(fact: Fact, lang: Language) -> str:
    """When it was seen; where only a year is known, that no more is."""
    when = seen(fact.seen, lang)
    return lang("{seen}, day not recorded", seen=when) if exactness(fact.seen) == "year" else when


def _effect(effect: Effect, lang: Language) -> str:
    parts = [lang.plural("bears on {n} case", "bears on {n} cases", effect.advices)]
    if effect.usd_month:
        parts.append(lang("{usd} a month hang on it", usd=lang.usd(effect.usd_month)))
    if effect.verdicts:
        parts.append(lang.plural("turns {n} verdict", "turns {n} verdicts", effect.verdicts))
    return ", ".join(parts)


def _figure(fact: Fact, lang: Language) -> str:
    match fact.value:
        case bool():
            return lang("Yes") if fact.value else lang("No")
        case int() | float():
            return labels.quantity(fact.value, fact.unit, lang)
        case date():
            return lang.date(fact.value)
        case "unknown":
            return lang("unknown")
        case _:
            return fact.value


def _why_due(entry: Listed, lang: Language) -> str:
    match entry.why:
        case "ended":
            return lang("ended on {date}", date=lang.date(entry.fact.void_from or date.max))
        case "ending":
            return lang("ends on {date}", date=lang.date(entry.fact.void_from or entry.fact.not_before or date.max))
        case "old":
            return lang.plural(
                "{kind}, which may stand {n} day",
                "{kind}, which may stand {n} days",
                entry.kind.days or 0,
                kind=lang(entry.kind.text),
            )
        case _:
            return lang("no date given")


def facts_json(entries: Sequence[Listed], at: date) -> str:
    """Each fact as in `content/facts/`, with `age_days` and `stale` (why it is due, or null) on the day; `kind`,
    `shelf_days` (null: it does not age), `dated_to` (day, month, year or null), `has_address`; and in `effect` what
    hangs on it: `advices`, `usd_month` and `verdicts` of the published cases and the examples.
    """
    return _json(
        [
            {
                **entry.fact.model_dump(mode="json", by_alias=True),
                "age_days": age_days(entry.fact, at),
                "stale": entry.why,
                "kind": entry.kind.id,
                "shelf_days": entry.kind.days,
                "dated_to": exactness(entry.fact.seen),
                "has_address": address(entry.fact.source) is not None,
                "effect": entry.effect._asdict(),
            }
            for entry in entries
        ]
    )


def offers_text(content: Content, at: date, lang: Language) -> str:
    """Who tunes what on a day, then what ends next, then what is closed. Raises `TooEarly` before the first fact."""
    covered(content).check(at)
    known = offers(content, at)
    rows = wording.offer_rows(known, at, content, lang)
    ends = wording.ends([offer for offer in known if offer.open_to], at, content, lang)
    parts = [
        (
            lang("Who tunes what on {date}:", date=lang.date(at)),
            [_offer(row, lang) for row in rows if row.state != "closed"],
        ),
        (lang("What ends next:"), [_end(end, lang) for end in ends]),
        (lang("Closed on that day:"), [_offer(row, lang) for row in rows if row.state == "closed"]),
    ]
    warning = [wrapped(text)] if (text := wording.beyond(at, content, lang)) else []
    told = ["\n".join([wrapped(title), *bullets(lines)]) for title, lines in parts if lines]
    return "\n\n".join([*warning, *told])


def _end(end: wording.EndText, lang: Language) -> str:
    when = lang.date(end.day)
    return lang("{date}: {what}. {who}: {models}.", date=when, what=end.what, who=end.who, models=end.models)


def _offer(row: wording.OfferText, lang: Language) -> str:
    sources = "; ".join(
        ", ".join(part for part in (source.title, source.details(lang)) if part) for source in row.sources
    )
    head = f"{row.who}: {row.models} ({row.methods})."
    parts = (head, row.said, row.customers, *row.conditions, row.places, row.note, f"[{sources}]" if sources else "")
    return " ".join(part for part in parts if part)


def offers_json(content: Content, at: date) -> str:
    """What holds on a day: the routes with their state, what ends next, and the facts that hold.

    Raises `TooEarly` before the first fact; `beyond_facts` says that the day is long after the newest one.
    """
    covered(content).check(at)
    known = offers(content, at)
    return _json(
        {
            "at": at.isoformat(),
            "beyond_facts": covered(content).beyond(at),
            "routes": [
                {
                    **offer.status.model_dump(mode="json", exclude={"options", "depends_on"}),
                    "state": offer.state,
                    "open_to": offer.open_to,
                    "hosting": offer.route.hosting,
                    "trains_in": list(offer.route.trains_in),
                }
                for offer in known
            ],
            "ends": [
                {**asdict(end), "day": end.day.isoformat(), "route": offer.route.id}
                for offer in known
                if offer.open_to
                for end in offer.ends
            ],
            "facts": [fact.model_dump(mode="json", by_alias=True) for fact in content.facts if holds(fact, at)],
        }
    )


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
