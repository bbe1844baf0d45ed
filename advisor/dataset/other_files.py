"""Tells files that hold no training data by how they begin: what came in place of a download, or by mistake."""

from __future__ import annotations

import json
import re

from advisor.dataset.record import Note

LOOKED_AT = 50
"""Lines at the start of a file by which a log or plain text is told."""
MOSTLY = 0.8
"""Share of them that must begin like those of a log."""

_LFS = re.compile(r"version https://git-lfs\.github\.com/spec/")
_ANNEX = re.compile(r"(\.\./)*\.?(git/)?annex/objects/|/annex/objects/")
_HTML = re.compile(r"(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(r"<\?xml\b|<[A-Za-z][\w:.-]*(\s[^<>]*)?>\s*<")
_TRACE = re.compile(r"Traceback \(most recent call last\)")
_LOG = re.compile(
    r"\[?\d{4}[-/]\d\d[-/]\d\d[T ,]\s?\d\d:\d\d|\[?\d\d:\d\d:\d\d\b|[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d "
    r"|\[?(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\b|\d{1,3}(\.\d{1,3}){3} \S+ \S+ \[|\[\s*\d+%\]"
)


def other_kind(start: str, table: bool = False) -> Note | None:
    """What a text is that holds no rows; None where it may hold some. `table`: it was taken for a table.

    `start` is its beginning, decoded; the last line may be cut.
    """
    text = start.lstrip("\ufeff \t\r\n")
    if _LFS.match(text):
        return Note("a Git LFS pointer: the file itself was not downloaded (run git lfs pull)")
    if _ANNEX.match(text):
        return Note("a git-annex pointer: the file itself was not downloaded (run git annex get)")
    if _HTML.match(text):
        return Note("an HTML page: the download gave a web page instead of the file")
    if _TRACE.match(text):
        return Note("an error message of Python")
    return None if table else _lines_kind(text)


def _lines_kind(text: str) -> Note | None:
    lines = [line for line in map(str.strip, text.splitlines()[:LOOKED_AT]) if line]
    if not lines or any(map(_like_json, lines)):
        return None
    if _XML.match(text):
        return Note("an XML file")
    if sum(bool(_LOG.match(line)) for line in lines) >= MOSTLY * len(lines):
        return Note("a log")
    words = sum(line[0].isalpha() or line[0] in "#*>-" for line in lines)
    return Note("plain text without rows") if words >= MOSTLY * len(lines) else None


def _like_json(line: str) -> bool:
    """Whether a line may be JSON, or was meant to be."""
    if line.startswith(("{", '"', "}", "]")) or (line.startswith("[") and not _LOG.match(line)):
        return True
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
