from __future__ import annotations

import numpy as np
import pytest

from advisor import situation
from advisor.content.entries import Quantity
from advisor.content.load import ContentError, load
from advisor.engine.drawing import draw
from advisor.engine.points import Z90, quantile
from advisor.engine.scenarios import across, median, often

CONTENT = load()


def test_what_is_drawn_follows_the_priors() -> None:
    here = draw([situation()], CONTENT, 2048)
    assert np.mean(here.is_("usage", "one_off")) == pytest.approx(0.15, abs=0.01)
    assert np.quantile(here["output_tokens"], [0.1, 0.9]) == pytest.approx([20, 700], rel=0.05)


def test_an_answer_is_the_same_in_every_scenario() -> None:
    here = draw([situation(usage="one_off", output_tokens=7, gap=["cost"])], CONTENT, 64)
    assert here.is_("usage", "one_off").all()
    assert np.all(here["output_tokens"] == 7)
    assert here["gap_cost"].all()
    assert not here["gap_style"].any()


def test_a_range_stays_within_its_ends() -> None:
    amounts = draw([situation(labelled_examples=[200, 500])], CONTENT, 512)["labelled_examples"]
    assert amounts.min() >= 200
    assert amounts.max() <= 500
    assert np.median(amounts) == pytest.approx(np.sqrt(200 * 500), rel=0.05)


def test_a_range_from_nought_is_spread_evenly() -> None:
    amounts = draw([situation(refusal_share=[0, 10])], CONTENT, 512)["refusal_share"]
    assert np.mean(amounts) == pytest.approx(5, abs=0.2)


def test_an_answer_disturbs_nothing_that_is_drawn_for_others() -> None:
    free = draw([situation()], CONTENT, 128)
    bound = draw([situation(harm="high")], CONTENT, 128)
    for name in free.columns:
        if name != "harm":
            assert np.array_equal(free[name], bound[name]), name


def test_stacked_situations_equal_single_ones() -> None:
    cases = [situation(), situation(task="qa", gap=["knowledge"]), situation(labelled_examples=[10, 90])]
    stacked = draw(cases, CONTENT, 64)
    for place, case in enumerate(cases):
        alone = draw([case], CONTENT, 64)
        for name in alone.columns:
            assert np.array_equal(np.broadcast_to(stacked[name], (3, 64))[place], alone[name]), name
        assert stacked["usage"].shape == (64,), "what is the same in all is there once"


def test_an_answer_speaks_to_questions_left_open() -> None:
    qa = draw([situation(task="qa")], CONTENT, 1024)
    labels = draw([situation(task="classification")], CONTENT, 1024)
    assert qa["gap_knowledge"].mean() > 0.4
    assert labels["gap_knowledge"].mean() < 0.15


def test_what_the_user_said_is_never_redrawn() -> None:
    here = draw([situation(task="qa", knowledge_source="general", citations="no")], CONTENT, 256)
    assert here.is_("knowledge_source", "general").all()
    assert here.is_("citations", "no").all()


def test_leanings_in_a_circle_are_refused() -> None:
    def leaning(question: str, when: str, **priors: float) -> dict[str, object]:
        found = CONTENT.question(question).model_dump(by_alias=True)
        return {**found, "leanings": [{"when": when, "priors": priors}]}

    changed = {
        "citations": leaning("citations", "data_rights = 'no'", yes=0.5),
        "data_rights": leaning("data_rights", "citations = 'no'", yes=0.5),
    }
    questions = tuple(
        type(one).model_validate(changed[one.id]) if one.id in changed else one for one in CONTENT.questions
    )
    with pytest.raises(ContentError, match="run in a circle"):
        draw([situation()], CONTENT.model_copy(update={"questions": questions, "version": "circle"}), 16)


