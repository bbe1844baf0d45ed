from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from advisor.content.entries import Option, Question, Rule
from advisor.content.load import CONTENT_DIR, ContentError, load, load_entries

CONTENT = load()


def refused(tmp_path: Path, text: str, model: type = Rule) -> str:
    file = tmp_path / "entries.yaml"
    file.write_text(text)
    with pytest.raises(ContentError) as caught:
        load_entries(file, model)
    return str(caught.value)


def test_a_mistake_names_file_entry_and_field(tmp_path: Path) -> None:
    text = "- {id: a, when: 'TRUE', technical: lots, because: So., sources: [own], evidence: strong}\n"
    said = refused(tmp_path, text)
    assert said.startswith("entries.yaml: a: technical: ")


def test_an_unknown_field_is_refused(tmp_path: Path) -> None:
    text = "- {id: a, when: 'TRUE', advise: x, because: So., sources: [own], evidence: strong}\n"
    assert "entries.yaml: a: advise: " in refused(tmp_path, text)


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    row = "- {id: a, when: 'TRUE', advice: x, because: So., sources: [own], evidence: strong}\n"
    assert "entries.yaml: a: this id already stands in entries.yaml" in refused(tmp_path, row * 2)


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    assert 'the key "id" appears twice' in refused(tmp_path, "- {id: a, id: b}\n")


def test_what_is_no_yaml_names_the_line(tmp_path: Path) -> None:
    assert refused(tmp_path, "- id: a\n  when: [\n").startswith("entries.yaml:")


def test_what_is_no_list_says_what_is_expected(tmp_path: Path) -> None:
    assert "expected a list of entries" in refused(tmp_path, "id: a\n")


def test_yes_and_no_are_words(tmp_path: Path) -> None:
    file = tmp_path / "q.yaml"
    file.write_text(
        "- {id: a, type: choice, side: goal, text: A?, choices: [{id: no, text: N, prior: 0.5}, "
        "{id: yes, text: Y, prior: 0.5}]}\n"
    )
    assert load_entries(file, Question)[0].values == ("no", "yes")


def test_priors_of_a_choice_add_up_to_one(tmp_path: Path) -> None:
    text = "- {id: a, type: choice, side: goal, text: A?, choices: [{id: x, text: X, prior: 0.4}]}\n"
    assert "add up to 0.4, not 1" in refused(tmp_path, text, Question)


def test_a_rule_that_does_nothing_is_refused(tmp_path: Path) -> None:
    text = "- {id: a, when: 'TRUE', because: So., sources: [own], evidence: strong}\n"
    assert "a rule needs blocks, before or advice" in refused(tmp_path, text)


def test_the_ladder_has_eleven_rungs_in_order() -> None:
    assert [option.rung for option in CONTENT.options] == list(range(1, 12))
    assert all(isinstance(option, Option) for option in CONTENT.options)
    assert all(f"{option.id}_days" in {one.id for one in CONTENT.assumptions} for option in CONTENT.options)


def test_names_of_questions_and_assumptions_do_not_clash() -> None:
    questions = {question.id for question in CONTENT.questions} | {
        column for question in CONTENT.questions for column in question.columns
    }
    assert not questions & {assumption.id for assumption in CONTENT.assumptions}


def test_every_reference_leads_somewhere() -> None:
    sources = {source.id for source in CONTENT.sources}
    for entry in (*CONTENT.rules, *CONTENT.questions, *CONTENT.options):
        assert set(entry.sources) <= sources, entry.id
    assert {one.source for one in CONTENT.assumptions if one.source} <= sources
    questions = {question.id for question in CONTENT.questions}
    assert {sign.question for sign in CONTENT.readiness} <= questions
    for told in (*CONTENT.gaps, *CONTENT.data_needs, *CONTENT.data_schools):
        assert set(told.sources) <= sources, told.id
    assert {gap.option for gap in CONTENT.gaps} <= {option.id for option in CONTENT.options}
    assert {shown for gap in CONTENT.gaps for shown in gap.shows} <= {one.id for one in CONTENT.question("gap").choices}
    assert {sign for need in CONTENT.data_needs for sign in need.signs} <= {sign.id for sign in CONTENT.readiness}


def test_the_version_changes_with_the_content(tmp_path: Path) -> None:
    copy = tmp_path / "content"
    shutil.copytree(CONTENT_DIR, copy)
    assert load(copy).version == CONTENT.version
    with (copy / "options.yaml").open("a") as file:
        file.write("\n# a remark\n")
    load.cache_clear()
    assert load(copy).version != CONTENT.version
    load.cache_clear()


def test_a_platform_that_names_a_fact_that_there_is_not_is_refused(tmp_path: Path) -> None:
    copy = tmp_path / "content"
    shutil.copytree(CONTENT_DIR, copy)
    platforms = (copy / "platforms.yaml").read_text("utf-8")
    known = platforms + "- {id: acme, name: Acme, methods: [sft], minimum_rows: openai.minimum-examples}\n"
    (copy / "platforms.yaml").write_text(known, "utf-8")
    assert load(copy).platforms[-1].id == "acme"
    load.cache_clear()
    for field in ("minimum_rows: x.y", "facts: [x.y]", "by_model: {m: x.y}", "by_method: {sft: {images: x.y}}"):
        row = f"- {{id: acme, name: Acme, methods: [sft], {field}}}\n"
        (copy / "platforms.yaml").write_text(platforms + row, "utf-8")
        with pytest.raises(ContentError, match=r'^content/platforms.yaml: acme: there is no "x.y" in facts/dated$'):
            load(copy)


def test_a_choice_that_stands_for_others_names_two_that_there_are_and_has_no_prior(tmp_path: Path) -> None:
    rows = "{id: x, text: X, prior: 0.5}, {id: y, text: Y, prior: 0.5}"
    for unsure in ("either: [x]", "either: [x, z]", "prior: 0.0, either: [u, x]"):
        text = f"- {{id: a, type: choice, side: goal, text: A?, choices: [{rows}, {{id: u, text: U, {unsure}}}]}}\n"
        assert "u: either needs two or more other choices" in refused(tmp_path, text, Question)
