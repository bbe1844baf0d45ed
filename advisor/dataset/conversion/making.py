"""Makes rows of the formats that can be written from examples. All may change the example, and raise `LeftOut`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from advisor.dataset.conversion.example import (
    CALLS_TOOLS,
    NO_ANSWER,
    Example,
    LeftOut,
    Message,
    arguments_as_object,
    arguments_as_text,
    as_texts,
    by_turns,
    calls_of,
    field_lost,
    forget_earlier,
    part_lost,
    split,
    system_first,
    with_context,
    without_text,
    without_tools,
    without_weights,
)
from advisor.dataset.files.json_value import WITHIN, too_deep
from advisor.dataset.row import Note

Made = dict[str, Any]


# Messages


def _for_openai(messages: list[Message]) -> list[Message]:
    return [_with_arguments(message, arguments_as_text) for message in messages]


def _for_trl(messages: list[Message]) -> list[Message]:
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


def _tools(example: Example, openai: bool = False) -> Made:
    made: Made = {"tools": example.tools} if example.tools else {}
    if example.parallel is not None:
        if openai:
            made["parallel_tool_calls"] = example.parallel
        else:
            example.lost |= {"fields", field_lost("parallel_tool_calls")}
    return made


def _images(example: Example) -> None:
    """OpenAI takes images by address, in the user's messages."""
    for message in example.everything():
        content = message["content"]
        if isinstance(content, list):
            kept = [part for part in content if isinstance(part, dict) and _part(part, message["role"])]
            if len(kept) < len(content):
                example.lost.update(*(part_lost(part) for part in content if part not in kept))
                if not kept:
                    raise without_text(content)
            message["content"] = kept


def _part(part: Made, role: str) -> bool:
    if part.get("type") == "text":
        return isinstance(part.get("text"), str)
    image = part.get("image_url")
    return role == "user" and part.get("type") == "image_url" and isinstance(image, dict) and "url" in image


def openai_chat(example: Example) -> Made:
    with_context(example)
    _images(example)
    return {"messages": _for_openai(example.said), **_tools(example, openai=True)}


def trl_chat(example: Example) -> Made:
    with_context(example)
    as_texts(example)
    without_weights(example)
    return {"messages": _for_trl(example.said), **_tools(example)}


def autotrain_chat(example: Example) -> Made:
    with_context(example)
    as_texts(example, names=False)
    without_weights(example)
    without_tools(example)
    return {"text": example.said}


def trl_unpaired(example: Example) -> Made:
    if example.verdict is None:
        raise LeftOut(Note("it has no verdict on its answer"))
    return {**trl_pair(example), "label": example.verdict}


# Google and Amazon Bedrock


def google_chat(example: Example) -> Made:
    with_context(example)
    as_texts(example)
    without_weights(example)
    system = system_first(example)
    contents: list[Made] = []
    called: dict[str, str] = {}
    for message in example.said:
        called |= {call["id"]: call["function"]["name"] for call in calls_of(message)}
        role = "model" if message["role"] == "assistant" else "user"
        parts = [_response(message, called, example)] if message["role"] == "tool" else _google_parts(message, example)
        if contents and contents[-1]["role"] == role:
            if message["role"] != "tool":
                example.lost.add("joined")
            contents[-1]["parts"] += parts
        else:
            contents.append({"role": role, "parts": parts})
    if [*called] != [f"call_{n}" for n in range(1, len(called) + 1)]:
        example.lost.add("ids")
    _in_turn(contents, "model")
    declared = [tool["function"] for tool in _tools(example).get("tools", ())]
    instruction = {"systemInstruction": {"role": "system", "parts": [{"text": system}]}} if system else {}
    return {
        **instruction,
        "contents": contents,
        **({"tools": [{"functionDeclarations": declared}]} if declared else {}),
    }


def _google_parts(message: Message, example: Example) -> list[Made]:
    if "name" in message:
        example.lost.add("name")
    text = message["content"] or ""
    parts: list[Made] = [{"text": text}] if text.strip() else []
    for call in calls_of(message):
        given = arguments_as_object(call["function"]["arguments"])
        parts.append({"functionCall": {"name": call["function"]["name"], "args": given}})
    if not parts:
        raise LeftOut(Note("a message has no content"))
    return parts


def _response(message: Message, called: Mapping[str, str], example: Example) -> Made:
    """The result of a call. Google wants an object; a text goes under `output`, as its guide says."""
    text = message["content"] or ""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    name = called.get(str(message.get("tool_call_id")), message.get("name", ""))
    if not name:
        raise LeftOut(Note("a result of a tool belongs to no call"))
    response = given if isinstance(given, dict) and not too_deep(given, WITHIN) else {"output": text}
    return {"functionResponse": {"name": name, "response": response}}


