"""Which characters the fast tokenizer splits in another way than tiktoken: the texts that it must not count.

Two tokenizers with the same vocabulary differ where their tables of Unicode are of different age: a sign that one takes
for a letter is no letter yet to the other. The list is measured, on every code point, for one pair of versions and
holds for no other. `python -m advisor.dataset.tokens.agreement` measures it again for the versions installed and writes
it; `--check` only compares and ends with 1 where it differs.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

from advisor.dataset.tokens import exact
from advisor.dataset.tokens.exact import VOCABULARIES

FILE = Path(__file__).with_name("agreement.json")
PAIR = ("tiktoken", "toktok-rs")
"""The reference and the fast tokenizer, as they are called on the package index."""

SURROUNDED = "{0}'s 1{0}2345  {0}{0}  x"
"""A character between neighbours whose own tokens change with the kind of character that it is taken for: after a
letter `'s` is a piece, digits are cut in threes from the first, blanks before a blank stay together."""
BRIEFLY = "{0}'s"
"""Enough to find what one takes for a letter, for the nine tenths of the code points that stand for nothing."""
ASSIGNED = (range(0xD800), range(0xE000, 0x33480), range(0xE0000, 0xE1000))
"""Where Unicode has characters, with room for those to come; surrogates are none."""
UNASSIGNED = (range(0x33480, 0xE0000), range(0xE1000, sys.maxunicode + 1))

TOGETHER = 64
"""Code points compared in one text; only where it differs are they compared one by one."""


class Guard(NamedTuple):
    """What was measured: for each vocabulary the ranges of code points, ends included, and with which versions."""

    versions: Mapping[str, str]
    ranges: Mapping[str, tuple[tuple[int, int], ...]]


@cache
def guard() -> Guard:
    """The list as it was last measured."""
    read = json.loads(FILE.read_text("utf-8"))
    return Guard(read["versions"], {name: tuple((a, b) for a, b in pairs) for name, pairs in read["ranges"].items()})


def installed() -> dict[str, str]:
    """The versions of the two tokenizers here; one that is not installed has none."""
    versions = {}
    for name in PAIR:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions


def differing(vocabulary: str) -> Iterator[int]:
    """The code points that the two tokenizers split differently, alone or between neighbours.

    Token ids are compared, which is stricter than counts. Raises `RuntimeError` unless both tokenizers are installed.
    """
    encoder, fast = exact.encoder(vocabulary), fast_encoder(vocabulary)
    if encoder is None or fast is None:
        raise RuntimeError(f"comparing needs {' and '.join(PAIR)} and the vocabulary {vocabulary}")

    def differs(text: str) -> bool:
        return encoder.encode_to_numpy(text, disallowed_special=()).tobytes() != fast.encode_batch([text], 1, False)[0]

    for template, spans in ((SURROUNDED, ASSIGNED), (BRIEFLY, UNASSIGNED)):
        for span in spans:
            for start in range(0, len(span), TOGETHER):
                points = span[start : start + TOGETHER]
                texts = [template.format(chr(point)) for point in points]
                if differs("\n".join(texts)):
                    yield from (point for point, text in zip(points, texts, strict=True) if differs(text))


def fast_encoder(vocabulary: str) -> Any | None:
    """The fast tokenizer itself, which carries its own copy of the vocabularies; None where it is not installed."""
    try:
        import toktok
    except ImportError:
        return None
    # Its public function counts on all cores and returns no ids; the object behind it does both.
    return toktok._encoding(vocabulary)


def measure() -> Guard:
    """The list for the versions installed, from every code point; takes seconds for each vocabulary."""
    return Guard(installed(), {name: _ranges(sorted(differing(name))) for name in VOCABULARIES})


def _ranges(points: Sequence[int]) -> tuple[tuple[int, int], ...]:
    ranges: list[tuple[int, int]] = []
    for point in points:
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1] = (ranges[-1][0], point)
        else:
            ranges.append((point, point))
    return tuple(ranges)


def written(measured: Guard) -> str:
    """The content of the file."""
    ranges = ",\n".join(f'  "{name}": {json.dumps(pairs)}' for name, pairs in measured.ranges.items())
    return f'{{\n "versions": {json.dumps(dict(measured.versions))},\n "ranges": {{\n{ranges}\n }}\n}}\n'


def main() -> None:
    """Measure, then write or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 where the file differs")
    options = parser.parse_args()
    text = written(measure())
    if options.check:
        sys.exit(int(text != FILE.read_text("utf-8")))
    FILE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
