"""The pages of a room as a browser without a script gets them, and what strangers may try."""

from __future__ import annotations

import re

import pytest
import streamlit as st
from starlette.routing import Match
from starlette.testclient import TestClient

from advisor.content.load import load
from advisor.ui.workshop import handlers, paths
from advisor.ui.workshop.documents import HEADERS, files
from advisor.ui.workshop.visitors import MOST_FIELDS, MOST_FORM, MOST_JOINS, MOST_WRONG, joins
from advisor.workshop import location
from advisor.workshop.case_texts import _case_texts, case_texts
from advisor.workshop.debate import act, steps_of
from advisor.workshop.opening import Opened
from advisor.workshop.store import Room, Store, open_store
from tests.ui.workshop.people import DAY, JSON, NASTY, PLAN, Text, joined, led


@pytest.fixture
def opened(store) -> Opened:
    return Opened(*store.open_room(f"Tuesday {NASTY}", "en", steps_of(PLAN), DAY, load().version))


def cast(client: TestClient, room: Room, choice: str, number: str = "1", **more: str):
    form = {"ballot": room.step.key, "choice": choice, "vote": number, **more}
    return client.post(f"/room/{room.code}/vote", data=form, headers=JSON)


def test_a_default_installation_has_no_room_and_makes_no_database(monkeypatch, tmp_path, visitor):
    monkeypatch.delenv(location.DATABASE, raising=False)
    file = tmp_path / "rooms.sqlite3"
    monkeypatch.setattr("advisor.workshop.store.data_file", lambda: file)
    client = visitor()
    assert client.get("/room").status_code == 200
    assert client.get("/room/CDFHJK").status_code == 404
    assert client.get("/room?code=CDFHJK").status_code == 404
    assert not file.exists()


def test_a_code_leads_to_its_room_however_it_is_typed(visitor, opened):
    client = visitor()
    for typed in (opened.code, opened.code.lower(), f"{opened.code[:3]} {opened.code[3:]}"):
        answer = client.get("/room", params={"code": typed})
        assert answer.status_code == 200
        assert answer.url.path == f"/room/{opened.code}"
    assert client.get(f"/room/{opened.code.lower()}").url.path == f"/room/{opened.code}"
    assert client.get("/room/").url.path == "/room"


@pytest.mark.parametrize("path", ["/room", "/room/{code}", "/room/{code}/screen", "/room/{code}/lead", "/room/CDFHJK"])
def test_every_page_has_the_headers_and_nothing_of_streamlit(visitor, opened, path):
    answer = visitor().get(path.format(code=opened.code), headers={"accept": "text/html"})
    for name, value in HEADERS.items():
        assert answer.headers.get_list(name) == [value]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "treamlit" not in answer.text


def test_a_whole_visit_is_less_than_50_kilobytes(visitor, opened, store):
    client = joined(visitor(), opened.code)
    room = led(store, opened.code, "first")
    pages = [client.get(f"/room/{room.code}"), *(client.get(f"/room/static/{name}") for name in files())]
    assert all(page.headers["content-encoding"] in ("zstd", "gzip") for page in pages[1:])
    assert all(page.status_code == 200 for page in pages)
    assert sum(len(page.content) for page in pages) < 30_000
    assert all("immutable" in page.headers["cache-control"] for page in pages[1:])


def test_what_people_type_is_text_on_every_page(visitor, opened, store):
    client, lead = joined(visitor(), opened.code, NASTY), visitor()
    lead.get(f"/room/{opened.code}/lead", params={"key": opened.secret})
    for kind in ("first", "second", "shift"):
        room = led(store, opened.code, kind)
        if room.step.votes:
            assert cast(client, room, "dont", why=NASTY).status_code == 200
        for page in (
            client.get(f"/room/{room.code}"),
            lead.get(f"/room/{room.code}/lead"),
            client.get(f"/room/{room.code}/screen"),
        ):
            assert page.status_code == 200
            found = Text(page.text)
            assert found.elements.count("script") == 1  # ours
            assert "\u202e" not in page.text
            assert not [name for name, _ in found.attributes if name.startswith("on") or name == "style"]
    assert "alert(1)" in Text(client.get(f"/room/{opened.code}").text).said


