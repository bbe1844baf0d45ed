"""What a room does beside a debate, as a browser without a script gets it."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from advisor import decode
from advisor.content.load import load
from advisor.ui.workshop.documents import files
from advisor.workshop.ballots import choices, most, parts, right_choice
from advisor.workshop.debate import DESCRIBED, Step
from advisor.workshop.own_case import team_of
from advisor.workshop.programme import MODES, Wishes, programme
from advisor.workshop.store import Room
from tests.ui.workshop.people import DAY, JSON, NASTY, PLAN, Text, joined, led

CONTENT = load()


@pytest.fixture
def room(store) -> Room:
    steps = programme(PLAN, Wishes(MODES[1:], (), DESCRIBED), CONTENT)
    code, secret = store.open_room("Tuesday", "en", steps, DAY, CONTENT.version, ("Ours", f"Parcels {NASTY}"))
    store.secret = secret  # that of the room opened last
    return store.room(code)


@pytest.fixture
def leader(visitor, room, store):
    client = visitor()
    client.get(f"/room/{room.code}/lead", params={"key": store.secret})
    return client


def cast(client, room: Room, ballot: str, choice: str, number: str = "1", why: str = ""):
    """Vote as a form without a script does."""
    step = Step("ask", DESCRIBED, about=ballot.rpartition(":")[2])
    several = most(step, CONTENT) > 1 and ballot.startswith(("ask", "own:"))
    picked = {f"pick-{one}": "on" for one in parts(choice)} if several else {"choice": choice}
    form = {"ballot": ballot, "vote": number, "why": why, **picked}
    return client.post(f"/room/{room.code}/vote", data=form)


def pressed(client, room: Room, action: str, store):
    version = store.room(room.code).version
    return client.post(f"/room/{room.code}/lead/act", data={"action": action, "version": version})


def test_a_room_answers_one_case_and_gets_the_verdict_on_what_it_agreed(visitor, store, room, leader):
    people = [joined(visitor(), room.code) for _ in range(3)]
    led(store, room.code, "story")
    assert "Parcels" in Text(people[0].get(f"/room/{room.code}").text).said
    at = led(store, room.code, "ask")
    page = people[0].get(f"/room/{room.code}").text
    assert f'<h1 id="step" tabindex="-1">{CONTENT.question("task").text}</h1>' in page
    assert "<script>alert" not in page
    for client, choice in zip(people, ("qa", "qa", "summary"), strict=True):
        assert cast(client, at, at.step.key, choice).status_code == 200
    assert "How many chose what" not in people[0].get(f"/room/{room.code}").text
    pressed(leader, room, "reveal", store)
    shown = Text(people[0].get(f"/room/{room.code}").text).said
    assert "Taken: Answer questions from our documents" in shown
    assert "Your vote: Answer questions from our documents" in shown
    answer = leader.post(
        f"/room/{room.code}/lead/pick", data={"ballot": at.step.key, "choice": "summary"}, headers=JSON
    )
    assert 'aria-pressed="true"' in answer.json()["main"]
    assert "Taken: Summarise (chosen by whoever leads)" in Text(people[1].get(f"/room/{room.code}").text).said
    assert leader.post(f"/room/{room.code}/lead/pick", data={"ballot": at.step.key, "choice": "x"}).status_code == 400
    stranger = people[0].post(f"/room/{room.code}/lead/pick", data={"ballot": at.step.key, "choice": "qa"})
    assert stranger.status_code == 403

    # The questions that a summary makes needless are passed over, and one that it asks is not.
    asked = []
    while True:
        pressed(leader, room, "next", store)
        now = store.room(room.code)
        if now.step.kind != "ask":
            break
        asked.append(now.step.about)
        if now.step.about == "gap":
            cast(people[0], now, now.step.key, "style+format")
    assert "gap" in asked
    assert not {"label_count", "documents", "hosting"} & {*asked}
    assert now.step.kind == "agreed"
    for client in (people[0], leader):
        path = "/lead" if client is leader else ""
        told = Text(client.get(f"/room/{room.code}{path}").text).said
        assert "Where we disagreed" in told
        assert "We took “Summarise”; others said “Answer questions from our documents”." in told
    pressed(leader, room, "hide", store)
    assert "The verdict is not shown yet." in people[0].get(f"/room/{room.code}").text


@pytest.mark.parametrize("picked", [{}, {"choice": "style"}, {"pick-style": "on", "pick-none": "on"}, {"pick-x": "on"}])
def test_what_is_no_answer_to_a_question_counts_not(visitor, store, room, picked):
    client = joined(visitor(), room.code)
    form = {"ballot": f"ask:{DESCRIBED}:gap", "vote": "1", **picked}
    status = client.post(f"/room/{room.code}/vote", data=form).status_code
    assert status == (409 if picked == {"choice": "style"} else 400)  # that one is an answer, and comes too soon
    assert store.tally(room, form["ballot"]) == {}


def test_a_team_answers_alone_and_all_see_its_verdict_and_not_its_answers(visitor, store, room, leader):
    team, other = joined(visitor(), room.code), joined(visitor(), room.code)
    at = led(store, room.code, "own")
    assert cast(team, at, "own", "team", why=f"Kiwi {NASTY}").status_code == 200
    assert team.post(f"/room/{room.code}/vote", data={"ballot": "own", "vote": "2", "why": " "}).status_code == 400
    held = store.participant(at, next(iter(team.cookies.values())))
    number = 2
    while (mine := team_of(store.own_votes(held), CONTENT)).left:
        page = team.get(f"/room/{room.code}").text
        assert CONTENT.question(mine.left).text in page
        for choice in CONTENT.question(mine.left).choices:  # no hints
            assert choice.means is None or choice.means not in page
        choice = "qa" if mine.left == "task" else choices(Step("own", about=mine.left), CONTENT)[0]
        cast(team, at, f"own:{mine.left}", choice, str(number))
        number += 1
    assert "Your answers are in" in team.get(f"/room/{room.code}").text
    assert "1 of 1 team is ready" in leader.get(f"/room/{room.code}/lead").text
    assert cast(team, at, "own:nothing", "x").status_code == 400
    led(store, room.code, "wall")
    own, others = (client.get(f"/room/{room.code}").text for client in (team, other))
    assert "Kiwi" in Text(others).said
    assert "verdict?" not in others
    link = next(value for name, value in Text(own).attributes if name == "href" and value and "verdict?" in value)
    assert decode(parse_qs(urlsplit(link).query)["a"][0]).answers["task"] == "qa"
    wall = visitor().get(f"/room/{room.code}/screen").text
    assert "Kiwi" in Text(wall).said
    for page in (own, others, wall):
        assert "<script>alert" not in page
    # One press hides the name on every face, and one shows it again.
    hide = {"participant": held.id, "ballot": "own", "hidden": 1}
    assert other.post(f"/room/{room.code}/lead/hide", data=hide).status_code == 403
    assert "Show again" in leader.post(f"/room/{room.code}/lead/hide", data=hide).text
    for client, path in ((other, ""), (leader, "/lead"), (visitor(), "/screen"), (leader, "/lead/report.md")):
        told = client.get(f"/room/{room.code}{path}").text
        assert "Kiwi" not in told
        assert "Team 1" in told
    leader.post(f"/room/{room.code}/lead/hide", data={**hide, "hidden": 0})
    assert "Kiwi" in visitor().get(f"/room/{room.code}/screen").text
    for wrong in ("", "x", "-1", "9" * 30, "²"):
        answer = leader.post(f"/room/{room.code}/lead/hide", data={**hide, "participant": wrong})
        assert answer.status_code == 400


def test_only_oneself_sees_a_score_and_nobody_the_answer_before_it_is_shown(visitor, store, room, leader):
    knows, guesses = joined(visitor(), room.code), joined(visitor(), room.code)
    at = led(store, room.code, "quiz")
    quiz = next(quiz for quiz in CONTENT.quiz if quiz.id == at.step.about)
    right = right_choice(quiz)
    cast(knows, at, at.step.key, right)
    cast(guesses, at, at.step.key, next(one for one in "1234" if one != right))
    for client, path in ((knows, ""), (leader, "/lead"), (visitor(), "/screen")):
        assert "Right:" not in client.get(f"/room/{room.code}{path}").text
    pressed(leader, room, "reveal", store)
    assert "1 of 1 answer right so far" in knows.get(f"/room/{room.code}").text
    assert "0 of 1 answer right so far" in guesses.get(f"/room/{room.code}").text
    for path in ("/lead", "/screen"):
        told = leader.get(f"/room/{room.code}{path}").text
        assert "Right: Retrieval" in told
        assert "right so far" not in told


def test_somebodys_own_page_is_theirs_and_comes_as_files(visitor, store, room, leader):
    ann = joined(visitor(), room.code, "Ann", "nl")
    at = led(store, room.code, "monday")
    cast(ann, at, "monday", "3", why=f"Ask {NASTY}")
    pressed(leader, room, "reveal", store)
    assert "Ask" in Text(leader.get(f"/room/{room.code}/screen").text).said
    led(store, room.code, "end")
    assert 'action="./' in ann.get(f"/room/{room.code}").text
    page = ann.post(f"/room/{room.code}/mine")
    assert page.status_code == 200
    assert "Waarschijnlijk" not in page.text
    assert "<script>alert" not in page.text
    assert page.text.startswith('<!doctype html><html lang="nl">')
    path = page.url.path
    secret = path.rpartition("/")[2]
    assert len(secret) >= 22
    assert secret not in next(iter(ann.cookies.values()))
    assert ann.post(f"/room/{room.code}/mine").url.path == path  # the same, however often it is asked for
    anywhere = visitor()
    assert "Could you now decide" not in anywhere.get(path).text
    assert anywhere.get(f"{path}?lang=en").status_code == 200
    text = anywhere.get(f"{path}/report.md?lang=en")
    assert "What you will do: **Yes**. Ask" in text.text
    assert text.headers["content-disposition"].startswith(f'attachment; filename="workshop-{room.code}-{date.today()}')
    assert anywhere.get(f"{path}/report.pdf").content.startswith(b"%PDF")
    for wrong in (f"/room/{room.code}/mine/{secret[:-1]}", f"/room/{room.code}/mine/x/report.md"):
        assert anywhere.get(wrong).status_code == 404
    assert anywhere.post(f"/room/{room.code}/mine").url.path == f"/room/{room.code}"  # who is not in the room joins it
    store.delete(store.room(room.code))
    assert "What you will do" not in anywhere.get(path).text


def test_a_page_weighs_little_at_every_step(visitor, store, room):
    client = joined(visitor(), room.code)
    heaviest = 0
    for kind in ("story", "ask", "agreed", "own", "wall", "quiz", "monday", "end"):
        led(store, room.code, kind)
        heaviest = max(heaviest, len(client.get(f"/room/{room.code}").content))
    assert heaviest + sum(len(content) for content, _ in files().values()) < 50_000
