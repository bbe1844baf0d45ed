"""Kits that train open weights really train: a tiny Llama with random weights, on a processor. `make test-kits`.

Each start of TRL costs some ten seconds, so that a test asks much of one process.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import pytest

from tests.kits.forked import POSSIBLE, run_forked
from tests.kits.server import serving as talking
from tests.kits.unpacked import kit_bytes, right_answers, rows, run, scored, unpack

HERE = Path(__file__).parent
BIN = HERE.parents[2] / ".venv-kits" / "trl" / ("Scripts" if os.name == "nt" else "bin")
PYTHON = str(BIN / "python")
LOADING = """
import datasets, peft, torch, transformers, trl
peft.PeftModel, transformers.AutoTokenizer, transformers.BertModel, transformers.LlamaForCausalLM, transformers.Trainer
from trl.scripts import dpo, sft
"""
HOME = mkdtemp()
"""Where libraries keep what can be made again."""
atexit.register(rmtree, HOME, ignore_errors=True)
LABELS = {"task": "classification", "refusal_share": 0}
ALONE = {
    "HF_HUB_OFFLINE": "1",
    "OMP_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
}
"""No network, and one thread: two would wait for each other longer than they work on a model this small."""
SHORT = ("--gradient_accumulation_steps", "1", "--eval_strategy", "no", "--save_strategy", "no",
         "--load_best_model_at_end", "false")  # fmt: skip
LINEAR_LAYERS = 2 * 7
"""Of the tiny model: seven in each of its two layers."""
LIMIT_SECONDS = 300


def at(folder: Path, *command: str | Path, stdin: str | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, with what a user's environment has, and no network."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    environment = {**kept, "HOME": str(folder), **ALONE, **more}
    if POSSIBLE and command[0] == PYTHON and str(command[1]).endswith(".py"):
        return run_forked(
            command[1:], folder, environment, python=PYTHON, loading=LOADING, begun_with={**ALONE, "HOME": HOME},
            stdin=stdin or "", patience=LIMIT_SECONDS,
        )  # fmt: skip
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_SECONDS,
    )


def made(kit: str, folder: Path, **answers: Any) -> Path:
    return unpack(kit_bytes(kit, **answers), folder)


@pytest.fixture(scope="module")
def labels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit of the classification task."""
    return made("trl", tmp_path_factory.mktemp("labels"), **LABELS)


@pytest.fixture(scope="module")
def tiny(labels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that knows nothing, with the chat template of the model that kits name."""
    folder = tmp_path_factory.mktemp("tiny")
    done = at(folder, PYTHON, HERE / "tiny_model.py", folder, labels)
    assert done.returncode == 0, done.stderr
    return folder


def retold(tiny: Path, folder: Path, old: str, new: str) -> Path:
    """The tokenizer of the tiny model with a change in its chat template."""
    folder.mkdir()
    for file in tiny.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    template = folder / "chat_template.jinja"
    text = template.read_text("utf-8")
    assert old in text
    template.write_text(text.replace(old, new), "utf-8")
    return folder


@contextmanager
def serving(folder: Path, *arguments: str, **more: str) -> Iterator[str]:
    """serve.py in a process of its own; its address, once it answers."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        **ALONE,
        "PORT": "0",
        "MAX_NEW_TOKENS": "24",
        **more,
    }
    command = [PYTHON, "serve.py", *arguments]
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield process.stdout.readline().split(" at ")[1].split(" ")[0]
        finally:
            process.terminate()


