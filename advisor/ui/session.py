"""A session: the answers, the language and the path of one reader. The address holds it; Streamlit only keeps a copy.

A reload, a restarted server or a shared link begins a new session from an address. A step back or forward in the
browser brings another address into a session: then its answers are those of that address. Only the page of a question
keeps what was answered after it, so that going back to look loses nothing; but not where an answer has changed since.
Each step of the history holds the answers with which it was left (see `advisor.ui.server.app.HEAD`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from sys import getsizeof
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from advisor.content.freshness import covered, read_day
from advisor.content.load import Content, load
from advisor.interview.address import BadAddress, Owners, decode, decode_owners, encode, encode_owners
from advisor.interview.situation import Situation, Value
from advisor.language import LANGUAGES, Language, language
from advisor.ui.shared_results import Shared

FILTERS = ("day", "vendor", "method", "model", "region", "customer")
"""Parameters of the page that says who tunes what."""
CASE_FILTERS = ("work", "level")
"""Parameters of the list of published cases."""
LINKED = ("case", "figures", "from", "group", "id", "kit", "run", *FILTERS, *CASE_FILTERS)
"""Parameters that a link sets for the page it leads to."""
OWN = (*LINKED, "missing")
"""Parameters of the address that belong to a page and not to the session."""
WHAT_IF = (
    "requests_per_month",
    "labelled_examples",
    "instruction_tokens",
    "question_tokens",
    "output_tokens",
    "latency_limit",
    "budget_month",
    "target_score",
)
"""Questions of which another answer can be tried beside the one given, in the order of their sliders."""
LONG = ("goal_text", "label_names", "field_words")
"""Questions whose answer takes more than a line."""
MOST_SHORT = 300
"""Longest name of a use case that the app takes, in characters. A file for the command line may hold more."""
MOST_LONG = 2_000
"""Longest goal that the app takes, in characters."""
MOST_LINK = 5_200
"""Longest link, in bytes, that a text may make: proxies and mail cut links of 8,000, and answers are still to come."""


@dataclass(frozen=True)
class Draft:
    """What was entered as the answer to a question, and not sent, when its page was left."""

    beside: Value
    """The answer that there was; once there is another one, nobody wants the draft any more."""
    entered: Mapping[str, Any]
    """The values of widgets, by their keys without the end that `turn` gives them."""


@dataclass
class Session:
    """One reader's answers and choices."""

    situation: Situation = field(default_factory=lambda: Situation({}))
    packed: str = ""
    """The answers as the address holds them."""
    code: str = "en"
    deep: bool = False
    """Whether to go on once the verdict is stable, while an answer can still change it."""
    skipped: tuple[str, ...] = ()
    at: date | None = None
    """The day of the advice, if the address names one; else it is today."""
    owners: Owners = field(default_factory=dict)
    """Who does a next step, and by when, as typed."""
    what_if: Situation = field(default_factory=lambda: Situation({}))
    """Answers that are tried in place of those given (`advisor.ui.pages.verdict.what_if`); those given stay."""
    packed_if: str = ""
    """What is tried as the address holds it."""
    broken: bool = False
    """The address held answers that could not be read."""
    broken_if: bool = False
    """The address held tried answers that could not be read."""
    no_day: str = ""
    """What the address named as the day of the advice where that is none that can be answered; then it is today."""
    interview: int = 0
    """Counts what a step back in the browser undoes: interviews begun afresh, from a case or from a file, results of a
    step that were told, and tried answers that were kept.
    """
    left_out: dict[str, int] = field(default_factory=dict)
    """Texts of a file that no address can hold, by question: how many characters they have."""
    newer: Session | None = None
    """The session as it was before a step in the browser's history."""
    drafts: dict[str, Draft] = field(default_factory=dict)
    """By question; no address holds them."""
    to_come: int | None = None
    """How many questions were last said to be still to come in this interview; no address holds it."""

    @property
    def lang(self) -> Language:
        return language(self.code)

    @property
    def day(self) -> date:
        return self.at or date.today()

    @property
    def supposed(self) -> Situation:
        """The answers given, with those that are tried in their place."""
        return self.situation.overlaid(self.what_if)

    def suppose(self, answers: Mapping[str, Value]) -> None:
        """Try these answers in place of those given. One that says what was said already, or that nobody knows what
        nobody was asked, is none.
        """
        given = self.situation.answers
        others = {key: value for key, value in answers.items() if value != given.get(key)}
        self.what_if = Situation(MappingProxyType(others))
        self.packed_if = encode(self.what_if) if others else ""

    def keep(self) -> None:
        """Go on with the answers that are tried, as those given; a step back in the browser undoes it."""
        tried = self.supposed
        self.suppose({})
        self.tell(tried)

    def answer(self, situation: Situation) -> None:
        """Go on with these answers."""
        self.situation = situation
        self.packed = encode(situation) if situation.answers else ""
        self.broken = False

    def keep_later(self) -> None:
        """Keep what was answered after the step that the browser went back to, unless an answer has changed since."""
        newer, self.newer = self.newer, None
        if newer is None:
            return
        later = newer.situation.answers
        if all(key in later and later[key] == value for key, value in self.situation.answers.items()):
            self.answer(newer.situation)
            self.deep, self.skipped, self.owners = newer.deep, newer.skipped, newer.owners

    def keep_owners(self) -> None:
        """Keep who does what, as it was before the step that the browser went back, while the answers are the same."""
        newer, self.newer = self.newer, None
        if newer and newer.situation == self.situation:
            self.owners = newer.owners

    def draft(self, question: str, entered: Mapping[str, Any]) -> None:
        """Keep what stands in the widgets of a question, by their keys."""
        end = turn()
        by_key = {key.removesuffix(end): value for key, value in entered.items()}
        self.drafts = {**self.drafts, question: Draft(self.situation.answers.get(question), by_key)}

    def drafted(self, key: str) -> Any:
        """What was entered into the widget with this key and not sent; None where nothing was."""
        bare = key.removesuffix(turn())
        kept = (one for name, one in self.drafts.items() if one.beside == self.situation.answers.get(name))
        return next((one.entered[bare] for one in kept if bare in one.entered), None)

    def forget(self, *questions: str) -> None:
        """Let go of what was entered as the answers to these questions."""
        self.drafts = {key: one for key, one in self.drafts.items() if key not in questions}

    def restart(self, situation: Situation, *, deep: bool = False) -> None:
        """Begin another interview: with a published case, with a file, or with nothing."""
        self.left_out = {}
        self.drafts = {}
        self.interview += bool(self.situation.answers)
        self.skipped = ()
        self.owners = {}
        self.suppose({})
        self.deep = deep
        self.to_come = None
        self.answer(situation)

    def tell(self, situation: Situation) -> None:
        """Go on with the result of a step of the plan among the answers."""
        self.interview += 1
        self.answer(situation)

    def own(self, step: str, owner: str, day: str) -> None:
        """Note who does a next step and by when; two empty texts remove the note."""
        self.owners = owned(self.owners, step, owner, day)

    def length(self, situation: Situation | None = None, owners: Owners | None = None) -> int:
        """How many bytes the parameters of the address take, with these answers or owners in place of those there
        are.
        """
        other = Session(
            situation=self.situation,
            packed=self.packed if situation is None else encode(situation),
            code=self.code,
            deep=self.deep,
            skipped=self.skipped,
            at=self.at,
            owners=self.owners if owners is None else owners,
            packed_if=self.packed_if,
            interview=self.interview,
        )
        return len(urlencode(other.address()))

    def address(self, **own: str) -> dict[str, str]:
        """The parameters that carry this session, and those of the page it goes to."""
        parts = {
            "a": self.packed,
            "lang": self.code,
            "path": "deep" if self.deep else "",
            "skip": ".".join(self.skipped),
            "at": self.at.isoformat() if self.at else "",
            "who": encode_owners(self.owners),
            "if": self.packed_if,
            "i": str(self.interview or ""),
            **own,
        }
        return {name: value for name, value in parts.items() if value}


