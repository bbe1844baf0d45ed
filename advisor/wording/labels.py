"""What things are called: answers, amounts, bands, lines of a bill, what a figure rests on, in the reader's language.

Only names and figures; the sentences of an advice are in `advisor.wording`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from advisor.content.entries import Fact, Question, Verdict
from advisor.content.load import Content
from advisor.content.sources import seen, source_name
from advisor.engine.advice import Advice, AssumedValue, Band, Basis, Measured
from advisor.interview.situation import Measurement
from advisor.language import Language

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
    """The one name of an option, as in a heading, a table or a chart: Supervised fine-tuning."""
    return lang(content.option(option).name)


def advised_option(option: str, advice: Advice, content: Content, lang: Language) -> str:
    """The name of an option where it is advised: to whoever has tried it, what is new about it."""
    for again in content.option(option).again:
        if answered(again.where, advice):
            return lang(again.name)
    return option_name(option, content, lang)


def answered(where: Mapping[str, Collection[str]], advice: Advice) -> bool:
    """Whether one of the choices was given, for each question."""

    def given(question: str) -> set[object]:
        answer = advice.answers.get(question)
        return {*answer} if isinstance(answer, list | tuple) else {answer}

    return all(given(question) & {*choices} for question, choices in where.items())


def option_with_term(option: str, content: Content, lang: Language) -> str:
    """The name where an option is introduced, with the field's term in brackets: Examples in the prompt (few-shot)."""
    entry = content.option(option)
    name = lang(entry.name)
    return lang("{name} ({term})", name=name, term=lang(entry.term)) if entry.term else name


def advised(verdict: Verdict, option: str, content: Content, lang: Language) -> str:
    """Verdict and option in a phrase: `Don't fine-tune: better prompting`; of not yet the verdict alone."""
    if verdict == "not_yet":
        return verdict_name(verdict, lang)
    name = in_sentence(option_name(option, content, lang))
    return lang("{verdict}: {option}", verdict=verdict_name(verdict, lang), option=name)


NAMED_AFTER: dict[str, str] = {
    "prompting": "prompting",
    "few_shot": "few_shot",
    "rag": "rag",
    "finetune_sft": "sft",
    "distill": "distill",
    "rag_plus_finetune": "rag_sft",
    "dpo": "dpo",
    "rft": "rft",
}
"""The option whose name a published outcome bears; `not_yet` bears none."""


def outcome_name(outcome: str, content: Content, lang: Language) -> str:
    """What a published outcome is called: as the option whose name it bears."""
    if outcome == "not_yet":
        return lang("Not yet: something was missing")
    return option_name(NAMED_AFTER[outcome], content, lang)


NAMES = frozenset({"Python", "Windows", "Latin", "Dutch", "Amerikaans"})
"""First words of names of things that keep their capital inside a sentence, in any language."""


def in_sentence(name: str) -> str:
    """A name as it stands inside a sentence: without its capital, unless it begins with an abbreviation or a name."""
    word = re.split(r"\W", name, maxsplit=1)[0]
    ordinary = name[1:2] == " " or word[1:].islower() or (len(word) == 1 and name[2:3].islower())
    return name[:1].lower() + name[1:] if ordinary and not any(map(word.startswith, NAMES)) else name


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


def scenarios(share: float, lang: Language) -> str:
    """A share of the scenarios as it stands behind "in"; the whole of them is all, not 100%."""
    return lang("all situations") if share == 1 else lang("{share} of the situations", share=lang.percent(share))


def situations(share: float, lang: Language) -> str:
    """A share of the scenarios in plain words, as it stands behind "in": 2 of 3 situations."""
    if share == 1:
        return lang("all situations")
    if share >= NEARLY_ALL:
        return lang("nearly all situations")
    parts, whole = min(IN_WORDS, key=lambda one: abs(one[0] / one[1] - share))
    if whole == 2:
        return lang("half of the situations")
    return lang("{n} of {all} situations", n=lang.number(parts), all=lang.number(whole))


NEARLY_ALL = 0.95
"""Share from which only few are left."""
IN_WORDS = ((1, 10), (1, 5), (1, 4), (1, 3), (2, 5), (1, 2), (3, 5), (2, 3), (7, 10), (3, 4), (4, 5), (9, 10))
"""Shares as people say them, parts of a whole: what lies between is at most a twentieth from one of them."""


def asked(text: str) -> str:
    """A question as it stands before its answer: with a colon where it does not end in a question mark."""
    return text if text.endswith("?") else f"{text.rstrip('.')}:"


def question_of(key: str, content: Content, lang: Language) -> str:
    """The text of the question or assumption with this id."""
    for assumption in content.assumptions:
        if assumption.id == key:
            return lang(assumption.text)
    return lang(content.question(key).text)


