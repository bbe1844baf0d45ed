"""The shapes that rows have, and how a row of each is read: to look at it, and to convert it.

To look at it, all is taken that can be: nothing raises, and each text keeps its place. To convert it, nothing may go
lost without a word: what cannot be read raises `LeftOut`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from advisor.dataset.formats.definition import Format, Reading
from advisor.dataset.formats.example import NO_ANSWER, NOTHING_ASKED, Example, LeftOut, Message, field_lost
from advisor.dataset.formats.messages import (
    note_unread,
    read_messages,
    read_spoken,
    read_system,
    read_tools,
    read_turns,
)
from advisor.dataset.row import Note, excerpt
from advisor.dataset.rows.cells import cell
from advisor.dataset.rows.conversation import Conversation, assembled, joined, put_system
from advisor.dataset.rows.traits import NOTHING, Object, is_messages
from advisor.dataset.rows.turns import Turn, listed, messages_of, sharegpt, text_of, turns_of

DEEPEST_PATH = 6
"""Levels below a row of unknown format at which text is still looked for."""


def _first(value: Object, keys: Iterable[str]) -> tuple[str, Any]:
    return next(((key, value[key]) for key in keys if key in value), ("", None))


def _question(value: Object, form: Format) -> list[Turn]:
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
    put_system(value, turns)
    return turns


def _asked(value: Object, form: Format, example: Example) -> None:
    """The question with what goes before it; what else a row asks with is its passage."""
    example.messages += read_system(value)
    history = listed(value.get("history"))
    for pair in history if isinstance(history, list) else ():
        if not isinstance(pair, list) or len(pair) != 2:
            raise LeftOut(Note("its history is no list of pairs"))
        example.messages.append({"role": "user", "content": cell(pair[0])})
        example.messages.append({"role": "assistant", "content": cell(pair[1])})
    parts: list[list[Message]] = []
    for key in form.asked:
        given = value.get(key)
        if key == "input" and isinstance(given, dict):
            parts.append(read_messages(given.get("messages"), example.lost))
            read_tools(given, example)
            note_unread(given, ("messages",), example.lost)
        elif key == "conversations":
            parts.append(read_turns(listed(given), example.lost))
        elif given is not None and (said := read_spoken(given, "user", example.lost)):
            parts.append(said)
    if not parts:
        raise LeftOut(NOTHING_ASKED)
    example.messages += parts[0]
    example.context = "\n\n".join(text_of(message["content"]) for part in parts[1:] for message in part)
    if example.context and not any(message["role"] == "user" for message in example.messages):
        raise LeftOut(NOTHING_ASKED)


def _answered(example: Example, given: Any) -> None:
    """Add the answer. Only it was to be learned, so what the assistant said before gets no weight."""
    answer = read_spoken(given, "assistant", example.lost)
    if not answer:
        raise LeftOut(NO_ANSWER)
    example.answer = len(example.messages)
    example.messages += answer


def _unlearned(example: Example, value: Object) -> None:
    """Answers inside a question are not learned; those of Alpaca's `history` are."""
    for message in example.messages[: example.answer]:
        if message["role"] == "assistant" and not value.get("history"):
            message["weight"] = 0


def conversation_of_messages(value: Object, form: Format) -> Conversation:
    given = value.get(form.key)
    turns = messages_of(given if type(given) is list else listed(given), form.key)
    label = _first(value, form.label)[1] if form.label else None
    if "system" in value:  # Bedrock keeps the instructions beside the messages
        put_system(value, turns)
    return assembled(turns, value, label=label)


def example_of_messages(value: Object, form: Format, _: str) -> Example:
    example = Example(read_system(value))
    example.messages += read_messages(listed(value.get(form.key)), example.lost)
    read_tools(value, example)
    note_unread(value, (form.key, *form.label, "system", "schemaVersion"), example.lost)
    return example


def conversation_of_strings(value: Object, form: Format) -> Conversation:
    return assembled([turn for turn in _strings(value, form) if turn is not None], value)


