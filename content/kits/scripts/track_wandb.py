"""Keeps a training job that has ended in Weights & Biases: rows, settings, losses, the name of the model, and what
baseline and tuned model score on the same test cases.

    pip install wandb numpy pandas
    python track_wandb.py

Set in the environment, and never in a file:
    WANDB_API_KEY    the key; not needed with WANDB_MODE=offline
    WANDB_PROJECT    the project; kit.json suggests one
    WANDB_ENTITY     the team, if it is not your own
    WANDB_MODE       offline keeps everything on this machine, in wandb/, but for the rows, which lie there already;
                     `wandb sync` sends it later
"""

import json
import os
import sys

import wandb
from compare import compare
from endpoint import HERE, KIT, client, explained
from wandb.integration.openai.fine_tuning import WandbLogger
from words import say

STATE = HERE / "job.json"


def main() -> None:
    if not STATE.exists() or "model" not in (state := json.loads(STATE.read_text("utf-8"))):
        sys.exit(say("job.json names no model that was trained yet: train first."))
    offline = os.environ.get("WANDB_MODE") == "offline"
    if not (offline or os.environ.get("WANDB_API_KEY")):
        sys.exit(say("Set WANDB_API_KEY, or WANDB_MODE=offline to keep the run on this machine."))
    tracking, answered = (
        KIT["tracking"],
        [(HERE / "answers" / f"{name}.jsonl").exists() for name in ("baseline", "tuned")],
    )
    project = os.environ.get("WANDB_PROJECT") or tracking["project"]
    run = wandb.init(
        job_type="fine-tune",
        project=project,
        entity=os.environ.get("WANDB_ENTITY"),
        name=f"{tracking['run']}-{state['job'][-6:]}",
        tags=tracking["tags"],
        dir=str(HERE),
    )
    if all(answered):
        found = compare("baseline", "tuned")
        for name in ("baseline", "tuned"):
            run.summary[f"{name}_right"] = found[name]["right"] / found["cases"]
        run.summary["cases"], run.summary["chance"] = found["cases"], found["chance"]
    else:
        files = {"first": "answers/baseline.jsonl", "second": "answers/tuned.jsonl"}
        print(say("No scores are kept, for want of {first} or {second}.", **files))
    WandbLogger._logged_in = offline  # it asks for a login that nothing on this machine needs
    with explained():
        WandbLogger.sync(
            fine_tune_job_id=state["job"],
            openai_client=client(),
            project=project,
            log_datasets=not offline,  # rows are told apart by what the account holds, which is out of reach offline
        )
    print(say("kept in {place}", place=HERE / "wandb" if offline else project))


if __name__ == "__main__":
    main()
