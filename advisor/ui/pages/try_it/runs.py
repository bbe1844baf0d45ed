"""Pilots of this app: each in a file that its id names, and those that run in this process.

The id stands in the address, so that a reload or a restart finds the pilot again. It cannot be guessed, and whoever has
it sees the pilot, as whoever has the address of a page sees its answers. The file holds all else, and no key.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from advisor.dataset.row import Unusable
from advisor.language import Language
from advisor.pilot.endpoint import EndpointError, Secret
from advisor.ui.server.outbound import ENDPOINTS, current_outbound

if TYPE_CHECKING:
    from advisor.pilot.consent import Consent
    from advisor.pilot.held_out import Divided
    from advisor.pilot.run import Pilot
    from advisor.pilot.setup import Setup

FOLDER = "ADVISOR_PILOTS"
"""The environment variable that names the folder of pilots."""
SUFFIX = ".pilot"
ID = re.compile(r"[A-Za-z0-9_-]{22}")
MOST_PILOTS = 500
"""Files of pilots that this app keeps; each takes a few megabytes. Assumption."""
MOST_EACH = 20
"""Of one visitor, on an app that sends for others. Assumption."""
KEPT_DAYS = 7
"""Days without a visit after which a pilot is deleted on such an app. Assumption."""
PREPARED = "prepared"
"""In the file: whether the rows are ours."""
DAY_SECONDS = 86_400.0
CONCURRENT = 4
"""Requests at once."""

log = logging.getLogger(__name__)


class NoRoom(Exception):
    """There are as many pilots here as there may be: of this visitor, if `yours`, else of all."""

    def __init__(self, yours: bool = False) -> None:
        super().__init__(yours)
        self.yours = yours


@dataclass
class _Running:
    """A pilot that runs in this process."""

    pilot: Pilot
    thread: threading.Thread = field(default_factory=threading.Thread)
    problem: EndpointError | Unusable | None = None
    """Why it did not begin; nothing was sent then."""
    failed: bool = False


_running: dict[str, _Running] = {}
planned_by: dict[str, list[str]] = {}
"""Ids of pilots by the address of the visitor who planned them, since this process began."""
_lock = threading.Lock()


def folder() -> Path:
    """Where pilots lie: where the system keeps a user's data, or where whoever runs the app says."""
    told = os.environ.get(FOLDER, "").strip()
    if told:
        return Path(told)
    from platformdirs import user_data_path  # here, since most readers run no pilot

    return user_data_path("fine-tune-advisor", appauthor=False) / "pilots"


def file_of(name: str) -> Path | None:
    """The file of the pilot with this id; None where there is none, or this is no id."""
    path = folder() / f"{name}{SUFFIX}"
    return path if ID.fullmatch(name) and path.is_file() else None


def earlier(most: int) -> list[str]:
    """Ids of pilots, the newest first."""
    files = sorted(folder().glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime, reverse=True)
    return [path.stem for path in files if ID.fullmatch(path.stem)][:most]


def expires() -> bool:
    """Whether pilots that nobody visits are deleted: where this app sends for others than the one at its machine."""
    return bool(os.environ.get(ENDPOINTS, "").strip())


def purge(now: float) -> None:
    """Delete the pilots that nobody has visited for `KEPT_DAYS` at this time, in seconds; one that runs is kept."""
    for path in folder().glob(f"*{SUFFIX}") if expires() else ():
        files = [path.with_name(path.name + beside) for beside in ("", "-wal", "-shm")]
        touched = max((file.stat().st_mtime for file in files if file.exists()), default=now)
        if ID.fullmatch(path.stem) and not is_running(path.stem) and now - touched > KEPT_DAYS * DAY_SECONDS:
            for file in files:
                file.unlink(missing_ok=True)


async def purge_daily() -> None:
    """Purge when the server starts, and every day."""
    while expires():
        try:
            await asyncio.to_thread(purge, time.time())
        except OSError:  # a disk that is away now may be there tomorrow
            log.exception("pilots that nobody visits could not be deleted")
        await asyncio.sleep(DAY_SECONDS)


def visited(path: Path) -> None:
    """Note that somebody looks at a pilot."""
    with suppress(OSError):  # a file of somebody else's account
        os.utime(path)


def _of_visitor(visitor: str) -> list[str]:
    """The pilots of a visitor that are still there; those of one IPv6 network count as one visitor's."""
    for known, names in list(planned_by.items()):
        names[:] = [name for name in names if file_of(name)]
        if not names:
            del planned_by[known]
    try:
        address = ip_address(visitor)
        visitor = str(ip_network((address, 64), strict=False)) if address.version == 6 else visitor
    except ValueError:
        pass
    return planned_by.setdefault(visitor, [])