def test_one_browser_is_one_person_over_reloads_and_tabs(visitor, opened, store):
    client = joined(visitor(), opened.code, "Ann")
    joined(client, opened.code, "Ann again")  # a second tab that still showed the form
    room = led(store, opened.code, "first")
    first, second = client.get(f"/room/{room.code}").text, client.get(f"/room/{room.code}").text
    numbers = [re.search(r'name="vote" value="(\w+)"', page)[1] for page in (first, second)]
    assert numbers[0] != numbers[1]
    assert cast(client, room, "dont", numbers[0]).status_code == 200
    assert cast(client, room, "not_yet", numbers[1]).status_code == 200
    assert store.tally(room, room.step.key) == {"not_yet": 1}
    assert "Your vote: Not yet" in client.get(f"/room/{room.code}").text
    assert list(store.people(room).values()) == ["Ann"]


def test_a_vote_that_is_sent_again_counts_once(visitor, opened, store):
    client = joined(visitor(), opened.code)
    room = led(store, opened.code, "first")
    for _ in range(3):
        assert cast(client, room, "dont", "same").status_code == 200
    assert store.tally(room, room.step.key) == {"dont": 1}


def test_a_vote_without_a_script_leads_back_to_the_page(visitor, opened, store):
    client = joined(visitor(), opened.code)
    room = led(store, opened.code, "first")
    answer = client.post(f"/room/{room.code}/vote", data={"ballot": room.step.key, "choice": "dont", "vote": "1"})
    assert answer.url.path == f"/room/{room.code}"
    assert "Your vote: Don&#39;t fine-tune" in answer.text


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"ballot": "pairs:x", "choice": "dont"},
        {"ballot": "first:x", "choice": "dont"},
        {"choice": "rag"},
        {"choice": "<b>"},
        {"choice": "dont", "vote": ""},
    ],
)
def test_a_vote_for_what_there_is_not_is_refused(visitor, opened, store, form):
    client = joined(visitor(), opened.code)
    room = led(store, opened.code, "first")
    given = {"ballot": room.step.key, "choice": "nothing", "vote": "1"} | form
    assert client.post(f"/room/{room.code}/vote", data=given, headers=JSON).status_code == 400
    assert store.tally(room, room.step.key) == {}


def test_a_vote_after_the_reveal_is_told_so(visitor, opened, store):
    client = joined(visitor(), opened.code)
    first = led(store, opened.code, "first")
    led(store, opened.code, "shift")
    assert "too late" in cast(client, first, "dont").json()["main"]
    plain = client.post(f"/room/{first.code}/vote", data={"ballot": first.step.key, "choice": "dont", "vote": "2"})
    assert plain.status_code == 409
    assert "too late" in plain.text
    assert store.tally(first, first.step.key) == {}


def test_who_is_not_in_the_room_cannot_vote(visitor, opened, store):
    room = led(store, opened.code, "first")
    client = visitor()
    cast(client, room, "dont")
    client.cookies.set(f"advisor-room-{opened.code}", "made up")
    cast(client, room, "dont")
    assert store.tally(room, room.step.key) == {}


def test_votes_of_others_stay_hidden_until_they_are_shown(visitor, opened, store):
    client, other = joined(visitor(), opened.code), joined(visitor(), opened.code)
    room = led(store, opened.code, "first")
    cast(other, room, "dont")
    for page in (f"/room/{room.code}", f"/room/{room.code}/screen"):
        assert "<table" not in client.get(page).text
    assert "1 of 2 have voted" in client.get(f"/room/{room.code}/screen").text
    led(store, opened.code, "shift")
    for page in (f"/room/{room.code}", f"/room/{room.code}/screen"):
        assert "<table" in client.get(page).text