def _in_turn(said: list[Made], answers: str) -> None:
    """Raise `LeftOut` unless the user begins and the model ends."""
    if not said or said[0]["role"] != "user":
        raise LeftOut(Note("it begins with an answer"))
    if said[-1]["role"] != answers:
        raise LeftOut(NO_ANSWER)


def bedrock_chat(example: Example) -> Made:
    with_context(example)
    as_texts(example, names=False)
    without_tools(example)
    _tools(example)
    without_weights(example)
    system = system_first(example)
    said = by_turns(example, example.said)
    messages = [{"role": message["role"], "content": [{"text": message["content"] or ""}]} for message in said]
    _in_turn(messages, "assistant")
    if not all(message["content"][0]["text"].strip() for message in messages):
        raise LeftOut(Note("a message has no content"))
    instruction = {"system": [{"text": system}]} if system else {}
    return {"schemaVersion": "bedrock-conversation-2024", **instruction, "messages": messages}


def _apart(example: Example) -> tuple[list[Message], list[Message]]:
    """Question and answer, with one system message at the start."""
    as_texts(example)
    system = system_first(example, always=False)
    start = split(example)
    forget_earlier(example, start)
    without_weights(example, start)
    asked = [{"role": "system", "content": system}] if system else []
    return [*asked, *example.said[:start]], example.said[start:]


def trl_pair(example: Example) -> Made:
    with_context(example)
    asked, answer = _apart(example)
    return {"prompt": _for_trl(asked), "completion": _for_trl(answer), **_tools(example)}


# Preferences


def _pair(example: Example) -> tuple[list[Message], list[Message], list[Message]]:
    """Question, better and worse answer. What was not to be learned is not learned from preferences either."""
    with_context(example)
    if not example.rejected:
        raise LeftOut(Note("it has no worse answer"))
    for message in example.said[: example.answer]:
        message.pop("weight", None)
    as_texts(example)
    system = system_first(example, always=False)
    start = split(example)
    without_weights(example, len(example.said))
    asked = [{"role": "system", "content": system}] if system else []
    return [*asked, *example.said[:start]], example.said[start:], _different(example, start)


def _different(example: Example, start: int) -> list[Message]:
    worse = example.rejected or []
    if example.said[start:] == worse:
        raise LeftOut(Note("both answers are the same"))
    return worse


def openai_dpo(example: Example) -> Made:
    asked, better, worse = map(_for_openai, _pair(example))
    given = {"messages": asked, **_tools(example, openai=True)}
    return {"input": given, "preferred_output": better, "non_preferred_output": worse}


def trl_preference(example: Example) -> Made:
    asked, better, worse = map(_for_trl, _pair(example))
    return {"prompt": asked, "chosen": better, "rejected": worse, **_tools(example)}


def _text_pair(example: Example, marks: bool = True) -> tuple[str, int, str, str]:
    """System prompt, place of the answer, and the two answers as texts."""
    if not example.rejected:
        raise LeftOut(Note("it has no worse answer"))
    as_texts(example, names=False, marks=marks)
    without_tools(example)
    _tools(example)
    system = system_first(example)
    start = split(example)
    without_weights(example, len(example.said))
    better, worse = _answer(example, example.said[start:]), _answer(example, example.rejected)
    if better == worse:
        raise LeftOut(Note("both answers are the same"))
    return system, start, better, worse


def autotrain_dpo(example: Example) -> Made:
    with_context(example)
    system, start, better, worse = _text_pair(example, marks=False)
    return {"prompt": _flat(example, system, example.said[:start]), "text": better, "rejected_text": worse}


def alpaca_preference(example: Example) -> Made:
    system, start, better, worse = _text_pair(example)
    return {**_alpaca_question(example, system, example.said[:start]), "chosen": better, "rejected": worse}


def sharegpt_preference(example: Example) -> Made:
    with_context(example)
    system, start, better, worse = _text_pair(example)
    said = [_turn(message) for message in by_turns(example, example.said[:start])]
    return {
        "system": system,
        "conversations": said,
        "chosen": {"from": "gpt", "value": better},
        "rejected": {"from": "gpt", "value": worse},
    }


# Texts


def _answer(example: Example, messages: list[Message]) -> str:
    if len(messages) > 1:
        example.lost.add("joined")
    text = "\n\n".join(message["content"] or "" for message in messages)
    if not text.strip():
        raise LeftOut(NO_ANSWER)
    return text


def _flat(example: Example, system: str, asked: list[Message]) -> str:
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


