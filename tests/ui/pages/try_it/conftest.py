"""Pilots of these tests lie in a folder of their own, and may be sent to this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.ui.pages.try_it import runs
from advisor.ui.server import outbound
from advisor.ui.server.outbound import Outbound


@pytest.fixture(autouse=True)
def pilots(monkeypatch, tmp_path) -> Path:
    """The folder of pilots."""
    monkeypatch.setenv(runs.FOLDER, str(tmp_path))
    return tmp_path


@pytest.fixture
def own_machine(monkeypatch):
    monkeypatch.setattr(outbound, "outbound", lambda *_: Outbound(anywhere=True))
