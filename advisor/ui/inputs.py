"""One widget for each type of question: it shows the answer there is and reads the one that is given.

What the browser sends for a choice is its label, which changes with the language. So every widget's key names the
language, and a widget is filled from the answers, or from what was entered in the other language and not yet sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from advisor import labels
from advisor.interview import MAX_TEXT
from advisor.language import LANGUAGES, Language
from advisor.schema import Question
from advisor.ui.markup import plain
from advisor.ui.visit import Visit

NONE = "none-of-these"
LONG = ("goal_text",)
"""Texts that take more than a line."""


@dataclass(frozen=True)
class Given:
    """What stands in the form: a value, or what is wrong with it."""

    value: Any = None
    problem: str = ""


def ask(question: Question, here: Visit) -> Given:
    """Draw the question's widget and read it."""
    with st.container(key="answer"):
        match question.type:
            case "choice" | "yes_no":
                return _one_of(question, here)
            case "several":
                return _several(question, here)
            case "number":
                return _number(question, here)
            case _:
                return _text(question, here)


def _key(question: Question, part: str, code: str) -> str:
    return f"{question.id}:{part}:{code}"


def _kept(question: Question, part: str, here: Visit, answered: Any) -> Any:
    """What the widget begins with: what was entered in another language a moment ago, else the answer."""
    for code in LANGUAGES:
        key = _key(question, part, code)
        if code != here.code and key in st.session_state:
            return st.session_state[key]
    return answered


def _one_of(question: Question, here: Visit) -> Given:
    lang = here.lang
    if question.type == "yes_no":
        names, means = {"yes": lang("Yes"), "no": lang("No")}, {}
    else:
        names = {choice.id: lang(choice.text) for choice in question.choices}
        means = {choice.id: lang(choice.means) for choice in question.choices if choice.means}
    ids = list(names)
    begin = _kept(question, "one", here, here.situation.answers.get(question.id))
    chosen = st.radio(
        plain(lang(question.text)),
        ids,
        index=ids.index(begin) if begin in ids else None,
        format_func=lambda one: plain(names[one]),
        captions=[plain(means.get(one, "")) for one in ids] if means else None,
        key=_key(question, "one", here.code),
        label_visibility="collapsed",
        width="stretch",
    )
    if chosen is None:
        return Given(problem=lang("Choose an answer, or say that you don't know."))
    return Given(chosen)


def _several(question: Question, here: Visit) -> Given:
    lang = here.lang
    answered = here.situation.answers.get(question.id)
    before = answered if isinstance(answered, tuple) else None
    ticked = []
    for choice in question.choices:
        begin = bool(_kept(question, choice.id, here, choice.id in (before or ())))
        label = plain(lang(choice.text))
        if choice.means:
            label += f"  \n:small[{plain(lang(choice.means))}]"
        if st.checkbox(label, begin, key=_key(question, choice.id, here.code), width="stretch"):
            ticked.append(choice.id)
    begin = bool(_kept(question, NONE, here, before == ()))
    none = st.checkbox(plain(lang("None of these")), begin, key=_key(question, NONE, here.code), width="stretch")
    if none and ticked:
        return Given(problem=lang("Tick either “None of these” or what applies, not both."))
    if not none and not ticked:
        return Given(problem=lang("Tick what applies, or “None of these”, or say that you don't know."))
    return Given(tuple(ticked))


def _number(question: Question, here: Visit) -> Given:
    lang = here.lang
    answered = here.situation.answers.get(question.id)
    exact = answered if isinstance(answered, float) else None
    low, high = (float(end) for end in answered) if isinstance(answered, tuple) else (None, None)
    kinds = {"exact": lang("One number"), "range": lang("A range")}
    begin = _kept(question, "kind", here, "range" if isinstance(answered, tuple) else "exact")
    kind = st.radio(
        plain(lang("How precisely do you know it?")),
        list(kinds),
        index=list(kinds).index(begin) if begin in kinds else 0,
        format_func=lambda one: plain(kinds[one]),
        key=_key(question, "kind", here.code),
        horizontal=True,
        label_visibility="collapsed",
    )
    unit = lang(question.unit or "")
    if kind == "exact":
        value = _figure(question, "exact", here, exact, lang("Number ({unit})", unit=unit))
        problem = _wrong(question, value, lang)
        given: Any = value
    else:
        first, second = st.columns(2)
        with first:
            least = _figure(question, "low", here, low, lang("From ({unit})", unit=unit))
        with second:
            most = _figure(question, "high", here, high, lang("To ({unit})", unit=unit))
        problem = _wrong(question, least, lang) or _wrong(question, most, lang)
        if not problem and least is not None and most is not None and least > most:
            problem = lang("The range begins above its end. Write the lower number first.")
        given = (least, most)
    if problem:
        return Given(problem=problem)
    st.caption(plain(lang("That is: {quantity}", quantity=labels.quantity(given, question.unit or "", lang))))
    return Given(given)


def _figure(question: Question, part: str, here: Visit, answered: float | None, label: str) -> float | None:
    begin = _kept(question, part, here, answered)
    value: float | None = st.number_input(
        plain(label),
        value=None if begin is None else int(begin) if question.integer else float(begin),
        step=1 if question.integer else None,
        format="%d" if question.integer else "%.12g",
        key=_key(question, part, here.code),
    )
    return None if value is None else float(value)


def _wrong(question: Question, value: float | None, lang: Language) -> str:
    least, most = question.minimum or 0.0, question.maximum or 0.0
    if value is None:
        return lang("Give a number, or say that you don't know.")
    if not least <= value <= most:
        return lang("Give a number from {low} to {high}.", low=lang.number(least), high=lang.number(most))
    return ""


def _text(question: Question, here: Visit) -> Given:
    lang = here.lang
    begin = str(_kept(question, "text", here, here.situation.answers.get(question.id)) or "")
    key = _key(question, "text", here.code)
    label = plain(lang(question.text))
    if question.id in LONG:
        text = st.text_area(label, begin, height=180, key=key, label_visibility="collapsed")
    else:
        text = st.text_input(label, begin, key=key, label_visibility="collapsed")
    text = (text or "").strip()
    if not text:
        return Given(problem=lang("Write something, or skip this question."))
    if len(text) > MAX_TEXT:
        return Given(
            problem=lang(
                "The text has {n} characters; at most {most} are kept. Shorten it by {over}.",
                n=lang.number(len(text), 6),
                most=lang.number(MAX_TEXT, 6),
                over=lang.number(len(text) - MAX_TEXT, 6),
            )
        )
    return Given(text)
