"""Balance: what stands in too many rows of a file, or in too few."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.dataset.checks.registry import CHECKS
from advisor.dataset.checks.subject import File
from advisor.dataset.row import Fault, excerpt

COMMON = 0.8
"""Share of one answer from which classes are called unequal: saying it always would score as much."""
TIMES = 10
"""Or the most common answer stands so many times as often as the rarest."""
REFUSING = 0.1
"""Share of refusals that is worth a look. Our judgement: no vendor names a figure."""
BETWEEN = re.compile(r"(?<=[^\W\d_])[\s_-]+(?=[^\W\d_])")
"""What joins the words of a label: one that is written another way is the same to a reader."""
FEW = 20
"""Rows below which shares say nothing."""


@CHECKS.of_files("inconsistent-system-prompt")
def system_prompts(file: File) -> Iterator[Fault]:
    """Several system prompts, unless they differ from row to row by design."""
    facts = file.facts
    having = sum(facts.systems.values())
    if not having or facts.rows < 2:
        return
    without = max(0, facts.rows - having)
    common = max(facts.systems.values())
    by_design = len(facts.systems) > 2 and common < 0.1 * facts.rows
    if (len(facts.systems) > 1 or without) and not by_design:
        values = {"n": len(facts.systems), "share": _percent(common, facts.rows), "without": without}
        yield Fault("inconsistent-system-prompt", "", "", values)


@CHECKS.of_files("single-class", "class-imbalance")
def classes(file: File) -> Iterator[Fault]:
    """Labels of which one is nearly all, or all."""
    labels = file.facts.labels
    rows = sum(labels.values())
    if rows < FEW:
        return
    label, most = max(labels.items(), key=lambda one: one[1])
    rarest, least = min(labels.items(), key=lambda one: one[1])
    if len(labels) == 1:
        yield Fault("single-class", "", excerpt(label), {"n": rows})
    elif most > COMMON * rows or most > TIMES * least:
        values = {"label": excerpt(label, most=40), "share": _percent(most, rows), "rarest": excerpt(rarest, most=40)}
        yield Fault("class-imbalance", "", excerpt(label), {**values, "n": least})


@CHECKS.of_files("label-variants")
def spellings(file: File) -> Iterator[Fault]:
    """Labels that are one but for capitals, blanks and punctuation; signs alone, as + and -, are labels apart."""
    labels, padded_rows = file.facts.labels, file.facts.padded
    groups: dict[str, list[str]] = {}
    for label in labels:
        groups.setdefault(_bare(label), []).append(label)
    for alike in groups.values():
        usual = max(alike, key=lambda label: (labels[label], label))
        others = [label for label in alike if label != usual]
        padded = [label for label in alike if 0 < padded_rows.get(label, 0) < sum(labels[each] for each in alike)]
        n = sum(labels[label] for label in others) + padded_rows.get(usual, 0) * (usual in padded)
        if others or padded:
            shown = [*others, *(f"{label} " for label in padded if label == usual)]
            named = ", ".join(f'"{excerpt(label, most=40)}"' for label in shown[:5])
            yield Fault("label-variants", "", "", {"label": excerpt(usual, most=40), "others": named, "n": n})


@CHECKS.of_files("refusal-share")
def refusals(file: File) -> Iterator[Fault]:
    """Many answers that refuse."""
    n, answers = file.facts.refusals, file.facts.answers
    if answers >= FEW and n > REFUSING * answers:
        yield Fault("refusal-share", "", "", {"share": _percent(n, answers), "n": n})


def _bare(label: str) -> str:
    return BETWEEN.sub(" ", label.casefold().strip(" .,;:!?\"'")) or label


def _percent(part: int, whole: int) -> str:
    """A share as it is written in every language that we have; below one percent with a digit more."""
    share = 100 * part / whole
    return f"{share:.0f}%" if share >= 1 else f"{share:.1f}%"
