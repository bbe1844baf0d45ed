"""The tutorial: its files, its bill, and what it says to what a reader sees in a curve."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.screen import page_alone, texts


def page(code: str = "en") -> AppTest:
    return page_alone("advisor.ui.pages.tutorial", code)


def shown(test: AppTest) -> str:
    return " ".join(texts(test))


def test_the_bill_of_the_tutorial_is_its_tokens_times_ten() -> None:
    test = page()
    assert "4,800 tokens times 10 passes are 48,000 tokens billed." in shown(test)
    _, rows = test.number_input
    rows.set_value(50).run()
    assert "4,800 tokens times 3 passes are 14,400 tokens billed." in shown(test)
    assert "4.800 tokens maal 10 rondes is 48.000 berekende tokens." in shown(page("nl"))


@pytest.mark.parametrize(
    ("curve", "chosen", "said"),
    [
        (0, "good", "Right. Both fall and end close together: 0.62 and 0.88."),
        (0, "overfitted", "Look again at the dashed line. Both fall"),
        (
            1,
            "overfitted",
            "Right. The loss on rows that are not trained on is lowest at step 40 (1.31) and rises to 1.84",
        ),
        (1, "good", "Look again at the dashed line. The loss on rows"),
    ],
)
def test_an_answer_to_a_curve_is_judged(curve: int, chosen: str, said: str) -> None:
    test = page()
    assert "Right." not in shown(test)
    test.radio[curve].set_value(chosen).run()
    assert said in shown(test)


@pytest.mark.parametrize("code", ["en", "nl"])
def test_both_files_are_taken_along_and_the_end_is_the_deletion(code: str) -> None:
    test = page(code)
    assert len(test.get("download_button")) == 2
    assert shown(test).count('{"messages":') + shown(test).count("{&#34;messages&#34;:") >= 20
    assert shown(test).rindex("deployment") > shown(test).rindex("kit=azure")
