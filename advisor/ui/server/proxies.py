"""Whose word is taken on who asks, and whether over TLS: that of the proxies that were named, and of nobody else.

uvicorn would believe `X-Forwarded-For` of whatever stands on this machine, and so would the limits on guesses.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from ipaddress import ip_network

from advisor.language import Language, language

PROXIES = "FORWARDED_ALLOW_IPS"
"""uvicorn's environment variable, behind `--proxy`: addresses and networks, commas between several."""


class NoProxy(ValueError):
    """What `--proxy` was given is no address and no network."""

    def __init__(self, given: str) -> None:
        self.given = given
        super().__init__(self.text(language()))

    def text(self, lang: Language) -> str:
        return lang(
            "--proxy: expected the address of a proxy, such as 127.0.0.1, or a network, as 10.0.0.0/8; got {given}",
            given=repr(self.given),
        )


def trust(proxies: Sequence[str] = ()) -> None:
    """Believe these, or those that the environment names; none where neither names any. Raises `NoProxy`."""
    for given in proxies:
        try:
            ip_network(given)
        except ValueError as error:
            raise NoProxy(given) from error
    if proxies:
        os.environ[PROXIES] = ",".join(proxies)
    os.environ.setdefault(PROXIES, "")
