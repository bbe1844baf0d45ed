"""A whole debate: somebody opens a room and leads, three people vote, one of them without a script and one in Dutch."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from advisor.content.load import load
from advisor.language import language
from advisor.workshop.case_texts import case_texts
from advisor.workshop.step_words import step_name
from advisor.workshop.store import Room, Store, engine_of
from tests.browser.accessibility import nothing_wrong
from tests.browser.reader import HELD_MS, PHONE, PROJECTOR, press, quiet
from tests.browser.server import Server
from tests.pdf_text import flat, page_texts

NL, EN = language("nl"), language("en")


def held(server: Server, address: str) -> Room | None:
    """The room of an address, as the database has it."""
    with closing(Store(engine_of(server.rooms))) as store:
        return store.room(address.rpartition("/")[2])


def later(server: Server, address: str, seconds: float) -> None:
    """Let so much more time have gone since the step began."""
    with closing(Store(engine_of(server.rooms))) as store:
        room = store.room(address.rpartition("/")[2])
        assert store.move(room, replace(room.state, entered=room.state.entered - seconds))


def at(page: Page, kind: Any, code: str = "en") -> None:
    """Wait until a page is at this step; one without a script asks again."""
    expect(page.locator("h1")).to_have_text(step_name(kind, language(code)))


def vote(page: Page, choice: str, code: str = "en", why: str = "") -> None:
    lang = language(code)
    page.get_by_label(lang(choice), exact=True).click(delay=HELD_MS)
    if why:
        page.get_by_label(lang("Why, in one line (if you like)")).fill(why)
    press(page, "Vote", code)


@pytest.mark.deep
def test_a_debate_from_opening_the_room_to_deleting_it(person, new_page, server: Server) -> None:
    teach = new_page("teach")
    teach.get_by_label("What the room is called").fill("Tuesday <b>")
    teach.get_by_text("10 minutes", exact=False).click(delay=HELD_MS)
    quiet(teach)
    press(teach, "Open the room")
    link = teach.get_by_role("link", name="Lead the room")
    link.wait_for()
    expect(teach.get_by_text("this machine alone")).to_be_visible()  # phones cannot reach a server of tests
    assert teach.get_by_role("img", name="QR code of the room").evaluate("(one) => one.naturalWidth") > 100
    lead = person(viewport={"width": 1280, "height": 900})
    lead.goto(link.get_attribute("href") or "")
    assert "key=" not in lead.url
    room = re.search(r"/room/\w{6}", lead.url)[0]
    screen = person(viewport=PROJECTOR)
    screen.goto(f"{room}/screen")
    expect(screen.locator(".code")).to_have_text(re.compile(r"\w{3} \w{3}"))

    # One without a script on a phone, whose page asks again by itself; one in Dutch, in the dark; one at a table.
    bare = person(viewport=PHONE, java_script_enabled=False)
    bare.goto(room)
    bare.get_by_label("Nickname").fill("Ann <i>")
    press(bare, "Join")
    dutch = person(viewport=PHONE, color_scheme="dark", has_touch=True, locale="nl-NL")
    dutch.goto(room)
    press(dutch, "Nederlands")
    nothing_wrong(dutch)
    press(dutch, "Join", "nl")
    at(dutch, "lobby", "nl")
    ben = person(viewport={"width": 800, "height": 600})
    ben.goto(f"room?code={room[-6:].lower()}")
    nothing_wrong(ben)
    ben.get_by_label("Nickname").fill("Ben")
    press(ben, "Join")
    for page in (lead, screen):
        expect(page.locator("#count")).to_have_text("3 people here")
        nothing_wrong(page)

    def go_on(kind: Any, reload: bool = True) -> None:
        """Press the key for the next step: everybody gets there, and each page is as it should be."""
        lead.keyboard.press("n", delay=HELD_MS)
        at(ben, kind)
        for page, code in ((lead, "en"), (screen, "en"), (dutch, "nl")):
            at(page, kind, code)
            nothing_wrong(page)
        assert screen.evaluate("() => document.documentElement.scrollHeight <= innerHeight")
        if reload:
            bare.reload()
        at(bare, kind)
        assert bare.evaluate("() => document.documentElement.scrollWidth <= innerWidth")

    go_on("case", reload=False)  # it comes by itself, if late
    for page in (lead, screen):
        clock = page.locator("#clock")
        expect(clock).to_have_text(re.compile("^Time left: (1:00|0:[1-5][0-9])$"))
        drawn = clock.text_content()
        expect(clock).not_to_have_text(drawn)  # it runs
    later(server, room, 3 * 60)
    for page in (lead, screen):
        expect(page.locator("#clock.over")).to_have_text(re.compile(r"^Time left: \+2:[0-9]{2}$"))
        nothing_wrong(page)
    go_on("first")
    vote(bare, "Fine-tune", why="<script>alert(1)</script>")
    expect(bare.get_by_text("Your vote: Fine-tune")).to_be_visible()
    vote(dutch, "Not yet", "nl")
    expect(dutch.locator(".voted")).to_be_visible()
    dutch.reload()
    expect(dutch.locator(".voted")).to_be_visible()
    vote(ben, "Not yet")
    for page in (lead, screen):
        expect(page.locator("#count")).to_have_text("3 of 3 have voted")
    assert screen.locator("table").count() == 0
    nothing_wrong(dutch)

    go_on("pairs")
    go_on("second")
    vote(bare, "Don't fine-tune")
    vote(ben, "Not yet")
    # Without a network a vote is kept, over a page that is drawn anew, and sent once there is one.
    dutch.context.set_offline(True)
    vote(dutch, "Don't fine-tune", "nl")
    kept = NL("No connection. Your vote is kept on this phone and is sent as soon as there is one.")
    expect(dutch.locator("#said")).to_have_text(kept)
    expect(lead.locator("#count")).to_have_text("2 of 3 have voted")
    dutch.context.set_offline(False)
    expect(dutch.locator(".voted")).to_be_visible()
    expect(dutch.locator("#said")).to_have_text("")
    expect(lead.locator("#count")).to_have_text("3 of 3 have voted")

    go_on("shift")
    expect(screen.locator(".moved")).to_have_text(re.compile("^2 of 3 "))
    press(lead, "Hide the votes R")
    expect(screen.locator("table")).to_have_count(0)
    go_on("advice")
    texts = case_texts(load().workshops[0].cases[0], held(server, room).day, "en", load())
    expect(screen.get_by_text(texts.headline)).to_be_visible()
    assert texts.lesson not in screen.content()
    go_on("outcome")
    expect(bare.get_by_text(texts.lesson)).to_be_visible()
    go_on("end")
    expect(dutch.get_by_text(NL("Not yet"), exact=False).first).to_be_visible()

    with lead.expect_download() as taken:
        lead.get_by_role("link", name="Votes as CSV").click(delay=HELD_MS)
    rows = taken.value.path().read_text("utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in rows] == ["round", *["first"] * 3, *["second"] * 3]
    # What was counted on paper, entered afterwards; and the report to take home.
    lead.get_by_role("link", name="Counts by hand").click(delay=HELD_MS)
    lead.get_by_text("First vote").click(delay=HELD_MS)
    form = lead.locator("details[open]")
    for choice, n in (("Fine-tune", "12"), ("Not yet", "three"), ("Don't fine-tune", "4")):
        form.get_by_label(choice, exact=True).fill(n)
    press(form, "Save")
    expect(lead.get_by_role("alert")).to_have_text(re.compile("^Not yet: "))
    nothing_wrong(lead)
    form.get_by_label("Not yet", exact=True).fill("3")
    press(form, "Save")
    expect(lead.get_by_role("status").get_by_text("First vote")).to_be_visible()
    nothing_wrong(lead)
    lead.get_by_role("link", name="Back").click(delay=HELD_MS)
    with lead.expect_download() as taken:
        lead.get_by_role("link", name="Report as PDF").click(delay=HELD_MS)
    told = flat(page_texts(taken.value.path().read_bytes())[0])
    for said in ("Tuesday<b>", "Fine-tune112", "<script>alert(1)</script>", texts.lesson):
        assert "".join(said.split()) in told

    lead.get_by_text("Delete the room").click(delay=HELD_MS)
    press(lead, "Delete it now")
    expect(lead.get_by_text("Nothing of it is kept.")).to_be_visible()
    nothing_wrong(lead)
    assert held(server, room) is None
    gone = "This room is gone: it was deleted, or its time is over."
    for page, lang in ((ben, EN), (screen, EN), (dutch, NL)):
        expect(page.locator("h1")).to_have_text(lang(gone))
        nothing_wrong(page)
    answer = bare.reload()
    assert answer.status == 410
    expect(bare.locator("h1")).to_have_text(gone)
    bare.get_by_role("link", name="Join a workshop").click(delay=HELD_MS)
    expect(bare.get_by_label("Code of the room")).to_be_visible()
