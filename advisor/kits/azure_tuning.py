"""Fine-tuning in Microsoft Foundry: trained by one of its tiers, deployed by the hour, and taken down again.

Names and values of the API are those of Microsoft's pages on fine-tuning with OpenAI's library (2026-10-06), on
deploying (2026-02-11) and on testing a tuned model (2025-09-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from advisor.content.entries import Fact, Route
from advisor.content.load import Content
from advisor.dataset.files.source import open_source
from advisor.dataset.files.writers import json_lines
from advisor.dataset.inspection.inspect import inspect
from advisor.dataset.notebook import epochs
from advisor.dataset.template.job import METHODS, PLACEHOLDER_MODEL, method_body, suffix
from advisor.dataset.template.markdown import bullets, table
from advisor.dataset.training import loss_curves
from advisor.kits import continuing, tracking
from advisor.kits.kit import Files, Kit, Material, Row
from advisor.kits.training_effort import source_text
from advisor.language import Language

VENDOR = "Microsoft Azure"
COSTS = "COSTS.md"
HOURS_A_MONTH = 730
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


def _settings(material: Material, content: Content) -> Row:
    """What tune_azure.py and deploy_azure.py send, and until when Azure takes it."""
    route, kind = material.route, METHODS[material.shape]
    windows = route.windows if route else ()
    here = material.design.one_region
    price = host_price(route, content) if route else None
    is_open = route is not None and MODELS[route.id].maker != "OpenAI"
    return {
        **tracking.tracking("azure", material),
        "job": {
            "vendor": "Azure",
            "platform": "azure",
            "model": model_name(route, content) if route else PLACEHOLDER_MODEL,
            "method": method_body(kind, material.grader),
            "suffix": suffix(material.design.project),
            "seed": 1,
            "metadata": {},
            "files": {"training_file": "data/train.jsonl", "validation_file": "data/validation.jsonl"},
            "closed_from": {window.to: window.closed_from.isoformat() for window in windows if window.closed_from},
            "byte_order_mark": True,
            "fewest_rows": _whole(content.fact("azure.minimum-examples")),
            "most_megabytes": _whole(content.fact("azure.max-file-api")),
            "training_types": [TRAINING[tier] for tier in tiers(route, content) if tier in TRAINING] if route else [],
            **continuing.continuation(VENDOR, material, content),
            "extra_body": {"trainingType": training_type(route, here, content) if route else TRAINING["Global"]},
        },
        "deployment": {
            "format": MODELS[route.id].maker if route else "OpenAI",
            "cli_format": "OpenAI-OSS" if is_open else "OpenAI",
            "seen": price.seen if price else "",
            "skus": skus(route, here, content) if route else {},
        },
    }


def _whole(fact: Fact) -> int:
    return int(float(str(fact.value)))


def _files(material: Material) -> Files:
    with open(loss_curves.__file__, "rb") as file:  # noqa: PTH123
        return {"loss_curves.py": file.read()}


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


def _documents(material: Material, content: Content, lang: Language) -> Files:
    if material.route is None or material.advice is None:
        return {}
    return {
        COSTS: costs(material, material.advice.at, content, lang).encode(),
        **continuing.page(VENDOR, material, content, lang),
        **tracking.experiment("azure", material, content, lang),
    }


def costs(material: Material, at: date, content: Content, lang: Language) -> str:
    """What training and hosting cost, with dates, as Markdown."""
    route = material.route
    assert route is not None
    price = host_price(route, content)
    shown = [fact for tier in tiers(route, content) if (fact := training_price(route, tier, content))]
    named = [content.fact(name) for name in (MODELS[route.id].trained, MODELS[route.id].deployed) if name]
    sources = [*shown, *([price] if price else []), *named, content.fact("azure.developer-deployment")]
    blocks = [
        f"# {lang('What {model} costs at Azure', model=route.model)}",
        lang("Made on {day}. Prices are in US dollars and without tax; each has its date below.", day=lang.date(at)),
        f"## {lang('Training: once, by tier')}",
        *_training(material, route, content, lang),
        f"## {lang('Hosting: by the hour, asked or not')}",
        *_hosting(route, at, content, lang),
        f"## {lang('Sources')}",
        bullets(dict.fromkeys(f"{fact.id}: {source_text(fact, content, lang)}" for fact in sources)),
    ]
    return "\n\n".join(blocks) + "\n"


def _training(material: Material, route: Route, content: Content, lang: Language) -> Iterable[str]:
    by_hour = route.train_usd_mtok is None and route.train_usd_hour is not None
    trained = tokens_of(material)
    passes = epochs(len(material.training))
    rows = []
    for tier in tiers(route, content):
        fact = training_price(route, tier, content)
        each = float(fact.value) if fact and isinstance(fact.value, int | float) else None
        total = lang("by the hour") if by_hour else lang("not known")
        if each is not None and not by_hour and trained:
            total = lang.usd(trained * passes * each / 10**6)
        rows.append((
            tier_name(tier, lang),
            f"`{TRAINING[tier]}`" if tier in TRAINING else "–",
            lang("not published") if each is None else lang.usd(each),
            total,
            where_data_goes(tier, lang),
        ))  # fmt: skip
    head = lang("An hour") if by_hour else lang("A million tokens")
    yield table((lang("Tier"), "TRAINING_TYPE", head, lang("These rows"), lang("Where the data goes")), rows)
    if trained and not by_hour:
        yield lang(
            "Billed are tokens times passes: {tokens} tokens times {passes} passes are {total}. The passes are the "
            "rule of OpenAI's notebook, an estimate: Azure decides by itself unless you set n_epochs.",
            tokens=lang.number(trained),
            passes=lang.number(passes),
            total=lang.number(trained * passes),
        )
    yield lang("Not billed: waiting, failed jobs, and jobs cancelled before they start.")


def tokens_of(material: Material) -> int:
    """Tokens of the rows to train on; 0 where they cannot be counted."""
    found = inspect(open_source(json_lines(material.training), "train.jsonl")).profile.tokens
    return found.total if found else 0


def _hosting(route: Route, at: date, content: Content, lang: Language) -> Iterable[str]:
    known, price = deployments(route, content), host_price(route, content)
    if not known:
        yield lang(
            "What is tuned from this model is deployed in the portal, on managed compute that is paid by the GPU hour "
            "or on reserved throughput. What that costs is not known to us. Delete it there, too."
        )
        return
    rows = []
    for tier in known:
        sku = SKUS[tier]
        each = 0.0 if not sku.hosted else float(price.value) if price and isinstance(price.value, int | float) else None
        per = ("–",) * 3 if each is None else tuple(amount(each * n, lang) for n in (1, 24, HOURS_A_MONTH))
        ends = (
            lang("after {n} hours", n=_whole(content.fact("azure.developer-deployment")))
            if not sku.hosted
            else lang("when you delete it")
        )
        rows.append((tier_name(tier, lang), f"`{sku.name}`", *per, ends))
    yield table(
        (lang("Deployment"), "SKU", lang("An hour"), lang("A day"), lang("A month (730 hours)"), lang("Ends")), rows
    )
    if price is not None and isinstance(price.value, int | float) and any(SKUS[tier].hosted for tier in known):
        yield hosted_until(route, float(price.value), at, content, lang)
    yield lang("Answers are paid on top, by tokens. A tuned model that is not deployed costs nothing.")


def amount(usd: float, lang: Language) -> str:
    """US dollars, from a hundred on to the dollar: a meter is no estimate."""
    return lang.whole_usd(usd) if usd >= 100 else lang.usd(usd)


def hosted_until(route: Route, usd_hour: float, at: date, content: Content, lang: Language) -> str:
    """What a forgotten deployment costs: until a month has passed, and until the model itself is gone."""
    month = at + timedelta(days=30)
    said = lang(
        "Deployed on {day} and forgotten until {month}: {hours} hours, {usd}.",
        day=lang.date(at),
        month=lang.date(month),
        hours=lang.number(24 * 30),
        usd=amount(24 * 30 * usd_hour, lang),
    )
    if route.gone_from is None or route.gone_from <= at:
        return said
    hours = 24 * (route.gone_from - at).days
    last = lang(
        "Until {gone}, when tuned versions of {model} stop: {hours} hours, {usd}.",
        gone=lang.date(route.gone_from),
        model=route.model,
        hours=lang.number(hours),
        usd=amount(hours * usd_hour, lang),
    )
    idle = content.fact("azure.inactive-deletion")
    rule = lang(
        "A deployment that nobody asks for {n} days was deleted by itself; only the papers of the old portal still say "
        "so ({source}). Do not count on it.",
        n=_whole(idle),
        source=source_text(idle, content, lang),
    )
    return f"{said} {last} {rule}"


KIT = Kit(
    id="azure",
    options=("sft", "distill", "rag_sft", "dpo", "rft", "continue"),
    scripts=("tune_azure.py", "deploy_azure.py", "tuning_job.py", "lineage.py", "curves.py", tracking.SCRIPT),
    platform="azure",
    routes=tuple(MODELS),
    shapes={"rag_sft": "rag", "dpo": "preference", "rft": "rft"},
    files=_files,
    documents=_documents,
    settings=_settings,
)
