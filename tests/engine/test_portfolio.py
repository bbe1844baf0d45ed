from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from advisor import AnswerErrors, advise, advise_many, situation
from advisor.content.load import load
from advisor.language import language

AT = date(2026, 11, 22)

TABLE = pl.DataFrame(
    {
        "id": ["help-desk", "sql", "empty"],
        "task": ["qa", "sql_code", ""],
        "gap": ["knowledge|cost", "reasoning", ""],
        "knowledge_changes": ["weekly", "never", ""],
        "citations": ["yes", "no", ""],
        "labelled_examples": ["0", "4000..6000", ""],
        "prompt_tried": ["basic", "good", ""],
        "prompt_result": ["near", "poor", ""],
        "evaluation_set": ["yes", "yes", ""],
        "rag_tried": ["no", "not_needed", ""],
    }
)


def test_one_row_in_one_row_out_in_the_same_order() -> None:
    found = advise_many(TABLE, AT)
    assert found["id"].to_list() == ["help-desk", "sql", "empty"]
    assert found["verdict"].to_list() == ["dont", "fine_tune", "not_yet"]
    assert found["option"].to_list()[:2] == ["rag", "sft"]


def test_a_row_says_what_the_advice_says() -> None:
    row = advise_many(TABLE, AT).row(0, named=True)
    advice = advise(
        situation(
            task="qa",
            gap=["knowledge", "cost"],
            knowledge_changes="weekly",
            citations="yes",
            labelled_examples=0,
            prompt_tried="basic",
            prompt_result="near",
            evaluation_set="yes",
            rag_tried="no",
        ),
        AT,
    )
    assert (row["verdict"], row["option"]) == (advice.verdict, advice.option)
    assert row["stability"] == pytest.approx(advice.stability, abs=0.1)


def test_neighbours_change_nothing() -> None:
    alone = advise_many(TABLE[1:2], AT)
    assert alone.row(0) == advise_many(TABLE, AT).row(1)


def test_bad_cells_are_all_named_with_row_and_column() -> None:
    bad = TABLE.with_columns(citations=pl.Series(["maybe", "no", "perhaps"]))
    with pytest.raises(AnswerErrors) as caught:
        advise_many(bad, AT)
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["row 1", "row 3"]
    assert all("citations" in line for line in lines)


def test_a_column_that_is_no_question_is_named() -> None:
    with pytest.raises(AnswerErrors, match="did you mean task"):
        advise_many(pl.DataFrame({"tasks": ["qa"]}), AT)


def test_an_empty_table_gives_an_empty_table() -> None:
    found = advise_many(TABLE.clear(), AT)
    assert found.height == 0
    assert "verdict" in found.columns


@pytest.mark.parametrize("cell", ["1,200", "1.200,5", "20M", "nan", "1_000", "٣", "1200-2500"])
def test_a_cell_for_a_number_has_one_form_and_another_is_refused_by_name(cell: str) -> None:
    with pytest.raises(AnswerErrors) as caught:
        advise_many(pl.DataFrame({"task": ["qa", "qa"], "labelled_examples": ["1200..2500", cell]}), AT)
    assert str(caught.value) == (
        "row 2: labelled_examples: expected a plain number such as 1200 or 0.5, or a range such as 1200..2500; "
        f'got "{cell}"'
    )


@pytest.mark.parametrize(("cell", "said"), [("1.000", "write 1000 or 1"), ("500..1.000", "write 1000 or 1")])
def test_a_cell_that_can_be_two_numbers_is_asked_back(cell: str, said: str) -> None:
    with pytest.raises(AnswerErrors) as caught:
        advise_many(pl.DataFrame({"requests_per_month": [cell]}), AT)
    assert str(caught.value) == f"row 1: requests_per_month: 1.000 can be two things here: {said}"


def test_the_row_of_a_mistake_is_said_in_the_language_of_the_reader() -> None:
    with pytest.raises(AnswerErrors) as caught:
        advise_many(pl.DataFrame({"citations": ["yes", "maybe"]}), AT)
    assert [error.text(language("nl")).split(":")[:2] for error in caught.value.errors] == [["rij 2", " citations"]]


def test_a_row_says_what_its_price_rests_on_and_ends_as_the_advice_does() -> None:
    runs = {"model": "small", "price_model": "gpt_4_1_mini", "requests_per_month": 100_000, "horizon_months": 12}
    kept = {**runs, "prompt_tried": "good", "prompt_result": "good", "task_changes": "monthly"}
    rows = [kept, {**kept, "price_model": "gpt_6_luna"}, {**kept, "horizon_months": 1}]
    found = advise_many(pl.DataFrame(rows), AT)
    for row, answers in zip(found.iter_rows(named=True), rows, strict=True):
        advice = advise(situation(**answers), AT)
        assert row["option"] == advice.option
        ends = [ending for ending in advice.endings if advice.option in ending.options]
        assert row["endings"] == "|".join(ending.ref for ending in ends)
        assert row["first_end"] == next((ending.gone_from or ending.gone_not_before for ending in ends), None)
    assert found["endings"].to_list() == ["gpt_4_1_mini", "", ""]
    assert found["first_end"].to_list() == [date(2027, 1, 14), None, None]


def test_a_row_that_trains_says_when_its_route_ends() -> None:
    tuned = {
        "task": "rewriting", "gap": ["style"], "goal": "measurable", "prompt_tried": "good", "prompt_result": "poor",
        "evaluation_set": "yes", "labelled_examples": 3_000, "data_rights": "yes", "platforms": ["azure"],
        "azure_customer": "existing", "hosting": "region", "horizon_months": 24, "rag_tried": "not_needed",
        "knowledge_changes": "never",
    }  # fmt: skip
    row = advise_many(pl.DataFrame([tuned]), AT).row(0, named=True)
    route = next(route for route in load().routes if route.id == row["endings"])
    assert (row["option"], route.platform, row["first_end"]) == ("sft", "azure", route.gone_from)


def test_situations_may_stand_in_place_of_a_table_and_anything_else_is_refused_by_name() -> None:
    here = [situation(task="qa", gap=["knowledge"]), situation(task="sql_code")]
    table = pl.DataFrame({"task": ["qa", "sql_code"], "gap": ["knowledge", ""]})
    assert advise_many(here, AT).equals(advise_many(table, AT))
    assert advise_many([], AT).equals(advise_many(table.clear(), AT))
    with pytest.raises(TypeError, match=r"situation\(\.\.\.\).*number 2 is a dict"):
        advise_many([here[0], {"task": "qa"}], AT)  # type: ignore[list-item]
    with pytest.raises(TypeError, match="got dict"):
        advise_many({"task": ["qa"]}, AT)  # type: ignore[arg-type]


def test_a_row_says_which_limits_are_broken_and_what_is_too_slow_by_a_guess() -> None:
    ready = {"task": "classification", "labelled_examples": 3_000, "evaluation_set": "yes", "prompt_tried": "good"}
    here = [
        situation(task="rewriting", gap=["style"], budget_month=300, requests_per_month=300_000),
        situation(**ready, prompt_result="near", latency_limit=0.05),
        situation(**ready, prompt_result="near", latency_limit=8.0),
    ]
    found = advise_many(here, AT)
    assert found["breaks"].to_list() == ["budget_month", "", ""]
    assert found["too_slow"].to_list() == [False, True, False]
    for one, row in zip(here, found.iter_rows(named=True), strict=True):
        advice = advise(one, AT)
        assert (row["breaks"], row["too_slow"]) == ("|".join(advice.breaks), advice.too_slow)
