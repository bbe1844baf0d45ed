"""One case that a room answers together: what it agreed on, which questions that makes needless, and the verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from threading import Lock

from advisor import advise, decode, encode, glance, read_situation, wording
from advisor.content.entries import Question, Verdict
from advisor.content.load import Content
from advisor.engine.advice import Advice
from advisor.engine.agenda import must_ask
from advisor.interview.situation import Situation
from advisor.language import Language
from advisor.wording import labels
from advisor.workshop.ballots import AND, answer_name, answers_of, parts, question_of
from advisor.workshop.debate import Step
from advisor.workshop.store import Vote
from advisor.workshop.tallies import Hands, tallied

MOST_DISPUTED = 3
"""Questions on which the room disagreed that are shown."""
MOST_REASONS = 2
HALF = 0.5
"""Of those who voted; an answer beside others that more of them named is agreed."""


@dataclass(frozen=True)
class Agreed:
    """What a room answered to one question."""

    step: Step
    question: Question
    counts: Counter[str]
    """How many chose what, by phone and by hand."""
    taken: str
    """The answer that counts; empty where nobody answered, or two answers have as many votes."""
    picked: bool
    """Whoever leads took it."""
    other: str
    """What most of those chose who chose otherwise; empty where nobody did."""

    @property
    def disputed(self) -> float:
        """The share of the votes that went to other answers."""
        all_votes = self.counts.total()
        return 1 - sum(self.counts[choice] for choice in parts(self.taken)) / all_votes if all_votes else 0.0


def agreed(
    steps: Iterable[Step], votes: Sequence[Vote], hands: Hands, picks: Mapping[str, str], content: Content
) -> dict[str, Agreed]:
    """What a room answered, by question, in the order in which they are asked."""
    by_question = {}
    for step in steps:
        question = question_of(step, content)
        if step.kind != "ask" or question is None:
            continue
        counts = tallied(votes, step.key) + Counter(hands.get(step.key, {}))
        voters = sum(vote.ballot == step.key for vote in votes) + sum(hands.get(step.key, {}).values())
        taken = picks.get(step.key) or _majority(question, counts, voters)
        rest = [(choice, n) for choice, n in counts.most_common() if choice not in parts(taken)]
        by_question[question.id] = Agreed(step, question, counts, taken, step.key in picks, rest[0][0] if rest else "")
    return by_question


def _majority(question: Question, counts: Counter[str], voters: int) -> str:
    """What most chose; of several answers all that more than half named, or the one that most did. Empty on a tie."""
    if question.type == "several":
        ids = [choice.id for choice in question.choices]
        if many := [choice for choice in ids if counts[choice] > HALF * voters]:
            return AND.join(many)
    ordered = counts.most_common(2)
    if not ordered or (len(ordered) > 1 and ordered[0][1] == ordered[1][1]):
        return ""
    return ordered[0][0]


def situation_of(agreed: Iterable[Agreed], content: Content) -> Situation:
    """The agreed answers. What was not asked, or is open between two answers, is left out."""
    answers = answers_of({one.question.id: one.taken for one in agreed if one.taken}, content)
    return read_situation(answers, content)


def passed_over(steps: Sequence[Step], agreed: Mapping[str, Agreed], content: Content) -> frozenset[str]:
    """The questions that nobody with these answers is asked."""
    asked = {question.id for question in must_ask(situation_of(agreed.values(), content), content)}
    return frozenset(step.key for step in steps if step.kind == "ask" and step.about not in asked)


@dataclass(frozen=True)
class Disputed:
    """A question on which a room disagreed."""

    question: str
    differed: str
    """What was taken, and what others said; as a sentence, like the next."""
    then: str
    """The verdict that the other answer would bring."""
    turns: bool
    """That is another one."""


@dataclass(frozen=True)
class VerdictLines:
    """An advice in a few lines."""

    verdict: Verdict
    headline: str
    first: str
    """The step to take first."""
    reasons: tuple[str, ...]
    plan: str


_one_at_a_time = Lock()


def advised(answers: str, day: date, content: Content) -> Advice:
    """The advice on answers as an address has them."""
    with _one_at_a_time:  # a whole room asks in the same moment: the first one works it out for all
        return _advised(answers, day, content)


@lru_cache(maxsize=512)  # an advice takes a tenth of a second
def _advised(answers: str, day: date, content: Content) -> Advice:
    return advise(decode(answers, content), day)


def verdict_of(situation: Situation, day: date, content: Content, lang: Language) -> VerdictLines:
    """What the engine says of a project, in a few lines."""
    advice = advised(encode(situation), day, content)
    return VerdictLines(
        verdict=advice.verdict,
        headline=wording.headline(advice, content, lang),
        first=_first(advice, content, lang),
        reasons=_reasons(advice, content, lang),
        plan=wording.plan_headline(advice, content, lang),
    )


def _first(advice: Advice, content: Content, lang: Language) -> str:
    """Verdict and option in a phrase; of not yet what is needed first."""
    if advice.verdict == "not_yet":
        return wording.verdict(advice, content, lang)
    return labels.advised(advice.verdict, advice.option, content, lang)


def _reasons(advice: Advice, content: Content, lang: Language) -> tuple[str, ...]:
    """The main reasons: first those that rest on what was answered. Others say on what they rest, and so do those that
    count the other way round.
    """
    texts = wording.reasons(advice, content, lang, limit=len(advice.reasons))
    reasons = sorted(zip(advice.reasons, texts, strict=True), key=lambda pair: pair[0].rests_on == "open")
    return tuple(
        text.sentence if reason.below or reason.rests_on == "open" else text.because
        for reason, text in reasons[:MOST_REASONS]
    )


def disputes(agreed: Mapping[str, Agreed], day: date, content: Content, lang: Language) -> list[Disputed]:
    """Where a room disagreed: first where the other answer would have brought another verdict, then where most did."""
    base = situation_of(agreed.values(), content)
    contested = sorted((one for one in agreed.values() if one.taken and one.other), key=lambda one: -one.disputed)
    told = [_disputed(one, base, day, content, lang) for one in contested]
    return sorted(told, key=lambda one: not one.turns)[:MOST_DISPUTED]


def _disputed(agreed: Agreed, base: Situation, day: date, content: Content, lang: Language) -> Disputed:
    answers = answers_of({agreed.question.id: agreed.other}, content)
    now = _glanced(encode(base), day, content)
    then = _glanced(encode(base.overlaid(read_situation(answers, content))), day, content)
    turned = "" if now == then else labels.advised(*then, content, lang)
    return Disputed(
        question=lang(agreed.question.text),
        differed=lang(
            "We took “{taken}”; others said “{other}”.",
            taken=answer_name(agreed.question, agreed.taken, content, lang),
            other=answer_name(agreed.question, agreed.other, content, lang),
        ),
        then=lang("Then: {verdict}.", verdict=turned) if turned else lang("The verdict would stay."),
        turns=bool(turned),
    )


@lru_cache(maxsize=512)
def _glanced(answers: str, day: date, content: Content) -> tuple[Verdict, str]:
    seen = glance(decode(answers, content), day)
    return seen.verdict, seen.option
