"""Evidence that teaches: whole, answerable as the interview asks, and refused with the place where it is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from advisor.content import evidence
from advisor.content.evidence import Comparison, EvidenceCase
from advisor.content.load import ContentError, load, load_entries
from advisor.interview.answers_file import read_situation

CASES = evidence.evidence_cases()
ASKED = evidence.everyday()
ARMS = evidence.comparisons()


def test_everything_is_there() -> None:
    assert (len(CASES), len(ASKED), len(ARMS)) == (134, 95, 2082)
    assert not {one.id for one in CASES} & {one.id for one in load().cases}


@pytest.mark.parametrize("case", CASES, ids=lambda one: one.id)
def test_a_case_is_answered_as_the_interview_asks(case: EvidenceCase) -> None:
    assert set(read_situation(case.answers).answers) == set(case.answers)
    assert case.outcome not in case.acceptable


def test_questions_as_they_came_are_answered_as_the_interview_asks() -> None:
    answered = [one for one in ASKED if one.answers]
    assert len(answered) == 63
    for one in answered:
        assert set(read_situation(one.answers or {}).answers) == set(one.answers or {}), one.id


def test_a_correction_that_is_called_applied_is_applied() -> None:
    seen = 0
    for case in CASES:
        for one in case.corrections:
            name = one.field.removeprefix("answers.")
            if one.applied and name != one.field:
                seen += 1
                left_out = isinstance(one.proposed, str) and one.proposed.startswith("(leave out)")
                assert (name not in case.answers) if left_out else (case.answers.get(name) != one.was), (case.id, name)
    assert seen > 40


def test_an_amount_that_no_source_gives_is_left_open() -> None:
    assert not [one.id for one in CASES if one.answers.get("labelled_examples") == [100, 5000]]


def test_what_stands_behind_a_case_decides_how_much_it_weighs() -> None:
    order = [evidence.WEIGHTS[one] for one in ("whole", "abstract", "one_sided", "reported", "anecdote")]
    assert order == sorted(order, reverse=True)
    for case in CASES:
        if case.strength == "anecdotal":
            assert evidence.standing(case) == "anecdote"
        if case.reread == "not_shown":
            assert evidence.WEIGHTS[evidence.standing(case)] <= 0.4


def test_rows_in_doubt_count_as_no_win_and_rows_without_an_address_are_not_shown() -> None:
    assert not any(one.counts for one in ARMS if one.caution)
    assert sum(one.counts for one in ARMS) == 1505
    assert any(not one.shown for one in ARMS)
    for one in ARMS:
        assert one.shown == ("https://" in one.source_url or "arxiv" in one.source_url.lower()), one.source_url


def test_the_address_of_a_comparison_is_one_that_a_browser_opens() -> None:
    addresses = {one.address for one in ARMS if one.address}
    assert {"https://github.com/socialfoundations/lawma", "https://arxiv.org/abs/2406.08660"} <= addresses
    assert all(re.fullmatch(r"https://[\w./-]+", address) for address in addresses), addresses


def test_the_arms_of_one_kind_of_task_are_those_of_the_table() -> None:
    kinds = {one.task_type for one in ARMS}
    assert [one for kind in sorted(kinds) for one in evidence.comparisons_of(kind)] == sorted(
        ARMS, key=lambda one: one.task_type
    )


def test_a_mistake_in_a_case_names_file_entry_and_field(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text("- {id: a, title: A, outcome: guessing}\n", "utf-8")
    with pytest.raises(ContentError, match=r"cases\.yaml: a: "):
        load_entries(file, EvidenceCase)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("83.45", "183.45"), r"comparisons\.csv: line 2: score: .*100"),
        (("small_open", "tiny"), r"comparisons\.csv: line 2: model_class: "),
        ((",dpo,", ',"dpo, n_train=1",'), r"comparisons\.csv: line 2: method: "),
        (("study,", "paper,"), r"comparisons\.csv: the first line must name the columns study,"),
    ],
)
def test_a_mistake_in_a_comparison_names_line_and_column(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    known = (evidence.CONTENT_DIR / "evidence" / "comparisons.csv").read_text("utf-8")
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "comparisons.csv").write_text(known.replace(*change, 1), "utf-8")
    with pytest.raises(ContentError, match=said):
        evidence.comparisons(tmp_path)


def test_the_columns_of_comparisons_are_those_of_the_model() -> None:
    first = (evidence.CONTENT_DIR / "evidence" / "comparisons.csv").read_text("utf-8").splitlines()[0]
    assert first.split(",") == list(Comparison.model_fields)
