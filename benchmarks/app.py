"""How fast the app answers a click, beside a page of Streamlit's own: `python -m benchmarks.app [--clicks 40]`.

Both are served with the project's configuration and clicked in one Chromium, in turns, so that a busy machine slows
both alike. A click counts from the mouse to the frame in which the next question (or the counter) is painted. Memory
is what the server process holds (resident set).
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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from advisor.cli.serve import HOST, free_port
from advisor.content.load import HOME
from benchmarks import machine

HELLO = """
import streamlit as st
st.title(f"Question {st.session_state.get('n', 0)}")
if st.button("I don't know", key="unknown"):
    st.session_state["n"] = st.session_state.get("n", 0) + 1
    st.rerun()
"""
PAINTED = """async (label) => {
  const heading = () => document.querySelector("h1")?.textContent ?? "";
  const before = heading();
  const button = [...document.querySelectorAll("button")].find((one) => one.textContent.trim() === label);
  const started = performance.now();
  button.click();
  await new Promise((done) => {
    const watch = new MutationObserver(() => {
      if (heading() && heading() !== before) { watch.disconnect(); requestAnimationFrame(() => setTimeout(done)); }
    });
    watch.observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  return performance.now() - started;
}"""
AIM_MEMORY_MB = 300
AIM_HEALTHY_S = 3
OPEN_INTERVIEWS = 20


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
        hello = Path(folder) / "hello.py"
        hello.write_text(HELLO)
        shutil.copytree(HOME / ".streamlit", Path(folder) / ".streamlit")
        ours, theirs = free_port(HOST), None
        with served([sys.executable, "-m", "advisor", "app", "--no-browser", "--port", str(ours)], ours) as (
            app,
            healthy,
        ):
            theirs = free_port(HOST)
            command = [sys.executable, "-m", "streamlit", "run", str(hello), "--server.port", str(theirs)]
            with served([*command, "--server.address", HOST], theirs, "/_stcore/health") as (_, hello_healthy):
                idle = memory_mb(app.pid)
                rows = [
                    ("what", "this app", "hello world", "aim"),
                    ("start to healthy", f"{healthy:.2f} s", f"{hello_healthy:.2f} s", f"{AIM_HEALTHY_S} s"),
                    *clicked(browser, ours, theirs, clicks),
                ]
        with served([sys.executable, "-m", "advisor", "app", "--no-browser", "--port", str(ours)], ours) as (app, _):
            idle = memory_mb(app.pid)
            interviews = [opened(browser, f"http://{HOST}:{ours}") for _ in range(OPEN_INTERVIEWS)]
            full = memory_mb(app.pid)
            for page in interviews:
                page.context.close()
        rows.append(("memory, idle", f"{idle:.0f} MB", "", f"{AIM_MEMORY_MB} MB"))
        rows.append((f"memory, {OPEN_INTERVIEWS} interviews open", f"{full:.0f} MB", "", f"{AIM_MEMORY_MB} MB"))
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
    page.get_by_role("button", name="I don't know", exact=True).wait_for()
    page.wait_for_timeout(200)
    page.evaluate(PAINTED, "I don't know")
    page.wait_for_timeout(200)
    return page


def clicked(browser: Browser, ours: int, theirs: int, clicks: int) -> list[tuple[str, str, str, str]]:
    """Rows with the time of a click to the next question, and on the hello-world page."""
    hello = browser.new_page()
    hello.goto(f"http://{HOST}:{theirs}")
    hello.get_by_role("button", name="I don't know").wait_for()
    own_times: list[float] = []
    hello_times: list[float] = []
    page = None
    while len(own_times) < clicks:
        if page is None or not re.search(r"/q-", page.url):
            if page is not None:
                page.context.close()
            page = opened(browser, f"http://{HOST}:{ours}")
        page.get_by_role("button", name="I don't know").wait_for()
        page.wait_for_timeout(200)
        own_times.append(page.evaluate(PAINTED, "I don't know") / 1000)
        hello_times.append(hello.evaluate(PAINTED, "I don't know") / 1000)
        page.wait_for_timeout(200)
    (median, high), (hello_median, hello_high) = machine.spread(own_times), machine.spread(hello_times)
    return [
        (f"click to next question painted, median of {clicks}", median, hello_median, ""),
        ("the same, 95th percentile", high, hello_high, ""),
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
