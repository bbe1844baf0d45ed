"""Every kit, by its id, in the order of the ladder; and which one an advice begins with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from advisor.content.entries import Route
from advisor.content.load import Content
from advisor.engine.advice import Advice, RouteStatus
from advisor.kits import (
    autotrain_twin,
    axolotl,
    azure_machine_learning,
    azure_tuning,
    classic,
    classifier,
    databricks_notebooks,
    encoder,
    few_shot,
    fireworks,
    gemini,
    nova,
    open_weights,
    openai_tuning,
    prompting,
    retrieval,
    sagemaker,
    small_model,
    structured,
    tinker,
    together,
    unsloth,
)
from advisor.kits.kit import Kit

KITS: Mapping[str, Kit] = {
    module.KIT.id: module.KIT
    for module in (
        prompting,
        few_shot,
        structured,
        retrieval,
        classifier,
        encoder,
        databricks_notebooks,
        small_model,
        open_weights,
        axolotl,
        unsloth,
        openai_tuning,
        azure_tuning,
        azure_machine_learning,
        together,
        fireworks,
        gemini,
        nova,
        sagemaker,
        tinker,
        autotrain_twin,
        classic,
    )
}


def routes(kit: Kit, content: Content, option: str | None = None) -> list[Route]:
    """The routes of a kit's platform that train by the method of an option, or by any."""
    method = content.option(option).method if option else None
    return [route for route in content.routes if _owns(kit, route) and (not method or method in route.methods)]


def _owns(kit: Kit, route: Route | RouteStatus) -> bool:
    name = route.id if isinstance(route, Route) else route.route
    return name in kit.routes if kit.routes else route.platform == kit.platform


def planned_kits(advice: Advice) -> Iterator[tuple[Kit, str]]:
    """Kits for the steps of the plan, in order, that are open to the user, each with the option that it begins: first
    that of the route whose price the step has.

    The last is that of better prompting: its baseline is what any training has to beat.
    """
    planned = [step.id for step in advice.plan if step.kind == "option"]
    for option in dict.fromkeys([*planned, advice.option, *filter(None, [advice.meanwhile])]):
        begins = [
            kit for kit in KITS.values() if option in kit.options and (not kit.by_route or _open(kit, option, advice))
        ]
        yield from ((kit, option) for kit in sorted(begins, key=lambda kit: not _priced(kit, option, advice)))
    yield KITS["prompting"], "prompting"


def _priced(kit: Kit, option: str, advice: Advice) -> bool:
    """Whether the option has the price of a route of this kit."""
    priced = next((result.price_route for result in advice.ranking if result.option == option), None)
    return any(route.route == priced and _owns(kit, route) for route in advice.routes)


def _open(kit: Kit, option: str, advice: Advice) -> bool:
    return any(route.open and _owns(kit, route) and option in route.options for route in advice.routes)
