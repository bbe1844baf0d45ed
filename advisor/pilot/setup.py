"""What a pilot is to do: where it asks, in which ways, how answers are judged, and what it may spend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from advisor.content.load import Content
from advisor.dataset.row import Unusable
from advisor.pilot.arms import Arm
from advisor.pilot.endpoint import Endpoint, Secret
from advisor.pilot.held_out import Divided
from advisor.pilot.judging import Metric
from advisor.pilot.tariff import DEAREST_VECTORS_USD_MTOK, MILLION, Tariff, known_tariff, known_vectors_tariff

SHOTS = 8
"""Examples in a request, unless somebody asks for others. Assumption."""
PASSAGES = 3
"""Passages in a request, likewise."""
POOLS = (0.125, 0.25, 0.5)
"""Shares of the examples on which the curve of learning is measured, beside all of them."""
FEWEST_POOL = 4
MOST_DRAWS = 20
"""Of the examples, whatever somebody asks for. Assumption: further ones say little more of how far draws spread."""
MOST_CONCURRENT = 20
LONGEST_PASSAGE = 2_000
"""Characters of a passage; documents are cut between paragraphs."""


class Setup(BaseModel):
    """All that a run needs besides its rows. Holds no key: `key_variable` names the variable that does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str
    model: str
    embedding_model: str = ""
    key_variable: str = "OPENAI_API_KEY"
    arms: tuple[Arm, ...] = Field(min_length=1)
    metric: Metric
    most_tokens: int = Field(256, ge=1, le=100_000)
    """Of one answer."""
    tariffs: dict[str, Tariff] = Field(default_factory=dict)
    """By model; one that is absent has no known price."""
    budget_usd: float | None = Field(None, ge=0, allow_inf_nan=False)
    budget_tokens: int | None = Field(None, ge=0)
    labels: tuple[str, ...] = ()
    answer_schema: dict[str, object] | None = None
    judge_model: str = ""
    """That gives its opinion of each answer; empty: none."""
    seed: int = 0

    def endpoint(self, key: Secret | None = None) -> Endpoint:
        return Endpoint(self.base_url, self.model, self.embedding_model, self.key_variable, key)

    def model_of(self, arm: Arm) -> str:
        return arm.model or self.model

    def tariff(self, model: str) -> Tariff | None:
        return self.tariffs.get(model)

    def tariff_or_known(self, model: str, content: Content, at: date) -> Tariff | None:
        """The price of a model that joins, such as one that judges: that of this pilot, else what is known on a day."""
        return self.tariff(model) or known_tariff(self.endpoint(), content, at, model)

    @property
    def vector_model(self) -> str:
        """The model that makes vectors."""
        return self.embedding_model or self.model

    @property
    def models(self) -> tuple[str, ...]:
        """All that are asked, those for answers first."""
        answering = [self.model_of(arm) for arm in self.arms if arm.asks]
        vectors = [self.vector_model] if any(arm.embeds for arm in self.arms) else []
        return tuple(dict.fromkeys(filter(None, (*answering, self.judge_model, *vectors))))

    def vectors_usd(self, tokens: float) -> float | None:
        """Of texts that become vectors; None where nobody knows the price."""
        tariff = self.tariff(self.vector_model)
        return None if tariff is None else tariff.vectors_usd(tokens)

    def most_vectors_usd(self, tokens: float) -> float | None:
        """The most that such texts may cost: at a price that no vendor passes, where nobody knows theirs and a budget
        is to be kept; None where none is.
        """
        usd = self.vectors_usd(tokens)
        if usd is None and self.budget_usd is not None:
            return tokens * DEAREST_VECTORS_USD_MTOK / MILLION
        return usd

    def dearest_usd(self, tokens: float) -> float:
        """More than tokens can have cost that were sent while nobody knew a price."""
        rates = (rate for one in self.tariffs.values() for rate in (one.input_usd_mtok, one.output_usd_mtok))
        return tokens * max((DEAREST_VECTORS_USD_MTOK, *rates)) / MILLION

    @model_validator(mode="before")
    @classmethod
    def _priced_apart(cls, told: Any) -> Any:
        """Files from before the model that makes vectors had a price of its own have it beside that of the others."""
        if not isinstance(told, dict) or not isinstance(tariffs := told.get("tariffs"), dict):
            return told
        priced, vectors = {}, told.get("embedding_model")
        for model, tariff in tariffs.items():
            if isinstance(tariff, dict) and "embedding_usd_mtok" in tariff:
                usd = tariff["embedding_usd_mtok"]
                if model == told.get("model") and usd is not None and vectors:
                    priced[vectors] = {"input_usd_mtok": usd, "output_usd_mtok": 0, "seen": tariff.get("seen")}
                priced[model] = {name: value for name, value in tariff.items() if name != "embedding_usd_mtok"}
            else:
                priced[model] = tariff
        return {**told, "tariffs": priced}


