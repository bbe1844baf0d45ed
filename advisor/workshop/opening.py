"""Opening a room, for the command and the page alike: a title, a language, a plan, cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from advisor.content.entries import Workshop
from advisor.content.load import Content
from advisor.interview.names import one_line
from advisor.workshop.debate import debatable, steps_of
from advisor.workshop.location import LOADING

MOST_TITLE = 80
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


def open_room(title: str, lang: str, plan: Workshop, cases: Sequence[str], day: date, content: Content) -> Opened:
    """Open a room on these cases, or on those of the plan. Raises `NoRoomLeft`, and `Unreachable` as `open_store`."""
    with LOADING:
        from advisor.workshop.store import open_store  # here, since most readers open no room

    store = open_store(make=True)
    assert store is not None
    return Opened(*store.open_room(one_line(title)[:MOST_TITLE], lang, steps_of(plan, cases), day, content.version))
