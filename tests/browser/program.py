"""The Chromium that tests drive."""

from __future__ import annotations

import os
import shutil

import pytest

NAMES = ("chromium-headless-shell", "chromium", "google-chrome")
"""The first draws the same pages without what a window needs, for a fourth less processor time."""
OPTIONS = ("--no-sandbox", "--font-render-hinting=none")
"""Letters are as wide as in a window and on a phone. The shell fits them to whole pixels otherwise, and lines break
elsewhere.
"""


def chromium() -> str:
    """Where it is: named in CHROMIUM=, or found on the path."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium; install it, or name it in CHROMIUM=/path/to/chromium")
    return found
