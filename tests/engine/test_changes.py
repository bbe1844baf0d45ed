"""What changed between two advices, and why."""

from __future__ import annotations

import json
from datetime import date

import pytest

from advisor import advise, encode, read_situation, situation
from advisor.content.freshness import TooEarly
from advisor.content.load import load
from advisor.engine.advice import advice_data
from advisor.engine.changes import NoAdvice, again, compare, read_saved, saved

CONTENT = load()
AT = date(2026, 11, 22)
STARTED = situation(gap=["style"], prompt_tried="no", evaluation_set="yes", labelled_examples=0)
LATER = situation(
    gap=["style"], prompt_tried="good", prompt_result="near", evaluation_set="yes", labelled_examples=3_000,
    data_checked="all", task="rewriting", goal="measurable",
)  # fmt: skip
FIRST, SECOND = advise(STARTED, AT), advise(LATER, AT)
TEXT = json.dumps(advice_data(FIRST))


def test_an_advice_compared_with_itself_changes_nothing() -> None:
    comparison = compare(saved(FIRST), read_saved(TEXT, AT))
    assert comparison.changes == ()
    assert comparison.differs == ()
    assert comparison.because == ()


def test_other_answers_are_named_with_what_they_changed() -> None:
    comparison = compare(saved(FIRST), saved(SECOND))
    fields = {change.field for change in comparison.changes}
    assert {"plan", "answer"} <= fields
    assert comparison.because == ("answers",)
    prompted = next(change for change in comparison.changes if change.about == "prompt_result")
    assert (prompted.before, prompted.after) == (None, "near")


def test_a_reason_that_was_left_out_is_named_as_what_changed_the_outcome() -> None:
    person = LATER.leaving_out([reason.id for reason in SECOND.reasons if not reason.gate])
    without = saved(advise(person, AT))
    comparison = compare(saved(SECOND), without)
    assert comparison.differs == ("terms",)
    assert comparison.changes[0].field != "share", "so much was left out that the outcome is another"
    assert comparison.because == ("terms",)
    assert again(without, AT).shares == without.shares, "advised on anew, they are still left out"


def test_a_link_and_a_saved_file_are_read_alike() -> None:
    link = f"https://advisor.example/verdict?lang=en&a={encode(STARTED)}"
    report = json.dumps({"form": 1, "advice": json.loads(TEXT)})
    assert read_saved(link, AT) == read_saved(TEXT) == read_saved(report) == read_saved(encode(STARTED), AT)


def test_where_a_measured_answer_is_from_is_kept_and_advised_on_anew() -> None:
    pilot = {"day": "2026-11-30", "rows": 60, "host": "api.openai.com", "answers": ["large_score"]}
    told = {"goal": "measurable", "large_score": 90, "measured": ["large_score"], "measurements": [pilot]}
    advice = advise(read_situation(told), AT)
    before = read_saved(json.dumps(advice_data(advice)))
    assert before == saved(advice)
    assert before.measurements == again(before, AT).measurements == advice.measurements != ()
    unknown = {**advice_data(advice), "measurements": [{"host": 3}]}
    assert read_saved(json.dumps(unknown)).measurements == ()


def test_a_link_that_names_a_day_is_advised_on_for_that_day() -> None:
    link = f"https://advisor.example.org/verdict?a={encode(STARTED)}&at=2026-03-01"
    assert read_saved(link, AT).at == date(2026, 3, 1)
    with pytest.raises(NoAdvice):
        read_saved(link.replace("2026-03-01", "soon"), AT)
    with pytest.raises(TooEarly):
        read_saved(link.replace("2026-03-01", "2001-03-01"), AT)


def test_what_was_saved_under_other_weights_says_that_these_are_the_reason() -> None:
    old = {**json.loads(TEXT), "content_version": "an-older-one", "weights_version": "older"}
    old |= {"verdict": "dont" if FIRST.verdict != "dont" else "fine_tune", "plan": []}
    before = read_saved(json.dumps(old))
    comparison = compare(before, again(before, AT))
    assert comparison.differs == ("content", "weights")
    assert comparison.because == ("content", "weights")
    assert comparison.changes[0].before == old["verdict"]
    assert comparison.changes[0].after == FIRST.verdict


def test_an_advice_from_before_there_were_plans_or_shares_is_still_read() -> None:
    old = {key: value for key, value in json.loads(TEXT).items() if key not in ("plan", "weights_version", "measured")}
    old["ranking"] = [{"option": "sft", "likelihood": 0.4}]
    old["answers"]["a_question_of_then"] = "yes"
    before = read_saved(json.dumps(old))
    assert (before.plan, before.shares, before.weights_version) == ((), {}, None)
    assert again(before, AT).verdict == FIRST.verdict
    assert [change.about for change in compare(before, saved(FIRST)).changes if change.field == "answer"] == [
        "a_question_of_then"
    ]


def test_of_two_advices_under_content_that_is_gone_no_reason_is_made_up() -> None:
    gone = saved(SECOND).model_copy(update={"content_version": "gone"})
    assert compare(saved(FIRST), gone).because is None


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "{", '{"verdict": "perhaps"}', "?a=xyz", "{" * 10_000, '{"advice": 3}']
)
def test_what_is_no_advice_is_refused(text: str) -> None:
    with pytest.raises(NoAdvice):
        read_saved(text, AT)
