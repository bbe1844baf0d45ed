"""Trains a model in your workspace of Azure Machine Learning, deploys it, and takes it down again.

    python columns.py                     first: the rows with the columns of the task
    python tune_azure_ml.py               uploads them, starts the job, or goes on with what job.json knows of
    python tune_azure_ml.py serve         deploys the tuned model; from then on a machine costs by the hour
    python tune_azure_ml.py bridge        lets the deployed model answer the scripts of this kit
    python tune_azure_ml.py cancel        stops the job
    python tune_azure_ml.py delete        deletes the endpoint with its deployment
    python tune_azure_ml.py delete all    and archives model and rows

Log in with `az login`, or as Azure's library asks otherwise. Set in the environment:
    AZURE_SUBSCRIPTION_ID, AZURE_RESOURCE_GROUP, AZURE_ML_WORKSPACE
    COMPUTE         a cluster of yours to train on; without it Azure lends a machine for the time of the job
    MACHINE         the kind of machine to train on, in place of that in kit.json
    SERVE_MACHINE   the kind of machine that answers, in place of that in kit.json
    MODEL_ID        another model: azureml://registries/azureml/models/NAME/labels/latest, or a name of Hugging Face
    WAY=pipeline    chat and text generation, too, by the file in jobs/, and not by a fine-tuning job
"""

import json
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from azure.ai.ml import MLClient, load_job
from azure.ai.ml.entities import (
    Data,
    Job,
    ManagedOnlineDeployment,
    ManagedOnlineEndpoint,
    OnlineRequestSettings,
    ProbeSettings,
)
from azure.ai.ml.exceptions import MlException
from azure.ai.ml.finetuning import FineTuningTaskType, create_finetuning_job
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ServiceRequestError
from azure.identity import DefaultAzureCredential
from bridge import Answer, bridge
from job_state import keep
from vendor_job import HERE, JOB, Refusal, Refused, Seen, Vendor, need, run
from words import say

ENDS = {"Completed": "done", "Failed": "failed", "Canceled": "cancelled"}
DEPLOYED = {"Succeeded": "done", "Failed": "failed", "Canceled": "failed"}
BY_JOB = {
    "chat_completion": FineTuningTaskType.CHAT_COMPLETION,
    "text_generation": FineTuningTaskType.TEXT_COMPLETION,
}
"""Tasks of a fine-tuning job, which takes messages, or text and ground_truth; all others need their columns named."""
TAGS = ("token_classification", "question_answering")
"""Tasks whose answer is no text that the evaluation could score."""
DEPLOYMENT = "tuned"
STARTS_IN = 600
"""Seconds after which Azure looks for the first time whether the model is up: large ones load for minutes."""
ANSWERS_IN = 90_000
"""Milliseconds for an answer."""


def written() -> dict[str, Any]:
    """The task whose columns stand in azureml/, and what the job is told with it."""
    return dict(json.loads((HERE / "azureml" / "task.json").read_text("utf-8")))


def model_id(task: str) -> str:
    return os.environ.get("MODEL_ID") or str(JOB["models"][task]["model"])


def machine(task: str, use: str, variable: str) -> str:
    return os.environ.get(variable) or str(JOB["models"][task][use])


def make_job(name: str, files: dict[str, str]) -> Job:
    """The job as Azure's library has it. Its model is called as the job, once it is trained."""
    told = written()
    task, cluster = told["task"], os.environ.get("COMPUTE")
    train = machine(task, "trained_on", "MACHINE")
    if task in BY_JOB and os.environ.get("WAY") != "pipeline":
        return create_finetuning_job(
            model=model_id(task),
            task=BY_JOB[task],
            training_data=files["training_file"],
            validation_data=files["validation_file"],
            hyperparameters={name: str(value) for name, value in JOB["hyperparameters"].items()},
            compute=cluster,
            instance_types=None if cluster else [train],
            name=name,
            experiment_name=JOB["suffix"],
            output_model_name_prefix=name,
        )
    inputs: dict[str, Any] = {
        "train_file_path": {"type": "uri_file", "path": files["training_file"]},
        "validation_file_path": {"type": "uri_file", "path": files["validation_file"]},
        **told["inputs"],
    }
    changed: list[dict[str, Any]] = [{f"inputs.{name}": value} for name, value in inputs.items()]
    changed += [{"name": name}, {"outputs.registered_model.name": name}, {"inputs.machine": train}]
    if cluster:
        changed += [{f"inputs.compute_{step}": cluster} for step in JOB["steps"]]
    if os.environ.get("MODEL_ID"):
        changed += [{"inputs.model": _input(model_id(task))}]
    return load_job(HERE / "jobs" / f"{task}.yml", params_override=changed)


def _input(model: str) -> Any:
    return {"type": "mlflow_model", "path": model} if model.startswith("azureml:") else model


