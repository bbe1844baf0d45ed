"""The board: both sides by the reader's answers, and the show beside it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from advisor.language import language
from tests.ui.screen import page_alone, texts


def page(code: str = "en", **mine: object) -> AppTest:
    return page_alone("advisor.ui.pages.for_and_against", code, **mine)


@pytest.mark.parametrize("code", ["en", "nl"])
def test_both_sides_stand_there_with_the_answers_and_the_link_to_the_show(code: str) -> None:
    lang = language(code)
    shown = " ".join(texts(page(code, task="rewriting", gap=["style"], prompt_tried="good", evaluation_set="no")))
    assert f'<section class="pro"><h2>{lang("For training")}</h2>' in shown
    assert f'<section class="con"><h2>{lang("Against training")}</h2>' in shown
    assert lang("You said:") in shown
    assert "https://learn.microsoft.com/shows/ai-show/to-fine-tune-or-not-fine-tune-that-is-the-question" in shown


def test_without_answers_it_says_so_and_still_leads_to_the_show() -> None:
    shown = " ".join(texts(page()))
    assert "You have answered nothing yet." in shown
    assert "shows/ai-show" in shown
    assert 'class="board"' not in shown
