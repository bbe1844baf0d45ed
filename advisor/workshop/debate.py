"""A debate: which steps it has, where it stands, and what whoever leads it may do next. Nothing here keeps anything.

A room votes on a case alone, talks in pairs, votes again, and sees how it moved; then it names an option, and sees what
the advisor says, what came out, and which answer would turn the advice. Peer instruction works that way.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from advisor.cases import OUTCOMES, shown
from advisor.content.entries import Case, CaseCard, Workshop, WorkshopStep
from advisor.content.load import Content
from advisor.wording import VERDICTS

BALLOTS: frozenset[WorkshopStep] = frozenset({"entry", "first", "second", "option", "exit"})
"""Steps in which people vote."""
SHOWS: dict[WorkshopStep, tuple[WorkshopStep, ...]] = {
    "shift": ("first", "second"),
    "advice": ("option",),
    "outcome": ("option",),
    "end": ("entry", "exit"),
}
"""Steps that show the votes of others by themselves, and of which."""

Action = Literal["next", "back", "open", "close", "pause", "resume", "reveal", "hide"]
ACTIONS: tuple[Action, ...] = get_args(Action)

CONFIDENCES = (1, 2, 3)
"""How sure a vote is: unsure, fairly sure, sure."""
OPTIONS: tuple[str, ...] = (*dict.fromkeys(OUTCOMES.values()), "not_yet")
"""What the second question of a case may be answered with: what published cases end in."""


class NotAllowed(ValueError):
    """The room cannot do this where it stands; two people who lead may have pressed at once."""


@dataclass(frozen=True)
class Step:
    """One step of a debate: what it is, on which case, and for how many minutes. The minutes are our suggestion."""

    kind: WorkshopStep
    case: str = ""
    minutes: float = 1.0

    @property
    def key(self) -> str:
        """Names the step, and its ballot where it has one."""
        return f"{self.kind}:{self.case}" if self.case else self.kind

    @property
    def votes(self) -> bool:
        return self.kind in BALLOTS

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be voted for; nothing where nobody votes."""
        if not self.votes:
            return ()
        return OPTIONS if self.kind == "option" else VERDICTS

    @property
    def shows(self) -> tuple[str, ...]:
        """The ballots whose votes this step shows by itself."""
        return tuple(
            Step(kind, "" if kind in ("entry", "exit") else self.case).key for kind in SHOWS.get(self.kind, ())
        )


@dataclass(frozen=True)
class State:
    """Where a debate stands."""

    step: int = 0
    open: bool = False
    """People may vote."""
    paused: bool = False
    shown: bool = False
    """The votes that belong to this step are shown to all."""
    revealed: frozenset[str] = frozenset()
    """Ballots that all have seen: what comes of them later counts no more."""
    entered: float = 0.0
    """When this step began, in seconds since 1970, later by as much as it was paused."""
    paused_at: float = 0.0


def debatable(content: Content) -> tuple[tuple[Case, CaseCard], ...]:
    """The published cases to choose from: those that were checked against their source, with their cards."""
    cards = {card.id: card for card in content.case_cards}
    return tuple((case, cards[case.id]) for case in shown(content) if case.verified and case.id in cards)


def steps_of(plan: Workshop, cases: Iterable[str] = ()) -> tuple[Step, ...]:
    """The steps of a plan, on these cases or on those that it names."""
    around = {
        where: tuple(Step(kind, minutes=minutes) for kind, minutes in given.items())
        for where, given in (("before", plan.before), ("after", plan.after))
    }
    each = [
        Step(kind, case, minutes) for case in dict.fromkeys(cases or plan.cases) for kind, minutes in plan.each.items()
    ]
    return (*around["before"], *each, *around["after"])


def write_steps(steps: Sequence[Step]) -> str:
    return json.dumps([[step.kind, step.case, step.minutes] for step in steps])


def read_steps(text: str) -> tuple[Step, ...]:
    return tuple(Step(kind, case, minutes) for kind, case, minutes in json.loads(text))


def allowed(state: State, steps: Sequence[Step]) -> frozenset[Action]:
    """What whoever leads may do now."""
    step = steps[state.step]
    votes = step.votes and not state.paused
    can: dict[Action, bool] = {
        "next": state.step + 1 < len(steps),
        "back": state.step > 0,
        "open": votes and not state.open,
        "close": votes and state.open,
        "pause": not state.paused,
        "resume": state.paused,
        "reveal": bool(_to_show(step)) and not state.shown,
        "hide": bool(_to_show(step)) and state.shown,
    }
    return frozenset(action for action in ACTIONS if can[action])


def act(state: State, action: Action, steps: Sequence[Step], now: float) -> State:
    """The state after an action at a time, in seconds since 1970. Raises `NotAllowed` where it cannot be."""
    if action not in allowed(state, steps):
        raise NotAllowed(action)
    step = steps[state.step]
    match action:
        case "next":
            return _entered(state, state.step + 1, steps, now, opens=True)
        case "back":
            return _entered(state, state.step - 1, steps, now, opens=False)
        case "open":  # a ballot that was shown by mistake may be voted on again: that is for whoever leads to say
            return replace(state, open=True, shown=False, revealed=state.revealed - {step.key})
        case "close":
            return replace(state, open=False)
        case "pause":
            return replace(state, paused=True, paused_at=now)
        case "resume":
            return replace(state, paused=False, entered=state.entered + max(0.0, now - state.paused_at))
        case "reveal":
            return replace(state, shown=True, open=False, revealed=state.revealed | {*_to_show(step)})
        case "hide":
            return replace(state, shown=False)


def _to_show(step: Step) -> tuple[str, ...]:
    return (step.key,) if step.votes else step.shows


def _entered(state: State, number: int, steps: Sequence[Step], now: float, *, opens: bool) -> State:
    step = steps[number]
    return State(
        step=number,
        open=opens and step.votes and step.key not in state.revealed,
        shown=bool(step.shows),
        revealed=state.revealed | {*step.shows},
        entered=now,
    )


Taken = Literal["open", "late", "no"]


def takes(state: State, steps: Sequence[Step], ballot: str) -> Taken:
    """Whether a vote on a ballot counts now: `open`, or `late`, where it counts if it is the first of that person.

    A vote that was on its way, or kept by a phone without a network, counts until others have seen what was voted;
    nobody may change theirs once voting has closed.
    """
    number = next((number for number, step in enumerate(steps) if step.votes and step.key == ballot), None)
    if number is None or number > state.step or ballot in state.revealed:
        return "no"
    return "open" if number == state.step and state.open and not state.paused else "late"


def seconds_left(state: State, steps: Sequence[Step], now: float) -> float:
    """How long this step may still take by the plan; below zero, how much it is over."""
    until = state.paused_at if state.paused else now
    return steps[state.step].minutes * 60 - max(0.0, until - state.entered)
