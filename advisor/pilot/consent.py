"""What is said before anything is sent: what goes where, and what it may cost. A run asks for it back."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from advisor.language import Language
from advisor.pilot.endpoint import Endpoint
from advisor.pilot.forecast import Forecast, Span
from advisor.pilot.tariff import DEAREST_VECTORS_USD_MTOK, OWN, Tariff

MINUTE = 60.0


@dataclass(frozen=True)
class Consent:
    """What a run is about to send, for somebody to agree with."""

    host: str
    base_url: str
    models: tuple[str, ...]
    embedding_model: str
    """Empty: no texts become vectors."""
    key_variable: str
    """The environment variable whose key is sent along; empty: a key that was typed, or none."""
    encrypted: bool
    on_this_machine: bool
    rows: int
    """Held out, whose questions are sent."""
    examples: int
    """Of which some, with their answers, stand in requests or become vectors."""
    passages: int
    arms: tuple[str, ...]
    ways: int
    """Of these, those that are more than another one with fewer examples, or with others."""
    forecast: Forecast
    budget_usd: float | None
    budget_tokens: int | None
    file: str
    """Where requests and answers are kept; empty: a name that says nothing to who agrees."""
    pools: int = 0
    """Arms that are another one with fewer examples."""
    draws: int = 0
    """Arms that ask as another one does with other examples."""
    prices: tuple[tuple[str, Tariff | None], ...] = ()
    """Of each model that is asked; None: not known."""
    judge_model: str = ""
    """It gets each answer, with the right one, and says what it thinks of it; empty: none."""

    @property
    def digest(self) -> str:
        """The same as long as the same goes to the same place within the same budget."""
        told = (
            self.base_url,
            self.models,
            self.judge_model,
            self.embedding_model,
            self.key_variable,
            self.rows,
            self.examples,
            self.passages,
            self.arms,
            self.budget_usd,
            self.budget_tokens,
            self.prices,
        )
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def lines(self, lang: Language) -> list[str]:
        """In words, a sentence or two each."""
        return list(_lines(self, lang))


class NotAgreed(Exception):
    """What is to be sent is not what somebody agreed with."""


def _lines(consent: Consent, lang: Language) -> Iterator[str]:
    forecast = consent.forecast
    models = list(dict.fromkeys(filter(None, (*consent.models, consent.embedding_model))))
    yield lang(
        "What is sent: the questions of {rows} rows to {host}, for {models}, in {ways}; {requests} requests in all.",
        rows=lang.number(consent.rows),
        host=consent.host,
        models=lang.plural("the model {names}", "the models {names}", len(models), names=", ".join(models)),
        ways=lang.plural("{n} way", "{n} ways", consent.ways),
        requests=lang.number(forecast.requests + forecast.embeddings, 6),
    )
    if consent.examples:
        yield lang("With them go examples with their answers, up to {n} of them.", n=lang.number(consent.examples, 6))
    if consent.pools:
        yield lang("Fewer examples are tried, too, to see whether more would help.")
    if consent.draws:
        yield lang("Other draws of the examples are asked, too, to see how much hangs on the draw.")
    if consent.judge_model:
        yield lang(
            "{model} is asked about each answer, too, and gets the right one beside it. What it says is an opinion.",
            model=consent.judge_model,
        )
    if consent.passages:
        yield lang("Also your documents, as {n} passages.", n=lang.number(consent.passages, 6))
    if consent.on_this_machine:
        yield lang("That server is on this machine.")
    elif not consent.encrypted:
        yield lang("The address begins with http: whoever is in between can read what is sent, and the key.")
    if consent.key_variable:
        yield (
            lang(
                "The key in {variable} goes along, where there is one. It is kept nowhere.",
                variable=consent.key_variable,
            )
            if consent.on_this_machine
            else lang("The key in {variable} goes along. It is kept nowhere.", variable=consent.key_variable)
        )
    yield lang(
        "Tokens: some {middle} ({low} to {high}).",
        **{name: lang.number(float(f"{getattr(forecast.tokens, name):.2g}")) for name in ("low", "middle", "high")},
    )
    if any(tariff for _, tariff in consent.prices):
        told = "; ".join(_price(model, tariff, lang) for model, tariff in consent.prices)
        yield lang("Prices of a million tokens: {prices}.", prices=told)
    if forecast.usd is None and consent.on_this_machine:
        yield lang("Cost: no more than running this machine.")
    else:
        yield cost(forecast.usd, lang, forecast.unpriced)
    if consent.budget_usd is not None:
        yield lang("The run stops before it passes {usd}.", usd=lang.usd(consent.budget_usd))
        if (consent.embedding_model, None) in consent.prices:
            yield lang(
                "The price of {model} is not known. The budget counts it at {usd} for a million tokens, more than any "
                "vendor that we know asks for vectors.",
                model=consent.embedding_model,
                usd=lang.usd(DEAREST_VECTORS_USD_MTOK),
            )
    if consent.budget_tokens is not None:
        yield lang("The run stops before it passes {n} tokens.", n=lang.number(consent.budget_tokens, 9))
    if consent.budget_usd is None and consent.budget_tokens is None:
        yield (
            lang("No budget is set and no price is known: nothing but the number of requests bounds the bill.")
            if forecast.usd is None
            else lang("No budget is set: the run goes on until every row is answered, whatever that costs.")
        )
    yield lang(
        "Time: some {middle} ({low} to {high}). That is our assumption of how fast servers answer.",
        **{name: duration(getattr(forecast.seconds, name), lang) for name in ("low", "middle", "high")},
    )
    if consent.file:
        yield lang(
            "Every request and answer is kept in {file}, on this machine. Delete it when you like.", file=consent.file
        )


def key_lines(endpoint: Endpoint, lang: Language) -> list[str]:
    """Which key goes along to a server, this machine included; nothing where none does."""
    if endpoint.key is not None:
        return [lang("The key that you typed goes along. It is kept nowhere.")] if endpoint.key.reveal() else []
    if endpoint.key_variable and os.environ.get(endpoint.key_variable, "").strip():
        return [lang("The key in {variable} goes along. It is kept nowhere.", variable=endpoint.key_variable)]
    return []


def cost(usd: Span | None, lang: Language, unpriced: Sequence[str] = ()) -> str:
    """What a run may cost, in words; without the models that are `unpriced`."""
    if usd is None:
        return lang("Cost: not known, since no price is known for this model there. You can give one.")
    ends = {name: lang.usd(getattr(usd, name)) for name in ("low", "middle", "high")}
    if unpriced:
        return lang(
            "Cost: some {middle} ({low} to {high}), and what {models} costs, whose price is not known. You can give "
            "it.",
            models=", ".join(unpriced),
            **ends,
        )
    return lang("Cost: some {middle} ({low} to {high}).", **ends)


def _price(model: str, tariff: Tariff | None, lang: Language) -> str:
    """`gpt-6-sol $2.00 in and $8.00 out (genai-prices 0.2.3, November 30, 2026)`."""
    if tariff is None:
        return lang("{model} not known", model=model)
    said = {"model": model, "given": lang.usd(tariff.input_usd_mtok), "taken": lang.usd(tariff.output_usd_mtok)}
    price = lang("{model} {given} in and {taken} out", **said) if tariff.output_usd_mtok else f"{model} {said['given']}"
    if tariff.source == OWN:
        return lang("{price} (your price)", price=price)
    return lang("{price} ({source}, {day})", price=price, source=tariff.source, day=lang.date(tariff.seen))


def duration(seconds: float, lang: Language) -> str:
    """A time, in seconds below two minutes, else in minutes."""
    if seconds < 2 * MINUTE:
        return lang.plural("{n} second", "{n} seconds", max(1, round(seconds)))
    return lang.plural("{n} minute", "{n} minutes", round(seconds / MINUTE))
