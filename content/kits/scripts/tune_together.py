"""Trains a model at Together: uploads the files, asks for the price, starts the job, follows it, serves the model.

    python tune_together.py               starts, or goes on with what job.json knows of
    python tune_together.py serve         rents a GPU on which the tuned model answers; it costs until it is deleted
    python tune_together.py cancel        stops the job
    python tune_together.py delete        deletes what costs while it idles
    python tune_together.py delete all    and the job, its models and the files

Set in the environment, and never in a file:
    TOGETHER_API_KEY      the key
    TOGETHER_PROJECT_ID   the project, where the key is of several
    FROM_CHECKPOINT       an earlier job, to go on from what it learnt
    CONFIG                which of several GPUs to rent, as the script lists them
    MOST_USD              the most that a job may cost by Together's own estimate
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import together
from job_state import POLL_SECONDS, keep
from vendor_job import JOB, Refusal, Seen, Vendor, need, run
from words import number, say

ENDS = {"completed": "done", "error": "failed", "user_error": "failed", "cancelled": "cancelled"}
STOPPED = ("DEPLOYMENT_STATE_STOPPED", "DEPLOYMENT_STATE_FAILED")
INFERENCE = "https://api-inference.together.ai/v1"
"""Where models answer that have a GPU of their own."""
IDLE_MINUTES = 30
"""After so long without a question Together stops the GPU; the shortest time that it takes."""


class Together(Vendor):
    name = "Together"
    key = "TOGETHER_API_KEY"
    charges = say("It rents a GPU by the minute until it is deleted; without questions it stops after half an hour.")

    def __init__(self) -> None:
        need(self.key, self.name)
        self.client = together.Together(max_retries=int(os.environ.get("MAX_RETRIES", "5")))

    def upload(self, file: Path, state: dict[str, Any]) -> str:
        """Upload a file and wait until Together has read it: a job that names it earlier is refused."""
        name = self.client.files.upload(file, purpose="fine-tune").id
        while (read := self.client.files.retrieve(name)).processing_status in ("PENDING", "QUEUED", "RUNNING"):
            time.sleep(min(POLL_SECONDS, 5))
        if read.processing_status in ("FAILED", "INVALID_FORMAT"):
            why = read.validation_report.error if read.validation_report else read.processing_status
            told = {"file": f"data/{file.name}", "why": why, "vendor": self.name}
            sys.exit(say("{vendor} cannot use {file}: {why}. `advisor check` shows each error.", **told))
        return name

    def start(self, files: dict[str, str], state: dict[str, Any]) -> str:
        """Start the job, unless Together says that it costs more than it may."""
        earlier = os.environ.get("FROM_CHECKPOINT")
        base = {"from_checkpoint": earlier} if earlier else {"model": JOB["model"]}
        more = {"train_on_inputs": "auto"} if JOB["method"] == "sft" else {}
        passes = {"n_epochs": JOB["n_epochs"], "n_evals": JOB["n_evals"]}
        price = self.client.fine_tuning.estimate_price(
            **files, **base, **passes, training_method={"method": JOB["method"], **more}
        )
        if price.estimation_available:
            usd = price.estimated_total_price or 0
            print(say("{vendor} reckons with {usd} USD.", vendor=self.name, usd=number(usd, 2)))
            if price.allowed_to_proceed is False:
                sys.exit(say("The credit does not cover it: add credit, then start this again."))
            if usd > float(os.environ.get("MOST_USD", "inf")):
                sys.exit(say("That is more than MOST_USD allows, so nothing was started."))
        job = self.client.fine_tuning.create(
            **files,
            **base,
            **passes,
            **more,
            lora=True,
            training_method=JOB["method"],
            suffix=JOB["suffix"],
        )
        return job.id

    def look(self, state: dict[str, Any]) -> Seen:
        job = self.client.fine_tuning.retrieve(state["job"])
        events = sorted(self.client.fine_tuning.list_events(state["job"]).data, key=lambda one: one.created_at)
        end = ENDS.get(job.status, "")
        if end == "done":
            state["model_object"] = job.api_model_object_id or job.adapter_object_id
            keep(state, "model", job.api_model_object_name or job.adapter_object_name or job.x_model_output_name)
        why = events[-1].message if events and end == "failed" else ""
        return Seen(job.status, end, why, tuple(event.message for event in events))

    def cancel(self, job: str) -> str:
        return str(self.client.fine_tuning.cancel(job).status)

    def project(self) -> str:
        return os.environ.get("TOGETHER_PROJECT_ID") or self.client.whoami().project.id

    def serve(self, state: dict[str, Any]) -> None:
        """An endpoint, a deployment of the model behind it, and all questions to that."""
        project = self.project()
        model = f"projects/{project}/models/{state['model_object']}"
        if "deployment" not in state:
            config = self.config(project, model)
            name = f"{JOB['suffix']}-{state['job'][-8:]}".lower()
            if "endpoint" not in state:
                endpoint = self.client.endpoints.create(project_id=project, name=name)
                state["served_as"] = endpoint.name
                keep(state, "endpoint", endpoint.id)
            made = self.client.endpoints.deployments.create(
                state["endpoint"],
                project_id=project,
                name=name,
                model=model,
                config=config,
                autoscaling={"min_replicas": 1, "max_replicas": 1},
                inactive_timeout=IDLE_MINUTES,
            )
            keep(state, "deployment", made.id)
        self.client.endpoints.update(
            state["endpoint"],
            project_id=project,
            traffic_split=[{"deployment_id": state["deployment"], "weight": 1}],
            update_mask="trafficSplit",
        )

    def config(self, project: str, model: str) -> str:
        """The GPU to rent: the only one that fits, or the one named in the environment."""
        known = list(self.client.models.configs.list(project_id=project, reference_model=model))
        chosen = [one for one in known if os.environ.get("CONFIG", one.id) == one.id]
        if len(chosen) != 1:
            for one in known:
                print(f"  {one.id}: " + ", ".join(f"{part.key} {part.value}" for part in one.selectors))
            sys.exit(
                say(
                    "Name one of these in CONFIG, then start this again."
                    if known
                    else "Together rents no GPU for this model: download it and serve it yourself."
                )
            )
        return f"projects/{chosen[0].project_id}/configs/{chosen[0].id}"

    def serving(self, state: dict[str, Any]) -> Seen:
        status = self.client.endpoints.deployments.retrieve(
            state["deployment"], project_id=self.project(), endpoint_id=state["endpoint"]
        ).status
        ends = {"DEPLOYMENT_STATE_READY": "done", "DEPLOYMENT_STATE_FAILED": "failed"}
        return Seen(status.state, ends.get(status.state, ""), status.message)

    def asked(self, state: dict[str, Any]) -> dict[str, str]:
        return {"OPENAI_BASE_URL": INFERENCE, "MODEL": state["served_as"]}

    def hosting(self, state: dict[str, Any]) -> Iterator[tuple[str, Callable[[str], Any]]]:
        yield "deployment", lambda name: self.stop(name, state["endpoint"])
        yield "endpoint", lambda name: self.client.endpoints.delete(name, project_id=self.project())

    def stop(self, deployment: str, endpoint: str) -> None:
        """A deployment is taken out of traffic and stopped before it can be deleted."""
        project, deployments = self.project(), self.client.endpoints.deployments
        where = {"project_id": project, "endpoint_id": endpoint}
        self.client.endpoints.update(endpoint, project_id=project, traffic_split=[], update_mask="trafficSplit")
        none = {"min_replicas": 0, "max_replicas": 0}
        deployments.update(deployment, **where, autoscaling=none, update_mask="autoscaling")
        while deployments.retrieve(deployment, **where).status.state not in STOPPED:
            time.sleep(POLL_SECONDS)
        deployments.delete(deployment, **where)

    def stored(self, state: dict[str, Any]) -> Iterator[tuple[str, Callable[[str], Any]]]:
        yield "model_object", lambda name: self.client.models.delete(name, project_id=self.project())
        yield "job", self.client.fine_tuning.delete
        yield "training_file", self.client.files.delete
        yield "validation_file", self.client.files.delete

    def refusal(self, error: Exception) -> Refusal | None:
        match error:
            case together.APIStatusError():
                body = error.body if isinstance(error.body, dict) else {}
                told = body.get("error", body)
                return Refusal(error.status_code, str(told.get("message") if isinstance(told, dict) else told))
            case together.APIConnectionError():
                return Refusal(None, str(error))
        return None


if __name__ == "__main__":
    run(Together, "tune_together.py")
