"""Tells files that hold no training data by how they begin: what came in place of a download, or by mistake."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from advisor.dataset.files.tables import delimiter_of
from advisor.dataset.row import Note

LOOKED_AT = 50
"""Lines at the start of a file by which a log, a program or plain text is told."""
PLAIN_TEXT = 0.8
"""Share of them that must begin like those of plain text."""
LOG_OR_PROGRAM = 0.5
"""The same of a log, whose messages may go on over lines, and of a program."""
LONG_HEADER = 60
"""Characters of the first line of a table of one column from which it is no name of a column."""

_MAGIC = (
    (b"%PDF", Note("a PDF: save the rows in it as JSONL or CSV")),
    (b"\x89PNG\r\n\x1a\n", Note("an image")),
    (b"\xff\xd8\xff", Note("an image")),
    (b"GIF8", Note("an image")),
    (b"SQLite format 3\0", Note("an SQLite database: export the table as CSV")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Note("an old Office file: save it as CSV")),
    (b"ARROW1\0\0", Note("an Arrow file: save it as Parquet")),
    (b"GGUF", Note("the weights of a model")),
    (b"7z\xbc\xaf\x27\x1c", Note("a 7z archive: unpack it first")),
)
_ZIP = b"PK\x03\x04"
_IN_ZIP = (
    (b"xl/", Note("an Excel file: save the sheet as CSV")),
    (b"word/", Note("a Word file: save the rows in it as JSONL or CSV")),
)

_LFS = re.compile(r"version https://git-lfs\.github\.com/spec/")
_ANNEX = re.compile(r"(\.\./)*\.?(git/)?annex/objects/|/annex/objects/")
_HTML = re.compile(r"(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(r"<\?xml\b|<[A-Za-z][\w:.-]*(\s[^<>]*)?>\s*<")
_TRACE = re.compile(r"Traceback \(most recent call last\)")
_NOTEBOOK = re.compile(r'\{\s*"cells"\s*:\s*\[')
_FRONT_MATTER = re.compile(r"---\r?\n(?:[\w-]+:|#)")
_HEADING = re.compile(r"#{1,3} \S")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_LOG = re.compile(
    r"\[?\d{4}[-/]\d\d[-/]\d\d[T ,]\s?\d\d:\d\d|\[?\d\d:\d\d:\d\d\b|[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d "
    r"|\[?(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\b|\d{1,3}(\.\d{1,3}){3} \S+ \S+ \["
    r"|\[\s*\d+%\]|\s*\d{1,3}%\||[IWEF]\d{4} \d\d:\d\d:\d\d|\d{9,10}(\.\d+)? \["
)
_PYTHON = re.compile(
    r"(?:import [\w.]+(?: as \w+)?(?:, [\w.]+)*$|from [\w.]+ import [\w(*]|(?:async )?def \w+\(|class \w+.*:$"
    r"|if __name__ ==|@\w+|return\b|for \w.* in .*:$|if .*:$|print\(|\w+ = )"
)
_SURELY_PYTHON = re.compile(r"(?:import [\w.]+(?: as \w+)?(?:, [\w.]+)*$|from [\w.]+ import [\w(*]|def \w+\(.*:$)")
_CODE = re.compile(r".*[;{}]$|\}|//|/\*|#include\b|(?:const|let|var|function|public|package|using) ")
_SETTING = re.compile(r"(?:- )?[a-z_][\w-]*:(?: |$)|- \w|#")
_LIKE_WORDS = re.compile(r"[^\W\d_]|\d+[.)] |[#*>•‘“'(¿¡–—-]")

_SAYS_ERROR = frozenset({"error", "errors", "detail", "message", "msg", "fault"})
_IN_ERRORS = _SAYS_ERROR | {
    "code", "details", "documentation_url", "instance", "ok", "path", "reason", "request_id", "requestid", "status",
    "status_code", "statuscode", "success", "timestamp", "title", "trace_id", "type",
}  # fmt: skip
"""Keys of what a service answers in place of the data, in small letters; RFC 9457 has some of them."""
_IN_LOGS = (frozenset({"level", "levelname", "severity", "lvl"}), frozenset({"msg", "message", "event"}))

_TAUGHT = frozenset({"label", "labels", "class", "category", "target", "prompt", "completion", "response", "answer",
                     "output", "input", "question", "instruction", "text", "messages", "conversations"})  # fmt: skip


def binary_kind(start: bytes) -> Note | None:
    """What a file is that is no text and holds no rows, by its first bytes; None where it may be text."""
    if start.startswith(_ZIP):
        return next((kind for name, kind in _IN_ZIP if name in start), Note("a ZIP archive: unpack it first"))
    return next((kind for magic, kind in _MAGIC if start.startswith(magic)), None)


def is_log_line(line: str) -> bool:
    """Whether a line begins as those of logs do."""
    return _LOG.match(line) is not None


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
    if text.startswith("{"):
        return _object_kind(text)
    lines = [line for line in map(str.strip, _COLOUR.sub("", text).splitlines()[:LOOKED_AT]) if line]
    return _table_kind(text, lines) if table else _lines_kind(text, lines)


def _object_kind(text: str) -> Note | None:
    """What an object is, or lines of them, that nobody trains on."""
    if _NOTEBOOK.match(text) and '"cell_type"' in text:
        return Note("a Jupyter notebook")
    try:
        whole, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    keys = {str(key).lower().lstrip("_") for key in whole}
    if not text[end:].strip():
        says = any(value for key, value in whole.items() if str(key).lower() in _SAYS_ERROR)
        return Note("an error message of a service, in place of the data") if says and keys <= _IN_ERRORS else None
    if keys & _TAUGHT:
        return None  # logs may be what is learnt from
    levels, words = _IN_LOGS
    timed = any(key.startswith(("time", "ts", "date", "@time")) or key == "asctime" for key in keys)
    return Note("a log") if timed and keys & levels and keys & words else None


def _table_kind(text: str, lines: Sequence[str]) -> Note | None:
    """The same of what was taken for a table: only where not even its first line names columns."""
    if not lines:
        return None
    if all(map(_LOG.match, lines)):
        return Note("a log")
    first = lines[0]
    names = len(first) <= LONG_HEADER and first[-1] not in ".,!?:;" and first.count(" ") < 4
    return None if names or delimiter_of(text) else _lines_kind(text, lines)


def _lines_kind(text: str, lines: Sequence[str]) -> Note | None:
    """The same of lines that are no table."""
    if not lines or sum(map(_is_json, lines)) * 2 > len(lines):
        return None
    if program := _program(text, lines):
        return program
    if _FRONT_MATTER.match(text) or (_HEADING.match(text) and len(lines) > 1):
        return Note("a Markdown text, such as a README")
    if any(map(_like_json, lines)):
        return None
    if _XML.match(text):
        return Note("an XML file")
    if sum(bool(_LOG.match(line)) for line in lines) >= LOG_OR_PROGRAM * len(lines):
        return Note("a log")
    if len(lines) > 1 and all(map(_SETTING.match, lines)):
        return Note("a file of settings (YAML)")
    words = sum(bool(_LIKE_WORDS.match(line)) for line in lines)
    return Note("plain text without rows") if words >= PLAIN_TEXT * len(lines) else None


def _program(text: str, lines: Sequence[str]) -> Note | None:
    python = sum(bool(_PYTHON.match(line)) for line in lines)
    sure = sum(bool(_SURELY_PYTHON.match(line)) for line in lines)
    if (text.startswith("#!") and "python" in lines[0]) or (sure and python > 2 and python * 3 > len(lines)):
        return Note("a Python script")
    code = sum(bool(_CODE.match(line)) for line in lines)
    if text.startswith("#!/") or (len(lines) > 2 and code > LOG_OR_PROGRAM * len(lines) and text[:1] not in "{[\"'"):
        return Note("a script")
    return None


def _like_json(line: str) -> bool:
    """Whether a line may be JSON, or was meant to be."""
    if line.startswith(("{", '"', "}", "]")) or (line.startswith("[") and not _LOG.match(line)):
        return True
    return _is_json(line)


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
