"""Tabs of the browser, which one test after another uses as if each were new.

A tab in which the app was open before holds its scripts compiled: a page comes up in it for a third of the work.
Nothing else is left in it: no cookie, nothing stored, no page of the app.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page

from tests.browser.reader import PATIENCE_MS, WIDE

SLOW = os.environ.get("SLOW_BROWSER") == "1"
TIMES_SLOWER = 4
LINE = {"offline": False, "latency": 300, "downloadThroughput": 400_000, "uploadThroughput": 400_000}
"""Milliseconds, and bytes a second: scripts and fonts come one by one, long after the page that asks for them."""
BARE = "/healthz"
"""An address of the server at which there is no app, and what the app stored can be cleared."""


class Tabs:
    """The tabs of one browser: those in use, and those that wait for a test that asks for the same options."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser = browser
        self.url = url
        self.used: list[tuple[str, Page]] = []
        self.waiting: list[tuple[str, Page]] = []

    def take(self, viewport: Any = WIDE, color_scheme: Any = None, **options: Any) -> Page:
        """A tab in which nothing of the app is open or stored."""
        kind = repr(sorted(options.items()))
        found = next((tab for tab in self.waiting if tab[0] == kind), None)
        if found:
            self.waiting.remove(found)
        tab = found or (kind, self._opened(options))
        self.used.append(tab)
        tab[1].set_viewport_size(viewport)
        tab[1].emulate_media(color_scheme=color_scheme or "light")
        tab[1].mouse.move(0, 0)  # else it rests where the test before left it, and what comes up there is pointed at
        return tab[1]

    def put_back(self) -> None:
        """Leave the app in every tab that is in use, and clear what it stored.

        A test that needs one tab is given the one that most tests had before it.
        """
        cleared = []
        for kind, page in self.used:
            if SLOW or not page.url.startswith(self.url):
                page.context.close()
                continue
            page.goto(BARE)
            page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
            page.context.clear_cookies()
            cleared.append((kind, page))
        self.waiting[:0] = cleared
        self.used.clear()

    def _opened(self, options: dict[str, Any]) -> Page:
        context = self.browser.new_context(
            **{"viewport": WIDE, "locale": "en-US", "base_url": self.url, "accept_downloads": True, **options}
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("dialog", _refuse)
        if SLOW:
            protocol = context.new_cdp_session(page)
            protocol.send("Emulation.setCPUThrottlingRate", {"rate": TIMES_SLOWER})
            protocol.send("Network.enable")
            protocol.send("Network.emulateNetworkConditions", LINE)
        return page


def _refuse(dialog: Dialog) -> None:
    pytest.fail(f"the page opened a dialog: {dialog.message}")
