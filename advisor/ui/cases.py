"""Published cases: judge one from what the team knew, then see what came out and what the advisor says."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from advisor import labels
from advisor.cases import OUTCOMES, CaseResult, judge
from advisor.interview import Situation, read_situation
from advisor.language import Language
from advisor.provenance import address, source_name
from advisor.schema import Case
from advisor.ui.markup import badge, esc, heading, link, outside, plain, show
from advisor.ui.path import go
from advisor.ui.visit import Visit, content


def outcome_name(outcome: str, lang: Language) -> str:
    """What a published outcome is called."""
    names = {
        "prompting": lang("Better prompting"),
        "few_shot": lang("Examples in the prompt"),
        "rag": lang("Retrieval (RAG)"),
        "finetune_sft": lang("Supervised fine-tuning"),
        "distill": lang("Distillation to a small model"),
        "rag_plus_finetune": lang("Retrieval with a tuned model"),
        "dpo": lang("Preference tuning (DPO)"),
        "rft": lang("Reinforcement fine-tuning (RFT)"),
        "not_yet": lang("Not yet: something was missing"),
    }
    return names[outcome]


def strength_name(strength: str, lang: Language) -> str:
    return {
        "measured": lang("measured"),
        "reported": lang("reported"),
        "anecdotal": lang("anecdotal"),
    }[strength]


def draw(here: Visit) -> None:
    """The list of cases. It tells no outcome."""
    lang = here.lang
    show(link(lang("Learn"), "learn", here, classes="back"), key="back")
    heading(
        lang("Published cases"),
        below=lang("Decide what you would do before you see what came out, or start your own answers from one."),
    )
    known = sorted(content().cases, key=lambda case: case.title.casefold())
    if not known:
        st.html(f'<p class="empty">{esc(lang("There are no cases."))}</p>')
        return
    rows = "".join(
        f"<li>{link(case.title, 'case', here, case=case.id)}<span>{esc(lang(case.summary))}</span>"
        f'<span class="quiet">{case.year} · {esc(strength_name(case.strength, lang))}</span></li>'
        for case in known
    )
    show(f'<ul class="doors cases">{rows}</ul>', key="cases")


def draw_case(here: Visit) -> None:
    """One case: what the team knew, a guess, and then the outcome."""
    lang = here.lang
    wanted = st.query_params.get("case", "")
    case = next((one for one in content().cases if one.id == wanted), None)
    show(link(lang("Published cases"), "cases", here, classes="back"), key="back")
    if case is None:
        heading(lang("There is no such case"), below=lang("The link may be cut short; choose one from the list."))
        return
    heading(case.title, above=lang("What would you do?"), below=lang(case.summary))
    known = read_situation(case.answers)
    names = {option.id: lang(option.name) for option in content().options}
    names["not_yet"] = outcome_name("not_yet", lang)
    guess = st.radio(
        plain(lang("Your guess")),
        list(names),
        index=None,
        format_func=lambda one: plain(names[one]),
        key=f"guess:{case.id}:{here.code}",
    )
    shown, asked = f"shown:{case.id}", f"asked:{case.id}"
    with st.container(key="actions", horizontal=True):
        if st.button(lang("Show what came out"), type="primary", key="reveal"):
            st.session_state[shown] = True
        if st.button(lang("Start my answers from this case"), key="take"):
            if not here.situation.answers or here.situation == known:
                _take(known, here)
            st.session_state[asked] = True
    if st.session_state.get(asked):
        _ask(known, asked, here)
    if st.session_state.get(shown):
        _outcome(case, guess, here)
    _knew(known, lang)


def _take(known: Situation, here: Visit) -> NoReturn:
    """Begin an interview with what the team knew."""
    here.restart(known)
    go("check", here)


def _ask(known: Situation, asked: str, here: Visit) -> None:
    """Whether the answers of the case may take the place of the reader's own."""
    lang = here.lang
    n = len(here.situation.answers)
    said = lang.plural(
        "You have answered {n} question yourself. The answers of this case would take its place.",
        "You have answered {n} questions yourself. The answers of this case would take their place.",
        n,
    )
    with st.container(key="replace"):
        st.html(f'<p class="note" role="alert">{esc(said)}</p>')
        with st.container(key="choices", horizontal=True):
            replace = st.button(lang("Replace my answers"), key="replace-mine")
            keep = st.button(lang("Keep my answers"), key="keep-mine")
    if replace:
        del st.session_state[asked]
        _take(known, here)
    if keep:
        del st.session_state[asked]
        st.rerun()


def _outcome(case: Case, guess: str | None, here: Visit) -> None:
    lang = here.lang
    said = judge(case, here.day)
    right = {case.outcome, *case.acceptable}
    if guess is None:
        verdict = lang("You made no guess.")
    elif OUTCOMES.get(guess, guess) in right:
        verdict = lang("Your guess agrees with what came out.")
    else:
        verdict = lang("Your guess differs from what came out.")
    also = labels.any_of([labels.in_sentence(outcome_name(one, lang)) for one in case.acceptable], lang)
    extra = f" {esc(lang('The source would also support: {also}.', also=also))}" if also else ""
    checked = "" if case.verified else badge(lang("figures not checked"), "not_verified")
    source = outside(source_name(case.source, content(), lang), address(case.source))
    show(
        f'<section class="outcome"><h2>{esc(lang("What came out"))}</h2>'
        f'<p class="what">{esc(outcome_name(case.outcome, lang))}</p><p>{esc(verdict)}{extra}</p>'
        f"<p>{esc(lang(case.lesson))}</p><p>{esc(_ours(said, lang))}</p>"
        f'<p class="quiet">{esc(lang("Source:"))} {source} {checked}</p></section>',
        key="outcome",
    )


def _ours(said: CaseResult, lang: Language) -> str:
    name = said_name(said, lang)
    if said.right:
        return lang("This advisor says the same: {name}.", name=name)
    return lang("This advisor says otherwise, and is wrong here: {name}.", name=name)


def said_name(said: CaseResult, lang: Language) -> str:
    """What the advisor says of a case: the option, or that something is missing."""
    if said.outcome == "not_yet":
        return outcome_name("not_yet", lang)
    return labels.option_name(said.option, content(), lang)


def _knew(known: Situation, lang: Language) -> None:
    rows = "".join(
        f"<div><dt>{esc(labels.question_of(key, content(), lang))}</dt>"
        f'<dd class="said">{esc(labels.answer_of(key, value, content(), lang))}</dd></div>'
        for key, value in known.answers.items()
    )
    show(
        f"<h2>{esc(lang('What the team knew'))}</h2><p class='quiet'>"
        f"{esc(lang('What is not listed was not known, and counts as unknown.'))}</p>"
        f'<dl class="summary two">{rows}</dl>',
        key="knew",
    )
