"""What a platform takes: rows, bytes, tokens, roles, formats. Each figure leads to its dated fact; None is unknown."""

# Annotations are not postponed here: Pydantic would compile each of them anew at every start.
from dataclasses import dataclass
from functools import cache
from typing import get_args

from pydantic import Field

from advisor.content.data_checks import MethodLimits, PlatformEntry, PlatformTraits, Training
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


class Platform(PlatformTraits):
    """The demands of one platform for one method: what it reads, and its limits as figures. None: unknown."""

    method: str | None = None
    minimum_rows: Limit | None = None
    recommended_rows: Limit | None = None
    maximum_rows: Limit | None = None
    example_tokens: Limit | None = None
    by_model: dict[str, Limit] = Field(default_factory=dict)
    """The same for the models where it differs."""
    images: Limit | None = None
    file_size: Limit | None = None
    """In bytes."""

    def __hash__(self) -> int:
        return hash((self.id, self.method))

    @property
    def longest(self) -> tuple[str, Limit] | None:
        """What is used of an example at most, and the name of who does; None where no figure is known.

        Where the platform gives a figure for some models alone, it is the largest of these: what is longer is too long
        for each of them, and nothing is known of the others.
        """
        if self.example_tokens or not self.by_model:
            return (self.name, self.example_tokens) if self.example_tokens else None
        model, limit = max(self.by_model.items(), key=lambda item: item[1].value)
        return f"{self.name} ({model})", limit

    def takes(self, form: str) -> bool:
        """Whether it reads rows of this format, as far as is known."""
        return not self.formats or form in self.formats


def platform(name: str, method: str | None = None, content: Content | None = None) -> Platform:
    """The platform with this id. Raises `ContentError` naming those there are."""
    return _platform(name, method, content or load())


@cache
def _platform(name: str, method: str | None, content: Content) -> Platform:
    known = {entry.id: entry for entry in content.platforms}
    if name not in known:
        raise ContentError(f'there is no platform "{name}"; there are: {", ".join(known)}')
    entry = known[name]
    facts = {fact.id: fact for fact in content.facts}
    return Platform(
        **{name: getattr(entry, name) for name in PlatformTraits.model_fields},
        **{name: _limit(entry, method, name, facts) for name in MethodLimits.model_fields},
        method=method,
        by_model={model: limit for model, fact in entry.by_model.items() if (limit := _figure(facts[fact]))},
    )


def _limit(entry: PlatformEntry, method: str | None, field: str, facts: dict[str, Fact]) -> Limit | None:
    own = next((limits for name, limits in entry.by_method.items() if name == method), None)
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
    return tuple(entry.id for entry in (content or load()).platforms)
