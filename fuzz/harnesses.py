"""How a file is looked at, as the bytes of a fuzzer say: checked, repaired, split, converted, counted."""

from __future__ import annotations

from advisor.dataset.conversion import TARGETS
from advisor.dataset.platforms import platforms
from fuzz import beside, found, made
from fuzz.grammar import Choices, Maker
from tests.dataset.notebook import notebook

NAMES = (
    "",
    "rows.jsonl",
    "rows.json",
    "rows.csv",
    "rows.tsv",
    "rows.parquet",
    "rows.jsonl.gz",
    "rows.txt",
    "a.JSON.zst",
)
PLATFORMS = (None, *platforms())
METHODS = (None, "sft", "dpo", "rft", "vision")
CONTAINERS = (None, None, None, "jsonl", "json", "csv", "tsv")
ENCODINGS = (None, None, None, "utf-8", "latin-1", "utf-16-le")
WRITTEN = tuple((name, container) for name, target in TARGETS.items() for container in target.containers)
HEAD = 3
"""Bytes of an input that say how it is looked at."""
PAIRED_HEAD = 5
"""The same for an input that is two files."""


def check(data: bytes) -> None:
    """Any bytes as a file."""
    how, body = data[:HEAD].ljust(HEAD, b"\0"), data[HEAD:]
    name = NAMES[how[0] % len(NAMES)]
    platform, method = PLATFORMS[how[1] % len(PLATFORMS)], METHODS[how[2] % len(METHODS)]
    container, encoding = CONTAINERS[(how[0] // 16) % len(CONTAINERS)], ENCODINGS[(how[2] // 8) % len(ENCODINGS)]
    found.check_inspection(body, name, platform, method, container=container, encoding=encoding)


def act(data: bytes) -> None:
    """Any bytes as a file from which another is made."""
    how, body = data[:HEAD].ljust(HEAD, b"\0"), data[HEAD:]
    acted(body, NAMES[how[0] % len(NAMES)], how[1], how[2])


def acted(body: bytes, name: str, action: int, more: int) -> None:
    match action % 8:
        case 0 | 1 | 2:
            made.check_repair(body, name, PLATFORMS[more % len(PLATFORMS)], more // 32)
        case 3:
            made.check_split(body, name, more)
        case 4 | 5:
            made.check_conversion(body, name, *WRITTEN[more % len(WRITTEN)])
        case 6:
            made.check_classic(body, name, (20, 4_096)[more % 2], notebook)
        case _:
            made.check_rag(body, name, more / 255, more)


def built(choices: Choices) -> None:
    """Nearly sound rows as a file: checked, and made into others."""
    maker = Maker(choices)
    platform, method, action, more = (maker.one(PLATFORMS), maker.one(METHODS), maker.number(15), maker.number(255))
    body, name = maker.file()
    if action < 8:
        acted(body, name, action, more)
    else:
        found.check_inspection(body, name, platform, method)


def paired(data: bytes) -> None:
    """Any bytes as two files, the second of which is the validation file; or as one that is checked elsewhere."""
    how, body = data[:PAIRED_HEAD].ljust(PAIRED_HEAD, b"\0"), data[PAIRED_HEAD:]
    cut = len(body) * how[4] // 255
    names = NAMES[how[0] % len(NAMES)], NAMES[how[1] % len(NAMES)]
    looked_at(body[:cut], names[0], body[cut:], names[1], how[2], how[3])


def paired_rows(choices: Choices) -> None:
    """Nearly sound rows as a file, and some of them as its validation file."""
    maker = Maker(choices)
    action, more = maker.number(255), maker.number(255)
    looked_at(*maker.files(), action, more)


def looked_at(data: bytes, name: str, held: bytes, held_name: str, action: int, more: int) -> None:
    platform = PLATFORMS[more % len(PLATFORMS)]
    match action % 3:
        case 0:
            beside.check_held(data, name, held, held_name, platform)
        case 1:
            beside.check_drop(data, name, held, held_name, platform, action // 4)
        case _:
            beside.check_elsewhere(data, name, held, held_name, platform, 1 + more)
