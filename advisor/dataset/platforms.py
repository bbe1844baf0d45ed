"""What a platform takes: rows, bytes, tokens, roles, formats. Each figure leads to its dated fact; None is unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, get_args

from advisor.content.data_checks import MethodLimits, PlatformEntry, Training
from advisor.content.entries import Fact
from advisor.content.load import Content, ContentError, load

METHODS: tuple[Training, ...] = get_args(Training)
"""How a file may be trained on."""
BYTES = {"MB": 1_000_000, "GB": 1_000_000_000}
"""Vendors do not say whether they count in thousands or in 1,024s: the smaller one is the safe reading."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure and the id of the fact that says so, which has source and date."""

    value: int
    fact: str


@dataclass(frozen=True, slots=True)
class Platform:
    """The demands of one platform for one method. Empty tuples and None: unknown."""

    id: str
    name: str
    method: str | None = None
    methods: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    byte_order_mark: Literal["required", "refused", "allowed", "unknown"] = "unknown"
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """By format, the fields that a row may have, where others are refused."""
    alternating: bool = False
    """Whether the user and the assistant must speak by turns."""
    inline_images: bool = False
    """Whether images must stand in the row, as data."""
    strict_keys: bool = False
    """Whether it refuses messages with keys that OpenAI's chat format lacks."""
    fetches_images: bool = False
    """Whether it fetches images itself, by the addresses in a row."""
    typed_parts: bool = True
    """Whether the parts of a content must say their type."""
    over_length: Literal["refused", "cut", "unknown"] = "unknown"
    """What becomes of an example with too many tokens."""
    arguments: Literal["text", "object"] = "text"
    reserved: tuple[str, ...] = ()
    minimum_rows: Limit | None = None
    recommended_rows: Limit | None = None
    maximum_rows: Limit | None = None
    example_tokens: Limit | None = None
    by_model: Mapping[str, Limit] = field(default_factory=dict, hash=False)
    """The same for the models where it differs."""
    images: Limit | None = None
    file_size: Limit | None = None
    """In bytes."""
    facts: tuple[str, ...] = ()
    """Ids of the facts behind roles, formats, fields, kinds of file, turns, images and byte-order mark."""

    @property
    def longest(self) -> tuple[str, Limit] | None:
        """What is used of an example at most, and the name of who does; None where no figure is known.

        Where the platform gives a figure for some models alone, it is the largest of these: what is longer is too long
        for each of them, and nothing is known of the others.
        """
        if self.example_tokens or not self.by_model:
            return (self.name, self.example_tokens) if self.example_tokens else None
        model, limit = max(self.by_model.items(), key=lambda one: one[1].value)
        return f"{self.name} ({model})", limit

    def takes(self, form: str) -> bool:
        """Whether it reads rows of this format, as far as is known."""
        return not self.formats or form in self.formats


def platform(name: str, method: str | None = None, content: Content | None = None) -> Platform:
    """The platform with this id. Raises `ContentError` naming those there are."""
    return _platform(name, method, content or load())


@cache
def _platform(name: str, method: str | None, content: Content) -> Platform:
    known = {one.id: one for one in content.platforms}
    if name not in known:
        raise ContentError(f'there is no platform "{name}"; there are: {", ".join(known)}')
    entry = known[name]
    facts = {fact.id: fact for fact in content.facts}
    return Platform(
        id=entry.id,
        name=entry.name,
        method=method,
        methods=entry.methods,
        roles=entry.roles,
        formats=entry.formats,
        containers=entry.containers,
        byte_order_mark=entry.byte_order_mark,
        columns=entry.columns,
        alternating=entry.alternating,
        inline_images=entry.inline_images,
        strict_keys=entry.strict_keys,
        fetches_images=entry.fetches_images,
        typed_parts=entry.typed_parts,
        over_length=entry.over_length,
        arguments=entry.arguments,
        reserved=entry.reserved,
        facts=entry.facts,
        by_model={model: limit for model, fact in entry.by_model.items() if (limit := _figure(facts[fact]))},
        **{name: _limit(entry, method, name, facts) for name in MethodLimits.model_fields},
    )


def _limit(entry: PlatformEntry, method: str | None, field: str, facts: dict[str, Fact]) -> Limit | None:
    own = next((part for name, part in entry.by_method.items() if name == method), None)
    fact_id = (getattr(own, field) if own else None) or getattr(entry, field)
    if fact_id is None:
        return None
    return _figure(facts[fact_id])


def _figure(fact: Fact) -> Limit | None:
    value = fact.low if fact.low is not None else fact.value
    return Limit(int(value * BYTES.get(fact.unit, 1)), fact.id) if isinstance(value, int | float) else None


def example_limits(content: Content | None = None) -> dict[str, tuple[str, Limit]]:
    """What is used of an example, by platform, and by `platform/model` for models of their own; with its name."""
    limits: dict[str, tuple[str, Limit]] = {}
    for platform_read in (platform(name, "sft", content) for name in platforms(content)):
        if platform_read.example_tokens:
            limits[platform_read.id] = (platform_read.name, platform_read.example_tokens)
        limits |= {
            f"{platform_read.id}/{model}": (f"{platform_read.name}, {model}", limit)
            for model, limit in platform_read.by_model.items()
        }
    return limits


def platforms(content: Content | None = None) -> tuple[str, ...]:
    """The ids of all platforms, in the order of the content."""
    return tuple(one.id for one in (content or load()).platforms)
