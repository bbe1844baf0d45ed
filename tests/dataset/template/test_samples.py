import json
from pathlib import Path

import pytest

from advisor.content.load import ContentError, load
from advisor.dataset.template import samples
from advisor.language import LANGUAGES

TASKS = [choice.id for choice in load().question("task").choices]
CODES = list(LANGUAGES)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("code", CODES)
def test_every_task_has_rows_in_every_language(task: str, code: str) -> None:
    assert samples.task_samples(task, code).id == f"{task}.{code}"


@pytest.mark.parametrize("code", CODES)
def test_there_are_refusals_in_every_language(code: str) -> None:
    assert samples.refusals(code).id == code


@pytest.mark.parametrize("task", TASKS)
def test_a_language_without_rows_gets_the_english_ones(task: str) -> None:
    assert samples.task_samples(task, "xx").id == f"{task}.en"


@pytest.mark.parametrize("task", TASKS)
def test_languages_do_not_share_a_row(task: str) -> None:
    sets = [{sample.input for sample in samples.task_samples(task, code).rows} for code in CODES]
    assert not set.intersection(*sets)


@pytest.mark.parametrize("name", sorted(samples.schemas()))
def test_the_committed_schema_is_the_one_of_the_model(name: str) -> None:
    assert (samples.FOLDER / "schemas" / name).read_text("utf-8") == samples.schemas()[name]


def test_each_file_names_its_schema_first() -> None:
    for file in samples.FOLDER.rglob("*.yaml"):
        first = file.read_text("utf-8").split("\n", 1)[0]
        assert (file.parent / first.partition("$schema=")[2]).resolve().parent == samples.FOLDER / "schemas"


def written(folder: Path, **changes: object) -> Path:
    """A folder of templates with one task whose entry is the English classification, changed."""
    entry = samples.task_samples("classification", "en").model_dump(mode="json", exclude_defaults=True) | changes
    (folder / "tasks").mkdir()
    (folder / "tasks" / "one.yaml").write_text(json.dumps([entry]), "utf-8")
    (folder / "refusals.yaml").write_text((samples.FOLDER / "refusals.yaml").read_text("utf-8"), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rows": [{"input": "a", "output": "order", "worse": "order"}] * 10}, "the same input"),
        ({"rows": [{"input": str(n), "output": "order"} for n in range(10)]}, "worse answer"),
        ({"rows": [{"input": str(n), "output": "order", "worse": "x"} for n in range(9)]}, "at least 10"),
        ({"labels": ["order", "other"]}, "not one of the labels"),
        ({"edge_cases": []}, "at least 3"),
    ],
)
def test_a_mistake_in_a_file_is_named(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    with pytest.raises(ContentError, match=said) as error:
        samples.task_samples("classification", "en", written(tmp_path, **changes))
    assert "classification.en" in str(error.value)


def test_a_task_without_rows_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match='the task "poetry"'):
        samples.task_samples("poetry", "en", written(tmp_path))
