"""Our prices and ends of models against a second source: litellm's table, as `litellm.json` keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from advisor.content.catalogue import UnknownPrice, catalogue, holds
from advisor.content.entries import PricedModel
from advisor.content.load import Content
from advisor.content.prices import TOKENS_PER_PRICE

FOLDER = Path(__file__).parent
RECORDED = FOLDER / "litellm.json"
NAMES = FOLDER / "names.yaml"
EXCEPTIONS = FOLDER / "exceptions.yaml"
FIELDS = {
    "input": "input_cost_per_token",
    "cached": "cache_read_input_token_cost",
    "output": "output_cost_per_token",
    "batch-input": "input_cost_per_token_batches",
    "batch-cached": "cache_read_input_token_cost_batches",
    "batch-output": "output_cost_per_token_batches",
}
"""Their fields, in USD a token, by what ours are called; those of a tuned model begin with `ft-`."""
END = "deprecation_date"
NEAR = 1e-6
"""Shares by which prices may differ and count as the same."""


@dataclass(frozen=True)
class Ours:
    """A price of ours in USD a token, or the end of a model."""

    name: str
    """`model.field` of content/facts/models.yaml, or the id of a fact."""
    theirs: str
    field: str
    value: float | date


def names() -> dict[str, dict[str, str]]:
    """What ours are called there."""
    known: dict[str, dict[str, str]] = yaml.safe_load(NAMES.read_text("utf-8"))
    return known


def recorded() -> dict[str, Any]:
    """The recorded part of their table, with `version`, `day` and `models`."""
    known: dict[str, Any] = json.loads(RECORDED.read_text("utf-8"))
    return known


def exceptions() -> dict[str, str]:
    """Why ours differs, by its name."""
    known: dict[str, str] = yaml.safe_load(EXCEPTIONS.read_text("utf-8")) or {}
    return known


def their_name(model: PricedModel, prefixes: Mapping[str, str]) -> str:
    """What they call a base model: its name behind the prefix of its provider, mostly the provider's name."""
    return f"{prefixes.get(model.provider, f'{model.provider}/')}{model.ref}"


def ours(content: Content, at: date) -> Iterator[Ours]:
    """Every price and end of ours that has a name there, as it holds on a day."""
    known = names()
    yield from _models(content, at, known["providers"])
    for fact in content.facts:
        tuned = fact.field.startswith("ft-")
        field = FIELDS.get(fact.field.removeprefix("ft-"))
        theirs = known["tuned" if tuned else "facts"].get(fact.id.removesuffix(f".{fact.field}"))
        if theirs and field and fact.unit == "USD a million tokens" and holds(fact, at) and _number(fact.value):
            yield Ours(fact.id, theirs, field, float(fact.value) / TOKENS_PER_PRICE)  # type: ignore[arg-type]
        if theirs and fact.field in ("retirement", "shutdown") and isinstance(fact.value, date):
            yield Ours(fact.id, theirs, END, fact.value)


def _models(content: Content, at: date, prefixes: Mapping[str, str]) -> Iterator[Ours]:
    for model in content.models:
        theirs = their_name(model, prefixes)
        try:
            rates = catalogue(content, at).price(model).standard
        except UnknownPrice:
            continue
        for name, rate in (("input", rates.input), ("cached", rates.cached), ("output", rates.output)):
            yield Ours(f"{model.id}.{name}", theirs, FIELDS[name], rate.base)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def disagreements(content: Content, table: Mapping[str, Any], at: date) -> dict[str, str]:
    """What of ours is missing there or differs, by its name: what each says. What they leave out says nothing."""
    models = table["models"]
    said: dict[str, str] = {}
    for one in ours(content, at):
        if one.theirs not in models:
            said[one.name] = f"{one.theirs} is not in the table"
        elif (other := _theirs(models[one.theirs], one.field)) is not None and _differ(one.value, other):
            said[one.name] = f"{_shown(one.value)} here, {_shown(other)} for {one.theirs}"
    return said


def _theirs(entry: Mapping[str, Any], field: str) -> float | date | None:
    value = entry.get(field)
    if value is None:
        return None
    return date.fromisoformat(value) if field == END else float(value)


def _differ(one: float | date, other: float | date) -> bool:
    if isinstance(one, date) or isinstance(other, date):
        return one != other
    return abs(one - other) > NEAR * max(one, other)


def _shown(value: float | date) -> str:
    return value.isoformat() if isinstance(value, date) else f"{value * TOKENS_PER_PRICE:g} USD a million tokens"
