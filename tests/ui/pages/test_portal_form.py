"""The form of the portal: filled in by the advice, and judged as it is changed."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from advisor.kits.portal import RETIRED
from tests.ui.screen import page_alone, texts

EXISTING = {"task": "rewriting", "platforms": ["azure"], "azure_customer": "existing", "project": "Letters v2"}


def page(code: str = "en", **mine: Any) -> AppTest:
    return page_alone("advisor.ui.pages.portal_form", code, **{**EXISTING, **mine})


def problems(test: AppTest) -> list[str]:
    return [unescape(one) for one in texts(test) if 'class="problem"' in one]


def field(test: AppTest, label: str) -> Any:
    kinds = ("selectbox", "text_input", "number_input", "toggle")
    return next(one for kind in kinds for one in test.get(kind) if one.label == label)


@pytest.mark.parametrize("code", ["en", "nl"])
def test_every_field_is_filled_in_as_advised_and_nothing_is_wrong_with_it(code: str) -> None:
    test = page(code)
    assert field(test, "Base model").value == "gpt-4.1"
    assert field(test, "Suffix").value == "letters-v2"
    assert field(test, "Training type").value == "Global"
    assert problems(test) == []
    assert sum("<strong>" in one for one in texts(test)) >= 11
    stays = page(code, hosting="region")
    assert field(stays, "Training type").value == "Standard"


@pytest.mark.parametrize(
    ("label", "value", "said"),
    [
        ("Base model", RETIRED, "is retired there. Its successor is Llama-3.3-70B-Instruct"),
        ("Base model", "o4-mini", "o4-mini is not trained this way."),
        ("Base model", "gpt-oss-120b", "not trained in this tier"),
        ("Suffix", "letters.v2", "10 characters: the portal takes 1 to 18, and no dot."),
        ("Suffix", "a-name-of-twenty-one-x", "22 characters"),
        ("Batch size", 300.0, "From 1 to 256, or −1."),
        ("Learning rate multiplier", 2.0, "seldom wise"),
        ("Automatic deployment", True, "costs by the hour from the moment the training ends"),
    ],
)
def test_what_the_portal_would_refuse_or_bill_is_said(label: str, value: Any, said: str) -> None:
    test = page()
    if (label, value) == ("Base model", "gpt-oss-120b"):
        field(test, "Training type").set_value("Standard").run()
    field(test, label).set_value(value).run()
    assert any(said in one for one in problems(test)), problems(test)


def test_that_llama_2_is_history_stands_above_the_form() -> None:
    shown = " ".join(texts(page()))
    assert "Llama 2" in shown
    assert "Llama-3.3-70B-Instruct" in shown
