"""Trains Gemini at Google Cloud: uploads the files to your bucket, starts the job, follows it, and asks the model.

    python tune_google.py               starts, or goes on with what job.json knows of
    python tune_google.py bridge        lets Google's models answer the scripts of this kit, the tuned one, too
    python tune_google.py cancel        stops the job
    python tune_google.py delete all    deletes the tuned model, its endpoint and the files

Log in with `gcloud auth application-default login`, or name a file of credentials in GOOGLE_APPLICATION_CREDENTIALS.
Set in the environment:
    GOOGLE_CLOUD_PROJECT    the project
    GOOGLE_CLOUD_LOCATION   the region that trains, as README.md names them
    BUCKET                  a bucket of that region, for the files
    ANSWERS_IN              where the base model answers, if not in that region: global, us or eu
"""

import json
import os
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import google.auth
from bridge import Answer, bridge
from google import genai
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import AuthorizedSession
from google.genai import errors, types
from job_state import POLL_SECONDS, keep
from vendor_job import JOB, Refusal, Refused, Seen, Vendor, need, run
from words import say

ENDS = {
    "JOB_STATE_SUCCEEDED": "done",
    "JOB_STATE_PARTIALLY_SUCCEEDED": "done",
    "JOB_STATE_FAILED": "failed",
    "JOB_STATE_EXPIRED": "failed",
    "JOB_STATE_CANCELLED": "cancelled",
}
STORAGE = os.environ.get("STORAGE_EMULATOR_HOST", "https://storage.googleapis.com")
warnings.filterwarnings("ignore", message="The SDK's tuning implementation is experimental")
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
REFUSES = 400
"""The status from which on an answer is a refusal."""


