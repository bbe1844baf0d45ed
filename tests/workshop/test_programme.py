"""What a room does in its time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.content.load import load
from advisor.workshop.debate import (
    ACTIONS,
    DESCRIBED,
    State,
    act,
    allowed,
    ballot_step,
    read_steps,
    shows,
    steps_of,
    takes,
    write_steps,
)
from advisor.workshop.programme import MODES, Wishes, expected_minutes, programme

CONTENT = load()
PLANS = {plan.minutes: plan for plan in CONTENT.workshops}
ALL = programme(PLANS[40], Wishes(MODES), CONTENT)
ASKED = [step.key for step in ALL if step.kind == "ask"]
PRESSED = st.lists(st.sampled_from(ACTIONS), max_size=80)


@pytest.mark.parametrize("minutes", [10, 40, 90])
def test_without_other_wishes_it_is_the_debate_of_the_plan(minutes):
    assert programme(PLANS[minutes], Wishes(), CONTENT) == steps_of(PLANS[minutes])


@pytest.mark.parametrize("minutes", [10, 40, 90])
@pytest.mark.parametrize("mode", MODES[1:])
def test_each_mode_stands_alone_between_lobby_and_end(minutes, mode):
    steps = programme(PLANS[minutes], Wishes((mode,)), CONTENT)
    assert (steps[0].kind, steps[-1].kind) == ("lobby", "end")
    assert {step.kind for step in steps[1:-1]} == {*PLANS[minutes].modes[mode]}


def test_cases_leave_room_for_the_rest_and_one_stays():
    beside_a_quiz = programme(PLANS[40], Wishes(("debate", "quiz")), CONTENT)
    assert 1 <= len({step.case for step in beside_a_quiz if step.kind == "first"}) < len(PLANS[40].cases)
    assert expected_minutes(beside_a_quiz, CONTENT) <= 40
    assert [step.case for step in ALL if step.kind == "first"] == [PLANS[40].cases[0]]
    chosen = programme(PLANS[40], Wishes(("debate", "quiz"), PLANS[40].cases), CONTENT)
    assert len([step for step in chosen if step.kind == "first"]) == len(PLANS[40].cases)


def test_a_case_that_is_answered_together_is_not_debated_too():
    case = PLANS[40].cases[1]
    steps = programme(PLANS[40], Wishes(("debate", "together"), PLANS[40].cases, case), CONTENT)
    assert [step.case for step in steps if step.kind == "first"] == [PLANS[40].cases[0], PLANS[40].cases[2]]
    assert len({step.key for step in steps}) == len(steps)


def test_a_case_of_ones_own_has_no_published_outcome():
    kinds = [step.kind for step in programme(PLANS[40], Wishes(("together",), (), DESCRIBED), CONTENT)]
    assert "agreed" in kinds
    assert "outcome" not in kinds


def test_steps_are_written_so_that_an_older_program_reads_those_of_a_debate():
    assert read_steps(write_steps(ALL)) == ALL
    assert '"lobby", "", 2.0]' in write_steps(ALL)


@given(PRESSED, st.sets(st.sampled_from(ASKED)))
def test_whatever_is_pressed_nobody_stands_where_nothing_is_asked(presses, over):
    state = State()
    for action in presses:
        if action not in allowed(state, ALL, over):
            continue
        before, state = state.step, act(state, action, ALL, 0.0, over)
        step = ALL[state.step]
        assert step.key not in over or state.step == before
        assert not (state.open and (state.shown or step.key in state.revealed))
        assert not state.shown or step.votes or {*shows(step, ALL)} <= state.revealed


def test_a_team_answers_many_ballots_in_one_step_until_the_wall():
    own, wall = (next(n for n, step in enumerate(ALL) if step.kind == kind) for kind in ("own", "wall"))
    there = State(step=own, open=True)
    assert takes(there, ALL, "own") == takes(there, ALL, "own:task") == "open"
    assert takes(there, ALL, "owner:task") == takes(State(step=own - 1), ALL, "own:task") == "no"
    assert "reveal" not in allowed(there, ALL)
    closed = act(there, "close", ALL, 0.0)
    assert takes(closed, ALL, "own:task") == "late"
    shown = act(closed, "next", ALL, 0.0)
    assert (shown.step, shown.shown) == (wall, True)
    assert takes(shown, ALL, "own:task") == "no"
    again = act(act(shown, "back", ALL, 0.0), "open", ALL, 0.0)
    assert takes(again, ALL, "own:task") == "open"
    assert ballot_step(ALL, "own:task").about == "task"
    assert ballot_step(ALL, "nothing") is None
