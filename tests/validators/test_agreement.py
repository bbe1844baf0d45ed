"""The verdicts of the advisor on the files of the reports and on its templates, beside those of other validators.

Theirs are on record (record.json, by `make test-validators`), so that nothing is installed or fetched here. A file is
refused by the advisor if it finds an error in it on the platform that the validator speaks for. Where the two differ,
disagreements.yaml says who is right and why; it neither lacks one nor holds one that is gone.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from advisor.content.load import load
from advisor.dataset.files.source import open_source
from advisor.dataset.inspection.inspect import inspect
from tests.validators.files import files
from tests.validators.run import LOCKS, VALIDATORS

HERE = Path(__file__).parent
PLATFORMS = {"together": "together", "mistral": None, "llamafactory": None, "datasets": None}
"""The platform for which each validator speaks, if the advisor knows it."""
RECORD: dict[str, Any] = json.loads((HERE / "record.json").read_text("utf-8"))
LISTED: list[dict[str, Any]] = yaml.safe_load((HERE / "disagreements.yaml").read_text("utf-8"))
FILES = dict(files())
SEVERITY = {check.id: check.severity for check in load().checks}


@cache
def errors(name: str, platform: str | None) -> frozenset[str]:
    """The checks by which the advisor refuses a file."""
    found = inspect(open_source(FILES[name], Path(name).name), platform=platform)
    return frozenset(check for check in found.counts if SEVERITY[check] == "error")


@cache
def differing(validator: str) -> dict[str, tuple[frozenset[str], str]]:
    """The files on which the two differ, with our errors, or else their reason."""
    found = {}
    for name, (taken, _, why) in RECORD["validators"][validator]["verdicts"].items():
        ours = errors(name, PLATFORMS[validator])
        if taken is not None and bool(ours) == taken:
            found[name] = (ours, why)
    return found


def listed(validator: str) -> dict[str, dict[str, Any]]:
    """The entry of each file that is listed for a validator."""
    return {name: entry for entry in LISTED if entry["validator"] == validator for name in entry["files"]}


def test_the_record_is_of_the_files_that_there_are() -> None:
    now = {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}
    assert RECORD["files"] == now, "run make test-validators"
    for validator in VALIDATORS:
        assert RECORD["validators"][validator]["verdicts"].keys() == now.keys()
        assert RECORD["validators"][validator]["date"]
        version = RECORD["validators"][validator]["version"]
        assert f"=={version} " in (LOCKS / validator / "requirements.lock").read_text("utf-8")


def test_the_templates_hold_every_shape_of_rows() -> None:
    shapes = {name.split("/")[3] for name in RECORD["files"] if "/train/" in name}
    assert shapes == {"sft", "rag", "tools", "preference", "rft"}


@pytest.mark.parametrize("validator", VALIDATORS)
def test_every_disagreement_is_listed_and_none_that_is_gone(validator: str) -> None:
    found, known = differing(validator), listed(validator)
    assert {name: found[name] for name in found.keys() - known.keys()} == {}, "not listed"
    assert known.keys() - found.keys() == set(), "gone"


@pytest.mark.parametrize("validator", VALIDATORS)
def test_each_disagreement_rests_on_what_its_entry_says(validator: str) -> None:
    for name, entry in listed(validator).items():
        ours, why = differing(validator)[name]
        assert ours <= {*entry.get("ours", ())}, name
        assert entry.get("theirs", "") in why, name
        assert bool(entry.get("ours")) != bool(entry.get("theirs")), "one of the two refuses the file"


def test_each_entry_says_who_is_right_and_why_and_no_file_stands_twice() -> None:
    for validator in VALIDATORS:
        names = [name for entry in LISTED if entry["validator"] == validator for name in entry["files"]]
        assert len(names) == len({*names})
    for entry in LISTED:
        assert entry["right"] in ("advisor", "both"), "where another validator alone is right, the check is mended"
        assert len(entry["why"].split()) >= 8
