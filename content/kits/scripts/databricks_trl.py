# Databricks notebook source
# MAGIC {open trl}

# COMMAND ----------

# MAGIC %pip install --quiet -r requirements.txt

# COMMAND ----------

dbutils.library.restartPython()

# COMMAND ----------

# MAGIC {model}

# COMMAND ----------

CONFIG = "configs/sft-lora.yaml"
ARGUMENTS: tuple[str, ...] = ()

# COMMAND ----------

# MAGIC {check}

# COMMAND ----------

import mlflow
import serve
import train
import yaml
from endpoint import answer_all
from words import HERE, say

train.main(CONFIG, "--check", *ARGUMENTS)

# COMMAND ----------

# MAGIC {train}

# COMMAND ----------

OUT = HERE / yaml.safe_load((HERE / CONFIG).read_text("utf-8"))["output_dir"]
with mlflow.start_run() as run:
    train.main(CONFIG, "--report_to", "mlflow", *ARGUMENTS)
    mlflow.log_artifacts(str(OUT), "adapter")
kept = f"runs:/{run.info.run_id}/adapter"
print(say("The model is kept as {address}", address=kept))

# COMMAND ----------

# MAGIC {score}

# COMMAND ----------

tokenizer, tuned = serve.load(mlflow.artifacts.download_artifacts(kept))


def answer(row):
    """What the tuned model answers to a test case."""
    message, _, _ = serve.respond(tokenizer, tuned, {"messages": row["messages"]})
    return message["content"], None


answer_all("tuned", answer)
