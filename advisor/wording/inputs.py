"""What went in: the answers, as typed and as read, the readiness they show, the assumptions, and how to get the same
advice again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from advisor.content.load import Content
from advisor.engine.advice import Advice, Side
from advisor.interview.number_input import Reading, Wanted, read, shown
from advisor.language import Language
from advisor.wording import labels


@dataclass(frozen=True, slots=True)
class SideText:
    id: str
    title: str
    state: Literal["ready", "not_ready", "unknown"]
    state_name: str
    ready: tuple[str, ...]
    not_ready: tuple[str, ...]
    between: tuple[str, ...]
    """Answered, but neither for nor against being ready."""
    unknown: tuple[str, ...]
    """Not answered."""


@dataclass(frozen=True, slots=True)
class AnswerText:
    id: str
    side: str
    question: str
    answer: str
    measured: str
    """How, where it was measured; else empty."""
    own_words: bool
    """Free text, as the user typed it."""


@dataclass(frozen=True, slots=True)
class AssumptionText:
    id: str
    text: str
    value: str
    origin: str
    overridden: bool


def state_names(lang: Language) -> dict[str, str]:
    """How ready one is."""
    return {"ready": lang("Ready"), "not_ready": lang("Not ready"), "unknown": lang("Not known yet")}


def readiness(advice: Advice, content: Content, lang: Language) -> tuple[SideText, ...]:
    """The five sides of the readiness card with the answers that decide each."""
    titles = {
        "why": lang("Why tune?"),
        "tried": lang("What was tried?"),
        "failing": lang("What fails?"),
        "data": lang("Which data?"),
        "quality": lang("How do we measure?"),
    }
    states = state_names(lang)
    between, not_asked = lang("In between"), lang("Not asked")

    def answered(question: str) -> str:
        value = labels.answer_of(question, advice.answers.get(question), content, lang)
        return f"{labels.asked(labels.question_of(question, content, lang))} {value}"

    def unanswered(side: Side) -> list[str]:
        return [question for question in side.unknown if advice.answers.get(question) is None]

    return tuple(
        SideText(
            id=side.id,
            title=titles[side.id],
            state=side.state,
            state_name=not_asked
            if not asked(side, advice)
            else states[side.state]
            if side.state != "unknown"
            else between
            if not unanswered(side)
            else lang("Partly known")
            if side.ready_because
            else states["unknown"],
            ready=tuple(answered(question) for question in side.ready_because),
            not_ready=tuple(answered(question) for question in side.not_ready_because),
            between=tuple(answered(question) for question in side.unknown if question not in unanswered(side)),
            unknown=tuple(labels.question_of(question, content, lang) for question in unanswered(side)),
        )
        for side in advice.readiness
    )


def asked(side: Side, advice: Advice) -> bool:
    """Whether anything of a side of readiness was asked, though the answer may not be known."""
    return bool(side.ready_because or side.not_ready_because) or any(key in advice.answers for key in side.unknown)


def answers(advice: Advice, content: Content, lang: Language) -> tuple[AnswerText, ...]:
    """The answers given, in the order of the questions; "don't know" is an answer too."""
    pilots = {key: labels.measurement(one, lang) for one in advice.measurements for key in one.answers}
    return tuple(
        AnswerText(
            id=question.id,
            side=question.side,
            question=lang(question.text),
            answer=labels.answer(question, advice.answers[question.id], lang),
            measured=pilots.get(question.id, lang("measured")) if question.id in advice.measured else "",
            own_words=question.type == "text",
        )
        for question in content.questions
        if question.id in advice.answers and question.id not in advice.ignored
    )


def assumptions(advice: Advice, content: Content, lang: Language) -> tuple[AssumptionText, ...]:
    """The numbers that nobody was asked for, with where each comes from."""
    origins = {entry.ref: entry for entry in advice.basis.values() if entry.kind == "assumption"}
    return tuple(
        AssumptionText(
            id=value.assumption,
            text=lang(content.assumption(value.assumption).text),
            value=labels.quantity(advice.answers[value.assumption], value.unit, lang)
            if value.overridden and value.assumption in advice.answers
            else labels.assumed(value, lang),
            origin=labels.basis(origins[value.assumption], content, lang)
            if value.assumption in origins
            else lang("your own value")
            if value.overridden
            else lang("assumption, yours to change"),
            overridden=value.overridden,
        )
        for value in advice.assumptions
    )


def repeat_command(advice: Advice, lang: Language, answers_file: str = "answers.yaml") -> str:
    """The command that gives the same advice again, in the same language, from a file with the same answers."""
    spoken = "" if lang.code == "en" else f" --lang {lang.code}"
    without = "".join(f" --without {term}" for term in advice.switched_off)
    return f"advisor advise {answers_file} --at {advice.at.isoformat()}{without}{spoken}"


def project(advice: Advice) -> str:
    """The name that the user gave the use case, as typed; empty if none."""
    return str(advice.answers.get("project") or "")


def said_back(value: Reading, wanted: Wanted, lang: Language) -> str:
    """A reading as the rest of the app shows it, or with every digit of it where that would round."""
    text = labels.quantity(value, wanted.unit, lang)
    return text if read(text, wanted, lang).value == value else shown(value, wanted, lang)
