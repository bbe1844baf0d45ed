"""What things are called: answers, amounts, bands, lines of a bill, what a figure rests on, in the reader's language.

Only names and figures; the sentences of an advice are in `advisor.wording`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from advisor.advice import AssumedValue, Band, Basis
from advisor.content import Content
from advisor.language import Language
from advisor.provenance import seen, source_name
from advisor.schema import Question, Verdict

Format = Callable[[float], str]


def verdict_name(verdict: Verdict, lang: Language) -> str:
    match verdict:
        case "fine_tune":
            return lang("Fine-tune")
        case "not_yet":
            return lang("Not yet")
        case "dont":
            return lang("Don't fine-tune")


def option_name(option: str, content: Content, lang: Language) -> str:
    """The full name, as in a heading: Supervised fine-tuning."""
    return lang(content.option(option).name)


def option_short(option: str, content: Content, lang: Language) -> str:
    """The name for a table or chart: SFT."""
    return lang(content.option(option).short)


def in_sentence(name: str) -> str:
    """A name as it stands inside a sentence: without its capital, unless it begins with an abbreviation."""
    first, second, third = name[:1], name[1:2], name[2:3]
    word = second.islower() or second == " " or (second == "-" and third.islower())
    return first.lower() + name[1:] if word else name


def any_of(names: Iterable[str], lang: Language) -> str:
    """`A`, `A or B`, `A, B or C`."""
    return _joined(list(names), lang("{first} or {last}"))


def all_of(names: Iterable[str], lang: Language) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return _joined(list(names), lang("{first} and {last}"))


def _joined(names: list[str], last_two: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return last_two.format(first=", ".join(names[:-1]), last=names[-1])


def answer(question: Question, value: Any, lang: Language) -> str:
    """An answer as the user would read it; free text comes back as it is, character for character."""
    if value is None:
        return lang("Don't know")
    match question.type:
        case "text":
            return str(value)
        case "yes_no":
            return lang("Yes") if value == "yes" else lang("No")
        case "number":
            return quantity(value, question.unit or "", lang)
        case "several":
            texts = {choice.id: lang(choice.text) for choice in question.choices}
            return "; ".join(texts[choice] for choice in value) if value else lang("None of these")
        case "choice":
            return next((lang(choice.text) for choice in question.choices if choice.id == value), str(value))


def answer_of(key: str, value: Any, content: Content, lang: Language) -> str:
    """The answer to a question, or the value given to an assumption, by its id."""
    for assumption in content.assumptions:
        if assumption.id == key:
            return quantity(value, assumption.unit, lang)
    return answer(content.question(key), value, lang)


def question_of(key: str, content: Content, lang: Language) -> str:
    """The text of the question or assumption with this id."""
    for assumption in content.assumptions:
        if assumption.id == key:
            return lang(assumption.text)
    return lang(content.question(key).text)


def quantity(value: Any, unit: str, lang: Language) -> str:
    """A number or a range `[low, high]` with its unit, as content/ writes units: `USD a month`, `%`, `tokens`."""
    if value is None:
        return lang("unknown")
    show, after = _shown_in(unit, lang)
    if isinstance(value, list | tuple):
        text = lang("{low} to {high}", low=show(value[0]), high=show(value[1]))
    else:
        text = show(value)
    return f"{text} {after}".rstrip()


def _shown_in(unit: str, lang: Language) -> tuple[Format, str]:
    """How to write a number of this unit, and the words that follow it."""
    if unit == "%":
        return lambda value: lang.percent(value / 100), ""
    if unit == "share":
        return lang.percent, ""
    if unit == "USD" or unit.startswith("USD "):
        return lang.usd, lang(unit).removeprefix("USD").strip()  # the amount itself says that it is USD
    return lang.number, lang(unit) if unit else ""


def money(value: float, lang: Language) -> str:
    """An estimated amount in USD, to the two significant digits that its band allows: $1,700, $0.42, $80,000."""
    amount = float(f"{value:.2g}")
    if amount == 0 or 10 <= abs(amount) < 100:
        return lang.whole_usd(amount)
    return lang.usd(amount)


def money_tick(value: float, lang: Language) -> str:
    """A round amount beside an axis: $0.10, $500, $10k, $1 M."""
    if value < 1000:
        return money(value, lang)
    return lang("${n}", n=lang("{n}k", n=lang.number(value / 1000, 3)) if value < 1e6 else volume(value, lang))


def seconds(value: float, lang: Language) -> str:
    """A time: 85 ms, 1.4 s, 12 s."""
    if 0 < value < 0.1:
        return lang("{n} ms", n=lang.number(value * 1000, 2))
    return lang("{n} s", n=lang.number(value, 2))


def months(value: float, lang: Language) -> str:
    return lang.plural("{n} month", "{n} months", _whole(value))


def _whole(value: float) -> int:
    return max(1, round(value))


def volume(value: float, lang: Language) -> str:
    """A number of requests, short enough for an axis: 2,500, 40,000, 1.2 M."""
    if value >= 1e9:
        return lang("{n} bn", n=lang.number(value / 1e9, 2))
    if value >= 1e6:
        return lang("{n} M", n=lang.number(value / 1e6, 2))
    return lang.number(value, 2) if value < 100 else lang.number(round(value, -1 if value < 1000 else -2))


def band(value: Band, show: Format, lang: Language) -> str:
    """`$1,200 ($800 to $2,500)`: the median and the 10-90 % band; the median alone where the two ends read the same."""
    if value.p50 is None:
        return lang("unknown")
    middle = show(value.p50)
    if value.p10 is None or value.p90 is None or show(value.p10) == show(value.p90):
        return middle
    return lang("{middle} ({low} to {high})", middle=middle, low=show(value.p10), high=show(value.p90))


def median(value: Band, show: Format, lang: Language) -> str:
    return lang("unknown") if value.p50 is None else show(value.p50)


def spread(value: Band, show: Format, lang: Language) -> str:
    """`$800 to $2,500`, or nothing where the figure is unknown or the two ends read the same."""
    if value.p10 is None or value.p90 is None or show(value.p10) == show(value.p90):
        return ""
    return lang("{low} to {high}", low=show(value.p10), high=show(value.p90))


def assumed(value: AssumedValue, lang: Language) -> str:
    """The value of an assumption with its unit: `3.5 (1 to 12) minutes`; two digits unless the user gave it."""
    show, after = _shown_in(value.unit, lang)

    def brief(number: float) -> str:
        return show(number if value.overridden else float(f"{number:.2g}"))

    return f"{band(value.value, brief, lang)} {after}".rstrip()


def cost_line(line: str, lang: Language) -> str:
    """What a line of an option's bill is called (`CostLine.id`)."""
    return {
        "inference": lang("Requests to the model"),
        "hosting": lang("Keeping the model online"),
        "retrieval": lang("Search index"),
        "upkeep": lang("Upkeep by people"),
        "retraining": lang("Retraining"),
        "training": lang("Training"),
        "labelling": lang("Writing and checking examples"),
        "evaluation": lang("Building the evaluation"),
        "engineering": lang("Engineering"),
        "teacher": lang("Answers of the large model"),
    }[line]


