"""Published comparisons as a chart: a row a study, a dot a data set, to the right where the tuned model scored more."""

from __future__ import annotations

from advisor.charts.axes import linear_axis
from advisor.charts.specification import Limit, Point, Row, RowChart
from advisor.engine.advice import Advice, StudyDifference
from advisor.language import Language
from advisor.wording import comparisons as wording


def published_comparisons(advice: Advice, lang: Language) -> RowChart | None:
    """The studies like the user's, best for training first; None where there are none."""
    comparisons = advice.comparisons
    if comparisons is None or not comparisons.studies:
        return None

    def show(value: float) -> str:
        return wording.points(value, lang)

    points = [pair.points for study in comparisons.studies for pair in study.datasets]
    of_one_set, whole = lang("one data set"), lang("the study: the median of its data sets")
    title = lang("How published comparisons came out")
    marks = tuple(_row(study, of_one_set, whole, lang) for study in comparisons.studies)
    sentences = [lang("{study}: {points} points.", study=row.label, points=row.text) for row in marks]
    several = any(len(study.datasets) > 1 for study in comparisons.studies)
    return RowChart(
        id="comparisons",
        title=title,
        alt=" ".join([f"{title}.", wording.counts(advice, lang), *sentences]),
        x=linear_axis([0.0, *points], lang("points of 100 that the tuned model scored more"), show),
        marks=marks,
        limits=(Limit(at=0.0, label=lang("alike")),),
        legend=(Point(at=0, marker="circle", label=of_one_set), Point(at=0, marker="diamond", label=whole))
        if several
        else (),
        note=lang(
            "Each side takes its best score on the same test. Data sets of one study are not independent, so a study "
            "counts once; within a point counts as alike. Who tried training and dropped it seldom publishes."
        ),
        columns=(
            lang("Study"),
            lang("Data set"),
            lang("Scored by"),
            lang("Prompted"),
            lang("Tuned"),
            lang("Points more"),
        ),
        rows=tuple(
            (
                wording.study_name(study),
                pair.dataset,
                pair.metric,
                lang("{score}, {model}", score=lang.number(pair.prompted), model=pair.prompted_model),
                lang("{score}, {model}", score=lang.number(pair.trained), model=pair.trained_model),
                show(pair.points),
            )
            for study in comparisons.studies
            for pair in study.datasets
        ),
        basis=(),
    )


def _row(study: StudyDifference, of_one_set: str, whole: str, lang: Language) -> Row:
    n = len(study.datasets)
    dots = tuple(Point(at=pair.points, marker="circle", label=of_one_set) for pair in study.datasets)
    middle = (Point(at=study.points, marker="diamond", label=whole),) if n > 1 else ()
    text = wording.points(study.points, lang)
    return Row(
        id=study.study,
        label=wording.study_name(study),
        text=lang("{points}, median of {n}", points=text, n=lang.number(n)) if n > 1 else text,
        points=(*dots, *middle),
        tone="plain",
    )
