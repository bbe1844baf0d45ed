"""List prices of base models, read from the bundle of the genai-prices package and kept from one start to the next.

The package itself is only loaded where it has a price that is not kept yet, since loading it takes longer than
everything else that an advice needs of prices. What is kept belongs to one version of the package.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_128_hexdigest

from advisor.cache_folder import cache_folder, installed, read_kept, write_kept
from advisor.content.entries import OwnPrice

if TYPE_CHECKING:
    from genai_prices.data_snapshot import DataSnapshot
    from genai_prices.types import ModelInfo, ModelPrice

Floats = npt.NDArray[np.float64]

PRICE_LIST = "genai-prices"
"""Name of the package that holds the prices, and id of its entry in `content/sources.yaml`."""

TOKENS_PER_PRICE = 1e6
KEPT = 200
"""Models whose prices are kept; a further one takes the place of the oldest."""


@dataclass(frozen=True)
class Rate:
    """USD for one token, and what it becomes for requests with more input than a threshold."""

    base: float | Floats
    """A number, or one for each request."""
    tiers: tuple[tuple[int, float], ...] = ()
    """(threshold in input tokens, USD for one token above it), rising. The whole request pays the rate of its tier."""

    def usd(self, input_tokens: Floats, most: float = np.inf) -> Floats | float:
        """USD for one token in requests of these sizes, of which the largest is known to be `most`."""
        usd = self.base
        for start, above in self.tiers:
            if start < most:
                usd = np.where(input_tokens > start, above, usd)
        return usd


@dataclass(frozen=True)
class Rates:
    """What one request pays: for fresh input, input read from or written to the cache, output, and the call itself."""

    input: Rate
    cached: Rate
    written: Rate
    output: Rate
    request: float | Floats = 0.0

    @cached_property
    def lowest_tier(self) -> float:
        """Input tokens above which the first rate changes; infinity where none does."""
        rates = (self.input, self.cached, self.written, self.output)
        return min((start for rate in rates for start, _ in rate.tiers), default=np.inf)

    def usd(self, sent: Floats, read: Floats, put: Floats, out: Floats, most: float = np.inf) -> Floats:
        """USD of requests that send so many tokens, the largest `most`, of which they read and put some from and into
        the cache.
        """
        fresh, cached, written = (rate.usd(sent, most) for rate in (self.input, self.cached, self.written))
        usd = (sent - read - put) * fresh + read * cached + put * written
        total: Floats = usd + out * self.output.usd(sent, most) + self.request
        return total

    def usd_uncached(self, sent: Floats, out: Floats, most: float = np.inf) -> Floats:
        """USD of requests that read and put nothing from and into the cache."""
        total: Floats = sent * self.input.usd(sent, most) + out * self.output.usd(sent, most) + self.request
        return total


@dataclass(frozen=True)
class Span:
    """What a model costs from a day on, until the next span begins. Rates are None where no price is known."""

    first: date
    standard: Rates | None
    batch: Rates | None


@dataclass(frozen=True)
class Listed:
    """All that the list says of a model's prices."""

    spans: tuple[Span, ...]
    """In the order of their first days; the first begins with the calendar."""
    starts: tuple[date, ...]
    """Days on which the list says that a price begins."""
    context_tokens: int | None

    def on(self, day: date) -> Span:
        return max((span for span in self.spans if span.first <= day), key=lambda span: span.first)


@cache
def listed(provider: str, ref: str) -> Listed:
    """The prices of one model of a provider; raises `LookupError` where the list does not know it."""
    folder = cache_folder("prices")
    file = folder and folder / f"{installed(PRICE_LIST)}-{xxh3_128_hexdigest(f'{provider}:{ref}'.encode())}.json"
    kept = read_kept(file) if file else None
    if kept is not None:
        return _decoded(json.loads(bytes(kept)))
    listing = look_up(provider, ref)
    if file:
        write_kept(file, json.dumps(asdict(listing), default=date.isoformat).encode(), KEPT)
    return listing