def test_an_adapter_is_trained_saved_loaded_and_asked_and_the_run_is_kept_offline(labels: Path, tiny: Path) -> None:
    trained = rows(labels, "data/train.jsonl")
    cases = [
        {"id": f"test-{place:03d}", "messages": row["messages"][:-1], "gold": row["messages"][-1]["content"],
         "expects_answer": True, "metric": "label", "decline": ["No."]}
        for place, row in enumerate(trained)
    ]  # fmt: skip
    (labels / "evaluation" / "evaluation_set.jsonl").write_text("\n".join(map(json.dumps, cases)), "utf-8")
    done = at(
        labels, PYTHON, "train.py", "configs/sft-lora.yaml", "--model_name_or_path", tiny, *SHORT, "--report_to",
        "wandb", "--num_train_epochs", "30", "--learning_rate", "0.005", WANDB_MODE="offline",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"Rows: {len(trained)}; " in done.stdout
    assert (labels / "out" / "sft-lora" / "adapter_model.safetensors").exists()
    assert list(labels.glob("wandb/offline-run-*"))
    with serving(labels, "out/sft-lora") as address:
        for model in ("base", "tuned"):
            asked = run(labels, "baseline.py", model, address=address, MODEL=model)
            assert asked.returncode == 0, asked.stderr
        after = run(labels, "safety.py", address=address, MODEL="tuned")
        assert "safety: score" in after.stdout, after.stderr
    assert scored(labels, "base") == 0
    assert scored(labels, "tuned") >= 90


def test_the_command_of_trl_trains_prompts_and_completions(tiny: Path, tmp_path: Path) -> None:
    kit = made("trl", tmp_path, **LABELS)
    assert run(kit, "completions.py").returncode == 0
    row = rows(kit, "completions/train.jsonl")[0]
    assert ([one["role"] for one in row["prompt"]], [one["role"] for one in row["completion"]]) == (
        ["system", "user"],
        ["assistant"],
    )
    done = at(
        kit, BIN / "trl", "sft", "--config", "configs/sft-completion.yaml", "--model_name_or_path", tiny, *SHORT,
        "--max_steps", "2", "--use_cpu", "true",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (kit / "out" / "sft-completion" / "adapter_model.safetensors").exists()


def test_pairs_are_learnt_from(tiny: Path, tmp_path: Path) -> None:
    kit = made("trl", tmp_path, task="rewriting", option="dpo")
    done = at(
        kit, PYTHON, "train.py", "configs/dpo-lora.yaml", "--model_name_or_path", tiny, *SHORT, "--num_train_epochs",
        "4", "--learning_rate", "0.01", "--logging_steps", "1", "--max_length", "4096",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    state = [line for line in done.stdout.splitlines() if "'rewards/margins'" in line]
    margins = [float(line.split("'rewards/margins': ")[1].split(",")[0].strip("'")) for line in state]
    assert margins[0] < margins[-1]
    assert (kit / "out" / "dpo-lora" / "adapter_model.safetensors").exists()


def test_what_would_teach_something_else_is_stopped_before_it_trains(labels: Path, tiny: Path, tmp_path: Path) -> None:
    turn = "'<|im_start|>assistant\\n'"
    blank = retold(tiny, tmp_path / "blank", turn, turn.replace("\\n", "\\n "))
    tools = made("trl", tmp_path / "tools", task="agent", refusal_share=0)
    pairs = made("trl", tmp_path / "pairs", task="rewriting", option="dpo")
    own = "{#- another -#}"
    unknown = retold(tiny, tmp_path / "unknown", "{%- if tools %}", own + "{%- if tools %}")
    small = made("small_model", tmp_path / "small", **LABELS)
    cases: dict[str, tuple[Any, ...]] = {
        "a template of the kit": (small, "configs/sft-qlora.yaml", unknown),
        "good": (labels, "configs/sft-lora.yaml", tiny),
        "in four bits": (labels, "configs/sft-qlora.yaml", tiny),
        "tools": (tools, "configs/sft-lora.yaml", tiny, "--max_length", "8192"),
        "pairs": (pairs, "configs/dpo-lora.yaml", tiny, "--max_length", "4096"),
        "a blank": (labels, "configs/sft-lora.yaml", blank, "--assistant_only_loss", "false"),
        "a blank before pairs": (pairs, "configs/dpo-lora.yaml", blank, "--max_length", "4096"),
        "no marks": (labels, "configs/sft-lora.yaml", unknown),
        "too long": (labels, "configs/sft-lora.yaml", tiny, "--max_length", "32"),
    }
    lines = "".join("\t".join(map(str, case)) + "\n" for case in cases.values())
    done = at(tmp_path, PYTHON, HERE / "checked.py", stdin=lines)
    assert done.returncode == 0, done.stderr
    ended = dict(zip(cases, json.loads(done.stdout.splitlines()[-1]), strict=True))
    for name in ("good", "in four bits", "a template of the kit", "tools", "pairs"):
        assert ended[name]["why"] == "", name
        assert "learnt from: " in ended[name]["printed"]
    for name in ("a blank", "a blank before pairs"):
        assert "Row 1: the model would not be asked as it was trained" in ended[name]["why"]
        assert ended[name]["printed"] == ""
    assert "does not mark what the assistant says" not in ended["good"]["why"]
    assert "TRL has none for it that does" in ended["no marks"]["why"]
    assert "would be cut" in ended["too long"]["why"]


CALLED = """
import json, serve
from endpoint import rows
tokenizer = serve.AutoTokenizer.from_pretrained("MODEL")
tools = rows("evaluation/evaluation_set.jsonl")[0]["tools"]
messages = [{"role": "user", "content": "Hello"}]
asked = serve.tokens(tokenizer, messages, tools)["input_ids"][0].tolist()
for text in ('<tool_call>\\n{"name": "find", "arguments": {"n": 7}}\\n</tool_call><|im_end|>', "Good day.<|im_end|>"):
    said = tokenizer.encode(text, add_special_tokens=False)
    print(json.dumps(serve.called(tokenizer, said, asked, tools)))
"""


def test_a_call_of_a_tool_is_told_as_openais_api_tells_it(tiny: Path, tmp_path: Path) -> None:
    kit = made("trl", tmp_path, task="agent", refusal_share=0)
    done = at(kit, PYTHON, "-c", CALLED.replace("MODEL", str(tiny)))
    assert done.returncode == 0, done.stderr
    call, none = map(json.loads, done.stdout.splitlines()[-2:])
    assert call["tool_calls"][0]["function"] == {"name": "find", "arguments": '{"n": 7}'}
    assert none == {}


def test_an_encoder_is_trained_saved_loaded_and_asked(tmp_path: Path) -> None:
    kit, model = made("encoder", tmp_path / "kit", **LABELS), tmp_path / "model"
    assert at(tmp_path, PYTHON, HERE / "tiny_model.py", model, kit, "encoder").returncode == 0
    settings = json.loads((kit / "kit.json").read_text("utf-8"))
    settings["training"] |= {"num_train_epochs": 40, "learning_rate": 0.002, "per_device_train_batch_size": 2}
    (kit / "kit.json").write_text(json.dumps(settings), "utf-8")
    learnt = rows(kit, "data/train.jsonl")
    cases = [
        {"id": f"test-{place:03d}", "messages": row["messages"][:-1], "gold": row["messages"][-1]["content"],
         "expects_answer": True, "metric": "label", "decline": ["No."]}
        for place, row in enumerate(learnt)
    ]  # fmt: skip
    (kit / "evaluation" / "evaluation_set.jsonl").write_text("\n".join(map(json.dumps, cases)), "utf-8")
    (kit / "data" / "validation.jsonl").write_text("\n".join(map(json.dumps, learnt)), "utf-8")
    done = at(kit, PYTHON, "encoder.py", ENCODER=str(model))
    assert done.returncode == 0, done.stderr
    assert scored(kit, "encoder") > 50  # who guesses one of five labels has twenty; where it starts is chance
    first = rows(kit, "answers/encoder.jsonl")[0]
    asked = at(kit, PYTHON, "encoder.py", first["messages"][-1]["content"])
    assert asked.stdout.strip() == first["prediction"]


def test_qlora_trains_an_adapter_beside_weights_in_four_bits_that_answers(tiny: Path, tmp_path: Path) -> None:
    plain = made("trl", tmp_path / "plain", **LABELS)
    pairs = made("trl", tmp_path / "pairs", task="rewriting", option="dpo")
    small = made("small_model", tmp_path / "small", **LABELS)
    few = ("--max_steps", "2", "--logging_steps", "1", "--learning_rate", "0.01")
    cases: tuple[tuple[Any, ...], ...] = (
        (plain, "configs/sft-qlora.yaml", tiny, *SHORT, *few),
        (pairs, "configs/dpo-qlora.yaml", tiny, *SHORT, *few, "--max_length", "4096"),
        (small, "configs/sft-qlora.yaml", tiny, *SHORT, *few),
    )
    lines = "".join("\t".join(map(str, case)) + "\n" for case in cases)
    done = at(tmp_path, PYTHON, HERE / "four_bits.py", stdin=lines)
    assert done.returncode == 0, done.stderr
    for told in json.loads(done.stdout.splitlines()[-1]):
        assert told["layers"] == LINEAR_LAYERS
        assert (told["types"], told["nested"]) == (["nf4"], True)
        assert told["learns"] == ["lora_A", "lora_B"]
        assert len(told["losses"]) == 2
        assert told["losses"][0] != told["losses"][1]
    for kit, config in ((plain, "sft-qlora"), (pairs, "dpo-qlora"), (small, "sft-qlora")):
        assert (kit / "out" / config / "adapter_model.safetensors").exists()
    with serving(plain, "out/sft-qlora") as address:
        asked = run(plain, "baseline.py", "tuned", address=address, MODEL="tuned")
    assert asked.returncode == 0, asked.stderr
    assert len(rows(plain, "answers/tuned.jsonl")) == len(rows(plain, "evaluation/evaluation_set.jsonl"))


def test_the_notebooks_of_databricks_train_keep_load_and_score(labels: Path, tiny: Path, tmp_path: Path) -> None:
    kit, encoder = made("databricks", tmp_path / "kit", **LABELS), tmp_path / "encoder"
    assert at(tmp_path, PYTHON, HERE / "tiny_model.py", encoder, labels, "encoder").returncode == 0
    learnt = rows(kit, "tables/train.jsonl")
    cases = [
        {"id": f"test-{place:03d}", "messages": [{"role": "user", "content": row["text"]}], "gold": row["text_label"],
         "expects_answer": True, "metric": "label", "decline": ["No."]}
        for place, row in enumerate(learnt)
    ]  # fmt: skip
    (kit / "evaluation" / "evaluation_set.jsonl").write_text("\n".join(map(json.dumps, cases)), "utf-8")
    named = "".join(f"{json.dumps(row['text'])},{row['text_label']}\n" for row in learnt)
    (kit / "named.csv").write_text(f"note,kind\n{named}", "utf-8")
    (kit / "strange.csv").write_text("note,kind\nHello,greeting\n", "utf-8")
    tried = {
        "ENCODER": repr(str(encoder)),
        "TRAINING": "TRAINING | {'num_train_epochs': 20, 'learning_rate': 0.002, 'per_device_train_batch_size': 2}",
    }
    columns = {"TEXT_COLUMN": "'note'", "LABEL_COLUMN": "'kind'"}
    short = ("--model_name_or_path", str(tiny), *SHORT, "--max_steps", "2")
    runs = [
        ("databricks_classifier.py", tried | columns | {"TABLES": "dict.fromkeys(TABLES, 'strange')"}),
        ("databricks_classifier.py", tried | {"TABLES": "dict.fromkeys(TABLES, 'named')"}),
        ("databricks_classifier.py", tried | columns | {"TABLES": "dict.fromkeys(TABLES, 'named')"}),
        ("databricks_trl.py", {"ARGUMENTS": repr(short)}),
    ]
    done = at(
        kit, PYTHON, HERE / "cells.py", stdin="".join(json.dumps(run) + "\n" for run in runs), MAX_NEW_TOKENS="8",
        MLFLOW_TRACKING_URI=(tmp_path / "runs").as_uri(), MLFLOW_ALLOW_FILE_STORE="true",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == [
        "Labels that ID2LABEL does not name: greeting.",
        "The train table has no column label, text.",
        "",
        "",
    ]
    assert "The model is kept as models:/" in done.stdout
    assert scored(kit, "encoder") > 50
    assert scored(kit, "tuned") == 0  # two steps teach nothing; that it was asked is what counts
    assert len(rows(kit, "answers/tuned.jsonl")) == len(cases)
    assert list((tmp_path / "runs").rglob("adapter_model.safetensors"))


RESULTS = "step,train_loss,valid_loss\n1,1.5,1.6\n2,0.5,0.7\n"


def test_a_job_is_kept_in_weights_and_biases_offline_with_both_scores_and_no_key(tmp_path: Path) -> None:
    kit = made("openai", tmp_path / "kit", **LABELS)
    (kit / "job.json").write_text(json.dumps({"job": "ftjob-1", "model": "ft:good"}), "utf-8")
    with talking(right_answers(kit)) as server:
        server.results = RESULTS
        for name, model in (("baseline", "bad"), ("tuned", "ft:good")):
            assert run(kit, "baseline.py", name, address=server.address, MODEL=model).returncode == 0
        asked = {"OPENAI_API_KEY": "sk-no-key", "OPENAI_BASE_URL": server.address}
        unset = at(kit, PYTHON, "track_wandb.py", **asked)
        assert "Set WANDB_API_KEY, or WANDB_MODE=offline" in unset.stderr
        done = at(kit, PYTHON, "track_wandb.py", WANDB_MODE="offline", **asked)
    assert done.returncode == 0, done.stderr
    assert "tuned: " in done.stdout
    assert "kept in " in done.stdout
    (kept,) = kit.glob("wandb/offline-run-*/run-*.wandb")
    data = kept.read_bytes()
    for wanted in (b"tuned_right", b"valid_loss", b"ft:good", b"model-metadata"):
        assert wanted in data
    assert b"sk-no-key" not in b"".join(file.read_bytes() for file in kit.glob("wandb/**/*") if file.is_file())
