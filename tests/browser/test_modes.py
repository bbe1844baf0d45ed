"""What a room does beside a debate, from its first question to somebody's own page: led by keys, and on a phone."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from typing import Any

from playwright.sync_api import Page, expect

from advisor.content.load import load
from advisor.language import language
from advisor.workshop.debate import DESCRIBED, Step
from advisor.workshop.store import Store, engine_of
from tests.browser.accessibility import nothing_wrong
from tests.browser.reader import HELD_MS, PHONE, PROJECTOR, press
from tests.browser.server import Server

EN, NL, CONTENT = language("en"), language("nl"), load()
STEPS = (
    Step("lobby"), Step("story", DESCRIBED), Step("ask", DESCRIBED, about="task"),
    Step("ask", DESCRIBED, about="label_count"), Step("ask", DESCRIBED, about="gap"), Step("agreed", DESCRIBED),
    Step("own"), Step("wall"), Step("quiz", about=CONTENT.quiz[0].id), Step("monday"), Step("end"),
)  # fmt: skip


def chosen(page: Page, *choices: str) -> None:
    """Answer on the Dutch phone: tick these, and send."""
    for choice in choices:
        page.get_by_label(NL(choice), exact=True).click(delay=HELD_MS)
    press(page, "Answer", "nl")


def test_a_room_answers_together_each_team_gets_its_verdict_and_somebody_takes_it_home(
    person: Any,
    server: Server,
) -> None:
    with closing(Store(engine_of(server.rooms))) as store:
        described = ("Parcels <b>", "Complaints land at the wrong desk.")
        code, secret = store.open_room("Tuesday", "en", STEPS, date(2026, 11, 30), CONTENT.version, described)
    lead, screen, phone = person(), person(viewport=PROJECTOR), person(viewport=PHONE, color_scheme="dark")
    lead.goto(f"/room/{code}/lead?key={secret}")
    screen.goto(f"/room/{code}/screen")
    phone.goto(f"/room/{code}?lang=nl")
    press(phone, "Join", "nl")

    def key(sign: str, heading: str = "", **values: int) -> None:
        """Press a key on the page of whoever leads; all pages get to the step of this heading."""
        lead.keyboard.press(sign, delay=HELD_MS)
        if heading:
            for page, lang in ((lead, EN), (screen, EN), (phone, NL)):
                expect(page.locator("h1")).to_have_text(lang(heading, **values))

    key("n", "A case for all of us")
    expect(phone.get_by_text(described[1])).to_be_visible()
    key("n", "What should it do?")
    chosen(phone, "Answer questions from our documents")
    expect(lead.locator("#count")).to_have_text("1 of 1 has voted")
    key("r")
    expect(screen.locator(".taken")).to_have_text("Taken: Answer questions from our documents")
    key("4")  # whoever leads takes the fourth answer
    expect(screen.locator(".taken")).to_have_text("Taken: Summarise (chosen by whoever leads)")
    nothing_wrong(lead)
    key("n", "What goes wrong, or costs too much, today?")  # a summary has no labels to count
    nothing_wrong(screen)
    chosen(phone, "The style or tone is not ours", "It leaves things out")
    expect(phone.locator(".voted")).to_be_visible()
    nothing_wrong(phone)
    key("n", "The verdict on our answers")
    expect(
        screen.get_by_text("We took “Summarise”; others said “Answer questions from our documents”.")
    ).to_be_visible()
    nothing_wrong(screen)

    key("n", "Your own project")
    phone.get_by_label("Hoe je team heet").fill("Kiwi <i>")
    press(phone, "Send", "nl")
    chosen(phone, "Answer questions from our documents")
    asked = phone.locator("#asked")
    expect(asked).to_have_text(NL(CONTENT.question("gap").text))
    expect(asked).to_be_focused()  # the next question, for who hears the page
    nothing_wrong(phone)
    chosen(phone, "It lacks facts, or its facts are out of date")
    expect(asked).to_have_text(NL(CONTENT.question("prompt_tried").text))
    key("n", "All verdicts")
    expect(screen.get_by_text("Kiwi <i>")).to_be_visible()
    for page in (screen, phone):
        nothing_wrong(page)
    mine = phone.locator(".mine .verdict").text_content()

    key("n", "Quiz, question {n} of {all}", n=1, all=1)
    chosen(phone, "Retrieval")
    expect(phone.locator(".score")).to_have_count(0)
    key("r")
    expect(phone.locator(".score")).to_have_text("Tot nu toe 1 van 1 antwoord goed")
    nothing_wrong(screen)
    key("n", "What you will do")
    phone.get_by_label("Ja", exact=True).click(delay=HELD_MS)
    phone.get_by_label("Maandag ga ik").fill("rude <b>")
    press(phone, "Send", "nl")
    key("r")
    expect(screen.get_by_text("rude <b>")).to_be_visible()
    lead.get_by_role("link", name="Names and texts").click(delay=HELD_MS)
    nothing_wrong(lead)
    press(lead, "Hide rude <b>")
    expect(screen.get_by_text("rude <b>")).to_have_count(0)
    lead.get_by_role("link", name="Back").click(delay=HELD_MS)
    expect(lead.locator("h1")).to_have_text("What you will do")
    key("n", "The end")

    press(phone, "My own page", "nl")
    expect(phone.get_by_label(NL("The address of this page"))).to_have_value(phone.url)
    nothing_wrong(phone)
    elsewhere = person(viewport=PHONE)
    elsewhere.goto(phone.url)
    expect(elsewhere.get_by_role("heading", name="Je eigen project")).to_be_visible()
    elsewhere.get_by_role("link", name=NL("Go on in the advisor, with your answers")).click(delay=HELD_MS)
    expect(elsewhere.get_by_role("heading", name=mine.partition(".")[0], exact=False).first).to_be_visible()
