"""Lets a vendor's model answer at an address of this machine that speaks OpenAI's API, as the scripts of the kit ask.

PORT in the environment is its port (8000). It listens to this machine alone.
"""

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from vendor_job import Refusal, Vendor, meaning
from words import say

PORT = int(os.environ.get("PORT", "8000"))
BUSY = 429


class Answer(NamedTuple):
    """What a model said, and what it cost in tokens."""

    text: str
    calls: list[tuple[str, dict[str, Any]]]
    read: int
    cached: int
    written: int


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing is printed: what is asked may be private."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        vendor = self.server.vendor
        try:
            answer = vendor.answer(body)
        except Exception as error:
            refusal = vendor.refusal(error) or Refusal(None, str(error))
            self.send({"error": {"message": meaning(vendor, refusal)}}, BUSY if refusal.status == BUSY else 400)
            return
        self.send({
            "id": "answer",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": body["model"],
            "choices": [{"index": 0, "message": message(answer), "finish_reason": "stop"}],
            "usage": {
                "prompt_tokens": answer.read,
                "completion_tokens": answer.written,
                "total_tokens": answer.read + answer.written,
                "prompt_tokens_details": {"cached_tokens": answer.cached},
            },
        })  # fmt: skip

    def send(self, value: Any, status: int = 200) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def message(answer: Answer) -> dict[str, Any]:
    """The answer as OpenAI's API has it."""
    said: dict[str, Any] = {"role": "assistant", "content": answer.text or None}
    if answer.calls:
        said["tool_calls"] = [
            {"id": f"call-{place}", "type": "function",
             "function": {"name": name, "arguments": json.dumps(given, ensure_ascii=False)}}
            for place, (name, given) in enumerate(answer.calls)
        ]  # fmt: skip
    return said


def bridge(vendor: Vendor, *_: object) -> None:
    """Answer until somebody presses Ctrl+C."""
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
    server.vendor = vendor
    address = f"http://127.0.0.1:{server.server_port}/v1"
    print(say("Asks {vendor} at {address}. Stop with Ctrl+C.", vendor=vendor.name, address=address))
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
