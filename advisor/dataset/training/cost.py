"""What one training run on a file would cost: with every model of every platform, who may still start one, and how long
it takes on machines of one's own.

Billed are the tokens of the file, of each example as many as the platform uses, times the epochs. A range runs from
the low ends of what goes into it, epochs and prices, to the high ends. On machines of one's own, where size of the
model, speed and price are open as well, it runs from the 10th to the 90th percentile of the scenarios.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import numpy as np

from advisor.content.catalogue import Catalogue, Customer, catalogue, closed_from, route_open
from advisor.content.entries import ConditionKind, Fact, Method, Route, Unpriced
from advisor.content.freshness import covered
from advisor.content.load import Content, load
from advisor.dataset.inspection.profile import Profile
from advisor.dataset.notebook import epochs as by_rule
from advisor.dataset.tokens import exact as tokens
from advisor.engine.drawing import draw
from advisor.engine.estimate.inference import figure
from advisor.engine.estimate.routes import CUSTOMER_QUESTIONS, training_hours
from advisor.engine.scenarios import Array
from advisor.interview.situation import Situation

ROUTE_METHODS: Mapping[str, Method] = {"sft": "sft", "classify": "sft", "vision": "vision", "dpo": "dpo", "rft": "rft"}
"""What a platform must offer for a file of each kind; plain text is trained on by no platform that is listed."""
CUSTOMERS: tuple[Customer, ...] = ("new", "dormant", "existing")
LIMITS = {"aws": "bedrock"}
"""Platforms whose routes begin with another word than their limits."""
SCENARIOS = 512
QUANTILES = (0.1, 0.5, 0.9)
EPOCHS, EPOCH_RULE = "epochs", "openai.epochs-rule"
"""The assumption on epochs, and the fact that says by which rule a service may choose them."""


class Span(NamedTuple):
    """A figure with its band."""

    low: float
    mid: float
    high: float

    def times(self, other: Span) -> Span:
        return Span(self.low * other.low, self.mid * other.mid, self.high * other.high)


@dataclass(frozen=True, slots=True)
class Access:
    """Whether the reader may start a job on the day."""

    open: bool
    only: tuple[Customer, ...] = ()
    """To whom alone it is open: where it is not known what the reader is to the platform, or the reader is another."""
    closed_from: date | None = None
    """The first day on which no job may, or might, be started any more; None where none is known."""
    confidential: bool = False
    """Shut to what the reader's examples hold."""
    conditions: tuple[tuple[ConditionKind, tuple[Method, ...]], ...] = ()
    """What the platform asks or rules out, and for which methods; none: for all."""


@dataclass(frozen=True, slots=True)
class Run:
    """One training run on the file with one model."""

    route: str
    vendor: str
    model: str
    access: Access
    self_managed: bool
    tokens: int
    """Of the file, each example cut at what the platform uses of it."""
    exact: bool
    """Whether they are counted with the model's own vocabulary, which leaves what a chat adds as an estimate."""
    epochs: Span | None
    """None where the price is by the hour."""
    epochs_from: str
    """Id of the fact, or of the assumption, that says how many."""
    price: Span | None
    """USD a million tokens or, with `hours`, USD an hour; None: unknown, or no jobs are taken."""
    hours: Span | None
    """Of training; None where tokens are paid."""
    usd: Span | None
    facts: tuple[str, ...]
    """Ids of the facts behind the price."""
    unpriced: Unpriced | None
    """Why no price is known; None where one is, or where no jobs are taken."""

    @property
    def billed(self) -> Span | None:
        """Tokens of all epochs together."""
        return Span(*(self.tokens * one for one in self.epochs)) if self.epochs else None


def runs(
    profile: Profile,
    method: str,
    at: date,
    situation: Situation | None = None,
    content: Content | None = None,
) -> tuple[Run, ...]:
    """A run with each model that offers the method: those with a known cost first, the cheapest before the others; then
    those whose price is unknown, and at the end those that take no jobs on the day. None for a file without tokens.

    `situation` says what the reader is to a platform, and overrides assumptions. Raises `TooEarly` for a day before the
    first fact.
    """
    if not profile.tokens or not profile.tokens.total or method not in ROUTE_METHODS:
        return ()
    content = content or load()
    covered(content).check(at)
    wanted = ROUTE_METHODS[method]
    here = _Here(profile, wanted, catalogue(content, at), situation or Situation({}), content)
    found = [here.run(route) for route in content.routes if wanted in route.methods]
    return tuple(sorted(found, key=lambda run: (not run.access.open, run.usd is None, run.usd.mid if run.usd else 0.0)))


