"""What an address holds: the answers, and who takes which next step by when; as JSON, deflated, in URL-safe base64."""

from __future__ import annotations

import base64
import json
import zlib
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from advisor.content.load import Content, load
from advisor.interview.situation import (
    MAX_ANSWERS,
    Situation,
    allowed_answers,
    read_measurements,
    shown,
    term_ids,
)

MAX_OWNER = 80
"""Longest name or date beside a next step, in characters."""
MAX_OWNERS = 20_000
"""Largest list of names and dates that is read, in bytes of JSON."""
ANSWERS_WINDOW, OWNERS_WINDOW = -zlib.MAX_WBITS, zlib.MAX_WBITS
"""Answers are deflated without a header of zlib, owners with one: links that are shared hold them so."""
TWICE = object()
"""Stands for the value of a key that an object of JSON holds twice: no question allows it."""

Owners = dict[str, tuple[str, str]]
"""By the key of a next step: who takes it and by when, as typed."""


class BadAddress(ValueError):
    """The address holds no answers that can be read: it was cut or altered."""


def encode(situation: Situation) -> str:
    """The answers as a short text for an address."""
    return _packed(situation.as_dict(), ANSWERS_WINDOW)


def decode(text: str, content: Content | None = None) -> Situation:
    """The situation in an address. Answers, and terms switched off, that this version does not know or allow are left
    out and listed in `dropped`.

    Raises `BadAddress` if nothing can be read from it.
    """
    raw = _unpacked(text, ANSWERS_WINDOW, MAX_ANSWERS)
    content = content or load()
    measured, off, pilots = raw.pop("measured", []), raw.pop("off", []), raw.pop("measurements", [])
    answers, dropped = allowed_answers(raw, content)
    marked = measured if isinstance(measured, list) else []
    kept = frozenset(key for key in marked if isinstance(key, str) and key in answers)
    named = {term for term in off if isinstance(term, str)} if isinstance(off, list) else set()
    gone = sorted(shown(term) for term in named - term_ids(content))
    try:
        measurements = read_measurements(pilots, kept)
    except ValueError:
        measurements = MappingProxyType({})
    off_terms = frozenset(named & term_ids(content))
    return Situation(MappingProxyType(answers), kept, (*dropped, *gone), off_terms, measurements)


def encode_owners(owners: Owners) -> str:
    """Who takes which next step and by when, as a short text for an address; nothing if nobody takes any."""
    return _packed(dict(sorted(owners.items())), OWNERS_WINDOW) if owners else ""


def decode_owners(text: str) -> Owners:
    """The owners in an address, each cut to `MAX_OWNER`; none if they cannot be read."""
    try:
        raw = _unpacked(text, OWNERS_WINDOW, MAX_OWNERS)
    except BadAddress:
        return {}
    pairs = {key: pair for key, pair in raw.items() if isinstance(pair, list) and len(pair) == 2}
    return {key: (str(owner)[:MAX_OWNER], str(day)[:MAX_OWNER]) for key, (owner, day) in pairs.items()}


def _packed(values: Mapping[str, Any], window: int) -> str:
    plain = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    return base64.urlsafe_b64encode(packer.compress(plain) + packer.flush()).decode().rstrip("=")


def _unpacked(text: str, window: int, most: int) -> dict[str, Any]:
    """The object of JSON in a text, of which no more than `most` bytes are unpacked; raises `BadAddress`."""
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        values = json.loads(zlib.decompressobj(window).decompress(packed, most), object_pairs_hook=_once)
    except (ValueError, zlib.error, RecursionError) as error:
        raise BadAddress("the link is incomplete or was altered") from error
    if not isinstance(values, dict):
        raise BadAddress("the link is incomplete or was altered")
    return values


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; a key that stands twice in it has no value that could be relied on."""
    twice = Counter(key for key, _ in pairs)
    return {key: value if twice[key] == 1 else TWICE for key, value in pairs}
