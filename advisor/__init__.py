"""Should we fine-tune, and if not, what instead? The public API of the Fine-Tune Advisor.

>>> from advisor import advise, situation
>>> advise(situation(labelled_examples=5_000, evaluation_set="no")).verdict
'not_yet'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.on_demand import on_demand

if TYPE_CHECKING:
    from advisor.content.freshness import TooEarly
    from advisor.engine.advice import Advice, Glance
    from advisor.engine.portfolio import advise_many
    from advisor.engine.verdict import advise, glance
    from advisor.interview.address import BadAddress, decode, encode
    from advisor.interview.answers_file import read_situation
    from advisor.interview.situation import AnswerError, AnswerErrors, Situation, situation
    from advisor.interview.step_result import tried

__all__ = [
    "Advice",
    "AnswerError",
    "AnswerErrors",
    "BadAddress",
    "Glance",
    "Situation",
    "TooEarly",
    "advise",
    "advise_many",
    "decode",
    "encode",
    "glance",
    "read_situation",
    "situation",
    "tried",
]

_HOMES = {
    "Advice": "engine.advice",
    "AnswerError": "interview.situation",
    "AnswerErrors": "interview.situation",
    "BadAddress": "interview.address",
    "Glance": "engine.advice",
    "Situation": "interview.situation",
    "TooEarly": "content.freshness",
    "advise": "engine.verdict",
    "advise_many": "engine.portfolio",
    "decode": "interview.address",
    "encode": "interview.address",
    "glance": "engine.verdict",
    "read_situation": "interview.answers_file",
    "situation": "interview.situation",
    "tried": "interview.step_result",
}
"""Modules of the names above."""

# The engine takes a second, which checking data, for one, can do without.
__getattr__ = on_demand(__name__, _HOMES)
