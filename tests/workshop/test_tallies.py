"""What votes come to: the shift, and the file."""

from __future__ import annotations

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from advisor import advise
from advisor.content.load import load
from advisor.language import LANGUAGES, language
from advisor.wording import VERDICTS, labels
from advisor.workshop.case_texts import case_texts
from advisor.workshop.debate import State, Step, act, debatable, steps_of
from advisor.workshop.step_words import choice_names, cue, step_name, task
from advisor.workshop.store import Room, Vote
from advisor.workshop.tallies import COLUMNS, file_name, moved, series, shift, tallied, votes_csv

PLAN = next(plan for plan in load().workshops if plan.minutes == 40)
STEPS = steps_of(PLAN)
DAY = date(2026, 11, 30)
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
FIRST, SECOND = (next(step.key for step in STEPS if step.kind == kind) for kind in ("first", "second"))


def vote(person: int, ballot: str, choice: str, why: str = "") -> Vote:
    return Vote(person, ballot, choice, 2, why, NOON)


def room_at(step: int) -> Room:
    return Room(1, "CDFHJK", "Tuesday *b* <b>", "en", STEPS, DAY, "abc", State(step=step), 1, NOON, NOON)


def test_the_shift_counts_who_voted_both_times():
    votes = [
        vote(1, FIRST, "fine_tune"), vote(1, SECOND, "dont"), vote(2, FIRST, "fine_tune"), vote(2, SECOND, "dont"),
        vote(3, FIRST, "dont"), vote(3, SECOND, "dont"), vote(4, FIRST, "not_yet"), vote(5, SECOND, "not_yet"),
    ]  # fmt: skip
    found = shift(votes, FIRST, SECOND)
    assert (found.both, found.moved, found.ways) == (3, 2, (("fine_tune", "dont", 2),))
    assert tallied(votes, FIRST) == {"fine_tune": 2, "dont": 1, "not_yet": 1}
    assert "2 of 3 people" in moved(found, "en")
    assert "Nobody" in moved(shift([], FIRST, SECOND), "en")


@given(st.lists(st.tuples(st.integers(1, 6), st.sampled_from([FIRST, SECOND]), st.sampled_from(VERDICTS)), max_size=20))
def test_who_moved_is_never_more_than_who_voted_twice(given_votes):
    last = {(person, ballot): choice for person, ballot, choice in given_votes}
    found = shift([vote(person, ballot, choice) for (person, ballot), choice in last.items()], FIRST, SECOND)
    people = {person for person, _ in last}
    assert 0 <= found.moved <= found.both <= len(people)
    assert found.moved == sum(n for *_, n in found.ways)


def test_the_file_of_votes_is_safe_in_a_spreadsheet():
    votes = [vote(9, FIRST, "dont", "=HYPERLINK(1)"), vote(7, FIRST, "not_yet", 'says "x", or\u2028y')]
    hands = {SECOND: {"dont": 12, "not_yet": 0}}
    text = votes_csv(votes, {7: "@sum", 9: "Ann"}, hands, STEPS).decode("utf-8-sig")
    head, first, second, *raised = csv.reader(io.StringIO(text))
    assert tuple(head) == COLUMNS
    assert first[2:7] == ["2", "Ann", "dont", "2", "'=HYPERLINK(1)"]
    assert second[2:7] == ["1", "'@sum", "not_yet", "2", 'says "x", or\u2028y']
    assert first[:2] == ["first", PLAN.cases[0]]
    assert first[-3:] == ["phone", "1", ""]
    blank = ["", ""]
    assert raised == [
        ["second", PLAN.cases[0], *blank, choice, *blank, "", "hand", n, ""]
        for choice, n in (("dont", "12"), ("not_yet", "0"))
    ]


def test_what_was_counted_by_hand_stands_for_itself():
    lang, steps = language(), [step for step in STEPS if step.key in (FIRST, SECOND)]
    votes = [vote(1, FIRST, "dont")]
    counts = series(votes, {FIRST: {"dont": 4}, SECOND: {"dont": 5}}, steps, lang)
    assert counts == {
        "First vote": {"dont": 1},
        "First vote, counted by hand": {"dont": 4},
        "Second vote, counted by hand": {"dont": 5},
    }
    assert series(votes, {}, steps, lang) == {"First vote": {"dont": 1}, "Second vote": {}}
    nobody, both = shift(votes, FIRST, SECOND), shift([*votes, vote(1, SECOND, "not_yet")], FIRST, SECOND)
    assert "Counted by hand" in moved(nobody, "en", by_hand=True)
    assert moved(both, "en", by_hand=True).startswith("1 of 1 person")


def test_nothing_typed_is_in_the_name_of_a_file():
    assert file_name(room_at(0), "csv", DAY) == "workshop-CDFHJK-2026-11-30.csv"


def test_the_short_title_of_a_case_names_no_outcome():
    """It stands there from the beginning; the title of the paper, which may tell, does not."""
    lang = language()
    for case, card in debatable(load()):
        assert card.title != case.title
        assert labels.outcome_name(case.outcome, load(), lang).casefold() not in card.title.casefold()


def test_every_step_has_words_in_every_language():
    for code in LANGUAGES:
        lang = language(code)
        for step in STEPS:
            assert step_name(step.kind, lang)
            assert task(step.kind, lang)
            assert cue(step.kind, lang)
            assert set(choice_names(step, load(), lang)) == set(step.choices)


def test_a_room_that_asks_at_once_has_a_case_worked_out_once(monkeypatch):
    asked = []

    def counted(*given):
        asked.append(given)
        return advise(*given)

    monkeypatch.setattr("advisor.workshop.case_texts.advise", counted)
    with ThreadPoolExecutor(8) as threads:
        every = [*threads.map(lambda _: case_texts(PLAN.cases[0], date(2026, 11, 21), "en", load()), range(16))]
    assert len(asked) == 1
    assert all(texts is every[0] for texts in every)


def test_a_case_that_is_gone_has_no_texts():
    assert case_texts("gone", DAY, "en", load()) is None


def test_a_debate_walks_through_every_step_that_has_words():
    state = State()
    for _ in STEPS[1:]:
        state = act(state, "next", STEPS, 0.0)
    assert STEPS[state.step] == Step("end", "", 1.5)
