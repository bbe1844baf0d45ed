import http.server
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import pytest

from advisor.cli import serve
from advisor.ui.server.origins import Allowed, NotAnAddress
from advisor.ui.server.proxies import PROXIES
from tests.ui.server.process import START_SECONDS, any_port


def test_a_port_that_is_taken_is_refused_by_name():
    with socket.socket() as other:
        other.bind((serve.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(serve.PortTaken, match=f"--port: {port} cannot be used"):
            serve.free_port(serve.HOST, port)


def test_a_port_out_of_range_is_refused():
    with pytest.raises(serve.PortTaken, match="from 1 to 65535"):
        serve.free_port(serve.HOST, 70_000)


def test_another_port_is_found_where_the_usual_one_is_taken(monkeypatch):
    with socket.socket() as other:
        other.bind((serve.HOST, 0))
        other.listen()
        monkeypatch.setattr(serve, "USUAL_PORT", other.getsockname()[1])
        found = serve.free_port(serve.HOST)
        assert found != serve.USUAL_PORT
        with socket.socket() as ours:
            ours.bind((serve.HOST, found))


@pytest.mark.parametrize(("display", "screen"), [("", False), (":0", True)])
def test_on_linux_a_browser_needs_a_display(monkeypatch, display, screen):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", display)
    assert serve.has_screen() is screen


def test_the_browser_opens_once_the_server_is_healthy(monkeypatch):
    class Healthy(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_):
            pass

    opened = []
    monkeypatch.setattr(serve.webbrowser, "open", opened.append)
    with http.server.HTTPServer((serve.HOST, 0), Healthy) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        address = f"http://{serve.HOST}:{server.server_port}"
        serve.open_when_healthy(address)
        server.shutdown()
    assert opened == [address]


def test_a_server_that_never_answers_opens_no_browser(monkeypatch):
    opened = []
    monkeypatch.setattr(serve.webbrowser, "open", opened.append)
    monkeypatch.setattr(serve, "START_SECONDS", 0.3)
    serve.open_when_healthy(f"http://{serve.HOST}:{any_port()}")
    assert opened == []


def test_the_command_serves_on_the_port_asked_for_prints_the_address_and_stops_when_told():
    port = any_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
    command = [sys.executable, "-m", "advisor", "app", "--port", str(port)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as server:
        try:
            assert healthy(f"http://{serve.HOST}:{port}/healthz")
        finally:
            server.send_signal(signal.SIGINT)
            printed, _ = server.communicate(timeout=START_SECONDS)
    assert f"http://{serve.HOST}:{port}" in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--allowed-host", "https://advisor.example.org"], "--allowed-host: expected a name such as"),
        (["--allowed-origin", "advisor.example.org"], "--allowed-origin: expected an origin such as"),
        (["--proxy", "proxy.example.org"], "--proxy: expected the address of a proxy, such as 127.0.0.1"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused_before_anything_starts(options, said):
    command = [sys.executable, "-m", "advisor", "app", *options]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith(said)
    assert ran.stderr.count("\n") == 1


def test_the_options_reach_the_app_through_the_environment(monkeypatch):
    for name in (
        "ADVISOR_ALLOWED_HOSTS",
        "ADVISOR_ALLOWED_ORIGINS",
        "ADVISOR_METRICS",
        "STREAMLIT_SERVER_PORT",
        PROXIES,
    ):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", serve.HOST)
    monkeypatch.setattr(sys, "argv", [])
    monkeypatch.setattr(serve.runpy, "run_path", lambda *_, **__: None)
    serve.serve(None, False, ["a.example", "b.example"], ["https://c.example"])
    assert Allowed.in_environment(os.environ) == Allowed.of(["a.example", "b.example"], ["https://c.example"])
    assert not os.environ["ADVISOR_METRICS"]
    assert os.environ[PROXIES] == ""
    serve.serve(None, False, proxies=["127.0.0.1", "10.0.0.0/8"])
    assert os.environ[PROXIES] == "127.0.0.1,10.0.0.0/8"
    monkeypatch.setenv("ADVISOR_ALLOWED_HOSTS", "a b.example/")
    with pytest.raises(NotAnAddress, match=r"got 'b\.example/'"):
        serve.serve(None, False, metrics=True)
    assert os.environ["ADVISOR_METRICS"]


def healthy(address: str) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.status == 200
        except OSError:
            time.sleep(0.1)
    return False
