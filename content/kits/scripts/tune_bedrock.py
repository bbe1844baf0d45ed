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

from collections.abc import Callable, Iterator
from typing import Any

from amazon import Amazon
from bridge import bridge
from job_state import keep
from vendor_job import JOB, Seen, need, run
from words import say

ENDS = {"Completed": "done", "Failed": "failed", "Stopped": "cancelled"}
SERVED = {"Active": "done", "Failed": "failed"}


class Bedrock(Amazon):
    name = "Amazon Bedrock"
    charges = say("It answers by the token; the tuned model itself costs by the month until `delete all`.")

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


if __name__ == "__main__":
    run(Bedrock, "tune_bedrock.py", {"bridge": bridge})
