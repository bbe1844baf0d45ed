"""Rows on the screen: bars that add up, whole labels, and nothing in them is markup."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from advisor.charts.advice import cost_comparison, evidence_waterfall, latency_bars
from advisor.charts.specification import RowChart
from advisor.content.load import load
from advisor.language import language
from advisor.ui.parts.bars import bars
from tests.fixtures import sample_advice

CONTENT = load()
ADVICE = sample_advice()
EN = language("en")


def chart(draw=cost_comparison) -> RowChart:
    found = draw(ADVICE, CONTENT, EN)
    assert found
    return found


def waterfall() -> RowChart:
    found = evidence_waterfall(ADVICE, CONTENT, EN)
    assert found
    return found


def test_the_picture_says_itself_in_words():
    assert f'role="img" aria-label="{chart().alt}"' in bars(chart())


def test_the_waterfall_adds_up():
    drawn = re.findall(r'class="bar" style="left:([\d.]+)%;width:([\d.]+)%"', bars(waterfall()))
    ends = [(float(left), float(left) + float(width)) for left, width in drawn]
    assert len(ends) == len(waterfall().marks)
    for before, after in pairwise(ends):
        assert any(abs(one - other) < 0.02 for one in before for other in after), "a bar begins where the last one ends"


def test_every_row_has_its_tone_its_label_and_its_figure():
    found = re.findall(
        r'<div class="row (\w+)"><div class="name">(.*?)</div>.*?<div class="figure">(.*?)</div>', bars(waterfall())
    )
    assert [(tone, text) for tone, _, text in found] == [(row.tone, row.text) for row in waterfall().marks]


def test_the_limit_stands_in_every_row_and_is_named_once():
    latency = chart(latency_bars)
    assert bars(latency).count('class="limit"') == len(latency.marks)
    assert bars(latency).count(">limit 3 s<") == 1
    assert "95 of 100 answers</li>" in bars(latency)


def test_the_scale_keeps_even_odds_where_few_labels_fit():
    labels = re.findall(r'class="at (.*?)" style="left:[\d.]+%">(.*?)<', bars(waterfall()))
    assert "even" in [text for kind, text in labels if "spare" not in kind]


@pytest.mark.parametrize("label", ["<a href='x'>" + "word " * 60, 'say "so" & go'])
def test_labels_are_text_and_whole(label):
    row = chart().marks[0].model_copy(update={"label": label, "text": "<b>1</b>"})
    drawn = bars(chart().model_copy(update={"marks": (row,)}))
    assert "<a" not in drawn
    assert "<b>" not in drawn
    assert drawn.count("word ") == label.count("word ")
