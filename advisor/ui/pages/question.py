"""A question: one a page, with why we ask, and ways on, back, past it, and to every question answered before."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from advisor.content.entries import Question
from advisor.engine.agenda import ANY, WORK
from advisor.language import Language
from advisor.ui.navigation import Led, before, following, go, page_of, pressed, think_ahead, walked
from advisor.ui.parts.markup import Markup, badge, heading, html, joined, link, show
from advisor.ui.parts.question_fields import MANY, Given, ask, given
from advisor.ui.session import MOST_LINK, Session, content
from advisor.wording import labels

COUNTED = "labelled_examples"
"""The question whose answer a training file holds."""


def side_name(side: str, lang: Language) -> str:
    """What a group of questions is called."""
    return {
        "goal": lang("The goal"),
        "tried": lang("What was tried"),
        "data": lang("The data"),
        "operations": lang("Running it"),
        "quality": lang("Quality and safety"),
    }[side]


def draw(question: Question, session: Session) -> None:
    """The page of a question."""
    lang = session.lang
    came_from = returning()
    back = link(lang("Back"), came_from or before([question], session), session, classes="back")
    heading(
        lang(question.text),
        back=back,
        above=side_name(question.side, lang),
        below=helped(question, session),
        kind="asks many" if len(question.choices) > MANY else "asks",
        more=_state(question, session),
    )
    # A container keeps what it says until it is filled again; an empty place would be empty meanwhile.
    problem = st.container()
    ask(question, session)
    if question.sample:
        _sample(session)
    if question.id == COUNTED:
        measure = link(lang("Have them counted: check your training file"), "data", session)
        show(html('<p class="way">{}</p>', measure))
    press = buttons(lang, unknown=question.type != "text")
    show(_why(question, lang) + answered([question], session))
    if press:
        follow(leads(question, press, session), problem, session)
    elif not came_from:
        one = given(question, session)
        think_ahead({question.id: None if one.problem else one.value}, session)


BUTTONS = NEXT, UNKNOWN, SKIP = "continue", "unknown", "skip"
"""The buttons of a question, by their keys."""


def buttons(lang: Language, *, unknown: bool = True) -> str:
    """Draw the buttons of a question; the key of the one that was pressed, if any."""
    with st.container(key="actions", horizontal=True):
        st.button(lang("Next"), type="primary", key=NEXT)
        if unknown:
            st.button(lang("I don't know"), key=UNKNOWN)
        st.button(lang("Skip for now"), type="tertiary", key=SKIP)
    return pressed(*BUTTONS)


def leads(question: Question, press: str, session: Session) -> Led:
    """Take what a press of a button means for the answers, and say where it leads or what is wrong."""
    answer = given(question, session)
    if press == NEXT and not answer.problem and question.type == "text":
        answer = _in_a_link(question, answer, session)
    if press == NEXT and answer.problem:
        return Led(problem=answer.problem)
    if press != SKIP:
        session.answer(session.situation.with_answer(question.id, None if press == UNKNOWN else answer.value))
    session.forget(question.id)
    others = tuple(key for key in session.skipped if key != question.id)
    if press != SKIP:
        session.skipped = others
    elif question.id not in session.situation.answers:
        session.skipped = (*others, question.id)
    return Led(returning() or following(session))


def returning() -> str:
    """The page that sent to a question and to which its answer leads back; nothing for the interview itself."""
    came_from = st.query_params.get("from", "")
    return came_from if came_from in st.session_state["pages"] and came_from != "lost" else ""


def helped(question: Question, session: Session) -> str:
    """How to answer, with an example from the person's own kind of work."""
    example = question.examples.get(str(session.situation.answers.get(WORK)))
    parts = (question.help, example or question.examples.get(ANY))
    return " ".join(session.lang(part) for part in parts if part)


def _sample(session: Session) -> None:
    """What an example looks like for the person's own kind of work, with where the answer comes from if each must say
    so; nothing where the work is not known.
    """
    from advisor.dataset.template.samples import task_samples  # here, since other questions need none of it

    lang, work = session.lang, session.situation.answers.get(WORK)
    if not isinstance(work, str):
        return
    row = task_samples(work, lang.code).rows[0]
    parts = [(lang("Input"), row.input)]
    cited = ""
    if row.source and session.situation.answers.get("citations") == "yes":
        parts.append((lang("Passage"), f"[{row.source}] {row.context}"))
        cited = f" [{row.source}]"
    parts.append((lang("Wanted output"), row.output + cited))
    rows = joined(html("<div><dt>{}</dt><dd>{}</dd></div>", name, text) for name, text in parts)
    show(html('<div class="sample"><p>{}</p><dl>{}</dl></div>', lang("One example, for your kind of work:"), rows))


