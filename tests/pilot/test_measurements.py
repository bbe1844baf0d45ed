"""What answers in the file of a pilot show where some are missing, cut short or none: nothing is asked here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from advisor import situation
from advisor.interview.situation import Situation
from advisor.language import language
from advisor.pilot.arms import Arm
from advisor.pilot.endpoint import Usage
from advisor.pilot.judge import marked
from advisor.pilot.measured import measured_answers
from advisor.pilot.measurements import summary
from advisor.pilot.power import smallest_difference
from advisor.pilot.run import NOT_TAKEN, Pilot
from advisor.pilot.sentences import arm_name, caution_lines, headline, opinion_lines, taken_over_lines
from tests.pilot.rows import pilot

AS_IS, PROMPT = Arm(id="as_is", kind="as_is"), Arm(id="prompt-1", kind="prompt", system="One word.")
SCHEMA = Arm(id="structured", kind="structured", structured=True)
BOTH = Arm(id="structured+prompt-1", kind="structured", structured=True, system="One word.")
Said = Callable[[int], str | None]


def answered(folder: Path, finish: str = "stop", **arms: Said) -> Pilot:
    """A pilot on 60 rows with these answers: "right", "wrong", or None where there is none yet."""
    known = {arm.id: arm for arm in (AS_IS, PROMPT, SCHEMA, BOTH)}
    one = pilot(
        folder, "http://127.0.0.1:9/v1", tuple(known[name.replace("__", "+").replace("_1", "-1")] for name in arms), 120
    )
    one.file.take()
    for name, said in arms.items():
        arm = name.replace("__", "+").replace("_1", "-1")
        for at, row in enumerate(one.held_out):
            if (word := said(at)) is None:
                continue
            text = row["gold"] if word == "right" else "none"
            text = f'{{"answer": "{text}"}}' if known[arm].structured else text
            put(one, arm, row["id"], text, finish)
    return one


def put(one: Pilot, arm: str, row: str, text: str, finish: str = "stop") -> None:
    number = one.file.send(arm, row, {}, None, 1)
    assert number is not None
    one.file.answer(number, text, Usage(10, 4, 20), None, finish, "", 0.2, 0.5)


def right(_: int) -> str:
    return "right"


def half(at: int) -> str:
    return "right" if at % 2 else "wrong"


def told(one: Pilot, code: str = "en") -> tuple[str, str]:
    """The headline, and what to know beside it."""
    shown, lang = summary(one), language(code)
    names = {arm.id: arm_name(arm, lang) for arm in one.setup.arms}
    return headline(shown, names, lang), "\n".join(caution_lines(shown, names, lang))


def test_the_headline_holds_both_ways_against_the_same_rows(tmp_path: Path) -> None:
    """The 20 rows that the prompt did not answer are those that as it is gets right: 0 against 100, on 40 rows."""
    one = answered(
        tmp_path, as_is=lambda at: "right" if at < 20 else "wrong", prompt_1=lambda at: None if at < 20 else "right"
    )
    said, _ = told(one)
    assert "100 of 100 right on 40 rows, as it is 0. That is 100 more" in said
    assert "provisional: not every way has answered all 60 rows; one comparison rests on 40." in said
    assert summary(one).answered == 60
    (difference,) = summary(one).differences
    assert difference.interval.low <= difference.difference <= difference.interval.high
    assert (difference.score, difference.baseline_score) == (1, 0)


def test_of_a_whole_run_nothing_is_provisional(tmp_path: Path) -> None:
    said, beside = told(answered(tmp_path, as_is=half, prompt_1=right))
    assert "100 of 100 right on 60 rows, as it is 50. That is 50 more" in said
    assert "provisional" not in said
    tested, stopped = beside.split("\n")
    assert tested == "Differences are tested on the same rows by McNemar's exact test, all together by Holm."
    assert "Whoever looks on and stops when it looks good" in stopped
    assert "which examples were drawn" not in beside  # none were


def test_how_much_hangs_on_the_draw_of_the_examples_is_said(tmp_path: Path) -> None:
    """By hand: 60, 50 and 40 of 100 on the rows that all draws answered; their standard deviation is 10."""
    first = Arm(id="few_shot-8", kind="few_shot", shots=8)
    one = answered(tmp_path, as_is=half)
    one.add_arms([first])
    for row in one.held_out:
        put(one, first.id, row["id"], row["gold"])
    assert "not that of which examples were drawn: others may score otherwise. More draws" in told(one)[1]
    (tmp_path / "drawn").mkdir()
    one = answered(tmp_path / "drawn", as_is=half)
    draws = [Arm(id=f"few_shot-8-draw-{n}", kind="few_shot", shots=8, draw=n - 1) for n in (2, 3)]
    one.add_arms([first, *draws, Arm(id="few_shot-4", kind="few_shot", shots=4)])
    for arm, share, rows in ((first, 0.6, 60), (draws[0], 0.5, 40), (draws[1], 0.4, 60)):
        for at, row in enumerate(one.held_out[:rows]):
            put(one, arm.id, row["id"], row["gold"] if at % 10 < 10 * share else "none")
    shown, beside = summary(one), told(one)[1]
    (found,) = shown.draws
    assert (found.arm, found.rows, found.scores) == ("few_shot-8", 40, (0.6, 0.5, 0.4))
    assert found.deviation == pytest.approx(0.1)
    assert "3 draws of the examples scored 40 to 60 of 100 on the same rows, with a standard deviation of 10." in beside
    assert "others may score otherwise" not in beside
    assert [one.arm for one in shown.differences] == ["few_shot-8"]  # one comparison, whatever the draws
    assert shown.smallest_difference == pytest.approx(
        smallest_difference(60, np.mean([one.only_arm + one.only_baseline for one in shown.differences]) / 60, 1)
    )


GUESSED = {
    "goal": "measurable",
    "task": "classification",
    "evaluation_set": "yes",
    "target_score": 85,
    "baseline_score": 80,
    "latency_now": 4.5,
}


def taken(one: Pilot, before: Situation, is_today: bool = False) -> Situation:
    return measured_answers(one, summary(one), before, "large", is_today=is_today)


@pytest.mark.parametrize("rows", [3, 9, 29])
def test_a_few_answers_are_no_measurement(tmp_path: Path, rows: int) -> None:
    before = situation(**GUESSED)
    one = answered(tmp_path, as_is=lambda at: "right" if at < rows else None)
    after = taken(one, before)
    assert after == before
    assert summary(one).answered == rows
    assert "Nothing is taken over" in next(taken_over_lines(summary(one), after, language()))


def test_each_measurement_has_the_rows_of_its_own_arm(tmp_path: Path) -> None:
    one = answered(tmp_path, as_is=half, prompt_1=lambda at: "right" if at < 40 else None)
    after = taken(one, situation(**GUESSED), is_today=True)
    rows = {key: told.rows for key, told in after.measurements.items()}
    assert rows["large_score"] == rows["prompt_result"] == rows["output_tokens"] == 40
    assert rows["baseline_score"] == rows["latency_now"] == 60


def test_what_was_typed_of_another_system_stays_as_it_was(tmp_path: Path) -> None:
    one, before = answered(tmp_path, as_is=half, prompt_1=half), situation(**GUESSED)
    after = taken(one, before)
    typed = {"baseline_score", "latency_now", "evaluation_set", "target_score"}
    assert {key: after.answers[key] for key in typed} == {key: before.answers[key] for key in typed}
    assert not typed & (after.measured | after.measurements.keys())
    assert after.answers["large_score"] == 50
    unsaid = taken(one, situation(goal="measurable", target_score=85))
    assert not {"baseline_score", "latency_now"} & unsaid.answers.keys()
    assert unsaid.answers["evaluation_set"] == "yes"
    today = taken(one, before, is_today=True)
    assert (today.answers["baseline_score"], today.answers["latency_now"]) == (50, 0.5)
    assert {"baseline_score", "latency_now"} <= today.measured


def test_a_worse_way_does_not_undo_a_better_one(tmp_path: Path) -> None:
    few = Arm(id="few_shot-8", kind="few_shot", shots=8)
    one = answered(tmp_path, as_is=half, prompt_1=right)
    one.add_arms([few])
    for row in one.held_out:
        put(one, few.id, row["id"], "none")
    assert taken(one, situation(**GUESSED)).answers["prompt_result"] == "good"


def test_answers_cut_at_the_limit_are_said_and_measure_nothing(tmp_path: Path) -> None:
    one = answered(tmp_path, finish="length", as_is=half, prompt_1=half)
    said, beside = told(one)
    assert "120 of 120 answers were cut at the limit of 32 tokens" in said
    assert "a higher limit" in said
    assert beside.startswith("As it is: 60 answers were cut at the limit of 32 tokens.")
    before = situation(**GUESSED)
    assert taken(one, before) == before


def test_declined_and_empty_answers_are_said_with_the_finding(tmp_path: Path) -> None:
    one = answered(tmp_path, as_is=half, prompt_1=lambda at: "right" if at < 20 else None)
    for place, row in enumerate(one.held_out[20:]):
        put(one, "prompt-1", row["id"], " ", "content_filter" if place < 30 else "stop")
    said, beside = told(one)
    assert "But of 60 answers the model declined 30 and left 10 empty; they count as wrong." in said
    assert "Better prompt (version 1): the model declined 30 rows." in beside
    assert "Better prompt (version 1): 10 answers were empty." in beside


def test_rows_that_a_server_did_not_take_are_said(tmp_path: Path) -> None:
    one = answered(tmp_path, as_is=half, prompt_1=lambda at: "right" if at < 50 else None)
    for row in one.held_out[50:]:
        put(one, "prompt-1", row["id"], "", NOT_TAKEN)
    assert "Better prompt (version 1): the server did not take 10 rows; it said last: -" in told(one)[1]


def test_the_best_of_many_is_said_to_have_had_luck_and_the_combined_one_is_tested(tmp_path: Path) -> None:
    one = answered(tmp_path, as_is=half, prompt_1=right, structured=half, structured__prompt_1=right)
    (together,) = summary(one).together
    assert (together.baseline, together.difference, together.p) == ("prompt-1", 0, 1)
    _, beside = told(one)
    assert "4 ways were tried on the same rows. The best of them also had luck" in beside
    assert "against the best of its parts alone (Better prompt (version 1)): 0 of 100" in beside
    after = taken(one, situation())
    assert any("luck" in line for line in taken_over_lines(summary(one), after, language()))


def test_each_judge_answers_for_its_own(tmp_path: Path) -> None:
    one = answered(tmp_path, as_is=half)
    one.set_judge("kind")
    for row in one.held_out[:30]:
        put(one, marked("kind", "as_is"), row["id"], '{"verdict": "right"}')
    put(one, marked("kind", "as_is"), one.held_out[30]["id"], "[" * 100_000)
    assert judged(one) == (("as_is", 30, 1.0), 1, 29)
    one.set_judge("strict")
    assert len(one.to_judge()) == 60
    assert (summary(one).opinions, summary(one).unread) == ((), 0)
    put(one, marked("strict", "as_is"), one.held_out[0]["id"], '{"verdict": "wrong"}')
    assert judged(one) == (("as_is", 1, 0.0), 0, 59)
    one.set_judge("kind")
    assert "1 could not be read" in " ".join(opinion_lines(summary(one), {"as_is": "As it is"}, language()))


def judged(one: Pilot) -> tuple[tuple[str, int, float], int, int]:
    (opinion,) = summary(one).opinions
    return (opinion.arm, opinion.rows, opinion.share), summary(one).unread, len(one.to_judge())


def test_labels_of_two_samples_add_up(tmp_path: Path) -> None:
    one = answered(tmp_path, as_is=half)
    one.set_labels({("as_is", "a"): True, ("as_is", "b"): True})
    one.set_labels({("as_is", "b"): False})
    assert one.labels() == {("as_is", "a"): True, ("as_is", "b"): False}


def test_first_tokens_and_the_cache_are_measured(tmp_path: Path) -> None:
    arm = summary(answered(tmp_path, as_is=half)).arm("as_is")
    assert arm.first_token_s == (0.2, 0.2)
    assert arm.cached_tokens == 4


def test_dutch_has_all_of_it(tmp_path: Path) -> None:
    one = answered(tmp_path, finish="length", as_is=half, prompt_1=right, structured=half, structured__prompt_1=right)
    said, beside = told(one, "nl")
    assert "afgekapt" in said
    assert "had ook geluk" in beside