def test_outcome_and_advice_come_when_their_step_comes(visitor, opened, store):
    client = joined(visitor(), opened.code)
    texts = case_texts(PLAN.cases[0], DAY, "en", load())
    secret = {"advice": texts.reasons[0], "outcome": texts.title.split("?")[0], "flip": texts.flips[0][:40]}
    seen = {}
    for kind in ("case", "first", "pairs", "second", "shift", "option", "advice", "outcome", "flip"):
        led(store, opened.code, kind)
        pages = [Text(client.get(path).text).said for path in (f"/room/{opened.code}", f"/room/{opened.code}/screen")]
        seen[kind] = {what for what, words in secret.items() if any(words in page for page in pages)}
        assert all(texts.name in page for page in pages)
    before = ("case", "first", "pairs", "second", "shift", "option")
    assert all(not seen[kind] for kind in before)
    assert seen["advice"] == {"advice"}
    assert "outcome" in seen["outcome"]
    assert "flip" in seen["flip"]


def test_what_the_room_chose_stands_with_the_advice_and_with_the_outcome_only_where_no_advice_came(visitor, store):
    client = visitor()
    chose = {}
    for told in ("advice", ""):
        steps = [step for step in steps_of(PLAN) if step.kind != "advice" or told]
        code = store.open_room("Tuesday", "en", steps, DAY, load().version)[0]
        for kind in filter(None, (told, "outcome")):
            led(store, code, kind)
            chose[told, kind] = "What the room chose" in client.get(f"/room/{code}/screen").text
    assert chose == {("advice", "advice"): True, ("advice", "outcome"): False, ("", "outcome"): True}


def test_everybody_chooses_a_language(visitor, opened, store):
    client = visitor()
    assert "Nickname" in client.get(f"/room/{opened.code}").text
    assert "Bijnaam" in client.post(f"/room/{opened.code}/language", data={"lang": "nl"}).text
    joined(client, opened.code, lang="nl")
    assert '<html lang="nl">' in client.get(f"/room/{opened.code}").text
    assert "We begin soon" in client.post(f"/room/{opened.code}/language", data={"lang": "en"}).text
    assert '<html lang="en">' in client.post(f"/room/{opened.code}/language", data={"lang": "<b>"}).text
    answer = visitor().get("/room", headers={"accept-language": "fr, nl-BE;q=0.8"})
    assert '<html lang="nl">' in answer.text


def test_choices_have_an_order_of_each_person_that_stays(visitor, opened, store):
    room = led(store, opened.code, "option")

    def order(client: TestClient) -> list[str]:
        return re.findall(r'name="choice" value="(\w+)"', client.get(f"/room/{room.code}").text)

    people = [joined(visitor(), opened.code) for _ in range(4)]
    orders = [order(one) for one in people]
    assert orders == [order(one) for one in people]
    assert len({*map(tuple, orders)}) > 1
    assert {*map(frozenset, orders)} == {frozenset(room.step.choices)}


# Whoever leads


def test_the_link_leads_once_and_the_address_holds_no_secret_then(visitor, opened):
    client = visitor()
    answer = client.get(f"/room/{opened.code}/lead", params={"key": opened.secret})
    assert answer.status_code == 200
    assert answer.url.query == b""
    assert opened.secret not in answer.text
    cookie = next(one for one in answer.history[0].headers.get_list("set-cookie") if opened.code in one)
    assert {"HttpOnly", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}


LEADERS = ["lead", "lead/live", "lead/votes.csv", "lead/report.md", "lead/report.pdf", "lead/hands"]
DONE = ["lead/act", "lead/link", "lead/delete", "lead/hands"]


@pytest.mark.parametrize("key", ["", "wrong", "x" * 500])
def test_nobody_else_leads(visitor, opened, store, key):
    client = joined(visitor(), opened.code)
    assert client.get(f"/room/{opened.code}/lead", params={"key": key}).status_code == 403
    client.cookies.set(f"advisor-lead-{opened.code}", key)
    for path in LEADERS:
        assert client.get(f"/room/{opened.code}/{path}").status_code == 403
    for path in DONE:
        answer = client.post(f"/room/{opened.code}/{path}", data={"action": "next", "version": "1"})
        assert answer.status_code == 403
    assert store.room(opened.code).version == 1


