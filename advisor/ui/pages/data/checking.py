"""Checking a reader's file apart from the page, so that the page can show how far it is and can stop it.

The file, the settings and the result are held by the reader's session alone, and go with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from advisor.dataset.files.bounds import APP
from advisor.dataset.files.source import open_source
from advisor.dataset.inspection.inspect import Inspection, inspect
from advisor.dataset.rag.files import holds_predictions
from advisor.ui.files.background import BackgroundJob
from advisor.ui.files.expiry import note_owner
from advisor.ui.files.pool import POOL
from advisor.ui.files.stored import Account, Upload, visitor
from advisor.ui.files.upload import UploadSlot

__all__ = ["Check", "Room", "Settings", "Upload", "room"]


@dataclass(frozen=True)
class Settings:
    """What a file is checked against; None: nothing named."""

    platform: str | None = None
    method: str | None = None
    form: str | None = None
    """Format of the rows, if the reader says it."""


class Check(BackgroundJob[Inspection]):
    """One pass over a file, and one over its validation file."""

    def __init__(self, file: Upload, validation: Upload | None, settings: Settings) -> None:
        self.file = file
        self.validation = validation
        self.settings = settings
        self.rows = 0
        self.size = file.size
        self.predictions = False
        """Whether the rows have predictions to score."""
        total = self.size + (validation.size if validation else 0)
        super().__init__(lambda work: self._inspected(), total, file, validation)

    def _inspected(self) -> Inspection:
        with POOL.turn(self, self.file, self.validation):
            # Stopped while it reads the file to train on, it still shows what it found until then.
            training = open_source(self.file.stored.opened(), self.file.name, bounds=APP)
            validation = self.source(self.validation) if self.validation else None
            self.bytes_read = 0
            inspection = inspect(
                training,
                platform=self.settings.platform,
                method=self.settings.method,
                form=self.settings.form,
                validation=validation,
                progress=self._progress,
                workers=self.workers,
            )
            first = next(training.batches(), None)
            self.predictions = first is not None and holds_predictions(first.rows)
        return inspection

    def _progress(self, rows: int, bytes_read: int) -> bool:
        self.rows, self.bytes_read = rows, bytes_read
        return not self.unwanted


@dataclass(frozen=True)
class Job:
    """Something made of a file, and what was asked for."""

    work: BackgroundJob[Any]
    asked: tuple[object, ...]


@dataclass
class Room:
    """What a session holds of a reader's data."""

    check: Check | None = None
    severity: str = ""
    kind: str = ""
    """Filters of the findings: a severity, the id of a check; empty for all."""
    page: int = 0
    slots: dict[str, UploadSlot] = field(default_factory=dict)
    """Where files arrive, by the place on the page."""
    wanted: str = ""
    """Where on the page a check was asked for that has not begun: it does once all files are here."""
    making: str = ""
    """What the reader wants to have made of the file, of the kinds in `advisor.ui.pages.data.downloads`."""
    jobs: dict[str, Job] = field(default_factory=dict)
    """What is made of the file, the last of each kind."""
    account: Account = field(default_factory=visitor)
    """What of all this is held."""

    def begin(self, file: Upload, validation: Upload | None, settings: Settings) -> None:
        """Check a file in place of all that is here. Raises `Gone`."""
        check = Check(file, validation, settings)
        self.forget()
        self.check = check
        self.severity = self.kind = ""
        self.page = 0

    def slot(self, place: str) -> UploadSlot:
        if place not in self.slots:
            self.slots[place] = UploadSlot(account=self.account)
        return self.slots[place]

    @property
    def arriving(self) -> bool:
        """Whether a file is still on its way."""
        return any(slot.arriving for slot in self.slots.values())

    def want(self, place: str) -> None:
        self.wanted = place

    def asked(self, kind: str, first: tuple[object, ...]) -> tuple[Any, ...]:
        """What was asked for when this kind was made last; at first, `first`."""
        return self.jobs[kind].asked if kind in self.jobs else first

    @property
    def busy(self) -> bool:
        """Whether something is being made, and is not about to stop."""
        return any(job.work.running and not job.work.unwanted for job in self.jobs.values())

    def make(self, kind: str, job: Job) -> None:
        """Take what is made; the last of this kind goes, and whatever else is still being made is stopped."""
        for other in self.jobs.values():
            other.work.stop()
        if kind in self.jobs:
            self.jobs[kind].work.close()
        self.jobs[kind] = job

    def forget(self) -> None:
        """Let go of the file, and of all that was found in it and made of it."""
        if self.check:
            self.check.close()
        for job in self.jobs.values():
            job.work.close()
        for slot in self.slots.values():
            slot.clear()
        self.check = None
        self.jobs = {}
        self.slots = {}
        self.wanted = ""


def room() -> Room:
    """The data of this session."""
    room_of_session = st.session_state.get("data-room")
    if not isinstance(room_of_session, Room):
        room_of_session = st.session_state["data-room"] = Room()
        note_owner(room_of_session)
    return room_of_session
