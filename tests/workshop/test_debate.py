"""What may happen in a room, in any order in which it is pressed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.content.load import load
from advisor.wording import VERDICTS
from advisor.workshop.debate import (
    ACTIONS,
    OPTIONS,
    NotAllowed,
    State,
    Step,
    act,
    allowed,
    debatable,
    read_steps,
    seconds_left,
    shows,
    steps_of,
    takes,
    write_steps,
)

PLANS = {plan.minutes: plan for plan in load().workshops}
STEPS = steps_of(PLANS[40])
PRESSED = st.lists(st.tuples(st.sampled_from(ACTIONS), st.floats(0, 600)), max_size=60)


def at(kind: str, number: int = 0) -> int:
    """The place of the step of this kind, of the first case or another."""
    return [place for place, step in enumerate(STEPS) if step.kind == kind][number]


def pressed(*actions: str, state: State | None = None) -> State:
    now = state or State()
    for action in actions:
        now = act(now, action, STEPS, 0.0)
    return now


@pytest.mark.parametrize("minutes", [10, 40, 90])
def test_a_plan_takes_the_minutes_that_it_says(minutes):
    steps = steps_of(PLANS[minutes])
    assert sum(step.minutes for step in steps) == minutes
    assert len({step.key for step in steps}) == len(steps)


@pytest.mark.parametrize("minutes", [10, 40, 90])
def test_the_cases_of_a_plan_can_be_debated(minutes):
    assert set(PLANS[minutes].cases) <= {case.id for case, _ in debatable(load())}


def test_the_plan_of_forty_minutes_ends_once_each_way():
    outcomes = {case.id: case.outcome for case, _ in debatable(load())}
    assert [outcomes[case] for case in PLANS[40].cases] == ["rag", "not_yet", "finetune_sft"]


def test_only_cases_checked_against_their_source_are_debated():
    assert {case.verified for case, _ in debatable(load())} == {True}
    assert {case.verified for case in load().cases} == {True, False}


def test_nobody_sees_votes_outcome_or_advice_before_both_votes():
    for case in PLANS[90].cases:
        kinds = [step.kind for step in steps_of(PLANS[90]) if step.case == case]
        assert kinds == ["case", "first", "pairs", "second", "shift", "option", "advice", "outcome", "flip"]


def test_choices_are_verdicts_and_what_cases_end_in():
    assert Step("first", "x").choices == VERDICTS
    assert Step("option", "x").choices == OPTIONS
    assert {case.outcome for case, _ in debatable(load())} <= set(OPTIONS)
    assert Step("pairs", "x").choices == ()


def test_steps_are_written_and_read():
    assert read_steps(write_steps(STEPS)) == STEPS


@given(PRESSED)
def test_whatever_is_pressed_the_room_stands_somewhere_that_can_be(presses):
    state, now = State(), 0.0
    for action, later in presses:
        now += later
        if action not in allowed(state, STEPS):
            with pytest.raises(NotAllowed):
                act(state, action, STEPS, now)
            continue
        state = act(state, action, STEPS, now)
        step = STEPS[state.step]
        assert 0 <= state.step < len(STEPS)
        assert not state.open or (step.votes and not state.shown)
        assert state.shown <= bool(step.votes or shows(step, STEPS))
        assert not (state.open and step.key in state.revealed)
        assert 0.0 <= state.entered <= now
        if state.shown:
            assert {step.key} <= state.revealed if step.votes else {*shows(step, STEPS)} <= state.revealed
        # What was seen counts no more; a vote on what is still to come does not either.
        for place, other in enumerate(STEPS):
            if other.votes and (place > state.step or other.key in state.revealed):
                assert takes(state, STEPS, other.key) == "no"


@given(PRESSED)
def test_next_always_leads_to_the_end(presses):
    state = State()
    for action, _ in presses:
        if action in allowed(state, STEPS):
            state = act(state, action, STEPS, 0.0)
    while "next" in allowed(state, STEPS):
        state = act(state, "next", STEPS, 0.0)
    assert STEPS[state.step].kind == "end"


@given(PRESSED)
def test_next_and_back_end_where_they_began(presses):
    state = State()
    for action, _ in presses:
        if action in allowed(state, STEPS):
            state = act(state, action, STEPS, 0.0)
    if "next" in allowed(state, STEPS):
        assert act(act(state, "next", STEPS, 0.0), "back", STEPS, 0.0).step == state.step


def test_a_vote_opens_when_its_step_comes_and_closes_by_hand_or_with_it():
    voting = pressed(*["next"] * at("first"))
    assert voting.open
    assert takes(voting, STEPS, STEPS[at("first")].key) == "open"
    closed = pressed("close", state=voting)
    assert takes(closed, STEPS, STEPS[at("first")].key) == "late"
    talking = pressed("next", state=voting)
    assert takes(talking, STEPS, STEPS[at("first")].key) == "late"


def test_a_late_vote_counts_until_others_have_seen_the_votes():
    shift = pressed(*["next"] * at("shift"))
    assert shift.shown
    for kind in ("first", "second"):
        assert takes(shift, STEPS, STEPS[at(kind)].key) == "no"
    assert takes(pressed("hide", state=shift), STEPS, STEPS[at("first")].key) == "no"


def test_going_back_opens_no_vote_by_itself():
    back = pressed(*["next"] * at("pairs"), "back")
    assert STEPS[back.step].kind == "first"
    assert not back.open
    assert pressed("open", state=back).open


def test_showing_closes_and_whoever_leads_may_open_again():
    shown = pressed(*["next"] * at("first"), "reveal")
    assert (shown.open, shown.shown) == (False, True)
    again = pressed("open", state=shown)
    assert (again.open, again.shown) == (True, False)
    assert takes(again, STEPS, STEPS[at("first")].key) == "open"


def test_a_pause_stops_votes_and_the_clock():
    state = act(State(entered=100.0), "pause", STEPS, 130.0)
    assert seconds_left(state, STEPS, 500.0) == seconds_left(state, STEPS, 130.0) == STEPS[0].minutes * 60 - 30
    going = act(state, "resume", STEPS, 500.0)
    assert seconds_left(going, STEPS, 510.0) == STEPS[0].minutes * 60 - 40
    voting = pressed(*["next"] * at("first"))
    paused = act(voting, "pause", STEPS, 1.0)
    assert takes(paused, STEPS, STEPS[at("first")].key) == "late"
    assert {"open", "close"}.isdisjoint(allowed(paused, STEPS))


def test_a_clock_that_goes_back_takes_no_time_away():
    state = act(State(entered=100.0), "pause", STEPS, 130.0)
    assert act(state, "resume", STEPS, 90.0).entered == 100.0


def test_each_case_follows_the_one_before():
    order = [step.case for step in STEPS if step.case]
    changes = [after for before, after in pairwise(order) if before != after]
    assert [order[0], *changes] == list(PLANS[40].cases)
