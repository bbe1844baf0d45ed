"""Training data, from the first check to the files of a run. The public API of the data side.

>>> from pathlib import Path
>>> from advisor.dataset import inspect, open_source, repair
>>> inspect(open_source(Path("train.jsonl")), platform="openai").counts
{'capitalised-role': 2, 'exact-duplicate': 1, 'few-rows': 1}
>>> with open("repaired.jsonl", "wb") as out:
...     repair(open_source(Path("train.jsonl")), out, platform="openai", drop_duplicates=True).rows
12

`open_source` opens a file once for each pass over it. `convert` writes it in another format, `split` in parts that
share nothing, and `build_template` makes the files to begin with where there are no rows yet. None holds a file whole;
all that write leave their streams open. A file that cannot be used at all raises `Unusable`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.on_demand import on_demand

if TYPE_CHECKING:
    from advisor.dataset.check_json import check_dict
    from advisor.dataset.conversion.conversion import Conversion, convert
    from advisor.dataset.files.source import Source, open_source
    from advisor.dataset.inspection.inspect import Finding, Inspection, inspect
    from advisor.dataset.inspection.processes import Workers
    from advisor.dataset.inspection.spark import Spark
    from advisor.dataset.repairs.repair import Repair, repair
    from advisor.dataset.row import Unusable
    from advisor.dataset.splitting import Split, split
    from advisor.dataset.template.build import build_template

__all__ = [
    "Conversion",
    "Finding",
    "Inspection",
    "Repair",
    "Source",
    "Spark",
    "Split",
    "Unusable",
    "Workers",
    "build_template",
    "check_dict",
    "convert",
    "inspect",
    "open_source",
    "repair",
    "split",
]

_HOMES = {
    "Conversion": "conversion.conversion",
    "Finding": "inspection.inspect",
    "Inspection": "inspection.inspect",
    "Repair": "repairs.repair",
    "Source": "files.source",
    "Spark": "inspection.spark",
    "Split": "splitting",
    "Unusable": "row",
    "Workers": "inspection.processes",
    "build_template": "template.build",
    "check_dict": "check_json",
    "convert": "conversion.conversion",
    "inspect": "inspection.inspect",
    "open_source": "files.source",
    "repair": "repairs.repair",
    "split": "splitting",
}
"""Modules of the names above."""

# A template needs the engine, and a check does not.
__getattr__ = on_demand(__name__, _HOMES)