def latency_line(line: str, lang: Language) -> str:
    """What a part of the answer time is called (`LatencyLine.id`)."""
    return {
        "retrieval": lang("Searching"),
        "first_token": lang("Waiting for the first token"),
        "prefill": lang("Reading the input"),
        "output": lang("Writing the answer"),
        "measured": lang("Measured today"),
    }[line]


def variant_name(variant: str, lang: Language) -> str:
    """What a cheaper way of prompting is called (`Variant.id`)."""
    return {
        "as_is": lang("As it is"),
        "caching": lang("With prompt caching"),
        "batch": lang("In batches"),
        "caching_batch": lang("In batches, with prompt caching"),
        "smaller": lang("With a smaller model"),
        "smaller_caching": lang("With a smaller model and prompt caching"),
    }[variant]


def evidence_grade(grade: str, lang: Language) -> str:
    return {
        "strong": lang("strong evidence"),
        "moderate": lang("moderate evidence"),
        "weak": lang("weak evidence"),
        "expert": lang("expert judgement"),
    }[grade]


def confidence(level: str, lang: Language) -> str:
    return {
        "official": lang("official"),
        "secondary": lang("second-hand"),
        "derived": lang("derived by us"),
        "unknown": lang("not found"),
    }.get(level, level)


def basis(entry: Basis, content: Content, lang: Language) -> str:
    """What a figure rests on, in a phrase: `your answer`, `seen in October 2026, official, Microsoft: Prices`."""
    return ", ".join(part for part in origin(entry, content, lang) if part)


