from __future__ import annotations

import io
import json
from collections.abc import Iterator
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.cli.check_text import check_text
from advisor.content.load import load
from advisor.dataset.files.source import Unusable, open_source
from advisor.dataset.inspection import processes as workers_module
from advisor.dataset.inspection.inspect import MOST_OF_A_KIND, Inspection, Workers, inspect
from advisor.dataset.repairs.repair import repair
from advisor.dataset.words import as_dict, message
from advisor.language import language
from benchmarks.chats import write

ASK = {"role": "user", "content": "Where is my parcel, please?"}
SAY = {"role": "assistant", "content": "It left our store on Monday."}
SYSTEM = {"role": "system", "content": "Answer politely and briefly."}


def chat(*messages: Any, **fields: Any) -> str:
    return json.dumps({"messages": list(messages or (ASK, SAY)), **fields}, ensure_ascii=False)


def numbered(n: int, **changes: Any) -> str:
    """A row like no other."""
    words = " ".join(f"{(n * 7919 + place * 104_729) % 99_991:x}" for place in range(12))
    return chat(
        {"role": "user", "content": f"Explain {words}?"}, {"role": "assistant", "content": f"{words[::-1]}."} | changes
    )


def checked(*lines: str, **options: Any) -> Inspection:
    return inspect(open_source("\n".join([*lines, ""]).encode(), "rows.jsonl"), **options)


def found(inspection: Inspection) -> list[tuple[str, int | None, str]]:
    return [(one.check, one.line, one.field) for one in inspection.findings]


def test_findings_come_in_the_order_of_the_file_with_line_and_field() -> None:
    lines = [numbered(n) for n in range(6)]
    lines[1] = "{"
    lines[3] = numbered(3, role="narrator")
    lines[4] = numbered(4, content="Mail jan@an-example.com about it.")
    lines[5] = lines[0]
    assert [(check, line, field) for check, line, field in found(checked(*lines)) if line] == [
        ("truncated-json", 2, ""),
        ("unknown-role", 4, "messages[1].role"),
        ("email", 5, "messages[1].content"),
        ("exact-duplicate", 6, ""),
    ]


def test_a_private_number_between_line_ends_is_masked_in_what_is_shown_of_another_fault() -> None:
    told = checked(numbered(0), numbered(1, content="\0 Her number is\n123-45-6789\nas she wrote."))
    assert {one.check for one in told.findings if one.line == 2} == {"nul-character", "us-ssn"}
    assert not [one for one in told.findings if "6789" in one.evidence]


def test_a_name_of_a_field_is_masked_where_its_text_is_private() -> None:
    told = checked(
        '{"jan@an-example.com": "Call +31 6 12345678."}', '{"jan@an-example.com": "Mail piet@an-example.com."}'
    )
    assert {one.check for one in told.findings if one.line} == {"phone", "email"}
    assert not [one for one in told.findings if "jan@" in one.field]


def test_what_concerns_the_whole_file_comes_first() -> None:
    lines = [json.dumps({"a": n}) for n in range(3)]
    assert checked(*lines).findings[0].line is None


def test_beyond_the_most_of_a_kind_findings_are_only_counted() -> None:
    result = checked(numbered(1, role="narrator"), *['{"messages": ['] * (MOST_OF_A_KIND + 5))
    assert result.counts["truncated-json"] == MOST_OF_A_KIND + 5
    kept = [one.line for one in result.findings if one.check == "truncated-json"]
    assert kept == list(range(2, MOST_OF_A_KIND + 2))
    assert result.counts["unknown-role"] == 1


@pytest.mark.parametrize("secret", ["jan.jansen@an-example.com", "4111 1111 1111 1111", "sk-abcdefghij0123456789XYZ"])
@pytest.mark.parametrize(
    "line",
    [
        '{{"messages": [{{"role": "{0}", "content": "x"}}]}}',
        '{{"messages": [{{"role": "user", "content": "Hi", "{0}": 1}}, {{"role": "assistant", "content": "Ho"}}]}}',
        '{{"messages": "{0}"}}',
        '{{"{0}": 1, "messages": [{{"role": "user", "content": "Hi"}}, {{"role": "assistant", "content": "Ho"}}]}}',
        "{{'messages': '{0}'",
        '{{"messages": [{{"role": "user", "content": "TODO {0}"}}, {{"role": "assistant", "content": "{0} [INST]"}}]}}',
    ],
)
def test_nothing_private_is_shown_whole(line: str, secret: str) -> None:
    result = checked(numbered(1), numbered(2), line.format(secret))
    checks = {check.id: check for check in load().checks}
    assert result.findings
    for one in result.findings:
        assert secret not in json.dumps(as_dict(one, checks[one.check], language("en")))


