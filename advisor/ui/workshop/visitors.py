"""Who asks: the cookies of a room, what a form sent, and how often an address may guess."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from advisor.interview import names
from advisor.language import LANGUAGES
from advisor.workshop.store import KEPT_SECONDS

MOST_FORM = 8_000
"""Bytes of a form. A vote with a line of text takes one tenth."""
MOST_FIELDS = 30
MOST_NICKNAME = 30
MOST_WHY = 200
MOST_TOKEN = 64
MOST_WRONG = 120
"""Wrong codes or secrets of an address at once. A whole room behind one address may mistype some."""
WRONG_SECONDS = 600.0
"""How long it takes until as many are free again, one after another: at this pace, 700 an hour, to meet one room of ten
among 64 million codes takes a year. Where none is free, a right code is refused like a wrong one, or the answer would
tell which it was; but one is free again within `WAIT_SECONDS`, and what is refused does not make the wait longer."""
WAIT_SECONDS = 5
"""`WRONG_SECONDS` over `MOST_WRONG`."""
MOST_JOINS = 400
"""People who join from one address at once: a hall of 300 behind one address, of whom some join twice."""
JOIN_SECONDS = 400.0
"""How long it takes until as many are free again: 60 a minute. One browser needs ten minutes to fill a room then."""
MOST_ADDRESSES = 10_000
OWN_BITS = 64
"""Of an IPv6 address: those that a device in a network chooses by itself. Source: RFC 4291, section 2.5.1."""


class TooLarge(ValueError):
    """A form of more than `MOST_FORM` bytes, or `MOST_FIELDS` fields."""


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form, the last where one stands twice. Raises `TooLarge`, having read no more than it may."""
    body = b""
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > MOST_FORM:
                raise TooLarge
    except ClientDisconnect:
        return {}
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise TooLarge from error
    return {name: values[-1] for name, values in fields.items()}


def one_line(text: str, most: int) -> str:
    """What somebody typed, on one line and cut, without signs that no database takes or that hide what it says."""
    return names.one_line(text)[:most]


def spoken(code: str | None, otherwise: str) -> str:
    """A language that there is."""
    return code if code in LANGUAGES else otherwise


def participant_cookie(code: str) -> str:
    return f"advisor-room-{code}"


def leader_cookie(code: str) -> str:
    return f"advisor-lead-{code}"


def token(request: Request, cookie: str) -> str:
    """The secret that a cookie of this name holds; empty where there is none."""
    held = request.cookies.get(cookie, "")
    return held if len(held) <= MOST_TOKEN else ""


def keep(answer: Response, request: Request, cookie: str, secret: str) -> None:
    """Have the browser keep a secret: scripts do not see it, and other sites' forms do not send it."""
    answer.set_cookie(
        cookie,
        secret,
        max_age=int(KEPT_SECONDS),
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


class Often:
    """How often each address did something of late: so often at once, and then as fast as that is forgotten.

    Kept in memory alone, and for minutes.
    """

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`most` are forgotten in so many `seconds`."""
        self.most, self.seconds, self.clock = most, seconds, clock
        self._noted: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """How many are not forgotten, and when that was reckoned."""

    def too_many(self, request: Request) -> bool:
        """Whether this address has to wait until one more is forgotten."""
        return self._of(_address(request)) > self.most - 1

    def note(self, request: Request) -> None:
        """Note one more. What was refused is not noted: the wait would have no end."""
        address = _address(request)
        times = self._of(address)
        if times > self.most - 1:
            return
        self._noted[address] = (times + 1, self.clock())
        self._noted.move_to_end(address)
        while len(self._noted) > MOST_ADDRESSES:
            self._noted.popitem(last=False)

    def _of(self, address: str) -> float:
        now = self.clock()
        times, at = self._noted.get(address, (0.0, now))
        return max(0.0, times - (now - at) * self.most / self.seconds)


def guesses(clock: Callable[[], float] = time.monotonic) -> Often:
    """Wrong codes and secrets by address."""
    return Often(MOST_WRONG, WRONG_SECONDS, clock)


def joins(clock: Callable[[], float] = time.monotonic) -> Often:
    """People who joined by address."""
    return Often(MOST_JOINS, JOIN_SECONDS, clock)


def _address(request: Request) -> str:
    """Who guesses. Of IPv6 it is the network of 64 bits: whoever has one address there has them all."""
    host = request.client.host if request.client else ""
    try:
        ip = IPv6Address(host.partition("%")[0])
    except ValueError:
        return host
    return str(ip.ipv4_mapped or IPv6Address(int(ip) >> OWN_BITS << OWN_BITS))
