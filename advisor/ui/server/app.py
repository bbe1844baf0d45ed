"""What the web server adds around the pages: a health route, security headers, a document in the reader's language."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlencode

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from advisor import situation
from advisor.content.load import load
from advisor.language import LANGUAGES, language
from advisor.ui.files import expiry
from advisor.ui.server import first_visit, memory, pressing, routes
from advisor.ui.server.compression import ENCODINGS, accepted, compressed, compressed_document
from advisor.ui.server.outbound import ENDPOINTS
from advisor.ui.workshop import paths

ICON = Path(__file__).parent / "static" / "favicon.png"
log = logging.getLogger(__name__)

HEADERS = {
    # Streamlit styles elements in place and starts its components from blobs; Plotly compiles its drawing functions.
    "Content-Security-Policy": "; ".join(
        [
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' ws: wss:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    ),
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    # The address holds the answers, so it is told to nobody, not even to ourselves with each file fetched.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}

PARTS = (b"text/javascript", b"text/css", b"font/")
"""Kinds of files that a document is made of, and that a browser never shows as one."""
PARTS_NEED = ("X-Content-Type-Options",)

OPTIONS = {
    "STREAMLIT_SERVER_PORT": "server.port",
    "STREAMLIT_SERVER_ADDRESS": "server.address",
    "STREAMLIT_SERVER_BASE_URL_PATH": "server.baseUrlPath",
    "STREAMLIT_BROWSER_SERVER_ADDRESS": "browser.serverAddress",
    "STREAMLIT_BROWSER_SERVER_PORT": "browser.serverPort",
}
"""Streamlit reads its environment variables only under `streamlit run`; these are read under `python app.py` too."""


EVERYWHERE = ("0.0.0.0", "::")


def configured() -> dict[str, str | int]:
    """The options of Streamlit that the environment sets; raises `ValueError` for a port that is no number.

    The address to print goes with the address to serve on. Where it knows none, Streamlit asks a server on the internet
    for that of this machine.
    """
    options = {option: os.environ[name] for name, option in OPTIONS.items() if os.environ.get(name)}
    address = options.get("server.address", "")
    if address and address not in EVERYWHERE:
        options.setdefault("browser.serverAddress", f"[{address}]" if ":" in address else address)
    return {
        option: int(value) if option.endswith("Port") or option.endswith(".port") else value
        for option, value in options.items()
    }


MOST_NAME = 60
"""Longest part of a mistyped address that is repeated, in characters."""
HEAD = b"""<script>
{
// Light or dark as the reader chose: Streamlit remembers it for one path only.
try {
  const theme = localStorage.advisorTheme;
  if (theme) localStorage["stActiveTheme-" + location.pathname + "-v2"] = JSON.stringify(theme);
} catch {}
// A change of the parameters alone is no step of its own in the history, unless another interview (i) has begun. A page
// that is left for another keeps the answers with which it was left: a step back shows them. What of its address is its
// own stays as it was when the reader pressed; Streamlit gives it that of the other page before it leaves.
const push = history.pushState, replace = history.replaceState;
const here = () => location.pathname + location.search;
let shown = here();
const PARTS = ["a", "path", "skip", "who", "if"], SHARED = [...PARTS, "lang", "at", "i", "step"];
let pressed = new URL(location.href);
const note = () => { pressed = new URL(location.href); };
for (const kind of ["click", "keydown"]) addEventListener(kind, note, true);
history.replaceState = function (state, title, url) { replace.call(history, state, title, url); shown = here(); };
history.pushState = function (state, title, url) {
  const to = new URL(url ?? "", location.href), from = new URL(location.href);
  const interview = to.searchParams.get("i") === from.searchParams.get("i");
  if (to.pathname === from.pathname && interview) return history.replaceState(state, title, url);
  if (pressed.pathname === from.pathname) {
    for (const part of [...from.searchParams.keys()]) if (!SHARED.includes(part)) from.searchParams.delete(part);
    for (const [part, value] of pressed.searchParams) if (!SHARED.includes(part)) from.searchParams.set(part, value);
  }
  if (interview && to.searchParams.has("a")) {
    for (const part of PARTS) {
      if (to.searchParams.has(part)) from.searchParams.set(part, to.searchParams.get(part));
      else from.searchParams.delete(part);
    }
  }
  if (from.href !== location.href) replace.call(history, history.state, "", from);
  push.call(history, state, title, url);
  shown = here();
};
// A step back or forward says so in the address, before Streamlit reads it: else it could not be told from a request
// that was sent just before the address was corrected. The next correction takes the mark away. Streamlit knows few
// pages (told_of in navigation.py) and asks for the first in place of the others, so the mark names the page.
addEventListener("popstate", () => {
  if (here() === shown) return;
  const to = new URL(location.href);
  to.searchParams.set("step", `${Date.now()}.${to.pathname.split("/").at(-1)}`);
  history.replaceState(history.state, "", to);
});
}
</script>"""
"""Runs in the document before Streamlit does."""


class Frame:
    """ASGI middleware that adds the headers to each response and names language and title in the document itself.

    The document is complete before any script runs, which is what a screen reader and a link preview see first.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            send = _while_open(send)
        if scope["type"] != "http" or routes.parts_of(scope)[:1] == [routes.ROOM]:
            await self.app(scope, receive, send)
            return
        encoding = accepted(scope["headers"])
        scope = {**scope, "headers": _readable(scope)}
        start: Message | None = None
        page = b""
        elsewhere = _elsewhere(scope)

        async def framed(message: Message) -> None:
            nonlocal start, page
            if message["type"] == "http.response.start":
                message["headers"] = _secured(message["headers"])
                if _is_document(message):
                    start = message
                    return
            elif start is not None:
                page += message.get("body", b"")
                if message.get("more_body"):
                    return
                page = _named(page, scope)
                own = [(b"vary", b"accept-encoding")]
                if encoding and page:
                    page = compressed_document(page, encoding)
                    own.append((b"content-encoding", encoding.encode()))
                if page:  # none is sent where only the head was asked for
                    own.append((b"content-length", str(len(page)).encode()))
                message = {"type": "http.response.body", "body": page}
                start["headers"] = own + [
                    (name, value)
                    for name, value in start["headers"]
                    if name not in (b"etag", b"last-modified", b"content-length", b"vary")
                ]
                await send(start)
            await send(message)

        await (RedirectResponse(elsewhere, HTTPStatus.SEE_OTHER) if elsewhere else self.app)(scope, receive, framed)


