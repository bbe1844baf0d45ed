"""Every refusal says what, where and what to do, in both languages, with the status 2 and never with a traceback."""

import gzip
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from advisor.cli.main import app

TRAIN = b'{"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]}\n'
FILES = {
    "empty": b"",
    "blank": b" \n\t\n",
    "bom": b"\xef\xbb\xbf",
    "comments": b"# one\n# two\n",
    "binary": bytes(range(256)) * 20,
    "list.yaml": b"- goal\n",
    "number.yaml": b"5\n",
    "nested.yaml": b"goal: {a: 1}\n",
    "ok.yaml": b"goal: vague\n",
    "head.csv": b"goal,gap\n",
    "columns.csv": b"gaol,requests\nvague,3\n",
    "value.csv": b"goal\nvagu\n",
    "train.jsonl": TRAIN,
    "array.json": b"[]",
    "head-only.csv": b"prompt,completion\n",
    "nothing.jsonl.gz": gzip.compress(b""),
    "report.jsonl": b"%PDF-1.7 ...",
    "rows.csv": b"PK\x03\x04....",
}
EMPTY = ("is empty", "is leeg")
NO_FILE = ("there is no such file or folder", "bestaat niet")
NO_DATA = ("There is no such file.", "is er niet")
FOLDER = ("folder", "map")
DEVICE = ("device", "apparaat")

