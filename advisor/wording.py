"""The sentences of an advice: verdict, reasons, what is missing, what would change it, routes, readiness.

Screen, report and command line say the same because they all ask here. Every function takes the advice, the content
and the language of the reader, and returns text, or small records where the parts are shown apart. Names and figures
come from `advisor.labels`, the plan from `advisor.steps`. What the user typed is passed through unchanged; whoever
shows it must treat it as data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from advisor import labels
from advisor.advice import Advice, Flip, Missing, OptionResult, Reason, RouteStatus
from advisor.content import Content
from advisor.labels import in_sentence
from advisor.language import Language
from advisor.schema import Rule, Source, Verdict

VERDICTS: tuple[Verdict, ...] = ("fine_tune", "not_yet", "dont")
LIKELY = 0.5
"""Below this likelihood of reaching the target, the headline says so."""
WORTH_NAMING = 0.25
"""Share of scenarios in which a thing is missing below which it does not explain an option that is unlikely anyway."""
NEVER = 0.9
"""Share of scenarios without a break-even above which the answer is "never"."""


@dataclass(frozen=True, slots=True)
class SourceText:
    id: str
    title: str
    url: str | None
    seen: str
    confidence: str


@dataclass(frozen=True, slots=True)
class ReasonText:
    rule: str
    sentence: str
    weight: str
    """How much it weighs and for what, in words."""
    evidence: str
    gate: bool
    share: str
    """In which share of the scenarios it holds; empty where it holds in all."""
    sources: tuple[SourceText, ...]


@dataclass(frozen=True, slots=True)
class MissingText:
    rule: str
    what: str
    brings_back: str
    holds_up: str
    because: str
    can_be_lifted: bool
    sources: tuple[SourceText, ...]


@dataclass(frozen=True, slots=True)
class FlipText:
    question: str
    sentence: str
    changes_verdict: bool


@dataclass(frozen=True, slots=True)
class RouteText:
    route: str
    who: str
    model: str
    methods: str
    open: bool
    state: str
    """One sentence: open until when, or why closed."""
    until: date | None
    """The first of the dates on which it ends; None where no end is known."""
    closed: str
    """Why it is closed, without its date, so that routes can be grouped; empty for one that is or may be open."""
    depends_on: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SideText:
    id: str
    title: str
    state: Literal["ready", "not_ready", "unknown"]
    state_name: str
    ready: tuple[str, ...]
    not_ready: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerText:
    id: str
    side: str
    question: str
    answer: str
    measured: bool
    own_words: bool
    """Free text, as the user typed it."""


@dataclass(frozen=True, slots=True)
class AssumptionText:
    id: str
    text: str
    value: str
    origin: str
    overridden: bool


def headline(advice: Advice, content: Content, lang: Language) -> str:
    """The verdict in one sentence that a manager understands, and whether it is provisional."""
    return f"{verdict(advice, content, lang)} {provisional(advice, lang)}".rstrip()


def provisional(advice: Advice, lang: Language) -> str:
    """A warning that questions left open can still change the verdict; empty where they cannot."""
    return lang("This is provisional: open questions can still change it.") if advice.provisional else ""


def verdict(advice: Advice, content: Content, lang: Language) -> str:
    """The verdict in one sentence; a tie is called a tie."""
    names = [_option(option, content, lang) for option in (advice.option, *advice.tie)]
    choice = labels.any_of(names, lang)
    match advice.verdict, bool(advice.tie):
        case "fine_tune", False:
            return lang("Fine-tune: the best answer is {option}.", option=choice)
        case "fine_tune", True:
            return lang("Fine-tune: the best answer is {options}; they come out level.", options=choice)
        case "dont", False:
            return lang("Don't fine-tune: use {option} instead.", option=choice)
        case "dont", True:
            return lang("Don't fine-tune: use {options} instead; they come out level.", options=choice)
        case _:
            return _not_yet(advice, names, content, lang)


def _not_yet(advice: Advice, names: list[str], content: Content, lang: Language) -> str:
    """Why not yet: too little is known to choose, something is missing, or nothing is likely enough."""
    gap = first_missing(advice)
    choice = labels.any_of(names, lang)
    if undecided(advice):
        if advice.tie:
            return lang("Not yet: too little is known to choose between {options}.", options=labels.all_of(names, lang))
        return lang("Not yet: too little is known; the likeliest so far is {option}.", option=choice)
    if gap is None:
        return lang(
            "Not yet: no option is likely enough to reach the target so far; the best bet is {option}.", option=choice
        )
    missing = in_sentence(_missing_name(gap, content, lang))
    if advice.tie:
        return lang(
            "Not yet: first you need {missing}; then the likely answer is {options}, which come out level.",
            missing=missing,
            options=choice,
        )
    return lang(
        "Not yet: first you need {missing}; then the likely answer is {option}.", missing=missing, option=choice
    )


def undecided(advice: Advice) -> bool:
    """Whether it is not yet only because the scenarios that say "don't" differ on what to use instead."""
    return advice.verdict == "not_yet" and advice.verdict_shares.get("dont", 0.0) > advice.stability


def stability(advice: Advice, lang: Language) -> str:
    """How firm the verdict is: the share of scenarios that give it, and what the others say."""
    others = [
        lang("{verdict} in {share}", verdict=in_sentence(labels.verdict_name(other, lang)), share=lang.percent(share))
        for other, share in sorted(advice.verdict_shares.items(), key=lambda item: -item[1])
        if other != advice.verdict and share >= 0.005
    ]
    said = lang(
        "{share} of the {n} scenarios that fit your answers give this verdict.",
        share=lang.percent(advice.stability),
        n=lang.number(advice.scenarios, 6),
    )
    parts = [said, lang("The others say: {others}.", others=", ".join(others)) if others else ""]
    if undecided(advice):
        parts.append(lang("Those that say don't differ on what to use instead."))
    return " ".join(part for part in parts if part)


def likelihood(advice: Advice, content: Content, lang: Language) -> str:
    """How likely the recommended option is to reach the target, and a warning where that is less likely than not."""
    result = option_result(advice, advice.option)
    if result is None:
        return ""
    name = labels.option_name(advice.option, content, lang)
    values = {"option": name, "share": lang.percent(result.likelihood)}
    if result.likelihood < LIKELY:
        rivals = [one for one in advice.ranking if not one.blocked and one.likelihood > result.likelihood]
        if rivals:
            return lang("{option} reaches the target with a likelihood of only {share}.", **values)
        return lang(
            "{option} reaches the target with a likelihood of only {share}; nothing that is open does better.",
            **values,
        )
    return lang("{option} reaches the target with a likelihood of {share}.", **values)


def meanwhile(advice: Advice, content: Content, lang: Language) -> str:
    """What to use until the missing thing is there; empty unless the verdict is not yet."""
    if advice.meanwhile is None:
        return ""
    return lang("Until then, use {option}.", option=_option(advice.meanwhile, content, lang))


def reasons(advice: Advice, content: Content, lang: Language, limit: int = 3) -> tuple[ReasonText, ...]:
    """The main reasons, heaviest first: the sentence of the rule, its weight in words, and who says so."""
    return tuple(_reason(reason, content, lang) for reason in advice.reasons[:limit])


def _reason(reason: Reason, content: Content, lang: Language) -> ReasonText:
    rule = content.rule(reason.rule)
    return ReasonText(
        rule=reason.rule,
        sentence=lang(rule.because),
        weight=lang("a condition that no price outweighs") if reason.gate else weight(reason.weight, lang),
        evidence=labels.evidence_grade(rule.evidence, lang),
        gate=reason.gate,
        share=""
        if reason.share > 0.995
        else lang("holds in {share} of the scenarios", share=lang.percent(reason.share)),
        sources=sources(rule, content, lang),
    )


def weight(decibans: float, lang: Language) -> str:
    """Weight of evidence in words; 10 decibans are odds of ten to one, 3 are two to one."""
    words = (
        (10, lang("weighs very heavily for it"), lang("weighs very heavily against it")),
        (5, lang("weighs heavily for it"), lang("weighs heavily against it")),
        (2, lang("weighs for it"), lang("weighs against it")),
        (0, lang("weighs slightly for it"), lang("weighs slightly against it")),
    )
    return next(against if decibans < 0 else for_it for least, for_it, against in words if abs(decibans) >= least)


def sources(rule: Rule, content: Content, lang: Language) -> tuple[SourceText, ...]:
    return tuple(_source(content.source(name), lang) for name in rule.sources)


def _source(source: Source, lang: Language) -> SourceText:
    return SourceText(source.id, source.title, source.url, source.date, labels.confidence(source.confidence, lang))


def first_missing(advice: Advice) -> Missing | None:
    """The missing thing that holds up the recommended option and that work can provide, if there is one."""
    result = option_result(advice, advice.option)
    later = [entry for entry in advice.missing if entry.lifts == "later" and advice.option in entry.options]
    weak = result is not None and result.likelihood < LIKELY
    return next((entry for entry in later if not weak or entry.share >= WORTH_NAMING), None)


def missing(advice: Advice, content: Content, lang: Language) -> tuple[MissingText, ...]:
    """What is missing, in the order of the advice: what it is, what to do, and which options it holds up."""
    texts = []
    for entry in advice.missing:
        rule = content.rule(entry.rule)
        names = [labels.option_short(option, content, lang) for option in entry.options]
        texts.append(
            MissingText(
                rule=entry.rule,
                what=_missing_name(entry, content, lang),
                brings_back=lang(rule.blocks.brings_back) if rule.blocks else "",
                holds_up=labels.all_of(names, lang),
                because=lang(rule.because),
                can_be_lifted=entry.lifts == "later",
                sources=sources(rule, content, lang),
            )
        )
    return tuple(texts)


def missing_for_verdict(advice: Advice, content: Content, lang: Language) -> tuple[MissingText, ...]:
    """What is missing for the recommended option; what holds up other options alone is left out."""
    ours = {entry.rule for entry in advice.missing if advice.option in entry.options}
    return tuple(gap for gap in missing(advice, content, lang) if gap.rule in ours)


def _missing_name(entry: Missing, content: Content, lang: Language) -> str:
    gate = content.rule(entry.rule).blocks
    return lang(gate.missing) if gate else entry.rule


def flips(advice: Advice, content: Content, lang: Language) -> tuple[FlipText, ...]:
    """What would change the verdict or the option, one sentence each."""
    return tuple(
        FlipText(flip.question, _flip(flip, content, lang), flip.changes_verdict)
        for flip in advice.flips
        if flip.share > 0
    )


def _flip(flip: Flip, content: Content, lang: Language) -> str:
    values = {
        "question": labels.question_of(flip.question, content, lang),
        "value": labels.answer_of(flip.question, flip.value, content, lang),
        "verdict": in_sentence(labels.verdict_name(flip.verdict, lang)),
        "option": _option(flip.option, content, lang),
        "share": lang.percent(flip.share),
    }
    if flip.changes_verdict:
        return lang(
            "“{question}” If the answer were “{value}”, the verdict would be: {verdict}, with {option} "
            "(in {share} of the scenarios).",
            **values,
        )
    return lang(
        "“{question}” If the answer were “{value}”, the verdict would stay, but the option would be {option} "
        "(in {share} of the scenarios).",
        **values,
    )


def routes(advice: Advice, content: Content, lang: Language) -> tuple[RouteText, ...]:
    """Who would still train and serve it on the day of the advice, and who would not and why; open routes first."""
    return tuple(_route(route, content, lang) for route in (*advice.routes, *advice.closed_routes))


def _route(route: RouteStatus, content: Content, lang: Language) -> RouteText:
    ends = [day for day in (route.jobs_until, route.serves_until) if day]
    return RouteText(
        route=route.route,
        who=lang(route.vendor),
        model=lang(route.model),
        methods=", ".join(method_name(method, lang) for method in route.methods),
        open=route.open,
        state=_state(route, lang),
        until=min(ends) if ends else None,
        closed=_closed_state(route.model_copy(update={"jobs_until": None, "serves_until": None}), lang)
        if route.why_closed
        else "",
        depends_on=tuple(labels.question_of(question, content, lang) for question in route.depends_on),
        facts=route.facts,
    )


def method_name(method: str, lang: Language) -> str:
    return {
        "sft": lang("supervised"),
        "dpo": lang("preference (DPO)"),
        "rft": lang("reinforcement (RFT)"),
        "vision": lang("images"),
        "encoder": lang("classifier"),
        "continue": lang("continue a tune"),
    }[method]


def _state(route: RouteStatus, lang: Language) -> str:
    if route.open:
        return open_state(route, lang)
    if route.why_closed is None and route.depends_on:
        return lang("Not known yet. {state}", state=open_state(route, lang))
    return _closed_state(route, lang)


def open_state(route: RouteStatus, lang: Language) -> str:
    """Until when an open route trains and serves."""
    jobs, serves = route.jobs_until, route.serves_until
    if jobs and serves:
        return lang(
            "Open: training until {jobs}, answers until {serves}.", jobs=lang.date(jobs), serves=lang.date(serves)
        )
    if jobs:
        return lang("Open: training until {jobs}.", jobs=lang.date(jobs))
    if serves:
        return lang("Open: tuned models answer until {serves}.", serves=lang.date(serves))
    return lang("Open; no end date is known.")


def _closed_state(route: RouteStatus, lang: Language) -> str:
    match route.why_closed:
        case "not_allowed":
            return lang("Closed to you: not among the platforms you may use.")
        case "hosting":
            return lang("Closed to you: it cannot keep data and model where you need them.")
        case "new_customers":
            return lang("Closed to new customers.")
        case "ended" if route.jobs_until:
            return lang("Closed: training ended on {date}.", date=lang.date(route.jobs_until))
        case "ended":
            return lang("Closed: training has ended.")
        case "served_out" if route.serves_until:
            return lang("Closed: tuned models stop answering on {date}.", date=lang.date(route.serves_until))
        case "served_out":
            return lang("Closed: tuned models stop answering too soon.")
        case "skills":
            return lang("Closed to you: it needs skills that the team does not have.")
        case None:
            return lang("Closed.")


def break_even(result: OptionResult, content: Content, lang: Language) -> str:
    """From what volume and after how many months an option earns back its one-off cost; "never" is an answer.

    Empty for an option that has nothing to earn back.
    """
    even = result.break_even
    if even is None:
        return ""
    against = _option(even.against, content, lang)
    if even.never_share >= NEVER or even.requests_month.p50 is None:
        return lang(
            "Never: in {share} of the scenarios it does not pay at any volume, compared with {option}.",
            share=lang.percent(even.never_share),
            option=against,
        )
    said = lang(
        "Pays from about {volume} requests a month, compared with {option}.",
        volume=labels.band(even.requests_month, lambda value: labels.volume(value, lang), lang),
        option=against,
    )
    if even.never_share_at_volume >= NEVER or even.months.p50 is None:
        after = lang(
            "At your volume it does not pay in time: not in {share} of the scenarios.",
            share=lang.percent(even.never_share_at_volume),
        )
    else:
        after = lang(
            "At your volume that takes about {months}; in {share} of the scenarios it does not pay in time.",
            months=labels.months(even.months.p50, lang),
            share=lang.percent(even.never_share_at_volume),
        )
    return f"{said} {after}"


def readiness(advice: Advice, content: Content, lang: Language) -> tuple[SideText, ...]:
    """The five sides of the readiness card with the answers that decide each."""
    titles = {
        "why": lang("Why tune?"),
        "tried": lang("What was tried?"),
        "failing": lang("What fails?"),
        "data": lang("Which data?"),
        "quality": lang("How do we measure?"),
    }
    states = {"ready": lang("Ready"), "not_ready": lang("Not ready"), "unknown": lang("Not known yet")}

    def said(question: str) -> str:
        value = labels.answer_of(question, advice.answers.get(question), content, lang)
        return f"{labels.question_of(question, content, lang)} {value}"

    return tuple(
        SideText(
            id=side.id,
            title=titles[side.id],
            state=side.state,
            state_name=states[side.state],
            ready=tuple(said(question) for question in side.ready_because),
            not_ready=tuple(said(question) for question in side.not_ready_because),
            unknown=tuple(labels.question_of(question, content, lang) for question in side.unknown),
        )
        for side in advice.readiness
    )


def answers(advice: Advice, content: Content, lang: Language) -> tuple[AnswerText, ...]:
    """The answers given, in the order of the questions; "don't know" is an answer too."""
    measured = {entry.ref for entry in advice.basis.values() if entry.kind == "measured"}
    return tuple(
        AnswerText(
            id=question.id,
            side=question.side,
            question=lang(question.text),
            answer=labels.answer(question, advice.answers[question.id], lang),
            measured=question.id in measured,
            own_words=question.type == "text",
        )
        for question in content.questions
        if question.id in advice.answers and question.id not in advice.ignored
    )


def assumptions(advice: Advice, content: Content, lang: Language) -> tuple[AssumptionText, ...]:
    """The numbers that nobody was asked for, with where each comes from."""
    origins = {entry.ref: entry for entry in advice.basis.values() if entry.kind == "assumption"}
    return tuple(
        AssumptionText(
            id=value.assumption,
            text=lang(content.assumption(value.assumption).text),
            value=labels.assumed(value, lang),
            origin=labels.basis(origins[value.assumption], content, lang)
            if value.assumption in origins
            else lang("your own value")
            if value.overridden
            else lang("assumption, yours to change"),
            overridden=value.overridden,
        )
        for value in advice.assumptions
    )


def repeat_command(advice: Advice, answers_file: str = "answers.yaml") -> str:
    """The command that gives the same advice again from a file with the same answers."""
    return f"advisor advise {answers_file} --at {advice.at.isoformat()}"


def project(advice: Advice) -> str:
    """The name that the user gave the use case, as typed; empty if none."""
    return str(advice.answers.get("project") or "")


def option_result(advice: Advice, option: str) -> OptionResult | None:
    return next((result for result in advice.ranking if result.option == option), None)


def _option(option: str, content: Content, lang: Language) -> str:
    return in_sentence(labels.option_name(option, content, lang))