def leader(client: TestClient, opened: Opened) -> TestClient:
    assert client.get(f"/room/{opened.code}/lead", params={"key": opened.secret}).status_code == 200
    return client


def test_whoever_leads_moves_the_room_and_two_presses_move_it_once(visitor, opened, store):
    client, second = leader(visitor(), opened), visitor()
    page = client.post(f"/room/{opened.code}/lead/link").text
    link = re.search(r"/room/\w+/lead\?key=[\w-]+", page)[0]
    assert second.get(link).status_code == 200
    told = [
        one.post(f"/room/{opened.code}/lead/act", data={"action": "next", "version": "1"}, headers=JSON)
        for one in (client, second)
    ]
    assert [one.json()["version"] for one in told] == [2, 2]
    assert "moved meanwhile" in told[1].json()["main"]
    answer = client.post(f"/room/{opened.code}/lead/act", data={"action": "back", "version": "2"})
    assert answer.url.path == f"/room/{opened.code}/lead"
    for wrong in ({"action": "fly", "version": "3"}, {"action": "back", "version": "3"}, {"version": "3"}):
        client.post(f"/room/{opened.code}/lead/act", data=wrong)
    assert store.room(opened.code).version == 3


def test_whoever_leads_keeps_their_language(visitor, opened):
    client = leader(visitor(), opened)
    page = client.get(f"/room/{opened.code}/lead?lang=nl").text
    assert "Stemming openen" in page
    live, act_on = (re.search(rf'{name}="\./(lead/[^"]*)"', page)[1] for name in ("data-live", "action"))
    assert "Stemming openen" in client.get(f"/room/{opened.code}/{live}&at=0").json()["main"]
    form = {"action": "next", "version": "1"}
    assert "Stemming" in client.post(f"/room/{opened.code}/{act_on}", data=form, headers=JSON).json()["main"]
    assert '<html lang="nl">' in client.post(f"/room/{opened.code}/{act_on}", data={**form, "version": "2"}).text


def test_whoever_leads_sees_the_count_and_the_rest_behind_a_tap(visitor, opened, store):
    client, ann = leader(visitor(), opened), joined(visitor(), opened.code, "Ann")
    joined(visitor(), opened.code)
    room = led(store, opened.code, "first")
    cast(ann, room, "dont", why="so")
    handlers.watching_of(store).moved(opened.code)
    told = client.get(f"/room/{room.code}/lead/live?at=0").json()
    assert told["count"] == "1 of 2 have voted"
    assert "<table" in told["tally"]
    assert "<table" not in told["main"]


def test_files_are_for_taking_along(visitor, opened, store):
    client, ann = leader(visitor(), opened), joined(visitor(), opened.code, "=cmd")
    room = led(store, opened.code, "first")
    cast(ann, room, "dont", why="+1")
    sheet = client.get(f"/room/{room.code}/lead/votes.csv")
    assert sheet.headers["content-type"].startswith("text/csv")
    assert "'=cmd" in sheet.text
    report = client.get(f"/room/{room.code}/lead/report.md?lang=nl")
    assert "attachment" in report.headers["content-disposition"]
    assert "Het advies is van" in report.text
    paper = client.get(f"/room/{room.code}/lead/report.pdf?lang=nl")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
    assert "report.pdf?lang=nl" in client.get(f"/room/{room.code}/lead?lang=nl").text


