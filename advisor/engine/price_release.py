"""What another release of the price list would change, before it is taken: `make prices VERSION=0.2.2`.

The release is installed into a temporary folder, never here. One process reads prices and advices with the list that
is installed, another with the other one on its path; what differs is printed: prices of the models that we know, then,
for the published cases and the examples that rest on one of them, bills and verdicts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from advisor.cache_folder import installed
from advisor.content.catalogue import UnknownPrice, catalogue, holds
from advisor.content.load import Content, load
from advisor.content.prices import PRICE_LIST, TOKENS_PER_PRICE, Rates
from advisor.engine.fact_effects import SCENARIOS, situations
from advisor.engine.verdict import advise

READ, ADVISE = "--read", "--advise"
"""What a process of ours is asked to print: prices by model, or advices by case for the models that it is given."""


def prices(at: date) -> dict[str, Any]:
    """The rates of each base model that the price list prices, in USD a million tokens; None for one without."""
    content = load()
    known: dict[str, Any] = {}
    for model in content.models:
        try:
            price = catalogue(content, at).price(model)
        except UnknownPrice:
            known[model.id] = None
            continue
        rates = {"standard": _rates(price.standard), "batch": price.batch and _rates(price.batch)}
        known[model.id] = {"ours": price.own is not None, "context": price.context_tokens, **rates}
    return known


def _rates(rates: Rates) -> dict[str, Any]:
    """Rates as figures: of a list of tiers, the first and then the others."""
    return {
        name: [rate["base"] * TOKENS_PER_PRICE, *(usd * TOKENS_PER_PRICE for _, usd in rate["tiers"])]
        for name, rate in asdict(rates).items()
        if isinstance(rate, dict)
    }


def advices(at: date, changed: Iterable[str]) -> dict[str, Any]:
    """Verdict, option, and USD a month by option, of each case or example; a case that rests on none of the models that
    changed is left out.
    """
    content, wanted = load(), {f"price:{model}" for model in changed}
    summaries = {}
    for name, situation in situations(content).items():
        advice = advise(situation, at, content, SCENARIOS)
        if wanted & set(advice.basis):
            bills = {result.option: result.usd_month.p50 for result in advice.ranking}
            summaries[name] = {"verdict": advice.verdict, "option": advice.option, "bills": bills}
    return summaries


def price_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """What changes for each model, in words."""
    return {
        model: "; ".join(_price_change(before[model], after.get(model)))
        for model in before
        if before[model] != after.get(model)
    }


def _price_change(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Iterator[str]:
    if before is None or after is None:
        yield "no longer priced" if after is None else "priced, where it was not"
        return
    if before["context"] != after["context"]:
        yield f"context {before['context']} -> {after['context']} tokens"
    for kind in ("standard", "batch"):
        old, new = before[kind] or {}, after[kind] or {}
        for name in sorted(old.keys() | new.keys()):
            if old.get(name) != new.get(name):
                yield f"{kind} {name} {_usd(old.get(name))} -> {_usd(new.get(name))} USD a million tokens"


def _usd(tiers: Iterable[float] | None) -> str:
    return " / ".join(f"{usd:g}" for usd in tiers) if tiers else "none"


def fact_changes(changed: Iterable[str], after: Mapping[str, Any], content: Content, at: date) -> dict[str, str]:
    """The dated facts on these models that would say another price than the list, in words."""
    lines = {}
    for model in content.models:
        rates = (after.get(model.id) or {}).get("standard")
        if model.id not in changed or not rates:
            continue
        for fact in content.facts:
            if (fact.platform, fact.model) == (model.provider, model.ref) and fact.field in rates and holds(fact, at):
                listed = rates[fact.field][0]
                if isinstance(fact.value, int | float) and round(listed, 6) != round(fact.value, 6):
                    lines[fact.id] = f"{fact.value:g} here, {listed:g} in the list, USD a million tokens"
    return lines


def advice_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """What changes for each case, in words: verdict and option, else the bill of the option that is recommended."""
    lines = {}
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            lines[name] = "rests on these prices in one release only"
        elif (old["verdict"], old["option"]) != (new["verdict"], new["option"]):
            lines[name] = f"VERDICT {old['verdict']}, {old['option']} -> {new['verdict']}, {new['option']}"
        elif moved := [_bill(option, old["bills"], new["bills"]) for option in _moved(old["bills"], new["bills"])]:
            lines[name] = ", ".join(moved)
    return lines


def _moved(old: Mapping[str, float | None], new: Mapping[str, float | None]) -> list[str]:
    return [option for option in old if _cents(old[option]) != _cents(new.get(option))]


def _cents(usd: float | None) -> float | None:
    return None if usd is None else round(usd, 2)


def _bill(option: str, old: Mapping[str, float | None], new: Mapping[str, float | None]) -> str:
    before, after = old[option], new.get(option)
    if before is None or after is None:
        return f"{option} {before} -> {after}"
    return f"{option} ${before:,.2f} -> ${after:,.2f} a month"


def _asked(folder: str | None, *arguments: str) -> Any:
    """What a process of ours prints as JSON, with the release in a folder before the one that is installed."""
    path = os.pathsep.join(part for part in (folder, os.environ.get("PYTHONPATH")) if part)
    environment = {**os.environ, "PYTHONPATH": path} if path else dict(os.environ)
    run = [sys.executable, "-m", "advisor.engine.price_release", *arguments]
    return json.loads(subprocess.run(run, check=True, stdout=subprocess.PIPE, env=environment).stdout)


def report(version: str, at: date) -> Iterator[str]:
    """What the other release would change, line by line."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
        subprocess.run([*pip, "--target", folder, f"{PRICE_LIST}=={version}"], check=True)
        now, then = _asked(None, READ, str(at)), _asked(folder, READ, str(at))
        if then["version"] != version:
            raise RuntimeError(f"{PRICE_LIST} {then['version']} was read, not {version}")
        changed = price_changes(now["prices"], then["prices"])
        yield f"{PRICE_LIST} {now['version']} -> {version}, prices of {at}"
        yield f"Prices: {len(changed)} of {len(now['prices'])} models change."
        yield from (f"  {model}: {said}" for model, said in changed.items())
        disagreeing = fact_changes(changed, then["prices"], load(), at)
        yield f"Facts: {len(disagreeing)} would disagree with the list."
        yield from (f"  {fact}: {said}" for fact, said in disagreeing.items())
        if not changed:
            return
        arguments = (ADVISE, str(at), *changed)
        old, new = _asked(None, *arguments)["advices"], _asked(folder, *arguments)["advices"]
        differing = advice_changes(old, new)
        verdicts = sum(said.startswith("VERDICT") for said in differing.values())
        yield f"Advices: {len(differing)} of {len(situations(load()))} cases and examples change, {verdicts} verdicts."
        yield from (f"  {name}: {said}" for name, said in differing.items())


def main(arguments: list[str]) -> int:
    """Print the report for a version, or what a report asks of a process."""
    match arguments:
        case ["--read", day]:
            sys.stdout.write(json.dumps({"version": installed(PRICE_LIST), "prices": prices(date.fromisoformat(day))}))
        case ["--advise", day, *models]:
            sys.stdout.write(json.dumps({"advices": advices(date.fromisoformat(day), models)}))
        case [version]:
            for line in report(version, date.today()):
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()
        case _:
            sys.stderr.write("Name the release: make prices VERSION=0.2.2\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
