"""Page one of the PDF: the brief alone, whatever there is to say, and behind it the contents of everything else."""

from __future__ import annotations

import io
from typing import Any

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor import advise, situation
from advisor.interview.address import encode
from advisor.language import language
from advisor.report import document
from advisor.report.pdf import MOST_PAGES, pdf
from tests.products import examples_on_push
from tests.report import reports
from tests.report.reports import AT, CONTENT, LANGUAGES, advice, drawn, flat, holds_page_one, made, texts

LIVE = "https://advisor.example.org/verdict?a="
TEXTS = (
    "Letters in our own style",
    "A project whose name says all that it is about, for whom, and by when, without leaving anything out, " * 3,
    "Nine of ten drafts need no edit, and who reads them cannot tell which of us wrote them. " * 20,
    "unbroken" * 50,
)


@examples_on_push(3)
@given(seed=st.integers(0, 10_000), share=st.sampled_from((None, 1.0, 0.0)), text=st.sampled_from(TEXTS))
def test_page_one_is_one_page_in_every_situation(seed: int, share: float | None, text: str) -> None:
    """With names and goals far longer than usual, all questions answered, some or none."""
    situation = drawn(seed, share=share, unknown=0, text=text)
    advised = advise(situation, AT)
    for code in LANGUAGES:
        first, second, *others = texts(pdf(document(advised, CONTENT, language(code), live=LIVE + encode(situation))))
        assert holds_page_one(first, second, code)
        assert len(others) <= MOST_PAGES - 2


@pytest.mark.on_push(1)
@pytest.mark.parametrize(("name", "code"), [("no-evaluation", "en"), ("few-shot-at-scale", "nl")])
def test_each_room_and_section_is_in_the_contents_with_a_link_and_in_the_bookmarks(name: str, code: str) -> None:
    reader = pypdf.PdfReader(io.BytesIO(reports.pdf(name, code)))
    titles = [
        title
        for room in made(name, code).rooms
        for title in (room.title, *(one.title for one in room.sections if len(room.sections) > 1))
    ]
    annotations = [one.get_object() for one in reader.pages[1]["/Annots"]]
    leads = [one for one in annotations if "/Dest" in one or "/D" in one.get("/A", {})]
    assert len(leads) >= len(titles)
    contents = texts(reports.pdf(name, code))[1]
    marked = {mark.title: reader.get_destination_page_number(mark) for mark in flattened(reader.outline)}
    for title in titles:
        assert flat(title) in contents
        assert flat(title) in texts(reports.pdf(name, code))[marked[title]], "a bookmark leads to its page"


def flattened(outline: list[Any]) -> list[Any]:
    return [one for part in outline for one in (flattened(part) if isinstance(part, list) else [part])]


def test_page_one_leads_to_the_live_version() -> None:
    report = pdf(document(advice("no-evaluation"), CONTENT, language("en"), live=f"{LIVE}x"))
    first = pypdf.PdfReader(io.BytesIO(report)).pages[0]
    annotations = [one.get_object() for one in first["/Annots"]]
    assert f"{LIVE}x" in [str(one["/A"]["/URI"]) for one in annotations if "/URI" in one.get("/A", {})]
    assert "advisor.example.org" in texts(report)[0]


def test_page_one_names_the_first_sources_of_a_reason_and_the_room_names_all() -> None:
    """The platforms that train nothing for somebody have a source each: sixteen footnotes made page one small."""
    closed = situation(
        task="rewriting", gap=["style"], prompt_tried="basic", evaluation_set="no", labelled_examples=4_000,
        sensitive_data="personal", hosting="region", platforms=["azure"], azure_customer="new",
    )  # fmt: skip
    report = document(advise(closed, AT), CONTENT, language("en"))
    assert max(len(run.notes) for text in report.brief.reasons for run in text) == 3
    assert len(report.notes) > 10
