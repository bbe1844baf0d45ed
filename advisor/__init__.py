"""Should we fine-tune, and if not, what instead? The public API of the Fine-Tune Advisor.

>>> from advisor import advise, situation
>>> advise(situation(labelled_examples=5_000, evaluation_set="no")).verdict
'not_yet'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.advice import Advice, Glance
    from advisor.interview import (
        AnswerError,
        AnswerErrors,
        BadAddress,
        Situation,
        decode,
        encode,
        read_situation,
        situation,
    )
    from advisor.portfolio import advise_many
    from advisor.verdict import advise, glance

__all__ = [
    "Advice",
    "AnswerError",
    "AnswerErrors",
    "BadAddress",
    "Glance",
    "Situation",
    "advise",
    "advise_many",
    "decode",
    "encode",
    "glance",
    "read_situation",
    "situation",
]

_HOMES = {
    "Advice": "advice",
    "Glance": "advice",
    "advise": "verdict",
    "advise_many": "portfolio",
    "glance": "verdict",
}
"""Modules of the names above that are not in `advisor.interview`."""


def __getattr__(name: str) -> object:
    """Import what is asked for: the engine takes a second that checking data, for one, can do without."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'interview')}"), name)
    globals()[name] = found
    return found
