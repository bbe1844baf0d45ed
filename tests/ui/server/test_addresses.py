"""Which addresses the real server answers, at the root and below a base path."""

from __future__ import annotations

import json
import re
import select
import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from advisor.cli.serve import HOST
from advisor.ui.server.routes import pages
from tests.ui.server.process import PATIENCE_SECONDS, any_port, app, ask, open_stream, see

BASES = ["", "tools/advisor"]


class Served:
    """A running app and the base path that it was given."""

    def __init__(self, port: int, base: str) -> None:
        self.port = port
        self.base = base
        self.root = f"/{base}" if base else ""

    def get(self, path: str, method: str = "GET", **more: object):
        return ask(self.port, self.root + path, method, **more)


@pytest.fixture(scope="module", params=BASES)
def served(request, tmp_path_factory) -> Iterator[Served]:
    port = any_port()
    log = tmp_path_factory.mktemp("served") / "app.log"
    with app(port, log, STREAMLIT_SERVER_BASE_URL_PATH=request.param):
        yield Served(port, request.param)
    printed = log.read_text()
    assert "Traceback" not in printed, printed[printed.index("Traceback") - 500 :][:5000]


UPLOADER = [
    "/_stcore/upload_file/session/file",
    "/_stcore/upload_file/session/file/",
    "/_stcore/upload_file",
    "/_stcore//upload_file/session/file",
    "/_stcore/./upload_file/session/file",
    "/static/../_stcore/upload_file/session/file",
    "/%5fstcore/upload_file/session/file",
    "/_stcore%2Fupload_file%2Fsession%2Ffile",
    "/_stcore%5Cupload_file/session/file",
    "/_stcore/%75pload_file/session/file?x=/_stcore/health",
    "/verdict/_stcore/upload_file/session/file",
    "/_stcore/upload_file/session/file;health",
]


METRICS = ["/_stcore/metrics", "/_stcore/metrics/", "/_stcore/%6Detrics"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("PUT", path) for path in UPLOADER),
        *(("GET", path) for path in METRICS),
        *(
            (method, path)
            for path in (UPLOADER[0], METRICS[0])
            for method in ("POST", "DELETE", "OPTIONS", "PATCH", "HEAD")
        ),
    ],
)
def test_the_uploader_and_the_metrics_of_streamlit_are_not_there(served, method, path):
    answer = served.get(path, method, body=b"x" * 1000)
    assert answer.status == 404
    assert method == "HEAD" or b"nothing at this address" in answer.content


def test_more_slashes_open_no_uploader(served):
    for before in ("/", "//", "/\\"):
        answer = ask(served.port, f"{before}{served.root}/_stcore/upload_file/session/file", "PUT", body=b"x")
        assert answer.status in (400, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/interact",
        "/_stcore/script-health-check",
        "/_stcore",
        "/_stcore/",
        "/_stcore/stream",
        "/_stcore/nothing",
        "/auth/login",
        "/auth/logout",
        "/oauth2callback",
        "/component/some.thing/index.html",
    ],
)
def test_what_no_page_uses_is_not_there(served, path):
    assert served.get(path).status == 404


def test_what_the_pages_use_is_there(served):
    for path in ("/_stcore/health", "/_stcore/host-config", "/app/static/style.css"):
        assert served.get(path).status == 200
    assert json.loads(served.get("/_stcore/host-config").content)["allowedOrigins"] == []
    assert ask(served.port, "/healthz").status == 200
    uri = f"ws://{HOST}:{served.port}{served.root}/_stcore/stream"
    with open_stream(served.port, uri=uri) as stream:
        assert b"Should you fine-tune?" in see(stream)


def test_every_page_is_there(served):
    assert {"", "verdict", "check", "data", "q-goal"} <= pages()
    for page in pages():
        answer = served.get(f"/{page}?lang=nl")
        assert answer.status == (404 if page == "lost" else 200)
        assert b'<html lang="nl">' in answer.content


def test_the_files_of_the_document_are_there_and_kept(served):
    document = served.get("/").content.decode()
    files = re.findall(r'(?:src|href)="\./(static/[^"]+)"', document)
    assert files
    for file in files:
        answer = served.get(f"/{file}")
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "/static/x.js",
        "/static/js/x.js",
        "/static/js/x",
        "/static/css/x.css?a=b",
        "/static/x.js/",
        "/app/static/x.css",
        "/app/static/fonts/x",
        "/app/x",
        "/media/x.png",
        "/x.php",
        "/.env",
        "/wp-admin/setup",
        "/verdict/more",
        "/index.html",
    ],
)
@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-"}, {"Range": "bytes=0-1,3-4"}, {"Accept": "text/html"}])
def test_what_is_missing_is_missing(served, path, headers):
    answer = served.get(path, headers=headers)
    while answer.status == 301:  # without the slash at the end
        answer = ask(served.port, answer.headers["Location"], headers=headers)
    if answer.status == 303:  # a person, who may have mistyped a page, is told so there
        assert (path, headers) in [(one, {"Accept": "text/html"}) for one in ("/wp-admin/setup", "/verdict/more")]
        assert "lost?missing=" in answer.headers["Location"]
        return
    assert answer.status in (400, 404)
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "immutable" not in answer.headers.get("Cache-Control", "")
    assert len(answer.content) < 100


def test_an_unknown_page_is_said_by_the_app_under_the_status_that_caches_know(served):
    sent = served.get("/veredict?lang=nl", headers={"Accept": "text/html"})
    assert (sent.status, sent.headers["Location"]) == (303, "./lost?lang=nl&missing=veredict")
    for address in ("/lost?lang=nl&missing=veredict", "/veredict?lang=nl"):
        answer = served.get(address, headers={"Accept": "*/*"})
        assert answer.status == 404
        assert b'<html lang="nl">' in answer.content
        assert answer.headers["Cache-Control"] == "no-cache"
    assert served.get("/veredict", "HEAD").status == 404


def test_pages_take_nothing_in(served):
    assert served.get("/verdict", "POST", body=b"x").status == 405


def test_an_option_opens_the_metrics(tmp_path):
    port = any_port()
    with app(port, tmp_path / "app.log", "--metrics"):
        assert b"session_events" in ask(port, "/_stcore/metrics").content
        assert ask(port, "/_stcore/upload_file/session/file", "PUT", body=b"x").status == 404


def test_only_the_stream_of_the_pages_opens(served):
    for path in ("/", "/stream", "/_stcore/health", "/_stcore/upload_file/a/b"):
        with pytest.raises(InvalidStatus) as refused:
            open_stream(served.port, uri=f"ws://{HOST}:{served.port}{served.root}{path}")
        assert refused.value.response.status_code == 403


def test_a_message_that_is_too_long_is_not_taken_in(served):
    """Its length stands at its begin: what follows is not waited for."""
    with open_stream(served.port, uri=f"ws://{HOST}:{served.port}{served.root}/_stcore/stream") as stream:
        see(stream)
        stream.socket.sendall(b"\x82\xff" + (150_000_000).to_bytes(8) + b"mask" + b"begun")
        with pytest.raises(ConnectionClosed) as closed:
            drain(stream)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1009


def drain(stream: ClientConnection) -> None:
    while True:
        stream.recv(PATIENCE_SECONDS)


def test_a_head_without_end_is_refused(served):
    with socket.create_connection((HOST, served.port), 60) as line:
        line.sendall(b"GET /?a=")
        with suppress(ConnectionError):  # it may be closed while more is sent; what was told before can be read
            while not select.select([line], [], [], 0.01)[0]:
                line.sendall(b"x" * 10_000)
        assert b" 400 " in line.recv(1_000)
