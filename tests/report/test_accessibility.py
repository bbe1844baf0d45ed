"""The PDF as another program judges it: what a screen reader needs is there, and nothing is empty or unnamed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.report.reports import pdf

ITALIAN = "Incorrect accent usage"
"""It takes the apostrophe of GPU's for an Italian accent."""


def judged(made: bytes, folder: Path) -> dict[str, Any]:
    """What avalpdf finds. It runs in a process of its own, since the library beneath it prints as it likes."""
    (folder / "report.pdf").write_bytes(made)
    subprocess.run(
        [Path(sys.executable).parent / "avalpdf", "report.pdf", "--report", "--quiet", "-o", "."],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads((folder / "report_validation_report.json").read_text("utf-8"))
    return found["validation_results"]


@pytest.mark.deep
@pytest.mark.parametrize(("name", "code"), [("no-evaluation", "nl"), ("on-premises", "en")])
def test_a_checker_of_accessible_pdfs_has_nothing_to_say(name: str, code: str, tmp_path: Path) -> None:
    """Judging one takes eight seconds and more; on push the compiler holds every report to PDF/UA-1."""
    found = judged(pdf(name, code), tmp_path)
    assert found["issues"] == []
    assert [one for one in found["warnings"] if not one.startswith(ITALIAN)] == []
    assert any("tagged" in one for one in found["successes"]), "it has judged nothing"
    assert any("alternative text" in one for one in found["successes"])


@pytest.mark.deep
def test_the_checker_finds_what_is_wrong(tmp_path: Path) -> None:
    """A page without tags, so that silence means something."""
    blank = b"".join((
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
    ))  # fmt: skip
    assert judged(blank, tmp_path)["issues"]
