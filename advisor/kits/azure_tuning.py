"""Fine-tuning in Microsoft Foundry: trained by one of its tiers, deployed by the hour, and taken down again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from advisor.content.entries import Route
from advisor.content.load import Content
from advisor.dataset.files.source import open_source
from advisor.dataset.files.writers import json_lines
from advisor.dataset.inspection.inspect import inspect
from advisor.dataset.notebook import epochs
from advisor.dataset.template.job import METHODS, PLACEHOLDER_MODEL, method_body, suffix
from advisor.dataset.template.markdown import bullets, table
from advisor.dataset.training import loss_curves
from advisor.kits import continuing, portal, tracking
from advisor.kits.azure_catalogue import (
    MODELS,
    SKUS,
    TRAINING,
    VENDOR,
    deployments,
    host_price,
    model_name,
    skus,
    tier_name,
    tiers,
    training_price,
    training_type,
    where_data_goes,
    whole,
)
from advisor.kits.kit import Files, Kit, Material, Row
from advisor.kits.training_effort import source_text
from advisor.language import Language

COSTS = "COSTS.md"
HOURS_A_MONTH = 730


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
            "fewest_rows": whole(content.fact("azure.minimum-examples")),
            "most_megabytes": whole(content.fact("azure.max-file-api")),
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


def _files(material: Material) -> Files:
    with open(loss_curves.__file__, "rb") as file:  # noqa: PTH123
        return {"loss_curves.py": file.read()}


def _documents(material: Material, content: Content, lang: Language) -> Files:
    if material.route is None or material.advice is None:
        return {}
    return {
        COSTS: costs(material, material.advice.at, content, lang).encode(),
        **continuing.page(VENDOR, material, content, lang),
        **portal.page(material, content, lang),
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
            lang("after {n} hours", n=whole(content.fact("azure.developer-deployment")))
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
    sentence = lang(
        "Deployed on {day} and forgotten until {month}: {hours} hours, {usd}.",
        day=lang.date(at),
        month=lang.date(month),
        hours=lang.number(24 * 30),
        usd=amount(24 * 30 * usd_hour, lang),
    )
    if route.gone_from is None or route.gone_from <= at:
        return sentence
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
        n=whole(idle),
        source=source_text(idle, content, lang),
    )
    return f"{sentence} {last} {rule}"


KIT = Kit(
    id="azure",
    options=("sft", "distill", "rag_sft", "dpo", "rft", "continue"),
    scripts=("tune_azure.py", "deploy_azure.py", "tuning_job.py", "lineage.py", "curves.py", "ask.py", tracking.SCRIPT),
    platform="azure",
    routes=tuple(MODELS),
    shapes={"rag_sft": "rag", "dpo": "preference", "rft": "rft"},
    files=_files,
    documents=_documents,
    settings=_settings,
)
