"""What one takes away: the report in three forms, the dataset template, the answers, the command that repeats it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Literal
from urllib.parse import urlencode, urljoin

import streamlit as st

from advisor import wording
from advisor.engine.advice import Advice
from advisor.interview.answers_file import write_yaml
from advisor.kits.planned import kit_name, kits_of_options
from advisor.language import language
from advisor.ui.advice import advise_at
from advisor.ui.pages.starter_kits import first_zip
from advisor.ui.pages.verdict.next_steps import named_steps
from advisor.ui.parts.markup import html, link, plain, section, show
from advisor.ui.session import Session, content, unpacked
from advisor.ui.shared_results import Shared
from advisor.wording.plan import first_option

Format = Literal["pdf", "md", "json"]
Owners = tuple[tuple[str, tuple[str, str]], ...]
CARRIED = ("a", "lang", "at", "who")
"""What of an address the report leads to: answers, language, day, and who does what."""
MIME = {"pdf": "application/pdf", "md": "text/markdown", "json": "application/json"}


def brief(session: Session) -> None:
    """What one takes along from the brief: the report, the starter kit, the answers, the link."""
    lang = session.lang
    with st.container(key="actions", horizontal=True, vertical_alignment="center"):
        _button(lang("Download the report (PDF)"), "pdf", session, key="report", primary=True)
        copied = lang("Copied")
        show(
            html('<button type="button" class="copy" data-copied="{}">{}</button>', copied, lang("Copy the link")),
            key="copy",
        )
        st.download_button(
            kit_labels(session.packed, session.day, session.code),
            partial(first_zip, session.packed, session.day, session.code),
            file_name="starter-kit.zip",
            mime="application/zip",
            on_click="ignore",
            key="starter",
        )
        _answers(session, key="answers")


def _kit_label(packed: str, day: date, code: str) -> str:
    """Names the kit where it begins what the plan tries first."""
    lang, advice = language(code), advise_at(packed, day)
    kit = kits_of_options(advice, content(), lang).get(first_option(advice))
    if kit is None:
        return lang("Starter kit (zip)")
    return plain(lang("Starter kit: {kit} (zip)", kit=kit_name(kit, content(), lang)))


kit_labels: Shared[str] = Shared(_kit_label, most_bytes=500_000, weigh=len)


def everything(advice: Advice, session: Session) -> None:
    """All that can be taken along."""
    lang = session.lang
    section(
        lang("Take it with you"),
        "take",
        lang("Files are made on this machine. The template holds what you need to begin collecting examples."),
    )
    with st.container(key="downloads", horizontal=True):
        _button(lang("Report (PDF)"), "pdf", session, key="take-pdf")
        _button(lang("Report (Markdown)"), "md", session, key="take-md")
        _button(lang("Report (JSON)"), "json", session, key="take-json")
        _template(lang("Dataset template (zip)"), session, key="take-template")
        _answers(session, key="take-answers")
    kits = link(lang("Start: the kit that fits your plan best, with scripts that run, and the others"), "kit", session)
    show(html("<p>{}</p>", kits), key="to-kits")
    show(html("<p>{}</p>", lang("The same answers on the same day give the same verdict. This command repeats it:")))
    with st.container(key="command"):
        st.code(wording.repeat_command(advice, lang), language=None)


def _button(label: str, format: Format, session: Session, *, key: str, primary: bool = False) -> None:
    st.download_button(
        label,
        rendering(format, session),
        file_name=f"{session.lang('fine-tune-advice')}-{session.day.isoformat()}.{format}",
        mime=MIME[format],
        on_click="ignore",
        type="primary" if primary else "secondary",
        key=key,
    )


def _template(label: str, session: Session, *, key: str) -> None:
    st.download_button(
        label,
        template(session),
        file_name="dataset-template.zip",
        mime="application/zip",
        on_click="ignore",
        key=key,
    )


def _answers(session: Session, *, key: str) -> None:
    st.download_button(
        session.lang("Answers (YAML)"),
        write_yaml(session.situation),
        file_name="answers.yaml",
        mime="application/yaml",
        on_click="ignore",
        key=key,
    )


def rendering(format: Format, session: Session) -> Callable[[], bytes]:
    """Makes the report when it is asked for, from what stands on the screen now."""
    owners = tuple(sorted(session.owners.items()))
    live = live_version(st.context.url or "", session)
    return partial(renderings, format, session.packed, session.day, session.code, owners, live)


def live_version(here: str, session: Session) -> str:
    """The address of the verdict with these answers on this day, from that of any page; empty where the app has none
    that others may trust: only https leads out of a report.
    """
    if not here.startswith("https://"):
        return ""
    address = {**session.address(), "at": session.day.isoformat()}
    return urljoin(here, f"verdict?{urlencode({name: address[name] for name in CARRIED if name in address})}")


def template(session: Session) -> Callable[[], bytes]:
    """Makes the dataset template when it is asked for."""
    return partial(templates, session.packed, session.day, session.code)


def _render(format: Format, packed: str, day: date, code: str, owners: Owners, live: str) -> bytes:
    from advisor.report import document

    advice, lang = advise_at(packed, day), language(code)
    named = named_steps(advice, dict(owners), lang)
    if format == "json":
        from advisor.report.data import written

        return written(advice, content(), lang, named)
    made = document(advice, content(), lang, named, live)
    match format:
        case "pdf":
            from advisor.report.pdf import pdf

            return pdf(made)
        case "md":
            from advisor.report.markdown import markdown

            return markdown(made).encode()


def _build(packed: str, day: date, code: str) -> bytes:
    from advisor.dataset.template.build import build_template

    return build_template(unpacked(packed), advise_at(packed, day), content(), language(code))


renderings: Shared[bytes] = Shared(_render, most_bytes=16_000_000, weigh=len)
templates: Shared[bytes] = Shared(_build, most_bytes=4_000_000, weigh=len)
