"""Where a pilot leads: measured answers, what to try next, and files for other tools."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from advisor.interview.situation import Situation
from advisor.pilot.run import Pilot
from advisor.ui.pages.try_it import runs
from advisor.ui.server import outbound
from advisor.ui.server.outbound import Outbound
from tests.pilot import rows
from tests.pilot.server import serving
from tests.ui.screen import answers, follow, opened, press, shown

NAME = "a-pilot-of-these-tests"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> bytes:
    """The file of a pilot that was run to its end."""
    folder = tmp_path_factory.mktemp("made")
    with serving(rows.answer) as server:
        pilot = rows.pilot(folder, server)
        pilot.run(pilot.consent())
    path = pilot.file.path
    pilot.close()
    return path.read_bytes()


@pytest.fixture
def path(made, monkeypatch, tmp_path) -> Path:
    assert runs.ID.fullmatch(NAME)
    monkeypatch.setenv(runs.FOLDER, str(tmp_path))
    monkeypatch.setattr(outbound, "outbound", lambda *_: Outbound(anywhere=True))
    file = tmp_path / f"{NAME}{runs.SUFFIX}"
    file.write_bytes(made)
    return file


def page(**mine: Any) -> AppTest:
    test = opened(**mine)
    test.query_params["run"] = NAME
    return follow(test, "try-it")


def test_what_was_measured_goes_into_the_advice_marked_and_beside_what_the_reader_said(path):
    test = page(task="classification", evaluation_set="no", requests_per_month=5000)
    assert "Use it in the advice" in shown(test)
    test.checkbox(key="pilot-is-today:en").check().run()
    assert '<span class="badge turn">differs</span>' in shown(test)  # there is a test set, if a small one
    press(test, "pilot-take")
    now = answers(test)
    assert (now["evaluation_set"], now["requests_per_month"]) == ("partial", 5000.0)
    assert now["latency_now"] > 0
    assert isinstance(test.session_state["visit"].situation, Situation)
    assert {"evaluation_set", "latency_now"} <= test.session_state["visit"].situation.measured
    again = follow(test, "try-it")
    again.query_params["run"] = NAME
    assert "The advice has these answers already." in shown(again.run())


def test_ways_that_were_each_shown_to_be_better_are_offered_together(path):
    test = press(page(), "pilot-together")
    assert "There is another way to ask now." in shown(test)
    assert [button.label for button in test.button if button.key == "begin-pilot"] == ["Go on"]
    with runs.opened(path) as pilot:
        assert pilot.setup.arms[-1].structured
        assert pilot.setup.arms[-1].shots


def test_a_way_to_ask_is_taken_along_for_other_tools(path, monkeypatch):
    offered: dict[str, Any] = {}
    monkeypatch.setattr("streamlit.download_button", lambda _, data, **more: offered.update({more["key"]: data}))
    page()
    with zipfile.ZipFile(io.BytesIO(offered["pilot-evaluation"]())) as archive:
        assert {"inspect_task.py", "promptfooconfig.yaml", "scoring.py"} <= set(archive.namelist())
        lines = archive.read("evaluation/evaluation_set.jsonl").splitlines()
    assert len(lines) == 30
    (path.parent / "taken.sqlite").write_bytes(offered["pilot-file"]())
    assert Pilot.open(path.parent / "taken.sqlite").progress().state == "done"
