"""What somebody takes home: their own votes and how they moved, what came out, and the verdict on their project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from advisor.content.load import Content
from advisor.language import Language, language
from advisor.report.model import Block, Items, Paper, Paragraph, Run, Section, Sheet
from advisor.workshop.ballots import answer_name, parts, quiz_of, right_choice
from advisor.workshop.case_texts import CaseTexts, case_texts
from advisor.workshop.debate import DESCRIBED, Step
from advisor.workshop.mode_sheets import explanation, verdict_blocks
from advisor.workshop.own_case import Team, team_of
from advisor.workshop.paper_parts import listed, outcome, paper_of, paragraph, section
from advisor.workshop.quiz import score
from advisor.workshop.room_answers import Agreed, situation_of, verdict_of
from advisor.workshop.room_report import reached
from advisor.workshop.step_words import asked, choice_names, confidence_name, step_name
from advisor.workshop.store import Room, Vote


@dataclass(frozen=True)
class _Mine:
    """What every part is told from."""

    room: Room
    own: Mapping[str, Vote]
    steps: Sequence[Step]
    """Those that the room came to: of others nothing is told."""
    content: Content
    lang: Language


def person_report(
    room: Room, own: Mapping[str, Vote], agreed: Mapping[str, Agreed], code: str, content: Content, app: str
) -> Paper:
    """The report of one person, in the language of this code. `app` is the address at which their project goes on."""
    lang = language(code)
    mine = _Mine(room, own, reached(room, {}), content, lang)
    sheets = [
        *_around(mine), *_cases(mine), *_together(mine, agreed), *_project(mine, app), *_quiz(mine), *_monday(mine)
    ]  # fmt: skip
    day = lang.date(room.created.date())
    nothing = (paragraph(lang("You did not vote in this room.")),) if not own else ()
    above = lang("Fine-Tune Advisor: your own page of the workshop of {date}", date=day)
    intro = (
        paragraph(lang("What you voted and what came of it. The advice is as of {day}.", day=lang.date(room.day))),
        *nothing,
    )
    return paper_of(room, above, intro, sheets, lang)


def _sheet(name: str, title: str, *sections: Section, below: str = "") -> Sheet:
    return Sheet(id=name, title=title, below=below, sections=sections, begins_page=False)


def _votes(steps: Iterable[Step], mine: _Mine) -> tuple[Block, ...]:
    """What was voted, and written, on each of these."""
    rows = []
    for step in steps:
        vote = mine.own.get(step.key)
        if vote is None:
            continue
        names = choice_names(step, mine.content, mine.lang)
        chosen = "; ".join(names.get(choice, choice) for choice in parts(vote.choice))
        sure = confidence_name(vote.confidence, mine.lang)
        runs = [
            Run(text=f"{step_name(step.kind, mine.lang)}: "),
            Run(text=f"{chosen} ({sure})" if sure else chosen, style="strong"),
        ]
        rows.append((*runs, *((Run(text=". "), Run(text=vote.why, style="own")) if vote.why else ())))
    return (Items(numbered=False, items=tuple(rows)),) if rows else ()


def _around(mine: _Mine) -> list[Sheet]:
    blocks = _votes((step for step in mine.steps if step.kind in ("entry", "exit")), mine)
    question = paragraph(asked(Step("entry"), mine.content, mine.lang))
    title = mine.lang("The question before and after")
    return [_sheet("around", title, section("", question, *blocks))] if blocks else []


def _cases(mine: _Mine) -> list[Sheet]:
    """The cases that were debated: own votes, the advice, and what came out."""
    cases = dict.fromkeys(step.case for step in mine.steps if step.kind == "first")
    texts = {case: case_texts(case, mine.room.day, mine.lang.code, mine.content) for case in cases}
    return [_case(case, known, mine) for case, known in texts.items() if known]


def _case(case: str, texts: CaseTexts, mine: _Mine) -> Sheet:
    lang, steps = mine.lang, [step for step in mine.steps if step.case == case]
    kinds = {step.kind for step in steps}
    votes = _votes((step for step in steps if step.votes), mine)
    sections = [section("", paragraph(texts.facts)), section(lang("Your votes"), *votes or (paragraph(lang("None.")),))]
    if "advice" in kinds:
        headline = Paragraph(runs=(Run(text=texts.headline, style="strong"),))
        sections.append(section(step_name("advice", lang), headline, *listed(texts.reasons)))
    if "outcome" in kinds:
        sections.append(section(step_name("outcome", lang), *outcome(texts, lang)))
    return _sheet(case, texts.name, *sections, below=texts.level)


def _together(mine: _Mine, agreed: Mapping[str, Agreed]) -> list[Sheet]:
    """The verdict on what the room answered, and where this person had said otherwise."""
    lang, content = mine.lang, mine.content
    step = next((step for step in mine.steps if step.kind == "agreed"), None)
    if step is None:
        return []
    texts = case_texts(step.case, mine.room.day, lang.code, content)
    title = mine.room.story_name if step.case == DESCRIBED else texts.name if texts else step.case
    lines = verdict_of(situation_of(agreed.values(), content), mine.room.day, content, lang)
    otherwise = [
        lang(
            "{question} You said “{mine}”, and the room took “{taken}”.",
            question=lang(one.question.text),
            mine=answer_name(one.question, mine.own[one.step.key].choice, content, lang),
            taken=answer_name(one.question, one.taken, content, lang),
        )
        for one in agreed.values()
        if one.taken and one.step.key in mine.own and mine.own[one.step.key].choice != one.taken
    ]
    sections = [section(step_name("agreed", lang), *verdict_blocks(lines))]
    sections += [section(lang("Where you said otherwise"), *listed(otherwise))] if otherwise else []
    if texts and any(one.kind == "outcome" and one.case == step.case for one in mine.steps):
        sections.append(section(step_name("outcome", lang), *outcome(texts, lang)))
    return [_sheet("together", title, *sections)]


def own_team(room: Room, own: Mapping[str, Vote], content: Content) -> Team | None:
    """The team of this person, once the verdicts were shown; None where there is none, or it has not answered."""
    team = team_of(own, content) if any(step.kind == "wall" for step in reached(room, {})) else None
    return team if team and team.situation.answers else None


def _project(mine: _Mine, app: str) -> list[Sheet]:
    team = own_team(mine.room, mine.own, mine.content)
    if team is None:
        return []
    lines = verdict_of(team.situation, mine.room.day, mine.content, mine.lang)
    on = Paragraph(runs=(Run(text=mine.lang("Go on in the advisor, with your answers"), url=app),)) if app else None
    blocks = (*verdict_blocks(lines), *((on,) if on else ()))
    return [_sheet("project", mine.lang("Your own project"), section(mine.own["own"].why, *blocks))]


def _quiz(mine: _Mine) -> list[Sheet]:
    lang, content = mine.lang, mine.content
    had = score(mine.own, mine.steps, mine.room.state.revealed, content)
    if not had.answered:
        return []
    sections = [section("", paragraph(score_said(had.right, had.answered, lang)))]
    for step in mine.steps:
        quiz = quiz_of(step, content)
        if quiz is None or step.key not in mine.own or step.key not in mine.room.state.revealed:
            continue
        names, right = choice_names(step, content, lang), right_choice(quiz)
        chosen = lang("Your answer: {answer}.", answer=names.get(mine.own[step.key].choice, ""))
        was = (
            lang("That is right.")
            if mine.own[step.key].choice == right
            else lang("Right: {answer}", answer=names[right])
        )
        blocks = (paragraph(f"{chosen} {was}"), *explanation(quiz.id, content, lang))
        sections.append(section(asked(step, content, lang), *blocks))
    return [_sheet("quiz", step_name("quiz", lang), *sections)]


def score_said(right: int, answered: int, lang: Language) -> str:
    """How many somebody had right, which nobody else sees."""
    return lang.plural(
        "{right} of {n} answer right so far", "{right} of {n} answers right so far", answered, right=lang.number(right)
    )


def _monday(mine: _Mine) -> list[Sheet]:
    blocks = _votes((step for step in mine.steps if step.kind == "monday"), mine)
    return [_sheet("monday", step_name("monday", mine.lang), section("", *blocks))] if blocks else []
