"""Write down which characters the fonts of the report can show: `python -m advisor.report.coverage`.

Run it when a font is added or replaced; it needs the package fonttools. The list is kept beside the fonts, so that
making a report needs no font library.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from advisor.report.cleaning import FONTS


def covered(folder: Path = FONTS) -> set[int]:
    """The code points for which some font in the folder has a letter shape."""
    fonts = import_module("fontTools.ttLib")  # not a dependency of the program
    return {code for path in folder.glob("*.[ot]tf") for code in fonts.TTFont(path, lazy=True).getBestCmap()}


def ranges(codes: Iterable[int]) -> list[tuple[int, int]]:
    """The codes as ranges (first, last), in order."""
    ranges: list[tuple[int, int]] = []
    for code in sorted(codes):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1] = (ranges[-1][0], code)
        else:
            ranges.append((code, code))
    return ranges


def main() -> int:
    rows = ",\n".join(f"  [{first}, {last}]" for first, last in ranges(covered()))
    note = json.dumps("Made by python -m advisor.report.coverage; do not edit.")
    (FONTS / "coverage.json").write_text(f'{{"note": {note}, "ranges": [\n{rows}\n]}}\n', "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
