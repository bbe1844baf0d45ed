"""One word for one thing in every translation, and a list of the words that can be trusted."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.content.load import ContentError
from advisor.translations import terms
from advisor.translations.messages import TRANSLATED, Translation
from advisor.translations.terms import FOLDER, Avoided, Exempt, WordChoice, avoided, lacking

CHOICE = WordChoice(
    id="evaluation-set",
    term="evaluatieset",
    english=("evaluation set",),
    forms=("evaluatiesets",),
    names=("Testset Deluxe",),
    avoid=(Avoided(form="*testset*", why="the test set is another"),),
    exempt=(Exempt(messages=("No evaluation set is",), why="the sentence before names it"),),
)


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_keeps_to_the_words_chosen(code: str) -> None:
    found = "\n".join(map(str, terms.departures(code)))
    assert not found, f"see content/locales/{code}/terms.yaml:\n{found}"


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_exemption_excuses_something(code: str) -> None:
    assert not list(terms.unused_exemptions(code))


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_file_names_its_schema_which_is_the_one_of_the_model(code: str) -> None:
    first = (FOLDER / code / "terms.yaml").read_text("utf-8").split("\n", 1)[0]
    (name,) = terms.schemas()
    assert first == f"# yaml-language-server: $schema=../schemas/{name}"
    assert (FOLDER / "schemas" / name).read_text("utf-8") == terms.schemas()[name]


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("De testset telt.", True),
        ("De Testsets tellen.", True),
        ("Een minitestset.", True),
        ("De test setelt zich.", False),
        ("Testset Deluxe is een product.", False),
        ("De {testset} is ingevuld.", False),
    ],
)
def test_a_form_to_avoid_is_found_as_a_word_in_any_inflection(text: str, held: bool) -> None:
    assert bool(list(avoided([CHOICE], [("here", text)]))) is held


@pytest.mark.parametrize(
    ("english", "dutch", "lacks"),
    [
        ("Build an evaluation set.", "Maak een evaluatieset.", False),
        ("Two Evaluation sets.", "Twee EVALUATIESETS.", False),
        ("Build an evaluation set.", "Maak een proefset.", True),
        ("Build an evaluation setting.", "Maak een opstelling.", False),
        ("No evaluation set is there.", "Die is er niet.", False),
    ],
)
def test_a_message_with_the_english_needs_the_term(english: str, dutch: str, lacks: bool) -> None:
    assert bool(list(lacking([CHOICE], [Translation(english, (dutch,), "here")]))) is lacks


def test_every_form_of_a_plural_needs_the_term() -> None:
    entry = Translation("{n} evaluation set", ("{n} evaluatieset", "{n} sets"), "here")
    (found,) = lacking([CHOICE], [entry])
    assert found.text == "{n} sets"


def test_a_mistake_in_the_file_is_told_with_file_and_entry(tmp_path: Path) -> None:
    (tmp_path / "nl").mkdir()
    (tmp_path / "nl" / "terms.yaml").write_text("- id: route\n  word: route\n", "utf-8")
    with pytest.raises(ContentError, match=r"terms\.yaml: route: term"):
        terms.word_choices("nl", tmp_path)


def test_sample_rows_of_a_language_are_read_and_those_of_others_are_not() -> None:
    texts = [text for _, text in terms.template_texts("nl")]
    assert any("passages" in text for text in texts)
    assert not any(text.startswith("I cannot answer") for text in texts)


def test_the_command_lists_what_departs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    made_up = terms.Departure("ui.po:3", "route", "De weg is dicht.", "no road")
    monkeypatch.setattr(terms, "departures", lambda code: iter([made_up]))
    assert terms.main(["nl"]) == 1
    assert capsys.readouterr().out == "ui.po:3: route: no road: De weg is dicht.\n"
