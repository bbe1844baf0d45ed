"""Published comparisons in sentences: how many went which way, and what a tuned model may be expected to score."""

from __future__ import annotations

from advisor.engine.advice import Advice, Band, Comparisons, ExpectedScore, StudyDifference
from advisor.engine.comparisons import FEWEST, studies_of
from advisor.language import Language

WIDE = 0.05
"""Ends of a chance this far apart are worth saying. Assumption."""


def counts(advice: Advice, lang: Language) -> str:
    """How many published studies like the user's went which way, and how sure that is; empty where none can be."""
    comparisons = advice.comparisons
    if comparisons is None:
        return ""
    values = {"task": _task(comparisons.task, lang), "prompt": prompted_side(comparisons, lang)}
    n = len(comparisons.studies)
    if not n:
        return lang(
            "No published study that we know of compares a small tuned model with {prompt} at {task}.", **values
        )
    sentence = lang.plural(
        "{n} published study compares a small tuned model with {prompt} at {task}: tuning did better in {better}, the "
        "prompt in {worse}, and in {alike} they came out alike.",
        "{n} published studies compare a small tuned model with {prompt} at {task}: tuning did better in {better}, the "
        "prompt in {worse}, and in {alike} they came out alike.",
        n,
        better=lang.number(comparisons.better),
        worse=lang.number(comparisons.worse),
        alike=lang.number(comparisons.alike),
        **values,
    )
    return f"{sentence} {_how_sure(comparisons, lang)}"


def _how_sure(comparisons: Comparisons, lang: Language) -> str:
    if comparisons.share is None or comparisons.share.p10 is None or comparisons.share.p90 is None:
        return lang("Fewer than {fewest} are too few to say.", fewest=lang.number(FEWEST))
    return lang(
        "With so few, the share in which tuning does better lies between {low} and {high} (80% interval).",
        low=lang.percent(comparisons.share.p10),
        high=lang.percent(comparisons.share.p90),
    )


def expected(advice: Advice, lang: Language) -> str:
    """What a small tuned model may be expected to score and the chance that it reaches the target, or why nobody can
    say; empty where the kind of task is not known.
    """
    if advice.expected_scores:
        return _expected(advice.expected_scores[0], lang)
    if advice.comparisons is None:
        return ""
    if studies_of(advice.comparisons.task) < FEWEST:
        return lang("Too few studies of such tasks say what a tuned model would score.")
    return lang(
        "What a tuned model would score on your test cases is not known. Measure the best prompt on a large, recent "
        "model first."
    )


def _expected(score: ExpectedScore, lang: Language) -> str:
    """All options that end in a small tuned model are expected to score the same."""

    def whole(value: float | None) -> str:
        return lang.number(round(value or 0.0))

    sentences = [
        lang(
            "By your own measurements, a small tuned model may be expected to score {middle} on your test cases; the "
            "range that holds in eight of ten studies is {low} to {high}.",
            middle=whole(score.score.p50),
            low=whole(score.score.p10),
            high=whole(score.score.p90),
        )
    ]
    if score.chance:
        sentences.append(_chance(score.chance, lang))
    if "large_score" not in score.rests_on:
        sentences.append(
            lang("Measure the best prompt on a large model too: the score of a small one alone says little.")
        )
    return " ".join(sentences)


def _chance(chance: Band, lang: Language) -> str:
    """The chance, and between what it lies where the ranges that the user gave leave much open."""
    low, middle, high = (value or 0.0 for value in (chance.p10, chance.p50, chance.p90))
    if high - low < WIDE:
        sentence = lang("The chance that it reaches your target is about {chance}.", chance=lang.percent(middle))
    else:
        sentence = lang(
            "The chance that it reaches your target is between {low} and {high}, over the ranges that you gave.",
            low=lang.percent(low),
            high=lang.percent(high),
        )
    return f"{sentence} {lang('Nobody has checked how often such a chance comes true.')}"


def prompted_side(comparisons: Comparisons, lang: Language) -> str:
    """What the tuned model is compared with, as a noun phrase."""
    if comparisons.against == "prompted_large":
        return lang("the best prompt on a frontier model")
    return lang("the best prompt on a small model")


def study_name(study: StudyDifference) -> str:
    """A study as its authors call it, with its year: Lawma (2024)."""
    return f"{study.study} ({study.year})"


def points(value: float, lang: Language) -> str:
    """A difference with its sign: +22, −1.5, 0."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{lang.number(abs(value), 2)}"


def _task(task: str, lang: Language) -> str:
    """A kind of task, as a noun phrase."""
    names = {
        "classification": lang("sorting texts into labels"),
        "extraction": lang("pulling fields or names out of text"),
        "qa": lang("answering questions"),
        "summary": lang("summarising"),
        "rewriting": lang("rewriting and translating"),
        "sql_code": lang("writing queries or code"),
        "reasoning": lang("reasoning and calculating"),
        "dialogue": lang("holding a conversation"),
        "agent": lang("calling tools"),
    }
    return names[task]
