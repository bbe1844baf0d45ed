"""The worked cases of `content/cases/` as a benchmark: what the advisor says of each, and what turned out right.

The others are in `content/evidence/` and only teach weights; those that were read again are shown, too (`shown`).
Sources are coarser than the ladder, so several options share one published outcome (`OUTCOMES`). An advice is right if
its outcome is the published one or one that the source would also support (`Case.acceptable`).
"""

from __future__ import annotations

from datetime import date
from functools import cache
from statistics import fmean
from typing import Literal

from advisor import advise, read_situation
from advisor.content.entries import CalibrationBin, Case, Retold, Score, Verdict
from advisor.content.evidence import EvidenceCase, evidence_cases
from advisor.content.load import Content, ContentError, load
from advisor.engine.advice import Advice, Record
from advisor.language import Language
from advisor.wording import labels

Outcome = Literal[
    "prompting", "few_shot", "rag", "finetune_sft", "distill", "rag_plus_finetune", "dpo", "rft", "not_yet"
]

OUTCOMES: dict[str, Outcome] = {
    "prompting": "prompting",
    "structured": "prompting",
    "few_shot": "few_shot",
    "rag": "rag",
    "encoder": "finetune_sft",
    "sft": "finetune_sft",
    "continue": "finetune_sft",
    "distill": "distill",
    "rag_sft": "rag_plus_finetune",
    "dpo": "dpo",
    "rft": "rft",
}
"""The published outcome that each option of the ladder stands for."""

Agreement = Literal["option", "verdict", "none"]
"""How far an answer agrees with what came out: in the option, in the verdict alone, or in neither."""

TUNING: frozenset[Outcome] = frozenset({"finetune_sft", "distill", "rag_plus_finetune", "dpo", "rft"})


class CaseResult(Record):
    """What the advisor says of one worked case."""

    case: str
    title: str
    verdict: Verdict
    option: str
    outcome: Outcome
    """Of the advice."""
    published: str
    acceptable: tuple[str, ...]
    agreement: Agreement
    """With the published outcome alone, whatever else the source would support."""
    right: bool
    """Whether the outcome is the published or an acceptable one."""
    tuning_right: bool
    """Whether fine-tune or not was said rightly, whatever the option."""
    ends_in_training: float
    stability: float
    reason: str | None
    """What weighed most: a term, or a rule that holds options up (`gate`)."""
    gate: bool = False


class Benchmark(Record):
    """How the advisor does on the worked cases, and the scores of the fit; each says how many cases it is of."""

    results: tuple[CaseResult, ...]
    right_share: float
    """Share of cases whose outcome is the published or an acceptable one."""
    tuning_share: float
    """Share of cases in which fine-tune or not was said rightly."""
    brier: float
    """Mean squared distance of `ends_in_training` from what was right, 1 or 0: 0 is perfect, 0.25 a coin."""
    at: date
    content_version: str
    advice: Score | None = None
    """Whole advices, gates, limits and plan included, by weights that saw no case of the same family: what to expect of
    cases that are alike.
    """
    advice_weighed: Score | None = None
    """The same, each case counted as it weighs in the fit."""
    advice_in_sample: Score | None = None
    advice_everyday: Score | None = None
    """Whole advices on questions from forums, which taught nothing, against what the threads answered."""
    in_sample: Score | None = None
    """How the learned shares do on the cases that taught them; none: no weights have been fitted."""
    out_of_fold: Score | None = None
    """The same by weights that saw no case of the same family."""
    with_base_rates: Score | None = None
    """Out of fold, corrected for how cases were gathered, as an advice is."""
    without_tautologies: Score | None = None
    """Out of fold, without the terms that read what was built for the chosen method."""
    hidden: Score | None = None
    """Out of fold, with three in ten answers hidden."""
    expert_only: Score | None = None
    """Out of fold: what experts say, with one scale and the intercepts fitted."""
    answers_only: Score | None = None
    """Out of fold: nothing from experts."""
    best_constant: Score | None = None
    best_pair: Score | None = None
    everyday: Score | None = None
    """Questions from forums, which taught nothing, against what the threads answered."""
    second_step: dict[str, Score] | None = None
    """What follows a failure, by way to say it (`advisor.engine.second_step`), out of fold, on the cases that say what
    was tried and fell short.
    """
    calibration: tuple[CalibrationBin, ...] = ()
    """Of `ends_in_training`, out of fold; it says nothing about users."""


SCORES = (
    "advice",
    "advice_weighed",
    "advice_in_sample",
    "advice_everyday",
    "in_sample",
    "out_of_fold",
    "with_base_rates",
    "without_tautologies",
    "hidden",
    "expert_only",
    "answers_only",
    "best_constant",
    "best_pair",
    "everyday",
)
"""The scores in the order in which they are shown."""


def shown(content: Content) -> tuple[Case, ...]:
    """The cases that readers and rooms see: the worked ones, and those of the evidence that were read again.

    Raises `ContentError` for one that is not in the evidence.
    """
    return (*content.cases, *_retold(content.retold))


