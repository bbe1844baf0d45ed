"""The kit for Tinker: Tinker's own library against a server on this machine, and a tokenizer of a few signs."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kits.environments.vendor_kits import PYTHON, made, root, said_by, vendor_run
from tests.kits.server import Reply, Server, serving
from tests.kits.unpacked import right_answers, rows, scored

SCRIPT = "tune_tinker.py"
RUN = "run-1:train:0"
TOKENIZER = """
import sys
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast
signs = {sign: n for n, sign in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
tokenizer = Tokenizer(models.BPE(signs, []))
tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer)
fast.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})
begin, end = "<|im_start|>", "<|im_end|>"
fast.chat_template = (
    "{% for one in messages %}" + begin + "{{ one.role }}\\n{{ one.content }}" + end + "\\n{% endfor %}"
    "{% if add_generation_prompt %}" + begin + "assistant\\nTURN{% endif %}"
).replace("TURN", sys.argv[2])
fast.save_pretrained(sys.argv[1])
"""


COMPUTING = """
import base64, sys
import numpy as np
from tinker.proto import tinker_public_pb2 as proto
for line in sys.stdin:
    request, out, record = proto.ForwardBackwardRequest(), proto.ForwardBackwardOutput(), proto.ArrayRecord()
    request.ParseFromString(base64.b64decode(line))
    counts, learnt = [], 0
    for datum in request.data:
        weights = np.frombuffer(datum.loss_fn_inputs["weights"].dense, np.float32)
        targets = np.frombuffer(datum.loss_fn_inputs["target_tokens"].dense, np.int64)
        tokens = np.frombuffer(datum.model_input[0].encoded_text.tokens, np.int32)
        assert len(weights) == len(targets) == len(tokens) and (targets[:-1] == tokens[1:]).all()
        counts.append(len(weights))
        learnt += int(weights.sum())
    logprobs = np.full(sum(counts), -0.25 if request.forward_only else -0.5, np.float32)
    offsets = np.cumsum([0, *counts]) * logprobs.itemsize
    record.num_datums = len(counts)
    record.fields["logprobs"].CopyFrom(proto.BatchedTensor(
        data=logprobs.tobytes(), offsets=offsets.astype(np.int64).tobytes(), dtype=proto.DTYPE_FLOAT32))
    out.loss_fn_outputs.append(record)
    print(learnt, base64.b64encode(out.SerializeToString()).decode(), flush=True)
"""
"""Reads what the library sends by the library's own description of it, and answers in its form."""


class Tinker:
    """What Tinker's API answers: a promise for each request, kept when it is asked for."""

    def __init__(self, server: Server, computing: subprocess.Popen[str]) -> None:
        self.server = server
        self.computing = computing
        self.promised: list[tuple[str, Any]] = []
        self.fails = ""
        self.learnt = 0
        self.steps: list[float] = []
        self.created: list[Any] = []
        self.saved = 0
        self.deleted: list[str] = []

    def __call__(self, method: str, path: str, body: Any) -> Any:
        name = path.partition("?")[0].removeprefix("/api/v1/")
        if method == "DELETE":
            self.deleted.append(name.rpartition("checkpoints/")[2])
            return {}
        match name:
            case "client/config":
                return {"use_pyqwest_transport": False}
            case "client/dynamic_config" | "telemetry" | "session_heartbeat":
                return {"status": "accepted"}
            case "create_session":
                return {"type": "create_session", "session_id": "run-1"}
            case "get_info":
                return {"type": "get_info", "model_id": RUN, "model_data": {"model_name": "Qwen/Qwen3-8B"}}
            case "retrieve_future":
                return self._kept(*self.promised[int(body["request_id"])])
            case "create_model" | "load_weights" | "forward_backward" | "optim_step" | "save_weights":
                self.promised.append((name, body))
                return {"request_id": str(len(self.promised) - 1), "model_id": RUN}
            case "save_weights_for_sampler":
                self.promised.append((name, body))
                return {"request_id": str(len(self.promised) - 1), "model_id": RUN}
        return None

    def _kept(self, name: str, body: Any) -> Any:
        if name == self.fails:
            return {"error": "out of memory", "category": "server"}
        match name:
            case "create_model" | "load_weights":
                self.created.append(body)
                return {"type": name, "model_id": RUN}
            case "forward_backward":
                assert self.computing.stdin
                assert self.computing.stdout
                self.computing.stdin.write(base64.b64encode(body).decode() + "\n")
                self.computing.stdin.flush()
                learnt, answer = self.computing.stdout.readline().split()
                self.learnt += int(learnt)
                return Reply(base64.b64decode(answer), headers={"Content-Type": "application/x-protobuf"})
            case "optim_step":
                self.steps.append(body["adam_params"]["learning_rate"])
                return {"type": "optim_step"}
            case "save_weights":
                self.saved += 1
                return {"type": name, "path": f"tinker://{RUN}/weights/{body['path']}"}
        return {"type": name, "path": f"tinker://{RUN}/sampler_weights/{body['path']}"}


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("tokenizer")
    said_by(TOKENIZER, place, "")
    return str(place)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made("tinker", tmp_path)


