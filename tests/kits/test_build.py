"""What lies in a kit: whatever the answers, the task and the language, and with rows of one's own."""

from __future__ import annotations

import ast
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from advisor import advise
from advisor.content.load import CONTENT_DIR, load
from advisor.dataset import Unusable, inspect, open_source
from advisor.dataset.scoring import METRICS, Tally
from advisor.dataset.template.samples import safety_requests
from advisor.interview.answers_file import read_situation
from advisor.interview.situation import situation
from advisor.kits.build import Unfit, first_kit
from advisor.kits.evaluation import SCRIPTS, SHARED
from advisor.kits.registry import KITS
from advisor.language import LANGUAGES, language
from tests.kits.unpacked import AT, kit_bytes

CONTENT = load()
TASKS = CONTENT.question("task").values
HEAVY = {
    "sklearn": "scikit-learn",
    "qdrant_client": "qdrant-client",
    "inspect_ai": "inspect-ai",
    "joblib": "scikit-learn",
    "yaml": "PyYAML",
    "transformers": "trl",
    "botocore": "boto3",
}
"""Names to import and the packages that have them: joblib comes with scikit-learn, transformers with TRL, botocore with
boto3.
"""


def opened(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def made(kit: str, **answers: Any) -> dict[str, bytes]:
    return opened(kit_bytes(kit, **answers))


def read(files: dict[str, bytes], name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files[name].decode().splitlines()]


def total(cases: list[dict[str, Any]], answer: str | None) -> float | None:
    """The score where every answer is right (None) or the same."""
    tally = Tally()
    for case in cases:
        tally.add(case, case["gold"] if answer is None else answer)
    return tally.score


MEASURING = sorted(name for name, kit in KITS.items() if kit.measures)
"""Kits that ask a model and score it."""


@pytest.mark.on_push(70)
@pytest.mark.parametrize(("place", "task"), list(enumerate(TASKS)))
@pytest.mark.parametrize("kit", MEASURING)
def test_every_kit_has_an_evaluation_that_scores_and_rows_that_pass(kit: str, place: int, task: str) -> None:
    code = sorted(LANGUAGES)[(place + len(kit)) % len(LANGUAGES)]  # each task and each kit in both
    try:
        files = made(kit, code=code, task=task, refusal_share=30)
    except Unfit:
        assert kit in (
            "autotrain",
            "azureml",
            "bedrock",
            "classifier",
            "databricks",
            "encoder",
            "sagemaker",
            "small_model",
            "structured",
            "tinker",
        )
        return
    cases = read(files, "evaluation/evaluation_set.jsonl")
    low = total(cases, "Perhaps.")
    assert total(cases, None) == 100
    assert low is not None
    assert low < 50
    assert total(cases, "") == 0
    assert {case["metric"] for case in cases} <= set(METRICS)
    found = inspect(
        open_source(files["data/train.jsonl"], "train.jsonl"),
        platform=KITS[kit].platform,
        validation=open_source(files["data/validation.jsonl"], "validation.jsonl"),
    )
    errors = [name for name in found.counts if CONTENT.check(name).severity == "error"]
    assert errors == []
    assert not {"leak-exact", "leak-near"} & found.counts.keys()


@pytest.mark.parametrize("kit", MEASURING)
def test_promptfoo_asserts_on_every_case_and_holds_no_text_that_it_could_read_as_a_template(kit: str) -> None:
    files = made(kit, task="classification", project="{{ env.SECRET }}")
    config = yaml.safe_load(files["promptfooconfig.yaml"])
    ids = [case["id"] for case in read(files, "evaluation/evaluation_set.jsonl")]
    assert [test["vars"] for test in config["tests"]] == [{"id": one} for one in ids]
    assert config["defaultTest"]["assert"] == [{"type": "python", "value": "file://promptfoo_case.py"}]
    assert config["prompts"] == ["file://promptfoo_case.py:messages"]
    assert "get_assert" in files["promptfoo_case.py"].decode()
    assert b"SECRET" not in files["promptfooconfig.yaml"]


@pytest.mark.on_push(16)
@pytest.mark.parametrize("kit", sorted(KITS))
@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_the_page_names_every_file_and_every_command_that_it_tells_to_type(kit: str, code: str) -> None:
    files = made(kit, code=code, task="classification")
    page = files["README.md"].decode()
    assert set(re.findall(r"\| `([^`]+)`", page)) == files.keys()
    for script in re.findall(r"python (\w+\.py)", page):
        assert script in files
    for script in [name for name in files if name.endswith(".py")]:
        tree = ast.parse(files[script])
        known = {"openai", *(name.removesuffix(".py") for name in files if name.endswith(".py"))}
        asked = files["requirements.txt"].decode()
        for node in ast.walk(tree):
            module = node.module if isinstance(node, ast.ImportFrom) else None
            names = [module] if module else [one.name for one in node.names] if isinstance(node, ast.Import) else []
            for name in (one.split(".")[0] for one in names):
                listed = name in known or name in asked or HEAVY.get(name, name) in asked or (script, name) == UNASKED
                assert listed or name in STANDARD or script in APART, (script, name)


UNASKED = ("scoring.py", "re2")
"""Of expressions, which no row of a kit is judged by: what a pilot hands on says that it needs them."""
APART = ("inspect_task.py", "track_wandb.py", "train_unsloth.py")
"""Scripts that the page tells to run with packages of their own."""
STANDARD = {
    *(
        "__future__",
        "argparse",
        "codecs",
        "collections",
        "contextlib",
        "csv",
        "dataclasses",
        "functools",
        "datetime",
        "hashlib",
        "http",
        "importlib",
        "json",
        "math",
        "os",
        "pathlib",
    ),
    *(
        "random",
        "re",
        "shutil",
        "sys",
        "tempfile",
        "threading",
        "time",
        "types",
        "typing",
        "unicodedata",
        "urllib",
        "warnings",
    ),
}


@pytest.mark.parametrize("kit", [kit.id for kit in KITS.values() if kit.vendor or kit.id in ("openai", "azure")])
def test_what_is_measured_at_the_end_is_the_tuned_model_and_no_key_goes_to_another_vendor(kit: str) -> None:
    page = made(kit)["README.md"].decode()
    exported = page.index("MODEL=", page.index("export ", page.index("python safety.py\n")))
    assert page.index(" && python baseline.py tuned") > exported
    assert page.index("python safety.py after") > exported
    vendor = KITS[kit].vendor
    for tool in ("inspect eval", "promptfoo eval"):
        line = next(line for line in page.splitlines() if tool in line)
        assert vendor is None or (f"${vendor.key} " in line) is not bool(vendor.bridge)
        assert vendor is None or vendor.own_address or f"OPENAI_BASE_URL={vendor.server} " in line
    assert vendor is None or not vendor.own_address or "export OPENAI_BASE_URL=… MODEL=…" in page


def test_what_is_not_known_yet_of_routes_names_the_models_and_the_questions() -> None:
    page = made("google", platforms=None)["README.md"].decode()
    said = [line for line in page.splitlines() if line.startswith("- For you, by your answers")]
    assert len(said) == 3
    assert all(line.count("Not known yet.") == 1 for line in said)
    assert "- It depends on what you have not answered yet: Which platforms may you use?" in page


def test_the_same_answers_on_the_same_day_give_the_same_bytes() -> None:
    first, second = (kit_bytes("prompting", task="dialogue", project="Letters") for _ in range(2))
    assert first == second
    assert first != kit_bytes("prompting", task="dialogue", project="Other letters")


def test_the_language_changes_no_number() -> None:
    english, dutch = (made("openai", code=code, task="rewriting") for code in ("en", "nl"))
    assert english["kit.json"] == dutch["kit.json"]
    assert b"Startpakket" in dutch["README.md"]
    assert b"Starter kit" not in dutch["README.md"]


def test_labels_and_refusals_follow_the_answers() -> None:
    files = made("structured", task="classification", label_count=3, refusal_share=0)
    labels = json.loads(files["kit.json"])["labels"]
    assert len(labels) == 3
    assert json.loads(files["schema.json"])["properties"]["answer"]["enum"] == labels
    assert all(case["expects_answer"] for case in read(files, "evaluation/evaluation_set.jsonl"))
    some = read(made("structured", task="classification", refusal_share=40), "evaluation/evaluation_set.jsonl")
    assert any(not case["expects_answer"] for case in some)


@pytest.mark.on_push(21)
@pytest.mark.parametrize("kit", MEASURING)
@pytest.mark.parametrize("count", [2, 5, 12])
def test_every_kit_has_as_many_labels_as_were_asked_for(kit: str, count: int) -> None:
    files = made(kit, task="classification", label_count=count, refusal_share=0)
    labels = json.loads(files["kit.json"])["labels"]
    if kit == "retrieval":  # whose rows are questions to passages, whatever the task
        assert labels == []
        return
    assert len(labels) == len(set(labels)) == count
    assert all(label in files["system_prompt.txt"].decode() for label in labels)
    assert {row["gold"] for row in read(files, "evaluation/evaluation_set.jsonl")} <= set(labels)


@pytest.mark.on_push(8)
@pytest.mark.parametrize("kit", MEASURING)
def test_the_share_of_refusals_is_that_of_the_answers_in_every_kit(kit: str) -> None:
    """As near as a handful of whole rows allows."""

    def share(percent: int) -> float:
        files = made(kit, task="classification", refusal_share=percent)
        cases = read(files, "evaluation/evaluation_set.jsonl")
        return sum(not case["expects_answer"] for case in cases) / len(cases)

    none, some, many = share(0), share(20), share(50)
    assert none == 0
    assert 0 < some <= 0.5
    assert some <= many
    assert abs(many - 0.5) <= 0.2


@pytest.mark.on_push(8)
@pytest.mark.parametrize("kit", sorted(KITS))
def test_rows_are_in_english_where_most_texts_are_and_the_page_is_in_the_readers_language(kit: str) -> None:
    english = made(kit, code="nl", task="classification", language="english")
    other = made(kit, code="nl", task="classification", language="latin")
    for files, marker, foreign in ((english, "[replace me]", "[vervang"), (other, "[vervang", "[replace me]")):
        rows = b"".join(files[name] for name in files if name.endswith(".jsonl")).decode()
        assert marker in rows
        assert foreign not in rows
        assert files["README.md"].decode().startswith("# Startpakket")


def test_one_label_a_text_is_not_offered_where_a_text_has_several() -> None:
    with pytest.raises(Unfit, match="several labels"):
        made("classifier", task="classification", multi_label="yes")
    assert b"can have several labels" in made("structured", task="classification", multi_label="yes")["README.md"]


def test_what_a_user_writes_is_data() -> None:
    name = '"""\nimport os\n# `</script>` {project} {{7*7}}'
    files = made("prompting", task="dialogue", project=name, goal_text=name)
    plain = made("prompting", task="dialogue")
    assert {name for name in files if files[name] != plain[name]} == {"README.md"}
    line = next(line for line in files["README.md"].decode().splitlines() if line.startswith("For: "))
    assert line.startswith("For: `` ")
    assert line.endswith(" ``")


def test_passages_to_search_answer_the_questions_that_have_an_answer_and_no_other() -> None:
    files = made("retrieval", task="qa", refusal_share=40)
    passages = {row["text"] for row in read(files, "data/passages.jsonl")}
    cases = read(files, "evaluation/evaluation_set.jsonl")
    assert {case["expects_answer"] for case in cases} == {True, False}
    for case in cases:
        assert not any(passage in case["messages"][-1]["content"] for passage in passages)
    assert len(passages) >= 10


OWN = [
    {"messages": [
        {"role": "system", "content": "Sort it."},
        {"role": "user", "content": f"Ticket {n}: {'late' if n % 2 else 'broken'} parcel {n * 7}"},
        {"role": "assistant", "content": "delivery" if n % 2 else "damage"}]}
    for n in range(60)
]  # fmt: skip


UNLIKE = [
    {"messages": [one["messages"][1], {"role": "assistant", "content": f"It took {n} days, and then {n * n} more."}]}
    for n, one in enumerate(OWN)
]


def as_lines(rows: list[dict[str, Any]]) -> bytes:
    return "\n".join(map(json.dumps, rows)).encode()


@pytest.mark.parametrize("kit", ["few_shot", "classifier", "structured", "openai"])
def test_rows_of_ones_own_are_divided_and_judged_by_their_labels(kit: str) -> None:
    files = made(kit, data=as_lines(OWN), task="classification")
    parts = [read(files, f"data/{name}.jsonl") for name in ("train", "validation")]
    cases = read(files, "evaluation/evaluation_set.jsonl")
    assert sum(map(len, parts)) + len(cases) == len(OWN)
    assert {case["metric"] for case in cases} == {"label"}
    assert sorted(json.loads(files["kit.json"])["labels"]) == ["damage", "delivery"]
    asked = [{row["messages"][1]["content"] for row in rows} for rows in (*parts, cases)]
    assert len(set().union(*asked)) == len(OWN)
    assert b"[replace me]" not in b"".join(files[name] for name in files if name.startswith("data/"))
    assert b"Replace the sample" not in files["README.md"]


def test_pairs_of_ones_own_stay_pairs() -> None:
    pairs = [
        {"input": {"messages": [{"role": "user", "content": f"Name a town, number {n} of {n * n}"}]},
         "preferred_output": [{"role": "assistant", "content": f"Town {n}"}],
         "non_preferred_output": [{"role": "assistant", "content": "I would rather not."}]}
        for n in range(40)
    ]  # fmt: skip
    files = made("openai", data=as_lines(pairs), option="dpo", task="rewriting")
    assert all("preferred_output" in row for row in read(files, "data/train.jsonl"))
    assert {case["gold"][:5] for case in read(files, "evaluation/evaluation_set.jsonl")} == {"Town "}


def test_passages_of_ones_own_are_searched() -> None:
    questions = [
        {
            "question": f"When does shop {n} open?",
            "context": f"Shop {n} opens at {n}.",
            "answer": f"at {n}" if n % 3 else "",
        }
        for n in range(45)
    ]
    files = made("retrieval", data=as_lines(questions), task="qa")
    assert len(read(files, "data/passages.jsonl")) == 45
    cases = read(files, "evaluation/evaluation_set.jsonl")
    assert {case["metric"] for case in cases} == {"classes"}
    assert total(cases, None) == 100


def test_rows_of_ones_own_become_what_trl_reads_and_a_run_on_them_is_reckoned() -> None:
    files = made("trl", data=as_lines(OWN), task="classification")
    assert read(files, "data/train.jsonl")[0].keys() == {"messages"}
    page = files["README.md"].decode()
    assert "A run on your 48 rows: " in page
    assert "A GPU with 9 to 14 GB for LoRA, with 4 to 8 GB for QLoRA." in page
    pairs = [
        {"prompt": f"Name town {n} of {n * n}.", "chosen": f"Town {n}", "rejected": "I would rather not."}
        for n in range(40)
    ]
    preferred = read(made("trl", data=as_lines(pairs), option="dpo", task="rewriting"), "data/train.jsonl")
    assert {tuple(row) for row in preferred} == {("prompt", "chosen", "rejected")}
    assert preferred[0]["chosen"][0]["role"] == "assistant"


@pytest.mark.parametrize(("gpu", "kit"), [("gb24", "trl"), ("none", "few_shot")])
def test_open_weights_come_first_where_the_plan_trains_and_there_is_a_gpu(gpu: str, kit: str) -> None:
    answers = read_situation(CONTENT_DIR / "examples" / "sql-dialect.yaml").answers
    here = situation(**{**answers, "gpu": gpu, "platforms": ["own"]})
    advice = advise(here, AT)
    chosen, data = first_kit(here, advice, CONTENT, language("en"))
    assert chosen.id == kit
    if kit == "trl":
        assert "> On" not in opened(data)["README.md"].decode()


@pytest.mark.parametrize("option", ["sft", "dpo"])
def test_settings_of_a_training_name_files_of_the_kit_and_learn_from_answers_alone(option: str) -> None:
    files = made("trl", option=option, task="rewriting")
    configs = {name: yaml.safe_load(data) for name, data in files.items() if name.startswith("configs/")}
    assert len(configs) == {"sft": 3, "dpo": 2}[option]
    page = files["README.md"].decode()
    for name, config in configs.items():
        assert name in page
        assert isinstance(config["learning_rate"], float)
        assert config["output_dir"] == f"out/{name.removeprefix('configs/').removesuffix('.yaml')}"
        if option == "sft":
            assert config.get("assistant_only_loss") or config.get("completion_only_loss")
    assert {config["dataset_name"] for config in configs.values()} <= {"data", "completions"}


@pytest.mark.parametrize(
    ("kit", "rows", "said"),
    [
        ("openai", OWN[:12], "needs 30 of them"),
        ("openai", [{**OWN[0], "messages": OWN[0]["messages"][:2]}] * 40, "has errors"),
        ("retrieval", OWN, "question, context and answer"),
        ("few_shot", [UNLIKE[0]] * 40, "has errors|too much alike"),
        ("classifier", UNLIKE, "no labels"),
    ],
)
def test_a_file_that_cannot_become_a_kit_is_refused_with_a_reason(kit: str, rows: list[Any], said: str) -> None:
    with pytest.raises(Unusable, match=said):
        kit_bytes(kit, data=as_lines(rows), task="classification")


@pytest.mark.parametrize(
    ("example", "kit"),
    [
        ("sql-dialect", "together"),
        ("few-shot-at-scale", "together"),
        ("weekly-facts", "retrieval"),
        ("no-evaluation", "azure"),
        ("all-unknown", "prompting"),
    ],
)
def test_the_kit_is_that_of_the_first_step_of_the_plan_which_has_one(example: str, kit: str) -> None:
    here = read_situation(CONTENT_DIR / "examples" / f"{example}.yaml")
    advice = advise(here, AT)
    chosen, data = first_kit(here, advice, CONTENT, language("en"))
    assert chosen.id == kit
    step = next((n for n, one in enumerate(advice.plan, start=1) if one.id in chosen.options), None)
    page = opened(data)["README.md"].decode()
    assert (f"for step {step} of the plan" if step else "The advice plans something else") in page


def test_a_route_that_is_closed_to_the_user_is_no_first_kit_and_one_that_is_open_is() -> None:
    answers = {
        **read_situation(CONTENT_DIR / "examples" / "sql-dialect.yaml").answers,
        "platforms": ["openai"],
        "openai_customer": "active",
    }
    here = situation(**answers)
    assert first_kit(here, advise(here, AT), CONTENT, language("en"))[0].id == "openai"
    closed = situation(**{**answers, "openai_customer": "new"})
    assert first_kit(closed, advise(closed, AT), CONTENT, language("en"))[0].id != "openai"


def test_every_script_belongs_to_a_kit_and_every_kit_has_its_words() -> None:
    used = {*SHARED, *(script for kit in KITS.values() for script in kit.scripts)}
    assert {file.name for file in SCRIPTS.glob("*.py")} == used
    assert {one.id for one in CONTENT.kits} == KITS.keys()


def test_each_language_has_its_requests_for_the_safety_test() -> None:
    requests = [safety_requests(code) for code in sorted(LANGUAGES)]
    assert len({one.id for one in requests}) == len(LANGUAGES)
    assert len({(len(one.refused), len(one.answered)) for one in requests}) == 1


@pytest.mark.parametrize("kit", MEASURING)
def test_a_model_that_scripts_ask_unless_told_otherwise_is_a_name_and_no_description(kit: str) -> None:
    """A route to train an encoder describes what is trained; no server knows a model by that."""
    settings = json.loads(made(kit, task="classification")["kit.json"])
    assert " " not in settings["defaults"].get("MODEL", "")


@pytest.mark.parametrize("kit", [name for name, kit in KITS.items() if kit.served])
def test_what_answers_on_ones_own_machine_finds_the_model_in_the_settings(kit: str, tmp_path: Path) -> None:
    """`serve.py` needs PyTorch; the function that looks for the name does not."""
    files = made(kit, task="rewriting")
    (tmp_path / "configs").mkdir()
    for name in files:
        if name.startswith("configs/"):
            (tmp_path / name).write_bytes(files[name])
    tree = ast.parse(files["serve.py"])
    tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "base_model"]
    known: dict[str, Any] = {"yaml": yaml, "HERE": tmp_path}
    exec(compile(tree, "serve.py", "exec"), known)
    base = KITS[kit].base
    assert base is not None
    assert known["base_model"]() == base.name