@cache
def _retold(texts: tuple[Retold, ...]) -> tuple[Case, ...]:
    taught = {case.id: case for case in evidence_cases()} if texts else {}
    for text in texts:
        if text.id not in taught:
            raise ContentError(f"content/lessons/retold.yaml: {text.id}: there is no such case in content/evidence/")
    return tuple(_told(text, taught[text.id]) for text in texts)


def _told(text: Retold, case: EvidenceCase) -> Case:
    return Case(
        id=case.id,
        title=text.title,
        source=text.source,
        year=text.year,
        summary=text.summary,
        lesson=text.lesson,
        answers={key: value for key, value in case.answers.items() if key not in text.unsure},
        outcome=case.outcome,
        acceptable=case.acceptable,
        numbers=case.numbers,
        strength=case.strength,
        verified=True,
        family=case.family,
    )


def outcome(advice: Advice) -> Outcome:
    """What the advice comes to, in the words of published cases."""
    return "not_yet" if advice.verdict == "not_yet" else OUTCOMES[advice.option]


def agreement(option: str | None, case: Case) -> Agreement:
    """How far an option, or None for not yet, agrees with what came out.

    An option that shares its published outcome with another (`OUTCOMES`) agrees in the option only if it is the one
    that the outcome is named after.
    """
    if option == labels.NAMED_AFTER.get(case.outcome):
        return "option"
    same = (
        option is not None
        and case.outcome in labels.NAMED_AFTER
        and (OUTCOMES[option] in TUNING) == (case.outcome in TUNING)
    )
    return "verdict" if same else "none"


def supported(option: str | None, case: Case) -> bool:
    """Whether the source supports an option, or None for not yet: as what came out or as what would also do."""
    outcome = "not_yet" if option is None else OUTCOMES[option]
    return outcome in (case.outcome, *case.acceptable)


def verdict_of(outcome: str) -> Verdict:
    """The verdict that a published outcome stands for."""
    if outcome == "not_yet":
        return "not_yet"
    return "fine_tune" if outcome in TUNING else "dont"


def judge(case: Case, at: date, content: Content | None = None) -> CaseResult:
    """The advice for a case on a day against its published outcome. Raises `AnswerErrors` if its answers are wrong."""
    return judged(case, advise(read_situation(case.answers, content), at))


def judged(case: Case, advice: Advice) -> CaseResult:
    """An advice for a case against its published outcome."""
    chosen = None if advice.verdict == "not_yet" else advice.option
    return CaseResult(
        case=case.id,
        title=case.title,
        verdict=advice.verdict,
        option=advice.option,
        outcome=outcome(advice),
        published=case.outcome,
        acceptable=case.acceptable,
        agreement=agreement(chosen, case),
        right=supported(chosen, case),
        tuning_right=(advice.verdict == "fine_tune") == (case.outcome in TUNING),
        ends_in_training=advice.ends_in_training,
        stability=advice.stability,
        reason=advice.reasons[0].id if advice.reasons else None,
        gate=bool(advice.reasons and advice.reasons[0].gate),
    )


def benchmark(at: date, content: Content | None = None) -> Benchmark:
    """Judge every worked case. Raises `ValueError` if there are none, since shares of nothing mean nothing."""
    content = content or load()
    if not content.cases:
        raise ValueError("there are no cases in content/cases/")
    results = tuple(judge(case, at, content) for case in content.cases)
    return Benchmark(
        results=results,
        right_share=fmean(result.right for result in results),
        tuning_share=fmean(result.tuning_right for result in results),
        brier=fmean((result.ends_in_training - (result.published in TUNING)) ** 2 for result in results),
        at=at,
        content_version=content.version,
        **({name: content.learned.scores[name] for name in SCORES} if content.learned else {}),
        second_step=content.learned.second_step if content.learned else None,
        calibration=content.learned.advice_calibration if content.learned else (),
    )


def strength_name(strength: str, lang: Language) -> str:
    """How well what came out is known."""
    return {
        "measured": lang("measured"),
        "reported": lang("reported"),
        "anecdotal": lang("anecdotal"),
    }[strength]


def level_name(level: str, lang: Language) -> str:
    """How hard a case is to judge."""
    return {"easy": lang("Easy"), "medium": lang("Medium"), "hard": lang("Hard")}[level]


def our_answer(result: CaseResult, content: Content, lang: Language) -> str:
    """What the advisor says of a case, and how far that agrees with what came out."""
    name = labels.advised(result.verdict, result.option, content, lang)
    match result.agreement, result.right:
        case "option", _:
            return lang("This advisor says the same: {name}.", name=name)
        case "verdict", True:
            return lang(
                "This advisor comes to the same verdict with another option, which the source would support too: "
                "{name}.",
                name=name,
            )
        case "verdict", False:
            return lang(
                "This advisor comes to the same verdict, but with another option, and is wrong there: {name}.",
                name=name,
            )
        case _, True:
            return lang("This advisor comes to another verdict, which the source would support too: {name}.", name=name)
        case _:
            return lang("This advisor comes to another verdict, and is wrong here: {name}.", name=name)
