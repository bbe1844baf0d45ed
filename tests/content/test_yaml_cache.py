"""What YAML says is kept between starts: never wrongly, never after a change."""

import json
from datetime import date
from pathlib import Path

import pytest

from advisor.cache_folder import cache_folder
from advisor.content import load, yaml_cache

YAML = """\
- id: first
  day: 2026-10-06
  number: 1.0
  whole: 1
  large: 1e3
  words: [yes, no, true, "2026-10-06"]
  nothing: null
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    cache_folder.cache_clear()
    yield tmp_path / "cache" / "fine-tune-advisor" / "parsed"
    cache_folder.cache_clear()


def read(text: str, file: Path = Path("some.yaml")):
    """What is read, and whether the YAML was parsed for it."""
    asked = []

    def parse(texts):
        asked.append(texts)
        return {path: load.read_yaml(data.decode(), path.name) for path, data in texts.items()}

    return yaml_cache.parsed_once({file: text.encode()}, parse)[file], bool(asked)


def test_the_second_reading_gives_the_same_in_every_type(folder):
    first, anew = read(YAML)
    second, again = read(YAML)
    assert (anew, again) == (True, False)
    assert repr(first) == repr(second)
    assert second[0]["day"] == date(2026, 10, 6)
    assert second[0]["words"] == ["yes", "no", True, "2026-10-06"]
    assert [file.stat().st_mode & 0o077 for file in folder.iterdir()] == [0]


def test_one_changed_byte_is_seen_at_once():
    read(YAML)
    changed, anew = read(YAML.replace("first", "third"))
    assert anew
    assert changed[0]["id"] == "third"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(file.read_bytes()[:-1]),
        lambda file: file.write_bytes(file.read_bytes().replace(b"first", b"wrong")),
        lambda file: (file.unlink(), file.mkdir()),
    ],
)
def test_a_spoilt_file_is_not_believed(folder, spoil):
    first, _ = read(YAML)
    (file,) = folder.iterdir()
    spoil(file)
    again, anew = read(YAML)
    assert anew
    assert again == first


def test_what_json_cannot_hold_is_read_from_yaml_each_time(folder):
    for text in ("- {1: one}\n", "- .nan\n", "- 2026-10-06 12:00:00\n"):
        assert read(text)[1]
        assert read(text)[1], text
    assert [*folder.iterdir()] == []


def test_a_mistake_in_yaml_is_told_each_time():
    for _ in range(2):
        with pytest.raises(load.NotYaml):
            read("- [")


def test_content_is_the_same_read_either_way(monkeypatch):
    once = load.load.__wrapped__()
    kept = load.load.__wrapped__()
    monkeypatch.setattr(load, "parsed_once", lambda texts, parse: parse(texts))
    plain = load.load.__wrapped__()
    assert once.version == kept.version == plain.version
    for kind in load.KINDS:
        assert repr(getattr(once, kind)) == repr(getattr(kept, kind)) == repr(getattr(plain, kind))


def test_a_developer_s_edit_is_seen_at_once(tmp_path):
    folder = tmp_path / "content"
    folder.mkdir()
    file = folder / "sources.yaml"
    for title in ("One", "Two"):
        file.write_text(f"- id: a\n  title: {title}\n  date: '2026-01-01'\n", "utf-8")
        found = load.load.__wrapped__(folder)
        assert [source.title for source in found.sources] == [title]


def test_dates_are_found_wherever_they_are(folder):
    read("- a: {b: [{c: 2026-01-02}]}\n")
    (file,) = folder.iterdir()
    held = json.loads(file.read_bytes()[16:])
    assert held["dates"] == [[0, 0, "a", "b", 0, "c"]]
