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

from advisor import serving
from advisor.ui.origins import Allowed, NotAnAddress


def test_a_port_that_is_taken_is_refused_by_name():
    with socket.socket() as other:
        other.bind((serving.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(serving.PortTaken, match=f"--port: {port} cannot be used"):
            serving.free_port(serving.HOST, port)


def test_a_port_out_of_range_is_refused():
    with pytest.raises(serving.PortTaken, match="from 1 to 65535"):
        serving.free_port(serving.HOST, 70_000)


def test_another_port_is_found_where_the_usual_one_is_taken(monkeypatch):
    with socket.socket() as other:
        other.bind((serving.HOST, 0))
        other.listen()
        monkeypatch.setattr(serving, "USUAL_PORT", other.getsockname()[1])
        found = serving.free_port(serving.HOST)
        assert found != serving.USUAL_PORT
        with socket.socket() as ours:
            ours.bind((serving.HOST, found))


@pytest.mark.parametrize(("display", "screen"), [("", False), (":0", True)])
def test_on_linux_a_browser_needs_a_display(monkeypatch, display, screen):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", display)
    assert serving.has_screen() is screen


def test_the_browser_opens_once_the_server_is_healthy(monkeypatch):
    class Healthy(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_):
            pass

    opened = []
    monkeypatch.setattr(serving.webbrowser, "open", opened.append)
    with http.server.HTTPServer((serving.HOST, 0), Healthy) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        address = f"http://{serving.HOST}:{server.server_port}"
        serving.open_when_healthy(address)
    assert opened == [address]


def test_a_server_that_never_answers_opens_no_browser(monkeypatch):
    opened = []
    monkeypatch.setattr(serving.webbrowser, "open", opened.append)
    monkeypatch.setattr(serving, "START_SECONDS", 0.3)
    serving.open_when_healthy(f"http://{serving.HOST}:{serving.free_port(serving.HOST)}")
    assert opened == []


def test_the_command_serves_on_the_port_asked_for_prints_the_address_and_stops_when_told():
    port = serving.free_port(serving.HOST)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
    command = [sys.executable, "-m", "advisor", "app", "--port", str(port)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as server:
        try:
            assert healthy(f"http://{serving.HOST}:{port}/healthz")
        finally:
            server.send_signal(signal.SIGINT)
            printed, _ = server.communicate(timeout=30)
    assert f"http://{serving.HOST}:{port}" in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--allowed-host", "https://advisor.example.org"], "--allowed-host: expected a name such as"),
        (["--allowed-origin", "advisor.example.org"], "--allowed-origin: expected an origin such as"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused_before_anything_starts(options, said):
    command = [sys.executable, "-m", "advisor", "app", *options]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith(said)
    assert ran.stderr.count("\n") == 1


def test_the_options_reach_the_app_through_the_environment(monkeypatch):
    for name in ("ADVISOR_ALLOWED_HOSTS", "ADVISOR_ALLOWED_ORIGINS", "ADVISOR_METRICS", "STREAMLIT_SERVER_PORT"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", serving.HOST)
    monkeypatch.setattr(sys, "argv", [])
    monkeypatch.setattr(serving.runpy, "run_path", lambda *_, **__: None)
    serving.serve(None, False, ["a.example", "b.example"], ["https://c.example"])
    assert Allowed.in_environment(os.environ) == Allowed.of(["a.example", "b.example"], ["https://c.example"])
    assert not os.environ["ADVISOR_METRICS"]
    monkeypatch.setenv("ADVISOR_ALLOWED_HOSTS", "a b.example/")
    with pytest.raises(NotAnAddress, match=r"got 'b\.example/'"):
        serving.serve(None, False, metrics=True)
    assert os.environ["ADVISOR_METRICS"]


def healthy(address: str) -> bool:
    for _ in range(200):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.status == 200
        except OSError:
            time.sleep(0.1)
    return False
