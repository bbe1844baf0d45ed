"""The ladder: who stops where, and what it costs on average."""

from __future__ import annotations

import numpy as np
import pytest

from advisor.charts.ladder import STEPS, climb, ladder
from advisor.content.load import load
from advisor.language import language

EN = language("en")


def test_who_goes_on_is_who_was_left_by_every_step_before() -> None:
    climbed = climb({"prompting": 0.5, "rag": 0.2, "sft": 0.9}, load())
    assert climbed.reached == pytest.approx({"prompting": 1.0, "rag": 0.5, "sft": 0.4})
    assert climbed.arrived == pytest.approx(0.96)


def test_stopping_saves_nothing_where_no_step_suffices_and_most_where_the_first_does() -> None:
    never = climb(dict.fromkeys(STEPS, 0.0), load())
    assert np.array_equal(never.stopping, never.everything)
    at_once = climb({**dict.fromkeys(STEPS, 0.0), "prompting": 1.0}, load())
    assert np.allclose(at_once.stopping, at_once.tests + at_once.steps["prompting"])


def test_days_are_those_of_the_assumptions_and_their_price_is_days_times_the_rate() -> None:
    chart = ladder(climb(dict.fromkeys(STEPS, 0.5), load()), 1_000, load(), EN)
    retrieval = next(row for row in chart.marks if row.id == "rag")
    assert retrieval.span == pytest.approx((10, 45), rel=0.02)
    assert retrieval.bar == (0, pytest.approx((10 * 45) ** 0.5, rel=0.02))
    assert retrieval.text == "21 days, $21,000"
    assert retrieval.text in chart.alt
    dearer = ladder(climb(dict.fromkeys(STEPS, 0.5), load()), 2_000, load(), EN)
    assert next(row.text for row in dearer.marks if row.id == "rag") == "21 days, $42,000"
