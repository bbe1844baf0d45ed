"""Published cases: judge one from what the team knew, then see what came out and what the advisor says."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from advisor.cases import judge, level_name, our_answer, shown, strength_name, verdict_of
from advisor.content.entries import Case, Verdict
from advisor.content.sources import address, source_name
from advisor.engine.agenda import WORK
from advisor.interview.answers_file import read_situation
from advisor.interview.situation import Situation
from advisor.language import Language
from advisor.ui.navigation import go
from advisor.ui.parts.filters import asked, choice
from advisor.ui.parts.markup import Markup, Words, badge, heading, html, joined, link, outside, plain, show
from advisor.ui.session import Session, content
from advisor.wording import VERDICTS, labels

LEVELS = ("easy", "medium", "hard")
WORDS_A_MINUTE = 200
"""How fast people read. Assumption."""
WORDS_AN_ANSWER = 4
"""Words of one answer, about. Assumption."""


def draw(session: Session) -> None:
    """The list of cases. It tells no outcome."""
    lang = session.lang
    back = link(lang("Learn"), "learn", session, classes="back")
    heading(
        lang("Published cases"),
        back=back,
        below=lang("Decide what you would do before you see what came out, or start your own answers from one."),
    )
    works = {choice.id: lang(choice.text) for choice in content().question(WORK).choices}
    levels = {level: level_name(level, lang) for level in LEVELS}
    work, level = (name if (name := asked(key)) in known else "" for key, known in (("work", works), ("level", levels)))
    with st.container(key="case-filters", horizontal=True):
        choice("work", lang("Kind of work"), {"": lang("Any kind"), **works}, work, session)
        choice("level", lang("How hard to judge"), {"": lang("Any level"), **levels}, level, session)
    cards = {card.id: card for card in content().case_cards}
    listed = [
        (cards[case.id], case)
        for case in shown(content())
        if work in ("", case.answers.get(WORK)) and level in ("", cards[case.id].level)
    ]
    if not listed:
        show(html('<p class="empty">{}</p>', lang("No case is of this kind and level. Choose another.")))
        return
    listed.sort(key=lambda pair: (LEVELS.index(pair[0].level), lang(pair[0].title).casefold()))
    rows = joined(
        html(
            '<li>{}<span>{}</span><span class="quiet">{}</span></li>',
            link(lang(card.title), "case", session, case=case.id),
            lang(case.summary),
            joined([works[str(case.answers[WORK])], levels[card.level], _minutes(case, lang), case.year], " · "),
        )
        for card, case in listed
    )
    show(html('<p class="quiet" role="status">{}</p>', lang.plural("{n} case", "{n} cases", len(listed))))
    show(html('<ul class="doors cases">{}</ul>', rows), key="cases")


def _minutes(case: Case, lang: Language) -> str:
    """How long it takes to read a case, with what the team knew."""
    known = read_situation(case.answers).answers
    said = [lang(case.summary), lang(case.lesson), *(labels.question_of(key, content(), lang) for key in known)]
    words = sum(len(text.split()) for text in said) + WORDS_AN_ANSWER * len(known)
    minutes = max(1, round(words / WORDS_A_MINUTE))
    return lang.plural("{n} minute", "{n} minutes", minutes)


def draw_case(session: Session) -> None:
    """One case: what the team knew, a guess, and then what the advisor says and what came out."""
    lang = session.lang
    wanted = st.query_params.get("case", "")
    case = next((case for case in shown(content()) if case.id == wanted), None)
    back = link(lang("Published cases"), "cases", session, classes="back")
    if case is None:
        heading(
            lang("There is no such case"), back=back, below=lang("The link may be cut short; choose one from the list.")
        )
        return
    card = next(card for card in content().case_cards if card.id == case.id)
    heading(lang(card.title), back=back, above=case.title, below=lang(case.summary))
    known = read_situation(case.answers)
    guessed, asked_key = f"guessed:{case.id}", f"asked:{case.id}"
    _guess(guessed, lang)
    with st.container(key="actions", horizontal=True):
        if st.button(lang("Start my answers from this case"), key="take", type="tertiary"):
            if not session.situation.answers or session.situation == known:
                _take(known, session)
            st.session_state[asked_key] = True
    if st.session_state.get(asked_key):
        _ask(known, asked_key, session)
    if guessed in st.session_state:
        _outcome(case, st.session_state[guessed], session)
    _knew(known, lang)


def _guess(key: str, lang: Language) -> None:
    """The three verdicts to choose from, and a way to see the outcome without."""
    show(html('<h2 class="first">{}</h2>', lang("What would you have said?")))
    with st.container(key="guess", horizontal=True):
        for verdict in VERDICTS:
            chosen = st.session_state.get(key) == verdict
            name = plain(labels.verdict_name(verdict, lang))
            if st.button(name, key=f"guess-{verdict}", type="primary" if chosen else "secondary"):
                st.session_state[key] = verdict
                st.rerun()
        if key not in st.session_state and st.button(lang("Show it without a guess"), key="reveal", type="tertiary"):
            st.session_state[key] = None
            st.rerun()


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


def _outcome(case: Case, guess: Verdict | None, session: Session) -> None:
    lang = session.lang
    result, words = judge(case, session.day), Words(lang)
    names = [labels.outcome_name(outcome, content(), lang) for outcome in case.acceptable]
    also = labels.any_of([labels.in_sentence(name) for name in names], lang)
    extra = html(" {}", lang("The source would also support: {also}.", also=also)) if also else Markup()
    checked = "" if case.verified else badge(lang("figures not checked"), "not_verified")
    source = outside(source_name(case.source, content(), lang), address(case.source))
    show(
        html(
            '<section class="outcome" role="status"><h2>{}</h2>'
            '<p class="what">{}</p>'
            "<p>{}{}</p>"
            "<p>{}</p><p>{}</p>"
            '<p class="quiet">{} {} · {} {}</p></section>',
            lang("What came out"),
            labels.outcome_name(case.outcome, content(), lang),
            _held_against(guess, case, lang),
            extra,
            words(our_answer(result, content(), lang)),
            words(lang(case.lesson)),
            lang("Source:"),
            source,
            strength_name(case.strength, lang),
            checked,
        ),
        key="outcome",
    )


def _held_against(guess: Verdict | None, case: Case, lang: Language) -> str:
    """The reader's guess held against what came out."""
    if guess is None:
        return lang("You made no guess.")
    if guess == verdict_of(case.outcome):
        return lang("Your guess agrees with what came out.")
    if guess in {verdict_of(outcome) for outcome in case.acceptable}:
        return lang("Your guess differs from what came out, but the source would support it too.")
    return lang("Your guess differs from what came out.")


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
