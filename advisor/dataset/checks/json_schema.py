"""Whether values fit a JSON Schema that a stranger wrote: bounded in time, and never following a reference elsewhere.

`jsonschema` alone can be held up for hours by a few hundred bytes: a pattern that backtracks, or definitions that refer
to each other so that each level doubles the work. Here RE2 runs the patterns, in linear time, and references are
counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import re2
from jsonschema import Draft202012Validator, ValidationError, validators  # type: ignore[import-untyped]
from referencing import Registry
from referencing.exceptions import Unresolvable

MOST_STEPS = 2_000
"""References followed for one value; the schemas of real tools need a few dozen."""
MOST_UNIQUE = 1_000
"""Longest list of which it is checked that no item stands twice: that takes quadratic time."""

MOST_KEPT = 256
"""Schemas of which the validator is kept; each is held with it, so that no other schema can take its identity."""


class UnusableSchema(ValueError):
    """The schema cannot be evaluated: it refers to itself without end, or elsewhere."""


_STUMBLES = (Unresolvable, RecursionError, TypeError, ArithmeticError, AttributeError, LookupError, ValueError)
"""What `jsonschema` raises at a reference to something else than a schema, and at numbers that no float can hold."""

_left: ContextVar[int] = ContextVar("left", default=MOST_STEPS)
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Any:
    """None for what RE2 does not know, such as looking ahead: such a pattern is not checked."""
    try:
        return re2.compile(pattern, _OPTIONS)
    except re2.error:
        return None


def _pattern(_: Any, pattern: Any, instance: Any, __: Any) -> Iterator[ValidationError]:
    compiled = _compiled(pattern) if isinstance(pattern, str) and isinstance(instance, str) else None
    if compiled is not None and not compiled.search(instance.encode("utf-8", "replace").decode()):
        yield ValidationError(f"the text does not match {pattern!r}")


def _counted(keyword: str) -> Any:
    follow = Draft202012Validator.VALIDATORS[keyword]

    def counted(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
        left = _left.get() - 1
        if left < 0:
            raise UnusableSchema("too many references")
        _left.set(left)
        yield from follow(validator, value, instance, schema) or ()

    return counted


def _unless_patterned(keyword: str) -> Any:
    """Keywords that match the names of fields against patterns, which are then not checked."""
    check = Draft202012Validator.VALIDATORS[keyword]

    def unless(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
        if "patternProperties" not in schema:
            yield from check(validator, value, instance, schema) or ()

    return unless


def _unique(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if not isinstance(instance, list) or len(instance) <= MOST_UNIQUE:
        yield from Draft202012Validator.VALIDATORS["uniqueItems"](validator, value, instance, schema) or ()


_Validator = validators.extend(
    Draft202012Validator,
    {
        "pattern": _pattern,
        "uniqueItems": _unique,
        **{keyword: _counted(keyword) for keyword in ("$ref", "$dynamicRef")},
        **{
            key: _unless_patterned(key)
            for key in ("patternProperties", "additionalProperties", "unevaluatedProperties")
        },
    },
)


_kept: dict[int, tuple[Any, Any]] = {}


def _validator(schema: Any) -> Any:
    """The validator of a schema. Rows of a file mostly share their tools, and to make one takes long."""
    kept = _kept.get(id(schema))
    if kept is None or kept[0] is not schema:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        kept = _kept[id(schema)] = schema, _Validator(schema, registry=Registry())
    return kept[1]


def misfits(value: Any, schema: Any) -> Iterator[str]:
    """What in a value breaks the schema. Raises `UnusableSchema`."""
    for error in errors(value, schema):
        yield error.message


def errors(value: Any, schema: Any) -> Iterator[ValidationError]:
    """The same as `jsonschema` says it: with the keyword that is broken, and where. Raises `UnusableSchema`."""
    _left.set(MOST_STEPS)
    try:
        yield from _validator(schema).iter_errors(value)
    except UnusableSchema:
        raise
    except _STUMBLES as error:
        raise UnusableSchema(type(error).__name__ if isinstance(error, RecursionError) else str(error)) from error
