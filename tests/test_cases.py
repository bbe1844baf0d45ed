import json
import re
from collections import Counter
from datetime import date
from typing import Any

import pytest
from typer.testing import CliRunner

from advisor import cases
from advisor.cli.advice_text import cases_text
from advisor.cli.main import app
from advisor.content.entries import Case
from advisor.content.evidence import evidence_cases
from advisor.content.load import ContentError, load
from advisor.interview.answers_file import read_situation
from advisor.language import language
from advisor.wording import labels
from tests.fixtures import sample_advice

AT = date(2026, 11, 22)


def case(outcome: str, *acceptable: str, **answers: object) -> Case:
    """A made-up case that was decided on these answers."""
    return Case(
        id="made-up",
        title="Made up",
        summary="A case for tests.",
        answers=answers,
        outcome=outcome,
        acceptable=acceptable,
        lesson="None.",
        year=2026,
        strength="anecdotal",
        verified=False,
        family="made-up",
        source="none",
    )


def test_every_option_stands_for_a_published_outcome():
    assert set(cases.OUTCOMES) == {option.id for option in load().options}
    published = {one for case in load().cases for one in (case.outcome, *case.acceptable)}
    assert published <= {*cases.OUTCOMES.values(), "not_yet"}


def test_options_that_tune_stand_for_outcomes_that_tune():
    for option in load().options:
        assert (cases.OUTCOMES[option.id] in cases.TUNING) == option.tunes


@pytest.mark.parametrize(
    ("verdict", "option", "outcome"),
    [
        ("not_yet", "sft", "not_yet"),
        ("dont", "structured", "prompting"),
        ("fine_tune", "encoder", "finetune_sft"),
        ("fine_tune", "rag_sft", "rag_plus_finetune"),
    ],
)
def test_an_advice_is_put_into_the_words_of_published_cases(verdict, option, outcome):
    assert cases.outcome(sample_advice(verdict=verdict, option=option)) == outcome


NO_TESTS = {"evaluation_set": "no", "labelled_examples": 5000, "prompt_tried": "good", "goal": "measurable"}


def test_an_acceptable_outcome_counts_as_right_and_another_does_not():
    said = cases.judge(case("not_yet", **NO_TESTS), AT)
    assert (said.verdict, said.right, said.tuning_right) == ("not_yet", True, True)
    assert cases.judge(case("rag", "not_yet", **NO_TESTS), AT).right
    wrong = cases.judge(case("finetune_sft", "distill", **NO_TESTS), AT)
    assert (wrong.right, wrong.tuning_right) == (False, False)


def test_the_shares_are_those_of_the_results():
    found = load().model_copy(update={"cases": (case("not_yet", **NO_TESTS), case("dpo", **NO_TESTS))})
    result = cases.benchmark(AT, found)
    p = result.results[0].ends_in_training
    assert (result.right_share, result.tuning_share) == (0.5, 0.5)
    assert result.brier == pytest.approx((p**2 + (1 - p) ** 2) / 2)


def test_no_cases_are_no_result():
    with pytest.raises(ValueError, match="no cases"):
        cases.benchmark(AT, load().model_copy(update={"cases": ()}))


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    """The published cases as the command judges them, once for all tests here: each takes an advice."""
    shown = CliRunner().invoke(app, ["cases", "--json", "--at", AT.isoformat()])
    found: dict[str, Any] = json.loads(shown.stdout)
    return found


@pytest.fixture
def result(data: dict[str, Any]) -> cases.Benchmark:
    return cases.Benchmark.model_validate(data)


def test_the_advisor_does_better_on_published_cases_than_a_coin_or_one_fixed_answer(result):
    """Not a target to tune weights for: below this, something is broken."""
    assert len(result.results) == len(load().cases)
    always_tune = sum(one.outcome in cases.TUNING for one in load().cases) / len(load().cases)
    assert result.right_share > 0.6
    assert result.tuning_share > max(always_tune, 1 - always_tune)
    assert result.brier < 0.25


def told(code: str) -> str:
    """What the command prints, of two cases."""
    few = load().model_copy(update={"cases": load().cases[:2]})
    return cases_text(cases.benchmark(AT, few), few, language(code))


def test_the_command_tells_each_case_in_a_line_with_why():
    lines = told("nl").splitlines()
    assert lines[0].endswith("gepubliceerde of een aanvaardbare.")
    assert sum(line.startswith(("gelijk  ", "andere optie  ", "ander oordeel  ", "FOUT  ")) for line in lines) == 2


