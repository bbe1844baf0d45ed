"""The app without a browser: opening it, pressing its buttons, reading what it shows."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from streamlit.navigation.page import calc_hash
from streamlit.testing.v1 import AppTest

from advisor import decode, encode, situation
from advisor.content.load import CONTENT_DIR, load
from advisor.engine.agenda import must_ask
from advisor.ui.session import Session

MAIN = CONTENT_DIR.parent / "advisor" / "ui" / "server" / "script.py"
ASKED = [question.id for question in must_ask(situation(task="rewriting"), load())]
"""What everybody is asked whose work calls for nothing else, in order; the first on the first page."""


def opened(**answers: Any) -> AppTest:
    """The app as it opens with a link that holds these answers."""
    test = AppTest.from_file(str(MAIN), default_timeout=60)
    if answers:
        test.query_params["a"] = encode(situation(**answers))
    return well(test.run())


def arrived(path: str, **query: str) -> AppTest:
    """The app as it opens at the page with this path, with these parameters in its address."""
    test = AppTest.from_file(str(MAIN), default_timeout=60)
    test._page_hash = calc_hash(path)
    for name, value in query.items():
        test.query_params[name] = value
    return well(test.run())


def well(test: AppTest) -> AppTest:
    assert not test.exception
    return test


def press(test: AppTest, key: str) -> AppTest:
    return well(test.button(key=key).click().run())


def follow(test: AppTest, path: str) -> AppTest:
    """Go to the page with this path, as a link to it does."""
    test._page_hash = test.session_state["pages"][path]._script_hash
    return well(test.run())


def begun(work: str = "rewriting") -> AppTest:
    """The page after the first, for somebody who wants this kind of work."""
    test = opened()
    test.radio[0].set_value(work)
    return press(test, "begin")


def at_question(wanted: str, **answers: Any) -> AppTest:
    """The page of a question that everybody is asked, with every question before it skipped."""
    test = press(opened(**answers), "continue") if answers else begun()
    while heading(test) != load().question(wanted).text:
        press(test, "skip")
    return test


def texts(test: AppTest) -> list[str]:
    return [one.value for one in test.get("html") if "<style" not in one.value]


def heading(test: AppTest) -> str:
    found = next(text for text in texts(test) if "<h1" in text)
    return unescape(re.sub("<[^<>]*>", "", found.split("<h1", 1)[1].split(">", 1)[1].split("</h1>", 1)[0]))


def problem(test: AppTest) -> str:
    found = [text for text in texts(test) if 'class="problem"' in text]
    return found[0].split(">", 1)[1].split("<", 1)[0] if found else ""


def answers(test: AppTest) -> dict[str, Any]:
    packed = test.query_params.get("a")
    return dict(decode(packed[0] if isinstance(packed, list) else packed).answers) if packed else {}


def page_alone(draws: str, code: str = "en", **mine: Any) -> AppTest:
    """The page that this module draws, by its name, without the app around it, for a reader with these answers."""

    def script(draws: str) -> None:
        from importlib import import_module

        from advisor.ui.session import current_session

        import_module(draws).draw(current_session())

    session = Session(code=code)
    session.answer(situation(**mine))
    test = AppTest.from_function(script, default_timeout=60, args=(draws,))
    test.session_state["visit"] = session
    return well(test.run())


def data_page(code: str = "en", **mine: Any) -> AppTest:
    """The page on which training files are checked."""
    return page_alone("advisor.ui.pages.data.page", code, **mine)


def paste(test: AppTest, text: str) -> AppTest:
    test.text_area(key="pasted").set_value(text)
    return press(test, "check-data")


def checked(test: AppTest, text: str) -> AppTest:
    """Paste a text, and wait for what comes of it."""
    paste(test, text)
    test.session_state["data-room"].check.thread.join(60)
    return well(test.run())


def shown(test: AppTest) -> str:
    return "\n".join(texts(test))
