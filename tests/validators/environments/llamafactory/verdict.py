"""Verdicts of LLaMA-Factory's converter: which rows of a file it makes examples of.

Its converter is what is asked, not its trainer: the packages that it imports for the names of weight files alone
(transformers, peft), and with them PyTorch, are not installed, and stand-ins take their place.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import tempfile
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

sys.path.append(str(Path(__file__).parent.parent))
os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1", "LLAMAFACTORY_VERBOSITY": "ERROR"}

from datasets import Dataset, load_dataset
from verdicts import NotForIt, Refused, answer

BUILDERS = {".jsonl": "json", ".json": "json", ".csv": "csv", ".parquet": "parquet"}
NAMES = {
    "peft.utils": ("SAFETENSORS_WEIGHTS_NAME", "WEIGHTS_NAME"),
    "transformers.utils": ("SAFE_WEIGHTS_INDEX_NAME", "SAFE_WEIGHTS_NAME", "WEIGHTS_INDEX_NAME", "WEIGHTS_NAME"),
}


def _converters() -> tuple[dict[str, Any], type]:
    """Its converters and the description of a data set, imported without the rest of the package."""
    found = importlib.util.find_spec("llamafactory")
    root = Path(found.submodule_search_locations[0])
    for name in ("llamafactory", "llamafactory.data", "llamafactory.extras"):
        module = ModuleType(name)
        module.__path__ = [str(root.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = module
    for name, values in NAMES.items():
        module = ModuleType(name)
        for value in values:
            setattr(module, value, value)
        sys.modules |= {name.split(".")[0]: ModuleType(name.split(".")[0]), name: module}
    misc = ModuleType("llamafactory.extras.misc")
    misc.use_modelscope = misc.use_openmind = lambda: False
    sys.modules["llamafactory.extras.misc"] = misc
    from llamafactory.data.converter import DATASET_CONVERTERS
    from llamafactory.data.parser import DatasetAttr

    for name in [*NAMES, "peft", "transformers"]:
        sys.modules.pop(name, None)  # others ask for what is in them
    return DATASET_CONVERTERS, DatasetAttr


CONVERTERS, Description = _converters()


def check(path: Path) -> None:
    """Raise `Refused` at the first row of which no example is made, `NotForIt` for fields that it does not know."""
    if path.suffix not in BUILDERS:
        raise NotForIt
    with tempfile.TemporaryDirectory() as cache:
        rows = load_dataset(BUILDERS[path.suffix], data_files=str(path), split="train", cache_dir=cache)
        described = _described(rows)
        convert = CONVERTERS[described.formatting](described, SimpleNamespace(media_dir=str(path.parent)))
        for number, row in enumerate(rows, 1):
            _demand(convert, row, number)


def _demand(convert: Any, row: dict[str, Any], number: int) -> None:
    try:
        made = convert(row)
    except Exception as error:  # it stops with it
        raise Refused(f"{type(error).__name__}: {error}", number) from error
    if not made["_prompt"] or not made["_response"]:
        raise Refused("The row is left out, with a warning.", number)
    if isinstance(made["_tools"], str) and made["_tools"]:
        try:  # as its formatter does when the template is applied
            json.loads(made["_tools"])
        except ValueError as error:
            raise Refused(f"Invalid JSON format in tool description: {error}", number) from error


def _described(rows: Dataset) -> Any:
    """What its dataset_info.json would have to say of these columns."""
    columns = set(rows.column_names)
    described = Description("file", dataset_name="rows")
    for name in ("system", "tools", "images", "videos", "audios"):
        setattr(described, name, name if name in columns else None)
    described.kto_tag = next((name for name in ("kto_tag", "label") if name in columns), None)
    if {"chosen", "rejected"} <= columns:
        described.ranking, described.chosen, described.rejected = True, "chosen", "rejected"
    if "conversations" in columns:
        described.formatting = "sharegpt"
    elif "messages" in columns:
        described.formatting, described.messages = "openai", "messages"
        described.role_tag, described.content_tag = "role", "content"
        described.user_tag, described.assistant_tag = "user", "assistant"
        described.observation_tag, described.function_tag, described.system_tag = "tool", "function", "system"
    elif "instruction" in columns:
        described.query = "input" if "input" in columns else None
        described.response = "output" if "output" in columns else None
        described.history = "history" if "history" in columns else None
    else:
        raise NotForIt
    return described


if __name__ == "__main__":
    answer("llamafactory", check)
