"""A file of answers, scored: each row says what is right and how to judge it, and holds what a model said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from advisor.dataset.files.source import Source
from advisor.dataset.files.writers import unguarded
from advisor.dataset.place import Unit
from advisor.dataset.rag.files import EXPECTED, PREDICTIONS, refusal_sentences
from advisor.dataset.rag.rows import CONFIDENCE
from advisor.dataset.records import MOST_LEFT_OUT, LeftOut
from advisor.dataset.row import EMPTY, Note, Unusable
from advisor.dataset.rows.cells import json_text
from advisor.dataset.scoring import METRICS, Tally, compiled


@dataclass(frozen=True)
class ScoredFile:
    """What the answers in a file are worth."""

    tally: Tally
    metrics: Mapping[str, int]
    """Rows judged by each metric."""
    lines: tuple[int, ...]
    """The line of each score in the tally."""
    left_out: tuple[LeftOut, ...]
    left_out_rows: int
    unit: Unit = "line"

    @property
    def interval(self) -> tuple[float, float] | None:
        """Between which the score lies with 95 % confidence (Wilson); None where some answers are partly right."""
        judged = self.tally.judged
        if not judged or any(given not in (0, 1) for given in judged):
            return None
        from scipy.stats import binomtest  # here, since importing it takes a second

        low, high = binomtest(int(sum(judged)), len(judged)).proportion_ci(CONFIDENCE, method="wilson")
        return 100 * float(low), 100 * float(high)


def score_file(source: Source, metric: str = "", field: str = "") -> ScoredFile:
    """The score of each row with `metric`, or with the one given, against `gold` or `answer`.

    The answer is the field `field`, or else `prediction` or `tuned_output`. Sentences that decline are the row's
    `decline`, or the usual ones of each language. Raises `Unusable` for an unknown metric, and where no row can be
    scored.
    """
    if metric and metric not in METRICS:
        raise Unusable("There is no metric {given}; there are {known}.", given=metric, known=", ".join(METRICS))
    tally, lines, counted = Tally(), [], dict.fromkeys(METRICS, 0)
    left_out: list[LeftOut] = []
    skipped = 0
    sentences = refusal_sentences()
    table = source.container in ("csv", "tsv")
    for batch in source.batches():
        for row in batch.rows:
            if any(fault.check in EMPTY for fault in row.faults):
                continue
            asked = _asked(row.value, metric, field, table)
            if isinstance(asked, Note):
                skipped += 1
                if len(left_out) < MOST_LEFT_OUT:
                    left_out.append(LeftOut(row.line, asked))
                continue
            given, answer = asked
            tally.add({"decline": sentences, **given}, answer)
            counted[given["metric"]] += 1
            lines.append(row.line)
            source.bounds.demand_rows(len(lines))
    if not lines:
        why = left_out[0].why if left_out else Note("the file is empty")
        raise Unusable("No row can be scored: {why}.", why=why)
    metrics = {name: n for name, n in counted.items() if n}
    return ScoredFile(tally, metrics, tuple(lines), tuple(left_out), skipped, source.unit)


def _asked(value: Any, metric: str, field: str, table: bool) -> tuple[dict[str, Any], str] | Note:
    """A row as it is scored, and the answer; or why it cannot be."""
    if not isinstance(value, dict):
        return Note("the row is no object")
    if table:
        value = {key: unguarded(cell) if isinstance(cell, str) else cell for key, cell in value.items()}
    key = field or next((key for key in PREDICTIONS if key in value), PREDICTIONS[0])
    if key not in value:
        return Note('the row has no "{key}"', key=key)
    by = metric or value.get("metric")
    if by not in METRICS:
        return Note('the row has no "metric" that is known; name one with --by')
    if not _is_judged(value, by):
        return Note('what "{metric}" needs beside it cannot be read: a "tolerance" or a "pattern"', metric=by)
    if not any(name in value for name in EXPECTED if name != "answers"):
        return Note("the row says neither what is right nor that nothing is")
    gold = value.get("gold", value.get("answer"))
    expects = value.get("expects_answer")
    if expects in (None, ""):
        expects = not value.get("is_impossible")
    said = value[key]
    answer = said if isinstance(said, str) else "" if said is None else json_text(said)
    return {**value, "metric": by, "gold": gold, "expects_answer": expects}, answer


def _is_judged(row: Mapping[str, Any], metric: str) -> bool:
    """Whether a row has what its metric needs beside what is right."""
    if metric == "number":
        try:
            return float(row.get("tolerance") or 0) >= 0
        except (TypeError, ValueError):
            return False
    if metric == "pattern":
        import re2

        try:
            compiled(str(row.get("pattern") or ""))
        except re2.error:
            return False
    return True
