"""What a reader does with a page: read its heading, press a button, answer a question, follow a link."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Page, expect

from advisor import Situation, decode, encode, read_situation
from advisor.content.entries import Question
from advisor.content.load import load
from advisor.engine.agenda import WORK, must_ask
from advisor.language import language
from advisor.ui.navigation import page_of
from advisor.ui.pages.verdict.rooms import rooms

ANSWERS: dict[str, Any] = {
    "gap": ["style", "format"],
    "prompt_tried": "good",
    "rag_tried": "not_needed",
    "evaluation_set": "no",
    "success_metric": "metric",
    "labelled_examples": 640,
    "knowledge_changes": "never",
    "requests_per_month": [80_000, 160_000],
    "platforms": ["azure", "own"],
}
BEGUN: dict[str, Any] = {WORK: "rewriting"}
"""What the first page asks."""
WALKED: dict[str, Any] = {**ANSWERS, **BEGUN, "sensitive_data": "none"}
"""The answers of somebody who goes the whole way."""
PATIENCE_MS = 60_000
"""How long a test waits for what it expects, on a machine that does other work too."""
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
PROJECTOR = {"width": 1920, "height": 1080}
MOST_TABS = 60
"""Presses of Tab after which a control counts as out of reach."""
HELD_MS = 100
"""How long a finger or a mouse stays down. An instant click hides that what is pressed moves."""
NUMBER = ".st-key-answer [class*=st-key-number-] input"
ASKED = [one for one in must_ask(read_situation({**BEGUN, "gap": ANSWERS["gap"]}), load()) if one.id not in BEGUN]
"""What this person is asked in any case, a page each, in order."""
LOW_RATE = next(entry for entry in load().assumptions if entry.id == "day_rate").prior.p10
"""USD a day where nobody has said anything else."""


def address(page: str, code: str = "en", **answers: Any) -> str:
    """The address of a page with answers in it."""
    return f"{page}?{urlencode({'a': encode(read_situation(answers)), 'lang': code})}"


def held(page: Page) -> Situation:
    """The answers in the address that the browser shows."""
    return held_in(page.url)


def held_in(url: str) -> Situation:
    """The answers in an address."""
    packed = parse_qs(urlsplit(url).query).get("a", [""])[0]
    return decode(packed) if packed else Situation({})


def holds(page: Page, **answers: Any) -> None:
    """Wait until these are among the answers in the address."""
    wanted = read_situation(answers).answers
    page.wait_for_url(lambda url: {**held_in(url).answers, **wanted} == held_in(url).answers)


def quiet(page: Page) -> None:
    """Wait until the script has run, its own scripts listen, and every part and font of the page is there.

    Streamlit loads the code of a widget when it first meets one, and holds its place meanwhile with a lower box. A font
    is asked for when the page is laid out with it, so the page is laid out first.

    Just after a press the run that it asks for may not have begun: wait for what the press changes, and then for this.
    """
    page.wait_for_function(
        "document.body.offsetHeight >= 0 && document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'"
        " && window.advisorLinks"
        " && !document.querySelector('[data-testid=stSkeleton]') && document.fonts.status === 'loaded'"
    )


def on(page: Page, heading: str) -> None:
    """Wait until the page with this heading is there."""
    expect(page.locator("h1")).to_have_text(heading)
    quiet(page)


STEP = (
    "(place) => { History.prototype.pushState.call(history, {}, '', place);"
    " dispatchEvent(new PopStateEvent('popstate')); }"
)
"""Past the `pushState` of our document, which would take it for a page that the app itself has turned to."""


def travel(page: Page, place: str, heading: str) -> None:
    """Bring a tab in which the app is open to an address, as Back and Forward do: no script is loaded for it again."""
    page.evaluate(STEP, place)
    on(page, heading)


def enter(page: Page, room: str, code: str = "en") -> None:
    """Open a room behind the verdict by its tab, and wait until it is there."""
    name = rooms(language(code))[room].name
    page.locator(".rooms").get_by_role("link", name=name, exact=True).click(delay=HELD_MS)
    page.wait_for_url(f"**/{room}?**")
    expect(page.locator(".rooms [aria-current]")).to_have_text(name)
    quiet(page)


def press(page: Page, label: str, code: str = "en") -> None:
    page.get_by_role("button", name=language(code)(label), exact=True).click(delay=HELD_MS)


def answer(page: Page, question: Question, value: Any, code: str = "en") -> None:
    """Enter an answer on the page of a question, without sending it."""
    lang = language(code)
    form = page.locator(".st-key-answer")
    match question.type:
        case "choice" | "yes_no":
            place = list(question.values).index(value) if question.type == "choice" else ["yes", "no"].index(value)
            form.locator("[data-testid=stRadioOption]").nth(place).click(delay=HELD_MS)
        case "several":
            for place, choice in enumerate(question.choices):
                if choice.id in value:
                    form.locator("[data-testid=stCheckbox] label").nth(place).click(delay=HELD_MS)
        case "number" if isinstance(value, list):
            form.get_by_text(lang("A range"), exact=True).click(delay=HELD_MS)
            expect(page.locator(NUMBER)).to_have_count(2)
            for place, end in enumerate(value):
                page.locator(NUMBER).nth(place).fill(str(end))
        case "number":
            page.locator(NUMBER).fill(str(value))
        case _:
            form.locator("input, textarea").first.fill(value)


def begin(page: Page, code: str = "en") -> None:
    """Say on the first page what it should do, and go on to the first question."""
    answer(page, load().question(WORK), BEGUN[WORK], code)
    quiet(page)
    press(page, "Begin", code)
    on(page, language(code)(ASKED[0].text))


def answer_all(page: Page, code: str = "en") -> None:
    """Answer what is asked in any case, and say of all else that one does not know, to the page before the verdict."""
    lang = language(code)
    for place, question in enumerate(ASKED):
        on(page, lang(question.text))
        answer(page, question, WALKED[question.id], code)
        press(page, "Next", code)
        if place + 1 < len(ASKED):
            on(page, lang(ASKED[place + 1].text))
    page.wait_for_function("last => !location.pathname.endsWith(last)", arg=page_of(ASKED[-1]))
    while not urlsplit(page.url).path.endswith("check"):
        quiet(page)
        here = page.url
        press(page, "I don't know", code)
        page.wait_for_url(lambda url, here=here: url.partition("?")[0] != here.partition("?")[0])
    on(page, lang("Check your answers"))


def path(question_id: str) -> str:
    return page_of(load().question(question_id))


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control with this name has the focus, as a reader would."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const one = document.activeElement; return one.tagName === 'MAIN' ? '' : (one.innerText"
            " || one.getAttribute('aria-label') || one.closest('label')?.innerText || '').trim(); }"
        )
        if focused.startswith(name):
            return
    raise AssertionError(f"{name!r} cannot be reached with the keyboard")
