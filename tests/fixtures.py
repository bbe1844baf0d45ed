"""An advice made by hand, for tests of what is said and drawn about an advice: every part of it is filled."""

from __future__ import annotations

from datetime import date
from typing import Any

from advisor.content.load import load
from advisor.engine.advice import (
    Advice,
    AssumedValue,
    Band,
    Basis,
    Block,
    BreakEven,
    Comparisons,
    Contribution,
    CostLine,
    Curve,
    CurvePoint,
    DatasetDifference,
    ExpectedScore,
    Flip,
    LatencyLine,
    Missing,
    NextQuestion,
    OptionResult,
    Precedents,
    Reason,
    RouteStatus,
    Side,
    Step,
    StudyDifference,
    Variant,
)

UNKNOWN = Band(p10=None, p50=None, p90=None)
PRICE = "fact:azure.gpt-4.1-mini.ft-training"
VOLUME = "requests_per_month"
DAY_RATE = "day_rate"
OUTPUT = "output_tokens"
REFS = (VOLUME, DAY_RATE, OUTPUT, PRICE)
TUNED = ("sft", "distill", "rag_sft")


def study(name: str, year: int, *points: float) -> StudyDifference:
    """A study whose prompts scored 70 on each of its data sets."""
    pairs = tuple(
        DatasetDifference(
            dataset=f"{name} {number}", metric="accuracy", prompted=70.0, prompted_model="gpt-4", points=more,
            trained=70 + more, trained_model="bert-base",
        )
        for number, more in enumerate(points, 1)
    )  # fmt: skip
    middle = sorted(points)[len(points) // 2]
    return StudyDifference(study=name, year=year, url=f"https://example.org/{name}", points=middle, datasets=pairs)


COMPARED = Comparisons(
    task="classification",
    against="prompted_large",
    metric="right",
    studies=(study("Amber", 2025, 12.0, 9.5, -3.0), study("Birch", 2024, 4.0), study("Cedar", 2023, 0.5),
             study("Dune", 2023, -6.25), study("Elm", 2022, -20.0)),
    better=2,
    worse=2,
    alike=1,
    share=Band(p10=0.18, p50=0.4, p90=0.67),
)  # fmt: skip


def around(middle: float, factor: float = 2.0) -> Band:
    return Band(p10=middle / factor, p50=middle, p90=middle * factor)


def sample_option(name: str, share: float, usd_month: float, seconds: float, **changes: Any) -> OptionResult:
    """One option of the ranking; `changes` replaces any field."""
    option = load().option(name)
    steps = (
        Contribution(term="good-prompts-fell-short", decibans=6.0, share=0.9),
        Contribution(term="gap-labels", decibans=3.0, share=0.6),
        Contribution(term="facts-change-often", decibans=-4.0, share=0.2),
    )
    even = BreakEven(
        against="prompting",
        requests_month=around(90_000, 3),
        months=around(7),
        never_share=0.22,
        never_share_at_volume=0.41,
        basis=REFS,
    )
    bill = [
        CostLine(id="inference", kind="monthly", usd=around(usd_month * 0.6), basis=(VOLUME, OUTPUT)),
        CostLine(id="upkeep", kind="monthly", usd=around(usd_month * 0.4), basis=(DAY_RATE,)),
        CostLine(id="engineering", kind="once", usd=around(9_000), basis=(DAY_RATE,)),
    ]
    if name in TUNED:
        bill.append(CostLine(id="training", kind="once", usd=around(40), basis=(PRICE,)))
    values: dict[str, Any] = {
        "option": name,
        "rung": option.rung,
        "share": share,
        "chance": None,
        "chosen_share": share / 2,
        "blocked": False,
        "blocked_by": (),
        "usd_month": around(usd_month),
        "usd_month_running": around(usd_month * 0.7),
        "usd_once": around(9_000),
        "usd_horizon": around(usd_month * 18),
        "latency": around(seconds),
        "latency_p95": around(seconds * 2.1),
        "over_budget_share": 0.1,
        "over_latency_share": 0.2,
        "prior": option.prior,
        "evidence": steps,
        "decibans": option.prior + 5.0,
        "cost": tuple(bill),
        "latency_parts": (LatencyLine(id="output", seconds=around(seconds * 0.7), basis=(OUTPUT,)),),
        "break_even": even if option.tunes else None,
        "variants": (),
        "basis": REFS,
    }
    return OptionResult(**{**values, **changes})


def sample_step(name: str, **changes: Any) -> Step:
    """A step that tries an option: four days, $2,000 and $300 a month. `changes` replaces any field."""
    values: dict[str, Any] = {
        "kind": "option",
        "id": name,
        "share": 0.0,
        "effort_days": around(4.0),
        "usd_once": around(2_000),
        "usd_month": around(300),
        "stop_at": None,
        "why": (),
    }
    return Step(**values | changes)


def sample_advice(**changes: Any) -> Advice:
    """Not yet: an evaluation set is missing, then supervised fine-tuning. `changes` replaces any field."""
    variants = (
        Variant(id="as_is", model="OpenAI gpt-6-sol", usd_month=around(3_800), allowed=True, basis=(VOLUME,)),
        Variant(id="caching", model="OpenAI gpt-6-sol", usd_month=around(2_100), allowed=True, basis=(VOLUME,)),
        Variant(id="batch", model="OpenAI gpt-6-sol", usd_month=around(1_900), allowed=False, basis=(VOLUME,)),
        Variant(
            id="smaller", model="OpenAI gpt-6-luna", usd_month=around(250), allowed=True, untested=True, basis=(VOLUME,)
        ),
    )
    no_test = (Block(rule="no-evaluation", share=1.0, lifts="later"),)
    ranking = (
        sample_option("sft", 0.64, 1_700, 0.9, blocked=True, blocked_by=no_test, chosen_share=0.71),
        sample_option("few_shot", 0.46, 4_600, 2.6),
        sample_option("prompting", 0.38, 3_900, 2.4, variants=variants),
        sample_option("structured", 0.31, 5_200, 3.1),
        sample_option("rag", 0.22, 6_400, 3.3),
        sample_option("distill", 0.41, 900, 0.6, blocked=True, blocked_by=no_test),
        sample_option("rag_sft", 0.12, 7_300, 2.2, blocked=True, blocked_by=no_test).model_copy(
            update={"usd_month": UNKNOWN, "usd_month_running": UNKNOWN, "latency": UNKNOWN, "latency_p95": UNKNOWN}
        ),
    )
    volumes = [1_000.0 * 3**step for step in range(10)]

    def curve(name: str, fixed: float, each: float) -> Curve:
        points = tuple(CurvePoint(requests_month=v, usd_month=around(fixed + each * v)) for v in volumes)
        return Curve(option=name, points=points)

    values: dict[str, Any] = {
        "verdict": "not_yet",
        "measured": ("labelled_examples",),
        "option": "sft",
        "runner_up": "few_shot",
        "meanwhile": "few_shot",
        "stability": 0.71,
        "verdict_shares": {"fine_tune": 0.2, "not_yet": 0.71, "dont": 0.09},
        "option_share": 0.83,
        "tie": (),
        "verdict_tie": (),
        "breaks": (),
        "provisional": True,
        "ends_in_training": 0.66,
        "plan": (
            sample_step("evaluation", kind="prepare", usd_month=Band(p10=0, p50=0, p90=0), why=("no-evaluation",)),
            sample_step("sft", share=0.64, stop_at=85.0, why=("good-prompts-fell-short",)),
            sample_step("distill", share=0.41, stop_at=85.0),
        ),
        "ranking": ranking,
        "reasons": (
            Reason(
                id="no-evaluation",
                decibans=10.0,
                share=1.0,
                gate=True,
                rests_on="said",
                sources=load().rule("no-evaluation").sources,
            ),
            Reason(
                id="good-prompts-fell-short",
                decibans=6.0,
                share=0.9,
                gate=False,
                rests_on="partly_said",
                left_open=("prompt_result",),
                cases=Precedents(cases=14, trained=11, same=9, shown=("nvidia_query_rephrase", "medprompt")),
                sources=load().term("good-prompts-fell-short").sources,
            ),
            Reason(
                id="gap-labels",
                decibans=3.0,
                share=0.6,
                gate=False,
                rests_on="open",
                left_open=("gap",),
                sources=load().term("gap-labels").sources,
            ),
        ),
        "missing": (
            Missing(rule="no-evaluation", share=1.0, lifts="later", options=("sft", "distill", "rag_sft"), known=True),
            Missing(
                rule="no-success-metric", share=0.4, lifts="later", options=("sft", "distill", "rag_sft"), known=True
            ),
        ),
        "flips": (
            Flip(
                question="evaluation_set",
                current="no",
                value="yes",
                verdict="fine_tune",
                option="sft",
                share=0.68,
                changes_verdict=True,
            ),
            Flip(
                question="requests_per_month",
                current=[80_000, 160_000],
                value=[1_000, 5_000],
                verdict="dont",
                option="few_shot",
                share=0.74,
                changes_verdict=True,
            ),
            Flip(
                question="knowledge_changes",
                current=None,
                value="daily",
                verdict="not_yet",
                option="rag_sft",
                share=0.55,
                changes_verdict=False,
            ),
        ),
        "next_question": NextQuestion(question="failures", bits=0.12),
        "open_questions": (NextQuestion(question="failures", bits=0.12), NextQuestion(question="harm", bits=0.04)),
        "to_find_out": (),
        "routes": tuple(route for route in _routes() if route.open),
        "closed_routes": tuple(route for route in _routes() if not route.open),
        "readiness": (
            Side(id="why", state="ready", ready_because=("gap",), not_ready_because=(), unknown=()),
            Side(
                id="tried",
                state="not_ready",
                ready_because=("prompt_tried",),
                not_ready_because=(),
                unknown=("rag_tried",),
            ),
            Side(id="failing", state="unknown", ready_because=(), not_ready_because=(), unknown=("failures",)),
            Side(id="data", state="ready", ready_because=("labelled_examples",), not_ready_because=(), unknown=()),
            Side(id="quality", state="not_ready", ready_because=(), not_ready_because=("evaluation_set",), unknown=()),
        ),
        "curves": (curve("sft", 900, 0.004), curve("prompting", 300, 0.03), curve("few_shot", 350, 0.038)),
        "requests_month": Band(p10=80_000, p50=120_000, p90=160_000),
        "latency_limit": 3.0,
        "comparisons": COMPARED,
        "expected_scores": (
            ExpectedScore(
                option="sft",
                score=Band(p10=54, p50=78, p90=91),
                chance=Band(p10=0.08, p50=0.13, p90=0.19),
                rests_on=(),
            ),
        ),
        "assumptions": (
            AssumedValue(
                assumption="day_rate", value=Band(p10=300, p50=520, p90=900), unit="USD a day", overridden=False
            ),
            AssumedValue(assumption="epochs", value=Band(p10=3, p50=3, p90=3), unit="epochs", overridden=True),
            AssumedValue(
                assumption="cache_hits", value=Band(p10=0.5, p50=0.72, p90=0.95), unit="share", overridden=False
            ),
        ),
        "notes": ("unchecked-data", "nobody-retrains", "openai-closes"),
        "basis": _basis(),
        "answers": {
            "project": "Letters in our own style",
            "goal": "measurable",
            "goal_text": "Nine of ten drafts need no edit by the end of the year.",
            "gap": ["style", "format"],
            "prompt_tried": "good",
            "evaluation_set": "no",
            "labelled_examples": 640.0,
            "requests_per_month": [80_000.0, 160_000.0],
            "latency_limit": 3.0,
            "harm": None,
            "epochs": 3.0,
        },
        "switched_off": (),
        "ignored": (),
        "dropped": (),
        "at": date(2026, 11, 22),
        "newest_fact": date(2026, 11, 20),
        "content_version": "0123456789ab",
        "scenarios": 4096,
    }
    return Advice(**{**values, **changes})


def _routes() -> tuple[RouteStatus, ...]:
    def route(name: str, vendor: str, model: str, **changes: Any) -> RouteStatus:
        values: dict[str, Any] = {
            "route": name,
            "platform": name.split("-", maxsplit=1)[0],
            "vendor": vendor,
            "model": model,
            "methods": ("sft", "dpo"),
            "options": ("sft", "distill"),
            "conditions": (),
            "unpriced": {},
            "open": True,
            "why_closed": None,
            "depends_on": (),
            "closed_from": None,
            "closed_not_before": None,
            "gone_from": None,
            "gone_not_before": None,
            "ends_soon": False,
            "facts": ("azure.gpt-4.1-mini.ft-methods",),
        }
        return RouteStatus(**{**values, **changes})

    return (
        route(
            "openai-gpt-4.1", "OpenAI", "gpt-4.1", open=False, why_closed="new_customers", closed_from=date(2026, 5, 7)
        ),
        route("openai-gpt-4.1-mini", "OpenAI", "gpt-4.1-mini", open=False, why_closed="new_customers"),
        route(
            "azure-gpt-4.1-mini",
            "Microsoft Azure",
            "gpt-4.1-mini",
            closed_from=date(2027, 10, 14),
            closed_not_before=date(2027, 4, 14),
            gone_from=date(2027, 10, 14),
            ends_soon=True,
            depends_on=("azure_customer",),
        ),
        route("together-qwen3.5-9b", "Together AI", "Qwen3.5-9B"),
        route(
            "own-gpu-lora",
            "Your own or rented GPUs",
            "an open-weight model with LoRA",
            open=False,
            why_closed="not_allowed",
        ),
    )


def _basis() -> dict[str, Basis]:
    fact = load().fact("azure.gpt-4.1-mini.ft-training")
    return {
        VOLUME: Basis(kind="answer", ref="requests_per_month", value=[80_000, 160_000], unit="requests a month"),
        OUTPUT: Basis(kind="prior", ref="output_tokens", value=[20, 700], unit="tokens"),
        "labelled_examples": Basis(kind="measured", ref="labelled_examples", value=640, unit="examples"),
        DAY_RATE: Basis(kind="assumption", ref="day_rate", value=[300, 900], unit="USD a day"),
        "epochs": Basis(kind="assumption", ref="epochs", value=3, unit="epochs", overridden=True),
        "cache_hits": Basis(kind="assumption", ref="cache_hits", value=[0.5, 0.95], unit="share"),
        PRICE: Basis(
            kind="fact",
            ref=fact.id,
            value=fact.value,
            unit=fact.unit,
            source="Microsoft: Azure OpenAI fine-tuning prices",
            url="https://azure.microsoft.com/pricing",
            seen=fact.seen,
            confidence=fact.confidence,
        ),
    }
