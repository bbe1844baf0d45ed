"""Who says so and when it was seen, as a reader would say it."""

from __future__ import annotations

import re

import pytest

from advisor.content import sources
from advisor.content.load import load
from advisor.language import language

CONTENT = load()
EN, NL = language("en"), language("nl")


@pytest.mark.parametrize(
    ("date", "english", "dutch"),
    [
        ("2026-10-06", "seen on October 6, 2026", "gezien op 6 oktober 2026"),
        ("2026-10", "seen in October 2026", "gezien in oktober 2026"),
        ("2026", "seen in 2026", "gezien in 2026"),
        ("2026 (undated)", "seen in 2026", "gezien in 2026"),
        ("undated", "no date given", "zonder datum"),
    ],
)
def test_a_date_is_told_as_exactly_as_it_is_known(date: str, english: str, dutch: str) -> None:
    assert sources.seen(date, EN) == english
    assert sources.seen(date, NL) == dutch


def test_a_day_is_written_as_the_reader_writes_it() -> None:
    assert sources.seen("2026-10-06", EN) == "seen on October 6, 2026"
    assert sources.seen("2026-10-06", NL) == "gezien op 6 oktober 2026"
    assert sources.seen("2026-10", NL) == "gezien in oktober 2026"


def test_what_we_concluded_was_not_seen() -> None:
    assert sources.seen("2026-11-22", EN, concluded=True) == "as of November 22, 2026"


@pytest.mark.parametrize(
    ("text", "english", "dutch"),
    [
        ("Our own inference", "Our own inference", "Onze eigen conclusie"),
        ("https://developers.openai.com/api/docs/deprecations", "OpenAI: Deprecations", "OpenAI: Deprecations"),
        (
            "https://github.com/MicrosoftDocs/azure-ai-docs (quotas-limits.md)",
            "Microsoft: azure-ai-docs (quotas-limits.md)",
            "Microsoft: azure-ai-docs (quotas-limits.md)",
        ),
        (
            "https://benchlm.ai (Artificial Analysis) + Vercel AI Gateway model page (copy)",
            "BenchLM, from Artificial Analysis; Vercel AI Gateway model page (copy)",
            "BenchLM, uit Artificial Analysis; Modelpagina van Vercel AI Gateway (kopie)",
        ),
        ("https://arxiv.org/abs/2510.27051", "arXiv: 2510.27051", "arXiv: 2510.27051"),
        ("https://doi.org/10.2196/99999", "DOI: 10.2196/99999", "DOI: 10.2196/99999"),
        ("https://github.com/some/where/blob/main/x.md", "github.com: some/where", "github.com: some/where"),
        ("https://www.example.org/some_long-page.html", "example.org: some long page", "example.org: some long page"),
        ("a title that is not in content/", "a title that is not in content/", "a title that is not in content/"),
    ],
)
def test_a_source_has_a_name_and_only_our_own_words_are_translated(text: str, english: str, dutch: str) -> None:
    assert sources.source_name(text, CONTENT, EN) == english
    assert sources.source_name(text, CONTENT, NL) == dutch


def test_every_fact_and_case_has_a_source_that_can_be_named() -> None:
    for text in {one.source for one in (*CONTENT.facts, *CONTENT.cases)}:
        name = sources.source_name(text, CONTENT, EN)
        assert " " in name, text
        assert not re.search(r"https?:|/{2}", name), text
        if sources.address(text) is None:
            known = CONTENT.source_of(text)
            assert known, f"{text}: without an address, it needs an entry of that title in content/sources.yaml"
            assert known.ours


def test_a_title_is_written_as_titles_are() -> None:
    """ "an audit of our figures that names the vendor's page; we did not see the page" stood among the sources."""
    for code in ("en", "nl"):
        titles = [sources.title(source, language(code)) for source in CONTENT.sources]
        assert not [title for title in titles if not (title[0].isupper() or title[0].isdigit())]
