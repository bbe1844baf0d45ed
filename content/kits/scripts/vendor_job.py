"""What every script that trains at a vendor does alike: upload, start, follow, serve and delete.

job_state.py says what to set in the environment, beside the vendor's key, and what job.json remembers.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from job_state import WAIT_SECONDS, demand_job, forget, gate, keep, known, pause
from words import HERE, say

KIT = json.loads((HERE / "kit.json").read_text("utf-8"))
JOB = KIT.get("job", {})
GONE = 404


class Seen(NamedTuple):
    """How something stands that takes its time."""

    status: str
    """In the vendor's words."""
    end: Literal["", "done", "failed", "cancelled"] = ""
    why: str = ""
    lines: tuple[str, ...] = ()
    """What has happened so far, the oldest first."""


class Refusal(NamedTuple):
    """What an error of the vendor's library says."""

    status: int | None
    """Of HTTP; None: the vendor was not reached."""
    said: str


class Refused(Exception):
    """Raised where no library of the vendor does."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status, self.said = status, said


class Vendor:
    """What a script says of its vendor. Each call is the vendor's library; ids come out and go in."""

    name: str
    key: str
    """The variable in the environment that holds the key."""
    charges = ""
    """What `serve` begins to cost; empty: nothing has to be served for the model to answer."""
    serves_base = False
    """Whether the base model may have to be served, too, for it to answer."""

    def upload(self, file: Path, state: dict[str, Any]) -> str:
        raise NotImplementedError

    def start(self, files: dict[str, str], state: dict[str, Any]) -> str:
        raise NotImplementedError

    def look(self, state: dict[str, Any]) -> Seen:
        """How the job stands; what is to be known of the tuned model goes into the state."""
        raise NotImplementedError

    def cancel(self, job: str) -> str:
        """The status after it."""
        raise NotImplementedError

    def serve(self, state: dict[str, Any]) -> None:
        """Make the tuned model answer."""

    def serving(self, state: dict[str, Any]) -> Seen:
        return Seen("", "done")

    def asked(self, state: dict[str, Any]) -> dict[str, str]:
        """What to set in the environment so that the scripts ask the tuned model."""
        raise NotImplementedError

    def hosting(self, state: dict[str, Any]) -> Iterator[tuple[str, Callable[[str], Any]]]:
        """What costs while it idles: its name in the state, and what deletes it, in order."""
        yield from ()

    def stored(self, state: dict[str, Any]) -> Iterator[tuple[str, Callable[[str], Any]]]:
        """What else lies there: models and files. What takes one away may say what became of it."""
        yield from ()

    def refusal(self, error: Exception) -> Refusal | None:
        """None for what is no refusal but a mistake."""
        raise NotImplementedError


def run(make: type[Vendor], script: str, own: Mapping[str, Callable[..., None]] = MappingProxyType({})) -> None:
    """Do what the command line asks: one of the commands below, or of the vendor's own."""
    state: dict[str, Any] = known()
    asked = sys.argv[1:]
    commands = {"": train, "cancel": cancel, "delete": delete, "delete all": delete}
    if make.charges:
        commands["serve"] = serve
    commands |= own
    if make.serves_base:
        commands["serve base"] = serve
    command = commands.get(" ".join(asked))
    if command is None:
        sys.exit(
            say("Say one of: {commands}", commands=", ".join(f"python {script} {one}".strip() for one in commands))
        )
    if not asked and "job" not in state:
        gate(make.name, JOB, JOB["closed_from"], date.today())
    vendor = make()
    with explained(vendor):
        command(vendor, state, script)


def need(name: str, vendor: str) -> str:
    """A value from the environment."""
    value = os.environ.get(name)
    if not value:
        sys.exit(
            say("Set {name} in the environment, as README.md says: {vendor} asks for it.", name=name, vendor=vendor)
        )
    return value


def train(vendor: Vendor, state: dict[str, Any], script: str) -> None:
    """Upload, start and follow; what is done already is not done again."""
    if "job" not in state:
        for kind, name in JOB["files"].items():
            if kind not in state:
                keep(state, kind, vendor.upload(HERE / name, state))
                print(say("uploaded {file} as {id}", file=name, id=state[kind]))
        keep(state, "job", vendor.start({kind: state[kind] for kind in JOB["files"]}, state))
        print(say("started {job}; `{command}` stops it", job=state["job"], command=f"python {script} cancel"))
    seen = follow(lambda: vendor.look(state), state["job"], vendor.name, state)
    if seen.end == "failed":
        sys.exit(
            say(
                "{job} failed: {why}. Mend the data, check it with `advisor check`, delete job.json and start again.",
                job=state["job"],
                why=seen.why or say("no reason was given"),
            )
        )
    if seen.end == "cancelled":
        sys.exit(say("{job} was cancelled. Delete job.json to begin anew.", job=state["job"]))
    print(say("done: {model}", model=state["model"]))
    if vendor.charges:
        print(say("next: {command}", command=f"python {script} serve"))
        print("  " + vendor.charges)
    else:
        name_next(vendor, state)


