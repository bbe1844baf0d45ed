"""The report on an advice, to read, to forward and to keep: PDF or Markdown, of one document; or JSON, as data.

Page one has its words in `advisor.wording.brief`, which the screen shows, too; what of them it shows in `page_one`; how
it is set in `content/report/brief.typ`. Charts are drawn by `content/report/charts.typ`.
"""

from __future__ import annotations

from typing import Literal

from advisor.content.load import Content, load
from advisor.engine.advice import Advice
from advisor.language import language
from advisor.report.document import document
from advisor.report.model import Document

__all__ = ["Document", "Format", "document", "render"]

Format = Literal["pdf", "md", "json"]


def render(
    advice: Advice,
    content: Content | None = None,
    lang: str = "en",
    format: Format = "pdf",
) -> bytes:
    """The report in the language with this code: PDF, or UTF-8 text in Markdown, or JSON as
    `advisor.report.data` describes it.

    The same advice gives the same bytes. Raises `advisor.language.UnknownLanguage`, and `ValueError` for a format
    that there is not.
    """
    content, spoken = content or load(), language(lang)
    match format:
        case "pdf":
            from advisor.report.pdf import pdf

            return pdf(document(advice, content, spoken))
        case "md":
            from advisor.report.markdown import markdown

            return markdown(document(advice, content, spoken)).encode("utf-8")
        case "json":
            from advisor.report.data import written

            return written(advice, content, spoken)
    raise ValueError(f'there is no format "{format}"; there are: pdf, md, json')
