"""Conditions: SQL comparisons over the columns of a scenario, checked against the questions and compiled once.

An advice asks hundreds of conditions of small columns. NumPy answers them, what they have in common once, in a fifth of
the time that a query engine needs to plan for them.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, reduce
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from advisor.content.load import Content, ContentError

Mask = npt.NDArray[Any]

DERIVED = {
    "teacher_gap": "target score minus what a large model scored, in points; not a number where that was not measured",
    "sft_routes": "routes on which the user may start supervised fine-tuning on the day of the advice",
    "dpo_routes": "the same for preference tuning",
    "rft_routes": "the same for reinforcement fine-tuning",
    "rft_routes_for_use": "of those for reinforcement fine-tuning, routes whose result may be used in production",
    "continue_routes": "routes on which an existing tune can be continued",
    "sft_life_months": "months that the longest-lived of those tuned models would answer; 120: no end is known",
    "smaller_cost_ratio": "cost of a request to the typical small model over the model named; 1 if none is named",
}
"""Columns that the estimates add and conditions may use, with their meaning."""

ROUTES_REST_ON = ("hosting", "platforms", "openai_customer", "azure_customer", "skills", "gpu")
RESTS_ON: dict[str, tuple[str, ...]] = {
    "teacher_gap": ("large_score", "target_score"),
    "sft_routes": ROUTES_REST_ON,
    "dpo_routes": ROUTES_REST_ON,
    "rft_routes": (*ROUTES_REST_ON, "sensitive_data"),
    "continue_routes": ROUTES_REST_ON,
    "sft_life_months": ROUTES_REST_ON,
}
"""The questions that columns of the estimates hang on, beside prices and times."""

Kind = tuple[str, ...] | type[bool] | type[float]
"""Of a column: the values of a choice, held as codes; True or False; or a number."""
Schema = dict[str, Kind]


def schema(content: Content) -> Schema:
    """Name and kind of every column that a condition may use."""
    columns: Schema = {}
    for question in content.questions:
        kind: Kind = {"several": bool, "number": float}.get(question.type, question.values)
        columns |= dict.fromkeys(question.columns, kind)
    columns |= {assumption.id: float for assumption in content.assumptions}
    return columns | dict.fromkeys(DERIVED, float)


@cache
def questions_of(columns: tuple[str, ...], content: Content) -> tuple[str, ...]:
    """Ids of the questions whose answers these columns are or hang on, in their order."""
    wanted, hang = set(columns), {key for column in columns for key in RESTS_ON.get(column, ())}
    return tuple(one.id for one in content.questions if one.id in hang or wanted & set(one.columns))


class Columns(Protocol):
    """Columns by name, of shapes that broadcast; codes of choices into their values."""

    def __getitem__(self, column: str, /) -> np.ndarray: ...


OPERATIONS: dict[str, Callable[..., Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
    "*": operator.mul,
    "+": operator.add,
    "-": operator.sub,
    "AND": operator.and_,
    "OR": operator.or_,
    "NOT": operator.invert,
}
_WRITTEN: dict[type[ast.AST], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=", ast.NotEq: "<>", ast.In: "=", ast.NotIn: "<>",
    ast.Mult: "*", ast.Add: "+", ast.Sub: "-", ast.And: "AND", ast.Or: "OR",
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """A column, a constant ("number", "code", "truth"), or an operation on earlier steps, which are given by place."""

    made: str
    of: tuple[int, ...] = ()
    value: Any = None


@dataclass(frozen=True)
class Conditions:
    """Compiled conditions. What several have in common is one step."""

    steps: tuple[Step, ...]
    results: tuple[int, ...]
    """Per condition, the step that is its result."""
    reads: tuple[tuple[str, ...], ...]
    """Per condition, the columns that it reads, in order."""

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Every column that some condition reads."""
        return tuple(sorted({name for names in self.reads for name in names}))

    def hold(self, columns: Columns) -> list[Mask]:
        """Where each condition holds, in the shape that the columns which it reads have together."""
        made: list[Any] = []
        for operation, of, value in self._program:
            match of:
                case (first, second):
                    made.append(operation(made[first], made[second]))
                case (only,):
                    made.append(operation(made[only]))
                case _:
                    made.append(columns[value] if operation else value)
        return [made[place] for place in self.results]

    @cached_property
    def _program(self) -> tuple[tuple[Any, tuple[int, ...], Any], ...]:
        """The steps, each with its operation; a column has one, too, and a constant has none."""
        return tuple((OPERATIONS.get(step.made, step.made == "column"), step.of, step.value) for step in self.steps)


def conditions(texts: Sequence[tuple[str, str]], columns: Schema) -> Conditions:
    """Compile conditions, each a label and a text.

    A text is SQL: comparisons (=, <>, <, <=, >, >=, IN) of columns with literals or each other, sums and products of
    numbers, AND, OR, NOT and brackets; TRUE always holds. Raises `ContentError` naming the label and what is no
    condition, no column or no value.
    """
    steps: dict[Step, int] = {}
    compilers = [_Compiler(label, columns, steps) for label, _ in texts]
    results = tuple(compiler.condition(text) for compiler, (_, text) in zip(compilers, texts, strict=True))
    return Conditions(tuple(steps), results, tuple(tuple(sorted(compiler.read)) for compiler in compilers))


