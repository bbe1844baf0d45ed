"""The page "Your data" without a browser: a file is checked, stopped, filtered, taken over and forgotten."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from advisor.content.load import load
from advisor.dataset.files.bounds import Bounds
from advisor.dataset.files.source import open_source
from advisor.dataset.inspection.inspect import Inspection, inspect
from advisor.language import language
from advisor.ui.files import background
from advisor.ui.pages.data import checking
from advisor.ui.pages.data.checking import Check, Settings, Upload
from advisor.ui.pages.data.findings_files import check_json, findings_csv
from advisor.ui.pages.data.page import progress_text
from tests.ui.screen import checked, data_page, paste, press, problem, shown, texts, well

GOOD = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}]}
ROBOT = {"messages": [{"role": "robot", "content": "Hi"}, {"role": "assistant", "content": "<b>=1+1</b>"}]}
PRIVATE = {
    "messages": [{"role": "user", "content": "I am jan@an-example.org"}, {"role": "assistant", "content": "Fine."}]
}
BAD = "\n".join([json.dumps(GOOD), '{"messages": [', json.dumps(ROBOT), json.dumps(PRIVATE)])


@pytest.fixture(autouse=True)
def stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaving the page ends the run, since there is no other page here."""
    monkeypatch.setattr("advisor.ui.pages.data.profile.go", lambda page, here: st.stop())


def listed(test: AppTest) -> int:
    """How many findings the table shows."""
    table = next((text for text in texts(test) if 'class="data findings"' in text), "")
    return table.count('<tr role="row">') - 1


def first_sentence(test: AppTest) -> str:
    found = re.search(r'class="what verdict" role="status">([^<]*)<span class="counted">([^<]*)<', shown(test))
    assert found
    return found[2]


def test_a_bad_file_begins_with_one_sentence_and_names_lines() -> None:
    test = checked(data_page(), BAD)
    assert re.match(r"\d+ errors? and \d+ warnings? in 4 rows: fix the errors before training\.", first_sentence(test))
    assert "line 2" in shown(test)
    assert "robot" in shown(test)
    page = shown(test)
    assert page.index("Not ready: ") < page.index('<ul class="readiness"') < page.index('id="cost"')
    assert "takes no jobs since" in page


def test_text_of_the_file_is_text_and_personal_data_is_masked() -> None:
    page = shown(checked(data_page(), BAD))
    assert "<b>" not in page
    assert "jan@an-example.org" not in page


