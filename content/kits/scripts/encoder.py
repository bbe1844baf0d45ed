"""Fine-tunes a small encoder on the labels of data/train.jsonl; no language model answers.

python encoder.py                 trains, writes the folder encoder/ and answers/encoder.jsonl
python encoder.py "a text"        asks the one that was trained
"""

import os
import sys

import torch
from endpoint import KIT, answer_all, rows
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainingArguments,
    pipeline,
)
from words import HERE, number, say

OUT = HERE / "encoder"
TRAINING = dict(KIT["training"])
LONGEST = TRAINING.pop("max_length")
"""Tokens after which a text is cut."""


def question(messages: list[dict]) -> str:
    return [one["content"] for one in messages if one["role"] == "user"][-1]


def train() -> None:
    """Train on all rows for training, watch those for validation, keep the best of the epochs."""
    name = os.environ.get("ENCODER") or KIT["encoder"]
    parts = {part: rows(f"data/{part}.jsonl") for part in ("train", "validation")}
    labels = sorted({row["messages"][-1]["content"] for row in parts["train"]})
    if len(labels) < 2:
        sys.exit(say("All rows in data/train.jsonl have the same label; a classifier needs two."))
    number_of = {label: place for place, label in enumerate(labels)}
    tokenizer = AutoTokenizer.from_pretrained(name)
    model = AutoModelForSequenceClassification.from_pretrained(
        name, num_labels=len(labels), id2label=dict(enumerate(labels)), label2id=number_of
    )
    known = {
        part: [
            {
                **tokenizer(question(row["messages"]), truncation=True, max_length=LONGEST),
                "label": number_of[row["messages"][-1]["content"]],
            }
            for row in some
            if row["messages"][-1]["content"] in number_of
        ]
        for part, some in parts.items()
    }
    trainer = Trainer(
        model,
        TrainingArguments(
            output_dir=str(OUT),
            eval_strategy="epoch",
            save_strategy="epoch",
            save_total_limit=1,
            load_best_model_at_end=True,
            report_to=os.environ.get("REPORT_TO", "none"),
            seed=42,
            **TRAINING,
        ),
        train_dataset=known["train"],
        eval_dataset=known["validation"],
        data_collator=DataCollatorWithPadding(tokenizer),
        processing_class=tokenizer,
        compute_metrics=accuracy,
    )
    trainer.train()
    trainer.save_model()
    print(say("Accuracy on the rows for validation: {share}%", share=number(100 * trainer.evaluate()["eval_accuracy"])))


def accuracy(predicted) -> dict[str, float]:
    return {"accuracy": float((predicted.predictions.argmax(-1) == predicted.label_ids).mean())}


if __name__ == "__main__":
    if not sys.argv[1:]:
        train()
    device = 0 if torch.cuda.is_available() else -1
    classify = pipeline("text-classification", str(OUT), truncation=True, max_length=LONGEST, device=device)
    if sys.argv[1:]:
        print(classify(sys.argv[1])[0]["label"])
    else:
        answer_all("encoder", lambda row: (classify(question(row["messages"]))[0]["label"], None))
