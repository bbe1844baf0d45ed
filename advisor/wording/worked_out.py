"""How the lines of a bill and the parts of a time are worked out: what is multiplied with what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from advisor.engine.advice import Advice, CostLine, LatencyLine, OptionResult, Step
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.comparison import FigureText, amount, duration


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """A line of a bill or a part of a time: what it is, how much, and what was multiplied to it."""

    name: str
    figure: FigureText
    how: str
    basis: tuple[str, ...]


def worked_out(lines: Iterable[CostLine | LatencyLine], lang: Language) -> tuple[WorkedOut, ...]:
    """How lines of a bill and parts of a time come about, in the order given."""
    return tuple(_worked_out(line, lang) for line in lines)


def _worked_out(line: CostLine | LatencyLine, lang: Language) -> WorkedOut:
    if isinstance(line, LatencyLine):
        name = labels.latency_part(line.id, lang)
        return WorkedOut(name, duration(line.seconds, lang), time_worked_out(line.id, lang), line.basis)
    kind = lang("a month") if line.kind == "monthly" else lang("once")
    name = ", ".join((labels.cost_line(line.id, lang), kind))
    return WorkedOut(name, amount(line.usd, lang), cost_worked_out(line.id, lang), line.basis)


def step_lines(advice: Advice, step: Step) -> tuple[CostLine, ...]:
    """The lines of a bill that a step of the plan pays."""
    from advisor.engine import plan  # here, since it brings numpy, which labels do without

    return plan.step_lines(advice.plan, advice.plan.index(step), advice.ranking, advice.option)


def option_worked_out(result: OptionResult, lang: Language) -> tuple[WorkedOut, ...]:
    """All lines of an option: those of its bill, the parts of its time, and how its three figures follow from them."""
    month = lang("What recurs each month + what is paid once ÷ the months in which it should pay off.")
    once = lang("The lines that are paid once, together.")
    slow = lang("The parts of the time, together × how much longer the slowest of 20 answers takes.")
    return (
        *worked_out((*result.cost, *result.latency_parts), lang),
        WorkedOut(lang("A month, all in"), amount(result.usd_month, lang), month, ("horizon_months",)),
        WorkedOut(lang("Once"), amount(result.usd_once, lang), once, ()),
        WorkedOut(lang("95 of 100 answers within"), duration(result.latency_p95, lang), slow, ("tail_ratio",)),
    )


def cost_worked_out(line: str, lang: Language) -> str:
    """What is multiplied to a line of a bill (`CostLine.id`), as one sentence."""
    return {
        "inference": lang(
            "Requests a month × calls of a request × (tokens sent × price of input + tokens written × price of "
            "output), or less where the cache or a batch is cheaper."
        ),
        "hosting": lang(
            "Hours a month × price of an hour of keeping the model online, or GPUs for the busiest hour × hours × "
            "price of a GPU hour."
        ),
        "retrieval": lang(
            "The store a month, and tokens of documents and questions × price of embedding them; once the whole "
            "collection, each month what changed."
        ),
        "upkeep": lang("Days of upkeep a month × price of a working day."),
        "retraining": lang(
            "Trainings a month, or as many as the end of the model forces, × (one run + days of work × price of a "
            "working day)."
        ),
        "training": lang(
            "Tokens of the examples × epochs × price of training, or hours × price of an hour, × runs until one is "
            "good."
        ),
        "labelling": lang(
            "Examples that are missing or unchecked × minutes for each × price of a working day of eight hours."
        ),
        "evaluation": lang("The part that is missing × days to build it all × price of a working day."),
        "engineering": lang(
            "Days to the first version in use, or to mend a retrieval that you have × price of a working day."
        ),
        "teacher": lang("Examples that are missing × what a large model asks for writing one, in a batch."),
    }[line]


def time_worked_out(part: str, lang: Language) -> str:
    """What is multiplied to a part of the answer time (`LatencyLine.id`), as one sentence."""
    return {
        "retrieval": lang("The time of the search."),
        "first_token": lang("Seconds to the first token of a short request × calls of a request."),
        "prefill": lang("Tokens sent × calls of a request ÷ tokens read a second."),
        "output": lang("Tokens written × calls of a request ÷ tokens a second."),
        "measured": lang("What you measured."),
    }[part]
