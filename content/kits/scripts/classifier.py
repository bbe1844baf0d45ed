"""Trains a small classifier on embeddings of the texts in data/train.jsonl; no language model answers.

python classifier.py                 trains, writes classifier.joblib and answers/classifier.jsonl
python classifier.py "a text"        asks the one that was trained
"""

import sys

import joblib
import numpy as np
from endpoint import HERE, answer_all, client, embed, explained, rows
from few_shot import question
from sklearn.linear_model import LogisticRegression
from words import say

MODEL_FILE = HERE / "classifier.joblib"
"""Open only files that you wrote yourself: loading one runs what is in it."""


def train(server) -> LogisticRegression:
    """A regression on all rows for training; rare labels weigh as much as frequent ones."""
    examples = rows("data/train.jsonl")
    vectors = np.asarray(embed(server, [question(row["messages"]) for row in examples]))
    labels = [row["messages"][-1]["content"] for row in examples]
    if len(set(labels)) < 2:
        sys.exit(say("All rows in data/train.jsonl have the same label; a classifier needs two."))
    return LogisticRegression(class_weight="balanced", max_iter=1000, random_state=0).fit(vectors, labels)


def label(server, model: LogisticRegression, text: str) -> str:
    return str(model.predict(np.asarray(embed(server, [text])))[0])


if __name__ == "__main__":
    server = client()
    with explained():
        if sys.argv[1:]:
            print(label(server, joblib.load(MODEL_FILE), sys.argv[1]))
            sys.exit()
        joblib.dump(train(server), MODEL_FILE)
    model = joblib.load(MODEL_FILE)
    answer_all("classifier", lambda row: (label(server, model, question(row["messages"])), None))
