"""What the checks say of their precision is what was counted, and what is often wrong does not warn."""

from __future__ import annotations

import pytest

from advisor.content import load
from advisor.language import language
from advisor.ui import findings
from tests.dataset.precision.measure import counted, files, verdicts

CHECKS = {check.id: check for check in load().checks}
NOW = counted(verdicts(), "found_now")


def test_a_check_says_what_was_counted() -> None:
    assert {key: (one.measured.right, one.measured.finds) for key, one in CHECKS.items() if one.measured} == NOW
    assert all("precision" in CHECKS[key].sources for key in NOW)


@pytest.mark.parametrize("check", NOW)
def test_what_warns_is_right_four_times_in_five(check: str) -> None:
    right, finds = NOW[check]
    assert CHECKS[check].severity == "info" or right >= 0.8 * finds


def test_at_least_twelve_checks_of_texts_warn() -> None:
    warning = [one.id for one in CHECKS.values() if one.group in ("text", "privacy") and one.severity != "info"]
    assert len(warning) >= 12


def test_each_verdict_is_about_a_file_that_is_named_with_its_commit() -> None:
    known = {tuple(one.values()) for one in files()}
    read = verdicts()
    assert {one.place[:3] for one in read} <= known
    assert all(len(one.commit) == 40 for one in read)
    assert {one.verdict for one in read} == {"right", "wrong"}
    assert len({one.place for one in read}) == len(read)


def test_the_page_says_how_often_a_finding_was_right() -> None:
    right, finds = NOW["cut-off"]
    said = findings._why(CHECKS["cut-off"], language("en"))
    assert f"On public files, {right} of {finds} finds were right (seen on November 28, 2026)." in said
    assert "public files" not in findings._why(CHECKS["utf-16"], language("en"))
