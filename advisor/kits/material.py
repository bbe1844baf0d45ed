"""The rows of a kit: invented samples that follow the answers, or those of the user's own training file.

Rows for training, for validation and for the evaluation never share a question.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Literal

from advisor.content.load import Content
from advisor.dataset.conversion.conversion import Conversion, convert
from advisor.dataset.files.source import Source, open_source
from advisor.dataset.files.writers import json_lines
from advisor.dataset.inspection.inspect import Inspection, inspect
from advisor.dataset.rag.files import refusal_sentence
from advisor.dataset.rag.rows import chat_row, instruct, lacking
from advisor.dataset.row import Unusable
from advisor.dataset.rows.cells import json_text
from advisor.dataset.scoring import answer_text, words
from advisor.dataset.splitting import split
from advisor.dataset.template import examples
from advisor.dataset.template.design import Design, Shape
from advisor.dataset.template.examples import Example, blanks, filled_up, gold
from advisor.dataset.template.job import grader
from advisor.dataset.template.samples import TaskSamples, refusals
from advisor.dataset.template.trainer_formats import (
    chat,
    openai_preference,
    reinforcement,
    tool_definitions,
    trl_preference,
)
from advisor.kits.kit import Form, Kit, Material, Row
from advisor.language import Language, language

FEWEST_ROWS = 30
"""Rows below which a file of one's own is not divided: its test would be two or three rows."""
SHORT = 6
"""Words up to which a right answer is short enough to be looked for in what a model says. Assumption."""
LARGEST = 100_000_000
"""Bytes of the largest file that goes into a kit; larger ones stay beside it."""
SPOKEN = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}
"""Roles that may stand before a question of the evaluation, and what every server calls them."""
CONVERTED: Mapping[Form, Mapping[Shape, str]] = {
    "openai": {"preference": "openai_dpo"},
    "trl": {"preference": "trl_preference"},
}
CONVERSATIONS: Mapping[Form, str] = {"openai": "openai_chat", "trl": "trl_conversational"}
"""What one's own rows become."""
WRITTEN: Mapping[Form, Mapping[Shape, Callable[[Example], Row]]] = {
    "openai": {"preference": openai_preference, "rft": reinforcement},
    "trl": {"preference": trl_preference},
}
"""How sample rows are written; else as conversations."""


def data_file(kit: Kit, rows: Sequence[Row], mark: bool = False) -> bytes:
    """A file of data/, in the format that the platform reads, with a byte-order mark where it asks for that. Raises
    `Unusable` for a row that has no form there.
    """
    written = json_lines(rows, mark)
    if not kit.written:
        return written
    out = _Bounded()
    _demand_all(convert(open_source(written, "rows.jsonl"), kit.written, out))
    return out.getvalue()


def from_samples(kit: Kit, shape: Shape, design: Design, content: Content, lang: Language) -> Material:
    """Invented rows of the task, with the labels and refusals that the answers ask for; in English where most texts
    are, else in the reader's language. Rows to be written follow where the platform takes no file that short.
    """
    lang = language("en") if design.english else lang
    rows = examples.split(shape, design, lang)
    held = filled_up(rows, lang) if shape == "rft" else rows.validation
    declining = refusals(lang.code)
    searched = kit.searches == "searched"
    arguments: Literal["text", "object"] = "object" if kit.form == "trl" else "text"
    write = WRITTEN[kit.form].get(shape, partial(chat, arguments=arguments))
    asked = [_sample_case(one, rows.samples, shape, declining.sentence, searched) for one in rows.evaluation]
    if searched:  # a question whose passage is another one's could be answered once its own is found
        asked = [case for case, one in zip(asked, rows.evaluation, strict=True) if not one.refuses]
        first = rows.evaluation[0]
        n = _declining(design.refusal_share, len(asked), len(declining.evaluation))
        asked += [
            _beyond(f"{declining.marker} {one.input}", first.system, declining.sentence)
            for one in declining.evaluation[:n]
        ]
    every = (*rows.training, *rows.validation, *rows.evaluation)
    passages = dict.fromkeys(one.context for one in every if one.context and not one.refuses)
    return Material(
        design=design,
        shape=shape,
        system=rows.training[0].system,
        training=tuple(map(write, (*rows.training, *blanks(rows, _fewest(kit, content), lang)))),
        validation=tuple(map(write, held)),
        evaluation=_numbered(asked),
        sentence=declining.sentence,
        own=False,
        labels=rows.samples.labels,
        passages=tuple({"text": passage} for passage in passages),
        grader=grader(rows.samples),
    )


def _fewest(kit: Kit, content: Content) -> int:
    """Rows below which the platform takes no file."""
    limit = next((one.minimum_rows for one in content.platforms if one.id == kit.platform), None)
    return int(str(content.fact(limit).value)) if limit else 0


