"""Whether ShareGPT's turns keep the rules: each turn by itself, and who speaks when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from advisor.dataset.checks import content, roles, structure
from advisor.dataset.formats.fields import Field, Speaker
from advisor.dataset.row import Fault


def turn_faults(value: Any, key: str, form: str) -> Iterator[Fault]:
    """Everything wrong with a list of turns at `key`."""
    if not isinstance(value, list):
        yield structure.no_list(value, key)
        return
    if not value:
        yield structure.no_messages(key)
        return
    speakers: list[str] = []
    for place, turn in enumerate(value):
        here = f"{key}[{place}]"
        if not isinstance(turn, dict):
            yield structure.no_message(turn, here)
            speakers.append("")
            continue
        speaker = turn.get("from", turn.get("role"))
        speakers.append(str(speaker))
        yield from roles.speaker(speaker, f"{here}.from")
        if "value" not in turn and "content" not in turn:
            yield content.missing(f"{here}.value")
        else:
            answers = speakers[-1] in roles.SHAREGPT_ANSWERS
            yield from _said(turn, here, "assistant" if answers else "user")
    yield from roles.turn_order(speakers, key, form in ("sharegpt", "sharegpt_kto"))


def answer_faults(value: Any, key: str) -> Iterator[Fault]:
    """Everything wrong with a turn that stands for an answer alone."""
    if isinstance(value, dict):
        yield from _said(value, key, "assistant")
    else:
        yield structure.wrong_type(value, key, "object")


def _said(turn: dict[str, Any], here: str, speaker: Speaker) -> Iterator[Fault]:
    said = turn.get("value", turn.get("content"))
    yield from content.text_field(said, Field(f"{here}.value", ("text",), speaker))
