"""Training examples before they take a vendor's form: sample rows, mixed with refusals in the share asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle

from advisor.dataset.rows.cells import json_text
from advisor.dataset.template.design import Design, Shape
from advisor.dataset.template.prompt import system_prompt
from advisor.dataset.template.samples import (
    TRAINING_ROWS,
    Beyond,
    Call,
    Refusals,
    Sample,
    TaskSamples,
    Tool,
    Turn,
    refusals,
    task_samples,
)
from advisor.language import Language


@dataclass(frozen=True)
class Example:
    """One exchange that a model can learn from. `prompt` is the last user message, with its passage if there is one."""

    system: str
    prompt: str
    answer: str
    refuses: bool
    worse: str | None = None
    reference: str = ""
    context: str = ""
    """The passage with its id; empty where the task needs none."""
    before: tuple[Turn, ...] = ()
    calls: tuple[Call, ...] = ()
    tools: tuple[Tool, ...] = ()
    ends_in_call: bool = False
    """The row stops at the tool call: it teaches when and how to call, not how to read the result."""

    @property
    def asked(self) -> str:
        """The prompt without its passage."""
        return self.prompt.removesuffix(f"\n\n{self.context}") if self.context else self.prompt


@dataclass(frozen=True)
class Split:
    """Three sets without a question in common."""

    training: tuple[Example, ...]
    validation: tuple[Example, ...]
    evaluation: tuple[Example, ...]
    samples: TaskSamples


def split(shape: Shape, design: Design, lang: Language) -> Split:
    """The examples of one shape. Their share of refusals is as near to the design's as whole rows allow."""
    samples = relabelled(task_samples(design.samples_of(shape), lang.code), design.label_count, design.label_names)
    if design.label_names and samples.labels:
        form = lang("Answer with one label and nothing else, exactly as it is written above.")
        samples = samples.model_copy(update={"form": form})
    beyond = refusals(lang.code)
    # A preferred answer is one message (OpenAI's preference guide): a pair sets the call against an answer without it.
    ends_in_call = shape == "preference" or (shape == "tools" and design.tool_goal == "tokens")
    make = _Maker(samples, beyond, design, lang, ends_in_call)
    training = make.mixed(samples.rows, beyond.rows, TRAINING_ROWS)
    words = cycle(design.field_words)

    def part(examples: Iterable[Example]) -> tuple[Example, ...]:
        return tuple(_about(one, next(words, ""), beyond.marker, lang) for one in examples)

    return Split(
        part((*training, *_unshown(training, samples, lang)) if design.label_names else training),
        part(make.mixed(samples.validation, beyond.validation, 2)),
        part(make.mixed(samples.evaluation, beyond.evaluation, 2)),
        samples,
    )


def _unshown(training: Sequence[Example], samples: TaskSamples, lang: Language) -> Iterator[Example]:
    """A blank row for each label that no row has, and that a person named."""
    had = {one.answer for one in training}
    for place, label in enumerate((one for one in samples.labels if one not in had), start=len(training) + 1):
        worse = next(other for other in samples.labels if other != label)
        yield replace(_blank(training[0], place, label, lang), worse=worse)


def _about(example: Example, word: str, marker: str, lang: Language) -> Example:
    """The row with a word of the person's field behind its marker: what a row in its place is to be about."""
    if not word:
        return example
    about = lang("(about {word})", word=word)
    return replace(example, prompt=f"{marker} {about} {example.prompt.removeprefix(marker).lstrip()}")


def filled_up(rows: Split, lang: Language) -> tuple[Example, ...]:
    """The validation rows with blank ones behind them, so that there are as many as a training file needs."""
    given = rows.validation
    return (*given, *blanks(replace(rows, training=given), TRAINING_ROWS, lang))


def blanks(rows: Split, least: int, lang: Language) -> tuple[Example, ...]:
    """Rows that make the training rows as many as a platform asks for.

    What is still to be written says so, and each blank differs from the others.
    """
    labels = rows.samples.labels
    return tuple(
        _blank(rows.training[0], place, labels[place % len(labels)] if labels else "", lang)
        for place in range(len(rows.training) + 1, least + 1)
    )


def _blank(like: Example, place: int, label: str, lang: Language) -> Example:
    """A row that is still to be written, numbered so that it differs from others."""
    marker = refusals(lang.code).marker
    answer = label or f"{marker} {lang('Answer {n}', n=place)}"
    return Example(
        system=like.system,
        prompt=f"{marker} {lang('Question {n}', n=place)}",
        answer=answer,
        refuses=False,
        reference=answer,
        tools=like.tools,
    )


def mix(share: float, answers: int, refusing: int, least: int) -> tuple[int, int]:
    """How many answers and refusals to take, of those there are, to come nearest to a share of refusals.

    `least` rows in all, or more; among equally near mixes the one with most rows.
    """
    mixes = [(a, r) for a in range(answers + 1) for r in range(refusing + 1) if a + r >= max(least, 1)]
    return min(mixes, key=lambda one: (round(abs(one[1] / sum(one) - share), 9), -sum(one)))


