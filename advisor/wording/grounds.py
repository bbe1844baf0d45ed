"""What the verdict rests on: its reasons with their sources, what is missing for it, what would change it."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.content.entries import Rule, Source
from advisor.content.load import Content
from advisor.content.sources import seen, title
from advisor.engine.advice import Advice, Flip, Missing, OptionResult, Reason
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.labels import in_sentence

HALF = 0.5
MOST = 6
"""Options held up from which a missing thing counts as missing for the whole project."""
CERTAIN = 0.995
"""Share of the scenarios from which a rule counts as holding in all."""
WORTH_NAMING = 0.25
"""Share of scenarios in which a thing is missing below which it does not explain a verdict."""
EXPLAINS = 0.5
"""Share of the scenarios with the verdict that a missing thing must reach to explain it."""


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
class ReasonText:
    rule: str
    premise: str
    """Says that the rule does not hold in all scenarios; empty where it does."""
    because: str
    weight: str
    """How much it weighs and for what, in words."""
    evidence: str
    gate: bool
    sources: tuple[SourceText, ...]

    @property
    def sentence(self) -> str:
        """The reason with its premise before it, so that nothing reads as a fact that nobody stated."""
        return f"{self.premise} {self.because}".lstrip()


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


def reasons(advice: Advice, content: Content, lang: Language, limit: int = 3) -> tuple[ReasonText, ...]:
    """The main reasons, heaviest first: the sentence of the rule, its weight in words, and who says so."""
    return tuple(_reason(reason, advice, content, lang) for reason in advice.reasons[:limit])


def _reason(reason: Reason, advice: Advice, content: Content, lang: Language) -> ReasonText:
    rule = content.rule(reason.rule)
    return ReasonText(
        rule=reason.rule,
        premise=premise(reason.rule, reason.share, advice, content, lang),
        because=lang(rule.because),
        weight=lang("a condition that no price outweighs") if reason.gate else weight(reason.weight, lang),
        evidence=labels.evidence_grade(rule.evidence, lang),
        gate=reason.gate,
        sources=sources(rule, content, lang),
    )


def premise(rule: str, share: float, advice: Advice, content: Content, lang: Language) -> str:
    """What to say before a reason that holds in this share of the scenarios only; empty where it holds in all.

    What the user said is not called uncertain: where the rule reads an answer, the premise says what beside it leaves
    the rest open.
    """
    if share >= CERTAIN:
        return ""
    answered, left = _reads(rule, advice, content)
    in_words = lang.percent(share)
    if not answered and left:
        return lang("Not known for sure, true in {share} of the scenarios:", share=in_words)
    if left:
        return lang("Counts in {share} of the scenarios, because something else is left open:", share=in_words)
    if any(isinstance(advice.answers[key], tuple | list) for key in answered if content.question(key).type == "number"):
        return lang("Counts in {share} of the scenarios, because you gave a range:", share=in_words)
    return lang("Counts in {share} of the scenarios, by our estimates:", share=in_words)


def _reads(rule: str, advice: Advice, content: Content) -> tuple[list[str], list[str]]:
    """The questions that a rule's condition reads: those that the user answered, and those left open."""
    from advisor.engine.rules import compile_rules  # here, since it brings Polars and numpy, which labels do without

    book = compile_rules(content)
    place = next(number for number, other in enumerate(content.rules) if other.id == rule)
    columns = set(book.reads[place])
    read = [question.id for question in content.questions if columns & set(question.columns)]
    answered = [key for key in read if advice.answers.get(key) is not None and key not in advice.ignored]
    return answered, [key for key in read if key not in answered]


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
    return next((entry for entry in later if entry.share >= HALF and len(entry.options) >= MOST), None)


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
                sources=sources(rule, content, lang),
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


def prompted_today(advice: Advice) -> OptionResult | None:
    """The way of prompting whose cheaper variants are worth showing: with examples where the reader has tried those,
    else the better of the two.
    """
    varied = [result for result in advice.ranking if result.variants]
    with_examples = [result for result in varied if result.option == "few_shot"]
    tried = advice.answers.get("prompt_tried") == "good"
    return next(iter(with_examples if tried and with_examples else varied), None)


def option_said(option: str, content: Content, lang: Language) -> str:
    """The name of an option as it stands inside a sentence."""
    return in_sentence(labels.option_name(option, content, lang))
