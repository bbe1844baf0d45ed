"""What rose and what fell while a model was trained further, as one published report measured it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from advisor.charts.axes import linear_axis
from advisor.charts.specification import Row, RowChart
from advisor.content.evidence import Comparison, Method
from advisor.language import Language
from advisor.wording.comparisons import points

STUDY = "Tulu3_2024"
BEFORE: Method = "sft_small"
AFTER: Method = "rft"
"""Methods of the arms that are compared: after supervised training, and after two further trainings."""
TESTS: dict[str, tuple[str, ...]] = {
    "aim": ("IFEval", "GSM8K", "MATH", "AlpacaEval2-LC"),
    "skills": ("MMLU CoT", "BBH", "DROP", "HumanEval p@10", "HumanEval+ p@10", "PopQA", "TruthfulQA"),
    "safety": ("Safety 6-task",),
}
"""Tests of the report: those of what was trained for, of what the model could do already, and of safety."""


@dataclass(frozen=True)
class Change:
    test: str
    before: float
    after: float

    @property
    def points(self) -> float:
        return self.after - self.before


def names_of_tests(lang: Language) -> dict[str, str]:
    """What each test asks for."""
    return {
        "IFEval": lang("Follows instructions (IFEval)"),
        "GSM8K": lang("Sums in words (GSM8K)"),
        "MATH": lang("Mathematics (MATH)"),
        "AlpacaEval2-LC": lang("Preferred answers (AlpacaEval 2)"),
        "MMLU CoT": lang("General knowledge (MMLU)"),
        "BBH": lang("Reasoning (BBH)"),
        "DROP": lang("Reading (DROP)"),
        "HumanEval p@10": lang("Programming (HumanEval)"),
        "HumanEval+ p@10": lang("Programming, stricter (HumanEval+)"),
        "PopQA": lang("Rare facts (PopQA)"),
        "TruthfulQA": lang("Common misbeliefs (TruthfulQA)"),
        "Safety 6-task": lang("Safety (six tests)"),
    }


def changes(kinds: Iterable[str], arms: Iterable[Comparison]) -> tuple[Change, ...]:
    """What each test of these kinds of `TESTS` said before and after."""
    scores = {(arm.task_name, arm.method): arm.score for arm in arms if arm.study == STUDY}
    wanted = [test for kind in kinds for test in TESTS[kind]]
    return tuple(Change(test, scores[test, BEFORE], scores[test, AFTER]) for test in wanted)


def what_changed(changes: Iterable[Change], lang: Language) -> RowChart:
    """The points that each test rose or fell."""
    shown, names = tuple(changes), names_of_tests(lang)
    title = lang("Tests that you run, before and after")
    rows = tuple(
        Row(
            id=one.test,
            label=names[one.test],
            text=points(one.points, lang),
            bar=(0, one.points),
            tone="for" if one.points > 0 else "against",
        )
        for one in shown
    )
    return RowChart(
        id="forgetting",
        title=title,
        alt=" ".join([f"{title}.", *(lang("{option}: {time}.", option=row.label, time=row.text) for row in rows)]),
        x=linear_axis([one.points for one in shown], lang("points of 100"), lambda value: points(value, lang)),
        marks=rows,
        note=lang(
            "Tülu 3 of 8 billion parameters, by its makers, 2024: after supervised training, and after training on "
            "preferences and then on answers that can be checked. A point or two may be chance."
        ),
        columns=(lang("Test"), lang("Before"), lang("After"), lang("Points")),
        rows=tuple(
            (names[one.test], lang.number(one.before), lang.number(one.after), points(one.points, lang))
            for one in shown
        ),
        basis=(),
    )
