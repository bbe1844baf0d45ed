"""How the advisor decides: its figures are those that were fitted, and every statement stands there."""

from __future__ import annotations

import re
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from advisor.content.load import load
from advisor.language import language
from advisor.ui.pages.decision import figures
from advisor.ui.session import Session
from tests.ui.screen import texts, well


def page(code: str) -> AppTest:
    def script() -> None:
        from advisor.ui.pages.decision import draw
        from advisor.ui.session import current_session

        draw(current_session())

    test = AppTest.from_function(script, default_timeout=60)
    test.session_state["visit"] = Session(code=code)
    return well(test.run())


@pytest.mark.parametrize("code", ["en", "nl"])
def test_the_page_says_how_often_it_was_right_on_cases_that_it_had_not_seen(code):
    lang, learned = language(code), load().learned
    assert learned
    shown = unescape(re.sub("<[^<>]*>", "", " ".join(texts(page(code)))))
    for passage in load().passages:
        assert lang(passage.title) in shown
    unseen = learned.scores["advice"]
    assert lang.percent(unseen.acceptable) in shown
    assert all(lang(term.because) in shown for term in load().weighed)
    assert "{" not in shown


def test_forum_and_case_counts_are_those_of_the_evidence():
    learned = load().learned
    assert learned
    said = figures(learned, language("en"))
    assert said["weighed"] == "42"
    assert said["sent"] == "11"
    assert said["cases"] == "175"
