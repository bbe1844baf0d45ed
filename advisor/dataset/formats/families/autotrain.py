"""The columns that AutoTrain (Hugging Face) reads.

Source: AutoTrain's guides, task by task.
"""

from __future__ import annotations

from advisor.dataset.formats.definition import Format, Made, Target, columns
from advisor.dataset.formats.example import Example, as_texts, with_context, without_tools, without_weights
from advisor.dataset.formats.fields import Field, answer, label, user
from advisor.dataset.formats.losses import OF_LABELS, OF_MESSAGES, OF_PASSAGES, OF_TEXTS, TEXT_LOSSES, TEXT_PAIR_LOSSES
from advisor.dataset.formats.shapes import LABELLED, MESSAGES, PASSAGE, PREFERENCE, TABLE, TOKENS, example_of_passage
from advisor.dataset.formats.sides import question_text, texts_of_preference
from advisor.dataset.row import Note
from advisor.dataset.rows.cells import opened
from advisor.dataset.rows.traits import Object, both, has, is_messages


def _example_of_marked(value: Object, form: Format, refusal: str) -> Example:
    """A table holds the answer, with the place where it stands in the passage, as text."""
    whole = {key: opened(part) if key in form.answer else part for key, part in value.items()}
    return example_of_passage(whole, form, refusal)


def autotrain_chat(example: Example) -> Made:
    with_context(example)
    as_texts(example, names=False)
    without_weights(example)
    without_tools(example)
    return {"text": example.messages}


def autotrain_dpo(example: Example) -> Made:
    with_context(example)
    system, start, better, worse = texts_of_preference(example, marks=False)
    return {"prompt": question_text(example, system, example.messages[:start]), "text": better, "rejected_text": worse}


FORMATS = (
    Format(
        id="autotrain_dpo",
        title=Note("AutoTrain preference pairs"),
        method="dpo",
        order=240,
        fits=has("prompt", "text", "rejected_text"),
        why=Note("rows have prompt, text and rejected_text"),
        reading=PREFERENCE,
        fields=(user("prompt"), answer("text"), answer("rejected_text")),
        asked=("prompt",),
        answer=("text",),
        rejected=("rejected_text",),
        holds=OF_TEXTS | {"rejected"},
    ),
    Format(
        id="autotrain_reward",
        title=Note("AutoTrain reward pairs"),
        method="dpo",
        order=250,
        fits=has("text", "rejected_text"),
        why=Note("rows have text and rejected_text"),
        reading=PREFERENCE,
        fields=(answer("text"), answer("rejected_text")),
        answer=("text",),
        rejected=("rejected_text",),
    ),
    Format(
        id="autotrain_qa",
        title=Note("Questions with answers marked in a passage"),
        method="classify",
        order=260,
        fits=both(has("question", "context"), lambda row: isinstance(row.get("answers"), (dict, str))),
        why=Note("rows have context, question and answers"),
        reading=PASSAGE._replace(example=_example_of_marked),
        fields=(user("question"), Field("context", ("text",)), Field("answers", ("any",))),
        asked=("question", "context"),
        answer=("answers",),
        holds=OF_PASSAGES,
        familiar=2,
    ),
    Format(
        id="autotrain_tokens",
        title=Note("Words with tags"),
        method="classify",
        order=280,
        fits=has("tokens", "tags"),
        why=Note("rows have tokens and tags"),
        reading=TOKENS,
        fields=(Field("tokens", ("any",)), Field("tags", ("any",))),
        asked=("tokens",),
        label=("tags",),
        familiar=3,
    ),
    Format(
        id="autotrain_chat",
        title=Note("AutoTrain conversations"),
        method="sft",
        order=290,
        fits=lambda row: is_messages(row.get("text")),
        why=Note("text is a list of messages"),
        reading=MESSAGES,
        fields=(Field("text", ("chat",)),),
        key="text",
        holds=OF_MESSAGES | {"files"},
    ),
    Format(
        id="autotrain_text",
        title=Note("AutoTrain texts with targets"),
        method="classify",
        order=300,
        fits=has("text", "target"),
        why=Note("rows have text and target"),
        reading=LABELLED,
        fields=(Field("text", ("text",)), label("target")),
        asked=("text",),
        label=("target",),
        also=("text_label",),
        holds=OF_LABELS,
        familiar=4,
    ),
    Format(
        id="autotrain_table",
        title=Note("AutoTrain tables"),
        method="classify",
        order=380,
        fits=has("id", "target"),
        why=Note("rows have id, target and other columns"),
        reading=TABLE,
        fields=(label("target"),),
        label=("target",),
    ),
)

TARGETS = (
    Target(
        id="autotrain_chat",
        title=Note("AutoTrain conversations"),
        order=80,
        forms=frozenset({"autotrain_chat"}),
        containers=("jsonl",),
        make=autotrain_chat,
        loses=TEXT_LOSSES - {"systems", "joined"},
    ),
    Target(
        id="autotrain_dpo",
        title=Note("AutoTrain preference pairs"),
        order=160,
        forms=frozenset({"autotrain_dpo"}),
        containers=("jsonl", "csv", "parquet"),
        make=autotrain_dpo,
        loses=TEXT_PAIR_LOSSES | {"system", "turns"},
        columns=columns(prompt="text", text="text", rejected_text="text"),
        preference=True,
    ),
)
