"""The dataset formats of TRL (Hugging Face).

Source: TRL's page on dataset formats and types.
"""

from __future__ import annotations

from advisor.dataset.formats.definition import FILES, IMAGES, AsExample, Container, Format, Made, Target, columns
from advisor.dataset.formats.example import Example, LeftOut, as_texts, with_context, without_weights
from advisor.dataset.formats.fields import CHAT, Field, answer, label, user
from advisor.dataset.formats.losses import MESSAGE_LOSSES, OF_ANYTHING, OF_MESSAGES, PAIR_LOSSES
from advisor.dataset.formats.shapes import (
    MESSAGES,
    PAIR,
    PREFERENCE,
    STEPS,
    TEXT,
    example_of_messages,
    example_of_pair,
    example_of_preference,
)
from advisor.dataset.formats.sides import for_trl, question_and_answer, question_and_answers, tools_field
from advisor.dataset.row import Note
from advisor.dataset.rows.traits import Object, both, calls_with_objects, has, is_messages, says_verdict
from advisor.dataset.rows.turns import listed


def _opened(read: AsExample) -> AsExample:
    """Reads the row with its lists of messages, which a table holds as text."""

    def read_opened(value: Object, form: Format, refusal: str) -> Example:
        opened = {key: part if not is_messages(inner := listed(part)) else inner for key, part in value.items()}
        return read(opened, form, refusal)

    return read_opened


def _example_of_preference(value: Object, form: Format, refusal: str) -> Example:
    return example_of_preference(value, form, refusal, implicit=value.get("prompt") is None)


def trl_chat(example: Example) -> Made:
    with_context(example)
    as_texts(example)
    without_weights(example)
    return {"messages": for_trl(example.messages), **tools_field(example)}


def trl_pair(example: Example) -> Made:
    with_context(example)
    asked, answer = question_and_answer(example)
    return {"prompt": for_trl(asked), "completion": for_trl(answer), **tools_field(example)}


def trl_unpaired(example: Example) -> Made:
    if example.verdict is None:
        raise LeftOut(Note("it has no verdict on its answer"))
    return {**trl_pair(example), "label": example.verdict}


def trl_preference(example: Example) -> Made:
    asked, better, worse = map(for_trl, question_and_answers(example))
    return {"prompt": asked, "chosen": better, "rejected": worse, **tools_field(example)}


ROWS: tuple[Container, ...] = ("jsonl", "json", "parquet")
"""Lists of messages have no place in CSV."""

FORMATS = (
    Format(
        id="trl_conversational",
        title=Note("TRL conversations with tools"),
        method="sft",
        order=90,
        fits=calls_with_objects,
        why=Note("rows have messages whose tool calls have arguments as objects"),
        reading=MESSAGES._replace(example=_opened(example_of_messages)),
        fields=CHAT,
        takes_in=("openai_chat",),
        holds=OF_MESSAGES | {"files"},
    ),
    Format(
        id="trl_preference",
        title=Note("TRL preference pairs"),
        method="dpo",
        order=180,
        fits=has("chosen", "rejected"),
        why=Note("rows have chosen and rejected"),
        reading=PREFERENCE._replace(example=_opened(_example_of_preference)),
        fields=(
            user("prompt", "text", "prompt", required=False),
            answer("chosen", "text", "answer"),
            answer("rejected", "text", "answer"),
        ),
        asked=("prompt",),
        answer=("chosen",),
        rejected=("rejected",),
        holds=OF_ANYTHING | {"files", "rejected"},
        familiar=3,
    ),
    Format(
        id="trl_stepwise",
        title=Note("TRL rows judged step by step"),
        method="rft",
        order=190,
        fits=has("completions", "labels"),
        why=Note("rows have completions and labels"),
        reading=STEPS,
        fields=(user("prompt"), Field("completions", ("texts",)), Field("labels", ("list",))),
        asked=("prompt",),
        answer=("completions",),
        label=("labels",),
    ),
    Format(
        id="trl_unpaired",
        title=Note("TRL rows with a verdict"),
        method="dpo",
        order=200,
        fits=both(has("prompt", "completion"), says_verdict("label")),
        why=Note("rows have prompt, completion, and a label that says good or bad"),
        reading=PAIR._replace(example=_opened(example_of_pair)),
        fields=(
            user("prompt", "text", "prompt"),
            answer("completion", "text", "answer"),
            label("label"),
        ),
        asked=("prompt",),
        answer=("completion",),
        label=("label",),
        says_verdict=True,
        holds=OF_ANYTHING | {"files", "verdict"},
        familiar=4,
    ),
    Format(
        id="trl_prompt_completion",
        title=Note("TRL prompts and completions as messages"),
        method="sft",
        order=210,
        fits=lambda row: is_messages(row.get("prompt")) and is_messages(row.get("completion")),
        why=Note("rows have prompt and completion, both lists of messages"),
        reading=PAIR._replace(example=_opened(example_of_pair)),
        fields=(user("prompt", "text", "prompt"), answer("completion", "text", "answer")),
        asked=("prompt",),
        answer=("completion",),
        holds=OF_ANYTHING | {"files"},
    ),
    Format(
        id="trl_prompt_only",
        title=Note("Prompts alone"),
        method="rft",
        order=400,
        fits=has("prompt"),
        why=Note("rows have prompt and no answer"),
        reading=PAIR._replace(example=_opened(example_of_pair)),
        fields=(user("prompt", "text", "prompt"),),
        asked=("prompt",),
        familiar=2,
    ),
    Format(
        id="trl_text",
        title=Note("Plain texts"),
        method="pretrain",
        order=410,
        fits=has("text"),
        why=Note("rows have text"),
        reading=TEXT,
        fields=(Field("text", ("text",)),),
        answer=("text",),
    ),
)

TARGETS = (
    Target(
        id="trl_conversational",
        title=Note("TRL conversations"),
        order=30,
        forms=frozenset({"openai_chat", "openai_tools", "trl_conversational"}),
        containers=ROWS,
        make=trl_chat,
        loses=MESSAGE_LOSSES | {"images", "developer", "weight"},
        columns=columns(messages="messages"),
        files=FILES,
    ),
    Target(
        id="trl_prompt_completion",
        title=Note("TRL prompts and completions as messages"),
        order=40,
        forms=frozenset({"trl_prompt_completion"}),
        containers=ROWS,
        make=trl_pair,
        loses=MESSAGE_LOSSES | {"images", "developer", "weight", "systems", "earlier"},
        columns=columns(prompt="messages", completion="messages"),
        files=IMAGES,
    ),
    Target(
        id="trl_unpaired",
        title=Note("TRL rows with a verdict"),
        order=120,
        forms=frozenset({"trl_unpaired"}),
        containers=ROWS,
        make=trl_unpaired,
        loses=MESSAGE_LOSSES - {"verdict"} | {"images", "developer", "weight", "systems", "earlier"},
        columns=columns(prompt="messages", completion="messages", label="boolean"),
        verdict=True,
        files=IMAGES,
    ),
    Target(
        id="trl_preference",
        title=Note("TRL preference pairs"),
        order=150,
        forms=frozenset({"trl_preference"}),
        containers=ROWS,
        make=trl_preference,
        loses=PAIR_LOSSES,
        columns=columns(prompt="messages", chosen="messages", rejected="messages"),
        preference=True,
        files=IMAGES,
    ),
)
