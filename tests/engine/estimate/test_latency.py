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
}


def assessed(**changes: object) -> Assessment:
    return assess([situation(**{**FIXED, **changes})], CONTENT, AT, 64)


def test_a_small_tuned_model_is_first_token_prefill_and_output() -> None:
    times = assessed().latencies["distill"]
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
