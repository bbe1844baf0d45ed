"""What a room does in its time: a debate, the questions of one case together, cases of its own, a quiz, a last word.

Each is a row of steps of the one state machine in `advisor.workshop.debate`; a plan has their minutes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from advisor.content.entries import Workshop, WorkshopMode, WorkshopStep
from advisor.content.load import Content
from advisor.engine.agenda import must_ask
from advisor.interview.situation import Situation
from advisor.workshop.debate import DESCRIBED, Step, steps_of

MODES: tuple[WorkshopMode, ...] = get_args(WorkshopMode)
"""In the order in which a room does them."""
USUAL: tuple[WorkshopMode, ...] = ("debate",)
AROUND_THE_DEBATE: tuple[WorkshopStep, ...] = ("entry", "exit")
"""Steps before and after all others that belong to the debate: they ask what its cases are about."""


@dataclass(frozen=True)
class Wishes:
    """What a room is to do."""

    modes: Collection[WorkshopMode] = USUAL
    cases: Sequence[str] = ()
    """To debate; none: those of the plan, as many as its minutes hold beside the rest."""
    together: str = ""
    """The case to answer together, or `DESCRIBED`; empty: that of the plan."""


def programme(plan: Workshop, wishes: Wishes, content: Content) -> tuple[Step, ...]:
    """The steps of a room, by its plan."""
    more = [step for mode in MODES if mode in wishes.modes for step in _steps(mode, plan, wishes, content)]
    if "debate" not in wishes.modes:
        around = steps_of(plan.model_copy(update={"each": {}}))
        kept = [step for step in around if step.kind not in AROUND_THE_DEBATE]
        return (*kept[:-1], *more, *kept[-1:])
    cases = wishes.cases or _held(plan, expected_minutes(more, content))
    debate = steps_of(plan, [case for case in cases if case not in {step.case for step in more}] or cases)
    last = len(debate) - len(plan.after)
    return (*debate[:last], *more, *debate[last:])


def _held(plan: Workshop, minutes: float) -> tuple[str, ...]:
    """The cases of a plan that its minutes hold beside so many others: one at least."""
    left = plan.minutes - minutes - sum((*plan.before.values(), *plan.after.values()))
    return plan.cases[: max(1, int(left / sum(plan.each.values())))]


def _steps(mode: WorkshopMode, plan: Workshop, wishes: Wishes, content: Content) -> list[Step]:
    """The steps of what a room does beside a debate."""
    rows = [Step(kind, minutes=minutes) for kind, minutes in plan.modes.get(mode, {}).items()]
    match mode:
        case "together":
            case = wishes.together or plan.together
            asked = dict.fromkeys(question for entry in content.must_asks for question in entry.questions)
            rows = [
                replace(row, case=case, about=about)
                for row in rows
                if not (case == DESCRIBED and row.kind == "outcome")
                for about in (asked if row.kind == "ask" else ("",))
            ]
        case "quiz":
            rows = [replace(row, about=question) for row in rows for question in plan.quiz]
    return rows


def expected_minutes(steps: Sequence[Step], content: Content) -> float:
    """How long steps take by the plan; of the questions to answer together only those that everybody is asked."""
    asked = {question.id for question in must_ask(Situation({}), content)}
    return sum(step.minutes for step in steps if step.kind != "ask" or step.about in asked)