def test_counts_by_hand_stand_beside_votes_by_phone_on_every_face(visitor, opened, store):
    client, ann = leader(visitor(), opened), joined(visitor(), opened.code)
    room = led(store, opened.code, "first")
    cast(ann, room, "dont")
    numbers = {"n-fine_tune": "9", "n-not_yet": "0", "n-dont": "31"}
    saved = client.post(f"/room/{room.code}/lead/hands", data={"ballot": room.step.key, **numbers})
    assert saved.url.path == f"/room/{room.code}/lead/hands"
    assert "Saved: Questions about recent events: First vote" in saved.text
    assert 'value="31"' in saved.text
    assert "1 of 1 has voted, 40 counted by hand" in client.get(f"/room/{room.code}/lead").text
    # On a ballot that was held on paper alone nothing else is shown, and it says how it was counted.
    second = room.step.key.replace("first", "second")
    client.post(f"/room/{room.code}/lead/hands", data={"ballot": second, **numbers, "n-dont": "17"})
    room = led(store, opened.code, "shift")
    for page in (ann.get(f"/room/{room.code}"), client.get(f"/room/{room.code}/screen")):
        said = Text(page.text).said
        assert 'class="bars many"' in page.text  # smaller, or they would leave the projector
        assert "First vote, counted by hand" in said
        assert "Second vote, counted by hand" in said
        assert "31" in said
        assert "17" in said
        assert "Counted by hand: how many chose what is known" in said
    assert store.tally(room, room.shows[0]) == {"dont": 1}
    rows = client.get(f"/room/{room.code}/lead/votes.csv").text.splitlines()
    assert [row.rsplit(",", 3)[1:3] for row in rows[1:]] == [
        ["phone", "1"], *(["hand", n] for n in ("9", "0", "31", "9", "0", "17"))
    ]  # fmt: skip
    report = client.get(f"/room/{room.code}/lead/report.md").text
    assert "| Don't fine-tune | 1 | 31 | 17 |" in report


def test_a_vote_on_paper_alone_is_marked_where_it_is_shown(visitor, opened, store):
    client = leader(visitor(), opened)
    room = led(store, opened.code, "entry")
    form = {"ballot": "entry", "n-fine_tune": "1", "n-not_yet": "2", "n-dont": "3"}
    client.post(f"/room/{room.code}/lead/hands", data=form)
    room = store.room(room.code)
    assert store.move(room, act(room.state, "reveal", room.steps, store.clock()))
    handlers.watching_of(store).moved(opened.code)
    assert "Counted by hand." in Text(client.get(f"/room/{room.code}/screen").text).said


def test_what_is_no_count_is_said_beside_its_field_and_keeps_what_was_typed(visitor, opened, store):
    client = leader(visitor(), opened)
    before = store.room(opened.code)
    form = {"ballot": "entry", "n-fine_tune": "9", "n-not_yet": NASTY, "n-dont": "31"}
    answer = client.post(f"/room/{opened.code}/lead/hands?lang=nl", data=form)
    assert answer.status_code == 422
    found = Text(answer.text)
    assert "Nog niet: vul een heel getal in van 0 tot en met 1.000." in found.said
    assert "script" not in found.elements
    assert ("aria-invalid", "true") in found.attributes
    assert ("value", "31") in found.attributes
    for ballot in ("pairs", "case:x", "", "option:x"):
        assert client.post(f"/room/{opened.code}/lead/hands", data={**form, "ballot": ballot}).status_code == 400
    assert store.hand_counts(before) == {}
    assert store.room(opened.code).version == before.version


def test_an_empty_form_deletes_a_count(visitor, opened, store):
    client, room = leader(visitor(), opened), store.room(opened.code)
    store.count_by_hand(room, "entry", {"dont": 3})
    client.post(f"/room/{opened.code}/lead/hands", data={"ballot": "entry"})
    assert store.hand_counts(room) == {}


def test_the_next_case_is_worked_out_before_phones_ask_for_it(visitor, opened, store, monkeypatch):
    _case_texts.cache_clear()
    leader(visitor(), opened)
    ann = joined(visitor(), opened.code, lang="nl")

    def late(*_):
        raise AssertionError("an advice is worked out while a phone waits")

    monkeypatch.setattr("advisor.workshop.case_texts.advise", late)
    led(store, opened.code, "case")
    page = ann.get(f"/room/{opened.code}").text
    assert case_texts(PLAN.cases[0], DAY, "nl", load()).facts.split(".")[0] in page


