"""Where a pilot leads: measured answers for the advice, what to try next, and files for other tools."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from advisor.dataset.template.build import packed
from advisor.language import Language
from advisor.ui.navigation import go
from advisor.ui.pages.question import say
from advisor.ui.pages.try_it import TRY_IT, form, opinion, runs
from advisor.ui.parts import number_field
from advisor.ui.parts.markup import Markup, badge, esc, html, joined, note, plain, section, show, table
from advisor.ui.session import Session, content
from advisor.wording import labels

if TYPE_CHECKING:
    from advisor.content.entries import Question
    from advisor.pilot.measured import Size
    from advisor.pilot.measurements import Summary
    from advisor.pilot.run import Pilot


LONGER = 4
"""How many times the limit is proposed that cut answers. Assumption."""


def draw(name: str, path: Path, pilot: Pilot, session: Session) -> None:
    """All ways on from what was measured so far."""
    from advisor.pilot.measurements import summary

    shown = summary(pilot)
    _together(pilot, shown, session)
    if pilot.file.value(runs.PREPARED):
        text = session.lang(
            "These rows are ours and made up, so what they show holds for them alone. For your advice, try it on rows "
            "of your own."
        )
        show(note(text), key="not-yours")
    else:
        _answers(pilot, shown, session)
    opinion.draw(name, pilot, shown, session)
    _exports(path, pilot, session.lang)


def longer(path: Path, pilot: Pilot, shown: Summary, session: Session) -> None:
    """Where many answers were cut: the same pilot again, with a higher limit."""
    if not any(arm.many_cut for arm in shown.whole):
        return
    lang, problem = session.lang, st.container()
    with st.container(key="pilot-longer"):
        label, first = lang("Longest answer, in tokens"), min(LONGER * pilot.setup.most_tokens, form.MOST_ANSWER)
        limit = number_field.whole(label, form.MOST_ANSWER, "pilot-longer", first, lang)
        pressed = st.button(plain(lang("Plan it again with this limit")), key="pilot-again")
    if not pressed:
        return
    if not limit or limit <= pilot.setup.most_tokens:
        say(problem, lang("Give a higher limit than {n} tokens.", n=lang.number(pilot.setup.most_tokens, 6)))
        return
    try:
        name = runs.create_longer(path, limit, runs.visitor())
    except runs.NoRoom as full:
        say(problem, runs.no_room(full, lang))
    else:
        go(TRY_IT, session, run=name)


def _together(pilot: Pilot, shown: Summary, session: Session) -> None:
    """Offer the ways that were each shown to be better as one."""
    from advisor.pilot.combining import combined_arm
    from advisor.pilot.sentences import arm_name

    lang = session.lang
    together = combined_arm(pilot.setup.arms, shown)
    if together is None:
        return
    text = lang("Each of these was shown to be better. Together they may be better still: {name}.",
                name=arm_name(together, lang))  # fmt: skip
    show(html('<p class="note">{}</p>', text), key="together")
    with st.container(key="try-together"):
        if st.button(plain(lang("Try them together")), key="pilot-together"):
            pilot.add_arms([together])
            st.rerun()


def _answers(pilot: Pilot, shown: Summary, session: Session) -> None:
    """What was measured in place of what was guessed."""
    from advisor.pilot.measured import counted, known_size, measured_answers
    from advisor.pilot.sentences import taken_over_lines

    lang = session.lang
    section(
        lang("Use it in the advice"),
        "answers",
        lang("What was measured takes the place of an estimate, and is marked with day, rows and server."),
    )
    size = known_size(shown, content()) or _size(lang)
    label = plain(lang("“As it is” is the system that we use today"))
    is_today = st.checkbox(label, key=f"pilot-is-today:{lang.code}")
    measured = measured_answers(pilot, shown, session.situation, size, content(), is_today)
    notes = joined(html('<p class="quiet">{}</p>', line) for line in taken_over_lines(shown, measured, lang))
    before = session.situation.answers
    rows = [
        (lang(question.text), labels.answer(question, measured.answers[question.id], lang), _yours(question, session))
        for question in content().questions
        if question.id in measured.answers and measured.answers[question.id] != before.get(question.id)
    ]
    if not rows:
        text = lang("The advice has these answers already.")
        show(html('<p class="empty">{}</p>', text) if counted(shown) else notes)
        return
    head = (lang("Question"), lang("Measured"), lang("Your answer so far"))
    show(table(head, rows, caption=lang("Answers for the interview")), key="measured")
    if notes:
        show(notes)
    with st.container(key="take", horizontal=True):
        if st.button(plain(lang("Use as measured answers")), type="primary", key="pilot-take"):
            session.answer(measured)
            go("verdict", session)
    if session.situation.answers.get("target_score") is None:
        text = lang("Which way is good enough is not said: you have not answered which score you need.")
        show(html('<p class="quiet">{}</p>', text))


def _yours(question: Question, session: Session) -> Markup:
    """What the reader has answered so far, marked where it is something else than what was measured."""
    lang, answers = session.lang, session.situation.answers
    if question.id not in answers:
        return esc(lang("Not answered"))
    mark = badge(lang("differs"), "turn") if answers[question.id] is not None else Markup()
    return html("{} {}", labels.answer(question, answers[question.id], lang), mark)


def _size(lang: Language) -> Size | None:
    """How large the reader says that the model is."""
    sizes: dict[Size | None, str] = {
        None: lang("I don't know"),
        "large": lang("Large, as the best on offer"),
        "small": lang("Small"),
    }
    label = plain(lang("How large is the model that answered?"))
    return st.selectbox(label, list(sizes), format_func=lambda one: plain(sizes[one]), key=f"pilot-size:{lang.code}")


def _exports(path: Path, pilot: Pilot, lang: Language) -> None:
    """A way to ask, as an evaluation that other tools run."""
    from advisor.pilot.export import exported
    from advisor.pilot.sentences import arm_name

    arms = {arm.id: arm_name(arm, lang) for arm in exported(pilot)}
    if pilot.progress().state != "done" or not arms:
        return
    section(
        lang("Take it along"),
        "exports",
        lang("The same rows, asked in the same way, for inspect_ai and promptfoo."),
    )
    chosen = st.selectbox(
        plain(lang("Way to ask")), list(arms), format_func=lambda one: plain(arms[one]), key=f"pilot-export:{lang.code}"
    )
    st.download_button(
        plain(lang("Evaluation for inspect_ai and promptfoo (zip)")),
        partial(_evaluation, path, str(chosen), lang),
        file_name="evaluation.zip",
        mime="application/zip",
        on_click="ignore",
        key="pilot-evaluation",
    )


def _evaluation(path: Path, arm: str, lang: Language) -> bytes:
    from advisor.pilot.export import evaluation_files

    with runs.opened(path) as pilot:
        return packed(evaluation_files(pilot, arm, lang))
