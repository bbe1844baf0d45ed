"""The field of each type of question: it shows the answer there is and reads the one that is given.

What the browser sends for a choice is its label, which changes with the language. So every widget's key names the
language, and a widget is filled from the answers, or from what was entered in another language and not yet sent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import streamlit as st

from advisor.content.entries import Question
from advisor.interview.names import Misnamed, check, names
from advisor.interview.number_input import Read, Wanted, example, read, written
from advisor.interview.situation import LONE
from advisor.language import LANGUAGES, Language
from advisor.ui.parts import number_field
from advisor.ui.parts.markup import Markup, esc, html, plain, show
from advisor.ui.parts.text_field import limited
from advisor.ui.session import LONG, Session, most_text, turn
from advisor.wording.inputs import said_back

NONE = "none-of-these"
ENDS = ("low", "high")
"""The fields of a range."""
MANY = 7
"""Choices beyond which a phone shows what one means only when it is chosen, so that the page stays short."""


@dataclass(frozen=True)
class Given:
    """What stands in the form: a value, or what is wrong with it."""

    value: Any = None
    problem: str = ""
    empty: bool = False
    """Nothing was entered, which is the problem."""


def ask(question: Question, session: Session, *, among: bool = False) -> None:
    """Draw the question's widget; `among` other questions, in less room."""
    with st.container(key=f"answer-{question.id}" if among else "answer"):
        if sum(bool(choice.means) for choice in question.choices) > MANY:
            show(html('<p class="hint tap">{}</p>', session.lang("Tap a choice to read what it means.")))
        match question.type:
            case "choice" | "yes_no":
                _one_of(question, session)
            case "several":
                _several(question, session)
            case "number" if among:
                _exact(question, session.situation.answers.get(question.id), session.lang)
            case "number":
                _number(question, session)
            case _:
                _text(question, session)


def given(question: Question, session: Session, *, among: bool = False) -> Given:
    """What stands in the question's widget, as it was drawn in this run or, before that, in the last one."""
    match question.type:
        case "choice" | "yes_no":
            return _given_one(question, session)
        case "several":
            return _given_several(question, session)
        case "number" if among or _state(question, "kind", session) != "range":
            return _given_exact(question, session.lang)
        case "number":
            return _given_range(question, session.lang)
        case _:
            return _given_text(question, session)


def keep(question: Question, session: Session, *, among: bool = False) -> None:
    """Keep what stands in the question's widget while its page is left without an answer."""
    begins = (f"{question.id}:", f"{number_field.PREFIX}-{question.id}-")
    entered = {str(key): st.session_state[key] for key in st.session_state if str(key).startswith(begins)}
    one = given(question, session, among=among)
    if not entered or one.empty or (not one.problem and one.value == session.situation.answers.get(question.id)):
        session.forget(question.id)
    else:
        session.draft(question.id, entered)


def _state(question: Question, part: str, session: Session) -> Any:
    """The value of a widget."""
    return st.session_state.get(_key(question, part, session.code))


def _key(question: Question, part: str, code: str) -> str:
    return f"{question.id}:{part}:{code}{turn()}"


def _kept(question: Question, part: str, session: Session, answered: Any) -> Any:
    """What the widget begins with: what was entered in another language a moment ago, or before the page was left, else
    the answer.
    """
    keys = {code: _key(question, part, code) for code in LANGUAGES}
    for code, key in keys.items():
        if code != session.code and key in st.session_state:
            return st.session_state[key]
    drafted = (session.drafted(keys[code]) for code in (session.code, *LANGUAGES))
    return next((entered for entered in drafted if entered is not None), answered)


def _one_of(question: Question, session: Session) -> None:
    lang = session.lang
    if question.type == "yes_no":
        names, means = {"yes": lang("Yes"), "no": lang("No")}, {}
    else:
        names = {choice.id: lang(choice.text) for choice in question.choices}
        means = {choice.id: lang(choice.means) for choice in question.choices if choice.means}
    ids = list(names)
    begin = _kept(question, "one", session, session.situation.answers.get(question.id))
    st.radio(
        plain(lang(question.text)),
        ids,
        index=ids.index(begin) if begin in ids else None,
        format_func=lambda value: plain(names[value]),
        captions=[plain(means.get(value, "")) for value in ids] if means else None,
        key=_key(question, "one", session.code),
        label_visibility="collapsed",
        width="stretch",
    )


def _given_one(question: Question, session: Session) -> Given:
    chosen = _state(question, "one", session)
    if chosen is None:
        return Given(problem=session.lang("Choose an answer, or say that you don't know."), empty=True)
    return Given(chosen)


def _several(question: Question, session: Session) -> None:
    lang = session.lang
    answered = session.situation.answers.get(question.id)
    before = answered if isinstance(answered, tuple) else None
    for choice in question.choices:
        begin = bool(_kept(question, choice.id, session, choice.id in (before or ())))
        label = plain(lang(choice.text))
        if choice.means:
            label += f"  \n:small[{plain(lang(choice.means))}]"
        st.checkbox(label, begin, key=_key(question, choice.id, session.code), width="stretch")
    begin = bool(_kept(question, NONE, session, before == ()))
    st.checkbox(plain(lang("None of these")), begin, key=_key(question, NONE, session.code), width="stretch")


def _given_several(question: Question, session: Session) -> Given:
    lang = session.lang
    ticked = [choice.id for choice in question.choices if _state(question, choice.id, session)]
    none = bool(_state(question, NONE, session))
    if none and ticked:
        return Given(problem=lang("Tick either “None of these” or what applies, not both."))
    if not none and not ticked:
        return Given(problem=lang("Tick what applies, or “None of these”, or say that you don't know."), empty=True)
    return Given(tuple(ticked))