def left_out(key: str, content: Content, lang: Language) -> str:
    """What a link or file answered and is not asked here, in the words that people knew: the question, or the choice
    and its question. What nobody knows stays as it was written.
    """
    retired = {entry.id: entry.text for entry in content.retired}
    asked = {question.id: question.text for question in content.questions}
    asked |= {assumption.id: assumption.text for assumption in content.assumptions}
    if key in asked or (key in retired and "." not in key):
        return lang("“{text}”", text=lang(asked.get(key) or retired[key]))
    question, _, choice = key.partition(".")
    if question not in asked:
        return key
    words = lang(retired[key]) if key in retired else choice
    return lang("“{choice}” at “{question}”", choice=words, question=lang(asked[question]))


def quantity(value: Any, unit: str, lang: Language) -> str:
    """A number or a range `[low, high]` with its unit, as content/ writes units: `USD a month`, `%`, `tokens`."""
    if value is None:
        return lang("unknown")
    low, high = value if isinstance(value, list | tuple) else (value, value)
    show = _shown_in(unit, lang)
    if show == lang.usd and max(abs(low), abs(high)) < 1000 and low % 1 == high % 1 == 0:
        show = lang.whole_usd
    if show(low) == show(high):
        return _with_unit(show(high), high, unit, lang)
    return _with_unit(lang("{low} to {high}", low=show(low), high=show(high)), high, unit, lang)


def _shown_in(unit: str, lang: Language) -> Format:
    """How to write a number of this unit, without the unit itself."""
    if unit in ("%", "percent"):
        return lambda value: lang.percent(value / 100)
    if unit == "share":
        return lang.percent
    if unit == "USD" or unit.startswith("USD "):
        return lang.usd
    return lambda value: count(value, lang)


def _with_unit(amount: str, value: float, unit: str, lang: Language) -> str:
    """The amount with its unit, in the form for one where the value, the higher one of a range, reads as one."""
    if unit in ("", "%", "percent", "share"):
        return amount
    if unit == "USD" or unit.startswith("USD "):
        return f"{amount} {lang(unit).removeprefix('USD').strip()}".rstrip()  # the amount itself says that it is USD
    return _counted(unit, 1 if count(value, lang) == count(1, lang) else 2, amount, lang)


def _counted(unit: str, n: int, amount: str, lang: Language) -> str:
    """The amount with a unit that has a form of its own for one; any other unit is the same for every amount."""
    match unit:
        case "calls":
            return lang.plural("{amount} call", "{amount} calls", n, amount=amount)
        case "checkpoints":
            return lang.plural("{amount} checkpoint", "{amount} checkpoints", n, amount=amount)
        case "days":
            return lang.plural("{amount} day", "{amount} days", n, amount=amount)
        case "days a month":
            return lang.plural("{amount} day a month", "{amount} days a month", n, amount=amount)
        case "deployments":
            return lang.plural("{amount} deployment", "{amount} deployments", n, amount=amount)
        case "documents":
            return lang.plural("{amount} document", "{amount} documents", n, amount=amount)
        case "epochs":
            return lang.plural("{amount} epoch", "{amount} epochs", n, amount=amount)
        case "examples":
            return lang.plural("{amount} example", "{amount} examples", n, amount=amount)
        case "files":
            return lang.plural("{amount} file", "{amount} files", n, amount=amount)
        case "hours":
            return lang.plural("{amount} hour", "{amount} hours", n, amount=amount)
        case "hours a month":
            return lang.plural("{amount} hour a month", "{amount} hours a month", n, amount=amount)
        case "images":
            return lang.plural("{amount} image", "{amount} images", n, amount=amount)
        case "inputs":
            return lang.plural("{amount} input", "{amount} inputs", n, amount=amount)
        case "jobs":
            return lang.plural("{amount} job", "{amount} jobs", n, amount=amount)
        case "labels":
            return lang.plural("{amount} label", "{amount} labels", n, amount=amount)
        case "milliseconds":
            return lang.plural("{amount} millisecond", "{amount} milliseconds", n, amount=amount)
        case "minutes":
            return lang.plural("{amount} minute", "{amount} minutes", n, amount=amount)
        case "minutes after the last use":
            return lang.plural(
                "{amount} minute after the last use", "{amount} minutes after the last use", n, amount=amount
            )
        case "months":
            return lang.plural("{amount} month", "{amount} months", n, amount=amount)
        case "models":
            return lang.plural("{amount} model", "{amount} models", n, amount=amount)
        case "pairs":
            return lang.plural("{amount} pair", "{amount} pairs", n, amount=amount)
        case "requests a month":
            return lang.plural("{amount} request a month", "{amount} requests a month", n, amount=amount)
        case "requests a second":
            return lang.plural("{amount} request a second", "{amount} requests a second", n, amount=amount)
        case "runs":
            return lang.plural("{amount} run", "{amount} runs", n, amount=amount)
        case "seconds":
            return lang.plural("{amount} second", "{amount} seconds", n, amount=amount)
        case "times":
            return lang.plural("{amount} time", "{amount} times", n, amount=amount)
        case "times a year":
            return lang.plural("{amount} time a year", "{amount} times a year", n, amount=amount)
        case "tokens":
            return lang.plural("{amount} token", "{amount} tokens", n, amount=amount)
        case "tokens a second":
            return lang.plural("{amount} token a second", "{amount} tokens a second", n, amount=amount)
        case "bytes a parameter":
            return lang.plural("{amount} byte a parameter", "{amount} bytes a parameter", n, amount=amount)
        case _:
            return f"{amount} {lang(unit)}"


