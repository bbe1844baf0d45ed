"""Check your answers, before the verdict: every answer with a way to change it, and what is still open."""

from __future__ import annotations

import streamlit as st

from advisor.content.entries import Question
from advisor.interview.answers_file import write_yaml
from advisor.ui.advice import advise, all_that_matter, matters
from advisor.ui.navigation import Led, go, page_of, pressed
from advisor.ui.pages.question import side_name
from advisor.ui.pages.verdict import brief
from advisor.ui.parts.markup import Markup, badge, folded, heading, html, joined, link, show
from advisor.ui.session import Session, content
from advisor.wording import labels
from advisor.wording.brief import still_open

SIDES = ("goal", "tried", "data", "operations", "quality")
FIRST = "task"
"""What it should do says what the other answers are about."""
ALWAYS = ("project",)
"""Questions listed even when they were not asked: they change nothing, but they name the report."""
BUTTONS = VERDICT, DEEPER = "see-verdict", "deeper"
"""The buttons, by their keys."""


def draw(session: Session) -> None:
    """The page on which the answers are checked."""
    lang = session.lang
    heading(lang("Check your answers"), below=lang("Change what is wrong; then see the verdict."))
    if not session.situation.answers:
        show(html('<p class="empty">{} {}</p>', lang("There are no answers yet."), link(lang("Begin"), "", session)))
        return
    best = _matters_most(session)
    with st.container(key="actions", horizontal=True):
        st.button(lang("See the verdict"), type="primary", key=VERDICT)
        if best:
            st.button(lang("Answer more questions"), key=DEEPER)
    told = still_open(advise(session), content(), lang)
    text = f"{told.said} {told.question}" if told.question else lang("What is open can hardly change the verdict.")
    show(html('<p class="quiet">{}</p>', text))
    if press := pressed(*BUTTONS):
        go(leads(press, session).page, session)
    ignored = set(advise(session).ignored)
    asked = sorted(content().questions, key=lambda question: question.id != FIRST)
    for side in SIDES:
        listed = [question for question in asked if question.side == side and _listed(question, session)]
        if listed:
            show(_side(side, listed, ignored, session), key=f"answers-{side}")
    _not_answered(session)
    measure = link(lang("Measure your data: check a training file"), "data", session)
    measured = link(lang("Try it on your own rows"), "try-it", session)
    show(html('<p class="way">{}</p><p class="way">{}</p>', measure, measured))
    _own_values(session)
    _save(session)
    brief.prepare(session)


def leads(press: str, session: Session) -> Led:
    """Where a press of a button leads."""
    best = _matters_most(session)
    if press == VERDICT or not best:
        return Led("verdict")
    session.deep = True
    return Led(page_of(best))


def _matters_most(session: Session) -> Question | None:
    """The open question that can move the verdict most, as the verdict names it; None when none can."""
    return next((content().question(one.question) for one in advise(session).open_questions), None)


def _listed(question: Question, session: Session) -> bool:
    """Answered, or left open where an answer can still change something."""
    if question.id in session.skipped and question.id not in session.situation.answers:
        return matters(question.id, session)
    return question.id in (*session.situation.answers, *ALWAYS)


def _side(side: str, listed: list[Question], ignored: set[str], session: Session) -> Markup:
    """The answers on a side; on a phone behind a tap, unless one of them is still unknown."""
    lang = session.lang
    name = side_name(side, lang)
    known = all(session.situation.answers.get(one.id) is not None for one in listed if one.id not in ALWAYS)
    title = lang("{group} ({n})", group=name, n=len(listed))
    return html(
        '<h2 class="apart">{}</h2><details class="figures apart side"{}><summary>{}</summary>{}</details>',
        name,
        Markup() if known else html(" open"),
        title,
        _list(listed, ignored, session),
    )


def _list(questions: list[Question], ignored: set[str], session: Session) -> Markup:
    lang = session.lang
    rows = []
    for question in questions:
        text = lang(question.text)
        if question.id in session.situation.answers:
            answer, action = labels.answer(question, session.situation.answers[question.id], lang), lang("Change")
        else:
            answer, action = lang("Not answered"), lang("Answer it")
        marks = badge(lang("Measured"), "measured") if question.id in session.situation.measured else Markup()
        if question.id in ignored:
            marks += badge(lang("Left out: does not apply"), "ignored")
        own = " own" if question.type == "text" else ""
        change = link(action, page_of(question), session, hidden=text, **{"from": "check"})
        rows.append(
            html('<div><dt>{}</dt><dd class="said{}">{} {}</dd><dd>{}</dd></div>', text, own, answer, marks, change)
        )
    return html('<dl class="summary">{}</dl>', joined(rows))


def _not_answered(session: Session) -> None:
    """The questions without an answer, by what one could change, those that tell most first."""
    lang, known = session.lang, content()
    advice = advise(session)
    telling = [entry.question for entry in (*advice.open_questions, *advice.to_find_out)]
    matter = all_that_matter(session)
    open_ones = [
        question
        for question in known.questions
        if question.id not in session.situation.answers and question.type != "text"
    ]
    rest = [question for question in open_ones if question.id not in telling]
    groups = (
        (
            lang("Could change the verdict"),
            [question for key in telling for question in open_ones if question.id == key],
        ),
        (
            lang("Not the verdict, only costs, times and explanations"),
            [question for question in rest if question.id in matter],
        ),
        (lang("Nothing, for you"), [question for question in rest if question.id not in matter]),
    )
    if not open_ones:
        return
    show(html("<h2>{}</h2><p class='quiet'>{}</p>", lang("Not answered"), lang("What an answer could change:")))
    parts = [
        folded(lang("{group} ({n})", group=name, n=len(group)), _links(group, session), opened=not place)
        for place, (name, group) in enumerate(groups)
        if group
    ]
    show(joined(parts), key="not-answered")


def _links(questions: list[Question], session: Session) -> Markup:
    rows = (link(session.lang(one.text), page_of(one), session, **{"from": "check"}) for one in questions)
    return html("<ul>{}</ul>", joined(html("<li>{}</li>", row) for row in rows))


def _own_values(session: Session) -> None:
    """Assumptions that the reader has replaced."""
    lang = session.lang
    mine = [
        assumption for assumption in content().assumptions if session.situation.answers.get(assumption.id) is not None
    ]
    if not mine:
        return
    rows = joined(
        html(
            '<div><dt>{}</dt><dd class="said">{}</dd><dd></dd></div>',
            lang(value.text),
            labels.quantity(session.situation.answers[value.id], value.unit, lang),
        )
        for value in mine
    )
    show(html('<h2>{}</h2><dl class="summary">{}</dl>', lang("Your own values"), rows))


def _save(session: Session) -> None:
    lang = session.lang
    text = lang("The address of this page holds all answers; a file does too.")
    show(html("<h2>{}</h2><p>{}</p>", lang("Keep them"), text))
    st.download_button(
        lang("Save answers as a file"),
        write_yaml(session.situation),
        file_name="answers.yaml",
        mime="application/yaml",
        on_click="ignore",
        key="save",
    )
