"""The report as Markdown (CommonMark with GitHub's tables and footnotes). Every sign of the text stands for itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from advisor.charts.specification import Chart
from advisor.charts.trade_off import TradeOff
from advisor.report.cleaning import one_line
from advisor.report.model import (
    Block,
    Brief,
    Card,
    Document,
    Items,
    KeyFigure,
    Note,
    Paper,
    Paragraph,
    Picture,
    Run,
    Table,
)

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&$])")
AT_START = re.compile(r"^(\s*)([-+=](?=\s|$)|[=-]{2,}|\d+(?=[.)](?:\s|$)))")
"""What would begin a list or underline a heading."""
SIDES = ("right", "left", "right", "right", "right")
"""Of the columns of the trade-off: number, option, teams, cost a month, time."""


def markdown(document: Document) -> str:
    """The whole report; charts are given as their words and their figures."""
    parts = [literal(document.kicker), f"# {literal(document.title)}", *_brief(document.brief)]
    for room in document.rooms:
        parts += [f"## {literal(room.title)}", *([_runs(room.answer)] if room.answer else [])]
        for section in room.sections:
            parts += [f"### {literal(section.title)}"] if len(room.sections) > 1 else []
            parts += [text for block in section.blocks if (text := _block(block))]
    parts += [_note(note) for note in document.notes]
    parts.append(literal(document.footer))
    return "\n\n".join(parts) + "\n"


def paper_markdown(paper: Paper) -> str:
    """A whole paper."""
    parts = [literal(paper.above), f"# {literal(paper.title)}", *map(_block, paper.intro)]
    for sheet in paper.sheets:
        parts += [f"## {literal(sheet.title)}", literal(sheet.below)]
        for section in sheet.sections:
            parts += [f"### {literal(section.title)}"] if section.title else []
            parts += map(_block, section.blocks)
        parts.append("\n".join(f"- **{literal(card.letter)}** {literal(card.name)}" for card in sheet.cards))
    return "\n\n".join(part for part in (*parts, literal(paper.footer)) if part) + "\n"


def literal(text: str) -> str:
    """Text that reads as it was written: nothing in it is a mark of Markdown or HTML."""

    def marked(match: re.Match[str]) -> str:
        mark = match[2]
        return f"{match[1]}{mark}\\" if mark.isdigit() else f"{match[1]}\\{mark}"

    return AT_START.sub(marked, SPECIAL.sub(r"\\\1", one_line(text)))


def _runs(runs: Iterable[Run]) -> str:
    return "".join(_run(run) for run in runs).strip()


def _run(run: Run) -> str:
    text = literal(run.text)
    before, middle, after = re.fullmatch(r"(\s*)(.*?)(\s*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    if run.url and middle:
        middle = f"[{middle}](<{run.url}>)"
    if run.style == "strong" and middle:
        middle = f"**{middle}**"
    return f"{before}{middle}{''.join(f'[^{number}]' for number in run.notes)}{after}"


def _brief(brief: Brief) -> list[str]:
    """Page one, in its order."""
    parts = [f"**{literal(brief.headline)}**", literal(brief.today), _runs(brief.found)]
    parts += [f"**{literal(warning)}**" for warning in brief.warnings]
    parts += [literal(brief.reservations), "\n".join(_card(*numbered) for numbered in enumerate(brief.cards, 1))]
    parts += [f"**{literal(brief.figured)}**", "\n".join(_figure(figure) for figure in brief.figures)]
    parts += [literal(ending) for ending in brief.endings]
    reasons = "\n".join(f"{number}. {_runs(reason)}" for number, reason in enumerate(brief.reasons, 1))
    parts += [f"**{literal(brief.why)}**", reasons or literal(brief.no_reason)]
    parts += [f"**{literal(brief.trade)}**", _trade_off(brief.chart) if brief.chart else literal(brief.no_chart)]
    parts.append(_runs(brief.open))
    told = (*((brief.goal,) if brief.goal else ()), *brief.imprint)
    parts += [f"**{literal(one.label)}**: {_runs(one.text)}" for one in told]
    return [part for part in parts if part]


def _card(number: int, card: Card) -> str:
    facts = ", ".join(_run(fact) for fact in card.facts)
    said = ". ".join(part for part in (_run(card.said) if card.said else "", facts) if part)
    return f"{number}. **{literal(card.name)}**" + (f": {said}." if said else ".")


def _trade_off(chart: TradeOff) -> str:
    rows = [
        [literal(cell) for cell in (str(row.number), row.name, row.share, row.month, row.slow)] for row in chart.rows
    ]
    return f"{literal(chart.alt)}\n\n{_table([literal(name) for name in chart.columns], SIDES, rows)}"


def _block(block: Block) -> str:
    match block:
        case Paragraph(tone="quote"):
            return f"> {_runs(block.runs)}"
        case Paragraph(tone="code"):
            return f"    {one_line(''.join(run.text for run in block.runs))}"
        case Paragraph():
            return _runs(block.runs)
        case Items():
            marks = (f"{number}." if block.numbered else "-" for number in range(1, len(block.items) + 1))
            return "\n".join(f"{mark} {_runs(item)}" for mark, item in zip(marks, block.items, strict=True))
        case Table():
            heads = [literal(column.label) for column in block.columns]
            sides = [column.align for column in block.columns]
            table = _table(heads, sides, [[_cell(cell) for cell in row] for row in block.rows])
            return f"**{literal(block.title)}**\n\n{table}" if block.title else table
        case Picture():
            return "\n\n".join(part for part in (_chart(block.chart), _runs(block.leads)) if part)


def _figure(figure: KeyFigure) -> str:
    detail = f" ({literal(figure.detail)})" if figure.detail else ""
    return f"- **{_run(figure.value)}** {literal(figure.label)}{detail}"


def _cell(runs: Sequence[Run]) -> str:
    """The runs of a cell; the range below a figure, which stands smaller in print, is set in brackets."""
    ranged = len(runs) == 2 and runs[0].style == "figure" and runs[1].style == "quiet"
    return f"{_run(runs[0])} ({_run(runs[1]).strip()})" if ranged else _runs(runs)


def _chart(chart: Chart) -> str:
    sides = ["left", *("right" for _ in chart.columns[1:])]
    table = _table(
        [literal(name) for name in chart.columns], sides, [[literal(cell) for cell in row] for row in chart.rows]
    )
    return f"{literal(chart.alt)}\n\n{table}"


def _table(heads: Sequence[str], sides: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = ["---:" if side == "right" else "---" for side in sides]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, rule, *rows))


def _note(note: Note) -> str:
    text = literal(note.text)
    return f"[^{note.number}]: " + (f"[{text}](<{note.url}>)" if note.url else text)
