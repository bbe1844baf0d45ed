"""What the server adds to each answer."""

from __future__ import annotations

import asyncio
import gzip
import subprocess
import sys

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from advisor.content.load import HOME, load
from advisor.ui.pages.data.page import MOST_PASTED
from advisor.ui.server.app import HEADERS, Frame, configured, health
from advisor.ui.server.compression import ENCODINGS, zstd

UNPACK = {"gzip": gzip.decompress, "zstd": zstd.decompress}
DOCUMENT = '<!DOCTYPE html><html lang="en"><head><title>Streamlit</title></head><body>é</body></html>'


@pytest.fixture(scope="module")
def client() -> TestClient:
    async def page(request):
        return HTMLResponse(DOCUMENT, headers={"ETag": '"1"', "X-Frame-Options": "DENY"})

    async def text(request):
        return PlainTextResponse('<html lang="en"><title>Streamlit</title>')

    routes = [Route("/", page), Route("/text", text), Route("/healthz", health)]
    middleware = [Middleware(Frame), Middleware(GZipMiddleware, minimum_size=1)]
    return TestClient(Starlette(routes=routes, middleware=middleware))


@pytest.mark.parametrize("path", ["/", "/text", "/healthz", "/nowhere"])
def test_every_answer_has_the_security_headers_once(client, path):
    answer = client.get(path)
    for name, value in HEADERS.items():
        assert answer.headers.get_list(name) == [value]


@pytest.mark.parametrize(
    ("query", "code"), [("", "en"), ("?lang=nl", "nl"), ("?lang=xx", "en"), ("?lang=%22%3E", "en")]
)
def test_the_document_names_its_language_and_title(client, query, code):
    answer = client.get(f"/{query}", headers={"Accept": "text/html,*/*", "Accept-Encoding": "identity"})
    assert f'<html lang="{code}">' in answer.text
    assert "<title>Fine-Tune Advisor</title>" in answer.text
    assert "é" in answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "etag" not in answer.headers


@pytest.mark.parametrize("encoding", list(ENCODINGS))
def test_the_document_is_compressed_once_it_is_complete(client, encoding):
    whole = client.get("/", headers={"Accept-Encoding": "identity"})
    with client.stream("GET", "/", headers={"Accept": "text/html,*/*", "Accept-Encoding": encoding}) as answer:
        sent = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == encoding
    assert int(answer.headers["content-length"]) == len(sent) < len(whole.content) / 3
    assert UNPACK[encoding](sent) == whole.content
    assert answer.headers["vary"] == whole.headers["vary"] == "accept-encoding"


def test_everything_else_may_be_compressed(client):
    assert client.get("/text", headers={"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ("/verdit?a=abc&lang=nl", "./lost?a=abc&lang=nl&missing=verdit"),
        ("/q-nonsense", "./lost?missing=q-nonsense"),
        ("/a/b/", "../../lost?missing=a%2Fb"),
        (f"/{'x' * 500}", f"./lost?missing={'x' * 60}"),
        ("/%3Cb%3E", "./lost?missing=%3Cb%3E"),
    ],
)
def test_who_asks_for_a_page_that_there_is_not_is_sent_where_it_is_said(client, asked, sent):
    answer = client.get(asked, headers={"Accept": "text/html"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, sent)
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "asked", ["/", "/verdict", "/q-gap/", "/lost", "/x.js", "/_stcore/health", "/held/1", "/healthz"]
)
def test_pages_that_there_are_and_all_that_is_no_page_are_left_to_the_app(client, asked):
    assert client.get(asked, headers={"Accept": "text/html"}, follow_redirects=False).status_code != 303
    assert client.get("/verdit", headers={"Accept": "*/*"}, follow_redirects=False).status_code == 404


def test_what_is_no_document_stays_as_it_is(client):
    assert client.get("/text").text == '<html lang="en"><title>Streamlit</title>'


def test_health_names_the_content(client):
    assert client.get("/healthz").json() == {"status": "ok", "content": load().version}


def test_a_websocket_that_the_server_has_closed_is_one_whose_reader_is_gone():
    """As uvicorn answers what is sent after it closed a websocket by itself; Streamlit would log a mistake."""

    async def closed(message):
        if message["type"] != "websocket.accept":
            raise RuntimeError(f"Unexpected ASGI message '{message['type']}', after sending 'websocket.close'.")

    async def receive():
        return {"type": "websocket.connect"}

    async def app(scope, receive, send):
        stream = WebSocket(scope, receive, send)
        await stream.accept()
        with pytest.raises(WebSocketDisconnect):
            await stream.send_bytes(b"page")
        await send({"type": "websocket.close"})
        with pytest.raises(RuntimeError):
            await send({"type": "websocket.http.response.start"})

    asyncio.run(Frame(app)({"type": "websocket", "path": "/", "headers": []}, receive, closed))


def test_scripts_and_connections_from_elsewhere_are_refused():
    policy = HEADERS["Content-Security-Policy"]
    assert "http" not in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy


def test_the_environment_sets_port_and_address(monkeypatch):
    monkeypatch.setenv("STREAMLIT_SERVER_PORT", "9000")
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", "0.0.0.0")
    assert configured() == {"server.port": 9000, "server.address": "0.0.0.0"}


@pytest.mark.parametrize(("address", "printed"), [("192.168.1.5", "192.168.1.5"), ("::1", "[::1]")])
def test_the_address_printed_is_the_one_served_on(monkeypatch, address, printed):
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", address)
    monkeypatch.delenv("STREAMLIT_BROWSER_SERVER_ADDRESS", raising=False)
    assert configured()["browser.serverAddress"] == printed
    monkeypatch.setenv("STREAMLIT_BROWSER_SERVER_ADDRESS", "advisor.example.org")
    assert configured()["browser.serverAddress"] == "advisor.example.org"


def test_the_longest_text_that_may_be_pasted_fits_into_a_message():
    assert MOST_PASTED < st.get_option("server.maxMessageSize") * 1e6 <= 30e6


def test_the_pages_load_neither_pandas_nor_openai():
    code = (
        "import sys, advisor.ui.shell, advisor.ui.advice; from advisor.ui.session import Session; "
        "advisor.ui.advice.advise(Session()); "
        "sys.exit(', '.join({'pandas', 'pyarrow', 'openai', 'scipy.stats'} & set(sys.modules)) or None)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-500:]
