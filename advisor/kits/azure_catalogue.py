"""What Microsoft Foundry offers of each model: tiers of training, ways to deploy, their prices and their names.

Names and values of the API are those of Microsoft's pages on fine-tuning with OpenAI's library (2026-10-06), on
deploying (2026-02-11) and on testing a tuned model (2025-09-30).

`advisor.kits.portal` has the form of the portal; `tests/kits/control_plane.py` answers as the service that deploys.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from advisor.content.entries import Fact, Route
from advisor.content.load import Content
from advisor.kits.kit import Row
from advisor.language import Language

VENDOR = "Microsoft Azure"
NEWER = "2025-07-01-preview"
"""The version of the control plane that knows developer deployments."""
VERSION = "2024-10-21"
Tier = Literal["Standard", "Data zone", "Global", "Developer"]
TRAINING: Mapping[str, str] = {"Standard": "Standard", "Global": "GlobalStandard", "Developer": "developerTier"}
"""Of a tier, what the API calls it. Which word it has for the data zone is not documented: that is the portal's."""
PRICED: Mapping[Tier, str] = {
    "Standard": "-regional",
    "Data zone": "-datazone",
    "Global": "",
    "Developer": "-developer",
}
"""What the ids of its prices end with."""


@dataclass(frozen=True)
class Sku:
    """A way to deploy, as the control plane and as the command line `az` call it."""

    name: str
    cli: str
    capacity: int
    version: str = VERSION
    hosted: bool = True
    """Whether it costs by the hour."""


SKUS: Mapping[str, Sku] = {
    "Developer": Sku("developertier", "Developer", 50, NEWER, hosted=False),
    "Standard": Sku("Standard", "Standard", 1),
    "Data zone": Sku("DataZoneStandard", "DataZoneStandard", 1),
    "Global": Sku("GlobalStandard", "GlobalStandard", 1),
}
OPEN_CAPACITY = 100
"""Of open models, as in Microsoft's own notes on deploying them."""


@dataclass(frozen=True)
class Model:
    """How a model of the catalogue is trained and deployed: ids of facts, and its maker as the control plane has it."""

    trained: str
    deployed: str | None
    """None: in the portal only, on managed compute or reserved throughput."""
    maker: str = "OpenAI"


_GPT41 = Model("azure.gpt-family.training-types", "azure.gpt-4.1-family.deployment-types")
_GPT4O = Model("azure.gpt-family.training-types", "azure.gpt-4o-family.deployment-types")
_PREVIEW = Model("azure.preview-models.training-types", None)


def _open(maker: str) -> Model:
    return Model("azure.open-models.training-types", "azure.open-models.deployment-types", maker)


MODELS: Mapping[str, Model] = {
    "azure-gpt-4.1": _GPT41,
    "azure-gpt-4.1-mini": _GPT41,
    "azure-gpt-4.1-nano": _GPT41,
    "azure-gpt-4o": _GPT4O,
    "azure-gpt-4o-mini": _GPT4O,
    "azure-o4-mini": _GPT41,
    "azure-gpt-5": Model("azure.gpt-5.training-types", "azure.gpt-5.deployment-types"),
    "azure-gpt-oss-20b": _open("Microsoft"),
    "azure-llama-3.3-70b": _open("Meta"),
    "azure-ministral-3b": _open("Mistral AI"),
    "azure-qwen3-32b": _open("Alibaba"),
    "azure-qwen3.6-35b-a3b": _PREVIEW,
    "azure-qwen3.8-27b": _PREVIEW,
    "azure-gpt-oss-120b": _PREVIEW,
    "azure-muse-glimmer-30b": _PREVIEW,
    "azure-mai-code-1.1-flash": _PREVIEW,
}
"""By route. The makers' names are those that Microsoft's skill for Azure gives the control plane (2026)."""


def tiers(route: Route, content: Content) -> list[Tier]:
    """Tiers in which a model is trained."""
    return _listed(content.fact(MODELS[route.id].trained))


def deployments(route: Route, content: Content) -> list[Tier]:
    """Ways to deploy what was tuned from a model, by the hour or by tokens; none: on machines of its own."""
    known = MODELS[route.id].deployed
    return _listed(content.fact(known)) if known else []


def _listed(fact: Fact) -> list[Tier]:
    names = str(fact.value).split(", ")
    return [tier for tier in PRICED if tier in names]


def training_price(route: Route, tier: Tier, content: Content) -> Fact | None:
    """What a tier costs: a million tokens or, by reinforcement, an hour; None where nothing was found."""
    base = route.train_usd_mtok or route.train_usd_hour
    found = next((one for one in content.facts if base and one.id == f"{base}{PRICED[tier]}"), None)
    return found if found and isinstance(found.value, int | float) else None


def host_price(route: Route, content: Content) -> Fact | None:
    """What an hour of a deployment costs; None where that is not known."""
    fact = content.fact(route.host_usd_hour) if route.host_usd_hour else None
    return fact if fact and isinstance(fact.value, int | float) else None


def model_name(route: Route, content: Content) -> str:
    """The model with its version, as the API calls it."""
    named = next((fact for name in route.facts if (fact := content.fact(name)).field == "ft-methods"), None)
    dated = named is not None and re.fullmatch(rf"{re.escape(route.model)}-\d{{4}}-\d{{2}}-\d{{2}}", named.model)
    return named.model if named and dated else route.model


def training_type(route: Route, one_region: bool, content: Content) -> str:
    """The tier to begin with, as the API calls it: where data must stay, that which keeps it, else the global one."""
    known = [tier for tier in tiers(route, content) if tier in TRAINING]
    return TRAINING["Standard" if one_region and "Standard" in known else "Global" if "Global" in known else known[0]]


def skus(route: Route, one_region: bool, content: Content) -> dict[str, Row]:
    """Ways to deploy, that to begin with first: without a fee by the hour, unless data must stay."""
    known = deployments(route, content)
    order = (
        ("Standard", "Data zone", "Global", "Developer")
        if one_region
        else ("Developer", "Standard", "Global", "Data zone")
    )
    price, is_open = host_price(route, content), MODELS[route.id].maker != "OpenAI"
    return {
        SKUS[tier].name: {
            "capacity": OPEN_CAPACITY if is_open else SKUS[tier].capacity,
            "cli_name": SKUS[tier].cli,
            "api_version": SKUS[tier].version,
            "usd_hour": 0 if not SKUS[tier].hosted else price.value if price else None,
        }
        for tier in order
        if tier in known
    }


def where_data_goes(tier: Tier, lang: Language) -> str:
    """What a tier of training means for where the data goes."""
    return {
        "Standard": lang("Data and weights stay in the region of your resource."),
        "Data zone": lang("They stay within the United States. It is chosen in the portal."),
        "Global": lang(
            "They are copied to whichever region has room, anywhere in the world. Cheaper, and sooner your turn."
        ),
        "Developer": lang(
            "They go anywhere in the world. On idle machines: the job can be interrupted and resumed, with no promise."
        ),
    }[tier]


def tier_name(tier: Tier, lang: Language) -> str:
    return {
        "Standard": lang("Standard (regional)"),
        "Data zone": lang("Data zone (US)"),
        "Global": lang("Global"),
        "Developer": lang("Developer"),
    }[tier]


def whole(fact: Fact) -> int:
    """The value of a fact as a whole number."""
    return int(float(str(fact.value)))
