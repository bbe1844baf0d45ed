"""Ways to ask of a pilot, handed on to inspect_ai and run by it: `make test-kits`.

The same server answers both, so each row has to score alike, and each request has to ask for the same.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.kits.environments.with_packages import inspect_logs
from tests.pilot.exported import METRICS, WAYS, model, run, scores, unpacked
from tests.pilot.server import serving

ASKED = ("model", "messages", "max_tokens", "temperature", "response_format")


def inspected(folder: Path, name: str, address: str) -> dict[str, float]:
    """The score that inspect_ai gives each row."""
    provider = f"openai-api/server/{name}"
    (log,) = inspect_logs(folder, "--model", provider, SERVER_API_KEY="no-key", SERVER_BASE_URL=address)
    found = {sample["id"]: float(sample["scores"]["as_scored"]["value"]) for sample in log["samples"]}
    assert log["results"]["scores"][0]["metrics"]["mean"]["value"] == pytest.approx(sum(found.values()) / len(found))
    return found


def told(body: Any) -> str:
    """What a request asks for; inspect_ai says of a schema, too, that it has no description."""
    asked = {key: body.get(key) for key in ASKED}
    return json.dumps(asked, sort_keys=True).replace('"description": null, ', "")


@pytest.mark.parametrize("name", METRICS)
def test_inspect_ai_asks_as_the_pilot_did_and_scores_each_row_alike(name: str, tmp_path: Path) -> None:
    with serving(model) as server:
        one = run(name, tmp_path, server)
        by_pilot = [told(body) for body in server.bodies()]
        before = len(server.asked)
        found = inspected(unpacked(one, WAYS[name], tmp_path / "out"), "small", server.address)
        by_inspect = [told(body) for _, body, _ in server.asked[before:]]
    assert found == scores(one, WAYS[name])
    assert 0.1 < sum(found.values()) / len(found) < 1
    assert len(by_inspect) == len(one.held_out)
    assert set(by_inspect) <= set(by_pilot)
