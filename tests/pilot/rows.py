"""Rows of a small task, and a model that does it in some ways better than in others."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from advisor.dataset.files.source import open_source
from advisor.language import language
from advisor.pilot.arms import Arm
from advisor.pilot.held_out import Divided, divide
from advisor.pilot.run import Pilot
from advisor.pilot.setup import Setup, Wishes, usual_arms
from tests.pilot.server import PilotServer, Reply, question

TOPICS = {
    "billing": ("invoice", "refund", "payment", "charge"),
    "delivery": ("parcel", "courier", "address", "package"),
    "account": ("password", "login", "profile", "email"),
}
ADJECTIVES = ["late", "wrong", "missing", "double", "strange", "old", "new", "broken", "second", "lost"]
PLACES = ["Delft", "Utrecht", "Gent", "Leuven", "Breda", "Zwolle", "Assen", "Tilburg"]


def rows(n: int = 60) -> list[dict[str, Any]]:
    """Questions of customers, each with its topic."""
    made = []
    for at in range(n):
        topic = list(TOPICS)[at % 3]
        word = TOPICS[topic][at // 3 % 4]
        text = f"{ADJECTIVES[at % 10]} {word} for order {at * 7919 % 10_007} to {PLACES[at * 5 % 8]} since day {at}"
        asked = [{"role": "system", "content": "Name the topic."}, {"role": "user", "content": text}]
        made.append({"messages": [*asked, {"role": "assistant", "content": topic}]})
    return made


def data(n: int = 60) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows(n)).encode()


def topic_of(text: str) -> str:
    return next(topic for topic, words in TOPICS.items() if any(word in text for word in words))


def answer(body: Any) -> Reply:
    """Knows every topic, but talks about it unless a schema binds it, and is wrong on orders that end in 3."""
    text = question(body)
    topic = topic_of(text) if "3 to" not in text else "delivery"
    if "response_format" in body:
        return Reply(json.dumps({"answer": topic}))
    if len(body["messages"]) > 2:  # it has seen examples
        return Reply(topic)
    return Reply(topic if "order 1" in text else f"I think that is {topic}.")


@cache
def divided(n: int = 60) -> Divided:
    return divide(open_source(data(n), "rows.jsonl"), language())


def setup(server: PilotServer | str, of: Divided, arms: tuple[Arm, ...] = (), **more: Any) -> Setup:
    told: dict[str, Any] = {
        "base_url": server if isinstance(server, str) else server.address,
        "model": "small",
        "embedding_model": "vectors",
        "arms": arms or usual_arms(of, Wishes(), embeds=True),
        "metric": of.metric,
        "labels": of.labels,
        "answer_schema": of.schema,
        "most_tokens": 32,
    }
    return Setup.model_validate(told | more)


def pilot(folder: Path, server: PilotServer | str, arms: tuple[Arm, ...] = (), n: int = 60, **more: Any) -> Pilot:
    of = divided(n)
    return Pilot.create(folder / "pilot.sqlite", setup(server, of, arms, **more), of)
