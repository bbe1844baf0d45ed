"""Sliders for numbers, each with a field beside it: a row of native controls, so that a move needs no more than itself.

What the browser sends is the place of a stop, or what was typed; never a label, which changes with the language.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

import streamlit as st

from advisor.content.entries import Quantity, Question
from advisor.content.load import load
from advisor.interview.number_input import Read, Reading, Wanted, read, text_of
from advisor.language import Language
from advisor.wording import labels

MANTISSAS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)
"""Stops of each power of ten: about equal steps on a logarithmic scale."""
BEYOND = 50.0
"""How many times above and below what is usual a slider reaches."""
MOST_TYPED = 80
"""Longest text that is read of a field, in characters."""

CALL = "export default (given) => window.advisor.sliders(given)"
"""A component sends its code at each move, so what it does is in the document (`server/static/scripts/`)."""

_sliders = st.components.v2.component(
    "advisor_sliders",
    html=(
        '<details class="play"><summary></summary><p class="how quiet"></p><ul class="sliders"></ul>'
        '<p class="said quiet" role="status"></p><p class="presses"><button type="button" data-press="keep"></button>'
        '<button type="button" data-press="reset"></button></p></details>'
    ),
    js=CALL,
    isolate_styles=False,
)


@dataclass(frozen=True)
class Slider:
    """A question as a slider: what it begins with, and what was typed and could not be read."""

    question: Question
    label: str
    value: Reading | None
    assumed: float
    """Where it stands while nothing is known."""
    unread: str = ""


@dataclass(frozen=True)
class Words:
    """What stands around the sliders."""

    title: str
    how: str
    said: str
    follows: str
    """What comes of the sliders, which is read out where the page changes."""
    keep: str
    reset: str


@dataclass(frozen=True)
class Moved:
    """What came of the sliders in a run."""

    n: int
    """Counts what the browser sent."""
    moves: Mapping[str, int | str]
    """By question: the place of a stop, or what was typed."""
    pressed: Literal["keep", "reset", ""] = ""


def stops(question: Question) -> tuple[float, ...]:
    """The values at which a slider stops: logarithmic around what is usual, or every whole number on an even scale."""
    prior, low, high = question.prior, question.minimum, question.maximum
    assert prior is not None
    assert low is not None
    assert high is not None
    if prior.shape == "uniform":
        return tuple(float(value) for value in range(math.ceil(low), math.floor(high) + 1))
    least, most = max(low, prior.p10 / BEYOND), min(high, prior.p90 * BEYOND)
    powers = range(math.floor(math.log10(prior.p10 / BEYOND)), math.ceil(math.log10(most)) + 1)
    every = (float(f"{mantissa * 10.0**power:.3g}") for power in powers for mantissa in MANTISSAS)
    inside = (value for value in every if least <= value <= most and (not question.integer or value.is_integer()))
    return (*((0.0,) if low == 0 else ()), *inside)


def usual(prior: Quantity) -> float:
    """The middle of what is usual, to two digits."""
    middle = (prior.p10 + prior.p90) / 2 if prior.shape == "uniform" else math.sqrt(prior.p10 * prior.p90)
    return float(f"{middle:.2g}")


def nearest(value: float, places: tuple[float, ...]) -> int:
    """The place of the stop that is nearest, on a logarithmic scale."""
    return min(range(len(places)), key=lambda place: abs(math.log(max(places[place], 1e-9) / max(value, 1e-9))))


def written(value: Reading, question: Question, lang: Language) -> str:
    """A value in its field: short where that is read as the same value, else with every digit."""
    wanted = Wanted.of(question)
    if isinstance(value, float):
        short = _short(value, question.unit or "", lang)
        if read(short, wanted, lang).value == value:
            return short
    return text_of(value, wanted, lang)


def _short(value: float, unit: str, lang: Language) -> str:
    match unit:
        case "seconds":
            return labels.seconds(value, lang)
        case "%":
            return lang.percent(value / 100)
        case _ if unit.startswith("USD"):
            return lang.whole_usd(value)
        case _:
            return lang.number(value, 12)


def value_of(move: int | str, question: Question, lang: Language) -> Read:
    """What a move means: that of a stop, or what was typed."""
    if isinstance(move, int):
        places = stops(question)
        return Read((places[min(max(move, 0), len(places) - 1)],))
    return read(move[:MOST_TYPED], Wanted.of(question), lang)


def draw(
    rows: tuple[Slider, ...], words: Words, lang: Language, heard: int, on: bool, key: str, take: Callable[[], None]
) -> Moved:
    """Draw the sliders. `take` is called before a run in which one was moved; `heard` is what it heard last."""
    data = {"rows": [_row(row, lang) for row in rows], "words": vars(words), "on": on, "heard": heard}
    # Of a mapping Streamlit asks whether it holds tables: to know, it loads pandas, which takes a second and 60 MB.
    result = _sliders(key=key, data=(data,), on_moved_change=take, on_pressed_change=_nothing)
    return _moved(result)


def moved(key: str) -> Moved:
    """What was moved or pressed, as `take` finds it."""
    return _moved(st.session_state.get(key) or {})


def _moved(result: Mapping[str, Any]) -> Moved:
    sent, pressed = result.get("moved"), result.get("pressed")
    sent = sent if isinstance(sent, dict) else {}
    n, moves = sent.get("n"), sent.get("moves")
    return Moved(
        n if isinstance(n, int) else 0,
        {key: what for key, move in moves.items() if (what := _what(move)) is not None}
        if isinstance(moves, dict)
        else {},
        pressed if pressed in ("keep", "reset") else "",
    )


def _what(move: object) -> int | str | None:
    """A move as it may come from anybody: the place of a stop or a text, or None for anything else."""
    if not isinstance(move, dict):
        return None
    stop, text = move.get("stop"), move.get("text")
    if isinstance(stop, int | float):
        return int(stop)
    return text if isinstance(text, str) else None


def _row(row: Slider, lang: Language) -> dict[str, Any]:
    """What the browser gets of a slider. A move changes one of them, and what is written is read again to be sure."""
    return _row_of(row.question.id, row.label, row.value, row.assumed, row.unread, lang)


@lru_cache(maxsize=1_000)
def _row_of(
    question_id: str, label: str, value: Reading | None, assumed: float, unread: str, lang: Language
) -> dict[str, Any]:
    question = load().question(question_id)
    places = stops(question)
    middle = math.sqrt(value[0] * value[1]) if isinstance(value, tuple) else assumed if value is None else value
    number = read(unread, Wanted.of(question), lang) if unread else Read()
    problem = number.problem_text(lang)
    if len(number.readings) > 1:
        problem = lang("“{text}”: which do you mean?", text=unread[:40])
    return {
        "id": question_id,
        "label": label,
        "name": lang(question.text),
        "texts": _texts(question_id, lang),
        "at": nearest(middle, places),
        "text": "" if value is None else written(value, question, lang),
        # Nobody assumes a limit that nobody has set.
        "hint": lang("not set") if question.decided else f"≈ {written(assumed, question, lang)}",
        "decided": question.decided,
        "problem": problem,
        "readings": [text_of(one, Wanted.of(question), lang) for one in number.readings]
        if len(number.readings) > 1
        else [],
    }


@cache
def _texts(question_id: str, lang: Language) -> list[str]:
    question = load().question(question_id)
    return [written(value, question, lang) for value in stops(question)]


def _nothing() -> None:
    """Streamlit reports a trigger only where a callback is named."""
