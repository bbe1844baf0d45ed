"""The starter sets that we hand out pass our own checks, in every format and both languages."""

from __future__ import annotations

import pytest

from advisor.content.load import load
from advisor.dataset.checks import check_row
from advisor.dataset.files.source import open_source
from advisor.dataset.formats.reading import conversation
from advisor.dataset.formats.recognition import recognise
from advisor.dataset.template.build import template_files
from advisor.interview.answers_file import read_situation
from advisor.language import language

CONTENT = load()


TASKS = CONTENT.question("task").values


@pytest.mark.parametrize(("task", "code"), [(task, ("en", "nl")[place % 2]) for place, task in enumerate(TASKS)])
def test_a_starter_set_has_no_finding(task: str, code: str) -> None:
    here = read_situation({"task": task, "data_shape": [one.id for one in CONTENT.question("data_shape").choices]})
    checked = 0
    for name, data in template_files(here, None, CONTENT, language(code)).items():
        if not name.startswith(("train/", "evaluation/")) or not name.endswith((".jsonl", ".json", ".csv")):
            continue
        if "definitions" in name:
            continue
        rows = [row for batch in open_source(data, name).batches() for row in batch.rows]
        form = recognise(rows).format
        assert form != "unknown", name
        for row in rows:
            found = [*row.faults, *check_row(row, conversation(row.value, form), form)]
            assert [one for one in found if one.check != "placeholder"] == [], name  # its rows are to be replaced
        checked += 1
    assert checked >= 6
