"""Teams and their projects."""

from __future__ import annotations

from datetime import UTC, datetime

from advisor import decode, situation
from advisor.content.load import load
from advisor.engine.agenda import must_ask
from advisor.workshop.own_case import team_of, teams_of
from advisor.workshop.store import Vote

CONTENT = load()
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def own(person: int = 1, name: str = "Kiwi", hidden: bool = False, **answers: str) -> dict[str, Vote]:
    cast = {"own": Vote(person, "own", "team", 0, name, NOON, hidden)}
    return cast | {f"own:{key}": Vote(person, f"own:{key}", choice, 0, "", NOON) for key, choice in answers.items()}


def test_a_team_is_asked_what_anybody_with_its_answers_is_asked():
    assert team_of(own(), CONTENT).left == "task"
    assert team_of(own(task="qa", gap="knowledge", prompt_tried="no"), CONTENT).left == "documents"
    answered = own()
    while left := team_of(answered, CONTENT).left:
        answered |= own(**{left: "unknown"})
    team = team_of(answered, CONTENT)
    assert [*team.situation.answers] == [question.id for question in must_ask(team.situation, CONTENT)]


def test_its_address_holds_its_answers():
    team = team_of(own(task="qa", gap="knowledge+cost", labelled_examples="10..50"), CONTENT)
    asked = situation(task="qa", gap=["knowledge", "cost"], labelled_examples=(10, 50))
    assert decode(team.address).answers == asked.answers


def test_an_answer_to_what_another_answer_made_needless_does_not_count():
    assert "label_count" in team_of(own(task="classification", label_count="2..5"), CONTENT).situation.answers
    assert "label_count" not in team_of(own(task="qa", label_count="2..5"), CONTENT).situation.answers


def test_who_named_no_team_has_none_and_a_hidden_name_is_not_told():
    alone = own(task="qa")
    del alone["own"]
    assert team_of(alone, CONTENT) is None
    cast = [*own(1, task="qa").values(), *own(2, "rude", hidden=True).values(), *(vote for vote in alone.values())]
    assert [(team.participant, team.name) for team in teams_of(cast, CONTENT)] == [(1, "Kiwi"), (2, "")]
