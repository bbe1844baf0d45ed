"""What a training file holds, in figures and pictures; and what of it can answer the interview's questions."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from advisor.charts import dataset as charts
from advisor.dataset.inspection.inspect import Inspection
from advisor.dataset.inspection.profile import Profile
from advisor.dataset.notebook import epochs
from advisor.dataset.platforms import example_limits
from advisor.dataset.readiness.answers import answers, disputed, news, taken
from advisor.language import Language
from advisor.ui.navigation import go
from advisor.ui.parts.markup import badge, html, plain, section, show, table
from advisor.ui.parts.plots import draw
from advisor.ui.session import Session, content
from advisor.wording import labels


def profile(inspection: Inspection, lang: Language) -> None:
    """Counts, lengths and classes."""
    file_profile = inspection.profile
    section(lang("What the file holds"), "profile")
    rows = [[name, value] for name, value in _facts(inspection, lang)]
    show(table((lang("Figure"), lang("Value")), rows, caption=lang("What the file holds"), kind="facts"), key="facts")
    if file_profile.tokens and file_profile.tokens.most:
        draw(charts.lengths(file_profile, lang), lang)
    if any(file_profile.too_long.values()):
        draw(charts.too_long(file_profile, content(), lang), lang)
    elif file_profile.too_long:
        show(html('<p class="quiet">{}</p>', _short(file_profile, lang)))
    if file_profile.labels:
        draw(charts.classes(file_profile, lang), lang)


def _facts(inspection: Inspection, lang: Language) -> list[tuple[str, str]]:
    file_profile = inspection.profile

    def of_rows(n: int, rows: int) -> str:
        return lang("{n} ({share})", n=lang.number(n, 6), share=lang.percent(n / rows)) if rows else lang.number(n, 6)

    facts = [
        (lang("Rows"), lang.number(file_profile.rows, 6)),
        (lang("Rows that could be read"), of_rows(file_profile.readable, file_profile.rows)),
        (lang("Rows with an answer to learn"), of_rows(file_profile.answered, file_profile.rows)),
    ]
    if file_profile.tokens:
        counted = (
            lang("texts counted exactly with {name}; what a chat adds is an estimate", name=file_profile.tokenizer)
            if file_profile.exact
            else lang("an estimate: the vocabulary {name} is missing", name=file_profile.tokenizer)
        )
        if file_profile.with_images:
            counted = lang("at least, since images are not counted")
        facts.append((lang("Tokens, all rows"), f"{lang.number(file_profile.tokens.total, 6)} – {counted}"))
    if n := epochs(file_profile.answered):
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
                n=lang.number(file_profile.systems, 6),
                rows=lang.plural("{n} row", "{n} rows", file_profile.with_system),
            )
            if file_profile.systems
            else lang("none"),
        ),
        (lang("Answers that refuse"), of_rows(file_profile.refusals, file_profile.answered)),
        (lang("Rows that repeat an earlier one"), of_rows(file_profile.duplicates, file_profile.rows)),
        (lang("Rows nearly like an earlier one"), of_rows(file_profile.near_duplicates, file_profile.rows)),
        (lang("Same question, another answer"), of_rows(file_profile.conflicts, file_profile.rows)),
        (lang("Validation rows that are also in the training file"), _leaked(file_profile, lang)),
        (lang("Personal data and secrets"), _private(file_profile.private, lang)),
    ]
    return facts


def _leaked(file_profile: Profile, lang: Language) -> str:
    if file_profile.leaked is None:
        return lang("not checked: no validation file")
    return lang(
        "{n} of {rows}", n=lang.number(file_profile.leaked, 6), rows=lang.number(file_profile.validation_rows or 0, 6)
    )


def _private(counts: Mapping[str, int], lang: Language) -> str:
    titles = {check.id: lang(check.title) for check in content().checks}
    if not counts:
        return lang("none recognised, which does not prove that there is none")
    return "; ".join(f"{titles[key]}: {lang.number(n, 6)}" for key, n in counts.items())


def _short(file_profile: Profile, lang: Language) -> str:
    """That no row is too long for any platform, with their limits."""
    known = example_limits(content())
    limits = [f"{name} {lang.number(limit.value, 7)}" for name, limit in (known[key] for key in file_profile.too_long)]
    return lang("No row is longer than what a platform uses, in tokens: {limits}.", limits="; ".join(limits))


def as_answers(inspection: Inspection, session: Session) -> None:
    """Offer what was measured as answers; those the reader gave are replaced only when that box is ticked."""
    lang = session.lang
    new_answers = news(session.situation, answers(inspection, content())[0])
    section(
        lang("Answers for the interview"),
        "answers",
        lang("What was measured takes the place of an estimate, and is marked as measured."),
    )
    if not new_answers:
        show(html('<p class="empty">{}</p>', lang("This file answers none of the questions.")))
        return
    clash = disputed(session.situation, new_answers)
    rows = []
    for key, value in new_answers.items():
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
            session.answer(taken(session.situation, new_answers, replacing=replacing))
            go("check", session)