def origin(entry: Basis, content: Content, lang: Language) -> tuple[str, str]:
    """What a figure rests on in two parts: the words, and the name of the source, empty where there is none."""
    match entry.kind:
        case "answer":
            return lang("your answer"), ""
        case "measured":
            return lang("measured by you"), ""
        case "prior":
            return lang("not answered: drawn from what is usual"), ""
        case "assumption" if entry.overridden:
            return lang("your own value"), ""
        case "assumption":
            words = lang("assumption, yours to change")
        case "content":
            words = lang("estimate of this advisor")
        case "fact" if not entry.source and not entry.seen:
            return lang("source unknown"), ""
        case "fact":
            words = ""
    parts = [words, seen(entry.seen, lang) if entry.seen else ""]
    if not entry.source:
        return ", ".join(part for part in parts if part), ""
    parts.append(confidence(entry.confidence, lang) if entry.confidence else "")
    return ", ".join(part for part in parts if part), source_name(entry.source, content, lang)


def basis_name(entry: Basis, content: Content, lang: Language) -> str:
    """What the figure behind a basis entry is: the question, the assumption, or the fact's model and field."""
    model = next((one.name for one in content.models if one.id == entry.ref), None)
    if model:
        return lang(model)
    if entry.kind == "fact":
        return fact_name(entry.ref, content, lang)
    return question_of(entry.ref, content, lang) if _asks(entry.ref, content) else entry.ref


def fact_name(fact_id: str, content: Content, lang: Language) -> str:
    """What a fact is about: `gpt-4.1-mini, training`; the id where the fact is not in content/ any more."""
    fact = next((one for one in content.facts if one.id == fact_id), None)
    if fact is None:
        return fact_id
    fields = {
        "ft-training": lang("training"),
        "train": lang("training"),
        "ft-input": lang("input, tuned"),
        "ft-output": lang("output, tuned"),
        "ft-cached": lang("cached input, tuned"),
        "input": lang("input"),
        "output": lang("output"),
        "cached": lang("cached input"),
        "host-hour": lang("hosting"),
        "gpu-hour": lang("GPU hour"),
        "first-token": lang("first token"),
        "tokens-per-second": lang("output speed"),
        "output-speed": lang("output speed"),
        "shutdown": lang("shutdown"),
        "retirement": lang("retirement"),
        "base-retirement": lang("retirement of the base"),
        "ft-jobs": lang("training jobs"),
        "ft-training-until": lang("training until"),
        "ft-serving-until": lang("answers until"),
        "ft-methods": lang("methods"),
        "minimum-examples": lang("fewest examples"),
    }
    model = fact.platform if fact.model == "*" else fact.model
    return f"{model}, {fields.get(fact.field, fact.field)}"


def _asks(key: str, content: Content) -> bool:
    """Whether this is the id of a question or of an assumption."""
    return any(one.id == key for one in content.questions) or any(one.id == key for one in content.assumptions)


def basis_value(entry: Basis, content: Content, lang: Language) -> str:
    """The value of a basis entry as text."""
    value = entry.value
    if entry.kind in ("answer", "measured") and _asks(entry.ref, content):
        return answer_of(entry.ref, value, content, lang)
    match value:
        case None:
            return lang("unknown")
        case bool():
            return lang("Yes") if value else lang("No")
        case date():
            return lang.date(value)
        case int() | float():
            return quantity(value, entry.unit or "", lang)
        case {"input": _, "output": _}:
            return _token_price(value, lang)
        case {"first_token_s": _, "tokens_per_s": _}:
            return _speed(value, lang)
        case list() | tuple() if len(value) == 2 and all(isinstance(part, int | float) for part in value):
            return quantity(value, entry.unit or "", lang)
        case _:
            return str(value)


def _token_price(price: Mapping[str, float], lang: Language) -> str:
    return lang(
        "input {input}, cached {cached}, output {output} a million tokens",
        **{part: lang.usd(price[part]) if part in price else lang("unknown") for part in ("input", "cached", "output")},
    )


def _speed(speed: Mapping[str, Sequence[float]], lang: Language) -> str:
    return lang(
        "first token {seconds}, {rate} tokens a second",
        seconds=quantity(speed["first_token_s"], "seconds", lang),
        rate=quantity(speed["tokens_per_s"], "", lang),
    )
