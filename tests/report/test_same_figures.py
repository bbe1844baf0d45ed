"""The same figure reads the same on the screen, on the command line, in the PDF, in Markdown and in the JSON."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from typing import Any

import pytest
from markdown_it import MarkdownIt

from advisor import advise, situation
from advisor.cli import advice_text
from advisor.content.load import load
from advisor.engine.advice import Advice, Band
from advisor.language import LANGUAGES, Language, language
from advisor.report import render
from advisor.ui.pages.verdict.comparison import _table
from advisor.ui.session import Session
from advisor.wording import labels
from tests.pdf_text import flat, page_texts

CONTENT = load()
AT = date(2026, 11, 22)
STORIES: dict[str, dict[str, Any]] = {
    "nothing said": {},
    "style": {
        "goal": "measurable", "gap": ["style", "format"], "prompt_tried": "good", "prompt_result": "near",
        "evaluation_set": "yes", "labelled_examples": 640, "data_rights": "yes", "latency_limit": 5,
        "requests_per_month": [80_000, 160_000], "platforms": ["azure", "own"],
    },
    "large": {"gap": ["cost"], "requests_per_month": 30_000_000, "large_model": "good", "small_model": "near"},
    "facts": {"knowledge_changes": "weekly", "citations": "yes", "rag_tried": "no", "requests_per_month": 900},
}  # fmt: skip
Row = tuple[str, str, str, str]
"""Likelihood, a month, once, 95 of 100 answers: the last three with their ranges."""


@pytest.fixture(scope="module", params=STORIES)
def advice(request: pytest.FixtureRequest) -> Advice:
    return advise(situation(**STORIES[request.param]), AT, CONTENT)


def told(advice: Advice, lang: Language) -> dict[str, Row]:
    """What each output must say, by the name of the option: from the JSON of the report, in its numbers."""
    data = json.loads(render(advice, CONTENT, lang.code, "json"))
    rows = {}
    for one in data["advice"]["ranking"]:
        month, once, slow = (Band(**one[name]) for name in ("usd_month", "usd_once", "latency_p95"))

        def money(value: float) -> str:
            return labels.money(value, lang)

        def seconds(value: float) -> str:
            return labels.seconds(value, lang)

        rows[data["words"]["options"][one["option"]]] = (
            lang.percent(one["share"]),
            labels.band(month, money, lang),
            labels.band(once, money, lang),
            labels.band(slow, seconds, lang),
        )
    return rows


def on_screen(advice: Advice, code: str) -> dict[str, Row]:
    rows = {}
    for row in _table(list(advice.ranking), advice, Session(code=code)).split('<tr role="row">')[2:]:
        name = re.search(r'<th scope="row"[^>]*>([^<]*)', row)
        assert name
        cells = re.findall(r"<td[^>]*><div>(.*?)</div></td>", row)
        ranged = [re.sub(r'<span class="spread">(.*?)</span>', r" (\1)", cell) for cell in cells]
        plain = [html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in ranged]
        rows[html.unescape(name[1]).strip()] = (plain[0], plain[1], plain[2], plain[3])
    return rows


def in_markdown(advice: Advice, code: str) -> dict[str, Row]:
    tokens = MarkdownIt("commonmark").enable("table").parse(render(advice, CONTENT, code, "md").decode())
    cells = ["".join(part.content for part in one.children or ()) for one in tokens if one.type == "inline"]
    cells = cells[cells.index(language(code)("All options compared")) :]  # behind the shorter table of page one
    rows = {}
    for option in CONTENT.options:
        name = language(code)(option.name)
        place = next(
            at
            for at, cell in enumerate(cells)
            if cell.startswith(name)
            and re.fullmatch(r"[<>]?\d+\s?%", cells[at + 1])
            and (cell == name or cell[len(name) :].startswith((" (", ":")))
        )
        rows[name] = (cells[place + 1], cells[place + 2], cells[place + 3], cells[place + 4])
    return rows


def on_the_command_line(advice: Advice, lang: Language) -> dict[str, tuple[str, ...]]:
    """Likelihood, a month, and the time without its range."""
    rows = {}
    for line in advice_text.advice_text(advice, CONTENT, lang).splitlines():
        cells = re.split(r"\s{2,}", line.strip().removeprefix("> "))
        if len(cells) >= 4 and re.fullmatch(r"[<>]?\d+\s?%", cells[1]):
            rows.setdefault(cells[0], tuple(cells[1:4]))
    return rows


@pytest.mark.on_push(4)
@pytest.mark.parametrize("code", LANGUAGES)
def test_the_figures_of_each_option_agree_in_every_output(
    advice: Advice, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")  # so wide that each option has one line
    lang = language(code)
    wanted = told(advice, lang)
    assert len(wanted) == len(CONTENT.options)
    assert on_screen(advice, code) == wanted
    assert in_markdown(advice, code) == wanted
    shown = on_the_command_line(advice, lang)
    assert set(shown) == set(wanted)
    for name, (share, month, _, slow) in wanted.items():
        assert shown[name] == (share, month, slow.partition(" (")[0]), name


@pytest.mark.on_push(2)
def test_the_pdf_has_the_same_figures(advice: Advice) -> None:
    text = flat("".join(page_texts(render(advice, CONTENT, "en", "pdf"))))
    at = text.index("Alloptionscompared")
    for _, *figures in told(advice, language("en")).values():
        for figure in figures:
            assert re.sub(r"[()\s]", "", figure) in text[at:], figure


def test_no_figure_is_more_exact_than_its_range_allows(advice: Advice) -> None:
    """Two digits for what is estimated; whole per cents for what is counted in some thousand scenarios."""
    lang = language("en")
    for share, *figures in told(advice, lang).values():
        assert re.fullmatch(r"[<>]?\d+%", share)
        for number in re.findall(r"\d[\d,.]*", " ".join(figures)):
            digits = number.replace(",", "").replace(".", "").strip("0")
            assert len(digits) <= 2, number


def test_a_time_is_named_with_the_share_of_answers_that_keep_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A median and a 95th percentile never stand under the same word."""
    monkeypatch.setenv("COLUMNS", "300")
    told_by_all = advise(situation(**STORIES["style"]), AT, CONTENT)
    name = "95 of 100 answers within"
    assert name in advice_text.advice_text(told_by_all, CONTENT, language("en"))
    assert name in _table(list(told_by_all.ranking), told_by_all, Session())
    assert name in render(told_by_all, CONTENT, "en", "md").decode()


def test_at_the_users_own_volume_a_curve_says_what_the_comparison_says() -> None:
    told_by_all = advise(situation(**STORIES["large"]), AT, CONTENT)
    costs = {one.option: one.usd_month for one in told_by_all.ranking}
    for curve in told_by_all.curves:
        here = next(point for point in curve.points if point.requests_month == 30_000_000)
        assert here.usd_month == costs[curve.option]
