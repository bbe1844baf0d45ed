"""What the engine says of a visit, kept for a while so that a click that changes no answer costs nothing."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from advisor import Advice, Glance, Situation, encode
from advisor import advise as _advise
from advisor import glance as _glance
from advisor.ui.visit import Visit, unpacked


@lru_cache(maxsize=256)
def _glanced(packed: str, at: date) -> Glance:
    return _glance(unpacked(packed), at)


@lru_cache(maxsize=64)
def _advised(packed: str, at: date) -> Advice:
    return _advise(unpacked(packed), at)


def glance(here: Visit) -> Glance:
    """The verdict so far and what to ask next."""
    return _glanced(here.packed, here.day)


def advise(here: Visit) -> Advice:
    """The full advice on the answers of a visit."""
    return _advised(here.packed, here.day)


def advise_on(situation: Situation, here: Visit) -> Advice:
    """The full advice on other answers, on the day of the visit."""
    return _advised(encode(situation), here.day)
