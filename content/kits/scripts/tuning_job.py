"""A job of fine-tuning, at any vendor that speaks OpenAI's API: files uploaded, job started, followed and stopped.

job.json holds the ids of files and job, never a key. After a cut, start the same command again: nothing is uploaded or
started twice. Delete job.json to begin anew.
"""

import json
import os
import sys
import time
from codecs import BOM_UTF8
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openai
from endpoint import HERE, KIT, client, explained, said
from lineage import continue_from, note
from words import number, say

JOB = KIT["job"]
TRACKING = KIT["tracking"]
"""How runs are called where the vendor writes them to Weights & Biases: WANDB_NATIVE=1, see EXPERIMENT.md."""
STATE = HERE / "job.json"
SCRIPT = Path(sys.argv[0]).name
ENDED = ("succeeded", "failed", "cancelled")
WAIT_SECONDS = float(os.environ.get("WAIT_SECONDS", "14400"))
POLL_SECONDS = float(os.environ.get("POLL_SECONDS", "15"))

CUSTOMERS = {"existing": say("existing customers"), "new": say("new customers")}


def train(refused: Mapping[str, str]) -> tuple[Any, str]:
    """Start the job or go on with it, and follow it to its end; with `cancel` behind the command, stop it.

    `refused` has what the vendor's codes mean, and by an empty one what any other does. Ends the script unless the job
    succeeded; returns it, and what the answers of its model are to be called.
    """
    state: dict[str, Any] = known()
    if sys.argv[1:] == ["cancel"]:
        cancel(state)
        sys.exit()
    if "job" not in state:
        continue_from(JOB, state, date.today())
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
            means = refused.get(error.code or "", refused.get("", ""))
            sys.exit(f"{say('Refused (403): {said}.', said=said(error))} {means}".rstrip())
    finish(server, job, state)
    return job, note(job.fine_tuned_model, JOB, state, date.today())


def known() -> dict[str, Any]:
    """What job.json remembers."""
    return json.loads(STATE.read_text("utf-8")) if STATE.exists() else {}


def gate(today: date) -> None:
    """End the script where the vendor starts no more jobs, before anything is uploaded."""
    closed = JOB["closed_from"].get("existing")
    if closed and today >= date.fromisoformat(closed):
        sys.exit(
            say(
                "{vendor} starts no more jobs for {model} since {day} (see README.md). Nothing was uploaded.",
                vendor=JOB["vendor"],
                model=JOB["model"],
                day=closed,
            )
        )
    for customer, day in JOB["closed_from"].items():
        shut = today >= date.fromisoformat(day)
        state = say("closed since {day}" if shut else "open until {day}", day=day)
        print(f"{JOB['model']}, {CUSTOMERS.get(customer, customer)}: {state}")


def upload(server: openai.OpenAI, name: str) -> str:
    """Upload a file and wait until the vendor has read it: a job that names it earlier is refused."""
    data = (HERE / name).read_bytes()
    if JOB.get("byte_order_mark") and not data.startswith(BOM_UTF8):
        data = BOM_UTF8 + data
        print(say("{file}: sent with the byte-order mark that it lacks", file=name))
    uploaded = server.files.create(file=(Path(name).name, data), purpose="fine-tune")
    read = server.files.wait_for_processing(uploaded.id, poll_interval=min(POLL_SECONDS, 5), max_wait_seconds=1800)
    if read.status == "error":
        why = {"file": name, "why": read.status_details, "vendor": JOB["vendor"], "platform": JOB["platform"]}
        sys.exit(say("{vendor} cannot use {file}: {why}. See `advisor check {file} --platform {platform}`.", **why))
    print(say("uploaded {file} as {id}", file=name, id=uploaded.id))
    return uploaded.id


def start(server: openai.OpenAI, state: dict[str, Any]) -> str:
    """Start the job. What it is trained with stands in `method`; nothing stands at the top, where it is deprecated."""
    files = {name: state[name] for name in ("training_file", "validation_file") if name in state}
    more = {"metadata": JOB["metadata"]} if JOB["metadata"] else {}
    if os.environ.get("WANDB_NATIVE"):
        named = {"project": os.environ.get("WANDB_PROJECT") or TRACKING["project"], "tags": TRACKING["tags"]}
        team = {"entity": os.environ["WANDB_ENTITY"]} if os.environ.get("WANDB_ENTITY") else {}
        more["integrations"] = [{"type": "wandb", "wandb": {**named, **team, "name": TRACKING["run"]}}]
    job = server.fine_tuning.jobs.create(
        model=JOB["model"],
        method=JOB["method"],
        suffix=JOB["suffix"],
        seed=JOB["seed"],
        extra_body=JOB.get("extra_body"),
        **files,
        **more,
    )
    print(say("started {job}; `python {script} cancel` stops it", job=job.id, script=SCRIPT))
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
                say(
                    "{job} is still {status} after {n} seconds of waiting. It goes on at {vendor}: start this again to "
                    "follow it, or raise WAIT_SECONDS.",
                    vendor=JOB["vendor"],
                    job=state["job"],
                    status=job.status,
                    n=number(WAIT_SECONDS, 0),
                )
            )
        time.sleep(POLL_SECONDS)


def finish(server: openai.OpenAI, job: Any, state: dict[str, Any]) -> None:
    if job.status == "failed":
        told = job.error and job.error.code
        why = f"{job.error.code}: {job.error.message}" if told else say("no reason was given")
        sys.exit(
            say(
                "{job} failed: {why}. The events above say where. Mend the data, check it with `advisor check`, delete "
                "job.json and start again.",
                job=job.id,
                why=why,
            )
        )
    if job.status == "cancelled":
        sys.exit(say("{job} was cancelled. Delete job.json to begin anew.", job=job.id))
    keep(state, "model", job.fine_tuned_model)
    print(say("done: {model} (tokens trained: {n})", model=job.fine_tuned_model, n=job.trained_tokens or 0))
    with explained():
        for checkpoint in server.fine_tuning.jobs.checkpoints.list(job.id):
            loss = checkpoint.metrics.valid_loss or checkpoint.metrics.full_valid_loss
            model = checkpoint.fine_tuned_model_checkpoint
            print(
                "  "
                + say("step {n}: {model}, validation loss {loss}", n=checkpoint.step_number, model=model, loss=loss)
            )


def cancel(state: dict[str, Any]) -> None:
    if "job" not in state:
        sys.exit(say("job.json names no job."))
    server = client()
    with explained():
        print(f"{state['job']}: {server.fine_tuning.jobs.cancel(state['job']).status}")


def keep(state: dict[str, Any], name: str, value: Any) -> None:
    """Remember something at once, so that a cut loses nothing."""
    state[name] = value
    part = STATE.with_suffix(".part")
    part.write_text(json.dumps(state, indent=2) + "\n", "utf-8")
    part.replace(STATE)
