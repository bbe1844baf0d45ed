"""What a room is told of a published case, step by step: nothing says more than its step may tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from threading import Lock
from weakref import WeakValueDictionary

from advisor import advise, wording
from advisor.cases import judged, level_name, our_answer, shown, strength_name
from advisor.content.entries import Verdict
from advisor.content.load import Content
from advisor.content.sources import address, source_name
from advisor.interview.answers_file import read_situation
from advisor.language import language
from advisor.wording import labels

MOST_REASONS = 3
MOST_FLIPS = 3


@dataclass(frozen=True)
class CaseTexts:
    """A case in the words of one language. `outcome` and what follows it give the outcome away."""

    name: str
    """The short title, which names no outcome."""
    level: str
    facts: str
    knew: tuple[tuple[str, str], ...]
    """What the team knew: question and answer."""
    verdict: Verdict
    """Of the advice, as the next ones."""
    headline: str
    reasons: tuple[str, ...]
    plan: str
    flips: tuple[str, ...]
    """Which answers would turn the advice."""
    outcome: str
    """What was published."""
    held_against: str
    """How the advice compares with it."""
    lesson: str
    title: str
    """Of the publication."""
    source: str
    url: str | None
    strength: str
    year: int
    published: str
    """The id of the outcome, see `advisor.cases.OUTCOMES`."""
    acceptable: tuple[str, ...]


_locks: WeakValueDictionary[tuple[str, date, str], Lock] = WeakValueDictionary()
_naming = Lock()


def case_texts(case_id: str, day: date, code: str, content: Content) -> CaseTexts | None:
    """The texts of a case in a language, with the advice of a day; None where the content has no such case any more."""
    with _naming:
        lock = _locks.setdefault((case_id, day, code), Lock())
    with lock:  # a whole room asks in the same moment: the first one works it out for all
        return _case_texts(case_id, day, code, content)


@lru_cache(maxsize=256)  # an advice takes a tenth of a second
def _case_texts(case_id: str, day: date, code: str, content: Content) -> CaseTexts | None:
    case = next((case for case in shown(content) if case.id == case_id), None)
    card = next((card for card in content.case_cards if card.id == case_id), None)
    if case is None or card is None:
        return None
    lang, situation = language(code), read_situation(case.answers, content)
    advice = advise(situation, day)
    return CaseTexts(
        name=lang(card.title),
        level=level_name(card.level, lang),
        facts=lang(case.summary),
        knew=tuple(
            (labels.question_of(key, content, lang), labels.answer_of(key, value, content, lang))
            for key, value in situation.answers.items()
        ),
        verdict=advice.verdict,
        headline=wording.headline(advice, content, lang),
        reasons=tuple(reason.because for reason in wording.reasons(advice, content, lang, limit=MOST_REASONS)),
        plan=wording.plan_headline(advice, content, lang),
        flips=tuple(flip.sentence for flip in wording.flips(advice, content, lang)[:MOST_FLIPS]),
        outcome=labels.outcome_name(case.outcome, content, lang),
        held_against=our_answer(judged(case, advice), content, lang),
        lesson=lang(case.lesson),
        title=case.title,
        source=source_name(case.source, content, lang),
        url=address(case.source),
        strength=strength_name(case.strength, lang),
        year=case.year,
        published=case.outcome,
        acceptable=case.acceptable,
    )
