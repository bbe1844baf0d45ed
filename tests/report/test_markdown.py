"""The report as Markdown and as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from advisor import advise, situation
from advisor.cli import advice_text
from advisor.content.load import load
from advisor.language import LANGUAGES, UnknownLanguage, language
from advisor.report import document, render
from advisor.report.model import Document, Items, Paragraph, Run, Table
from advisor.wording import brief_headline
from tests.fixtures import sample_advice

CONTENT = load()
STORIES: list[dict[str, Any]] = [
    {},
    {
        "goal": "measurable", "goal_text": "Nine of ten drafts need no edit", "gap": ["style"], "prompt_tried": "good",
        "prompt_result": "near", "evaluation_set": "yes", "labelled_examples": [20, 2_000], "data_rights": "yes",
        "requests_per_month": [80_000, 160_000], "latency_limit": 5, "platforms": ["azure", "own"],
    },
    {"knowledge_changes": "weekly", "citations": "yes", "rag_tried": "no", "labelled_examples": None, "harm": None},
]  # fmt: skip


def markdown(**changes: object) -> str:
    return render(sample_advice(**changes), CONTENT, "en", "md").decode()


def test_it_leads_with_the_verdict() -> None:
    text = markdown()
    assert text.index("# Letters in our own style") < text.index("**Not yet. First make an evaluation set; then try")
    assert text.index("1. **Make an evaluation set**: ") < text.index("**What you trade**") < text.index("## Why")
    assert text.index("## Why") < text.index("### What to do next")


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
    assert "| Requests a month | Supervised fine-tuning | Better prompting | Examples in the prompt |" in text


def test_json_is_data_and_no_layout() -> None:
    """Ids and numbers as the advice has them; words apart, each under its id; nothing of sections, runs and tables."""
    advice = sample_advice()
    english, dutch = (json.loads(render(advice, CONTENT, code, "json")) for code in ("en", "nl"))
    assert english["advice"] == json.loads(advice_text.advice_json(advice))
    assert english["advice"] == dutch["advice"]
    assert english["advice"]["ranking"][0]["usd_month"] == advice.ranking[0].usd_month.model_dump()
    assert english["words"]["options"]["sft"] == "Supervised fine-tuning"
    assert english["words"]["headline"] != dutch["words"]["headline"]
    assert not keys(english) & {"sections", "blocks", "runs", "style", "columns", "rows", "tone", "width", "align"}
    for step, other in zip(english["steps"], dutch["steps"], strict=True):
        assert {**step, "text": "", "why": ""} == {**other, "text": "", "why": ""}
    known = {one.id for kind in (CONTENT.rules, CONTENT.questions, CONTENT.options, CONTENT.routes) for one in kind}
    assert {one for step in english["steps"] for one in step["about"].split()} <= known


def keys(node: Any) -> set[str]:
    """Every key anywhere in it, but for those that are ids."""
    if isinstance(node, dict):
        return set(node).union(*map(keys, node.values()))
    return set().union(*map(keys, node)) if isinstance(node, list) else set()


def parsed(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(text)


@pytest.mark.on_push(3)
@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("answers", STORIES, ids=["nothing said", "much said", "little known"])
def test_lines_and_sentences_are_not_run_together(answers: dict[str, Any], code: str) -> None:
    """No paragraph is made of several lines, and where one run of text ends and the next begins there is a sign."""
    advice = advise(situation(**answers), date(2026, 11, 22), CONTENT, scenarios=256)
    tokens = parsed(render(advice, CONTENT, code, "md").decode())
    inline = [token for token in tokens if token.type == "inline"]
    assert len(inline) > 100
    assert not [token.content for token in inline if any(part.type == "softbreak" for part in token.children or ())]
    lang = language(code)
    assert f"**{brief_headline(advice, CONTENT, lang)}**" in [token.content for token in inline]
    for words in texts(document(advice, CONTENT, lang)):
        for before, after in pairwise([run for run in words if run.text.strip()]):
            ranged = (before.style, after.style) == ("figure", "quiet")
            assert ranged or before.text.rstrip()[-1] in ".,;:?!…”’" or after.text.lstrip()[0] in "(.,;:", (
                before,
                after,
            )


def texts(made: Document) -> Iterator[tuple[Run, ...]]:
    yield from made.brief.reasons
    yield from (room.answer for room in made.rooms)
    for section in made.sections:
        for block in section.blocks:
            match block:
                case Paragraph():
                    yield block.runs
                case Items():
                    yield from block.items
                case Table():
                    yield from (cell for row in block.rows for cell in row)


def test_a_range_stands_in_brackets_behind_its_figure() -> None:
    text = markdown()
    row = r"| Held up by | **Supervised fine-tuning** (SFT): an evaluation set. | 64% | \$1,700 (\$850 to \$3,400) |"
    assert row in text
    assert r"- **\$1,700** a month, all in (\$850 to \$3,400)" in text


def test_letters_that_the_pdf_lacks_are_kept() -> None:
    assert "# 한국어\n" in markdown(answers={"project": "한국어"})


def test_a_format_or_language_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="pdf, md, json"):
        render(sample_advice(), CONTENT, "en", "docx")  # type: ignore[arg-type]
    with pytest.raises(UnknownLanguage, match="there are: en"):
        render(sample_advice(), CONTENT, "xx", "md")