def count(value: float, lang: Language) -> str:
    """A number as people write it: 0.5, 12,345, 2 million, 8 billion; in words only where no digit is lost."""
    for least, words in ((1e9, lang("{n} billion")), (1e6, lang("{n} million"))):
        if value >= least and float(f"{value:.3g}") == value:
            return words.format(n=lang.number(value / least))
    return lang.number(value)


def signed(value: float, lang: Language) -> str:
    """A number to two digits with its sign, also where it is above zero: +4.2, −0.5."""
    return f"{'−' if value < 0 else '+'}{lang.number(abs(value), 2)}"


def money(value: float, lang: Language) -> str:
    """An estimated amount in USD, to the two significant digits that its band allows: $1,700, $0.42, $80,000."""
    amount = float(f"{value:.2g}")
    if amount == 0 or 10 <= abs(amount) < 100:
        return lang.whole_usd(amount)
    return lang.usd(amount)


def money_tick(value: float, lang: Language) -> str:
    """A round amount beside an axis: $0.10, $500, $10,000, $1 M."""
    return money(value, lang) if value < 1000 else lang("${n}", n=volume_tick(value, lang))


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
    """An estimated number of requests, to the two digits that its band allows: 2,500, 880,000, 1.2 million."""
    return count(float(f"{value:.2g}"), lang)


def volume_tick(value: float, lang: Language) -> str:
    """A round number of requests beside an axis: 2,500, 40,000, 1.2 M."""
    if value >= 1e9:
        return lang("{n} bn", n=lang.number(value / 1e9, 2))
    if value >= 1e6:
        return lang("{n} M", n=lang.number(value / 1e6, 2))
    return lang.number(float(f"{value:.2g}"))


def band(value: Band, show: Format, lang: Language) -> str:
    """`$1,200 ($800 to $2,500)`: the median and the 10-90 % band; the median alone where the two ends read the same."""
    if value.p50 is None:
        return lang("unknown")
    middle = show(value.p50)
    if value.p10 is None or value.p90 is None or (low := show(value.p10)) == (high := show(value.p90)):
        return middle
    return lang("{middle} ({low} to {high})", middle=middle, low=low, high=high)


def median(value: Band, show: Format, lang: Language) -> str:
    return lang("unknown") if value.p50 is None else show(value.p50)


def spread(value: Band, show: Format, lang: Language) -> str:
    """`$800 to $2,500`, or nothing where the figure is unknown or the two ends read the same."""
    if value.p10 is None or value.p90 is None or (low := show(value.p10)) == (high := show(value.p90)):
        return ""
    return lang("{low} to {high}", low=low, high=high)


def assumed(value: AssumedValue, lang: Language) -> str:
    """The value of an assumption with its unit: `3.5 (1 to 12) minutes`; two digits unless the user gave it."""
    show = _shown_in(value.unit, lang)

    def brief(number: float) -> str:
        if value.overridden:
            return show(number)
        return money(number, lang) if show == lang.usd else show(float(f"{number:.2g}"))

    last = value.value.p90 if value.value.p90 is not None else 0.0
    return _with_unit(band(value.value, brief, lang), float(f"{last:.2g}"), value.unit, lang)


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


def latency_part(part: str, lang: Language) -> str:
    """What a part of the answer time is called (`LatencyLine.id`)."""
    return {
        "retrieval": lang("Searching"),
        "first_token": lang("Time to the first token"),
        "prefill": lang("Reading the input"),
        "output": lang("Writing the answer"),
        "measured": lang("Measured by you"),
    }[part]


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


def measurement(measured: Measured | Measurement, lang: Language) -> str:
    """Where measured answers are from: `measured on November 30, 2026, on 60 rows, with api.openai.com`."""
    return lang(
        "measured on {day}, on {rows} rows, with {host}",
        day=lang.date(measured.day),
        rows=lang.number(measured.rows),
        host=measured.host,
    )


def basis(entry: Basis, content: Content, lang: Language) -> str:
    """What a figure rests on, in a phrase: `your answer`, `seen in October 2026, official, Microsoft: Prices`."""
    return ", ".join(part for part in origin(entry, content, lang) if part)


