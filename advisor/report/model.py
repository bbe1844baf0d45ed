"""The report as data: page one, for whoever decides, and behind it rooms with paragraphs, tables and charts. Every
rendering shows this and nothing else.

A run of text that holds a figure names what the figure rests on (`basis`, keys of `Advice.basis`); a run that makes a
claim points to a note with its source. What the user typed stands in runs of style `own`; nothing renders it as markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from advisor.charts.specification import Chart
from advisor.charts.trade_off import TradeOff
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
    """Of a figure, the `anchor` of the run in the last room that begins what is said of how it came about."""
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


Block = Paragraph | Items | Table | Picture


class Section(Record):
    id: str
    title: str
    blocks: tuple[Block, ...]


class Room(Record):
    """What the appendix says to one question of whoever reads on; the screen has the same rooms, in the same order."""

    id: str
    title: str
    answer: Text
    """The room in a sentence."""
    sections: tuple[Section, ...]
    """One alone needs no heading of its own."""


class Card(Record):
    """A step of the plan."""

    kind: Literal["prepare", "option"]
    name: str
    share: float | None
    """Of the teams that reach this step, how many end with it; none of what is prepared."""
    said: Run | None
    """The share in words."""
    facts: Text


class KeyFigure(Record):
    label: str
    value: Run
    detail: str
    """Its range; empty where there is none."""


class Imprint(Record):
    """Where the report comes from."""

    label: str
    text: Text


class Brief(Record):
    """Page one: what whoever decides reads, in their order of reading. Empty texts: there is nothing to say."""

    above: str
    headline: str
    today: str
    """Today's bill beside the plan's."""
    found: Text
    warnings: tuple[str, ...]
    reservations: str
    cards: tuple[Card, ...]
    figured: str
    """What the figures are of."""
    figures: tuple[KeyFigure, ...]
    endings: tuple[str, ...]
    """What their prices rest on and ends."""
    why: str
    reasons: tuple[Text, ...]
    no_reason: str
    """What is said where there is none."""
    trade: str
    chart: TradeOff | None
    names: tuple[Text, ...]
    """Of the options of the picture, each with what holds it up."""
    no_chart: str
    open: Text
    goal: Imprint | None
    """The goal as the user put it."""
    imprint: tuple[Imprint, ...]

    def runs(self) -> Iterator[Run]:
        """Every run, in reading order."""
        yield from self.found
        for card in self.cards:
            yield from (*((card.said,) if card.said else ()), *card.facts)
        yield from (figure.value for figure in self.figures)
        for reason in self.reasons:
            yield from reason
        yield from self.open
        for imprint in (*((self.goal,) if self.goal else ()), *self.imprint):
            yield from imprint.text


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
    """The line above the title, for a renderer without pages."""
    contents: str
    """What the table of contents is called, for a renderer that has pages."""
    footer: str
    page_of: str
    """`Page {page} of {pages}` in the reader's language, for a renderer that has pages."""
    written: str
    """The day of the advice, as 2026-11-22."""
    version: str
    brief: Brief
    rooms: tuple[Room, ...]
    """Everything else: the appendix. What all figures rest on is the last."""
    notes: tuple[Note, ...]

    @property
    def sections(self) -> tuple[Section, ...]:
        """Every section of every room, in reading order."""
        return tuple(section for room in self.rooms for section in room.sections)

    def runs(self) -> Iterator[Run]:
        """Every run, in reading order."""
        yield from self.brief.runs()
        for room in self.rooms:
            yield from room.answer
            for section in room.sections:
                for block in section.blocks:
                    yield from runs_of(block)

    def charts(self) -> Iterator[Chart]:
        """Every chart of the appendix, in reading order."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Picture):
                    yield block.chart


def runs_of(block: Block) -> Iterator[Run]:
    """Every run of a block, in reading order."""
    match block:
        case Paragraph():
            yield from block.runs
        case Items():
            for item in block.items:
                yield from item
        case Table():
            for row in block.rows:
                for cell in row:
                    yield from cell
        case Picture():
            yield from block.leads


class LetterCard(Record):
    """A card to hold up: its letter, and what the letter stands for."""

    letter: str
    name: str


class Sheet(Record):
    """A part of a paper under a heading."""

    id: str
    title: str
    below: str = ""
    """The line below the heading; empty for none."""
    sections: tuple[Section, ...] = ()
    """One without a title has no heading of its own."""
    cards: tuple[LetterCard, ...] = ()
    begins_page: bool = True


class Paper(Record):
    """A document of a workshop: sheets one after the other, each on a page of its own where it fits on one."""

    lang: str
    above: str
    """The line above the title."""
    title: str
    intro: tuple[Block, ...]
    sheets: tuple[Sheet, ...]
    sizes: tuple[float, ...]
    """Sizes of its text in points, the largest first: the first in which a sheet fits on a page is taken."""
    footer: str
    page_of: str
    """As that of `Document`."""
    written: str
    """A day, as 2026-11-22."""
