"""Every kind of defect is found where it was planted, and not in a file beside it that differs in little."""

from __future__ import annotations

import pytest

from advisor.content.load import load
from advisor.dataset.checks import FileFacts, check_file
from advisor.dataset.files.source import open_source
from advisor.dataset.inspection.inspect import Inspection, inspect
from advisor.dataset.platforms import platform
from tests.dataset.checks.controls import CONTROLS, OTHERWISE, control
from tests.dataset.checks.defects import DEFECTS, SECOND, SOUND, TOO_LARGE, Case, lines


def inspected(case: Case) -> Inspection:
    held = open_source(case.held, "held.jsonl") if case.held else None
    return inspect(
        open_source(case.data, case.name),
        platform=case.platform,
        method=case.method,
        form=case.form,
        validation=held,
    )


def test_every_check_has_a_defect_and_a_control() -> None:
    known = {check.id for check in load().checks}
    assert DEFECTS.keys() | TOO_LARGE == known
    assert CONTROLS.keys() | OTHERWISE.keys() == DEFECTS.keys()
    assert not CONTROLS.keys() & OTHERWISE.keys()


@pytest.mark.parametrize("check", DEFECTS)
def test_a_defect_is_found_and_what_is_sound_beside_it_is_not(check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if check == "row-too-long":
        monkeypatch.setattr("advisor.dataset.files.source.LONGEST", 20_000)  # what is too long to be read takes 32 MB
    defect = DEFECTS[check]
    places = {one.line for one in inspected(defect).findings if one.check == check}
    assert places
    if defect.data.startswith(lines(SOUND)) and defect.data.endswith(lines(SECOND)) and not defect.held:
        assert not places & {1, defect.data.count(b"\n")}, "a sound row beside it is blamed"
    assert check not in inspected(control(check)).counts


def test_a_file_is_too_large_from_its_limit_on() -> None:
    for check, facts, fewer in (
        ("file-too-large", FileFacts(99, size=512_000_000), FileFacts(99, size=511_999_999)),
        ("too-many-rows", FileFacts(50_001), FileFacts(50_000)),
    ):
        limits = platform("openai", "rft")
        assert check in {fault.check for fault in check_file(facts, limits, "rft")}
        assert check not in {fault.check for fault in check_file(fewer, limits, "rft")}
