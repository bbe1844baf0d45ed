"""What papers of a workshop are put together from: sentences, lists, and how a case came out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from advisor.language import Language
from advisor.report.model import Block, Items, Paper, Paragraph, Run, Section, Sheet, Text
from advisor.workshop.case_texts import CaseTexts
from advisor.workshop.store import Room

SIZES = (10.0, 9.5, 9.0, 8.5, 8.0)
"""Points of the text, the largest first."""


def paragraph(text: str) -> Paragraph:
    return Paragraph(runs=(Run(text=text),))


def strong(text: str) -> Paragraph:
    return Paragraph(runs=(Run(text=text, style="strong"),))


def listed(texts: Iterable[str]) -> tuple[Block, ...]:
    """A list; nothing where it has no entries."""
    items = tuple((Run(text=text),) for text in texts)
    return (Items(numbered=False, items=items),) if items else ()


def section(title: str, *blocks: Block) -> Section:
    return Section(id=title, title=title, blocks=blocks)


def outcome(texts: CaseTexts, lang: Language) -> tuple[Block, ...]:
    return (
        Paragraph(runs=(Run(text=f"{texts.outcome}. ", style="strong"), Run(text=texts.held_against))),
        paragraph(texts.lesson),
        Paragraph(runs=source(texts, lang)),
    )


def source(texts: CaseTexts, lang: Language) -> Text:
    """Where the outcome of a case was published, and how sure that is."""
    return (
        Run(text=f"{lang('Source:')} ", style="quiet"),
        Run(text=texts.source, url=texts.url),
        Run(text=f", {texts.title}, {texts.year}, {texts.strength}", style="quiet"),
    )


def paper_of(room: Room, above: str, intro: tuple[Block, ...], sheets: Sequence[Sheet], lang: Language) -> Paper:
    """What came of a room, as a paper that says as of when."""
    return Paper(
        lang=lang.code,
        above=above,
        title=room.title,
        intro=intro,
        sheets=tuple(sheets),
        sizes=SIZES,
        footer=lang(
            "Content version {version}, as known on {date}", version=room.content_version, date=lang.date(room.day)
        ),
        page_of=lang("Page {page} of {pages}"),
        written=room.created.date().isoformat(),
    )
