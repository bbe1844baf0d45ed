"""Small files made after further public reports of training data that failed, apart from those of `test_findings`.

Each names its report as `owner/repository#number` on GitHub. Both files of each, the faulty one and its sound
neighbour, and what is right of them were written before the check had been run on any; the wording of the reports
decided, and not what the check knew. Content is invented. At that first run, on 2026-11-28, 26 of the 50 were told as
wanted, 6 in part, too mildly or with advice that misleads, and 18 were missed; 4 of the 50 neighbours were blamed.
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
from advisor.dataset import Inspection, convert, inspect, open_source, repair
from advisor.language import language

FILES = Path(__file__).parent / "reported"
EN = language("en")
RANK = {"info": 0, "warning": 1, "error": 2}
FEW = {"few-rows", "too-few-rows"}
"""All of these files are small."""
EACH = tuple(range(1, 13))
"""The line of each of the twelve rows."""


class Case(NamedTuple):
    """One fault: the check that must tell it, on these lines and no others, at this severity or a graver one."""

    name: str
    source: str
    check: str
    severity: str
    lines: tuple[int, ...] | None = None
    """None: it concerns the file."""
    platform: str | None = None
    method: str | None = None
    validation: str | None = None


CASES = (
    Case("r01-list-per-line", "THUDM/LongCite#11", "not-an-object", "error", lines=EACH, platform="trl"),
    Case("r02-nested-kind", "RUC-NLPIR/FlashRAG#132", "mixed-kinds", "warning", platform="trl"),
    Case("r03-list-kind", "ShishirPatil/gorilla#371", "mixed-kinds", "warning", platform="trl"),
    Case("r04-empty-neg", "FlagOpen/FlagEmbedding#945", "empty-field", "error", lines=(5,)),
    Case("r05-missing-neg", "FlagOpen/FlagEmbedding#1104", "missing-field", "error", lines=(5,)),
    Case(
        "r06-label-leak",
        "TelecomsXChangeAPi/OpenTextShield#194",
        "leak-exact",
        "error",
        lines=(4, 5),
        method="classify",
        validation="r06-val",
    ),
    Case("r07-stock-refusal", "nlpxucan/WizardLM#4", "refusal-as-target", "warning", lines=(3, 7, 9)),
    Case("r08-same-pair", "camel-ai/owl#592", "identical-pair", "warning", lines=(4,), platform="trl", method="dpo"),
    Case("r09-blank-output", "axolotl-ai-cloud/axolotl#290", "whitespace-content", "warning", lines=(6,)),
    Case("r10-no-user", "mistralai/mistral-finetune#80", "no-user", "error", lines=(5,)),
    Case("r11-old-vertex", "GoogleCloudPlatform/generative-ai#254", "unknown-format", "error", platform="google"),
    Case("r12-list-not-closed", "hiyouga/LlamaFactory#522", "truncated-json", "error"),
    Case("r13-cut-last-line", "thunlp/GEAR#2", "truncated-json", "error", lines=(12,)),
    Case("r14-raw-tab", "hscspring/hcgf#15", "invalid-json", "error", lines=(4,), platform="openai"),
    Case("r15-nul-padding", "tylin/coco-caption#64", "nul-padding", "error", lines=(13,), platform="openai"),
    Case("r16-json-as-txt", "hiyouga/LlamaFactory#3018", "name-misleads", "warning"),
    Case("r17-keys-mixed", "hiyouga/LlamaFactory#6924", "turn-keys-differ", "error"),
    Case("r18-own-columns", "hiyouga/LlamaFactory#4720", "unknown-format", "error", method="dpo"),
    Case("r19-args-as-text-trl", "oumi-ai/oumi#2599", "tool-arguments-wrong-form", "error", lines=EACH, platform="trl"),
    Case("r20-tool-default-kinds", "axolotl-ai-cloud/axolotl#3238", "mixed-kinds", "warning", platform="trl"),
    Case("r21-mojibake", "mohsinulkabir14/BanglaBook#1", "mojibake", "warning", lines=(3, 8)),
    Case("r22-two-encodings", "qhduan/just_another_seq2seq#20", "invalid-utf-8", "error", lines=(7,)),
    Case("r23-blank-line", "OpenGVLab/InternVL#893", "blank-line", "warning", lines=(6,), platform="openai"),
    Case("r24-csv-too-many-cells", "ludwig-ai/ludwig#201", "cell-count", "error", lines=(5,)),
    Case("r25-two-on-a-line", "facebookresearch/lingua#42", "invalid-json", "error", lines=(7,)),
    Case("r26-gpt-gpt", "hiyouga/LlamaFactory#2962", "consecutive-assistant-turns", "warning", lines=(4,)),
    Case("r27-system-mid", "meta-pytorch/torchtune#898", "late-system-message", "warning", lines=(6,)),
    Case("r28-image-text", "hiyouga/LlamaFactory#5883", "wrong-type", "error", lines=(5,)),
    Case("r29-image-no-mark", "LLaVA-VL/LLaVA-NeXT#459", "media-count", "warning", lines=(5,)),
    Case(
        "r30-csv-empty-text",
        "ThilinaRajapakse/simpletransformers#127",
        "empty-field",
        "error",
        lines=(4, 11),
        method="classify",
    ),
    Case("r31-label-variants", "deepchecks/deepchecks#1970", "label-variants", "warning", method="classify"),
    Case(
        "r32-think-open", "lightseekorg/TorchSpec#115", "thoughts-not-closed", "warning", lines=(4, 9), platform="trl"
    ),
    Case("r33-escaped-newline", "EricFillion/happy-transformer#283", "escaped-line-break", "warning", lines=EACH),
    Case(
        "r34-together-image-url",
        "togethercomputer/together-py#201",
        "image-not-in-row",
        "error",
        lines=(3,),
        platform="together",
        method="vision",
    ),
    Case(
        "r35-base64-padding",
        "matatonic/openedai-vision#4",
        "image-damaged",
        "error",
        lines=(4,),
        platform="openai",
        method="vision",
    ),
    Case("r36-tool-name-pattern", "langgenius/dify#22867", "malformed-tools", "error", lines=(3,), platform="openai"),
    Case("r37-triplet-none", "huggingface/sentence-transformers#407", "null-content", "error", lines=(4,)),
    Case("r38-empty-messages", "modelscope/ms-swift#9702", "empty-messages", "error", lines=(5,)),
    Case("r39-kto-no-label", "modelscope/ms-swift#2417", "missing-field", "error", lines=(6,), platform="trl"),
    Case("r40-forum-dump", "oobabooga/textgen#3549", "unknown-format", "error"),
    Case("r41-csv-cp1252", "Safiullah-Rahu/CSV-AI#8", "latin-1", "error"),
    Case("r42-json-list-openai", "openai/openai-python#415", "container-not-read", "error", platform="openai"),
    Case("r43-text-key", "ml-explore/mlx-examples#381", "missing-field", "error", lines=(8,)),
    Case("r44-train-inside", "huggingface/trl#2541", "unknown-format", "error", platform="trl"),
    Case("r45-empty-instruction", "hiyouga/ChatGLM-Efficient-Tuning#100", "empty-user-turn", "warning", lines=(3,)),
    Case("r46-not-objects", "JH-DSAI/text-detection-baselines#35", "not-an-object", "error", lines=(4, 8)),
    Case("r47-parquet-bytes", "NVIDIA/cudf#23492", "bytes-not-text", "warning", platform="trl"),
    Case("r49-commas-in-tsv", "deepset-ai/FARM#666", "delimiter-unusual", "warning", method="classify"),
    Case("r50-semicolons", "Giskard-AI/ai-inspector#15", "delimiter-unusual", "warning"),
)

NOT_FOUND = {
    "r48-rft-newline": "microsoft/GitHub-Copilot-for-Azure#1995: a line break breaks the template of a grader, which no"
    " row shows; it is sound in the row.",
}
"""Faults that the check does not tell, and why."""


def path_of(name: str, kind: str) -> Path:
    return next(FILES.glob(f"{name}.{kind}.*"))


@cache
def checked(case: Case, kind: str) -> Inspection:
    held = open_source(path_of(case.validation, kind)) if case.validation else None
    path = path_of(case.name, kind)
    return inspect(open_source(path), platform=case.platform, method=case.method, validation=held)


def test_every_file_is_in_the_table() -> None:
    names = {case.name for case in CASES} | NOT_FOUND.keys() | {case.validation for case in CASES if case.validation}
    assert {path.name.split(".")[0] for path in FILES.iterdir()} == names
    assert all("#" in case.source for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault_is_found_where_it_is(case: Case) -> None:
    found = [one for one in checked(case, "bad").findings if one.check == case.check]
    assert {one.line for one in found} == (set(case.lines) if case.lines else {None})
    assert all(RANK[one.severity] >= RANK[case.severity] for one in found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_its_sound_neighbour_is_not_blamed(case: Case) -> None:
    found = checked(case, "ok")
    assert {one.check for one in found.findings if one.severity != "info"} - FEW == set()


def said(name: str) -> str:
    case = next(one for one in CASES if one.name == name)
    return check_text(checked(case, "bad"), load(), EN)


def test_rows_of_no_known_format_are_told_which_fields_the_platform_and_the_method_want() -> None:
    assert "Wanted are rows with the fields of one of these: contents." in said("r11-old-vertex")
    assert "chosen, rejected" in said("r18-own-columns")


def test_a_field_within_a_field_is_named_by_its_path() -> None:
    assert '"metadata.title" is string in most rows and number in 1 row' in said("r02-nested-kind")
    assert '"tags[]" is string in most rows and number in 1 row' in said("r03-list-kind")


def test_defaults_of_tools_may_differ_where_tools_are_no_columns() -> None:
    path = path_of("r20-tool-default-kinds", "bad")
    assert "mixed-kinds" not in inspect(open_source(path), platform="openai").counts
    assert "mixed-kinds" in inspect(open_source(path), platform="trl").counts


@pytest.mark.parametrize(
    "labels",
    [("C", "C++"), ("<=50K", ">50K"), ("+", "-"), ("1", "-1"), ("yes", "no")],
)
def test_labels_that_differ_in_what_they_mean_are_no_variants(labels: tuple[str, str]) -> None:
    rows = [{"text": f"Case {n} of twelve.", "label": labels[n % 2]} for n in range(12)]
    source = open_source("\n".join(map(json.dumps, rows)).encode(), "rows.jsonl")
    assert "label-variants" not in inspect(source).counts


@pytest.mark.parametrize(
    "answer",
    [
        "The density \\nu is small. Then \\nabla f is zero.",
        'It prints "one\\nTwo" and stops.',
        '{"lines": "one.\\nTwo."}',
        "Write `a.\\nB` there.",
        "It lies in C:\\notes on the disk.",
    ],
)
def test_a_backslash_that_belongs_there_is_no_line_break(answer: str) -> None:
    row = {"messages": [{"role": "user", "content": "What then?"}, {"role": "assistant", "content": answer}]}
    assert "escaped-line-break" not in inspect(open_source(json.dumps(row).encode(), "rows.jsonl")).counts


def test_a_word_before_a_french_quote_is_not_garbled() -> None:
    answer = "Il a dit «\u00a0résumé\u00a0», «\u00a0là\u00a0» et rien d’autre."
    row = {"messages": [{"role": "user", "content": "Quoi ?"}, {"role": "assistant", "content": answer}]}
    assert "mojibake" not in inspect(open_source(json.dumps(row).encode(), "rows.jsonl")).counts


def test_a_thought_that_the_prompt_begins_is_closed_by_the_answer() -> None:
    row = {"prompt": "When? <think>", "completion": "Today is Monday.</think>At six."}
    assert "thoughts-not-closed" not in inspect(open_source(json.dumps(row).encode(), "rows.jsonl")).counts


def test_repair_and_conversion_take_the_padding_out_and_nothing_else() -> None:
    path = path_of("r15-nul-padding", "bad")
    mended, made = io.BytesIO(), io.BytesIO()
    done = repair(open_source(path), mended)
    assert (done.rows, done.rows_left_out, done.counts) == (12, 0, {"nul-padding": 1})
    assert mended.getvalue() == path_of("r15-nul-padding", "ok").read_bytes().rstrip()
    assert convert(open_source(path), "sharegpt", made).left_out_rows == 0


def test_a_short_file_filled_up_with_nul_to_the_end_of_a_block_is_read() -> None:
    whole = path_of("r15-nul-padding", "ok").read_bytes()
    assert inspect(open_source(whole + b"\0" * 8192, "rows.jsonl")).counts == {"nul-padding": 1}
