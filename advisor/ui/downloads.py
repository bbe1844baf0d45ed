"""What one takes away: the report in three forms, the dataset template, the answers, the command that repeats it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import streamlit as st

from advisor import wording
from advisor.advice import Advice
from advisor.interview import write_yaml
from advisor.report.model import Block, Document, Run, Table
from advisor.ui.markup import esc, section, show
from advisor.ui.plan import named_steps
from advisor.ui.visit import Visit, content

Format = Literal["pdf", "md", "json"]
MIME = {"pdf": "application/pdf", "md": "text/markdown", "json": "application/json"}


def report(advice: Advice, here: Visit) -> None:
    """The one thing to do on the page: take the report along."""
    lang = here.lang
    with st.container(key="actions", horizontal=True):
        _button(lang("Download the report (PDF)"), "pdf", advice, here, key="report", primary=True)
        if advice.provisional:
            show(f'<p class="quiet">{esc(lang("It says what is still open."))}</p>')


def everything(advice: Advice, here: Visit) -> None:
    """All that can be taken along."""
    lang = here.lang
    section(
        lang("Take it with you"),
        "take",
        lang("Files are made on this machine. The template holds what you need to begin collecting examples."),
    )
    with st.container(key="downloads", horizontal=True):
        _button(lang("Report (PDF)"), "pdf", advice, here, key="take-pdf")
        _button(lang("Report (Markdown)"), "md", advice, here, key="take-md")
        _button(lang("Report (JSON)"), "json", advice, here, key="take-json")
        st.download_button(
            lang("Dataset template (zip)"),
            template(advice, here),
            file_name="dataset-template.zip",
            mime="application/zip",
            on_click="ignore",
            key="take-template",
        )
        st.download_button(
            lang("Answers (YAML)"),
            write_yaml(here.situation),
            file_name="answers.yaml",
            mime="application/yaml",
            on_click="ignore",
            key="take-answers",
        )
    show(f"<p>{esc(lang('The same answers on the same day give the same verdict. This command repeats it:'))}</p>")
    st.code(wording.repeat_command(advice, lang), language="bash")


def _button(label: str, format: Format, advice: Advice, here: Visit, *, key: str, primary: bool = False) -> None:
    st.download_button(
        label,
        rendering(format, advice, here),
        file_name=f"fine-tune-advice-{advice.at.isoformat()}.{format}",
        mime=MIME[format],
        on_click="ignore",
        type="primary" if primary else "secondary",
        key=key,
    )


def rendering(format: Format, advice: Advice, here: Visit) -> Callable[[], bytes]:
    """Makes the report when it is asked for, from what stands on the screen now."""
    lang, owners = here.lang, dict(here.owners)

    def make() -> bytes:
        from advisor.report import document

        made = _owned(document(advice, content(), lang), named_steps(advice, owners, lang))
        match format:
            case "pdf":
                from advisor.report.pdf import pdf

                return pdf(made)
            case "md":
                from advisor.report.markdown import markdown

                return markdown(made).encode()
            case "json":
                return (made.model_dump_json(indent=1) + "\n").encode()

    return make


def template(advice: Advice, here: Visit) -> Callable[[], bytes]:
    """Makes the dataset template when it is asked for."""
    situation, lang = here.situation, here.lang

    def make() -> bytes:
        from advisor.dataset.template import build_template

        return build_template(situation, advice, content(), lang)

    return make


def _owned(made: Document, owners: dict[str, tuple[str, str]]) -> Document:
    """The document with the owners and dates that were filled in beside the next steps."""
    if not owners:
        return made
    sections = tuple(
        section.model_copy(update={"blocks": tuple(_filled(block, owners) for block in section.blocks)})
        if section.id == "steps"
        else section
        for section in made.sections
    )
    return made.model_copy(update={"sections": sections})


def _filled(block: Block, owners: dict[str, tuple[str, str]]) -> Block:
    if not isinstance(block, Table) or block.id != "steps":
        return block
    rows = []
    for number, what, *rest in block.rows:
        said = owners.get(what[0].text)
        rows.append(
            (number, what, *((Run(text=text, style="own"),) for text in said)) if said else (number, what, *rest)
        )
    return block.model_copy(update={"rows": tuple(rows)})
