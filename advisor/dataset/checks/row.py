"""The checks of one row: its shape, its messages, its texts, and what the platform says to it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from advisor.dataset.checks.messages import Rules, definitions, empty, message_faults, plain
from advisor.dataset.checks.text import text_faults
from advisor.dataset.checks.tools import Definitions, kind_of
from advisor.dataset.formats.fields import CHAT, TELLING, Field
from advisor.dataset.formats.reading import Conversation, Turn
from advisor.dataset.formats.registry import format_of
from advisor.dataset.platforms import Limit, Platform
from advisor.dataset.row import Fault, Row, excerpt
from advisor.dataset.rows.order import Order
from advisor.dataset.rows.traits import NOTHING, is_messages
from advisor.dataset.rows.turns import ROLES

CHARACTERS_PER_TOKEN = 4
"""A rule of thumb for English text, from OpenAI's token guide; used where nobody has counted."""
RAW = frozenset({"trl_text"})
"""Formats of raw text, in which the marks of a chat template belong."""
NOT_GRADER_FIELDS = frozenset({"messages", "tools", "parallel_tool_calls", "response_format"})
MEDIA = {
    **{"images": "<image>", "videos": "<video>", "audios": "<audio>"},
    **{"image": "<image>", "video": "<video>", "audio": "<audio>"},
}
"""Fields that name the files of a row, and the mark that stands in a text for each of them."""
GOOGLE_ROLES = ("user", "model")
SHAREGPT_ASKS, SHAREGPT_ANSWERS = frozenset({"human", "observation", "user"}), frozenset({"gpt", "function_call"})


def check_row(
    row: Row,
    said: Conversation | None,
    form: str,
    platform: Platform | None = None,
    method: str | None = None,
    tokens: int | None = None,
    *,
    clean: bool = False,
) -> Iterator[Fault]:
    """What is wrong with a row of the format `form`; what reading found (`row.faults`) is not repeated.

    `said`: the view of the row in this format; without it its texts are not looked at.
    `tokens`: the exact count, if known; otherwise a long row is judged by its characters, and the fault says so.
    `clean`: its texts are known to have nothing wrong (`suspects`, `may_be_faulty`).
    """
    value = row.value
    if value is None:
        return
    if not isinstance(value, dict):
        if not any(fault.check == "not-an-object" for fault in row.faults):
            yield Fault("not-an-object", "", "", {"kind": kind_of(value)})
        return
    fields = format_of(form).fields
    if fields and not sound(value, form, method, platform):
        other = _other_format(value, fields)
        if other:
            yield Fault("mixed-schemas", "", "", {"keys": other})
        else:
            shown = value if row.raw is not None else _unfolded(value, fields)
            yield from _shape(shown, fields, form, platform, method)
    if said is not None:
        if not clean:
            yield from text_faults(said.messages, row.raw, plain=form in RAW, grounded=_may_decline(value, form))
        if platform is not None and platform.reserved:
            yield from _reserved(said.messages, platform)
        if platform is not None and platform.images is not None:
            yield from _images(said, platform, platform.images)
        if not MEDIA.keys().isdisjoint(value):
            yield from _media(value, said, row.raw is not None)
    yield from _length(row, said, platform, tokens)


