"""Check your answers, before the verdict: every answer with a way to change it, and what is still open."""

from __future__ import annotations

import streamlit as st

from advisor.content.entries import Question
from advisor.interview.situation import write_yaml
from advisor.ui.advice import glance
from advisor.ui.navigation import go, left_in_depth, next_in_depth, page_of
from advisor.ui.pages.question import side_name
from advisor.ui.parts.markup import badge, esc, heading, link, show
from advisor.ui.session import Visit, content
from advisor.wording import labels

SIDES = ("goal", "tried", "data", "operations", "quality")
ALWAYS = ("project",)
"""Questions listed even when they were not asked: they change nothing, but they name the report."""


def draw(here: Visit) -> None:
    """The page on which the answers are checked."""
    lang = here.lang
    heading(lang("Check your answers"), below=lang("Change what is wrong; then see the verdict."))
    if not here.situation.answers:
        st.html(f'<p class="empty">{esc(lang("There are no answers yet."))} {link(lang("Begin"), "", here)}</p>')
        return
    best, left = next_in_depth(here), left_in_depth(here)
    with st.container(key="actions", horizontal=True):
        onward = st.button(lang("See the verdict"), type="primary", key="see-verdict")
        deeper = best is not None and st.button(
            lang.plural("Answer {n} more question", "Go on: up to {n} questions matter", left), key="deeper"
        )
    if best:
        said = lang("The open question that matters most: “{question}”", question=lang(best.text))
    elif unknown := glance(here).to_find_out:
        said = lang(
            "No other question can change the verdict; finding out what you do not know can, above all: “{question}”",
            question=labels.question_of(unknown[0].question, content(), lang),
        )
    else:
        said = lang("No open question can change the verdict any more.")
    st.html(f'<p class="quiet">{esc(said)}</p>')
    if onward:
        go("verdict", here)
    if deeper and best:
        here.deep = True
        go(page_of(best), here)
    ignored = set(glance(here).ignored)
    for side in SIDES:
        listed = [one for one in content().questions if one.side == side and _listed(one, here)]
        if listed:
            st.html(f"<h2>{esc(side_name(side, lang))}</h2>")
            show(_list(listed, ignored, here), key=f"answers-{side}")
    measure = link(lang("Measure your data: check a training file"), "data", here)
    st.html(f'<p class="way">{measure}</p>')
    _own_values(here)
    _save(here)


def _listed(question: Question, here: Visit) -> bool:
    return question.id in (*here.situation.answers, *here.skipped, *ALWAYS)


def _list(questions: list[Question], ignored: set[str], here: Visit) -> str:
    lang = here.lang
    rows = []
    for one in questions:
        text = lang(one.text)
        if one.id in here.situation.answers:
            said, action = labels.answer(one, here.situation.answers[one.id], lang), lang("Change")
        else:
            said, action = lang("Not answered"), lang("Answer it")
        marks = badge(lang("Measured"), "measured") if one.id in here.situation.measured else ""
        if one.id in ignored:
            marks += badge(lang("Left out: does not apply"), "ignored")
        own = " own" if one.type == "text" else ""
        change = link(action, page_of(one), here, hidden=text, **{"from": "check"})
        rows.append(f'<div><dt>{esc(text)}</dt><dd class="said{own}">{esc(said)} {marks}</dd><dd>{change}</dd></div>')
    return f'<dl class="summary">{"".join(rows)}</dl>'


def _own_values(here: Visit) -> None:
    """Assumptions that the reader has replaced."""
    lang = here.lang
    mine = [one for one in content().assumptions if here.situation.answers.get(one.id) is not None]
    if not mine:
        return
    rows = "".join(
        f"<div><dt>{esc(lang(one.text))}</dt>"
        f'<dd class="said">{esc(labels.quantity(here.situation.answers[one.id], one.unit, lang))}</dd><dd></dd></div>'
        for one in mine
    )
    st.html(f'<h2>{esc(lang("Your own values"))}</h2><dl class="summary">{rows}</dl>')


def _save(here: Visit) -> None:
    lang = here.lang
    said = lang("The address of this page holds all answers; a file does too.")
    st.html(f"<h2>{esc(lang('Keep them'))}</h2><p>{esc(said)}</p>")
    st.download_button(
        lang("Save answers as a file"),
        write_yaml(here.situation),
        file_name="answers.yaml",
        mime="application/yaml",
        on_click="ignore",
        key="save",
    )
