"""What someone may have meant, and that a stranger cannot make looking for it long."""

import json

import pytest

from advisor import decode, encode, situation, suggest
from advisor.content.load import load
from advisor.interview.answers_file import read_situation
from advisor.interview.situation import MOST_SUGGESTED, AnswerErrors
from advisor.language import language

KNOWN = ("requests_per_month", "request_tokens", "labelled_examples", "evaluation_set", "evaluation_days", "gap")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("requests", ("requests_per_month",)),
        ("month", ("requests_per_month",)),
        ("Evaluation-Set", ("evaluation_set",)),
        ("evaluation", ("evaluation_set", "evaluation_days")),
        ("labeled_examples", ("labelled_examples",)),
        ("evaluation_sett", ("evaluation_set",)),
        ("gpa", ("gap",)),
        ("--gap", ("gap",)),
        ("zzz", ()),
        ("", ()),
        ("x" * 5_000, ()),
        (5, ()),
    ],
)
def test_what_was_meant_is_found(given, meant):
    assert suggest.near(given, KNOWN) == meant


def test_a_suggestion_is_told_in_the_reader_s_language():
    assert suggest.meant("evaluation", KNOWN, language("en")) == "Did you mean evaluation_set or evaluation_days?"
    assert suggest.meant("evaluation", KNOWN, language("nl")) == "Bedoel je evaluation_set of evaluation_days?"
    assert suggest.meant("zzz", KNOWN, language("nl")) == ""


@pytest.fixture
def looked_for(monkeypatch):
    """How often something like a name was looked for."""
    looked: list[str] = []

    def counted(wanted, names):
        looked.append(wanted)
        return []

    monkeypatch.setattr(suggest, "spelt_alike", counted)
    return looked


def test_a_hostile_address_is_read_without_looking_for_what_it_meant(looked_for):
    import base64
    import zlib

    keys = {f"key{number:05}": 1 for number in range(9_289)}
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(json.dumps({**keys, "goal": "vague"}).encode()) + packer.flush()
    found = decode(base64.urlsafe_b64encode(packed).decode())
    assert looked_for == []
    assert len(found.dropped) == 9_289
    assert found.answers == {"goal": "vague"}


def test_a_hostile_file_is_told_what_was_meant_for_as_many_mistakes_as_are_shown(looked_for):
    with pytest.raises(AnswerErrors) as problem:
        read_situation({f"key{number:05}": 1 for number in range(5_000)})
    assert len(problem.value.errors) == 5_000
    assert len(looked_for) == MOST_SUGGESTED


def test_an_address_with_wrong_values_drops_them_as_before():
    packed = encode(situation(goal="vague"))
    assert decode(packed).answers == {"goal": "vague"}


@pytest.mark.parametrize("written", ["yes", "Yes", "YES", " yes ", True])
def test_yes_is_read_however_it_is_written(written):
    assert situation(evaluation_set=written).answers["evaluation_set"] == "yes"
    assert situation(gap="Style").answers["gap"] == ("style",)
    assert situation(gap=["STYLE", "cost"]).answers["gap"] == ("style", "cost")


@pytest.mark.parametrize("written", ["no", "No", "NO", False])
def test_no_is_read_however_it_is_written(written):
    yes_no = next(one.id for one in load().questions if one.type == "yes_no")
    assert situation(**{yes_no: written}).answers[yes_no] == "no"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            {"goal": "measureable"},
            'goal: "measureable" is not one of: measurable, vague, none; did you mean measurable?',
        ),
        ({"gap": ["knowlege"]}, "did you mean knowledge?"),
        ({"requests": 5}, "requests: there is no such question; did you mean requests_per_month?"),
    ],
)
def test_a_mistake_names_what_may_be_meant(answer, said):
    with pytest.raises(AnswerErrors) as problem:
        read_situation(answer)
    assert said in str(problem.value)
