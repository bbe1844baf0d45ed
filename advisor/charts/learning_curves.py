"""What more examples bring, as one published study measured it: in the prompt, chosen for each input, or trained on."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.charts.axes import apart, linear_axis, log_axis
from advisor.charts.specification import Dash, Line, LineChart, Mark, Marker
from advisor.content.evidence import Comparison
from advisor.language import Language
from advisor.wording import labels

STUDY, MODEL = "LongContextICL2024", "llama-2-7b-80k"
METHODS: dict[str, frozenset[str]] = {
    "tuned": frozenset({"sft_small"}),
    "similar": frozenset({"retrieved_examples"}),
    "prompt": frozenset({"few_shot", "many_shot"}),
}
"""Ways to use examples, each with the methods of the table of comparisons that it holds."""
LOOKS: dict[str, tuple[Dash, Marker]] = {
    "tuned": ("solid", "circle"),
    "similar": ("dashed", "square"),
    "prompt": ("dotted", "triangle"),
}
Curve = list[tuple[int, float]]
"""Examples and the score with them, fewest first."""


def task_names(lang: Language) -> dict[str, str]:
    """The tasks of the study, each of them to say which label fits a sentence."""
    return {
        "banking77": lang("Questions to a bank (banking77)"),
        "clinic150": lang("Requests to an assistant (clinic150)"),
        "nlu": lang("Commands to a machine at home (nlu)"),
        "trec": lang("What is asked for, roughly (trec)"),
        "trecfine": lang("What is asked for, exactly (trecfine)"),
    }


def curves(task: str, arms: Iterable[Comparison]) -> dict[str, Curve]:
    """What was measured at a task, for each of `METHODS`."""
    in_study = [arm for arm in arms if (arm.study, arm.task_name, arm.model) == (STUDY, task, MODEL) and arm.n_train]
    return {
        name: sorted((arm.n_train or 0, arm.score) for arm in in_study if arm.method in methods)
        for name, methods in METHODS.items()
    }


def learning_curves(task: str, measured: dict[str, Curve], here: int, lang: Language) -> LineChart:
    """The curves of one of `task_names`, with the number of examples that the reader has."""
    names = {
        "tuned": lang("Fine-tuned on them"),
        "similar": lang("The most similar ones in the prompt"),
        "prompt": lang("Some of them in the prompt"),
    }
    title = lang("What more examples bring: {task}", task=labels.in_sentence(task_names(lang)[task]))
    y = linear_axis([0, 100], lang("right, in percent of the test"), lang.number)
    ends = apart([y.place(points[-1][1]) for points in measured.values()])
    lines = tuple(
        Line(
            id=name,
            label=names[name],
            x=tuple(float(n) for n, _ in points),
            y=tuple(score for _, score in points),
            y_texts=tuple(_said(n, score, lang) for n, score in points),
            dash=LOOKS[name][0],
            marker=LOOKS[name][1],
            strong=name == "tuned",
            label_at=end,
        )
        for (name, points), end in zip(measured.items(), ends, strict=True)
    )
    every = [(name, n, score) for name, points in measured.items() for n, score in points]
    sentences = [
        lang("{option}: {time}.", option=line.label, time=f"{line.y_texts[0]}, {line.y_texts[-1]}") for line in lines
    ]
    return LineChart(
        id="learning_curves",
        title=title,
        alt=" ".join([f"{title}.", *sentences]),
        x=log_axis([n for _, n, _ in every], lang("examples (logarithmic axis)"), lang.number),
        y=y,
        lines=lines,
        marks=(Mark(id="here", at=here, low=None, high=None, label=_examples(here, lang), level=0),),
        note=lang(
            "Measured in 2024 on 250 test cases with Llama 2 7B, an older model; means of several runs. The similar "
            "ones were searched among all examples of the set. Which variant was tuned, the authors' files do not say."
        ),
        columns=(lang("Way"), lang("Examples"), lang("Right")),
        rows=tuple((names[name], lang.number(n, 9), lang.number(score)) for name, n, score in every),
        basis=(),
    )


def _examples(n: int, lang: Language) -> str:
    return lang.plural("{n} example", "{n} examples", n)


def _said(n: int, score: float, lang: Language) -> str:
    return lang("{examples}: {score}", examples=_examples(n, lang), score=lang.number(score))
