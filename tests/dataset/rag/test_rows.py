"""Rows with a chosen share of refusals, and the five classes of what a model answers to such rows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.dataset import Unusable
from advisor.dataset.rag.rows import CLASSES, FiveClasses, build, score
from advisor.dataset.scoring import percentages, words
from advisor.language import language

PASSAGE = "The library closes at six."
SENTENCE = "I don't know"

PUBLISHED = {
    "base": (44, 0, 9, 47, 0),
    "tuned": (32, 18, 3, 7, 40),
    "tuned with demonstrations": (44, 5, 4, 25, 22),
}
"""The cookbook's table, of 100 rows each."""


def records(answered: int, declined: int) -> list[dict[str, Any]]:
    made = [{"question": f"Question {n}?", "context": PASSAGE, "answer": f"Answer {n}"} for n in range(answered)]
    return made + [{"question": f"Other {n}?", "context": PASSAGE, "answer": None} for n in range(declined)]


def refusals(rows: Any) -> int:
    return sum(row["messages"][-1]["content"] == SENTENCE for row in rows)


def test_a_row() -> None:
    (row,) = build(records(1, 0), 0).rows
    assert row["messages"] == [
        {
            "role": "system",
            "content": 'Answer from the passage only. If it does not hold the answer, say exactly: "I don\'t know"',
        },
        {"role": "user", "content": f"Question 0?\n\n{PASSAGE}"},
        {"role": "assistant", "content": "Answer 0"},
    ]
    (row,) = build(records(0, 1), 1, "Dat weet ik niet.", lang=language("nl")).rows
    assert row["messages"][0]["content"].startswith("Antwoord alleen")
    assert row["messages"][-1]["content"] == "Dat weet ik niet."
    (row,) = build([{"question": "a", "context": "b", "answer": "c", "is_impossible": True}], 1).rows
    assert row["messages"][-1]["content"] == SENTENCE


@pytest.mark.parametrize(
    ("answered", "declined", "share", "rows", "declining", "note"),
    [
        (80, 20, 0.2, 100, 20, ""),
        (80, 50, 0.2, 100, 20, "Records without an answer left out, to keep the share: {n}."),
        (
            80,
            10,
            0.2,
            50,
            10,
            "There are too few records without an answer. Records with one left out, to keep the share: {n}.",
        ),
        (10, 0, 0.2, 10, 0, "No record is without an answer"),
        (0, 10, 0.2, 10, 10, "No record has an answer, so every row declines."),
        (10, 5, 0, 10, 0, "Records without an answer left out"),
        (10, 5, 1, 5, 5, "There are too few"),
        (0, 0, 0.5, 0, 0, ""),
    ],
)
def test_the_share_is_kept(answered: int, declined: int, share: float, rows: int, declining: int, note: str) -> None:
    made = build(records(answered, declined), share)
    assert (len(made.rows), made.refusals, refusals(made.rows)) == (rows, declining, declining)
    assert made.left_out == answered + declined - rows
    assert [one.message.startswith(note) for one in made.notes] == ([True] if note else [])


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0, 1), st.integers(0, 9))
def test_the_share_is_within_one_row_of_what_was_asked(answered: int, declined: int, share: float, seed: int) -> None:
    made = build(records(answered, declined), share, seed=seed)
    assert abs(made.refusals - share * len(made.rows)) <= 1
    assert made == build(records(answered, declined), share, seed=seed)
    assert len({row["messages"][1]["content"] for row in made.rows}) == len(made.rows)


def test_the_seed_decides_the_order() -> None:
    assert build(records(20, 20), 0.5, seed=1).rows != build(records(20, 20), 0.5, seed=2).rows


