"""Conversations as OpenAI and Azure write them, and what others write as such messages.

Sources: OpenAI's and Microsoft's guides on fine-tuning; LLaMA-Factory's data notes for verdicts.
"""

from __future__ import annotations

from advisor.dataset.formats.definition import Format, Made, Target
from advisor.dataset.formats.example import Example, part_lost, with_context, without_text
from advisor.dataset.formats.fields import CHAT, CHAT_KEYS, Field, answer
from advisor.dataset.formats.losses import MESSAGE_LOSSES, OF_ANYTHING, OF_MESSAGES, OF_TURNS, PAIR_LOSSES
from advisor.dataset.formats.shapes import (
    MESSAGES,
    PREFERENCE,
    STRINGS,
    conversation_of_messages,
    conversation_of_preference,
)
from advisor.dataset.formats.sides import for_openai, question_and_answers, tools_field
from advisor.dataset.row import Note
from advisor.dataset.rows.conversation import Conversation
from advisor.dataset.rows.traits import (
    Object,
    both,
    ends_on_answer,
    has,
    has_either,
    holds_strings,
    is_ungraded,
    says_verdict,
    shows_images,
    uses_tools,
)
from advisor.dataset.rows.turns import tools_of


def _conversation_of_pair(value: Object, form: Format) -> Conversation:
    """The tools stand beside the question, within `input`."""
    conversation = conversation_of_preference(value, form)
    given = value.get("input")
    return conversation._replace(tools=tools_of(given)) if isinstance(given, dict) else conversation


def _conversation_of_ungraded(value: Object, form: Format) -> Conversation:
    """Where no field has a name that graders use, the first beside the conversation is what they compare with."""
    conversation = conversation_of_messages(value, form)
    if conversation.label is not None:
        return conversation
    beside = [part for name, part in value.items() if name not in ("messages", "tools", "response_format")]
    return conversation._replace(label=beside[0] if beside else None)


def openai_chat(example: Example) -> Made:
    with_context(example)
    _images_by_address(example)
    return {"messages": for_openai(example.messages), **tools_field(example, openai=True)}


def openai_dpo(example: Example) -> Made:
    asked, better, worse = map(for_openai, question_and_answers(example))
    given = {"messages": asked, **tools_field(example, openai=True)}
    return {"input": given, "preferred_output": better, "non_preferred_output": worse}


def _images_by_address(example: Example) -> None:
    """OpenAI takes images by address, in the user's messages."""
    for message in example.everything():
        content = message["content"]
        if isinstance(content, list):
            kept = [part for part in content if isinstance(part, dict) and _is_taken(part, message["role"])]
            if len(kept) < len(content):
                example.lost.update(*(part_lost(part) for part in content if part not in kept))
                if not kept:
                    raise without_text(content)
            message["content"] = kept


def _is_taken(part: Made, role: str) -> bool:
    if part.get("type") == "text":
        return isinstance(part.get("text"), str)
    image = part.get("image_url")
    return role == "user" and part.get("type") == "image_url" and isinstance(image, dict) and "url" in image


FORMATS = (
    Format(
        id="openai_dpo",
        title=Note("OpenAI and Azure preference pairs"),
        method="dpo",
        order=10,
        fits=has_either("preferred_output", "non_preferred_output"),
        why=Note("rows have preferred_output and non_preferred_output"),
        reading=PREFERENCE._replace(conversation=_conversation_of_pair),
        fields=(
            Field("input", ("object",)),
            answer("preferred_output", "answer"),
            answer("non_preferred_output", "answer"),
        ),
        only=frozenset({"input", "preferred_output", "non_preferred_output"}),
        asked=("input",),
        answer=("preferred_output",),
        rejected=("non_preferred_output",),
        holds=OF_ANYTHING | {"rejected"},
        familiar=2,
    ),
    Format(
        id="list_of_strings",
        title=Note("Conversations as lists of texts"),
        method="sft",
        order=70,
        fits=holds_strings,
        why=Note("messages is a list of texts, of user and assistant in turn"),
        reading=STRINGS,
        fields=(Field("messages", ("texts",)),),
        holds=OF_TURNS,
    ),
    Format(
        id="messages_kto",
        title=Note("Conversations with a verdict"),
        method="dpo",
        order=80,
        fits=both(ends_on_answer, says_verdict("label", "kto_tag")),
        why=Note("rows have messages, and label or kto_tag says whether the answer is good"),
        reading=MESSAGES,
        fields=(*CHAT, Field("label", ("label",), others=("kto_tag",))),
        label=("label", "kto_tag"),
        says_verdict=True,
        holds=OF_MESSAGES | {"files", "verdict"},
        familiar=1,
    ),
    Format(
        id="openai_rft",
        title=Note("OpenAI and Azure reinforcement rows"),
        method="rft",
        order=100,
        fits=is_ungraded,
        why=Note("rows have messages that end with the user, and other fields for a grader"),
        reading=MESSAGES._replace(conversation=_conversation_of_ungraded),
        fields=(Field("messages", ("prompt",)),),
        label=("reference_answer", "reference", "answer", "label", "target"),
        familiar=1,
    ),
    Format(
        id="openai_vision",
        title=Note("OpenAI conversations with images"),
        method="vision",
        order=110,
        fits=shows_images,
        why=Note("rows have messages with images among their content"),
        reading=MESSAGES,
        fields=CHAT,
        only=CHAT_KEYS,
        takes_in=("openai_chat",),
        holds=OF_MESSAGES | {"files"},
    ),
    Format(
        id="openai_tools",
        title=Note("OpenAI conversations with tools"),
        method="sft",
        order=120,
        fits=uses_tools,
        why=Note("rows have messages, and tools or calls of them"),
        reading=MESSAGES,
        fields=CHAT,
        only=CHAT_KEYS,
        also=("trl_conversational", "openai_chat"),
        takes_in=("openai_chat",),
        holds=OF_MESSAGES | {"files"},
    ),
    Format(
        id="openai_chat",
        title=Note("OpenAI conversations"),
        method="sft",
        order=130,
        fits=has("messages"),
        why=Note("rows have messages"),
        reading=MESSAGES,
        fields=CHAT,
        only=CHAT_KEYS,
        also=("trl_conversational",),
        holds=OF_MESSAGES | {"files"},
        familiar=1,
    ),
)

TARGETS = (
    Target(
        id="openai_chat",
        title=Note("OpenAI conversations"),
        order=10,
        forms=frozenset({"openai_chat", "openai_tools", "openai_vision"}),
        containers=("jsonl",),
        make=openai_chat,
        loses=MESSAGE_LOSSES | {"images"},
    ),
    Target(
        id="azure_chat",
        title=Note("Azure conversations, with the byte-order mark"),
        order=20,
        forms=frozenset({"openai_chat", "openai_tools", "openai_vision"}),
        containers=("jsonl",),
        make=openai_chat,
        loses=MESSAGE_LOSSES | {"images"},
        mark=True,
    ),
    Target(
        id="openai_dpo",
        title=Note("OpenAI preference pairs"),
        order=130,
        forms=frozenset({"openai_dpo"}),
        containers=("jsonl",),
        make=openai_dpo,
        loses=PAIR_LOSSES,
        preference=True,
    ),
    Target(
        id="azure_dpo",
        title=Note("Azure preference pairs, with the byte-order mark"),
        order=140,
        forms=frozenset({"openai_dpo"}),
        containers=("jsonl",),
        make=openai_dpo,
        loses=PAIR_LOSSES,
        mark=True,
        preference=True,
    ),
)
