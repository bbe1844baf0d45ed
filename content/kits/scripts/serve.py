"""Answers on this machine as OpenAI's API does, so that all scripts of this kit can ask: the model as it is, under the
name base, and with the adapter that was trained, under the name tuned. One question at a time; README.md says what to
put into use instead.

    python serve.py                  base alone
    python serve.py out/sft-lora     both
"""

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import torch
import yaml
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl.chat_template_utils import add_response_schema, parse_response
from words import HERE, say

PORT = int(os.environ.get("PORT", "8000"))
LONGEST = int(os.environ.get("MAX_NEW_TOKENS", "512"))
"""Tokens after which an answer is cut."""
ONE = threading.Lock()


def base_model() -> str:
    """The model of the settings, as TRL and Unsloth name it there, or as Axolotl does."""
    settings = yaml.safe_load(min((HERE / "configs").glob("*.yaml")).read_text("utf-8"))
    return str(settings.get("model_name_or_path") or settings["base_model"])


def load(adapter: str | None):
    """Tokenizer and model: an adapter names the one that it was trained on; else it is that of the settings."""
    if adapter:
        name = json.loads((Path(adapter) / "adapter_config.json").read_text("utf-8"))["base_model_name_or_path"]
    else:
        name = base_model()
    tokenizer = AutoTokenizer.from_pretrained(adapter or name)
    device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    model = AutoModelForCausalLM.from_pretrained(name, dtype="auto").to(device).eval()
    return tokenizer, PeftModel.from_pretrained(model, adapter).eval() if adapter else model


@torch.inference_mode()
def respond(tokenizer, model, body: dict[str, Any]) -> tuple[dict[str, Any], int, int]:
    """The likeliest answer, and the tokens of question and answer."""
    tools = body.get("tools")
    asked = tokens(tokenizer, body["messages"], tools).to(model.device)
    read = asked["input_ids"].shape[1]
    said = model.generate(
        **asked,
        max_new_tokens=body.get("max_completion_tokens") or body.get("max_tokens") or LONGEST,
        do_sample=False,
        pad_token_id=tokenizer.pad_token_id or tokenizer.eos_token_id,
    )[0, read:].tolist()
    message = {"role": "assistant", "content": tokenizer.decode(said, skip_special_tokens=True)}
    if tools:
        message |= called(tokenizer, said, asked["input_ids"][0].tolist(), tools)
    return message, read, len(said)


def tokens(tokenizer, messages: list[dict[str, Any]], tools: list[dict[str, Any]] | None):
    """What the model is asked with."""
    return tokenizer.apply_chat_template(
        messages, tools=tools, add_generation_prompt=True, return_dict=True, return_tensors="pt"
    )


def called(tokenizer, said: list[int], asked: list[int], tools: list[dict[str, Any]]) -> dict[str, Any]:
    """The tools that an answer calls, as OpenAI's API has them; nothing where it calls none."""
    found = parse_response(add_response_schema(tokenizer), said, prefix=asked, tools=tools)
    calls = [call["function"] for call in found.get("tool_calls") or ()]
    return (
        {
            "content": found.get("content") or None,
            "tool_calls": [
                {
                    "id": f"call-{place}",
                    "type": "function",
                    "function": {"name": call["name"], "arguments": json.dumps(call["arguments"], ensure_ascii=False)},
                }
                for place, call in enumerate(calls)
            ],
        }
        if calls
        else {}
    )


class Answers(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing is printed: what is asked may be private."""

    def do_GET(self) -> None:
        self.send({"object": "list", "data": [{"id": name, "object": "model"} for name in self.server.names]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self.path.endswith("/chat/completions") or body["model"] not in self.server.names:
            self.send({"error": {"message": say("here are only: {names}", names=", ".join(self.server.names))}}, 404)
            return
        with ONE:
            if body["model"] == "base" and isinstance(self.server.model, PeftModel):
                with self.server.model.disable_adapter():
                    message, read, written = respond(self.server.tokenizer, self.server.model, body)
            else:
                message, read, written = respond(self.server.tokenizer, self.server.model, body)
        self.send({
            "id": "answer",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written},
        })  # fmt: skip

    def send(self, value: Any, status: int = 200) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


if __name__ == "__main__":
    adapter = str((HERE / sys.argv[1]).resolve()) if sys.argv[1:] else None
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Answers)
    server.tokenizer, server.model = load(adapter)
    server.names = ["base", "tuned"] if adapter else ["base"]
    address = f"http://127.0.0.1:{server.server_port}/v1"
    print(say("Answers at {address} as: {names}. Stop with Ctrl+C.", address=address, names=", ".join(server.names)))
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