def _in_a_link(question: Question, given: Given, session: Session) -> Given:
    """The text, unless the link that holds it would be longer than proxies and mail let pass."""
    n = session.length(session.situation.with_answer(question.id, given.value))
    if n <= MOST_LINK:
        return given
    lang = session.lang
    return Given(
        problem=lang(
            "With this text the link to your answers would have {n} characters; mail and proxies may cut one of more "
            "than {most}. Shorten the text.",
            n=lang.number(n, 9),
            most=lang.number(MOST_LINK, 9),
        )
    )


def follow(led: Led, place: st.delta_generator.DeltaGenerator, session: Session) -> None:
    """Go where a press leads, or say there what is wrong."""
    if led.problem:
        say(place, led.problem)
    else:
        go(led.page, session)


def say(place: st.delta_generator.DeltaGenerator, problem: str) -> None:
    """Say what is wrong above the form, and take the focus there."""
    st.session_state["problems"] = st.session_state.get("problems", 0) + 1
    st.session_state["problem"] = st.session_state["problems"]
    show(html('<p class="problem" role="alert" tabindex="-1">{}</p>', problem), place=place)


def _state(question: Question, session: Session) -> Markup:
    """Whether the answer was measured, or is known to be unknown."""
    lang = session.lang
    if question.id in session.situation.measured:
        text = lang("This answer was measured. If you change it, it becomes your estimate again.")
        if pilot := session.situation.measurements.get(question.id):
            text = f"{text} ({labels.measurement(pilot, lang)})"
        return html("<p class='state'>{} {}</p>", badge(lang("Measured"), "measured"), text)
    if question.id in session.situation.answers and session.situation.answers[question.id] is None:
        return html("<p class='state'>{}</p>", badge(lang("You said: I don’t know")))
    return Markup()


def _why(question: Question, lang: Language) -> Markup:
    """Why we ask, and what we go by when the answer is not known."""
    parts = [html("<p>{}</p>", lang(question.why))] if question.why else []
    title = lang("Why we ask")
    if question.type != "text":
        parts.append(html("<p>{}</p>", _without(question, lang)))
        title = lang("Why we ask, and what if you don't know")
    return html('<details class="why"><summary>{}</summary>{}</details>', title, joined(parts)) if parts else Markup()


def _without(question: Question, lang: Language) -> str:
    """What we go by when the answer is not known."""
    if question.type == "number" and question.prior:
        usual = labels.quantity([question.prior.p10, question.prior.p90], question.unit or "", lang)
        text = lang("If you don't know, we use what is usual: {usual}.", usual=usual)
    elif question.type == "number":
        return lang("If you don't know, it stays unknown: nothing is assumed.")
    elif question.type == "yes_no":
        text = lang(
            "If you don't know, we try both answers: “yes” in {share} of the situations.",
            share=lang.percent(question.yes_prior),
        )
    else:
        text = lang("If you don't know, we try every answer, the usual ones more often.")
    ours = lang(question.prior_note) if question.prior_note else lang("This is our assumption.")
    return f"{text} {ours}"


def answered(asking: Sequence[Question], session: Session) -> Markup:
    """Links to every question answered or skipped so far but those that are asked just now."""
    lang, here = session.lang, {question.id for question in asking}
    seen = [earlier for earlier in walked(session.situation, session.skipped, content()) if earlier.id not in here]
    if not seen:
        return Markup()
    rows = []
    for earlier in seen:
        answer = (
            labels.answer(earlier, session.situation.answers[earlier.id], lang)
            if earlier.id in session.situation.answers
            else lang("skipped")
        )
        short = answer if len(answer) <= 80 else f"{answer[:79]}…"
        # No more markup than this: a browser reads through all of it at each click.
        rows.append(html("<li>{} {}</li>", link(lang(earlier.text), page_of(earlier), session), short))
    title = lang("Earlier questions ({n})", n=len(seen))
    return html('<details class="answered"><summary>{}</summary><ol>{}</ol></details>', title, joined(rows))