_TOKEN = re.compile(r"\s*('[^']*'|\w+(?:\.\d+)?|<>|!=|<=|>=|[=<>(),*+-])")
_AS_PYTHON = {"=": "==", "<>": "!=", "AND": "and", "OR": "or", "NOT": "not", "IN": "in", "TRUE": "True"}


@dataclass
class _Compiler:
    """Compiles one condition into steps that it shares with others."""

    label: str
    columns: Schema
    steps: dict[Step, int]
    read: set[str] = field(default_factory=set)

    def condition(self, text: str) -> int:
        """The step that is the condition's result."""
        kind, place = self._made(self._tree(text))
        if kind is not bool:
            raise self._wrong(f"is not a condition but gives {_named(kind)}")
        return place

    def _wrong(self, what: str) -> ContentError:
        return ContentError(f"{self.label}: when: {what}")

    def _tree(self, text: str) -> ast.expr:
        """The syntax of a condition: Python's, once its operators are written as Python writes them."""
        tokens: list[str] = []
        place = 0
        while place < len(text.rstrip()):
            token = _TOKEN.match(text, place)
            if token is None:
                raise self._wrong(f"cannot be read as SQL: {text[place:].strip()!r}")
            tokens.append(_AS_PYTHON.get(token[1].upper(), token[1]))
            place = token.end()
        try:
            return ast.parse(" ".join(tokens), mode="eval").body
        except SyntaxError as error:
            raise self._wrong(f"cannot be read as SQL: {text!r}") from error

    def _step(self, made: str, of: tuple[int, ...] = (), value: Any = None) -> int:
        return self.steps.setdefault(Step(made, of, value), len(self.steps))

    def _made(self, node: ast.expr) -> tuple[Kind, int]:
        """Kind and step of an expression."""
        match node:
            case ast.Name(id=name):
                if name not in self.columns:
                    raise self._wrong(f'there is no column "{name}"')
                self.read.add(name)
                return self.columns[name], self._step("column", value=name)
            case ast.Constant(value=bool(value)):
                return bool, self._step("truth", value=np.bool_(value))
            case ast.Constant(value=int(value) | float(value)):
                return float, self._step("number", value=float(value))
            case ast.BoolOp(op=op, values=parts):
                return bool, self._chain(type(op), [self._of(bool, part) for part in parts])
            case ast.UnaryOp(op=ast.Not(), operand=part):
                return bool, self._step("NOT", (self._of(bool, part),))
            case ast.BinOp(left=left, op=ast.Mult() | ast.Add() | ast.Sub() as op, right=right):
                return float, self._step(_WRITTEN[type(op)], (self._of(float, left), self._of(float, right)))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _WRITTEN:
                return bool, self._compared(left, op, right)
        raise self._wrong(f"cannot be read as SQL: {ast.unparse(node)!r}")

    def _of(self, wanted: Kind, node: ast.expr) -> int:
        """The step of an expression that must be of a kind."""
        kind, place = self._made(node)
        if kind != wanted:
            raise self._wrong(f"{ast.unparse(node)} is {_named(kind)} where {_named(wanted)} is needed")
        return place

    def _chain(self, op: type[ast.AST], places: Sequence[int]) -> int:
        return reduce(lambda left, right: self._step(_WRITTEN[op], (left, right)), places)

    def _compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> int:
        kind, place = self._made(left)
        if kind is bool:
            raise self._wrong(f"{ast.unparse(left)} is a condition, which is compared with nothing")
        if not isinstance(op, ast.In | ast.NotIn):
            return self._step(_WRITTEN[type(op)], (place, self._beside(left, kind, op, right)))
        listed = right.elts if isinstance(right, ast.Tuple) else [right]
        each = [self._step(_WRITTEN[type(op)], (place, self._beside(left, kind, op, value))) for value in listed]
        return self._chain(ast.Or if isinstance(op, ast.In) else ast.And, each)

    def _beside(self, left: ast.expr, kind: Kind, op: ast.cmpop, right: ast.expr) -> int:
        """The step of what a column is compared with: a number, or one of the values of a choice."""
        match right:
            case ast.Constant(value=str(value)):
                allowed = kind if isinstance(kind, tuple) else ()
                if value not in allowed:
                    hint = f"allowed: {', '.join(allowed)}" if allowed else f"it is {_named(kind)}"
                    raise self._wrong(f"{value!r} is not a value of {ast.unparse(left)}; {hint}")
                if isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
                    raise self._wrong(f"the values of {ast.unparse(left)} have no order")
                return self._step("code", value=allowed.index(value))
        return self._of(float if kind is float else kind, right)


def _named(kind: Kind) -> str:
    return "a condition" if kind is bool else "a number" if kind is float else "a choice"
