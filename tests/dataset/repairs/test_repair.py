"""Repairs one by one, each with a row beside it that must stay as it is; and what holds for every file."""

from __future__ import annotations

import gzip
import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from advisor.dataset import Repair, Unusable, inspect, open_source, repair
from advisor.dataset.repairs.fixes import garbled
from tests.dataset.checks.rows import called

ASK = {"role": "user", "content": "How late does the library close?"}
SAY = {"role": "assistant", "content": "At six, and at eight on Thursdays."}
SOUND = {"messages": [ASK, SAY]}
MARK = b"\xef\xbb\xbf"


def dump(*rows: Any) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def repaired(data: bytes, name: str = "rows.jsonl", **options: Any) -> tuple[bytes, Repair]:
    out = io.BytesIO()
    done = repair(open_source(data, name), out, **options)
    return out.getvalue(), done


def chat(*messages: Any, **more: Any) -> dict[str, Any]:
    return {"messages": list(messages), **more}


def test_a_sound_file_keeps_its_bytes() -> None:
    data = b'{"messages":[{"role":"user","content":"Hi \\u00e9"} , {"content":"Ho","role":"assistant"}]}  \n' + dump(
        SOUND
    )
    for given_data in (data, data[:-1]):
        written, done = repaired(given_data)
        assert written == given_data
        assert not done.changed
        assert done.rows == 2


@pytest.mark.parametrize(
    ("check", "row", "wanted"),
    [
        ("capitalised-role", chat({**ASK, "role": " User"}, SAY), SOUND),
        ("weight-not-0-or-1", chat(ASK, {**SAY, "weight": "1"}), chat(ASK, {**SAY, "weight": 1})),
        ("weight-not-0-or-1", chat(ASK, {**SAY, "weight": True}), chat(ASK, {**SAY, "weight": 1})),
        ("weight-not-on-assistant", chat({**ASK, "weight": 1}, SAY), SOUND),
        ("content-not-text", chat(ASK, {**SAY, "content": 12}), chat(ASK, {**SAY, "content": "12"})),
        ("nul-character", chat(ASK, {**SAY, "content": "At\0 six."}), chat(ASK, {**SAY, "content": "At six."})),
        ("control-character", chat(ASK, {**SAY, "content": "At\x1b six."}), chat(ASK, {**SAY, "content": "At six."})),
        (
            "mojibake",
            chat(ASK, {**SAY, "content": "The cafÃ© isnâ€™t open."}),
            chat(ASK, {**SAY, "content": "The café isn’t open."}),
        ),
        ("control-character", chat(ASK, {**SAY, "content": "A\x0cB"}), chat(ASK, {**SAY, "content": "A\nB"})),
        (
            "several-system-messages",
            chat({"role": "system", "content": "Be brief."}, {"role": "system", "content": "Be kind."}, ASK, SAY),
            chat({"role": "system", "content": "Be brief.\n\nBe kind."}, ASK, SAY),
        ),
    ],
)
def test_a_fault_within_a_row(check: str, row: Any, wanted: Any) -> None:
    written, done = repaired(dump(SOUND, row), form="openai_chat")
    assert [json.loads(line) for line in written.splitlines()] == [SOUND, wanted]
    assert done.counts == {check: 1}
    assert (done.changes[0].line, done.changes[0].check) == (2, check)
    assert done.changes[0].before != done.changes[0].after


@pytest.mark.parametrize(
    "row",
    [
        chat({**ASK, "role": "Uzer"}, SAY),
        chat(ASK, {**SAY, "weight": 0.5}),
        chat(ASK, {**SAY, "weight": "half"}),
        chat(ASK, {**SAY, "content": 1.5}),
        chat(ASK, {**SAY, "content": True}),
        chat(ASK, {**SAY, "content": "\x0crac{1}{2}"}),
        chat(ASK, {**SAY, "content": "it\x92s"}),
        chat(ASK, {**SAY, "content": "\0"}),
        chat(ASK, ASK, SAY),
        chat(ASK, {"role": "system", "content": "Be brief."}, SAY),
        chat(ASK, {**SAY, "content": "Mail a.person@an-example.com."}),
        chat(ASK, {**SAY, "content": "The cafÃ© and the café."}),
        chat({**ASK, "content": "Where is the café?"}, {**SAY, "content": "The cafÃ© is here."}),
        chat(ASK, {**SAY, "content": "The caf\ufffd is here."}),
        chat(ASK, {**SAY, "content": "\ud83d"}),
        chat({**ASK, "note": "x"}, SAY),
        chat({"role": "function", "name": "look", "content": "6"}, SAY),
    ],
)
def test_what_someone_must_decide_stays_as_it_is(row: Any) -> None:
    data = dump(SOUND, row)
    written, done = repaired(data, form="openai_chat")
    assert written == data
    assert not done.changed


