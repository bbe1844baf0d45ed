"""What people in a room do and read, and what one of them may try."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser

from starlette.testclient import TestClient

from advisor.content.load import load
from advisor.ui.workshop import handlers
from advisor.workshop.debate import act
from advisor.workshop.store import Room, Store

PLAN = next(plan for plan in load().workshops if plan.minutes == 40)
DAY = date(2026, 11, 30)
JSON = {"accept": "application/json"}
NASTY = "<script>alert(1)</script>\u202e\"'&"


def led(store: Store, code: str, to: str) -> Room:
    """The room, led on to the next step of this kind by somebody in another process."""
    room = store.room(code)
    while room.step.kind != to:
        assert store.move(room, act(room.state, "next", room.steps, store.clock()))
        room = store.room(code)
    handlers.watching_of(store).moved(code)
    return room


def joined(client: TestClient, code: str, nickname: str = "", lang: str = "en") -> TestClient:
    answer = client.post(f"/room/{code}/join", data={"nickname": nickname, "lang": lang})
    assert answer.status_code == 200
    return client


class Text(HTMLParser):
    """What a page says, and which elements it has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.said = ""
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.said += data
