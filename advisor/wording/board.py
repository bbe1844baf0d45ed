"""Pros and cons of training, by the reader's own answers: what speaks for the best way of training against the best one
without, and what against.
"""

from __future__ import annotations

from dataclasses import dataclass

from advisor.content.entries import Slope
from advisor.content.load import Content
from advisor.engine.advice import MOSTLY, Advice, Contribution, OptionResult
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.grounds import (
    SourceText,
    answered_questions,
    contribution_premise,
    option_result,
    premise,
    sources,
    term_because,
)

LEAST = 0.05
"""Decibans below which a point is not listed. Assumption."""
MOST = 6
"""Points on each side."""
CONTRARY = 1.0
"""Decibans that experts must have said the other way before a point is called contrary to them, as in the reasons."""


@dataclass(frozen=True, slots=True)
class Point:
    """Something that speaks for or against training."""

    premise: str
    because: str
    said: tuple[str, ...]
    """The reader's answers that it rests on, each with its question."""
    sources: tuple[SourceText, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The two ways that are compared, and the points on either side that rest on answers, the heaviest first."""

    training: str
    without: str
    pros: tuple[Point, ...]
    cons: tuple[Point, ...]


def board(advice: Advice, content: Content, lang: Language) -> Board | None:
    """The board; None where no way of training or none without is weighed."""
    training, without = _best(advice, content, tunes=True), _best(advice, content, tunes=False)
    if training is None or without is None:
        return None
    steps = [
        step
        for step in weighed(advice, training.option, without.option)
        if step.share >= MOSTLY and _explained(_expected(step, training.option, without.option, advice, content))
    ]
    points = [(step, _term(step, training.option, without.option, advice, content, lang)) for step in steps]
    for_it = [point for step, point in points if step.decibans >= LEAST and point.said]
    against = [point for step, point in points if step.decibans <= -LEAST and point.said]
    return Board(
        training=labels.option_name(training.option, content, lang),
        without=labels.option_name(without.option, content, lang),
        pros=tuple([*_gates(without, advice, content, lang), *for_it][:MOST]),
        cons=tuple([*_gates(training, advice, content, lang), *against][:MOST]),
    )


def _explained(expected: float) -> bool:
    """Whether a term's sentence says why it stands where it does: experts agree, or it is said that they do not."""
    return expected > 0 or expected <= -CONTRARY


def _best(advice: Advice, content: Content, *, tunes: bool) -> OptionResult | None:
    """Of the ways that train, or of those that do not: the one advised, else the one that most scenarios end with."""
    known = [one for one in advice.ranking if content.option(one.option).tunes is tunes]
    advised = next((one for one in known if one.option == advice.option), None)
    return advised or max(known, key=lambda one: (one.chosen_share, one.decibans), default=None)


def weighed(advice: Advice, option: str, rival: str) -> list[Contribution]:
    """What each term adds to an option against another one, heaviest first."""
    first, other = (option_result(advice, name) for name in (option, rival))
    added = {entry.term: entry.decibans for entry in (first.evidence if first else ())}
    taken = {entry.term: entry.decibans for entry in (other.evidence if other else ())}
    share = {entry.term: entry.share for result in (first, other) if result for entry in result.evidence}
    steps = [
        Contribution(term=term, decibans=round(added.get(term, 0.0) - taken.get(term, 0.0), 3), share=share[term])
        for term in share
    ]
    return sorted((step for step in steps if step.decibans), key=lambda step: (-abs(step.decibans), step.term))


def _term(step: Contribution, training: str, without: str, advice: Advice, content: Content, lang: Language) -> Point:
    premises = [contribution_premise(step.term, step.share, advice, content, lang), _below(step, advice, content, lang)]
    if _expected(step, training, without, advice, content) <= -CONTRARY:
        premises.append(lang("Experts would have expected the opposite; the cases weigh more."))
    return Point(
        premise=" ".join(filter(None, premises)),
        because=term_because(step.term, advice, content, lang),
        said=_said(answered_questions(step.term, advice, content), advice, content, lang),
        sources=sources(content.term(step.term), advice, content, lang),
    )


def _below(step: Contribution, advice: Advice, content: Content, lang: Language) -> str:
    """Of a term that goes by a number: that the reader's lies below the middle, where it counts the other way."""
    slope = content.term(step.term).slope
    if slope is None or not _is_below(slope, advice):
        return ""
    unit = content.question(slope.of).unit or ""
    return lang("Below {at} it counts the other way:", at=labels.quantity(slope.at, unit, lang))


def _is_below(slope: Slope, advice: Advice) -> bool:
    """Whether the reader's number, in the middle of a range, lies below the middle of the scale."""
    given = advice.answers.get(slope.of)
    if given is None:
        return False
    number = sum(given) / len(given) if isinstance(given, tuple | list) else float(given)
    return number < slope.at


def _expected(step: Contribution, training: str, without: str, advice: Advice, content: Content) -> float:
    """Decibans that experts would have put on the side where the point stands; below nought: on the other side."""
    from advisor.engine.terms import NATS, compile_terms  # here, since it brings numpy, which labels do without

    compiled, options = compile_terms(content), [option.id for option in content.options]
    place, slope = compiled.ids.index(step.term), content.term(step.term).slope
    effects = compiled.effects[place]
    nats = float(effects[options.index(training)] - effects[options.index(without)]) / NATS
    turned = slope is not None and _is_below(slope, advice)
    return nats * (-1 if turned else 1) * (1 if step.decibans > 0 else -1)


def _gates(result: OptionResult, advice: Advice, content: Content, lang: Language) -> list[Point]:
    """What holds an option up, in most scenarios."""
    points = []
    for block in result.blocked_by:
        if block.share >= MOSTLY:
            rule = content.rule(block.rule)
            points.append(
                Point(
                    premise=premise(block.rule, block.share, advice, content, lang),
                    because=lang(rule.because),
                    said=_said(answered_questions(block.rule, advice, content), advice, content, lang),
                    sources=sources(rule, advice, content, lang),
                )
            )
    return points


def _said(questions: tuple[str, ...], advice: Advice, content: Content, lang: Language) -> tuple[str, ...]:
    asked = ((key, labels.asked(labels.question_of(key, content, lang))) for key in questions)
    return tuple(f"{text} {labels.answer_of(key, advice.answers[key], content, lang)}" for key, text in asked)
