"""Published comparisons in sentences: how many went which way, how sure that is, and what nobody can say."""

from __future__ import annotations

from typing import Any

import pytest

from advisor.engine.advice import Band, ExpectedScore
from advisor.language import LANGUAGES, language
from advisor.wording.comparisons import counts, expected, points
from tests.fixtures import COMPARED, sample_advice

EN = language("en")


def test_counts_and_interval_are_said() -> None:
    assert counts(sample_advice(), EN) == (
        "5 published studies compare a small tuned model with the best prompt on a frontier model at sorting texts "
        "into labels: tuning did better in 2, the prompt in 2, and in 1 they came out alike. With so few, the share in "
        "which tuning does better lies between 18% and 67% (80% interval)."
    )


def test_few_studies_are_too_few_to_say() -> None:
    one = COMPARED.model_copy(
        update={"studies": COMPARED.studies[:1], "worse": 0, "alike": 0, "better": 1, "share": None}
    )
    said = counts(sample_advice(comparisons=one), EN)
    assert said.startswith("1 published study compares")
    assert said.endswith("Fewer than 5 are too few to say.")
    none = COMPARED.model_copy(update={"studies": (), "share": None, "against": "prompted_small"})
    assert "No published study" in counts(sample_advice(comparisons=none), EN)
    assert counts(sample_advice(comparisons=None), EN) == ""


def score(**changes: Any) -> str:
    of = {
        "option": "sft",
        "score": Band(p10=54, p50=78, p90=91),
        "chance": None,
        "rests_on": ("large_score",),
        **changes,
    }
    return expected(sample_advice(expected_scores=(ExpectedScore(**of),)), EN)


def test_the_expected_score_is_said_with_its_range_and_a_chance_with_its_doubt() -> None:
    assert "score 78 on your test cases" in score()
    assert "54 to 91" in score()
    assert "chance" not in score()
    told = score(chance=Band(p10=0.08, p50=0.13, p90=0.19))
    assert "between 8% and 19%, over the ranges that you gave. Nobody has checked" in told
    assert "is about 13%. Nobody has checked" in score(chance=Band(p10=0.13, p50=0.13, p90=0.14))
    assert "Measure the best prompt on a large model too" in score(rests_on=("small_score",))
    assert "Measure" not in score()


def test_what_is_missing_is_named() -> None:
    assert "Measure the best prompt on a large, recent model first" in expected(sample_advice(expected_scores=()), EN)
    rare = COMPARED.model_copy(update={"task": "summary"})
    assert "Too few studies" in expected(sample_advice(expected_scores=(), comparisons=rare), EN)
    assert expected(sample_advice(expected_scores=(), comparisons=None), EN) == ""


@pytest.mark.parametrize("code", LANGUAGES)
def test_differences_carry_their_sign(code: str) -> None:
    assert [points(value, language(code)) for value in (21.55, 0.0, -20.0)] == ["+22", "0", "\u221220"]