class _Here:
    """The file, the day and the reader."""

    def __init__(
        self, profile: Profile, method: Method, known: Catalogue, situation: Situation, content: Content
    ) -> None:
        self.profile = profile
        self.method = method
        self.known = known
        self.situation = situation
        self.content = content
        self.scenarios = draw([situation], content, SCENARIOS)

    def run(self, route: Route) -> Run:
        trained = self._tokens(route)
        epochs, said_by = (None, "") if self.method == "rft" else self._epochs(route)
        price, facts = self._price(route.train_usd_hour if self.method == "rft" else route.train_usd_mtok)
        hours = usd = None
        access = self._access(route)
        if not access.open:
            price, facts = None, ()
        elif route.self_managed:
            price, facts = self._assumed("gpu_hour_train"), ()
            spent = self._hours(route, trained, epochs)
            hours, usd = _band(spent), _band(spent * self.scenarios["gpu_hour_train"])
        elif price and epochs:
            usd = price.times(Span(*(trained * one / 1e6 for one in epochs)))
        elif price:
            hours = self._assumed("grader_hours")
            usd = price.times(hours)
        return Run(
            route=route.id,
            vendor=route.vendor,
            model=route.model,
            access=access,
            self_managed=route.self_managed,
            tokens=trained,
            exact=self.profile.exact
            and not self.profile.with_images
            and _vocabulary(route.encoding) == _vocabulary(self.profile.tokenizer),
            epochs=epochs,
            epochs_from=said_by,
            price=price,
            hours=hours,
            usd=usd,
            facts=facts,
            unpriced=route.unpriced.get(self.method) if access.open and usd is None else None,
        )

    def _exact(self, route: Route) -> bool:
        """Whether the tokens are those that the platform counts: images are not counted here."""
        if self.profile.with_images or not self.profile.exact:
            return False
        return _vocabulary(route.encoding) == _vocabulary(self.profile.tokenizer)

    def _hours(self, route: Route, trained: int, epochs: Span | None) -> Array:
        """Hours of a GPU in each scenario."""
        if epochs is None:
            return self.scenarios["grader_hours"]
        ranks = np.argsort(np.argsort(self.scenarios[EPOCHS])) / (self.scenarios.rows - 1)
        return training_hours(self.scenarios, route, trained * np.interp(ranks, (0.0, 0.5, 1.0), epochs))

    def _tokens(self, route: Route) -> int:
        """Tokens of one epoch."""
        assert self.profile.tokens is not None
        prefix = route.id.partition("-")[0]
        platform = LIMITS.get(prefix, prefix)
        within = self.profile.within
        return within.get(f"{platform}/{route.model}", within.get(platform, self.profile.tokens.total))

    def _epochs(self, route: Route) -> tuple[Span, str]:
        """How often the examples are gone through, and who says so: the reader, the platform, or the cookbook's rule.

        The band is what the platform names or, where it names none, the assumption.
        """
        assumed = self._assumed(EPOCHS)
        if self.situation.answers.get(EPOCHS) is not None:
            return assumed, EPOCHS
        fact = self.known.fact(route.epochs) if route.epochs else None
        if fact is not None and isinstance(fact.value, int | float):
            mid, said_by = float(fact.value), fact.id
            low, high = fact.low or assumed.low, fact.high or assumed.high
        else:
            mid, said_by = float(by_rule(self.profile.readable)), EPOCH_RULE
            low, high = assumed.low, assumed.high
        return Span(min(low, mid), mid, max(high, mid)), said_by

    def _assumed(self, name: str) -> Span:
        """The band of an assumption, or what the reader has put in its place."""
        given = self.situation.answers.get(name)
        if isinstance(given, int | float):
            return Span(given, given, given)
        if isinstance(given, tuple | list) and len(given) == 2:
            return Span(float(given[0]), (float(given[0]) + float(given[1])) / 2, float(given[1]))
        prior = self.content.assumption(name).prior
        middle = (prior.p10 + prior.p90) / 2 if prior.shape == "uniform" else (prior.p10 * prior.p90) ** 0.5
        return Span(prior.p10, middle, prior.p90)

    def _price(self, fact_id: str | None) -> tuple[Span | None, tuple[str, ...]]:
        """The price on the day, with those of the same service in other regions and tiers as its band."""
        if fact_id is None or (usd := figure(self.known, fact_id)) is None:
            return None, ()
        unit = self.known.fact(fact_id).unit
        kin = [one for one in self.content.facts if one.id.startswith(f"{fact_id}-") and one.unit == unit]
        others = [(one.id, value) for one in kin if (value := _number(one)) is not None]
        values = [usd, *(value for _, value in others)]
        return Span(min(values), usd, max(values)), (fact_id, *(name for name, _ in others))

    def _access(self, route: Route) -> Access:
        asked = tuple(
            (one.kind, one.methods) for one in route.conditions if not one.methods or self.method in one.methods
        )
        access = replace(self._by_customer(route), conditions=asked)
        held = self.situation.answers.get("sensitive_data")
        if access.open and route.under("no_confidential_data") and held not in (None, "none"):
            return replace(access, open=False, only=(), confidential=True)
        return access

    def _by_customer(self, route: Route) -> Access:
        """Whether it takes jobs from this reader, whatever they hold."""
        at = self.known.at
        question, meaning = CUSTOMER_QUESTIONS.get(route.platform, ("", {}))
        answer = self.situation.answers.get(question) if question else None
        kinds: Sequence[Customer] = (
            ("new",) if not question else CUSTOMERS if answer is None else (meaning[str(answer)],)
        )
        willing = tuple(one for one in kinds if route_open(route, one, at))
        days = [closed_from(route, one) for one in willing or kinds]
        last = max((day for day in days if day is not None), default=None)
        if willing:
            return Access(True, willing if len(willing) < len(kinds) else (), None if None in days else last)
        return Access(False, tuple(one for one in CUSTOMERS if question and route_open(route, one, at)), last)


def _number(fact: Fact) -> float | None:
    return float(fact.value) if isinstance(fact.value, int | float) and not isinstance(fact.value, bool) else None


def _band(values: Array) -> Span:
    low, mid, high = (float(one) for one in np.quantile(values, QUANTILES))
    return Span(low, mid, high)


def _vocabulary(encoding: str | None) -> str | None:
    return tokens.ENCODINGS.get(encoding) if encoding else None
