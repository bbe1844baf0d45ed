"""What a training file holds, in figures and pictures; and what of it can answer the interview's questions."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from advisor.dataset.inspection.inspect import Inspection
from advisor.dataset.inspection.profile import Profile
from advisor.dataset.notebook import epochs
from advisor.dataset.platforms import example_limits
from advisor.dataset.readiness.answers import answers, disputed, news, taken
from advisor.language import Language
from advisor.ui.navigation import go
from advisor.ui.pages.data import charts
from advisor.ui.parts.markup import badge, html, plain, section, show, table
from advisor.ui.parts.plots import draw
from advisor.ui.session import Session, content
from advisor.wording import labels


def profile(inspection: Inspection, lang: Language) -> None:
    """Counts, lengths and classes."""
    held = inspection.profile
    section(lang("What the file holds"), "profile")
    rows = [[name, value] for name, value in _facts(inspection, lang)]
    show(table((lang("Figure"), lang("Value")), rows, caption=lang("What the file holds"), kind="facts"), key="facts")
    if held.tokens and held.tokens.most:
        draw(charts.lengths(held, lang), lang)
    if any(held.too_long.values()):
        draw(charts.too_long(held, content(), lang), lang)
    elif held.too_long:
        show(html('<p class="quiet">{}</p>', _short(held, lang)))
    if held.labels:
        draw(charts.classes(held, lang), lang)


def _facts(inspection: Inspection, lang: Language) -> list[tuple[str, str]]:
    held = inspection.profile

    def of_rows(n: int, rows: int) -> str:
        return lang("{n} ({share})", n=lang.number(n, 6), share=lang.percent(n / rows)) if rows else lang.number(n, 6)

    facts = [
        (lang("Rows"), lang.number(held.rows, 6)),
        (lang("Rows that could be read"), of_rows(held.readable, held.rows)),
        (lang("Rows with an answer to learn"), of_rows(held.answered, held.rows)),
    ]
    if held.tokens:
        counted = (
            lang("texts counted exactly with {name}; what a chat adds is an estimate", name=held.tokenizer)
            if held.exact
            else lang("an estimate: the vocabulary {name} is missing", name=held.tokenizer)
        )
        if held.with_images:
            counted = lang("at least, since images are not counted")
        facts.append((lang("Tokens, all rows"), f"{lang.number(held.tokens.total, 6)} – {counted}"))
    if n := epochs(held.answered):
        facts.append(
            (
                lang("Epochs by the rule of OpenAI's cookbook"),
                lang.plural(
                    "{n}, an estimate: the platform chooses by itself",
                    "{n}, an estimate: the platform chooses by itself",
                    n,
                ),
            )
        )
    facts += [
        (
            lang("Different system prompts"),
            lang(
                "{n}, in {rows}",
                n=lang.number(held.systems, 6),
                rows=lang.plural("{n} row", "{n} rows", held.with_system),
            )
            if held.systems
            else lang("none"),
        ),
        (lang("Answers that refuse"), of_rows(held.refusals, held.answered)),
        (lang("Rows that repeat an earlier one"), of_rows(held.duplicates, held.rows)),
        (lang("Rows nearly like an earlier one"), of_rows(held.near_duplicates, held.rows)),
        (lang("Same question, another answer"), of_rows(held.conflicts, held.rows)),
        (lang("Validation rows that are also in the training file"), _leaked(held, lang)),
        (lang("Personal data and secrets"), _private(held.private, lang)),
    ]
    return facts


def _leaked(held: Profile, lang: Language) -> str:
    if held.leaked is None:
        return lang("not checked: no validation file")
    return lang("{n} of {rows}", n=lang.number(held.leaked, 6), rows=lang.number(held.validation_rows or 0, 6))


def _private(found: Mapping[str, int], lang: Language) -> str:
    titles = {check.id: lang(check.title) for check in content().checks}
    if not found:
        return lang("none recognised, which does not prove that there is none")
    return "; ".join(f"{titles[key]}: {lang.number(n, 6)}" for key, n in found.items())


def _short(held: Profile, lang: Language) -> str:
    """That no row is too long for any platform, with their limits."""
    known = example_limits(content())
    limits = [f"{name} {lang.number(limit.value, 7)}" for name, limit in (known[key] for key in held.too_long)]
    return lang("No row is longer than what a platform uses, in tokens: {limits}.", limits="; ".join(limits))


def as_answers(inspection: Inspection, session: Session) -> None:
    """Offer what was measured as answers; those the reader gave are replaced only when that box is ticked."""
    lang = session.lang
    found = news(session.situation, answers(inspection, content())[0])
    section(
        lang("Answers for the interview"),
        "answers",
        lang("What was measured takes the place of an estimate, and is marked as measured."),
    )
    if not found:
        show(html('<p class="empty">{}</p>', lang("This file answers none of the questions.")))
        return
    clash = disputed(session.situation, found)
    rows = []
    for key, value in found.items():
        question = content().question(key)
        now = session.situation.answers.get(key)
        yours = labels.answer(question, now, lang) if key in session.situation.answers else lang("Not answered")
        mark = f" {badge(lang('differs'), 'turn')}" if key in clash else ""
        measured = session.situation.with_answer(key, value).answers[key]
        rows.append([lang(question.text), labels.answer(question, measured, lang), html("{}{}", yours, mark)])
    head = (lang("Question"), lang("Measured"), lang("Your answer so far"))
    show(table(head, rows, caption=lang("Answers for the interview")), key="measured")
    replacing = False
    if clash:
        replacing = st.checkbox(
            plain(
                lang.plural(
                    "Replace the {n} answer of mine that differs",
                    "Replace the {n} answers of mine that differ",
                    len(clash),
                )
            ),
            key=f"replacing:{session.code}",
        )
    with st.container(key="take", horizontal=True):
        if st.button(lang("Use these as answers"), key="take-answers"):
            session.answer(taken(session.situation, found, replacing=replacing))
            go("check", session)
