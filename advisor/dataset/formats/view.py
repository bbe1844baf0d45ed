"""One view of a training row for all formats: who says what, what is asked, and what is to be learned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from advisor.dataset.duplicates.calls import called
from advisor.dataset.files.writers import cell
from advisor.dataset.formats.definition import Form
from advisor.dataset.formats.registry import FORMATS, verdict_of
from advisor.dataset.row import excerpt
from advisor.dataset.rows.traits import is_messages
from advisor.dataset.rows.turns import (
    INSTRUCTING,
    Call,
    Medium,
    Turn,
    files_of,
    listed,
    messages_of,
    sharegpt,
    spoken,
    text_of,
    tools_of,
    turns_of,
)

__all__ = ["Call", "Conversation", "Turn", "conversation"]

DEEPEST_PATH = 6
"""Levels below a row of unknown format at which text is still looked for."""
SIMPLE = INSTRUCTING | {"user", "context", "assistant"}


class Conversation(NamedTuple):
    """What a row says. Nothing here raises for a row that is malformed: what is missing is empty."""

    messages: tuple[Turn, ...]
    """All texts in order, the rejected answer of a pair last."""
    system: str = ""
    prompt_text: str = ""
    """What the answer follows on, without system messages: for duplicates and leaks."""
    target_text: str = ""
    """The last answer that is trained on, or the preferred one; arguments of its calls where it has no text."""
    rejected_text: str = ""
    """The worse answer of a pair, or the answer of a row that says that it is bad."""
    label: Any = None
    """Class, verdict, score or reference of the row, as written."""
    tools: tuple[Mapping[str, Any], ...] = ()
    files: tuple[Medium, ...] = ()
    """What the row names in fields of their own, such as `images`."""
    calls: tuple[Call, ...] = ()
    """Calls of tools and what came back from them, up to the target."""
    beside: str = ""
    """The calls that the target makes beside its text."""

    @property
    def taught(self) -> str:
        """The target, and below it the calls beside its text and what is rejected."""
        return "\n".join(filter(None, (self.target_text, self.beside, self.rejected_text)))

    @property
    def called(self) -> str:
        """What the calls say in so few words that they are the same or are not."""
        return called(self.calls) if self.calls else ""

    @property
    def turns(self) -> tuple[Turn, ...]:
        return self.messages

    @property
    def media(self) -> tuple[Medium, ...]:
        """What the row shows beside its texts. Two rows that ask the same of other images do not ask the same."""
        shown = [one for turn in self.messages if turn.media for one in turn.media]
        return (*shown, *self.files) if shown else self.files

    @property
    def has_image(self) -> bool:
        return any(one.kind == "image" for one in self.media)


_EMPTY = Conversation(())


def conversation(value: Any, form: str) -> Conversation:
    """The view of a decoded row as format `form`, an id of `FORMATS`; unknown ids count as `unknown`.

    Empty for a row that is no object.
    """
    if not isinstance(value, dict):
        return _EMPTY
    found = FORMATS.get(form) or FORMATS["unknown"]
    said = _SHAPES[found.shape](value, found)
    if ("label" in value or "kto_tag" in value) and verdict_of(value, found) is False:
        said = said._replace(target_text="", rejected_text=said.target_text)
    files = files_of(value)
    return said._replace(files=files) if files else said


def _assembled(
    turns: list[Turn], value: Mapping[str, Any], rejected: Iterable[Turn] = (), label: Any = None
) -> Conversation:
    """The view of turns of which the last answer that is trained on is the target."""
    rejected = tuple(rejected)
    target = len(turns) - 1
    while target >= 0 and (turns[target].role != "assistant" or turns[target].weight == 0):
        target -= 1
    instructions: list[str] = []
    before: list[Turn] = []
    for place, turn in enumerate(turns):
        if turn.role in INSTRUCTING:
            instructions.append(turn.text)
        elif place < target or target < 0:
            before.append(turn)
    said = before[0].text if len(before) == 1 else "\n".join([f"{turn.role}: {spoken(turn)}" for turn in before])
    return Conversation(
        (*turns, *rejected),
        instructions[0] if len(instructions) == 1 else "\n".join(instructions),
        said,
        spoken(turns[target]) if target >= 0 else "",
        "\n".join([spoken(turn) for turn in rejected]) if rejected else "",
        label,
        tools_of(value) if "tools" in value or "functions" in value else (),
        calls=tuple(call for turn in turns[: target + 1] for call in _calls(turn)),
        beside=_beside(turns[target]) if target >= 0 else "",
    )


def _calls(turn: Turn) -> tuple[Call, ...]:
    """The calls of a turn; of a tool, what it says."""
    return (Call("", turn.text, "", turn.field),) if turn.role == "tool" and turn.text else turn.calls


def _beside(turn: Turn) -> str:
    """The calls of a turn that says something else too."""
    calls = tuple(call for call in turn.calls if call.arguments != turn.text)
    return spoken(turn._replace(text="", calls=calls)) if turn.text and calls else ""


def _of_messages(value: Mapping[str, Any], form: Form) -> Conversation:
    given = value.get(form.key)
    turns = messages_of(given if type(given) is list else listed(given), form.key)
    label = _first(value, form.label)[1] if form.label else None
    if form.id == "openai_rft" and label is None:
        extra = [part for name, part in value.items() if name not in ("messages", "tools", "response_format")]
        label = extra[0] if extra else None
    if "system" in value:  # Bedrock keeps the instructions beside the messages
        _put_system(value, turns)
    return _assembled(turns, value, label=label)


def _put_system(value: Mapping[str, Any], turns: list[Turn]) -> None:
    """Put the instructions that stand in a field of their own before the turns."""
    text = text_of(value.get("system"))
    if text:
        turns.insert(0, Turn("system", text, "system"))


def _of_strings(value: Mapping[str, Any], _: Form) -> Conversation:
    said = listed(value.get("messages"))
    turns = [
        Turn("assistant" if place % 2 else "user", part, f"messages[{place}]")
        for place, part in enumerate(said if isinstance(said, list) else ())
        if isinstance(part, str)
    ]
    return _assembled(turns, value)


def _of_turns(value: Mapping[str, Any], form: Form) -> Conversation:
    turns = sharegpt(listed(value.get(form.key, [])), form.key)
    _put_system(value, turns)
    instructions = value.get("systemInstruction")
    if isinstance(instructions, dict) and (text := text_of(instructions.get("parts"))):
        turns.insert(0, Turn("system", text, "systemInstruction.parts"))
    return _assembled(turns, value, label=_first(value, form.label)[1])


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
            turns = messages_of(given.get("messages"), "input.messages")
        elif not turns and key == "conversations":
            turns = sharegpt(given, key)
        elif not turns:
            turns = turns_of(given, key, "user")
        else:
            turns.append(Turn("context", cell(given), key))
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
        turns += turns_of(answer, key, "assistant")
    return _joined(turns, value, label=_first(value, form.label)[1])


def _of_preference(value: Mapping[str, Any], form: Form) -> Conversation:
    turns = _question(value, form)
    better_key, better = _first(value, form.answer)
    worse_key, worse = _first(value, form.rejected)
    chosen = turns_of(better, better_key, "assistant") if better_key else []
    rejected = turns_of(worse, worse_key, "assistant") if worse_key else []
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
    simple = all(turn.role in SIMPLE for turn in turns)
    if simple and len(before) > 1 and sum(turn.role == "user" for turn in before) == 1:
        text = "\n\n".join([turn.text for turn in before])
        return made._replace(prompt_text=text)
    return made


def _of_text(value: Mapping[str, Any], form: Form) -> Conversation:
    key, text = _first(value, form.answer)
    turns = [Turn("text", cell(text), key)]
    return Conversation(tuple(turns), target_text=turns[0].text)


def _of_steps(value: Mapping[str, Any], form: Form) -> Conversation:
    turns = _question(value, form)
    asked = "\n\n".join([turn.text for turn in turns])
    steps = listed(value.get("completions"))
    said = [
        Turn("assistant", step, f"completions[{place}]")
        for place, step in enumerate(steps if isinstance(steps, list) else ())
        if isinstance(step, str)
    ]
    target = "\n".join([turn.text for turn in said])
    return Conversation((*turns, *said), "", asked, target, label=listed(value.get("labels")))


def _of_labelled(value: Mapping[str, Any], form: Form) -> Conversation:
    turns = _question(value, form)
    label = _first(value, form.label)[1]
    return Conversation(tuple(turns), "", "\n\n".join([turn.text for turn in turns]), cell(label), label=label)


def _of_tokens(value: Mapping[str, Any], form: Form) -> Conversation:
    words = listed(value.get("tokens"))
    text = " ".join(map(str, words)) if isinstance(words, list) else cell(words)
    tags = listed(value.get("tags"))
    return Conversation((Turn("user", text, "tokens"),), "", text, cell(tags), label=tags)


def _of_passage(value: Mapping[str, Any], form: Form) -> Conversation:
    turns = _question(value, form)
    key, answer = _first(value, form.answer)
    if isinstance(answer, dict):  # where the answer stands in the passage
        texts = answer.get("text")
        found = texts[0] if isinstance(texts, list) and texts else texts
        turns.append(Turn("assistant", cell(found), f"{key}.text"))
    elif answer is not None:
        turns.append(Turn("assistant", cell(answer), key))
    return _joined(turns, value, label=_first(value, form.label)[1])


def _of_table(value: Mapping[str, Any], form: Form) -> Conversation:
    """Every text of a row whose columns mean nothing to us."""
    turns = [Turn("text", text, field) for field, text in _texts(value, "", 0)]
    key, label = _first(value, form.label)
    asked = "\n".join([turn.text for turn in turns if turn.field != key])
    return Conversation(tuple(turns), "", asked, cell(label) if key else "", label=label)


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