def owned(owners: Owners, step: str, owner: str, day: str) -> Owners:
    """The owners with this one of a step; without any where both texts are empty."""
    others = {key: named for key, named in owners.items() if key != step}
    return {**others, step: (owner, day)} if owner or day else others


def unpacked(text: str) -> Situation:
    """The situation in an address; raises `BadAddress`."""
    return situations(text) if text else Situation({})


def weight(situation: Situation) -> int:
    """Bytes that a situation takes, roughly: what it says and what it could not read."""
    return sum(getsizeof(part) for part in (*situation.answers, *situation.answers.values(), *situation.dropped))


situations: Shared[Situation] = Shared(decode, most_bytes=8_000_000, weigh=weight)


def current_session() -> Session:
    """The session of the reader whose click runs this; `arrive` has set it."""
    session = st.session_state.get("visit")
    return session if isinstance(session, Session) else Session()


def turn() -> str:
    """Ends the keys of fields: after a step in the history they begin anew, from the answers of that step."""
    count = st.session_state.get("turn", 0)
    return f"-t{count}" if count else ""


def arrive() -> Session:
    """Bring session and address together at the beginning of a run: the address counts after a step in the history,
    which the document's script marks in it.
    """
    session = st.session_state.get("visit")
    step = st.query_params.get("step", "")
    if isinstance(session, Session) and step in ("", st.session_state.get("step")):
        return session
    fresh = _from_address()
    st.session_state["step"] = step
    if isinstance(session, Session):
        fresh.code = session.code
        fresh.left_out = session.left_out
        fresh.drafts = session.drafts if fresh.interview == session.interview else {}
        fresh.newer = session if fresh.interview == session.interview else None
        session.newer = None
        st.session_state["turn"] = st.session_state.get("turn", 0) + 1
    st.session_state["visit"] = fresh
    return fresh