CASES = [
    (["advise", "none"], "none: ", NO_FILE),
    (["advise", "folder"], "folder: ", ("name the file in it", "noem het bestand erin")),
    (["advise", "ok.yaml/x"], "ok.yaml/x: ", NO_FILE),
    (["advise", "x" * 300], "xxx: ", ("the name is too long", "de naam is te lang")),
    (["advise", "empty"], "empty: ", EMPTY),
    (["advise", "blank"], "blank: ", EMPTY),
    (["advise", "bom"], "bom: ", EMPTY),
    (["advise", "comments"], "comments: ", EMPTY),
    (["advise", "/dev/null"], "null: ", EMPTY),
    (["advise", "/dev/zero"], "zero: ", ("larger than 200000 bytes", "groter dan 200000 bytes")),
    (["advise", "binary"], "binary: ", ("not UTF-8 text (byte 128)", "geen UTF-8-tekst (byte 128)")),
    (["advise", "list.yaml"], "list.yaml: ", ("evaluation_set: no", "evaluation_set: no")),
    (["advise", "number.yaml"], "number.yaml: ", ("evaluation_set: no", "evaluation_set: no")),
    (["advise", "nested.yaml"], "goal: ", ("measurable, vague, none", "measurable, vague, none")),
    (["advise", "ok.yaml", "--at", "2026-13-01"], "--at: ", ("2026-11-22", "2026-11-22")),
    (["advise", "ok.yaml", "--fields", "verdit"], "--fields: ", ("Did you mean verdict", "Bedoel je verdict")),
    (["cases", "--at", "1999-01-01"], "--at: ", ("from 2000-01-01", "van 2000-01-01")),
    (["facts", "--fields", "nothing"], "--fields: ", ("there are: id, platform", "er zijn: id, platform")),
    (["questions", "--fields", "questions.txt"], "questions.txt", ("Did you mean text?", "Bedoel je text?")),
    (["report", "ok.yaml", "-o", "out.docx"], "--output: ", (".pdf, .md, .json", ".pdf, .md, .json")),
    (["report", "ok.yaml", "-o", "out.pd"], "--output: ", ("Did you mean .pdf?", "Bedoel je .pdf?")),
    (["report", "ok.yaml", "-o", "none/out.md"], "none/out.md", ("there is no such folder", "die map bestaat niet")),
    (["report", "ok.yaml", "-o", "folder.md"], "folder.md: ", FOLDER),
    (["template", "ok.yaml", "-o", "out.zi"], "--output: ", (".zip", ".zip")),
    (["portfolio", "none", "-o", "o.csv"], "none: ", NO_FILE),
    (["portfolio", "folder", "-o", "o.csv"], "folder: ", FOLDER),
    (["portfolio", "empty", "-o", "o.csv"], "empty: ", EMPTY),
    (["portfolio", "blank", "-o", "o.csv"], "blank: ", EMPTY),
    (["portfolio", "bom", "-o", "o.csv"], "bom: ", EMPTY),
    (["portfolio", "binary", "-o", "o.csv"], "binary: ", ("not UTF-8", "geen UTF-8")),
    (["portfolio", "head.csv", "-o", "o.csv"], "head.csv: ", ("there is no row", "geen enkele rij")),
    (
        ["portfolio", "columns.csv", "-o", "o.csv"],
        "requests: ",
        ("did you mean requests_per_month?", "je requests_per"),
    ),
    (["portfolio", "value.csv", "-o", "o.csv"], "row 1: goal: ", ("did you mean vague?", "bedoel je vague?")),
    (["check", "none"], "none: ", NO_DATA),
    (["check", "folder"], "folder: ", FOLDER),
    (["check", "ok.yaml/x"], "ok.yaml/x: ", NO_DATA),
    (["check", "empty"], "empty: ", EMPTY),
    (["check", "blank"], "blank: ", EMPTY),
    (["check", "bom"], "bom: ", EMPTY),
    (["check", "nothing.jsonl.gz"], "nothing.jsonl.gz: ", EMPTY),
    (["check", "array.json"], "array.json: ", EMPTY),
    (["check", "head-only.csv"], "head-only.csv: ", EMPTY),
    (["profile", "array.json"], "array.json: ", EMPTY),
    (["answers", "array.json"], "array.json: ", EMPTY),
    (["check", "binary"], "binary: ", ("not a text file", "geen tekstbestand")),
    (["profile", "report.jsonl"], "report.jsonl: ", ("no training data but a PDF", "geen trainingsdata, maar een pdf")),
    (["repair", "rows.csv", "o.csv"], "rows.csv: ", ("but a ZIP archive", "maar een ZIP-archief")),
    (["check", "/dev/zero"], "/dev/zero: ", DEVICE),
    (["check", "/dev/null"], "/dev/null: ", DEVICE),
    (["check", "train.jsonl", "--validation", "none"], "none: ", NO_DATA),
    (["check", "train.jsonl", "--validation", "/dev/zero"], "/dev/zero: ", DEVICE),
    (["check", "train.jsonl", "--platform", "opnai"], "--platform: ", ("Did you mean openai?", "Bedoel je openai?")),
    (["check", "train.jsonl", "--method", "stf"], "--method: ", ("Did you mean sft?", "Bedoel je sft?")),
    (["check", "train.jsonl", "--format", "sharegtp"], "--format: ", ("Did you mean sharegpt", "Bedoel je sharegpt")),
    (["check", "train.jsonl", "--encoding", "cl100k"], "--encoding: ", ("mean cl100k_base?", "je cl100k_base?")),
    (["check", "train.jsonl", "--engine", "sparc"], "--engine: ", ("Did you mean spark?", "Bedoel je spark?")),
    (["profile", "none"], "none: ", NO_DATA),
    (["answers", "none"], "none: ", NO_DATA),
    (["repair", "none", "o.jsonl"], "none: ", NO_DATA),
    (["repair", "train.jsonl", "train.jsonl"], "train.jsonl: ", ("name another file", "noem een ander bestand")),
    (["repair", "train.jsonl", "folder"], "folder: ", FOLDER),
    (["repair", "train.jsonl", "none/o.jsonl"], "none/o.jsonl", ("there is no such folder", "die map bestaat niet")),
    (["repair", "train.jsonl", "o.jsonl", "--platform", "azur"], "--platform: ", ("mean azure", "je azure")),
    (["repair", "train.jsonl", "o.jsonl", "--drop-leaks", "none"], "none: ", NO_DATA),
    (["split", "train.jsonl", "-o", "ok.yaml"], "ok.yaml: ", ("name a folder", "noem een map")),
    (["split", "train.jsonl", "-o", "parts", "--shares", "a"], "--shares: ", ("0.8,0.1,0.1", "0.8,0.1,0.1")),
    (
        ["split", "train.jsonl", "-o", "parts", "--shares", "2,3"],
        "--shares: ",
        ("together they are 1", "samen zijn ze 1"),
    ),
    (["convert", "train.jsonl", "o.jsonl", "--to", "dpo"], "--to: ", ("mean openai_dpo", "je openai_dpo")),
    (["convert", "train.jsonl", "o.jsonl", "--to", "alpaca", "--fields", "row"], "--fields: ", ("rows?", "rows?")),
    (["rag-rows", "train.jsonl", "o.jsonl"], "train.jsonl: ", ("question and context", "question en context")),
    (["rag-rows", "train.jsonl", "o.jsonl", "--refusals", "3"], "--refusals: ", ("from 0 to 1", "van 0 tot 1")),
    (["rag-score", "train.jsonl"], "train.jsonl: ", ("prediction", "prediction")),
    (["rag-score", "none"], "none: ", NO_DATA),
    (["app", "--port", "70000"], "--port: 70000", ("from 1 to 65535", "van 1 tot en met 65535")),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.md").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "where", "said"), CASES, ids=lambda one: " ".join(one)[:60] if type(one) is list else ""
)
def test_a_refusal_says_what_where_and_what_to_do(folder, arguments, where, said):
    before = sorted(folder.iterdir())
    for code, words in zip(("en", "nl"), said, strict=True):
        result = CliRunner().invoke(app, [*arguments, "--lang", code])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert (result.exit_code, result.stdout) == (2, "")
        assert (where if code == "en" else where.replace("row 1", "rij 1")) in result.stderr
        assert words in result.stderr
    assert sorted(folder.iterdir()) == before, "a refusal leaves nothing behind"


