"""What the content promises of each defect: mended by itself, mended when asked, or left alone."""

from __future__ import annotations

import gzip
import io
from typing import Any

import pytest

from advisor.content.load import load
from advisor.dataset import Inspection, Repair, Unusable, inspect, open_source, repair
from tests.dataset.checks.defects import DEFECTS, TOO_LARGE, Case

CHECKS = load().checks


def found(case: Case, data: bytes, name: str = "") -> Inspection:
    held = open_source(case.held, "held.jsonl") if case.held else None
    return inspect(
        open_source(data, name or case.name),
        platform=case.platform,
        method=case.method,
        form=case.form,
        validation=held,
    )


def repaired(case: Case, **asked: Any) -> tuple[bytes, Repair]:
    out = io.BytesIO()
    done = repair(open_source(case.data, case.name), out, platform=case.platform, form=case.form, **asked)
    return out.getvalue(), done


def test_every_defect_is_planted() -> None:
    assert DEFECTS.keys() | TOO_LARGE == {check.id for check in CHECKS}


@pytest.mark.parametrize("check", [one.id for one in CHECKS if one.id in DEFECTS])
def test_a_promise_is_kept(check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if check == "row-too-long":
        monkeypatch.setattr("advisor.dataset.files.source.LONGEST", 20_000)  # what is too long to be read takes 32 MB
    case, promise = DEFECTS[check], load().check(check).repair
    assert check in found(case, case.data).counts
    if check == "not-training-data":
        with pytest.raises(Unusable):
            repaired(case)
        return
    written, done = repaired(case)
    if promise == "safe":
        assert check not in found(case, written, f"rows.{done.container}").counts
        assert done.counts[check]
        return
    assert check not in done.counts
    original = gzip.GzipFile(fileobj=io.BytesIO(case.data)).read1(1 << 20) if check == "broken-archive" else case.data
    assert set(written.splitlines()) <= set(original.splitlines())
    assert done.left_out or written == original
    if promise == "asked":
        held = open_source(case.held, "held.jsonl") if case.held else None
        written, done = repaired(case, drop_duplicates=True, drop_leaks=held, mask_private=True, drop_keys=True)
        assert check not in found(case, written).counts
        assert done.counts[check]
