# Databricks notebook source
# MAGIC {open classifier}

# COMMAND ----------

# MAGIC %pip install --quiet -r requirements.txt

# COMMAND ----------

dbutils.library.restartPython()

# COMMAND ----------

# MAGIC {settings}

# COMMAND ----------

TABLES = {"train": "", "validation": ""}
TEXT_COLUMN = "text"
LABEL_COLUMN = "label"
ID2LABEL: dict[int, str] = {}
ENCODER = ""
TRAINING: dict[str, float] = {}

# COMMAND ----------

# MAGIC {read}

# COMMAND ----------

from importlib.metadata import version

import mlflow
import pandas
import torch
from endpoint import answer_all
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainingArguments,
    pipeline,
)
from words import HERE, number, say

LABEL2ID = {label: place for place, label in ID2LABEL.items()}
ARGUMENTS = dict(TRAINING)
LONGEST = int(ARGUMENTS.pop("max_length"))
tokenizer = AutoTokenizer.from_pretrained(ENCODER)


def examples(part):
    """Texts as tokens, each with the number of its label. A label that is none of ID2LABEL ends the notebook."""
    if TABLES[part]:
        table = spark.table(TABLES[part]).toPandas()
    else:
        table = pandas.read_json(HERE / "tables" / f"{part}.jsonl", lines=True, dtype=False, convert_dates=False)
    missing = {TEXT_COLUMN, LABEL_COLUMN} - set(table.columns)
    if missing:
        raise ValueError(say("The {part} table has no column {names}.", part=part, names=", ".join(sorted(missing))))
    labels = [LABEL2ID.get(label, label) for label in table[LABEL_COLUMN].tolist()]
    unknown = sorted({str(label) for label in labels if label not in ID2LABEL})
    if unknown:
        raise ValueError(say("Labels that ID2LABEL does not name: {labels}.", labels=", ".join(unknown)))
    return [
        {**tokenizer(text, truncation=True, max_length=LONGEST), "label": int(label)}
        for text, label in zip(table[TEXT_COLUMN].astype(str), labels, strict=True)
    ]


train, validation = examples("train"), examples("validation")
print(say("Rows: {train} to train on, {validation} to watch.", train=len(train), validation=len(validation)))

# COMMAND ----------

# MAGIC {train}

# COMMAND ----------

model = AutoModelForSequenceClassification.from_pretrained(
    ENCODER, num_labels=len(ID2LABEL), id2label=ID2LABEL, label2id=LABEL2ID
)
trainer = Trainer(
    model,
    TrainingArguments(
        output_dir=str(HERE / "encoder"),
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=1,
        load_best_model_at_end=True,
        report_to="mlflow",
        seed=42,
        **ARGUMENTS,
    ),
    train_dataset=train,
    eval_dataset=validation,
    data_collator=DataCollatorWithPadding(tokenizer),
    processing_class=tokenizer,
    compute_metrics=lambda seen: {"accuracy": float((seen.predictions.argmax(-1) == seen.label_ids).mean())},
)
with mlflow.start_run() as run:
    trainer.train()
    accuracy = trainer.evaluate()["eval_accuracy"]
    classify = pipeline(
        "text-classification",
        model=trainer.model,
        tokenizer=tokenizer,
        device=0 if torch.cuda.is_available() else -1,
    )
    needs = [f"{name}=={version(name).split('+')[0]}" for name in ("torch", "transformers", "accelerate")]
    kept = mlflow.transformers.log_model(transformers_model=classify, name="classifier", pip_requirements=needs)
print(say("Accuracy on the rows for validation: {share}%", share=number(100 * accuracy)))
print(say("The model is kept as {address}", address=kept.model_uri))

# COMMAND ----------

# MAGIC {score}

# COMMAND ----------

loaded = mlflow.transformers.load_model(kept.model_uri)


def label(row):
    """The label of the last question of a test case."""
    question = [message["content"] for message in row["messages"] if message["role"] == "user"][-1]
    return loaded(question, truncation=True, max_length=LONGEST)[0]["label"], None


answer_all("encoder", label)
