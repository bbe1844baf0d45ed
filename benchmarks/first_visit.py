"""What a first visit weighs, how long it takes on a slow line, and when its layout comes to rest.

A visit begins with an empty cache at the first page, leaves its question open, and ends when the next question can be
answered. Bytes are those that Chromium counts for each file, compressed as it came and with its
headers, and the messages of the session, unpacked: so it is more than the line carries.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Browser, Page

from advisor import encode, read_situation

Row = tuple[str, ...]

SLOW = {"offline": False, "latency": 300, "downloadThroughput": 60_000, "uploadThroughput": 60_000}
"""A line of 480 kbit/s that takes 300 ms to answer: milliseconds, and bytes a second."""
PATIENCE_MS = 120_000
CHARTS = "PlotlyChart"
"""The script of Streamlit's that is the chart library."""
HEAVIEST = 6
"""How many files are named."""
REST_MS = 3_000
"""How long the layout is watched after the heading."""
AIM_MB, AIM_SLOW_S, AIM_SHIFT_MS = 0.8, 15, 500
WATCHED = """() => {
  window.shifts = []; window.headed = 0;
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) shifts.push([shift.startTime, shift.value]);
  }).observe({ type: "layout-shift", buffered: true });
  const look = () => {
    if (document.querySelector("h1")?.textContent) headed = performance.now(); else requestAnimationFrame(look);
  };
  look();
}"""
"""Notes when the heading is there, and when which part of the page shifted without the reader's doing."""
ANSWERS = {"gap": ["style", "format"], "requests_per_month": 80_000, "evaluation_set": "yes", "labelled_examples": 900}


class Visit:
    """A tab of a browser that was never here, which counts what it is sent."""

    def __init__(self, browser: Browser, slow: bool = False) -> None:
        self.page = browser.new_context().new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.add_init_script(f"({WATCHED})()")
        self.files: Counter[str] = Counter()
        """Bytes by address."""
        self.messages = 0
        """Bytes of the session, unpacked."""
        self._asked: dict[str, str] = {}
        protocol = self.page.context.new_cdp_session(self.page)
        protocol.on("Network.requestWillBeSent", lambda it: self._asked.update({it["requestId"]: it["request"]["url"]}))
        protocol.on("Network.loadingFinished", lambda it: self._loaded(it["requestId"], it["encodedDataLength"]))
        protocol.on("Network.webSocketFrameReceived", lambda it: self._received(it["response"]))
        protocol.send("Network.enable")
        if slow:
            protocol.send("Network.emulateNetworkConditions", SLOW)

    def _loaded(self, request: str, size: float) -> None:
        self.files[urlsplit(self._asked.get(request, "")).path] += int(size)

    def _received(self, frame: dict[str, object]) -> None:
        binary = frame["opcode"] != 1  # then it is told as base64, which takes four letters for three bytes
        self.messages += len(str(frame["payloadData"])) * 3 // 4 if binary else len(str(frame["payloadData"]))

    @property
    def bytes(self) -> int:
        return sum(self.files.values()) + self.messages

    def end(self) -> None:
        self.page.context.close()


def interview(page: Page, address: str) -> None:
    """From the first page, whose question is left open, to the next one."""
    page.goto(address)
    page.get_by_role("button", name="I don't know yet").click()
    page.get_by_role("button", name="I don't know", exact=True).wait_for()


def greeting(page: Page, address: str) -> None:
    """Until the question of the other page can be answered."""
    page.goto(address)
    page.get_by_role("button", name="I don't know").wait_for()


def rows(browser: Browser, app: str, other: str) -> list[Row]:
    """Rows with bytes, chart library, shifts, and seconds on the slow line, of this app and the other page."""
    own, hello = (weighed(browser, step, at) for step, at in ((interview, app), (greeting, other)))
    slow, hello_slow = (seconds(browser, step, at) for step, at in ((interview, app), (greeting, other)))
    verdict = f"{app}/verdict?{urlencode({'a': encode(read_situation(ANSWERS)), 'lang': 'en'})}"
    brief = Visit(browser)
    brief.page.goto(verdict)
    brief.page.locator(".trade-off").wait_for()
    brief.page.wait_for_load_state("networkidle")
    charts = sum(size for path, size in brief.files.items() if CHARTS in path)
    brief.end()
    megabytes = [visit.bytes / 1e6 for visit in (own, hello)]
    heaviest = ", ".join(
        f"{PurePosixPath(path).name} {size / 1000:.0f}" for path, size in own.files.most_common(HEAVIEST)
    )
    return [
        ("first visit until the first question", *_both("{:.2f} MB", *megabytes), f"{AIM_MB} MB"),
        (f"its {HEAVIEST} heaviest files of {len(own.files)}, kB: {heaviest}", "", "", "", ""),
        ("chart library, loaded by the verdict", f"{charts / 1e6:.2f} MB", "", "", "0 MB"),
        ("first question, at 480 kbit/s and 300 ms", *_both("{:.1f} s", slow, hello_slow), f"{AIM_SLOW_S} s"),
        *(
            (f"last shift after the heading, {name}", shifted(browser, address), "", "", f"{AIM_SHIFT_MS} ms")
            for name, address in (("first page", app), ("first question", f"{app}/q-gap"), ("brief", verdict))
        ),
    ]


def weighed(browser: Browser, step: Callable[[Page, str], None], address: str) -> Visit:
    """A visit that was made, with its counts."""
    visit = Visit(browser)
    step(visit.page, address)
    visit.end()
    return visit


def seconds(browser: Browser, step: Callable[[Page, str], None], address: str) -> float:
    """How long the same takes on the slow line."""
    visit = Visit(browser, slow=True)
    started = time.perf_counter()
    step(visit.page, address)
    taken = time.perf_counter() - started
    visit.end()
    return taken


def shifted(browser: Browser, address: str) -> str:
    """Milliseconds from the heading to the last shift of the layout, with the sum of all shifts (CLS)."""
    visit = Visit(browser)
    visit.page.goto(address)
    visit.page.locator("h1").wait_for()
    visit.page.wait_for_timeout(REST_MS)
    headed, shifts = visit.page.evaluate("[headed, shifts]")
    visit.end()
    if not shifts:
        return "none"
    return f"{max(0, shifts[-1][0] - headed):.0f} ms (sum {sum(value for _, value in shifts):.3f})"


def _both(form: str, own: float, hello: float) -> tuple[str, str, str]:
    return form.format(own), form.format(hello), f"{own / hello:.2f}"
