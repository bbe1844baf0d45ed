"""What the scripts for Amazon Web Services share: a bucket of yours, Bedrock's answers, and what refusals mean."""

import os
import time
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
from bridge import Answer
from job_state import keep
from vendor_job import JOB, Refusal, Vendor, need

UNKNOWN_KEYS = ("UnrecognizedClientException", "ExpiredTokenException", "InvalidClientTokenId", "InvalidAccessKeyId")
"""What AWS says, with 403, of a key that it does not know."""


class Amazon(Vendor):
    key = "AWS_PROFILE"

    def __init__(self) -> None:
        self.region = need("AWS_REGION", self.name)
        self.bedrock, self.runtime, self.s3 = (self.client(one) for one in ("bedrock", "bedrock-runtime", "s3"))

    def client(self, service: str) -> Any:
        retries = {"max_attempts": int(os.environ.get("MAX_RETRIES", "5")) + 1, "mode": "standard"}
        return boto3.client(service, region_name=self.region, config=Config(retries=retries, read_timeout=600))

    def upload(self, file: Path, state: dict[str, Any]) -> str:
        bucket = need("BUCKET", self.name).removeprefix("s3://")
        if "mark" not in state:
            keep(state, "mark", f"{JOB['suffix']}-{int(time.time()):x}")
        name = f"{state['mark']}/{file.name}"
        self.s3.put_object(Bucket=bucket, Key=name, Body=file.read_bytes())
        return f"s3://{bucket}/{name}"

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
