"""One view of a training row for all formats: who says what, what is asked, and what is to be learned."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from advisor.dataset.forms import FORMATS, Form
from advisor.dataset.record import excerpt
from advisor.dataset.traits import is_messages

DEEPEST_PATH = 6
"""Levels below a row of unknown format at which text is still looked for."""


class Call(NamedTuple):
    """A tool call as written."""

    name: str
    arguments: Any
    id: str
    field: str


class Turn(NamedTuple):
    """One text of a row. Wherever the row holds something else than text, `text` is empty."""

    role: str
    """As written, but for ShareGPT (human, gpt, observation, function_call) and Google (model), whose names become the
    usual ones. `context` is a passage beside a question, `text` what nobody says to anybody.
    """
    text: str
    field: str
    """Path of the text in the row, such as `messages[2].content`."""
    weight: float | None = None
    """As written; 0 takes an answer out of training."""
    calls: tuple[Call, ...] = ()
    name: str | None = None
    has_image: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a row says. Nothing here raises for a row that is malformed: what is missing is empty."""

    messages: tuple[Turn, ...]
    """All texts in order, the rejected answer of a pair last."""
    system: str = ""
    prompt_text: str = ""
    """What the answer follows on, without system messages: for duplicates and leaks."""
    target_text: str = ""
    """The last answer that is trained on, or the preferred one; arguments of its calls where it has no text."""
    rejected_text: str = ""
    label: Any = None
    """Class, verdict, score or reference of the row, as written."""
    tools: tuple[Mapping[str, Any], ...] = ()

    @property
    def turns(self) -> tuple[Turn, ...]:
        return self.messages

    @property
    def has_image(self) -> bool:
        return any(turn.has_image for turn in self.messages)


SHAREGPT_ROLES = {
    "human": "user",
    "gpt": "assistant",
    "observation": "tool",
    "function_call": "assistant",
    "model": "assistant",
}
_EMPTY = Conversation(())


def conversation(value: Any, form: str) -> Conversation:
    """The view of a decoded row as format `form`, an id of `FORMATS`; unknown ids count as `unknown`.

    Empty for a row that is no object.
    """
    if not isinstance(value, dict):
        return _EMPTY
    found = FORMATS.get(form) or FORMATS["unknown"]
    return _SHAPES[found.shape](value, found)


# Texts of single values


def _text(value: Any) -> str:
    """Text of a content: itself, or that of its parts. A number stays a number only in tables, see `_cell`."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        parts = (part if isinstance(part, str) else part.get("text") for part in value if isinstance(part, (str, dict)))
        return "\n".join(part for part in parts if isinstance(part, str))
    if isinstance(value, dict) and isinstance(value.get("text"), str):
        return str(value["text"])
    return ""


def _cell(value: Any) -> str:
    """A value as text: what a table writes in a cell."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else str(value)