def serve(vendor: Vendor, state: dict[str, Any], script: str) -> None:
    """Make the tuned model answer, and wait until it does."""
    base = "base" in sys.argv
    if "model" not in state and not base:
        sys.exit(say("No tuned model is known yet: start {command} first.", command=f"python {script}"))
    vendor.serve(state)
    model = JOB["model"] if base else state["model"]
    seen = follow(lambda: vendor.serving(state), model, vendor.name, state)
    if seen.end != "done":
        sys.exit(
            say(
                "{model} could not be made to answer: {why}. `{command}` takes away what was made for it.",
                model=model,
                why=seen.why or seen.status,
                command=f"python {script} delete",
            )
        )
    name_next(vendor, state, base)
    if vendor.charges:
        print(say("afterwards: {command}", command=f"python {script} delete"))


def name_next(vendor: Vendor, state: dict[str, Any], base: bool = False) -> None:
    setting = " ".join(f"{name}={value}" for name, value in vendor.asked(state).items())
    print(say("next: {command}", command=f"export {setting}"))
    scored = "python baseline.py; python safety.py" if base else "python baseline.py tuned; python safety.py after"
    print(say("then: {command}", command=scored))


def cancel(vendor: Vendor, state: dict[str, Any], script: str) -> None:
    job = demand_job(state)
    print(f"{job}: {vendor.cancel(job)}")


def delete(vendor: Vendor, state: dict[str, Any], script: str) -> None:
    """Delete what costs while it idles; with `all`, model and files, too. What is gone already is forgotten."""
    every = [*vendor.hosting(state), *(vendor.stored(state) if "all" in sys.argv else ())]
    for kind, remove in [one for one in every if one[0] in state]:
        told = None
        try:
            told = remove(state[kind])
        except Exception as error:
            refusal = vendor.refusal(error)
            if refusal is None or refusal.status != GONE:
                raise
        print(told if isinstance(told, str) else say("deleted: {id}", id=state[kind]))
        forget(state, kind)
    if not every or "all" not in sys.argv:
        print(
            say(
                "Model and files are still there; `{command}` takes them away, too.",
                command=f"python {script} delete all",
            )
        )


def follow(look: Callable[[], Seen], what: str, vendor: str, state: dict[str, Any]) -> Seen:
    """Print what happens until it has ended. What was printed before a cut is not printed again."""
    until = time.monotonic() + WAIT_SECONDS
    told = state.setdefault("told", {})
    status = ""
    while True:
        seen = look()
        for line in seen.lines[told.get(what, 0) :]:
            print(f"  {line}")
        keep(state, "told", {**told, what: len(seen.lines)})
        told = state["told"]
        if seen.status != status:
            status = seen.status
            print(f"  {what}: {status}", flush=True)
        if seen.end:
            return seen
        pause(until, what, status, vendor)


@contextmanager
def explained(vendor: Vendor) -> Iterator[None]:
    """Inside, what the vendor refuses ends the script with what it means and what to do."""
    try:
        yield
    except Exception as error:
        refusal = vendor.refusal(error)
        if refusal is None:
            raise
        sys.exit(meaning(vendor, refusal))


def meaning(vendor: Vendor, refusal: Refusal) -> str:
    """What a refusal means, and what to do."""
    status, said = refusal.status, " ".join(refusal.said.split()).rstrip(".")
    told = {"vendor": vendor.name, "said": said}
    match status:
        case None:
            text = say("{vendor} cannot be reached ({said}). Start the same command again: it goes on.", **told)
        case 401:
            text = say("{vendor} does not take this key (401): {said}. Check {key}.", key=vendor.key, **told)
        case 402:
            text = say(
                "{vendor} wants payment first (402): {said}. Add credit, then start the same command again.", **told
            )
        case 403:
            text = say(
                "{vendor} knows the key and refuses this (403): {said}. The key lacks the right, or the account may "
                "not train this model: README.md says to whom it is open.",
                **told,
            )
        case 404:
            text = say(
                "{vendor} knows no such model, file or job (404): {said}. Check the model in kit.json; delete job.json "
                "if what it names is gone.",
                **told,
            )
        case 429:
            text = say(
                "{vendor} says: too many requests, or the credit is used up (429): {said}. Wait, or add credit; then "
                "start the same command again: it goes on where it stopped.",
                **told,
            )
        case _:
            text = say("{vendor} refused ({status}): {said}.", status=status, **told)
    return text
