"""Pilots of this app: how many a visitor may have, and how long they are kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from advisor.dataset.files.source import open_source
from advisor.language import language
from advisor.pilot.arms import Arm
from advisor.pilot.held_out import Divided, divide
from advisor.pilot.judging import Metric
from advisor.pilot.setup import Setup
from advisor.ui.pages.try_it import runs
from advisor.ui.server.outbound import ENDPOINTS

NOW = 1_800_000_000.0
SETUP = Setup(
    base_url="https://llm.example.org/v1",
    model="small",
    arms=(Arm(id="as_is", kind="as_is"),),
    metric=Metric(name="exact"),
)


@pytest.fixture
def divided() -> Divided:
    rows = "".join(f'{{"prompt": "How much is {n} and {n}?", "completion": "{n + n}"}}\n' for n in range(20))
    return divide(open_source(rows.encode(), "rows.jsonl"), language(), None, most=4)


@pytest.fixture(autouse=True)
def hosted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An app that sends for others."""
    monkeypatch.setenv(runs.FOLDER, str(tmp_path))
    monkeypatch.setenv(ENDPOINTS, SETUP.base_url)
    monkeypatch.setattr(runs, "planned_by", {})
    return tmp_path


def made(divided: Divided, visitor: str | None = None) -> str:
    return runs.create(SETUP, divided, [], visitor=visitor)


def test_one_visitor_cannot_take_the_room_of_others(divided: Divided, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "MOST_EACH", 2)
    first, _ = made(divided, "2001:db8::1"), made(divided, "2001:db8::2")
    with pytest.raises(runs.NoRoom) as full:
        made(divided, "2001:db8::3")
    assert full.value.yours
    made(divided, "192.0.2.7")
    path = runs.file_of(first)
    assert path
    runs.delete(first, path)
    made(divided, "2001:db8::3")


def test_the_one_at_this_machine_has_the_room_of_all(divided: Divided, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "MOST_EACH", 1)
    monkeypatch.setattr(runs, "MOST_PILOTS", 2)
    made(divided), made(divided)
    with pytest.raises(runs.NoRoom) as full:
        made(divided)
    assert not full.value.yours


def test_a_pilot_that_nobody_visits_is_deleted_and_one_that_somebody_does_is_not(
    divided: Divided, hosted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, kept = made(divided), made(divided)
    (hosted / "notes.pilot").write_text("no pilot of ours")
    for file in hosted.iterdir():
        os.utime(file, (NOW, NOW))
    later = NOW + runs.KEPT_DAYS * runs.DAY_SECONDS + 1
    os.utime(hosted / f"{kept}{runs.SUFFIX}", (later, later))
    monkeypatch.delenv(ENDPOINTS)
    runs.purge(later)
    assert runs.file_of(left)  # at one's own machine nothing is deleted
    monkeypatch.setenv(ENDPOINTS, SETUP.base_url)
    runs.purge(later)
    assert not runs.file_of(left)
    assert runs.file_of(kept)
    assert {file.name for file in hosted.iterdir()} == {"notes.pilot", f"{kept}{runs.SUFFIX}"}
