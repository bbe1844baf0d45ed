from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given

from advisor.content.load import load
from advisor.interview.answers_file import parse, parse_cell, read_situation, write_yaml
from advisor.interview.situation import AnswerErrors, situation
from advisor.language import language
from tests.situations import situations

CONTENT = load()


@given(situations())
def test_a_file_brings_back_the_same_answers(here: object) -> None:
    again = read_situation(parse(write_yaml(here).encode()))  # type: ignore[arg-type]
    assert dict(again.answers) == dict(here.answers)  # type: ignore[attr-defined]


def test_a_file_brings_back_what_was_left_out() -> None:
    here = situation(citations="yes").leaving_out(["must-cite"])
    assert read_situation(parse(write_yaml(here).encode())) == here


@pytest.mark.parametrize(
    ("off", "words"),
    [
        (["must-site"], 'off: there is no term "must-site"; did you mean must-cite?'),
        (["qqqqqq"], "content/weights/terms.yaml has them all"),
        ("must-cite", "off: expected a list of ids of terms"),
        ([["must-cite"]], "there is no term"),
    ],
)
def test_a_term_that_is_none_is_refused_with_what_may_be_meant(off: object, words: str) -> None:
    with pytest.raises(AnswerErrors) as caught:
        read_situation({"citations": "yes", "off": off})
    assert words in str(caught.value)


def test_no_question_is_called_as_the_marks_of_a_file_are() -> None:
    assert not {"off", "measured"} & {one.id for one in (*CONTENT.questions, *CONTENT.assumptions)}


def test_a_file_that_is_no_mapping_says_what_is_expected(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text("- a\n- b\n")
    with pytest.raises(AnswerErrors, match="expected lines such as"):
        read_situation(file)


def test_a_file_that_is_not_yaml_names_the_line(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text("task: qa\ngap: [cost\n")
    with pytest.raises(AnswerErrors, match=r"answers\.yaml:"):
        read_situation(file)


def test_a_file_in_latin_1_is_refused_with_the_place(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_bytes("project: caf\u00e9".encode("latin-1"))
    with pytest.raises(AnswerErrors, match="not UTF-8 text"):
        read_situation(file)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_bytes(b"\xef\xbb\xbf" + b'{"citations": "yes"}')
    assert read_situation(file).known() == {"citations": "yes"}


@pytest.mark.parametrize(
    ("cell", "key", "value"),
    [
        ("", "task", None),
        ("qa", "task", "qa"),
        ("style|cost", "gap", ["style", "cost"]),
        ("10..20", "labelled_examples", [10.0, 20.0]),
        ("3000", "labelled_examples", 3000.0),
        ("many", "labelled_examples", "many"),
    ],
)
def test_cells_of_a_table(cell: str, key: str, value: object) -> None:
    assert parse_cell(cell, key, CONTENT) == value


def test_a_number_beyond_all_numbers_is_refused_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text(f"labelled_examples: {10**400}")
    with pytest.raises(AnswerErrors, match="labelled_examples: expected a number"):
        read_situation(file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("goal: none\ngoal: vague", "answers.yaml:2: de sleutel ‘goal’ staat er twee keer"),
        (
            "gap: &a [cost]\ntask: *a",
            "answers.yaml:2: aliassen (*naam) worden hier niet gelezen: schrijf de waarde voluit",
        ),
        ("[" * 20, "answers.yaml:1: lijsten en groepen mogen hoogstens 8 diep in elkaar zitten"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_in_dutch_and_names_the_file_once(text: str, said: str) -> None:
    with pytest.raises(AnswerErrors) as caught:
        parse(text.encode(), "answers.yaml")
    assert [error.text(language("nl")) for error in caught.value.errors] == [said]


def test_what_is_no_yaml_names_the_file_once() -> None:
    with pytest.raises(AnswerErrors) as caught:
        parse(b"task: qa\ngap: [cost\n", "answers.yaml")
    said = str(caught.value)
    assert said.startswith("answers.yaml:")
    assert said.count("answers.yaml") == 1
    assert "a bracket is not closed" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [yes\n b: : c\n", "haak"),
        ('a: "\n', "aanhalingsteken is niet gesloten"),
        ("a: 'x\nb: 1\n", "aanhalingsteken is niet gesloten"),
        ("a:\tb\n\tc: d\n", "spring in met spaties"),
        ("@a: 1\n", "zet de tekst tussen aanhalingstekens"),
        ("a: b: c\n", "dubbele punt te veel"),
        ("a: b\nc\n", "mist een dubbele punt"),
        ("a: b\n- c\n", "springt anders in"),
        ("a: {b: 1\n", "haak"),
        ("a: \x01\n", "teken dat in YAML niet mag"),
        ("a: !!foo 1\n", "dit is geen YAML"),
        ("a: |x\n", "dit is geen YAML"),
    ],
)
def test_what_is_wrong_with_yaml_is_said_in_the_language_of_the_reader(text: str, said: str) -> None:
    with pytest.raises(AnswerErrors) as caught:
        parse(text.encode(), "answers.yaml")
    (error,) = caught.value.errors
    assert said in error.text(language("nl"))
    assert error.text(language("nl")) != error.text(language("en"))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("requests_per_month: 1.000", "1.000 can be two things here: write 1000 or 1"),
        ("requests_per_month: [500, 1.000]", "1.000 can be two things here: write 1000 or 1"),
        ("requests_per_month: 1.200", "1.200 is no whole number: a point begins the fraction here; write 1200"),
        ("budget_month: 1.200", "1.200 can be two things here: write 1200 or 1.2"),
        ("latency_limit: 1.234", "1.234 can be two things here: write 1234 or 1.2340"),
    ],
)
def test_a_number_that_can_be_two_things_is_asked_back(answer: str, said: str) -> None:
    with pytest.raises(AnswerErrors, match=re.escape(said)):
        read_situation(parse(answer.encode()))


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("budget_month: 1.2000", 1.2),
        ("budget_month: 0.125", 0.125),
        ("budget_month: 1200.000", 1200.0),
        ("target_score: 85.125", 85.125),  # of a hundred at most
        ("requests_per_month: 1200", 1200.0),
    ],
)
def test_a_number_that_is_one_thing_is_read(answer: str, value: float) -> None:
    (read,) = read_situation(parse(answer.encode())).answers.values()
    assert read == value