MOST_LABELS = 40
"""Labels that are named at most; a list of more is for nobody to read. Assumption."""


def relabelled(samples: TaskSamples, count: int | None, names: Sequence[str] = ()) -> TaskSamples:
    """The same rows with the labels that a person named, or with `count` labels. Those that are dropped count as the
    last one; those that were counted and not named have a name to be replaced, and no row.
    """
    labels, most = samples.labels, min(count or 0, MOST_LABELS)
    if not labels or (not names and count in (None, len(labels))):
        return samples
    if not names and most > len(labels):
        added = tuple(f"label_{n}" for n in range(len(labels), most))
        return samples.model_copy(update={"labels": (*labels[:-1], *added, labels[-1])})
    if names:
        kept = (*names, *(f"label_{n}" for n in range(len(names) + 1, most + 1)))
    else:
        kept = (*labels[: max(most, 2) - 1], labels[-1])
    new = {label: kept[min(place, len(kept) - 1)] for place, label in enumerate(labels)}

    def renamed(sample: Sample) -> Sample:
        output, worse = new[sample.output], new.get(sample.worse or "", kept[-1])
        if worse == output:
            worse = next(label for label in kept if label != output)
        return sample.model_copy(update={"output": output, "worse": worse if sample.worse else None})

    sets = {name: tuple(map(renamed, getattr(samples, name))) for name in ("rows", "validation", "evaluation")}
    return samples.model_copy(update={"labels": kept, **sets})


@dataclass(frozen=True)
class _Maker:
    samples: TaskSamples
    beyond: Refusals
    design: Design
    lang: Language
    ends_in_call: bool

    def mixed(self, samples: Sequence[Sample], beyond: Sequence[Beyond], least: int) -> tuple[Example, ...]:
        passages = samples[0].context is not None
        answers, refusing = mix(
            self.design.refusal_share, len(samples), len(samples) if passages else len(beyond), least
        )
        answered = [self.answered(sample) for sample in samples[:answers]]
        if passages:
            refused = [self.astray(samples, place) for place in range(len(samples) - refusing, len(samples))]
        else:
            refused = [self.refused(one) for one in beyond[:refusing]]
        return _interleaved(answered, refused)

    def answered(self, sample: Sample) -> Example:
        cited = f" [{sample.source}]" if self.design.citations and sample.source else ""
        return self.example(
            sample.input,
            self.passage(sample),
            answer=sample.output + cited,
            worse=sample.worse,
            reference=(sample.reference or sample.output) + cited,
            before=sample.before,
            calls=sample.calls,
            ends_in_call=self.ends_in_call and bool(sample.calls),
        )

    def astray(self, samples: Sequence[Sample], place: int) -> Example:
        """A question with the passage of another: it cannot be answered, and the right answer is too bold."""
        sample, other = samples[place], samples[(place + len(samples) // 2) % len(samples)]
        return self.example(
            sample.input,
            self.passage(other),
            answer=self.beyond.sentence,
            worse=sample.output,
            reference=self.beyond.sentence,
            refuses=True,
        )

    def refused(self, request: Beyond) -> Example:
        sentence = self.beyond.sentence
        return self.example(request.input, "", answer=sentence, worse=request.worse, reference=sentence, refuses=True)

    def passage(self, sample: Sample) -> str:
        if sample.context is None:
            return ""
        return self.lang("Passage [{source}]: {text}", source=sample.source, text=sample.context)

    def example(
        self,
        question: str,
        context: str,
        *,
        answer: str,
        worse: str | None,
        reference: str,
        refuses: bool = False,
        before: tuple[Turn, ...] = (),
        calls: tuple[Call, ...] = (),
        ends_in_call: bool = False,
    ) -> Example:
        prompt = f"{self.beyond.marker} {question}" + (f"\n\n{context}" if context else "")
        return Example(
            system=system_prompt(self.samples, self.beyond, self.design, self.lang),
            prompt=prompt,
            answer=answer,
            refuses=refuses,
            worse=worse,
            reference=reference,
            context=context,
            before=before,
            calls=calls,
            tools=self.samples.tools,
            ends_in_call=ends_in_call,
        )


def _interleaved(answered: Iterable[Example], refused: Iterable[Example]) -> tuple[Example, ...]:
    """Refusals spread evenly among answers, so that no part of the file holds one kind only."""
    placed = [
        ((place + 0.5) / max(len(group), 1), kind, example)
        for kind, group in enumerate((list(answered), list(refused)))
        for place, example in enumerate(group)
    ]
    return tuple(example for _, _, example in sorted(placed, key=lambda one: one[:2]))


def gold(example: Example) -> str:
    """What an evaluation expects: the tool calls as JSON where a call is the point, else the answer."""
    if not example.calls:
        return example.answer
    wanted = [{"name": call.tool, "arguments": call.arguments} for call in example.calls]
    return json_text(wanted)
