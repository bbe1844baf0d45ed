"""The page for rows with tool calls: it works at first sight, refuses with what to do, and hands rows on."""

from __future__ import annotations

import json
from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.screen import follow, opened, page_alone, shown, texts, well


def page(code: str = "en", **mine: Any) -> AppTest:
    return page_alone("advisor.ui.pages.data.tool_rows", code, **mine)


def area(test: AppTest, name: str, code: str = "en") -> Any:
    return test.text_area(key=f"tool-{name}-{code}")


def problems(test: AppTest) -> str:
    return unescape(" ".join(one for one in texts(test) if 'class="problem"' in one))


@pytest.mark.parametrize(
    ("code", "said"), [("en", "14 rows, of which 4 answer without a tool."), ("nl", "14 rijen, waarvan 4 zonder tool.")]
)
def test_at_first_sight_invented_tools_give_rows(code: str, said: str) -> None:
    test = page(code)
    assert said in shown(test)
    assert not problems(test)
    assert len(test.get("download_button")) == 2
    assert "advisor tool-rows tools.json examples.jsonl tool-rows.jsonl" in test.code[-1].value


def test_a_tool_is_chosen_by_its_name_as_it_is_written() -> None:
    assert page().selectbox(key="tool-form-tool-en").options[1:] == ["find_order", "check_stock", "book_repair"]


def test_a_line_separator_within_a_text_ends_no_row() -> None:
    test = page()
    row = {"question": "one\u2028two", "answer": "Yes."}
    area(test, "examples").set_value(json.dumps(row, ensure_ascii=False)).run()
    (first,) = (one for one in texts(test) if '<pre class="file"' in one)
    assert "one\u2028two" in unescape(first)
    assert "Yes." in first


def test_the_saving_is_told_with_the_volume_of_the_answers() -> None:
    test = page(requests_per_month=30_000)
    assert "no tokens are saved" in shown(test)
    test.radio[0].set_value("tokens").run()
    assert "For 30,000 requests a month that is" in shown(test)
    test.radio[1].set_value("none").run()
    assert "a model that you serve yourself" in shown(test)
    assert "--goal tokens --in-use none --requests 30000" in well(test).code[-1].value


def test_tools_that_cannot_be_read_are_refused_with_what_to_do_and_as_text() -> None:
    test = page()
    area(test, "definitions").set_value('[{"type": "function", "function": {"name": "<b>x</b>"}}]').run()
    raw = " ".join(one for one in texts(test) if 'class="problem"' in one)
    assert "<b>x" not in raw
    assert 'tools[0].function.name: The tool definition cannot be used: its name "<b>x</b>"' in problems(test)
    assert not test.get("download_button")
    area(test, "definitions").set_value("[").run()
    assert "breaks off before its end" in problems(test)


def test_an_example_left_out_is_named_and_the_others_are_rows() -> None:
    test = page()
    bad = json.dumps({"question": "Where is it?", "tool": "find_order", "arguments": {}, "result": "a", "answer": "b"})
    area(test, "examples").set_value(area(test, "examples").value + "\n" + bad).run()
    assert "14 rows, of which 4" in shown(test)
    assert "missing: order_id" in unescape(shown(test))


def test_the_form_adds_an_example_once_it_fits() -> None:
    test = page()

    def typed(name: str, text: str) -> None:
        test.text_input(key=f"tool-form-{name}-en").set_value(text)

    test.selectbox(key="tool-form-tool-en").set_value("check_stock").run()
    typed("question", "Any pumps?")
    typed("arguments", '{"size": "M"}')
    typed("result", '{"pieces": 2}')
    typed("answer", "Two.")
    well(test.button(key="tool-add").click().run())
    assert "missing: article" in problems(test)
    typed("arguments", '{"article": "pump"}')
    well(test.button(key="tool-add").click().run())
    assert not problems(test)
    added = json.loads(area(test, "examples").value.splitlines()[-1])
    assert added == {
        "question": "Any pumps?",
        "tool": "check_stock",
        "arguments": {"article": "pump"},
        "result": {"pieces": 2},
        "answer": "Two.",
    }
    assert "15 rows, of which 4" in shown(test)
    assert test.text_input(key="tool-form-question-en").value == ""


def test_what_was_typed_stays_while_another_page_is_looked_at_and_the_rows_go_on_to_be_checked() -> None:
    test = follow(opened(), "tool-rows")
    area(test, "examples").set_value('{"question": "Hello", "answer": "Hello!"}').run()
    test = follow(follow(test, "learn"), "tool-rows")
    assert area(test, "examples").value == '{"question": "Hello", "answer": "Hello!"}'
    assert "No row calls find_order, check_stock, book_repair." in shown(test)
    well(test.button(key="go-on-tools").click().run())
    check = test.session_state["data-room"].check
    check.thread.join(60)
    assert check.result.recognition.form.id == "openai_tools"
    assert check.file.name == "tool-rows.jsonl"
