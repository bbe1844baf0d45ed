"""Before a run: how many requests it takes, how many tokens, what they cost and how long it takes, each as a band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from advisor.dataset.rows.cells import json_text
from advisor.dataset.tokens.exact import chat_overhead, count
from advisor.kits.kit import Row
from advisor.pilot.arms import Arm, messages_for, spread
from advisor.pilot.endpoint import Usage
from advisor.pilot.judge import TOKENS as JUDGE_TOKENS
from advisor.pilot.setup import Setup

INPUT_OFF = (0.8, 1.5)
"""Tokens that another vocabulary than ours makes of the same texts, as a share. Assumption."""
OUTPUT = (1.0, 2.0)
"""Tokens of an answer as a share of those of the right one; at most those that it may have. Assumption."""
SECONDS = (0.3, 1.5, 8.0)
"""Of one request: low, middle, high. Assumption; in a run, what was measured takes its place."""
JUDGE = "judge"
"""Its name in `Forecast.by_arm`."""
JUDGE_FRAME = 100
"""Tokens that a judge is told beside question and answers. Assumption."""
COUNTED = 40
"""Rows whose tokens are counted; they stand for the others."""


@dataclass(frozen=True)
class Span:
    """A quantity before it is known: low and high are not likely to be passed, and are no bounds."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Forecast:
    """What is still to come of a run."""

    requests: int
    """To models that answer."""
    embeddings: int
    """Requests for vectors."""
    tokens: Span
    """Input and output of all models that answer; and texts that become vectors."""
    usd: Span | None
    """Without what `unpriced` has no price of; None where nothing has one."""
    unpriced: tuple[str, ...]
    """Models that are asked and whose price is not known."""
    seconds: Span
    """At so many requests at once as were asked for."""
    by_arm: dict[str, Span | None]
    """USD of each arm."""


def forecast(
    setup: Setup,
    held_out: Sequence[Row],
    examples: Sequence[Row],
    passages: Sequence[str],
    todo: dict[str, int],
    lots: Sequence[Sequence[str]],
    concurrency: int,
    measured_s: float | None = None,
    judged: int = 0,
) -> Forecast:
    """Of a run that has still to answer `todo` rows of each arm and to make vectors of `lots` of texts, each a request.
    `measured_s`: seconds that a request took so far, on average. `judged`: answers that a judge is asked about.
    """
    sample = held_out[:: max(1, len(held_out) // COUNTED)]
    right = _mean([count(str(row["gold"]), None).tokens + 1 for row in sample])
    embedded = sum(count(text, None).tokens for texts in lots for text in texts)
    tokens = [embedded * INPUT_OFF[0], float(embedded), embedded * INPUT_OFF[1]]
    by_arm: dict[str, Span | None] = {}
    for arm in setup.arms:
        if not arm.asks or not todo.get(arm.id):
            continue
        n = todo[arm.id]
        sent = _mean([_input(arm, row, examples, passages) for row in sample])
        answered = right + (8 if arm.structured else 0)
        outs = [min(setup.most_tokens, answered * share) for share in (*OUTPUT, setup.most_tokens / answered)]
        ins = [sent * INPUT_OFF[0], sent, sent * INPUT_OFF[1]]
        tokens = [total + n * (given + taken) for total, given, taken in zip(tokens, ins, outs, strict=True)]
        by_arm[arm.id] = _usd(setup, setup.model_of(arm), n, ins, outs)
    requests = sum(n for arm, n in todo.items() if arm in by_arm) + judged
    if judged:
        sent = right + _mean([count(str(row["messages"][-1]["content"]), None).tokens for row in sample]) + JUDGE_FRAME
        ins, outs = (
            [sent * INPUT_OFF[0], sent, sent * INPUT_OFF[1] + setup.most_tokens],
            [4.0, 8.0, float(JUDGE_TOKENS)],
        )
        tokens = [total + judged * (given + taken) for total, given, taken in zip(tokens, ins, outs, strict=True)]
        by_arm[JUDGE] = _usd(setup, setup.judge_model, judged, ins, outs)
    embeddings = len(lots)
    spans = [*by_arm.values(), _vectors_usd(setup, embedded)] if embedded else list(by_arm.values())
    asked = {setup.model_of(arm) for arm in setup.arms if arm.id in by_arm}
    asked |= {setup.judge_model} if judged else set()
    asked |= {setup.vector_model} if embedded else set()
    unpriced = tuple(model for model in setup.models if model in asked and setup.tariff(model) is None)
    each = (measured_s * 0.7, measured_s, measured_s * 1.5) if measured_s else SECONDS
    seconds = Span(*((requests + embeddings) * one / max(1, concurrency) for one in each))
    return Forecast(requests, embeddings, Span(*tokens), _total(spans), unpriced, seconds, by_arm)


def _input(arm: Arm, row: Row, examples: Sequence[Row], passages: Sequence[str]) -> float:
    """Tokens that a row takes, with examples and passages of usual length."""
    shown = spread(examples, arm.shots)
    sent = messages_for(arm, row, shown, passages[: arm.passages])
    text = "\n".join(str(message["content"]) for message in sent)
    tools = json_text(row["tools"]) if row.get("tools") else ""
    return count(text, None).tokens + count(tools, None).tokens + chat_overhead(len(sent)).tokens


def _usd(setup: Setup, model: str, n: int, ins: Sequence[float], outs: Sequence[float]) -> Span | None:
    tariff = setup.tariff(model)
    if tariff is None:
        return None
    amounts = [tariff.usd(Usage(round(given), 0, round(taken))) or 0.0 for given, taken in zip(ins, outs, strict=True)]
    return Span(*(n * amount for amount in amounts))


def _vectors_usd(setup: Setup, tokens: int) -> Span | None:
    usd = setup.vectors_usd(tokens)
    return None if usd is None else Span(usd * INPUT_OFF[0], usd, usd * INPUT_OFF[1])


def _total(spans: Sequence[Span | None]) -> Span | None:
    """Of those that are known; None where none is, and 0 of nothing."""
    known = [span for span in spans if span is not None]
    if spans and not known:
        return None
    return Span(*(sum(getattr(span, name) for span in known) for name in ("low", "middle", "high")))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