def test_the_old_form_of_tool_calls() -> None:
    call = {"name": "look", "arguments": '{"day": "Thursday"}'}
    function = {"name": "look", "parameters": {"type": "object", "properties": {"day": {"type": "string"}}}}
    old = chat(
        ASK,
        {"role": "assistant", "content": None, "function_call": call},
        {"role": "function", "name": "look", "content": "8"},
        SAY,
        functions=[function],
    )
    written, done = repaired(dump(old))
    row = json.loads(written)
    assert row["tools"] == [{"type": "function", "function": function}]
    assert row["messages"][1]["tool_calls"] == [{"id": "call_0", "type": "function", "function": call}]
    assert row["messages"][2] == {"role": "tool", "tool_call_id": "call_0", "name": "look", "content": "8"}
    assert done.counts == {"deprecated-function-call": 1}
    assert not inspect(open_source(written, "rows.jsonl")).severities()["error"]


@pytest.mark.parametrize(("platform", "arguments"), [("openai", '{"day": 4}'), ("trl", {"day": 4})])
def test_arguments_in_the_form_that_the_platform_reads(platform: str, arguments: Any) -> None:
    tools = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}]

    def row(given: Any) -> Any:
        calls = [{"id": "a", "type": "function", "function": {"name": "look", "arguments": given}}]
        reply = {"role": "tool", "tool_call_id": "a", "content": "8"}
        return chat(ASK, {"role": "assistant", "tool_calls": calls}, reply, SAY, tools=tools)

    for given_arguments in ('{"day": 4}', {"day": 4}):
        written, done = repaired(dump(row(given_arguments)), form="openai_tools", platform=platform)
        assert json.loads(written.removeprefix(MARK)) == row(arguments)
        assert bool(done.counts) is (given_arguments != arguments)


def test_an_unknown_key_goes_only_where_that_is_asked_for_and_nothing_else_is_wrong() -> None:
    extra, broken = chat(ASK, SAY, id=7), chat(ASK, {"role": "assistant", "contents": "Six."})
    for platform in (None, "openai"):
        assert repaired(dump(extra, broken), platform=platform)[0] == dump(extra, broken)
        written, done = repaired(dump(extra, broken), platform=platform, drop_keys=True)
        assert written == dump(SOUND, broken)
        assert done.counts == {"unknown-key": 1}


def test_an_unknown_key_that_holds_nothing_goes_unasked_where_a_platform_is_named() -> None:
    rows = dump(*(chat(ASK, SAY, extra=nothing) for nothing in (None, "", [], {}, 0, False)))
    assert repaired(rows)[0] == rows
    written, done = repaired(rows, platform="openai")
    assert written == dump(*[SOUND] * 4, chat(ASK, SAY, extra=0), chat(ASK, SAY, extra=False))
    assert done.counts == {"unknown-key": 4}


@pytest.mark.parametrize("key", ["label", "images", "videos", "audios", "reference_answer"])
def test_what_a_key_means_is_not_lost_unasked(key: str) -> None:
    rows = dump(chat(ASK, SAY, **{key: ["a.png"]}))
    for platform in (None, "openai", "azure"):
        assert repaired(rows, platform=platform)[0].removeprefix(MARK) == rows


def test_what_is_escaped_in_the_text_of_a_call_stays_so_when_private_data_is_masked() -> None:
    given = json.dumps({"to": "jan@an-example.com", "said": "\x7f"})
    written, _ = repaired(f'text\n"{given.replace(chr(34), chr(34) * 2)}"\n'.encode(), "rows.csv", mask_private=True)
    assert b"[email]" in written
    assert b"\\u007f" in written


