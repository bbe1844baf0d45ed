"""Pilots whose ways to ask go to other tools, each judged in another way, and the model that they ask."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from advisor.dataset.files.source import open_source
from advisor.language import language
from advisor.pilot.arms import Arm
from advisor.pilot.export import evaluation_files
from advisor.pilot.held_out import divide
from advisor.pilot.judging import Metric
from advisor.pilot.measurements import row_results
from advisor.pilot.run import Pilot
from tests.pilot.rows import ADJECTIVES, answer, data, setup
from tests.pilot.server import PilotServer, Reply, question

WAYS = {"labels": "structured", "number": "as_is", "pattern": "few_shot-2"}
"""The way to ask that each pilot hands on."""
ARMS = (
    Arm(id="as_is", kind="as_is"),
    Arm(id="structured", kind="structured", structured=True),
    Arm(id="few_shot-2", kind="few_shot", shots=2),
)
METRICS = {
    "labels": None,
    "number": Metric(name="number", tolerance=0.05),
    "pattern": Metric(name="pattern", pattern=r"(?i)topic:\s*(\w+)"),
}


def sums() -> bytes:
    """Questions with a number for an answer; what stands around some of them are the signs of templates."""
    rows = []
    for at in range(40):
        asked = (
            f"{ADJECTIVES[at % 10]} sum {at}: {{{{7*7}}}} {{% if %}} {{# x #}}, what is {at * 37} plus {at * 11 + 3}?"
        )
        messages = [{"role": "user", "content": asked}, {"role": "assistant", "content": str(at * 48 + 3)}]
        rows.append(json.dumps({"messages": messages}))
    return "\n".join(rows).encode()


def model(body: Any) -> Reply:
    """Adds numbers, in some ways wrongly; knows topics, and names them as such where it has seen examples. It reads no
    question that was changed on its way.
    """
    text = question(body)
    if "sum" in text:
        if "{{7*7}} {% if %} {# x #}," not in text:
            return Reply("Which sum?")
        first, second = map(int, re.findall(r"(\d+) plus (\d+)", text)[0])
        said = ["It is {}.", "{}", "about {} or so", "no idea", "-{}"][first // 37 % 5]
        return Reply(said.format(f"{(first + second) * (1.04 if first % 3 else 1.06):,.2f}"))
    told = answer(body)
    if len(body["messages"]) > 2:
        return Reply(told.text if "day 2" in text else f"Topic: {told.text}.")
    return told


def run(name: str, folder: Path, server: PilotServer) -> Pilot:
    """One of these pilots, once it has been run."""
    rows = sums() if name == "number" else data()
    of = divide(open_source(rows, "rows.jsonl"), language(), metric=METRICS[name])
    arms = tuple(arm for arm in ARMS if arm.id in ("as_is", WAYS[name]))
    one = Pilot.create(folder / f"{name}.sqlite", setup(server, of, arms, embedding_model=""), of)
    one.run(one.consent())
    return one


def unpacked(one: Pilot, arm: str, folder: Path) -> Path:
    """The folder of an evaluation as a person gets it."""
    for file, content in evaluation_files(one, arm, language()).items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(content)
    return folder


def scores(one: Pilot, arm: str) -> dict[str, float]:
    """What the pilot says of the answer to each row."""
    return {row.id: row.answers[arm][1] for row in row_results(one, only_differing=False)}