def _declining(share: float, answered: int, most: int) -> int:
    """How many cases beside those with an answer come nearest to a share; where any is wanted, one at least."""
    if not share:
        return 0
    return min(range(1, most + 1), key=lambda n: abs(n / (n + answered) - share))


def _sample_case(example: Example, samples: TaskSamples, shape: Shape, sentence: str, searched: bool) -> Row:
    before = [
        message
        for turn in example.before
        for message in ({"role": "user", "content": turn.user}, {"role": "assistant", "content": turn.assistant})
    ]
    prompt = example.asked if searched else example.prompt
    case: Row = {
        "messages": [{"role": "system", "content": example.system}, *before, {"role": "user", "content": prompt}],
        "gold": example.reference if samples.grader == "last_line" else gold(example),
        "expects_answer": not example.refuses,
        "metric": _sample_metric(example, samples, shape),
        "decline": [sentence],
    }
    return {**case, "tools": tool_definitions(example.tools)} if example.tools else case


def _sample_metric(example: Example, samples: TaskSamples, shape: Shape) -> str:
    if shape == "rag":
        return "classes"
    if example.refuses:
        return "normalised"
    if example.calls or _is_fields(example.answer):
        return "json"
    if samples.labels:
        return _label_metric(samples.labels)
    return {"exact": "exact", "last_line": "last_line"}.get(samples.grader, "likeness")


def _label_metric(labels: Sequence[str]) -> str:
    """How labels are compared: by their words, unless some have none or the same ones."""
    plain = {tuple(words(label)) for label in labels}
    return "label" if () not in plain and len(plain) == len(labels) else "exact"


def _beyond(question: str, system: str, sentence: str) -> Row:
    """A question that nothing given answers."""
    messages = [{"role": "system", "content": system}, {"role": "user", "content": question}]
    return {
        "messages": messages,
        "gold": sentence,
        "expects_answer": False,
        "metric": "classes",
        "decline": [sentence],
    }