@pytest.mark.parametrize("before", range(30, 80))
def test_a_number_cut_off_by_an_excerpt_is_hidden_too(before: int) -> None:
    text = f"TODO: {'x ' * (before // 2)}{'.' * (before % 2)} 4111 1111 1111 1111"
    for one in checked(numbered(1), chat({"role": "user", "content": text}, SAY)).findings:
        assert "1111 1111" not in one.evidence


def test_checks_that_could_not_run_say_what_unlocks_them() -> None:
    plain = checked(numbered(1))
    unlocked = {check for one in plain.skipped for check in one.checks}
    assert {"leak-exact", "leak-near", "too-few-rows"} <= unlocked
    assert all(one.why.message and one.unlocks.message for one in plain.skipped)
    validation = open_source(numbered(2).encode(), "validation.jsonl")
    assert checked(numbered(1), platform="openai", validation=validation).skipped == ()


def test_skipped_checks_are_checks_that_there_are() -> None:
    known = {check.id for check in load().checks}
    unknown = checked('{"a": 1}')
    assert {check for one in unknown.skipped for check in one.checks} <= known


def test_rows_of_validation_that_stand_in_training_leak() -> None:
    held = [numbered(1), numbered(50), numbered(2)]
    result = checked(*map(numbered, range(5)), validation=open_source("\n".join(held).encode(), "v.jsonl"))
    assert [
        (one.check, one.line, str(one.values["place"])) for one in result.findings if one.check.startswith("leak")
    ] == [
        ("leak-exact", 1, "line 2"),
        ("leak-exact", 3, "line 3"),
    ]
    assert (result.profile.leaked, result.profile.validation_rows) == (2, 3)


def test_a_cancelled_pass_gives_what_it_has() -> None:
    told: list[tuple[int, int]] = []

    def stop(rows: int, read: int) -> bool:
        told.append((rows, read))
        return len(told) < 2

    result = checked(*map(numbered, range(6_000)), progress=stop)
    assert result.cancelled
    assert result.profile.rows == told[-1][0] == 4_000
    assert not checked(numbered(1), progress=lambda rows, read: True).cancelled


CALL = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"q": "x"}'}}
TOOL = {
    "type": "function",
    "function": {"name": "look", "parameters": {"type": "object", "properties": {"q": {"type": "string"}}}},
}
ANSWERED = {"role": "tool", "tool_call_id": "c1", "content": "It left."}


@pytest.mark.parametrize(
    "lines",
    [
        [
            chat(
                ASK,
                {**SAY, "weight": 0},
                {**ASK, "content": "And now?"},
                {**SAY, "content": "It is near.", "weight": 1},
            )
        ],
        [chat(ASK, {"role": "assistant", "content": None, "tool_calls": [CALL]}, ANSWERED, SAY, tools=[TOOL])],
        [
            chat(
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "What is it?"},
                        {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
                    ],
                },
                SAY,
            )
        ],
        [
            chat(SYSTEM, {**ASK, "content": f"Which town has number {word}?"}, {**SAY, "content": f"That is {town}."})
            for word, town in (("one", "Utrecht"), ("two", "Gent"), ("three", "Leeuwarden"))
        ],
        [chat(ASK, {**SAY, "content": "Serial 1234567890123456 is yours."})],
    ],
    ids=["weights", "tool calls", "images", "system prompt", "serial number"],
)
def test_what_is_sound_gives_no_finding(lines: list[str]) -> None:
    assert found(checked(*lines)) == []


def test_a_last_line_without_its_end_is_sound() -> None:
    assert found(inspect(open_source(numbered(1).encode(), "rows.jsonl"))) == []


def test_planted_defects_are_found_on_their_lines_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "chats.jsonl"
    planted = write(file, 1_500_000)
    assert len(set(planted.values())) > 8
    result = inspect(open_source(file))
    errors = {(one.line, one.check) for one in result.findings if one.line in planted}
    assert {(line, check) for line, check in planted.items()} <= errors
    elsewhere = {(one.line, one.check) for one in result.findings if one.line not in planted and one.line}
    assert elsewhere == set()


