"""What a server may send: so much, for so long, whatever it says of itself."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator

import httpx2

MOST_BYTES = 64_000_000
"""Of one response: a hundred long vectors as JSON take a tenth of it, an answer of 100,000 tokens in pieces half."""
MOST_PACKED_BYTES = 50_000
"""Of one that is packed, though nobody asked for that: unpacked it may be a thousand times as much."""


class TooMuch(Exception):
    """A response is larger than any that is of use."""


class TooLong(Exception):
    """A response takes longer than it may, though it never stands still for long."""


class Bounded(httpx2.HTTPTransport):
    """Leaves responses that are too large (`TooMuch`) or take longer than `whole_s` seconds (`TooLong`), counted from
    the request on. Asks for none to be packed.
    """

    def __init__(self, whole_s: float, verify: ssl.SSLContext, limits: httpx2.Limits) -> None:
        super().__init__(verify=verify, limits=limits, trust_env=False)
        self._whole_s = whole_s

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        end = time.monotonic() + self._whole_s
        request.headers["Accept-Encoding"] = "identity"
        response = super().handle_request(request)
        packed = response.headers.get("content-encoding", "identity").lower() != "identity"
        inner = response.stream
        assert isinstance(inner, httpx2.SyncByteStream)
        response.stream = _Counted(inner, MOST_PACKED_BYTES if packed else MOST_BYTES, end)
        return response


class _Counted(httpx2.SyncByteStream):
    """The bytes of a response, as long as they keep within its bounds."""

    def __init__(self, inner: httpx2.SyncByteStream, most: int, end: float) -> None:
        self._inner, self._most, self._end = inner, most, end

    def __iter__(self) -> Iterator[bytes]:
        left = self._most
        for data in self._inner:
            left -= len(data)
            if left < 0:
                raise TooMuch
            if time.monotonic() > self._end:
                raise TooLong
            yield data

    def close(self) -> None:
        self._inner.close()