@pytest.fixture(scope="module")
def computing() -> Iterator[subprocess.Popen[str]]:
    command = [PYTHON, "-c", COMPUTING]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.terminate()


@pytest.fixture
def vendor(folder: Path, computing: subprocess.Popen[str]) -> Iterator[Tinker]:
    with serving(right_answers(folder)) as server:
        server.speaks = Tinker(server, computing)
        yield server.speaks


def tune(folder: Path, vendor: Tinker, tokenizer: str, *arguments: str, **environment: str) -> Any:
    known = {"TINKER_BASE_URL": root(vendor.server), "TINKER_API_KEY": "tml-secret-key", "TOKENIZER": tokenizer,
             "HF_HUB_OFFLINE": "1", "HOME": str(folder), **environment}  # fmt: skip
    done = vendor_run(folder, SCRIPT, *arguments, server=vendor.server, **known)
    assert "secret-key" not in done.stdout + done.stderr
    return done


def test_the_loop_trains_keeps_scores_and_deletes(folder: Path, vendor: Tinker, tokenizer: str) -> None:
    checked = tune(folder, vendor, tokenizer, "check")
    assert checked.returncode == 0, checked.stderr
    found = re.search(r"on (\d+) of them, 3 times", checked.stdout)
    assert found, checked.stdout
    answers = [row["messages"][-1]["content"] for row in rows(folder, "data/train.jsonl")]
    told = sum(len(answer.encode()) + 2 for answer in answers)  # a sign a byte, the end of the turn, a line feed
    assert int(found[1]) == told
    assert not vendor.promised
    done = tune(folder, vendor, tokenizer)
    assert done.returncode == 0, done.stderr
    assert "pass 3 of 3: training loss 0.5000, validation loss 0.2500" in done.stdout
    assert f"next: export MODEL=tinker://{RUN}/sampler_weights/tuned" in done.stdout
    held = sum(len(row["messages"][-1]["content"].encode()) + 2 for row in rows(folder, "data/validation.jsonl"))
    assert vendor.learnt == 3 * (told + held)
    assert vendor.steps == [0.0001] * 3 * 2
    assert vendor.created[0]["lora_config"]["rank"] == 32
    assert vendor.deleted == ["weights/pass-1", "weights/pass-2"]
    tuned = vendor_run(
        folder, "baseline.py", "tuned", server=vendor.server, MODEL="good", OPENAI_API_KEY="", TINKER_API_KEY="key"
    )
    assert tuned.returncode == 0, tuned.stderr
    assert scored(folder, "tuned") == 100
    assert tune(folder, vendor, tokenizer, "delete", "all").returncode == 0
    assert vendor.deleted[2:] == ["sampler_weights/tuned", "weights/pass-3"]


def test_after_a_cut_it_goes_on_with_the_pass_that_was_kept(folder: Path, vendor: Tinker, tokenizer: str) -> None:
    vendor.fails = "save_weights_for_sampler"
    cut = tune(folder, vendor, tokenizer)
    assert (cut.returncode, "out of memory" in cut.stderr) == (1, True), cut.stderr
    vendor.fails = ""
    state = json.loads((folder / "job.json").read_text("utf-8"))
    assert (state["passes"], vendor.saved) == (3, 3)
    state |= {"passes": 2, "kept": f"tinker://{RUN}/weights/pass-2"}
    (folder / "job.json").write_text(json.dumps(state), "utf-8")
    done = tune(folder, vendor, tokenizer)
    assert done.returncode == 0, done.stderr
    assert "pass 2" not in done.stdout
    assert "pass 3 of 3" in done.stdout
    assert vendor.created[1]["path"] == f"tinker://{RUN}/weights/pass-2"
    assert vendor.created[1]["optimizer"] is True


@pytest.mark.parametrize(("status", "said"), [(401, "does not take this key (401)"), (403, "says to whom it is open")])
def test_what_tinker_refuses_is_explained(folder: Path, vendor: Tinker, tokenizer: str, status: int, said: str) -> None:
    (folder / "job.json").write_text(json.dumps({"model": f"tinker://{RUN}/sampler_weights/tuned"}), "utf-8")
    vendor.server.refuse[f"/api/v1/training_runs/{RUN}/checkpoints/sampler_weights/tuned"] = (status, "some_code")
    done = tune(folder, vendor, tokenizer, "delete", "all")
    assert done.returncode == 1
    assert said in done.stderr


def test_a_template_that_asks_otherwise_than_it_trains_is_stopped(folder: Path, vendor: Tinker, tmp_path: Path) -> None:
    said_by(TOKENIZER, tmp_path / "other", ">")
    done = tune(folder, vendor, str(tmp_path / "other"))
    assert "Row 1: the chat template would not ask the model as it trains it" in done.stderr
    assert not vendor.promised