@pytest.mark.parametrize("lost", ['"jan@an-example.com \\ud83d"', '"jan@an-example.com", "content": "Early"'])
def test_a_private_row_that_cannot_be_written_anew_is_left_out_when_private_data_is_masked(lost: str) -> None:
    data = dump(SOUND, chat(ASK, {**SAY, "content": "#"})).replace(b'"#"', lost.encode())
    assert repaired(data)[0] == data
    written, done = repaired(data, mask_private=True)
    assert (written, done.rows_left_out) == (dump(SOUND), 1)


def test_a_table_keeps_its_columns() -> None:
    messages = json.dumps(SOUND["messages"]).replace('"', '""')
    data = f'messages,id\n"{messages}",7\n'.encode()
    written, done = repaired(data, "rows.csv", platform="azureml", form="openai_chat")
    assert (written, done.counts) == (data, {})


def test_a_field_named_like_an_address_is_masked_where_changes_are_told() -> None:
    _, done = repaired(dump(chat(ASK, SAY, **{"jan@an-example.com": 1})), platform="openai", drop_keys=True)
    assert [(one.check, one.field) for one in done.changes] == [("unknown-key", "j***@***.com")]


def test_arguments_nested_deep_stay_text() -> None:
    for levels, changed in ((40, True), (48, False)):
        row = called('{"a": [' * levels + "1" + "]}" * levels)
        assert bool(repaired(dump(row), form="trl_conversational")[1].counts) is changed


def test_an_unknown_key_goes_too_where_the_row_was_written_in_another_way() -> None:
    written, done = repaired(dump(chat(ASK, SAY, n=7)).replace(b"7", b"NaN"), platform="openai", drop_keys=True)
    assert written == dump(SOUND)
    assert done.counts == {"nan-literal": 1, "unknown-key": 1}


def test_an_array_that_breaks_off_after_an_entry_is_closed_and_that_is_told() -> None:
    whole = b"[\n" + dump(SOUND).strip() + b"\n]\n"
    written, done = repaired(whole.removesuffix(b"\n]\n"), "rows.json")
    assert (written, done.counts) == (whole, {"truncated-json": 1})
    assert repaired(whole, "rows.json")[0] == whole


def test_an_unknown_key_that_looks_like_a_path_is_the_one_that_goes() -> None:
    named = {**SOUND, "messages[0].content": "x", "a.b": 1}
    inner = chat(ASK | {"a.b": 1, "[0]": 2}, SAY)
    written, done = repaired(dump(named, inner), platform="openai", drop_keys=True)
    assert written == dump(SOUND, SOUND)
    assert done.counts == {"unknown-key": 4}


@pytest.mark.parametrize(
    ("check", "line"),
    [
        (
            "python-literal",
            b"{'messages': [{'role': 'user', 'content': \"it's\"}, {'role': 'assistant', 'content': None}]}",
        ),
        ("trailing-comma", b'{"messages": [{"role": "user", "content": "Hi,}"},]}'),
        ("nan-literal", b'{"messages": [], "score": NaN}'),
        ("duplicate-key", b'{"a": 1, "messages": [], "a": 1}'),
        ("invalid-json", b'{"messages": [{"role": "user", "content": "a\tb"}]}'),
        ("byte-order-mark", MARK + b'{"messages": []}'),
        ("invalid-utf-8", b'{"messages": [{"role": "user", "content": "caf\xe9 caf\xc3\xa9 \xc3\xa9"}]}'),
    ],
)
def test_a_line_that_is_nearly_json(check: str, line: bytes) -> None:
    written, done = repaired(dump(SOUND) + line + b"\n" + dump(SOUND))
    assert done.counts == {check: 1}
    assert done.rows == 3
    source = open_source(written, "rows.jsonl")
    before = [
        row.value for batch in open_source(dump(SOUND) + line + b"\n", "rows.jsonl").batches() for row in batch.rows
    ]
    rows = [row for batch in source.batches() for row in batch.rows]
    assert [row.value for row in rows] == [*before, SOUND]
    assert not any(row.faults for row in rows)


def test_a_key_with_two_values_stays_with_both() -> None:
    data = b'{"messages": [{"role": "User", "content": "a", "content": "b"}]}\n'
    assert repaired(data)[0] == data