class Google(Vendor):
    name = "Google"
    key = "GOOGLE_APPLICATION_CREDENTIALS"

    def __init__(self) -> None:
        self.project = need("GOOGLE_CLOUD_PROJECT", self.name)
        self.region = need("GOOGLE_CLOUD_LOCATION", self.name)
        self.address = os.environ.get("GOOGLE_VERTEX_BASE_URL", f"https://{self.region}-aiplatform.googleapis.com")
        self.clients: dict[str, genai.Client] = {}
        self.known: AuthorizedSession | None = None

    def client(self, place: str = "") -> genai.Client:
        """Google's library for a place; the region that trains, if none is named."""
        place = place or self.region
        if place not in self.clients:
            self.clients[place] = genai.Client(enterprise=True, project=self.project, location=place)
        return self.clients[place]

    def session(self) -> AuthorizedSession:
        """For storage and endpoints, which the library does not know."""
        if self.known is None:
            credentials, _ = google.auth.default(scopes=[SCOPE])
            self.known = AuthorizedSession(credentials)
        return self.known

    def ask(self, method: str, address: str, **more: Any) -> Any:
        answer = self.session().request(method, address, **more)
        if answer.status_code >= REFUSES:
            raise Refused(answer.status_code, answer.text)
        return answer.json() if answer.content else {}

    def upload(self, file: Path, state: dict[str, Any]) -> str:
        bucket = need("BUCKET", self.name).removeprefix("gs://")
        name = f"{JOB['suffix']}-{int(time.time()):x}-{file.name}"
        where = {"uploadType": "media", "name": name}
        self.ask("POST", f"{STORAGE}/upload/storage/v1/b/{bucket}/o", params=where, data=file.read_bytes())
        return f"gs://{bucket}/{name}"

    def start(self, files: dict[str, str], state: dict[str, Any]) -> str:
        job = self.client().tunings.tune(
            base_model=JOB["model"],
            training_dataset=types.TuningDataset(gcs_uri=files["training_file"]),
            config=types.CreateTuningJobConfig(
                validation_dataset=types.TuningValidationDataset(gcs_uri=files["validation_file"]),
                tuned_model_display_name=JOB["suffix"],
            ),
        )
        return str(job.name)

    def look(self, state: dict[str, Any]) -> Seen:
        job = self.client().tunings.get(name=state["job"])
        status = job.state.value if job.state else ""
        end = ENDS.get(status, "")
        if end == "done":
            state["model_object"] = job.tuned_model.model
            state["endpoint"] = job.tuned_model.endpoint
            keep(state, "model", job.tuned_model.endpoint)
        return Seen(status, end, job.error.message or "" if job.error else "")

    def cancel(self, job: str) -> str:
        self.client().tunings.cancel(name=job)
        return str(self.client().tunings.get(name=job).state.value)

    def asked(self, state: dict[str, Any]) -> dict[str, str]:
        return {"MODEL": state["endpoint"]}

    def stored(self, state: dict[str, Any]) -> Iterator[tuple[str, Callable[[str], Any]]]:
        yield "endpoint", self.close
        yield "model_object", lambda name: self.ask("DELETE", f"{self.address}/v1/{name.partition('@')[0]}")
        yield "training_file", self.remove
        yield "validation_file", self.remove

    def close(self, endpoint: str) -> None:
        """Take the models off an endpoint and delete it."""
        address = f"{self.address}/v1/{endpoint}"
        for one in self.ask("GET", address).get("deployedModels", ()):
            taken = self.ask("POST", f"{address}:undeployModel", json={"deployedModelId": one["id"]})
            while not taken.get("done"):
                time.sleep(POLL_SECONDS)
                taken = self.ask("GET", f"{self.address}/v1/{taken['name']}")
        self.ask("DELETE", address)

    def remove(self, file: str) -> None:
        bucket, _, name = file.removeprefix("gs://").partition("/")
        self.ask("DELETE", f"{STORAGE}/storage/v1/b/{bucket}/o/{name}")

    def answer(self, body: dict[str, Any]) -> Answer:
        """What a model says to a request of OpenAI's API."""
        place = "" if "/" in body["model"] else os.environ.get("ANSWERS_IN", "")
        system = [one["content"] for one in body["messages"] if one["role"] == "system"]
        tools = [
            types.FunctionDeclaration(
                name=tool["function"]["name"],
                description=tool["function"].get("description"),
                parameters_json_schema=tool["function"].get("parameters"),
            )
            for tool in body.get("tools", ())
        ]
        done = self.client(place).models.generate_content(
            model=body["model"],
            contents=[
                types.Content(
                    role="model" if one["role"] == "assistant" else "user", parts=[types.Part(text=one["content"])]
                )
                for one in body["messages"]
                if one["role"] != "system"
            ],
            config=types.GenerateContentConfig(
                system_instruction="\n\n".join(system) or None,
                tools=[types.Tool(function_declarations=tools)] if tools else None,
                temperature=body.get("temperature"),
                automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
            ),
        )
        parts = (done.candidates[0].content.parts if done.candidates and done.candidates[0].content else None) or ()
        used = done.usage_metadata or types.GenerateContentResponseUsageMetadata()
        return Answer(
            "".join(part.text for part in parts if part.text and not part.thought),
            [(str(part.function_call.name), part.function_call.args or {}) for part in parts if part.function_call],
            used.prompt_token_count or 0,
            used.cached_content_token_count or 0,
            (used.candidates_token_count or 0) + (used.thoughts_token_count or 0),
        )

    def refusal(self, error: Exception) -> Refusal | None:
        match error:
            case Refused():
                return Refusal(error.status, said(error.said))
            case errors.APIError():
                return Refusal(error.code, error.message or "")
            case GoogleAuthError():
                log_in = say("Log in with {command}", command="gcloud auth application-default login")
                return Refusal(401, f"{error}. {log_in}")
            case OSError():
                return Refusal(None, str(error))
        return None


def said(text: str) -> str:
    """Google's own words in the body of an error."""
    try:
        return str(json.loads(text)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return text[:200]


if __name__ == "__main__":
    run(Google, "tune_google.py", {"bridge": bridge})
