"""Question and answers of an example, for those who write a format: as messages, or as texts alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from advisor.dataset.formats.definition import Made
from advisor.dataset.formats.example import (
    NO_ANSWER,
    Example,
    LeftOut,
    Message,
    arguments_as_object,
    arguments_as_text,
    as_texts,
    calls_of,
    field_lost,
    forget_earlier,
    split,
    system_first,
    with_context,
    without_tools,
    without_weights,
)
from advisor.dataset.row import Note


def for_openai(messages: list[Message]) -> list[Message]:
    return [_with_arguments(message, arguments_as_text) for message in messages]


def for_trl(messages: list[Message]) -> list[Message]:
    return [_with_arguments(message, arguments_as_object) for message in messages]


def _with_arguments(message: Message, written: Callable[[Any], Any]) -> Message:
    """The message with the arguments of its calls written in this way."""
    if "tool_calls" not in message:
        return message
    calls = []
    for call in calls_of(message):
        function = call["function"]
        calls.append({**call, "function": {**function, "arguments": written(function["arguments"])}})
    return {**message, "tool_calls": calls}


def tools_field(example: Example, openai: bool = False) -> Made:
    made: Made = {"tools": example.tools} if example.tools else {}
    if example.parallel is not None:
        if openai:
            made["parallel_tool_calls"] = example.parallel
        else:
            example.lost |= {"fields", field_lost("parallel_tool_calls")}
    return made


def demand_turns(turns: list[Made], answers: str) -> None:
    """Raise `LeftOut` unless the user begins and the model ends."""
    if not turns or turns[0]["role"] != "user":
        raise LeftOut(Note("it begins with an answer"))
    if turns[-1]["role"] != answers:
        raise LeftOut(NO_ANSWER)


def question_and_answer(example: Example) -> tuple[list[Message], list[Message]]:
    """Question and answer, with one system message at the start."""
    as_texts(example)
    system = system_first(example, always=False)
    start = split(example)
    forget_earlier(example, start)
    without_weights(example, start)
    asked = [{"role": "system", "content": system}] if system else []
    return [*asked, *example.messages[:start]], example.messages[start:]


def question_and_answers(example: Example) -> tuple[list[Message], list[Message], list[Message]]:
    """Question, better and worse answer. What was not to be learned is not learned from preferences either."""
    with_context(example)
    if not example.rejected:
        raise LeftOut(Note("it has no worse answer"))
    for message in example.messages[: example.answer]:
        message.pop("weight", None)
    as_texts(example)
    system = system_first(example, always=False)
    start = split(example)
    without_weights(example, len(example.messages))
    asked = [{"role": "system", "content": system}] if system else []
    return [*asked, *example.messages[:start]], example.messages[start:], _different(example, start)


def _different(example: Example, start: int) -> list[Message]:
    worse = example.rejected or []
    if example.messages[start:] == worse:
        raise LeftOut(Note("both answers are the same"))
    return worse


def texts_of_preference(example: Example, marks: bool = True) -> tuple[str, int, str, str]:
    """System prompt, place of the answer, and the two answers as texts."""
    if not example.rejected:
        raise LeftOut(Note("it has no worse answer"))
    as_texts(example, names=False, marks=marks)
    without_tools(example)
    tools_field(example)
    system = system_first(example)
    start = split(example)
    without_weights(example, len(example.messages))
    better, worse = answer_text(example, example.messages[start:]), answer_text(example, example.rejected)
    if better == worse:
        raise LeftOut(Note("both answers are the same"))
    return system, start, better, worse


def answer_text(example: Example, messages: list[Message]) -> str:
    if len(messages) > 1:
        example.lost.add("joined")
    text = "\n\n".join(message["content"] or "" for message in messages)
    if not text.strip():
        raise LeftOut(NO_ANSWER)
    return text


def question_text(example: Example, system: str, asked: list[Message]) -> str:
    """A question as one text: earlier turns written out, a line for each, and the system prompt in front."""
    if len(asked) == 1:
        text = str(asked[0]["content"])
    else:
        example.lost.add("turns")
        text = "\n".join(f"{message['role']}: {message['content'] or ''}" for message in asked)
    if system:
        example.lost.add("system")
        text = f"{system}\n\n{text}"
    return text


def texts_of_exchange(example: Example) -> tuple[str, list[Message], str]:
    """System prompt, question and answer where only text can be written."""
    with_context(example)
    as_texts(example, names=False)
    without_tools(example)
    tools_field(example)
    system = system_first(example)
    start = split(example)
    forget_earlier(example, start)
    without_weights(example, start)
    return system, example.messages[:start], answer_text(example, example.messages[start:])
