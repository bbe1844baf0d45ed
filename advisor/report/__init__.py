"""The report on an advice, to read, to forward and to keep: PDF, Markdown, or JSON, all of one document."""

from __future__ import annotations

from typing import Literal

from advisor.advice import Advice
from advisor.content import Content, load
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
    """The report in the language with this code: PDF, or UTF-8 text in Markdown or JSON.

    The same advice gives the same bytes. Raises `advisor.language.UnknownLanguage`, and `ValueError` for a format
    that there is not.
    """
    made = document(advice, content or load(), language(lang))
    match format:
        case "pdf":
            from advisor.report.pdf import pdf

            return pdf(made)
        case "md":
            from advisor.report.markdown import markdown

            return markdown(made).encode("utf-8")
        case "json":
            return (made.model_dump_json(indent=1) + "\n").encode("utf-8")
    raise ValueError(f'there is no format "{format}"; there are: pdf, md, json')
