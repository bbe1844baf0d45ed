"""The real app in a real browser: one server for all tests of a worker, one Chromium for those of a file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.reader import PATIENCE_MS, WIDE
from tests.browser.server import Server

expect.set_options(timeout=PATIENCE_MS)


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
