"""Opening a room, for the command and the page alike: a title, a language, a plan, cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from advisor.content.entries import Workshop
from advisor.content.load import Content
from advisor.interview.names import one_line
from advisor.workshop.debate import debatable
from advisor.workshop.location import LOADING
from advisor.workshop.programme import Wishes, programme

ADDRESS = "ADVISOR_ROOM_ADDRESS"
"""The environment variable that says under which address phones reach this server; `advisor workshop` sets it."""
MOST_TITLE = 80
MOST_STORY = 1_000
"""Signs of a case that whoever leads describes: it is read from a projector."""
USUAL_MINUTES = 40


@dataclass(frozen=True)
class Opened:
    """A room that was opened: its code, and the secret of whoever leads it, which is told this once."""

    code: str
    secret: str

    def join(self, base: str) -> str:
        """The address at which people join; `base` is that of the server."""
        return f"{base}/room/{self.code}"

    def lead(self, base: str) -> str:
        """The secret address of whoever leads."""
        return f"{self.join(base)}/lead?key={self.secret}"


def plan_of(minutes: int, content: Content) -> Workshop | None:
    """The plan that takes so many minutes; None where there is none."""
    return next((plan for plan in content.workshops if plan.minutes == minutes), None)


def unknown_cases(cases: Sequence[str], content: Content) -> list[str]:
    """Those of these ids that are no cases to debate."""
    known = {case.id for case, _ in debatable(content)}
    return [case for case in cases if case not in known]


def open_room(
    title: str,
    lang: str,
    plan: Workshop,
    wishes: Wishes,
    day: date,
    content: Content,
    story: tuple[str, str] = ("", ""),
) -> Opened:
    """Open a room that does what is wished by its plan. `story` is a case that whoever leads describes: its name, and
    what it is about. Raises `NoRoomLeft`, and `Unreachable` as `open_store`.
    """
    with LOADING:
        from advisor.workshop.store import open_store  # here, since most readers open no room

    store = open_store(make=True)
    assert store is not None
    told = (one_line(story[0])[:MOST_TITLE], one_line(story[1])[:MOST_STORY])
    steps = programme(plan, wishes, content)
    return Opened(*store.open_room(one_line(title)[:MOST_TITLE], lang, steps, day, content.version, told))