def test_agreement_is_counted_by_level(result):
    """The advisor agrees in the option, in the verdict alone, or in neither; being supported is another thing."""
    results = result.results
    assert Counter(one.agreement for one in results) == {"option": 24, "verdict": 5, "none": 12}
    assert [one.case for one in results if not one.right] == ["chipnemo"]
    for one in results:
        if one.agreement == "option":
            assert one.right
            assert one.outcome == one.published


@pytest.mark.parametrize(
    ("option", "came_out", "level"),
    [
        ("sft", "finetune_sft", "option"),
        ("encoder", "finetune_sft", "verdict"),
        ("distill", "finetune_sft", "verdict"),
        ("structured", "prompting", "verdict"),
        ("rag", "few_shot", "verdict"),
        ("rag", "rag_plus_finetune", "none"),
        ("prompting", "not_yet", "none"),
        (None, "not_yet", "option"),
        (None, "finetune_sft", "none"),
    ],
)
def test_agreement_has_levels(option, came_out, level):
    assert cases.agreement(option, case(came_out)) == level


def test_every_published_outcome_bears_the_name_of_an_option_that_stands_for_it():
    assert set(labels.NAMED_AFTER) == set(cases.OUTCOMES.values())
    assert all(cases.OUTCOMES[option] == name for name, option in labels.NAMED_AFTER.items())


def test_the_command_shows_the_learned_shares_beside_simpler_ways_to_decide(data):
    shown = told("en")
    learned = load().learned
    assert learned is not None
    line = next(row for row in shown.splitlines() if "whole advice, on cases of other families" in row)
    score = learned.scores["advice"]
    assert f"{score.acceptable:.0%}" in line
    assert f"{score.brier:.3f}".rstrip("0") in line
    for name in ("what experts say alone", "answers alone", "always the same two", "questions from forums"):
        assert name in shown
    assert "says nothing about users" in shown
    after = learned.second_step["scenarios"]
    line = next(row for row in shown.splitlines() if "as the plan does it" in row)
    assert line.split()[-5:-2] == [str(after.cases), f"{after.acceptable:.0%}", f"{after.first_two:.0%}"]
    assert "always retrieval, then supervised fine-tuning" in shown
    for key in ("advice", "advice_in_sample", "in_sample", "out_of_fold", "expert_only", "best_constant", "best_pair"):
        assert set(data[key]) == {"cases", "acceptable", "first_two", "yes_no", "brier"}
    assert data["second_step"]["best_pair"]["cases"] == after.cases
    assert sum(row["cases"] for row in data["calibration"]) == data["out_of_fold"]["cases"]


def test_without_fitted_weights_the_command_still_judges_the_cases():
    bare = load().model_copy(update={"learned": None, "cases": load().cases[:1]})
    found = cases.benchmark(AT, bare)
    assert found.out_of_fold is None
    assert found.calibration == ()


def test_cases_of_the_evidence_that_were_read_again_are_shown_beside_the_worked_ones():
    content = load()
    told = {case.id: case for case in cases.shown(content)}
    assert [*told] == [case.id for case in (*content.cases, *content.retold)]
    for text in content.retold:
        case, taught = told[text.id], next(one for one in evidence_cases() if one.id == text.id)
        assert taught.reread != "not_shown"
        assert (case.outcome, case.acceptable, case.family) == (taught.outcome, taught.acceptable, taught.family)
        assert case.answers.keys() == taught.answers.keys() - set(text.unsure)
        assert set(text.unsure) <= taught.answers.keys()
        assert set(read_situation(case.answers).answers) == set(case.answers)


def test_nobody_learns_before_the_outcome_what_came_out():
    """A figure of the lesson that the summary has too was known before: it is what was there to begin with."""
    known = {"clinical_cases_domain_model": {"65%"}, "govuk_chat_2026": {"76%"}}
    for text in load().retold:
        figures = [{*re.findall(r"[$]?[\d.,]*\d%?", one)} for one in (text.summary, text.lesson)]
        shared = {figure for figure in figures[0] & figures[1] if "%" in figure or "$" in figure}
        assert shared <= known.get(text.id, set()), text.id


def test_a_text_of_no_case_is_refused():
    lost = load().retold[0].model_copy(update={"id": "lost"})
    with pytest.raises(ContentError, match="lost: there is no such case"):
        cases.shown(load().model_copy(update={"retold": (lost,)}))
