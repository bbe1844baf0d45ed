"""The report of a room: what it tells, as one document with two faces."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pypdf
import pytest

from advisor.content.load import load
from advisor.language import language
from advisor.report.markdown import literal, paper_markdown
from advisor.report.model import Paper, runs_of
from advisor.report.pdf import paper_pdf
from advisor.workshop.case_texts import case_texts
from advisor.workshop.debate import State, steps_of
from advisor.workshop.room_report import MOST_LINES, reached, room_report
from advisor.workshop.store import Room, Vote
from tests.pdf_text import page_texts

SHORT, PLAN = (next(plan for plan in load().workshops if plan.minutes == minutes) for minutes in (10, 40))
STEPS = steps_of(PLAN)
DAY = date(2026, 11, 30)
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
CASE = PLAN.cases[0]
FIRST, SECOND, OPTION = (f"{kind}:{CASE}" for kind in ("first", "second", "option"))
PLACES = {step.kind: place for place, step in reversed([*enumerate(STEPS)])}
HOSTILE = ("![x](http://e) <b>", '#read("/etc/passwd")', "#eval(1+1) $x^2$ @a", "a\u202eb\x00c", "=cmd|x")


def vote(person: int, ballot: str, choice: str, why: str = "") -> Vote:
    return Vote(person, ballot, choice, 2, why, NOON)


def room_at(step: int, title: str = "Tuesday *b* <b>", steps=STEPS) -> Room:
    return Room(1, "CDFHJK", title, "en", steps, DAY, "abc", State(step=step), 1, NOON, NOON)


def report(room: Room, votes=(), people: int = 1, code: str = "en", hands=None) -> Paper:
    return room_report(room, votes, people, code, load(), hands or {})


def said(paper: Paper) -> str:
    blocks = [block for sheet in paper.sheets for section in sheet.sections for block in section.blocks]
    return "\n".join(run.text for block in (*paper.intro, *blocks) for run in runs_of(block))


def test_it_tells_only_of_what_the_room_has_seen():
    texts = case_texts(CASE, DAY, "en", load())
    votes = [vote(1, FIRST, "dont", HOSTILE[0]), vote(1, SECOND, "dont")]
    for kind, shows_votes, shows_advice, shows_outcome in [
        ("second", False, False, False),
        ("shift", True, False, False),
        ("advice", True, True, False),
        ("outcome", True, True, True),
    ]:
        text = paper_markdown(report(room_at(PLACES[kind]), votes))
        assert ("person who voted both" in text) == shows_votes, kind
        assert (literal(texts.headline) in text) == shows_advice, kind
        assert (literal(texts.plan) in text) == shows_advice, kind
        assert (literal(texts.lesson) in text) == shows_outcome, kind
        assert (f"(<{texts.url}>)" in text) == shows_outcome, kind
        assert "# Tuesday \\*b\\* \\<b\\>" in text
        assert "![x]" not in text
        assert "<b>" not in text.replace("\\<b\\>", "")
    assert "The room did not come to this case." in text


def test_votes_options_and_the_question_before_and_after_are_counted():
    votes = [vote(1, FIRST, "fine_tune"), vote(1, SECOND, "dont"), vote(1, OPTION, "rag"), vote(2, OPTION, "rag")]
    votes += [vote(1, "entry", "fine_tune"), vote(1, "exit", "dont")]
    text = paper_markdown(report(room_at(len(STEPS) - 1), votes, 3, "nl"))
    assert "3 mensen" in text
    assert "| Finetunen | 1 | 0 |" in text
    assert "Finetunen → Niet finetunen: 1" in text
    assert "| Retrieval | 2 |" in text
    assert "Betere prompts | 0" not in text
    assert text.count("| Niet finetunen | 0 | 1 |") == 2  # the case, and the question before and after


def test_what_was_counted_by_hand_was_seen_as_far_as_it_leads_and_is_marked():
    texts = case_texts(CASE, DAY, "en", load())
    room = room_at(0)
    assert reached(room, {})[-1].kind == "lobby"
    assert reached(room, {SECOND: {}})[-1].key == f"shift:{CASE}"
    assert reached(room, {OPTION: {}})[-1].key == f"flip:{CASE}"
    assert reached(room_at(len(STEPS) - 1), {FIRST: {}}) == STEPS
    hands = {FIRST: {"fine_tune": 9, "dont": 4}, SECOND: {"fine_tune": 1, "dont": 12}}
    text = paper_markdown(report(room, people=0, hands=hands))
    assert "up to 13 were counted by hand" in text
    assert "| Choice | First vote, counted by hand | Second vote, counted by hand |" in text
    assert "| Don't fine-tune | 4 | 12 |" in text
    assert texts.headline not in text


@pytest.mark.parametrize("n", [MOST_LINES, MOST_LINES + 1])
def test_reasons_are_told_once_without_a_name_and_many_behind_the_cases(n):
    votes = [vote(person, FIRST, "dont", f"reason {person // 2}") for person in range(2 * n)]
    for kind, told in (("second", 0), ("shift", n)):
        paper = report(room_at(PLACES[kind]), votes)
        assert said(paper).count("reason ") == told
        assert ("whys-" in paper.sheets[-1].id) == (told > MOST_LINES)
    assert ("lines, at the end" in said(paper)) == (n > MOST_LINES)


@pytest.fixture(scope="module", params=["en", "nl"])
def built(request) -> tuple[Paper, bytes]:
    """A room that has gone through one case, and typed what it liked."""
    steps = steps_of(SHORT)
    votes = [
        vote(person, step.key, step.choices[person % 3], HOSTILE[person % 5])
        for step in steps
        if step.votes
        for person in range(25)
    ]
    paper = report(room_at(len(steps) - 1, HOSTILE[1], steps), votes, 25, request.param)
    return paper, paper_pdf(paper)


def test_the_pdf_says_the_same_on_one_page_and_what_people_typed_is_text(built):
    paper, made = built
    (page,) = page_texts(made)
    flat = "".join(page.split())
    for run in said(paper).splitlines():
        clean = run.replace("\u202e", "").replace("\x00", "")
        assert "".join(clean.split()) in flat
    assert "".join(HOSTILE[1].split()) in flat.split("".join(paper.above.split()))[1][:60]
    assert "root:" not in flat


def test_the_pdf_is_tagged_in_its_language(built):
    paper, made = built
    root = pypdf.PdfReader(io.BytesIO(made)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == paper.lang
    assert "<pdfuaid:part>1" in root["/Metadata"].get_data().decode()


def test_a_case_begins_a_page_where_there_are_several():
    paper = report(room_at(len(STEPS) - 1))
    assert [sheet.id for sheet in paper.sheets if sheet.begins_page] == [*PLAN.cases]
    names = [case_texts(case, DAY, "en", load()).name for case in PLAN.cases]
    pages = page_texts(paper_pdf(paper))
    assert len(pages) == 1 + len(PLAN.cases)
    assert all(page.startswith(name) for page, name in zip(pages[1:], names, strict=True))


def test_a_case_that_is_gone_is_left_out():
    steps = tuple(step for step in steps_of(SHORT, ["gone"]))
    assert report(room_at(len(steps) - 1, steps=steps)).sheets == ()
    assert language("nl")("The cases") == "De cases"