def test_a_sound_file_is_said_to_be_sound() -> None:
    rows = [
        {"messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]}
        for asked, answer in (("Where is my parcel?", "On its way."), ("Can I pay by card?", "Yes, by any card."))
    ]
    assert "Nothing" in first_sentence(checked(data_page(), "\n".join(map(json.dumps, rows))))


@pytest.mark.parametrize("text", ["PK\x03\x04 no rows", "just a few words"])
def test_what_is_no_training_file_never_breaks_the_page(text: str) -> None:
    test = checked(data_page(), text)
    assert problem(test) or first_sentence(test)


def test_an_unusable_file_fails_with_one_sentence_and_the_form_again() -> None:
    test = data_page()
    paste(test, BAD)
    mine = test.session_state["data-room"]
    mine.begin(Upload.of("empty.jsonl", b""), None, Settings())
    mine.check.thread.join(60)
    well(test.run())
    assert problem(test) == "empty.jsonl: The file is empty."
    assert any(button.key == "check-data" for button in test.button)


def test_nothing_handed_in_is_said() -> None:
    assert problem(press(data_page(), "check-data")) == "Choose a file, or paste some rows."


def test_findings_are_filtered_by_severity_and_kind() -> None:
    test = checked(data_page(), BAD)
    everything = listed(test)
    well(test.selectbox(key="severity:en").set_value("error").run())
    errors = listed(test)
    assert 0 < errors < everything
    well(test.selectbox(key="kind:error:en").set_value("unknown-role").run())
    assert listed(test) == 1


def test_findings_come_fifty_a_page() -> None:
    rows = [json.dumps({"messages": [{"role": "robot", "content": f"number {n} " + "x" * n}]}) for n in range(60)]
    test = checked(data_page(), "\n".join(rows))
    well(test.selectbox(key="kind::en").set_value("unknown-role").run())
    assert listed(test) == 50
    press(test, "more")
    assert 0 < listed(test) <= 50
    assert "51 to" in shown(test)


def test_every_kind_is_one_row_with_a_count_and_the_worst_stands_first() -> None:
    rows = [json.dumps(PRIVATE | {"note": n}) for n in range(60)] + ["{"]
    test = checked(data_page(), "\n".join(rows))
    table = next(text for text in texts(test) if 'class="data findings"' in text)
    assert listed(test) == len(set(re.findall(r"<summary>([^<]*)</summary>", table))) <= 6
    assert "lines 1, 2, 3, 4, 5 and 55 more" in table
    assert table.index("Error") < table.index("Warning")
    assert table.count("<li>") <= 11 * listed(test)
    assert "E-mail address (60)" in table


def test_a_check_can_be_stopped_and_says_how_far_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(source: Any, **how: Any) -> Inspection:
        while how["progress"](2000, 100):
            time.sleep(0.01)
        return inspect(source, progress=lambda rows, size: False)

    monkeypatch.setattr("advisor.ui.pages.data.checking.inspect", endless)
    test = paste(data_page(), BAD)
    check = test.session_state["data-room"].check
    while not check.rows:
        assert check.running
        time.sleep(0.01)
    assert "2,000 rows" in shown(well(test.run()))
    assert "MB/s" in shown(test)
    press(test, "stop")
    test.session_state["data-room"].check.thread.join(60)
    well(test.run())
    assert "The check was stopped after 4 rows" in shown(test)


@pytest.mark.parametrize(("code", "rows"), [("en", "1 row"), ("nl", "1 rij")])
def test_one_row_is_not_called_several(code: str, rows: str) -> None:
    check = Check(Upload.of("", BAD.encode()), None, Settings())
    check.thread.join(60)
    check.step, check.rows, check.size, check.total = "", 1, 2, 3
    for check.bytes_read, said in ((1, f"{rows}, "), (2, f"({rows}); "), (3, f"({rows}); ")):
        assert said in progress_text(check, language(code))


def test_a_fault_of_the_program_is_said_and_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(source: Any, **how: Any) -> Inspection:
        raise RuntimeError("out of order")

    monkeypatch.setattr("advisor.ui.pages.data.checking.inspect", broken)
    test = checked(data_page(), BAD)
    assert "a fault of this program" in problem(test)
    assert "out of order" in caplog.text


def test_a_file_is_checked_again_for_a_platform_and_as_another_format() -> None:
    test = checked(data_page(), BAD)
    well(test.selectbox(key="again:platform:en").set_value("openai").run())
    well(test.selectbox(key="again:form:en").set_value("sharegpt").run())
    press(test, "check-again")
    test.session_state["data-room"].check.thread.join(60)
    well(test.run())
    assert "ShareGPT conversations, because you said so." in shown(test)
    assert "Checked for: OpenAI." in shown(test)


def test_a_validation_file_unlocks_the_search_for_leaks() -> None:
    test = checked(data_page(), BAD)
    assert "add a validation file" in shown(test)
    mine = test.session_state["data-room"]
    mine.begin(mine.check.file, Upload.of("held.jsonl", json.dumps(GOOD).encode()), Settings())
    mine.check.thread.join(60)
    well(test.run())
    assert "add a validation file" not in shown(test)
    assert "1 of 1" in shown(test)


def test_the_file_is_forgotten_when_another_is_taken() -> None:
    test = press(checked(data_page(), BAD), "forget")
    assert test.session_state["data-room"].check is None
    assert any(button.key == "check-data" for button in test.button)


def test_measured_answers_are_taken_and_own_ones_stay_unless_agreed() -> None:
    test = press(checked(data_page(labelled_examples=640), BAD), "take-answers")
    here = test.session_state["visit"].situation
    assert here.answers["labelled_examples"] == 640
    assert {"data_shape", "sensitive_data"} <= here.measured
    test = checked(data_page(labelled_examples=640), BAD)
    well(test.checkbox(key="replacing:en").check().run())
    here = press(test, "take-answers").session_state["visit"].situation
    assert here.answers["labelled_examples"] == 3
    assert "labelled_examples" in here.measured


def test_the_result_survives_a_change_of_language() -> None:
    test = checked(data_page(), BAD)
    test.session_state["visit"].code = "nl"
    well(test.run())
    assert re.match(r"\d+ fout", first_sentence(test))
    assert "regel 2" in shown(test)


def inspected() -> Inspection:
    return inspect(open_source(BAD.encode(), "bad.jsonl"))


def test_the_csv_holds_every_finding_and_no_formula() -> None:
    found = inspected()
    rows = list(csv.DictReader(io.StringIO(findings_csv(found, load(), language("en")).decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == [one.check for one in found.findings]
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_the_json_holds_the_whole_check() -> None:
    found = inspected()
    made = json.loads(check_json(found, load(), language("nl")))
    assert made["counts"] == found.counts
    assert made["profile"]["rows"] == 4
    assert len(made["findings"]) == len(found.findings)
    assert made["complete"] is True
    assert set(made["findings"][0]) == {"id", "severity", "line", "unit", "field", "message", "evidence", "fix"}


def test_labels_are_drawn_with_personal_data_masked() -> None:
    rows = [{"text": f"Where is parcel {n}?", "label": ("bill", "jan@an-example.org")[n % 2]} for n in range(20)]
    test = checked(data_page(), "\n".join(map(json.dumps, rows)))
    assert "How often each label is the answer" in shown(test)
    assert "jan@an-example.org" not in shown(test)
    found = inspect(open_source("\n".join(map(json.dumps, rows)).encode(), "rows.jsonl"))
    assert b"jan@an-example.org" not in check_json(found, load(), language("en"))


def test_rows_too_long_for_a_platform_are_drawn_and_short_ones_are_a_sentence() -> None:
    assert "No row is longer than what a platform uses" in shown(checked(data_page(), BAD))
    long = {"messages": [{"role": "user", "content": "one two " * 40_000}, {"role": "assistant", "content": "Yes."}]}
    assert "Rows longer than a platform uses" in shown(checked(data_page(), f"{json.dumps(GOOD)}\n{json.dumps(long)}"))


@pytest.mark.parametrize("code", ["en", "nl"])
def test_a_file_beyond_the_bounds_is_told_which_and_how_to_check_it_elsewhere(monkeypatch, code):
    monkeypatch.setattr(checking, "APP", Bounds(columns=3))
    test = data_page(code)
    test.session_state["data-room"].slot("training").put(Upload.of("my rows.csv", b"a,b,c,d\n1,2,3,4\n"))
    press(test, "check-data")
    test.session_state["data-room"].check.thread.join(60)
    well(test.run())
    said = {"en": "The table has more than 3 columns", "nl": "De tabel heeft meer dan 3 kolommen"}
    assert said[code] in problem(test)
    assert [one.value for one in test.code] == ["advisor check 'my rows.csv'"]


def test_a_job_beyond_the_bounds_shows_the_command_that_does_it_elsewhere(monkeypatch):
    test = checked(data_page(), "\n".join(f'{{"prompt": "{n}?", "completion": "yes"}}' for n in range(5)))
    monkeypatch.setattr(background, "APP", Bounds(remembered=4))
    kinds = next(one for one in test.get("button_group") if one.key == "kind-of-file:en")
    press(well(kinds.set_value("split").run()), "prepare-split")
    test.session_state["data-room"].jobs["split"].work.thread.join(60)
    well(test.run())
    assert "4 rows at most" in problem(test)
    assert test.code[0].value.startswith("advisor split rows.jsonl -o parts")
    mine = test.session_state["data-room"]
    assert mine.account.used == mine.check.file.size, "nothing that was begun is held"


def test_the_page_says_its_bounds_in_numbers():
    assert "Unpacked it holds at most 1.2 GB, 200 times its size, and 2,000 columns" in shown(data_page())
    assert "hoogstens 1,2 GB groot, 200 keer zo groot als ingepakt, en telt het hoogstens 2.000 kolommen" in shown(
        data_page("nl")
    )
