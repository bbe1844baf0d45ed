"""What the user has tried: which options work, which fell short, and which there is no point in trying again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from advisor.content.load import Content
from advisor.engine.conditions import Mask
from advisor.interview.situation import Situation, Value

Signs = Mapping[str, tuple[object, ...]]
"""Answers that say something together, by question."""

TRAINED = ("sft", "distill", "rag_sft", "encoder", "dpo", "rft")
"""Ways in which a model can have been trained; where nobody said which, it is taken for the first."""


def trained(*states: str) -> tuple[tuple[tuple[str, ...], Signs], ...]:
    """For each way of training, the answers that say that the model so trained is in one of these states."""
    return tuple(
        ((way,), {"tuned_model": states, "tuned_how": (way, None) if way == TRAINED[0] else (way,)}) for way in TRAINED
    )


WORKS: tuple[tuple[tuple[str, ...], Signs], ...] = (
    (("prompting", "few_shot"), {"prompt_result": ("good",)}),
    (("structured",), {"chain_tried": ("helped",)}),
    (("rag",), {"rag_tried": ("works",)}),
    *trained("good"),
)
"""Options that reach the target already."""
FELL_SHORT: tuple[tuple[tuple[str, ...], Signs], ...] = (
    (("structured",), {"chain_tried": ("short",)}),
    (("rag",), {"rag_tried": ("misused",)}),
    *trained("plateau"),
)
"""Options that fell short for good. None of them are a search that misses, which can be mended, a prompt, which can be
made better, and a model that loses one skill for another, which can be trained anew on examples of both.
"""
READ = tuple({question for _, signs in FELL_SHORT for question in signs} | {"prompt_result", "prompt_tried", "gap"})
"""Questions that say what fell short."""
FOUND: Signs = {"rag_tried": ("works",)}
"""The answer that says that retrieval brings the facts."""
FACTS = frozenset({"knowledge", "search"})
"""What is wrong no longer where retrieval brings the facts. Of anything else it is a part that the rest is built on,
and no answer: behaviour, cost and time are as they were.
"""
NEEDLESS: tuple[tuple[tuple[str, ...], Signs], ...] = ((("rag", "rag_sft"), {"rag_tried": ("not_needed",)}),)
"""Options of which the user said that there is no need."""
LEAVES: dict[str, frozenset[str]] = {
    "structured": frozenset({"style", "preference", "knowledge", "search", "cost", "latency"}),
    "rag": frozenset({"style", "format", "preference", "tools", "repetition", "cost", "latency"}),
}
"""What an option leaves as it is: a schema gives no tone of voice, and passages none either. Assumption."""
LOOKS_UP: Signs = {
    "citations": (True, "yes"),
    "knowledge_source": ("private", "recent"),
    "knowledge_changes": ("monthly", "weekly", "daily"),
    "rag_tried": ("misses", "misused", "works"),
}
"""Answers each of which says that there is something to look up, whatever goes wrong."""
PROMPTS = frozenset({"prompting", "few_shot"})
"""Ways to prompt; a prompt that was tried with care had examples."""
SHOWN = frozenset({"few_shot"})
"""What is left to try where a good prompt had the same examples each time: those most like the input."""
PROMPTED = ("near", "poor")
"""Results of a prompt that fell short. Of published teams whose good prompt did so one in five ended with a better one,
so that is no end by itself; but once the plan asked for a prompt and somebody measured it, it is.
"""


def works(situation: Situation) -> frozenset[str]:
    """Options that the user said reach the target."""
    return _options(situation, WORKS) - _built_on(situation)


def fell_short(situation: Situation) -> frozenset[str]:
    """Options that are not recommended, since they were tried and fell short for good."""
    over = _options(situation, FELL_SHORT) | _built_on(situation)
    return over | _prompted(situation) if "prompt_result" in situation.measured else over


def in_use(situation: Situation) -> frozenset[str]:
    """Options that were tried with care and are not said to be enough: nobody is told to use what they use."""
    return (fell_short(situation) | (PROMPTS if _shown(situation) else _prompted(situation))) - works(situation)


def needless(situation: Situation) -> frozenset[str]:
    """Options of which the user said that there is no need, or which leave all as it is that goes wrong."""
    wrong = frozenset(gaps(situation))
    leaves = {option for option, left in LEAVES.items() if wrong and wrong <= left}
    if any(situation.answers.get(question) in said for question, said in LOOKS_UP.items()):
        leaves.discard("rag")
    if situation.answers.get("documents") is not None:
        leaves.discard("rag")
    return frozenset(leaves) | _options(situation, NEEDLESS)


def done(situation: Situation) -> frozenset[str]:
    """Options that work already, are not needed or fell short, a good prompt with examples too unless these were the
    same each time: no plan goes on to them.
    """
    over = works(situation) | fell_short(situation) | needless(situation)
    if not _shown(situation):
        return over - {"few_shot"}
    return over | (_prompted(situation) - (SHOWN if _same_each_time(situation) else frozenset()))


def gaps(situation: Situation) -> tuple[str, ...]:
    """What is wrong today, as it was said."""
    answer = situation.answers.get("gap")
    return tuple(str(name) for name in answer) if isinstance(answer, tuple) else ()


def _built_on(situation: Situation) -> frozenset[str]:
    """Retrieval, where it works and something else is wrong."""
    found = all(situation.answers.get(question) in said for question, said in FOUND.items())
    return frozenset({"rag"}) if found and not FACTS.issuperset(gaps(situation)) else frozenset()


def _prompted(situation: Situation) -> frozenset[str]:
    """The ways to prompt that fell short."""
    if situation.answers.get("prompt_result") not in PROMPTED:
        return frozenset()
    return PROMPTS if _shown(situation) else frozenset({"prompting"})


def _shown(situation: Situation) -> bool:
    """Whether the prompt that was tried had examples and was tested."""
    return situation.answers.get("prompt_tried") == "good"


def _same_each_time(situation: Situation) -> bool:
    """Whether it was said that the examples in the prompt were not picked for each input."""
    return situation.answers.get("retrieved_examples") == "no"


def _options(situation: Situation, table: Iterable[tuple[tuple[str, ...], Signs]]) -> frozenset[str]:
    return frozenset(
        option
        for options, signs in table
        if all(situation.answers.get(question) in values for question, values in signs.items())
        for option in options
    )


def shut(situations: Sequence[Situation], content: Content) -> Mask:
    """Situations x options: where an option fell short for good."""
    rows: list[Mask] = []
    for situation in situations:
        said = tuple(map(situation.answers.get, READ))
        rows.append(_shut(content, said, "prompt_result" in situation.measured))
    return np.array(rows)


@lru_cache(maxsize=4096)
def _shut(content: Content, said: tuple[Value, ...], measured: bool) -> Mask:
    """Per option, whether it fell short for good by the answers to `READ`; `measured`: the result of a prompt was."""
    answers = dict(zip(READ, said, strict=True))
    short = fell_short(Situation(answers, frozenset({"prompt_result"} if measured else ())))
    return np.array([option.id in short for option in content.options])
