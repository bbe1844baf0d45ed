"""What YAML files say, kept as JSON from one start of the program to the next: YAML takes ten times as long to read.

Only the reading is spared. What was read is checked as ever, and a file that changed by one byte, or another version of
what reads it, is read anew. It is JSON and no pickle, which is read in 1.6 instead of 3.1 ms but runs what a file says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from advisor.cache_folder import cache_folder, digest, read_kept, write_kept

KEPT = 4
"""Sets of files that are kept, so that two checkouts do not take turns; a further one takes the place of the oldest."""
READER = Path(__file__).with_name("load.py")
"""Says how YAML is read here: which words are truth values, what a number is."""

Place = list[str | int]


def parsed_once(
    texts: Mapping[Path, bytes], parse: Callable[[Mapping[Path, bytes]], dict[Path, Any]]
) -> dict[Path, Any]:
    """What `parse` makes of the texts of files, or what it made of the same texts before."""
    folder = cache_folder("parsed")
    if folder is None:
        return parse(texts)
    sources = (yaml.__version__.encode(), READER.read_bytes(), Path(__file__).read_bytes())
    file = folder / f"{digest(*sources, *texts.values())}.json"
    kept = read_kept(file)
    if kept is not None:
        return dict(zip(texts, _restored(json.loads(bytes(kept))), strict=True))
    parsed = parse(texts)
    content = _as_json(list(parsed.values()))
    if content is not None:
        write_kept(file, content, KEPT)
    return parsed


def _as_json(values: list[Any]) -> bytes | None:
    """Values as JSON, and where in them a text was a date; None for what JSON cannot hold."""
    dates = [place for place, value in _walked(values, []) if type(value) is date]
    plain = {"values": values, "dates": dates}
    try:
        content = json.dumps(plain, default=_written, ensure_ascii=False, separators=(",", ":")).encode()
        same = _same(_restored(json.loads(content)), values)
    except (TypeError, KeyError, UnicodeEncodeError):  # keys that are no texts; halves of signs
        return None
    return content if same else None


def _written(value: object) -> str:
    if isinstance(value, datetime) or not isinstance(value, date):
        return "\0"  # which never compares equal to what it stands for
    return value.isoformat()


def _restored(kept: dict[str, Any]) -> Any:
    for *way, last in kept["dates"]:
        part = kept["values"]
        for step in way:
            part = part[step]
        part[last] = date.fromisoformat(part[last])
    return kept["values"]


def _walked(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _walked(part, [*place, key])
    elif isinstance(value, list):
        for position, part in enumerate(value):
            yield from _walked(part, [*place, position])
    else:
        yield place, value


def _same(value: Any, other: Any) -> bool:
    """Whether two values are the same in every part, types included."""
    if type(value) is not type(other):
        return False
    if isinstance(value, dict):
        return list(value) == list(other) and all(_same(value[key], other[key]) for key in value)
    if isinstance(value, list):
        return len(value) == len(other) and all(map(_same, value, other))
    return bool(value == other)
