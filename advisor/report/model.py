"""The report as data: sections of paragraphs, tables and charts. Every rendering shows this and nothing else.

A run of text that holds a figure names what the figure rests on (`basis`, keys of `Advice.basis`); a run that makes a
claim points to a note with its source. What the user typed stands in runs of style `own`; nothing renders it as markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from advisor.charts.specification import Chart
from advisor.engine.advice import Record

Style = Literal["plain", "strong", "quiet", "own", "figure"]
Align = Literal["left", "right"]


class Run(Record):
    """A stretch of text in one style."""

    text: str
    style: Style = "plain"
    basis: tuple[str, ...] = ()
    url: str | None = None
    notes: tuple[int, ...] = ()
    """Numbers of the notes that stand after the text."""
    to: str = ""
    """Of a figure, the `anchor` of the run in the appendix that begins what is said of how it came about."""
    anchor: str = ""
    """A name under which other runs lead here; no two runs have the same."""


Text = tuple[Run, ...]


class Paragraph(Record):
    kind: Literal["paragraph"] = "paragraph"
    runs: Text
    tone: Literal["plain", "small", "quote", "own", "code"] = "plain"


class Items(Record):
    """A list; numbered where the order matters."""

    kind: Literal["items"] = "items"
    numbered: bool
    items: tuple[Text, ...]
    columns: Literal[1, 2, 3] = 1
    """More than one: set small, side by side."""


class Verdict(Record):
    """The answer of the whole report."""

    kind: Literal["verdict"] = "verdict"
    verdict: Literal["fine_tune", "not_yet", "dont"]
    label: str
    provisional: str
    """A warning beside the label; empty where the verdict is firm."""
    headline: str
    details: tuple[Text, ...]
    chart: Chart


class KeyFigure(Record):
    label: str
    value: Run
    detail: str


class KeyFigures(Record):
    kind: Literal["key_figures"] = "key_figures"
    title: str
    figures: tuple[KeyFigure, ...]


class Column(Record):
    label: str
    align: Align = "left"
    width: float = 1.0
    """Share of the width relative to the other columns."""
    to_fill: bool = False
    """Its empty cells are to be written in by hand."""


class Table(Record):
    """Rows under heads. A table that runs over a page repeats its head, and breaks between its groups."""

    kind: Literal["table"] = "table"
    id: str
    title: str = ""
    columns: tuple[Column, ...]
    rows: tuple[tuple[Text, ...], ...]
    strong_rows: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    """How many rows belong together, in order; the first cell of a group says what they share, and so do its others
    in that column. Empty: every row stands for itself.
    """
    second_half: int | None = None
    """Narrow enough for two halves beside each other: the row at which the second begins."""
    small: bool = False


class Picture(Record):
    kind: Literal["chart"] = "chart"
    chart: Chart
    leads: Text = ()
    """Leads to how its figures come about; nothing where the sources stand below it."""


Block = Paragraph | Items | Verdict | KeyFigures | Table | Picture


class Section(Record):
    id: str
    title: str
    level: Literal[1, 2] = 1
    blocks: tuple[Block, ...]
    appendix: bool = False


class Note(Record):
    """A source, as a footnote."""

    number: int
    text: str
    url: str | None


class Document(Record):
    lang: str
    title: str
    own_title: bool
    """The title is what the user typed."""
    kicker: str
    """The line above the title."""
    footer: str
    page_of: str
    """`Page {page} of {pages}` in the reader's language, for a renderer that has pages."""
    written: str
    """The day of the advice, as 2026-11-22."""
    version: str
    sections: tuple[Section, ...]
    notes: tuple[Note, ...]

    def runs(self) -> Iterator[Run]:
        """Every run of every block, in reading order."""
        for section in self.sections:
            for block in section.blocks:
                yield from runs_of(block)

    def charts(self) -> Iterator[Chart]:
        """Every chart, in reading order."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, (Picture, Verdict)):
                    yield block.chart


def runs_of(block: Block) -> Iterator[Run]:
    """Every run of a block, in reading order."""
    match block:
        case Paragraph():
            yield from block.runs
        case Items():
            for item in block.items:
                yield from item
        case Verdict():
            for detail in block.details:
                yield from detail
        case KeyFigures():
            yield from (figure.value for figure in block.figures)
        case Table():
            for row in block.rows:
                for cell in row:
                    yield from cell
        case Picture():
            yield from block.leads
