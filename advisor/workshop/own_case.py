"""Projects of the people in a room: a team answers the questions of a quick interview, and gets its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from advisor import encode, read_situation
from advisor.content.load import Content
from advisor.engine.agenda import must_ask
from advisor.interview.situation import Situation
from advisor.workshop.ballots import answers_of
from advisor.workshop.debate import Step
from advisor.workshop.store import Vote

OWN = Step("own").key
"""The ballot on which a team says what it is called."""


@dataclass(frozen=True)
class Team:
    """A team and its answers, by the person whose phone it uses."""

    participant: int
    name: str
    """Empty where whoever leads has hidden it."""
    situation: Situation
    left: str
    """The question that comes next; empty where all were answered."""

    @property
    def address(self) -> str:
        """The answers as an address has them."""
        return encode(self.situation)


def team_of(own: Mapping[str, Vote], content: Content) -> Team | None:
    """The team of somebody with these votes; None where they have named none."""
    named = own.get(OWN)
    if named is None:
        return None
    start = f"{OWN}:"
    chosen = {ballot.removeprefix(start): vote.choice for ballot, vote in own.items() if ballot.startswith(start)}
    asked = _asked(chosen, content)
    answers = answers_of({key: chosen[key] for key in asked if key in chosen}, content)
    return Team(
        participant=named.participant,
        name=named.shown_why,
        situation=read_situation(answers, content),
        left=next((key for key in asked if key not in chosen), ""),
    )


def _asked(chosen: Mapping[str, str], content: Content) -> list[str]:
    """The questions that whoever answers like this is asked, in order."""
    situation = read_situation(answers_of(chosen, content), content)
    return [question.id for question in must_ask(situation, content)]


def teams_of(votes: Iterable[Vote], content: Content) -> tuple[Team, ...]:
    """The teams of a room, in the order in which they began."""
    by_person: dict[int, dict[str, Vote]] = {}
    for vote in votes:
        if vote.ballot == OWN or vote.ballot.startswith(f"{OWN}:"):
            by_person.setdefault(vote.participant, {})[vote.ballot] = vote
    teams = (team_of(own, content) for own in by_person.values())
    return tuple(team for team in teams if team)
