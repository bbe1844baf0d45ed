"""The tutorial's rows and trainings."""

from __future__ import annotations

from codecs import BOM_UTF8

import pytest

from advisor.dataset.files.source import open_source
from advisor.dataset.inspection.inspect import inspect
from advisor.dataset.notebook import epochs
from advisor.dataset.training.loss_curves import read
from advisor.dataset.training.ten_rows import CURVES, PARTS, curve, marked, rows, tokens
from advisor.language import LANGUAGES


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_ten_rows_and_ten_rows_pass_azures_checks_and_share_no_question(code: str) -> None:
    assert [len(rows(part, code)) for part in PARTS] == [10, 10]
    files = [marked(part, code) for part in PARTS]
    assert all(file.startswith(BOM_UTF8) for file in files)
    found = inspect(open_source(files[0], "a.jsonl"), platform="azure", validation=open_source(files[1], "b.jsonl"))
    assert not {name for name in found.counts if name.startswith("leak") or "byte-order" in name}
    asked = [row["messages"][1]["content"] for part in PARTS for row in rows(part, code)]
    assert len(set(asked)) == 20
    assert len({row["messages"][0]["content"] for part in PARTS for row in rows(part, code)}) == 1


def test_ten_rows_are_gone_through_ten_times_as_in_the_tutorial() -> None:
    assert 4800 * epochs(10) == 48_000
    assert tokens("en") > 300


def test_each_training_shows_what_it_is_called() -> None:
    assert {name: read(curve(name)) for name in CURVES} == {"good": "good", "overfitted": "overfitted"}
