"""The addresses of rooms, below `room/`. What answers them is loaded when the first of them is asked for.

`room/` asks for a code; `room/CODE` is a participant's page, `room/CODE/screen` the projector's, `room/CODE/lead` that
of whoever leads. `live` below each says what changed since a version, once something has.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from importlib import import_module
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from advisor.ui.server.routes import ROOM
from advisor.workshop import location

DAY_SECONDS = 24 * 3600.0
EVERY = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NOT_KEPT = {"Cache-Control": "no-store"}
HANDLERS = "advisor.ui.workshop.handlers"

log = logging.getLogger(__name__)


async def _nothing(request: Request) -> Response:
    """Says that there is no such page below a room; an address with a slash too many leads to the one without."""
    parts = request.url.path.split("/")
    if request.method == "GET" and parts[-1] == "" and parts[-2]:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"../{parts[-2]}{query}", HTTPStatus.SEE_OTHER, NOT_KEPT)
    return PlainTextResponse("There is nothing at this address.", HTTPStatus.NOT_FOUND, NOT_KEPT)


def _route(path: str, name: str, method: str = "GET") -> Route:
    """A route to the handler of this name."""

    async def answer(request: Request) -> Response:
        handlers = await run_in_threadpool(_handlers)
        handler: Callable[[Request], Awaitable[Response]] = handlers.answered(getattr(handlers, name))
        return await handler(request)

    return Route("/{base:path}" + f"{ROOM}{path}", answer, methods=[method])


ROUTES = [
    _route("", "find"),
    _route("/", "unslashed"),
    _route("/static/{name}", "static"),
    _route("/{code}", "page"),
    _route("/{code}/join", "join", "POST"),
    _route("/{code}/language", "speak", "POST"),
    _route("/{code}/vote", "vote", "POST"),
    _route("/{code}/mine", "mine", "POST"),
    _route("/{code}/mine/{secret}", "own_page"),
    _route("/{code}/mine/{secret}/report.md", "own_file"),
    _route("/{code}/mine/{secret}/report.pdf", "own_pdf"),
    _route("/{code}/live", "live"),
    _route("/{code}/screen", "screen"),
    _route("/{code}/screen/live", "screen_live"),
    _route("/{code}/lead", "lead"),
    _route("/{code}/lead/act", "do", "POST"),
    _route("/{code}/lead/pick", "pick", "POST"),
    _route("/{code}/lead/live", "lead_live"),
    _route("/{code}/lead/link", "link", "POST"),
    _route("/{code}/lead/people", "people"),
    _route("/{code}/lead/hide", "hide", "POST"),
    _route("/{code}/lead/delete", "delete", "POST"),
    _route("/{code}/lead/hands", "hands"),
    _route("/{code}/lead/hands", "count", "POST"),
    _route("/{code}/lead/votes.csv", "votes_file"),
    _route("/{code}/lead/report.md", "report_file"),
    _route("/{code}/lead/report.pdf", "report_pdf"),
]
"""Also below a path that a proxy puts before all addresses."""


def _refusing(path: str) -> Route:
    """Refuses what no handler of this path takes: else the document of the app would answer, with 200."""
    taken = sorted({method for route in ROUTES if route.path == path for method in route.methods or ()})

    async def answer(request: Request) -> Response:
        return PlainTextResponse("", HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": ", ".join(taken), **NOT_KEPT})

    return Route(path, answer, methods=EVERY)


ROUTES += [_refusing(path) for path in dict.fromkeys(route.path for route in ROUTES)]
ROUTES.append(Route("/{base:path}" + f"{ROOM}/{{code}}/{{rest:path}}", _nothing, methods=EVERY))


async def purge_daily() -> None:
    """Delete the rooms whose time is over: when the server starts, and every day. Without a room nothing is loaded."""
    while True:
        try:
            if await run_in_threadpool(location.in_use):
                await run_in_threadpool(_purge)
        except Exception:  # a database that is away now may be there tomorrow
            log.exception("rooms whose time is over could not be deleted")
        await asyncio.sleep(DAY_SECONDS)


def _handlers() -> Any:
    """What answers, loaded once."""
    with location.LOADING:
        return import_module(HANDLERS)


def _purge() -> None:
    store = _handlers().open_store()
    if store:
        store.purge()
