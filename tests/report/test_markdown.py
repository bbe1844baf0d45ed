"""The report as Markdown and as JSON."""

from __future__ import annotations

import json
import re

import pytest
from fixtures import sample_advice

from advisor.content import load
from advisor.language import UnknownLanguage, language
from advisor.report import document, render
from advisor.report.model import Document

CONTENT = load()


def markdown(**changes: object) -> str:
    return render(sample_advice(**changes), CONTENT, "en", "md").decode()


def test_it_leads_with_the_verdict() -> None:
    text = markdown()
    assert text.index("# Letters in our own style") < text.index("**Not yet: first you need an evaluation set")
    assert text.index("## Why") < text.index("## What to do next")


def test_every_note_that_is_called_is_given() -> None:
    text = markdown()
    assert set(re.findall(r"\[\^(\d+)\](?!:)", text)) == set(re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE))


def test_tables_are_even() -> None:
    for table in re.findall(r"(?:^\|.*\|\n?)+", markdown(), re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.strip().splitlines()}) == 1


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("<script>x</script>", r"\<script\>x\</script\>"),
        ("*a* _b_ `c` [d](e)", r"\*a\* \_b\_ \`c\` \[d\](e)"),
        ("a | b", r"a \| b"),
        ("1. first", r"1\. first"),
        ("- item", r"\- item"),
        ("# head", r"\# head"),
        ("2.5 s", "2.5 s"),
        ("line\nbreak\x00\u202e", "line break"),
    ],
)
def test_what_the_user_typed_is_no_markup(typed: str, written: str) -> None:
    assert f"# {written}\n" in markdown(answers={"project": typed})


def test_charts_are_given_as_words_and_figures() -> None:
    text = markdown()
    assert "You are here: 120,000." in text
    assert "| Requests a month | SFT | Prompting | Few-shot |" in text


def test_json_is_the_document_itself() -> None:
    made = render(sample_advice(), CONTENT, "nl", "json")
    assert Document.model_validate(json.loads(made)) == document(sample_advice(), CONTENT, language("nl"))


def test_letters_that_the_pdf_lacks_are_kept() -> None:
    assert "# 한국어\n" in markdown(answers={"project": "한국어"})


def test_a_format_or_language_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="pdf, md, json"):
        render(sample_advice(), CONTENT, "en", "docx")  # type: ignore[arg-type]
    with pytest.raises(UnknownLanguage, match="there are: en"):
        render(sample_advice(), CONTENT, "xx", "md")
