"""Rows that are held out and rows that are examples: nothing of the one is in the other."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from advisor.dataset.files.source import open_source
from advisor.dataset.row import Unusable
from advisor.language import language
from advisor.pilot.arms import question
from advisor.pilot.held_out import Divided, divide
from advisor.pilot.judging import Metric
from advisor.pilot.sentences import unseen_sentence
from tests.pilot.rows import data, rows


def lines(some: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in some).encode()


def divided(some: list[dict[str, Any]], examples: list[dict[str, Any]] | None = None, **more: Any) -> Divided:
    source = open_source(lines(some), "rows.jsonl")
    return divide(source, language(), open_source(lines(examples), "more.jsonl") if examples else None, **more)


def asked(some: tuple[dict[str, Any], ...]) -> set[str]:
    return {question(row["messages"]) for row in some}


def test_a_file_is_divided_without_a_question_in_both_parts() -> None:
    some = rows(60)
    told = divided([*some, *some[:20]])  # twenty rows stand twice
    assert asked(told.held_out) & asked(told.examples) == set()
    assert 20 <= len(told.held_out) <= 50
    assert told.metric == Metric(name="label")
    assert set(told.labels) == {"billing", "delivery", "account"}
    assert set(told.schema["properties"]["answer"]["enum"]) == set(told.labels)


def test_examples_of_another_file_lose_what_is_held_out() -> None:
    some = rows(60)
    told = divided(some[:30], some[20:])
    assert len(told.held_out) == 30
    assert told.leaked >= 10
    assert asked(told.held_out) & asked(told.examples) == set()
    assert divided(some[:30], some[30:]).leaked < told.leaked


def labelled(n: int, label: Callable[[int], str]) -> list[dict[str, Any]]:
    some = rows(n)
    for at, row in enumerate(some):
        row["messages"][-1]["content"] = label(at)
    return some


def test_what_is_held_out_shapes_no_schema() -> None:
    asked, shown = labelled(60, lambda at: f"City{at % 6}"), rows(120)[60:]
    for at, row in enumerate(shown):
        row["messages"][-1]["content"] = f"City{at % 4}"
    told = divided(asked, shown)
    assert set(told.labels) == set(told.schema["properties"]["answer"]["enum"]) == {f"City{n}" for n in range(4)}
    assert set(told.unseen) == {"City4", "City5"}
    assert "City4" in unseen_sentence(told.unseen, language())
    assert divided(asked, labelled(120, lambda at: f"City{at % 6}")[60:]).unseen == ()


def test_fields_that_only_held_out_rows_have_are_in_no_schema() -> None:
    asked = labelled(40, lambda at: json.dumps({"town": f"town {at}", "secret": at}))
    shown = labelled(80, lambda at: json.dumps({"town": f"town {at}"}))[40:]
    assert list(divided(asked, shown).schema["properties"]) == ["town"]


def test_of_a_sorted_file_every_label_is_held_out_in_its_share() -> None:
    told = divided(labelled(60, lambda at: "pos" if at < 40 else "neg"), rows(120)[60:], most=30)
    golds = [row["gold"] for row in told.held_out]
    assert (golds.count("pos"), golds.count("neg")) == (20, 10)
    assert len({row["id"] for row in told.held_out}) == 30
    again = divided(labelled(60, lambda at: "pos" if at < 40 else "neg"), rows(120)[60:], most=30, seed=1)
    assert [row["id"] for row in again.held_out] != [row["id"] for row in told.held_out]


def test_rows_whose_answers_all_differ_are_drawn_too() -> None:
    told = divided(labelled(60, lambda at: f"Order {at} went out to the town of your letter"), rows(120)[60:], most=20)
    assert [row["id"] for row in told.held_out] != [f"row-{at:05d}" for at in range(1, 21)]


def test_no_more_rows_are_held_out_than_asked_for() -> None:
    assert len(divided(rows(60), most=10).held_out) == 10


@pytest.mark.parametrize(
    ("answers", "metric"),
    [
        (["Delft"] * 30 + ["Gent"] * 30, "label"),
        ([json.dumps({"town": f"town {n}", "day": n}) for n in range(60)], "json"),
        ([f"Order {n * 7919 % 997}" for n in range(60)], "normalised"),
        (
            [
                f"Your order {n * 7919 % 997} went to the town that you named in your letter of day {n}"
                for n in range(60)
            ],
            "likeness",
        ),
    ],
)
def test_how_answers_are_judged_follows_from_those_that_are_right(answers: list[str], metric: str) -> None:
    some = rows(60)
    for row, answer in zip(some, answers, strict=True):
        row["messages"][-1]["content"] = answer
    assert divided(some).metric.name == metric
    assert divided(some, metric=Metric(name="contains")).metric.name == "contains"


def test_an_evaluation_set_says_itself_what_is_right() -> None:
    some = [
        {"messages": row["messages"][:-1], "gold": row["messages"][-1]["content"], "metric": "exact"}
        for row in rows(40)
    ]
    told = divided(some)
    assert told.metric.name == "exact"
    assert {row["gold"] for row in told.held_out} <= {"billing", "delivery", "account"}


USER = [{"role": "user", "content": "Where is it?"}]


@pytest.mark.parametrize(
    "wrong",
    [
        {"messages": "Where is it?", "gold": "Delft"},
        {"messages": [{"content": "Where is it?"}], "gold": "Delft"},
        {"messages": [{"role": "system", "content": "Answer."}], "gold": "Delft"},
        {"messages": USER, "gold": None},
        {"messages": USER, "gold": "free words", "metric": "json"},
        {"messages": USER, "gold": "Delft", "metric": ["exact"]},
        {"messages": USER, "gold": "Delft", "decline": [1]},
    ],
)
def test_a_row_of_another_shape_is_named(wrong: dict[str, Any]) -> None:
    some = [{"messages": row["messages"][:-1], "gold": "Delft", "metric": "exact"} for row in rows(40)]
    assert divided(some).held_out
    with pytest.raises(Unusable, match="Row 3: expected messages"):
        divided([*some[:2], wrong, *some[3:]])


def test_questions_and_answers_of_a_table_will_do() -> None:
    table = "question,answer\n" + "".join(
        f"{row['messages'][1]['content']},{row['messages'][2]['content']}\n" for row in rows(40)
    )
    told = divide(open_source(table.encode(), "rows.csv"), language())
    assert told.metric.name == "label"


def test_too_few_rows_are_told() -> None:
    with pytest.raises(Unusable, match="needs 20 rows"):
        divided(rows(8))
    with pytest.raises(Unusable):
        divide(open_source(b"just words\n", "a.txt"), language())
    assert len(data(3).splitlines()) == 3


@pytest.mark.parametrize(
    ("gold", "schema"),
    [("[" * 5_000 + "]" * 5_000, True), ('{"a":' * 450 + "1" + "}" * 450, False)],
    ids=["beyond what JSON is read", "beyond what a schema can say"],
)
def test_answers_that_are_nested_without_end_stop_nothing(gold: str, schema: bool) -> None:
    nested = [{**row, "messages": [*row["messages"][:2], {"role": "assistant", "content": gold}]} for row in rows(40)]
    found = divided(nested)
    assert found.held_out
    assert (found.schema is not None) == schema


def test_rows_in_which_nobody_asks_anything_are_no_rows_to_ask() -> None:
    silent = [{"messages": [one for one in row["messages"] if one["role"] != "user"]} for row in rows(40)]
    with pytest.raises(Unusable, match="here are 0"):
        divided(silent)
    said = {row["messages"][1]["content"] for row in rows(40)}
    assert asked(divided([*silent, *rows(40)]).held_out) <= said
