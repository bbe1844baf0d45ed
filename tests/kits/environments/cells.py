"""Runs the cells of notebooks of Databricks in the folder at hand, where MLflow is installed; pip and the restart of
Python are passed over. Prints as JSON how each ended.

Lines of JSON come in: a notebook, and Python that takes the place of what a cell gives a name.
"""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas

CUT = "# COMMAND ----------"


class Tables:
    """What `spark` gives: tables by name, here CSV files beside the notebook."""

    def table(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(toPandas=lambda: pandas.read_csv(f"{name}.csv"))


def ended(notebook: str, changes: dict[str, str]) -> str:
    """What stopped a notebook; empty where all of its cells ran."""
    names = {
        "spark": Tables(),
        "dbutils": SimpleNamespace(library=SimpleNamespace(restartPython=lambda: None)),
    }
    for cell in Path(notebook).read_text("utf-8").split(CUT):
        try:
            exec(compile(cell, notebook, "exec"), names)
        except ValueError as error:
            return str(error)
        for name in changes.keys() & names.keys():
            names[name] = eval(changes.pop(name), names)
    assert not changes, f"no cell gives {sorted(changes)}"
    return ""


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    results = [ended(*json.loads(line)) for line in sys.stdin]
    print(json.dumps(results))
