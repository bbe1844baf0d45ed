"""Token counts: exact, offline, and honest where they are not exact."""

import gzip
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from advisor.cache_folder import cache_folder
from advisor.content.load import HOME, load
from advisor.dataset.tokens import exact as tokens
from advisor.dataset.tokens.exact import (
    ENCODINGS,
    VOCABULARIES,
    Count,
    UnknownEncoding,
    chat_overhead,
    count,
    encode,
    encoder,
    unpack,
)


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("tokens are counted without the network")

    monkeypatch.setattr("tiktoken.load.read_file", refuse)


@pytest.fixture
def missing(monkeypatch):
    """As if the package with the vocabularies were not installed."""
    for known in (tokens._encoder, tokens._unpacked):
        known.cache_clear()
    monkeypatch.setattr(tokens, "unpack", lambda *_: False)
    yield
    for known in (tokens._encoder, tokens._unpacked):
        known.cache_clear()


@pytest.mark.parametrize(
    ("encoding", "ids"),
    [("cl100k_base", [15339, 1917]), ("o200k_base", [24912, 2375]), ("o200k_harmony", [24912, 2375])],
)
def test_ids_are_those_that_openai_published(encoding, ids):
    assert encode("hello world", encoding) == ids


def test_a_count_with_a_vocabulary_is_exact():
    assert count("hello world", "o200k_base") == Count(2, exact=True)


def test_a_marker_in_the_text_is_counted_as_text():
    assert count("<|endoftext|>", "o200k_base").tokens > 1


def test_half_a_character_does_not_stop_the_count():
    assert count("a\ud800b", "o200k_base").tokens > 0


def test_blanks_without_end_do_not_stop_the_count():
    """tiktoken panics on them, with an error that is no Exception."""
    counted = count("a" + " " * 1_300_000 + "b", "o200k_base")
    assert 0 < counted.tokens < 1_300_000
    assert not counted.exact


def test_cutting_leaves_a_long_text_without_such_blanks_whole():
    text = "word \n" * 200_000
    assert count(text, "o200k_base") == Count(len(encoder("o200k_base").encode_ordinary(text)), exact=True)


def test_a_vocabulary_that_is_not_public_gives_an_estimate():
    assert count("hello world", None) == Count(2, exact=False)


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("abc", 1), ("abcd", 1), ("abcde", 2)])
@pytest.mark.usefixtures("missing")
def test_without_vocabulary_four_characters_are_a_token(text, tokens):
    assert count(text, "o200k_base") == Count(tokens, exact=False)


@pytest.mark.usefixtures("missing")
def test_without_vocabulary_there_are_no_ids():
    assert encode("hello") is None


def test_an_unknown_encoding_is_refused_with_those_that_are_known():
    with pytest.raises(UnknownEncoding, match=r"o199k.*o200k_base"):
        count("hello", "o199k")


def test_the_encodings_named_in_content_are_known():
    assert {route.encoding for route in load().routes} - {None} <= ENCODINGS.keys()


def test_chat_overhead_is_the_published_estimate():
    assert chat_overhead(messages=2, names=1) == Count(2 * 3 + 1 + 3, exact=False)


def test_our_vocabularies_are_the_ones_that_tiktoken_would_fetch(monkeypatch):
    """Should tiktoken move or change a file, its own constants tell."""
    asked = {}
    monkeypatch.setattr(
        "tiktoken_ext.openai_public.load_tiktoken_bpe",
        lambda url, expected_hash: asked.update({url: expected_hash}) or {},
    )
    from tiktoken_ext import openai_public

    for encoding in ENCODINGS:
        getattr(openai_public, encoding)()
    assert asked == dict(VOCABULARIES.values())


def test_a_damaged_file_is_replaced_before_tiktoken_sees_it(tmp_path):
    assert unpack("cl100k_base", tmp_path)
    (file,) = tmp_path.iterdir()
    good = file.read_bytes()
    file.write_bytes(b"damaged")
    assert unpack("cl100k_base", tmp_path)
    assert file.read_bytes() == good
    assert [file] == list(tmp_path.iterdir())


