"""How long and how slow the head of a request may be: its address and its headers, before anything can answer it.

uvicorn reads heads of any length into memory, and waits for them for ever. A proxy in front sets its own limits; this
is for whoever serves without one. It also ends what would keep the server from ending.
"""

from __future__ import annotations

import asyncio

from uvicorn.config import HTTP_PROTOCOLS
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD = 4 * 32 * 1024
"""Bytes, give or take what arrives at once. As much as the README's proxy lets through."""
HEAD_SECONDS = 30.0
END_SECONDS = 5.0
"""How long answers on their way may still take when the server ends."""


class BoundedHead(HttpToolsProtocol):
    """uvicorn's protocol, which closes a connection whose next head takes too long to come or does not end."""

    _head = 0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._arrived()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """The server ends: what is coming in is broken off, and what goes out has a few seconds left.

        uvicorn waits for both for ever, and Streamlit tells it no limit: a slow upload would keep a server from ending.
        """
        super().shutdown()
        if not self.transport.is_closing():
            incoming = self.cycle is not None and self.cycle.more_body
            self.loop.call_later(0 if incoming else END_SECONDS, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        waited = self._deadline
        if waited and self._head > MOST_HEAD:
            self._arrived()
            self.send_400_response("The address or the headers are too long.")
            return
        super().data_received(data)
        if waited and self._deadline is waited:  # else the head ended here, and the rest of this is something else
            self._head += len(data)

    def on_message_begin(self) -> None:
        if self._deadline is None:
            self._expect()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._arrived()
        super().on_headers_complete()

    def _expect(self) -> None:
        self._head = 0
        self._deadline = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _arrived(self) -> None:
        if self._deadline:
            self._deadline.cancel()
        self._deadline = None


def bound() -> None:
    """Let every server that this process starts from here on read heads in this way."""
    HTTP_PROTOCOLS["auto"] = f"{__name__}:{BoundedHead.__name__}"
