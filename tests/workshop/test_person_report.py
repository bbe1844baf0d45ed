"""What somebody takes home: only what they voted, and what the room has seen."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from advisor.content.load import load
from advisor.report.markdown import literal, paper_markdown
from advisor.report.pdf import paper_pdf
from advisor.workshop.ballots import right_choice
from advisor.workshop.case_texts import case_texts
from advisor.workshop.debate import State
from advisor.workshop.person_report import own_team, person_report
from advisor.workshop.programme import MODES, Wishes, programme
from advisor.workshop.room_answers import agreed
from advisor.workshop.room_report import room_report
from advisor.workshop.store import Room, Vote
from tests.pdf_text import page_texts

CONTENT = load()
PLAN = next(plan for plan in CONTENT.workshops if plan.minutes == 40)
STEPS = programme(PLAN, Wishes(MODES), CONTENT)
PLACES = {step.kind: place for place, step in reversed([*enumerate(STEPS)])}
CASE, TOGETHER, QUIZ = PLAN.cases[0], PLAN.together, PLAN.quiz[0]
DAY = date(2026, 11, 30)
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
HOSTILE = "![x](http://e) <b> #eval(1)"
APP = "http://127.0.0.1:8501/verdict?a=abc&lang=en"
RIGHT = right_choice(next(quiz for quiz in CONTENT.quiz if quiz.id == QUIZ))


def vote(person: int, ballot: str, choice: str, why: str = "", sure: int = 0) -> Vote:
    return Vote(person, ballot, choice, sure, why, NOON)


MINE = [
    vote(1, "entry", "fine_tune", HOSTILE, 3), vote(1, f"first:{CASE}", "not_yet"), vote(1, f"second:{CASE}", "dont"),
    vote(1, f"ask:{TOGETHER}:citations", "no"), vote(1, "own", "team", HOSTILE), vote(1, "own:task", "qa"),
    vote(1, f"quiz:{QUIZ}", RIGHT), vote(1, "monday", "3", HOSTILE), vote(1, "exit", "dont", "", 1),
]  # fmt: skip
OTHERS = [
    *(vote(person, f"ask:{TOGETHER}:citations", "yes") for person in (2, 3)),
    vote(2, "monday", "1", "Somebody else's plan"), vote(2, "own", "team", "Another team"),
]  # fmt: skip


def room_at(kind: str) -> Room:
    revealed = frozenset(f"quiz:{quiz}" for quiz in PLAN.quiz) if kind == "end" else frozenset()
    state = State(step=PLACES[kind], revealed=revealed)
    return Room(1, "CDFHJK", "Tuesday *b* <b>", "en", STEPS, DAY, "abc", state, 1, NOON, NOON)


def told(kind: str, votes=MINE, code: str = "en") -> str:
    room = room_at(kind)
    found = agreed(STEPS, [*MINE, *OTHERS], {}, {}, CONTENT)
    return paper_markdown(person_report(room, {one.ballot: one for one in votes}, found, code, CONTENT, APP))


@pytest.mark.parametrize("code", ["en", "nl"])
def test_it_tells_only_of_what_the_room_has_seen(code):
    texts = case_texts(CASE, DAY, code, CONTENT)
    for kind, shows_advice, shows_outcome in [
        ("second", False, False),
        ("advice", True, False),
        ("outcome", True, True),
    ]:
        text = told(kind, code=code)
        assert (literal(texts.headline) in text) == shows_advice, kind
        assert (f"(<{texts.url}>)" in text) == shows_outcome, kind
        assert APP not in text
    everything = told("end", code=code)
    assert f"(<{texts.url}>)" in everything
    assert APP in everything


def test_it_is_of_one_person_and_of_nobody_else():
    text = told("end")
    assert "First vote: **Not yet**" in text
    assert "Question before we begin: **Fine-tune (Sure)**" in text
    assert "You said “No”, and the room took “Yes”." in text
    assert "1 of 1 answer right" in text
    assert text.count(literal(HOSTILE)) == 3  # a reason, a team and a plan
    assert "![x]" not in text
    assert "Somebody else" not in text
    assert "Another team" not in text


def test_who_did_not_vote_is_told_so_and_still_gets_the_cases():
    text = told("end", votes=[])
    assert "You did not vote in this room." in text
    assert literal(case_texts(CASE, DAY, "en", CONTENT).lesson) in text
    assert APP not in text
    assert own_team(room_at("wall"), {}, CONTENT) is None
    assert own_team(room_at("own"), {one.ballot: one for one in MINE}, CONTENT) is None
    assert own_team(room_at("wall"), {one.ballot: one for one in MINE}, CONTENT).name == HOSTILE


def test_it_is_printed_with_what_was_typed_as_text():
    found = agreed(STEPS, [*MINE, *OTHERS], {}, {}, CONTENT)
    paper = person_report(room_at("end"), {one.ballot: one for one in MINE}, found, "nl", CONTENT, APP)
    pages = "".join(page_texts(paper_pdf(paper)))
    assert "#eval(1)" in pages


def test_the_report_of_the_room_has_no_names_and_no_score_of_anybody():
    votes = [*MINE, *OTHERS, vote(2, f"quiz:{QUIZ}", "1" if RIGHT != "1" else "2")]
    votes.append(Vote(4, "monday", "1", 0, "hidden words", NOON, hidden=True))
    text = paper_markdown(room_report(room_at("end"), votes, 4, "en", CONTENT, {}))
    assert "Somebody else's plan" in text
    assert "hidden words" not in text
    assert "1 of 2 had it right." in text
    assert "Another team" in text
    assert "| Must each answer point to where it comes from? | Yes | Yes 2; No 1 |" in text
    assert "We took “Yes”; others said “No”." in text
    assert "| How sure people were | Question before we begin | The same question again |" in text
    assert "| Sure | 1 | 0 |" in text
    assert "| Unsure | 0 | 1 |" in text
    before = paper_markdown(room_report(room_at("own"), votes, 4, "en", CONTENT, {}))
    assert "Another team" not in before
    assert "Somebody else" not in before
    picked = room_report(room_at("end"), votes, 4, "en", CONTENT, {}, {f"ask:{TOGETHER}:citations": "no"})
    assert "No (chosen by whoever leads)" in paper_markdown(picked)
