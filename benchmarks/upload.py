"""A large file on the page "Your data", from a browser: `python -m benchmarks.upload [--megabytes 200] [--take]`.

A varied chat file with defects is handed in and checked; with `--take` it is then repaired, converted and split, and
what comes of it is downloaded. Times are of the whole way, as a reader waits; memory is the most that the server and
its processes held (resident set). Takes a minute for 200 MB, and several with `--take`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from advisor.cli.serve import HOST, free_port
from benchmarks import chats, machine
from benchmarks.app import memory_mb, served

PATIENCE_MS = 3_600_000
LOOK_SECONDS = 0.25
MADE = {"repair": "Repaired", "convert": "In another format", "split": "Split into parts"}


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--file", type=Path, help="a file of your own instead")
    parser.add_argument("--take", action="store_true", help="also repair, convert and split, and download")
    asked = parser.parse_args()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no Chromium found; install it, or name it in CHROMIUM=/path/to/chromium")
    expect.set_options(timeout=PATIENCE_MS)
    port = free_port(HOST)
    command = [sys.executable, "-m", "advisor", "app", "--no-browser", "--port", str(port)]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play, served(command, port) as (server, _):
        file = asked.file or Path(folder) / "chats.jsonl"
        if not asked.file:
            chats.write(file, asked.megabytes * 1_000_000)
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"http://{HOST}:{port}/data?lang=en")
        page.locator("h1").wait_for()
        page.wait_for_timeout(2000)
        rows = [("what", "seconds", "memory of the server, MB", "and its processes, MB")]
        rows.append(("idle", "", f"{memory_mb(server.pid):.0f}", "0"))
        for what, do in steps(page, file, asked.take):
            with watched(server.pid) as most:
                begun = time.perf_counter()
                do()
                taken = time.perf_counter() - begun
            rows.append((what, f"{taken:.1f}", f"{most[0]:.0f}", f"{most[1]:.0f}"))
        print(machine.describe("streamlit", "playwright"))
        print(f"{file.stat().st_size / 1e6:.0f} MB: {page.locator('.what.verdict').inner_text()}")
        print(machine.table(rows))
        browser.close()


def steps(page: Page, file: Path, take: bool):
    """What a reader does, one thing after another."""

    def hand_in() -> None:
        page.locator(".st-key-upload-training input[type=file]").set_input_files(file)
        expect(page.get_by_role("button", name=f"Remove {file.name}")).to_be_visible()

    def check() -> None:
        page.get_by_role("button", name="Check it", exact=True).click()
        expect(page.locator(".what.verdict")).to_be_visible()

    yield "hand in", hand_in
    yield "check", check
    for kind, label in MADE.items() if take else ():

        def make(kind: str = kind, label: str = label) -> None:
            page.get_by_role("radio", name=label).click()
            page.locator(f".st-key-prepare-{kind} button").click()
            with page.expect_download() as got:
                page.locator(".fetch").first.click()
            got.value.path()

        yield f"{kind} and download", make


@contextmanager
def watched(pid: int) -> Iterator[list[float]]:
    """The most memory that a process and its children hold meanwhile, in MB."""
    most, done = [0.0, 0.0], threading.Event()

    def watch() -> None:
        while not done.wait(LOOK_SECONDS):
            with suppress(OSError):  # a thread or a process may end while it is looked at
                most[0] = max(most[0], memory_mb(pid))
                most[1] = max(most[1], sum(map(memory_mb, children(pid))))

    looking = threading.Thread(target=watch)
    looking.start()
    try:
        yield most
    finally:
        done.set()
        looking.join()


def children(pid: int) -> list[int]:
    """The processes that a process has started, where the system tells; else none."""
    told = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for file in told for child in file.read_text().split()]


if __name__ == "__main__":
    main()