def own_rates(price: OwnPrice) -> tuple[Rates, Rates | None]:
    """Rates of a price that is written in content/: those of a request, and of one in a batch where that is known."""

    def rates(share: float) -> Rates:
        def rate(usd_mtok: float | None) -> Rate:
            return Rate((price.input_usd_mtok if usd_mtok is None else usd_mtok) * share / TOKENS_PER_PRICE)

        return Rates(
            input=rate(price.input_usd_mtok),
            cached=rate(price.cached_usd_mtok),
            written=rate(price.written_usd_mtok),
            output=rate(price.output_usd_mtok),
        )

    return rates(1.0), rates(price.batch_share) if price.batch_share else None


def look_up(provider: str, ref: str) -> Listed:
    """The same from the package."""
    info = price_list().find_provider_model(ref, None, provider, None)[1]
    return Listed(tuple(_spans(info)), tuple(_starts(info)), info.context_window)


def listed_input(provider: str, ref: str, day: date) -> float | None:
    """USD for a token of input, also of a model that writes nothing, such as one that makes vectors; None where the
    list has no such price. Raises `LookupError` where the list does not know the model.
    """
    info = price_list().find_provider_model(ref, None, provider, None)[1]
    rate = _rate(info.get_prices(datetime.combine(day, time(12), UTC)).input_mtok)
    return None if rate is None else float(rate.base)


@cache
def price_list() -> DataSnapshot:
    """The bundled prices in an instance of our own, so that no updater elsewhere in the process can change them."""
    from genai_prices.data import providers
    from genai_prices.data_snapshot import DataSnapshot

    return DataSnapshot(providers=providers, from_auto_update=False)


def _spans(info: ModelInfo) -> Iterator[Span]:
    """Prices change on the days named by their conditions alone: other conditions ask for the time, here noon."""
    from genai_prices.types import StartDateConstraint

    variants = [variant.constraint for variant in info.price_variants or ()]
    changes = {constraint.start_date for constraint in variants if isinstance(constraint, StartDateConstraint)}
    for first in sorted({date.min, *_starts(info), *changes}):
        when = datetime.combine(first, time(12), UTC)
        yield Span(
            first, listed_rates(info.get_prices(when)), listed_rates(info.get_prices(when, {"processing": "batch"}))
        )


def _starts(info: ModelInfo) -> list[date]:
    """Days on which a price of this model begins."""
    from genai_prices.types import ModelPrice, StartDateConstraint

    conditions = () if isinstance(info.prices, ModelPrice) else (price.constraint for price in info.prices)
    return [constraint.start_date for constraint in conditions if isinstance(constraint, StartDateConstraint)]


def listed_rates(prices: ModelPrice) -> Rates | None:
    """Rates for one token from prices for a million; None where fresh input or output has no price."""
    sent, out = _rate(prices.input_mtok), _rate(prices.output_mtok)
    if sent is None or out is None:
        return None
    call = _rate(prices.requests_kcount)
    return Rates(
        input=sent,
        cached=_rate(prices.cache_read_mtok) or sent,
        written=_rate(prices.cache_write_mtok) or sent,
        output=out,
        request=call.base * TOKENS_PER_PRICE / 1000 if call else 0.0,
    )


def _rate(price: object) -> Rate | None:
    from genai_prices.types import TieredPrices

    if price is None:
        return None
    if isinstance(price, TieredPrices):
        tiers = tuple((tier.start, float(tier.price) / TOKENS_PER_PRICE) for tier in price.tiers)
        return Rate(float(price.base) / TOKENS_PER_PRICE, tiers)
    return Rate(float(cast(float, price)) / TOKENS_PER_PRICE)


def _decoded(kept: dict[str, Any]) -> Listed:
    """What `asdict` made of a `Listed`, back from JSON."""
    return Listed(
        spans=tuple(
            Span(date.fromisoformat(span["first"]), _rates_of(span["standard"]), _rates_of(span["batch"]))
            for span in kept["spans"]
        ),
        starts=tuple(date.fromisoformat(day) for day in kept["starts"]),
        context_tokens=kept["context_tokens"],
    )


def _rates_of(kept: dict[str, Any] | None) -> Rates | None:
    if kept is None:
        return None
    rates = {
        name: Rate(kept[name]["base"], tuple((start, usd) for start, usd in kept[name]["tiers"]))
        for name in ("input", "cached", "written", "output")
    }
    return Rates(**rates, request=kept["request"])
