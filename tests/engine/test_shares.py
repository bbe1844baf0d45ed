"""Shares: they add up, follow what is open, obey the signs that must hold, and hang on no switched-off term."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given

from advisor.content.entries import BaseRate, Slope, WeighedTerm
from advisor.content.load import ContentError, load
from advisor.engine.drawing import draw
from advisor.engine.scenarios import Scenarios
from advisor.engine.shares import base_rate_shift, shares, weights
from advisor.engine.terms import CLASSES, MEMBERS, MOST_TERMS, compile_terms
from advisor.interview.situation import Situation, situation
from tests.situations import situations

CONTENT = load()
IDS = [option.id for option in CONTENT.options]


def drawn(*given: Situation, count: int = 256) -> Scenarios:
    return draw(given, CONTENT, count)


def mean(here: Situation, **kwargs: object) -> dict[str, float]:
    return dict(zip(IDS, shares(drawn(here), **kwargs).mean(axis=0), strict=True))  # type: ignore[arg-type]


def test_every_option_belongs_to_one_class_and_few_terms_weigh() -> None:
    assert sorted(option for members in MEMBERS.values() for option in members) == sorted(IDS)
    assert len(CONTENT.weighed) <= MOST_TERMS


@given(situations())
def test_shares_add_up_to_one_among_what_is_open(here: Situation) -> None:
    scenarios = drawn(here, count=128)
    shut = np.zeros((scenarios.rows, len(IDS)), dtype=bool)
    shut[:64, IDS.index("rag")] = True
    shut[64:] = True
    found = shares(scenarios, shut)
    assert found[:64].sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert not found[shut].any()
    assert (found >= 0).all()


def test_a_closed_option_hands_its_share_to_the_others_in_proportion() -> None:
    scenarios = drawn(situation(task="classification", labelled_examples=3000))
    shut = np.zeros((scenarios.rows, len(IDS)), dtype=bool)
    shut[:, IDS.index("distill")] = True
    whole, less = shares(scenarios), shares(scenarios, shut)
    kept = whole[:, IDS.index("rag")] / (1 - whole[:, IDS.index("distill")])
    assert less[:, IDS.index("rag")] == pytest.approx(kept, rel=1e-3)


def test_many_situations_at_once_give_what_each_gives_alone() -> None:
    one, other = situation(task="qa", citations="yes"), situation(task="extraction", labelled_examples=900)
    both = shares(drawn(one, other))
    assert both == pytest.approx(np.concatenate([shares(drawn(one)), shares(drawn(other))]), abs=1e-6)


@pytest.mark.parametrize(
    ("said", "leads"),
    [
        (
            {"gap": ["knowledge"], "knowledge_source": "private", "knowledge_changes": "weekly", "citations": "yes"},
            "rag",
        ),
        (
            {
                "answer_kind": "comparative",
                "data_shape": ["preferences"],
                "preference_pairs": 2000,
                "gap": ["preference"],
            },
            "dpo",
        ),
        (
            {
                "data_shape": ["grader"],
                "answer_kind": "checkable",
                "grader_pass_rate": 40,
                "labelled_examples": 0,
                "skills": "ml",
                "prompt_tried": "good",
                "prompt_result": "poor",
                "large_model": "short",
                "task": "sql_code",
            },
            "rft",
        ),
        (
            {
                "gap": ["cost"],
                "large_model": "good",
                "prompt_tried": "good",
                "prompt_result": "good",
                "task": "classification",
                "requests_per_month": 30_000_000,
                "small_model": "near",
            },
            "distill",
        ),
        (
            {
                "task": "sql_code",
                "labelled_examples": 8000,
                "prompt_tried": "good",
                "prompt_result": "poor",
                "large_model": "short",
            },
            "sft",
        ),
        ({"prompt_tried": "no", "task": "rewriting", "usage": "one_off"}, "prompting"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_clear_situations_lead_where_experts_and_cases_agree(said: dict[str, object], leads: str) -> None:
    found = mean(situation(**said))
    assert max(found, key=lambda one: found[one]) == leads


@pytest.mark.parametrize("task", ["classification", "extraction", "sql_code", "rewriting", "agent"])
def test_more_examples_never_favour_prompting(task: str) -> None:
    amounts = (0, 10, 60, 400, 2000, 50_000)
    scenarios = drawn(*(situation(task=task, labelled_examples=amount) for amount in amounts))
    held = shares(scenarios)[:, IDS.index("prompting")] + shares(scenarios)[:, IDS.index("structured")]
    steps = held.reshape(6, -1)
    assert (np.diff(steps, axis=0) <= 1e-5).all(), "in every scenario, whatever set of weights it has"


def test_the_fitted_weights_obey_the_signs_in_every_set() -> None:
    terms, loaded = compile_terms(CONTENT), weights(CONTENT)
    assert np.isfinite(terms.lower).any()
    assert (loaded.weights >= terms.lower - 1e-6).all()
    assert (loaded.weights <= terms.upper + 1e-6).all()


def test_a_term_that_is_switched_off_adds_nothing() -> None:
    here = situation(data_shape=["grader"], answer_kind="checkable", grader_pass_rate=40)
    without = mean(here, off=frozenset({"has-grader", "answers-checkable", "grader-in-range"}))
    assert without["rft"] < mean(here)["rft"]


def test_an_answer_that_no_term_reads_changes_nothing() -> None:
    reads = {column for names in compile_terms(CONTENT).reads for column in names}
    assert "reuse" not in reads
    here = situation(task="qa")
    assert np.array_equal(shares(drawn(here)), shares(drawn(here.with_answer("reuse", "yes"))))


def test_base_rates_move_odds_by_their_ratio_and_must_be_whole() -> None:
    learned = CONTENT.learned
    assert learned is not None
    gathered = np.array(learned.gathered)
    even = CONTENT.model_copy(update={"base_rates": tuple(BaseRate(id=one, share=0.125) for one in CLASSES)})
    assert np.exp(base_rate_shift(even, gathered)) == pytest.approx(0.125 / gathered)
    few = CONTENT.model_copy(update={"base_rates": CONTENT.base_rates[1:]})
    with pytest.raises(ContentError, match="no share for prompting"):
        base_rate_shift(few, gathered)
    assert sum(one.share for one in CONTENT.base_rates) == pytest.approx(1.0)


def test_weights_that_are_missing_or_of_other_terms_say_what_to_run() -> None:
    for update in ({"learned": None}, {"weighed": CONTENT.weighed[1:]}):
        changed = CONTENT.model_copy(update={**update, "version": f"changed-{next(iter(update))}"})
        with pytest.raises(ContentError, match="make weights"):
            weights(changed)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"when": "gap_coost"}, 'weights: x: when: there is no column "gap_coost"'),
        ({"when": "task = 'sorting'"}, "'sorting' is not a value of task"),
        ({"effects": {"magic": 3.0}}, 'weights: x: there is no option "magic"'),
        ({"sources": ("nobody",)}, 'weights: x: there is no source "nobody"'),
        ({"slope": Slope(of="task", at=1, low=0.1, high=10)}, 'slope.of: there is no number "task"'),
    ],
)
def test_a_term_that_cannot_be_used_is_named(change: dict[str, object], said: str) -> None:
    term = WeighedTerm.model_validate(
        {"id": "x", "when": "gap_cost", "because": "So.", "sources": ("own",), "evidence": "expert"} | change
    )
    content = CONTENT.model_copy(update={"weighed": (term,), "version": f"term-{said}"})
    with pytest.raises(ContentError) as caught:
        compile_terms(content)
    assert said in str(caught.value)


def test_more_terms_than_agreed_are_refused() -> None:
    many = tuple(CONTENT.weighed[0].model_copy(update={"id": f"t{n}"}) for n in range(MOST_TERMS + 1))
    with pytest.raises(ContentError, match="80 at most"):
        compile_terms(CONTENT.model_copy(update={"weighed": many, "version": "many"}))


def test_shares_take_no_longer_than_drawing_the_scenarios() -> None:
    """A ratio, since machines differ: the shares of 2,048 scenarios are a small part of an advice."""
    here = situation(task="qa")
    shares(drawn(here, count=2048))

    def least(run: object) -> float:
        times = []
        for _ in range(15):
            start = time.process_time()
            run()  # type: ignore[operator]
            times.append(time.process_time() - start)
        return min(times)

    scenarios = drawn(here, count=2048)
    assert least(lambda: shares(scenarios)) < 4 * least(
        lambda: draw([here.with_answer("task", "agent")], CONTENT, 2048)
    )
