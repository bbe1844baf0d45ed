"""What promptfoo said of a good, a bad and an empty model, as it was recorded of the files that kits hold now."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.kits.promptfoo.verdicts import HANDED_ON, PILOTS, RECORD, TASKS, digest, unpacked
from tests.kits.unpacked import rows
from tests.pilot.exported import WAYS, model, run, scores
from tests.pilot.exported import unpacked as handed_on
from tests.pilot.server import serving

PILOTED = json.loads(PILOTS.read_text("utf-8"))["pilots"]
RECORDED = json.loads(RECORD.read_text("utf-8"))["tasks"]


@pytest.mark.parametrize("task", TASKS)
def test_promptfoo_passes_every_answer_of_a_good_model_and_none_of_a_bad_or_silent_one(
    task: str, tmp_path: Path
) -> None:
    folder = unpacked(task, tmp_path)
    assert RECORDED[task]["digest"] == digest(folder), "make test-promptfoo"
    n = len(rows(folder, "evaluation/evaluation_set.jsonl"))
    none = {"successes": 0, "failures": n, "errors": 0}
    assert RECORDED[task]["verdicts"] == {
        "good": {"successes": n, "failures": 0, "errors": 0},
        "bad": none,
        "empty": none,
    }


@pytest.mark.parametrize("name", WAYS)
def test_promptfoo_scores_each_row_of_a_pilot_as_the_pilot_does(name: str, tmp_path: Path) -> None:
    with serving(model) as server:
        one = run(name, tmp_path, server)
    folder = handed_on(one, WAYS[name], tmp_path / "out")
    assert PILOTED[name]["digest"] == digest(folder, HANDED_ON), "make test-promptfoo"
    assert PILOTED[name]["scores"] == scores(one, WAYS[name])
