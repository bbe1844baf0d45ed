"""The commands on starter kits: `advisor kit` writes one, `advisor kits` lists them on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from advisor.cli.check import source_of, unusable
from advisor.cli.layout import bullets, wrapped
from advisor.cli.refusals import BadInput
from advisor.suggest import meant

if TYPE_CHECKING:
    from datetime import date

    from advisor.content.catalogue import Customer
    from advisor.content.entries import Route
    from advisor.content.load import Content
    from advisor.engine.advice import Advice
    from advisor.interview.situation import Situation
    from advisor.kits.kit import Kit
    from advisor.kits.listing import Listed, Wanted
    from advisor.language import Language
    from advisor.wording.offer_texts import OfferText

CLASSIC = "classic"
Labels = Annotated[
    str | None,
    typer.Option("--labels", metavar="NAMES", help="Names of your labels, with commas between, for the sample rows."),
]
Words = Annotated[
    str | None,
    typer.Option("--words", metavar="NAMES", help="Words of your field, with commas between, for the sample rows."),
]
KitData = Annotated[
    str | None, typer.Option("--data", metavar="FILE", help="Your training file, in place of invented rows.")
]
KitModel = Annotated[str | None, typer.Option("--model", metavar="NAME", help="Only models with this in their name.")]
KitMethod = Annotated[
    str | None, typer.Option("--method", metavar="METHOD", help="Only this way of tuning: sft, dpo, rft, continue …")
]
KitRegion = Annotated[
    str | None,
    typer.Option("--region", metavar="PLACE", help="Only where data can stay there: region, own_cloud, us, eu …"),
]
KitCustomer = Annotated[
    str | None, typer.Option("--customer", metavar="KIND", help="Only what is open to these: new, dormant, existing.")
]
KitRoute = Annotated[
    str | None,
    typer.Option("--route", metavar="ID", help="A kit, or the route of one, by its id; `advisor kits` lists them."),
]
KitClassic = Annotated[
    bool, typer.Option("--classic", help="The notebook's checks of chat data: the same as --route classic.")
]


def named(situation: Situation, labels: str | None, words: str | None, content: Content, lang: Language) -> Situation:
    """The answers with the labels and words that the command line names. Raises `AnswerErrors` and `BadInput`."""
    from advisor.dataset.template.design import template_design

    if labels is not None:
        if template_design(situation, None, content).task != "classification":
            raise BadInput(lang("--labels: by these answers no text gets a label (task: classification)."))
        situation = situation.with_answer("label_names", labels, content)
    return situation if words is None else situation.with_answer("field_words", words, content)


def kit_zip(
    situation: Situation,
    advice: Advice,
    content: Content,
    lang: Language,
    data: str | None,
    asked: str | None,
) -> tuple[Kit, bytes]:
    """The kit asked for, or that of the plan's first step which has one, and its zip. Raises `BadInput`."""
    from advisor.kits.build import build_kit, first_kit

    with unusable(data or asked or "--route", lang):
        source = source_of(data, lang) if data else None
        if asked is None:
            return first_kit(situation, advice, content, lang, source)
        kit, option, route = _asked(asked, advice, content, lang)
        made = build_kit(kit, situation, advice, content, lang, option=option, route=route, data=source)
        return kit, made


def route_asked(route: str | None, classic: bool, lang: Language) -> str | None:
    """What is asked for by either option. Raises `BadInput` where they ask for different kits."""
    if classic and route not in (None, CLASSIC):
        raise BadInput(lang("--classic asks for one kit and --route for another: leave one of them out."))
    return CLASSIC if classic else route


def _asked(asked: str, advice: Advice, content: Content, lang: Language) -> tuple[Kit, str, Route | None]:
    """The kit of this id or of this route, the option that it begins, and the route where one was named."""
    from advisor.kits.registry import KITS, routes

    owners = {route.id: (kit, route) for kit in KITS.values() for route in routes(kit, content)}
    if asked.replace("-", "_") in KITS:
        kit, route = KITS[asked.replace("-", "_")], None
    elif asked in owners:
        kit, route = owners[asked]
    else:
        known = meant(asked, [*KITS, *owners], lang)
        message = lang('--route: there is no kit and no route of one called "{name}".', name=asked[:80])
        raise BadInput(f"{message} {known}".rstrip())
    planned = [step.id for step in advice.plan] + [advice.option]
    fitting = [option for option in kit.options if route is None or content.option(option).method in route.methods]
    option = next((option for option in planned if option in fitting), next(iter(fitting or kit.options), ""))
    return kit, option, route


def kit_said(kit: Kit, content: Content, lang: Language) -> str:
    """Which kit it is."""
    from advisor.kits.readme import words_of

    return wrapped(f"{lang(words_of(kit, content).name)}: {lang(words_of(kit, content).summary)}")