def test_a_deleted_room_is_gone_for_everybody(visitor, opened, store):
    client, ann = leader(visitor(), opened), joined(visitor(), opened.code)
    assert "deleted" in client.post(f"/room/{opened.code}/lead/delete").text
    assert store.room(opened.code) is None
    page = ann.get(f"/room/{opened.code}", headers={"Accept": "text/html"})
    assert page.status_code == 410
    assert "This room is gone" in page.text
    assert ann.get(f"/room/{opened.code}/live?at=1", headers=JSON).status_code == 410
    assert ann.get(f"/room?code={opened.code}").status_code == 410


def test_phones_that_ask_for_a_room_that_is_gone_guess_nothing(visitor, opened, store):
    client, other = joined(visitor(), opened.code), store.open_room("Next", "en", steps_of(PLAN), DAY, "")[0]
    store.delete(store.room(opened.code))
    handlers.watching_of(store).moved(opened.code)
    for _ in range(MOST_WRONG + 10):
        assert client.get(f"/room/{opened.code}/live?at=1", headers=JSON).status_code == 410
    assert visitor().get(f"/room/{other}").status_code == 200
    for n in range(MOST_WRONG):  # codes that nobody was given do count
        client.get(f"/room/CCCC{n % 10:02}")
    assert visitor().get(f"/room/{other}").status_code == 429


# Strangers


def test_guessing_is_limited_and_does_not_lock_out_who_is_in(visitor, opened):
    client, inside, other = visitor(), joined(visitor(), opened.code), leader(visitor(), opened)
    for n in range(MOST_WRONG):
        assert client.get(f"/room/CCCC{n % 10:02}").status_code in (404, 429)
    assert client.get("/room/CCCCCC").status_code == 429
    assert client.get("/room?code=CCCCCC").status_code == 429
    assert client.get(f"/room/{opened.code}").status_code == 429  # or a lucky guess would show
    assert client.get(f"/room?code={opened.code}").status_code == 429
    for other_spelling in (opened.code.lower(), f"{opened.code[:3]}-{opened.code[3:]}"):
        assert client.get(f"/room/{other_spelling}", follow_redirects=False).status_code == 429
    assert inside.get(f"/room/{opened.code}").status_code == 200
    assert other.get(f"/room/{opened.code}/lead").status_code == 200


def test_wrong_secrets_are_guesses_too(visitor, opened):
    client = visitor()
    for _ in range(MOST_WRONG):
        assert client.get(f"/room/{opened.code}/lead?key=wrong").status_code == 403
    assert client.get(f"/room/{opened.code}/lead?key={opened.secret}").status_code in (403, 429)


def test_a_page_from_elsewhere_sends_nothing(visitor, opened, store):
    client = joined(visitor(), opened.code)
    room = led(store, opened.code, "first")
    for origin in ("https://evil.example", "null"):
        answer = client.post(
            f"/room/{room.code}/vote",
            data={"ballot": room.step.key, "choice": "dont", "vote": "1"},
            headers={"origin": origin},
        )
        assert answer.status_code == 403
    assert store.tally(room, room.step.key) == {}
    assert client.get(f"/room/{room.code}", headers={"host": "evil.example"}).status_code == 421


@pytest.mark.parametrize("sent", [{"nickname": "x" * MOST_FORM}, {f"field{n}": "" for n in range(MOST_FIELDS + 1)}])
def test_a_large_form_is_not_read(visitor, opened, sent):
    assert visitor().post(f"/room/{opened.code}/join", data=sent).status_code == 413


@pytest.mark.parametrize(
    "path",
    ["/room/static/../../app.py", "/room/static/x", "/room/{code}/static", "/room/{code}/lead/votes.xls", "/roomy"],
)
def test_there_is_nothing_else(visitor, opened, path):
    assert visitor().get(path.format(code=opened.code), headers=JSON).status_code == 404


def test_below_a_path_that_a_proxy_puts_before_it_is_the_same(visitor, opened, monkeypatch):
    client, told = visitor(), st.get_option
    assert client.get(f"/tools/room/{opened.code}").status_code == 404
    monkeypatch.setattr(st, "get_option", lambda name: "tools" if name == "server.baseUrlPath" else told(name))
    answer = client.post(f"/tools/room/{opened.code}/join", data={"nickname": "Ann"})
    assert answer.status_code == 200
    assert answer.url.path == f"/tools/room/{opened.code}"
    assert f"localhost:8501/tools/room/{opened.code}" not in client.get("/tools/room").text
    assert "localhost:8501/tools/room" in client.get(f"/tools/room/{opened.code}/screen").text


