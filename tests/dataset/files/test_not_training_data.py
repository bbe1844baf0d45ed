"""What came in place of training data is said to be what it is, and no command makes an empty file of it."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from advisor.cli.main import app
from advisor.dataset import Unusable, inspect, open_source
from advisor.language import language

EN = language("en")
ROW = {"messages": [{"role": "user", "content": "Which bus?"}, {"role": "assistant", "content": "Line 4."}]}


def packed(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(name, "x")
    return out.getvalue()


NOTEBOOK = {"cells": [{"cell_type": "code", "source": ["print(1)"], "outputs": []}], "metadata": {}, "nbformat": 4}
SCRIPT = (
    "import json\nfrom pathlib import Path\n\ndef main():\n    rows = []\n    for i in range(3):\n        print(i)\n"
)
KINDS: dict[str, tuple[str, bytes | str]] = {
    "train.log": ("a log", "2026-01-02 10:00:00,123 INFO start\n2026-01-02 10:00:01,004 ERROR stop\n  at line 4\n"),
    "access.txt": ("a log", '127.0.0.1 - - [10/Oct/2025:13:55:36 -0700] "GET / HTTP/1.1" 200 23\n' * 3),
    "syslog.csv": ("a log", "Jan  2 10:00:00 host app[12]: started, ok\nJan  2 10:00:01 host app[12]: done, ok\n"),
    "lines.jsonl": ("a log", '{"time": "2026-01-02T10:00:00Z", "level": "INFO", "msg": "start"}\n' * 3),
    "bar.txt": ("a log", "  5%|█    | 5/100 [00:01<00:20]\n 10%|██   | 10/100 [00:02<00:18]\n"),
    "letter.txt": (
        "plain text",
        "Dear all,\n\nThis is pasted, with commas, and such.\nIt goes on here.\n\nBye,\nAnn\n",
    ),
    "letter.csv": ("plain text", "Dear all,\n\nThis is pasted, with commas, and such.\nIt goes on.\n\nBye,\nAnn\n"),
    "brief.jsonl": ("plain text", "Beste mensen,\n\n‘Dit’ is een tekst.\n1. punt\n2. punt\nGroet\n"),
    "page.jsonl": ("an HTML page", "\n<!-- saved -->\n<!DOCTYPE html><html><body>Not found</body></html>"),
    "pointer.jsonl": ("a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"),
    "report.pdf": ("a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"),
    "report.jsonl": ("a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"),
    "rows.zip": ("a ZIP archive", packed("rows.jsonl")),
    "rows.csv": ("an Excel file", packed("xl/workbook.xml")),
    "rows.docx": ("a Word file", packed("word/document.xml")),
    "old.xls": ("an old Office file", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)),
    "limit.json": ("an error message of a service", json.dumps({"error": {"message": "Rate limit", "code": 429}})),
    "lost.jsonl": ("an error message of a service", json.dumps({"message": "Not Found", "status": "404"})),
    "denied.json": ("an error message of a service", json.dumps({"detail": "Not authenticated"}, indent=2)),
    "book.ipynb": ("a Jupyter notebook", json.dumps(NOTEBOOK, indent=1)),
    "book.json": ("a Jupyter notebook", json.dumps(NOTEBOOK)),
    "make.py": ("a Python script", SCRIPT),
    "make.jsonl": ("a Python script", '"""Makes rows."""\n\n' + SCRIPT),
    "make.sh": ("a script", "#!/bin/bash\nset -e\necho hi\n"),
    "make.js": ("a script", "const fs = require('fs');\nfunction x() {\n  return 1;\n}\n"),
    "README.md": ("a Markdown text", '# My rows\n\nThis is *data*.\n\n```json\n{"a": 1}\n```\n'),
    "card.md": ("a Markdown text", "---\nlicense: mit\n---\n\nHello.\n"),
    "run.yaml": ("a file of settings", "model: llama\nlearning_rate: 1e-4\n"),
}


@pytest.mark.parametrize("name", KINDS)
def test_one_finding_says_what_a_file_is(name: str) -> None:
    kind, given = KINDS[name]
    found = inspect(open_source(given if isinstance(given, bytes) else given.encode(), name))
    assert found.counts == {"not-training-data": 1}
    assert str(found.findings[0].values["kind"]).startswith(kind)


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*map(str, arguments)])
    return done.exit_code, done.output


@pytest.mark.parametrize("name", ["train.log", "letter.csv", "report.pdf", "rows.csv", "limit.json", "book.ipynb"])
def test_no_command_writes_anything_of_it(name: str, tmp_path: Path) -> None:
    given = KINDS[name][1]
    file, sound = tmp_path / name, tmp_path / "sound.jsonl"
    file.write_bytes(given if isinstance(given, bytes) else given.encode())
    sound.write_text(json.dumps(ROW) + "\n")
    before = {*tmp_path.iterdir()}
    out = tmp_path / "out.jsonl"
    for command in (
        ("repair", file, out),
        ("convert", file, out, "--to", "alpaca"),
        ("split", file, "-o", tmp_path / "parts"),
        ("rag-rows", file, out),
        ("profile", file),
        ("answers", file),
        ("check", sound, "--validation", file),
        ("repair", sound, out, "--drop-leaks", file),
    ):
        status, said = run(*command)
        assert (status, "no training data but" in said) == (2, True), (command[0], said)
        assert {*tmp_path.iterdir()} == before
    status, said = run("check", file)
    assert (status, said.count("no training data but")) == (1, 1)


def test_a_file_with_nothing_in_it_is_refused_by_all_of_them(tmp_path: Path) -> None:
    for name, given in (("empty.jsonl", b""), ("blank.jsonl", b"\n \n\n"), ("mark.jsonl", b"\xef\xbb\xbf")):
        file, out = tmp_path / name, tmp_path / "out.jsonl"
        file.write_bytes(given)
        for command in (("check", file), ("repair", file, out), ("convert", file, out, "--to", "alpaca")):
            status, said = run(*command)
            assert (status, "The file is empty" in said, out.exists()) == (2, True, False)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("one.csv", "text\nDear all,\nThis is a sentence.\nAnd this one too, with a comma.\n"),
        ("code.csv", 'instruction,output\n"Write it","import json\nimport os\ndef main():\n    print(1)\n    x = 2"\n'),
        ("pairs.txt", "question,answer\nWho?,Me.\nWhat?,That.\n"),
        ("noted.jsonl", "# made by hand\n" + f"{json.dumps(ROW)}\n" * 3),
        ("printed.jsonl", f"{ROW}\n" * 3),
        ("list.json", json.dumps([ROW, ROW], indent=2)),
        ("failed.jsonl", json.dumps({"prompt": "x", "completion": "y", "error": "none"})),
        ("batch.jsonl", f"{json.dumps({'custom_id': '1', 'response': {}, 'error': None})}\n" * 2),
        ("logs.jsonl", f"{json.dumps({'time': '10:00', 'level': 'INFO', 'msg': 'start', 'label': 'good'})}\n" * 3),
        ("pretty.jsonl", json.dumps(ROW, indent=1)),
        ("broken.jsonl", '{"messages": [\nimport this\n'),
    ],
)
def test_what_may_hold_rows_is_read(name: str, given: str) -> None:
    source = open_source(given.encode(), name)
    assert source.other is None
    assert [row for batch in source.batches() for row in batch.rows]


def test_a_validation_file_that_is_something_else_is_told() -> None:
    held = open_source(b"<!DOCTYPE html><html></html>", "val.jsonl")
    with pytest.raises(Unusable) as caught:
        inspect(open_source(json.dumps(ROW).encode(), "rows.jsonl"), validation=held)
    assert caught.value.text(EN).startswith("The validation file is no training data but an HTML page")
