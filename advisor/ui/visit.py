"""A visit: the answers, the language and the path of one reader. The address holds it; the session only keeps a copy.

A reload, a restarted server or a shared link begins a new session from an address. A step back in the browser brings an
older address of the same interview into a session: then the copy is newer, and the address is corrected.
"""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass, field
from datetime import date
from sys import getsizeof

import streamlit as st

from advisor.content import Content, load
from advisor.interview import BadAddress, Situation, decode, encode
from advisor.language import LANGUAGES, Language, language
from advisor.ui.shared import Shared

OWN = ("case", "from")
"""Parameters of the address that belong to a page and not to the visit."""
MOST_OWNER = 80
"""Longest name or date beside a next step, in characters."""
MOST_OWNERS = 20_000
"""Longest list of names and dates that is read from an address, in bytes."""


@dataclass
class Visit:
    """One reader's answers and choices."""

    situation: Situation = field(default_factory=lambda: Situation({}))
    packed: str = ""
    """The answers as the address holds them."""
    code: str = "en"
    deep: bool = False
    """Whether to go on after the nine questions, while an answer can still change the verdict."""
    skipped: tuple[str, ...] = ()
    at: date | None = None
    """The day of the advice, if the address names one; else it is today."""
    owners: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Who does a next step, and by when, as typed."""
    broken: bool = False
    """The address held answers that could not be read."""
    interview: int = 0
    """Counts the interviews that took the place of another: begun afresh, from a case or from a file. The address of an
    earlier one brings its answers back; an earlier address of the same one does not."""

    @property
    def lang(self) -> Language:
        return language(self.code)

    @property
    def day(self) -> date:
        return self.at or date.today()

    def answer(self, situation: Situation) -> None:
        """Go on with these answers."""
        self.situation = situation
        self.packed = encode(situation) if situation.answers else ""
        self.broken = False

    def restart(self, situation: Situation, *, deep: bool = False) -> None:
        """Begin another interview: with a published case, with a file, or with nothing."""
        self.interview += bool(self.situation.answers)
        self.skipped = ()
        self.owners = {}
        self.deep = deep
        self.answer(situation)

    def own(self, step: str, owner: str, day: str) -> None:
        """Note who does a next step and by when; two empty texts remove the note."""
        self.owners = {key: said for key, said in self.owners.items() if key != step}
        if owner or day:
            self.owners[step] = (owner, day)

    def address(self, **own: str) -> dict[str, str]:
        """The parameters that carry this visit, and those of the page it goes to."""
        parts = {
            "a": self.packed,
            "lang": self.code,
            "path": "deep" if self.deep else "",
            "skip": ".".join(self.skipped),
            "at": self.at.isoformat() if self.at else "",
            "who": _pack(self.owners),
            "i": str(self.interview or ""),
            **own,
        }
        return {name: value for name, value in parts.items() if value}


def _pack(owners: dict[str, tuple[str, str]]) -> str:
    if not owners:
        return ""
    plain = json.dumps(owners, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(zlib.compress(plain.encode(), 9)).decode().rstrip("=")


def _unpack(text: str) -> dict[str, tuple[str, str]]:
    """The owners in an address; none if they cannot be read."""
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        raw = json.loads(zlib.decompressobj().decompress(packed, MOST_OWNERS))
    except (ValueError, zlib.error, RecursionError):
        return {}
    if not isinstance(raw, dict):
        return {}
    pairs = {key: said for key, said in raw.items() if isinstance(said, list) and len(said) == 2}
    return {key: (str(said[0])[:MOST_OWNER], str(said[1])[:MOST_OWNER]) for key, said in pairs.items()}


def unpacked(text: str) -> Situation:
    """The situation in an address; raises `BadAddress`."""
    return _decoded(text) if text else Situation({})


def _weight(situation: Situation) -> int:
    """Bytes that a situation takes, roughly: what it says and what it could not read."""
    return sum(getsizeof(part) for part in (*situation.answers, *situation.answers.values(), *situation.dropped))


_decoded: Shared[Situation] = Shared(decode, most_bytes=8_000_000, weigh=_weight)


def visit() -> Visit:
    """The visit of this session; `arrive` has set it."""
    found = st.session_state.get("visit")
    return found if isinstance(found, Visit) else Visit()


def arrive() -> Visit:
    """Bring session and address together at the beginning of a run."""
    here = st.session_state.get("visit")
    if isinstance(here, Visit) and _interview() == here.interview:
        return here
    there = _from_address()
    if isinstance(here, Visit):
        there.code = here.code
    st.session_state["visit"] = there
    return there


def settle(here: Visit, own: dict[str, str]) -> None:
    """Correct the address where it differs from the visit; the document's script makes that no step of the history."""
    address = here.address(**own)
    if st.query_params.to_dict() != address:
        st.query_params.from_dict(address)


def _interview() -> int:
    asked = st.query_params.get("i", "")
    return int(asked) if asked.isdecimal() and len(asked) < 6 else 0


def _from_address() -> Visit:
    here = Visit(interview=_interview())
    asked = st.query_params.get("lang") or (st.context.locale or "en")[:2]
    here.code = asked if asked in LANGUAGES else "en"
    here.deep = st.query_params.get("path") == "deep"
    known = {question.id for question in load().questions}
    here.skipped = tuple(one for one in st.query_params.get("skip", "").split(".") if one in known)
    try:
        here.at = date.fromisoformat(st.query_params["at"]) if "at" in st.query_params else None
    except ValueError:
        here.at = None
    here.owners = _unpack(st.query_params.get("who", ""))
    try:
        here.answer(unpacked(st.query_params.get("a", "")))
    except BadAddress:
        here.broken = True
    return here


def content() -> Content:
    """What lies in content/, loaded once a process."""
    return load()