def _listed(value: Any) -> Any:
    """A list, also where a table holds it as text."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            found = json.loads(value)
        except (ValueError, RecursionError):
            return value
        return found if isinstance(found, list) else value
    return value


def _has_image(content: Any) -> bool:
    return isinstance(content, list) and any(
        isinstance(part, dict)
        and (part.get("type") in ("image_url", "image") or "image_url" in part or "image" in part)
        for part in content
    )


def _calls(message: Mapping[str, Any], field: str) -> tuple[Call, ...]:
    found: list[Call] = []
    given = message.get("tool_calls")
    for place, call in enumerate(given if isinstance(given, list) else ()):
        if isinstance(call, dict):
            inner = call.get("function")
            function = inner if isinstance(inner, dict) else call
            name, identity = function.get("name"), call.get("id")
            found.append(
                Call(
                    name if isinstance(name, str) else "",
                    function.get("arguments"),
                    identity if isinstance(identity, str) else "",
                    f"{field}.tool_calls[{place}]",
                )
            )
    old = message.get("function_call")
    if isinstance(old, dict):
        name = old.get("name")
        found.append(Call(name if isinstance(name, str) else "", old.get("arguments"), "", f"{field}.function_call"))
    return tuple(found)


# Lists of messages


def _said(value: Any, where: str) -> list[Turn]:
    """Turns of a list of messages."""
    turns: list[Turn] = []
    for place, message in enumerate(value if isinstance(value, list) else ()):
        if type(message) is not dict:
            continue
        role, content = message.get("role"), message.get("content")
        field = f"{where}[{place}].content"
        if type(role) is not str:
            role = ""
        if len(message) == 2 and type(content) is str:
            turns.append(Turn(role, content, field))
            continue
        weight, name = message.get("weight"), message.get("name")
        turns.append(
            Turn(
                role,
                _text(content),
                field,
                weight if isinstance(weight, (int, float)) else None,
                _calls(message, f"{where}[{place}]"),
                name if isinstance(name, str) else None,
                _has_image(content),
            )
        )
    return turns


def _sharegpt_turn(part: Mapping[str, Any], where: str) -> Turn:
    speaker = part.get("from", part.get("role"))
    role = SHAREGPT_ROLES.get(speaker, speaker) if isinstance(speaker, str) else ""
    key = "value" if "value" in part else "parts" if "parts" in part else "content"
    text = _text(part.get(key))
    calls = (Call("", text, "", f"{where}.{key}"),) if speaker == "function_call" else ()
    return Turn(role, text, f"{where}.{key}", None, calls, None, _has_image(part.get(key)))


def _sharegpt(value: Any, where: str) -> list[Turn]:
    parts = value if isinstance(value, list) else [value]
    spot = f"{where}[{{}}]" if isinstance(value, list) else where
    return [_sharegpt_turn(part, spot.format(at)) for at, part in enumerate(parts) if isinstance(part, dict)]


def _any(value: Any, where: str, role: str) -> list[Turn]:
    """Turns of a field that holds either text or messages."""
    value = _listed(value)
    if is_messages(value):
        return _said(value, where)
    if isinstance(value, dict) and ("from" in value or "value" in value):
        return _sharegpt(value, where)
    if isinstance(value, dict) and ("role" in value or "content" in value):
        return [turn._replace(field=f"{where}.content") for turn in _said([value], where)]
    return [Turn(role, _cell(value), where)] if value is not None else []


def _tools(value: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    given = _listed(value.get("tools") or value.get("functions"))
    return tuple(tool for tool in given if isinstance(tool, dict)) if isinstance(given, list) else ()


def _assembled(
    turns: list[Turn], value: Mapping[str, Any], rejected: Iterable[Turn] = (), label: Any = None
) -> Conversation:
    """The view of turns of which the last answer that is trained on is the target."""
    rejected = tuple(rejected)
    target = next(
        (
            place
            for place in range(len(turns) - 1, -1, -1)
            if turns[place].role == "assistant" and turns[place].weight != 0
        ),
        len(turns),
    )
    instructions = [turn.text for turn in turns if turn.role in ("system", "developer")]
    before = [turn for turn in turns[:target] if turn.role not in ("system", "developer")]
    said = before[0].text if len(before) == 1 else "\n".join([f"{turn.role}: {_spoken(turn)}" for turn in before])
    return Conversation(
        (*turns, *rejected),
        "\n".join(instructions),
        said,
        _spoken(turns[target]) if target < len(turns) else "",
        "\n".join([_spoken(turn) for turn in rejected]),
        label,
        _tools(value) if "tools" in value or "functions" in value else (),
    )


def _spoken(turn: Turn) -> str:
    """Text of a turn; of one that only calls tools, the calls."""
    return turn.text or "\n".join([f"{call.name} {_cell(call.arguments)}" for call in turn.calls])


# Shapes of rows


def _of_messages(value: Mapping[str, Any], form: Form) -> Conversation:
    key = "text" if form.id == "autotrain_chat" else "messages"
    said = value.get(key)
    turns = _said(said if type(said) is list else _listed(said), key)
    label = _first(value, form.label)[1]
    if form.id == "openai_rft" and label is None:
        extra = [part for name, part in value.items() if name not in ("messages", "tools", "response_format")]
        label = extra[0] if extra else None
    if "system" in value:  # Bedrock keeps the instructions beside the messages
        _put_system(value, turns)
    return _assembled(turns, value, label=label)


def _put_system(value: Mapping[str, Any], turns: list[Turn]) -> None:
    """Put the instructions that stand in a field of their own before the turns."""
    text = _text(value.get("system"))
    if text:
        turns.insert(0, Turn("system", text, "system"))


def _of_strings(value: Mapping[str, Any], _: Form) -> Conversation:
    said = _listed(value.get("messages"))
    turns = [
        Turn("assistant" if place % 2 else "user", part, f"messages[{place}]")
        for place, part in enumerate(said if isinstance(said, list) else ())
        if isinstance(part, str)
    ]
    return _assembled(turns, value)


def _of_turns(value: Mapping[str, Any], form: Form) -> Conversation:
    key = "contents" if form.id == "google_chat" else "conversations"
    turns = _sharegpt(_listed(value.get(key, [])), key)
    _put_system(value, turns)
    instructions = value.get("systemInstruction")
    if isinstance(instructions, dict) and (text := _text(instructions.get("parts"))):
        turns.insert(0, Turn("system", text, "systemInstruction.parts"))
    return _assembled(turns, value)


def _first(value: Mapping[str, Any], keys: Iterable[str]) -> tuple[str, Any]:
    return next(((key, value[key]) for key in keys if key in value), ("", None))


def _question(value: Mapping[str, Any], form: Form) -> list[Turn]:
    """Turns of the fields that ask. The first is the question; what belongs to it is context."""
    turns: list[Turn] = []
    for key in form.asked:
        given = value.get(key)
        if given is None or given == "":
            continue
        if not turns and key == "input" and isinstance(given, dict):
            turns = _said(given.get("messages"), "input.messages")
        elif not turns and key == "conversations":
            turns = _sharegpt(given, key)
        elif not turns:
            turns = _any(given, key, "user")
        else:
            turns.append(Turn("context", _cell(given), key))
    history = value.get("history")
    earlier = [
        Turn("assistant" if side else "user", part, f"history[{place}][{side}]")
        for place, pair in enumerate(history if isinstance(history, list) else ())
        for side, part in enumerate(pair[:2] if isinstance(pair, list) else ())
        if isinstance(part, str)
    ]
    turns = [*earlier, *turns]
    _put_system(value, turns)
    return turns


def _of_pair(value: Mapping[str, Any], form: Form) -> Conversation:
    turns = _question(value, form)
    key, answer = _first(value, form.answer)
    if key:
        turns += _any(answer, key, "assistant")
    return _joined(turns, value, label=_first(value, form.label)[1])


def _of_preference(value: Mapping[str, Any], form: Form) -> Conversation:
    turns = _question(value, form)
    better_key, better = _first(value, form.answer)
    worse_key, worse = _first(value, form.rejected)
    chosen = _any(better, better_key, "assistant") if better_key else []
    rejected = _any(worse, worse_key, "assistant") if worse_key else []
    if not turns and is_messages(better) and is_messages(worse):
        # TRL's implicit prompt: what both conversations begin with.
        shared = 0
        while shared < min(len(better), len(worse)) - 1 and better[shared] == worse[shared]:
            shared += 1
        turns, chosen, rejected = chosen[:shared], chosen[shared:], rejected[shared:]
    given = value.get("input")
    holder = given if form.id == "openai_dpo" and isinstance(given, dict) else value
    return _joined([*turns, *chosen], holder, rejected)


def _joined(
    turns: list[Turn], value: Mapping[str, Any], rejected: Iterable[Turn] = (), label: Any = None
) -> Conversation:
    """The view of a question with its context: together they are what the answer follows on."""
    made = _assembled(turns, value, rejected, label)
    before = [turn for turn in turns if turn.role in ("user", "context")]
    simple = all(turn.role in ("system", "developer", "user", "context", "assistant") for turn in turns)
    if simple and len(before) > 1 and sum(turn.role == "user" for turn in before) == 1:
        text = "\n\n".join([turn.text for turn in before])
        return Conversation(
            made.messages, made.system, text, made.target_text, made.rejected_text, made.label, made.tools
        )
    return made


def _of_text(value: Mapping[str, Any], form: Form) -> Conversation:
    key, text = _first(value, form.answer)
    turns = [Turn("text", _cell(text), key)]
    return Conversation(tuple(turns), target_text=turns[0].text)


def _of_steps(value: Mapping[str, Any], form: Form) -> Conversation:
    turns = _question(value, form)
    asked = "\n\n".join([turn.text for turn in turns])
    steps = _listed(value.get("completions"))
    said = [
        Turn("assistant", step, f"completions[{place}]")
        for place, step in enumerate(steps if isinstance(steps, list) else ())
        if isinstance(step, str)
    ]
    target = "\n".join([turn.text for turn in said])
    return Conversation((*turns, *said), "", asked, target, label=_listed(value.get("labels")))


def _of_labelled(value: Mapping[str, Any], form: Form) -> Conversation:
    turns = _question(value, form)
    label = _first(value, form.label)[1]
    return Conversation(tuple(turns), "", "\n\n".join([turn.text for turn in turns]), _cell(label), label=label)


def _of_tokens(value: Mapping[str, Any], form: Form) -> Conversation:
    words = _listed(value.get("tokens"))
    text = " ".join(map(str, words)) if isinstance(words, list) else _cell(words)
    tags = _listed(value.get("tags"))
    return Conversation((Turn("user", text, "tokens"),), "", text, _cell(tags), label=tags)


def _of_passage(value: Mapping[str, Any], form: Form) -> Conversation:
    turns = _question(value, form)
    key, answer = _first(value, form.answer)
    if isinstance(answer, dict):  # where the answer stands in the passage
        texts = answer.get("text")
        found = texts[0] if isinstance(texts, list) and texts else texts
        turns.append(Turn("assistant", _cell(found), f"{key}.text"))
    elif answer is not None:
        turns.append(Turn("assistant", _cell(answer), key))
    return _joined(turns, value, label=_first(value, form.label)[1])


def _of_table(value: Mapping[str, Any], form: Form) -> Conversation:
    """Every text of a row whose columns mean nothing to us."""
    turns = [Turn("text", text, field) for field, text in _texts(value, "", 0)]
    key, label = _first(value, form.label)
    asked = "\n".join([turn.text for turn in turns if turn.field != key])
    return Conversation(tuple(turns), "", asked, _cell(label) if key else "", label=label)


def _texts(value: Any, path: str, depth: int) -> Iterable[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict) and depth < DEEPEST_PATH:
        for key, part in value.items():
            name = excerpt(str(key))
            yield from _texts(part, f"{path}.{name}" if path else name, depth + 1)
    elif isinstance(value, list) and depth < DEEPEST_PATH:
        for place, part in enumerate(value):
            yield from _texts(part, f"{path}[{place}]", depth + 1)


_SHAPES: Mapping[str, Callable[[Mapping[str, Any], Form], Conversation]] = MappingProxyType(
    {
        "messages": _of_messages,
        "strings": _of_strings,
        "turns": _of_turns,
        "pair": _of_pair,
        "preference": _of_preference,
        "text": _of_text,
        "steps": _of_steps,
        "labelled": _of_labelled,
        "tokens": _of_tokens,
        "passage": _of_passage,
        "table": _of_table,
    }
)
