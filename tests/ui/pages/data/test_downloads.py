"""What a reader takes along from the page "Your data": made when asked for, shown, and given whole."""

from __future__ import annotations

import gzip
import io
import json
import re
import shlex
import threading
import zipfile
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from advisor.cli.main import app as commands
from advisor.ui.files.stored import ROUTES, Upload
from advisor.ui.pages.data import exports
from advisor.ui.pages.data.checking import Settings
from advisor.ui.pages.data.exports import Asked
from tests.ui.screen import checked, data_page, press, problem, shown, well


def said(n: int, role: str = "user") -> str:
    turns = [
        {"role": role, "content": f"What of {n * 7919} and {n * 104729}?"},
        {"role": "assistant", "content": f"It is {n * 15485863} of {n}."},
    ]
    return json.dumps({"messages": turns})


ROWS = "\n".join([*map(said, range(1, 41)), said(41, "User"), said(7), '{"messages": [', ""])
PAIRS = '{"prompt": "Who?", "completion": "=Me"}\n{"prompt": "What?", "completion": "That."}\n'


def chosen(test: AppTest, kind: str) -> AppTest:
    found = next(one for one in test.get("button_group") if one.key == "kind-of-file:en")
    return well(found.set_value(kind).run())


def made(test: AppTest, kind: str) -> AppTest:
    """Have it made, and wait for it."""
    press(test, f"prepare-{kind}")
    test.session_state["data-room"].jobs[kind].work.thread.join(60)
    return well(test.run())


def given(test: AppTest, place: int = 0) -> bytes:
    """What is behind a link on the page."""
    address = re.findall(r'<a class="fetch" href="\.(/held/[\w-]+)"', shown(test))[place]
    answer = TestClient(Starlette(routes=ROUTES)).get(address)
    assert answer.status_code == 200
    return answer.content


def command(test: AppTest) -> str:
    return str(test.code[-1].value)


def test_nothing_is_made_before_it_is_asked_for():
    test = checked(data_page(), ROWS)
    assert test.session_state["data-room"].jobs == {}
    assert "/held/" not in shown(test)


def test_a_repaired_file_shows_its_changes_and_what_is_left():
    test = made(checked(data_page(), ROWS), "repair")
    page = shown(test)
    assert "1 change in the 42 rows written. 1 row could not be read and is left out." in page
    assert '"role": "<mark>U</mark>ser"'.replace('"', "&#34;") in page
    assert "Checked once more" in page
    rows = given(test).decode().splitlines()
    assert rows == [*map(said, range(1, 42)), said(7)]
    assert given(test, 1) == b'{"messages": [\n'


def test_a_repair_without_the_rows_that_stand_twice_is_another_file():
    test = made(checked(data_page(), ROWS), "repair")
    well(test.checkbox(key="drop:en").check().run())
    assert "/held/" not in shown(test)
    made(test, "repair")
    assert "1 row repeats an earlier one and is left out." in shown(test)
    assert given(test).decode().splitlines() == [*map(said, range(1, 42))]
    assert command(test) == "advisor repair rows.jsonl rows.repaired.jsonl --drop-duplicates"


ADDRESS = said(50).replace("What of", "Is jan@an-example.org told of")


def with_validation(test: AppTest, rows: str, held: str) -> AppTest:
    mine = test.session_state["data-room"]
    mine.begin(Upload.of("rows.jsonl", rows.encode()), Upload.of("-held.jsonl", held.encode()), Settings())
    mine.check.thread.join(60)
    return well(test.run())


def test_what_is_private_and_what_stands_in_the_validation_file_can_be_taken_out():
    held = "\n".join([said(3), said(4), ""])
    test = with_validation(data_page(), f"{ADDRESS}\n{ROWS}", held)
    made(test, "repair")
    assert "2 errors" in shown(test).split("Checked once more", 1)[1]
    well(test.checkbox(key="mask:en").check().run())
    well(test.checkbox(key="leaks:en").check().run())
    page = shown(made(test, "repair"))
    assert "2 rows are also in the validation file and are left out." in page
    assert "is also line 2 of the validation file" in page
    assert "jan@an-example.org" not in page
    rows = given(test).decode().splitlines()
    assert rows[0] == ADDRESS.replace("jan@an-example.org", "[email]")
    assert not {said(3), said(4)} & set(rows)
    assert command(test) == ("advisor repair rows.jsonl rows.repaired.jsonl --drop-leaks ./-held.jsonl --mask-private")
    test.session_state["visit"].code = "nl"
    assert "2 rijen staan ook in het validatiebestand en zijn weggelaten." in shown(well(test.run()))


