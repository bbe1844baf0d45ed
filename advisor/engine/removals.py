"""What gates and attempts close, in each scenario, and where a gate counts that hangs on an open question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from advisor.content.load import Content
from advisor.engine import attempts
from advisor.engine.advice import MOSTLY
from advisor.engine.conditions import questions_of
from advisor.engine.rules import Rulebook, compile_rules
from advisor.engine.scenarios import Array, Mask, Scenarios, by_situation, kept, often, share_held
from advisor.engine.terms import MEMBERS
from advisor.interview.situation import Situation

NOT_ASKED, NOT_KNOWN = 2 / 3, 1 / 3
"""Shares of scenarios from which a gate counts that hangs on an open question: on one that was not asked, and on one
whose answer is not known. Assumptions.
"""


@dataclass(frozen=True)
class Removals:
    """What gates and attempts close: `gates`, `counting`, `never`, `later` and `shut` of `Choices`."""

    gates: Sequence[Mask]
    counting: Sequence[Mask]
    never: Mask
    later: Mask
    shut: Mask


def removals(scenarios: Scenarios) -> Removals:
    content, count = scenarios.content, scenarios.count
    book = compile_rules(content)
    gates = book.held(scenarios)
    graded = _graded(scenarios)[:, book.gates]
    told = answered(scenarios)[:, book.gates] | graded
    counting = _counts(gates, told, scenarios, book)
    never, later = (book.removed(counting, scenarios, lifts) for lifts in (False, True))
    # Inside an outcome experts divide, and no case has counted the gate before.
    inside = np.array([option.id not in {members[0] for members in MEMBERS.values()} for option in content.options])
    shut = book.removed(_where(gates, told), scenarios, lifts=False) | (never & inside)
    lasting = graded & ~book.lifts[list(book.gates)]
    steady = book.removed(_where(counting, ~graded), scenarios, lifts=False) if lasting.any() else never
    of_situations = (often(steady, count) >= MOSTLY) | attempts.shut(scenarios.situations, content)
    of_columns = by_situation(shut, count)
    of_columns |= of_situations.T[:, :, np.newaxis]
    return Removals(gates, counting, never, later, shut)


def _where(gates: Sequence[Mask], counts: Mask) -> list[Mask]:
    """The gates where they hold in situations in which they count: situations x gates."""
    alike = (counts == counts[:1]).all(axis=0)
    each = (rows[0] if same else rows[:, np.newaxis] for rows, same in zip(counts.T, alike, strict=True))
    return [mask & rows for mask, rows in zip(gates, each, strict=True)]


def _counts(gates: Sequence[Mask], told: Mask, scenarios: Scenarios, book: Rulebook) -> list[Mask]:
    """The gates where they hold and count: where they were `told` in each scenario, else in all or none.

    Nothing is asserted of what nobody said: what was not asked counts where it is so in two of three scenarios, as that
    a team has no preference pairs; who was asked and does not know is taken to lack what one in three lacks. Where
    nothing at all was said, each scenario is judged as what it is.
    """
    read = _read(scenarios.content)
    bears: Mask = np.logical_or.reduce(read, axis=1)
    something: Mask = np.logical_or.reduce(_heard(scenarios, _told)[bears], axis=0)
    held = np.empty(told.shape)
    for column, mask in zip(held.T, gates, strict=True):
        column[:] = share_held(mask)
    least = np.where(asked(scenarios)[:, book.gates], NOT_KNOWN, NOT_ASKED)
    return _where(gates, told | (held >= least) | ~something[:, np.newaxis])


def asked(scenarios: Scenarios) -> Mask:
    """Situations x rules: where the user was asked everything that a rule reads, though not all may have been known."""
    return _all_read(scenarios, _put)


def answered(scenarios: Scenarios) -> Mask:
    """Situations x rules: where the user answered everything that a rule reads.

    Among published teams are those to whom something was closed of which their case says nothing. So a gate that hangs
    on an open question takes nothing from a share: that would count it twice.
    """
    return _all_read(scenarios, _told)


def _graded(scenarios: Scenarios) -> Mask:
    """Situations x rules: where a rule compares a number that the user gave. It counts scenario by scenario, whatever
    else it reads: a threshold on how often it holds would be an edge.
    """
    content = scenarios.content
    numbers = np.array([question.type == "number" for question in content.questions])
    table: Mask = (_heard(scenarios, _told)[numbers].T.astype(np.float32) @ _read(content)[numbers]) > 0
    return table


def _put(situation: Situation, key: str) -> bool:
    return key in situation.answers


def _told(situation: Situation, key: str) -> bool:
    return situation.answers.get(key) is not None


def _all_read(scenarios: Scenarios, heard: Callable[[Situation, str], bool]) -> Mask:
    """Situations x rules: where all questions that a rule reads were heard."""
    left_out = ~_heard(scenarios, heard)
    every: Mask = left_out.T.astype(np.float32) @ _read(scenarios.content) == 0
    return every


@kept
def _heard(scenarios: Scenarios, heard: Callable[[Situation, str], bool]) -> Mask:
    """Questions x situations: whether a question was heard, looked up where its answer was changed."""
    first, keys = scenarios.situations[0], [question.id for question in scenarios.content.questions]
    table = np.array([heard(first, key) for key in keys])[:, np.newaxis].repeat(len(scenarios.situations), axis=1)
    for row, key in enumerate(keys):
        for place in scenarios.changed.get(key, ()):
            table[row, place] = heard(scenarios.situations[place], key)
    return table


@cache
def _read(content: Content) -> Array:
    """Questions x rules: 1 where a rule reads a question."""
    asked = [questions_of(names, content) for names in compile_rules(content).reads]
    read: Array = np.array([[question.id in keys for keys in asked] for question in content.questions])
    return read.astype(np.float32)