def test_bytes_that_may_be_half_a_character_are_not_guessed() -> None:
    cut = b'{"messages": [{"role": "user", "content": "caf\xc3 caf\xc3\xa9 \x81"}]}\n'
    written, done = repaired(dump(SOUND) + cut)
    assert written == dump(SOUND)
    assert [(one.line, one.check) for one in done.left_out] == [(2, "invalid-utf-8")]


def test_columns_of_one_name_get_names_of_their_own() -> None:
    written, done = repaired(b"input,output,output\na,b,c\n", "rows.csv")
    assert written == b"input,output,output_3\na,b,c\n"
    assert done.counts == {"duplicate-key": 1}


def test_text_garbled_twice_comes_out_right() -> None:
    twice = "The café isn’t open."
    for _ in range(2):
        twice = twice.encode().decode("latin-1")
    written, _ = repaired(dump(chat(ASK, {**SAY, "content": twice})))
    assert json.loads(written)["messages"][1]["content"] == "The café isn’t open."


def test_rows_of_the_validation_file_go_if_asked() -> None:
    other = chat({**ASK, "content": "Which bus goes to the station?"}, {**SAY, "content": "Line 7."})
    shouted = chat({**ASK, "role": "User"}, SAY)
    held = open_source(dump(chat({"role": "system", "content": "Be kind."}, ASK, SAY)), "held.jsonl")
    written, done = repaired(dump(other, SOUND, shouted, other), drop_leaks=held)
    assert written == dump(other, other)
    assert [(one.check, one.line, one.other) for one in done.changes if one.other] == [
        ("leak-exact", 2, 1),
        ("leak-exact", 3, 1),
    ]
    assert done.leaks == 2


def test_a_validation_file_that_looks_like_another_format_is_taken_for_that_of_the_training_file() -> None:
    row = {"text": "Which day is it?", "label": "Monday"}
    held = json.dumps([{"text": "which day is it", "label": "monday."}, *[chat(ASK, SAY)] * 5]).encode()
    data = dump(row)
    assert "leak-exact" in inspect(open_source(data, "a.jsonl"), validation=open_source(held, "held.json")).counts
    written, done = repaired(data, drop_leaks=open_source(held, "held.json"))
    assert (written, done.leaks) == (b"", 1)


@pytest.mark.parametrize("address", ["a@an-example.com", "[email]"])
def test_a_row_of_the_validation_file_goes_whether_or_not_it_is_masked_there(address: str) -> None:
    def row(address: str) -> dict[str, object]:
        return chat({**ASK, "content": f"Where is the letter to {address}?"}, SAY)

    held = open_source(dump(row(address)), "held.jsonl")
    written, done = repaired(dump(SOUND, row("a@an-example.com")), drop_leaks=held, mask_private=True)
    assert (written, done.leaks) == (dump(SOUND), 1)


def test_marks_take_the_place_of_what_is_private_if_asked() -> None:
    call = {"type": "function", "id": "a", "function": {"name": "pay", "arguments": '{"card": 4111111111111111}'}}
    parts = [{"type": "text", "text": "Call 614-299-4567"}, {"type": "text", "text": "or a@an-example.com"}]
    row = chat({**ASK, "content": parts}, {"role": "assistant", "tool_calls": [call]}, note="NL91ABNA0417164300")
    written, done = repaired(dump(SOUND, row), mask_private=True)
    lines = written.splitlines()
    assert lines[0] + b"\n" == dump(SOUND)
    text = lines[1].decode()
    assert not any(secret in text for secret in ("4111", "4567", "a@an-example.com", "NL91"))
    assert json.loads(json.loads(text)["messages"][1]["tool_calls"][0]["function"]["arguments"]) == {
        "card": "[payment-card]"
    }
    assert {change.line for change in done.changes} == {2}
    assert "4111" not in repr(done.changes)


def test_a_number_is_private_by_the_name_of_its_field() -> None:
    row = {"instruction": "Say when to call.", "input": {"phone": "2991234"}, "output": "At noon."}
    written, done = repaired(dump(row), mask_private=True)
    assert json.loads(written)["input"] == {"phone": "[phone]"}
    assert done.counts == {"phone": 1}