@pytest.mark.parametrize(
    ("given_records", "share", "sentence"),
    [
        (records(1, 1), 1.5, SENTENCE),
        (records(1, 1), 0.5, " "),
        ([{"question": "Q", "answer": "A"}], 0.5, SENTENCE),
        ([{"question": "", "context": "C"}], 0.5, SENTENCE),
    ],
)
def test_what_no_rows_can_be_made_of(given_records: Any, share: float, sentence: str) -> None:
    with pytest.raises(Unusable):
        build(given_records, share, sentence)


@pytest.mark.parametrize(
    ("gold", "expects", "prediction", "wanted"),
    [
        ("Six", True, "six.", "correct"),
        ("six", True, "The library closes at SIX, I think.", "correct"),
        (["six", "18:00"], True, "At 18:00.", "correct"),
        ("1.5", True, "It is 15.", "wrong"),
        ("-5", True, "It is 5.", "wrong"),
        ("C++", True, "C#", "wrong"),
        ("six", True, "sixty", "wrong"),
        ("six", True, "I don’t know", "skipped"),
        ("six", True, "I'm sorry, but I can't help with that.", "skipped"),
        ("six", True, "", "skipped"),
        ("six", True, None, "skipped"),
        (None, False, "I don't know.", "correct_refusal"),
        (None, "false", "At six.", "hallucination"),
        ("", None, "At six.", "hallucination"),
        ("six", None, "At six.", "correct"),
        ("?", True, "?", "correct"),
    ],
)
def test_a_prediction(gold: Any, expects: Any, prediction: Any, wanted: str) -> None:
    assert score([{"gold": gold, "expects_answer": expects, "prediction": prediction}]).classes == (wanted,)


def test_exactly_the_answer() -> None:
    record = {"gold": "six", "expects_answer": True, "prediction": "At six."}
    assert score([record]).counts["correct"] == 1
    assert score([record], exact=True).counts["wrong"] == 1


@pytest.mark.parametrize("counts", PUBLISHED.values(), ids=PUBLISHED.keys())
def test_the_published_table(counts: tuple[int, ...]) -> None:
    said = {
        "correct": ("six", "Six."),
        "skipped": ("six", "I don't know"),
        "wrong": ("six", "Seven."),
        "hallucination": (None, "Six."),
        "correct_refusal": (None, "I don't know"),
    }
    made = [
        {"gold": said[name][0], "expects_answer": said[name][0] is not None, "prediction": said[name][1]}
        for name, n in zip(CLASSES, counts, strict=True)
        for _ in range(n)
    ]
    found = score(made)
    assert tuple(found.counts.values()) == counts
    assert tuple(found.percentages.values()) == counts
    assert sum(found.percentages.values()) == 100
    low, high = found.intervals["correct"]
    assert low < counts[0] / 100 < high


def test_the_published_shares_among_each_kind_of_question() -> None:
    base, tuned = (FiveClasses(dict(zip(CLASSES, PUBLISHED[name], strict=True)), ()) for name in ("base", "tuned"))
    assert base.answerable == {"correct": 83, "skipped": 0, "wrong": 17}
    assert tuned.answerable == {"correct": 60, "skipped": 34, "wrong": 6}
    assert base.unanswerable == {"hallucination": 100, "correct_refusal": 0}
    assert tuned.unanswerable["hallucination"] == 15


def test_wilson() -> None:
    low, high = FiveClasses(dict(zip(CLASSES, (80, 20, 0, 0, 0), strict=True)), ()).intervals["correct"]
    assert (round(low, 3), round(high, 3)) == (0.711, 0.867)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=9).filter(any))
def test_percentages_sum_to_a_hundred(counts: list[int]) -> None:
    found = percentages(counts)
    assert sum(found) == 100
    assert all(abs(share - 100 * n / sum(counts)) < 1 for share, n in zip(found, counts, strict=True))


def test_no_predictions() -> None:
    with pytest.raises(Unusable):
        score([])


def test_words() -> None:
    assert words("The price: €1,000.50 - not “−3”!") == ["the", "price", "€1,000.50", "not", "-3"]
