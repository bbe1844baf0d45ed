"""The pictures of a training file show what was counted, and no personal data."""

from __future__ import annotations

import json
from dataclasses import replace

from advisor.charts import dataset as charts
from advisor.content.load import load
from advisor.dataset.files.source import open_source
from advisor.dataset.inspection.inspect import inspect
from advisor.dataset.inspection.profile import Profile
from advisor.language import language

EN = language("en")


def profile(*answers: str) -> Profile:
    rows = [
        {
            "messages": [
                {"role": "user", "content": f"Which kind is number {n}?"},
                {"role": "assistant", "content": text},
            ]
        }
        for n, text in enumerate(answers)
    ]
    data = "\n".join(json.dumps(row) for row in rows).encode()
    return inspect(open_source(data, "rows.jsonl"), platform="openai").profile


def test_each_part_of_a_row_has_its_span_and_its_median():
    chart = charts.lengths(profile(*["yes"] * 30), EN)
    assert [row.id for row in chart.marks] == ["row", "prompt", "answer"]
    assert chart.marks[-1].text == "1 token"
    assert all(row.span and row.span[0] <= row.points[0].at <= row.span[1] for row in chart.marks)


def test_labels_stand_by_how_often_they_are_the_answer():
    chart = charts.classes(profile(*["yes"] * 30, *["no"] * 10), EN)
    assert [(row.label, row.text) for row in chart.marks] == [("yes", "75%"), ("no", "25%")]
    assert chart.rows == (("yes", "30", "75%"), ("no", "10", "25%"))


def test_a_row_beyond_a_limit_counts_against_the_platform():
    known = profile(*["yes"] * 30)
    long = replace(known, too_long=dict.fromkeys(known.too_long, 0.25))
    chart = charts.too_long(long, load(), EN)
    assert len(chart.marks) == len(known.too_long) > 0
    assert {(row.text, row.tone) for row in chart.marks} == {("25%", "against")}
