"""Trains Nova at Amazon Bedrock: uploads the files to your bucket, starts the job, follows it, and serves the model.

    python tune_bedrock.py               starts, or goes on with what job.json knows of
    python tune_bedrock.py serve         lets the tuned model answer, by the token
    python tune_bedrock.py bridge        lets Bedrock's models answer the scripts of this kit, the tuned one, too
    python tune_bedrock.py cancel        stops the job
    python tune_bedrock.py delete        deletes the deployment
    python tune_bedrock.py delete all    and the tuned model, which costs by the month, and the files

Log in as AWS's own command does: a profile, `aws sso login`, or a role.
Set in the environment:
    AWS_REGION   the region that trains, as README.md names it
    BUCKET       a bucket of that region, for the files
    ROLE_ARN     a role that Bedrock may take on, to read that bucket and write to it
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    CredentialRetrievalError,
    NoCredentialsError,
)
from bridge import Answer, bridge
from vendor_job import JOB, Refusal, Seen, Vendor, keep, need, run
from words import say

ENDS = {"Completed": "done", "Failed": "failed", "Stopped": "cancelled"}
SERVED = {"Active": "done", "Failed": "failed"}
UNKNOWN_KEYS = ("UnrecognizedClientException", "ExpiredTokenException", "InvalidClientTokenId", "InvalidAccessKeyId")
"""What AWS says, with 403, of a key that it does not know."""


class Bedrock(Vendor):
    name = "Amazon Bedrock"
    key = "AWS_PROFILE"
    charges = say("It answers by the token; the tuned model itself costs by the month until `delete all`.")

    def __init__(self) -> None:
        self.region = need("AWS_REGION", self.name)
        retries = {"max_attempts": int(os.environ.get("MAX_RETRIES", "5")) + 1, "mode": "standard"}
        config = Config(retries=retries, read_timeout=600)
        self.bedrock, self.runtime, self.s3 = (
            boto3.client(service, region_name=self.region, config=config)
            for service in ("bedrock", "bedrock-runtime", "s3")
        )

    def upload(self, file: Path, state: dict[str, Any]) -> str:
        bucket = need("BUCKET", self.name).removeprefix("s3://")
        if "mark" not in state:
            keep(state, "mark", f"{JOB['suffix']}-{int(time.time()):x}")
        name = f"{state['mark']}/{file.name}"
        self.s3.put_object(Bucket=bucket, Key=name, Body=file.read_bytes())
        return f"s3://{bucket}/{name}"

    def start(self, files: dict[str, str], state: dict[str, Any]) -> str:
        """Start the job; the token keeps a second try from starting another."""
        checked = [{"s3Uri": files["validation_file"]}] if "validation_file" in files else []
        job = self.bedrock.create_model_customization_job(
            jobName=state["mark"],
            customModelName=state["mark"],
            clientRequestToken=state["mark"],
            roleArn=need("ROLE_ARN", self.name),
            baseModelIdentifier=JOB["model"],
            customizationType="FINE_TUNING",
            trainingDataConfig={"s3Uri": files["training_file"]},
            outputDataConfig={"s3Uri": f"{files['training_file'].rpartition('/')[0]}/output/"},
            hyperParameters=JOB["hyperparameters"],
            **({"validationDataConfig": {"validators": checked}} if checked else {}),
        )
        return str(job["jobArn"])

    def look(self, state: dict[str, Any]) -> Seen:
        job = self.bedrock.get_model_customization_job(jobIdentifier=state["job"])
        end = ENDS.get(job["status"], "")
        if end == "done":
            keep(state, "model", job["outputModelArn"])
        training = [job["trainingMetrics"]] if "trainingLoss" in job.get("trainingMetrics", {}) else []
        losses = [say("training loss {loss}", loss=one["trainingLoss"]) for one in training]
        validation = job.get("validationMetrics", ())
        losses += [say("validation loss {loss}", loss=one["validationLoss"]) for one in validation if one]
        return Seen(job["status"], end, job.get("failureMessage", ""), tuple(losses))

    def cancel(self, job: str) -> str:
        self.bedrock.stop_model_customization_job(jobIdentifier=job)
        return str(self.bedrock.get_model_customization_job(jobIdentifier=job)["status"])

    def serve(self, state: dict[str, Any]) -> None:
        if "deployment" not in state:
            made = self.bedrock.create_custom_model_deployment(
                modelDeploymentName=state["mark"], modelArn=state["model"], clientRequestToken=state["mark"]
            )
            keep(state, "deployment", made["customModelDeploymentArn"])

    def serving(self, state: dict[str, Any]) -> Seen:
        found = self.bedrock.get_custom_model_deployment(customModelDeploymentIdentifier=state["deployment"])
        return Seen(found["status"], SERVED.get(found["status"], ""), found.get("failureMessage", ""))

    def asked(self, state: dict[str, Any]) -> dict[str, str]:
        return {"MODEL": state["deployment"]}

    def hosting(self, state: dict[str, Any]) -> Iterator[tuple[str, Callable[[str], Any]]]:
        yield (
            "deployment",
            lambda name: self.bedrock.delete_custom_model_deployment(customModelDeploymentIdentifier=name),
        )

    def stored(self, state: dict[str, Any]) -> Iterator[tuple[str, Callable[[str], Any]]]:
        yield "model", lambda name: self.bedrock.delete_custom_model(modelIdentifier=name)
        yield "training_file", self.remove
        yield "validation_file", self.remove

    def remove(self, file: str) -> None:
        bucket, _, name = file.removeprefix("s3://").partition("/")
        self.s3.delete_object(Bucket=bucket, Key=name)

    def answer(self, body: dict[str, Any]) -> Answer:
        """What a model says to a request of OpenAI's API."""
        system = [{"text": one["content"]} for one in body["messages"] if one["role"] == "system"]
        messages = [
            {"role": one["role"], "content": [{"text": one["content"]}]}
            for one in body["messages"]
            if one["role"] != "system"
        ]
        more: dict[str, Any] = {"system": system} if system else {}
        if "temperature" in body:
            more["inferenceConfig"] = {"temperature": body["temperature"]}
        done = self.runtime.converse(modelId=body["model"], messages=messages, **more)
        parts, used = done["output"]["message"]["content"], done["usage"]
        said = "".join(part.get("text", "") for part in parts)
        return Answer(said, [], used["inputTokens"], used.get("cacheReadInputTokens", 0), used["outputTokens"])

    def refusal(self, error: Exception) -> Refusal | None:
        match error:
            case ClientError():
                told, status = error.response["Error"], error.response["ResponseMetadata"]["HTTPStatusCode"]
                if told.get("Code") in UNKNOWN_KEYS:
                    status = 401
                return Refusal(status, str(told.get("Message") or told.get("Code")))
            case NoCredentialsError() | CredentialRetrievalError():
                return Refusal(401, str(error))
            case ConnectionError():
                return Refusal(None, str(error))
            case BotoCoreError():
                return Refusal(400, str(error))
        return None


if __name__ == "__main__":
    run(Bedrock, "tune_bedrock.py", {"bridge": bridge})
