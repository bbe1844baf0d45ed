"""Should we fine-tune, and if not, what instead? The public API of the Fine-Tune Advisor.

>>> from advisor import advise, situation
>>> advise(situation(labelled_examples=5_000, evaluation_set="no")).verdict
'not_yet'
"""

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