def test_what_cannot_be_read_is_left_out_and_kept_apart() -> None:
    lines = [b'{"messages": [', b"[1, 2]", b"hello", b""]
    rejected = io.BytesIO()
    written, done = repaired(dump(SOUND) + b"\n".join(lines) + b"\n" + dump(SOUND), rejected=rejected)
    assert written == dump(SOUND, SOUND)
    assert [(one.line, one.check) for one in done.left_out] == [
        (2, "truncated-json"),
        (3, "not-an-object"),
        (4, "invalid-json"),
    ]
    assert done.rows_left_out == 3
    assert done.counts == {"blank-line": 1}
    assert rejected.getvalue().splitlines() == lines[:3]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_another_encoding_becomes_utf_8(encoding: str) -> None:
    row = chat(ASK, {**SAY, "content": "Café à six heures, été compris."})
    text = json.dumps(row, ensure_ascii=False) + "\n"
    written, done = repaired(text.encode(encoding))
    assert written == text.encode()
    assert list(done.counts) == ["byte-order-mark" if encoding == "utf-8-sig" else encoding]
    assert done.changes[0].line is None


def test_the_mark_goes_where_the_platform_wants_it() -> None:
    assert repaired(dump(SOUND), platform="azure")[0] == MARK + dump(SOUND)
    assert repaired(dump(SOUND), platform="azure")[1].counts == {"missing-byte-order-mark": 1}
    assert repaired(MARK + dump(SOUND), platform="azure") == (
        MARK + dump(SOUND),
        repaired(MARK + dump(SOUND), platform="azure")[1],
    )
    assert not repaired(MARK + dump(SOUND), platform="azure")[1].changed
    assert repaired(MARK + dump(SOUND), platform="openai")[0] == dump(SOUND)


def test_windows_line_ends() -> None:
    written, done = repaired(dump(SOUND, SOUND).replace(b"\n", b"\r\n"))
    assert written == dump(SOUND, SOUND)
    assert done.counts == {"crlf": 2}


def test_an_array_becomes_lines_where_lines_are_read() -> None:
    array = json.dumps([SOUND, SOUND], indent=1).encode()
    assert repaired(array, "rows.json") == (array, repaired(array, "rows.json")[1])
    assert not repaired(array, "rows.json")[1].changed
    for name, platform in (("rows.jsonl", None), ("rows.json", "openai")):
        written, done = repaired(array, name, platform=platform)
        assert written == dump(SOUND, SOUND)
        assert done.counts == {"top-level-array": 1}
        assert done.container == "jsonl"


def test_an_array_with_a_fault_stays_an_array() -> None:
    written, done = repaired(json.dumps([chat({**ASK, "role": "USER"}, SAY), SOUND]).encode(), "rows.json")
    assert json.loads(written) == [SOUND, SOUND]
    assert (done.container, done.counts) == ("json", {"capitalised-role": 1})


def test_a_table() -> None:
    data = b'input;output\r\n"a;\x1b1";b\r\n\r\nc;d;e\r\ng;h\r\n'
    written, done = repaired(data, "rows.csv")
    assert written == b'input;output\n"a;1";b\ng;h\n'
    assert done.counts == {"blank-line": 1, "control-character": 1, "crlf": 5}
    assert [(one.line, one.check) for one in done.left_out] == [(4, "cell-count")]
    assert repaired(b'"input","output"\n"a","b"\n', "rows.csv")[0] == b'"input","output"\n"a","b"\n'


def test_a_table_for_a_platform_of_lines() -> None:
    table = pa.table({"messages": [SOUND["messages"]]})
    made = io.BytesIO()
    pq.write_table(table, made)
    assert repaired(made.getvalue(), "rows.parquet")[0] == made.getvalue()
    written, done = repaired(made.getvalue(), "rows.parquet", platform="openai")
    assert (written, done.container) == (dump(SOUND), "jsonl")
    messages = json.dumps(SOUND["messages"]).replace('"', '""')
    written, done = repaired(f'messages\n"{messages}"\n'.encode(), "rows.csv", platform="openai")
    assert written == dump(SOUND)
    assert done.counts == {"container-not-read": 1}


