"""What was said of training beside what happened, for published cases that the weights had not seen."""

from __future__ import annotations

from advisor.charts.axes import Axis, Tick
from advisor.charts.specification import Point, Row, RowChart
from advisor.content.entries import CalibrationBin
from advisor.language import Language


def calibration(bins: tuple[CalibrationBin, ...], lang: Language) -> RowChart | None:
    """A row for each class of what was said: one point is what was said, one what happened. None without."""
    if not bins:
        return None
    title = lang("Teams that ended in training: said and happened")
    said, happened = lang("said"), lang("happened")
    rows = [
        Row(
            id=f"said-{place}",
            label=lang("{said} said", said=lang.percent(one.said)),
            text=lang.plural(
                "{share} of {n} case", "{share} of {n} cases", one.cases, share=lang.percent(one.happened)
            ),
            span=(min(one.said, one.happened), max(one.said, one.happened)),
            points=(
                Point(at=one.said, marker="diamond", label=said),
                Point(at=one.happened, marker="circle", label=happened),
            ),
        )
        for place, one in enumerate(bins)
    ]
    sentences = [
        lang.plural(
            "Of {n} case, {said} were said to end in training; {happened} did.",
            "Of {n} cases, {said} were said to end in training; {happened} did.",
            one.cases,
            said=lang.percent(one.said),
            happened=lang.percent(one.happened),
        )
        for one in bins
    ]
    ticks = tuple(Tick(at=at, label=lang.percent(at)) for at in (0.0, 0.25, 0.5, 0.75, 1.0))
    return RowChart(
        id="calibration",
        title=title,
        alt=f"{title}. {' '.join(sentences)}",
        x=Axis(label=lang("ended in training"), low=0, high=1, log=False, ticks=ticks),
        marks=tuple(rows),
        legend=(
            Point(at=0.0, marker="diamond", label=lang("what was said")),
            Point(at=0.0, marker="circle", label=lang("what happened")),
        ),
        note=lang("Cases were judged by weights that had seen none of their family."),
        columns=(said, happened, lang("cases")),
        rows=tuple((lang.percent(one.said), lang.percent(one.happened), lang.number(one.cases)) for one in bins),
        basis=(),
    )
