"""Scripts and style sheets leave compressed: they are most of what a first visit loads, and there may be no proxy.

Streamlit sends its own files as they lie. Each is compressed once, as hard as it goes, and kept: with the process, and
in the folder of things that can be made again.
"""

from __future__ import annotations

import asyncio
import gzip
import sys
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from advisor.cache_folder import cache_folder, digest, installed, read_kept, write_kept
from advisor.ui.server import routes

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

STATIC = "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
"""What is text, by the end of its name; fonts and pictures are compressed as they lie."""
ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": lambda content: zstd.compress(content, 19),  # the highest level that every browser unpacks
    "gzip": lambda content: gzip.compress(content, 9, mtime=0),
}
"""How content may be encoded, the smallest first: Streamlit's scripts take 19 % by zstd and 23 % by gzip."""
UNCHANGING = "public, immutable, max-age=31536000"
"""Names hold a hash of the content, so that a browser asks once; Streamlit says the same of them."""
VARY = {"Vary": "Accept-Encoding"}
"""Tells a cache that who takes other encodings gets another answer."""
MOST_KEPT = 1_000
"""Compressed files in the folder: those of two versions of Streamlit."""


def accepted(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The first of our encodings that a request takes; None where it wants content as it is."""
    asked: dict[str, float] = {}
    for part in ",".join(Headers(raw=list(headers)).getlist("accept-encoding")).split(","):
        name, _, weight = part.lower().partition(";")
        try:
            asked[name.strip()] = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue  # what cannot be read is not asked for
    return next((name for name in ENCODINGS if asked.get(name)), None)


@cache  # a few hundred files, 12 MB in both encodings
def compressed(file: Path, encoding: str) -> bytes:
    """The file in this encoding, from the folder where it was kept. Raises `OSError` if the file cannot be read."""
    folder = cache_folder("compressed")
    kept = folder and folder / digest(file.name.encode(), encoding.encode(), installed("streamlit").encode())
    body = read_kept(kept) if kept else None
    if body is not None:
        return bytes(body)
    content = ENCODINGS[encoding](file.read_bytes())
    if kept:
        write_kept(kept, content, MOST_KEPT)
    return content


@lru_cache(maxsize=16)  # documents differ by language only
def compressed_document(page: bytes, encoding: str) -> bytes:
    """A document in this encoding. It is the same for everybody, so its size tells nothing about its reader."""
    return ENCODINGS[encoding](page)


class Compressed:
    """ASGI middleware, inside `PathGuard`: answers for the files of a folder whose text the reader takes compressed.

    Only names that were in the folder at the start are answered for; all else goes on to the app.
    """

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self.app = app
        self.files = {
            file.relative_to(folder).as_posix(): file
            for file in (folder / STATIC).rglob("*")
            if file.suffix in TYPES and file.is_file()
        }
        self._locks: dict[tuple[str, str], asyncio.Lock] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        name = "/".join(routes.parts_of(scope))
        if name not in self.files:
            await self.app(scope, receive, send)
            return
        encoding = accepted(scope["headers"])
        if encoding is None:
            await self.app(scope, receive, _varied(send))
            return
        content = await self._content(name, encoding)
        headers = {"Content-Encoding": encoding, "Cache-Control": UNCHANGING, **VARY}
        await Response(content, headers=headers, media_type=TYPES[self.files[name].suffix])(scope, receive, send)

    async def _content(self, name: str, encoding: str) -> bytes:
        """The file in this encoding. However many ask for it at once, it is compressed once."""
        async with self._locks.setdefault((name, encoding), asyncio.Lock()):
            return await asyncio.to_thread(compressed, self.files[name], encoding)


def _varied(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(VARY)
        await send(message)

    return sent
