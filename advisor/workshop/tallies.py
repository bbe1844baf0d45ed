"""What the votes of a room come to: how it moved between two votes, and a file of the votes."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from advisor.dataset.files.writers import guarded
from advisor.language import Language, language
from advisor.workshop.ballots import parts
from advisor.workshop.debate import Step, ballot_step
from advisor.workshop.step_words import step_name
from advisor.workshop.store import Room, Vote

COLUMNS = ("round", "case", "person", "nickname", "choice", "confidence", "why", "cast", "counted", "n", "about")
"""Of the file of votes. Ids and not names, so that files of rooms in two languages go together. `counted` is by
`phone`, where `n` is 1, or by `hand`, where a row stands for so many. `about` is the question that was asked.
"""
Hands = Mapping[str, Mapping[str, int]]
"""What was counted by hand, on paper: by ballot, how many chose what."""


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
    """How many voted for what on a ballot. A vote that names several choices counts for each."""
    return Counter(choice for vote in votes if vote.ballot == ballot for choice in parts(vote.choice))


def written_in(votes: Iterable[Vote], step: Step) -> list[str]:
    """What people wrote on a ballot, each line once and without names; nothing that was hidden."""
    return [*dict.fromkeys(vote.shown_why for vote in votes if vote.ballot == step.key and vote.shown_why)]


def split(tally: Mapping[str, int]) -> Counter[str]:
    """A tally by single choices: votes that name several count for each."""
    counts = Counter[str]()
    for choice, n in tally.items():
        counts.update(dict.fromkeys(parts(choice), n))
    return counts


def series(votes: Sequence[Vote], hands: Hands, steps: Iterable[Step], lang: Language) -> dict[str, Counter[str]]:
    """How many chose what on each of these ballots, by what that is called: what was counted by hand stands for itself.

    Of a ballot that was only counted by hand nothing else is shown.
    """
    rows = {}
    for step in steps:
        name, phones, raised = step_name(step.kind, lang), tallied(votes, step.key), hands.get(step.key)
        if phones or not raised:
            rows[name] = phones
        if raised:
            rows[lang("{ballot}, counted by hand", ballot=name)] = Counter(raised)
    return rows


def votes_csv(votes: Sequence[Vote], people: Mapping[int, str], hands: Hands, steps: Sequence[Step]) -> bytes:
    """The votes as CSV in UTF-8 with a byte-order mark, one a row in the order in which they came; then what was
    counted by hand, a row for each choice.

    People have numbers in the order in which they joined. What whoever leads has hidden is left out. No cell is a
    formula to a spreadsheet.
    """
    numbers = {participant: place for place, participant in enumerate(people, 1)}
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for vote in votes:
        kind, case, about = _parts_of(vote.ballot, steps)
        rows.writerow(
            [
                kind,
                case,
                numbers.get(vote.participant, ""),
                guarded(people.get(vote.participant, "")),
                vote.choice,
                vote.confidence or "",
                guarded(vote.shown_why),
                vote.cast.isoformat(timespec="seconds"),
                "phone",
                1,
                about,
            ]
        )
    for ballot, counts in hands.items():
        kind, case, about = _parts_of(ballot, steps)
        rows.writerows([kind, case, "", "", choice, "", "", "", "hand", n, about] for choice, n in counts.items())
    return out.getvalue().encode("utf-8-sig")


def _parts_of(ballot: str, steps: Sequence[Step]) -> tuple[str, str, str]:
    """Step, case and question of a ballot."""
    step = ballot_step(steps, ballot)
    return (step.kind, step.case, step.about) if step else (ballot, "", "")


def moved(shift: Shift, code: str, *, by_hand: bool = False) -> str:
    """How a room moved, in a sentence; of what was counted by hand nobody can say who moved."""
    lang = language(code)
    hands = lang("Counted by hand: how many chose what is known, and not who chose otherwise the second time.")
    if not shift.both:
        return hands if by_hand else lang("Nobody voted both times.")
    phones = lang.plural(
        "{moved} of {n} person who voted both times chose otherwise the second time.",
        "{moved} of {n} people who voted both times chose otherwise the second time.",
        shift.both,
        moved=lang.number(shift.moved),
    )
    return f"{phones} {hands}" if by_hand else phones


def file_name(room: Room, end: str, today: date) -> str:
    """What a file of a room is called: nothing that somebody typed stands in it."""
    return f"workshop-{room.code}-{today.isoformat()}.{end}"
