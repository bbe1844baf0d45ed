from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from advisor import advise, situation
from advisor.content.load import load
from advisor.engine.assessment import Assessment, assess

CONTENT = load()
AT = date(2026, 11, 22)
FIXED = {
    "question_tokens": 400,
    "instruction_tokens": 600,
    "example_tokens": 1_000,
    "passage_tokens": 2_000,
    "output_tokens": 200,
    "prefill_tokens_s": 10_000,
    "retrieval_s": 0.3,
    "tail_ratio": 2,
    "small_first_token": 0.2,
    "small_tokens_s": 200,
    "tuned_first_token": 1,
    "prompt_kept": 0.5,
    "encoder_latency": 0.05,
    "reasoning_tokens": 0,
}


def assessed(**changes: object) -> Assessment:
    return assess([situation(**{**FIXED, **changes})], CONTENT, AT, 64)


def test_a_small_tuned_model_is_first_token_prefill_and_output() -> None:
    times = assessed(platforms=["own"], hosting="anywhere", skills="ml", gpu="gb80").latencies["distill"]
    assert times.median == pytest.approx(np.full(64, 0.2 + 700 / 10_000 + 200 / 200))
    assert times.p95 == pytest.approx(times.median * 2)


def test_retrieval_adds_the_search() -> None:
    found = assessed().latencies
    extra = found["rag"].median - found["prompting"].median
    assert extra == pytest.approx(np.full(64, 0.3 + 2_000 / 10_000))


def test_half_the_output_is_about_half_the_time_and_half_the_prompt_is_little() -> None:
    base = np.median(assessed(output_tokens=800).latencies["prompting"].median)
    shorter_answer = np.median(assessed(output_tokens=400).latencies["prompting"].median)
    shorter_prompt = np.median(assessed(output_tokens=800, instruction_tokens=100).latencies["prompting"].median)
    assert 0.4 < shorter_answer / base < 0.75
    assert 0.95 < shorter_prompt / base <= 1


def test_a_measurement_replaces_the_estimate() -> None:
    found = assessed(latency_now=7, prompt_tried="basic", rag_tried="no").latencies
    assert found["prompting"].median == pytest.approx(np.full(64, 7.0))
    assert (found["few_shot"].median > 7).all()
    assert found["encoder"].median == pytest.approx(np.full(64, 0.05))


def test_the_measurement_is_named_as_what_the_figure_rests_on() -> None:
    advice = advise(situation(latency_now=7, prompt_tried="basic", rag_tried="no"), AT)
    part = next(one for one in advice.ranking if one.option == "prompting").latency_parts[0]
    assert "latency_now" in part.basis
    assert advice.basis["latency_now"].kind == "answer"


def test_tuning_a_model_does_not_make_it_faster() -> None:
    """gpt-4o-mini tuned is gpt-4o-mini, at the same place of its range; only the shorter prompt is read sooner."""
    said = {"model": "small", "price_model": "gpt_4o_mini", "platforms": ["openai"], "openai_customer": "active"}
    found = assessed(**said).latencies
    assert found["sft"].median == pytest.approx(found["prompting"].median - 300 / 10_000)


def test_a_tuned_model_is_as_quick_as_the_base_that_its_route_tunes() -> None:
    """Azure tunes Llama 3.3 70B, which is among the models; today it is another one that answers."""
    said = {"model": "open_large", "platforms": ["azure"], "azure_customer": "new", "hosting": "own_cloud"}
    found = assessed(**said)
    llama = CONTENT.models[[model.id for model in CONTENT.models].index("llama_3_3_70b")]
    offer = found.bills["sft"].offer
    assert offer is not None
    assert {found.open_routes.routes[index].base for index in np.unique(offer.chosen)} == {"llama_3_3_70b"}
    parts = found.latencies["sft"].parts
    assert float(np.median(parts["output"])) == pytest.approx(
        200 / np.sqrt(llama.tokens_per_s.p10 * llama.tokens_per_s.p90), rel=0.1
    )


def test_what_a_model_thinks_takes_time_as_output() -> None:
    quiet, thinking = (
        assessed(model="frontier", price_model="gpt_6_sol", reasoning_tokens=tokens).latencies for tokens in (0, 200)
    )
    assert thinking["prompting"].parts["output"] == pytest.approx(2 * quiet["prompting"].parts["output"])
    assert thinking["sft"].median == pytest.approx(quiet["sft"].median)
    plain = assessed(model="large", price_model="gpt_4_1", reasoning_tokens=200).latencies["prompting"]
    assert plain.median == pytest.approx(assessed(model="large", price_model="gpt_4_1").latencies["prompting"].median)


def test_under_a_limit_a_model_thinks_no_longer_than_it_leaves() -> None:
    """Five seconds: what is slower by its thoughts alone keeps them, and what is slower without any breaks them."""
    thinking = {**FIXED, "model": "frontier", "price_model": "gpt_6_sol", "output_tokens": 60}
    open_ = {name: value for name, value in thinking.items() if name != "reasoning_tokens"}

    def p95(answers: dict[str, object], option: str = "prompting") -> np.ndarray:
        return assess([situation(**answers)], CONTENT, AT, 64).latencies[option].p95

    quiet, whole, held = p95(thinking), p95(open_), p95({**open_, "latency_limit": 5})
    assert held == pytest.approx(np.maximum(quiet, np.minimum(whole, 5)))
    assert (held[whole > 5] < whole[whole > 5]).any()
    assert not ((quiet < 5) & (held > 5)).any()
    assert p95({**open_, "latency_limit": 5}, "sft") == pytest.approx(p95(open_, "sft")), "it does not think"
    for said in ({"reasoning_tokens": 900}, {"latency_now": 8}):
        assert p95({**open_, **said, "latency_limit": 5}) == pytest.approx(p95({**open_, **said})), "it stands as said"