def _number(question: Question, session: Session) -> None:
    lang = session.lang
    answered = session.situation.answers.get(question.id)
    exact = answered if isinstance(answered, float) else None
    low, high = (float(end) for end in answered) if isinstance(answered, tuple) else (None, None)
    kinds = {"exact": lang("One number"), "range": lang("A range")}
    begin = _kept(question, "kind", session, "range" if isinstance(answered, tuple) else "exact")
    kind = st.radio(
        plain(lang("How precisely do you know it?")),
        list(kinds),
        index=list(kinds).index(begin) if begin in kinds else 0,
        format_func=lambda kind: plain(kinds[kind]),
        key=_key(question, "kind", session.code),
        horizontal=True,
        label_visibility="collapsed",
    )
    if kind == "exact":
        _exact(question, exact, lang)
    else:
        _range(question, low, high, lang)


def _exact(question: Question, answered: Any, lang: Language) -> None:
    """One field, for a number or a range."""
    wanted, name = Wanted.of(question), f"{question.id}-exact"
    text = number_field.field(lang("Number ({unit})", unit=lang(question.unit or "")), wanted, name, answered, lang)
    number = read(text, wanted, lang)
    number_field.line(number_field.reading(number, text, name, wanted, lang) or _hint(question, wanted, lang))


def _given_exact(question: Question, lang: Language) -> Given:
    text = (number_field.typed(f"{question.id}-exact", lang) or "").strip()
    number = read(text, Wanted.of(question), lang)
    return Given(number.value, _wrong(number, text, lang), empty=not text)


def _range(question: Question, low: float | None, high: float | None, lang: Language) -> None:
    """Two fields, for the ends of a range: a numeric keyboard has no dash."""
    wanted, unit = Wanted.of(question), lang(question.unit or "")
    labels_of = (lang("From ({unit})", unit=unit), lang("To ({unit})", unit=unit))
    for column, part, label, answered in zip(st.columns(2), ENDS, labels_of, (low, high), strict=True):
        with column:
            number_field.field(label, wanted, f"{question.id}-{part}", answered, lang)
    _, markup = _ends(question, lang)
    number_field.line(markup or _hint(question, wanted, lang))


def _given_range(question: Question, lang: Language) -> Given:
    return _ends(question, lang)[0]


def _ends(question: Question, lang: Language) -> tuple[Given, Markup]:
    """The range that two fields give, and what the line under them says of it."""
    wanted, ends = Wanted.of(question), []
    for part in ENDS:
        name = f"{question.id}-{part}"
        text = (number_field.typed(name, lang) or "").strip()
        ends.append((name, text, read(text, wanted, lang, ranges=False)))
    values = [number.value for _, _, number in ends if isinstance(number.value, float)]
    problem = next((sentence for _, text, number in ends if (sentence := _wrong(number, text, lang))), "")
    markup = next(
        (
            number_field.reading(number, text, name, wanted, lang)
            for name, text, number in ends
            if text and number.value is None
        ),
        Markup(),
    )
    if len(values) == 2:
        if values[0] > values[1]:
            problem = lang("The range begins above its end. Write the lower number first.")
            markup = html('<span class="wrong">{}</span>', problem)
        else:
            sentence = said_back((values[0], values[1]), wanted, lang)
            markup = esc(lang("That is: {quantity}", quantity=sentence))
    return Given(None if problem else (values[0], values[1]), problem), markup


def _hint(question: Question, wanted: Wanted, lang: Language) -> Markup:
    """A number as it may be written: what is usual here, of one digit and noughts."""
    return esc(lang("For example: {example}", example=usual(question, wanted, lang)))


def usual(question: Question, wanted: Wanted, lang: Language) -> str:
    """The middle of what is usual as an answer to a question for a number, rounded to one digit."""
    prior = question.prior
    if prior is None:
        return example(wanted, lang)
    lognormal = prior.shape == "lognormal" and prior.p10 > 0
    middle = math.sqrt(prior.p10 * prior.p90) if lognormal else (prior.p10 + prior.p90) / 2
    number = float(f"{middle:.1g}")
    return written(number, wanted, lang) if wanted.allows(number) else example(wanted, lang)


def _wrong(number: Read, text: str, lang: Language) -> str:
    """Why a field gives no answer yet."""
    if not text:
        return lang("Give a number, or say that you don't know.")
    if len(number.readings) > 1:
        return lang("“{text}” can be read in more than one way: choose one under the field.", text=text[:40])
    return number.problem_text(lang)


def _text(question: Question, session: Session) -> None:
    lang = session.lang
    begin = str(_kept(question, "text", session, session.situation.answers.get(question.id)) or "")
    limited(
        lang(question.text),
        begin,
        most_text(question.id),
        _key(question, "text", session.code),
        lang,
        height=180 if question.id in LONG else None,
        label_visibility="collapsed",
    )


def _given_text(question: Question, session: Session) -> Given:
    lang, most = session.lang, most_text(question.id)
    text = (_state(question, "text", session) or "").strip()
    if not text:
        return Given(problem=lang("Write something, or skip this question."), empty=True)
    if len(text) > most:
        return Given(
            problem=lang(
                "The text has {n} characters; at most {most} fit. Shorten it by {over}.",
                n=lang.number(len(text), 9),
                most=lang.number(most, 9),
                over=lang.number(len(text) - most, 9),
            )
        )
    if LONE.search(text):
        return Given(problem=lang("The text holds half a sign, which no address can hold: write it anew."))
    if question.names:
        try:
            check(names(text), round(question.minimum or 1))
        except Misnamed as error:
            said = lang(error.message, **error.values)
            return Given(problem=f"{said[:1].upper()}{said[1:]}.")
    return Given(text)