def example_of_strings(value: Object, form: Format, _: str) -> Example:
    example = Example([])
    for turn in _strings(value, form):
        if turn is None:
            raise LeftOut(Note("one of its messages is no text"))
        example.messages.append({"role": turn.role, "content": turn.text})
    note_unread(value, (form.key,), example.lost)
    return example


def _strings(value: Object, form: Format) -> list[Turn | None]:
    """User and assistant in turn; None for what is no text."""
    given = listed(value.get(form.key))
    return [
        Turn("assistant" if place % 2 else "user", part, f"{form.key}[{place}]") if isinstance(part, str) else None
        for place, part in enumerate(given if isinstance(given, list) else ())
    ]


def conversation_of_turns(value: Object, form: Format) -> Conversation:
    turns = sharegpt(listed(value.get(form.key, [])), form.key)
    put_system(value, turns)
    instructions = value.get("systemInstruction")
    if isinstance(instructions, dict) and (text := text_of(instructions.get("parts"))):
        turns.insert(0, Turn("system", text, "systemInstruction.parts"))
    return assembled(turns, value, label=_first(value, form.label)[1])


def example_of_turns(value: Object, form: Format, _: str) -> Example:
    example = Example(read_system(value))
    instructions = value.get("systemInstruction")
    if isinstance(instructions, dict) and (text := text_of(instructions.get("parts"))):
        example.messages.append({"role": "system", "content": text})
    example.messages += read_turns(listed(value.get(form.key)), example.lost)
    read_tools(value, example)
    note_unread(value, (form.key, *form.label, "system", "systemInstruction"), example.lost)
    return example


def conversation_of_pair(value: Object, form: Format) -> Conversation:
    turns = _question(value, form)
    key, answer = _first(value, form.answer)
    if key:
        turns += turns_of(answer, key, "assistant")
    return joined(turns, value, label=_first(value, form.label)[1])


def example_of_pair(value: Object, form: Format, _: str) -> Example:
    example = Example([])
    _asked(value, form, example)
    _answered(example, _first(value, form.answer)[1])
    _unlearned(example, value)
    for key in [key for key in form.answer if key in value][1:]:  # another answer, for which there is no place
        if value[key] not in NOTHING:
            example.lost |= {"fields", field_lost(key)}
    read_tools(value, example)
    note_unread(value, (*form.asked, *form.answer, *form.label, "system", "history"), example.lost)
    return example


def conversation_of_preference(value: Object, form: Format) -> Conversation:
    turns = _question(value, form)
    better_key, better = _first(value, form.answer)
    worse_key, worse = _first(value, form.rejected)
    chosen = turns_of(better, better_key, "assistant") if better_key else []
    rejected = turns_of(worse, worse_key, "assistant") if worse_key else []
    if not turns and is_messages(better) and is_messages(worse):
        shared = _shared_start(better, worse)
        turns, chosen, rejected = chosen[:shared], chosen[shared:], rejected[shared:]
    return joined([*turns, *chosen], value, rejected)


def _shared_start(better: list[Any], worse: list[Any]) -> int:
    """With how many messages both conversations begin: the question, where it has no field of its own."""
    shared = 0
    while shared < min(len(better), len(worse)) - 1 and better[shared] == worse[shared]:
        shared += 1
    return shared


def example_of_preference(value: Object, form: Format, _: str, *, implicit: bool = False) -> Example:
    """`implicit`: the question has no field of its own, and both answers begin with it."""
    example = Example([])
    better, worse = _first(value, form.answer)[1], _first(value, form.rejected)[1]
    known = (*form.asked, *form.answer, *form.rejected, "system", "history")
    if implicit and is_messages(better) and is_messages(worse):
        shared = _shared_start(better, worse)
        example.messages = read_messages(better[:shared], example.lost)
        better, worse = better[shared:], worse[shared:]
    else:
        _asked(value, form, example)
    _answered(example, better)
    _unlearned(example, value)
    example.rejected = read_spoken(worse, "assistant", example.lost)
    read_tools(value, example)
    note_unread(value, known, example.lost)
    return example


