"""The models of the checks of training data: what they say (`checks.yaml`) and hold against (`platforms.yaml`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, StringConstraints, model_validator

from advisor.content.entries import Column, Entry, Id, Named, Text

CheckId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Severity = Literal["error", "warning", "info"]
Training = Literal["sft", "dpo", "rft", "vision", "pretrain", "classify"]
"""How a file is trained on."""
Group = Literal[
    "reading",
    "structure",
    "roles",
    "content",
    "weights",
    "tools",
    "preference",
    "limits",
    "balance",
    "duplicates",
    "leakage",
    "privacy",
    "text",
]
GROUPS: tuple[Group, ...] = get_args(Group)
"""In the order in which a report tells what is wrong in one place."""
Repair = Literal["safe", "asked", "no"]


class Reading(Entry):
    """How often a check was right on public files, where a person read its finds one by one, and on which day."""

    right: Annotated[int, Field(ge=0)]
    finds: Annotated[int, Field(ge=1)]
    on: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]

    @model_validator(mode="after")
    def _no_more_right_than_found(self) -> Self:
        if self.right > self.finds:
            raise ValueError(f"{self.right} right finds of {self.finds}")
        return self


class Measured(Entry):
    """The precision of a check on the files on which it was improved, and on those that it had never met."""

    in_sample: Reading | None = None
    out_of_sample: Reading | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.in_sample is None and self.out_of_sample is None:
            raise ValueError("one of in_sample and out_of_sample is needed")
        return self


class Check(Named):
    """One kind of defect: what it is called, how bad it is, what it does to training, what to do about it."""

    id: CheckId
    group: Group
    severity: Severity
    title: Text
    message: Text
    """What was found, with the values of the finding in braces."""
    one: Text | None = None
    """What is said instead where {n} is one."""
    why: Text
    """Why it matters for training."""
    fix: Text
    """What to do."""
    repair: Repair = "no"
    """What `advisor repair` does about it. safe: mends it wherever nobody need judge what the text should say; asked:
    mends it with an option of its own, since rows or words go; no: a person must decide.
    """
    methods: tuple[Training, ...] = ()
    """The methods for which it is a defect; none: all."""
    platforms: tuple[Column, ...] = ()
    """The platforms (`platforms.yaml`) for which it is a defect; none: all."""
    phrases: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Words that give it away, by language; `any` for those of every language."""
    measured: Measured | None = None
    """Its precision on public files; the source `precision` says which and when."""
    sources: tuple[Id, ...]

    def counted(self) -> dict[str, str]:
        return {self.one: self.message} if self.one else {}

    @property
    def is_leak(self) -> bool:
        """Whether the lines that it names are those of the validation file."""
        return self.group == "leakage"


class MethodLimits(Entry):
    """What a platform demands of a file, or says of it. Each is the id of a dated fact; none: unknown."""

    minimum_rows: Id | None = None
    recommended_rows: Id | None = None
    maximum_rows: Id | None = None
    example_tokens: Id | None = None
    """Tokens of one example that are used, if the platform fixes or presets them."""
    images: Id | None = None
    """Images in one example."""
    file_size: Id | None = None


class PlatformTraits(Named):
    """What a platform reads, whatever the method."""

    id: Column
    name: str
    methods: tuple[Training, ...] = ()
    """Methods that it offers; none: unknown, or whatever the user's own script does."""
    roles: tuple[str, ...] = ()
    """Roles that its chat format knows; none: unknown."""
    formats: tuple[str, ...] = ()
    """Formats of `advisor.dataset.formats.recognition` that it reads; none: unknown."""
    containers: tuple[Literal["jsonl", "json", "csv", "tsv", "parquet"], ...] = ()
    """Kinds of file that it reads; none: unknown."""
    byte_order_mark: Literal["required", "refused", "allowed", "unknown"] = "unknown"
    columns: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """By format, the fields that a row may have, where it refuses rows with others."""
    alternating: bool = False
    """Whether it refuses conversations in which the user, or the assistant, speaks twice in a row."""
    inline_images: bool = False
    """Whether it reads images only where they stand in the row, as data."""
    strict_keys: bool = False
    """Whether it refuses messages with keys that OpenAI's chat format lacks."""
    fetches_images: bool = False
    """Whether it fetches images itself, by the addresses in a row."""
    typed_parts: bool = True
    """Whether the parts of a content must say their type."""
    over_length: Literal["refused", "cut", "unknown"] = "unknown"
    """What it does with an example that has more tokens than it takes."""
    arguments: Literal["text", "object"] = "text"
    """How it wants the arguments of a tool call."""
    reserved: tuple[str, ...] = ()
    """Words that a prompt may not hold there."""
    facts: tuple[Id, ...] = ()
    """Facts behind the roles, formats, columns, containers, turns, images and the byte-order mark."""


class PlatformEntry(MethodLimits, PlatformTraits):
    """A platform. `by_method` holds what one method changes."""

    by_method: dict[Training, MethodLimits] = Field(default_factory=dict)
    by_model: dict[str, Id] = Field(default_factory=dict)
    """Tokens of one example that are used, for the models where that differs."""

    def named_facts(self) -> Iterator[Id]:
        """Ids of all facts that it names."""
        for limits in (self, *self.by_method.values()):
            yield from filter(None, (getattr(limits, name) for name in MethodLimits.model_fields))
        yield from (*self.by_model.values(), *self.facts)

    @model_validator(mode="after")
    def _offers_what_it_limits(self) -> Self:
        wrong = set(self.by_method) - set(self.methods) if self.methods else set()
        if wrong:
            raise ValueError(f"limits for methods that are not offered: {', '.join(sorted(wrong))}")
        return self
