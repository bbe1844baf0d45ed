"""Reasons: contributions by hand and in sum, what they rest on, the cases behind them, and terms switched off."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import yaml
from hypothesis import given

from advisor import advise, encode
from advisor.content.evidence import EVIDENCE, checked
from advisor.content.load import CONTENT_DIR, load
from advisor.engine import fit
from advisor.engine.advice import Reason
from advisor.engine.assessment import assess
from advisor.engine.drawing import draw
from advisor.engine.reasons import Scores, class_of, evidence, reasons, scores
from advisor.engine.scenarios import Array, Scenarios
from advisor.engine.shares import shares, weights
from advisor.engine.terms import CLASSES, MEMBERS, NATS
from advisor.interview.situation import Situation, situation
from tests.situations import situations

CONTENT = load()
IDS = [option.id for option in CONTENT.options]
AT = date(2026, 11, 22)
DIALECT = situation(task="sql_code", prompt_tried="good", prompt_result="poor", labelled_examples=5_000)


def drawn(here: Situation, count: int = 256) -> Scenarios:
    return draw([here], CONTENT, count)


def parted(here: Situation) -> Scores:
    return scores(drawn(here))


def place(term: str) -> int:
    return weights(CONTENT).terms.ids.index(term)


def found(here: Situation, option: str, rival: str) -> dict[str, Reason]:
    given = reasons(parted(here), here, CONTENT, IDS.index(option), IDS.index(rival))
    return {reason.id: reason for reason in given}


def test_a_contribution_is_the_weight_that_the_file_holds_in_decibans() -> None:
    """The term holds in every scenario: what it adds to SFT against RAG is the difference of two numbers of the file,
    over 0.2303 nats a deciban.
    """
    assert CONTENT.learned
    entry = next(one for one in CONTENT.learned.terms if one.id == "task-code")
    by_hand = (entry.weights[CLASSES.index("finetune_sft")] - entry.weights[CLASSES.index("rag")]) / 0.230259
    gain = parted(DIALECT).argument(IDS.index("sft"), IDS.index("rag"))[place("task-code")]
    assert gain == pytest.approx(by_hand, abs=0.01)


def test_a_number_without_a_condition_rests_on_its_own_question_alone() -> None:
    """Ten examples are known, so nothing of this term is left open, whatever the volume is."""
    assert weights(CONTENT).terms.reads[place("under-fifty")] == ("labelled_examples",)


def test_a_number_counts_by_its_logarithm() -> None:
    """Three million requests lie 1.477 tenfolds above the middle of 100,000."""
    assert CONTENT.learned
    entry = next(one for one in CONTENT.learned.terms if one.id == "volume")
    by_hand = 1.47712 * (entry.weights[CLASSES.index("distill")] - entry.weights[CLASSES.index("rag")]) / 0.230259
    here = situation(requests_per_month=3_000_000)
    gain = parted(here).argument(IDS.index("distill"), IDS.index("rag"))[place("volume")]
    assert gain == pytest.approx(by_hand, abs=0.01)


def test_inside_an_outcome_experts_speak() -> None:
    """Cases do not tell a small classifier from supervised tuning: the expert's 4 and 4 decibans leave no difference,
    5 more for an encoder would be 5 times the scale.
    """
    assert CONTENT.learned
    term = CONTENT.term("gap-latency")
    here = situation(gap=["latency"])
    gain = parted(here).argument(IDS.index("encoder"), IDS.index("sft"))[place("gap-latency")]
    by_hand = CONTENT.learned.scale * (term.effects["encoder"] - term.effects["sft"])
    assert gain == pytest.approx(by_hand, abs=0.01)


@given(situations())
def test_contributions_add_up_to_the_log_odds_of_the_shares(here: Situation) -> None:
    """Of two outcomes with one option each, and of two options inside one outcome."""
    scenarios = drawn(here)
    parts = scores(scenarios)
    logs = np.log(shares(scenarios).astype(np.float64))
    for option, rival in (("rag", "dpo"), ("few_shot", "distill"), ("encoder", "sft"), ("structured", "prompting")):
        first, second = IDS.index(option), IDS.index(rival)
        odds = float((logs[:, first] - logs[:, second]).mean()) / NATS
        added = parts.argument(first, second).sum() + parts.intercepts[first] - parts.intercepts[second]
        assert added == pytest.approx(odds, abs=0.02)


def test_evidence_of_an_option_adds_up_to_its_score() -> None:
    advice = advise(DIALECT, AT)
    results = {result.option: result for result in advice.ranking}
    for result in advice.ranking:
        assert result.decibans == pytest.approx(result.prior + sum(step.decibans for step in result.evidence), abs=0.01)
    sft, rag = results["sft"], results["rag"]
    parts = scores(draw([DIALECT], CONTENT, advice.scenarios))
    whole = parts.contributions.sum(axis=0) + parts.intercepts
    assert sft.decibans - rag.decibans == pytest.approx(whole[IDS.index("sft")] - whole[IDS.index("rag")], abs=0.05)
    assert [abs(step.decibans) for step in sft.evidence] == sorted(
        (abs(step.decibans) for step in sft.evidence), reverse=True
    )
    assert evidence(parts, IDS.index("sft")) == sft.evidence


def test_what_the_user_said_is_told_from_what_is_open() -> None:
    said = found(DIALECT, "sft", "prompting")
    assert (said["task-code"].rests_on, said["task-code"].share) == ("said", 1.0)
    assert said["good-prompts-fell-short"].rests_on == "said"
    partly = found(situation(prompt_result="poor"), "sft", "prompting")["good-prompts-fell-short"]
    assert (partly.rests_on, partly.left_open) == ("partly_said", ("prompt_tried",))
    nothing = found(situation(), "rag", "prompting")["must-cite"]
    assert (nothing.rests_on, nothing.left_open) == ("open", ("citations",))
    assert nothing.share < 1
    # What was said speaks against it, so what is open alone makes it hold somewhere.
    against = found(situation(gap=["style"]), "rag_sft", "rag").get("passages-misused")
    assert against
    assert against.rests_on == "open"


def test_a_number_below_its_middle_counts_the_other_way() -> None:
    few = found(situation(task="sql_code", labelled_examples=60), "prompting", "sft")["code-with-pairs"]
    assert few.below
    assert few.rests_on == "said"
    many = found(DIALECT, "sft", "prompting")["code-with-pairs"]
    assert not many.below
    unknown = found(situation(task="sql_code"), "prompting", "sft")
    assert all(reason.rests_on == "open" for reason in unknown.values() if reason.id == "code-with-pairs")


def test_the_cases_behind_a_term_are_those_whose_answers_say_so() -> None:
    """Counted in the files themselves: what cases answered to whether answers must cite."""
    rows = [
        row
        for file in (*sorted((CONTENT_DIR / "cases").glob("*.yaml")), CONTENT_DIR / EVIDENCE["evidence_cases"][0])
        for row in yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
    ]
    cite = [row for row in rows if row["answers"].get("citations") == "yes"]
    trained = ("finetune_sft", "distill", "rag_plus_finetune", "dpo", "rft")
    behind = found(situation(citations="yes"), "rag", "prompting")["must-cite"].cases
    assert behind
    assert behind.cases == len(cite)
    assert behind.trained == sum(row["outcome"] in trained for row in cite)
    assert behind.same == sum(row["outcome"] == "rag" for row in cite)
    assert set(behind.shown) == {
        row["id"] for row in cite if row["verified"] == "true" and row.get("reread") != "not_shown"
    }
    by_id = {row["id"]: row for row in rows}
    ends = [by_id[name]["outcome"] == "rag" for name in behind.shown]
    assert ends == sorted(ends, reverse=True)


def test_numbers_of_cases_lie_on_the_side_of_the_reader() -> None:
    """Of the cases about code, those with more than a thousand examples are not those with fewer."""
    assert CONTENT.learned
    term = CONTENT.learned.terms[place("code-with-pairs")]
    assert not set(term.held) & set(term.held_below)
    code = {case.id for case in fit.examples(CONTENT).cases if (case.answers or {}).get("task") == "sql_code"}
    assert {CONTENT.learned.cases[number].id for number in (*term.held, *term.held_below)} <= code


def test_the_generated_file_holds_the_cases_as_they_are() -> None:
    assert CONTENT.learned
    again = fit.with_cases(CONTENT.learned, fit.material(CONTENT))
    assert again == CONTENT.learned, "cases have changed: run `make weights`"
    assert not [one.id for one in fit.examples(CONTENT).cases if checked(one) and not one.verified]


def test_a_term_that_is_switched_off_adds_nothing() -> None:
    off = frozenset({"task-code", "code-with-pairs"})
    scenarios = drawn(DIALECT)
    parts = scores(scenarios, off)
    assert not parts.contributions[[place(term) for term in off]].any()
    logs = np.log(shares(scenarios, off=off).astype(np.float64))
    first, second = IDS.index("rag"), IDS.index("dpo")
    odds = float((logs[:, first] - logs[:, second]).mean()) / NATS
    added = parts.argument(first, second).sum() + parts.intercepts[first] - parts.intercepts[second]
    assert added == pytest.approx(odds, abs=0.02)


def test_an_advice_without_a_term_says_so_and_does_not_give_it_as_a_reason() -> None:
    whole = advise(DIALECT, AT)
    without = advise(DIALECT.leaving_out(["task-code"]), AT)
    assert whole.switched_off == ()
    assert without.switched_off == ("task-code",)
    assert "off" not in without.answers
    assert "task-code" in {step.term for step in whole.ranking[0].evidence}
    assert all("task-code" not in {step.term for step in result.evidence} for result in without.ranking)
    assert advise(DIALECT.leaving_out(["task-code"]).taking_back("task-code"), AT) == whole
    assert encode(DIALECT.leaving_out(["task-code"]).taking_back("task-code")) == encode(DIALECT)


def test_an_advice_without_a_term_has_the_shares_without_it() -> None:
    """What is closed scales the others alike, so two that are open keep the odds that `shares` gives them."""
    less = DIALECT.leaving_out(["task-code", "code-with-pairs"])
    assessed, whole = (assess([here], CONTENT, AT, 256) for here in (less, DIALECT))
    first, second = IDS.index("rag"), IDS.index("few_shot")
    both = (assessed.share[:, [first, second]] > 0).all(axis=1)
    assert both.any()

    def odds(found: Array) -> Array:
        return np.log(found[both, first] / found[both, second])

    assert odds(assessed.share) == pytest.approx(odds(shares(assessed.scenarios, off=less.off)), abs=1e-3)
    assert odds(assessed.share) != pytest.approx(odds(whole.share), abs=1e-3)
    assert assessed.share.mean(axis=0)[IDS.index("sft")] < whole.share.mean(axis=0)[IDS.index("sft")]


def test_the_runner_up_stands_for_another_outcome() -> None:
    for here in (DIALECT, situation(), situation(citations="yes")):
        advice = advise(here, AT)
        assert class_of(advice.option) != class_of(advice.runner_up)
    assert all(class_of(option) == outcome for outcome, members in MEMBERS.items() for option in members)


def test_what_speaks_against_an_option_and_more_against_its_rival_is_no_reason_for_it() -> None:
    """ "Caching, batch and a smaller base model have not been tried" was the first reason to train a classifier."""
    here = situation(
        task="classification", gap=["cost"], prompt_tried="good", prompt_result="good", small_model="untested",
        model="frontier", evaluation_set="yes", labelled_examples=20_000, requests_per_month=20_000_000,
    )  # fmt: skip
    parts = parted(here)
    option, rival = IDS.index("encoder"), IDS.index("distill")
    term = parts.terms.index("cheaper-model-untested")
    assert parts.argument(option, rival)[term] > 0 > parts.contributions[term, option]
    told = {reason.id for reason in reasons(parts, here, CONTENT, option, rival)}
    assert told
    assert "cheaper-model-untested" not in told