class AzureML(Vendor):
    name = "Azure Machine Learning"
    key = "az login"
    charges = say("The machine costs by the hour, asked or not, until `delete`.")

    def __init__(self) -> None:
        names = [
            need(one, self.name) for one in ("AZURE_SUBSCRIPTION_ID", "AZURE_RESOURCE_GROUP", "AZURE_ML_WORKSPACE")
        ]
        self.ml = MLClient(DefaultAzureCredential(), *names)

    def upload(self, file: Path, state: dict[str, Any]) -> str:
        if not file.exists():
            raise Refused(400, say("write the rows first: python columns.py"))
        if "mark" not in state:
            keep(state, "mark", f"{JOB['suffix']}-{int(time.time()):x}")
        made = self.ml.data.create_or_update(Data(name=f"{state['mark']}-{file.stem}", path=str(file), type="uri_file"))
        return str(made.id)

    def start(self, files: dict[str, str], state: dict[str, Any]) -> str:
        """Start the job; its name keeps a second try from starting another."""
        return str(self.ml.jobs.create_or_update(make_job(state["mark"], files)).name)

    def look(self, state: dict[str, Any]) -> Seen:
        job = self.ml.jobs.get(state["job"])
        end = ENDS.get(job.status, "")
        if end == "done":
            keep(state, "model", str(self.ml.models.get(name=state["mark"], version="1").id))
        return Seen(job.status, end, say("see {address}", address=job.studio_url))

    def cancel(self, job: str) -> str:
        self.ml.jobs.begin_cancel(job).result()
        return str(self.ml.jobs.get(job).status)

    def serve(self, state: dict[str, Any]) -> None:
        if "endpoint" not in state:
            name = endpoint_name(state["mark"])
            self.ml.online_endpoints.begin_create_or_update(ManagedOnlineEndpoint(name=name, auth_mode="key")).result()
            keep(state, "endpoint", name)
        if "deployment" not in state:
            self.ml.online_deployments.begin_create_or_update(
                ManagedOnlineDeployment(
                    name=DEPLOYMENT,
                    endpoint_name=state["endpoint"],
                    model=state["model"],
                    instance_type=machine(written()["task"], "served_on", "SERVE_MACHINE"),
                    instance_count=1,
                    liveness_probe=ProbeSettings(initial_delay=STARTS_IN),
                    request_settings=OnlineRequestSettings(request_timeout_ms=ANSWERS_IN),
                )
            )
            keep(state, "deployment", DEPLOYMENT)

    def serving(self, state: dict[str, Any]) -> Seen:
        found = self.ml.online_deployments.get(name=DEPLOYMENT, endpoint_name=state["endpoint"])
        end = DEPLOYED.get(found.provisioning_state, "")
        why = say("its log says why: az ml online-deployment get-logs --name {name}", name=DEPLOYMENT)
        return Seen(found.provisioning_state, end, f"{why} --endpoint-name {state['endpoint']}")

    def asked(self, state: dict[str, Any]) -> dict[str, str]:
        return {"MODEL": state["endpoint"], "OPENAI_BASE_URL": "http://127.0.0.1:8000/v1"}

    def hosting(self, state: dict[str, Any]) -> Iterator[tuple[str, Callable[[str], Any]]]:
        def remove(name: str) -> None:
            state.pop("deployment", None)
            self.ml.online_endpoints.begin_delete(name=name).result()

        yield "endpoint", remove

    def stored(self, state: dict[str, Any]) -> Iterator[tuple[str, Callable[[str], Any]]]:
        yield "model", lambda asset: archived(self.ml.models, asset)
        yield "training_file", lambda asset: archived(self.ml.data, asset)
        yield "validation_file", lambda asset: archived(self.ml.data, asset)

    def answer(self, body: dict[str, Any]) -> Answer:
        """What the deployed model says to a request of OpenAI's API."""
        asked = request(written()["task"], body)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "request.json"
            file.write_text(json.dumps(asked, ensure_ascii=False), "utf-8")
            said = self.ml.online_endpoints.invoke(
                endpoint_name=body["model"], deployment_name=DEPLOYMENT, request_file=str(file)
            )
        return Answer(text_of(json.loads(said)), [], 0, 0, 0)

    def refusal(self, error: Exception) -> Refusal | None:
        match error:
            case Refused():
                return Refusal(error.status, error.said)
            case ClientAuthenticationError():
                return Refusal(401, str(error.message))
            case HttpResponseError():
                return Refusal(error.status_code, str(error.message))
            case ServiceRequestError():
                return Refusal(None, str(error.message))
            case MlException():
                return Refusal(400, str(error.message))
        return None


def endpoint_name(mark: str) -> str:
    """A name that Azure takes for an endpoint: it begins with a letter and has 32 characters at most."""
    name = re.sub(r"[^a-z0-9-]", "-", mark)
    return name if name[0].isalpha() else f"m-{name}"


def archived(assets: Any, asset: str) -> str:
    """Put a model or a file out of sight: Azure Machine Learning deletes neither of them."""
    *_, name, _, version = asset.split("/")
    assets.archive(name=name, version=version)
    return say(
        "archived: {name}. Its files lie in the storage account of the workspace until you delete them there.",
        name=name,
    )


def request(task: str, body: dict[str, Any]) -> dict[str, Any]:
    """A request of OpenAI's API as the endpoint of a task takes it."""
    messages = body["messages"]
    if task in TAGS:
        raise Refused(400, say("the answers of {task} are no texts; the metrics of the job score them", task=task))
    if task == "chat_completion":
        parameters = {"temperature": body["temperature"]} if body.get("temperature") else {"do_sample": False}
        return {"input_data": {"input_string": messages, "parameters": parameters}}
    if task == "text_generation":
        return {"input_data": ["\n\n".join(one["content"] for one in messages) + "\n\n"]}
    return {"input_data": [messages[-1]["content"]]}


def text_of(reply: Any) -> str:
    """The text in an answer of an endpoint: alone, in a list, or under a name that hangs on the model's kind."""
    while isinstance(reply, list | dict):
        values = list(reply.values()) if isinstance(reply, dict) else reply
        if not values:
            return ""
        reply = values[0] if isinstance(reply, list) else reply.get("output", reply.get("label", values[0]))
    return str(reply)


if __name__ == "__main__":
    run(AzureML, "tune_azure_ml.py", {"bridge": bridge})
