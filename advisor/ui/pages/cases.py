"""Published cases: judge one from what the team knew, then see what came out and what the advisor says."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from advisor.cases import CaseResult, agreement, judge, supported
from advisor.content.entries import Case
from advisor.content.sources import address, source_name
from advisor.interview.answers_file import read_situation
from advisor.interview.situation import Situation
from advisor.language import Language
from advisor.ui.navigation import go
from advisor.ui.parts.markup import Markup, Words, badge, heading, html, joined, link, outside, plain, show
from advisor.ui.session import Session, content
from advisor.wording import labels


def strength_name(strength: str, lang: Language) -> str:
    return {
        "measured": lang("measured"),
        "reported": lang("reported"),
        "anecdotal": lang("anecdotal"),
    }[strength]


def draw(session: Session) -> None:
    """The list of cases. It tells no outcome."""
    lang = session.lang
    show(link(lang("Learn"), "learn", session, classes="back"), key="back")
    heading(
        lang("Published cases"),
        below=lang("Decide what you would do before you see what came out, or start your own answers from one."),
    )
    known = sorted(content().cases, key=lambda case: case.title.casefold())
    if not known:
        show(html('<p class="empty">{}</p>', lang("There are no cases.")))
        return
    rows = joined(
        html(
            '<li>{}<span>{}</span><span class="quiet">{} · {}</span></li>',
            link(case.title, "case", session, case=case.id),
            lang(case.summary),
            case.year,
            strength_name(case.strength, lang),
        )
        for case in known
    )
    show(html('<ul class="doors cases">{}</ul>', rows), key="cases")


def draw_case(session: Session) -> None:
    """One case: what the team knew, a guess, and then the outcome."""
    lang = session.lang
    wanted = st.query_params.get("case", "")
    case = next((case for case in content().cases if case.id == wanted), None)
    show(link(lang("Published cases"), "cases", session, classes="back"), key="back")
    if case is None:
        heading(lang("There is no such case"), below=lang("The link may be cut short; choose one from the list."))
        return
    heading(case.title, above=lang("What would you do?"), below=lang(case.summary))
    known = read_situation(case.answers)
    names = {option.id: lang(option.name) for option in content().options}
    names["not_yet"] = labels.outcome_name("not_yet", content(), lang)
    guess = st.radio(
        plain(lang("Your guess")),
        list(names),
        index=None,
        format_func=lambda case_id: plain(names[case_id]),
        key=f"guess:{case.id}:{session.code}",
    )
    shown, asked = f"shown:{case.id}", f"asked:{case.id}"
    with st.container(key="actions", horizontal=True):
        if st.button(lang("Show what came out"), type="primary", key="reveal"):
            st.session_state[shown] = True
        if st.button(lang("Start my answers from this case"), key="take"):
            if not session.situation.answers or session.situation == known:
                _take(known, session)
            st.session_state[asked] = True
    if st.session_state.get(asked):
        _ask(known, asked, session)
    if st.session_state.get(shown):
        _outcome(case, guess, session)
    _knew(known, lang)


def _take(known: Situation, session: Session) -> NoReturn:
    """Begin an interview with what the team knew."""
    session.restart(known)
    go("check", session)


def _ask(known: Situation, asked: str, session: Session) -> None:
    """Whether the answers of the case may take the place of the reader's own."""
    lang = session.lang
    n = len(session.situation.answers)
    warning = lang.plural(
        "You have answered {n} question yourself. The answers of this case would take its place.",
        "You have answered {n} questions yourself. The answers of this case would take their place.",
        n,
    )
    with st.container(key="replace"):
        show(html('<p class="note" role="alert">{}</p>', warning))
        with st.container(key="choices", horizontal=True):
            replace = st.button(lang("Replace my answers"), key="replace-mine")
            keep = st.button(lang("Keep my answers"), key="keep-mine")
    if replace:
        del st.session_state[asked]
        _take(known, session)
    if keep:
        del st.session_state[asked]
        st.rerun()


def _outcome(case: Case, guess: str | None, session: Session) -> None:
    lang = session.lang
    result, words = judge(case, session.day), Words(lang)
    names = [labels.outcome_name(outcome, content(), lang) for outcome in case.acceptable]
    also = labels.any_of([labels.in_sentence(name) for name in names], lang)
    extra = html(" {}", lang("The source would also support: {also}.", also=also)) if also else Markup()
    checked = "" if case.verified else badge(lang("figures not checked"), "not_verified")
    source = outside(source_name(case.source, content(), lang), address(case.source))
    show(
        html(
            '<section class="outcome"><h2>{}</h2>'
            '<p class="what">{}</p>'
            "<p>{}{}</p>"
            "<p>{}</p><p>{}</p>"
            '<p class="quiet">{} {} {}</p></section>',
            lang("What came out"),
            labels.outcome_name(case.outcome, content(), lang),
            _guessed(guess, case, lang),
            extra,
            words(lang(case.lesson)),
            words(our_answer(result, lang)),
            lang("Source:"),
            source,
            checked,
        ),
        key="outcome",
    )


def _guessed(guess: str | None, case: Case, lang: Language) -> str:
    """The reader's guess, an option or `not_yet`, held against what came out."""
    if guess is None:
        return lang("You made no guess.")
    option = None if guess == "not_yet" else guess
    if agreement(option, case) == "option":
        return lang("Your guess agrees with what came out.")
    if supported(option, case):
        return lang("Your guess differs from what came out, but the source would support it too.")
    return lang("Your guess differs from what came out.")


def our_answer(result: CaseResult, lang: Language) -> str:
    """What the advisor says of a case, and how far that agrees with what came out."""
    name = labels.advised(result.verdict, result.option, content(), lang)
    match result.agreement, result.right:
        case "option", _:
            return lang("This advisor says the same: {name}.", name=name)
        case "verdict", True:
            return lang(
                "This advisor comes to the same verdict with another option, which the source would support too: "
                "{name}.",
                name=name,
            )
        case "verdict", False:
            return lang(
                "This advisor comes to the same verdict, but with another option, and is wrong there: {name}.",
                name=name,
            )
        case _, True:
            return lang("This advisor comes to another verdict, which the source would support too: {name}.", name=name)
        case _:
            return lang("This advisor comes to another verdict, and is wrong here: {name}.", name=name)


def _knew(known: Situation, lang: Language) -> None:
    words = Words(lang)
    rows = joined(
        html(
            '<div><dt>{}</dt><dd class="said">{}</dd></div>',
            words(labels.question_of(key, content(), lang)),
            labels.answer_of(key, value, content(), lang),
        )
        for key, value in known.answers.items()
    )
    show(
        html(
            "<h2>{}</h2><p class='quiet'>{}</p><dl class=\"summary two\">{}</dl>",
            lang("What the team knew"),
            lang("What is not listed was not known, and counts as unknown."),
            rows,
        ),
        key="knew",
    )