def create(
    setup: Setup, divided: Divided, passages: Sequence[str], prepared: bool = False, visitor: str | None = None
) -> str:
    """Write a pilot down, `prepared` one on rows of ours, for a visitor at an address where the app sends for others;
    its id. Sends nothing. Raises `NoRoom`, and `Unusable` as `Pilot.create` does.
    """
    from advisor.pilot.run import Pilot

    lies = folder()
    lies.mkdir(parents=True, exist_ok=True, mode=0o700)
    if len(earlier(MOST_PILOTS)) >= MOST_PILOTS:
        raise NoRoom
    mine = [] if visitor is None else _of_visitor(visitor)
    if len(mine) >= MOST_EACH:
        raise NoRoom(yours=True)
    name = secrets.token_urlsafe(16)
    pilot = Pilot.create(lies / f"{name}{SUFFIX}", setup, divided, passages)
    pilot.file.put(PREPARED, prepared)
    pilot.close()
    mine.append(name)
    return name


def create_longer(path: Path, most_tokens: int, visitor: str | None = None) -> str:
    """A pilot like the one of a file, on its rows, with another limit for answers; its id. Sends nothing. Raises as
    `create` does.
    """
    from advisor.pilot.held_out import Divided

    with opened(path) as pilot:
        setup = pilot.setup.model_copy(update={"most_tokens": most_tokens})
        divided = Divided(
            tuple(pilot.held_out),
            tuple(pilot.examples),
            setup.metric,
            setup.labels,
            setup.answer_schema,
            pilot.file.value("leaked") or 0,
        )
        return create(setup, divided, pilot.passages, bool(pilot.file.value(PREPARED)), visitor)


def visitor() -> str | None:
    """Who asks, on an app that sends for others; None for the one at this machine."""
    outbound = current_outbound()
    return None if outbound.anywhere else st.context.ip_address or ""


def no_room(full: NoRoom, lang: Language) -> str:
    """Why there is none, in words."""
    if full.yours:
        return lang("You have {n} pilots here, which is the most. Delete one first.", n=MOST_EACH)
    return lang("There are as many pilots here as there may be. Delete one first.")


@contextmanager
def opened(path: Path) -> Iterator[Pilot]:
    """The pilot of a file, to look at. Raises `Unusable` for a file that is none."""
    from advisor.pilot.run import Pilot

    pilot = Pilot.open(path)
    try:
        yield pilot
    finally:
        pilot.close()


def start(name: str, path: Path, agreed: Consent, key: Secret, at_once: int = CONCURRENT) -> None:
    """Run a pilot in this process, from where it was, with so many requests at once at most; nothing where it runs here
    already.
    """
    from advisor.pilot.run import Pilot

    with _lock:
        if is_running(name):
            return
        pilot = Pilot.open(path)
        mine = _running[name] = _Running(pilot)
        mine.thread = threading.Thread(target=_run, args=(mine, agreed, key, at_once), name="pilot", daemon=True)
        mine.thread.start()


def _run(mine: _Running, agreed: Consent, key: Secret, at_once: int) -> None:
    from advisor.pilot.consent import NotAgreed

    try:
        mine.pilot.run(agreed, key, at_once)
    except (EndpointError, Unusable) as error:
        mine.problem = error
    except NotAgreed:
        mine.problem = Unusable("What would be sent is not what you agreed with. Look at it again.")
    except Exception:
        log.exception("a pilot broke off")
        mine.failed = True
    finally:
        mine.pilot.close()


def is_running(name: str) -> bool:
    """Whether it runs in this process, or is about to."""
    mine = _running.get(name)
    return mine is not None and mine.thread.is_alive()


def join(name: str, seconds: float) -> None:
    """Wait that long for a pilot to end."""
    mine = _running.get(name)
    if mine:
        mine.thread.join(seconds)


def cancel(name: str) -> None:
    """End a run of this process soon."""
    if is_running(name):
        _running[name].pilot.cancel()


def why_not(name: str) -> EndpointError | Unusable | None:
    """Why the last run in this process did not begin."""
    mine = _running.get(name)
    return mine.problem if mine and not is_running(name) else None


def failed(name: str) -> bool:
    """Whether the last run in this process broke off by a fault of ours."""
    mine = _running.get(name)
    return bool(mine and mine.failed and not is_running(name))


def delete(name: str, path: Path) -> None:
    """Delete the file, and with it every request and answer. A run in this process is ended first."""
    from advisor.pilot.run import Pilot

    cancel(name)
    join(name, 15.0)
    _running.pop(name, None)
    Pilot.open(path).delete()