def demand_usable(setup: Setup) -> None:
    """Raise `Unusable` where two arms have one name, an expression cannot be read or a budget in dollars cannot be
    kept; `EndpointError` for an address that cannot be used.
    """
    setup.endpoint()
    setup.metric.demand_usable()
    ids = Counter(arm.id for arm in setup.arms)
    twice = next((name for name, n in ids.items() if n > 1), None)
    if twice:
        raise Unusable('There are two arms with the name "{name}".', name=twice)
    if setup.budget_usd is None:
        return
    models = [setup.model_of(arm) for arm in setup.arms if arm.asks] + [setup.judge_model] * bool(setup.judge_model)
    unpriced = next((model for model in models if setup.tariff(model) is None), None)
    if unpriced:
        raise Unusable(
            "No price is known for {model} there, so a budget in dollars cannot be kept. Give its price, or a "
            "budget in tokens.",
            model=unpriced,
        )


@dataclass(frozen=True)
class Wishes:
    """Which arms somebody wants, beside the two that every pilot has: as it is, and structured output."""

    prompts: tuple[str, ...] = ()
    """System prompts to try; the first is version 1."""
    shots: int = SHOTS
    documents: tuple[str, ...] = ()
    """Texts that answers may stand in."""
    passages: int = PASSAGES
    tuned_model: str = ""
    draws: int = 1
    """Draws of the examples: of fixed ones, which then ask every row once more each, and of fewer for a classifier."""
    curve: bool = False
    """Also examples found among fewer; each size asks every row once more. A classifier has its curve anyway."""


def usual_arms(divided: Divided, wishes: Wishes, embeds: bool) -> tuple[Arm, ...]:
    """The arms that fit the rows: examples where there are some, a classifier where answers are labels, what is found
    by likeness where `embeds` says that the endpoint makes vectors.
    """
    return tuple(_arms(divided, wishes, embeds))


def _arms(divided: Divided, wishes: Wishes, embeds: bool) -> Iterator[Arm]:
    there = len(divided.examples)
    shots = min(wishes.shots, there)
    yield Arm(id="as_is", kind="as_is")
    for version, prompt in enumerate(wishes.prompts, start=1):
        yield Arm(id=f"prompt-{version}", kind="prompt", system=prompt)
    if divided.schema is not None:
        yield Arm(id="structured", kind="structured", structured=True)
    if shots:
        yield Arm(id=f"few_shot-{shots}", kind="few_shot", shots=shots)
        for draw in range(1, wishes.draws if shots < there else 1):
            yield Arm(id=f"few_shot-{shots}-draw-{draw + 1}", kind="few_shot", shots=shots, draw=draw)
    sizes = [size for share in POOLS if (size := int(there * share)) >= max(FEWEST_POOL, shots)]
    if shots and embeds:
        for size in sizes if wishes.curve else ():
            yield Arm(id=f"few_shot_retrieved-{shots}-of-{size}", kind="few_shot_retrieved", shots=shots, pool=size)
        yield Arm(id=f"few_shot_retrieved-{shots}", kind="few_shot_retrieved", shots=shots)
    if wishes.documents and embeds:
        yield Arm(id=f"rag-{wishes.passages}", kind="rag", passages=wishes.passages)
    if embeds and len(divided.labels) > 1 and len({row["gold"] for row in divided.examples}) > 1:
        for size in sizes:  # costs nothing more
            yield Arm(id=f"classifier-of-{size}", kind="classifier", pool=size)
            for draw in range(1, wishes.draws):
                yield Arm(id=f"classifier-of-{size}-draw-{draw + 1}", kind="classifier", pool=size, draw=draw)
        yield Arm(id="classifier", kind="classifier")
    if wishes.tuned_model:
        yield Arm(id="tuned", kind="tuned", model=wishes.tuned_model)


def answering(endpoint: Endpoint, arms: Sequence[Arm]) -> set[str]:
    """The models that answer, by their names on the server."""
    return {arm.model or endpoint.model for arm in arms if arm.asks}


def tariffs(
    endpoint: Endpoint, arms: Sequence[Arm], content: Content, at: date, told: Mapping[str, Tariff] | None = None
) -> dict[str, Tariff]:
    """The price of each model that is asked: what somebody told of it by its name, else what content and price list
    know; none of a model of which nobody knows it.
    """
    tariffs_found: dict[str, Tariff | None] = {
        model: known_tariff(endpoint, content, at, model) for model in sorted(answering(endpoint, arms))
    }
    if endpoint.embedding_model and any(arm.embeds for arm in arms):
        tariffs_found.setdefault(endpoint.embedding_model, known_vectors_tariff(endpoint, at))
    return {model: tariff for model, tariff in {**tariffs_found, **(told or {})}.items() if tariff is not None}


def cut_into_passages(documents: Sequence[str]) -> list[str]:
    """Documents as passages of some paragraphs each, at most `LONGEST_PASSAGE` characters, without those repeated."""
    passages: dict[str, None] = {}
    for document in documents:
        gathered = ""
        for paragraph in filter(None, (part.strip() for part in document.replace("\r\n", "\n").split("\n\n"))):
            pieces = [paragraph[at : at + LONGEST_PASSAGE] for at in range(0, len(paragraph), LONGEST_PASSAGE)]
            for piece in pieces:
                if gathered and len(gathered) + len(piece) + 2 > LONGEST_PASSAGE:
                    passages[gathered] = None
                    gathered = ""
                gathered = f"{gathered}\n\n{piece}" if gathered else piece
        if gathered:
            passages[gathered] = None
    return list(passages)
