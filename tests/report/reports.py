"""Reports of many situations, each made once, and where their words stand on the page."""

from __future__ import annotations

import atexit
import os
import random
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from functools import cache
from html import unescape
from pathlib import Path
from shutil import rmtree
from tempfile import NamedTemporaryFile, gettempdir
from typing import Any, NamedTuple

import pytest

from advisor import advise, read_situation, situation
from advisor.content.entries import Question
from advisor.content.load import CONTENT_DIR, load
from advisor.engine.advice import Advice
from advisor.interview.situation import Situation
from advisor.language import language
from advisor.report import Document, document, render
from tests.pdf_text import flat, page_texts, pdftotext

CONTENT = load()
AT = date(2026, 11, 22)
LONG = "What has to become better, for whom, and how we shall see that it did. " * 14
SCRIPTS = "客户支持回复系统 مشروع الرد على العملاء 🚀 한국어 보고서"
LANGUAGES = ("en", "nl")


def _value(draw: random.Random, question: Question, text: str) -> Any:
    """An answer that a user might give: usual numbers, often ranges, a few of several."""
    match question.type:
        case "text":
            return text
        case "yes_no":
            return draw.choice(("yes", "no"))
        case "number":
            assert question.maximum is not None
            usual = question.prior
            low = draw.uniform(usual.p10, usual.p90) if usual else draw.uniform(0.5, 1.0) * question.maximum
            ends = [round(low), round(low) * 2] if question.integer else [low, low * 2]
            return ends if draw.random() < 0.3 and ends[1] <= question.maximum else ends[0]
        case "several":
            return draw.sample(question.values, k=draw.randint(1, min(3, len(question.values))))
        case _:
            return draw.choice(question.values)


def drawn(seed: int, *, share: float | None = None, unknown: float = 0.15, text: str = "A short text") -> Situation:
    """A situation drawn at random, always the same for a seed, with this share of the questions touched."""
    draw = random.Random(seed)
    questions = [question for question in CONTENT.questions if not question.names]
    chosen = draw.sample(questions, k=round(len(questions) * (draw.random() if share is None else share)))
    return situation(**{
        one.id: None if draw.random() < unknown else _value(draw, one, text) for one in chosen
    })  # fmt: skip


def _situations() -> Iterator[tuple[str, Situation]]:
    for path in sorted((CONTENT_DIR / "examples").glob("*.yaml")):
        yield path.stem, read_situation(path)
    yield "everything answered at length", drawn(7, share=1, unknown=0, text=LONG)
    yield "everything answered in other scripts", drawn(8, share=1, unknown=0, text=SCRIPTS)
    yield from ((f"drawn {seed}", drawn(seed)) for seed in (0, 3, 5, 13, 14, 18))


SITUATIONS = dict(_situations())
DRAWN_ON_PUSH = "drawn 13"
"""Of those drawn at random; setting a report takes a second."""
on_push = {name for name in SITUATIONS if not name.startswith("drawn") or name == DRAWN_ON_PUSH}
every_report = pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param(
            name,
            code,
            marks=() if name in on_push and place % 2 == turn else pytest.mark.deep,
        )
        for place, name in enumerate(SITUATIONS)
        for turn, code in enumerate(LANGUAGES)
    ],
)


@cache
def advice(name: str) -> Advice:
    return advise(SITUATIONS[name], AT)


@cache
def made(name: str, code: str) -> Document:
    return document(advice(name), CONTENT, language(code))


RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID")
"""Which run of several workers this is part of."""
SHARED = Path(gettempdir()) / f"reports-{RUN}"
atexit.register(rmtree, SHARED, ignore_errors=True)


@cache
def pdf(name: str, code: str) -> bytes:
    """The report of a situation, set by whichever worker needs it first."""
    if RUN is None:
        return render(advice(name), CONTENT, code)
    kept = SHARED / f"{name} {code}.pdf"
    with suppress(FileNotFoundError):
        return kept.read_bytes()
    made = render(advice(name), CONTENT, code)
    SHARED.mkdir(exist_ok=True)
    with NamedTemporaryFile(dir=SHARED, delete=False) as whole:
        whole.write(made)
    with suppress(FileNotFoundError):  # where another worker has ended, and cleaned up
        Path(whole.name).replace(kept)
    return made


class Word(NamedTuple):
    """A word and its box, in points from the upper left corner of the page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


class Page(NamedTuple):
    width: float
    height: float
    words: tuple[Word, ...]


PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>', re.DOTALL)


@cache
def pages(made: bytes) -> list[Page]:
    """Each page with the boxes of its words."""
    return [
        Page(
            float(page[1]),
            float(page[2]),
            tuple(
                Word(unescape(word[5]), *(float(word[place]) for place in range(1, 5)))
                for word in WORD.finditer(page[3])
            ),
        )
        for page in PAGE.finditer(pdftotext(made, "-bbox"))
    ]


def read_aloud(made: bytes) -> str:
    """The text in the order in which a program takes it from the page, without white space."""
    return flat(pdftotext(made))


@cache
def texts(report: bytes) -> list[str]:
    """The text of each page, without white space."""
    return [flat(page) for page in page_texts(report)]


def holds_page_one(first: str, second: str, code: str) -> bool:
    """Whether page one holds its last part, and the contents begin the next."""
    lang = language(code)
    return flat(lang("What you trade")) in first and second.startswith(flat(lang("Contents")))


def laid_out(made: bytes) -> list[list[str]]:
    """The lines of each page as they stand beside each other."""
    return [page.splitlines() for page in pdftotext(made, "-layout").split("\f")[:-1]]
