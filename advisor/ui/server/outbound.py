"""To which addresses the app sends requests for a visitor: a server that fetched whatever a stranger names would reach,
for that stranger, what only it can reach (server-side request forgery).

Where the app serves its own machine alone, whoever sits there may send from there anyway. Elsewhere it sends only to
the addresses that whoever runs it has named.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

import streamlit as st

from advisor.ui.server.origins import HOSTS, ORIGINS, NotAnAddress, read_host
from advisor.ui.server.proxies import PROXIES

ENDPOINTS = "ADVISOR_ENDPOINTS"
"""The environment variable that names the addresses, such as https://api.openai.com/v1; commas or spaces between."""
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
"""Headers of a request that came by way of a proxy."""


@dataclass(frozen=True)
class Outbound:
    """Where requests of this visitor may go."""

    anywhere: bool = False
    listed: tuple[str, ...] = ()

    @property
    def nowhere(self) -> bool:
        return not self.anywhere and not self.listed

    def allows(self, base_url: str) -> bool:
        """Whether requests may go to this address, to the letter: `@`, `..` and the like are none of those listed."""
        return self.anywhere or bare(base_url) in self.listed


def bare(base_url: str) -> str:
    """An address as `advisor.pilot.endpoint` keeps it."""
    return base_url.strip().rstrip("/")


def outbound(
    environment: Mapping[str, str], served_on: str, asked_of: str, visitor: str | None, headers: Mapping[str, str]
) -> Outbound:
    """Where requests may go for a visitor at the address `visitor` (None: this machine), who asked the server under the
    name `asked_of`, while it serves on the address `served_on`.
    """
    listed = tuple(map(bare, environment.get(ENDPOINTS, "").replace(",", " ").split()))
    sent_on = any(headers.get(name) for name in FORWARDED)
    opened = any(environment.get(name, "").strip() for name in (HOSTS, ORIGINS, PROXIES))
    here = _is_loopback(served_on) and _names_loopback(asked_of) and (visitor is None or _is_loopback(visitor))
    return Outbound(here and not sent_on and not opened, listed)


def current_outbound() -> Outbound:
    """That of the visitor whose press runs this."""
    headers = st.context.headers
    return outbound(
        os.environ,
        str(st.get_option("server.address") or ""),
        headers.get("host") or "",
        st.context.ip_address,
        {name: headers.get(name) or "" for name in FORWARDED},
    )


def _names_loopback(host: str) -> bool:
    try:
        return _is_loopback(read_host(host).name)
    except NotAnAddress:
        return False


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
