"""The report as a PDF: tagged, for archives (PDF/A-2a) and for screen readers (PDF/UA-1), set by Typst.

The compiler sees nine files in memory (seven of the templates, colours, data) and an empty folder, so that
nothing in the data can make it read a file. It is reused, since each new one costs memory that is never given back, and
is never shared by two threads at once.
"""

from __future__ import annotations

import atexit
import json
import queue
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

from advisor.charts.colours import REPORT
from advisor.charts.trade_off import EAST, HEIGHT, NORTH, SOUTH, WEST, WIDTH
from advisor.content.load import CONTENT_DIR
from advisor.report.cleaning import FONTS, pieces
from advisor.report.model import Document, Note, Paper

TEMPLATES = CONTENT_DIR / "report"
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
COMPILERS = 2
REMEMBERED = 10
"""Compilations after which the compiler forgets what none of them has used."""
TIGHTNESS = (0.0, 1.0, -1.0, 0.5, 1.5, -0.5, 0.75, 2.0)
"""How tightly the report may be set, in the order of trying: 0 is as usual, 1 about a fifteenth smaller, -1 as much
larger.
"""
MOST_PAGES = 8
"""One for whoever decides, and behind it seven with everything else: as many as there were with both mixed."""
LEAST_FILLED = 1 / 3
"""Part of the last page that is filled at least, if any tightness allows it."""
REFUSED = re.compile(r"the report ends on page (?P<page>\d+), filled to (?P<filled>[\d.]+)")
"""How the template says that it refuses a report: the end is known before the costly part of making a PDF."""
FRAME = {"width": WIDTH, "height": HEIGHT, "west": WEST, "east": EAST, "north": NORTH, "south": SOUTH}
"""Of the picture of the trade-off, in its own pixels, in which its dots and labels are placed."""
LONGEST_STRING = 12_000
"""Characters of one string that reach the page; no answer may be longer than 10,000."""


def pdf(document: Document) -> bytes:
    """The PDF. The same document gives the same bytes. Raises `typst.TypstError` if the template is at fault.

    It is set in the first `TIGHTNESS` in which it has at most `MOST_PAGES` and its last page is worth turning to; where
    there is none, in the one with the fewest pages, and among those the fullest last one.
    """
    data = _data(document)
    written = _midnight(document.written)
    ends: dict[float, tuple[int, float]] = {}
    for tightness in TIGHTNESS:
        if any(pages and tightness < tighter for tighter, (pages, _) in ends.items()):
            continue  # looser than what has too many pages already
        try:
            return _compiled({**data, "tightness": tightness, "refuse": True}, written)
        except typst.TypstError as error:
            ends[tightness] = _end(error)
    return _compiled({**data, "tightness": min(ends, key=ends.__getitem__), "refuse": False}, written)


def paper_pdf(paper: Paper) -> bytes:
    """The PDF of a paper. The same one gives the same bytes. Raises `typst.TypstError` if its template is at fault."""
    data = {**_shown(paper.model_dump(mode="json")), "tightness": 0}
    return _compiled(data, _midnight(paper.written), "papers.typ")


def _midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), UTC)


def _end(error: typst.TypstError) -> tuple[int, float]:
    """Pages beyond the most, and the empty part of the last one, of a report that the template refused for its end."""
    refusal = REFUSED.search(str(error))
    if refusal is None:
        raise error
    return max(0, int(refusal["page"]) - MOST_PAGES), 1 - float(refusal["filled"])


def _compiled(data: dict[str, Any], written: datetime, template: str = "main.typ") -> bytes:
    limits = {"most_pages": MOST_PAGES, "least_filled": LEAST_FILLED, "frame": FRAME}
    files = {**templates(), "data.json": json.dumps({**data, **limits}, ensure_ascii=False).encode("utf-8")}
    files["main.typ"] = files[template]
    with _compiler() as compiler:
        document = compiler.compile(
            input=files,  # type: ignore[type-var]  # its stub forgets that several files may be given
            format="pdf",
            pdf_standards=STANDARDS,
            timestamp=written,
        )
        _forget(compiler)
    if not isinstance(document, bytes):
        raise TypeError(f"the compiler gave {type(document).__name__} instead of a PDF")
    return document


def _forget(compiler: typst.Compiler) -> None:
    """Let the compiler drop what it remembers of a report: 20 MB each, up to 200 MB, and of no use to the next report.

    It keeps what any of the last ten compilations has used, so it gets some that use nothing. They take a few
    milliseconds; a report took as long without its memory as with it.
    """
    for _ in range(REMEMBERED + 1):
        compiler.compile(input={"main.typ": b""}, format="pdf")  # type: ignore[type-var]


def _data(document: Document) -> dict[str, Any]:
    """The document as the template reads it."""
    return _shown(document.model_dump(mode="json", exclude={"notes"}), document.notes)


def _shown(dumped: dict[str, Any], named: Sequence[Note] = ()) -> dict[str, Any]:
    """The same with every string clean, and each note with the run that first calls for it."""
    notes = {note.number: note for note in named}
    called: set[int] = set()

    def visit(value: Any) -> Any:
        match value:
            case str():
                return pieces(value[:LONGEST_STRING])
            case dict():
                if "notes" in value and "style" in value:
                    value = {**value, "notes": [note_call(number) for number in value["notes"]]}
                return {key: part if key in PLAIN else visit(part) for key, part in value.items()}
            case list() | tuple():
                return [visit(part) for part in value]
            case _:
                return value

    def note_call(number: int) -> dict[str, Any]:
        first = number not in called
        called.add(number)
        return {"number": number, "first": first, "text": notes[number].text, "url": notes[number].url}

    plain: dict[str, Any] = visit(dumped)
    return plain


PLAIN = frozenset(
    [
        "id",
        "kind",
        "style",
        "tone",
        "align",
        "dash",
        "marker",
        "written",
        "lang",
        "state",
        "across",
        "url",
        "basis",
        "to",
        "anchor",
    ]
)
"""Fields whose values are chosen by us from a fixed set, or are never shown; the template compares them as they are."""


@cache
def templates() -> dict[str, bytes]:
    # Bytes, because a value of type str would be taken as a path and read.
    names = {
        "main.typ": "report.typ",
        **{name: name for name in ("look.typ", "text.typ", "blocks.typ", "brief.typ", "charts.typ", "papers.typ")},
    }
    files = {name: (TEMPLATES / file).read_bytes() for name, file in names.items()}
    return {**files, "colours.json": json.dumps(REPORT).encode()}


@cache
def _compilers() -> queue.Queue[typst.Compiler]:
    nowhere = Path(tempfile.mkdtemp(prefix="advisor-report-"))
    atexit.register(shutil.rmtree, nowhere, ignore_errors=True)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    waiting: queue.Queue[typst.Compiler] = queue.Queue()
    for _ in range(COMPILERS):
        waiting.put(
            typst.Compiler(
                {"main.typ": b""},  # type: ignore[type-var]
                root=nowhere,
                font_paths=fonts,
                package_path=nowhere,
                package_cache_path=nowhere,
            )
        )
    return waiting


@contextmanager
def _compiler() -> Iterator[typst.Compiler]:
    waiting = _compilers()
    compiler = waiting.get()
    try:
        yield compiler
    finally:
        waiting.put(compiler)
