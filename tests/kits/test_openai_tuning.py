"""The kit for OpenAI: OpenAI's own library against a server on this machine, with everything that goes wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openai.types.fine_tuning.job_create_params import JobCreateParams

from tests.kits.openai_types import wrong_in
from tests.kits.server import STEPS, serving
from tests.kits.unpacked import kit_bytes, right_answers, rows, run, scored, unpack

JOBS = "/fine_tuning/jobs"
HYPERPARAMETERS: dict[str, Any] = {"n_epochs": "auto"}
METHODS: dict[str, Any] = {
    "sft": {"type": "supervised", "supervised": {"hyperparameters": HYPERPARAMETERS}},
    "dpo": {"type": "dpo", "dpo": {"hyperparameters": {**HYPERPARAMETERS, "beta": "auto"}}},
}
TASKS = {"sft": "rewriting", "dpo": "rewriting", "rft": "reasoning"}


@pytest.fixture(params=sorted(TASKS))
def option(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def folder(option: str, tmp_path: Path) -> Path:
    """A kit whose route is still open, whatever the day on which the test runs."""
    made = kit_bytes("openai", task=TASKS[option], option=option, project="Letters, version 2")
    return opened_until(unpack(made, tmp_path), "9999-01-01")


def opened_until(made: Path, day: str) -> Path:
    with settings_of(made) as settings:
        settings["job"]["closed_from"]["existing"] = day
    return made


@contextmanager
def settings_of(made: Path) -> Iterator[Any]:
    """The settings of a kit, to be changed as a user changes them."""
    settings = json.loads((made / "kit.json").read_text("utf-8"))
    yield settings
    (made / "kit.json").write_text(json.dumps(settings), "utf-8")


def test_files_are_uploaded_the_job_is_followed_and_the_model_is_scored(option: str, folder: Path) -> None:
    with serving(right_answers(folder)) as server:
        done = run(folder, "tune_openai.py", address=server.address)
        assert done.returncode == 0, done.stderr
        (body,) = server.bodies(JOBS)
        assert "uploaded data/train.jsonl as file-1" in done.stdout
        sent = [(form["purpose"], form["file"]) for form in server.uploads]
        assert sent == [(b"fine-tune", (folder / "data" / f"{name}.jsonl").read_bytes()) for name in FILES]
        told = [line for line in done.stdout.splitlines() if line.startswith("  info")]
        assert told[:2] == ["  info: Validating the files", "  info: Training has started"]
        assert told[2:] == [f"  info: {STEPS[body['method']['type']]}"]
        measured = "mean reward in validation" if option == "rft" else "validation loss"
        assert f"step 2: ft:good:ckpt-2, {measured} 0.5" in done.stdout
        assert "next: MODEL=ft:good python baseline.py tuned" in done.stdout
        tuned = run(folder, "baseline.py", "tuned", address=server.address, MODEL="ft:good")
        assert tuned.returncode == 0, tuned.stderr
    assert scored(folder, "tuned") == 100
    assert wrong_in(body, JobCreateParams) == ""
    method = body.pop("method")
    assert method == METHODS[option] if option in METHODS else method["type"] == "reinforcement"
    assert body == {
        "model": "o4-mini" if option == "rft" else "gpt-4.1",
        "suffix": "letters-version-2",
        "seed": 1,
        "metadata": {"project": "Letters, version 2"},
        "training_file": "file-1",
        "validation_file": "file-2",
    }
    assert json.loads((folder / "job.json").read_text("utf-8"))["model"] == "ft:good"


FILES = ("train", "validation")


def test_what_the_library_does_not_know_would_be_seen() -> None:
    body = {"model": "gpt-4.1", "training_file": "file-1", "method": METHODS["dpo"]}
    assert wrong_in(body, JobCreateParams) == ""
    assert "'training_file' is a required property" in wrong_in({"model": "gpt-4.1"}, JobCreateParams)
    assert "'gamma' was unexpected" in wrong_in(
        {**body, "method": {"type": "dpo", "dpo": {"hyperparameters": {"gamma": 1}}}}, JobCreateParams
    )


SUPERVISED = pytest.mark.parametrize("option", ["sft"], indirect=True)
"""For what does not hang on the method: each start of the library costs a second."""


@pytest.mark.parametrize(
    ("option", "at"), [("sft", "/files"), *((one, JOBS) for one in sorted(TASKS))], indirect=["option"]
)
def test_after_a_cut_nothing_is_uploaded_or_started_twice(at: str, folder: Path) -> None:
    with serving({}) as server:
        server.refuse[at], server.retry_after = (429, "rate_limit_exceeded"), "300"
        first = run(folder, "tune_openai.py", address=server.address)
        assert (first.returncode, "start the same command again" in first.stderr) == (1, True)
        assert "The server asks you to wait 300 seconds." in first.stderr
        del server.refuse[at]
        server.ends = "running"
        second = run(folder, "tune_openai.py", address=server.address, WAIT_SECONDS="0")
        assert "still running" in second.stderr
        assert "It goes on at OpenAI" in second.stderr
        server.ends = "succeeded"
        third = run(folder, "tune_openai.py", address=server.address)
        assert third.returncode == 0, third.stderr
        assert len(server.bodies("/files")) == 2 + (at == "/files")  # with the one that was refused
        assert len(server.bodies(JOBS)) == 1 + (at == JOBS)
    assert "started" not in third.stdout
    assert not set(second.stdout.splitlines()) & {line for line in third.stdout.splitlines() if "info:" in line}


def test_a_busy_server_is_asked_again_after_as_long_as_it_says(folder: Path) -> None:
    with serving({}) as server:
        server.busy = {JOBS: 2}
        done = run(folder, "tune_openai.py", address=server.address, MAX_RETRIES="2")
        assert done.returncode == 0, done.stderr
        assert len(server.bodies(JOBS)) == 3


@SUPERVISED
def test_credit_that_is_used_up_is_told_from_too_many_requests(folder: Path) -> None:
    with serving({}) as server:
        server.refuse[JOBS] = (429, "insufficient_quota")
        done = run(folder, "tune_openai.py", address=server.address)
    assert done.returncode == 1
    assert "The credit is used up (429)" in done.stderr
    assert "wait" not in done.stderr.lower()


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


@SUPERVISED
def test_a_paused_job_is_not_waited_for(folder: Path) -> None:
    with serving({}) as server:
        server.ends = "paused"
        done = run(folder, "tune_openai.py", address=server.address)
    assert (done.returncode, "ftjob-1 is paused at OpenAI" in done.stderr) == (1, True)


def test_a_grader_is_tried_before_anything_is_uploaded(tmp_path: Path) -> None:
    made = unpack(kit_bytes("openai", task="reasoning", option="rft"), tmp_path)
    opened_until(made, "9999-01-01")
    with serving({}) as server:
        tried = run(made, "tune_openai.py", "grader", address=server.address)
        assert tried.returncode == 0, tried.stderr
        assert "grader same_last_line: 1.00 for the right answer of the first row, 0.00 for a wrong one" in tried.stdout
        for source, said in (
            ("def grade(sample, item):\n    return 1.0", "does not tell right from wrong"),
            ("def grade(sample, item):\n    return item['no such field']", "fails on the first row: 'no such field'"),
            (None, "OpenAI refuses the grader: $.grader"),
        ):
            with settings_of(made) as settings:
                settings["job"]["method"]["reinforcement"]["grader"]["source"] = source
            done = run(made, "tune_openai.py", address=server.address)
            assert (done.returncode, said in done.stderr) == (1, True), done.stderr
        assert not server.uploads


@pytest.mark.parametrize("task", ["classification", "summary"])
def test_graders_are_as_the_library_has_them_and_reward_the_right_answer(task: str, tmp_path: Path) -> None:
    made = opened_until(unpack(kit_bytes("openai", task=task, option="rft"), tmp_path), "9999-01-01")
    with serving({}) as server:
        tried = run(made, "tune_openai.py", "grader", address=server.address)
    assert tried.returncode == 0, tried.stderr
    assert ": 1.00 for the right answer" in tried.stdout


def test_a_trial_of_graders_that_is_gone_stops_nobody(tmp_path: Path) -> None:
    made = opened_until(unpack(kit_bytes("openai", task="reasoning", option="rft"), tmp_path), "9999-01-01")
    with serving({}) as server:
        server.refuse["/fine_tuning/alpha/graders/validate"] = (404, "not_found")
        done = run(made, "tune_openai.py", address=server.address)
    assert done.returncode == 0, done.stderr
    assert "offers no trial of graders" in done.stdout


@SUPERVISED
def test_a_job_can_be_stopped(folder: Path) -> None:
    (folder / "job.json").write_text('{"job": "ftjob-1"}', "utf-8")
    with serving({}) as server:
        assert "ftjob-1: cancelled" in run(folder, "tune_openai.py", "cancel", address=server.address).stdout
    (folder / "job.json").unlink()
    assert "job.json names no job" in run(folder, "tune_openai.py", "cancel").stderr


@SUPERVISED
def test_from_the_day_on_which_the_route_closes_nothing_is_uploaded(folder: Path) -> None:
    opened_until(folder, "2026-01-01")
    with serving({}) as server:
        done = run(folder, "tune_openai.py", address=server.address)
        assert not server.asked
    assert done.returncode == 1
    assert "since 2026-01-01" in done.stderr


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
    assert "There is no kit" not in page
    figures = re.findall(r"^\| ([^|,]+), ([^|,]+)[^|]* \| ([^|]+) \|", page, re.MULTILINE)
    assert ("gpt-4.1-2025-04-14", "training", "$25 a million tokens") in figures
    assert {model for model, _, _ in figures} <= {"gpt-4.1-2025-04-14", "OpenAI", "models before GPT-5.6"}
    assert "Below is what OpenAI asks for gpt-4.1" in page
    closed = unpack(kit_bytes("openai", task="rewriting", at=date(2027, 2, 1)), tmp_path / "later")
    assert "> On February 1, 2027 this route is closed to you" in (closed / "README.md").read_text("utf-8")
