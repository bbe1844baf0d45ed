"""What an unknown figure waits for: the question that fills it, or why none does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from advisor.engine.advice import Advice, OptionResult
from advisor.engine.comparisons import FEWEST, studies_of
from advisor.engine.expected_score import LARGE, OPTIONS, SMALL, TARGET
from advisor.language import Language


@dataclass(frozen=True, slots=True)
class UnknownText:
    """What an unknown figure waits for: a question, or else something that no answer brings."""

    question_id: str = ""
    why: str = ""


SCORED: dict[str, tuple[str, tuple[str, ...]]] = {
    LARGE: ("large_model", ("good", "short")),
    SMALL: ("small_model", ("good", "near", "poor")),
}
"""The questions after the score of a prompt, each with the one before it and its answers that call for it."""


def of_price(result: OptionResult, advice: Advice) -> str:
    """Of an option without a known price, the open question on which it hangs who may train it; empty for none."""
    hanging = (
        question
        for route in (*advice.routes, *advice.closed_routes)
        if result.option in route.options and not route.open
        for question in route.depends_on
        if advice.answers.get(question) is None
    )
    return next(hanging, "")


def of_chance(advice: Advice, lang: Language) -> UnknownText:
    """A plan without a known chance: it rests on scores of prompts and on published ones for the same kind of work."""
    options = [step.id for step in advice.plan if step.kind == "option"]
    if not options or not {*options} <= {*OPTIONS}:
        if options and options[0] in OPTIONS:
            return UnknownText(why=lang("not known of the steps after the first"))
        return UnknownText(why=lang("known only of small trained models"))
    task = advice.answers.get("task")
    if task is None:
        return UnknownText("task")
    if studies_of(str(task)) < FEWEST:
        return UnknownText(why=lang("too few published scores for this kind of work"))
    if advice.answers.get("evaluation_set") in (False, "no"):
        return UnknownText(why=lang("needs test cases"))
    return UnknownText(next(_scores(advice), ""))


def _scores(advice: Advice) -> Iterator[str]:
    """The questions to answer before the chance is known, in order."""
    answers = advice.answers
    if answers.get("evaluation_set") is None:
        yield "evaluation_set"
    if answers.get(LARGE) is None and answers.get(SMALL) is None:
        for score, (before, calls) in SCORED.items():
            if answers.get(before) in calls:
                yield score
        for before, _ in SCORED.values():
            if answers.get(before) in (None, "untested"):
                yield before
    if answers.get(TARGET) is None:
        yield TARGET
