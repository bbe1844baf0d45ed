"""The different texts of some rows: each is kept, counted and looked through once, however often it stands there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate, count
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor import tokens
from advisor.dataset.chat import CONTENT, PlainRow
from advisor.dataset.chat import ROLE as SPEAKER
from advisor.dataset.forms import FORMATS
from advisor.dataset.order import Order, order
from advisor.dataset.record import Row
from advisor.dataset.turns import INSTRUCTING, Turn, cell
from advisor.dataset.view import Conversation, conversation

ROLE, TEXT, CALLS, NAME = map(attrgetter, ("role", "text", "calls", "name"))

Numbers = NDArray[np.int64]


CHATS = frozenset(form.id for form in FORMATS.values() if form.shape == "messages" and form.id != "autotrain_chat")
"""Formats whose rows hold a conversation under `messages`."""


class Sizes(NamedTuple):
    """Tokens by row, each of shape (rows,): of all of it with the overhead of a chat, and of its parts."""

    all: Numbers
    system: Numbers
    prompt: Numbers
    answer: Numbers


class Texts:
    """The texts of rows. A question that joins turns is not one of them: its size is the sum of theirs."""

    def __init__(self, rows: Sequence[Row], form: str) -> None:
        self.rows = rows
        self.form = form
        self.orders: list[Order | None] = []
        """For each row that is a plain conversation the order of its turns; None for others."""
        self.lengths: list[int] = []
        """For each row, how many turns it has."""
        self.systems: list[str] = []
        self.questions: list[str] = []
        self.targets: list[str] = []
        self.views: dict[int, Conversation] = {}
        """By row, the views of those that are no plain conversations."""
        self._roles: list[str] = []
        self._said: list[str] = []
        self._read()
        self._starts = [0, *accumulate(self.lengths)]
        self._place()

    def _read(self) -> None:
        """Roles and texts of all turns, and what each row instructs, asks and answers."""
        chats = self.form in CHATS
        for at, row in enumerate(self.rows):
            if not chats or type(row) is not PlainRow:
                said = self.views[at] = conversation(row.value, self.form)
                self.orders.append(None)
                self.lengths.append(len(said.messages))
                self._roles += map(ROLE, said.messages)
                self._said += map(TEXT, said.messages)
                self.systems.append(said.system)
                self.questions.append(said.prompt_text)
                self.targets.append(said.target_text)
                continue
            messages = row.chat.messages
            roles, texts = tuple(map(SPEAKER, messages)), [*map(CONTENT, messages)]
            how = order(roles)
            self.orders.append(how)
            self.lengths.append(len(roles))
            self._roles += roles
            self._said += texts
            self.systems.append("\n".join([texts[place] for place in how.instructing]))
            asked = how.asked
            self.questions.append(
                texts[asked[0]]
                if len(asked) == 1
                else "\n".join([f"{roles[place]}: {texts[place]}" for place in asked])
            )
            self.targets.append("" if how.target is None else texts[how.target])

    def _place(self) -> None:
        """Which of the different texts each turn, role, instruction, question and answer is."""
        places = defaultdict[str, int](count().__next__)  # a text that is new takes the next place
        place_of = places.__getitem__
        self.turns = [*map(place_of, self._said)]
        """For each turn of all rows, the place of its text."""
        self.again = np.flatnonzero(np.bincount(self.turns) > 1).tolist() if self.turns else []
        """Places of texts that stand in several turns, as system prompts do."""
        self.answers = [*map(place_of, self.targets)]
        """For each row, the place of its answer."""
        self.said = len(places)
        """How many texts are those of turns and answers; the others stand behind them."""
        self._role_places = [*map(place_of, self._roles)]
        self._system_places = [*map(place_of, self.systems)]
        self._more: list[tuple[int, int, int]] = []  # row, place of a text beside that of a turn, names
        for row, said in self.views.items():
            if any(map(CALLS, said.messages)) or any(map(NAME, said.messages)):
                for turn in said.messages:
                    self._more += [(row, place_of(cell(call.arguments)), 0) for call in turn.calls]
                    if turn.name:
                        self._more.append((row, place_of(turn.name), 1))
        self._prompt: list[int] = []
        self._joined: list[tuple[int, int]] = []  # row, and place of a turn that is part of its question
        for row, (how, question) in enumerate(zip(self.orders, self.questions, strict=True)):
            place = -1
            asked = _asked(self.views[row]) if how is None and question not in places else how and how.asked
            if asked and len(asked) > 1:
                self._joined += [(row, self.turns[self._starts[row] + turn]) for turn in asked]
            else:
                place = place_of(question)
            self._prompt.append(place)
        self.texts = list(places)

    @property
    def blank(self) -> list[int]:
        """Places of the texts of turns in which nothing is said."""
        return [place for place, text in enumerate(self.texts[: self.said]) if not text or text.isspace()]

    def view(self, row: int) -> Conversation:
        """The view of a row."""
        return self.views.get(row) or conversation(self.rows[row].value, self.form)

    def turn(self, row: int, place: int) -> Turn:
        """A turn of a row."""
        return self.view(row).messages[place]

    def answers_in(self, row: int) -> Iterable[tuple[str, str]]:
        """Each answer of a row, and what the user said before it."""
        first, last = self._starts[row], self._starts[row + 1]
        how = self.orders[row] or order(tuple(self._roles[first:last]))
        said = self._said
        return [(said[first + answer], said[first + asked] if asked >= 0 else "") for answer, asked in how.answers]

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
        np.add.at(inside, rows, counted[self.turns] + counted[self._role_places])
        overhead = {n: tokens.chat_overhead(n).tokens if n else 0 for n in set(self.lengths)}
        inside += np.fromiter((overhead[n] for n in self.lengths), np.int64, len(lengths))
        names = tokens.chat_overhead(0, 1).tokens - tokens.chat_overhead(0).tokens
        for row, place, named in self._more:
            inside[row] += counted[place] + names * named
        prompt = counted[self._prompt] if self._prompt else inside
        if self._joined:
            joined, places = np.array(self._joined, np.int64).T
            prompt[joined] = 0
            np.add.at(prompt, joined, counted[places])
        return Sizes(inside, counted[self._system_places], prompt, counted[self.answers])


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
    return asked if length == len(said.prompt_text) and not said.target_text else None
