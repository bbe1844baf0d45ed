"""Checking a reader's file apart from the page, so that the page can show how far it is and can stop it.

The file, the settings and the result are held by the reader's session alone, and go with it.
"""

from __future__ import annotations

import io
import logging
import threading
import time
from dataclasses import dataclass

import streamlit as st

from advisor.dataset.inspection import Inspection, inspect
from advisor.dataset.source import Unusable, open_source

log = logging.getLogger(__name__)

UNSEEN_SECONDS = 90.0
"""A check that no page has asked after for so long is stopped: its reader is gone, and what was read goes too."""


class Stopped(Exception):
    """The reader has stopped the check."""


@dataclass(frozen=True)
class Upload:
    """A file as it was handed in."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Settings:
    """What a file is checked against; None: nothing named."""

    platform: str | None = None
    method: str | None = None
    form: str | None = None
    """Format of the rows, if the reader says it."""


class Check:
    """One pass over a file, in a thread of its own."""

    def __init__(self, file: Upload, validation: Upload | None, settings: Settings) -> None:
        self.file = file
        self.validation = validation
        self.settings = settings
        self.rows = 0
        self.bytes_read = 0
        self.result: Inspection | None = None
        self.problem: Unusable | None = None
        self.failed = False
        """It broke off for a reason that is ours; the log has it."""
        self.started = self.seen = time.monotonic()
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, name="check", daemon=True)
        self.thread.start()

    @property
    def running(self) -> bool:
        return self.thread.is_alive()

    @property
    def size(self) -> int:
        return len(self.file.data)

    @property
    def megabytes_a_second(self) -> float:
        return self.bytes_read / 1e6 / max(time.monotonic() - self.started, 1e-3)

    @property
    def stopped(self) -> bool:
        """Whether nothing came of it because it was stopped."""
        return not self.running and self.result is None and self.problem is None and not self.failed

    def stop(self) -> None:
        self.stopping.set()

    def look(self) -> None:
        """Note that a page still waits for it."""
        self.seen = time.monotonic()

    def _run(self) -> None:
        try:
            held = self.validation
            self.result = inspect(
                open_source(self.file.data, self.file.name),
                platform=self.settings.platform,
                method=self.settings.method,
                form=self.settings.form,
                validation=open_source(_Watched(held.data, self.stopping), held.name) if held else None,
                progress=self._progress,
            )
        except Unusable as error:
            self.problem = error
        except Stopped:
            pass
        except Exception:
            if not self.stopping.is_set():
                log.exception("a training file could not be checked")
                self.failed = True

    def _progress(self, rows: int, bytes_read: int) -> bool:
        self.rows, self.bytes_read = rows, bytes_read
        if time.monotonic() - self.seen > UNSEEN_SECONDS:
            self.stop()
        return not self.stopping.is_set()


class _Watched(io.BytesIO):
    """A validation file in memory: it is read without word of progress, and so stops the check by itself."""

    def __init__(self, data: bytes, stopping: threading.Event) -> None:
        super().__init__(data)
        self._stopping = stopping

    def read(self, size: int | None = -1, /) -> bytes:
        if self._stopping.is_set():
            raise Stopped
        return super().read(size)


@dataclass
class Room:
    """What a session holds of a reader's data."""

    check: Check | None = None
    told: bool = False
    """Whether the outcome of the check has been shown."""
    severity: str = ""
    kind: str = ""
    """Filters of the findings: a severity, the id of a check; empty for all."""
    page: int = 0

    def begin(self, file: Upload, validation: Upload | None, settings: Settings) -> None:
        if self.check:
            self.check.stop()
        self.check = Check(file, validation, settings)
        self.told = False
        self.severity = self.kind = ""
        self.page = 0

    def forget(self) -> None:
        """Let go of the file and of all that was found in it."""
        if self.check:
            self.check.stop()
        self.check = None


def room() -> Room:
    """The data of this session."""
    found = st.session_state.get("data-room")
    if not isinstance(found, Room):
        found = st.session_state["data-room"] = Room()
    return found
