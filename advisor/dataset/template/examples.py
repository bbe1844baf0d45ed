"""Training examples before they take a vendor's form: sample rows, mixed with refusals in the share asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

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
    samples = relabelled(task_samples(design.samples_of(shape), lang.code), design.label_count)
    beyond = refusals(lang.code)
    # A preferred answer is one message (OpenAI's preference guide): a pair sets the call against an answer without it.
    ends_in_call = shape == "preference" or (shape == "tools" and design.tool_goal == "tokens")
    make = _Maker(samples, beyond, design, lang, ends_in_call)
    return Split(
        make.mixed(samples.rows, beyond.rows, TRAINING_ROWS),
        make.mixed(samples.validation, beyond.validation, 2),
        make.mixed(samples.evaluation, beyond.evaluation, 2),
        samples,
    )


def filled_up(rows: Split, lang: Language) -> tuple[Example, ...]:
    """The validation rows with blank ones behind them, so that there are as many as a training file needs."""
    given = rows.validation
    return (*given, *blanks(replace(rows, training=given), TRAINING_ROWS, lang))


def blanks(rows: Split, least: int, lang: Language) -> tuple[Example, ...]:
    """Rows that make the training rows as many as a platform asks for.

    What is still to be written says so, and each blank differs from the others.
    """
    first, marker, labels = rows.training[0], refusals(lang.code).marker, rows.samples.labels
    made = []
    for place in range(len(rows.training) + 1, least + 1):
        answer = labels[place % len(labels)] if labels else f"{marker} {lang('Answer {n}', n=place)}"
        made.append(
            Example(
                system=first.system,
                prompt=f"{marker} {lang('Question {n}', n=place)}",
                answer=answer,
                refuses=False,
                reference=answer,
                tools=first.tools,
            )
        )
    return tuple(made)


def mix(share: float, answers: int, refusing: int, least: int) -> tuple[int, int]:
    """How many answers and refusals to take, of those there are, to come nearest to a share of refusals.

    `least` rows in all, or more; among equally near mixes the one with most rows.
    """
    mixes = [(a, r) for a in range(answers + 1) for r in range(refusing + 1) if a + r >= max(least, 1)]
    return min(mixes, key=lambda one: (round(abs(one[1] / sum(one) - share), 9), -sum(one)))


MOST_LABELS = 40
"""Labels that are named at most; a list of more is for nobody to read. Assumption."""


def relabelled(samples: TaskSamples, count: int | None) -> TaskSamples:
    """The same rows with `count` labels. Those that are dropped count as the last one; those that are added have a name
    to be replaced, stand before the last one, and have no row.
    """
    labels = samples.labels
    if not labels or count is None or count == len(labels):
        return samples
    if count > len(labels):
        added = tuple(f"label_{n}" for n in range(len(labels), min(count, MOST_LABELS)))
        return samples.model_copy(update={"labels": (*labels[:-1], *added, labels[-1])})
    kept = (*labels[: max(count, 2) - 1], labels[-1])

    def renamed(sample: Sample) -> Sample:
        output = sample.output if sample.output in kept else kept[-1]
        worse = sample.worse if sample.worse in kept else kept[-1]
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
