"""The kit for OpenAI: OpenAI's own library against a server on this machine, with everything that goes wrong."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.kits.server import serving
from tests.kits.unpacked import kit_bytes, right_answers, rows, run, scored, unpack

JOBS = "/fine_tuning/jobs"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A kit whose route is still open, whatever the day on which the test runs."""
    made = unpack(kit_bytes("openai", task="rewriting", project="Letters, version 2"), tmp_path)
    settings = json.loads((made / "kit.json").read_text("utf-8"))
    settings["job"]["closed_from"]["existing"] = "9999-01-01"
    (made / "kit.json").write_text(json.dumps(settings), "utf-8")
    return made


def test_files_are_uploaded_the_job_is_followed_and_the_model_is_scored(folder: Path) -> None:
    with serving(right_answers(folder)) as server:
        done = run(folder, "tune_openai.py", address=server.address)
        assert done.returncode == 0, done.stderr
        (body,) = server.bodies(JOBS)
        assert "uploaded data/train.jsonl as file-1" in done.stdout
        assert [line for line in done.stdout.splitlines() if line.startswith("  info")] == [
            "  info: Validating the files",
            "  info: Training has started",
            "  info: Step 1",
        ]
        assert "step 2: ft:good:ckpt-2, validation loss 0.5" in done.stdout
        assert "next: MODEL=ft:good python baseline.py tuned" in done.stdout
        tuned = run(folder, "baseline.py", "tuned", address=server.address, MODEL="ft:good")
        assert tuned.returncode == 0, tuned.stderr
    assert scored(folder, "tuned") == 100
    assert body == {
        "model": "gpt-4.1",
        "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": "auto"}}},
        "suffix": "letters-version-2",
        "seed": 1,
        "metadata": {"project": "Letters, version 2"},
        "training_file": "file-1",
        "validation_file": "file-2",
    }
    assert json.loads((folder / "job.json").read_text("utf-8"))["model"] == "ft:good"


def test_after_a_cut_nothing_is_uploaded_or_started_twice(folder: Path) -> None:
    with serving({}) as server:
        server.refuse[JOBS] = (429, "rate_limit_exceeded")
        first = run(folder, "tune_openai.py", address=server.address)
        assert (first.returncode, "start the same command again" in first.stderr) == (1, True)
        del server.refuse[JOBS]
        server.ends = "running"
        second = run(folder, "tune_openai.py", address=server.address, WAIT_SECONDS="0")
        assert "still running" in second.stderr
        assert "It goes on at OpenAI" in second.stderr
        server.ends = "succeeded"
        third = run(folder, "tune_openai.py", address=server.address)
        assert third.returncode == 0, third.stderr
        assert len(server.bodies("/files")) == 2
        assert len(server.bodies(JOBS)) == 2  # the one that was refused, and the one that ran
    assert "started" not in third.stdout
    assert not set(second.stdout.splitlines()) & {line for line in third.stdout.splitlines() if "info:" in line}


def test_a_closed_organisation_learns_that_no_setting_helps(folder: Path) -> None:
    with serving({}) as server:
        server.refuse[JOBS] = (403, "training_not_available")
        done = run(folder, "tune_openai.py", address=server.address)
    assert done.returncode == 1
    assert "Refused (403)" in done.stderr
    assert "no longer starts training jobs for this organisation" in done.stderr
    assert "take another route" in done.stderr


def test_a_failed_job_says_why_and_what_to_do(folder: Path) -> None:
    with serving({}) as server:
        server.ends = "failed"
        done = run(folder, "tune_openai.py", address=server.address)
    assert done.returncode == 1
    assert "ftjob-1 failed: invalid_training_file: line 3 is no conversation" in done.stderr
    assert "delete job.json" in done.stderr


def test_a_job_can_be_stopped(folder: Path) -> None:
    (folder / "job.json").write_text('{"job": "ftjob-1"}', "utf-8")
    with serving({}) as server:
        assert "ftjob-1: cancelled" in run(folder, "tune_openai.py", "cancel", address=server.address).stdout
    (folder / "job.json").unlink()
    assert "job.json names no job" in run(folder, "tune_openai.py", "cancel").stderr


def test_from_the_day_on_which_the_route_closes_nothing_is_uploaded(folder: Path) -> None:
    settings = json.loads((folder / "kit.json").read_text("utf-8"))
    settings["job"]["closed_from"]["existing"] = "2026-01-01"
    (folder / "kit.json").write_text(json.dumps(settings), "utf-8")
    with serving({}) as server:
        done = run(folder, "tune_openai.py", address=server.address)
        assert not server.asked
    assert done.returncode == 1
    assert "starts no more jobs for gpt-4.1 since 2026-01-01" in done.stderr


METHODS: dict[str, Any] = {
    "sft": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": "auto"}}},
    "dpo": {"type": "dpo", "dpo": {"hyperparameters": {"n_epochs": "auto", "beta": "auto"}}},
}


@pytest.mark.parametrize("option", ["sft", "dpo", "rft"])
def test_each_method_stands_in_method_and_in_its_own_rows(option: str, tmp_path: Path) -> None:
    made = unpack(kit_bytes("openai", task="reasoning", option=option, at=date(2026, 10, 1)), tmp_path)
    job = json.loads((made / "kit.json").read_text("utf-8"))["job"]
    assert "hyperparameters" not in job
    first = rows(made, "data/train.jsonl")[0]
    match option:
        case "rft":
            assert job["method"]["reinforcement"]["grader"]["type"] == "python"
            assert job["model"] == "o4-mini"
            assert first["messages"][-1]["role"] == "user"
            assert first["reference_answer"]
        case "dpo":
            assert job["method"] == METHODS["dpo"]
            assert first["preferred_output"] != first["non_preferred_output"]
        case _:
            assert job["method"] == METHODS["sft"]
            assert first["messages"][-1]["role"] == "assistant"


def test_the_page_says_to_whom_it_is_open_and_until_when(tmp_path: Path) -> None:
    made = unpack(kit_bytes("openai", task="rewriting", platforms=["openai"], openai_customer="active"), tmp_path)
    page = (made / "README.md").read_text("utf-8")
    assert "closes to new training on January 6, 2027" in page
    assert "Only for existing customers" in page
    assert "403 training_not_available" in page
    assert "> On" not in page
    closed = unpack(kit_bytes("openai", task="rewriting", at=date(2027, 2, 1)), tmp_path / "later")
    assert "> On February 1, 2027 this route is closed to you" in (closed / "README.md").read_text("utf-8")
