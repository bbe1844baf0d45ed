"""The different texts of some rows: each is kept, counted and looked through once, however often it stands there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import count
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor import tokens
from advisor.dataset.turns import cell
from advisor.dataset.view import Conversation

ROLE, TEXT, CALLS, NAME = map(attrgetter, ("role", "text", "calls", "name"))
INSTRUCTING = frozenset({"system", "developer"})

Numbers = NDArray[np.int64]


class Sizes(NamedTuple):
    """Tokens by row, each of shape (rows,): of all of it with the overhead of a chat, and of its parts."""

    all: Numbers
    system: Numbers
    prompt: Numbers
    answer: Numbers


class Texts:
    """The texts of rows. A question that joins turns is not one of them: its size is the sum of theirs."""

    def __init__(self, views: Sequence[Conversation]) -> None:
        self.views = views
        self.lengths = [len(said.messages) for said in views]
        turns = [turn for said in views for turn in said.messages]
        places = defaultdict[str, int](count().__next__)  # a text that is new takes the next place
        place_of = places.__getitem__
        self.turns = [*map(place_of, map(TEXT, turns))]
        """For each turn of all rows, the place of its text."""
        self.again = np.flatnonzero(np.bincount(self.turns) > 1).tolist() if turns else []
        """Places of texts that stand in several turns, as system prompts do."""
        self.answers = [place_of(said.target_text) for said in views]
        """For each row, the place of its answer."""
        self.said = len(places)
        """How many texts are those of turns and answers; the others stand behind them."""
        self._roles = [*map(place_of, map(ROLE, turns))]
        self._more: list[tuple[int, int, int]] = []  # row, place of a text beside that of a turn, names
        if any(map(CALLS, turns)) or any(map(NAME, turns)):
            for row, said in enumerate(views):
                for turn in said.messages:
                    self._more += [(row, place_of(cell(call.arguments)), 0) for call in turn.calls]
                    if turn.name:
                        self._more.append((row, place_of(turn.name), 1))
        self._system = [place_of(said.system) for said in views]
        self._prompt: list[int] = []
        self._joined: dict[int, list[int]] = {}  # by row, places of the turns that make up its question
        first = 0
        for row, (said, length) in enumerate(zip(views, self.lengths, strict=True)):
            place = places.get(said.prompt_text, -1)
            if place < 0:
                asked = _asked(said)
                if asked is None:
                    place = place_of(said.prompt_text)
                else:
                    self._joined[row] = [self.turns[first + turn] for turn in asked]
            self._prompt.append(place)
            first += length
        self.texts = list(places)

    def encoded(self) -> list[bytes]:
        """The texts of turns and answers in UTF-8; halves of characters become question marks."""
        return [text.encode("utf-8", "replace") for text in self.texts[: self.said]]

    def rows_with(self, places: Sequence[int]) -> dict[int, list[int]]:
        """The rows that hold one of these texts in a turn, each with the numbers of those turns within it."""
        if not len(places):
            return {}
        marked = np.zeros(len(self.texts), bool)
        marked[list(places)] = True
        found = np.flatnonzero(marked[self.turns])
        ends = np.cumsum(self.lengths)
        rows = np.searchsorted(ends, found, side="right")
        turns = found - (ends - self.lengths)[rows]
        by_row: dict[int, list[int]] = {}
        for row, turn in zip(rows.tolist(), turns.tolist(), strict=True):
            by_row.setdefault(row, []).append(turn)
        return by_row

    def sizes(self, counted: Numbers) -> Sizes:
        """Tokens of each row, from those of each text."""
        lengths = np.asarray(self.lengths, np.int64)
        rows = np.repeat(np.arange(len(lengths)), lengths)
        inside = np.zeros(len(lengths), np.int64)
        np.add.at(inside, rows, counted[self.turns] + counted[self._roles])
        overhead = {n: tokens.chat_overhead(n).tokens if n else 0 for n in set(self.lengths)}
        inside += np.fromiter((overhead[n] for n in self.lengths), np.int64, len(lengths))
        names = tokens.chat_overhead(0, 1).tokens - tokens.chat_overhead(0).tokens
        for row, place, named in self._more:
            inside[row] += counted[place] + names * named
        prompt = counted[self._prompt] if self._prompt else inside
        for row, joined in self._joined.items():
            prompt[row] = counted[joined].sum()
        return Sizes(inside, counted[self._system], prompt, counted[self.answers])


def _asked(said: Conversation) -> list[int] | None:
    """The turns whose texts, each after who says it, are the question of a row; None where it is something else."""
    asked: list[int] = []
    length = -1
    for place, turn in enumerate(said.messages):
        if turn.text is said.target_text and length == len(said.prompt_text):
            return asked
        if turn.role not in INSTRUCTING:
            asked.append(place)
            length += len(turn.role) + len(turn.text) + len(": ") + len("\n")
    return None
