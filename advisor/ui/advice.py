"""What the engine says of a session, kept for a while so that a click that changes no answer costs nothing.

A link may be opened by a whole room at once, so each result is computed once and shared (`advisor.ui.shared_results`).
Streamlit keeps sessions whose readers have left, so what a page leaves behind holds the answers and the day, and never
an advice.
"""

from __future__ import annotations

import pickle
import zlib
from datetime import date

from advisor import Advice, Glance, Situation, encode
from advisor import advise as _advise
from advisor import glance as _glance
from advisor.engine.assessment import reachable
from advisor.engine.bearing import bearing
from advisor.engine.rules import compile_rules
from advisor.ui.session import Session, content, unpacked
from advisor.ui.shared_results import Shared

GLANCE_BYTES = 20_000
"""What a glance takes in memory: 17 KB, measured on random answers."""
ADVICE_BYTES = 1_000_000
"""What an advice takes in memory: 0.97 MB in 9,000 objects, measured on random answers; packed it is 30 KB."""

glances: Shared[Glance] = Shared(
    lambda packed, at: _glance(unpacked(packed), at), most_bytes=256 * GLANCE_BYTES, weigh=lambda _: GLANCE_BYTES
)
packed_advices: Shared[bytes] = Shared(
    lambda packed, at: zlib.compress(pickle.dumps(_advise(unpacked(packed), at)), 1), most_bytes=16_000_000, weigh=len
)
"""Advice as bytes, several hundred of them: to unpack one takes a twentieth of the time to compute it."""
advices: Shared[Advice] = Shared(
    lambda packed, at: pickle.loads(zlib.decompress(packed_advices(packed, at))),
    most_bytes=12 * ADVICE_BYTES,
    weigh=lambda _: ADVICE_BYTES,
)

supposed_advices: Shared[Advice] = Shared(
    lambda packed, at: _advise(unpacked(packed), at, whole=False),
    most_bytes=12 * ADVICE_BYTES,
    weigh=lambda _: ADVICE_BYTES,
)


def _matters(question: str, packed: str, at: date) -> bool:
    from advisor.dataset.template.design import template_design  # here, since the first page needs none of it

    known = content()
    asked = [known.question(question)]
    return bool(
        bearing(unpacked(packed), known, at, asked, [lambda situation: template_design(situation, None, known)])
    )


_mattering: Shared[bool] = Shared(_matters, most_bytes=2_000_000, weigh=lambda _: 1)


def matters(question: str, session: Session) -> bool:
    """Whether an answer to the question can change anything for this reader: advice, figures, report or template."""
    return _mattering(question, session.packed, session.day)


def _applies(question: str, packed: str) -> bool:
    known = content()
    if known.question(question).when is None:
        return True
    answered = unpacked(packed).with_answer(question, known.question(question).maximum)
    return question in reachable([answered], known, compile_rules(known))[0].answers


_applying: Shared[bool] = Shared(_applies, most_bytes=2_000_000, weigh=lambda _: 1)


def applies(question: str, session: Session) -> bool:
    """Whether a question for a number is asked beside the answers given."""
    return applies_at(question, session.packed)


def applies_at(question: str, packed: str) -> bool:
    """The same beside the answers that an address holds."""
    return _applying(question, packed)


def _all_that_matter(packed: str, at: date) -> frozenset[str]:
    from advisor.dataset.template.design import template_design  # here, since the first page needs none of it

    situation, known = unpacked(packed), content()
    asked = [question for question in known.questions if question.id not in situation.answers]
    return bearing(situation, known, at, asked, [lambda situation: template_design(situation, None, known)])


_all_mattering: Shared[frozenset[str]] = Shared(_all_that_matter, most_bytes=2_000_000, weigh=lambda _: 8_000)


def all_that_matter(session: Session) -> frozenset[str]:
    """Of the questions without an answer, those to which one can change anything for this reader."""
    return _all_mattering(session.packed, session.day)


def glance(session: Session) -> Glance:
    """The verdict so far and what to ask next."""
    return glances(session.packed, session.day)


def advise(session: Session) -> Advice:
    """The full advice on the answers of a session."""
    return advices(session.packed, session.day)


def advise_if_at(packed: str, at: date) -> Advice:
    """The advice on answers that are tried, as far as the brief tells it: quick enough for a move of a slider."""
    return supposed_advices(packed, at)


def advise_at(packed: str, at: date) -> Advice:
    """The full advice on the answers that an address holds."""
    return advices(packed, at)


def advise_on(situation: Situation, session: Session) -> Advice:
    """The full advice on other answers, on the day of the session."""
    return advices(encode(situation), session.day)