def conversation_of_text(value: Object, form: Format) -> Conversation:
    key, text = _first(value, form.answer)
    turns = [Turn("text", cell(text), key)]
    return Conversation(tuple(turns), target_text=turns[0].text)


def conversation_of_steps(value: Object, form: Format) -> Conversation:
    turns = _question(value, form)
    asked = "\n\n".join([turn.text for turn in turns])
    steps = listed(value.get("completions"))
    messages = [
        Turn("assistant", step, f"completions[{place}]")
        for place, step in enumerate(steps if isinstance(steps, list) else ())
        if isinstance(step, str)
    ]
    target = "\n".join([turn.text for turn in messages])
    return Conversation((*turns, *messages), "", asked, target, label=listed(value.get("labels")))


def conversation_of_labelled(value: Object, form: Format) -> Conversation:
    turns = _question(value, form)
    label = _first(value, form.label)[1]
    return Conversation(tuple(turns), "", "\n\n".join([turn.text for turn in turns]), cell(label), label=label)


def example_of_labelled(value: Object, form: Format, _: str) -> Example:
    example = Example([])
    _asked(value, form, example)
    _answered(example, _first(value, form.label)[1])
    example.lost.add("label")
    note_unread(value, (*form.asked, *form.label), example.lost)
    return example


def conversation_of_tokens(value: Object, form: Format) -> Conversation:
    words = listed(value.get("tokens"))
    text = " ".join(map(str, words)) if isinstance(words, list) else cell(words)
    tags = listed(value.get("tags"))
    return Conversation((Turn("user", text, "tokens"),), "", text, cell(tags), label=tags)


def conversation_of_passage(value: Object, form: Format) -> Conversation:
    turns = _question(value, form)
    key, answer = _first(value, form.answer)
    if isinstance(answer, dict):  # where the answer stands in the passage
        texts = answer.get("text")
        found = texts[0] if isinstance(texts, list) and texts else texts
        turns.append(Turn("assistant", cell(found), f"{key}.text"))
    elif answer is not None:
        turns.append(Turn("assistant", cell(answer), key))
    return joined(turns, value, label=_first(value, form.label)[1])


def example_of_passage(value: Object, form: Format, refusal: str) -> Example:
    example = Example([])
    _asked(value, form, example)
    answer = _first(value, form.answer)[1]
    if isinstance(answer, dict):  # where the answer stands in the passage
        texts, answer_fields = answer.get("text"), tuple(answer)
        others = isinstance(texts, list) and any(text != texts[0] for text in texts)
        answer = texts[0] if isinstance(texts, list) and texts else texts
        key = next(key for key in form.answer if key in value)
        gone = [name for name in answer_fields if name != "text" or others]
        example.lost |= {"fields", *(field_lost(f"{key}.{name}") for name in gone)} if gone else set()
    if form.label and (verdict := _first(value, form.label)[1]) not in (None, ""):
        example.lost.add("answerable")
        if str(verdict).lower() in ("true", "1") and not cell(answer).strip():
            answer = refusal
    _answered(example, answer)
    _unlearned(example, value)
    note_unread(value, (*form.asked, *form.answer, *form.label, "system", "history"), example.lost)
    return example


def conversation_of_table(value: Object, form: Format) -> Conversation:
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


MESSAGES = Reading("messages", conversation_of_messages, example_of_messages)
STRINGS = Reading("strings", conversation_of_strings, example_of_strings)
TURNS = Reading("turns", conversation_of_turns, example_of_turns)
PAIR = Reading("pair", conversation_of_pair, example_of_pair)
PREFERENCE = Reading("preference", conversation_of_preference, example_of_preference)
TEXT = Reading("text", conversation_of_text)
STEPS = Reading("steps", conversation_of_steps)
LABELLED = Reading("labelled", conversation_of_labelled, example_of_labelled)
TOKENS = Reading("tokens", conversation_of_tokens)
PASSAGE = Reading("passage", conversation_of_passage, example_of_passage)
TABLE = Reading("table", conversation_of_table)
