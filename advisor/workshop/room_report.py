"""The report of a room, one document for PDF and Markdown: its votes, its reasons, the advice and what was published.

What people typed stands in runs of style `own`; nothing renders it as markup.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from types import MappingProxyType

from advisor.content.entries import WorkshopStep
from advisor.content.load import Content
from advisor.language import Language, language
from advisor.report.model import Block, Column, Items, Paper, Paragraph, Run, Section, Sheet, Table, Text
from advisor.workshop.case_texts import CaseTexts, case_texts
from advisor.workshop.debate import DESCRIBED, Step
from advisor.workshop.mode_sheets import monday_sheet, quiz_sheet, sure_table, teams_sheet, together_sections
from advisor.workshop.own_case import teams_of
from advisor.workshop.paper_parts import listed, outcome, paper_of, paragraph
from advisor.workshop.room_answers import Agreed, agreed
from advisor.workshop.step_words import choice_name, choice_names, confidence_name, step_name, task
from advisor.workshop.store import Room, Vote
from advisor.workshop.tallies import Hands, moved, series, shift

OVERVIEW: tuple[WorkshopStep, ...] = ("first", "second", "advice", "outcome")
"""What the overview of several cases has in its columns."""
MOST_LINES = 18
"""Of what people wrote on the page of a case; more stands behind the cases, small and in two columns."""
LINE = 95
"""Characters of a line, about."""


@dataclass(frozen=True)
class _Told:
    """What every part of the report is told from."""

    votes: Sequence[Vote]
    hands: Hands
    content: Content
    lang: Language
    day: date
    agreed: Mapping[str, Agreed]


def room_report(
    room: Room,
    votes: Sequence[Vote],
    people: int,
    code: str,
    content: Content,
    hands: Hands,
    picks: Mapping[str, str] = MappingProxyType({}),
) -> Paper:
    """The report in the language of this code. Of a case that was not reached only its name stands there; `picks` are
    the answers that whoever leads took.
    """
    lang = language(code)
    told = _Told(votes, hands, content, lang, room.day, agreed(room.steps, votes, hands, picks, content))
    steps = reached(room, hands)
    sheets = [*_around(steps, told)]
    cases = [(case, texts) for case in room.cases if (texts := case_texts(case, room.day, code, content))]
    debated = {step.case for step in room.steps if step.kind == "first"}
    if len(debated) > 1:
        sheets += _overview([case for case in cases if case[0] in debated], steps, told)
    for case, texts in cases:
        sections = _case([step for step in steps if step.case == case], texts, told)
        sheets.append(
            Sheet(id=case, title=texts.name, below=texts.level, sections=sections, begins_page=len(cases) > 1)
        )
    for case, texts in cases:
        whys = _whys([step for step in steps if step.case == case], told)
        if _too_many(whys):
            blocks = (Items(numbered=False, items=whys, columns=2),)
            section = Section(id="whys", title="", blocks=blocks)
            sheets.append(
                Sheet(id=f"whys-{case}", title=lang("What people wrote: {case}", case=texts.name), sections=(section,))
            )
    sheets += _modes(room, steps, told)
    day = lang.date(room.created.date())
    above = lang("Fine-Tune Advisor: workshop of {date}", date=day)
    return paper_of(room, above, _intro(room, people, told), sheets, lang)


def _modes(room: Room, steps: Sequence[Step], told: _Told) -> list[Sheet]:
    """What a room did beside debating published cases."""
    kinds = {step.kind: step for step in steps}
    sheets = []
    if "agreed" in kinds and kinds["agreed"].case == DESCRIBED:
        parts = together_sections(told.agreed, told.day, told.content, told.lang)
        facts = Section(id="facts", title="", blocks=(Paragraph(runs=(Run(text=room.story, style="own"),)),))
        sheets.append(Sheet(id="described", title=room.story_name, sections=(facts, *parts), begins_page=False))
    if "wall" in kinds:
        sheets.append(teams_sheet(teams_of(told.votes, told.content), told.day, told.content, told.lang))
    if quiz := quiz_sheet(steps, told.votes, told.hands, told.content, told.lang):
        sheets.append(quiz)
    if "monday" in kinds:
        sheets.append(monday_sheet(kinds["monday"], told.votes, told.content, told.lang))
    return sheets


def reached(room: Room, hands: Hands) -> tuple[Step, ...]:
    """The steps that a room has come to: by its page, or on paper, as far as the votes that were counted by hand.

    On paper what follows a vote on the same case was seen with it, until the next vote.
    """
    last = room.state.step
    for number, step in enumerate(room.steps):
        if step.key not in hands:
            continue
        after = number
        while (
            after + 1 < len(room.steps) and not room.steps[after + 1].votes and room.steps[after + 1].case == step.case
        ):
            after += 1
        last = max(last, after)
    return room.steps[: last + 1]


def _intro(room: Room, people: int, told: _Told) -> tuple[Block, ...]:
    lang = told.lang
    told_of = lang(
        "Workshop of {date}, {people}. The advice is as of {day}, with content {version}.",
        date=lang.date(room.created.date()),
        people=lang.plural("{n} person", "{n} people", people),
        day=lang.date(room.day),
        version=room.content_version,
    )
    raised = max((sum(counts.values()) for counts in told.hands.values()), default=0)
    if raised:
        by_hand = lang.plural(
            "Of one vote {n} was counted by hand, on paper; people are those who joined by phone.",
            "Of one vote up to {n} were counted by hand, on paper; people are those who joined by phone.",
            raised,
        )
        told_of = f"{told_of} {by_hand}"
    proves = lang("Votes are what people in one room thought, and prove nothing about tuning.")
    return paragraph(told_of), paragraph(proves)


def _around(steps: Sequence[Step], told: _Told) -> list[Sheet]:
    asked = [step for step in steps if step.kind in ("entry", "exit")]
    if not asked:
        return []
    title = told.lang("The question before and after")
    sure = sure_table(asked, told.votes, told.lang)
    blocks = (paragraph(task(asked[0].kind, told.lang)), _votes(asked, told), *sure)
    section = Section(id="around", title="", blocks=blocks)
    return [Sheet(id="around", title=title, sections=(section,), begins_page=False)]


def _overview(cases: Sequence[tuple[str, CaseTexts]], steps: Sequence[Step], told: _Told) -> list[Sheet]:
    """The cases whose outcome was seen, a row each: the two votes, the advice, and what came out."""
    lang = told.lang
    held = {step.key: step for step in steps}
    rows = tuple(
        tuple(
            (Run(text=text),)
            for text in (
                texts.name,
                *(_chosen(held[f"{kind}:{case}"], told) for kind in ("first", "second")),
                choice_name(texts.verdict, told.content, lang),
                texts.outcome,
            )
        )
        for case, texts in cases
        if f"outcome:{case}" in held
    )
    heads = (lang("The case"), *(step_name(kind, lang) for kind in OVERVIEW))
    table = Table(id="overview", columns=tuple(Column(label=head) for head in heads), rows=rows)
    section = Section(id="overview", title="", blocks=(table,))
    return [Sheet(id="overview", title=lang("The cases"), sections=(section,), begins_page=False)] if rows else []


def _chosen(step: Step, told: _Told) -> str:
    """The votes of a ballot in a line, by phone and by hand together."""
    together = sum(series(told.votes, told.hands, [step], told.lang).values(), Counter[str]())
    names = choice_names(step, told.content, told.lang)
    return ", ".join(
        f"{name}\N{NO-BREAK SPACE}{told.lang.number(together[choice], 9)}" for choice, name in names.items()
    )


def _case(steps: Sequence[Step], texts: CaseTexts, told: _Told) -> tuple[Section, ...]:
    lang, kinds = told.lang, {step.kind: step for step in steps}
    if not steps:
        return (Section(id="facts", title="", blocks=(paragraph(lang("The room did not come to this case.")),)),)
    parts: list[tuple[str, tuple[Block, ...]]] = [("", (paragraph(texts.facts),))]
    if "shift" in kinds:
        both = [kinds["first"], kinds["second"]]
        parts += [(step_name("shift", lang), (_votes(both, told), *_moved(both, told)))]
        whys = _whys(steps, told)
        if _too_many(whys):
            later: Block = paragraph(lang("{n} lines, at the end of this report.", n=lang.number(len(whys), 9)))
        else:
            later = Items(numbered=False, items=whys)
        parts += [(lang("What people wrote"), (later,))] if whys else []
    if "option" in kinds and "advice" in kinds:
        parts.append((step_name("option", lang), (_votes([kinds["option"]], told, chosen_only=True),)))
    if "advice" in kinds:
        headline = Paragraph(runs=(Run(text=texts.headline, style="strong"),))
        parts.append((step_name("advice", lang), (headline, *listed(texts.reasons), paragraph(texts.plan))))
    if "agreed" in kinds:
        parts += [(one.title, one.blocks) for one in together_sections(told.agreed, told.day, told.content, lang)]
    if "outcome" in kinds:
        parts.append((step_name("outcome", lang), outcome(texts, lang)))
    if "flip" in kinds and texts.flips:
        parts.append((step_name("flip", lang), listed(texts.flips)))
    numbered = enumerate(parts)
    return tuple(Section(id=str(place), title=title, blocks=blocks) for place, (title, blocks) in numbered if blocks)


def _votes(steps: Sequence[Step], told: _Told, *, chosen_only: bool = False) -> Block:
    """The votes of ballots with the same choices beside each other; if asked, only those choices that somebody made."""
    lang = told.lang
    names = choice_names(steps[0], told.content, lang)
    counts = series(told.votes, told.hands, steps, lang)
    if chosen_only:
        names = {choice: name for choice, name in names.items() if any(count[choice] for count in counts.values())}
        if not names:
            return paragraph(lang("Nobody voted."))
    columns = (
        Column(label=lang("Choice"), width=2),
        *(Column(label=name, align="right") for name in counts),
    )
    rows = tuple(
        ((Run(text=name),), *((Run(text=lang.number(count[choice], 9)),) for count in counts.values()))
        for choice, name in names.items()
    )
    return Table(id=f"votes-{steps[0].kind}", columns=columns, rows=rows)


def _moved(both: Sequence[Step], told: _Told) -> tuple[Block, ...]:
    lang = told.lang
    moves = shift(told.votes, both[0].key, both[1].key)
    by_hand = any(step.key in told.hands for step in both)
    ways = [
        lang(
            "{before} → {after}: {n}",
            before=choice_name(before, told.content, lang),
            after=choice_name(after, told.content, lang),
            n=lang.number(n, 9),
        )
        for before, after, n in moves.ways
    ]
    return (paragraph(moved(moves, lang.code, by_hand=by_hand)), *listed(ways))


def _whys(steps: Sequence[Step], told: _Told) -> tuple[Text, ...]:
    """What people wrote on a case, under what they chose, without their names; nothing before its votes were seen."""
    kinds = {step.kind: step for step in steps}
    if "shift" not in kinds:
        return ()
    keys = [kinds["first"].key, kinds["second"].key]
    names = choice_names(kinds["first"], told.content, told.lang)
    places = {choice: place for place, choice in enumerate(names)}
    lines = dict.fromkeys(
        (_sure(names[vote.choice], confidence_name(vote.confidence, told.lang)), vote.shown_why)
        for vote in sorted(told.votes, key=lambda vote: (places.get(vote.choice, 0), vote.cast))
        if vote.shown_why and vote.ballot in keys and vote.choice in names
    )
    return tuple((Run(text=f"{chose}: "), Run(text=why, style="own")) for chose, why in lines)


def _too_many(whys: Sequence[Text]) -> bool:
    return sum(ceil(sum(len(run.text) for run in runs) / LINE) for runs in whys) > MOST_LINES


def _sure(choice: str, confidence: str) -> str:
    return f"{choice} ({confidence})" if confidence else choice
