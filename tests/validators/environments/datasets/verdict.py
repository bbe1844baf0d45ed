"""Verdicts of Hugging Face datasets: whether a file loads as a table. TRL, AutoTrain and others read through it."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))
os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}

from datasets import disable_caching, load_dataset
from verdicts import NotForIt, answer

BUILDERS = {".jsonl": "json", ".json": "json", ".csv": "csv", ".parquet": "parquet"}


def check(path: Path) -> None:
    """Raise what loading or reading the rows raises."""
    if path.suffix not in BUILDERS:
        raise NotForIt
    with tempfile.TemporaryDirectory() as cache:
        for _ in load_dataset(BUILDERS[path.suffix], data_files=str(path), split="train", cache_dir=cache):
            pass  # what cannot be decoded is told when the row is read


if __name__ == "__main__":
    disable_caching()
    answer("datasets", check)
