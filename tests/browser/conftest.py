"""The real app in a real browser: one server and one Chromium for all tests of a worker.

SLOW_BROWSER=1 makes likely what is rare: scripts and fonts come late, to a tab that holds none and is slow itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser import program
from tests.browser.reader import PATIENCE_MS, quiet
from tests.browser.server import Server
from tests.browser.tabs import Tabs

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    one = Server(tmp_path_factory.mktemp("server") / "app.log")
    one.start()
    yield one
    one.stop()
    assert "Traceback" not in one.log.read_text(), one.log.read_text()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A browser for the tests of this folder: while it is open an event loop runs; other tests have their own."""
    path = program.chromium()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=program.OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def tabs(chromium: Browser, server: Server) -> Tabs:
    return Tabs(chromium, server.url)


@pytest.fixture
def new_page(tabs: Tabs) -> Iterator[Callable[..., Page]]:
    """Opens a page of the app for a reader who was never there, and waits until all of it is there.

    `new_page("check?a=...", viewport=PHONE)`
    """

    def make(path: str = "", **options: Any) -> Page:
        page = tabs.take(**options)
        page.goto(f"/{path}")
        page.locator("h1").wait_for()
        quiet(page)
        return page

    yield make
    tabs.put_back()


@pytest.fixture
def person(chromium: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Opens a browser of somebody's own, with cookies of its own."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> Page:
        contexts.append(chromium.new_context(base_url=server.url, **options))
        contexts[-1].set_default_timeout(PATIENCE_MS)
        return contexts[-1].new_page()

    yield make
    for one in contexts:
        one.close()