def test_only_what_was_found_is_offered_to_be_taken_out():
    test = with_validation(data_page(), ROWS, said(60))
    offered = ("drop:en", "mask:en", "leaks:en")
    assert [box.key for box in test.checkbox if box.key in offered] == ["drop:en"]
    test = with_validation(test, "\n".join([*map(said, range(1, 41)), ""]), said(60))
    assert not [box.key for box in test.checkbox if box.key in offered]


def test_two_files_of_the_same_name_are_told_apart_in_the_command():
    file = Upload.of("rows.jsonl", ROWS.encode())
    asked = Asked(drop_leaks=True)
    shell = exports.repair_command(file, Upload.of("out.jsonl", b""), Upload.of("rows.jsonl", b"{}"), Settings(), asked)
    assert shell == "advisor repair rows.jsonl out.jsonl --drop-leaks validation/rows.jsonl"


def test_one_can_go_on_with_the_repaired_file():
    test = press(made(checked(data_page(), ROWS), "repair"), "go-on-repaired")
    mine = test.session_state["data-room"]
    mine.check.thread.join(60)
    well(test.run())
    assert "in 42 rows" in shown(test)
    assert mine.check.file.name == "rows.repaired.jsonl"
    assert mine.jobs == {}


def test_a_conversion_says_what_can_be_lost_and_what_was():
    test = chosen(checked(data_page(), PAIRS), "convert")
    assert "can be lost on the way" in shown(test)
    well(test.selectbox(key="target:en").set_value("csv_pairs").run())
    made(test, "convert")
    assert "an apostrophe is put before text" in shown(test)
    assert given(test).decode().splitlines()[1] == '"","Who?","\'=Me"'
    assert command(test).endswith("--to csv_pairs --container csv")


