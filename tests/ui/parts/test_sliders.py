"""A slider stops at values that people would say, and a field beside it holds every other one exactly."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.content.load import load
from advisor.interview.number_input import Wanted, read
from advisor.language import LANGUAGES, language
from advisor.ui.parts.sliders import nearest, stops, usual, value_of, written
from advisor.ui.session import WHAT_IF
from tests.situations import values

QUESTIONS = {key: load().question(key) for key in WHAT_IF}


@pytest.mark.parametrize("key", WHAT_IF)
def test_stops_rise_within_what_is_allowed_and_reach_around_what_is_usual(key):
    question, places = QUESTIONS[key], stops(QUESTIONS[key])
    assert all(before < after for before, after in pairwise(places))
    assert question.minimum <= places[0] <= question.prior.p10
    assert question.prior.p90 <= places[-1] <= question.maximum
    assert not question.integer or all(value.is_integer() for value in places)


def test_stops_are_even_on_a_logarithmic_scale_but_for_a_score():
    assert stops(QUESTIONS["requests_per_month"])[-7:] == (1e7, 1.5e7, 2e7, 3e7, 5e7, 7e7, 1e8)
    assert stops(QUESTIONS["budget_month"])[:4] == (0, 7, 10, 15)
    assert stops(QUESTIONS["target_score"]) == tuple(float(score) for score in range(101))


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("key", WHAT_IF)
def test_what_stands_in_the_field_of_a_stop_is_read_as_that_stop(key, code):
    question, lang = QUESTIONS[key], language(code)
    for value in stops(question):
        assert read(written(value, question, lang), Wanted.of(question), lang).value == value


@given(st.data(), st.sampled_from(WHAT_IF), st.sampled_from(list(LANGUAGES)))
def test_any_value_stands_in_its_field_exactly(data, key, code):
    question, lang = QUESTIONS[key], language(code)
    value = data.draw(values(question).filter(lambda value: isinstance(value, float) and (not value or value > 1e-6)))
    assert read(written(value, question, lang), Wanted.of(question), lang).value == value


def test_a_range_stands_in_its_field_with_both_ends():
    assert written((80_000.0, 160_000.0), QUESTIONS["requests_per_month"], language("en")) == "80,000-160,000"


def test_the_nearest_stop_is_that_on_a_logarithmic_scale():
    assert nearest(1_200, (1_000.0, 1_500.0)) == 0
    assert nearest(1_230, (1_000.0, 1_500.0)) == 1
    assert nearest(0, (0.0, 5.0)) == 0


def test_the_middle_of_what_is_usual_is_geometric_for_amounts_and_even_for_scores():
    assert usual(QUESTIONS["instruction_tokens"].prior) == 450
    assert usual(QUESTIONS["target_score"].prior) == 89


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_place_of_a_stop_means_the_same_in_every_language(code):
    question = QUESTIONS["budget_month"]
    assert value_of(3, question, language(code)).value == stops(question)[3]


@pytest.mark.parametrize("place", [-1, 10_000])
def test_a_place_that_there_is_not_is_that_of_the_nearer_end(place):
    question = QUESTIONS["budget_month"]
    assert value_of(place, question, language("en")).value == stops(question)[0 if place < 0 else -1]
