"""ShareGPT's turns, which say from and value.

Source: LLaMA-Factory's data notes, which add preferences and verdicts.
"""

from __future__ import annotations

import json
from types import MappingProxyType

from advisor.dataset.formats.definition import FILES, Format, Made, Target, columns
from advisor.dataset.formats.example import (
    NO_ANSWER,
    Example,
    LeftOut,
    Message,
    arguments_as_object,
    as_texts,
    by_turns,
    calls_of,
    system_first,
    with_context,
    without_weights,
)
from advisor.dataset.formats.fields import Field, answer
from advisor.dataset.formats.losses import OF_ANYTHING, OF_MESSAGES, TEXT_LOSSES, TEXT_PAIR_LOSSES
from advisor.dataset.formats.shapes import PREFERENCE, TURNS
from advisor.dataset.formats.sides import texts_of_preference, tools_field
from advisor.dataset.row import Note
from advisor.dataset.rows.traits import both, has, has_either, says_verdict


def sharegpt(example: Example) -> Made:
    with_context(example)
    as_texts(example, names=False, marks=True)
    without_weights(example)
    system = system_first(example)
    example.answer = None
    if example.messages[-1]["role"] != "assistant":
        raise LeftOut(NO_ANSWER)
    made: Made = {"system": system, "conversations": _called_turns(example)}
    tools = tools_field(example)
    return {**made, "tools": json.dumps(tools["tools"], ensure_ascii=False)} if tools else made


def sharegpt_preference(example: Example) -> Made:
    with_context(example)
    system, start, better, worse = texts_of_preference(example)
    turns = [_turn(message) for message in by_turns(example, example.messages[:start])]
    return {
        "system": system,
        "conversations": turns,
        "chosen": {"from": "gpt", "value": better},
        "rejected": {"from": "gpt", "value": worse},
    }


_SPEAKERS = MappingProxyType({"user": "human", "assistant": "gpt", "tool": "observation"})


def _turn(message: Message) -> Made:
    return {"from": _SPEAKERS[message["role"]], "value": message["content"] or ""}


def _called_turns(example: Example) -> list[Made]:
    """Turns in which human or observation, and gpt or function_call alternate; results of several calls are a list."""
    if not any("tool_calls" in message or message["role"] == "tool" for message in example.messages):
        return [_turn(message) for message in by_turns(example, example.messages)]
    turns: list[Made] = []
    results: list[Message] = []
    n = waiting = 0
    for message in example.messages:
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


FORMATS = (
    Format(
        id="sharegpt_preference",
        title=Note("ShareGPT preference pairs"),
        method="dpo",
        order=20,
        fits=both(has("conversations"), has_either("chosen", "rejected")),
        why=Note("rows have conversations, chosen and rejected"),
        reading=PREFERENCE,
        fields=(
            Field("conversations", ("turns",)),
            answer("chosen", "turn"),
            answer("rejected", "turn"),
        ),
        asked=("conversations",),
        answer=("chosen",),
        rejected=("rejected",),
        holds=OF_ANYTHING | {"rejected"},
    ),
    Format(
        id="sharegpt_kto",
        title=Note("ShareGPT conversations with a verdict"),
        method="dpo",
        order=30,
        fits=both(has("conversations"), says_verdict("kto_tag", "label")),
        why=Note("rows have conversations, and kto_tag or label says whether the answer is good"),
        reading=TURNS,
        fields=(Field("conversations", ("turns",)), Field("kto_tag", ("label",), others=("label",))),
        label=("kto_tag", "label"),
        says_verdict=True,
        key="conversations",
        holds=OF_MESSAGES | {"files", "verdict"},
        familiar=6,
    ),
    Format(
        id="sharegpt",
        title=Note("ShareGPT conversations"),
        method="sft",
        order=40,
        fits=has("conversations"),
        why=Note("rows have conversations, whose parts say from and value"),
        reading=TURNS,
        fields=(Field("conversations", ("turns",)),),
        key="conversations",
        holds=OF_MESSAGES | {"files"},
        familiar=5,
    ),
)

TARGETS = (
    Target(
        id="sharegpt",
        title=Note("ShareGPT conversations"),
        order=70,
        forms=frozenset({"sharegpt"}),
        containers=("json", "jsonl", "parquet"),
        make=sharegpt,
        loses=TEXT_LOSSES - {"tools", "calls"} | {"call_text", "ids"},
        columns=columns(system="text", conversations="turns"),
        files=FILES,
    ),
    Target(
        id="sharegpt_preference",
        title=Note("ShareGPT preference pairs"),
        order=180,
        forms=frozenset({"sharegpt_preference"}),
        containers=("json", "jsonl", "parquet"),
        make=sharegpt_preference,
        loses=TEXT_PAIR_LOSSES,
        columns=columns(system="text", conversations="turns", chosen="turn", rejected="turn"),
        preference=True,
        files=FILES,
    ),
)
