"""Sliders for numbers, each with a field beside it: a row of native controls, so that a move needs no more than itself.

What the browser sends is the place of a stop, or what was typed; never a label, which changes with the language.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
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

SCRIPT = """
export default function ({ data: [data], parentElement, setTriggerValue }) {
  const box = parentElement.querySelector("details");
  const list = box.querySelector(".sliders");
  const state = box.advisor ??= { moves: {}, sent: 0, timer: 0 };
  state.send = () => {
    clearTimeout(state.timer);
    state.timer = 0;
    setTriggerValue("moved", { n: ++state.sent, moves: Object.fromEntries(
      Object.entries(state.moves).map(([id, move]) => [id, move.what])) });
    Object.values(state.moves).forEach((move) => { move.sent ??= state.sent; });
  };
  state.press = (what) => {
    clearTimeout(state.timer);
    state.moves = {};
    box.querySelector("summary").focus();
    setTriggerValue("pressed", what);
  };
  // What the server has heard of needs not be said again.
  for (const [id, move] of Object.entries(state.moves)) if (move.sent <= data.heard) delete state.moves[id];
  state.sent = Math.max(state.sent, data.heard);
  const note = (id, what) => { state.moves[id] = { what }; };
  const build = (row) => {
    const item = document.createElement("li");
    item.dataset.row = row.id;
    item.innerHTML = `<label></label><input type="text" inputmode="decimal" autocomplete="off" spellcheck="false">
      <input type="range" min="0" step="1"><p role="status"></p>`;
    const [field, range] = item.querySelectorAll("input");
    range.id = `slider-${row.id}`;
    item.querySelector("p").id = `said-${row.id}`;
    item.querySelector("label").htmlFor = range.id;
    field.setAttribute("aria-describedby", `said-${row.id}`);
    range.addEventListener("input", () => {
      const { texts } = item.advisorRow;
      field.value = texts[range.value];
      range.setAttribute("aria-valuetext", texts[range.value]);
      item.classList.remove("assumed", "unset");
      note(row.id, { stop: Number(range.value) });
      // While it is dragged the page follows ten times a second at most.
      state.timer ||= setTimeout(() => state.send(), 100);
    });
    range.addEventListener("change", () => { if (state.timer) state.send(); });
    field.addEventListener("change", () => { note(row.id, { text: field.value }); state.send(); });
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") field.blur(); });
    return item;
  };
  const ids = data.rows.map((row) => row.id).join();
  if (list.dataset.ids !== ids) {
    list.replaceChildren(...data.rows.map(build));
    list.dataset.ids = ids;
  }
  for (const row of data.rows) {
    const item = list.querySelector(`[data-row="${row.id}"]`);
    const [field, range] = item.querySelectorAll("input");
    item.advisorRow = row;
    item.querySelector("label").textContent = row.label;
    for (const one of [field, range]) { one.setAttribute("aria-label", row.name); one.title = row.name; }
    field.placeholder = row.hint;
    range.max = row.texts.length - 1;
    if (row.id in state.moves) continue;
    range.value = row.at;
    range.setAttribute("aria-valuetext", row.text || row.hint);
    item.classList.toggle("assumed", !row.text && !row.problem);
    item.classList.toggle("unset", row.decided && !row.text && !row.problem);
    if (!row.problem) field.value = row.text;
    item.classList.toggle("long", (field.value || row.hint).length > 9);
    field.setAttribute("aria-invalid", String(Boolean(row.problem)));
    const said = item.querySelector("p");
    said.replaceChildren(row.problem, ...row.readings.map((reading) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "reading", textContent: reading });
      button.onclick = () => { field.value = reading; note(row.id, { text: reading }); state.send(); field.focus(); };
      return button;
    }));
  }
  const words = data.words;
  box.querySelector("summary").textContent = words.title;
  box.querySelector(".how").textContent = words.how;
  box.querySelector(".said").textContent = words.said;
  box.classList.toggle("on", data.on);
  for (const what of ["keep", "reset"]) {
    const button = box.querySelector(`[data-press=${what}]`);
    button.textContent = data.on ? words[what] : "";
    button.onclick = () => state.press(what);
  }
  // What follows stands elsewhere on the page; who does not see that is told.
  let told = document.querySelector("body > .follows");
  if (!told) {
    told = Object.assign(document.createElement("div"), { className: "follows unseen", role: "status" });
    document.body.append(told);
  }
  if (data.heard && told.textContent !== words.follows) told.textContent = words.follows;
  // Open from the start where it stands beside the picture, or where something is tried already.
  if (!state.shown) { state.shown = true; box.open = data.on || matchMedia("(min-width: 641px)").matches; }
  return () => setTimeout(() => { if (!document.querySelector(".play")) told.remove(); });
}
"""

_sliders = st.components.v2.component(
    "advisor_sliders",
    html=(
        '<details class="play"><summary></summary><p class="how quiet"></p><ul class="sliders"></ul>'
        '<p class="said quiet" role="status"></p><p class="presses"><button type="button" data-press="keep"></button>'
        '<button type="button" data-press="reset"></button></p></details>'
    ),
    js=SCRIPT,
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
    places, value = stops(row.question), row.value
    middle = math.sqrt(value[0] * value[1]) if isinstance(value, tuple) else row.assumed if value is None else value
    number = read(row.unread, Wanted.of(row.question), lang) if row.unread else Read()
    problem = number.problem_text(lang)
    if len(number.readings) > 1:
        problem = lang("“{text}”: which do you mean?", text=row.unread[:40])
    return {
        "id": row.question.id,
        "label": row.label,
        "name": lang(row.question.text),
        "texts": _texts(row.question.id, lang),
        "at": nearest(middle, places),
        "text": "" if value is None else written(value, row.question, lang),
        # Nobody assumes a limit that nobody has set.
        "hint": lang("not set") if row.question.decided else f"≈ {written(row.assumed, row.question, lang)}",
        "decided": row.question.decided,
        "problem": problem,
        "readings": [text_of(one, Wanted.of(row.question), lang) for one in number.readings]
        if len(number.readings) > 1
        else [],
    }


@cache
def _texts(question_id: str, lang: Language) -> list[str]:
    question = load().question(question_id)
    return [written(value, question, lang) for value in stops(question)]


def _nothing() -> None:
    """Streamlit reports a trigger only where a callback is named."""
