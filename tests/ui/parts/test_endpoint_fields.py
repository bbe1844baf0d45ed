"""The fields for a server: a key belongs to the one it was typed for."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from advisor.ui.parts.endpoint_fields import MOST_LISTED, OTHER, Typed
from advisor.ui.server import outbound
from advisor.ui.server.outbound import Outbound
from tests.pilot.server import KEY, serving
from tests.ui.screen import page_alone, press, problem, shown, well

OPENAI = "https://api.openai.com/v1"
BRIEF = "Letters must go to one of 14 desks."


@pytest.fixture
def form(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """A page with the fields, filled in with a key for OpenAI."""
    monkeypatch.setattr(outbound, "outbound", lambda *_: Outbound(anywhere=True))
    test = page_alone("advisor.ui.pages.own_words")
    test.text_area[0].set_value(BRIEF)
    test.radio(key="reader").set_value("model")
    well(test.run())
    test.text_input(key="endpoint-key-en").set_value(KEY)
    well(test.run())
    test.text_input(key="endpoint-model-en").set_value("small")
    return at(test, OPENAI)


def at(test: AppTest, address: str) -> AppTest:
    test.text_input(key="endpoint-address-en").set_value(address)
    return well(test.run())


def typed(test: AppTest) -> Typed:
    return test.session_state["endpoint-typed"]


def test_a_key_goes_to_the_server_it_was_typed_for_and_to_no_other(form: AppTest) -> None:
    assert typed(form).key_for(OPENAI).reveal() == KEY
    assert typed(form).key_for("https://api.openai.com/v2/").reveal() == KEY
    for other in ("http://other.example/v1", "http://api.openai.com/v1", "https://api.openai.com:8443/v1"):
        at(form, other)
        assert not typed(form).key_for(other).reveal()
        assert not form.text_input(key="endpoint-key-en").value
        assert "no key" in problem(press(form, "describe"))
    at(form, OPENAI)
    assert "The key that you typed goes along." in shown(press(form, "describe"))


def test_the_same_key_may_be_typed_for_another_server(form: AppTest) -> None:
    at(form, "http://other.example/v1").text_input(key="endpoint-key-en").set_value(KEY)
    well(form.run())
    assert typed(form).key_for("http://other.example/v1").reveal() == KEY
    assert not typed(form).key_for(OPENAI).reveal()


def test_a_press_forgets_it(form: AppTest) -> None:
    press(form, "forget-key")
    assert not typed(form).key.reveal()
    assert not form.text_input(key="endpoint-key-en").value
    assert not [button for button in form.button if button.key == "forget-key"]
    assert "no key" in problem(press(form, "describe"))


def test_of_ten_thousand_models_a_part_is_listed_and_any_other_can_be_written(form: AppTest) -> None:
    with serving() as server:
        server.models = [f"model-{n:05}" for n in range(10_000)]
        at(form, server.address)
        press(form, "ask-models-button")
        well(form.run())
    (listed,) = (one for one in form.selectbox if "model" in one.label.casefold())
    assert len(listed.options) == MOST_LISTED + 1  # and another name
    assert f"{10_000 - MOST_LISTED:,} models more" in shown(form)
    well(listed.set_value(OTHER).run())
    form.text_input(key="endpoint-model-en").set_value("model-09999")
    well(form.run())
    assert typed(form).model == "model-09999"
