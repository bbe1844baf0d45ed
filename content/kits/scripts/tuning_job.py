"""A job of fine-tuning, at any vendor that speaks OpenAI's API: files uploaded, job started, followed and stopped.

job_state.py says what can be set in the environment, and what job.json remembers.
"""

import os
import sys
import time
from codecs import BOM_UTF8
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openai
from endpoint import HERE, KIT, client, explained, rows, said
from job_state import POLL_SECONDS, WAIT_SECONDS, demand_job, gate, keep, known, pause
from lineage import continue_from, note
from words import number, say

JOB = KIT["job"]
TRACKING = KIT["tracking"]
"""How runs are called where the vendor writes them to Weights & Biases: WANDB_NATIVE=1, see EXPERIMENT.md."""
SCRIPT = Path(sys.argv[0]).name
ENDED = ("succeeded", "failed", "cancelled")

CUSTOMERS = {
    "existing": say("existing customers"),
    "dormant": say("customers whose tuned models lay idle"),
    "new": say("new customers"),
}
MEASURED = {
    "full_valid_loss": say("validation loss"),
    "valid_loss": say("validation loss"),
    "valid_reward_mean": say("mean reward in validation"),
}
"""What tells checkpoints apart, the best first: losses of SFT and DPO, the reward of RFT."""


def train(refused: Mapping[str, str]) -> tuple[Any, str]:
    """Start the job or go on with it, and follow it to its end; with `cancel` behind the command, stop it, and with
    `grader` try the grader alone.

    `refused` has what the vendor's codes mean, and by an empty one what any other does. Ends the script unless the job
    succeeded; returns it, and what the answers of its model are to be called.
    """
    state: dict[str, Any] = known()
    if sys.argv[1:] == ["cancel"]:
        cancel(state)
        sys.exit()
    if "job" not in state:
        continue_from(JOB, state, date.today())
        gate(JOB["vendor"], JOB, JOB["closed_from"].get("existing"), date.today())
        print_openings(date.today())
    server = client()
    with explained():
        try:
            if "job" not in state:
                try_grader(server)
            if sys.argv[1:] == ["grader"]:
                sys.exit()
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


def print_openings(today: date) -> None:
    """To which customers the job is still open, and until when."""
    for customer, day in JOB["closed_from"].items():
        shut = today >= date.fromisoformat(day)
        state = say("closed since {day}" if shut else "open until {day}", day=day)
        print(f"{JOB['model']}, {CUSTOMERS.get(customer, customer)}: {state}")


def try_grader(server: openai.OpenAI) -> None:
    """Of a reinforcement job: end the script unless the vendor takes the grader, and it rewards a right answer most."""
    grader = JOB["method"].get("reinforcement", {}).get("grader")
    if not grader:
        if sys.argv[1:] == ["grader"]:
            sys.exit(say("Only reinforcement has a grader; this job has none."))
        return
    first, *others = rows(JOB["files"]["training_file"])
    answer = first["reference_answer"]
    other = next((row["reference_answer"] for row in others if row["reference_answer"] != answer), "?")
    try:
        server.fine_tuning.alpha.graders.validate(grader=grader)
        right, wrong = (reward(server, grader, first, str(one)) for one in (answer, other))
    except openai.NotFoundError:
        print(
            say(
                "{vendor} offers no trial of graders (404); the job will say whether this one is right.",
                vendor=JOB["vendor"],
            )
        )
        return
    except openai.BadRequestError as error:
        refused = {"vendor": JOB["vendor"], "said": said(error)}
        sys.exit(say("{vendor} refuses the grader: {said}. Mend it in kit.json, under method.", **refused))
    print(
        say(
            "grader {name}: {right} for the right answer of the first row, {wrong} for a wrong one",
            name=grader["name"],
            right=number(right, 2),
            wrong=number(wrong, 2),
        )
    )
    if right <= wrong:
        sys.exit(say("The grader does not tell right from wrong, so nothing could be learnt. Mend it in kit.json."))


def reward(server: openai.OpenAI, grader: dict[str, Any], row: dict[str, Any], answer: str) -> float:
    """What the grader gives for an answer to a row."""
    done = server.fine_tuning.alpha.graders.run(grader=grader, model_sample=answer, item=row)
    failed = [name for name, value in done.metadata.errors.to_dict().items() if value is True]
    if failed:
        why = done.metadata.errors.python_grader_runtime_error_details or ", ".join(failed)
        sys.exit(say("The grader fails on the first row: {why}. Mend it in kit.json, under method.", why=why))
    return done.reward


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
        if job.status == "paused":
            paused = {"job": state["job"], "vendor": JOB["vendor"]}
            sys.exit(say("{job} is paused at {vendor}. Resume it there, then start this again.", **paused))
        pause(until, state["job"], job.status, JOB["vendor"])


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
            metrics = checkpoint.metrics.to_dict()
            known = [
                f"{name} {metrics[metric]}" for metric, name in MEASURED.items() if metrics.get(metric) is not None
            ]
            step = say("step {n}: {model}", n=checkpoint.step_number, model=checkpoint.fine_tuned_model_checkpoint)
            print("  " + ", ".join([step, *known[:1]]))


def cancel(state: dict[str, Any]) -> None:
    job = demand_job(state)
    server = client()
    with explained():
        print(f"{job}: {server.fine_tuning.jobs.cancel(job).status}")
