"""What is said of a conversation by the order of its roles alone."""

from __future__ import annotations

import pytest

from advisor.dataset.checks import passes
from advisor.dataset.platforms import platform
from advisor.dataset.rows.order import Order, answers_of, by_turns, order

NAMES = {"s": "system", "d": "developer", "u": "user", "a": "assistant", "t": "tool"}


def roles(said: str) -> tuple[str, ...]:
    return tuple(NAMES[sign] for sign in said)


@pytest.mark.parametrize(
    ("said", "chat", "instructing", "asked", "target", "answers"),
    [
        ("ua", True, (), (0,), 1, ((1, 0),)),
        ("sua", True, (0,), (1,), 2, ((2, 1),)),
        ("suaua", True, (0,), (1, 2, 3), 4, ((2, 1), (4, 3))),
        ("au", False, (), (), 0, ((0, -1),)),
        ("uaa", False, (), (0, 1), 2, ((1, 0), (2, 0))),
        ("uata", False, (), (0, 1, 2), 3, ((1, 0), (3, 0))),
        ("uas", False, (2,), (0,), 1, ((1, 0),)),
        ("dua", False, (0,), (1,), 2, ((2, 1),)),
        ("uau", False, (), (0,), 1, ((1, 0),)),
        ("s", False, (0,), (), None, ()),
        ("u", False, (), (0,), None, ()),
    ],
)
def test_the_order_of_a_conversation(
    said: str,
    chat: bool,
    instructing: tuple[int, ...],
    asked: tuple[int, ...],
    target: int | None,
    answers: tuple[tuple[int, int], ...],
) -> None:
    assert order(roles(said)) == Order(roles(said), chat, instructing, asked, target, answers)
    assert answers_of(roles(said)) == answers


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("ua", "chat"),
        ("sua", "chat"),
        ("u", "prompt"),
        ("sau", "none"),
        ("uau", "prompt"),
        ("a", "answer"),
        ("", "none"),
    ],
)
def test_each_kind_ends_where_it_must(said: str, kinds: str) -> None:
    assert [kind for kind in ("chat", "prompt", "answer") if by_turns(roles(said), kind)] == (
        [] if kinds == "none" else [kinds]
    )


def test_what_passes_at_once_depends_on_the_platform() -> None:
    chat, developer = order(roles("sua")), order(roles("dua"))
    assert passes(chat, 1 << 40, "openai_chat")
    assert not passes(developer, 1, "openai_chat")
    assert not passes(chat, 1, "alpaca")
    assert not passes(chat, 1, "openai_chat", "rft")
    openai = platform("openai", "sft")
    assert openai.example_tokens is not None
    most = openai.example_tokens.value
    assert passes(chat, most, "openai_chat", "sft", openai)
    assert not passes(chat, most + 1, "openai_chat", "sft", openai)
    assert not passes(chat, 1, "openai_chat", "sft", openai.model_copy(update={"roles": ("user", "assistant")}))
    assert not passes(chat, 1, "openai_chat", "sft", openai.model_copy(update={"reserved": ("[INST]",)}))
