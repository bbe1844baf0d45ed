"""Trains a model in Microsoft Foundry: checks what Azure asks of files and names, uploads, starts the job, follows it.

    python tune_azure.py                 starts, or goes on with what job.json knows of
    python tune_azure.py cancel          stops the job at Azure

Set in the environment, beside what endpoint.py names:
    OPENAI_BASE_URL   https://NAME.openai.azure.com/openai/v1/, with the name of your resource
    TRAINING_TYPE     Standard, GlobalStandard or developerTier; COSTS.md says what each means
    SUFFIX            goes into the name of the model: at most 18 characters, and no dot

tuning_job.py does the work. A tuned model is stored at no cost; what costs is its deployment (deploy_azure.py).
"""

import os
import sys

from endpoint import HERE, client, explained, rows
from tuning_job import JOB, train
from words import say

LONGEST_SUFFIX = 18
REFUSED = {
    "": say(
        "A key trains only in its own resource, and a person needs the role Foundry User there. If the model is closed "
        "to your subscription, no setting changes that: README.md says to whom it is open."
    ),
}
"""What a refusal means for you, whatever Azure's code for it."""


def settle() -> None:
    """Put what the environment sets into the job. Ends the script where Azure would refuse it."""
    suffix = os.environ.get("SUFFIX", JOB["suffix"])
    if not suffix or len(suffix) > LONGEST_SUFFIX or "." in suffix:
        sys.exit(
            say(
                "The suffix “{suffix}” has {n} characters; Azure takes 1 to {most}, and no dot. Set another SUFFIX.",
                suffix=suffix,
                n=len(suffix),
                most=LONGEST_SUFFIX,
            )
        )
    tier = os.environ.get("TRAINING_TYPE", JOB["extra_body"]["trainingType"])
    if tier not in JOB["training_types"]:
        offered = ", ".join(JOB["training_types"])
        model = JOB["model"]
        sys.exit(
            say("{model} is not trained as {tier}. It is offered: {offered}.", model=model, tier=tier, offered=offered)
        )
    JOB.update(suffix=suffix, extra_body={"trainingType": tier})
    print(say("training type: {tier}; COSTS.md says where the data goes", tier=tier))


def check_files() -> None:
    """End the script where there are too few rows to train on, or a file is too large for Azure."""
    training, least, most = JOB["files"]["training_file"], JOB["fewest_rows"], JOB["most_megabytes"]
    if (n := len(rows(training))) < least:
        sys.exit(say("{file} has {n} rows; Azure trains from {least} on.", file=training, n=n, least=least))
    for name in JOB["files"].values():
        if (HERE / name).stat().st_size >= most * 10**6:
            sys.exit(say("{file} is too large: Azure takes files below {most} MB.", file=name, most=most))


def fetch_results(files: list[str]) -> None:
    """Write what was measured in each step of the training to results.csv."""
    if files:
        with explained():
            (HERE / "results.csv").write_bytes(client().files.content(files[0]).read())
        print(say("results.csv: the losses of each step; `python curves.py results.csv` reads them"))


if __name__ == "__main__":
    settle()
    check_files()
    job, answers = train(REFUSED)
    fetch_results(job.result_files)
    print(say("next: {command}", command=f"python deploy_azure.py, MODEL=… python baseline.py {answers}"))
