"""Reads a row of whatever format: as a conversation to look at, and as an example to convert."""

from __future__ import annotations

from typing import Any

from advisor.dataset.formats.example import NO_ANSWER, NOTHING_ASKED, Example, LeftOut, number_calls
from advisor.dataset.formats.registry import FORMATS, format_of
from advisor.dataset.rows.conversation import Conversation
from advisor.dataset.rows.traits import NOTHING, Object
from advisor.dataset.rows.turns import FILES, Call, Turn, files_of, listed

__all__ = ["Call", "Conversation", "Turn", "conversation", "example_of"]

_EMPTY = Conversation(())


def conversation(value: Any, form: str) -> Conversation:
    """A decoded row as a conversation, read as format `form`, an id of `FORMATS`; unknown ids count as `unknown`.

    Empty for a row that is no object.
    """
    if not isinstance(value, dict):
        return _EMPTY
    format = format_of(form)
    view = format.reading.conversation(value, format)
    if ("label" in value or "kto_tag" in value) and format.verdict_of(value) is False:
        view = view._replace(target_text="", rejected_text=view.target_text)
    files = files_of(value)
    return view._replace(files=files) if files else view


def example_of(value: Object, form: str, refusal: str) -> Example:
    """The row as an example. `refusal`: the answer to a question that its passage does not answer.

    Raises `LeftOut` for a row in which nothing is asked and answered.
    """
    format = FORMATS[form]
    if format.reading.example is None:
        raise LeftOut(NOTHING_ASKED)
    example = format.reading.example(value, format, refusal)
    if not any(message["role"] == "assistant" for message in example.messages):
        raise LeftOut(NO_ANSWER)
    example.verdict = format.verdict_of(value)  # an answer that is bad is never one to learn
    example.files = _files(value)
    number_calls(example.messages)
    if example.rejected is not None:
        number_calls([*example.messages[: example.answer], *example.rejected])
    return example


def _files(value: Object) -> dict[str, list[Any]]:
    """What a row names beside its messages: lists of images, videos and audios (TRL, LLaMA-Factory)."""
    files: dict[str, list[Any]] = {}
    for key, kind in FILES.items():
        given = listed(value.get(key))
        if given not in NOTHING:
            files[f"{kind}s"] = [*files.get(f"{kind}s", ()), *(given if isinstance(given, list) else [given])]
    return files
