"""Structure: whether rows have the fields of their format, with the kinds of value that it wants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from advisor.dataset.checks.registry import CHECKS
from advisor.dataset.checks.subject import Example, File, Rules
from advisor.dataset.checks.values import keys_of, kind_of
from advisor.dataset.formats.fields import TELLING, Field
from advisor.dataset.formats.registry import FORMATS
from advisor.dataset.place import spot, unit_of
from advisor.dataset.platforms import Platform
from advisor.dataset.row import Fault, excerpt

MEDIA = {
    **{"images": "<image>", "videos": "<video>", "audios": "<audio>"},
    **{"image": "<image>", "video": "<video>", "audio": "<audio>"},
}
"""Fields that name the files of a row, and the mark that stands in a text for each of them."""
MESSAGE_KEYS = frozenset(
    {"role", "content", "name", "weight", "tool_calls", "tool_call_id", "refusal", "function_call", "audio"}
)
OPEN_KEYS = MESSAGE_KEYS | {"thinking", "reasoning", "reasoning_content", "images"}
"""Keys that trainers of open models read besides."""
MOST_WANTED = 6
"""Formats whose fields are named where the rows have those of none."""


def other_format(value: Mapping[str, Any], fields: Sequence[Field]) -> Fault | None:
    """The fault of a row that belongs to another format; None if it belongs to this one."""
    if any(field.named(value) for field in fields if field.required) or not TELLING & value.keys():
        return None
    keys = keys_of(value)
    return Fault("mixed-schemas", "", "", {"keys": keys}) if keys else None


def other_keys(example: Example, value: Mapping[str, Any], fields: Sequence[Field], strict: bool) -> Iterator[Fault]:
    """Fields that the platform does not read, or that the format does not know."""
    form, platform = example.form, example.platform
    known = FORMATS[form].only if strict else None
    if known is not None and platform is None:
        known |= MEDIA.keys()  # rows of other trainers look the same but for these
    whole = all(field.named(value) for field in fields if field.required)
    columns = platform.columns.get(form) if platform else None
    if platform and columns and whole:
        for key in sorted(value.keys() - {*columns}, key=str):
            name = excerpt(str(key))
            values = {"platform": platform.name, "key": name, "allowed": ", ".join(columns)}
            yield Fault("column-not-read", name, "", values)
    elif known is not None and whole and not value.keys() <= known and example.method != "rft":
        for key in sorted(value.keys() - known, key=str):
            yield Fault("unknown-key", excerpt(str(key)), "", {"key": excerpt(str(key))})


def missing_field(field: Field, value: Mapping[str, Any]) -> Fault:
    """The fault of a row without a field that its format demands."""
    if field.key in ("messages", "conversations"):
        return missing_messages(field.key, value)
    return Fault("missing-field", field.key, "", {"key": field.key, "keys": keys_of(value)})


def missing_messages(key: str, value: Mapping[str, Any]) -> Fault:
    """The fault of an object that lacks its messages."""
    return Fault("missing-messages", key, "", {"key": key, "keys": keys_of(value)})


def wrong_type(value: Any, key: str, expected: str) -> Fault:
    """The fault of a field that holds another kind of value than it should."""
    return Fault("wrong-type", key, "", {"key": key, "kind": kind_of(value), "expected": expected})


def empty_field(key: str) -> Fault:
    """The fault of a field with nothing in it."""
    return Fault("empty-field", key, "", {"key": key})


def no_list(value: Any, where: str, evidence: str = "") -> Fault:
    """The fault of messages that are no list."""
    return Fault("messages-not-a-list", where, evidence, {"kind": kind_of(value)})


def no_messages(where: str) -> Fault:
    """The fault of a list without messages."""
    return Fault("empty-messages", where)


def no_message(value: Any, here: str, evidence: str = "") -> Fault:
    """The fault of a message that is no object."""
    return Fault("message-not-an-object", here, evidence, {"kind": kind_of(value)})


def message_keys(message: Mapping[str, Any], here: str, rules: Rules) -> Iterator[Fault]:
    """Keys of a message that nobody reads."""
    known = MESSAGE_KEYS if rules.strict else OPEN_KEYS
    if not message.keys() <= known:
        for key in sorted(message.keys() - known, key=str):
            yield Fault("unknown-key", f"{here}.{excerpt(str(key))}", "", {"key": excerpt(str(key))})


def speaker_name(message: Mapping[str, Any], here: str) -> Iterator[Fault]:
    """A name of who speaks that is no text."""
    if "name" in message and not isinstance(message["name"], str | None):
        yield wrong_type(message["name"], "name", "string")._replace(field=f"{here}.name")


@CHECKS.of_files("unknown-format")
def unknown_format(file: File) -> Iterator[Fault]:
    """Rows of no format that is known here."""
    if file.facts.form == "unknown" and file.facts.rows:
        yield Fault("unknown-format", "", "", {"fields": "; ".join(_wanted(file.platform, file.method))})


def _wanted(platform: Platform | None, method: str | None) -> list[str]:
    """The fields of the formats that may have been meant: those that the platform reads, for this method."""
    known = platform.formats if platform is not None and platform.formats else sorted(FORMATS, key=_familiar)
    of_method = [form for form in known if FORMATS[form].fields and method in (None, FORMATS[form].method)]
    if not method and not (platform is not None and platform.formats):
        of_method = ["openai_chat", "prompt_completion", "alpaca", "sharegpt"]
    chosen = of_method or [form for form in known if FORMATS[form].fields]
    named = (", ".join(field.key for field in FORMATS[form].fields if field.required) for form in chosen)
    return [*dict.fromkeys(filter(None, named))][:MOST_WANTED]


def _familiar(form: str) -> int:
    return FORMATS[form].familiar


@CHECKS.of_files("mixed-kinds")
def mixed_kinds(file: File) -> Iterator[Fault]:
    """Columns in which a few rows hold another kind of value than the others.

    Services that take calls as text read tools as JSON and not as columns: defaults of several kinds are sound there.
    """
    facts, platform = file.facts, file.platform
    for key, kinds in sorted(facts.kinds.items()):
        if key.startswith("tools[") and (platform is None or platform.arguments == "text"):
            continue
        (usual, most), *others = sorted(kinds.items(), key=lambda one: (-one[1], one[0]))
        if others and most > sum(n for _, n in others):
            kind, n = others[0]
            unit = unit_of(facts.container or "")
            places = tuple(spot(line, unit) for line in facts.kind_lines.get(key, {}).get(kind, ()))
            name = excerpt(key)
            values = {"key": name, "kind": kind, "usual": usual, "n": n, "most": most, "places": places}
            yield Fault("mixed-kinds", name, "", values)


@CHECKS.of_files("turn-keys-differ")
def turn_keys(file: File) -> Iterator[Fault]:
    """ShareGPT rows whose turns have other keys than those of most."""
    (usual, most), *others = sorted(file.facts.turn_keys.items(), key=lambda one: (-one[1], one[0])) or [("", 0)]
    if others:
        values = {"keys": others[0][0], "usual": usual, "n": sum(n for _, n in others), "most": most}
        yield Fault("turn-keys-differ", "", "", values)
