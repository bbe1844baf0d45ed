"""What a pilot measured goes into answers, advice and report, marked with day, rows and server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from advisor import advise, read_situation, situation
from advisor.content.load import load
from advisor.dataset.row import Unusable
from advisor.dataset.scoring import score
from advisor.interview.address import decode, encode
from advisor.interview.answers_file import write_yaml
from advisor.interview.situation import AnswerErrors
from advisor.language import language
from advisor.pilot.arms import Arm
from advisor.pilot.combining import combined_arm
from advisor.pilot.export import evaluation_files, exported
from advisor.pilot.measured import measured_answers, size_of
from advisor.pilot.measurements import Summary, summary
from advisor.pilot.run import Pilot
from advisor.pilot.sentences import arm_name, growth_sentence, headline, power_lines, verdict_of
from advisor.report import render
from tests.pilot.rows import answer, pilot
from tests.pilot.server import serving

DAY = date(2026, 11, 30)
GUESSED = {
    "goal": "measurable",
    "task": "classification",
    "target_score": 85,
    "prompt_result": "near",
    "large_model": "short",
    "output_tokens": [200, 400],
    "requests_per_month": 100_000,
}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pilot]:
    """A pilot in which a schema and examples help."""
    with serving(answer) as server:
        one = pilot(tmp_path_factory.mktemp("pilot"), server)
        one.add_arms([Arm(id="prompt-1", kind="prompt", system="One word.")])
        one.run(one.consent(), concurrency=6)
        yield one


@pytest.fixture(scope="module")
def shown(done: Pilot) -> Summary:
    return summary(done)


def test_measured_answers_take_the_place_of_guesses(done: Pilot, shown: Summary) -> None:
    before = situation(**GUESSED)
    after = measured_answers(done, shown, before, "large")
    best = max(arm.score for arm in shown.arms if arm.kind != "classifier" and arm.score is not None)
    assert after.answers["large_score"] == pytest.approx(100 * best, abs=0.06)
    assert after.answers["output_tokens"] != before.answers["output_tokens"]
    assert after.answers["prompt_result"] == "good"
    assert after.answers["chain_tried"] == "helped"
    assert {"large_score", "output_tokens", "prompt_result"} <= after.measured
    told = after.measurements["large_score"]
    assert (told.day, told.rows, told.host) == (shown.day, 30, shown.host)
    assert "target_score" not in after.measurements
    assert after.answers["requests_per_month"] == 100_000


def test_a_score_on_test_cases_that_are_doubted_does_not_clear_them(done: Pilot, shown: Summary) -> None:
    doubted = measured_answers(done, shown, situation(**GUESSED, evaluation_set="doubted"), "large")
    none = measured_answers(done, shown, situation(**GUESSED, evaluation_set="no"), "large")
    assert doubted.answers["evaluation_set"] == "doubted"
    assert none.answers["evaluation_set"] in ("partial", "yes")


def test_without_a_target_nothing_is_good_enough_and_without_a_size_no_score_is_told(
    done: Pilot, shown: Summary
) -> None:
    after = measured_answers(done, shown, situation(goal="measurable", prompt_result="near"))
    assert after.answers["prompt_result"] == "near"
    assert not {"large_score", "small_score", "prompt_result"} & after.measured
    assert "output_tokens" in after.measured


def test_sizes_are_those_of_the_content() -> None:
    content = load()
    typical = {model.size: model.ref for model in content.models if model.typical}
    told = {size: size_of(typical[size], content) for size in ("frontier", "small", "open_large", "open_small")}
    assert told == {"frontier": "large", "small": "small", "open_large": "large", "open_small": "small"}
    assert size_of("a-model-of-ours", content) is None


def test_links_and_files_keep_what_was_measured_where(done: Pilot, shown: Summary, tmp_path: Path) -> None:
    after = measured_answers(done, shown, situation(**GUESSED), "small")
    assert decode(encode(after)) == after
    file = tmp_path / "answers.yaml"
    file.write_text(write_yaml(after))
    assert read_situation(file) == after
    changed = after.with_answer("small_score", 50)
    assert "small_score" not in changed.measured | changed.measurements.keys()
    assert "output_tokens" in changed.measurements


@pytest.mark.parametrize(
    "wrong",
    [
        "yesterday",
        [{"day": "2026-13-01", "rows": 3, "host": "h", "answers": []}],
        [{"day": "2026-11-30", "rows": 0, "host": "h", "answers": []}],
        [{"day": "2026-11-30", "rows": 3, "host": "a\nb", "answers": []}],
        [{"day": "2026-11-30", "rows": 3, "host": "h"}],
    ],
)
def test_measurements_that_are_none_are_refused_in_a_file_and_left_out_of_a_link(wrong: object) -> None:
    answers = {"goal": "measurable", "large_score": 70, "measured": ["large_score"], "measurements": wrong}
    with pytest.raises(AnswerErrors, match="measurements: expected a list"):
        read_situation(answers)


def test_advice_and_report_rest_on_the_measurement_and_say_so(done: Pilot, shown: Summary) -> None:
    before, after = situation(**GUESSED), measured_answers(done, shown, situation(**GUESSED), "large")
    guessed, measured = advise(before, at=DAY), advise(after, at=DAY)
    assert not guessed.expected_scores
    assert measured.expected_scores[0].rests_on == ("large_score", "target_score")
    assert measured.expected_scores[0].chance is not None
    assert measured.plan != guessed.plan
    guess, now = (
        next(one.usd_month.p50 for one in advice.ranking if one.option == "few_shot") for advice in (guessed, measured)
    )
    assert guess > now
    told = measured.basis["large_score"]
    assert (told.kind, told.source, told.seen) == ("measured", shown.host, shown.day.isoformat())
    assert measured.measurements[0].rows == 30
    for code, words in (("en", f"on 30 rows, with {shown.host}"), ("nl", f"op 30 rijen, met {shown.host}")):
        assert words in render(measured, lang=code, format="md").decode()
        assert words not in render(guessed, lang=code, format="md").decode()


def test_one_sentence_says_what_is_shown(done: Pilot, shown: Summary) -> None:
    lang = language()
    names = {arm.id: arm_name(arm, lang) for arm in done.setup.arms}
    assert headline(shown, names, lang).startswith("Structured output: ")
    assert "more than chance" in headline(shown, names, lang)
    assert "niet" not in headline(shown, names, language("nl"))
    told = shown.difference("prompt-1")
    assert told is not None
    assert verdict_of(told, lang) == "not shown"
    assert len(set(names.values())) == len(names)


def test_where_nothing_is_shown_the_sentence_says_so(tmp_path: Path) -> None:
    arms = (Arm(id="as_is", kind="as_is"), Arm(id="prompt-1", kind="prompt", system="One word."))
    with serving(answer) as server:
        one = pilot(tmp_path, server, arms)
        assert headline(summary(one), {}, language()) == "Nothing can be compared yet."
        one.run(one.consent())
    told = headline(summary(one), {arm.id: arm.id for arm in arms}, language())
    assert told.startswith("Not shown")


def test_the_curve_says_whether_more_examples_helped(shown: Summary) -> None:
    points = [point for point in shown.curve if point.kind == "classifier"]
    assert [point.examples for point in points] == sorted(point.examples for point in points)
    (growth,) = shown.growth
    assert growth.more == 30
    assert growth.fewer == 15
    assert growth.difference == pytest.approx(points[-1].score - points[-2].score)
    said = growth_sentence(growth, language())
    assert ("not shown" in said) is not (growth.shown and growth.difference > 0)
    assert not any("-of-" in one.arm for one in shown.differences)


def test_few_rows_are_said_to_show_little() -> None:
    assert "too few to show even a large" in " ".join(power_lines(6, 1, language()))
    assert "from some 13 of 100 on" in " ".join(power_lines(100, 1, language()))


def test_what_was_shown_goes_together_once(done: Pilot, shown: Summary) -> None:
    arm = combined_arm(done.setup.arms, shown)
    assert arm is not None
    assert arm.structured
    assert arm.shots == 8
    assert combined_arm((*done.setup.arms, arm.model_copy(update={"id": "other"})), shown) is None
    assert combined_arm(done.setup.arms, replace(shown, differences=())) is None


def test_an_arm_goes_to_other_tools_with_the_same_rows(done: Pilot) -> None:
    files = evaluation_files(done, "few_shot_retrieved-8", language("nl"))
    rows = [json.loads(line) for line in files["evaluation/evaluation_set.jsonl"].splitlines()]
    assert [row["gold"] for row in rows] == [row["gold"] for row in done.held_out]
    for row in rows:
        asked = done.file.asked("few_shot_retrieved-8", row["id"])
        assert asked is not None
        assert asked["messages"] == row["messages"]
    config = yaml.safe_load(files["promptfooconfig.yaml"])
    assert [test["vars"]["id"] for test in config["tests"]] == [row["id"] for row in rows]
    assert {"inspect_task.py", "promptfoo_case.py", "scoring.py", "words.py", "words.json"} <= files.keys()
    for name, why in (("none", "no arm"), ("classifier", "asks no language model")):
        with pytest.raises(Unusable, match=why):
            evaluation_files(done, name, language())


def test_what_binds_an_answer_goes_along_and_judges_it_there(done: Pilot) -> None:
    assert [arm.id for arm in exported(done)] == [
        "as_is", "structured", "few_shot-8", "few_shot_retrieved-8", "prompt-1"
    ]  # fmt: skip
    files = evaluation_files(done, "structured", language())
    settings = json.loads(files["settings.json"])
    assert settings == {"temperature": 0.0, "max_tokens": 32, "schema": done.setup.answer_schema}
    (provider,) = yaml.safe_load(files["promptfooconfig.yaml"])["providers"]
    sent = provider["config"]["passthrough"]["response_format"]["json_schema"]
    assert sent == {"name": "answer", "strict": True, "schema": done.setup.answer_schema}
    row = json.loads(files["evaluation/evaluation_set.jsonl"].splitlines()[0])
    assert (score(row, json.dumps({"answer": row["gold"]})), score(row, row["gold"])) == (1, 0)
