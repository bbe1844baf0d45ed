"""Tells files whose rows stand deeper than their first level, and says how to bring them there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from advisor.dataset.privacy.mask import masked
from advisor.dataset.row import Note


def nested(value: Mapping[str, Any]) -> Note | None:
    """What to do with an object that holds the rows of the file within it; None where it holds none.

    SQuAD's form, as its authors publish it, is `data[].paragraphs[].qas[]`; others put all rows under one key.
    """
    lists = {key: part for key, part in value.items() if _objects(part)}
    articles = lists.get("data", [])
    if articles and _objects(articles[0].get("paragraphs")) and "qas" in articles[0]["paragraphs"][0]:
        return Note(
            "it is SQuAD as published, whose questions stand within articles and paragraphs: write one row for each "
            "question, with the fields context, question and answers"
        )
    if len(lists) != 1:
        return None
    [key] = lists
    return Note("the rows stand within {key}: write each of them as a row of its own", key=masked(str(key)))


def _objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)
