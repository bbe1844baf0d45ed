"""What the verdict rests on: its reasons with their sources, what is missing for it, what would change it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from advisor.content.entries import Fact, Rule, Source, TaughtCase, WeighedTerm
from advisor.content.load import Content
from advisor.content.sources import address, seen, source_name, title
from advisor.engine.advice import CERTAIN, MOSTLY, Advice, Flip, Missing, OptionResult, Precedents, Reason, RouteStatus
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.labels import in_sentence

MANY_OPTIONS = 6
"""Options held up from which a missing thing counts as missing for the whole project. Assumption."""
EVALUATION = "evaluation"
"""What is prepared to measure a step with."""
WORTH_NAMING = 0.25
"""Share of scenarios in which a thing is missing below which it does not explain a verdict. Assumption."""
EXPLAINS = 0.5
"""Share of the scenarios with the verdict that a missing thing must reach to explain it. Assumption."""


@dataclass(frozen=True, slots=True)
class SourceText:
    id: str
    title: str
    url: str | None
    seen: str
    """The day, month or year, as in content/; empty for what rests on nothing that can be seen."""
    confidence: str
    concluded: bool = False
    """We concluded it; nobody published it."""

    def details(self, lang: Language) -> str:
        """When it was seen and how sure it is: `seen in October 2026, official`."""
        when = seen(self.seen, lang, concluded=self.concluded) if self.seen else ""
        return ", ".join(part for part in (when, self.confidence) if part)


@dataclass(frozen=True, slots=True)
class CaseText:
    """A published case that was checked against its source."""

    id: str
    title: str
    url: str | None
    outcome: str


@dataclass(frozen=True, slots=True)
class ReasonText:
    id: str
    premise: str
    """Says on what it rests that it counts; empty where the user said so."""
    because: str
    weight: str
    """How much it weighs and for what, in words."""
    evidence: str
    gate: bool
    sources: tuple[SourceText, ...]
    said_so: str = ""
    """How many published cases were alike in this and what was right in them; empty for a gate."""
    contrary: str = ""
    """Says that experts would have expected the opposite; empty where they would not."""
    cases: tuple[CaseText, ...] = ()

    @property
    def sentence(self) -> str:
        """The reason with its premise before it, so that nothing reads as a fact that nobody stated."""
        return f"{self.premise} {self.because}".lstrip()

    @property
    def taught(self) -> str:
        """What published cases say to it."""
        return " ".join(part for part in (self.said_so, self.contrary) if part)


@dataclass(frozen=True, slots=True)
class ReasonsText:
    """Reasons for one thing."""

    lead: str
    reasons: tuple[ReasonText, ...]


@dataclass(frozen=True, slots=True)
class MissingText:
    rule: str
    what: str
    premise: str
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


MOST_REASONS = 3
"""Reasons for one thing that are told where not all are."""
LEAST_DECIBANS = 0.5
"""What a reason must weigh to stand before those that are open: it moves the odds by an eighth. Assumption."""


def reasons(advice: Advice, content: Content, lang: Language, limit: int = MOST_REASONS) -> tuple[ReasonText, ...]:
    """The main reasons: those that nothing leaves open before the others, each gates first and then heaviest first. The
    sentence, its weight in words, and who says so.
    """
    told = [reason_text(reason, advice, content, lang) for reason in advice.reasons]
    light = {reason.id for reason in advice.reasons if not reason.gate and reason.decibans < LEAST_DECIBANS}
    told.sort(key=lambda text: bool(text.premise) or text.id in light)
    return tuple(told[:limit])


def told_reasons(advice: Advice, content: Content, lang: Language) -> tuple[ReasonsText, ...]:
    """The main reasons, each kind behind a sentence that says what they are reasons for: what holds the recommended
    option up stands apart from what speaks for it.
    """
    told = reasons(advice, content, lang, limit=len(advice.reasons))
    held = [text for text in told if text.gate][:MOST_REASONS] if advice.verdict == "not_yet" else []
    rest = [text for text in told if not (held and text.gate)][:MOST_REASONS]
    before = lang("What comes before {option}.", option=advised_said(advice.option, advice, content, lang))
    groups = (ReasonsText(before, tuple(held)), ReasonsText(against(advice, content, lang), tuple(rest)))
    return tuple(group for group in groups if group.reasons)


def reason_text(reason: Reason, advice: Advice, content: Content, lang: Language) -> ReasonText:
    """A reason of an advice in words."""
    if reason.gate:
        rule = content.rule(reason.id)
        return ReasonText(
            id=reason.id,
            premise=premise(reason.id, reason.share, advice, content, lang),
            because=lang(rule.because),
            weight=lang("a condition that no price outweighs"),
            evidence=labels.evidence_grade(rule.evidence, lang),
            gate=True,
            sources=sources(rule, advice, content, lang),
        )
    term = content.term(reason.id)
    return ReasonText(
        id=reason.id,
        premise=term_premise(reason, advice, content, lang),
        because=term_because(reason.id, advice, content, lang),
        weight=weight(reason.decibans, lang),
        evidence=labels.evidence_grade(term.evidence, lang),
        gate=False,
        sources=sources(term, advice, content, lang),
        said_so=said_so(reason.cases, advice.option, content, lang),
        contrary=lang("Experts would have expected the opposite; the cases weigh more.") if reason.contrary else "",
        cases=case_texts(reason.cases, content, lang),
    )


def term_because(name: str, advice: Advice, content: Content, lang: Language) -> str:
    """What a term says to this reader: not that something helps which they say fell short."""
    term = content.term(name)
    for other in term.otherwise:
        if labels.answered(other.where, advice):
            return lang(other.because)
    return lang(term.because)


def said_so(precedents: Precedents | None, option: str, content: Content, lang: Language) -> str:
    """How many published cases were alike, and how often training (or else the option) was right in them: more often
    than in all cases, since otherwise the count speaks for nothing and is left out.
    """
    if precedents is None:
        return lang("No published case was like this.")
    tunes, name = content.option(option).tunes, option_said(option, content, lang)
    right, usual = precedents.trained if tunes else precedents.same, _usual(option, content)
    if right <= CLEARLY_MORE * usual * precedents.cases:
        return ""
    if precedents.cases == 1:
        if tunes:
            return lang("One published case was like this, and training was right there.")
        return lang("One published case was like this, and there this was right: {option}.", option=name)
    values = {"n": precedents.cases, "k": right, "option": name, "usual": lang.percent(usual)}
    if 2 * right <= precedents.cases:  # few, and yet more than elsewhere
        if tunes:
            return lang(
                "Training was right in {k} of {n} published cases like this; of all cases, in {usual}.", **values
            )
        return lang("Right in {k} of {n} published cases like this: {option}; of all cases, in {usual}.", **values)
    if tunes:
        return lang("Training was right in {k} of {n} published cases like this.", **values)
    return lang("Right in {k} of {n} published cases like this: {option}.", **values)


CLEARLY_MORE = 1.1
"""How much more often than in all cases something must be right in some of them to speak for it. Assumption."""


def _usual(option: str, content: Content) -> float:
    """Share of all published cases that ended in training, or else with what the option stands for."""
    from advisor.engine.reasons import class_of  # as in `premise`
    from advisor.engine.terms import CLASSES, TRAINING

    ended = [case.outcome for case in content.learned.cases] if content.learned else []
    trained: set[str] = {one for one, trains in zip(CLASSES, TRAINING, strict=True) if trains}
    alike = trained if content.option(option).tunes else {class_of(option)}
    return sum(outcome in alike for outcome in ended) / max(1, len(ended))


def case_texts(precedents: Precedents | None, content: Content, lang: Language) -> tuple[CaseText, ...]:
    """The cases behind a reason that were checked against their source, those that ended with the option first."""
    if precedents is None or content.learned is None:
        return ()
    by_id = {case.id: case for case in content.learned.cases}
    return tuple(
        CaseText(case.id, case.title, _address(case), labels.outcome_name(case.outcome, content, lang))
        for case in (by_id[name] for name in precedents.shown)
    )


def _address(case: TaughtCase) -> str | None:
    """The first address among what a case names as its source."""
    return next((part.rstrip(".,;)") for part in case.source.split() if part.startswith("https://")), None)


def term_premise(reason: Reason, advice: Advice, content: Content, lang: Language) -> str:
    """What to say before a term: that it is open, or what of it, or on which side of its middle a number lies."""
    term = content.term(reason.id)
    if term.slope:
        return _slope_premise(reason, term, content, lang)
    if reason.share >= CERTAIN:
        return ""
    in_words = lang.percent(reason.share)
    match reason.rests_on:
        case "partly_said":
            if len(reason.left_open) > 1:
                return lang(
                    "What you said speaks for it; it counts in {share} of the situations, since {n} questions are "
                    "open:",
                    share=in_words,
                    n=len(reason.left_open),
                )
            return lang(
                "What you said speaks for it; it counts in {share} of the situations, because “{question}” is open:",
                share=in_words,
                question=labels.question_of(reason.left_open[0], content, lang),
            )
        case _:
            return _hedged(_columns(term, content), reason.share, advice, content, lang)


def contribution_premise(name: str, share: float, advice: Advice, content: Content, lang: Language) -> str:
    """What to say before a term that speaks for or against an option: what leaves it open, if anything does."""
    term = content.term(name)
    if term.slope and advice.answers.get(term.slope.of) is None:
        return lang("Not known yet, so what is usual counts:")
    return "" if term.slope else _hedged(_columns(term, content), share, advice, content, lang)


def _slope_premise(reason: Reason, term: WeighedTerm, content: Content, lang: Language) -> str:
    assert term.slope
    unit = content.question(term.slope.of).unit or ""
    middle = labels.quantity(term.slope.at, unit, lang)
    if term.slope.of in reason.left_open:
        if reason.below:
            return lang("Not known yet, so what is usual counts; below {at} it counts the other way:", at=middle)
        return lang("Not known yet, so what is usual counts:")
    return lang("Below {at} it counts the other way:", at=middle) if reason.below else ""


def premise(rule: str, share: float, advice: Advice, content: Content, lang: Language) -> str:
    """What to say before a rule that holds in this share of the scenarios only; empty where it holds in all.

    What the user said is not called uncertain: where the rule reads an answer, the premise says what beside it leaves
    the rest open.
    """
    from advisor.engine.rules import compile_rules  # here, since it brings Polars and numpy, which labels do without

    place = next(number for number, other in enumerate(content.rules) if other.id == rule)
    return _hedged(compile_rules(content).reads[place], share, advice, content, lang)


def _columns(term: WeighedTerm, content: Content) -> tuple[str, ...]:
    """The columns that a term reads."""
    from advisor.engine.terms import compile_terms  # as in `premise`

    compiled = compile_terms(content)
    return compiled.reads[compiled.ids.index(term.id)]


def answered_questions(name: str, advice: Advice, content: Content) -> tuple[str, ...]:
    """The questions that a term or a rule reads and the reader answered."""
    from advisor.engine.conditions import questions_of  # as in `premise`
    from advisor.engine.rules import compile_rules

    term = next((term for term in content.weighed if term.id == name), None)
    if term:
        columns = _columns(term, content)
    else:
        columns = compile_rules(content).reads[[rule.id for rule in content.rules].index(name)]
    return tuple(key for key in questions_of(columns, content) if _answered(key, advice))


def _answered(key: str, advice: Advice) -> bool:
    return advice.answers.get(key) is not None and key not in advice.ignored


def _hedged(columns: tuple[str, ...], share: float, advice: Advice, content: Content, lang: Language) -> str:
    if share >= CERTAIN:
        return ""
    from advisor.engine.conditions import questions_of  # as in `premise`

    read = questions_of(columns, content)
    answered = [key for key in read if _answered(key, advice)]
    left = [key for key in read if key not in answered]
    in_words = lang.percent(share)
    if not answered and left:
        return lang("Not known for sure, true in {share} of the situations:", share=in_words)
    if len(left) > 1:
        return lang(
            "Counts in {share} of the situations, since {n} questions are left open:", share=in_words, n=len(left)
        )
    if left:
        return lang(
            "Counts in {share} of the situations, because “{question}” is left open:",
            share=in_words,
            question=labels.question_of(left[0], content, lang),
        )
    numbers = [advice.answers[key] for key in answered if content.question(key).type == "number"]
    if any(isinstance(number, tuple | list) for number in numbers):
        return lang("Counts in {share} of the situations, because you gave a range:", share=in_words)
    if numbers:
        return lang(
            "Counts in {share} of the situations, because your number is close to the threshold:", share=in_words
        )
    return lang("Counts in {share} of the situations, by our estimates:", share=in_words)


def switched_off(advice: Advice, content: Content, lang: Language) -> str:
    """Which terms the reader left out, in a sentence; empty where none."""
    if not advice.switched_off:
        return ""
    names = [
        lang("“{reason}”", reason=term_because(name, advice, content, lang).rstrip(".")) for name in advice.switched_off
    ]
    return lang.plural(
        "You left out one reason, so it counts for nothing here: {reasons}.",
        "You left out {n} reasons, so they count for nothing here: {reasons}.",
        len(names),
        reasons=labels.all_of(names, lang),
    )


def against(advice: Advice, content: Content, lang: Language) -> str:
    """What the reasons speak for, and against what; where another option has a larger share, why it is not that: it is
    of the same kind as the recommended one, or the runner-up is one once all counts.
    """
    values = {
        "option": option_said(advice.option, content, lang),
        "rival": option_said(advice.runner_up, content, lang),
    }
    rival, compared = option_result(advice, advice.runner_up), (advice.option, advice.runner_up)
    others = [one for one in advice.ranking if not one.blocked and one.option not in compared]
    from advisor.engine.reasons import class_of  # as in `premise`

    above = [other.option for other in others if rival and other.share > rival.share]
    if any(class_of(option) == class_of(advice.option) for option in above):
        return lang("What speaks for {option}, against the best way of another kind: {rival}.", **values)
    if above:
        return lang("What speaks for {option}, against the runner-up once limits and costs count: {rival}.", **values)
    return lang("What speaks for {option}, against the runner-up: {rival}.", **values)


def weight(decibans: float, lang: Language) -> str:
    """Weight of evidence in words; 10 decibans are odds of ten to one, 3 are two to one."""
    words = (
        (10, lang("weighs very heavily for it"), lang("weighs very heavily against it")),
        (5, lang("weighs heavily for it"), lang("weighs heavily against it")),
        (2, lang("weighs for it"), lang("weighs against it")),
        (0, lang("weighs slightly for it"), lang("weighs slightly against it")),
    )
    return next(against if decibans < 0 else for_it for least, for_it, against in words if abs(decibans) >= least)


def sources(rule: Rule | WeighedTerm, advice: Advice, content: Content, lang: Language) -> tuple[SourceText, ...]:
    """Who says so. That nobody trains it is said by the pages of those whom the user may ask, not of others."""
    if isinstance(rule, Rule) and rule.blocks and rule.blocks.prepare == "route":
        shut = [route for route in advice.closed_routes if route.why_closed != "not_allowed"]
        asked = [route for route in shut if set(route.options) & set(rule.blocks.options)]
        told = {source.title: source for route in asked for source in door_sources(route, content, lang)}
        if told:
            return tuple(told.values())
    return tuple(_source(content.source(name), lang) for name in rule.sources)


def named_sources(names: Iterable[str], content: Content, lang: Language) -> tuple[SourceText, ...]:
    """Sources by their ids."""
    return tuple(_source(content.source(name), lang) for name in names)


def door_sources(route: RouteStatus, content: Content, lang: Language) -> tuple[SourceText, ...]:
    """The sources of the dates and doors of a route, each once with the latest day on which it was seen."""
    if told := fact_sources(_doors(route, content), content, lang):
        return told
    if route.platform == "own":
        return (SourceText("own", lang("Our assumption: your own machines need nobody's leave"), None, "", ""),)
    if any(entry.id == route.route and entry.self_managed for entry in content.routes):
        rented = lang("Our assumption: on a rented machine you may train what you like")
        return (SourceText("rented", rented, None, "", ""),)
    return (SourceText("none", lang("Our assumption: no source that we read says otherwise"), None, "", ""),)


def fact_sources(facts: Iterable[str], content: Content, lang: Language) -> tuple[SourceText, ...]:
    """Who says these facts, each once with the latest day on which it was seen; not those that nobody says."""
    wanted = set(facts)
    latest: dict[str, Fact] = {}
    for fact in sorted((fact for fact in content.facts if fact.id in wanted), key=lambda fact: fact.seen):
        if fact.confidence != "unknown":
            latest[source_name(fact.source, content, lang)] = fact
    return tuple(
        SourceText(fact.source, name, address(fact.source), fact.seen, labels.confidence(fact.confidence, lang))
        for name, fact in latest.items()
    )


def _doors(route: RouteStatus, content: Content) -> tuple[str, ...]:
    """The facts that say until when a route trains and serves, and for whom; without any, those shown with it."""
    known = next((entry for entry in content.routes if entry.id == route.route), None)
    if known is None:
        return route.facts
    doors = [fact for window in known.windows for fact in window.facts]
    doors += [fact for condition in known.conditions for fact in condition.facts]
    return (*doors, *known.gone_facts) or (() if route.platform == "own" else route.facts)


def _source(source: Source, lang: Language) -> SourceText:
    sure = labels.confidence(source.confidence, lang)
    concluded = source.confidence == "derived" and source.url is None
    return SourceText(source.id, title(source, lang), source.url, source.date, sure, concluded)


def first_missing(advice: Advice) -> Missing | None:
    """The missing thing that work can provide and that explains the verdict: what holds up the recommended option, or
    else what holds up so many that none can be judged.

    What is missing in few of the scenarios explains nothing: the verdict would be much the same with it. Nor does what
    may be missing because nobody was asked: that is a question.
    """
    least = max(WORTH_NAMING, EXPLAINS * advice.verdict_shares.get("not_yet", 0.0))
    later = [entry for entry in advice.missing if entry.lifts == "later" and entry.known and entry.share >= least]
    ours = [entry for entry in later if advice.option in entry.options]
    if ours or advice.verdict != "not_yet":
        return next(iter(ours), None)
    return next((entry for entry in later if entry.share >= MOSTLY and len(entry.options) >= MANY_OPTIONS), None)


def missing(advice: Advice, content: Content, lang: Language) -> tuple[MissingText, ...]:
    """What is missing, in the order of the advice: what it is, what to do, and which options it holds up."""
    texts = []
    for entry in advice.missing:
        rule = content.rule(entry.rule)
        names = [option_said(option, content, lang) for option in entry.options]
        texts.append(
            MissingText(
                rule=entry.rule,
                what=missing_name(entry, content, lang),
                premise=premise(entry.rule, entry.share, advice, content, lang),
                brings_back=lang(rule.blocks.brings_back) if rule.blocks else "",
                holds_up=labels.all_of(names, lang),
                because=lang(rule.because),
                can_be_lifted=entry.lifts == "later",
                sources=sources(rule, advice, content, lang),
            )
        )
    return tuple(texts)


def missing_for_verdict(advice: Advice, content: Content, lang: Language) -> tuple[MissingText, ...]:
    """What is missing for the recommended option or explains the verdict; what holds up other options alone is left
    out.
    """
    first = first_missing(advice)
    ours = {entry.rule for entry in advice.missing if advice.option in entry.options or entry is first}
    return tuple(gap for gap in missing(advice, content, lang) if gap.rule in ours)


def unmeasured(advice: Advice, content: Content) -> tuple[Missing, ...]:
    """What is not there to measure any step with: test cases, or how success is judged.

    It holds up training alone, but whatever is tried is measured with it. Empty where nobody was asked.
    """

    def measures(rule: str) -> bool:
        gate = content.rule(rule).blocks
        return gate is not None and gate.prepare == EVALUATION

    return tuple(entry for entry in advice.missing if entry.known and measures(entry.rule))


def missing_title(advice: Advice, lang: Language) -> str:
    """What stands above what is missing: it is only where the reader said so and it explains the verdict."""
    held_up = advice.verdict == "not_yet" and first_missing(advice) is not None
    return lang("What is missing") if held_up else lang("What may still be missing")


def missing_name(entry: Missing, content: Content, lang: Language) -> str:
    """The missing thing as a noun phrase."""
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
        "option": option_said(flip.option, content, lang),
        "scenarios": labels.scenarios(flip.share, lang),
    }
    if flip.changes_verdict:
        return lang(
            "“{question}” If the answer were “{value}”, the verdict would be: {verdict}, with {option} "
            "(in {scenarios}).",
            **values,
        )
    return lang(
        "“{question}” If the answer were “{value}”, the verdict would stay, but the option would be {option} "
        "(in {scenarios}).",
        **values,
    )


def option_result(advice: Advice, option: str) -> OptionResult | None:
    return next((result for result in advice.ranking if result.option == option), None)


def already_works(advice: Advice, option: str) -> bool:
    """Whether the reader said that an option without training reaches the target."""
    from advisor.engine.attempts import works  # as in `premise`
    from advisor.interview.situation import Situation

    return option in works(Situation(advice.answers))


def already_in_use(advice: Advice, option: str) -> bool:
    """Whether the reader said that an option was tried with care, and there is nothing new about it to try."""
    from advisor.engine.attempts import in_use  # as in `premise`
    from advisor.interview.situation import Situation

    return option in in_use(Situation(advice.answers))


def prompted_today(advice: Advice) -> OptionResult | None:
    """The way of prompting whose cheaper variants are worth showing: with examples where the reader has tried those,
    else the better of the two.
    """
    varied = [result for result in advice.ranking if result.variants]
    with_examples = [result for result in varied if result.option == "few_shot"]
    tried = advice.answers.get("prompt_tried") == "good"
    return next(iter(with_examples if tried and with_examples else varied), None)


def advised_said(option: str, advice: Advice, content: Content, lang: Language) -> str:
    """The name of an option where it is advised, as it stands inside a sentence."""
    return in_sentence(labels.advised_option(option, advice, content, lang))


def option_said(option: str, content: Content, lang: Language) -> str:
    """The name of an option as it stands inside a sentence."""
    return in_sentence(labels.option_name(option, content, lang))