def test_a_conversion_that_leaves_no_row_says_so_and_gives_the_reason_once():
    call = {"id": "a", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    rows = [
        {
            "messages": [
                {"role": "user", "content": f"Look {n}."},
                {"role": "assistant", "tool_calls": [call]},
                {"role": "tool", "tool_call_id": "a", "content": "seen"},
                {"role": "assistant", "content": f"Seen {n}."},
            ]
        }
        for n in range(30)
    ]
    test = chosen(checked(data_page(), "\n".join(map(json.dumps, rows))), "convert")
    well(test.selectbox(key="target:en").set_value("alpaca").run())
    made(test, "convert")
    page = shown(test)
    assert "Nothing was written. 30 rows are left out.<" in page
    assert "Nothing was lost" not in page
    assert page.count("it calls tools, and the format has no place for that") == 1
    assert "lines 1, 2, 3, 4, 5 and 25 more" in page


def test_rows_that_cannot_be_converted_say_why():
    assert "Say which one it is" in shown(chosen(checked(data_page(), '{"a": 1}'), "convert"))


def test_a_split_is_a_zip_of_parts_that_share_nothing():
    test = made(chosen(checked(data_page(), ROWS), "split"), "split")
    assert "42 rows in 3 parts." in shown(test)
    assert "The part test is small" in shown(test)
    with zipfile.ZipFile(io.BytesIO(given(test))) as archive:
        parts = {name: set(archive.read(name).decode().splitlines()) for name in archive.namelist()}
    assert set(parts) == {"train.jsonl", "validation.jsonl", "test.jsonl"}
    assert set.union(*parts.values()) == {*map(said, range(1, 41)), said(41, "User")}
    assert sum(map(len, parts.values())) == 41


def test_shares_must_be_a_hundred_together():
    test = chosen(checked(data_page(), ROWS), "split")
    well(test.text_input(key="number-train-en").set_value("70").run())
    assert "The three shares are 90% together. Make them 100%." in shown(test)
    assert not [button for button in test.button if button.key == "prepare-split"]
    well(test.text_input(key="number-test-en").set_value("0").run())
    well(test.text_input(key="number-validation-en").set_value("30").run())
    with zipfile.ZipFile(io.BytesIO(given(made(test, "split")))) as archive:
        assert archive.namelist() == ["train.jsonl", "validation.jsonl"]
    assert "--shares 0.7,0.3,0 --seed 0" in command(test)


def test_what_is_being_made_can_be_stopped(monkeypatch: pytest.MonkeyPatch):
    def endless(work: Any, *rest: Any) -> None:
        while True:
            work.count(0)

    monkeypatch.setattr("advisor.ui.pages.data.exports.repaired", endless)
    test = press(checked(data_page(), ROWS), "prepare-repair")
    assert "Being made" in shown(test)
    press(test, "stop-repair")
    test.session_state["data-room"].jobs["repair"].work.thread.join(60)
    assert problem(well(test.run())) == "It was stopped."


def test_a_button_says_that_it_stops_what_is_still_being_made(monkeypatch: pytest.MonkeyPatch):
    go = threading.Event()
    monkeypatch.setattr("advisor.ui.pages.data.exports.repaired", lambda *asked: go.wait(60))
    warning = "Something else is still being made of this file."
    test = press(checked(data_page(), ROWS), "prepare-repair")
    assert warning not in shown(test)
    assert warning in shown(well(test.checkbox(key="drop:en").check().run()))
    assert warning not in shown(well(test.checkbox(key="drop:en").uncheck().run()))
    assert warning in shown(chosen(test, "split"))
    go.set()
    test.session_state["data-room"].jobs["repair"].work.thread.join(60)
    assert warning not in shown(well(test.run()))


def test_what_was_made_stays_when_the_language_changes():
    test = checked(data_page(), ROWS)
    well(test.checkbox(key="drop:en").check().run())
    made(test, "repair")
    test.session_state["visit"].code = "nl"
    assert "1 rij herhaalt een eerdere en is weggelaten." in shown(well(test.run()))


def test_the_name_of_a_file_is_text_and_names_what_is_made_of_it():
    test = checked(data_page(), ROWS)
    mine = test.session_state["data-room"]
    mine.begin(Upload.of('"><img src=x>.v2.jsonl.gz', gzip.compress(ROWS.encode())), None, Settings())
    mine.check.thread.join(60)
    page = shown(made(well(test.run()), "repair"))
    assert "<img" not in page
    assert 'download="&#34;&gt;&lt;img src=x&gt;.v2.repaired.jsonl"' in page


def test_what_was_made_goes_with_the_file():
    test = made(checked(data_page(), ROWS), "repair")
    address = re.search(r"/held/[\w-]+", shown(test))
    assert address
    press(test, "forget")
    assert TestClient(Starlette(routes=ROUTES)).get(address[0]).status_code == 404


@pytest.mark.parametrize("name", ["rows.jsonl", "-o.jsonl", "a b'; rm x.jsonl", "archive.tar.jsonl.gz", "bare"])
def test_the_command_shown_makes_the_same(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(f"{ADDRESS}\n{ROWS}")
    (tmp_path / "-held.jsonl").write_text(said(3))
    file, held = Upload.of(name, b""), Upload.of("-held.jsonl", b"")
    settings = Settings("azure", None, "openai_chat")
    shown_command = exports.repair_command(file, Upload.of("-out.jsonl", b""), held, settings, Asked(True, True, True))
    ran = CliRunner().invoke(commands, shlex.split(shown_command)[1:])
    assert ran.exit_code == 1, ran.output  # its last row breaks off
    out = (tmp_path / "-out.jsonl").read_bytes()
    assert out.startswith(b"\xef\xbb\xbf")
    assert len(out.splitlines()) == 41
    assert b"[email]" in out
    assert said(3).encode() not in out


QUESTIONS = "\n".join(
    json.dumps({"question": f"Question {n}?", "context": "It is six.", "answer": f"A{n}" if n % 2 else None})
    for n in range(40)
)


def test_rows_that_answer_or_decline_are_offered_for_questions_with_passages():
    test = checked(data_page(), QUESTIONS)
    well(test.text_input(key="number-share-en").set_value("20").run())
    made(test, "rag")
    assert "25 rows written, of which 20% decline." in shown(test)
    assert "Records without an answer left out" in shown(test)
    rows = [json.loads(line) for line in given(test).splitlines()]
    assert sum(row["messages"][-1]["content"] == "I don't know" for row in rows) == 5
    assert command(test) == "advisor rag-rows rows.jsonl rows.rag.jsonl --refusals 0.2 --seed 0"


def test_predictions_are_scored_in_five_classes():
    predictions = [("six", "At six."), ("six", "I don't know"), ("six", "<b>"), (None, "Six."), (None, "I don't know")]
    rows = "\n".join(json.dumps({"answer": gold, "prediction": said}) for gold, said in predictions)
    test = made(checked(data_page(), rows), "score")
    page = shown(test)
    assert "40% of 5 predictions are as they should be." in page
    assert page.count('class="data classes"') == 1
    assert "correct,Right answer,1,20," in given(test).decode("utf-8-sig")
    assert given(test, 1).decode().splitlines() == [
        "line,class", "1,correct", "2,skipped", "3,wrong", "4,hallucination", "5,correct_refusal"
    ]  # fmt: skip
    assert "--exact" not in command(test)


def test_other_files_have_neither():
    page = shown(checked(data_page(), ROWS))
    assert "What the predictions are worth" not in page
