"""What the votes of a room come to: how it moved between two votes, a file of the votes, and a report."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from advisor.content.load import Content
from advisor.dataset.files.writers import guarded
from advisor.language import language
from advisor.report.markdown import literal
from advisor.workshop.case_texts import CaseTexts, case_texts
from advisor.workshop.debate import Step
from advisor.workshop.step_words import choice_names, confidence_name, step_name, task
from advisor.workshop.store import Room, Vote

COLUMNS = ("round", "case", "person", "nickname", "choice", "confidence", "why", "cast")
"""Of the file of votes. Ids and not names, so that files of rooms in two languages go together."""


@dataclass(frozen=True)
class Shift:
    """How people moved from one ballot to another; only those count who voted on both."""

    both: int
    moved: int
    """Of them, who chose otherwise the second time."""
    ways: tuple[tuple[str, str, int], ...]
    """From which choice to which, and how many, the most frequent first."""


def shift(votes: Iterable[Vote], first: str, second: str) -> Shift:
    """How a room moved between two of its ballots."""
    by_person: dict[int, dict[str, str]] = {}
    for vote in votes:
        if vote.ballot in (first, second):
            by_person.setdefault(vote.participant, {})[vote.ballot] = vote.choice
    both = [(given[first], given[second]) for given in by_person.values() if len(given) == 2]
    ways = Counter((before, after) for before, after in both if before != after)
    ordered = sorted(ways.items(), key=lambda way: (-way[1], way[0]))
    return Shift(len(both), ways.total(), tuple((before, after, n) for (before, after), n in ordered))


def tallied(votes: Iterable[Vote], ballot: str) -> Counter[str]:
    """How many voted for what on a ballot."""
    return Counter(vote.choice for vote in votes if vote.ballot == ballot)


def votes_csv(votes: Sequence[Vote], people: Mapping[int, str]) -> bytes:
    """The votes as CSV in UTF-8 with a byte-order mark, one a row in the order in which they came.

    People have numbers in the order in which they joined. No cell is a formula to a spreadsheet.
    """
    numbers = {participant: place for place, participant in enumerate(people, 1)}
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for vote in votes:
        kind, _, case = vote.ballot.partition(":")
        rows.writerow(
            [
                kind,
                case,
                numbers.get(vote.participant, ""),
                guarded(people.get(vote.participant, "")),
                vote.choice,
                vote.confidence or "",
                guarded(vote.why),
                vote.cast.isoformat(timespec="seconds"),
            ]
        )
    return out.getvalue().encode("utf-8-sig")


def report(room: Room, votes: Sequence[Vote], people: int, code: str, content: Content) -> str:
    """A report of a room as Markdown, in the language of this code. What people typed is text in it, and no markup.

    Of a case that was not reached only its name stands there.
    """
    lang = language(code)
    reached = room.steps[: room.state.step + 1]
    parts = [
        f"# {literal(room.title)}",
        literal(
            lang(
                "Workshop of {date}, {people}. The advice is as of {day}, with content {version}.",
                date=lang.date(room.created.date()),
                people=lang.plural("{n} person", "{n} people", people),
                day=lang.date(room.day),
                version=room.content_version,
            )
        ),
        literal(lang("Votes are what people in one room thought, and prove nothing about tuning.")),
    ]
    parts += _around(reached, votes, code, content)
    for case in room.cases:
        texts = case_texts(case, room.day, code, content)
        steps = [step for step in reached if step.case == case]
        if texts:
            parts += [f"## {literal(texts.name)}", *_case(steps, texts, votes, code, content)]
    return "\n\n".join(parts) + "\n"


def _around(reached: Sequence[Step], votes: Sequence[Vote], code: str, content: Content) -> list[str]:
    asked = [step for step in reached if step.votes and not step.case]
    if not asked:
        return []
    lang = language(code)
    return [
        f"## {literal(lang('The question before and after'))}",
        literal(task(asked[0].kind, lang)),
        _table(asked, votes, code, content),
    ]


def _case(steps: Sequence[Step], texts: CaseTexts, votes: Sequence[Vote], code: str, content: Content) -> list[str]:
    lang, kinds = language(code), {step.kind: step for step in steps}
    if not steps:
        return [literal(lang("The room did not come to this case."))]
    parts = [literal(texts.facts)]
    if "shift" in kinds:
        both = [kinds["first"], kinds["second"]]
        parts += [_table(both, votes, code, content), literal(moved(shift(votes, both[0].key, both[1].key), code))]
        parts += _whys(both, votes, code, content)
    if "option" in kinds and "advice" in kinds:
        parts.append(_table([kinds["option"]], votes, code, content))
    if "advice" in kinds:
        parts += [f"**{literal(step_name('advice', lang))}** {literal(texts.headline)}"]
        parts.append("\n".join(f"- {literal(reason)}" for reason in texts.reasons))
    if "outcome" in kinds:
        source = f"[{literal(texts.source)}](<{texts.url}>)" if texts.url else literal(texts.source)
        parts += [
            f"**{literal(step_name('outcome', lang))}** {literal(texts.outcome)}. {literal(texts.held_against)}",
            literal(texts.lesson),
            f"{literal(lang('Source:'))} {source}, {literal(texts.title)}, {texts.year}, {literal(texts.strength)}",
        ]
    if "flip" in kinds and texts.flips:
        parts.append("\n".join(f"- {literal(flip)}" for flip in texts.flips))
    return [part for part in parts if part]


def moved(found: Shift, code: str) -> str:
    """How a room moved, in a sentence."""
    lang = language(code)
    if not found.both:
        return lang("Nobody voted both times.")
    return lang.plural(
        "{moved} of {n} person who voted both times chose otherwise the second time.",
        "{moved} of {n} people who voted both times chose otherwise the second time.",
        found.both,
        moved=lang.number(found.moved),
    )


def _table(steps: Sequence[Step], votes: Sequence[Vote], code: str, content: Content) -> str:
    lang = language(code)
    names = choice_names(steps[0], content, lang)
    counts = [tallied(votes, step.key) for step in steps]
    heads = [lang("Choice"), *(step_name(step.kind, lang) for step in steps)]
    rows = [[name, *(lang.number(count[choice]) for count in counts)] for choice, name in names.items()]
    lines = [heads, *rows]
    cells = [f"| {' | '.join(literal(cell) for cell in line)} |" for line in lines]
    return "\n".join([cells[0], f"| --- |{' ---: |' * len(steps)}", *cells[1:]])


def _whys(steps: Sequence[Step], votes: Sequence[Vote], code: str, content: Content) -> list[str]:
    """What people wrote, under what they chose, without their names."""
    lang = language(code)
    names = choice_names(steps[0], content, lang)
    keys = [step.key for step in steps]
    lines = [
        f"- {literal(_sure(names[vote.choice], confidence_name(vote.confidence, lang)))}: {literal(vote.why)}"
        for vote in sorted(
            votes, key=lambda vote: ([*names].index(vote.choice) if vote.choice in names else 0, vote.cast)
        )
        if vote.why and vote.ballot in keys and vote.choice in names
    ]
    return ["\n".join(dict.fromkeys(lines))]


def _sure(choice: str, confidence: str) -> str:
    return f"{choice} ({confidence})" if confidence else choice


def file_name(room: Room, end: str, today: date) -> str:
    """What a file of a room is called: nothing that somebody typed stands in it."""
    return f"workshop-{room.code}-{today.isoformat()}.{end}"