@pytest.mark.parametrize(
    ("answer", "mended", "check"),
    [
        ('{"role": "assistant", "content": "At\\u0000 six."}', {**SAY, "content": "At six."}, "nul-character"),
        (
            '{"role": "assistant", "content": "At six.", "x": "a\\u0000"}',
            {**SAY, "content": "At six."},
            "nul-character",
        ),
        ('{"role": "assistant", "content": "a", "content": "a"}', {**SAY, "content": "a"}, "duplicate-key"),
        (
            '{"role": "assistant", "content": "a", "weight": NaN}',
            {**SAY, "content": "a", "weight": None},
            "nan-literal",
        ),
        ('{"role": "assistant", "content": "a\\ud800"}', None, "lone-surrogate"),
        ('{"role": "assistant", "content": "a", "content": "b"}', None, "duplicate-key"),
    ],
)
def test_what_only_shows_once_a_cell_is_opened_is_repaired_too(answer: str, mended: Any, check: str) -> None:
    messages = f"[{json.dumps(ASK)}, {answer}]".replace('"', '""')
    written, done = repaired(f'messages\n"{messages}"\n'.encode(), "rows.csv", platform="openai", drop_keys=True)
    if mended is None:
        assert (written, [one.check for one in done.left_out]) == (b"", [check])
    else:
        assert written == dump(chat(ASK, mended))
        assert done.counts[check] == 1
        assert not repaired(written, platform="openai", drop_keys=True)[1].counts


@pytest.mark.parametrize("lost", ['"Late \\ud83d"', '"Late", "content": "Early"'])
def test_a_row_over_several_lines_that_its_value_does_not_hold_keeps_its_text_on_one(lost: str) -> None:
    spread = json.dumps([SOUND, chat(ASK, {**SAY, "content": "#"})], indent=1).replace('"#"', lost).encode()
    written, done = repaired(spread, "rows.json", platform="openai")
    assert done.counts == {"top-level-array": 1}
    assert written.count(b"\n") == 2
    assert lost.encode() in written.splitlines()[1]


def test_a_compressed_file_comes_out_unpacked() -> None:
    assert repaired(gzip.compress(dump(SOUND)[:-1]), "rows.jsonl.gz")[0] == dump(SOUND)[:-1]


def test_duplicates_go_if_asked() -> None:
    turned = {"x": 1, **SOUND}
    data = dump({**SOUND, "x": 1}, SOUND, turned, SOUND, chat({**ASK, "role": "User"}, SAY))
    assert repaired(data)[1].duplicates == 0
    written, done = repaired(data, drop_duplicates=True)
    assert written == dump({**SOUND, "x": 1}, SOUND)
    assert [(one.check, one.line, one.other) for one in done.changes if one.other] == [
        ("key-order-duplicate", 3, 1),
        ("exact-duplicate", 4, 2),
        ("exact-duplicate", 5, 2),
    ]


BROKEN = st.sampled_from(
    [
        dump(SOUND)[:-1],
        b"",
        b"  ",
        b"[1]",
        b'{"messages": [',
        b"{'messages': [{'role': 'User', 'content': 'it\\x01'}, {'role': 'assistant', 'content': 3}],}",
        MARK + b'{"messages": [{"role": "user", "content": "caf\xc3\xa9"}], "messages": []},',
        b'{"messages": [{"role": "User", "content": "a\x01\\u0000"}, {"role": "assistant", "content": NaN}]}',
        b'{"messages": [{"role": "user", "content": "\\ud800"}, {"role": "Assistant", "content": "x"}]}',
        b'{"messages": [{"role": "user", "content": "caf\xe9"}, {"role": "assistant", "content": "x", "weight": "0"}]}',
        b'{"messages": [{"role": "system", "content": "a"}, {"role": "system", "content": "b"}, {"role": "user", '
        b'"content": 1, "weight": true}, {"role": "assistant", "function_call": {"name": "f", "arguments": {"a": 1}}}],'
        b'"functions": [{"name": "f"}], "id.x": 1}',
        b'{"prompt": "a\\u001b", "completion": 5}',
    ]
)


