"""What a room agrees on, held against the engine asked directly."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from advisor import advise, situation
from advisor.content.load import load
from advisor.language import language
from advisor.wording import labels
from advisor.workshop.debate import Step
from advisor.workshop.programme import Wishes, programme
from advisor.workshop.room_answers import agreed, disputes, passed_over, situation_of, verdict_of
from advisor.workshop.store import Vote

CONTENT, EN = load(), language()
PLAN = next(plan for plan in CONTENT.workshops if plan.minutes == 40)
STEPS = programme(PLAN, Wishes(("together",)), CONTENT)
CASE = PLAN.together
DAY = date(2026, 11, 30)
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def votes(question: str, *chosen: str) -> list[Vote]:
    return [Vote(person, f"ask:{CASE}:{question}", choice, 0, "", NOON) for person, choice in enumerate(chosen)]


def taken(cast: list[Vote], hands=None, picks=None) -> dict[str, str]:
    found = agreed(STEPS, cast, hands or {}, picks or {}, CONTENT)
    return {key: one.taken for key, one in found.items() if one.counts or one.picked}


def test_what_most_chose_is_taken_and_a_tie_is_left_open():
    assert taken(votes("citations", "yes", "no", "yes")) == {"citations": "yes"}
    assert taken(votes("citations", "yes", "no")) == {"citations": ""}
    assert taken(votes("citations", "yes", "no"), {f"ask:{CASE}:citations": {"no": 3}}) == {"citations": "no"}


def test_of_several_answers_those_are_taken_that_more_than_half_named():
    assert taken(votes("gap", "cost+style", "cost+labels", "style")) == {"gap": "style+cost"}
    assert taken(votes("gap", "cost+style", "cost", "labels", "latency")) == {"gap": "cost"}
    assert taken(votes("gap", "cost", "style")) == {"gap": ""}


def test_whoever_leads_may_take_another_one():
    picks = {f"ask:{CASE}:citations": "no"}
    assert taken(votes("citations", "yes", "yes"), picks=picks) == {"citations": "no"}
    found = agreed(STEPS, votes("citations", "yes", "yes"), {}, picks, CONTENT)["citations"]
    assert (found.picked, found.other, found.disputed) == (True, "yes", 1.0)


def test_questions_that_the_answers_make_needless_are_passed_over():
    def over(*cast: list[Vote]) -> set[str]:
        found = agreed(STEPS, [vote for some in cast for vote in some], {}, {}, CONTENT)
        return {key.rpartition(":")[2] for key in passed_over(STEPS, found, CONTENT)}

    assert {"documents", "label_count", "hosting", "budget_month", "latency_limit"} <= over()
    assert not {"task", "gap", "platforms"} & over()
    assert "label_count" not in over(votes("task", "classification"))
    assert "documents" not in over(votes("gap", "knowledge+cost"))
    assert "hosting" not in over(votes("sensitive_data", "personal"))


@pytest.mark.parametrize("code", ["en", "nl"])
def test_the_verdict_is_that_of_the_engine_on_the_answers_taken(code):
    cast = (
        votes("task", "qa")
        + votes("gap", "knowledge")
        + votes("labelled_examples", "10..50")
        + votes("rag_tried", "no")
    )
    lang = language(code)
    lines = verdict_of(situation_of(agreed(STEPS, cast, {}, {}, CONTENT).values(), CONTENT), DAY, CONTENT, lang)
    asked = situation(task="qa", gap=["knowledge"], labelled_examples=(10, 50), rag_tried="no")
    advice = advise(asked, DAY)
    assert lines.verdict == advice.verdict == "dont"
    assert lines.first == labels.advised(advice.verdict, advice.option, CONTENT, lang)
    assert len(lines.reasons) == 2


def test_of_not_yet_it_says_what_is_needed_first():
    cast = votes("task", "extraction") + votes("gap", "labels") + votes("labelled_examples", "500..5000")
    cast += votes("prompt_tried", "good") + votes("evaluation_set", "no") + votes("success_metric", "metric")
    lines = verdict_of(situation_of(agreed(STEPS, cast, {}, {}, CONTENT).values(), CONTENT), DAY, CONTENT, EN)
    assert lines.verdict == "not_yet"
    assert lines.first.startswith("Not yet: first you need an evaluation set")


def test_where_the_other_answer_turns_the_verdict_it_says_to_what():
    cast = (
        votes("task", *["qa"] * 5)
        + votes("citations", "yes", "yes", "no")
        + votes("gap", *["knowledge"] * 3, "style", "style")
    )
    found = agreed(STEPS, cast, {}, {}, CONTENT)
    told = {one.question: one for one in disputes(found, DAY, CONTENT, EN)}
    assert [*told] == [CONTENT.question(key).text for key in ("gap", "citations")]
    for key, other in (("gap", ["style"]), ("citations", "no")):
        base = {"task": "qa", "gap": ["knowledge"], "citations": "yes"}
        then, now = (advise(situation(**answers), DAY) for answers in ({**base, key: other}, base))
        turns = (then.verdict, then.option) != (now.verdict, now.option)
        one = told[CONTENT.question(key).text]
        assert one.turns == turns
        if turns:
            assert labels.advised(then.verdict, then.option, CONTENT, EN) in one.then
    assert "We took “Yes”; others said “No”." in told[CONTENT.question("citations").text].differed


def test_a_question_that_is_gone_is_left_out():
    assert agreed([Step("ask", CASE, about="gone")], [], {}, {}, CONTENT) == {}
