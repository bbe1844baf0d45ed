"""What a brief says, whoever has its address: worked out once for all who ask, and ahead of a press or a move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

from advisor.charts.trade_off import TradeOff, trade_off
from advisor.engine.advice import Advice
from advisor.interview.address import encode
from advisor.interview.situation import Situation
from advisor.language import Language, language
from advisor.ui.advice import advise_at, advise_if_at
from advisor.ui.session import Session, content
from advisor.ui.shared_results import Shared
from advisor.wording.as_answered import AnsweredText, answered
from advisor.wording.brief import BriefText, OpenText, brief, still_open

BYTES = 80_000
"""What the words of a brief take in memory: 61 to 80 KB, measured on random answers."""


@dataclass(frozen=True, slots=True)
class BriefWords:
    """The words of a brief and its picture, in one language."""

    text: BriefText
    chart: TradeOff | None
    before: AnsweredText | None
    """What the answers given say, where others are tried."""
    still_open: OpenText
    """Of the answers given: what is still to be asked does not change with what is tried."""

    @classmethod
    def of(cls, advice: Advice, given: Advice, lang: Language) -> Self:
        """Those of an advice; of answers that are only tried where those `given` have another."""
        known, tried = content(), advice is not given
        return cls(
            text=brief(advice, known, lang),
            chart=trade_off(advice, known, lang, given if tried else None),
            before=answered(given, advice, known, lang) if tried else None,
            still_open=still_open(given, known, lang),
        )


def _words(packed: str, tried: str, at: date, code: str) -> BriefWords:
    given = advise_at(packed, at)
    # Whether an answer can still change it was asked of what was answered, and is not asked at each move.
    advice = advise_if_at(tried, at).model_copy(update={"provisional": given.provisional}) if tried else given
    return BriefWords.of(advice, given, language(code))


brief_words: Shared[BriefWords] = Shared(_words, most_bytes=64 * BYTES, weigh=lambda _: BYTES)


def words_of(session: Session) -> BriefWords:
    """The words of the brief of a session, as it is tried where anything is tried."""
    tried = encode(session.supposed) if session.what_if.answers else ""
    return brief_words(session.packed, tried, session.day, session.code)


def think_ahead(supposed: Situation, session: Session) -> None:
    """Have ready what the brief will say if these are the next answers that are tried."""
    brief_words.ahead(session.packed, encode(supposed), session.day, session.code)