# Waiting


def test_who_waits_hears_of_the_next_step(visitor, opened, store):
    client = joined(visitor(), opened.code)
    version = store.room(opened.code).version
    led(store, opened.code, "first")
    with client:
        told = client.get(f"/room/{opened.code}/live?at={version}", headers=JSON).json()
    assert told["version"] > version
    assert "First vote" in told["main"]


def test_a_database_that_is_away_is_told_and_asked_again(visitor, opened, store, monkeypatch):
    from sqlalchemy.exc import OperationalError

    client = joined(visitor(), opened.code)

    def away(*_):
        raise OperationalError("SELECT secret", {}, Exception("gone"))

    monkeypatch.setattr(Store, "room", away)
    handlers.watching_of(store).moved(opened.code)
    answer = client.get(f"/room/{opened.code}")
    assert answer.status_code == 503
    assert "secret" not in answer.text
    assert answer.headers["retry-after"] == "5"


def test_a_file_that_disappears_under_the_server_is_made_anew(visitor, monkeypatch, tmp_path):
    file = tmp_path / "rooms.sqlite3"
    monkeypatch.setenv(location.DATABASE, f"sqlite:///{file}")
    code, _ = open_store(make=True).open_room("Tuesday", "en", steps_of(PLAN), DAY, "abc")
    client = joined(visitor(), code)
    file.unlink()
    answer = client.get(f"/room/{code}", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert "no such room" in answer.text
    again, _ = open_store(make=True).open_room("Tuesday", "en", steps_of(PLAN), DAY, "abc")
    assert joined(client, again).get(f"/room/{again}").status_code == 200
    open_store().close()


# Halls and faults


def test_a_hall_behind_one_address_joins_and_one_browser_cannot_fill_the_room(visitor, opened, store, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(handlers, "JOINS", joins(lambda: now[0]))
    client, inside = visitor(), joined(visitor(), opened.code)
    room = store.room(opened.code)
    for _ in range(MOST_JOINS - 1):
        client.cookies.clear()
        answer = client.post(f"/room/{opened.code}/join", data={}, follow_redirects=False)
        assert answer.status_code == 303
    client.cookies.clear()
    answer = client.post(f"/room/{opened.code}/join", data={})
    assert answer.status_code == 429
    assert "Wait a minute" in answer.text
    assert answer.headers["retry-after"] == "60"
    assert store.count_people(room) == MOST_JOINS >= 300
    joined(inside, opened.code)  # who is in is not counted again
    now[0] = 60.0
    joined(client, opened.code)


def test_who_joins_or_votes_while_the_room_is_deleted_is_told_so(visitor, opened, store, monkeypatch):
    monkeypatch.setattr("advisor.ui.workshop.watching.FRESH_SECONDS", 60.0)  # however slow this machine is
    client, late = joined(visitor(), opened.code, lang="nl"), visitor()
    room = led(store, opened.code, "first")
    client.get(f"/room/{room.code}")  # the server has read the room, and who this is
    store.delete(room)
    answer = cast(client, room, "dont")
    assert answer.status_code == 410
    assert "er niet meer" in answer.json()["main"]
    form = {"ballot": room.step.key, "choice": "dont", "vote": "1"}
    plain = client.post(f"/room/{room.code}/vote", data=form)
    assert plain.status_code == 410
    assert "er niet meer" in plain.text
    answer = late.post(f"/room/{room.code}/join", data={})
    assert answer.status_code == 410
    assert "This room is gone" in answer.text


def test_a_link_to_lead_in_small_letters_leads(visitor, opened):
    client = visitor()
    answer = client.get(f"/room/{opened.code.lower()}/lead", params={"key": opened.secret})
    assert answer.status_code == 200
    assert answer.url.path == f"/room/{opened.code}/lead"
    assert client.get(f"/room/{opened.code}/").url.path == f"/room/{opened.code}"
    assert visitor().get(f"/room/{opened.code}/lead/", params={"key": opened.secret}).status_code == 200
    answer = client.get(f"/room/{opened.code.lower()}/lead/votes.csv?x=1")
    assert answer.url.path == f"/room/{opened.code}/lead/votes.csv"


@pytest.mark.parametrize("path", ["join", "language", "vote", "lead/act", "lead/link", "lead/delete"])
def test_what_a_form_is_sent_to_has_no_page(visitor, opened, path):
    answer = visitor().get(f"/room/{opened.code}/{path}")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


def test_no_route_leaves_an_address_of_rooms_to_the_app(opened):
    for method in ("GET", "POST", "PUT"):
        for path in ("", "/", "/static/x", "/{}", "/{}/lead/act", "/{}/x", "/{}/lead/x/y"):
            scope = {"type": "http", "method": method, "path": f"/room{path.format(opened.code)}", "headers": []}
            assert any(route.matches(scope)[0] is Match.FULL for route in paths.ROUTES)


def test_time_is_named_and_runs_after_the_lobby_alone(visitor, opened, store):
    client = leader(visitor(), opened)
    for path in ("lead", "screen"):
        page = client.get(f"/room/{opened.code}/{path}").text
        assert 'data-left=""' in page
        assert 'id="clock" data-label="Time left"' in page
    room = store.room(opened.code)
    assert store.move(room, act(room.state, "next", room.steps, store.clock()))
    handlers.watching_of(store).moved(opened.code)
    left = round(room.steps[1].minutes * 60)
    told = int(re.search(r'data-left="(-?\d+)"', client.get(f"/room/{opened.code}/screen").text)[1])
    assert left - 5 <= told <= left


def test_phones_that_were_cut_off_send_what_they_kept_and_nothing_counts_twice(visitor, opened, store):
    client = visitor()
    cookies = []
    for _ in range(300):
        client.cookies.clear()
        client.post(f"/room/{opened.code}/join", data={}, follow_redirects=False)
        cookies.append(dict(client.cookies))
    room = led(store, opened.code, "first")

    def send(n: int) -> int:
        client.cookies.clear()
        client.cookies.update(cookies[n])
        return cast(client, room, "dont", f"vote {n}").status_code

    assert {send(n) for n in range(200)} == {200}  # of the second hundred the answer was lost
    led(store, opened.code, "pairs")  # whoever leads goes on meanwhile
    assert {send(n) for n in range(100, 300)} == {200}
    assert store.tally(room, room.step.key) == {"dont": 300}


def test_a_phone_that_slept_votes_late_and_is_told_the_present_step(visitor, opened, store):
    client = joined(visitor(), opened.code)
    room = led(store, opened.code, "first")
    assert cast(client, room, "dont", "before it slept").status_code == 200
    now = led(store, opened.code, "advice")
    for number in ("before it slept", "after"):
        told = cast(client, room, "not_yet", number).json()
        assert told["version"] == now.version
        assert ("too late" in told["main"]) is (number == "after")
    assert store.tally(room, room.step.key) == {"dont": 1}
    assert client.get(f"/room/{room.code}/live?at={room.version}", headers=JSON).json()["version"] == now.version


def test_the_clock_of_a_phone_does_not_matter(visitor, opened, store):
    client = joined(visitor(), opened.code)
    room = led(store, opened.code, "first")
    for number, (date_sent, stamp) in enumerate(
        (("Thu, 01 Jan 1970 00:00:00 GMT", "0"), ("Fri, 31 Dec 2100 00:00:00 GMT", "9e12"))
    ):
        form = {"ballot": room.step.key, "choice": "dont", "vote": str(number), "at": stamp, "cast_at": stamp}
        answer = client.post(f"/room/{room.code}/vote", data=form, headers={**JSON, "date": date_sent})
        assert answer.status_code == 200
        [vote] = store.votes(room)
        assert abs(vote.cast.timestamp() - store.clock()) < 60
