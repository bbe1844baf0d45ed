"""Everything that is wrong with a row: its fields one by one, its texts, and what each check of rows says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from advisor.dataset.checks import content, limits, preference, reading, roles, structure, tools
from advisor.dataset.checks.messages import message_faults, of_contents, plain
from advisor.dataset.checks.registry import CHECKS
from advisor.dataset.checks.subject import Definitions, Example, PlainChat, Rules
from advisor.dataset.checks.text import text_faults
from advisor.dataset.checks.turns import answer_faults, turn_faults
from advisor.dataset.formats.fields import CHAT, Field
from advisor.dataset.formats.reading import Conversation
from advisor.dataset.formats.registry import format_of
from advisor.dataset.platforms import Platform
from advisor.dataset.row import Fault, Row
from advisor.dataset.rows.cells import opened
from advisor.dataset.rows.order import Order
from advisor.dataset.rows.traits import is_messages

RAW = frozenset({"trl_text"})
"""Formats of raw text, in which the marks of a chat template belong."""
GROUPS = (content, limits)
"""The modules that register checks of rows."""


def check_row(
    row: Row,
    conversation: Conversation | None,
    form: str,
    platform: Platform | None = None,
    method: str | None = None,
    tokens: int | None = None,
    *,
    clean: bool = False,
) -> Iterator[Fault]:
    """What is wrong with a row of the format `form`; what reading found (`row.faults`) is not repeated.

    `conversation`: the view of the row in this format; without it its texts are not looked at.
    `tokens`: the exact count, if known; otherwise a long row is judged by its characters, and the fault says so.
    `clean`: its texts are known to have nothing wrong (`suspects`, `may_be_faulty`).
    """
    value = row.value
    if value is None:
        return
    if not isinstance(value, dict):
        yield from reading.not_an_object(row)
        return
    example = Example(row, value, conversation, form, platform, method, tokens)
    fields = format_of(form).fields
    if fields and not sound(value, form, method, platform):
        other = structure.other_format(value, fields)
        if other:
            yield other
        else:
            yield from _fields(example, value if row.raw is not None else _unfolded(value, fields), fields)
    if conversation is not None and (not clean or CHECKS.every_text):
        yield from text_faults(conversation.messages, row.raw, plain=form in RAW, grounded=_may_decline(value, form))
    for check in CHECKS.rows:
        yield from check.look(example)


def _may_decline(value: Mapping[str, Any], form: str) -> bool:
    """Whether declining is part of what a row teaches: what no passage answers, or what none of its tools does."""
    given = value.get("tools") or value.get("functions")
    return (
        form == "rag"
        or ("context" in value and "is_impossible" in value)
        or (bool(given) and not (isinstance(given, str) and given.strip() in ("", "[]")))
    )


def sound(value: Any, form: str, method: str | None = None, platform: Platform | None = None) -> bool:
    """Whether a row is at once seen to be a plain conversation and nothing else, as most are."""
    return (
        type(value) is dict
        and len(value) == 1
        and format_of(form).fields is CHAT
        and method != "rft"
        and plain(value.get("messages"), "chat", platform.roles if platform else ())
    )


def passes(how: Order, tokens: int, form: str, method: str | None = None, platform: Platform | None = None) -> bool:
    """Whether `check_row` finds nothing in a plain conversation of so many tokens, none of whose texts is empty or has
    something wrong.
    """
    if (
        not how.by_turns
        or format_of(form).fields is not CHAT
        or method == "rft"
        or CHECKS.every_row
        or CHECKS.every_text
    ):
        return False
    if platform is not None and platform.roles and not all(role in platform.roles for role in how.roles):
        return False
    chat = PlainChat(how, tokens, platform)
    return all(check(chat) for check in CHECKS.passing)


def _unfolded(value: dict[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    """A row of a table, with the lists and objects that its cells hold as text."""
    kinds = {field.named(value): field.kinds for field in fields}
    unfolded: dict[str, Any] = {}
    for key, part in value.items():
        whole = _opened(part)
        texts = "text" in kinds.get(key, ())  # a text may look like a list, and is one only if it holds messages
        unfolded[key] = part if texts and not (len(kinds[key]) > 1 and is_messages(whole)) else whole
    return unfolded


def _opened(value: Any) -> Any:
    """A list or an object, also where a table holds it as text."""
    return opened(value) if isinstance(value, str) and value.lstrip()[:1] in ("[", "{") else value


def _fields(example: Example, value: dict[str, Any], fields: Sequence[Field]) -> Iterator[Fault]:
    """What is wrong with the fields of a row, whose lists and objects are unfolded."""
    form, method = example.form, example.method
    rules, faults = _rules(value, form, example.platform)
    yield from structure.other_keys(example, value, fields, rules.strict)
    if value.get("functions") is not None:
        yield tools.old_form("functions", "functions")
    yield from faults
    for field in fields:
        name = field.named(value)
        if name is not None:
            given = value[name]
            if form == "trl_preference" and name != "prompt" and preference.begins_with(given, value.get("prompt")):
                given = given[len(value["prompt"]) :]  # told below, and once
            yield from _field(given, field._replace(key=name), form, rules, method)
        elif field.required:
            yield structure.missing_field(field, value)
    if format_of(form).rejected:
        yield from preference.identical_pair(value, form)
    if form == "openai_dpo":
        yield from content.images_in_preference(value)
        yield from preference.several_answers(value)
    if form == "trl_preference":
        yield from preference.prompt_repeated(value)
    if form == "openai_rft" or method == "rft":
        yield from preference.no_grader_field(value)


def _rules(value: Mapping[str, Any], form: str, platform: Platform | None) -> tuple[Rules, list[Fault]]:
    where, holder = "tools", value
    if form == "openai_dpo" and isinstance(value.get("input"), dict):
        where, holder = "input.tools", value["input"]
    ours = form.startswith("openai")
    arguments = platform.arguments if platform else "text" if ours else "object"
    if form.startswith("trl_") and not ours:
        arguments = "object"
    how: Definitions = "typed" if platform and arguments == "text" else "any"
    faults, defined = tools.definitions(holder, where, "google" if form == "google_chat" else how)
    strict = ours and (platform is None or platform.strict_keys)
    fetched = ours and (platform is None or platform.fetches_images)
    typed = form != "bedrock_chat" and (platform is None or platform.typed_parts)
    read = platform if platform is None or platform.takes(form) else None
    return Rules(arguments, defined, read, strict, fetched, typed), faults


def _field(value: Any, field: Field, form: str, rules: Rules, method: str | None) -> Iterator[Fault]:
    key, kinds = field.key, field.kinds
    if "text" in kinds and not isinstance(value, list):
        yield from content.text_field(value, field)
        return
    match kinds[-1]:
        case "chat":
            yield from message_faults(value, key, "prompt" if method == "rft" else "chat", rules)
        case "prompt" | "answer" as kind:
            yield from message_faults(value, key, kind, rules)
        case "turns":
            yield from turn_faults(value, key, form)
        case "turn":
            yield from answer_faults(value, key)
        case "contents":
            yield from _contents(value, key, rules)
        case "object":
            yield from _input(value, key, rules)
        case "texts":
            yield from _texts(value, key)
        case "passages":
            yield from _passages(value, key)
        case "list":
            if not isinstance(value, list):
                yield structure.wrong_type(value, key, "array")
        case "label":
            if value is None or value == "":
                yield structure.empty_field(key)
        case "any":
            if value is None or value in ("", [], {}):
                yield structure.empty_field(key)
        case _:
            yield structure.wrong_type(value, key, "string")


def _contents(value: Any, key: str, rules: Rules) -> Iterator[Fault]:
    """Google's list of contents, whose text stands in parts."""
    yield from roles.google_roles(value, key)
    for fault in message_faults(of_contents(value), key, "chat", rules._replace(platform=None)):
        end = ".content"
        yield fault._replace(field=fault.field.removesuffix(end) + ".parts") if fault.field.endswith(end) else fault


def _texts(value: Any, key: str) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield structure.wrong_type(value, key, "array")
        return
    if not value:
        yield structure.no_messages(key)
    for place, text in enumerate(value):
        yield from content.text_field(text, Field(f"{key}[{place}]", ("text",), "assistant" if place % 2 else "user"))


def _passages(value: Any, key: str) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield structure.wrong_type(value, key, "array")
        return
    if not value:
        yield structure.empty_field(key)
    for place, text in enumerate(value):
        yield from content.text_field(text, Field(f"{key}[{place}]", ("text",)))


def _input(value: Any, key: str, rules: Rules) -> Iterator[Fault]:
    """The prompt of OpenAI's preference format."""
    if not isinstance(value, dict):
        yield structure.wrong_type(value, key, "object")
    elif "messages" not in value:
        yield structure.missing_messages(f"{key}.messages", value)
    else:
        yield from message_faults(value["messages"], f"{key}.messages", "prompt", rules)
