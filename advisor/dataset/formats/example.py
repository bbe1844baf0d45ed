"""What all formats are converted through: one exchange with its messages, passage, tools, and the worse answer."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from advisor.dataset.row import Note, excerpt
from advisor.dataset.rows.depth import WITHIN, too_deep
from advisor.dataset.rows.turns import media_of, text_of

Message = dict[str, Any]
"""As OpenAI writes it: role and content, and where there are any name, weight, tool_calls, tool_call_id, refusal."""

LONGEST_NAME = 40
"""Characters of the name of a field that are shown."""
NO_ANSWER = Note("it has no answer")
NOTHING_ASKED = Note("nothing is asked in it")
CALLS_TOOLS = Note("it calls tools, and the format has no place for that")


class LeftOut(ValueError):
    """A row that cannot be converted, and why."""

    def __init__(self, why: Note) -> None:
        super().__init__(why.message)
        self.why = why


@dataclass(slots=True)
class Example:
    """A row of any format. Those who write a format change it as they need."""

    messages: list[Message]
    """The question with all that goes before it, then the answer (the better one of two)."""
    answer: int | None = None
    """Place in `messages` where the answer begins, if the row says so."""
    rejected: list[Message] | None = None
    verdict: bool | None = None
    """Whether the answer is a good one, if the row says so."""
    context: str = ""
    """Passage that belongs to the last message of the user."""
    tools: list[dict[str, Any]] = field(default_factory=list)
    parallel: bool | None = None
    """Whether several tools may be called at once, if the row says so."""
    files: dict[str, list[Any]] = field(default_factory=dict)
    """What the row names beside its messages, by `images`, `videos` and `audios`."""
    lost: set[str] = field(default_factory=set)
    """Ids of `advisor.dataset.formats.losses.LOSSES`, and of single fields as of `field_lost`."""

    def everything(self) -> list[Message]:
        return [*self.messages, *(self.rejected or ())]


CALLS_AS_PARTS = frozenset({"toolUse", "toolResult", "tool_use", "tool_result"})
"""Parts of a message that are calls of tools and their results (Amazon Bedrock, Anthropic)."""
FIELD = "field:"
MARKS = {"image": "<image>", "video": "<video>", "audio": "<audio>"}
"""What stands in a text for a file beside it (LLaMA-Factory)."""


def field_lost(name: str) -> str:
    """What is noted of a field that is left out, by its name."""
    return f"{FIELD}{excerpt(str(name), most=LONGEST_NAME)}"


def part_lost(part: Any) -> set[str]:
    """What is noted of a part of a message that is left out: an image, or else a field by its type or its key."""
    media = media_of([part])
    if media and media[0].kind == "image":
        return {"images"}
    if not isinstance(part, dict):
        return {"fields"}
    kind = part.get("type")
    return {"fields", field_lost(kind if isinstance(kind, str) else next(iter(part), "content"))}


def without_text(parts: Iterable[Any]) -> LeftOut:
    """Why a message cannot be written that has no text beside these parts."""
    keys = {key for part in parts if isinstance(part, dict) for key in part} | {
        part["type"] for part in parts if isinstance(part, dict) and isinstance(part.get("type"), str)
    }
    if keys & CALLS_AS_PARTS:
        return LeftOut(Note("it calls tools in a form that is not read here"))
    if any(one.kind == "image" for one in media_of([*parts])):
        return LeftOut(Note("a message has an image and no text"))
    return LeftOut(Note("a message has no text"))


def calls_of(message: Message) -> list[dict[str, Any]]:
    """The calls of a message, each with id, type and function."""
    calls: list[dict[str, Any]] = message.get("tool_calls", [])
    return calls


def number_calls(messages: list[Message]) -> None:
    """Give an id to each call that has none, and to each result the id of its call."""
    taken = {call["id"] for message in messages for call in calls_of(message) if call["id"]}
    n = 0
    waiting: list[dict[str, Any]] = []
    for message in messages:
        if message["role"] == "tool" and waiting:
            if "tool_call_id" in message:
                waiting = [call for call in waiting if call["id"] != message["tool_call_id"]]
                continue
            named = [call for call in waiting if call["function"]["name"] == message.get("name")]
            call = (named or waiting)[0]
            message["tool_call_id"] = call["id"]
            waiting.remove(call)
        for call in calls_of(message):
            n += 1
            while not call["id"]:
                if f"call_{n}" not in taken:
                    call["id"] = f"call_{n}"
                    taken.add(call["id"])
                else:
                    n += 1
            waiting.append(call)


def with_context(example: Example) -> None:
    """Put the passage behind the question that it belongs to."""
    if not example.context:
        return
    end = len(example.messages) if example.answer is None else example.answer
    place = next(at for at in range(end - 1, -1, -1) if example.messages[at]["role"] == "user")
    message = example.messages[place]
    if isinstance(message["content"], list):
        message["content"] = [*message["content"], {"type": "text", "text": example.context}]
    else:
        message["content"] = f"{message['content']}\n\n{example.context}"
    example.lost.add("context")
    example.context = ""


def as_texts(example: Example, names: bool = True, marks: bool = False) -> None:
    """Leave text alone in each content, and no message of the developer. `names`: whether they may stay.

    `marks`: an image becomes the mark <image>, as LLaMA-Factory has it, and its address joins those beside the texts.
    """
    listed = bool(example.files)
    for message in example.everything():
        content = message["content"]
        if isinstance(content, list):
            if marks:
                example.lost.update(*map(_detail_lost, content))
                content = [_marked(part, example.files, listed) for part in content]
            text = text_of(content)
            shown = [part for part in content if not isinstance(part, dict) or part.get("type") != "text"]
            example.lost.update(*(part_lost(part) for part in shown if not (listed and _refers(part))))
            if shown and not text:
                raise without_text(shown)
            message["content"] = text
        if "refusal" in message:
            refusal = message.pop("refusal")
            if message["content"] is None and "tool_calls" not in message:
                message["content"] = refusal
            else:
                example.lost |= {"fields", field_lost("refusal")}
        if message["role"] == "developer":
            message["role"] = "system"
            example.lost.add("developer")
        if not names and "name" in message:
            del message["name"]
            example.lost.add("name")


def _detail_lost(part: Any) -> set[str]:
    """What a list of addresses has no place for, of a part that shows an image."""
    image = part.get("image_url") if isinstance(part, dict) else None
    more = image.keys() - {"url"} if isinstance(image, dict) else ()
    return {"fields", *map(field_lost, more)} if more else set()


def _refers(part: Any) -> bool:
    """Whether a part only says that a file of those beside the messages belongs here."""
    media = media_of([part])
    return bool(media) and not media[0].address


def _marked(part: Any, files: dict[str, list[Any]], listed: bool) -> Any:
    """The mark for a part that shows a file: one of those listed already, or one that now joins them."""
    media = media_of([part])
    if not media or media[0].kind not in MARKS or bool(media[0].address) == listed:
        return part
    if not listed:
        files.setdefault(f"{media[0].kind}s", []).append(media[0].address)
    return {"type": "text", "text": MARKS[media[0].kind]}


def without_weights(example: Example, learned: int = 0) -> None:
    """Take the weights away. It matters where an answer, from place `learned` on, was not to be learned."""
    for place, message in enumerate(example.messages):
        if message.pop("weight", 1) == 0 and place >= learned:
            example.lost.add("weight")
    for message in example.rejected or ():
        message.pop("weight", None)


def without_tools(example: Example) -> None:
    if any(message["role"] == "tool" or "tool_calls" in message for message in example.everything()):
        raise LeftOut(CALLS_TOOLS)
    if example.tools:
        example.tools = []
        example.lost.add("tools")


def system_first(example: Example, always: bool = True) -> str:
    """The system messages taken out of the example, as one text.

    Without `always` they stay where they are if all of them stand at the start.
    """
    places = [at for at, message in enumerate(example.messages) if message["role"] == "system"]
    if not places or (not always and places[-1] == len(places) - 1):
        return ""
    if len(places) > 1 or places[0] > 0:
        example.lost.add("systems")
    text = "\n\n".join(text_of(example.messages[at]["content"]) for at in places)
    if example.answer is not None:
        example.answer -= sum(at < example.answer for at in places)
    example.messages = [message for message in example.messages if message["role"] != "system"]
    return text


def split(example: Example) -> int:
    """The place where the answer begins: behind the last question. Raises `LeftOut` where there is none."""
    if example.answer is not None:
        start = example.answer
    else:
        asked = [at for at, message in enumerate(example.messages) if message["role"] not in ("assistant", "tool")]
        start = asked[-1] + 1 if asked else 0
    if not any(message["role"] == "user" for message in example.messages[:start]):
        raise LeftOut(NOTHING_ASKED)
    for answer in (example.messages[start:], example.rejected):
        if answer is not None and not any(message["role"] == "assistant" for message in answer):
            raise LeftOut(NO_ANSWER)
        if any(message["role"] not in ("assistant", "tool") for message in answer or ()):
            raise LeftOut(Note("its answer goes on with another question"))
    return start


def forget_earlier(example: Example, start: int) -> None:
    """Answers before place `start` are part of the question from now on: nobody learns them."""
    if any(message["role"] == "assistant" and message.get("weight") != 0 for message in example.messages[:start]):
        example.lost.add("earlier")


def by_turns(example: Example, messages: list[Message]) -> list[Message]:
    """Messages in which user and assistant take turns, the user first; those of one speaker in a row become one."""
    made: list[Message] = []
    for message in messages:
        if made and made[-1]["role"] == message["role"]:
            made[-1] = {**made[-1], "content": f"{made[-1]['content'] or ''}\n\n{message['content'] or ''}"}
            example.lost.add("joined")
        else:
            made.append(message)
    if made and made[0]["role"] != "user":
        raise LeftOut(Note("it begins with an answer"))
    return made


def arguments_as_text(arguments: Any) -> str:
    if isinstance(arguments, str):
        return arguments
    return json.dumps({} if arguments is None else arguments, ensure_ascii=False)


def arguments_as_object(arguments: Any) -> dict[str, Any]:
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments or "{}")
        except (ValueError, RecursionError):
            arguments = arguments or None
    if arguments is None:
        return {}
    if not isinstance(arguments, dict):
        raise LeftOut(Note("the arguments of a tool call are no JSON object"))
    if too_deep(arguments, WITHIN):
        raise LeftOut(Note("the arguments of a tool call are nested too deep"))
    return arguments
