"""The facts and who tunes what, as a terminal shows them."""

from __future__ import annotations

import re
from datetime import date

import pytest

from advisor.cli import facts_text, layout
from advisor.content.load import load
from advisor.language import language

EN = language("en")
DAY = date(2026, 11, 22)


@pytest.mark.parametrize("columns", [50, 80])
def test_facts_are_no_wider_than_the_terminal_and_a_line_each_in_a_pipe(monkeypatch, columns):
    found = facts_text.listed(load(), DAY, False)
    monkeypatch.delenv("COLUMNS", raising=False)
    piped = facts_text.facts_text(found, load(), EN)
    assert len(piped.splitlines()) == 2 * len(found) + 1
    monkeypatch.setenv("COLUMNS", str(columns))
    told = facts_text.facts_text(found, load(), EN)
    assert max(map(layout.cells, told.splitlines())) <= columns
    assert "".join(told.split()) == "".join(piped.split())


def test_what_is_due_says_why_and_what_hangs_on_it():
    said = facts_text.facts_text(facts_text.listed(load(), DAY, True), load(), EN).splitlines()
    first = said[0]
    assert re.search(r"which may stand \d+ days|ends on|ended on", first)
    assert re.search(r"bears on \d+ cases?", first)
    assert any("a month hang on it" in line for line in said)
    assert said[-1].endswith("to be looked up again.")


def test_a_fact_of_which_only_the_year_is_known_is_marked():
    text = facts_text.facts_text(facts_text.listed(load(), DAY, False), load(), EN)
    lines = {line.partition(": ")[0]: line for line in text.splitlines() if not line.startswith(" ")}
    assert "seen in 2026, day not recorded" in lines["together.h100.host-hour"]
    assert "day not recorded" not in lines["openai.gpt-4.1.shutdown"]


@pytest.mark.parametrize("code", ["en", "nl"])
def test_who_tunes_what_is_told_in_the_language_of_the_reader(code):
    said = facts_text.offers_text(load(), DAY, language(code))
    heads = {"en": "What ends next:", "nl": "Wat als eerste afloopt:"}
    assert [head for head in heads.values() if head in said] == [heads[code]]
    assert "gpt-4.1-mini" in said