def _is_fields(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _numbered(cases: Iterable[Row]) -> tuple[Row, ...]:
    return tuple({"id": f"test-{place:03d}", **case} for place, case in enumerate(cases, start=1))


def from_file(kit: Kit, shape: Shape, design: Design, source: Source, content: Content, lang: Language) -> Material:
    """The user's own rows, divided 80/10/10 without overlap.

    Raises `Unusable` for a file with errors that the platform would refuse, for one that is too large or too small, and
    for one whose rows are of another kind than the kit trains with.
    """
    _demand_sound(kit, shape, source, content)
    parts = _parts(source, shape, kit.form) if kit.searches == "given" else _divided(source)
    sentence = refusal_sentence(lang)
    if kit.searches == "searched":
        return _searched(parts, design, sentence, lang)
    if kit.written:
        _inspected(kit, shape, open_source(data_file(kit, parts["train"]), "train.jsonl"), content, kit.platform)
    labels = labels_of(parts) if shape not in ("preference", "rft") else ()
    cases = [case for row in parts["test"] if (case := own_case(row, shape, labels, sentence))]
    if not cases:
        raise Unusable("No row of the test part can be asked: each holds something else than texts before its answer.")
    return Material(
        design=design,
        shape=shape,
        system=next((one["content"] for one in cases[0]["messages"] if one["role"] == "system"), ""),
        training=tuple(parts["train"]),
        validation=tuple(parts["validation"]),
        evaluation=_numbered(cases),
        sentence=sentence,
        own=True,
        labels=labels,
        grader={
            "type": "string_check",
            "name": "same_text",
            "operation": "eq",
            "input": "{{sample.output_text}}",
            "reference": "{{item.reference_answer}}",
        },
    )


def _demand_sound(kit: Kit, shape: Shape, source: Source, content: Content) -> None:
    inspection = _inspected(kit, shape, source, content, None if kit.written else kit.platform)
    if inspection.profile.rows < FEWEST_ROWS:
        raise Unusable(
            "A kit of your own rows needs {least} of them, so that some are left to test with; here are {n}.",
            least=FEWEST_ROWS,
            n=inspection.profile.rows,
        )


def _inspected(kit: Kit, shape: Shape, source: Source, content: Content, platform: str | None) -> Inspection:
    """What is found in a file. Raises `Unusable` for one with errors."""
    method = {"preference": "dpo", "rft": "rft"}.get(shape, "sft")
    inspection = inspect(source, platform=platform, method=method if platform else None, content=content)
    if inspection.severities(content)["error"]:
        errors = [name for name in inspection.counts if content.check(name).severity == "error"]
        raise Unusable(
            "It has errors ({checks}); `advisor check` shows each, `advisor repair` mends what it can.",
            checks=", ".join(errors[:5]),
        )
    return inspection


def _parts(source: Source, shape: Shape, form: Form) -> dict[str, list[Row]]:
    """The rows in the form that the platform reads, divided."""
    if shape == "rft":
        rows = [row.value for batch in source.batches() for row in batch.rows if isinstance(row.value, dict)]
        if not all("reference_answer" in row and "messages" in row for row in rows):
            raise Unusable("Each row needs messages that end with the user, and reference_answer.")
        return _divided(source)
    converted = _Bounded()
    _demand_all(convert(source, CONVERTED[form].get(shape, CONVERSATIONS[form]), converted))
    return _divided(open_source(converted.getvalue(), "rows.jsonl"))


def _demand_all(done: Conversion) -> None:
    """Raise `Unusable` where a row was left out."""
    if done.left_out_rows:
        why = done.left_out[0]
        raise Unusable("Line {line} cannot be used: {why}.", line=why.line, why=why.why)


class _Bounded(io.BytesIO):
    """Memory that takes no more than a kit may hold."""

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > LARGEST:
            raise Unusable("It is larger than a kit can hold ({n} MB); make one of a part of it.", n=LARGEST // 10**6)
        return super().write(data)


def _divided(source: Source) -> dict[str, list[Row]]:
    outs = {name: _Bounded() for name in ("train", "validation", "test")}
    done = split(source, outs)
    return {name: _read(out.getvalue(), f"{name}.{done.container}") for name, out in outs.items()}


def _read(data: bytes, name: str) -> list[Row]:
    if not data.strip():
        raise Unusable("Its rows are too much alike to be divided: no part may share a question with another.")
    return [row.value for batch in open_source(data, name).batches() for row in batch.rows]


def labels_of(parts: Mapping[str, Sequence[Row]]) -> tuple[str, ...]:
    """The labels, the most frequent first, where the answers are labels; else none."""
    rows = [row for part in parts.values() for row in part]
    source = open_source("\n".join(map(json_text, rows)).encode(), "rows.jsonl")
    return tuple(inspect(source).profile.labels)


def own_case(row: Row, shape: Shape, labels: Sequence[str], sentence: str) -> Row | None:
    """A row as a question with what is right; None where something else than text stands before the answer."""
    match shape:
        case "preference" if "prompt" in row:
            messages, answer = row["prompt"], row["chosen"][0]
        case "preference":
            messages, answer = row["input"]["messages"], row["preferred_output"][0]
        case "rft":
            messages, answer = row["messages"], {"content": str(row["reference_answer"])}
        case _:
            last = max((place for place, one in enumerate(row["messages"]) if one["role"] == "user"), default=None)
            if last is None:  # nothing is asked in it
                return None
            messages, answer = row["messages"][: last + 1], row["messages"][last + 1]
    if any(one["role"] not in SPOKEN or not isinstance(one.get("content"), str) for one in messages):
        return None
    right = answer_text(answer["tool_calls"]) if answer.get("tool_calls") else answer["content"]
    tools = row.get("tools") or (row.get("input") or {}).get("tools")
    case: Row = {
        "messages": [{"role": SPOKEN[one["role"]], "content": one["content"]} for one in messages],
        "gold": right,
        "expects_answer": words(right) != words(sentence),
        "metric": _own_metric(answer, right, labels),
        "decline": [sentence],
    }
    return {**case, "tools": tools} if tools else case


def _own_metric(answer: Row, right: str, labels: Sequence[str]) -> str:
    if labels:
        return _label_metric(labels)
    if answer.get("tool_calls") or _is_fields(right):
        return "json"
    return "normalised" if len(words(right)) <= SHORT else "likeness"


def _searched(parts: Mapping[str, Sequence[Row]], design: Design, sentence: str, lang: Language) -> Material:
    """Questions without their passages, and all passages to search."""
    every = [row for part in parts.values() for row in part]
    if any(lacking(row) for row in every):
        raise Unusable("For retrieval each row needs the fields question, context and answer.")
    system = instruct(sentence, lang)
    made = {name: [chat_row(row, system, sentence) for row in part] for name, part in parts.items()}
    cases = []
    for row, (conversation, declines) in zip(parts["test"], made["test"], strict=True):
        *_, answer = conversation["messages"]
        case = _beyond(str(row["question"]), system, sentence)
        cases.append(case if declines else {**case, "gold": answer["content"], "expects_answer": True})
    return Material(
        design=design,
        shape="rag",
        system=system,
        training=tuple(row for row, _ in made["train"]),
        validation=tuple(row for row, _ in made["validation"]),
        evaluation=_numbered(cases),
        sentence=sentence,
        own=True,
        passages=tuple({"text": passage} for passage in dict.fromkeys(str(row["context"]) for row in every)),
    )
