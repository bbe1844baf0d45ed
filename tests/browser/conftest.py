"""The real app in a real browser: one server for all tests of a worker, one Chromium for those of a file."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from advisor.content import HOME
from advisor.serving import HOST

START_SECONDS = 60
PATIENCE_MS = 60_000
"""How long a test waits for what it expects, on a machine that does other work too."""
expect.set_options(timeout=PATIENCE_MS)
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


def any_port() -> int:
    """A port that nothing else takes: the usual one may be that of an app that is open, or of another worker."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class Server:
    """The app on a free port, as `python app.py` starts it. It can be stopped and started again on the same port."""

    def __init__(self, log: Path) -> None:
        self.port = any_port()
        self.url = f"http://{HOST}:{self.port}"
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {**os.environ, "STREAMLIT_SERVER_PORT": str(self.port), "STREAMLIT_SERVER_ADDRESS": HOST}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py"], cwd=HOME, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.healthy():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the app did not start:\n{self.log.read_text()}")
            time.sleep(0.1)

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process = None


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    one = Server(tmp_path_factory.mktemp("server") / "app.log")
    one.start()
    yield one
    one.stop()
    assert "Traceback" not in one.log.read_text(), one.log.read_text()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for the tests of one file: while it is open an event loop runs, which other tests have of their own."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium; install it, or name it in CHROMIUM=/path/to/chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Opens a page of the app in a browser of its own: `new_page("check?a=...", viewport=PHONE)`."""
    contexts: list[BrowserContext] = []

    def make(path: str = "", **options: object) -> Page:
        context = chromium.new_context(
            **{"viewport": WIDE, "locale": "en-US", "base_url": server.url, "accept_downloads": True, **options}
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("dialog", lambda dialog: pytest.fail(f"the page opened a dialog: {dialog.message}"))
        page.goto(f"/{path}")
        page.locator("h1").wait_for()
        return page

    yield make
    for context in contexts:
        context.close()
