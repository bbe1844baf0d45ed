"""The time of an answer: its parts add up, and each follows what it depends on."""

from __future__ import annotations

import numpy as np
import pytest

from advisor.charts.answer_time import Asked, compared, hosted, parts, small_tuned, times, whole
from advisor.content.load import load
from advisor.language import language

EN = language("en")
KNOWN = load()
SOL = hosted(next(model for model in KNOWN.models if model.id == "gpt_6_1_sol"), KNOWN, EN)
ASKED = Asked(prompt=3_000, thought=0, answer=300)


def test_speeds_are_those_of_the_content() -> None:
    assert np.quantile(SOL.tokens_s, (0.1, 0.9)) == pytest.approx([40, 150], rel=0.02)
    assert np.quantile(SOL.first_token, (0.1, 0.9)) == pytest.approx([0.5, 6], rel=0.02)


def test_writing_follows_the_answer_alone_and_thinking_is_as_slow() -> None:
    short = times(SOL, ASKED, KNOWN)
    long = times(SOL, Asked(prompt=3_000, thought=300, answer=600), KNOWN)
    assert np.allclose(long["writing"], 2 * short["writing"])
    assert np.allclose(long["thinking"], short["writing"])
    assert np.array_equal(long["reading"], short["reading"])
    assert not short["thinking"].any()


def test_half_the_answer_saves_more_than_half_the_prompt() -> None:
    told = whole(SOL, ASKED, KNOWN)
    assert told - whole(SOL, Asked(1_500, 0, 300), KNOWN) < told - whole(SOL, Asked(3_000, 0, 150), KNOWN)


def test_what_does_not_think_has_no_row_for_it() -> None:
    assert [row.id for row in parts(SOL, ASKED, KNOWN, EN).marks] == ["first", "reading", "writing", "all"]
    thinking = parts(SOL, Asked(3_000, 100, 300), KNOWN, EN)
    assert [row.id for row in thinking.marks] == ["first", "reading", "thinking", "writing", "all"]


def test_the_model_that_was_chosen_stands_out_among_the_others() -> None:
    small = small_tuned(KNOWN, EN)
    chart = compared([SOL, small], small, ASKED, KNOWN, EN)
    assert [(row.label, row.tone) for row in chart.marks] == [(SOL.name, "plain"), (small.name, "main")]