def test_a_sound_file_is_left_alone(tmp_path):
    unpack("cl100k_base", tmp_path)
    (file,) = tmp_path.iterdir()
    before = file.stat().st_mtime_ns
    assert unpack("cl100k_base", tmp_path)
    assert file.stat().st_mtime_ns == before


def test_a_damaged_package_counts_as_missing(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "cl100k_base.tiktoken.gz").write_bytes(gzip.compress(b"not a vocabulary"))
    monkeypatch.setattr(tokens, "find_spec", lambda _: SimpleNamespace(submodule_search_locations=[str(tmp_path)]))
    (tmp_path / "out").mkdir()
    assert not unpack("cl100k_base", tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def test_no_room_for_a_vocabulary_counts_as_missing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(tokens, "keep", full)
    assert not unpack("cl100k_base", tmp_path)


def test_an_absent_package_counts_as_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(tokens, "find_spec", lambda _: None)
    assert not unpack("cl100k_base", tmp_path)


@pytest.fixture
def folder():
    for cached in (tokens._folder, cache_folder):
        cached.cache_clear()
    yield tokens._folder
    for cached in (tokens._folder, cache_folder):
        cached.cache_clear()


def test_the_folder_is_the_users_own(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made = folder()
    assert made.is_relative_to(tmp_path)
    assert made.stat().st_mode & 0o077 == 0


def test_a_home_that_cannot_be_written_to_is_replaced_by_a_temporary_folder(folder, tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tokens.tempfile, "tempdir", None)
    made = folder()
    assert made.is_dir()
    assert os.access(made, os.W_OK)
    assert Path(tmp_path) in made.parents


def test_a_temporary_folder_goes_with_the_process(tmp_path):
    environment = {**os.environ, "XDG_CACHE_HOME": os.devnull, "TMPDIR": str(tmp_path)}
    code = "from advisor.dataset.tokens import exact; print(exact._folder().is_dir())"
    printed = subprocess.check_output([sys.executable, "-c", code], env=environment, cwd=HOME, text=True)
    assert (printed, [*tmp_path.iterdir()]) == ("True\n", [])


WEATHER = {
    "type": "function",
    "function": {
        "name": "get_current_weather",
        "description": "Get the current weather in a given location",
        "parameters": {
            "type": "object",
            "properties": {
                "location": {"type": "string", "description": "The city and state, e.g. San Francisco, CA"},
                "unit": {
                    "type": "string",
                    "description": "The unit of temperature to return",
                    "enum": ["celsius", "fahrenheit"],
                },
            },
            "required": ["location"],
        },
    },
}


def test_tools_are_counted_as_the_vendor_publishes_it() -> None:
    """The example of OpenAI's cookbook, for which the API itself counted 101 tokens with gpt-4o."""
    said = [
        {"role": "system", "content": "You are a helpful assistant that can answer to questions about the weather."},
        {"role": "user", "content": "What's the weather like in San Francisco?"},
    ]
    texts, around = tokens.tool_texts([WEATHER])
    inside = sum(tokens.count(text, "o200k_base").tokens for text in texts)
    inside += sum(tokens.count(text, "o200k_base").tokens for message in said for text in message.values())
    assert inside + around + tokens.chat_overhead(len(said)).tokens == 101


def test_a_tool_is_counted_alike_in_each_form_and_with_all_that_is_nested() -> None:
    function = WEATHER["function"]
    expected = tokens.tool_texts([WEATHER])
    assert tokens.tool_texts([function]) == expected
    assert tokens.tool_texts([{"functionDeclarations": [function]}]) == expected
    assert tokens.tool_texts([]) == ([], 0)
    nested = {"name": "a", "parameters": {"properties": {"b": {"items": {"properties": {"deep": {"type": "x"}}}}}}}
    assert "deep:x:" in tokens.tool_texts([nested])[0]


def test_odd_definitions_are_counted_as_far_as_they_can_be_read() -> None:
    for odd in (
        {},
        {"function": None},
        {"function": 7},
        {"name": 3, "parameters": []},
        {"parameters": {"properties": 1}},
    ):
        texts, around = tokens.tool_texts([odd])
        assert around >= 12
        assert all(isinstance(text, str) for text in texts)
