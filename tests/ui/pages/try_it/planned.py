"""A pilot as somebody plans it on the page, and its run."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from advisor.ui.pages.try_it import runs
from advisor.ui.pages.try_it.form import FORM, Form
from tests.pilot.server import KEY, PilotServer
from tests.ui.screen import follow, opened, press, well

ROWS = 20


def app(code: str = "en") -> AppTest:
    test = opened()
    test.session_state["visit"].code = code
    test.session_state[FORM] = Form(rows=ROWS)
    return follow(test, "try-it")


def planned(server: PilotServer, code: str = "en") -> AppTest:
    """A pilot on rows of ours with two ways to ask; what would be sent is shown."""
    test = app(code)
    test.radio[0].set_value("sentiment")
    press(test, "rows-next")
    test.text_input(key=f"endpoint-address-{code}").set_value(server.address)
    test.text_input(key=f"endpoint-model-{code}").set_value("small")
    test.text_input(key=f"endpoint-key-{code}").set_value(KEY)
    press(test, "server-next")
    test.checkbox(key=f"pilot-arm-few_shot-8:{code}").set_value(False)
    return press(well(test.run()), "ways-next")


def run_of(test: AppTest) -> str:
    name = test.query_params["run"]
    return name[0] if isinstance(name, list) else str(name)


def ended(test: AppTest) -> AppTest:
    runs.join(run_of(test), 60)
    return well(test.run())
