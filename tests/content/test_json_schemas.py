import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from advisor import AnswerErrors, read_situation, situation
from advisor.content import json_schemas
from advisor.content.load import CONTENT_DIR, KINDS, load
from advisor.interview.answers_file import parse

SCHEMAS = json_schemas.schemas()


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_committed_schema_is_the_one_of_the_model(name: str) -> None:
    committed = (json_schemas.FOLDER / name).read_text("utf-8")
    assert committed == SCHEMAS[name], "run: python -m advisor.content.json_schemas"


def test_no_schema_is_left_over() -> None:
    assert {file.name for file in json_schemas.FOLDER.iterdir()} == set(json_schemas.schemas())


def test_a_schema_describes_a_list_of_entries_and_explains_their_fields() -> None:
    schema = json.loads(json_schemas.schemas()["questions.json"])
    assert schema["type"] == "array"
    question = schema["$defs"]["Question"]
    assert question["additionalProperties"] is False
    assert question["properties"]["why"]["description"].startswith("Why we ask")


def content_files() -> list[tuple[str, str]]:
    files = []
    for kind, (path, _) in KINDS.items():
        where = CONTENT_DIR / path
        found = sorted(where.rglob("*.yaml")) if where.is_dir() else [where]
        files += [(kind, file.relative_to(CONTENT_DIR).as_posix()) for file in found if file.exists()]
    return files + [
        (json_schemas.ANSWERS, f"examples/{file.name}") for file in (CONTENT_DIR / "examples").glob("*.yaml")
    ]


@pytest.mark.parametrize(("kind", "name"), content_files())
def test_a_content_file_names_its_schema_first(kind: str, name: str) -> None:
    file = CONTENT_DIR / name
    first = file.read_text("utf-8").split("\n", 1)[0]
    assert first == json_schemas.first_line(file, kind)
    assert (file.parent / first.partition("$schema=")[2]).resolve() == json_schemas.FOLDER / f"{kind}.json"


def wrong(answers: dict[str, Any]) -> list[str]:
    schema = json_schemas.answers(load())
    return [
        str(error.path[0]) if error.path else error.validator
        for error in Draft202012Validator(schema).iter_errors(answers)
    ]


def test_the_schema_of_answers_takes_what_the_advisor_takes() -> None:
    for file in (CONTENT_DIR / "examples").glob("*.yaml"):
        assert not wrong(dict(parse(file.read_bytes()))), file.name
    for case in load().cases:
        assert not wrong(situation(**case.answers).as_dict()), case.id


@pytest.mark.parametrize(
    "answer",
    [
        {"gap": ["nothing"]},
        {"citations": "perhaps"},
        {"labelled_examples": "many"},
        {"target_score": [1, 2, 3]},
        {"goal": 3},
    ],
    ids=lambda answer: next(iter(answer)),
)
def test_the_schema_of_answers_refuses_what_the_advisor_refuses(answer: dict[str, Any]) -> None:
    assert wrong(answer) == [*answer]
    with pytest.raises(AnswerErrors):
        read_situation(answer)


def test_the_schema_of_answers_knows_no_other_names() -> None:
    assert wrong({"colour": "red"}) == ["additionalProperties"]