@given(
    rows=st.lists(BROKEN, min_size=1, max_size=8),
    end=st.sampled_from([b"\n", b"\r\n"]),
    closed=st.booleans(),
    array=st.booleans(),
    name=st.sampled_from(["rows.jsonl", "rows.json", ""]),
    platform=st.sampled_from([None, "azure", "openai", "trl", "together"]),
    drop=st.booleans(),
)
def test_repairing_twice_changes_nothing(
    rows: list[bytes], end: bytes, closed: bool, array: bool, name: str, platform: str | None, drop: bool
) -> None:
    data = b"[" + b",".join(row for row in rows if row.strip()) + b"]" if array else end.join(rows) + end * closed
    if not data.strip(b"\r\n []"):
        return
    options: dict[str, Any] = {"form": "openai_tools", "platform": platform, "drop_duplicates": drop}
    written, done = repaired(data, name, **options)
    if not written.removeprefix(MARK).strip() or not done.rows:
        return
    name = f"rows.{done.container}"
    again, more = repaired(written, name, **options)
    assert again == written
    assert (more.counts, more.left_out) == ({}, ())
    assert more.rows == done.rows


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1),
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1),
        ),
        min_size=1,
        max_size=6,
    ),
    st.booleans(),
)
def test_every_sound_file_keeps_its_bytes(pairs: list[tuple[str, str]], escaped: bool) -> None:
    assume(not any(garbled(text) for pair in pairs for text in pair))
    rows = [chat({"role": "user", "content": ask}, {"role": "assistant", "content": say}) for ask, say in pairs]
    data = "".join(json.dumps(row, ensure_ascii=escaped) + "\n" for row in rows).encode()
    assert repaired(data)[0] == data


def test_a_repaired_file_has_none_of_the_faults_of_reading() -> None:
    lines = [
        b"{'messages': [{'role': 'User', 'content': 'Hi there'}, {'role': 'assistant', 'content': 'Hello.'}]}",
        b"",
        b'{"messages": [{"role": "user", "content": "Hi\\u0000 you"}, {"role": "assistant", "content": 4}]},',
        b'{"messages": [{"role": "user", "content": "caf\xc3\xa9"}, {"role": "assistant", "content": "Ol\xe9."}]}',
        b'{"messages": [',
    ]
    before = inspect(open_source(MARK + b"\r\n".join(lines), "rows.jsonl"), platform="openai")
    written, done = repaired(MARK + b"\r\n".join(lines), platform="openai")
    after = inspect(open_source(written, "rows.jsonl"), platform="openai", form=done.form)
    assert before.counts.keys() >= done.counts.keys() - {"byte-order-mark"}
    assert not after.counts.keys() & (done.counts.keys() | {"truncated-json"})


@given(st.binary(min_size=1, max_size=200), st.sampled_from(["rows.jsonl", "rows.json", "rows.csv", ""]))
def test_no_bytes_break_it(data: bytes, name: str) -> None:
    try:
        written, done = repaired(data, name)
    except Unusable:
        return
    assert done.rows >= 0
    assert done.changed or done.container in ("jsonl", "json", "csv", "tsv")
    written.decode()


def test_what_together_refuses_is_repaired_and_a_field_that_holds_something_only_where_that_is_asked_for() -> None:
    rows = MARK + dump(chat(ASK, SAY, id=7), chat(ASK, SAY, source=None), chat(ASK, SAY, weight=0.5))
    written, done = repaired(rows, platform="together")
    assert written == dump(chat(ASK, SAY, id=7), SOUND, chat(ASK, SAY, weight=0.5))
    assert done.counts == {"byte-order-mark-refused": 1, "column-not-read": 1}
    written, done = repaired(rows, platform="together", drop_keys=True)
    assert written == dump(SOUND, SOUND, chat(ASK, SAY, weight=0.5))
    assert done.counts == {"byte-order-mark-refused": 1, "column-not-read": 2}


def test_a_row_laid_out_over_lines_is_shown_on_one() -> None:
    row = {"messages": [{"role": "user", "content": "Bus?"}, {"role": "assistant", "content": "Four."}]}
    source = open_source(json.dumps([row, row, {"messages": [[1]]}, "x"], indent=2).encode(), "rows.json")
    done = repair(source, io.BytesIO(), drop_duplicates=True)
    assert [one.before[:36] for one in done.changes if one.other] == ['{ "messages": [ { "role": "user", "c']
    assert "\N{REPLACEMENT CHARACTER}" not in "".join(one.before for one in (*done.changes, *done.left_out))
