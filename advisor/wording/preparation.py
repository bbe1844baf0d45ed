"""Before any training: which gap it is and what to try first, and what the training data must be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from advisor.content.load import Content
from advisor.engine.advice import Advice
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.grounds import SourceText, named_sources
from advisor.wording.inputs import state_names

State = Literal["ready", "not_ready", "unknown"]
SIZE, QUALITY = "size", "quality"
"""What data needs: enough of it, and that it is good."""
GAP = "gap"
"""The question on what goes wrong."""


@dataclass(frozen=True, slots=True)
class GapText:
    """One of the gaps, with those of its kind that were ticked."""

    id: str
    title: str
    looks: str
    first: str
    option: str
    """Id of what is tried first."""
    ticked: tuple[str, ...]
    sources: tuple[SourceText, ...]


@dataclass(frozen=True, slots=True)
class NeedText:
    """One thing that the data must be, with the answers that say whether it is."""

    id: str
    title: str
    asks: str
    state: State
    state_name: str
    asked: bool
    """Whether any of its questions was."""
    answered: tuple[str, ...]
    unknown: tuple[str, ...]
    """Questions without an answer."""
    sources: tuple[SourceText, ...]


@dataclass(frozen=True, slots=True)
class SchoolText:
    """What one school says on how many examples it takes, and when that applies."""

    title: str
    says: str
    applies: str
    sources: tuple[SourceText, ...]


def gaps(advice: Advice, content: Content, lang: Language) -> tuple[GapText, ...]:
    """The four gaps; first those of which something was ticked."""
    given = advice.answers.get(GAP)
    ticked = given if isinstance(given, (tuple, list)) else ()
    names = {choice.id: lang(choice.text) for choice in content.question(GAP).choices}
    told = [
        GapText(
            id=gap.id,
            title=lang(gap.title),
            looks=lang(gap.looks),
            first=lang(gap.first),
            option=gap.option,
            ticked=tuple(names[choice] for choice in gap.shows if choice in ticked),
            sources=named_sources(gap.sources, content, lang),
        )
        for gap in content.gaps
    ]
    return tuple(sorted(told, key=lambda text: not text.ticked))


def data_needs(advice: Advice, content: Content, lang: Language) -> tuple[NeedText, ...]:
    """Size, quality and balance, each with its state by the signs of readiness that it names."""
    questions = {sign.id: sign.question for sign in content.readiness}
    state_of: dict[str, State] = {}
    for side in advice.readiness:
        state_of |= dict.fromkeys(side.ready_because, "ready")
        state_of |= dict.fromkeys(side.not_ready_because, "not_ready")
    told = []
    for need in content.data_needs:
        asked = [questions[sign] for sign in need.signs]
        states = [state_of.get(question, "unknown") for question in asked]
        state: State = "not_ready" if "not_ready" in states else "unknown" if "unknown" in states else "ready"
        known = [question for question in asked if advice.answers.get(question) is not None]
        told_state = state_names(lang)[state]
        if state == "unknown" and known == asked:
            told_state = lang("In between")
        was_asked = any(question in advice.answers for question in asked)
        if not was_asked:
            told_state = lang("Not asked")
        told.append(
            NeedText(
                id=need.id,
                title=lang(need.title),
                asks=lang(need.asks),
                state=state,
                state_name=told_state,
                asked=was_asked,
                answered=tuple(
                    f"{labels.asked(labels.question_of(question, content, lang))} "
                    f"{labels.answer_of(question, advice.answers[question], content, lang)}"
                    for question in known
                ),
                unknown=tuple(labels.question_of(one, content, lang) for one in asked if one not in known),
                sources=named_sources(need.sources, content, lang),
            )
        )
    good = next(need.state for need in told if need.id == QUALITY) == "ready"
    # Enough of them is said of a count; whether they are good is another need.
    counted = [need.id == SIZE and need.state == "ready" and not good for need in told]
    enough = lang("Enough in number")
    return tuple(replace(need, state_name=enough) if alone else need for need, alone in zip(told, counted, strict=True))


def data_schools(content: Content, lang: Language) -> tuple[SchoolText, ...]:
    """The schools on how many examples it takes."""
    return tuple(
        SchoolText(lang(one.title), lang(one.says), lang(one.applies), named_sources(one.sources, content, lang))
        for one in content.data_schools
    )
