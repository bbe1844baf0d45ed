"""Where the time of an answer goes: until the first token, reading, thinking and writing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from advisor.charts.axes import linear_axis
from advisor.charts.specification import Row, RowChart
from advisor.content.entries import PricedModel
from advisor.content.load import Content
from advisor.engine.points import Array, drawn
from advisor.language import Language
from advisor.wording import labels

PARTS = ("first", "reading", "thinking", "writing")


@dataclass(frozen=True)
class Asked:
    """A request: tokens of the prompt, of hidden thinking, and of the answer."""

    prompt: int
    thought: int
    answer: int


@dataclass(frozen=True)
class Speed:
    """How fast a model is, for many draws of its ranges: seconds to the first token, tokens a second."""

    name: str
    first_token: Array
    tokens_s: Array


def hosted(model: PricedModel, content: Content, lang: Language) -> Speed:
    """A hosted base model, by its speeds in the content."""
    first = drawn(content, "speed_first_token", model.first_token_s)
    return Speed(lang(model.name), first, drawn(content, "speed_output", model.tokens_per_s))


def small_tuned(content: Content, lang: Language) -> Speed:
    """A small open model that was tuned, by our assumptions."""
    first = _assumed("small_first_token", content) * _assumed("tuned_first_token", content)
    return Speed(lang("A small open model, tuned"), first, _assumed("small_tokens_s", content))


def _assumed(name: str, content: Content) -> Array:
    return drawn(content, name, content.assumption(name).prior)


def times(speed: Speed, asked: Asked, content: Content) -> dict[str, Array]:
    """Seconds of each of `PARTS`."""
    return {
        "first": speed.first_token,
        "reading": asked.prompt / _assumed("prefill_tokens_s", content),
        "thinking": asked.thought / speed.tokens_s,
        "writing": asked.answer / speed.tokens_s,
    }


def whole(speed: Speed, asked: Asked, content: Content) -> float:
    """Seconds in all, in the middle of what is usual."""
    return float(np.median(sum(times(speed, asked, content).values())))


def parts(speed: Speed, asked: Asked, content: Content, lang: Language) -> RowChart:
    """The parts of the time of one model, and their sum."""
    names = {
        "first": lang("Queue and network, to the first token"),
        "reading": lang("Reading the prompt"),
        "thinking": lang("Thinking, unseen"),
        "writing": lang("Writing the answer"),
        "all": lang("In all"),
    }
    seconds = times(speed, asked, content)
    seconds["all"] = sum(seconds.values(), np.zeros(1))
    return _chart(
        "answer_time",
        lang("Where the time goes: {model}", model=speed.name),
        {name: (names[name], seconds[name]) for name in names if name != "thinking" or asked.thought},
        "all",
        lang("Part"),
        lang,
    )


def compared(speeds: list[Speed], chosen: Speed, asked: Asked, content: Content, lang: Language) -> RowChart:
    """The whole time of several models for the same request."""
    return _chart(
        "answer_times",
        lang("The same request, by each model"),
        {speed.name: (speed.name, sum(times(speed, asked, content).values(), np.zeros(1))) for speed in speeds},
        chosen.name,
        lang("Model"),
        lang,
    )


def _chart(
    name: str, title: str, shown: dict[str, tuple[str, Array]], main: str, head: str, lang: Language
) -> RowChart:
    spread = {one: [float(value) for value in np.quantile(time, (0.1, 0.5, 0.9))] for one, (_, time) in shown.items()}
    rows = tuple(
        Row(
            id=one,
            label=label,
            text=labels.seconds(spread[one][1], lang),
            bar=(0, spread[one][1]),
            span=(spread[one][0], spread[one][2]),
            tone="main" if one == main else "plain",
        )
        for one, (label, _) in shown.items()
    )
    return RowChart(
        id=name,
        title=title,
        alt=" ".join([f"{title}.", *(lang("{option}: {time}.", option=row.label, time=row.text) for row in rows)]),
        x=linear_axis([high for _, _, high in spread.values()], lang("seconds"), lang.number),
        marks=rows,
        note=lang("Bars reach to the middle of what is usual, thin lines from its 10th to its 90th percentile."),
        columns=(head, lang("10%"), lang("Median"), lang("90%")),
        rows=tuple(
            (label, *(labels.seconds(value, lang) for value in spread[one])) for one, (label, _) in shown.items()
        ),
        basis=(),
    )
