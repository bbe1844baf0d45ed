"""A room: which steps it has, where it stands, and what whoever leads it may do next. Nothing here keeps anything.

In a debate a room votes on a case alone, talks in pairs, votes again, and sees how it moved; then it names an option,
and sees what the advisor says, what came out, and which answer would turn the advice. Peer instruction works that way.
What else a room may do, see `advisor.workshop.programme`, is made of steps of the same kind: some are voted on, and
some show what was voted on before.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from advisor.cases import OUTCOMES, shown
from advisor.content.entries import Case, CaseCard, Workshop, WorkshopStep
from advisor.content.load import Content
from advisor.wording import VERDICTS

BALLOTS: frozenset[WorkshopStep] = frozenset(
    {"entry", "first", "second", "option", "exit", "ask", "own", "quiz", "monday"}
)
"""Steps in which people vote. In `own` a team does so on each question, at its own pace."""
SHOWS: dict[WorkshopStep, tuple[WorkshopStep, ...]] = {
    "shift": ("first", "second"),
    "advice": ("option",),
    "outcome": ("option",),
    "end": ("entry", "exit"),
    "agreed": ("ask",),
    "wall": ("own",),
}
"""Steps that show the votes of others by themselves, and of which: those on the same case, or on none."""
DESCRIBED = "described"
"""Stands for a case that whoever leads described, and that was never published."""

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
    about: str = ""
    """The question that is asked: of the interview, or of the quiz."""

    @property
    def key(self) -> str:
        """Names the step, and its ballot where it has one."""
        return ":".join(part for part in (self.kind, self.case, self.about) if part)

    @property
    def votes(self) -> bool:
        return self.kind in BALLOTS

    def holds(self, ballot: str) -> bool:
        """Whether this ballot is voted on in this step."""
        return self.votes and (ballot == self.key or (self.kind == "own" and ballot.startswith(f"{self.key}:")))

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be voted for in a debate; nothing where that is for `advisor.workshop.ballots` to say."""
        match self.kind:
            case "option":
                return OPTIONS
            case "entry" | "exit" | "first" | "second":
                return VERDICTS
        return ()


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


def shows(step: Step, steps: Sequence[Step]) -> tuple[str, ...]:
    """The ballots whose votes this step shows by itself."""
    kinds = SHOWS.get(step.kind, ())
    return tuple(one.key for one in steps if one.kind in kinds and one.case in ("", step.case))


def ballot_step(steps: Sequence[Step], ballot: str) -> Step | None:
    """What is voted on, as a step: the step itself, or one question of those that each team answers in one step."""
    step = next((step for step in steps if step.holds(ballot)), None)
    return step if step is None or step.key == ballot else replace(step, about=ballot.removeprefix(f"{step.key}:"))


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
    """The steps as text. What a step is about is left out where there is nothing: an older program reads that, too."""
    rows = [[step.kind, step.case, step.minutes, *([step.about] if step.about else [])] for step in steps]
    return json.dumps(rows)


def read_steps(text: str) -> tuple[Step, ...]:
    return tuple(Step(*row) for row in json.loads(text))


NONE: frozenset[str] = frozenset()


def allowed(state: State, steps: Sequence[Step], over: Collection[str] = NONE) -> frozenset[Action]:
    """What whoever leads may do now. `over` are the keys of steps that are passed over: what was answered so far makes
    their questions needless.
    """
    step = steps[state.step]
    votes = step.votes and not state.paused
    can: dict[Action, bool] = {
        "next": _neighbour(state, steps, over, 1) is not None,
        "back": _neighbour(state, steps, over, -1) is not None,
        "open": votes and not state.open,
        "close": votes and state.open,
        "pause": not state.paused,
        "resume": state.paused,
        "reveal": bool(_to_show(step, steps)) and not state.shown,
        "hide": bool(_to_show(step, steps)) and state.shown,
    }
    return frozenset(action for action in ACTIONS if can[action])


def _neighbour(state: State, steps: Sequence[Step], over: Collection[str], way: int) -> int | None:
    """The next step in this direction that is not passed over; None where there is none."""
    places = range(state.step + way, len(steps) if way > 0 else -1, way)
    return next((place for place in places if steps[place].key not in over), None)


def act(state: State, action: Action, steps: Sequence[Step], now: float, over: Collection[str] = NONE) -> State:
    """The state after an action at a time, in seconds since 1970. Raises `NotAllowed` where it cannot be."""
    if action not in allowed(state, steps, over):
        raise NotAllowed(action)
    step = steps[state.step]
    match action:
        case "next" | "back":
            place = _neighbour(state, steps, over, 1 if action == "next" else -1)
            assert place is not None
            return _entered(state, place, steps, now, opens=action == "next")
        case "open":  # a ballot that was shown by mistake may be voted on again: that is for whoever leads to say
            return replace(state, open=True, shown=False, revealed=state.revealed - {step.key})
        case "close":
            return replace(state, open=False)
        case "pause":
            return replace(state, paused=True, paused_at=now)
        case "resume":
            return replace(state, paused=False, entered=state.entered + max(0.0, now - state.paused_at))
        case "reveal":
            return replace(state, shown=True, open=False, revealed=state.revealed | {*_to_show(step, steps)})
        case "hide":
            return replace(state, shown=False)


def _to_show(step: Step, steps: Sequence[Step]) -> tuple[str, ...]:
    """The ballots that this step can show. What a team answers of its own project is shown as a verdict alone."""
    if step.kind == "own":
        return ()
    return (step.key,) if step.votes else shows(step, steps)


def _entered(state: State, number: int, steps: Sequence[Step], now: float, *, opens: bool) -> State:
    step = steps[number]
    shown = shows(step, steps)
    return State(
        step=number,
        open=opens and step.votes and step.key not in state.revealed,
        shown=bool(shown),
        revealed=state.revealed | {*shown},
        entered=now,
    )


Taken = Literal["open", "late", "no"]


def takes(state: State, steps: Sequence[Step], ballot: str) -> Taken:
    """Whether a vote on a ballot counts now: `open`, or `late`, where it counts if it is the first of that person.

    A vote that was on its way, or kept by a phone without a network, counts until others have seen what was voted;
    nobody may change theirs once voting has closed.
    """
    number = next((number for number, step in enumerate(steps) if step.holds(ballot)), None)
    if number is None or number > state.step or steps[number].key in state.revealed:
        return "no"
    return "open" if number == state.step and state.open and not state.paused else "late"


def seconds_left(state: State, steps: Sequence[Step], now: float) -> float:
    """How long this step may still take by the plan; below zero, how much it is over."""
    until = state.paused_at if state.paused else now
    return steps[state.step].minutes * 60 - max(0.0, until - state.entered)
