"""Answers judged: a number within a tolerance, an expression of one's own, and what has not the form asked for."""

from __future__ import annotations

import time

import pytest

from advisor.dataset.row import Unusable
from advisor.pilot.judging import Metric, judged


@pytest.mark.parametrize(
    ("tolerance", "gold", "answer", "score", "parsable"),
    [
        (0.0, "42", "It is 42.", 1, True),
        (0.0, "42", "It is 43", 0, True),
        (0.01, "1200", "about 1,210", 1, True),
        (0.01, "1200", "about 1,213", 0, True),
        (0.0, "0.5", "0,5", 1, True),
        (0.0, "-3", "\N{MINUS SIGN}3", 1, True),
        (0.1, "0", "0.05", 1, True),
        (0.1, "0", "0.2", 0, True),
        (0.0, "42", "forty-two", 0, False),
        (0.0, "42", "", 0, False),
        (0.0, "1234.56", "Totaal: 1.234,56 euro", 1, True),
        (0.0, "1.234,56", "1,234.56", 1, True),
        (0.0, "0,500", "0.5", 1, True),
        (0.0, "0,500", "500", 0, True),
        (0.0, "-0,250", "-0.25", 1, True),
        (0.0, "1,234", "1234", 1, True),
        (0.0, "1.234.567", "1234567", 1, True),
        (0.0, "12,345,678.9", "12.345.678,9", 1, True),
        (0.0, "12,5", "12.5", 1, True),
        (0.0, "1.5e3", "1,500", 1, True),
        (0.0, "5", "on 12-05", 1, True),
        (0.0, "-5", "(-5)", 1, True),
        (0.0, "7", "Step 1: 3 apples and 4 more make 7", 1, True),
    ],
)
def test_numbers(tolerance: float, gold: str, answer: str, score: float, parsable: bool) -> None:
    assert judged(Metric(name="number", tolerance=tolerance), {"gold": gold}, answer) == (score, parsable)


@pytest.mark.parametrize(
    ("pattern", "answer", "score", "parsable"),
    [
        (r"(?i)topic:\s*(\w+)", "Topic: Billing, I think", 1, True),
        (r"(?i)topic:\s*(\w+)", "Topic: delivery", 0, True),
        (r"(?i)topic:\s*(\w+)", "billing", 0, False),
        (r"billing|delivery", "It may be billing", 1, True),
    ],
)
def test_expressions_of_ones_own(pattern: str, answer: str, score: float, parsable: bool) -> None:
    assert judged(Metric(name="pattern", pattern=pattern), {"gold": "billing"}, answer) == (score, parsable)


def test_no_expression_takes_long_and_a_wrong_one_is_told() -> None:
    start = time.process_time()
    judged(Metric(name="pattern", pattern=r"(a+)+$"), {"gold": "x"}, "a" * 5_000 + "b")
    assert time.process_time() - start < 1
    with pytest.raises(Unusable, match="cannot be used"):
        Metric(name="pattern", pattern="(a").demand_usable()
    with pytest.raises(Unusable, match="cannot be used"):
        Metric(name="pattern", pattern=r"(a)\1").demand_usable()


@pytest.mark.parametrize(
    ("name", "gold", "answer", "structured", "score", "parsable"),
    [
        ("label", "billing", "Billing.", False, 1, True),
        ("label", "billing", "delivery", False, 0, True),
        ("label", "billing", "I think that is billing", False, 0, False),
        ("label", "billing", '{"answer": "billing"}', True, 1, True),
        ("label", "billing", '{"answer": "bil', True, 0, False),
        ("json", '{"a": 1, "b": 2}', '{"a": 1, "b": 3}', False, 0.5, True),
        ("json", '{"a": 1}', '```json\n{"a": 1}\n```', False, 1, True),
        ("json", '{"a": 1}', "a is 1", False, 0, False),
        ("contains", "Delft", "It went to Delft yesterday", False, 1, True),
        ("contains", "AB-12", "the code is AB-12.", False, 1, True),
        ("contains", "AB-12", "the code is ab 12.", False, 0, True),
        ("normalised", "AB 12", "the code is ab 12.", False, 1, True),
        ("contains", "lft", "Delft", False, 1, True),
        ("normalised", "lft", "Delft", False, 0, True),
        ("label", "account", "account", False, 1, True),
        ("exact", "Delft", "delft", False, 0, True),
        ("likeness", "the parcel is late", "the parcel is here", False, 0.75, True),
    ],
)
def test_the_other_metrics_are_those_of_the_project(
    name: str, gold: str, answer: str, structured: bool, score: float, parsable: bool
) -> None:
    told = judged(Metric(name=name), {"gold": gold}, answer, ["billing", "delivery"], structured)
    assert told == (pytest.approx(score), parsable)


def test_the_five_classes_count_a_right_refusal() -> None:
    row = {"gold": "I don't know", "expects_answer": False, "decline": ["I don't know"]}
    assert judged(Metric(name="classes"), row, "I don't know.").score == 1
    assert judged(Metric(name="classes"), row, "On Tuesday.").score == 0
