"""The two curves of a training, as a chart."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.charts.axes import apart, linear_axis
from advisor.charts.specification import Dash, Line, LineChart, Marker
from advisor.dataset.training.loss_curves import Point
from advisor.language import Language


def training_curves(name: str, title: str, curve: Sequence[Point], lang: Language) -> LineChart:
    """Both losses over the steps. Raises `ValueError` for no points."""
    steps = tuple(float(point.step) for point in curve)
    kinds: tuple[tuple[str, str, list[float], Dash, Marker], ...] = (
        ("training", lang("Rows trained on"), [point.training for point in curve], "solid", "circle"),
        ("validation", lang("Rows not trained on"), [point.validation for point in curve], "dashed", "square"),
    )
    x = linear_axis(steps, lang("Step"), lang.number)
    y = linear_axis([value for *_, values, _, _ in kinds for value in values], lang("Loss"), lang.number)
    lines = tuple(
        Line(
            id=kind,
            label=label,
            x=steps,
            y=tuple(values),
            y_texts=tuple(lang.number(value) for value in values),
            dash=dash,
            marker=marker,
            strong=kind == "validation",
            label_at=place,
        )
        for (kind, label, values, dash, marker), place in zip(
            kinds, apart([y.place(values[-1]) for *_, values, _, _ in kinds]), strict=True
        )
    )
    first, last = curve[0], curve[-1]
    alt = lang(
        "{title}: on the rows trained on the loss goes from {a} to {b}, on the others from {c} to {d}.",
        title=title,
        a=lang.number(first.training),
        b=lang.number(last.training),
        c=lang.number(first.validation),
        d=lang.number(last.validation),
    )
    return LineChart(
        id=f"losses_{name}",
        title=title,
        alt=alt,
        x=x,
        y=y,
        lines=lines,
        marks=(),
        note=lang("Made up for teaching, and no training."),
        columns=(lang("Step"), *(line.label for line in lines)),
        rows=tuple(
            (lang.number(point.step), lang.number(point.training), lang.number(point.validation)) for point in curve
        ),
        basis=(),
    )
