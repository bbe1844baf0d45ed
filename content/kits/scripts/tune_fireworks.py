"""Trains a model at Fireworks: uploads the files, starts the job, follows it, and serves the model.

    python tune_fireworks.py               starts, or goes on with what job.json knows of
    python tune_fireworks.py serve         rents a GPU on which the tuned model answers; it costs until it is deleted
    python tune_fireworks.py serve base    the same for the base model, where it does not answer without
    python tune_fireworks.py cancel        stops the job
    python tune_fireworks.py delete        deletes what costs while it idles
    python tune_fireworks.py delete all    and the job, its model and the files

Set in the environment, and never in a file:
    FIREWORKS_API_KEY      the key
    FIREWORKS_ACCOUNT_ID   the account, as it stands in the names of its models
    MOST_USD               the most that a job may cost by Fireworks' own estimate
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import fireworks
from job_state import POLL_SECONDS, keep
from vendor_job import JOB, Refusal, Seen, Vendor, need, run
from words import number, say

ENDS = {
    "JOB_STATE_COMPLETED": "done",
    "JOB_STATE_EARLY_STOPPED": "done",
    "JOB_STATE_FAILED": "failed",
    "JOB_STATE_EXPIRED": "failed",
    "JOB_STATE_CANCELLED": "cancelled",
}
IDLE = "1800s"
"""After so long without a question the GPU is given back until the next one."""


class Fireworks(Vendor):
    name = "Fireworks"
    key = "FIREWORKS_API_KEY"
    charges = say("It rents a GPU by the second until it is deleted; without questions it stops after half an hour.")
    serves_base = True

    def __init__(self) -> None:
        need(self.key, self.name)
        self.account = need("FIREWORKS_ACCOUNT_ID", self.name).removeprefix("accounts/")
        retries = int(os.environ.get("MAX_RETRIES", "5"))
        self.client = fireworks.Fireworks(account_id=self.account, max_retries=retries)
        self.jobs = self.client.dpo_jobs if JOB["method"] == "dpo" else self.client.supervised_fine_tuning_jobs

    def upload(self, file: Path, state: dict[str, Any]) -> str:
        """Upload a file and wait until Fireworks has read it."""
        if "mark" not in state:  # names of a second try must not be those of the first
            keep(state, "mark", f"{int(time.time()):x}")
        name = f"{JOB['suffix']}-{file.stem}-{state['mark']}"
        rows = sum(1 for line in file.read_text("utf-8").splitlines() if line.strip())
        with suppress(fireworks.ConflictError):  # it was made before a cut
            self.client.datasets.create(dataset_id=name, dataset={"format": "CHAT", "example_count": str(rows)})
        self.client.datasets.upload(name, file=file)
        while (read := self.client.datasets.get(name)).state != "READY":
            if read.status and read.status.code not in (None, "OK"):
                told = {"file": f"data/{file.name}", "why": read.status.message, "vendor": self.name}
                sys.exit(say("{vendor} cannot use {file}: {why}. `advisor check` shows each error.", **told))
            time.sleep(min(POLL_SECONDS, 5))
        return name

    def path(self, kind: str, name: str) -> str:
        return f"accounts/{self.account}/{kind}/{name}"

    def start(self, files: dict[str, str], state: dict[str, Any]) -> str:
        """Start the job, and stop it again where it costs more than it may: the estimate comes with it."""
        name = keep(state, "model_id", f"{JOB['suffix']}-{state['mark']}")
        how = {"base_model": JOB["model"], "output_model": self.path("models", name), "epochs": JOB["epochs"]}
        training, validation = (self.path("datasets", files[kind]) for kind in ("training_file", "validation_file"))
        try:
            if JOB["method"] == "dpo":
                job = self.jobs.create(
                    dataset=training, training_config=how, loss_config={"method": "DPO"}, dpo_job_id=name
                )
            else:
                job = self.jobs.create(
                    dataset=training, evaluation_dataset=validation, **how, supervised_fine_tuning_job_id=name
                )
        except fireworks.ConflictError:  # it was started before a cut
            return name
        if cost := getattr(job, "estimated_cost", None):
            usd = int(cost.units or 0) + (cost.nanos or 0) / 1e9
            print(say("{vendor} reckons with {usd} USD.", vendor=self.name, usd=number(usd, 2)))
            if usd > float(os.environ.get("MOST_USD", "inf")):
                self.cancel(name)
                sys.exit(say("That is more than MOST_USD allows, so {job} was stopped.", job=name))
        return name

    def look(self, state: dict[str, Any]) -> Seen:
        job = self.jobs.get(state["job"])
        end = ENDS.get(job.state or "", "")
        if end == "done":
            keep(state, "model", self.path("models", state["model_id"]))
        progress = getattr(job, "job_progress", None)
        done = f" {progress.percent}%" if progress and progress.percent else ""
        return Seen(f"{job.state}{done}", end, job.status.message or "" if job.status else "")

    def cancel(self, job: str) -> str:
        self.jobs.cancel(job, body={})
        return str(self.jobs.get(job).state)

    def serve(self, state: dict[str, Any]) -> None:
        """A deployment of the tuned model, or of its base; the adapter is merged into the base model there."""
        base = "base" in sys.argv
        kind = "base_deployment" if base else "deployment"
        if kind not in state:
            made = self.client.deployments.create(
                base_model=JOB["model"] if base else state["model"],
                deployment_shape=os.environ.get("SHAPE", "default"),
                min_replica_count=0,
                max_replica_count=1,
                autoscaling_policy={"scale_to_zero_window": IDLE},
            )
            keep(state, kind, str(made.name).rpartition("/")[2])
        keep(state, "served", state[kind])

    def serving(self, state: dict[str, Any]) -> Seen:
        deployment = self.client.deployments.get(state["served"])
        ends = {"READY": "done", "FAILED": "failed"}
        why = deployment.status.message if deployment.status else ""
        return Seen(str(deployment.state), ends.get(deployment.state or "", ""), why or "")

    def asked(self, state: dict[str, Any]) -> dict[str, str]:
        return {"MODEL": self.path("deployments", state["served"])}

    def hosting(self, state: dict[str, Any]) -> Iterator[tuple[str, Callable[[str], Any]]]:
        """Fireworks keeps what was asked within the hour, unless told to skip its checks."""
        for kind in ("deployment", "base_deployment"):
            yield kind, lambda name: self.client.deployments.delete(name, ignore_checks=True)

    def stored(self, state: dict[str, Any]) -> Iterator[tuple[str, Callable[[str], Any]]]:
        yield "model_id", self.client.models.delete
        yield "job", self.jobs.delete
        yield "training_file", self.client.datasets.delete
        yield "validation_file", self.client.datasets.delete

    def refusal(self, error: Exception) -> Refusal | None:
        match error:
            case fireworks.APIStatusError():
                body = error.body if isinstance(error.body, dict) else {}
                told = body.get("error", body)
                said = told.get("message") if isinstance(told, dict) else told
                return Refusal(error.status_code, str(said or error.message))
            case fireworks.APIConnectionError():
                return Refusal(None, str(error))
        return None


if __name__ == "__main__":
    run(Fireworks, "tune_fireworks.py")
