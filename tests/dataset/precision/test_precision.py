"""What the checks say of their precision is what was counted, and what is often wrong does not warn."""

from __future__ import annotations

import pytest

from advisor.content.load import load
from advisor.language import language
from advisor.ui.pages.data import findings
from tests.dataset.precision.measure import IN, OUT, counted, files, first_sight, verdicts

CHECKS = {check.id: check for check in load().checks}
INSIDE, OUTSIDE = (counted(verdicts(), "found_now", samples) for samples in (IN, OUT))


def said(which: str) -> dict[str, tuple[int, int]]:
    """What the checks say of one of their two figures."""
    figures = {key: getattr(one.measured, which) for key, one in CHECKS.items() if one.measured}
    return {key: (one.right, one.finds) for key, one in figures.items() if one}


def test_a_check_says_what_was_counted() -> None:
    assert said("in_sample") == INSIDE
    assert said("out_of_sample") == OUTSIDE
    assert all("precision" in CHECKS[key].sources for key in INSIDE | OUTSIDE)


@pytest.mark.parametrize("check", sorted(INSIDE | OUTSIDE))
def test_what_warns_is_right_four_times_in_five(check: str) -> None:
    figures = [some[check] for some in (INSIDE, OUTSIDE) if check in some]
    assert CHECKS[check].severity == "info" or all(right >= 0.8 * finds for right, finds in figures)


def test_a_check_that_did_badly_at_first_sight_was_mended_or_does_not_warn() -> None:
    """Its finds at that time then count as in-sample: none of them may be passed off as new to it."""
    first = first_sight(verdicts())
    taught = {one.check for one in verdicts() if one.sample == "taught"}
    assert {check for check, (right, finds) in first.items() if right < 0.8 * finds} <= taught


def test_at_least_twelve_checks_of_texts_warn() -> None:
    warning = [one.id for one in CHECKS.values() if one.group in ("text", "privacy") and one.severity != "info"]
    assert len(warning) >= 12


def test_each_verdict_is_about_a_file_that_is_named_with_its_commit() -> None:
    known = {(one["repository"], one["commit"], one["path"]) for one in files()}
    read = verdicts()
    assert {one.place[:3] for one in read} <= known
    assert all(len(one.commit) == 40 for one in read)
    assert {one.verdict for one in read} == {"right", "wrong"}
    assert len({one.place for one in read}) == len(read)


def test_the_page_says_how_often_a_finding_was_right() -> None:
    (right, finds), (inside, of) = OUTSIDE["phone"], INSIDE["phone"]
    said = findings.why(CHECKS["phone"], language("en"))
    assert (
        f"On public files new to this check, {right} of {finds} finds were right (seen on November 28, 2026)." in said
    )
    assert f"On the files it was improved on, {inside} of {of} finds were right (seen on November 28, 2026)." in said
    assert "finds were right" not in findings.why(CHECKS["utf-16"], language("en"))


def test_a_check_without_new_files_says_so_by_one_figure_alone() -> None:
    assert "refusal-as-target" not in OUTSIDE
    said = findings.why(CHECKS["refusal-as-target"], language("nl"))
    assert "waarop deze controle is verbeterd" in said
    assert "die nieuw waren" not in said


def test_no_repository_is_both_in_and_out_of_sample() -> None:
    samples = {name: {one["repository"] for one in files() if one["sample"] == name} for name in ("in", "out")}
    assert not samples["in"] & samples["out"]
    by_file = {(one["repository"], one["path"]): one["sample"] for one in files()}
    assert all((one.sample == "in") == (by_file[one.repository, one.path] == "in") for one in verdicts())