def kits_json(listed: tuple[Listed, ...], at: date, content: Content, lang: Language) -> dict[str, Any]:
    """The kits as JSON."""
    from advisor.kits.listing import checked

    return {
        "at": at.isoformat(),
        "kits": [
            {
                "id": one.kit.id,
                "name": lang(_words(one, content).name),
                "summary": lang(_words(one, content).summary),
                "options": list(one.kit.options),
                "state": one.state,
                "open_to": ["anyone"] if one.open_to is None else list(one.open_to),
                "until": _day(one.until),
                "until_for": {customer: _day(day) for customer, day in one.ends.items()},
                **_training(one, content),
                "routes": [
                    {
                        "id": offer.route.id,
                        "model": offer.route.model,
                        "methods": list(offer.route.methods),
                        "state": offer.state,
                        "open_to": list(offer.open_to),
                        "closed_from": _day(offer.status.closed_from),
                        "closed_not_before": _day(offer.status.closed_not_before),
                        "gone_from": _day(offer.status.gone_from),
                        "gone_not_before": _day(offer.status.gone_not_before),
                        "conditions": [one.kind for one in offer.route.conditions],
                        "trains_in": list(offer.route.trains_in),
                        "hosting": list(offer.route.hosting),
                        "checked": checked(offer, content) or None,
                    }
                    for offer in one.offers
                ],
            }
            for one in listed
        ],
    }


def _training(kit: Listed, content: Content) -> dict[str, Any]:
    """Of a kit that trains open weights: model, licence, GB of GPU memory, and USD an hour of a GPU with 80 GB."""
    from advisor.kits.training_effort import memory

    base = kit.kit.base
    if base is None:
        return {}
    fact, price = content.fact(base.licence), content.assumption("gpu_hour_train").prior
    model = {
        "model": {
            "name": base.name,
            "parameters_b": base.parameters_b,
            "licence": fact.value,
            "source": fact.source,
            "seen": fact.seen,
            "confidence": fact.confidence,
        }
    }
    if not kit.kit.served:
        return model
    return {
        **model,
        "gpu_memory_gb": {way: [round(end, 1) for end in memory(base, way, content)] for way in ("lora", "qlora")},
        "gpu_usd_hour": [price.p10, price.p90],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _words(kit: Listed, content: Content) -> Any:
    from advisor.kits.readme import words_of

    return words_of(kit.kit, content)


def kits_text(listed: tuple[Listed, ...], at: date, content: Content, lang: Language) -> Iterator[str]:
    """Each kit with what it does, and to whom it is open until when."""
    from advisor.kits.listing import open_text
    from advisor.kits.training_effort import training_lines
    from advisor.wording.offer_texts import offer_rows

    for kit in listed:
        words = _words(kit, content)
        yield wrapped(f"{kit.kit.id}: {lang(words.name)}")
        yield from bullets([lang(words.summary), open_text(kit, lang), *training_lines(kit.kit, content, lang)])
        yield from bullets(_row_text(row, lang) for row in offer_rows(kit.offers, at, content, lang))


def _row_text(row: OfferText, lang: Language) -> str:
    """Models that are trained in the same ways: until when, for whom, on what conditions, and who says so."""
    windows = "; ".join(
        f"{source.title} ({details})" if (details := source.details(lang)) else source.title for source in row.sources
    )
    who = f"{row.models} ({row.methods}): {row.said}"
    return " ".join(filter(None, [who, row.customers, *row.conditions, windows and lang("Source:"), windows]))


def wanted(
    model: str | None, method: str | None, region: str | None, customer: str | None, content: Content, lang: Language
) -> Wanted:
    """What the options ask for. Raises `BadInput` for a word that the catalogue does not know."""
    from advisor.engine.offers import CUSTOMERS
    from advisor.kits.listing import Wanted

    known: dict[str, tuple[str | None, Iterable[str]]] = {
        "--method": (method, {one for route in content.routes for one in route.methods}),
        "--region": (region, {place for route in content.routes for place in (*route.hosting, *route.trains_in)}),
        "--customer": (customer, CUSTOMERS),
    }
    for option, (value, words) in known.items():
        if value is not None and value not in words:
            message = lang(
                '{option}: expected one of {known}; got "{text}".',
                option=option,
                known=", ".join(sorted(words)),
                text=value[:80],
            )
            raise BadInput(message)
    return Wanted(model, method, region, cast("Customer | None", customer))


def demand_any(listed: tuple[Listed, ...], lang: Language) -> None:
    """Raises `BadInput` where no kit fits."""
    if not listed:
        raise BadInput(lang("On that day no kit fits. Ask for less."))