def stepped_to() -> str:
    """The page to which the browser has stepped in its history, as the document's script marks it until it is drawn."""
    return st.query_params.get("step", "").partition(".")[2]


def bounded(situation: Situation) -> tuple[Situation, dict[str, int]]:
    """The answers without the texts that an address cannot hold, and how many characters those have."""
    left_out: dict[str, int] = {}
    texts = {question.id for question in load().questions if question.type == "text"}
    while True:
        written = {key: text for key in texts if isinstance(text := situation.answers.get(key), str)}
        over = [key for key, text in written.items() if len(text) > most_text(key)]
        if not over and written and Session().length(situation) > MOST_LINK:
            over = [max(written, key=lambda key: len(written[key]))]
        if not over:
            return situation, left_out
        for key in over:
            left_out[key] = len(written[key])
            situation = situation.without(key)


def most_text(question: str) -> int:
    """Longest text that the app takes as the answer to a question, in characters."""
    return MOST_LONG if question in LONG else MOST_SHORT


def own_parameters() -> dict[str, str]:
    """The parameters of the address that belong to its page."""
    return {name: st.query_params[name] for name in OWN if name in st.query_params}


def settle(session: Session, own: dict[str, str]) -> None:
    """Correct the address where it differs from the session: the document's script makes that no step of history."""
    address = session.address(**own)
    if st.query_params.to_dict() != address:
        st.query_params.from_dict(address)


def _interview() -> int:
    asked = st.query_params.get("i", "")
    return int(asked) if asked.isdecimal() and len(asked) < 6 else 0


def _from_address() -> Session:
    session = Session(interview=_interview())
    asked = st.query_params.get("lang") or (st.context.locale or "en")[:2]
    session.code = asked if asked in LANGUAGES else "en"
    session.deep = st.query_params.get("path") == "deep"
    known = {question.id for question in load().questions}
    session.skipped = tuple(
        question_id for question_id in st.query_params.get("skip", "").split(".") if question_id in known
    )
    if asked_day := st.query_params.get("at"):
        try:
            day = read_day(asked_day)
            covered(load()).check(day)
            session.at = day
        except ValueError:
            session.no_day = asked_day
    session.owners = decode_owners(st.query_params.get("who", ""))
    try:
        session.answer(unpacked(st.query_params.get("a", "")))
    except BadAddress:
        session.broken = True
    try:
        asked_if = unpacked(st.query_params.get("if", ""))
        session.suppose({key: value for key, value in asked_if.answers.items() if key in WHAT_IF})
        others = (key for key in asked_if.answers if key not in WHAT_IF)
        session.what_if = replace(session.what_if, dropped=(*asked_if.dropped, *others))
    except BadAddress:
        session.broken_if = True
    return session


def content() -> Content:
    """What lies in content/, loaded once a process."""
    return load()
