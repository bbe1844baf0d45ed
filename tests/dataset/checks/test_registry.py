"""Adding a check takes one function and the words of its content; the code of a check stands where its group says."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from advisor.cli.check_text import check_text
from advisor.content.data_checks import GROUPS, Check
from advisor.content.load import Content, ContentError, load
from advisor.dataset import checks
from advisor.dataset.check_json import check_dict
from advisor.dataset.checks import CHECKS, Answer, Example, File, PlainChat, Text
from advisor.dataset.files.source import open_source
from advisor.dataset.inspection.inspect import Inspection, inspect
from advisor.dataset.row import Fault
from advisor.language import language
from tests.dataset.checks.rows import chat

WORDS = {
    "id": "haiku",
    "group": "text",
    "severity": "warning",
    "title": "Haiku",
    "message": "The row is a haiku about {subject}.",
    "why": "Five, seven, five is all that the model learns.",
    "fix": "Write prose.",
    "sources": ("own",),
}
ROWS = [chat(user=f"What do frogs do in pond {n}?", assistant=f"They jump {n} times.") for n in range(30)]
ROWS[11] = chat(user="What do frogs do in the old pond?", assistant="A frog jumps into it, and the sound is water's.")


@pytest.fixture
def content() -> Content:
    """The content with the words of one check more, as an entry in `checks.yaml` gives it."""
    known = load()
    return known.model_copy(update={"checks": (*known.checks, Check(**WORDS)), "version": "haiku"})


@pytest.fixture
def taken_back() -> Iterator[None]:
    """Takes the check back that a test registers."""
    yield
    CHECKS.remove("haiku")


def inspected(content: Content) -> Inspection:
    data = "\n".join(json.dumps(row) for row in ROWS).encode()
    return inspect(open_source(data, "pond.jsonl"), content=content)


def is_about_water(text: str) -> bool:
    return "the sound is water" in text


def of_rows() -> None:
    @CHECKS.of_rows("haiku")
    def haiku(example: Example) -> Iterator[Fault]:
        if example.conversation is not None and is_about_water(example.conversation.target_text):
            yield Fault("haiku", "messages", "", {"subject": "water"})


def of_rows_that_are_not_plain() -> None:
    def passes(chat: PlainChat) -> bool:
        return chat.tokens < 30

    @CHECKS.of_rows("haiku", passes=passes)
    def haiku(example: Example) -> Iterator[Fault]:
        if example.conversation is not None and is_about_water(example.conversation.target_text):
            yield Fault("haiku", "messages", "", {"subject": "water"})


def of_texts() -> None:
    @CHECKS.of_texts("haiku")
    def haiku(text: Text) -> Iterator[Fault]:
        if text.learnt and is_about_water(text.text):
            yield Fault("haiku", text.field, "", {"subject": "water"})


def of_texts_that_show_it() -> None:
    @CHECKS.of_texts("haiku", shows=lambda: "sound is [wW]ater")
    def haiku(text: Text) -> Iterator[Fault]:
        if text.learnt and is_about_water(text.text):
            yield Fault("haiku", text.field, "", {"subject": "water"})


def of_answers() -> None:
    @CHECKS.of_answers("haiku", may=lambda answer, asked: "old pond" in asked)
    def haiku(answer: Answer) -> Iterator[Fault]:
        if is_about_water(answer.text):
            yield Fault("haiku", answer.field, "", {"subject": "water"})


def of_files() -> None:
    @CHECKS.of_files("haiku")
    def haiku(file: File) -> Iterator[Fault]:
        if file.facts.rows == len(ROWS):
            yield Fault("haiku", "", "", {"subject": "ponds"})


@pytest.mark.parametrize(
    "register", [of_rows, of_rows_that_are_not_plain, of_texts, of_texts_that_show_it, of_answers, of_files]
)
def test_a_check_that_is_registered_is_found_with_its_words(
    register: Callable[[], None], content: Content, taken_back: None
) -> None:
    before = inspect(open_source("\n".join(map(json.dumps, ROWS)).encode(), "pond.jsonl")).counts
    register()
    found = inspected(content)
    assert found.counts == dict(sorted({**before, "haiku": 1}.items()))
    [finding] = [finding for finding in found.findings if finding.check == "haiku"]
    assert finding.severity == "warning"
    assert finding.line == (None if register is of_files else 12)
    english = language("en")
    subject = "ponds" if register is of_files else "water"
    assert f"The row is a haiku about {subject}." in check_text(found, content, english)
    told = check_dict(found, content, english)["findings"]
    assert {"id": "haiku", "fix": "Write prose."}.items() <= next(one for one in told if one["id"] == "haiku").items()


def test_a_check_without_words_is_an_error_that_names_the_file_for_them(taken_back: None) -> None:
    of_files()
    with pytest.raises(ContentError, match=r'"haiku" is registered, and content/checks.yaml has no words'):
        inspected(load())


def test_a_check_is_forgotten_once() -> None:
    of_texts()
    assert "haiku" in CHECKS.ids
    CHECKS.remove("haiku")
    assert "haiku" not in CHECKS.ids
    with pytest.raises(LookupError, match="haiku"):
        CHECKS.remove("haiku")


ELSEWHERE = {
    "reading": "what cannot be read is told where it is read",
    "tools": "what Parquet fills up is told where it is read",
    "duplicates": "",
    "leakage": "",
    "privacy": "",
}
"""Groups whose checks stand, all or in part, in another folder."""


ENCODINGS = {"latin-1"}
"""Names of encodings that are ids of checks too, and stand in modules that read."""


def told_in(module: Path) -> set[str]:
    """The ids of the checks whose findings a module makes."""
    ids = {check.id for check in load().checks}
    words = {node.value for node in ast.walk(ast.parse(module.read_text("utf-8"))) if isinstance(node, ast.Constant)}
    return {word for word in words if isinstance(word, str) and word in ids} - ENCODINGS


def test_the_code_of_a_check_stands_in_the_module_called_as_its_group() -> None:
    folder = Path(checks.__file__).parent
    groups: dict[str, set[str]] = {}
    for check in load().checks:
        groups.setdefault(check.group, set()).add(check.id)
    modules = {module.stem: told_in(module) for module in folder.glob("*.py") if module.stem != "registry"}
    for group, ids in groups.items():
        assert modules.get(group, set()) <= ids, group
        if group not in ELSEWHERE:
            assert modules[group] == ids, group
    assert {name for name, ids in modules.items() if ids} == groups.keys() - {"duplicates", "leakage", "privacy"}


def test_checks_are_told_by_group_and_within_one_as_they_stand_in_its_module() -> None:
    for registered in (CHECKS.rows, CHECKS.texts, CHECKS.answers, CHECKS.files):
        modules = [check.look.__module__.rpartition(".")[2] for check in registered]
        assert modules == sorted(modules, key=GROUPS.index)
    structure = [check.ids[0] for check in CHECKS.files if check.look.__module__.endswith(".structure")]
    assert structure == ["unknown-format", "mixed-kinds", "turn-keys-differ"]


@pytest.mark.parametrize("group", ["structure", "limits"])
def test_a_check_that_joins_a_module_is_told_after_those_of_its_group(group: str, taken_back: None) -> None:
    def haiku(file: File) -> Iterator[Fault]:
        yield Fault("haiku")

    haiku.__module__ = f"advisor.dataset.checks.{group}"
    before = [check.ids[0] for check in CHECKS.files]
    last = [check.ids[0] for check in CHECKS.files if check.look.__module__ == haiku.__module__][-1]
    CHECKS.of_files("haiku")(haiku)
    place = before.index(last) + 1
    assert [check.ids[0] for check in CHECKS.files] == [*before[:place], "haiku", *before[place:]]
