"""Who may talk to the server: pages of its own address, and nobody under a name that is not its own.

A browser lets any page open a websocket to any server, and a name that anybody registers may point at this machine (DNS
rebinding). Streamlit would answer a foreign page by looking up this machine's own address on the internet, during which
everyone waits. So both are refused before Streamlit sees the request, and it never gets to compare origins by itself.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import parse_qs

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from advisor.language import LANGUAGES, Language, language

HOSTS = "ADVISOR_ALLOWED_HOSTS"
ORIGINS = "ADVISOR_ALLOWED_ORIGINS"
"""The environment variables behind `--allowed-host` and `--allowed-origin`; commas or spaces between several."""

PORTS = {"http": 80, "https": 443}
HIGHEST_PORT = 65_535
MOST_NAME = 253  # characters of a name in the DNS
HARMLESS = ("GET", "HEAD", "OPTIONS")
PROBE = "/healthz"
"""Answers under any name: what watches a server often asks without one, and learns nothing that is not public."""
MOST_WARNINGS = 100

_NAME = r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*"
_HOST = re.compile(rf"(?P<name>\[[0-9a-f:.]+\]|{_NAME})\.?(?::(?P<port>[0-9]{{1,5}}))?", re.ASCII)
_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<host>[^/?#@\\]+)", re.ASCII)

log = logging.getLogger(__name__)


class NotAnAddress(ValueError):
    """A name or an origin that nobody can have meant; the text says which and what is allowed."""


class NotListed(NotAnAddress):
    """What `--allowed-host` or `--allowed-origin` was given is none."""

    def __init__(self, option: str, given: str) -> None:
        self.option = option
        self.given = given
        super().__init__(self.text(language()))

    def text(self, lang: Language) -> str:
        """The option, what it should look like, and what was given."""
        if self.option == HOSTS:
            return lang(
                "--allowed-host: expected a name such as advisor.example.org, without a port; got {given}",
                given=repr(self.given),
            )
        return lang(
            "--allowed-origin: expected an origin such as https://advisor.example.org; got {given}",
            given=repr(self.given),
        )


@dataclass(frozen=True)
class Host:
    """What a Host header names: a name in lower case or an IP address in its shortest form, and a port if given."""

    name: str
    port: int | None = None

    @property
    def ip(self) -> IPv4Address | IPv6Address | None:
        return _ip(self.name)


@dataclass(frozen=True)
class Origin:
    """Where a page came from. The port is always known: each scheme has a usual one."""

    scheme: str
    name: str
    port: int

    def __str__(self) -> str:
        name = f"[{self.name}]" if ":" in self.name else self.name
        return f"{self.scheme}://{name}" + ("" if self.port == PORTS[self.scheme] else f":{self.port}")


def read_host(text: str) -> Host:
    """The host that a Host header names; raises `NotAnAddress` for anything but a name or address with or without port.

    Case, a dot at the end, and how an IPv6 address is written make no difference.
    """
    match = _HOST.fullmatch(text.lower()) if len(text) <= MOST_NAME + len("[]:65535") else None
    if match is None or int(match["port"] or 0) > HIGHEST_PORT:
        raise NotAnAddress(f"{text[:MOST_NAME]!r} is no host")
    name = match["name"].strip("[]")
    address = _ip(name)
    if match["name"].startswith("[") and address is None:
        raise NotAnAddress(f"{text!r} is no host")
    return Host(str(address or name), int(match["port"]) if match["port"] else None)


def read_origin(text: str) -> Origin:
    """The origin that an Origin header names; raises `NotAnAddress` for `null` and for what holds more than that."""
    match = _ORIGIN.fullmatch(text.lower())
    if match is None:
        raise NotAnAddress(f"{text[:MOST_NAME]!r} is no origin")
    host = read_host(match["host"])
    return Origin(match["scheme"], host.name, PORTS[match["scheme"]] if host.port is None else host.port)


def _ip(text: str | None) -> IPv4Address | IPv6Address | None:
    """The address that this is, if it is one; one of IPv4 in the clothes of IPv6 as one of IPv4."""
    try:
        ip = ip_address(text or "")
    except ValueError:
        return None
    return getattr(ip, "ipv4_mapped", None) or ip


@dataclass(frozen=True)
class Allowed:
    """The names that the server answers to, and the origins that may talk to it under another name than their own."""

    hosts: frozenset[str] = frozenset()
    origins: frozenset[Origin] = frozenset()

    @classmethod
    def of(cls, hosts: Iterable[str], origins: Iterable[str]) -> Allowed:
        """Raises `NotListed` naming the option, what was given, and what it should look like."""
        return cls(frozenset(map(_named_host, hosts)), frozenset(map(_named_origin, origins)))

    @classmethod
    def in_environment(cls, environment: Mapping[str, str]) -> Allowed:
        """As the environment has it; raises `NotListed` as `of` does."""
        return cls.of(*(environment.get(name, "").replace(",", " ").split() for name in (HOSTS, ORIGINS)))

    def host(self, host: Host, at: str | None) -> bool:
        """Whether the server answers to this name, for a connection that came in at this address of the machine.

        A name that anybody may register can be pointed at this machine, an IP address cannot: where the server listens
        beyond this machine, each of the machine's addresses will do, and it does not know them all.
        """
        ip, own_ip = host.ip, _ip(at)
        if ip is None:
            return host.name == "localhost" or host.name in self.hosts
        beyond = own_ip is not None and not own_ip.is_loopback
        return ip.is_loopback or ip.is_unspecified or beyond or host.name in self.hosts

    def origin(self, origin: Origin, host: Host, secure: bool) -> bool:
        """Whether a page of this origin may talk to the server under this name; `secure` says that TLS is known of."""
        if origin in self.origins:
            return True
        port = PORTS[origin.scheme] if host.port is None else host.port
        # A page that came without TLS, where it can be altered on its way, is no part of the one that came with it.
        return (origin.name, origin.port) == (host.name, port) and not (secure and origin.scheme == "http")


def _named_host(text: str) -> str:
    try:
        host = read_host(text if _ip(text) is None or ":" not in text else f"[{text}]")
    except NotAnAddress:
        host = None
    if host is None or host.port is not None:
        raise NotListed(HOSTS, text)
    return host.name


def _named_origin(text: str) -> Origin:
    try:
        return read_origin(text.removesuffix("/"))
    except NotAnAddress:
        raise NotListed(ORIGINS, text) from None


class _Refused(Exception):
    """The status and the sentence with which a request is refused."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class OriginGuard:
    """ASGI middleware, the outermost: refuses what comes under a foreign name, and what a foreign page sends.

    A page is foreign unless its origin is that of the Host header or is allowed. X-Forwarded-Host is not looked at, as
    anybody can send it. Without an Origin header it was no browser that asked, and what browsers are protected from
    does not apply. A refused websocket gets the answer 403 instead of a handshake.
    """

    def __init__(self, app: ASGIApp, allowed: Allowed) -> None:
        self.app = app
        self.allowed = allowed
        self._warned: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        try:
            self._check(scope)
        except _Refused as refused:
            await _deny(refused, scope, receive, send)
            return
        if scope["type"] == "websocket":
            scope = {**scope, "headers": [header for header in scope["headers"] if header[0] != b"origin"]}
        await self.app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        """Raises `_Refused` where this request is not to be answered."""
        websocket = scope["type"] == "websocket"
        if not websocket and scope["path"] == PROBE:
            return
        wrong_host = HTTPStatus.FORBIDDEN if websocket else HTTPStatus.MISDIRECTED_REQUEST
        try:
            host = read_host(_only(scope, b"host"))
        except NotAnAddress as error:
            lang = _language(scope)
            raise _Refused(wrong_host, lang("The request does not say which server it is for.")) from error
        if not self.allowed.host(host, (scope.get("server") or (None,))[0]):
            self._warn(f"refused a request for {host.name}; --allowed-host {host.name} would answer it")
            lang = _language(scope)
            message = lang(
                "This server does not answer to the name {name}; whoever runs it can start it with "
                "--allowed-host {name}.",
                name=host.name,
            )
            raise _Refused(wrong_host, message)
        if (not websocket and scope["method"] in HARMLESS) or not _all(scope, b"origin"):
            return
        self._check_origin(scope, host)

    def _check_origin(self, scope: Scope, host: Host) -> None:
        lang = _language(scope)
        try:
            origin = read_origin(_only(scope, b"origin"))
        except NotAnAddress as error:
            message = lang("The request comes from a page that does not say where it is from.")
            raise _Refused(HTTPStatus.FORBIDDEN, message) from error
        if not self.allowed.origin(origin, host, scope.get("scheme") in ("https", "wss")):
            self._warn(f"refused a page of {origin}; --allowed-origin {origin} would let it in")
            message = lang(
                "This server does not talk to pages of {origin}; whoever runs it can start it with "
                "--allowed-origin {origin}.",
                origin=origin,
            )
            raise _Refused(HTTPStatus.FORBIDDEN, message)

    def _warn(self, message: str) -> None:
        """Tell whoever runs the server, once of each: a refused websocket shows nothing on the page."""
        if message not in self._warned and len(self._warned) < MOST_WARNINGS:
            self._warned.add(message)
            log.warning(message)


def _all(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key == name]


def _only(scope: Scope, name: bytes) -> str:
    """The header of this name; raises `NotAnAddress` where there is none, or several: others may read another one."""
    values = _all(scope, name)
    if len(values) != 1:
        raise NotAnAddress(f"{len(values)} headers {name.decode()}")
    return values[0].decode("latin-1")


def _language(scope: Scope) -> Language:
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", ["en"])[0]
    return language(asked if asked in LANGUAGES else "en")


async def _deny(refused: _Refused, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with status and sentence. What is still on its way of a large request is not waited for."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close"})  # before the handshake, the server makes it the answer 403
        return
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Connection": "close"}
    await PlainTextResponse(str(refused), refused.status, headers)(scope, receive, send)
