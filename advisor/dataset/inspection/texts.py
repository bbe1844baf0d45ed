"""What rows say, and the different texts in it: each of those is counted and looked through once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate, count
from operator import attrgetter
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from advisor.dataset.files.plain_chat import CONTENT, ROLE, Chat, PlainRow
from advisor.dataset.formats.reading import Conversation, conversation
from advisor.dataset.formats.registry import format_of
from advisor.dataset.row import Row
from advisor.dataset.rows.cells import cell
from advisor.dataset.rows.order import Order, answers_of, order
from advisor.dataset.rows.turns import INSTRUCTING
from advisor.dataset.tokens import exact

TEXT, CALLS, NAME = map(attrgetter, ("text", "calls", "name"))

Numbers = NDArray[np.int64]


class Sizes(NamedTuple):
    """Tokens by row, each of shape (rows,): of all of it with the overhead of a chat, and of its parts."""

    all: Numbers
    system: Numbers
    prompt: Numbers
    answer: Numbers


class Conversations:
    """What rows of a format say. Rows that are plain conversations are understood without a view of each."""

    def __init__(self, rows: Sequence[Row], form: str) -> None:
        self.rows = rows
        self.form = form
        self.orders: list[Order | None] = []
        """For each row that is a plain conversation the order of its turns; None for others."""
        self.lengths: list[int] = []
        """For each row, how many turns it has."""
        self.roles: list[str] = []
        """For each turn of all rows, who says it."""
        self.turns: list[str] = []
        """The same: what is said."""
        self.systems: list[str] = []
        self.questions: list[str] = []
        self.answers: list[str] = []
        """For each row the system message, the question and the answer, as in `Conversation`."""
        self.views: dict[int, Conversation] = {}
        """By row, the views of those that are no plain conversations."""
        known = format_of(form)
        chats = (known.shape, known.key) == ("messages", "messages")
        for at, row in enumerate(rows):
            if chats and isinstance(row, PlainRow):
                self._add_chat(row.chat)
            else:
                self._add(at, conversation(row.value, form))
        self.starts = [0, *accumulate(self.lengths)]
        """For each row, how many turns stand before it."""

    def _add_chat(self, chat: Chat) -> None:
        roles, texts = tuple(map(ROLE, chat.messages)), [*map(CONTENT, chat.messages)]
        how = order(roles)
        self.orders.append(how)
        self.lengths.append(len(roles))
        self.roles += roles
        self.turns += texts
        self.systems.append("\n".join([texts[place] for place in how.instructing]))
        if len(how.asked) == 1:
            self.questions.append(texts[how.asked[0]])
        else:
            self.questions.append("\n".join([f"{roles[place]}: {texts[place]}" for place in how.asked]))
        self.answers.append("" if how.target is None else texts[how.target])

    def _add(self, at: int, conversation: Conversation) -> None:
        self.views[at] = conversation
        self.orders.append(None)
        self.lengths.append(len(conversation.messages))
        self.roles += map(ROLE, conversation.messages)
        self.turns += map(TEXT, conversation.messages)
        self.systems.append(conversation.system)
        self.questions.append(conversation.prompt_text)
        self.answers.append(conversation.target_text)

    def view(self, row: int) -> Conversation:
        """The view of a row."""
        return self.views[row] if row in self.views else conversation(self.rows[row].value, self.form)

    def answers_in(self, row: int) -> list[tuple[str, str]]:
        """Each answer of a row, and what the user said before it."""
        first, last = self.starts[row], self.starts[row + 1]
        how = self.orders[row]
        pairs = how.answers if how else answers_of(self.roles[first:last])
        texts = self.turns
        return [(texts[first + answer], texts[first + asked] if asked >= 0 else "") for answer, asked in pairs]


class Texts:
    """The different texts of rows. A question that joins turns is not one of them: its size is the sum of theirs."""

    def __init__(self, conversations: Conversations) -> None:
        self._said = conversations
        places = defaultdict[str, int](count().__next__)  # a text that is new takes the next place
        place_of = places.__getitem__
        self.turns = [*map(place_of, conversations.turns)]
        """For each turn of all rows, the place of its text."""
        self.again = np.flatnonzero(np.bincount(self.turns) > 1).tolist() if self.turns else []
        """Places of texts that stand in several turns, as system prompts do."""
        self.answers = [*map(place_of, conversations.answers)]
        """For each row, the place of its answer."""
        self.spoken = len(places)
        """How many texts are those of turns and answers; the others stand behind them."""
        self._roles = [*map(place_of, conversations.roles)]
        self._systems = [*map(place_of, conversations.systems)]
        self._more: list[tuple[int, int, int]] = []  # row, place of a text beside that of a turn, tokens around it
        names = exact.chat_overhead(0, 1).tokens - exact.chat_overhead(0).tokens
        defined: dict[bytes, tuple[list[str], int]] = {}  # rows of a file mostly share their tools
        for row, view in conversations.views.items():
            if view.tools:
                written = msgspec.json.encode(view.tools)
                if written not in defined:
                    defined[written] = exact.tool_texts(view.tools)
                texts, around = defined[written]
                self._more += [(row, place_of(text), 0) for text in texts]
                self._more.append((row, place_of(""), around))
            if any(map(CALLS, view.messages)) or any(map(NAME, view.messages)):
                for turn in view.messages:
                    self._more += [(row, place_of(cell(call.arguments)), 0) for call in turn.calls]
                    if turn.name:
                        self._more.append((row, place_of(turn.name), names))
        self._questions: list[tuple[int, int]] = []  # row, and place of its question or of a turn that is part of it
        for row, (how, question) in enumerate(zip(conversations.orders, conversations.questions, strict=True)):
            asked = how.asked if how is not None else _asked(conversations.views[row])
            if len(asked) > 1:
                first = conversations.starts[row]
                self._questions += [(row, self.turns[first + turn]) for turn in asked]
            else:
                self._questions.append((row, place_of(question)))
        self.texts = list(places)

    def encoded(self) -> list[bytes]:
        """The texts of turns and answers in UTF-8; halves of characters become question marks."""
        return [text.encode("utf-8", "replace") for text in self.texts[: self.spoken]]

    def blank(self) -> list[int]:
        """Places of the texts of turns and answers in which nothing is said."""
        return [place for place, text in enumerate(self.texts[: self.spoken]) if not text or text.isspace()]

    def rows_with(self, places: Sequence[int]) -> dict[int, list[int]]:
        """The rows that hold one of these texts in a turn, each with the numbers of those turns within it."""
        if not len(places):
            return {}
        marked = np.zeros(len(self.texts), bool)
        marked[list(places)] = True
        spots = np.flatnonzero(marked[self.turns])
        starts = np.array(self._said.starts)
        rows = np.searchsorted(starts, spots, side="right") - 1
        turns = spots - starts[rows]
        by_row: dict[int, list[int]] = {}
        for row, turn in zip(rows.tolist(), turns.tolist(), strict=True):
            by_row.setdefault(row, []).append(turn)
        return by_row

    def sizes(self, counted: Numbers) -> Sizes:
        """Tokens of each row, from those of each text."""
        lengths = np.asarray(self._said.lengths, np.int64)
        rows = np.repeat(np.arange(len(lengths)), lengths)
        inside = np.zeros(len(lengths), np.int64)
        np.add.at(inside, rows, counted[self.turns] + counted[self._roles])
        overhead = {n: exact.chat_overhead(n).tokens if n else 0 for n in set(self._said.lengths)}
        inside += np.fromiter((overhead[n] for n in self._said.lengths), np.int64, len(lengths))
        for row, place, around in self._more:
            inside[row] += counted[place] + around
        asking, places = np.array(self._questions, np.int64).reshape(-1, 2).T
        prompt = np.zeros(len(lengths), np.int64)
        np.add.at(prompt, asking, counted[places])
        return Sizes(inside, counted[self._systems], prompt, counted[self.answers])


def _asked(conversation: Conversation) -> tuple[int, ...]:
    """The turns whose texts, each after who says it, are the question of a row; none where it is something else."""
    asked: list[int] = []
    length = -1
    for place, turn in enumerate(conversation.messages):
        if turn.text is conversation.target_text and length == len(conversation.prompt_text):
            return tuple(asked)
        if turn.role not in INSTRUCTING:
            asked.append(place)
            length += len(turn.role) + len(turn.text) + len(": ") + len("\n")
    return tuple(asked) if length == len(conversation.prompt_text) and not conversation.target_text else ()
