"""Small files made after public reports of training data that failed: each fault is found, its sound neighbour is not.

The table says what is right by the rules of the platform named, and was written from the reports, before what the check
says of them. `NN-name.bad.*` holds the fault, `NN-name.ok.*` is the same without it.
"""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from advisor.cli.check_text import check_text
from advisor.content.load import load
from advisor.dataset import Finding, Inspection, convert, inspect, open_source, repair
from advisor.dataset.rag.files import write as rag_rows
from advisor.dataset.row import Note
from advisor.language import language

FILES = Path(__file__).parent / "findings"
EN = language("en")
RANK = {"info": 0, "warning": 1, "error": 2}
FEW = {"few-rows", "too-few-rows"}
"""All of these files are small."""


class Case(NamedTuple):
    """One fault: the check that must tell it, on these lines and no others, at this severity or a graver one."""

    name: str
    platform: str | None
    method: str | None
    check: str
    severity: str
    lines: tuple[int, ...] | None = None
    """None: it concerns the file."""
    validation: str | None = None


EACH = tuple(range(1, 13))
"""The line of each of the twelve rows."""

CASES = (
    Case("01-json-array-named-jsonl", "openai", None, "top-level-array", "error"),
    Case("02-unescaped-quote", "openai", None, "invalid-json", "error", (5,)),
    Case("03-objects-over-lines", "together", None, "rows-over-lines", "error"),
    Case("04-utf16", "openai", None, "utf-16", "warning"),
    Case("05-cp1252", "openai", None, "latin-1", "warning"),
    Case("06-empty-prompt", "azure", None, "empty-user-turn", "warning", EACH),
    Case("07-too-long-bedrock", "bedrock", None, "example-not-taken", "error", (12,)),
    Case("08-user-user-end", "trl", None, "consecutive-user-turns", "warning", (6,)),
    Case("08-user-user-end", "trl", None, "ends-on-user", "error", (6,)),
    Case("09-toolcall-then-assistant", "azure", None, "unanswered-tool-call", "error", (7,)),
    Case("10-gemini-role-assistant", "google", None, "unknown-role", "error", (3,)),
    Case("11-gemini-json-list", "google", None, "container-not-read", "error"),
    Case("12-function-role-azure", "azure", None, "deprecated-function-call", "warning", EACH),
    Case("13-weight-half", "openai", None, "weight-not-0-or-1", "error", (2,)),
    Case("15-sharegpt-typo-role", None, None, "unknown-role", "error", (8,)),
    Case("16-alpaca-output-object", None, None, "content-not-text", "error", EACH),
    Case("17-image-count", None, None, "media-count", "warning", (5,)),
    Case("19-mixed-type-id", "trl", None, "mixed-kinds", "warning"),
    Case("20-alpaca-number-output", None, None, "content-not-text", "error", (3,)),
    Case("22-dpo-rejected-user", "trl", "dpo", "unknown-role", "error", EACH),
    Case("23-dpo-prompt-in-chosen", "trl", "dpo", "prompt-repeated", "warning", EACH),
    Case("24-kto-one-class", "trl", None, "one-verdict", "warning"),
    Case("26-rft-ends-assistant", "openai", "rft", "ends-on-assistant", "error", EACH),
    Case("27-rft-missing-reference", "openai", "rft", "no-grader-field", "warning", (7,)),
    Case("28-special-token", "openai", None, "template-token", "warning", (5,)),
    Case("29-ssml-s-tag", "trl", None, "template-token", "warning", (5,)),
    Case("30-bos-in-text", "trl", None, "doubled-start", "warning", EACH),
    Case("31-u2028", "openai", None, "line-separator", "info", (4,)),
    Case("32-tools-blank-string", None, None, "malformed-tools", "error", (6,)),
    Case("33-arguments-doubly-encoded", "openai", None, "tool-arguments-not-json", "error", (3,)),
    Case("34-tools-in-wrong-place", "trl", None, "unknown-key", "warning", EACH),
    Case("34-tools-in-wrong-place", "trl", None, "undefined-tool", "warning", EACH),
    Case("35-autotrain-column", "autotrain", None, "unknown-format", "error"),
    Case("36-html-page", None, None, "not-training-data", "error"),
    Case("37-lfs-pointer", None, None, "not-training-data", "error"),
    Case("38-python-repr", "openai", None, "python-literal", "error", EACH),
    Case("39-nan-completion", "together", None, "nan-literal", "error", (6,)),
    # A table's first line is its header, so row 5 is line 6.
    Case("40-csv-empty-cell", None, None, "empty-answer", "error", (6,)),
    Case("41-mixed-formats", "together", None, "mixed-schemas", "error", (9,)),
    Case("42-starts-with-assistant", "together", None, "starts-on-assistant", "warning", (4,)),
    Case("43-image-not-public", "azure", "vision", "image-not-reachable", "error", (2, 3, 4)),
    Case("45-image-in-assistant", "azure", "vision", "image-not-from-user", "error", (6,)),
    Case("46-nova-order", "bedrock", None, "ends-on-user", "error", (5,)),
    Case("47-instances-shape", None, None, "unknown-format", "error"),
    Case("48-leak", None, None, "leak-exact", "error", tuple(range(1, 7)), "48-val.jsonl"),
    Case("49-reasoning-field", "openai", None, "unknown-key", "warning", EACH),
    Case("50-trailing-commas", "openai", None, "trailing-comma", "error", EACH),
    Case("51-trl-mixed-prompt-completion", "trl", None, "wrong-type", "error", EACH),
    Case("52-too-long-openai", "openai", None, "over-long-example", "error", (1,)),
    Case("53-parallel-missing-result", "openai", None, "unanswered-tool-call", "error", (6,)),
    Case("54-tool-id-mismatch", "azure", None, "orphan-tool-reply", "error", (5,)),
    Case("55-gemini-messages-for-google", "google", None, "format-not-read", "error"),
    Case("56-tool-name-schema", "openai", None, "malformed-tools", "error", (1,)),
    Case("57-empty-answer", "bedrock", None, "empty-answer", "error", (3,)),
    Case("58-xlam-shape", "openai", None, "unknown-format", "error"),
    Case("61-required-unknown-property", "openai", None, "malformed-tools", "warning", (5,)),
    Case("62-arguments-against-schema", "openai", None, "tool-arguments-do-not-fit", "warning", (4,)),
    Case("65-objects-over-lines-noplatform", None, None, "rows-over-lines", "warning"),
    Case("67-dpo-same-answers", "together", "dpo", "identical-pair", "warning", (6,)),
    Case("68-csv-messages-python-repr", "autotrain", None, "messages-not-a-list", "error", tuple(range(2, 14))),
    Case("69-messages-as-json-text", "openai", None, "messages-not-a-list", "error", EACH),
    # The fifth row alone gave both arguments.
    Case(
        "70-parquet-null-filled", "trl", None, "null-filled-arguments", "warning", (1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12)
    ),
    Case("72-developer-on-together", "together", None, "role-not-allowed", "error", EACH),
    Case("74-nine-rows", "openai", None, "too-few-rows", "error"),
    Case("75-missing-assistant", "azure", None, "no-assistant", "error", (7,)),
    Case("76-extra-key-openai", "openai", None, "unknown-key", "warning", EACH),
    Case("78-gemini-no-answer", "google", None, "no-assistant", "error", (4,)),
    Case("80-openai-on-google", "google", None, "format-not-read", "error"),
    Case("81-nova-reserved", "bedrock", None, "reserved-word", "error", (3,)),
    Case("87-dpo-two-assistants", None, None, "several-answers", "error", (3,)),
    # The rows of a JSON list are numbered, whatever its lines are.
    Case("94-pretty-array", None, None, "empty-answer", "error", (9,)),
    Case("95-multiline-csv", None, None, "empty-answer", "error", (26,)),
)
SOUND = {
    "63-tool-flow-valid": ("openai", None),
    "64-vision-same-question": ("openai", "vision"),
    "71-fireworks-reasoning": ("fireworks", None),
    "82-gemini-function-call": ("google", None),
    "83-toolcall-content-null": (None, None),
    "83-toolcall-no-content": (None, None),
    "85-mustache": (None, None),
    "86-kto-chat": (None, None),
    "88-self-mention": (None, None),
    "89-sum-luhn": (None, None),
    "90-tools-empty-dpo": (None, None),
}
"""Sound files that have no neighbour with the same name, or one that another test is about."""

