"""What a script knows of the job that it started, in job.json: ids, never a key. And how long it waits for it.

Set in the environment:
    WAIT_SECONDS    how long to wait for what takes its time; it goes on without you (14400)
    POLL_SECONDS    how often to look (15)

After a cut, start the same command again: nothing is uploaded or started twice. Delete job.json to begin anew.
"""

import json
import os
import sys
import time
from datetime import date
from typing import Any

from words import HERE, number, say

STATE = HERE / "job.json"
WAIT_SECONDS = float(os.environ.get("WAIT_SECONDS", "14400"))
POLL_SECONDS = float(os.environ.get("POLL_SECONDS", "15"))


def known() -> dict[str, Any]:
    """What job.json remembers."""
    return json.loads(STATE.read_text("utf-8")) if STATE.exists() else {}


def keep(state: dict[str, Any], name: str, value: Any) -> Any:
    """Remember something at once, so that a cut loses nothing."""
    state[name] = value
    _write(state)
    return value


def forget(state: dict[str, Any], name: str) -> None:
    state.pop(name, None)
    _write(state)


def _write(state: dict[str, Any]) -> None:
    part = STATE.with_suffix(".part")
    part.write_text(json.dumps(state, indent=2) + "\n", "utf-8")
    part.replace(STATE)


def gate(vendor: str, job: dict[str, Any], closed_from: str | None, today: date) -> None:
    """End the script where the vendor starts no more jobs, before anything is uploaded."""
    if closed_from and today >= date.fromisoformat(closed_from):
        sys.exit(
            say(
                "{vendor} starts no more jobs for {model} since {day} (see README.md). Nothing was uploaded.",
                vendor=vendor,
                model=job["model"],
                day=closed_from,
            )
        )


def demand_job(state: dict[str, Any]) -> str:
    """The id of the job; ends the script where none was started."""
    if "job" not in state:
        sys.exit(say("job.json names no job."))
    return str(state["job"])


def pause(until: float, what: str, status: str, vendor: str) -> None:
    """Sleep until the next look; `until`, by the monotonic clock, end the script: what it waits for goes on."""
    if time.monotonic() > until:
        sys.exit(
            say(
                "{what} is still {status} after {n} seconds of waiting. It goes on at {vendor}: start this again to "
                "follow it, or raise WAIT_SECONDS.",
                what=what,
                status=status,
                n=number(WAIT_SECONDS, 0),
                vendor=vendor,
            )
        )
    time.sleep(POLL_SECONDS)
