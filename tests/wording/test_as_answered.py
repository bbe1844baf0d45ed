"""What the answers given say, beside what comes of others: the sentence if it differs, and each figure with how far."""

from __future__ import annotations

import pytest

from advisor.content.load import load
from advisor.engine.advice import Advice, Band
from advisor.language import language
from advisor.wording.as_answered import answered
from advisor.wording.brief import brief
from tests.fixtures import sample_advice

EN, NL, CONTENT = language("en"), language("nl"), load()


def priced(usd: float | None, seconds: float | None, chance: float | None = None) -> Advice:
    """An advice without a plan, with these middles of its three figures."""
    base = sample_advice(plan=())
    figures = {"usd_month": band(usd), "latency_p95": band(seconds)}
    ranking = [one.model_copy(update=figures) if one.option == base.option else one for one in base.ranking]
    return base.model_copy(update={"ranking": tuple(ranking), "arrives": band(chance) if chance else None})


def band(value: float | None) -> Band:
    return Band(p10=value, p50=value, p90=value)


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (1_000, 1_500, "answered: $1,000 · +50%"),
        (1_000, 650, "answered: $1,000 · −35%"),
        (1_000, 12_000, "answered: $1,000 · ×12"),
        (1_000, 1_000, "as answered"),
        (1_000, None, "answered: $1,000"),
        (None, 1_000, "answered: unknown"),
        (None, None, "as answered"),
    ],
)
def test_a_cost_differs_by_a_share_and_from_three_times_on_by_a_factor(before, now, said):
    assert answered(priced(before, 2), priced(now, 2), CONTENT, EN).figures[0] == said


def test_a_chance_differs_by_points():
    one, other = priced(10, 2, 0.5), priced(10, 2, 0.62)
    assert answered(one, other, CONTENT, EN).figures[2] == "answered: 50% · +12 points"
    assert answered(other, one, CONTENT, NL).figures[2] == "beantwoord: 62% · −12 punten"


def test_the_sentence_is_said_only_where_it_differs():
    one = priced(10, 2)
    other = one.model_copy(update={"verdict": "dont", "option": "prompting"})
    assert answered(one, one, CONTENT, EN).headline == ""
    assert answered(one, other, CONTENT, EN).headline == brief(one, CONTENT, EN).headline