def test_the_quantiles_of_a_prior_are_what_it_says() -> None:
    prior = Quantity(p10=10, p90=1000)
    assert quantile(prior, np.array([0.1, 0.5, 0.9])) == pytest.approx([10, 100, 1000])
    assert quantile(Quantity(p10=2, p90=4, shape="uniform"), np.array([0.0, 0.5, 1.0])) == pytest.approx([2, 3, 4])
    assert pytest.approx(1.28155, abs=1e-5) == Z90


def test_what_is_answered_and_what_is_drawn_are_told_apart() -> None:
    here = draw([situation(harm="low"), situation(harm=None)], CONTENT, 4)
    assert here.is_answered("harm").tolist() == [[True] * 4, [False] * 4]
    assert not here.is_answered("task").any()


def test_a_leaning_that_needs_to_know_waits_for_the_answer() -> None:
    """What is drawn for the gap says nothing about the task; what the user said about it does."""
    drawn = draw([situation()], CONTENT, 1024)
    said = draw([situation(gap=["labels"])], CONTENT, 1024)
    task = CONTENT.question("task")
    general = next(choice.prior for choice in task.choices if choice.id == "classification")
    assert drawn.is_("task", "classification").mean() == pytest.approx(general, abs=0.01)
    assert said.is_("task", "classification").mean() == pytest.approx(0.62, abs=0.01)


def test_tried_with_an_unknown_result_is_one_of_the_results_as_often_as_they_occur() -> None:
    drawn = draw([situation(rag_tried="unclear"), situation()], CONTENT, 1024)
    question = CONTENT.question("rag_tried")
    counts = np.bincount(drawn["rag_tried"][0], minlength=len(question.values)) / 1024
    held = dict(zip(question.values, counts, strict=True))
    priors = {choice.id: choice.prior for choice in question.choices}
    tried = ("misses", "misused", "works")
    assert held["no"] == held["not_needed"] == held["unclear"] == 0
    for name in tried:
        assert held[name] == pytest.approx(priors[name] / sum(priors[one] for one in tried), abs=0.01)
    assert not drawn.is_("rag_tried", "unclear").any()
    assert drawn.is_("rag_tried", "no")[1].any()


def test_a_choice_that_stands_for_others_is_no_change_that_is_proposed() -> None:
    assert "unclear" in CONTENT.question("chain_tried").values
    assert CONTENT.question("chain_tried").certain == ("no", "helped", "short")


def test_an_equal_answer_is_no_change_whoever_wrote_it() -> None:
    """Rows of a table hold equal answers that are different objects: these columns are made once."""
    first, second = (situation(gap=["cost", "latency"], labelled_examples=count) for count in (10, 20))
    scenarios = draw([first, second], CONTENT, 8)
    assert scenarios.changed == {"labelled_examples": [1]}
    assert scenarios["gap_cost"].shape == (8,)


def test_shares_and_rows_are_what_numpy_says_more_slowly() -> None:
    random = np.random.default_rng(5)
    mask = random.random((6 * 16, 11)) < 0.4
    assert np.array_equal(often(mask, 16), mask.reshape(6, 16, 11).mean(axis=1))
    table = random.random((50, 8)).astype(np.float32)
    assert np.array_equal(across(np.maximum, table), table.max(axis=1, keepdims=True))


def test_a_range_from_the_smallest_number_that_can_be_written_is_spread_between_its_ends() -> None:
    budget = draw([situation(budget_month=[2.3e-308, 41.0])], CONTENT, 64)["budget_month"]
    assert np.isfinite(budget).all()
    assert 2.2e-308 < budget.min() < 1e-290
    assert 1e-10 < budget.max() < 41.0


@pytest.mark.parametrize("shape", [(1,), (6,), (3, 7)])
def test_the_middle_is_the_one_that_numpy_finds_with_what_is_unknown_or_endless_too(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(7).lognormal(size=shape)
    for last in (values.flat[-1], np.inf, np.nan):
        values.flat[-1] = last
        expected = np.median(values, axis=-1, keepdims=True)
        assert median(values) == pytest.approx(expected, rel=0, nan_ok=True)
