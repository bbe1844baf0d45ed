"""Trains a model at OpenAI: uploads the files, starts the job, follows it, and names the model and its checkpoints.

    python tune_openai.py                starts, or goes on with what job.json knows of
    python tune_openai.py cancel         stops the job at OpenAI

job.json holds the ids of files and job, never a key. After a cut, start the same command again: nothing is uploaded or
started twice. Delete job.json to begin anew.
"""

import json
import os
import sys
import time
from datetime import date
from typing import Any

import openai
from endpoint import HERE, KIT, client, explained, said

JOB = KIT["job"]
STATE = HERE / "job.json"
ENDED = ("succeeded", "failed", "cancelled")
WAIT_SECONDS = float(os.environ.get("WAIT_SECONDS", "14400"))
POLL_SECONDS = float(os.environ.get("POLL_SECONDS", "15"))

REFUSED = {
    "training_not_available": (
        "OpenAI no longer starts training jobs for this organisation. It closed to organisations that never trained a "
        "model, then to those whose tuned models lay idle, and closes to all others on the day in README.md. No "
        "setting changes that: keep the data, the evaluation and the baseline, and take another route."
    ),
    "insufficient_quota": "The credit is used up: add credit, then start this again.",
    "model_not_available": "This model cannot be tuned with this method; README.md names those that can.",
}
"""What OpenAI's codes mean for you."""


def main() -> None:
    state: dict[str, Any] = json.loads(STATE.read_text("utf-8")) if STATE.exists() else {}
    if sys.argv[1:] == ["cancel"]:
        cancel(state)
        return
    if "job" not in state:
        gate(date.today())
    server = client()
    with explained():
        try:
            for name in ("training_file", "validation_file"):
                if JOB["files"].get(name) and name not in state:
                    keep(state, name, upload(server, JOB["files"][name]))
            if "job" not in state:
                keep(state, "job", start(server, state))
            job = follow(server, state)
        except openai.PermissionDeniedError as error:
            sys.exit(f"Refused (403): {said(error)}. {REFUSED.get(error.code or '', '')}".rstrip())
    finish(server, job, state)


def gate(today: date) -> None:
    """End the script where the vendor starts no more jobs, before anything is uploaded."""
    closed = JOB["closed_from"].get("existing")
    if closed and today >= date.fromisoformat(closed):
        sys.exit(f"OpenAI starts no more jobs for {JOB['model']} since {closed} (see README.md). Nothing was uploaded.")
    for customer, day in JOB["closed_from"].items():
        state = "closed since" if today >= date.fromisoformat(day) else "open until"
        print(f"{JOB['model']}, {customer} customers: {state} {day}")


def upload(server: openai.OpenAI, name: str) -> str:
    """Upload a file and wait until OpenAI has read it: a job that names it earlier is refused."""
    with (HERE / name).open("rb") as file:
        uploaded = server.files.create(file=file, purpose="fine-tune")
    read = server.files.wait_for_processing(uploaded.id, poll_interval=min(POLL_SECONDS, 5), max_wait_seconds=1800)
    if read.status == "error":
        sys.exit(f"OpenAI cannot use {name}: {read.status_details}. See `advisor check {name} --platform openai`.")
    print(f"uploaded {name} as {uploaded.id}")
    return uploaded.id


def start(server: openai.OpenAI, state: dict[str, Any]) -> str:
    """Start the job. What it is trained with stands in `method`; nothing stands at the top, where it is deprecated."""
    files = {name: state[name] for name in ("training_file", "validation_file") if name in state}
    more = {"metadata": JOB["metadata"]} if JOB["metadata"] else {}
    job = server.fine_tuning.jobs.create(
        model=JOB["model"], method=JOB["method"], suffix=JOB["suffix"], seed=JOB["seed"], **files, **more
    )
    print(f"started {job.id}; `python tune_openai.py cancel` stops it")
    return job.id


def follow(server: openai.OpenAI, state: dict[str, Any]) -> Any:
    """Print what happens until the job has ended. What was printed before a cut is not printed again."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        job = server.fine_tuning.jobs.retrieve(state["job"])
        events = list(server.fine_tuning.jobs.list_events(state["job"], limit=100))
        seen = set(state.get("events", ()))
        for event in sorted(events, key=lambda one: one.created_at):
            if event.id not in seen:
                print(f"  {event.level}: {event.message}")
        keep(state, "events", [event.id for event in events])
        if job.status in ENDED:
            return job
        if time.monotonic() > until:
            sys.exit(
                f"{state['job']} is still {job.status} after {WAIT_SECONDS:.0f} seconds of waiting. It goes on at "
                "OpenAI: start this again to follow it, or raise WAIT_SECONDS."
            )
        time.sleep(POLL_SECONDS)


def finish(server: openai.OpenAI, job: Any, state: dict[str, Any]) -> None:
    if job.status == "failed":
        why = f"{job.error.code}: {job.error.message}" if job.error and job.error.code else "no reason was given"
        sys.exit(
            f"{job.id} failed: {why}. The events above say where. Mend the data, check it with `advisor check`, delete "
            "job.json and start again."
        )
    if job.status == "cancelled":
        sys.exit(f"{job.id} was cancelled. Delete job.json to begin anew.")
    keep(state, "model", job.fine_tuned_model)
    print(f"done: {job.fine_tuned_model} ({job.trained_tokens or 0} tokens trained)")
    with explained():
        for checkpoint in server.fine_tuning.jobs.checkpoints.list(job.id):
            loss = checkpoint.metrics.valid_loss or checkpoint.metrics.full_valid_loss
            print(f"  step {checkpoint.step_number}: {checkpoint.fine_tuned_model_checkpoint}, validation loss {loss}")
    print(f"next: MODEL={job.fine_tuned_model} python baseline.py tuned, then the same with python safety.py after")


def cancel(state: dict[str, Any]) -> None:
    if "job" not in state:
        sys.exit("job.json names no job.")
    server = client()
    with explained():
        print(f"{state['job']}: {server.fine_tuning.jobs.cancel(state['job']).status}")


def keep(state: dict[str, Any], name: str, value: Any) -> None:
    """Remember something at once, so that a cut loses nothing."""
    state[name] = value
    part = STATE.with_suffix(".part")
    part.write_text(json.dumps(state, indent=2) + "\n", "utf-8")
    part.replace(STATE)


if __name__ == "__main__":
    main()