def spawn(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A shell that runs the command with `advisor` for the program."""
    script = f'advisor() {{ "{sys.executable}" -m advisor "$@"; }}\n{command}'
    return subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=False, timeout=120)


posix = pytest.mark.skipif(os.name != "posix", reason="shells, pipes and devices as Unix has them")

SHELL = [
    ("advisor advise - <&-", 2, "standard input is closed: name a file"),
    ("advisor portfolio - -o o.csv --lang nl <&-", 2, "de standaardinvoer is gesloten"),
    ("advisor check - <&-", 2, "standard input is closed: name a file"),
    ("advisor rag-score - <&-", 2, "standard input is closed: name a file"),
    ("advisor questions >&-", 2, "standard output is closed"),
    ("advisor questions --lang nl >&-", 2, "de standaarduitvoer is gesloten"),
    ("advisor questions > /dev/full", 2, "the output cannot be written (there is no room left)"),
    ("advisor questions --lang nl > /dev/full", 2, "de uitvoer kan niet worden geschreven (er is geen ruimte meer)"),
    ("advisor check - < /dev/null", 2, "standard input: The file is empty."),
    ("advisor advise - --lang nl < /dev/null", 2, "standaardinvoer: het bestand is leeg"),
    ("advisor advise $'n\\xff.yaml'", 2, "there is no such file or folder"),
    ("advisor check $'n\\xff.jsonl'", 2, "There is no such file."),
    ("advisor convert train.jsonl /dev/null --to alpaca", 2, "/dev/null: this is a device or a pipe"),
    ("advisor repair train.jsonl /dev/full", 2, "/dev/full: this is a device or a pipe"),
]


@pytest.mark.on_push(5)
@posix
@pytest.mark.parametrize(("command", "status", "said"), SHELL, ids=lambda one: str(one)[:50])
def test_what_a_shell_can_do_to_a_command_is_told_without_a_traceback(folder, command, status, said):
    done = spawn(command, folder)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == status


@pytest.mark.on_push(3)
@posix
@pytest.mark.parametrize(
    "command",
    [
        "advisor check <(cat train.jsonl)",
        "cat train.jsonl | advisor check /dev/stdin",
        "advisor check /dev/stdin < train.jsonl",
        "advisor check - < train.jsonl",
        "advisor check train.jsonl --validation <(cat train.jsonl)",
        "advisor advise <(cat ok.yaml)",
        "cat ok.yaml | advisor advise /dev/stdin",
        "cp train.jsonl $'n\\xff.jsonl' && advisor check $'n\\xff.jsonl'",
    ],
)
def test_pipes_are_read_by_whatever_name_they_have(folder, command):
    done = spawn(command, folder)
    assert done.stderr == ""
    assert done.returncode in (0, 1)
    assert "1 row" in done.stdout or "Figures are estimates" in done.stdout


@posix
def test_a_named_pipe_is_read_to_its_end(folder):
    os.mkfifo(folder / "pipe")
    writer = threading.Thread(target=lambda: (folder / "pipe").write_bytes(TRAIN * 3))
    writer.start()
    result = CliRunner().invoke(app, ["check", "pipe"])
    writer.join()
    assert "3 rows" in result.stdout


@posix
def test_no_device_is_replaced_by_a_file(folder):
    """As root a file written beside a device would take its place."""
    os.mkfifo(folder / "target.md")
    result = CliRunner().invoke(app, ["report", "ok.yaml", "-o", "target.md"])
    assert result.exit_code == 2
    assert "this is a device or a pipe; name a file to write" in result.stderr
    assert (folder / "target.md").is_fifo()


def test_a_file_that_may_not_be_read_is_told_so(folder, monkeypatch):
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "ok.yaml")

    monkeypatch.setattr(Path, "open", forbidden)
    for code, words in (("en", "ok.yaml: you may not read this"), ("nl", "ok.yaml: je mag dit niet lezen")):
        result = CliRunner().invoke(app, ["advise", "ok.yaml", "--lang", code])
        assert result.exit_code == 2
        assert words in result.stderr


def test_a_full_folder_for_temporary_files_is_named(folder, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    monkeypatch.setattr("advisor.cli.check.standard_input", lambda _: Unseekable())
    result = CliRunner().invoke(app, ["check", "-"])
    assert result.exit_code == 2
    assert "standard input: it cannot be read, or no copy of it kept in" in result.stderr
    assert "(there is no room left)" in result.stderr


class Unseekable:
    def seekable(self) -> bool:
        return False