def _may_decline(value: Mapping[str, Any], form: str) -> bool:
    """Whether declining is part of what a row teaches: what no passage answers, or what none of its tools does."""
    tools = value.get("tools") or value.get("functions")
    return (
        form == "rag"
        or ("context" in value and "is_impossible" in value)
        or (bool(tools) and not (isinstance(tools, str) and tools.strip() in ("", "[]")))
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
    if not how.by_turns or format_of(form).fields is not CHAT or method == "rft":
        return False
    if platform is None:
        return True
    longest = platform.longest
    return (
        not platform.reserved
        and (not platform.roles or all(role in platform.roles for role in how.roles))
        and (longest is None or tokens <= longest[1].value)
    )


def _other_format(value: Mapping[str, Any], fields: Sequence[Field]) -> str:
    """The keys of a row that belongs to another format; nothing if it belongs to this one."""
    if any(field.named(value) for field in fields if field.required):
        return ""
    return excerpt(", ".join(map(str, value))) if TELLING & value.keys() else ""


def _unfolded(value: dict[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    """A row of a table, with the lists and objects that its cells hold as text."""
    kinds = {field.named(value): field.kinds for field in fields}
    made: dict[str, Any] = {}
    for key, part in value.items():
        opened = _opened(part)
        texts = "text" in kinds.get(key, ())  # a text may look like a list, and is one only if it holds messages
        made[key] = part if texts and not (len(kinds[key]) > 1 and is_messages(opened)) else opened
    return made


def _opened(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            found = json.loads(value)
        except (ValueError, RecursionError):
            return value
        return found if isinstance(found, list | dict) else value
    return value


def _shape(
    value: dict[str, Any], fields: Sequence[Field], form: str, platform: Platform | None, method: str | None
) -> Iterator[Fault]:
    rules, faults = _rules(value, form, platform)
    known = format_of(form).only if rules.strict else None
    if known is not None and platform is None:
        known |= MEDIA.keys()  # rows of other trainers look the same but for these
    whole = all(field.named(value) for field in fields if field.required)
    columns = platform.columns.get(form) if platform else None
    if platform and columns and whole:
        for key in sorted(value.keys() - {*columns}, key=str):
            shown = excerpt(str(key))
            values = {"platform": platform.name, "key": shown, "allowed": ", ".join(columns)}
            yield Fault("column-not-read", shown, "", values)
    elif known is not None and whole and not value.keys() <= known and method != "rft":
        for key in sorted(value.keys() - known, key=str):
            yield Fault("unknown-key", excerpt(str(key)), "", {"key": excerpt(str(key))})
    if value.get("functions") is not None:
        yield Fault("deprecated-function-call", "functions", "", {"key": "functions"})
    yield from faults
    for field in fields:
        name = field.named(value)
        if name is not None:
            said = value[name]
            if form == "trl_preference" and name != "prompt" and _begins_with(said, value.get("prompt")):
                said = said[len(value["prompt"]) :]  # told below, and once
            yield from _field(said, field._replace(key=name), form, rules, method)
        elif field.required:
            check = "missing-messages" if field.key in ("messages", "conversations") else "missing-field"
            yield Fault(check, field.key, "", {"key": field.key, "keys": excerpt(", ".join(map(str, value)))})
    if rejected := format_of(form).rejected:
        better, worse = format_of(form).answer[0], rejected[0]
        if better in value and _said(value[better]) == _said(value.get(worse)):
            yield Fault("identical-pair", worse)
        if form == "openai_dpo":
            yield from _text_only(value)
            yield from _one_answer(value)
        if form == "trl_preference":
            yield from _repeated_prompt(value)
    if (form == "openai_rft" or method == "rft") and "messages" in value and not value.keys() - NOT_GRADER_FIELDS:
        yield Fault("no-grader-field", "")


def _rules(value: Mapping[str, Any], form: str, platform: Platform | None) -> tuple[Rules, list[Fault]]:
    where, holder = "tools", value
    if form == "openai_dpo" and isinstance(value.get("input"), dict):
        where, holder = "input.tools", value["input"]
    ours = form.startswith("openai")
    arguments = platform.arguments if platform else "text" if ours else "object"
    if form.startswith("trl_") and not ours:
        arguments = "object"
    how: Definitions = "typed" if platform and arguments == "text" else "any"
    faults, tools = definitions(holder, where, "google" if form == "google_chat" else how)
    strict = ours and (platform is None or platform.id in ("openai", "azure"))
    typed = form != "bedrock_chat" and (platform is None or platform.id != "bedrock")
    return Rules(
        arguments, tools, platform if platform is None or platform.takes(form) else None, strict, typed
    ), faults


def _field(value: Any, field: Field, form: str, rules: Rules, method: str | None) -> Iterator[Fault]:
    key, kinds = field.key, field.kinds
    if "text" in kinds and not isinstance(value, list):
        yield from _text(value, field)
        return
    match kinds[-1]:
        case "chat":
            yield from message_faults(value, key, "prompt" if method == "rft" else "chat", rules)
        case "prompt" | "answer" as kind:
            yield from message_faults(value, key, kind, rules)
        case "turns":
            yield from _turns(value, key, form)
        case "turn":
            yield from _turn(value, key)
        case "contents":
            yield from _google_roles(value, key)
            for fault in message_faults(_messages(value), key, "chat", rules._replace(platform=None)):
                end = ".content"
                spot = fault.field.removesuffix(end) + ".parts" if fault.field.endswith(end) else fault.field
                yield fault._replace(field=spot)
        case "object":
            yield from _input(value, key, rules)
        case "texts":
            yield from _texts(value, key)
        case "passages":
            yield from _passages(value, key)
        case "list":
            if not isinstance(value, list):
                yield _wrong(value, key, "array")
        case "label":
            if value is None or value == "":
                yield Fault("empty-field", key, "", {"key": key})
        case "any":
            if value is None or value in ("", [], {}):
                yield Fault("empty-field", key, "", {"key": key})
        case _:
            yield _wrong(value, key, "string")


def _text(value: Any, field: Field) -> Iterator[Fault]:
    if isinstance(value, str):
        if (not value or value.isspace()) and not field.may_be_empty:
            spoken = field.speaker != "text"
            yield (
                empty(value, field.speaker, field.key)
                if spoken
                else Fault("empty-field", field.key, "", {"key": field.key})
            )
    elif value is None:
        if not field.may_be_empty:
            yield Fault("null-content", field.key)
    else:
        yield Fault("content-not-text", field.key, "", {"kind": kind_of(value)})


def _texts(value: Any, key: str) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield _wrong(value, key, "array")
        return
    if not value:
        yield Fault("empty-messages", key)
    for place, text in enumerate(value):
        yield from _text(text, Field(f"{key}[{place}]", ("text",), "assistant" if place % 2 else "user"))


def _passages(value: Any, key: str) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield _wrong(value, key, "array")
        return
    if not value:
        yield Fault("empty-field", key, "", {"key": key})
    for place, text in enumerate(value):
        yield from _text(text, Field(f"{key}[{place}]", ("text",)))


def _input(value: Any, key: str, rules: Rules) -> Iterator[Fault]:
    """The prompt of OpenAI's preference format."""
    if not isinstance(value, dict):
        yield _wrong(value, key, "object")
    elif "messages" not in value:
        keys = excerpt(", ".join(map(str, value)))
        yield Fault("missing-messages", f"{key}.messages", "", {"key": f"{key}.messages", "keys": keys})
    else:
        yield from message_faults(value["messages"], f"{key}.messages", "prompt", rules)


def _text_only(value: Mapping[str, Any]) -> Iterator[Fault]:
    for name in ("preferred_output", "non_preferred_output"):
        output = value.get(name)
        for place, message in enumerate(output if isinstance(output, list) else []):
            if isinstance(message, dict) and isinstance(message.get("content"), list):
                yield Fault("images-in-preference", f"{name}[{place}].content")


def _one_answer(value: Mapping[str, Any]) -> Iterator[Fault]:
    """Each side holds one answer; calls of tools may go before it."""
    for name in ("preferred_output", "non_preferred_output"):
        output = value.get(name)
        said = [
            one
            for one in (output if isinstance(output, list) else [])
            if isinstance(one, dict) and one.get("role") == "assistant" and one.get("content") not in (None, "")
        ]
        if len(said) > 1:
            yield Fault("several-answers", name, "", {"key": name, "n": len(said)})


def _repeated_prompt(value: Mapping[str, Any]) -> Iterator[Fault]:
    prompt = value.get("prompt")
    for name in ("chosen", "rejected"):
        if _begins_with(value.get(name), prompt):
            yield Fault("prompt-repeated", name, "", {"key": name})


def _said(answer: Any) -> Any:
    """What an answer says, without what changes nothing: blanks around its texts, and keys that hold nothing."""
    if isinstance(answer, str):
        return answer.strip()
    if isinstance(answer, list):
        return [_said(part) for part in answer]
    if isinstance(answer, dict):
        return {key: _said(part) for key, part in answer.items() if part not in NOTHING}
    return answer


def _begins_with(answer: Any, prompt: Any) -> bool:
    """Whether an answer has all messages of the question first, and more after them."""
    return is_messages(prompt) and is_messages(answer) and len(answer) > len(prompt) and answer[: len(prompt)] == prompt


def _media(value: Mapping[str, Any], said: Conversation, lists: bool) -> Iterator[Fault]:
    """Whether there is a mark in the texts for each file beside them. Parts that stand for a file are marks too.

    `lists`: the row may hold lists, as those of tables may not.
    """
    for key, mark in MEDIA.items():
        files = value.get(key)
        if lists and isinstance(files, str) and files and key.endswith("s"):
            yield _wrong(files, key, "array")
        if isinstance(files, str | dict) and files:
            files = [files]
        if not isinstance(files, list):
            continue
        marks = sum(turn.text.count(mark) for turn in said.messages) or _parts_of(value, key.removesuffix("s"))
        if marks != len(files):
            yield Fault("media-count", key, "", {"key": key, "mark": mark, "marks": marks, "files": len(files)})


def _images(said: Conversation, platform: Platform, most: Limit) -> Iterator[Fault]:
    """Whether a row shows more images than a platform takes, wherever it names them."""
    shown = {turn.field: len([one for one in turn.media if one.kind == "image"]) for turn in said.messages}
    n = max(sum(shown.values()), len([one for one in said.files if one.kind == "image"]))
    if n > most.value:
        where = [field for field, images in shown.items() if images]
        spot = where[0] if len(where) == 1 else ""
        yield Fault("too-many-images", spot, "", {"n": n, "most": most.value, "platform": platform.name})


def _parts_of(value: Mapping[str, Any], kind: str) -> int:
    contents = (one.get("content") for one in value.get("messages") or () if isinstance(one, dict))
    parts = (part for content in contents if isinstance(content, list) for part in content)
    return sum(isinstance(part, dict) and part.get("type") in (kind, f"{kind}_url") for part in parts)


def _turns(value: Any, key: str, form: str) -> Iterator[Fault]:
    """ShareGPT's list of turns: question and answer by turns, after at most one system turn."""
    if not isinstance(value, list):
        yield Fault("messages-not-a-list", key, "", {"kind": kind_of(value)})
        return
    if not value:
        yield Fault("empty-messages", key)
        return
    speakers: list[str] = []
    for place, turn in enumerate(value):
        here = f"{key}[{place}]"
        if not isinstance(turn, dict):
            yield Fault("message-not-an-object", here, "", {"kind": kind_of(turn)})
            speakers.append("")
            continue
        speaker = turn.get("from", turn.get("role"))
        speakers.append(str(speaker))
        yield from _speaker(speaker, f"{here}.from")
        answers = speakers[-1] in SHAREGPT_ANSWERS
        said = turn.get("value", turn.get("content"))
        if "value" not in turn and "content" not in turn:
            yield Fault("missing-content", f"{here}.value")
        else:
            yield from _text(said, Field(f"{here}.value", ("text",), "assistant" if answers else "user"))
    theirs, ours = ({"human", "gpt", "observation", "function_call"} & {*speakers}, {"user", "assistant"} & {*speakers})
    if theirs and ours:
        yield Fault("mixed-speakers", key, "", {"names": ", ".join(sorted(theirs | ours))})
    spoken = [(place, one) for place, one in enumerate(speakers) if one != "system"]
    if "system" in speakers[1:]:
        yield Fault("late-system-message", f"{key}[{speakers.index('system', 1)}]")
    for (_, before), (place, after) in pairwise(spoken):
        for name, group in (("user", SHAREGPT_ASKS), ("assistant", SHAREGPT_ANSWERS)):
            if before in group and after in group and before != "function_call":
                yield Fault(f"consecutive-{name}-turns", f"{key}[{place}]")
    if spoken and spoken[0][1] in SHAREGPT_ANSWERS:
        yield Fault("starts-on-assistant", f"{key}[{spoken[0][0]}]")
    if form in ("sharegpt", "sharegpt_kto") and speakers[-1] in SHAREGPT_ASKS:
        check = "ends-on-user" if SHAREGPT_ANSWERS & set(speakers) else "no-assistant"
        yield Fault(check, f"{key}[{len(value) - 1}]", "", {"role": speakers[-1]})


def _messages(contents: Any) -> Any:
    """Google's contents as messages: the role model is the assistant, and parts with text are its content."""
    if not isinstance(contents, list):
        return contents
    made: list[Any] = []
    for one in contents:
        if not isinstance(one, dict):
            made.append(one)
            continue
        message = {"role": "assistant" if one.get("role") == "model" else one.get("role")}
        parts = one.get("parts")
        if isinstance(parts, list) and all(isinstance(part, dict) for part in parts):
            texts = [part["text"] for part in parts if isinstance(part.get("text"), str)]
            message["content"] = (
                "\n".join(texts) if len(texts) == sum(map(bool, parts)) else "\n".join(["[file]", *texts])
            )
        elif "parts" in one:
            message["content"] = parts
        made.append(message)
    return made


def _google_roles(contents: Any, key: str) -> Iterator[Fault]:
    """Google names the two sides user and model, and nothing else."""
    for place, one in enumerate(contents if isinstance(contents, list) else ()):
        role = one.get("role") if isinstance(one, dict) else None
        if isinstance(role, str) and role in ROLES and role not in GOOGLE_ROLES:
            values = {"role": role, "allowed": ", ".join(GOOGLE_ROLES)}
            yield Fault("unknown-role", f"{key}[{place}].role", role, values)


def _speaker(speaker: Any, spot: str) -> Iterator[Fault]:
    known = SHAREGPT_ASKS | SHAREGPT_ANSWERS | {"system", "assistant"}
    if speaker is None or speaker == "":
        yield Fault("missing-role", spot)
    elif not isinstance(speaker, str) or speaker not in known:
        shown = excerpt(str(speaker))
        plain = shown.strip().lower()
        if plain in known:
            yield Fault("capitalised-role", spot, shown, {"role": shown, "expected": plain})
        else:
            yield Fault("unknown-role", spot, shown, {"role": shown, "allowed": ", ".join(sorted(known))})


def _turn(value: Any, key: str) -> Iterator[Fault]:
    if isinstance(value, dict):
        yield from _text(value.get("value", value.get("content")), Field(f"{key}.value", ("text",), "assistant"))
    else:
        yield _wrong(value, key, "object")


def _wrong(value: Any, key: str, expected: str) -> Fault:
    return Fault("wrong-type", key, "", {"key": key, "kind": kind_of(value), "expected": expected})


def _reserved(turns: Sequence[Turn], platform: Platform) -> Iterator[Fault]:
    for turn in turns:
        if turn.role == "assistant":
            continue
        word = next((word for word in platform.reserved if word in turn.text), None)
        if word:
            yield Fault("reserved-word", turn.field, word, {"platform": platform.name, "word": word})


def _length(row: Row, said: Conversation | None, platform: Platform | None, tokens: int | None) -> Iterator[Fault]:
    longest = platform.longest if platform else None
    if longest is None:
        return
    name, limit = longest
    refused = platform is not None and platform.over_length == "refused"
    if tokens is None:
        if row.raw is not None and len(row.raw) < limit.value:
            return  # a token has at least one byte
        characters = sum(len(turn.text) for turn in said.messages) if said is not None else len(row.raw or b"")
        tokens, how = characters // CHARACTERS_PER_TOKEN, "≈ "
    else:
        how = ""
    if tokens > limit.value:
        values = {"n": tokens, "how": how, "most": limit.value, "platform": name, "fact": limit.fact}
        yield Fault("example-not-taken" if refused else "over-long-example", "", "", values)
