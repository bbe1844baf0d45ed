"""How fast and how heavy the app is, beside a page of Streamlit's own: `python -m benchmarks.app [--clicks 40]`.

Both are served with the project's configuration and clicked in one Chromium, in turns, so that a busy machine slows
both alike: trust the ratios. The other page has what a question has, a heading, a choice and three buttons. A click
counts from the mouse to the frame in which the next question, the brief or the counter is painted. What a first visit
weighs is in `first_visit.py`. Memory is what the server process holds (resident set).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

from advisor import encode, read_situation
from advisor.cli.serve import HOST, free_port
from advisor.content.load import HOME
from benchmarks import first_visit, machine, sliders

HELLO = """
import streamlit as st
n = st.session_state.get("n", 0)
st.title(f"Question {n}")
st.radio("Choose one", ["Style", "Format", "Facts", "Cost"], index=None, key=f"radio-{n}")
with st.container(horizontal=True):
    st.button("Next", key="next")
    if st.button("I don't know", key="unknown"):
        st.session_state["n"] = n + 1
        st.rerun()
    st.button("Back", key="back")
"""
PAINTED = """async ([label, wanted]) => {
  const heading = () => document.querySelector("h1")?.textContent ?? "";
  const before = heading();
  const button = [...document.querySelectorAll("button")].find((one) => one.textContent.trim() === label);
  const started = performance.now();
  button.click();
  await new Promise((done) => {
    const watch = new MutationObserver(() => {
      if (!heading() || heading() === before || !document.querySelector(wanted)) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(done));
    });
    watch.observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  return performance.now() - started;
}"""
"""Milliseconds from a press of a button to the frame in which another heading is painted, and what else is wanted."""
QUESTION, PICTURE = "h1", ".trade-off"
"""What is wanted of a question, and of the brief, whose picture comes last."""
AIM_MEMORY_MB = 300
AIM_HEALTHY_S = 3
AIM_QUESTION, AIM_BRIEF, AIM_SLIDER = 1.5, 2.5, 2.0
"""Most times the median of the other page."""
OPEN_INTERVIEWS = 20
UNKNOWN, VERDICT = "I don't know", "See the verdict"
"""Buttons, by their label."""
Row = tuple[str, ...]
BRIEF_ANSWERS = {"gap": ["style", "format"], "prompt_tried": "good", "rag_tried": "not_needed", "evaluation_set": "no"}


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clicks", type=int, default=40)
    clicks = parser.parse_args().clicks
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no Chromium found; install it, or name it in CHROMIUM=/path/to/chromium")
    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        hello, other_sliders = Path(folder) / "hello.py", Path(folder) / "sliders.py"
        hello.write_text(HELLO)
        other_sliders.write_text(sliders.PAGE)
        shutil.copytree(HOME / ".streamlit", Path(folder) / ".streamlit")
        ours = free_port(HOST)
        with served([sys.executable, "-m", "advisor", "app", "--no-browser", "--port", str(ours)], ours) as (
            _,
            healthy,
        ):
            theirs = free_port(HOST)
            command = [sys.executable, "-m", "streamlit", "run", str(hello), "--server.port", str(theirs)]
            with served([*command, "--server.address", HOST], theirs, "/_stcore/health") as (_, hello_healthy):
                app, other = f"http://{HOST}:{ours}", f"http://{HOST}:{theirs}"
                rows = [
                    ("what", "this app", "hello world", "ratio", "aim"),
                    ("start to healthy", f"{healthy:.2f} s", f"{hello_healthy:.2f} s", "", f"{AIM_HEALTHY_S} s"),
                    *clicked(browser, app, other, clicks),
                    *briefs(browser, app, other, clicks),
                    *first_visit.rows(browser, app, other),
                ]
            theirs = free_port(HOST)
            command = [sys.executable, "-m", "streamlit", "run", str(other_sliders), "--server.port", str(theirs)]
            with served([*command, "--server.address", HOST], theirs, "/_stcore/health"):
                moved = sliders.moved(browser, app, f"http://{HOST}:{theirs}", clicks)
                rows += compared("key on a slider to the picture painted", *moved, AIM_SLIDER)
        with served([sys.executable, "-m", "advisor", "app", "--no-browser", "--port", str(ours)], ours) as (server, _):
            idle = memory_mb(server.pid)
            interviews = [opened(browser, f"http://{HOST}:{ours}") for _ in range(OPEN_INTERVIEWS)]
            full = memory_mb(server.pid)
            for page in interviews:
                page.context.close()
        rows.append(("memory, idle", f"{idle:.0f} MB", "", "", f"{AIM_MEMORY_MB} MB"))
        rows.append((f"memory, {OPEN_INTERVIEWS} interviews open", f"{full:.0f} MB", "", "", f"{AIM_MEMORY_MB} MB"))
        browser.close()
    print(machine.describe("streamlit", "polars", "playwright"))
    print(machine.table(rows))


@contextmanager
def served(command: list[str], port: int, path: str = "/healthz") -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """A server process, and the seconds from its start until it says that it is healthy."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            while not answers(f"http://{HOST}:{port}{path}"):
                if process.poll() is not None:
                    sys.exit(f"the server ended with status {process.returncode}: {' '.join(command)}")
                time.sleep(0.02)
            yield process, time.perf_counter() - started
        finally:
            process.terminate()


def answers(address: str) -> bool:
    """Whether the address answers with status 200."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def opened(browser: Browser, address: str) -> Page:
    """An interview at its second question, in a browser session of its own."""
    page = browser.new_context().new_page()
    page.goto(address)
    page.get_by_role("button", name="I don't know yet").click()
    page.get_by_role("button", name=UNKNOWN, exact=True).wait_for()
    page.wait_for_timeout(200)
    painted(page, UNKNOWN)
    page.wait_for_timeout(200)
    return page


def greeted(browser: Browser, address: str) -> Page:
    """The other page."""
    page = browser.new_context().new_page()
    page.goto(address)
    page.get_by_role("button", name=UNKNOWN).wait_for()
    return page


def painted(page: Page, label: str, wanted: str = QUESTION) -> float:
    """Seconds from a press of the button with this label until what it leads to is painted."""
    return float(page.evaluate(PAINTED, [label, wanted])) / 1000


def clicked(browser: Browser, app: str, other: str, clicks: int) -> list[Row]:
    """Rows with the time of a click to the next question, and on the other page."""
    hello = greeted(browser, other)
    own_times: list[float] = []
    hello_times: list[float] = []
    page = None
    while len(own_times) < clicks:
        if page is None or not re.search(r"/q-", page.url):
            if page is not None:
                page.context.close()
            page = opened(browser, app)
        page.get_by_role("button", name=UNKNOWN).wait_for()
        page.wait_for_timeout(200)
        own_times.append(painted(page, UNKNOWN))
        hello_times.append(painted(hello, UNKNOWN))
        page.wait_for_timeout(200)
    hello.context.close()
    return compared("click to next question painted", own_times, hello_times, AIM_QUESTION)


def briefs(browser: Browser, app: str, other: str, clicks: int) -> list[Row]:
    """Rows with the time of a click to the brief, each of answers that nobody asked about before."""
    hello, page = greeted(browser, other), browser.new_context().new_page()
    own_times: list[float] = []
    hello_times: list[float] = []
    for volume in range(clicks):
        answers = read_situation({**BRIEF_ANSWERS, "requests_per_month": 10_000 + volume})
        page.goto(f"{app}/check?{urlencode({'a': encode(answers), 'lang': 'en'})}")
        page.get_by_role("button", name=VERDICT).wait_for()
        page.wait_for_timeout(400)
        own_times.append(painted(page, VERDICT, PICTURE))
        hello_times.append(painted(hello, UNKNOWN))
    for one in (hello, page):
        one.context.close()
    return compared("click to the brief painted", own_times, hello_times, AIM_BRIEF)


def compared(what: str, own: Sequence[float], hello: Sequence[float], aim: float) -> list[Row]:
    """Median and 95th percentile of both pages, with what the first is of the second."""
    (middle, high), (hello_middle, hello_high) = machine.spread(own), machine.spread(hello)
    ratio = median(own) / median(hello)
    return [
        (f"{what}, median of {len(own)}", middle, hello_middle, f"{ratio:.2f}", f"{aim}"),
        ("the same, 95th percentile", high, hello_high, "", ""),
    ]


def memory_mb(pid: int) -> float:
    """Resident memory of a process, in MB."""
    said = Path(f"/proc/{pid}/status")
    if said.exists():
        kilobytes = re.search(r"VmRSS:\s+(\d+)", said.read_text())
        return int(kilobytes[1]) / 1024 if kilobytes else 0.0
    return int(subprocess.check_output(["ps", "-o", "rss=", "-p", str(pid)])) / 1024


if __name__ == "__main__":
    main()
