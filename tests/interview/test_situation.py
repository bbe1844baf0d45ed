from __future__ import annotations

import base64
import json
import re
import zlib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.content.load import load
from advisor.interview.address import BadAddress, decode, encode
from advisor.interview.answers_file import parse, parse_cell, read_situation, write_yaml
from advisor.interview.situation import AnswerErrors, quick_path, situation
from advisor.language import language
from tests.situations import situations

CONTENT = load()


def problem(**answers: object) -> str:
    with pytest.raises(AnswerErrors) as caught:
        situation(**answers)
    return str(caught.value)


def test_an_unknown_question_names_the_nearest_one() -> None:
    assert problem(evaluation_sett="no") == ("evaluation_sett: there is no such question; did you mean evaluation_set?")


def test_a_value_that_is_not_allowed_names_what_is() -> None:
    assert problem(evaluation_set="perhaps") == 'evaluation_set: "perhaps" is not one of: no, partial, yes'


def test_all_errors_are_told_at_once() -> None:
    assert len(problem(evaluation_set="perhaps", labelled_examples=-1, task=3).splitlines()) == 3


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (-1, "is outside what is allowed: 0 to 10000000"),
        (1.5, "expected a whole number"),
        (float("nan"), "expected a number"),
        ("many", "expected a number"),
        (True, "expected a number"),
        ([1, 2, 3], "a range has two numbers"),
        ([9, 3], "begins above its end"),
    ],
)
def test_a_bad_number_says_what_is_expected(value: object, said: str) -> None:
    assert said in problem(labelled_examples=value)


def test_text_is_kept_as_it_is_and_has_a_limit() -> None:
    hostile = '<script>alert(1)</script> #read("/etc/passwd") \'; DROP TABLE \u202e\x00'
    assert situation(project=hostile).answers["project"] == hostile
    assert "at most 10000" in problem(project="x" * 10_001)


def test_yes_and_no_may_be_true_and_false() -> None:
    assert situation(citations=True, data_rights=False).known() == {"citations": "yes", "data_rights": "no"}


def test_several_keeps_the_order_of_the_question() -> None:
    assert situation(gap=["cost", "style"]).answers["gap"] == ("style", "cost")


def test_an_assumption_can_be_set_and_has_limits() -> None:
    assert situation(cache_hits=0.5).answers["cache_hits"] == 0.5
    assert "outside" in problem(cache_hits=2)


@given(situations())
def test_an_address_brings_back_the_same_answers(here: object) -> None:
    assert decode(encode(here)) == here  # type: ignore[arg-type]


@given(situations())
def test_a_file_brings_back_the_same_answers(here: object) -> None:
    again = read_situation(parse(write_yaml(here).encode()))  # type: ignore[arg-type]
    assert dict(again.answers) == dict(here.answers)  # type: ignore[attr-defined]


@given(st.text(max_size=400) | st.binary(max_size=300).map(lambda raw: raw.hex()))
def test_a_damaged_address_is_refused_or_read_but_never_crashes(text: str) -> None:
    try:
        decode(text)
    except BadAddress:
        return


def test_an_address_that_unpacks_to_megabytes_is_refused() -> None:
    huge = encode(situation())
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = packer.compress(b'{"project":"' + b"x" * 50_000_000 + b'"}') + packer.flush()
    with pytest.raises(BadAddress):
        decode(base64.urlsafe_b64encode(bomb).decode())
    assert decode(huge).answers == {}


def test_answers_of_another_version_are_left_out_and_named() -> None:
    here = decode(address({"citations": "yes", "gone": 1, "task": "no such"}))
    assert dict(here.answers) == {"citations": "yes"}
    assert here.dropped == ("gone", "task")


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


def test_measured_answers_are_marked_and_lose_the_mark_when_changed() -> None:
    here = read_situation({"baseline_score": 71, "evaluation_set": "yes", "measured": ["baseline_score"]})
    assert here.measured == {"baseline_score"}
    assert here.with_answer("baseline_score", 80).measured == frozenset()


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


