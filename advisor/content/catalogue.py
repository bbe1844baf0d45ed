"""What holds on a day: dated facts, prices of inference, and who still trains and serves tuned models.

Facts and routes are ours, in `content/facts/`. Prices of base models come from the genai-prices package, pinned and
read from its own bundle: its online updater is never started. One that `content/facts/models.yaml` gives a model
stands before it. A price is asked for one request, because vendors choose
the long-context tier by the size of a request, not of a month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from advisor.cache_folder import installed
from advisor.content.entries import Fact, OwnPrice, PricedModel, Route, Window
from advisor.content.freshness import ENDING_DAYS, first_day, shelf_life
from advisor.content.load import Content
from advisor.content.prices import PRICE_LIST, Rates, listed, own_rates

Customer = Literal["new", "dormant", "existing"]
WhyDue = Literal["ended", "ending", "undated", "old"]
Floats = npt.NDArray[np.float64]
KINDS = (("frontier", "large", "small"), ("open_large", "open_small", "raw_base"))
"""The sizes of hosted and of open models, from large to small."""


class UnknownPrice(LookupError):
    """No price is known for a model. The message names the model and says what to do."""


class NotCurrent(LookupError):
    """A fact exists but does not hold on the day asked for."""


@dataclass(frozen=True)
class Price:
    """The list price of a base model on a day, and what it rests on."""

    model: PricedModel
    at: date
    standard: Rates
    batch: Rates | None
    """Rates for answers that may come hours later; None where no batch price is known."""
    effective: date | None
    """Day since which this price holds; None where the list names none."""
    changes: date | None
    """Day on which the list already knows another price, if any."""
    context_tokens: int | None
    """Most input tokens of one request, where known."""
    version: str
    """Version of the price list."""
    own: OwnPrice | None = None
    """The entry in `content/facts/models.yaml` that says this price; None where the price list does."""

    def usd_per_request(
        self,
        input_tokens: npt.ArrayLike,
        cached_tokens: npt.ArrayLike,
        output_tokens: npt.ArrayLike,
        batch: bool = False,
        written_tokens: npt.ArrayLike = 0.0,
    ) -> Floats:
        """USD of one request, for each element of arrays of one shape.

        `input_tokens` is all input; of it `cached_tokens` are read from the cache and `written_tokens` are put into it,
        which some vendors charge extra for. With `batch`, the batch price where there is one, else the standard price.
        Raises `ValueError` where more tokens are cached and written than sent.
        """
        sent, read = np.asarray(input_tokens, dtype=np.float64), np.asarray(cached_tokens, dtype=np.float64)
        put, out = np.asarray(written_tokens, dtype=np.float64), np.asarray(output_tokens, dtype=np.float64)
        fresh = sent - read - put
        if np.any(fresh < -1e-6 * np.maximum(sent, 1.0)):
            raise ValueError("a request cannot read and write more cached tokens than it sends as input")
        return self.rates(batch).usd(sent, read, put, out)

    def rates(self, batch: bool) -> Rates:
        """The rates of a request; with `batch`, those of a batch where there are any."""
        return self.batch if batch and self.batch else self.standard


@dataclass(frozen=True)
class Due:
    """A fact to look up again, and why: it ended, ends soon, has stood longer than its kind may, or has no date."""

    fact: Fact
    why: WhyDue


class Catalogue:
    """Facts, prices and routes as they hold on `at`. Made by `catalogue`, which keeps what was read."""

    def __init__(self, content: Content, at: date) -> None:
        self.content = content
        self.at = at
        self._facts = {fact.id: fact for fact in content.facts}
        self._models = {model.id: model for model in content.models}
        self._prices: dict[str, Price] = {}
        self._numbers: dict[str, float | None] = {}
        self._typical: dict[str, PricedModel] = {}

    def fact(self, fact_id: str) -> Fact:
        """The fact with this id. Raises `LookupError` if there is none, `NotCurrent` if it does not hold on the day."""
        try:
            fact = self._facts[fact_id]
        except KeyError:
            raise LookupError(f'there is no fact "{fact_id}" in content/facts/dated/') from None
        if not holds(fact, self.at):
            span = f"from {fact.from_ or 'the start'} on and no longer from {fact.void_from or 'a day not known'} on"
            raise NotCurrent(
                f'the fact "{fact_id}" holds {span}, not on {self.at}: look it up again and give it a new date'
            )
        return fact

    def number(self, fact_id: str) -> float | None:
        """The number that a fact says; None where it says none. Raises as `fact` does."""
        if fact_id not in self._numbers:
            value = self.fact(fact_id).value
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            self._numbers[fact_id] = float(cast(float, value)) if is_number else None
        return self._numbers[fact_id]

    def due(self) -> tuple[Due, ...]:
        """Facts to look up again, in the order of the content: see `content/facts/shelf-lives.yaml`."""
        states = ((fact, _why_due(fact, self.content, self.at)) for fact in self.content.facts)
        return tuple(Due(fact, why) for fact, why in states if why)

    def routes(self) -> tuple[Route, ...]:
        """All routes, those that have ended among them; ask `route_open` which are open."""
        return self.content.routes

    def model(self, model_id: str) -> PricedModel:
        """The base model with this id; raises `UnknownPrice` if it is not in content/facts/models.yaml."""
        try:
            return self._models[model_id]
        except KeyError:
            raise UnknownPrice(
                f'no model "{model_id}" is listed in content/facts/models.yaml; listed are: {", ".join(self._models)}'
            ) from None

    def typical(self, size: str) -> PricedModel:
        """The model that stands for a size on the day: the typical one or, where that is gone, another of its size or
        of the nearest size of its kind, hosted or open. Raises `UnknownPrice` where no model answers any more.
        """
        if size not in self._typical:
            self._typical[size] = self._standing_for(size)
        return self._typical[size]

    @cached_property
    def small(self) -> tuple[PricedModel, ...]:
        """The small models, of vendors and open, that still answer on the day and that a platform sells."""
        return tuple(
            model
            for model in self.content.models
            if model.size in ("small", "open_small") and model.platforms and not gone(model, self.at)
        )

    def _standing_for(self, size: str) -> PricedModel:
        kind = next(kind for kind in KINDS if size in kind)

        def distance(model: PricedModel) -> tuple[bool, int, bool]:
            other = model.size not in kind
            return other, 0 if other else abs(kind.index(model.size) - kind.index(size)), not model.typical

        answering = [model for model in self.content.models if not gone(model, self.at)]
        if not answering:
            raise UnknownPrice(f"no model in content/facts/models.yaml still answers on {self.at}; add one that does")
        return min(answering, key=distance)

    def price(self, model: PricedModel | str) -> Price:
        """The list price of a base model on the day. Raises `UnknownPrice` where the price list does not know it."""
        wanted = self.model(model) if isinstance(model, str) else model
        if wanted.id not in self._prices:
            self._prices[wanted.id] = _price(wanted, self.at)
        return self._prices[wanted.id]


@lru_cache(maxsize=32)
def catalogue(content: Content, at: date) -> Catalogue:
    """The catalogue of this version of content on this day; made once and kept."""
    return Catalogue(content, at)


def _why_due(fact: Fact, content: Content, at: date) -> WhyDue | None:
    end = fact.void_from or fact.not_before
    if end is not None and end - at <= timedelta(days=ENDING_DAYS):
        return "ended" if fact.void_from is not None and fact.void_from <= at else "ending"
    days, seen = shelf_life(fact, content.shelf_lives).days, first_day(fact.seen)
    if days is None:
        return None
    if seen is None:
        return "undated"
    return "old" if (at - seen).days > days else None


def holds(fact: Fact, at: date) -> bool:
    """Whether a fact holds on a day: from its first day on, and before the day from which it is void."""
    return (fact.from_ is None or fact.from_ <= at) and (fact.void_from is None or at < fact.void_from)


def open_windows(route: Route, customer: Customer, at: date) -> tuple[Window, ...]:
    """The windows through which this customer could start a training job on the day."""
    if gone(route, at):
        return ()
    return tuple(
        window
        for window in route.windows
        if window.to in ("anyone", customer)
        and (window.from_ is None or window.from_ <= at)
        and (window.closed_from is None or at < window.closed_from)
    )


def route_open(route: Route, customer: Customer, at: date) -> bool:
    """Whether this customer could start a training job on the day: never from the day on which it is closed or gone."""
    return bool(open_windows(route, customer, at))


def gone(entry: Route | PricedModel, at: date) -> bool:
    """Whether what was tuned, or a base model where its price is from, no longer answers on the day."""
    return entry.gone_from is not None and at >= entry.gone_from


def closed_from(route: Route, customer: Customer) -> date | None:
    """The first day on which this customer can start no job any more; None where no end is known or none may start."""
    windows = _windows(route, customer)
    if any(window.closed_from is None for window in windows):
        return route.gone_from
    ends = [window.closed_from for window in windows if window.closed_from is not None]
    return min(max(ends), route.gone_from or date.max) if ends else None


def closed_not_before(route: Route, customer: Customer) -> date | None:
    """The day before which it will not close to this customer; None where no such day was named."""
    days = [window.closed_not_before for window in _windows(route, customer) if window.closed_from is None]
    named = [day for day in days if day is not None]
    return max(named) if named and len(named) == len(days) else None


def _windows(route: Route, customer: Customer) -> list[Window]:
    return [window for window in route.windows if window.to in ("anyone", customer)]


def _price(model: PricedModel, at: date) -> Price:
    own = max((price for price in model.prices if price.from_ <= at), key=lambda price: price.from_, default=None)
    return _own_price(model, own, at) if own else _listed_price(model, at)


def _own_price(model: PricedModel, own: OwnPrice, at: date) -> Price:
    standard, batch = own_rates(own)
    try:
        context = listed(model.provider, model.ref).context_tokens
    except LookupError:
        context = None
    return Price(
        model=model,
        at=at,
        standard=standard,
        batch=batch,
        effective=own.from_,
        changes=min((price.from_ for price in model.prices if price.from_ > at), default=None),
        context_tokens=context,
        version=installed(PRICE_LIST),
        own=own,
    )


def _listed_price(model: PricedModel, at: date) -> Price:
    try:
        listing = listed(model.provider, model.ref)
    except LookupError as error:
        raise UnknownPrice(_advice(model, "the list does not know it")) from error
    span = listing.on(at)
    if span.standard is None:
        raise UnknownPrice(_advice(model, "the list has no price for its input or output tokens"))
    return Price(
        model=model,
        at=at,
        standard=span.standard,
        batch=None if span.batch == span.standard else span.batch,
        effective=max((day for day in listing.starts if day <= at), default=None),
        changes=min((day for day in (*listing.starts, *(own.from_ for own in model.prices)) if day > at), default=None),
        context_tokens=listing.context_tokens,
        version=installed(PRICE_LIST),
    )


def _advice(model: PricedModel, problem: str) -> str:
    return (
        f"no price of {model.name} ({model.provider}: {model.ref}) in {PRICE_LIST} {installed(PRICE_LIST)}: {problem}. "
        f'Correct "provider" and "ref" of "{model.id}" in content/facts/models.yaml, give it "prices" there, or choose '
        "another price_model."
    )