def test_a_number_written_to_a_file_is_never_asked_back() -> None:
    here = situation(budget_month=(1.234, 999.999), latency_limit=1.5, review_minutes=12.345)
    assert dict(read_situation(parse(write_yaml(here).encode())).answers) == dict(here.answers)


def test_many_keys_are_checked_in_time() -> None:
    rows = "".join(f"a{n}:\n" for n in range(25_000))
    assert len(parse(rows.encode())) == 25_000


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("labelled_examples: 010", 10.0),
        ("labelled_examples: 1e3", 1000.0),
        ("labelled_examples: 5.0E+2", 500.0),
        ("labelled_examples: [1e1, 1e2]", (10.0, 100.0)),
        ('{"labelled_examples": 1e3}', 1000.0),
    ],
)
def test_numbers_are_read_as_people_and_json_write_them(text: str, value: object) -> None:
    assert read_situation(parse(text.encode())).answers["labelled_examples"] == value


@pytest.mark.parametrize("text", ["1:30", ".nan", "-.inf", "0x1f", "1_000"])
def test_what_looks_like_a_number_but_is_none_is_refused(text: str) -> None:
    with pytest.raises(AnswerErrors, match="requests_per_month: expected a number"):
        read_situation(parse(f"requests_per_month: {text}".encode()))


def test_json_may_write_signs_as_pairs_of_escapes() -> None:
    assert parse(json.dumps({"project": "Chat \U0001f600"}).encode()) == {"project": "Chat \U0001f600"}


def test_a_key_given_twice_in_json_is_refused() -> None:
    with pytest.raises(AnswerErrors, match='the key "goal" appears twice'):
        parse(b'{"goal": "none", "goal": "vague"}')


@pytest.mark.parametrize(
    "cell", ["1,200", "1.200,5", "1_000", "nan", "inf", "Infinity", "20M", "٣", "0...5", "1200 ", ".5", "1 200", "0x1f"]
)
def test_a_cell_that_is_no_plain_number_stays_the_text_that_it_is(cell: str) -> None:
    assert parse_cell(cell, "latency_limit", CONTENT) == (1200.0 if cell == "1200 " else cell)


@pytest.mark.parametrize(
    "text",
    [
        "1.200,5",
        "1,200",
        "20M",
        '"1200"',
        "1 200",
        "1_000",
        "1:30",
        "2026-11-22",
        '!!int "1_000"',
        '!!int "1:30"',
        "!!int 0x1f",
        '!!float "1_0.5"',
        "yes",
        "on",
        "true",
        ".inf",
    ],
)
def test_a_number_in_a_file_has_one_form_and_another_is_refused_by_name(text: str) -> None:
    with pytest.raises(AnswerErrors, match="requests_per_month: expected a number from 1 to 10000000000"):
        read_situation(parse(f"requests_per_month: {text}".encode()))