def test_the_quick_path_has_nine_questions_in_order() -> None:
    assert [question.quick for question in quick_path(CONTENT)] == list(range(1, 10))


HUGE = 10**400


@pytest.mark.parametrize(
    "value",
    [HUGE, -HUGE, [0, HUGE], 10**5000, [10**5000, 1], ["9" * 400, 1], Decimal("sNaN")],
    ids=["huge", "negative", "range", "unwritable", "unwritable range", "text", "no number"],
)
def test_a_number_beyond_all_numbers_is_refused(value: object) -> None:
    assert "expected a number from 0 to 10000000" in problem(labelled_examples=value)


def test_a_number_beyond_all_numbers_is_refused_in_a_file_and_left_out_of_an_address(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text(f"labelled_examples: {HUGE}")
    with pytest.raises(AnswerErrors, match="labelled_examples: expected a number"):
        read_situation(file)
    assert decode(address({"labelled_examples": HUGE, "citations": "yes"})).dropped == ("labelled_examples",)


@pytest.mark.parametrize("value", [np.int64(40), np.float32(40), Decimal(40), Fraction(40)])
def test_any_type_of_number_is_a_number(value: object) -> None:
    assert situation(labelled_examples=value).answers["labelled_examples"] == 40.0


def address(raw: object) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(json.dumps(raw).encode()) + packer.flush()
    return base64.urlsafe_b64encode(packed).decode()


@pytest.mark.parametrize("measured", [[["citations"]], [{}], "citations", 5, None])
def test_marks_of_an_address_that_are_none_are_left_out(measured: object) -> None:
    here = decode(address({"citations": "yes", "measured": measured}))
    assert (dict(here.answers), here.measured) == ({"citations": "yes"}, frozenset())


def test_half_a_sign_is_refused_since_no_address_can_hold_it() -> None:
    assert "half a sign" in problem(project="a\ud800b")
    here = decode(address({"project": "a\ud800b", "\udfff": 1}))
    assert here.answers == {}
    "".join(here.dropped).encode()
    problem(**{"citations": "\ud800", "\udc00": 1}).encode()


def test_a_device_without_end_is_refused() -> None:
    with pytest.raises(AnswerErrors, match="larger than"):
        read_situation("/dev/zero")


def test_a_word_far_from_all_questions_is_given_no_suggestion() -> None:
    assert problem(zzz=1) == "zzz: there is no such question"


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


@pytest.mark.parametrize("source", [["task"], 5, None, b"task: qa"])
def test_what_holds_no_answers_is_refused_with_what_is_expected(source: object) -> None:
    with pytest.raises(TypeError, match="expected answers by id, or the path"):
        read_situation(source)  # type: ignore[arg-type]


def test_an_id_that_is_no_text_is_no_question() -> None:
    with pytest.raises(AnswerErrors, match="1: there is no such question"):
        read_situation({1: 2})  # type: ignore[dict-item]


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


def test_a_path_that_no_system_has_is_no_file() -> None:
    with pytest.raises(FileNotFoundError):
        read_situation("a\0b")


@pytest.mark.parametrize(("key", "value"), [("tail_ratio", 0), ("gpu_tokens_s", 0), ("chain_calls", 1e12)])
def test_an_assumption_has_bounds_within_which_it_means_something(key: str, value: float) -> None:
    assert "is outside what is allowed" in problem(**{key: value})


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


@pytest.mark.parametrize("value", ["1200", "20M", 1e300, True, [1], [1, "2"], {"low": 1}])
def test_a_number_in_an_address_has_one_form_and_another_is_left_out_by_name(value: object) -> None:
    here = decode(address({"requests_per_month": value, "citations": "yes"}))
    assert (dict(here.answers), here.dropped) == ({"citations": "yes"}, ("requests_per_month",))


def test_a_key_given_twice_in_an_address_is_left_out_once_by_name() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    plain = b'{"citations":"yes","harm":"low","citations":"no"}'
    here = decode(base64.urlsafe_b64encode(packer.compress(plain) + packer.flush()).decode())
    assert (dict(here.answers), here.dropped) == ({"harm": "low"}, ("citations",))
