"""The whole template, over answers drawn at random: every file can be read and keeps the rules of its format."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.content.entries import Question
from advisor.content.load import load
from advisor.content.sources import day
from advisor.dataset import Unusable, build_template, inspect, open_source
from advisor.dataset.rag.files import score_file
from advisor.dataset.template.build import FOLDERS, packed, template_files
from advisor.dataset.template.design import MAX_GOAL, MAX_PROJECT, SHAPES, template_design
from advisor.dataset.template.samples import refusals
from advisor.dataset.template.trainer_formats import EVALUATION, FORMATS
from advisor.interview.answers_file import read_situation
from advisor.interview.names import Misnamed, check, names, one_line
from advisor.interview.situation import Situation, situation
from advisor.language import LANGUAGES, language
from tests.fixtures import sample_advice
from tests.products import examples_on_push

CONTENT = load()
EN = language("en")
ASKED = (
    *("project", "goal_text", "task", "data_shape", "language", "refusal_share", "citations", "gap", "hosting"),
    *("label_count", "rag_tried", "answer_kind", "prompt_room", "label_names", "field_words"),
)
FORM_OF: dict[str, str] = {
    f"{FOLDERS[shape]}/{form.file}": form.id for shape, forms in FORMATS.items() for form in forms
} | {f"evaluation/{form.file}": form.id for form in EVALUATION}


def value(question: Question) -> st.SearchStrategy[Any]:
    match question.type:
        case "text" if question.names:
            return st.lists(st.text(max_size=40), max_size=12).filter(are_names)
        case "text":
            return st.text(max_size=400)
        case "number":
            numbers = st.integers(int(question.minimum or 0), int(question.maximum or 0))
            return numbers | st.tuples(numbers, numbers).map(sorted)
        case "several":
            return st.lists(st.sampled_from(question.values or [one.id for one in question.choices]), unique=True)
        case _:
            return st.sampled_from(question.values)


def are_names(some: list[str]) -> bool:
    try:
        check(names("\n".join(map(one_line, some))), 2)
    except Misnamed:
        return False
    return True


SITUATIONS = st.fixed_dictionaries(
    {}, optional={name: st.none() | value(CONTENT.question(name)) for name in ASKED}
).map(read_situation)


def opened(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def training_rows(files: dict[str, bytes]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for name, data in files.items():
        if name.startswith("train/") and name.endswith(".jsonl") and "validation" not in name:
            yield name, [json.loads(line) for line in data.decode("utf-8-sig").splitlines()]


def errors(name: str, data: bytes, form: str) -> set[str]:
    """What the checker finds in a file that the platform named in its format would refuse."""
    on = next((one for one in ("openai", "azure", "trl") if form.startswith(one)), None)
    method = next((one for one in ("rft", "dpo") if one in form), "dpo" if "preference" in form else "sft")
    found = inspect(open_source(data, name), platform=on, method=method)
    marked = {one.line for one in found.findings if one.check == "placeholder"}
    assert len(marked) == found.profile.rows, name  # each row says that it is to be replaced
    return {check for check in found.counts if CONTENT.check(check).severity == "error"}


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_the_marks_of_the_template_are_placeholders_to_a_check(code: str) -> None:
    assert refusals(code).marker in CONTENT.check("placeholder").phrases["any"]
    rows = [{"messages": [{"role": "user", "content": f"{mark} Who?"}, {"role": "assistant", "content": "The desk."}]}
            for mark in (refusals(code).marker, "[see below]")]  # fmt: skip
    found = inspect(open_source("\n".join(map(json.dumps, rows)).encode(), "rows.jsonl")).findings
    assert [(one.line, one.field) for one in found if one.check == "placeholder"] == [(1, "messages[0].content")]


@pytest.mark.parametrize("code", sorted(LANGUAGES))
@pytest.mark.parametrize("task", CONTENT.question("task").values)
def test_a_validation_file_of_reinforcement_is_as_long_as_training_and_shares_nothing(task: str, code: str) -> None:
    files = opened(build_template(situation(task=task, answer_kind="checkable"), None, CONTENT, language(code)))
    for vendor in ("openai", "azure"):
        held, train = (
            open_source(files[f"train/rft/{vendor}_rft{part}.jsonl"], "r.jsonl") for part in ("_validation", "")
        )
        found = inspect(train, platform=vendor, method="rft", validation=held)
        assert not {"leak-exact", "leak-near"} & found.counts.keys()
        alone = inspect(open_source(files[f"train/rft/{vendor}_rft_validation.jsonl"], "r.jsonl"), platform=vendor)
        assert (alone.profile.rows, alone.severities()["error"]) == (10, 0)
        assert {one.check for one in alone.findings} <= {"placeholder", "few-rows"}


@pytest.mark.parametrize("code", sorted(LANGUAGES))
@pytest.mark.parametrize("name", ["evaluation_set.csv", "evaluation_set.jsonl"])
def test_the_evaluation_set_is_scored_once_its_outputs_are_filled_in(name: str, code: str) -> None:
    files = opened(build_template(situation(task="qa", refusal_share=40), None, CONTENT, language(code)))
    data = files[f"evaluation/{name}"]
    with pytest.raises(Unusable, match="tuned_output"):
        score_file(open_source(data, name))
    rows = [row.value for batch in open_source(data, name).batches() for row in batch.rows]
    refusing = [row for row in rows if row["gold"] == refusals(code).sentence]
    assert 0 < len(refusing) < len(rows)
    right = [{**row, "tuned_output": row["gold"], "base_output": "Perhaps."} for row in rows]
    written = "\n".join(map(json.dumps, right)).encode()
    scored = score_file(open_source(written, "rows.jsonl")).classes
    assert scored.percentages["correct"] + scored.percentages["correct_refusal"] == 100
    assert scored.counts["correct_refusal"] == len(refusing)
    before = score_file(open_source(written, "rows.jsonl"), field="base_output").classes
    assert (before.counts["hallucination"], before.counts["wrong"]) == (len(refusing), len(rows) - len(refusing))


@examples_on_push(8)
@given(SITUATIONS, st.sampled_from(sorted(LANGUAGES)))
def test_every_file_of_every_template_keeps_the_rules_of_its_format(here: Situation, code: str) -> None:
    files = opened(build_template(here, None, CONTENT, language(code)))
    checked = 0
    for name, data in files.items():
        form = FORM_OF.get(name.replace("_validation", ""))
        if form is None:
            continue
        assert errors(name, data, form) == set(), name
        checked += 1
    assert checked >= len(EVALUATION) + 4


BLANK = re.compile(r"\[replace me\] (\(about [^)]*\) )?Question \d+")


@given(SITUATIONS)
def test_rows_are_ten_or_more_marked_and_refuse_in_the_share_asked_for(here: Situation) -> None:
    files = opened(build_template(here, None, CONTENT, EN))
    share = template_design(here, None, CONTENT).refusal_share
    sentence, marker = refusals("en").sentence, refusals("en").marker
    for name, rows in training_rows(files):
        assert len(rows) >= 10
        assert all(marker in json.dumps(row) for row in rows), name
        if "dpo" in name or "preference" in name or "rft" in name:
            continue
        # A label that no row had gets a blank row, which is still to be written.
        written = [row for row in rows if not BLANK.search(json.dumps(row))]
        said = [(row.get("messages") or row["completion"])[-1].get("content") for row in written]
        refusing = said.count(sentence) / len(written)
        # With ten answers and ten refusals to choose from, no share is further than this from a mix of them.
        assert abs(refusing - share) <= 0.5 / 10, name


@given(SITUATIONS, st.sampled_from(sorted(LANGUAGES)))
def test_the_same_answers_give_the_same_bytes(here: Situation, code: str) -> None:
    first = build_template(here, None, CONTENT, language(code))
    again = Situation(dict(reversed(here.answers.items())))
    assert build_template(again, None, CONTENT, language(code)) == first


def test_the_order_of_files_does_not_show_in_the_zip() -> None:
    files = template_files(situation(task="qa"), None, CONTENT, EN)
    assert packed(files) == packed(dict(reversed(files.items())))
    with zipfile.ZipFile(io.BytesIO(packed(files))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == sorted(files)


@given(SITUATIONS)
def test_no_name_in_the_zip_comes_from_the_user(here: Situation) -> None:
    known = set(FORM_OF) | {
        "README.md",
        "labelling_guide.md",
        "system_prompt.txt",
        "evaluation/README.md",
        *(f"train/rft/{vendor}_rft_validation.jsonl" for vendor in ("openai", "azure")),
        *(f"train/tools/definitions_{detail}.json" for detail in ("full", "undescribed", "names")),
        *(f"jobs/{vendor}_{shape}.json" for vendor in ("openai", "azure") for shape in SHAPES),
        *(f"{folder}/system_prompt.txt" for folder in FOLDERS.values()),
    }
    assert set(opened(build_template(here, None, CONTENT, EN))) <= known


HOSTILE = (
    "=cmd|' /C calc'!A1 ../../etc/passwd <script>alert(1)</script> `a` ``b`` [c](http://x) | \u202e\x00\n# Heading"
)


def test_a_users_text_stays_text() -> None:
    files = template_files(situation(project=HOSTILE, goal_text=HOSTILE, task="qa"), None, CONTENT, EN)
    assert json.loads(files["jobs/openai_rag.json"])["metadata"]["project"].startswith("=cmd|' /C calc'!A1 ../../etc")
    guide = files["README.md"].decode()
    assert "\x00" not in guide
    assert "\u202e" not in guide
    assert not [line for line in guide.splitlines() if line.startswith("# Heading")]
    goal = next(line for line in guide.splitlines() if line.startswith("Goal: "))
    outside = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", goal)
    assert outside == "Goal: ", "all of it stands in one code span"


def test_long_texts_are_cut() -> None:
    files = template_files(situation(project="p" * 9_000, goal_text="g" * 9_000), None, CONTENT, EN)
    text = files["README.md"].decode()
    assert "p" * (MAX_PROJECT - 1) + "…" in text
    assert "g" * (MAX_GOAL - 1) + "…" in text
    assert len(text) < 20_000


def test_the_system_prompt_file_is_the_one_in_the_rows() -> None:
    files = template_files(situation(task="qa", gap=["tools"]), None, CONTENT, EN)
    prompts = {
        "train/rag/openai_chat.jsonl": "system_prompt.txt",
        "train/tools/openai_chat.jsonl": "train/tools/system_prompt.txt",
    }
    for rows, prompt in prompts.items():
        first = json.loads(files[rows].splitlines()[0])
        assert first["messages"][0]["content"] + "\n" == files[prompt].decode()


@pytest.mark.parametrize("task", [choice.id for choice in CONTENT.question("task").choices])
def test_test_cases_are_not_among_the_training_rows(task: str) -> None:
    files = template_files(situation(task=task, refusal_share=30), None, CONTENT, EN)
    cases = list(csv.DictReader(io.StringIO(files["evaluation/evaluation_set.csv"].decode(), newline="")))
    trained = {
        message["content"] for _, rows in training_rows(files) for row in rows for message in row.get("messages", ())
    }
    assert cases
    assert not {case["prompt"] for case in cases} & trained


def test_each_file_is_explained_in_the_readme() -> None:
    everything = situation(task="qa", gap=["tools", "preference"], answer_kind="checkable")
    files = template_files(everything, None, CONTENT, EN)
    guide = files["README.md"].decode()
    assert not [name for name in files if f"| `{name}` |" not in guide]


def test_the_readme_says_how_many_rows_with_source_and_date() -> None:
    guide = template_files(situation(task="summary"), None, CONTENT, EN)["README.md"].decode()
    shown = {
        "openai.minimum-examples": "10",
        "azure.max-file-api": "512",
        "azure.sft.recommended-examples": "50 to 5,000",
    }
    for fact in map(CONTENT.fact, shown):
        source = rf"\[[^]]+\]\(<{re.escape(fact.source.split()[0])}>\)"
        seen = re.escape(day(fact.seen, EN))
        assert re.search(rf"\| {re.escape(shown[fact.id])} \| {source} \| {seen} \|", guide), fact.id
    assert "Pairs for preference tuning" not in guide


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"hosting": "on_premises"}, "must stay on your own machines"),
        ({"data_shape": ["images"]}, "Image rows are not part"),
        ({"task": None}, "did not say what the model should do"),
        ({"task": "classification", "label_count": 77}, "You have 77 labels"),
        ({"refusal_share": 20}, "2 of 10 sample rows; 20% was asked for"),
        ({"refusal_share": None}, "is our assumption"),
        ({"gap": ["tools"]}, "The goal of the tool rows is quality"),
        ({"task": "agent", "gap": ["cost"]}, "save tokens: they end at the call"),
    ],
)
def test_the_readme_answers_to_the_answers(answers: dict[str, object], said: str) -> None:
    plain = {"task": "summary", "refusal_share": 0}
    assert said in template_files(situation(**{**plain, **answers}), None, CONTENT, EN)["README.md"].decode()
    assert said not in template_files(situation(**plain), None, CONTENT, EN)["README.md"].decode()


def test_an_advice_is_repeated_with_its_day() -> None:
    advice = sample_advice(verdict="not_yet", option="sft")
    guide = template_files(situation(task="summary"), advice, CONTENT, EN)["README.md"].decode()
    assert f"The advice of {EN.date(advice.at)}: Not yet." in guide
    assert "begin with the evaluation set" in guide


def test_the_template_speaks_the_language_of_the_reader() -> None:
    files = template_files(situation(task="classification"), None, CONTENT, language("nl"))
    assert "[vervang mij]" in files["train/sft/openai_chat.jsonl"].decode()
    assert files["README.md"].decode().startswith("# Startdataset")
    assert "Personal data" not in files["labelling_guide.md"].decode()
    assert set(files) == set(template_files(situation(task="classification"), None, CONTENT, EN))
