"""Verdicts of `together files check`, which Together asks for before an upload."""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))

from together.utils.files import check_file
from verdicts import Refused, answer


def check(path: Path) -> None:
    """Raise `Refused` with what it says, and the line that it names."""
    told = check_file(path)
    if told["is_check_passed"]:
        return
    why = "; ".join(str(told[key]) for key in ("message", "filetype") if told.get(key) not in (None, "jsonl"))
    line = re.search(r"\bline(?: number:?)? (\d+)", why)
    raise Refused(why, int(line[1]) if line else None)


if __name__ == "__main__":
    answer("together", check)