WARNED = {
    "52-too-long-openai": "OpenAI takes a longer example and cuts it off at the length of the model's context, says its"
    " guide to best practices of 27 June 2026 (the fact openai.over-length).",
}
"""Faults that are wanted as errors and are warnings, by the rule of the platform."""
DISPUTED = {
    ("06-empty-prompt", "format-not-read"): "Azure tunes chat models alone now, whose rows have messages: the sound"
    " neighbour is of the older form with prompt and completion.",
    ("70-parquet-null-filled", "tool-arguments-wrong-form"): "TRL's chat templates take the arguments of a call as an"
    " object; the sound neighbour has them as text, so that Parquet adds no keys.",
}
"""Sound neighbours that a rule of the platform forbids all the same, with the check that says so."""


def path_of(name: str, kind: str) -> Path | None:
    return next(FILES.glob(f"{name}.{kind}.*"), None)


@cache
def checked(path: Path, platform: str | None, method: str | None, validation: str | None = None) -> Inspection:
    held = open_source(FILES / validation) if validation else None
    return inspect(open_source(path), platform=platform, method=method, validation=held)


def repeats(path: Path, found: Inspection) -> set[str]:
    """`near-duplicate`, if each row that is told to resemble another does: its answer is the same."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.suffix == ".jsonl" else []
    near = [one for one in found.findings if one.check == "near-duplicate"]
    answers = [json.dumps((row.get("messages") or row.get("contents") or [None])[-1]) for row in rows]
    alike = all(answers[one.line - 1] == answers[other_line(one) - 1] for one in near if one.line)
    return {"near-duplicate"} if near and alike else set()


def other_line(finding: Finding) -> int:
    place = finding.values["place"]
    assert isinstance(place, Note)
    return int(str(place.values["n"]))


def test_every_file_is_in_the_table() -> None:
    names = {one.name for one in CASES} | SOUND.keys()
    others = {"48-val", "84-huge-tools", "85-mustache", "96-squad-nested", "97-squad-hf", "98-predictions"}
    assert {path.name.split(".")[0] for path in FILES.iterdir()} == names | others
    assert len(WARNED) + len(DISPUTED) <= 5


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}:{case.check}")
def test_a_fault_is_found_where_it_is(case: Case) -> None:
    path = path_of(case.name, "bad")
    assert path is not None
    found = [
        one for one in checked(path, case.platform, case.method, case.validation).findings if one.check == case.check
    ]
    assert {one.line for one in found} == (set(case.lines) if case.lines else {None})
    severity = "warning" if case.name in WARNED else case.severity
    assert all(RANK[one.severity] >= RANK[severity] for one in found)


CONTROLS = [
    *((one.name, one.platform, one.method, one.validation) for one in CASES if path_of(one.name, "ok")),
    *((name, *asked, None) for name, asked in SOUND.items()),
]


@pytest.mark.parametrize(("name", "platform", "method", "validation"), dict.fromkeys(CONTROLS))
def test_its_sound_neighbour_is_not_blamed(
    name: str, platform: str | None, method: str | None, validation: str | None
) -> None:
    path = path_of(name, "ok")
    assert path is not None
    found = checked(path, platform, method, validation)
    content = load()
    blamed = {check for check in found.counts if content.check(check).severity != "info"} - FEW - repeats(path, found)
    assert blamed == {check for other, check in DISPUTED if other == name}


def test_a_warning_stands_for_an_error_only_where_the_platform_goes_on() -> None:
    for name in WARNED:
        case = next(one for one in CASES if one.name == name)
        assert case.severity == "error"
        assert load().check(case.check).severity == "warning"


def test_what_a_platform_does_with_an_example_that_is_too_long_is_a_dated_fact() -> None:
    content = load()
    facts = {one.id: one for one in content.facts}
    does = {one.id: one.over_length for one in content.platforms if one.over_length != "unknown"}
    assert does == {"openai": "cut", "bedrock": "refused"}
    assert facts["openai.over-length"].seen == "2026-06-27"
    assert facts["openai.over-length"].source in {
        one.url for one in content.sources if one.id in content.check("over-long-example").sources
    }
    for name, fact in (("openai", "openai.over-length"), ("bedrock", "aws.over-length")):
        assert facts[fact].confidence == "official"
        assert fact in next(one for one in content.platforms if one.id == name).facts


def test_a_platform_without_a_length_limit_says_so_under_what_went_unchecked() -> None:
    def said(platform: str) -> str:
        found = checked(FILES / "07-too-long-bedrock.ok.jsonl", platform, None)
        return " ".join(one.why.text(EN) for one in found.skipped if "over-long-example" in one.checks)

    assert said("together") == "no length limit is known for Together"
    models = "Nova 1.0, Claude 3 Haiku, Llama 3.1, Llama 3.2, Llama 3.2 90B, Llama 3.3"
    assert said("bedrock").endswith(f"only of these models: {models}")
    assert said("openai") == ""


def test_the_commands_repair_what_they_offer_to() -> None:
    for name in ("01-json-array-named-jsonl.bad.jsonl", "50-trailing-commas.bad.jsonl"):
        out = io.BytesIO()
        repair(open_source(FILES / name), out, platform="openai")
        again = inspect(open_source(out.getvalue(), name), platform="openai")
        assert again.counts == {"few-rows": 1}
        assert again.profile.rows == 12


def test_a_call_of_a_tool_without_content_is_kept_as_one_whose_content_is_null() -> None:
    for name in ("83-toolcall-no-content.ok.jsonl", "83-toolcall-content-null.ok.jsonl"):
        done = convert(open_source(FILES / name), "trl_conversational", io.BytesIO())
        assert (done.rows, done.left_out_rows) == (12, 0)


def test_definitions_of_tools_are_counted_as_tokens() -> None:
    found = checked(FILES / "84-huge-tools.bad.jsonl", "openai", None)
    assert [one.line for one in found.findings if one.check == "over-long-example"] == [4]
    assert found.profile.tokens is not None
    assert found.profile.tokens.most > 65_536


def test_placeholders_that_nobody_filled_in_are_found() -> None:
    assert "placeholder" in checked(FILES / "85-mustache.bad.jsonl", None, None).counts


def test_repair_keeps_the_verdict_on_an_answer_and_conversion_drops_no_rejected_one_into_training() -> None:
    path = FILES / "86-kto-chat.ok.jsonl"
    out = io.BytesIO()
    repair(open_source(path), out)
    assert [json.loads(line)["label"] for line in out.getvalue().splitlines()] == [
        json.loads(line)["label"] for line in path.read_text("utf-8").splitlines()
    ]
    made = io.BytesIO()
    done = convert(open_source(path), "openai_chat", made)
    assert "Throw it out of the window." not in made.getvalue().decode()
    assert done.left_out_rows > 0


def test_nested_questions_of_squad_are_named_with_what_to_do() -> None:
    found = checked(FILES / "96-squad-nested.json", None, None)
    said = " ".join(note.text(EN) for note in found.recognition.why)
    assert "SQuAD" in said
    assert "context, question and answers" in said


def test_a_place_in_a_list_laid_out_over_lines_is_called_a_row_and_one_in_a_table_a_line() -> None:
    for name, said in (("94-pretty-array.bad.json", "row 9, output"), ("95-multiline-csv.bad.csv", "line 26,")):
        assert f"  {said}" in check_text(checked(FILES / name, None, None), load(), EN)


def test_flat_questions_of_squad_become_rows_for_tuning() -> None:
    out = io.BytesIO()
    done = rag_rows(open_source(FILES / "97-squad-hf.jsonl"), out, 0.2)
    assert done.left_out_rows == 0
    assert done.rows == len(out.getvalue().splitlines()) > 0
