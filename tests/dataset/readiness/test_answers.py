"""What a file answers is measured, allowed by its question, and silent where the file does not tell."""

from __future__ import annotations

import json
from typing import Any

import pytest

from advisor import Situation, situation
from advisor.dataset import Inspection, inspect, open_source
from advisor.dataset.readiness.answers import answers, disputed, news, taken

WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath", "inlet", "jetty", "knoll", "larch")


def words(number: int, n: int) -> str:
    """Text that differs from row to row in most of its words."""
    return " ".join(WORDS[(number * (place + 3) + place * place) % len(WORDS)] + str(number) for place in range(n))


def chat(number: int, answer: str = "", system: str = "You sort letters.") -> dict[str, Any]:
    said = [{"role": "system", "content": system}] if system else []
    asked = {"role": "user", "content": words(number, 5 + number % 7)}
    return {"messages": [*said, asked, {"role": "assistant", "content": answer or words(number + 500, 6)}]}


def inspected(rows: list[Any], held: list[Any] | None = None, **how: Any) -> Inspection:
    def source(some: list[Any]) -> Any:
        return open_source("\n".join(json.dumps(row) for row in some).encode(), "rows.jsonl")

    return inspect(source(rows), validation=None if held is None else source(held), **how)


def found(rows: list[Any], held: list[Any] | None = None, **how: Any) -> dict[str, Any]:
    values, measured = answers(inspected(rows, held, **how))
    assert measured == set(values)
    for key, value in values.items():
        Situation({}).with_answer(key, value)
    return values


MANY = [chat(number) for number in range(30)]


def test_repeated_rows_do_not_count_as_examples() -> None:
    assert found(MANY)["labelled_examples"] == 30
    assert found([*MANY, MANY[0], MANY[1]])["labelled_examples"] == 30


def test_lengths_are_ranges_within_what_the_questions_allow() -> None:
    values = found(MANY)
    low, high = values["question_tokens"]
    assert 1 <= low < high
    assert values["instruction_tokens"] > 0
    assert "instruction_tokens" not in found([chat(number, system="") for number in range(30)])
    assert "question_tokens" not in found(MANY[:5])


@pytest.mark.parametrize(
    ("rows", "shape"),
    [
        (MANY, ("pairs",)),
        ([{"messages": [*chat(n)["messages"], *chat(n + 50, system="")["messages"]]} for n in range(12)], ("chat",)),
        ([{"text": words(n, 9), "label": n % 3} for n in range(30)], ("labels",)),
        ([{"prompt": words(n, 9), "chosen": words(n + 40, 5), "rejected": "no"} for n in range(12)], ("preferences",)),
        ([{"text": words(n, 30)} for n in range(12)], ("documents",)),
    ],
)
def test_the_shape_of_the_data_is_that_of_the_format(rows: list[Any], shape: tuple[str, ...]) -> None:
    assert found(rows)["data_shape"] == shape


def test_plain_text_is_no_example_and_has_no_answer_length() -> None:
    assert not {"labelled_examples", "output_tokens"} & found([{"text": words(n, 30)} for n in range(12)]).keys()


def test_labels_are_counted_and_one_sided_ones_are_not_balanced() -> None:
    even = found([{"text": words(n, 9), "label": ("bill", "claim", "other")[n % 3]} for n in range(60)])
    assert even["label_count"] == 3
    assert "data_balanced" not in even
    assert found([{"text": words(n, 9), "label": "bill"} for n in range(60)])["data_balanced"] == "no"


def test_personal_data_that_was_found_is_said_and_its_absence_is_not() -> None:
    assert "sensitive_data" not in found(MANY)
    assert found([*MANY, chat(99, "Write to jan.jansen@an-example.org, please.")])["sensitive_data"] == "personal"


def test_that_data_is_regulated_says_more_than_that_it_is_personal() -> None:
    measured = {"sensitive_data": "personal", "held_out": "no"}
    assert news(situation(sensitive_data="regulated"), measured) == {"held_out": "no"}
    assert news(situation(sensitive_data="none"), measured) == measured


def test_only_a_validation_file_tells_whether_test_cases_are_kept_apart() -> None:
    held = [chat(number) for number in range(300, 310)]
    assert "held_out" not in found(MANY)
    assert found(MANY, held)["held_out"] == "yes"
    assert found([*MANY, held[0]], held)["held_out"] == "no"


def test_refusals_are_a_percentage_and_none_found_says_nothing() -> None:
    assert "refusal_share" not in found(MANY)
    refused = [chat(99 + n, "I'm sorry, but I can't help with that.") for n in range(2)]
    assert found([*MANY[:18], *refused])["refusal_share"] == pytest.approx(10)


def test_the_script_is_said_only_where_it_is_clear() -> None:
    assert "language" not in found(MANY)
    greek = [chat(number, f"Ευχαριστούμε για το μήνυμα {number}") for number in range(20)]
    assert found(greek)["language"] == "other"
    assert "language" not in found([*greek, *MANY])


def test_a_pass_that_was_stopped_counts_nothing() -> None:
    values = found([*MANY, chat(99, "Write to jan.jansen@an-example.org, please.")], progress=lambda rows, size: False)
    assert not {"labelled_examples", "held_out", "refusal_share", "data_balanced"} & values.keys()
    assert values["data_shape"] == ("pairs",)


def test_own_answers_are_replaced_only_when_agreed() -> None:
    here = situation(labelled_examples=640, held_out=None, requests_per_month=900)
    measured = {"labelled_examples": 57.0, "held_out": "yes", "data_shape": ("pairs",)}
    assert disputed(here, measured) == {"labelled_examples"}
    kept = taken(here, measured, replacing=False)
    assert kept.answers["labelled_examples"] == 640
    assert kept.measured == {"held_out", "data_shape"}
    assert (kept.answers["held_out"], kept.answers["requests_per_month"]) == ("yes", 900)
    replaced = taken(here, measured, replacing=True)
    assert replaced.answers["labelled_examples"] == 57
    assert replaced.measured == set(measured)


def test_a_newer_measurement_replaces_an_older_one() -> None:
    before = taken(situation(), {"labelled_examples": 57.0}, replacing=False)
    after = taken(before, {"labelled_examples": 80.0}, replacing=False)
    assert after.answers["labelled_examples"] == 80
    assert not disputed(after, {"labelled_examples": 80.0})


def test_the_same_answer_is_not_disputed_and_becomes_measured() -> None:
    here = taken(situation(labelled_examples=57), {"labelled_examples": 57.0}, replacing=False)
    assert here.measured == {"labelled_examples"}