@given(
    st.one_of(
        st.binary(max_size=400),
        st.lists(
            st.one_of(
                st.binary(max_size=60),
                st.sampled_from([numbered(1).encode(), b'{"messages": [{"role": 1}]}', b"[]", b"null", b'{"a": NaN}']),
                st.recursive(
                    st.none() | st.text(max_size=8) | st.floats() | st.integers(),
                    lambda inner: (
                        st.lists(inner, max_size=3)
                        | st.dictionaries(
                            st.sampled_from(
                                ["messages", "role", "content", "tools", "tool_calls", "weight", "prompt", "x"]
                            ),
                            inner,
                            max_size=4,
                        )
                    ),
                ).map(lambda value: json.dumps(value).encode()),
            ),
            max_size=6,
        ).map(b"\n".join),
    )
)
def test_any_bytes_are_inspected_or_refused(data: bytes) -> None:
    try:
        result = inspect(open_source(data, "rows.jsonl"), platform="openai")
    except Unusable:
        return
    checks = {check.id: check for check in load().checks}
    for one in result.findings:
        assert one.line is None or 1 <= one.line <= result.profile.rows
        assert message(one, checks[one.check], language("nl"))


@pytest.fixture(scope="module")
def two() -> Iterator[Workers]:
    with Workers(2, least=0, stretch=300_000) as workers:
        yield workers


def same(one: Inspection, other: Inspection) -> None:
    for name in ("recognition", "findings", "counts", "profile", "skipped", "cancelled", "platform", "method"):
        assert getattr(one, name) == getattr(other, name)


def test_several_processes_find_the_same(two: Workers, tmp_path: Path) -> None:
    file = tmp_path / "chats.jsonl"
    write(file, 1_500_000, repeated=True)
    with file.open("ab") as out:
        out.write(file.read_bytes()[:400_000].replace(b"\n", b"\r\n"))
        out.write(b'{"messages": "\xff"}\n\n{"a": 1}')
    one, other = open_source(file), open_source(file)
    same(inspect(one, platform="openai"), inspect(other, platform="openai", workers=two))
    assert (one.lines, one.crlf, one.faults) == (other.lines, other.crlf, other.faults)


def test_several_processes_find_the_same_in_other_encodings(two: Workers) -> None:
    latin = "\n".join(numbered(n, content=f"Café {n}.") for n in range(3_000)).encode("latin-1")
    late = "\n".join(numbered(n) for n in range(3_000)).encode() + b'\n{"messages": "caf\xe9"}\n'
    wide = "\ufeff" + "\n".join(numbered(n, content=f"東京 {n}.") for n in range(2_000))
    for data in (latin, late, wide.encode(), wide.encode("utf-16-le")):
        one, other = open_source(data, "a.jsonl"), open_source(data, "a.jsonl")
        same(inspect(one), inspect(other, workers=two))
        assert one.faults == other.faults


def test_all_processes_are_ready_once_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers_module, "START_SECONDS", 30)
    with Workers(2) as both:
        before = {*active_children()}
        both.start("o200k_base")
        both.start("o200k_base")
        assert len({*active_children()} - before) == 2


def test_several_processes_can_be_cancelled_and_used_again(two: Workers) -> None:
    data = "\n".join(map(numbered, range(6_000))).encode()
    assert inspect(open_source(data, "a.jsonl"), workers=two, progress=lambda rows, read: False).cancelled
    same(inspect(open_source(data, "a.jsonl")), inspect(open_source(data, "a.jsonl"), workers=two))


def test_small_files_and_other_containers_are_left_to_one_process() -> None:
    workers = Workers(2)
    assert not workers.worth(open_source(numbered(1).encode(), "a.jsonl"))
    assert not Workers(2, least=0).worth(open_source(b"prompt,completion\na,b\n", "a.csv"))
    assert not Workers(1, least=0).worth(open_source(numbered(1).encode(), "a.jsonl"))


def test_a_line_that_is_too_long_is_passed_over_alike() -> None:
    data = b"x" * 3_000_000 + b"\n" + numbered(1).encode() + b"\n"
    stretches = list(workers_module.stretch_texts(open_source(data, "a.jsonl", container="jsonl"), 300_000, 1_000_000))
    joined = b"".join(text for text, _ in stretches)
    assert joined.count(b"\n") == 2
    assert 1_000_000 < joined.index(b"\n") < 1_600_000
    assert joined.endswith(b"\n" + numbered(1).encode() + b"\n")


