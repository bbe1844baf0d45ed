"""nginx before two apps, with the configuration of the README: only ports, paths and certificates are others."""

from __future__ import annotations

import http.client
import os
import re
import shlex
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from advisor.cli.serve import HOST
from tests.ui.server.process import Process, any_port, app, ask, open_stream

README = Path(__file__).parents[3] / "README.md"
NAME = "advisor.example.org"
PORTS = ("8501", "8502")
ASKED = "asked"
"""The file in which nginx notes which app it asked. No log of the README's."""


class Site:
    """nginx with the README's configuration before two apps, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plain, self.tls, *self.apps = (any_port() for _ in range(4))
        self.context = self._certified()
        self.apart = ExitStack()
        self.processes: dict[int, Process] = {}
        """The apps by their ports."""
        self.nginx = Process([*nginx(), "-c", str(self._configured())], self.tls, folder / "nginx.log")

    def _certified(self) -> ssl.SSLContext:
        key, certificate = self.folder / "key.pem", self.folder / "certificate.pem"
        made = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
        named = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
        command = [*made.split(), *named, "-keyout", str(key), "-out", str(certificate)]
        subprocess.run(command, check=True, capture_output=True)
        return ssl.create_default_context(cafile=certificate)

    def _configured(self) -> Path:
        text = block("nginx")
        others = {
            "listen 80;": f"listen {HOST}:{self.plain};",
            "listen 443 ssl;": f"listen {HOST}:{self.tls} ssl;",
            "/etc/ssl/advisor.pem": str(self.folder / "certificate.pem"),
            "/etc/ssl/advisor.key": str(self.folder / "key.pem"),
            "/var/log/nginx/": f"{self.folder}/",
            "/var/cache/nginx/advisor": str(self.folder / "cache"),
            " without_answers;": f" without_answers; access_log {self.folder}/{ASKED} asked;",
            **{f"127.0.0.1:{old}": f"{HOST}:{new}" for old, new in zip(PORTS, self.apps, strict=True)},
        }
        for theirs, ours in others.items():
            assert theirs in text
            text = text.replace(theirs, ours)
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "".join(f"{kind}_temp_path {self.folder}/{kind};\n" for kind in kinds)
        types = "types { text/html html; }\nlog_format asked '$status $upstream_addr';\n"
        head = f"daemon off;\npid {self.folder}/nginx.pid;\nerror_log {self.folder}/nginx-error.log;\n"
        user = "user root;\n" if os.geteuid() == 0 else ""  # who else may not read the test's folder
        file = self.folder / "nginx.conf"
        file.write_text(f"{user}{head}events {{}}\nhttp {{\n{types}{temporary}{text}}}\n")
        return file

    def start_apps(self, **environment: str) -> None:
        """As the README's commands do, but for the ports."""
        lines = [shlex.split(line) for line in block("sh", "--no-browser").splitlines() if "advisor app" in line]
        assert [line[line.index("--port") + 1] for line in lines] == list(PORTS)
        for line, port in zip(lines, self.apps, strict=True):
            own = [one for one in line[2:-1] if one not in ("--no-browser", "--port", *PORTS)]
            told = {"STREAMLIT_SERVER_COOKIE_SECRET": "0" * 64, **environment}
            self.processes[port] = self.apart.enter_context(app(port, self.folder / f"{port}.log", *own, **told))

    def get(self, target: str, method: str = "GET", **more: object) -> http.client.HTTPResponse:
        headers = {"Host": f"{NAME}:{self.tls}", **more.pop("headers", {})}
        return ask(self.tls, target, method, headers=headers, tls=(self.context, NAME), **more)

    def get_from(self, address: str) -> Callable[..., http.client.HTTPResponse]:
        """Asks as `get` does, from this address: nginx keeps each network with one app."""
        return partial(self.get, source=address)

    def stream(self, **more: object):
        given = {"origin": f"https://{NAME}:{self.tls}", "ssl": self.context, "server_hostname": NAME, **more}
        sock = socket.create_connection((HOST, self.tls))
        return open_stream(self.tls, uri=f"wss://{NAME}:{self.tls}/_stcore/stream", sock=sock, **given)

    def asked(self) -> list[tuple[int, list[int]]]:
        """The requests so far: the status of each, and the ports of the apps that were asked, one after another."""
        lines = [line.split(" ", 1) for line in (self.folder / ASKED).read_text().splitlines()]
        return [(int(status), [int(port) for port in re.findall(r":(\d+)", apps)]) for status, apps in lines]

    def logged(self) -> str:
        return "".join(file.read_text("utf-8", "replace") for file in self.folder.glob("*.log"))


def nginx() -> list[str]:
    found = shutil.which("nginx", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
    if found is None or shutil.which("openssl") is None:
        pytest.skip("no nginx or openssl")
    return [found]


def block(kind: str, holding: str = "") -> str:
    """The README's block of this kind."""
    blocks = re.findall(rf"^```{kind}\n(.*?)^```$", README.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return next(one for one in blocks if holding in one)
