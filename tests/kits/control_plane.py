"""A server on this machine that speaks the part of Azure's control plane that deploys models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.kits.server import running

ROOT = "/subscriptions/sub-1/resourceGroups/group-1/providers/Microsoft.CognitiveServices/accounts/resource-1"
TOKEN = "a-token"


class ControlPlane(ThreadingHTTPServer):
    """One resource with its deployments, each of which takes a look or two to be made and to be gone."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.deployments: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, str, str, Any]] = []
        """Every request: method, path, version of the interface, body."""
        self.refuse: dict[str, tuple[int, str]] = {}
        """Status and message with which a method is refused."""
        self.ends = "Succeeded"
        """How a deployment ends; `Creating`: not at all."""
        self.made = "2026-11-29T12:00:00.1234567Z"
        """When its deployments were made, in the form that Azure writes."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def controlling() -> Iterator[ControlPlane]:
    with running(ControlPlane()) as server:
        yield server


class _Handler(BaseHTTPRequestHandler):
    server: ControlPlane

    def log_message(self, *_: object) -> None:
        """A test prints nothing."""

    def do_GET(self) -> None:
        self._reply()

    def do_PUT(self) -> None:
        self._reply()

    def do_DELETE(self) -> None:
        self._reply()

    def _reply(self) -> None:
        parts = urlsplit(self.path)
        data = self.rfile.read(int(self.headers["Content-Length"] or 0))
        body = json.loads(data) if data else None
        self.server.asked.append((self.command, parts.path, parse_qs(parts.query)["api-version"][0], body))
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._refuse(401, "The access token has expired.")
        elif self.command in self.server.refuse:
            self._refuse(*self.server.refuse[self.command])
        elif not parts.path.startswith(f"{ROOT}/deployments"):
            self._refuse(404, "The Resource 'accounts/other' was not found.")
        else:
            self._answer(parts.path.removeprefix(f"{ROOT}/deployments").strip("/"), body)

    def _answer(self, name: str, body: Any) -> None:
        known = self.server.deployments
        if not name:
            self._send(200, {"value": list(known.values())})
            for going in [one for one, made in known.items() if made["properties"]["provisioningState"] == "Deleting"]:
                del known[going]
        elif self.command == "PUT":
            made = {"properties": {**body["properties"], "provisioningState": "Creating"}}
            known[name] = {"name": name, "systemData": {"createdAt": self.server.made}, **body, **made}
            self._send(201, known[name])
        elif name not in known:
            self._refuse(404, f"The Resource 'deployments/{name}' was not found.")
        elif self.command == "DELETE":
            known[name]["properties"]["provisioningState"] = "Deleting"
            self._send(202, None)
        else:
            self._send(200, known[name])
            known[name]["properties"]["provisioningState"] = self.server.ends

    def _refuse(self, status: int, message: str) -> None:
        self._send(status, {"error": {"code": "Refused", "message": message}})

    def _send(self, status: int, value: Any) -> None:
        data = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
