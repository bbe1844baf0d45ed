"""The plan in sentences: one for a headline, one for each step, and when to stop."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.content.load import Content
from advisor.engine.advice import Advice, Band, Step
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.broken_limits import gone_over
from advisor.wording.comparison import FigureText, amount
from advisor.wording.grounds import EVALUATION, advised_said, option_result
from advisor.wording.labels import in_sentence
from advisor.wording.route_step import find_route

LIMITS = "limits"
"""Id of the step that makes room in a limit, as `advisor.engine.plan` has it."""
SMALLER = "smaller_model"
"""Id of the step that tests whether a smaller model will do without training."""
ROUTE = "route"
"""Id of the step that finds who may train it."""


@dataclass(frozen=True, slots=True)
class PlanStepText:
    """A step for a reader. Each text is a whole sentence, or empty where nothing is known of it."""

    kind: str
    id: str
    name: str
    what: str
    """What to do."""
    how: tuple[str, ...]
    """Of what is prepared, what it comes to: a sentence for each gate that asks for it."""
    until: str
    """From what score on no further step is needed; where that is set by a step of the plan, by which."""
    share: str
    """How many of the teams that reach this step end with it, and which of the limits it goes over."""
    effort: str
    """Days of work, and what it costs once and a month."""
    days: FigureText
    once: FigureText
    month: FigureText
    stop_at: str
    """The score of `until` alone."""
    more: bool
    """Steps before have paid a part of what this one would cost once, so that `once` comes on top of theirs."""


def first_option(advice: Advice) -> str:
    """The option that the plan tries first; where it tries none, the one recommended."""
    step = first_tried(advice)
    return step.id if step else advice.option


def first_tried(advice: Advice) -> Step | None:
    """The step of the plan that tries an option first; None where it tries none."""
    return next((step for step in advice.plan if step.kind == "option"), None)


def plan_headline(advice: Advice, content: Content, lang: Language) -> str:
    """The plan in one sentence: what first, and what where that falls short; empty where there is nothing to try."""
    if not advice.plan:
        return ""
    first, *rest = advice.plan
    after = next((step for step in rest if step.kind == "option"), None)
    if first.kind == "prepare":
        prepared = [
            in_sentence(step_name(step, advice, content, lang)) for step in advice.plan if step.kind == "prepare"
        ]
        what = labels.all_of(prepared, lang)
        if after is None:
            return lang("First {prepare}.", prepare=what)
        try_first = {"prepare": what, "option": _option(after, advice, content, lang)}
        then = next((step for step in rest if step.kind == "option" and step is not after), None)
        may_do = len(prepared) == 1 and first.id == SMALLER  # a smaller model that will do needs no training
        if then is None and may_do:
            return lang("First {prepare}; if it falls short, try {option}.", **try_first)
        if then is None:
            return lang("First {prepare}; then try {option}.", **try_first)
        try_first["next"] = _option(then, advice, content, lang)
        if may_do:
            return lang("First {prepare}; if it falls short, try {option}, and after that {next}.", **try_first)
        if after.stop_at is not None:
            return lang(
                "First {prepare}; then try {option}, and if it stays below {score}, {next}.",
                **try_first,
                score=_score(after, lang),
            )
        return lang("First {prepare}; then try {option}, and if it falls short, {next}.", **try_first)
    values = {"first": _option(first, advice, content, lang)}
    if after is None:
        return lang("Try {first}.", **values)
    values["next"] = _option(after, advice, content, lang)
    if first.stop_at is None:
        return lang("Try {first} first; if it falls short, try {next}.", **values)
    return lang("Try {first} first; if it stays below {score}, try {next}.", **values, score=_score(first, lang))


def plan_steps(advice: Advice, content: Content, lang: Language) -> tuple[PlanStepText, ...]:
    """Each step of the plan, in order."""
    first = first_tried(advice)
    return tuple(_step(step, step is first, advice, content, lang) for step in advice.plan)


def step_name(step: Step, advice: Advice, content: Content, lang: Language) -> str:
    """What is prepared, or the option that is tried."""
    if step.kind == "option":
        return labels.advised_option(step.id, advice, content, lang)
    return find_route(first_option(advice), advice, lang) if step.id == ROUTE else prepared_name(step.id, lang)


def _step(step: Step, first: bool, advice: Advice, content: Content, lang: Language) -> PlanStepText:
    prepares = step.kind == "prepare"
    name = step_name(step, advice, content, lang)
    score = "" if step.stop_at is None else _score(step, lang)
    n = lang.number(round(step.share * 100))
    more = _on_top(step, advice)
    share = (
        lang("Of a hundred teams like yours, {n} end with it.", n=n)
        if first
        else lang("Of a hundred teams like yours for which all before it fell short, {n} end with it.", n=n)
    )
    return PlanStepText(
        kind=step.kind,
        id=step.id,
        name=name,
        what=f"{name}." if prepares else lang("Try {option}.", option=in_sentence(name)),
        how=_how(step, content, lang) if prepares else (),
        until="" if prepares else _until(score, advice, lang),
        share="" if prepares else " ".join(part for part in (share, _breaks(step, advice, content, lang)) if part),
        effort=_effort(step, more, lang),
        days=_figure_of_days(step.effort_days, lang),
        once=amount(step.usd_once, lang),
        month=amount(step.usd_month, lang),
        stop_at=score,
        more=more,
    )


def _how(step: Step, content: Content, lang: Language) -> tuple[str, ...]:
    """What is prepared, in the words of the gates that ask for it."""
    gates = (content.rule(rule).blocks for rule in step.why)
    return tuple(dict.fromkeys(lang(gate.brings_back) for gate in gates if gate and gate.brings_back))


def _until(score: str, advice: Advice, lang: Language) -> str:
    """When to stop; nothing where no score was set and no step sets one."""
    if score:
        return lang("Stop at a score of {score}.", score=score)
    number = sets_the_score(advice)
    return lang("Stop at the score that you set in step {n}.", n=lang.number(number)) if number else ""


def sets_the_score(advice: Advice) -> int:
    """The number of the step that says from what score on to stop; 0 where none does, or the score is set already."""
    if any(step.stop_at is not None for step in advice.plan):
        return 0
    return next((number for number, step in enumerate(advice.plan, start=1) if step.id == EVALUATION), 0)


def _breaks(step: Step, advice: Advice, content: Content, lang: Language) -> str:
    """Which limits an option of the plan goes over; empty for the recommended one, of which the verdict says so."""
    results = [result for result in advice.ranking if result.option == step.id != advice.option]
    if not (limits := gone_over(results, advice, lang)):
        return ""
    return lang("With {option} you break {limits}.", option=_option(step, advice, content, lang), limits=limits)


def _on_top(step: Step, advice: Advice) -> bool:
    """Whether a step costs less once than its option would alone, since a step before has paid a part of it."""
    alone = option_result(advice, step.id)
    if alone is None or alone.usd_once.p50 is None or step.usd_once.p50 is None or step is advice.plan[0]:
        return False
    return step.usd_once.p50 < alone.usd_once.p50


def _figure_of_days(days: Band, lang: Language) -> FigureText:
    def show(value: float) -> str:
        return lang.number(value, 2)

    def with_unit(value: float) -> str:
        return lang.plural("{amount} day", "{amount} days", _some(value, lang), amount=show(value))

    return FigureText(labels.median(days, with_unit, lang), labels.spread(days, show, lang))


def _effort(step: Step, more: bool, lang: Language) -> str:
    """Days and costs, each with where 80 % of the scenarios lie; empty where nobody knows them."""
    if step.effort_days.p50 is None:
        return ""
    if step.usd_once.p50 is None:
        return lang("It takes {days} of work; what it costs is not known.", days=_days(step.effort_days, lang))
    values = {"days": _days(step.effort_days, lang), "once": _money(step.usd_once, lang)}
    if not step.usd_month.p50:
        return lang("It takes {days} of work and costs {once}.", **values)
    if more:
        return lang(
            "It takes {days} of work, and costs {once} to build, on top of the steps before, and {month} a month to "
            "run.",
            **values,
            month=_money(step.usd_month, lang),
        )
    return lang(
        "It takes {days} of work, and costs {once} to build and {month} a month to run.",
        **values,
        month=_money(step.usd_month, lang),
    )


def plan_arrives(advice: Advice, lang: Language) -> str:
    """The chance that the plan reaches the target; empty where nobody knows it."""
    if advice.arrives is None or advice.arrives.p50 is None:
        return ""
    chance = labels.band(advice.arrives, lang.percent, lang)
    return lang("The chance that this plan reaches your target is {chance}.", chance=chance)


def _days(band: Band, lang: Language) -> str:
    text = labels.band(band, lambda value: lang.number(value, 2), lang)
    return lang.plural("{band} day", "{band} days", _some(band.p50 or 0.0, lang), band=text)


def _some(days: float, lang: Language) -> int:
    """The number that a noun goes by: one of what reads as one, many of 1.2."""
    return 1 if lang.number(days, 2) == lang.number(1) else 2


def _money(band: Band, lang: Language) -> str:
    return labels.band(band, lambda value: labels.money(value, lang), lang)


def _score(step: Step, lang: Language) -> str:
    return lang.number(step.stop_at or 0.0, 3)


def _option(step: Step, advice: Advice, content: Content, lang: Language) -> str:
    return advised_said(step.id, advice, content, lang)


def prepared_name(prepare: str, lang: Language) -> str:
    """What is prepared, as an instruction without its full stop."""
    names = {
        "goal": lang("Set a goal that can be measured"),
        "evaluation": lang("Make an evaluation set"),
        "agreement": lang("Get your experts to agree"),
        "smaller_model": lang("Test a smaller model with your prompt"),
        "check_data": lang("Check the examples and mend those that are wrong"),
        "collect": lang("Collect examples"),
        "route": lang("Find a platform that may train it for you"),
        "training_means": lang("Find computing power, and somebody to run the training"),
        "grader": lang("Write a check that scores answers"),
        "rights": lang("Clear the rights to the data"),
        "limits": lang("Raise your budget or your time limit"),
        "find_out": lang("Find out what is still open"),
    }
    return names[prepare]
