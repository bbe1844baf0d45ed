"""A row as a conversation: who says what, what is asked, and what is to be learned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from advisor.dataset.rows.calls import called
from advisor.dataset.rows.turns import INSTRUCTING, Call, Medium, Turn, spoken, text_of, tools_of

SIMPLE = INSTRUCTING | {"user", "context", "assistant"}


class Conversation(NamedTuple):
    """What a row says. Nothing here raises for a row that is malformed: what is missing is empty."""

    messages: tuple[Turn, ...]
    """All texts in order, the rejected answer of a pair last."""
    system: str = ""
    prompt_text: str = ""
    """What the answer follows on, without system messages: for duplicates and leaks."""
    target_text: str = ""
    """The last answer that is trained on, or the preferred one; arguments of its calls where it has no text."""
    rejected_text: str = ""
    """The worse answer of a pair, or the answer of a row that says that it is bad."""
    label: Any = None
    """Class, verdict, score or reference of the row, as written."""
    tools: tuple[Mapping[str, Any], ...] = ()
    files: tuple[Medium, ...] = ()
    """What the row names in fields of their own, such as `images`."""
    calls: tuple[Call, ...] = ()
    """Calls of tools and what came back from them, up to the target."""
    beside: str = ""
    """The calls that the target makes beside its text."""

    @property
    def taught(self) -> str:
        """The target, and below it the calls beside its text and what is rejected."""
        return "\n".join(filter(None, (self.target_text, self.beside, self.rejected_text)))

    @property
    def called(self) -> str:
        """What the calls say in so few words that they are the same or are not."""
        return called(self.calls) if self.calls else ""

    @property
    def turns(self) -> tuple[Turn, ...]:
        return self.messages

    @property
    def media(self) -> tuple[Medium, ...]:
        """What the row shows beside its texts. Two rows that ask the same of other images do not ask the same."""
        shown = [one for turn in self.messages if turn.media for one in turn.media]
        return (*shown, *self.files) if shown else self.files

    @property
    def has_image(self) -> bool:
        return any(one.kind == "image" for one in self.media)


def assembled(
    turns: list[Turn], value: Mapping[str, Any], rejected: Iterable[Turn] = (), label: Any = None
) -> Conversation:
    """The view of turns of which the last answer that is trained on is the target."""
    rejected = tuple(rejected)
    target = len(turns) - 1
    while target >= 0 and (turns[target].role != "assistant" or turns[target].weight == 0):
        target -= 1
    instructions: list[str] = []
    before: list[Turn] = []
    for place, turn in enumerate(turns):
        if turn.role in INSTRUCTING:
            instructions.append(turn.text)
        elif place < target or target < 0:
            before.append(turn)
    question = before[0].text if len(before) == 1 else "\n".join([f"{turn.role}: {spoken(turn)}" for turn in before])
    return Conversation(
        (*turns, *rejected),
        instructions[0] if len(instructions) == 1 else "\n".join(instructions),
        question,
        spoken(turns[target]) if target >= 0 else "",
        "\n".join([spoken(turn) for turn in rejected]) if rejected else "",
        label,
        tools_of(value) if "tools" in value or "functions" in value else (),
        calls=tuple(call for turn in turns[: target + 1] for call in _calls(turn)),
        beside=_beside(turns[target]) if target >= 0 else "",
    )


def _calls(turn: Turn) -> tuple[Call, ...]:
    """The calls of a turn; of a tool, what it says."""
    return (Call("", turn.text, "", turn.field),) if turn.role == "tool" and turn.text else turn.calls


def _beside(turn: Turn) -> str:
    """The calls of a turn that says something else too."""
    calls = tuple(call for call in turn.calls if call.arguments != turn.text)
    return spoken(turn._replace(text="", calls=calls)) if turn.text and calls else ""


def put_system(value: Mapping[str, Any], turns: list[Turn]) -> None:
    """Put the instructions that stand in a field of their own before the turns."""
    text = text_of(value.get("system"))
    if text:
        turns.insert(0, Turn("system", text, "system"))


def joined(
    turns: list[Turn], value: Mapping[str, Any], rejected: Iterable[Turn] = (), label: Any = None
) -> Conversation:
    """The view of a question with its context: together they are what the answer follows on."""
    made = assembled(turns, value, rejected, label)
    before = [turn for turn in turns if turn.role in ("user", "context")]
    simple = all(turn.role in SIMPLE for turn in turns)
    if simple and len(before) > 1 and sum(turn.role == "user" for turn in before) == 1:
        text = "\n\n".join([turn.text for turn in before])
        return made._replace(prompt_text=text)
    return made
