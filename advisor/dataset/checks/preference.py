"""Preference and reward: answers that are compared, judged or graded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from advisor.dataset.checks.registry import CHECKS
from advisor.dataset.checks.subject import File
from advisor.dataset.formats.registry import format_of
from advisor.dataset.row import Fault, excerpt
from advisor.dataset.rows.traits import NOTHING, is_messages

NOT_GRADER_FIELDS = frozenset({"messages", "tools", "parallel_tool_calls", "response_format"})


def sides(form: str) -> tuple[str, str]:
    """The fields of a format of pairs that hold the better and the worse answer."""
    pairs = format_of(form)
    return pairs.answer[0], pairs.rejected[0]


def identical_pair(value: Mapping[str, Any], form: str) -> Iterator[Fault]:
    """Two answers that say the same."""
    better, worse = sides(form)
    if better in value and _said(value[better]) == _said(value.get(worse)):
        yield Fault("identical-pair", worse)


def several_answers(value: Mapping[str, Any]) -> Iterator[Fault]:
    """Each side of OpenAI's pairs holds one answer; calls of tools may go before it."""
    for name in sides("openai_dpo"):
        output = value.get(name)
        answers = [
            message
            for message in (output if isinstance(output, list) else [])
            if isinstance(message, dict)
            and message.get("role") == "assistant"
            and message.get("content") not in (None, "")
        ]
        if len(answers) > 1:
            yield Fault("several-answers", name, "", {"key": name, "n": len(answers)})


def prompt_repeated(value: Mapping[str, Any]) -> Iterator[Fault]:
    """Answers of TRL's pairs that have the question again before them."""
    prompt = value.get("prompt")
    for name in sides("trl_preference"):
        if begins_with(value.get(name), prompt):
            yield Fault("prompt-repeated", name, "", {"key": name})


def begins_with(answer: Any, prompt: Any) -> bool:
    """Whether an answer has all messages of the question first, and more after them."""
    return is_messages(prompt) and is_messages(answer) and len(answer) > len(prompt) and answer[: len(prompt)] == prompt


def no_grader_field(value: Mapping[str, Any]) -> Iterator[Fault]:
    """Nothing beside the messages that an answer could be compared with."""
    if "messages" in value and not value.keys() - NOT_GRADER_FIELDS:
        yield Fault("no-grader-field", "")


def _said(answer: Any) -> Any:
    """What an answer says, without what changes nothing: blanks around its texts, and keys that hold nothing."""
    if isinstance(answer, str):
        return answer.strip()
    if isinstance(answer, list):
        return [_said(part) for part in answer]
    if isinstance(answer, dict):
        return {key: _said(part) for key, part in answer.items() if part not in NOTHING}
    return answer


@CHECKS.of_files("one-verdict")
def one_verdict(file: File) -> Iterator[Fault]:
    """Answers that are all called good, or all bad."""
    verdicts = file.facts.verdicts
    if len(verdicts) == 1 and sum(verdicts.values()) > 1:
        [(verdict, n)] = verdicts.items()
        yield Fault("one-verdict", "", "", {"n": n, "verdict": verdict})


def _is_graded(file: File) -> bool:
    return file.method == "rft" or file.facts.form == "openai_rft"


@CHECKS.of_files("constant-field")
def constant_fields(file: File) -> Iterator[Fault]:
    """Fields for a grader that never differ."""
    for key, n in file.facts.constants.items() if _is_graded(file) else ():
        if n > 1:
            yield Fault("constant-field", key, "", {"key": key, "n": n})


@CHECKS.of_files("fields-differ")
def fields_differ(file: File) -> Iterator[Fault]:
    """Rows with other fields than the first, which a grader cannot read alike."""
    shapes = file.facts.shapes
    first, *others = shapes or [frozenset()]
    if others and _is_graded(file):
        keys = excerpt(", ".join(sorted(set().union(*(first ^ other for other in others)))))
        yield Fault("fields-differ", "", "", {"keys": keys, "n": sum(shapes[other] for other in others)})