@pytest.mark.parametrize(("rows", "said"), [(1, "The file has 1 row; OpenAI"), (2, "The file has 2 rows; OpenAI")])
def test_a_count_agrees_with_its_noun(rows: int, said: str) -> None:
    few = next(
        one for one in checked(*map(numbered, range(rows)), platform="openai").findings if one.check == "too-few-rows"
    )
    assert message(few, load().check("too-few-rows"), language("en")).startswith(said)


def test_a_leak_says_whose_lines_it_names() -> None:
    held = open_source("\n".join([numbered(7), numbered(3)]).encode(), "held.jsonl")
    result = checked(numbered(1), numbered(2), numbered(3), validation=held)
    leak = next(one for one in result.findings if one.check == "leak-exact")
    shown = as_dict(leak, load().check("leak-exact"), language("en"))
    assert shown["message"] == "Line 2 of the validation file says the same as line 3 of the training file."
    assert (shown["file"], shown["line"]) == ("validation", 2)
    assert "  line 2 of the validation file: " in check_text(result, load(), language("en"))


def test_rows_of_a_list_are_called_rows_wherever_they_are_named() -> None:
    rows = [json.loads(numbered(n)) for n in (1, 2, 1)]
    lines = "".join(f"{numbered(n)}\n" for n in (7, 2)).encode()
    found = inspect(
        open_source(json.dumps(rows, indent=1).encode(), "rows.json"), validation=open_source(lines, "held.jsonl")
    )
    content = load()
    said = {
        one.check: message(one, content.check(one.check), language(code))
        for code in ("en",)
        for one in found.findings
        if one.check in ("exact-duplicate", "leak-exact")
    }
    assert said == {
        "exact-duplicate": "The row is the same as row 1.",
        "leak-exact": "Line 2 of the validation file says the same as row 2 of the training file.",
    }
    shown = check_text(found, content, language("nl"))
    assert "rij 3: De rij is gelijk aan rij 1." in shown
    assert "regel 2 van het validatiebestand: Regel 2 van het validatiebestand zegt hetzelfde als rij 2" in shown


def test_blank_lines_are_counted_also_where_they_are_no_rows(tmp_path: Path) -> None:
    row = json.dumps({"messages": [{"role": "user", "content": "Bus?"}, {"role": "assistant", "content": "Four."}]})
    given = f"{row}{chr(10) * 5_001}{row}".encode()
    file = tmp_path / "rows.jsonl"
    file.write_bytes(given)
    with Workers(2, least=0, stretch=1_000) as workers:
        found = [inspect(open_source(given, "rows.jsonl")), inspect(open_source(file), workers=workers)]
    for one in found:
        assert one.counts["blank-line"] == 5_000
        assert one.profile.rows == 5_002
        assert [place.line for place in one.findings if place.check == "blank-line"] == [*range(2, MOST_OF_A_KIND + 2)]
    out = io.BytesIO()
    done = repair(open_source(given, "rows.jsonl"), out)
    assert (done.counts, done.rows) == ({"blank-line": 5_000}, 2)


def test_the_rows_with_another_kind_of_value_are_named(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"prompt": f"Case {n}?", "completion": f"Answer {n}.", "id": n} for n in range(40)]
    for place in (3, 20, 21, 22, 30, 31, 32):
        rows[place]["id"] = f"n{place}"
    lines = "\n".join(map(json.dumps, rows)).encode()
    file = tmp_path / "rows.jsonl"
    file.write_bytes(lines)
    check = load().check("mixed-kinds")
    with Workers(2, least=0, stretch=500) as workers:
        found = [
            inspect(open_source(lines, "rows.jsonl")),
            inspect(open_source(file), workers=workers),
            inspect(open_source(json.dumps(rows, indent=1).encode(), "rows.json")),
        ]
    said = [next(message(one, check, language("en")) for one in it.findings if one.check == check.id) for it in found]
    wanted = (
        '"id" is number in most rows and string in 7 rows, beginning with line 4, line 21, line 22, line 23, line 31.'
    )
    assert said == [wanted, wanted, wanted.replace("line", "row")]
