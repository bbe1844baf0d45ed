"""Fields chosen from what a command prints as JSON."""

import json

import pytest

from advisor.cli.fields import chosen
from advisor.cli.refusals import BadInput
from advisor.language import language

EN = language("en")
TEXT = json.dumps(
    {"verdict": "dont", "ranking": [{"option": "rag", "band": {"p10": 1, "p90": 3}}, {"option": "sft"}], "flips": []}
)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("verdict", {"verdict": "dont"}),
        ("verdict, ranking.option", {"verdict": "dont", "ranking": [{"option": "rag"}, {"option": "sft"}]}),
        ("ranking.band.p10", {"ranking": [{"band": {"p10": 1}}, {}]}),
        (
            "ranking.option,ranking",
            json.loads(TEXT, object_pairs_hook=dict) and {"ranking": json.loads(TEXT)["ranking"]},
        ),
        ("flips.sentence", {"flips": []}),
    ],
)
def test_fields_keep_their_place(fields, expected):
    assert json.loads(chosen(TEXT, fields, EN)) == expected


def test_of_a_list_each_entry_is_cut():
    assert json.loads(chosen('[{"a": 1, "b": 2}, {"a": 3}]', "a", EN)) == [{"a": 1}, {"a": 3}]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ("verdit", ["there is no field verdit", "verdict, ranking, flips", "Did you mean verdict?"]),
        ("ranking.opton", ["ranking.opton", "option, band", "Did you mean option?"]),
        ("verdict.x", ["verdict.x", "verdict has no fields"]),
        (" , ", ["expected names of fields"]),
    ],
)
def test_a_field_that_is_nowhere_is_refused(fields, words):
    with pytest.raises(BadInput) as problem:
        chosen(TEXT, fields, EN)
    assert all(word in str(problem.value) for word in ["--fields", *words])


def test_without_fields_nothing_changes():
    assert chosen(TEXT, None, EN) is TEXT