def _secured(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of an answer with ours. Scripts, style sheets and fonts get the one that is about them.

    The others are about documents; with ninety files they would be a twentieth of what a first visit loads.
    """
    theirs = [(name, value) for name, value in headers if name.decode().title() not in HEADERS]
    kind: bytes = dict(theirs).get(b"content-type", b"")
    names = PARTS_NEED if kind.startswith(PARTS) else HEADERS
    return [*theirs, *((name.lower().encode(), HEADERS[name].encode()) for name in names)]


def _while_open(send: Send) -> Send:
    """The same for a websocket that uvicorn may close by itself: when the server ends, or at a message too long.

    uvicorn then calls it a mistake to send more, and Streamlit would log it as one. `OSError` says that the reader is
    gone, as it does where the reader has closed it.
    """

    async def sent(message: Message) -> None:
        try:
            await send(message)
        except RuntimeError as error:
            if message["type"] == "websocket.send":
                raise OSError("the websocket is closed") from error
            if message["type"] != "websocket.close":
                raise

    return sent


def _readable(scope: Scope) -> list[tuple[bytes, bytes]]:
    """The headers of a request; one for a document asks for no compression, since what it gets is to be changed."""
    kept = list(scope["headers"])
    if b"text/html" in dict(kept).get(b"accept", b"") or routes.is_page(routes.parts_of(scope)):
        kept = [(name, value) for name, value in kept if name != b"accept-encoding"]
    return kept


def _elsewhere(scope: Scope) -> str:
    """Where to send who asks for a page that there is not: to the page that says so, with the answers in the address.

    Streamlit would show the first page, with a message in English over it.
    """
    parts = routes.parts_of(scope)
    path = "/".join(parts)
    wants = dict(scope["headers"]).get(b"accept", b"")
    # A name with a dot is a file, and what begins with an underscore is Streamlit's own.
    if scope["method"] != "GET" or b"text/html" not in wants or "." in path or path.startswith("_"):
        return ""
    if routes.is_page(parts) or parts[0] in ("healthz", "held", "static", "app", "media", "component"):
        return ""
    asked = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
    return f"{routes.up_from(scope)}{routes.LOST}?{urlencode({**asked, 'missing': path[:MOST_NAME]})}"


def _is_document(start: Message) -> bool:
    headers = dict(start["headers"])
    kind: bytes = headers.get(b"content-type", b"")
    right = start["status"] in (HTTPStatus.OK, HTTPStatus.NOT_FOUND) and kind.startswith(b"text/html")
    return right and b"content-encoding" not in headers


def _named(page: bytes, scope: Scope) -> bytes:
    """The document with the language that its address asks for, and our title in place of Streamlit's."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", ["en"])[0]
    lang = language(asked if asked in LANGUAGES else "en")
    title = lang("Fine-Tune Advisor")
    page = page.replace(b'<html lang="en">', f'<html lang="{lang.code}">'.encode(), 1)
    head = f"<title>{title}</title>".encode() + HEAD + pressing.SCRIPT
    page = page.replace(b"<title>Streamlit</title>", head, 1)
    return first_visit.lighter(page.decode()).encode()


async def icon(request: Request) -> FileResponse:
    """Our sign in the browser's tab."""
    return FileResponse(ICON)


async def health(request: Request) -> JSONResponse:
    """Says that the server answers, and which content it answers from."""
    return JSONResponse({"status": "ok", "content": load().version})


@asynccontextmanager
async def warm(app: st.App) -> AsyncIterator[dict[str, object]]:
    """Load content and engine, and compress, beside the start: the server answers at once, and a first visitor soon.

    Meanwhile the files of readers who have left are let go, and memory that is not used. At the end, so are the
    processes that check large files, which would outlive the server.
    """
    if st.get_option("server.address") not in ("localhost", "127.0.0.1", "::1"):
        log.warning(
            "Other machines reach this server under its IP addresses; under a name only with --allowed-host NAME, or "
            "ADVISOR_ALLOWED_HOSTS=NAME in the environment."
        )
    beside = asyncio.gather(asyncio.to_thread(_load_engine), asyncio.to_thread(_compress_first))
    watchers = (expiry.watch, memory.watch, paths.purge_daily, _purge_pilots)
    watching = [asyncio.create_task(watcher()) for watcher in watchers]
    yield {}
    for watcher in watching:
        watcher.cancel()
    await beside
    if "advisor.ui.files.pool" in sys.modules:
        from advisor.ui.files.pool import POOL

        await asyncio.to_thread(POOL.end)


async def _purge_pilots() -> None:
    """Delete pilots that nobody visits, where this server sends for others; elsewhere nothing is loaded."""
    if os.environ.get(ENDPOINTS, "").strip():
        from advisor.ui.pages.try_it.runs import purge_daily

        await purge_daily()


def _compress_first() -> None:
    """Compress what a first visit loads, which takes two seconds once, before somebody waits for it."""
    page = first_visit.lighter((first_visit.STREAMLIT / "index.html").read_text("utf-8"))
    for name in first_visit.named_files(page):
        compressed(first_visit.STREAMLIT / name, next(iter(ENCODINGS)))


def _load_engine() -> None:
    from advisor.engine import verdict

    for code in LANGUAGES:
        language(code)
    routes.pages()
    verdict.glance(situation())
    # What is there now stays for good: no collection of garbage needs to look through it again, and each takes half.
    gc.collect()
    gc.freeze()


def failed(error: Exception) -> bool:
    """Log what went wrong and tell the visitor what to do; the answers are safe, as the address holds them."""
    from advisor.ui.session import current_session

    log.exception("a page failed", exc_info=error)
    lang = current_session().lang
    st.error(
        lang(
            "Something went wrong on our side. Your answers are safe: they are in the address of this page. "
            "Reload the page, or go back and try another way."
        )
    )
    return True
