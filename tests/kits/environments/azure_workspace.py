"""Runs commands of tune_azure_ml.py in the folder at hand, where Azure's library is installed, and a workspace is made
up: that library makes each job, file and deployment ready to send, and each call is held against its operations.

JSON comes in, a list of runs, each with `commands`: a list of arguments, a request of OpenAI's API, or a task whose job
is wanted; and, if they matter, `ends`, the status of the job, `refuse`, a status with which the upload is refused, and
`environment`. What each printed, sent and answered goes out.
"""

import contextlib
import io
import json
import logging
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import create_autospec

from azure.ai.ml import operations
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError

GROUP = "/subscriptions/one/resourceGroups/two/providers/Microsoft.MachineLearningServices/workspaces/three"


class Workspace:
    """What a workspace answers, and what it was sent."""

    def __init__(self, ends: str, refuse: int) -> None:
        self.ends, self.refuse, self.looked = ends, refuse, 0
        self.sent: list[Any] = []
        self.archived: list[str] = []
        self.jobs = create_autospec(operations.JobOperations, instance=True)
        self.data = create_autospec(operations.DataOperations, instance=True)
        self.models = create_autospec(operations.ModelOperations, instance=True)
        self.online_endpoints = create_autospec(operations.OnlineEndpointOperations, instance=True)
        self.online_deployments = create_autospec(operations.OnlineDeploymentOperations, instance=True)
        self.jobs.create_or_update.side_effect = self.start
        self.jobs.get.side_effect = self.job
        self.jobs.begin_cancel.side_effect = lambda name, **_: self.end("Canceled")
        self.data.create_or_update.side_effect = self.upload
        self.models.get.side_effect = lambda name, version, **_: SimpleNamespace(
            id=f"{GROUP}/models/{name}/versions/{version}"
        )
        self.data.archive.side_effect = self.models.archive.side_effect = lambda name, version, **_: (
            self.archived.append(f"{name}:{version}")
        )
        self.online_endpoints.begin_create_or_update.side_effect = lambda one, **_: self.took(
            one._to_rest_online_endpoint("westeurope")
        )
        self.online_endpoints.begin_delete.side_effect = lambda name, **_: self.took({"deleted": name})
        self.online_endpoints.invoke.side_effect = self.invoke
        self.online_deployments.begin_create_or_update.side_effect = lambda one, **_: self.took(
            one._to_rest_object("westeurope")
        )
        self.online_deployments.get.side_effect = lambda name, endpoint_name, **_: SimpleNamespace(
            provisioning_state="Succeeded"
        )

    def took(self, thing: Any) -> Any:
        made = thing.as_dict() if hasattr(thing, "as_dict") else thing
        self.sent.append(json.loads(json.dumps(made, default=str)))
        return SimpleNamespace(result=lambda: None)

    def end(self, status: str) -> Any:
        self.ends, self.looked = status, 1
        return SimpleNamespace(result=lambda: None)

    def upload(self, data: Any, **_: Any) -> Any:
        if self.refuse == 401:
            raise ClientAuthenticationError(message="log in first")
        if self.refuse:
            error = HttpResponseError(message="not yours")
            error.status_code = self.refuse
            raise error
        assert Path(data.path).exists()
        data.version = data.version or "1"
        self.took(data._to_rest_object())
        return SimpleNamespace(id=f"{GROUP}/data/{data.name}/versions/{data.version}")

    def start(self, job: Any, **_: Any) -> Any:
        assert not getattr(job, "_validate", None) or job._validate().passed, job._validate()
        self.took(job._to_rest_object())
        return SimpleNamespace(name=job.name)

    def job(self, name: str, **_: Any) -> Any:
        self.looked += 1
        status = "Running" if self.looked < 2 else self.ends
        return SimpleNamespace(status=status, studio_url="https://studio.example.org/run")

    def invoke(self, endpoint_name: str, *, request_file: str, deployment_name: str, **_: Any) -> str:
        asked = json.loads(Path(request_file).read_text("utf-8"))
        self.sent.append(asked)
        return json.dumps({"output": " said "} if isinstance(asked["input_data"], dict) else ["said"])


def ended(commands: list[Any], workspace: Workspace) -> list[dict[str, Any]]:
    """What each command printed, how it ended, or what the bridge answers to a request."""
    import tune_azure_ml
    import vendor_job

    tune_azure_ml.MLClient = lambda credential, *names: workspace
    told = []
    for command in commands:
        printed, why, answer = io.StringIO(), "", None
        with contextlib.redirect_stdout(printed):
            try:
                if isinstance(command, dict) and "inputs" in command:
                    Path("azureml/task.json").write_text(json.dumps(command), "utf-8")
                    files = {"training_file": "azureml:train:1", "validation_file": "azureml:validation:1"}
                    workspace.start(tune_azure_ml.make_job("name", files))
                elif isinstance(command, dict):
                    answer = tune_azure_ml.AzureML().answer(command).text
                else:
                    sys.argv = ["tune_azure_ml.py", *command]
                    vendor_job.run(tune_azure_ml.AzureML, "tune_azure_ml.py", {})
            except SystemExit as error:
                why = str(error.code)
        told.append({"printed": printed.getvalue(), "why": why, "answer": answer})
    return told


def tried(commands: list[Any], ends: str = "Completed", refuse: int = 0, environment: Any = None) -> dict[str, Any]:
    Path("job.json").unlink(missing_ok=True)
    os.environ.update(environment or {})
    workspace = Workspace(ends, refuse)
    return {"told": ended(commands, workspace), "sent": workspace.sent, "archived": workspace.archived}


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    sys.path.insert(0, str(Path.cwd()))
    print(json.dumps([tried(**run) for run in json.loads(sys.stdin.read())]))
