"""The bill of every option: what recurs, what is paid once, and how it moves with volume."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from advisor.content.catalogue import Catalogue
from advisor.engine.estimate import effort
from advisor.engine.estimate.inference import (
    CACHE_BASIS,
    HOURS_A_MONTH,
    INFERENCE_BASIS,
    BaseModels,
    Serving,
    busiest,
    priced,
    rented_hours,
    serving,
)
from advisor.engine.estimate.requests import Request
from advisor.engine.estimate.routes import NO_END_MONTHS, Offer, OpenRoutes, Quotes, Size, middle_offer
from advisor.engine.scenarios import Array, Scenarios, kept, summed

TUNED = {"sft": "sft", "distill": "sft", "rag_sft": "sft", "dpo": "dpo", "rft": "rft", "continue": "continue"}
"""Options that train a language model, and the method that a platform must offer."""
KEPT_ROWS = 8_192
"""Rows up to which what routes ask is kept for other options; of more it would take tens of MB."""


@dataclass(frozen=True)
class Bill:
    """USD per scenario. `monthly` and `once` hold lines that do not depend on volume; `serving` the part that does."""

    serving: Serving
    monthly: dict[str, Array]
    once: dict[str, Array]
    volume: Array
    horizon: Array
    basis: dict[str, tuple[str, ...]]
    """What each line rests on: ids of questions and assumptions, `model` for the base model, `route` for the chosen
    route.
    """
    offer: Offer | None = None

    @cached_property
    def once_usd(self) -> Array:
        return summed(self.once.values())

    @cached_property
    def fixed_month(self) -> Array:
        return summed(self.monthly.values())

    @cached_property
    def inference(self) -> tuple[Array, Array]:
        """USD a month for tokens and for GPUs."""
        return self.serving.monthly(self.volume)

    @cached_property
    def model_month(self) -> Array:
        """USD a month for the model alone: what its vendor bills, or its servers cost."""
        tokens, gpus = self.inference
        return tokens + gpus

    @cached_property
    def recurring(self) -> Array:
        return self.model_month + self.fixed_month

    @cached_property
    def spread_month(self) -> Array:
        """One-off cost, straight-line over the horizon."""
        return self.once_usd / self.horizon

    @cached_property
    def usd_month(self) -> Array:
        """Recurring cost plus one-off cost, straight-line over the horizon."""
        return self.recurring + self.spread_month

    @cached_property
    def usd_horizon(self) -> Array:
        return self.recurring * self.horizon + self.once_usd

    def at_volume(self, volume: float) -> Array:
        """`usd_month` if there were `volume` requests a month."""
        tokens, gpus = self.serving.monthly(volume)
        return tokens + gpus + self.fixed_month + self.spread_month


class Bills(dict[str, Bill]):
    """The bills of the options, each made when it is first read."""

    def __init__(
        self,
        scenarios: Scenarios,
        catalogue: Catalogue,
        models: BaseModels,
        open_routes: OpenRoutes,
        sent: dict[str, Request],
    ) -> None:
        super().__init__()
        self.scenarios, self.catalogue, self.models, self.open_routes = scenarios, catalogue, models, open_routes
        self.sent = sent
        self._quotes = Quotes()

    def __missing__(self, option: str) -> Bill:
        if option == "encoder":
            self[option] = _encoder(self.scenarios)
        elif option in TUNED:
            self[option] = _tuned(self.scenarios, option, self.sent[option], self._offer(option), self._teacher)
        else:
            served = serving(self.scenarios, self.catalogue, self.models, self.sent[option])
            self[option] = _untuned(self.scenarios, option, self.sent[option], served)
        return self[option]

    def without(self, route: str, option: str) -> Bill:
        """The bill of an option that tunes if a route, by its id, were closed."""
        offer = self._offer(option, without=route)
        return _tuned(self.scenarios, option, self.sent[option], offer, self._teacher)

    def _offer(self, option: str, without: str | None = None) -> Offer:
        size: Size = "small" if option == "distill" else "same"
        request = self.sent[option]
        tokens = _training_tokens(self.scenarios, request, pairs=option == "dpo")
        quotes = self._quotes if self.scenarios.rows <= KEPT_ROWS else replace(self._quotes, of_routes={}, bids={})
        return middle_offer(
            self.scenarios,
            self.catalogue,
            self.open_routes,
            request,
            tokens,
            TUNED[option],
            size,
            quotes,
            without,
        )

    @cached_property
    def _teacher(self) -> Array:
        """USD of a draft by a large model. Nobody waits for drafts, so they are written as a batch."""
        large = self.catalogue.typical("large")
        return priced(self.catalogue, self.catalogue.price(large), self.sent["few_shot"], batch=True)


@kept
def _training_tokens(scenarios: Scenarios, request: Request, pairs: bool) -> Array:
    """Tokens of the training file, of examples or of preference pairs, one pass."""
    row = request.sent + request.written + scenarios["example_row_tokens"]
    if pairs:
        wanted = np.maximum(scenarios["preference_pairs"], scenarios["pairs_wanted"])
        return np.minimum(wanted, scenarios["examples_most"]) * (row + request.written)
    return effort.training_examples(scenarios) * row


PEOPLE = ("day_rate",)
REPAIR: dict[str, tuple[str, ...]] = {
    "rag": ("rag_tried", "repair_share"),
    "rag_sft": ("rag_tried", "repair_share", "rag_days"),
}
"""What a retrieval that is there already saves rests on."""
GPUS = ("gpu_hour_serve", "gpu_tokens_s", "peak_factor", "batch_ok", "usage")
INDEX = (
    "index_month",
    "corpus_mtok",
    "documents",
    "embed_usd_mtok",
    "reindex_share",
    "requests_per_month",
    "question_tokens",
    "usage",
)


def _untuned(scenarios: Scenarios, option: str, request: Request, served: Serving) -> Bill:
    runs = effort.service(scenarios)
    own = served.gpu_month > 0
    monthly = {"upkeep": effort.upkeep_usd(scenarios, option, own) * runs}
    upkeep = (*PEOPLE, "upkeep_days_prompt", "serving_days", "usage")
    basis = {
        "inference": ("requests_per_month", *request.basis, *INFERENCE_BASIS),
        "hosting": (*GPUS, "hosting", "small_model", "requests_per_month", *request.basis),
        "upkeep": (*upkeep, "hosting"),
        "evaluation": (*PEOPLE, "evaluation_days", "evaluation_set"),
        "engineering": (*PEOPLE, f"{option}_days", *REPAIR.get(option, ())),
        "labelling": (*PEOPLE, "labelled_examples", "label_minutes"),
    }
    once = {
        "evaluation": effort.evaluation_usd(scenarios),
        "engineering": effort.engineering_usd(scenarios, option),
    }
    if option == "few_shot":
        once["labelling"] = effort.labelling_usd(scenarios, option)
    if option == "rag":
        monthly["retrieval"], once["retrieval"] = _retrieval(scenarios, runs)
        basis["retrieval"] = INDEX
        basis["upkeep"] = (*upkeep, "hosting", "upkeep_days_index")
    return Bill(served, monthly, once, scenarios["requests_per_month"], effort.horizon(scenarios), basis)


def _retrieval(scenarios: Scenarios, runs: Array) -> tuple[Array, Array]:
    """Monthly: the store, embedding questions and changed documents. Once: embedding the collection."""
    price = scenarios["embed_usd_mtok"]
    questions = scenarios["requests_per_month"] * scenarios["question_tokens"] / 1e6
    changed = scenarios["corpus_mtok"] * scenarios["reindex_share"] * runs
    return scenarios["index_month"] + (questions + changed) * price, scenarios["corpus_mtok"] * price


def _encoder(scenarios: Scenarios) -> Bill:
    """A small CPU server; more of them when the busiest hour asks for more than one answers."""
    runs = effort.service(scenarios)
    hours = rented_hours(scenarios)
    capacity = scenarios["encoder_requests_s"] * 3600 * hours / busiest(scenarios)
    served = Serving(np.zeros(scenarios.count), scenarios["encoder_host_month"] * hours / HOURS_A_MONTH, capacity)
    monthly = {
        "upkeep": effort.upkeep_usd(scenarios, "encoder") * runs,
        "retraining": effort.retraining_usd(
            scenarios, np.zeros(scenarios.count), np.full(scenarios.count, NO_END_MONTHS)
        )
        * runs,
    }
    once = {
        "evaluation": effort.evaluation_usd(scenarios, trains=True),
        "engineering": effort.engineering_usd(scenarios, "encoder"),
        "labelling": effort.labelling_usd(scenarios, "encoder"),
    }
    basis = {
        "hosting": (
            "encoder_host_month",
            "encoder_requests_s",
            "peak_factor",
            "batch_ok",
            "usage",
            "requests_per_month",
        ),
        "upkeep": (*PEOPLE, "upkeep_days_prompt", "usage"),
        "retraining": (*PEOPLE, "retrains_per_year", "retrain_days", "usage"),
        **_people_basis("encoder"),
    }
    return Bill(served, monthly, once, scenarios["requests_per_month"], effort.horizon(scenarios), basis)


DRAFTED = ("sft", "distill", "rag_sft")
"""Options whose missing examples a large model may draft."""
MISSING = ("labelled_examples", "examples_wanted", "examples_most")


def _people_basis(option: str) -> dict[str, tuple[str, ...]]:
    labelling = {
        "distill": (*MISSING, "review_minutes", "data_checked"),
        "dpo": ("preference_pairs", "pairs_wanted", "label_minutes"),
        "rft": ("labelled_examples", "examples_wanted", "review_minutes"),
    }.get(
        option,
        (
            "labelled_examples",
            "examples_wanted",
            "examples_most",
            "label_minutes",
            "review_minutes",
            "data_checked",
            "can_generate",
            "teacher_allowed",
        ),
    )
    return {
        "evaluation": (*PEOPLE, "evaluation_days", "evaluation_set", "held_out"),
        "engineering": (*PEOPLE, f"{option}_days", *REPAIR.get(option, ())),
        "labelling": (*PEOPLE, *labelling),
    }


def _drafting(scenarios: Scenarios, option: str, teacher: Array) -> Array:
    """What a large model is paid to write the missing examples: all of them to distil, else where it may draft."""
    missing = np.maximum(0.0, effort.training_examples(scenarios) - scenarios["labelled_examples"])
    drafted = effort.drafted(scenarios, option)
    cost: Array = missing * np.where(drafted, teacher, 0.0)
    return cost


def _tuned_basis(option: str, request: Request, offer: Offer) -> dict[str, tuple[str, ...]]:
    """What the lines of a tuned model rest on, given the routes that are the cheapest in some scenario."""
    volume = ("requests_per_month", *request.basis)
    rows = {"dpo": ("preference_pairs", "pairs_wanted", "examples_most"), "rft": ()}.get(option, MISSING)
    run: tuple[str, ...] = ("route", *request.basis, "example_row_tokens", "epochs", *rows)
    if option == "rft":
        run = ("route", "grader_hours")
    if offer.self_managed.any():
        run = (*run, "gpu_hour_train")
        if option != "rft":
            run = (*run, "gpu_peak_tflops", "utilisation", "own_model_b")
    has_gpus = bool((offer.serving.gpu_month > 0).any())
    gpus = (*GPUS, "own_model_b", *volume) if has_gpus else ()
    if offer.shares.any():
        gpus = (*gpus, "models_an_endpoint")
    return {
        "inference": (*volume, *CACHE_BASIS, "batch_ok", "route"),
        "hosting": ("route", "usage", *gpus),
        "upkeep": (
            *PEOPLE,
            "upkeep_days_prompt",
            "usage",
            *(("serving_days", "route") if offer.self_managed.any() else ()),
        ),
        "retraining": (*PEOPLE, "retrains_per_year", "retrain_days", *run, "usage"),
        "training": (*run, "training_runs"),
    }


def _tuned(scenarios: Scenarios, option: str, request: Request, offer: Offer, teacher: Array) -> Bill:
    runs = effort.service(scenarios)
    once = {
        "evaluation": effort.evaluation_usd(scenarios, trains=True),
        "engineering": effort.engineering_usd(scenarios, option),
        "labelling": effort.labelling_usd(scenarios, option),
        "training": offer.train_usd * scenarios["training_runs"],
    }
    monthly = {
        "hosting": offer.fixed_month,
        "upkeep": effort.upkeep_usd(scenarios, option, offer.self_managed) * runs,
        "retraining": effort.retraining_usd(scenarios, offer.train_usd, offer.life) * runs,
    }
    basis = {**_tuned_basis(option, request, offer), **_people_basis(option)}
    if option in DRAFTED:
        once["teacher"] = _drafting(scenarios, option, teacher)
        basis["teacher"] = (
            "teacher",
            "instruction_tokens",
            "example_tokens",
            "question_tokens",
            "output_tokens",
            "reasoning_tokens",
            *MISSING,
        )
        if option != "distill":
            basis["teacher"] = (*basis["teacher"], "can_generate", "teacher_allowed")
    if option == "rag_sft":
        monthly["retrieval"], once["retrieval"] = _retrieval(scenarios, runs)
        basis["retrieval"] = INDEX
        basis["upkeep"] = (*basis["upkeep"], "upkeep_days_index")
    return Bill(offer.serving, monthly, once, scenarios["requests_per_month"], effort.horizon(scenarios), basis, offer)
