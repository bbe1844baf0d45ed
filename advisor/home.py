"""Where the files of the project lie."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
HOME = PACKAGE / "home" if (PACKAGE / "home").is_dir() else PACKAGE.parent
"""Where content/, app.py and .streamlit/ lie: in a checkout beside the package, in a wheel inside it."""
CONTENT_DIR = HOME / "content"