def origin(entry: Basis, content: Content, lang: Language) -> tuple[str, str]:
    """What a figure rests on in two parts: the words, and the name of the source, empty where there is none."""
    match entry.kind:
        case "answer":
            return lang("your answer"), ""
        case "measured" if entry.seen:
            day = lang.date(date.fromisoformat(entry.seen))
            return lang("measured by you on {day}, with {host}", day=day, host=entry.source), ""
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
    return ", ".join(basis_parts(entry, content, lang))


def basis_parts(entry: Basis, content: Content, lang: Language) -> tuple[str, ...]:
    """The name of a figure, and for a fact what is said of it: `gpt-4.1-mini` and `training`."""
    model = next((model.name for model in content.models if model.id == entry.ref), None)
    if model:
        return (lang(model),)
    if entry.kind == "fact":
        return fact_parts(entry.ref, content, lang)
    return (question_of(entry.ref, content, lang) if _asks(entry.ref, content) else entry.ref,)


def fact_parts(fact_id: str, content: Content, lang: Language) -> tuple[str, ...]:
    """What a fact is about and what it says of it: `gpt-4.1-mini` and `training`; the id alone for one that is gone."""
    fact = next((fact for fact in content.facts if fact.id == fact_id), None)
    return (fact_subject(fact, lang), fact_field(fact.field, lang)) if fact else (fact_id,)


def fact_subject(fact: Fact, lang: Language) -> str:
    """The model, machine or platform that a fact is about, without the vendor's marks: `gpt-4.1-2025-04-14`."""
    if fact.about:
        return lang(fact.about)
    return PLATFORMS.get(fact.platform, fact.platform) if fact.model == "*" else fact.model.removeprefix("ft:")


PLATFORMS = {
    "alibaba": "Alibaba Cloud",
    "aws": "AWS",
    "azure": "Microsoft Azure",
    "cohere": "Cohere",
    "databricks": "Databricks",
    "fireworks": "Fireworks AI",
    "google": "Google Cloud",
    "groq": "Groq",
    "huggingface": "Hugging Face",
    "mistral": "Mistral",
    "nebius": "Nebius",
    "openai": "OpenAI",
    "openpipe": "OpenPipe",
    "oracle": "Oracle",
    "predibase": "Predibase",
    "prime-intellect": "Prime Intellect",
    "snowflake": "Snowflake",
    "tinker": "Thinking Machines Tinker",
    "together": "Together AI",
    "wandb": "Weights & Biases",
}
"""Names of the platforms that facts are filed under; what has no vendor is not among them."""


def fact_field(field: str, lang: Language) -> str:
    """What a fact says of its subject, by the vendors' many words for it: `prefill` is input, `sample` output."""
    fields = {
        "ft-training": lang("training"),
        "train": lang("training"),
        "lora-sft": lang("training with LoRA"),
        "lora-dpo": lang("training with LoRA on pairs of a better and a worse answer (DPO)"),
        "rft-hour": lang("reinforcement fine-tuning (RFT)"),
        "ft-input": lang("input after tuning"),
        "ft-output": lang("output after tuning"),
        "ft-cached": lang("cached input after tuning"),
        "ft-batch-input": lang("input after tuning, in a batch"),
        "ft-batch-output": lang("output after tuning, in a batch"),
        "ft-batch-cached": lang("cached input after tuning, in a batch"),
        "cache-minimum": lang("shortest prompt that is cached"),
        "cache-minutes": lang("how long a cached prompt is kept"),
        "thinks-by-default": lang("thinks unless told not to"),
        "input": lang("input"),
        "prefill": lang("input"),
        "output": lang("output"),
        "sample": lang("output"),
        "cached": lang("cached input"),
        "host-hour": lang("keeping it online"),
        "custom-model-storage": lang("storing it"),
        "gpu-hour": lang("rent"),
        "peak-memory": lang("peak memory"),
        "licence": lang("licence"),
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
        "ft-epochs": lang("passes over the data"),
        "hyperparameter-epochs": lang("passes over the data"),
        "minimum-examples": lang("fewest examples"),
        "adapters-per-endpoint": lang("tuned models that one endpoint can hold"),
    }
    return fields.get(field, field.replace("-", " "))


def _asks(key: str, content: Content) -> bool:
    """Whether this is the id of a question or of an assumption."""
    return any(question.id == key for question in content.questions) or any(
        assumption.id == key for assumption in content.assumptions
    )


def basis_value(entry: Basis, content: Content, lang: Language) -> str:
    """The value of a basis entry as text."""
    value = entry.value
    if entry.kind in ("answer", "measured") and _asks(entry.ref, content):
        return answer_of(entry.ref, value, content, lang)
    match value:
        case None | "unknown":
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
