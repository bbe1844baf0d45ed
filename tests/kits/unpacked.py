"""Kits made for a test, unpacked into a folder, and their scripts run as a user runs them."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from advisor import advise
from advisor.content.load import load
from advisor.dataset import open_source
from advisor.engine.advice import Advice
from advisor.interview.situation import Situation, situation
from advisor.kits.build import build_kit
from advisor.kits.registry import KITS
from advisor.language import language
from tests.kits.forked import OPENAI, POSSIBLE, run_forked

CONTENT = load()
AT = date(2026, 11, 29)
OF_ROWS = "made of rows"
"""In place of the digest of a kit that cannot be made again from its answers."""


@dataclass(frozen=True)
class Made:
    """A kit that a test made: what was asked for, the answers as JSON, and the digest of what runs in it."""

    kit: str
    language: str
    option: str
    answers: str
    at: str
    digest: str


made_here: list[Made] = []
"""Every kit that was made in this process, in order."""


@cache
def _advised(answers: str, at: date) -> tuple[Situation, Advice]:
    here = situation(**json.loads(answers))
    return here, advise(here, at)


def kit_bytes(
    kit: str, code: str = "en", data: bytes | None = None, option: str = "", at: date = AT, **answers: Any
) -> bytes:
    told = json.dumps(answers, sort_keys=True)
    here, advice = _advised(told, at)
    source = open_source(data, "rows.jsonl") if data is not None else None
    made = build_kit(KITS[kit], here, advice, CONTENT, language(code), option=option, data=source)
    made_here.append(Made(kit, code, option, told, at.isoformat(), digest(made) if data is None else OF_ROWS))
    return made


def digest(made: bytes) -> str:
    """Of what runs in a kit: all but what people read, and of its settings the day and the version of what we know."""
    told = hashlib.sha256()
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        for name in sorted(archive.namelist()):
            content = archive.read(name)
            if name == "kit.json":
                settings = {key: value for key, value in json.loads(content).items() if key not in ("content", "made")}
                content = json.dumps(settings, sort_keys=True).encode()
            if not name.endswith(".md"):
                told.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return told.hexdigest()


def unpack(made: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        archive.extractall(folder)
    return folder


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines()]


def right_answers(folder: Path) -> dict[str, str]:
    """What a good model says to each question of both sets."""
    found = {}
    for row in [*rows(folder, "evaluation/evaluation_set.jsonl"), *rows(folder, "evaluation/safety_set.jsonl")]:
        said = row["gold"] or ("Of course." if row["expects_answer"] else row["decline"][0])
        found[row["messages"][-1]["content"]] = said
    return found


def run(
    folder: Path,
    script: str,
    *arguments: str,
    address: str = "",
    python: str = sys.executable,
    loading: str = OPENAI,
    **more: str,
) -> Any:
    """Run a script of a kit in a process, with nothing in its environment but what a user sets."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    environment = {
        **kept,
        "OPENAI_API_KEY": "no-key",
        "OPENAI_BASE_URL": address,
        "MODEL": "good",
        "EMBEDDING_MODEL": "words",
        "MAX_RETRIES": "0",
        "POLL_SECONDS": "0.01",
        **more,
    }
    given = {name: value for name, value in environment.items() if value}
    if POSSIBLE:
        return run_forked([script, *arguments], folder, given, python=python, loading=loading)
    return subprocess.run(
        [python, script, *arguments],
        cwd=folder,
        env=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def scored(folder: Path, name: str) -> float:
    """The score of a file of answers, as `advisor score` has it."""
    from advisor.dataset.scored_file import score_file

    score = score_file(open_source(folder / "answers" / f"{name}.jsonl")).tally.score
    assert score is not None
    return score
