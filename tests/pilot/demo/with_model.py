"""The server of `make demo` with its real models, in an environment of its own: `make test-kits`.

A few rows of the prepared data sets are enough to see what the demo is there to show.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import openai
import pytest
from typer.testing import CliRunner

from advisor.cli.main import app
from advisor.content.load import CONTENT_DIR

ROOT = CONTENT_DIR.parent
SERVER = "benchmarks.demo.server"
PYTHON = ROOT / ".venv-demo" / ("Scripts/python" if os.name == "nt" else "bin/python")
CHAT, EMBEDDING = "smollm2-135m-instruct", "all-minilm-l6-v2"
ROWS = 6
"""Held-out rows of the sentiment set that are asked in each way."""


def rows(name: str, part: str) -> list[list[dict[str, str]]]:
    """The turns of each row: instruction, text, label."""
    lines = (CONTENT_DIR / "pilot" / f"{name}.{part}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["messages"] for line in lines]


@pytest.fixture(scope="module")
def client() -> Iterator[openai.OpenAI]:
    with subprocess.Popen([PYTHON, "-m", SERVER], cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            address = server.stdout.readline().split()[-1]
            with openai.OpenAI(base_url=address, api_key="none", max_retries=0) as opened:
                yield opened
        finally:
            server.terminate()


def asked(text: str, **settings: Any) -> dict[str, Any]:
    instruction = rows("sentiment", "examples")[0][0]
    return {"model": CHAT, "messages": [instruction, {"role": "user", "content": text}], "temperature": 0, **settings}


def test_the_prepared_pilot_runs_whole_and_a_schema_gives_labels_where_the_first_prompt_gives_none(
    tmp_path: Path,
) -> None:
    pilots = [sys.executable, "-m", "benchmarks.demo.pilots", "--rows", ROWS, "--folder", tmp_path]
    run = [PYTHON, "-m", SERVER, *pilots]
    done = subprocess.run([*map(str, run), "sentiment"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = CliRunner().invoke(app, ["pilot", "report", str(tmp_path / "sentiment.pilot"), "--json"])
    report = json.loads(told.stdout)
    arms = {arm["id"]: arm for arm in report["arms"]}
    assert {arm["rows"] for arm in arms.values()} == {ROWS}
    assert report["progress"]["failed"] == 0
    assert arms["as_is"]["unparsable"] > 0.5
    assert arms["structured"]["unparsable"] == 0
    assert arms["structured"]["score"] > arms["as_is"]["score"]
    assert {"few_shot-8", "few_shot_retrieved-8", "classifier"} <= arms.keys()


def test_an_answer_comes_in_pieces_with_its_tokens_and_the_beginning_that_two_share_is_kept(
    client: openai.OpenAI,
) -> None:
    streamed = {"stream": True, "stream_options": {"include_usage": True}, "max_tokens": 6}
    told = []
    for text in ("The soup was cold.", "The bread is warm."):
        pieces = list(client.chat.completions.create(**asked(text, **streamed)))
        assert len([piece for piece in pieces if piece.choices and piece.choices[0].delta.content]) > 1
        told.append(pieces[-1].usage)
    first, second = told
    assert first.completion_tokens == 6
    assert second.prompt_tokens > second.prompt_tokens_details.cached_tokens > first.prompt_tokens / 2


def test_the_nearest_example_tells_the_intent_far_better_than_chance(client: openai.OpenAI) -> None:
    examples, held_out = rows("support-intents", "examples"), rows("support-intents", "held-out")

    def vectors(part: list[list[dict[str, str]]]) -> Any:
        done = client.embeddings.create(model=EMBEDDING, input=[text["content"] for _, text, _ in part])
        return np.array([one.embedding for one in done.data])

    nearest = (vectors(held_out) @ vectors(examples).T).argmax(1)
    right = [examples[place][2] == row[2] for place, row in zip(nearest, held_out, strict=True)]
    assert np.mean(right) > 0.5  # chance: 0.06


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"model": "gpt-6"}, 404),
        ({"messages": "Hi"}, 400),
        ({"messages": [{"role": "user", "content": "word " * 5000}]}, 400),
        ({"messages": [{"role": "user", "content": "word " * 5000}], "stream": True}, 400),
    ],
)
def test_what_cannot_be_answered_is_refused_as_openai_does(
    client: openai.OpenAI, changed: dict[str, Any], status: int
) -> None:
    with pytest.raises(openai.APIStatusError) as caught:
        client.chat.completions.create(**asked("Fine.", **changed))
    assert caught.value.status_code == status
    assert caught.value.body


def test_nothing_to_embed_is_refused(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="none of them empty"):
        client.embeddings.create(model=EMBEDDING, input=["Fine.", ""])
