"""Take the README's picture from the running app: `python -m tests.browser.screenshots [OUT_DIR]`, or into `.github`.

Writes `screenshot.png`: the verdict on a made-up use case, on a fixed day, so that only the app changes the picture.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from advisor.content.load import HOME
from tests.browser.reader import ANSWERS, address, quiet
from tests.browser.server import Server

DAY = "2026-11-22"
SIZE = {"width": 1120, "height": 900}
SCALE = 1.4
CASE = {**ANSWERS, "project": "Replies to customers, in our own style", "goal": "measurable", "prompt_result": "near"}


def main() -> None:
    """Start the app, open the verdict, save the picture."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HOME / ".github"
    folder.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no Chromium found; install it, or name it in CHROMIUM=/path/to/chromium")
    with tempfile.TemporaryDirectory() as logs, sync_playwright() as play:
        server = Server(Path(logs) / "app.log")
        server.start()
        try:
            browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport=SIZE, device_scale_factor=SCALE, color_scheme="light", locale="en-US")
            page.goto(f"{server.url}/{address('verdict', **CASE)}&at={DAY}")
            page.locator(".rooms").wait_for()
            page.get_by_role("button", name="Download the report (PDF)").wait_for()
            quiet(page)
            page.evaluate("document.fonts.ready")
            page.screenshot(path=folder / "screenshot.png")
            browser.close()
        finally:
            server.stop()
    print(folder / "screenshot.png")


if __name__ == "__main__":
    main()
