"""Keeps which kits each file of tests here made, for the record of what passed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

import pytest

from tests.kits.environments.passed import MADE
from tests.kits.unpacked import made_here


@pytest.fixture(scope="module", autouse=True)
def _kits_are_kept(request: pytest.FixtureRequest) -> Iterator[None]:
    made_here.clear()
    yield
    MADE.mkdir(parents=True, exist_ok=True)
    made = [asdict(one) for one in dict.fromkeys(made_here)]
    (MADE / f"{request.path.stem}.json").write_text(json.dumps(made), "utf-8")
