"""A paper as a part of a page: the same sheets as in its PDF and Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.report.model import Block, Items, Paper, Paragraph, Run, Table
from advisor.ui.parts.markup import Markup, html, joined

ELSEWHERE = ("https://", "http://")


def paper_markup(paper: Paper, tools: Markup) -> Markup:
    """A paper, with what can be done with it below its title."""
    parts = [html('<p class="above">{}</p><h1 id="step">{}</h1>', paper.above, paper.title)]
    parts += [*map(_block, paper.intro), tools]
    for sheet in paper.sheets:
        below = html('<p class="above">{}</p>', sheet.below) if sheet.below else Markup()
        parts.append(html("<h2>{}</h2>{}", sheet.title, below))
        for section in sheet.sections:
            parts += [html("<h3>{}</h3>", section.title)] if section.title else []
            parts += map(_block, section.blocks)
    return joined((*parts, html('<p class="quiet">{}</p>', paper.footer)))


def _block(block: Block) -> Markup:
    match block:
        case Paragraph():
            return html("<p>{}</p>", _runs(block.runs))
        case Items():
            return html("<ul>{}</ul>", joined(html("<li>{}</li>", _runs(item)) for item in block.items))
        case Table():
            heads = joined(html('<th scope="col">{}</th>', column.label) for column in block.columns)
            rows = joined(
                html("<tr>{}</tr>", joined(html("<td>{}</td>", _runs(cell)) for cell in row)) for row in block.rows
            )
            return html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", heads, rows)
    raise TypeError(block.kind)


def _runs(runs: Iterable[Run]) -> Markup:
    return joined(map(_run, runs))


def _run(run: Run) -> Markup:
    if run.url and run.url.startswith(ELSEWHERE):
        return html('<a href="{}" rel="noopener">{}</a>', run.url, run.text)
    return html("<strong>{}</strong>", run.text) if run.style == "strong" else html("{}", run.text)
