"""Whether a file is ready: each line comes from what was found, and names the answer that it gives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from advisor.content.load import load
from advisor.dataset import Inspection, inspect, open_source
from advisor.dataset.readiness.answers import answers
from advisor.dataset.readiness.card import Card, answer_text, as_dict, card
from advisor.language import language

CONTENT = load()
EN = language("en")


def row(n: int, answer: str = "", asked: str = "") -> dict[str, Any]:
    """A row like no other."""
    words = " ".join(f"{(n * 7919 + place * 104_729) % 99_991:x}" for place in range(12))
    return {
        "messages": [
            {"role": "user", "content": asked or f"Explain {words}?"},
            {"role": "assistant", "content": answer or f"{words[::-1]}."},
        ]
    }


def looked(*rows: Any, held: Any = None, **options: Any) -> Inspection:
    def data(some: Any) -> bytes:
        return "\n".join(one if isinstance(one, str) else json.dumps(one) for one in some).encode()

    validation = open_source(data(held), "held.jsonl") if held else None
    return inspect(open_source(data(rows), "rows.jsonl"), validation=validation, **options)


def states(found: Inspection) -> dict[str, str]:
    return {line.id: line.state for line in card(found, CONTENT, EN).lines}


SOUND = [row(n) for n in range(60)]
HELD = [row(n) for n in range(100, 110)]


def test_a_sound_file_with_rows_held_out_is_ready() -> None:
    made = card(looked(*SOUND, held=HELD), CONTENT, EN)
    assert (made.headline, made.state) == ("Ready to train on", "ok")
    assert {line.state for line in made.lines} == {"ok"}


@pytest.mark.parametrize(
    ("rows", "held", "options", "line", "state"),
    [
        (SOUND[:5], HELD, {"platform": "azure"}, "enough", "stop"),
        (SOUND[:5], HELD, {}, "enough", "look"),
        ([{"messages": SOUND[0]["messages"][:1]}], HELD, {}, "enough", "stop"),
        (SOUND[:20], HELD, {}, "enough", "look"),
        (SOUND[:20], HELD, {"platform": "fireworks"}, "enough", "ok"),
        ([{"a": n} for n in range(60)], None, {}, "format", "stop"),
        (SOUND, HELD, {"platform": "bedrock", "form": "openai_chat"}, "format", "ok"),
        ([{"prompt": f"{n}?", "completion": f"{n * 7919}"} for n in range(60)], None, {"platform": "openai"}, "format",
         "stop"),
        ([*SOUND, '{"messages": ['], HELD, {}, "faults", "stop"),
        ([*SOUND, row(70, "The cafÃ© opens at six.")], HELD, {}, "faults", "look"),
        ([*SOUND, SOUND[0]], HELD, {}, "repeats", "look"),
        (SOUND, None, {}, "held-out", "look"),
        (SOUND, SOUND[:3], {}, "held-out", "stop"),
        ([*SOUND, row(70, "Mail ann@an-example.org.")], HELD, {}, "private", "look"),
        ([*SOUND, row(70, "Pay with 4111 1111 1111 1111.")], HELD, {}, "private", "stop"),
        ([*SOUND, *(row(70 + n, "I'm sorry, but I can't help with that.") for n in range(10))], HELD, {}, "refusals",
         "look"),
        ([*SOUND, row(70, asked=SOUND[0]["messages"][0]["content"])], HELD, {}, "agreement", "look"),
        ([row(n, "yes") for n in range(40)], HELD, {}, "balance", "stop"),
        ([row(n, "no" if n == 7 else "yes") for n in range(40)], HELD, {}, "balance", "look"),
    ],
)  # fmt: skip
def test_a_line_tells_what_was_found(rows: Any, held: Any, options: dict[str, Any], line: str, state: str) -> None:
    found = looked(*rows, held=held, **options)
    assert states(found)[line] == state


def said(found: Inspection, line: str) -> str:
    one = next(one for one in card(found, CONTENT, EN).lines if one.id == line)
    return f"{one.figure}. {one.means}"


def test_a_platform_that_nobody_named_is_an_example() -> None:
    assert "For example, Azure OpenAI needs at least 10" in said(looked(*SOUND[:5]), "enough")
    assert ". Azure OpenAI needs at least 10" in said(looked(*SOUND[:5], platform="azure"), "enough")


def test_no_more_repairs_are_promised_than_there_are_errors_and_warnings_to_repair() -> None:
    shouted = json.dumps(row(70)).replace('"user"', '"User"')
    extra = row(71) | {"note": "kept unless a platform refuses it"}
    found = looked(*(f"{json.dumps(one)}\r" for one in SOUND), shouted, extra, form="openai_chat")
    assert {"mixed-line-ends", "unknown-key", "capitalised-role"} <= found.counts.keys()
    assert "1 error, 1 warning. " in said(found, "faults")
    assert "Up to 1 of them can be repaired" in said(found, "faults")


def test_a_missing_system_prompt_is_told_from_one_that_differs() -> None:
    def prompted(n: int, prompt: str) -> dict[str, Any]:
        return {"messages": [{"role": "system", "content": prompt}, *row(n)["messages"]]}

    lacking = looked(*SOUND[:20], *(prompted(n, "Be brief.") for n in range(20, 60)))
    assert said(lacking, "systems").startswith("some rows have no system prompt.")
    two = looked(*(prompted(n, "Be brief." if n % 2 else "Be kind.") for n in range(60)))
    assert said(two, "systems").startswith("2 different system prompts.")
    for found in (lacking, two):
        assert said(found, "agreement").startswith("0 answers contradict others. The same question always has")
        assert {line.id: line.state for line in card(found, CONTENT, EN).lines}["agreement"] == "ok"


def test_rows_that_only_resemble_each_other_are_not_said_to_repeat() -> None:
    words = [f"w{n}" for n in range(60)]
    near = [row(n, " ".join([*words, str(n)]), " ".join(words[::-1])) for n in (200, 201)]
    resembling, both = looked(*SOUND, *near), looked(*SOUND, *near, SOUND[0])
    assert resembling.profile.near_duplicates == 1
    assert said(resembling, "repeats").startswith("1 row nearly repeats another. ")
    assert said(both, "repeats").startswith("1 row repeats another, 1 nearly does. ")


def test_where_rows_carry_a_verdict_those_that_call_an_answer_bad_teach_too() -> None:
    rows = [row(n) | {"label": n % 2 == 0} for n in range(60)]
    assert said(looked(*rows), "enough").startswith("60 rows to learn from.")


def test_nothing_is_called_good_of_what_a_file_does_not_have() -> None:
    unread = states(looked("{", "{"))
    assert "ok" not in unread.values()
    assert not unread.keys() & {"repeats", "private", "refusals", "agreement"}
    strange = looked({"a": 1, "b": "x"}, {"a": 2, "b": "y"})
    assert not states(strange).keys() & {"refusals", "agreement"}
    assert "only what holds for every format" in said(strange, "faults").lower()
    page = card(inspect(open_source(b"<!DOCTYPE html><html></html>", "rows.jsonl")), CONTENT, EN)
    assert [(line.state, line.figure) for line in page.lines] == [("stop", "Not training data")]


def test_the_headline_counts_what_must_be_mended_and_what_to_look_at() -> None:
    assert card(looked(*SOUND), CONTENT, EN).headline == "Almost ready: 1 thing to look at"
    made = card(looked(*SOUND, SOUND[0], "{"), CONTENT, EN)
    assert made.headline == "Not ready: 1 thing to fix first"
    assert [line.state for line in made.lines] == sorted(
        (line.state for line in made.lines), key=["stop", "look", "ok"].index
    )


def made_of(code: str) -> tuple[Inspection, Card]:
    found = looked(*SOUND, row(70, "Mail ann@an-example.org."), held=SOUND[:3])
    return found, card(found, CONTENT, language(code))


@pytest.mark.parametrize("code", ["en", "nl"])
def test_lines_become_the_measured_answers_of_the_interview(code: str) -> None:
    found, made = made_of(code)
    measured = answers(found, CONTENT)[0]
    given = {line.question: line.value for line in made.lines if line.question}
    assert given.items() <= measured.items()
    assert {"labelled_examples", "data_shape", "held_out", "sensitive_data"} <= given.keys()
    for line in made.lines:
        assert bool(answer_text(line, CONTENT, language(code))) == bool(line.question)
        assert line.figure
        assert line.means.endswith(".")


def test_the_card_as_json() -> None:
    _, made = made_of("en")
    shown = json.loads(json.dumps(as_dict(made)))
    assert (shown["state"], len(shown["lines"])) == ("stop", len(made.lines))
    assert shown["lines"][0].keys() == {"id", "state", "title", "figure", "means", "question", "answer"}


@pytest.mark.parametrize("code", ["en", "nl"])
def test_a_title_names_the_subject_and_not_how_it_should_be(code: str) -> None:
    mail = [row(n, f"Write to someone{n}@an-example.org about it.") for n in range(3)]
    found = card(looked(*SOUND, *mail, held=HELD), CONTENT, language(code))
    titles = {line.id: (line.title, line.figure) for line in found.lines}
    assert (
        titles["private"]
        == {
            "en": ("Private data", "e-mail address (3)"),
            "nl": ("Privégegevens", "e-mailadres (3)"),
        }[code]
    )
    wished = {"No", "Few", "Enough", "Clean", "Geen", "Weinig", "Genoeg", "Schone"}
    assert not [line.title for line in found.lines if wished & set(line.title.split())]


def test_a_line_is_named_for_what_it_is_about_and_not_for_what_is_wished() -> None:
    found = looked(*SOUND, *(row(70 + n, f"Mail ann{n}@an-example.org.") for n in range(2)), held=HELD)
    private = next(one for one in card(found, CONTENT, EN).lines if one.id == "private")
    assert (private.title, private.figure) == ("Private data", "e-mail address (2)")
    for line in card(found, CONTENT, EN).lines:
        assert not line.title.startswith(("No ", "Enough ", "Few ", "Clean "))


def test_fifty_findings_of_a_kind_are_one_with_a_number() -> None:
    found = looked(*SOUND, *(row(70 + n, f"The cafÃ© opens at {n}.") for n in range(50)), held=HELD)
    assert "Found: garbled characters (50)." in said(found, "faults")


def test_rows_are_not_called_sound_without_a_word_on_what_was_found_between_them() -> None:
    repeated = looked(*SOUND, *SOUND, held=HELD)
    assert "what was found between rows stands in the other lines" in said(repeated, "faults")
    assert "Nothing in the rows spoils training." in said(looked(*SOUND, held=HELD), "faults")
