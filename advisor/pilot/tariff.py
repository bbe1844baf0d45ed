"""What requests cost: by the prices of the content where endpoint and model are known there, else as somebody says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from advisor.cache_folder import installed
from advisor.content.catalogue import catalogue
from advisor.content.load import Content
from advisor.content.prices import PRICE_LIST, Rates, listed, listed_input
from advisor.pilot.endpoint import Endpoint, Usage

PROVIDERS: Mapping[str, str] = {
    "api.openai.com": "openai",
    "eu.api.openai.com": "openai",
    "us.api.openai.com": "openai",
    "api.anthropic.com": "anthropic",
    "generativelanguage.googleapis.com": "google",
    "api.groq.com": "groq",
    "api.novita.ai": "novita",
    "api.together.xyz": "together",
    "api.together.ai": "together",
}
"""Whose prices hold at which host: the same model costs something else elsewhere."""
MILLION = 1e6
OWN = "own"
"""The source of a price that whoever runs the pilot says."""
DEAREST_VECTORS_USD_MTOK = 0.25
"""USD for a million tokens that become vectors, with which a budget counts where nobody knows the price. Assumption:
the dearest of any vendor in genai-prices 0.2.3, seen 2026-11-30, is 0.24.
"""
FRAME_TOKENS = 64
"""Tokens that a server may put around a request, at most. Assumption."""
MESSAGE_TOKENS = 16
"""And around each message. Assumption."""


class Tariff(BaseModel):
    """USD of one model for a million tokens, and who says so. Texts that become vectors are its input."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input_usd_mtok: float = Field(ge=0, allow_inf_nan=False)
    output_usd_mtok: float = Field(ge=0, allow_inf_nan=False)
    cached_usd_mtok: float | None = Field(None, ge=0, allow_inf_nan=False)
    """Of input that is read from a cache; None: as other input."""
    request_usd: float = Field(0.0, ge=0, allow_inf_nan=False)
    source: str = OWN
    """The release of the price list or the page that says so, or `OWN`."""
    seen: date
    """The day on which it was said, or on which it holds."""

    def usd(self, usage: Usage) -> float | None:
        """Of one request; None where the server does not count, or counts what cannot be."""
        if usage.input is None or usage.output is None:
            return None
        cached = usage.cached or 0
        if not (0 <= cached <= usage.input and usage.output >= 0):
            return None
        at_cached = self.input_usd_mtok if self.cached_usd_mtok is None else self.cached_usd_mtok
        fresh = (usage.input - cached) * self.input_usd_mtok + cached * at_cached
        return (fresh + usage.output * self.output_usd_mtok) / MILLION + self.request_usd

    def vectors_usd(self, tokens: float) -> float:
        """Of texts that become vectors."""
        return tokens * self.input_usd_mtok / MILLION


def known_tariff(endpoint: Endpoint, content: Content, at: date, model: str = "") -> Tariff | None:
    """The price of a model at an endpoint on a day, as the content has it or, of a model that it does not have, the
    price list; None where neither does. Requests of a pilot are short: the rates are those below the first threshold of
    long input.
    """
    provider = PROVIDERS.get(endpoint.host)
    wanted = model or endpoint.model
    if provider is None:
        return None
    found = next((one for one in content.models if (one.provider, one.ref) == (provider, wanted)), None)
    try:
        price = catalogue(content, at).price(found) if found else None
        rates = price.standard if price else listed(provider, wanted).on(at).standard
    except LookupError:  # `UnknownPrice` among them
        return None
    return None if rates is None else _tariff(rates, price.own.source if price and price.own else _release(), at)


def known_vectors_tariff(endpoint: Endpoint, at: date) -> Tariff | None:
    """The price of the model that makes vectors at an endpoint on a day; None where the price list has none."""
    provider = PROVIDERS.get(endpoint.host)
    try:
        usd = listed_input(provider, endpoint.embedding_model, at) if provider and endpoint.embedding_model else None
    except LookupError:
        return None
    return None if usd is None else Tariff(input_usd_mtok=usd * MILLION, output_usd_mtok=0, source=_release(), seen=at)


def _release() -> str:
    """The price list, as the source of a price."""
    return f"{PRICE_LIST} {installed(PRICE_LIST)}"


def _tariff(rates: Rates, source: str, at: date) -> Tariff | None:
    told: dict[str, Any] = {
        "input_usd_mtok": float(rates.input.base) * MILLION,
        "cached_usd_mtok": float(rates.cached.base) * MILLION,
        "output_usd_mtok": float(rates.output.base) * MILLION,
        "request_usd": float(rates.request),
    }
    if not all(math.isfinite(value) for value in told.values()):
        return None
    return Tariff(**told, source=source, seen=at)


def most_input_tokens(text: str, messages: int = 1) -> int:
    """More tokens than a text and its frame can be: no token of a vocabulary of bytes is less than a byte."""
    return len(text.encode("utf-8", "replace")) + FRAME_TOKENS + MESSAGE_TOKENS * messages
