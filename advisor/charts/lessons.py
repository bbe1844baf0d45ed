"""What the lessons of the course have to play with, as charts of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from advisor.charts.axes import Axis, Tick, linear_axis
from advisor.charts.specification import Row, RowChart
from advisor.content.entries import Case, Score
from advisor.content.evidence import EvidenceCase
from advisor.content.load import Content
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.scores import score_names

COMPARED = ("advice_in_sample", "advice", "hidden", "expert_only", "best_constant", "advice_everyday")
"""Ways to decide that the last lesson sets beside each other, by the names of `advisor.cases.SCORES`."""
MEASURES = ("acceptable", "first_two", "yes_no")
"""What of a `Score` can count as right."""
GAPS: dict[str, frozenset[str]] = {
    "facts": frozenset({"knowledge", "invented"}),
    "behaviour": frozenset(
        {"style", "format", "instructions", "edge_cases", "tools", "labels", "preference", "omissions", "repetition"}
    ),
    "reading": frozenset({"retrieval_use", "search", "abstaining"}),
    "reasoning": frozenset({"reasoning"}),
    "cost": frozenset({"cost", "latency"}),
}
"""Kinds of gap, each with the choices of the question "gap" that belong to it."""
RETRIEVAL = frozenset({"rag", "rag_plus_finetune"})
"""Published outcomes of which retrieval is a part."""


def gap_names(lang: Language) -> dict[str, str]:
    """What each kind of gap is called."""
    return {
        "facts": lang("It lacks facts, or makes them up"),
        "behaviour": lang("It knows enough, and does the task wrongly"),
        "reading": lang("It makes poor use of the passages it is given"),
        "reasoning": lang("It reasons wrongly in the field"),
        "cost": lang("It costs too much, or is too slow"),
    }


def cases_with(gap: str, cases: Iterable[Case | EvidenceCase]) -> list[Case | EvidenceCase]:
    """The cases in which a kind of gap was seen, also among others. Raises `KeyError` for a kind that is none."""
    return [case for case in cases if GAPS[gap].intersection(case.answers.get("gap") or ())]


def trained(outcome: str, content: Content) -> bool:
    """Whether a published outcome is one that trains a model."""
    return outcome in labels.NAMED_AFTER and content.option(labels.NAMED_AFTER[outcome]).tunes


def outcomes_of(gap: str, cases: Iterable[Case | EvidenceCase], content: Content, lang: Language) -> RowChart:
    """What turned out best in the cases with a kind of gap, the most frequent first. Raises `KeyError` as above."""
    found = cases_with(gap, cases)
    counted = Counter(case.outcome for case in found).most_common()
    title = lang("What turned out best: {gap}", gap=labels.in_sentence(gap_names(lang)[gap]))
    rows = tuple(
        Row(
            id=outcome,
            label=labels.outcome_name(outcome, content, lang),
            text=lang.plural("{n} case", "{n} cases", n),
            bar=(0, n),
            tone="main" if trained(outcome, content) else "plain",
        )
        for outcome, n in counted
    )
    return RowChart(
        id="outcomes_of_gap",
        title=title,
        alt=_said(title, rows, lang),
        x=linear_axis([n for _, n in counted], lang("cases"), lang.number),
        marks=rows,
        note=lang(
            "Bold: a model was trained. A case with several gaps stands under each. The cases were gathered to spread "
            "over all outcomes, so they show what goes with what, and not how often something happens."
        ),
        columns=(lang("What turned out best"), lang("Cases")),
        rows=tuple((row.label, lang.number(n)) for row, (_, n) in zip(rows, counted, strict=True)),
        basis=(),
    )


def measure_names(lang: Language) -> dict[str, str]:
    """What can count as right."""
    return {
        "acceptable": lang("the first advice"),
        "first_two": lang("the first or the second"),
        "yes_no": lang("whether to train"),
    }


def how_often_right(measure: str, scores: Mapping[str, Score], lang: Language) -> RowChart:
    """How often each way to decide was right, by one of `MEASURES`. Raises `KeyError` for another one."""
    counted, names = measure_names(lang)[measure], score_names(lang)
    title = lang("How often it was right: {measure}", measure=counted)
    known = [(name, scores[name], float(getattr(scores[name], measure))) for name in COMPARED if name in scores]
    rows = tuple(
        Row(
            id=name,
            label=names[name],
            text=lang.plural("{share} of {n} case", "{share} of {n} cases", score.cases, share=lang.percent(share)),
            bar=(0, share),
            tone="main" if name == "advice" else "plain",
        )
        for name, score, share in known
    )
    return RowChart(
        id="how_often_right",
        title=title,
        alt=_said(title, rows, lang),
        x=Axis(
            label="",
            low=0,
            high=1,
            log=False,
            ticks=tuple(Tick(at=at, label=lang.percent(at)) for at in (0.0, 0.25, 0.5, 0.75, 1.0)),
        ),
        marks=rows,
        columns=(lang("Way to decide"), lang("right"), lang("cases")),
        rows=tuple((names[name], lang.percent(share), lang.number(score.cases)) for name, score, share in known),
        basis=(),
    )


def token_counts(texts: Sequence[tuple[str, str, int]], exact: bool, lang: Language) -> RowChart:
    """Tokens of texts: for each its id, its name and their number; the last is the reader's own."""
    title = lang("Tokens of the same sentence, and of your text")
    rows = tuple(
        Row(
            id=name,
            label=label,
            text=lang.plural("{n} token", "{n} tokens", tokens),
            bar=(0, tokens),
            tone="main" if place == len(texts) - 1 else "plain",
        )
        for place, (name, label, tokens) in enumerate(texts)
    )
    note = (
        lang("Counted with OpenAI's vocabulary o200k_base. Other models split text in other ways.")
        if exact
        else lang("Estimated at four characters a token: the vocabulary is missing here.")
    )
    return RowChart(
        id="token_counts",
        title=title,
        alt=_said(title, rows, lang),
        x=linear_axis([tokens for *_, tokens in texts], lang("tokens"), lang.number),
        marks=rows,
        note=note,
        columns=(lang("Text"), lang("Tokens")),
        rows=tuple((label, lang.number(tokens)) for _, label, tokens in texts),
        basis=(),
    )


def _said(title: str, rows: Sequence[Row], lang: Language) -> str:
    return " ".join([f"{title}.", *(lang("{option}: {time}.", option=row.label, time=row.text) for row in rows)])