def _texts(example: Example) -> tuple[str, list[Message], str]:
    """System prompt, question and answer where only text can be written."""
    with_context(example)
    as_texts(example, names=False)
    without_tools(example)
    _tools(example)
    system = system_first(example)
    start = split(example)
    forget_earlier(example, start)
    without_weights(example, start)
    return system, example.said[:start], _answer(example, example.said[start:])


def prompt_completion(example: Example) -> Made:
    system, asked, answer = _texts(example)
    return {"prompt": _flat(example, system, asked), "completion": answer}


def csv_pairs(example: Example) -> Made:
    system, asked, answer = _texts(example)
    return {"system": system, "input": _flat(example, "", asked), "output": answer}


# Alpaca and ShareGPT


def alpaca(example: Example) -> Made:
    as_texts(example, names=False, marks=True)
    without_tools(example)
    _tools(example)
    without_weights(example)
    system = system_first(example)
    start = split(example)
    answer = _answer(example, example.said[start:])
    made = _alpaca_question(example, system, example.said[:start])
    return {
        "system": made["system"],
        "instruction": made["instruction"],
        "input": made["input"],
        "output": answer,
        "history": made["history"],
    }


def _alpaca_question(example: Example, system: str, asked: list[Message]) -> Made:
    said = by_turns(example, asked)
    if said[-1]["role"] != "user":
        raise LeftOut(Note("its answer follows on another answer"))
    texts = [message["content"] or "" for message in said]
    history = [[one, other] for one, other in zip(texts[:-1:2], texts[1:-1:2], strict=True)]
    return {"system": system, "instruction": texts[-1], "input": example.context, "history": history}


_SPEAKERS = MappingProxyType({"user": "human", "assistant": "gpt", "tool": "observation"})


def _turn(message: Message) -> Made:
    return {"from": _SPEAKERS[message["role"]], "value": message["content"] or ""}


def sharegpt(example: Example) -> Made:
    with_context(example)
    as_texts(example, names=False, marks=True)
    without_weights(example)
    system = system_first(example)
    example.answer = None
    if example.said[-1]["role"] != "assistant":
        raise LeftOut(NO_ANSWER)
    made: Made = {"system": system, "conversations": _called_turns(example)}
    tools = _tools(example)
    return {**made, "tools": json.dumps(tools["tools"], ensure_ascii=False)} if tools else made


def _called_turns(example: Example) -> list[Made]:
    """Turns in which human or observation, and gpt or function_call alternate; results of several calls are a list."""
    if not any("tool_calls" in message or message["role"] == "tool" for message in example.said):
        return [_turn(message) for message in by_turns(example, example.said)]
    turns: list[Made] = []
    results: list[Message] = []
    n = waiting = 0
    for message in example.said:
        if message["role"] == "tool":
            results.append(message)
            if len(results) < waiting:
                continue
            texts = [one["content"] or "" for one in results]
            text = texts[0] if len(texts) == 1 else json.dumps(texts, ensure_ascii=False)
            turns.append({"from": "observation", "value": text})
            results, waiting = [], 0
        elif "tool_calls" in message:
            calls = calls_of(message)
            if message["content"]:
                example.lost.add("call_text")
            if any(call["id"] != f"call_{n + place}" for place, call in enumerate(calls, start=1)):
                example.lost.add("ids")
            n, waiting = n + len(calls), len(calls)
            given = [_function(call) for call in calls]
            text = json.dumps(given[0] if len(given) == 1 else given, ensure_ascii=False)
            turns.append({"from": "function_call", "value": text})
        else:
            turns.append(_turn(message))
    for place, turn in enumerate(turns):
        if (turn["from"] in ("human", "observation")) == bool(place % 2) or results:
            raise LeftOut(Note("its messages do not take turns"))
    return turns


def _function(call: Made) -> Made:
    return {"name": call["function"]["name"], "arguments": arguments_as_object(call["function"]["arguments"])}


def for_parquet(row: Made, lost: set[str]) -> Made:
    """The row as a table can hold it, whose columns have one type each: messages of role and text, and no tools."""
    made: Made = {}
    for key, value in row.items():
        if key in ("tools", "images", "videos", "audios"):
            lost.add("tools" if key == "tools" else "files")
            continue
        if isinstance(value, list) and value and isinstance(value[0], dict) and "role" in value[0]:
            if any("tool_calls" in message or message["role"] == "tool" for message in value):
                raise LeftOut(CALLS_TOOLS)
            if any("name" in message for message in value):
                lost.add("name")
            made[key] = [{"role": message["role"], "content": message["content"]} for message in value]
            continue
        if key == "conversations" and any(turn["from"] in ("function_call", "observation") for turn in value):
            raise LeftOut(CALLS_TOOLS)
        made[key] = value
    return made
