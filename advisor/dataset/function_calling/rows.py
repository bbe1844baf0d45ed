"""Training rows with tool calls, of examples: a question, the calls that it needs, what they gave, and the answer.

After Microsoft's how-to on fine-tuning and tool calling (source azure-functions). An example without a call teaches
when to leave the tools alone; that there should be some is our own advice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, get_args

from advisor.dataset.checks.values import kind_of
from advisor.dataset.files.json_value import read_json
from advisor.dataset.row import Note, Unusable, excerpt
from advisor.dataset.rows.cells import json_text, opened
from advisor.dataset.rows.tool_definitions import Definition, Detail, InUse, shortened
from advisor.suggest import AnyOf, near

if TYPE_CHECKING:
    from jsonschema import ValidationError  # type: ignore[import-untyped]

Row = dict[str, Any]
Goal = Literal["quality", "tokens"]
GOALS: tuple[Goal, ...] = get_args(Goal)
QUESTION = ("question", "input")
ANSWER = ("answer", "output")
"""Fields of an example, the first that it has."""
MOST_PROBLEMS = 4
"""Faults of one call that are told."""
FIRST_SHORT: InUse = "undescribed"
"""What is sent to begin with where tokens are to be saved: the model still sees which arguments there are."""


@dataclass(frozen=True)
class Plan:
    """What the rows are for."""

    goal: Goal = "quality"
    """`quality`: the definitions are the same in rows and in use. `tokens`: in use they are shorter."""
    in_use: InUse = FIRST_SHORT
    """What goes into a request once the model is trained; counts for `tokens` alone."""
    short_rows: bool = False
    """Whether the rows, too, have the shorter definitions; counts for `tokens` alone."""
    instruction: str = ""
    """The system message of all rows; none where it is empty."""

    @property
    def sent(self) -> InUse:
        """How much of the definitions goes into a request."""
        return self.in_use if self.goal == "tokens" else "full"

    @property
    def trained(self) -> Detail:
        """How much of them stands in the rows. A row that calls a tool has to name it: some trainers refuse others."""
        if self.goal == "quality" or not self.short_rows:
            return "full"
        return "names" if self.in_use == "none" else self.in_use


def parameters_of(tools: Sequence[Definition]) -> dict[str, Any]:
    """What the arguments of each tool must fit, by its name."""
    return {tool["function"]["name"]: tool["function"].get("parameters", {"type": "object"}) for tool in tools}


def build(records: Iterable[Mapping[str, Any]], tools: Sequence[Definition], plan: Plan | None = None) -> list[Row]:
    """The rows of these examples, in order, with tools as `read_tools` gives them.

    Raises `Unusable` naming the first example that cannot be used, and why; and as `demand_goal` does.
    """
    plan = plan or Plan()
    demand_goal(plan)
    known, definitions = parameters_of(tools), in_rows(tools, plan)
    rows = []
    for n, record in enumerate(records, start=1):
        made = example(record, known)
        if isinstance(made, Note):
            raise Unusable("Example {n}: {why}.", n=n, why=made)
        rows.append(chat_row(made, definitions, plan.instruction))
    return rows


def demand_goal(plan: Plan) -> None:
    """Raises `Unusable` where tokens are to be saved and nothing is left out."""
    if plan.goal == "tokens" and plan.in_use == "full":
        raise Unusable("Nothing is saved where requests have the full definitions. Leave out a part of them.")


def chat_row(record: Mapping[str, Any], definitions: Sequence[Definition], instruction: str = "") -> Row:
    """A record of `example` as a conversation, with the tools that stand in the row."""
    messages: list[Row] = [{"role": "system", "content": instruction}] if instruction else []
    messages.append({"role": "user", "content": record["question"]})
    calls: Sequence[Mapping[str, Any]] = record["calls"]
    if calls:
        made = [
            {
                "id": f"call_{place}",
                "type": "function",
                "function": {"name": call["tool"], "arguments": json_text(call["arguments"])},
            }
            for place, call in enumerate(calls, start=1)
        ]
        messages.append({"role": "assistant", "content": None, "tool_calls": made})
        for place, call in enumerate(calls, start=1):
            given = call["result"] if isinstance(call["result"], str) else json_text(call["result"])
            messages.append({"role": "tool", "tool_call_id": f"call_{place}", "content": given})
    messages.append({"role": "assistant", "content": record["answer"]})
    return {"messages": messages, "tools": list(definitions)}


def in_rows(definitions: Sequence[Definition], plan: Plan) -> list[Definition]:
    """The definitions that stand in the rows."""
    return shortened(definitions, plan.trained)


def example(value: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any] | Note:
    """An example with `question`, `calls` and `answer`, each call with `tool`, `arguments` and `result`; or what keeps
    it from being one, and what to do.

    `definitions` has the parameters of each tool by its name. A single call may stand in fields of its own: `tool`,
    `arguments` and `result`. Lists and objects may be written as JSON text, as a table has them.
    """
    answer: dict[str, Any] = {}
    for name, keys in (("question", QUESTION), ("answer", ANSWER)):
        given = next((value[key] for key in keys if value.get(key) not in (None, "")), None)
        if not isinstance(given, str) or not given.strip():
            return Note('the example has no "{key}": write it, as text', key=name)
        answer[name] = given
    calls = _calls(value)
    if isinstance(calls, Note):
        return calls
    answer["calls"] = []
    for place, call in enumerate(calls, start=1):
        made = _call(call, place, definitions)
        if isinstance(made, Note):
            return made
        answer["calls"].append(made)
    return answer


def _calls(value: Mapping[str, Any]) -> list[Any] | Note:
    given = opened(value.get("calls"))
    if given not in (None, "", []):
        if not isinstance(given, list):
            return Note('"calls" is {kind}: write a list, also for one call', kind=kind_of(given))
        return given
    single = {key: value.get(key) for key in ("tool", "arguments", "result")}
    if single["tool"] in (None, ""):
        if single["arguments"] not in (None, "", {}) or single["result"] not in (None, "", {}):
            return Note('there are arguments or a result, and no "tool": name the tool, or leave them empty')
        return []
    return [single]


def _call(given: Any, place: int, definitions: Mapping[str, Any]) -> Mapping[str, Any] | Note:
    name = given.get("tool") if isinstance(given, dict) else None
    if not isinstance(name, str) or not name.strip():
        return Note('call {n} has no "tool": name the tool that is called', n=place)
    name = name.strip()
    if name not in definitions:
        close = near(name, definitions)
        if close:
            return Note('there is no tool "{name}"; did you mean {names}?', name=excerpt(name), names=_AnyOf(close))
        return Note('there is no tool "{name}": define it, or correct the name', name=excerpt(name))
    written = given.get("arguments")
    if isinstance(written, str) and any(
        fault.check == "duplicate-key" for fault in read_json(written.encode("utf-8", "replace"))[1]
    ):
        return Note('the arguments of "{name}" have a key twice: keep one of the two', name=name)
    arguments = opened(written)
    if arguments in (None, ""):
        arguments = {}
    if isinstance(arguments, str):
        return Note('the arguments of "{name}" are no JSON: write them as {form}', name=name, form='{"name": "value"}')
    if not isinstance(arguments, dict):
        return Note('the arguments of "{name}" are {kind}: write an object', name=name, kind=kind_of(arguments))
    try:
        json.dumps([arguments, given.get("result")], allow_nan=False)
    except ValueError:
        return Note('the call of "{name}" holds NaN or Infinity, which JSON has not: write null, or a text', name=name)
    wrong = tuple(_misfits(arguments, definitions[name]))
    if wrong:
        return Note(
            'the arguments of "{name}" do not fit: {problems}. Correct them, or the definition of the tool',
            name=name,
            problems=wrong,
        )
    result = given.get("result")
    if result is None or result == "":
        return Note('the call of "{name}" has no "result": write what the tool gave back', name=name)
    return {"tool": name, "arguments": arguments, "result": result}


class _AnyOf(Note):
    """Names of which one may be meant, as a value of another message."""

    __slots__ = ("names",)

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__("{names}", names=", ".join(names))
        self.names = names

    def text(self, lang: Any) -> str:
        return AnyOf(self.names).text(lang)


def _misfits(arguments: Mapping[str, Any], parameters: Any) -> Iterator[Note]:
    from advisor.dataset.checks.json_schema import UnusableSchema, errors  # here, since it takes long to import

    try:
        problems = [_misfit(error) for error in islice(errors(arguments, parameters), MOST_PROBLEMS)]
    except UnusableSchema as error:
        problems = [Note("the definition cannot be followed ({problem})", problem=excerpt(str(error)))]
    yield from dict.fromkeys(problems)  # what is missing is told once, and not once for each key


def _misfit(error: ValidationError) -> Note:
    """What is broken, and where within the arguments; rare keywords are told as `jsonschema` does, in English."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
    where = excerpt("".join(steps).lstrip("."))
    given = error.instance
    match error.validator:
        case "required":
            lacking = (f"{where}.{key}".lstrip(".") for key in error.validator_value if key not in given)
            return Note("missing: {keys}", keys=excerpt(", ".join(lacking)))
        case "type":
            expected = error.validator_value
            kinds = ", ".join(expected) if isinstance(expected, list) else str(expected)
            return Note('"{key}" is {kind} and should be {expected}', key=where, kind=kind_of(given), expected=kinds)
        case "enum":
            known = excerpt(", ".join(map(json_text, error.validator_value)))
            return Note(
                '"{key}" is {value}, which is none of {known}', key=where, value=excerpt(json_text(given)), known=known
            )
        case "additionalProperties" if isinstance(given, dict) and isinstance(error.schema.get("properties"), dict):
            odd = (f"{where}.{key}".lstrip(".") for key in given if key not in error.schema["properties"])
            return Note("no argument of this tool: {keys}", keys=excerpt(", ".join(odd)))
        case _:
            return Note("{where}: {problem}", where=where or "arguments", problem=excerpt(error.message))
