"""Every figure of an advice leads to a dated source, the user's own answer, or an assumption that is marked so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest

from advisor import Advice, advise, situation
from advisor.content.load import load
from advisor.engine.advice import Band, Record
from advisor.engine.figures import bands, significant

CONTENT = load()
AT = date(2026, 11, 22)

SITUATIONS = [
    {},
    {"task": "qa", "knowledge_changes": "daily", "latency_now": 3, "rag_tried": "works"},
    {"hosting": "on_premises", "platforms": ["own"], "labelled_examples": 900},
    {"platforms": ["openai"], "openai_customer": "active", "requests_per_month": [1_000, 9_000_000]},
    {"platforms": ["azure"], "azure_customer": "existing", "day_rate": 700, "cache_hits": 0.8},
]


def figures(record: Record, inherited: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each band in a record, with the nearest `basis` around it."""
    basis = getattr(record, "basis", inherited)
    basis = basis if isinstance(basis, tuple) else inherited
    for name in type(record).model_fields:
        value = getattr(record, name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Band):
                if part.p50 is not None:
                    yield name, basis
            elif isinstance(part, Record):
                yield from figures(part, basis)


@pytest.mark.parametrize("answers", SITUATIONS)
def test_every_figure_is_traced(answers: dict[str, object]) -> None:
    advice = advise(situation(**answers), AT)
    seen = 0
    for one in advice.ranking:
        for name, basis in figures(one):
            seen += 1
            assert basis, f"{one.option}: {name} rests on nothing"
            assert set(basis) <= set(advice.basis), f"{one.option}: {name}"
    assert seen > 100
    assert {value.assumption for value in advice.assumptions} <= set(advice.basis)


@pytest.mark.parametrize("answers", SITUATIONS)
def test_every_basis_is_dated_or_marked(answers: dict[str, object]) -> None:
    advice = advise(situation(**answers), AT)
    for key, basis in advice.basis.items():
        match basis.kind:
            case "fact":
                assert basis.source, key
                assert basis.seen, key
                assert basis.confidence, key
            case "assumption":
                assert basis.ref in {one.id for one in CONTENT.assumptions} | {one.id for one in CONTENT.models}
            case "answer" | "measured":
                assert advice.answers[key] is not None
            case _:
                assert key not in advice.answers or advice.answers[key] is None


def test_every_term_that_weighs_names_its_sources() -> None:
    advice = advise(situation(), AT)
    sources = {source.id: source for source in CONTENT.sources}
    terms = {term.id: term for term in CONTENT.weighed}
    for result in advice.ranking:
        for part in result.evidence:
            named = terms[part.term].sources
            assert named
            assert all(sources[name].title and sources[name].date for name in named)


def test_an_override_is_marked_as_the_users() -> None:
    advice = advise(situation(day_rate=700), AT)
    assert advice.basis["day_rate"].overridden
    assert advice.basis["day_rate"].value == 700
    assert next(one for one in advice.assumptions if one.assumption == "day_rate").overridden


def cost_of(advice: Advice, option: str, line: str) -> float | None:
    found = next(one for one in advice.ranking if one.option == option)
    return next(one.usd.p50 for one in found.cost if one.id == line)


def test_an_override_changes_the_figures_that_rest_on_it() -> None:
    cheap, dear = (advise(situation(day_rate=rate), AT) for rate in (100, 1_000))
    assert cost_of(dear, "rag", "engineering") == pytest.approx(
        10 * (cost_of(cheap, "rag", "engineering") or 0), rel=1e-3
    )
    assert cost_of(dear, "rag", "inference") == cost_of(cheap, "rag", "inference")


def test_bands_leave_out_what_is_unknown() -> None:
    known = np.arange(10.0)
    half = np.where(known < 6, known, np.nan)
    most = np.where(known < 3, known, np.nan)
    found = bands([known, half, most])
    assert found[0] == Band(p10=1, p50=5, p90=9)
    assert found[1] == Band(p10=0, p50=3, p90=5)
    assert found[2] == Band(p10=None, p50=None, p90=None)


def test_five_digits_are_kept() -> None:
    assert significant(123456.7) == 123460.0
    assert significant(0.000123456) == 0.00012346
