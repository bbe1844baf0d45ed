"""Which addresses the server answers: those of its pages and files, and of Streamlit's routes those that pages use.

Streamlit answers every address that it does not know with the document of the app and the status 200, so that a proxy
would keep that document for a year in place of a missing script. Its uploader takes files from anybody, of which the
pages make no use (see `upload.py`); its metrics tell how many people are there.
"""

from __future__ import annotations

from functools import cache
from http import HTTPStatus

import streamlit as st
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from advisor.language import language

METRICS = "ADVISOR_METRICS"
"""The environment variable behind `--metrics`; any value opens them."""

CORE = "_stcore"
NEEDED = ("health", "host-config", "bidi-components", "stream")
"""Whether the server is there, what a page around ours may do, the code of components, and the session itself."""
UNUSED = ("auth", "component", "oauth2callback")
"""Signing in, and components of the first kind."""
MEDIA = "media"
ROOM = "room"
"""The pages of workshops, which are no pages of the app: their own handlers answer, with headers of their own."""
LOST = "lost"
"""The page that says that there is no such page: it is shown, and its status says the same."""


class PathGuard:
    """ASGI middleware, inside `Frame`: 404 for what is no page and no file, and for routes that no page uses.

    An address of one part that names no page keeps the document, which then says so to its reader; the status says it
    to caches and crawlers.
    """

    def __init__(self, app: ASGIApp, metrics: bool = False) -> None:
        self.app = app
        self.open = (*NEEDED, "metrics") if metrics else NEEDED

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        parts = parts_of(scope)
        if parts[:1] == [ROOM]:
            await self.app(scope, receive, send)
            return
        if not self._answered(parts):
            await _not_found(scope, receive, send)
            return
        if parts[:1] != [MEDIA]:
            # In pieces nothing is sent but sound and film: a piece would hide what it is a piece of.
            scope = {**scope, "headers": [header for header in scope["headers"] if header[0] != b"range"]}
        instead = False

        async def checked(message: Message) -> None:
            nonlocal instead
            if (
                message["type"] == "http.response.start"
                and _is_html(message)
                and (not is_page(parts) or parts == [LOST])
            ):
                if len(parts) == 1 and "." not in parts[0]:
                    message["status"] = HTTPStatus.NOT_FOUND
                else:
                    instead = True
                    await _not_found(scope, receive, send)
            if not instead:
                await send(message)

        await self.app(scope, receive, checked)

    def _answered(self, parts: list[str]) -> bool:
        if CORE in parts:
            return parts[0] == CORE and len(parts) > 1 and parts[1] in self.open
        return parts[:1] not in [[name] for name in UNUSED]


def parts_of(scope: Scope) -> list[str]:
    """The parts of the path below the base path, without empty ones, so that more slashes make no other address."""
    path = scope["path"].removeprefix(scope.get("root_path", "")).replace("\\", "/")
    parts = [part for part in path.split("/") if part]
    base = [part for part in (st.get_option("server.baseUrlPath") or "").split("/") if part]
    return parts[len(base) :] if parts[: len(base)] == base else parts


def up_from(scope: Scope) -> str:
    """The way from the address asked for to the first page, as a link may say it: `./`, `../` and so on."""
    path = str(scope["path"])
    base = len([part for part in path.split("/") if part]) - len(parts_of(scope))
    return "../" * (path.count("/") - 1 - base) or "./"


@cache
def pages() -> frozenset[str]:
    """The addresses of all pages, each of one part or, for the first, of none."""
    from advisor.ui.pages import registry

    return frozenset(registry.pages(language()))


def is_page(parts: list[str]) -> bool:
    return len(parts) < 2 and "".join(parts) in pages()


def _is_html(start: Message) -> bool:
    kind: bytes = dict(start["headers"]).get(b"content-type", b"")
    return kind.startswith(b"text/html")


async def _not_found(scope: Scope, receive: Receive, send: Send) -> None:
    answer = PlainTextResponse("There is nothing at this address.", HTTPStatus.NOT_FOUND, {"Cache-Control": "no-store"})
    if scope["method"] not in ("GET", "HEAD"):
        answer.headers["Connection"] = "close"  # the rest of a large request is not waited for
    await answer(scope, receive, send)
