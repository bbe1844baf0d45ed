"""A server on this machine that speaks OpenAI's API, for the scripts of kits; a test decides what it answers."""

from __future__ import annotations

import email
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any, TypeVar

from openai.types.fine_tuning.alpha.grader_validate_params import GraderValidateParams

from advisor.dataset.scoring import likeness
from tests.kits.openai_types import wrong_in

SIZE = 256
"""Numbers in an embedding: words fall into so many buckets."""
OFF = "Perhaps."
"""What the bad model says."""


@dataclass(frozen=True)
class Reply:
    """An answer that is more than JSON with status 200; no value: none at all."""

    value: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Server(ThreadingHTTPServer):
    """Models `good`, `bad` and `empty`, embeddings, files and training jobs."""

    def __init__(self, right: dict[str, str], labels: dict[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.right = right
        """What the good model answers, by the question."""
        self.labels = labels
        """What the embedding called `label` knows of texts."""
        self.asked: list[tuple[str, Any]] = []
        """Every request: its path, and its body."""
        self.refuse: dict[str, tuple[int, str]] = {}
        """Status and code with which a path is refused."""
        self.busy: dict[str, int] = {}
        """How many requests to a path are refused with 429 before it answers."""
        self.retry_after = "0.01"
        """Seconds that a refusal with 429 asks one to wait."""
        self.ends = "succeeded"
        """How a job ends; `running` and `paused`: not at all."""
        self.looked = 0
        self.uploads: list[dict[str, bytes]] = []
        """The fields of each uploaded file's form."""
        self.job: Any = {}
        """The body that the last job was started with."""
        self.results = ""
        """The file of results that a job leaves behind; empty: none."""
        self.speaks: Callable[[str, str, Any], Any] = lambda method, path, body: None
        """What a vendor's own API answers to a method, a whole path and a body; None: it has no such address."""
        self.prefixes: set[str] = set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def bodies(self, path: str) -> list[Any]:
        return [body for at, body in self.asked if at == path]


Local = TypeVar("Local", bound=ThreadingHTTPServer)


@contextmanager
def serving(right: dict[str, str], labels: dict[str, str] | None = None) -> Iterator[Server]:
    with running(Server(right, labels or {})) as server:
        yield server


@contextmanager
def running(server: Local) -> Iterator[Local]:
    """A server that answers inside the block, and is gone after it."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: object) -> None:
        """A test prints nothing."""

    def do_GET(self) -> None:
        self._reply(None)

    do_DELETE = do_HEAD = do_GET

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"] or 0))
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("multipart/form-data"):
            self.server.uploads.append(_form(kind, data))
        self._reply(
            json.loads(data) if kind.startswith(("application/json", "application/x-amz-json")) and data else data
        )

    do_PUT = do_PATCH = do_POST

    def _reply(self, body: Any) -> None:
        target = self.headers.get(
            "X-Amz-Target", ""
        )  # by which some services of Amazon say what is wanted, always at /
        path = target or re.sub("^/v1/", "/", self.path.partition("?")[0])
        self.server.asked.append((path, body))
        if self.server.busy.get(path):
            self.server.busy[path] -= 1
            reply = _refused(429, "rate_limit_exceeded", self.server)
        elif path in self.server.refuse:
            reply = _refused(*self.server.refuse[path], self.server)
        else:
            told = self.server.speaks(self.command, target or self.path, body)
            if told is None:
                told = _answered(self.server, path, body)
            reply = told if isinstance(told, Reply) else Reply(told)
        self._send(reply.value, reply.status, reply.headers)

    def _send(self, value: Any, status: int = 200, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        match value:
            case None:
                data = b""
            case bytes():
                data = value
            case str():
                data = value.encode()
            case _:
                data = json.dumps(value).encode()
        self.send_response(status)
        for name, text in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _form(kind: str, data: bytes) -> dict[str, bytes]:
    """The fields of an upload."""
    form = email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + data)
    fields = {}
    for part in form.get_payload():
        name = part.get_param("name", header="content-disposition")
        fields[str(name)] = part.get_payload(decode=True)
    return fields


def _refused(status: int, code: str, server: Server) -> Reply:
    error = {"message": f"refused: {code}.", "type": "error", "param": None, "code": code}
    return Reply({"error": error}, status, {"Retry-After": server.retry_after} if status == 429 else {})


def _answered(server: Server, path: str, body: Any) -> Any:
    """What is answered; a grader that the SDK's types do not know is refused."""
    if not path.startswith("/fine_tuning/alpha/graders/"):
        return _answer(server, path, body)
    if wrong := wrong_in({"grader": body["grader"]}, GraderValidateParams):
        return Reply({"error": {"message": wrong, "type": "error", "param": "grader", "code": None}}, 400)
    return {"grader": body["grader"]} if path.endswith("validate") else _graded(**body)


def _graded(grader: Any, model_sample: str, item: Any) -> Any:
    """What running a grader gives, as the SDK's type has it; programs are really run."""
    errors: dict[str, Any] = dict.fromkeys(
        ("formula_parse_error", "invalid_variable_error", "model_grader_parse_error", "model_grader_refusal_error",
         "model_grader_server_error", "other_error", "python_grader_runtime_error", "python_grader_server_error",
         "sample_parse_error", "truncated_observation_error", "unresponsive_reward_error"), False,
    )  # fmt: skip
    reward = 0.0
    match grader["type"]:
        case "python":
            space: dict[str, Any] = {}
            try:
                exec(grader["source"], space)
                reward = space["grade"]({"output_text": model_sample}, item)
            except Exception as error:
                errors |= {"python_grader_runtime_error": True, "python_grader_runtime_error_details": str(error)}
        case "string_check":
            reward = float(model_sample == item["reference_answer"])
        case "text_similarity":
            reward = likeness(item["reference_answer"], model_sample)
    metadata = {"errors": errors, "execution_time": 0.01, "name": grader["name"], "scores": {}, "type": grader["type"]}
    return {"metadata": metadata, "model_grader_token_usage_per_model": {}, "reward": reward, "sub_rewards": {}}


def _answer(server: Server, path: str, body: Any) -> Any:
    match path.strip("/").split("/"):
        case ["chat", "completions"]:
            return _chat(server, body)
        case ["embeddings"]:
            vectors = [_vector(server, body["model"], text) for text in body["input"]]
            data = [{"object": "embedding", "index": n, "embedding": vector} for n, vector in enumerate(vectors)]
            return {
                "object": "list",
                "data": data,
                "model": body["model"],
                "usage": {"prompt_tokens": 1, "total_tokens": 1},
            }
        case ["files"]:
            return _file(f"file-{len(server.bodies('/files'))}")
        case ["files", name]:
            return _file(name)
        case ["files", _, "content"]:
            return server.results
        case ["fine_tuning", "jobs"]:
            server.job = body
            return _job(server, "ftjob-1", "validating_files")
        case ["fine_tuning", "jobs", name]:
            server.looked += 1
            job = _job(server, name, "running" if server.looked < 2 else server.ends)
            return {**job, "result_files": ["file-results"] if server.results else []}
        case ["fine_tuning", "jobs", name, "cancel"]:
            return _job(server, name, "cancelled")
        case ["fine_tuning", "jobs", _, "events"]:
            told = ["Validating the files", "Training has started", STEPS[_method(server)]]
            return _page([
                {"object": "fine_tuning.job.event", "id": f"e-{n}", "created_at": n, "level": "info", "message": text}
                for n, text in enumerate(told[: server.looked + 1])
            ])  # fmt: skip
        case ["fine_tuning", "jobs", name, "checkpoints"]:
            metric = "valid_reward_mean" if _method(server) == "reinforcement" else "valid_loss"
            return _page([
                {"object": "fine_tuning.job.checkpoint", "id": f"c-{step}", "created_at": step, "step_number": step,
                 "fine_tuned_model_checkpoint": f"ft:good:ckpt-{step}", "fine_tuning_job_id": name,
                 "metrics": {"step": step, metric: 1 / step}}
                for step in (1, 2)
            ])  # fmt: skip
    raise AssertionError(f"nothing answers at {path}")


def _page(data: list[Any]) -> Any:
    return {"object": "list", "data": data, "has_more": False}


def _file(name: str) -> Any:
    return {"id": name, "object": "file", "bytes": 1, "created_at": 1, "filename": "rows.jsonl", "purpose": "fine-tune",
            "status": "processed"}  # fmt: skip


STEPS = {
    "supervised": "Step 1/2: training loss=1.27, validation loss=1.31",
    "dpo": "Step 1/2: training loss=0.69, validation loss=0.69",
    "reinforcement": "Step 10/20 , train mean reward=0.42, full validation mean reward=0.68",
}
"""Events of a training; that of reinforcement as OpenAI's guide shows it."""


def _method(server: Server) -> str:
    return str(server.job.get("method", {}).get("type", "supervised"))


def _job(server: Server, name: str, status: str) -> Any:
    done = status == "succeeded"
    error = {"code": "invalid_training_file", "message": "line 3 is no conversation", "param": "training_file"}
    return {
        "id": name, "object": "fine_tuning.job", "created_at": 1, "model": server.job.get("model", "gpt-4.1-mini"),
        "organization_id": "org-1", "status": status, "training_file": server.job.get("training_file", "file-1"),
        "validation_file": server.job.get("validation_file"), "result_files": [], "seed": 1, "hyperparameters": {},
        "method": server.job.get("method"), "finished_at": None, "error": error if status == "failed" else None,
        "fine_tuned_model": "ft:good" if done else None, "trained_tokens": 4800 if done else None,
    }  # fmt: skip


def _taught(messages: list[Any]) -> str:
    """What a teacher says: new questions, some of them known or alike, a further question, or an answer."""
    asked = messages[-1]["content"]
    if "\n- " in asked:
        known = asked.split("\n- ")[1].split("\n")[0]
        return "\n".join(["1. What is new?", f"2. {known}", "3) what  IS new?", "- And what is old?", ""])
    return "And then?" if "ask next" in asked else f"The answer to: {asked}"


def _chat(server: Server, body: Any) -> Any:
    asked = body["messages"][-1]["content"]
    known = [question for question in server.right if question in asked]
    right = server.right[max(known, key=len)] if known else ""
    model = body["model"].removeprefix("ft:")
    taught = _taught(body["messages"]) if model == "teacher" else ""
    text = {"good": right, "bad": OFF, "empty": "", "teacher": taught}[model]
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if "response_format" in body:
        message["content"] = _bound(body["response_format"]["json_schema"]["schema"], text)
    elif body.get("tools") and text.startswith("["):
        calls = [{"id": f"call-{n}", "type": "function",
                  "function": {"name": call["name"], "arguments": json.dumps(call["arguments"])}}
                 for n, call in enumerate(json.loads(text))]  # fmt: skip
        message = {"role": "assistant", "content": None, "tool_calls": calls}
    prefix = body["messages"][0]["content"]
    cached = 100 if prefix in server.prefixes else 0
    server.prefixes.add(prefix)
    usage = {"prompt_tokens": 120, "completion_tokens": 3, "total_tokens": 123,
             "prompt_tokens_details": {"cached_tokens": cached}}  # fmt: skip
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {
        "id": "chat-1",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [choice],
        "usage": usage,
    }


def _bound(schema: Any, text: str) -> str:
    """What a server that enforces a schema sends: the text within it, or as much of the schema as can be."""
    if not text:
        return ""
    names = list(schema["properties"])
    if names == ["answer"]:
        allowed = schema["properties"]["answer"].get("enum", [text])
        return json.dumps({"answer": text if text in allowed else allowed[-1]})
    return text if text.startswith("{") else json.dumps(dict.fromkeys(names, text))


def _vector(server: Server, model: str, text: str) -> list[float]:
    """Words in buckets; of the model `label`, the label that the text has."""
    if model == "label":
        known = [question for question in server.labels if question in text]
        text = server.labels[max(known, key=len)] if known else "none"
    vector = [0.001] * SIZE
    for word in re.findall(r"\w+", text.lower()):
        vector[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4]) % SIZE] += 1.0
    return vector
