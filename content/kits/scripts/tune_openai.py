"""Trains a model at OpenAI: uploads the files, starts the job, follows it, and names the model and its checkpoints.

    python tune_openai.py                starts, or goes on with what job.json knows of
    python tune_openai.py cancel         stops the job at OpenAI

tuning_job.py does the work.
"""

from tuning_job import train
from words import say

REFUSED = {
    "training_not_available": say(
        "OpenAI no longer starts training jobs for this organisation. It closed to organisations that never trained a "
        "model, then to those whose tuned models lay idle, and closes to all others on the day in README.md. No "
        "setting changes that: keep the data, the evaluation and the baseline, and take another route."
    ),
    "insufficient_quota": say("The credit is used up: add credit, then start this again."),
    "model_not_available": say("This model cannot be tuned with this method; README.md names those that can."),
}
"""What OpenAI's codes mean for you."""


if __name__ == "__main__":
    job, answers = train(REFUSED)
    command = f"MODEL={job.fine_tuned_model} python baseline.py {answers}"
    print(say("next: {command}, then the same with python safety.py after", command=command))
