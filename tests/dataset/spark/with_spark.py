"""Spark finds what this process finds. One session inside this machine serves all tests here.

`make test-spark` runs them where anything changed of what they rest on, see `passed.py`.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from advisor.cli.main import app
from advisor.content.load import CONTENT_DIR, HOME, load
from advisor.dataset.check_json import check_dict
from advisor.dataset.files.source import Source, Unusable, open_source
from advisor.dataset.inspection import spark as spark_module
from advisor.dataset.inspection.inspect import Inspection, inspect
from advisor.dataset.inspection.spark import Spark, started
from advisor.dataset.words import headline
from advisor.language import language
from benchmarks.chats import rows
from tests.dataset.spark.files import chats, shown

pyspark_sql = pytest.importorskip("pyspark.sql")
NOTEBOOK = CONTENT_DIR / "notebooks" / "check_on_databricks.py"
STEP = 6_000
"""Bytes of a range: small, so that the edges of many of them fall into lines, characters and line ends."""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setenv("MASTER", "local[2]")
        patch.setitem(spark_module.LOCAL, "spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        try:
            one = stack.enter_context(started())
        except Unusable as error:
            pytest.skip(str(error))
        yield one


def ugly() -> bytes:
    """What a file can hold that is hard to cut: of each, several."""
    lines = chats(90_000)
    lines[3:3] = [b"", b"   ", b'{"messages": "\xff"}', b'{"messages": [' + b" " * 20_000 + b"]}", lines[0]]
    text = b"\n".join(lines[:40]) + b"\n" + b"\r\n".join(lines[40:])
    return b"\xef\xbb\xbf" + text + b"\r\n" + b"\n" * 50 + lines[5]


def same(source: Source, other: Source, session: Any, wave: int = 8, **options: Any) -> Inspection:
    """What is found in a file, which Spark finds too, down to what reading it leaves behind."""
    spark = Spark(session, STEP, wave)
    assert spark.worth(other)
    told: list[int] = []
    ours, theirs = inspect(source, **options), inspect(other, **options, workers=spark, progress=_keep(told))
    assert shown(theirs) == shown(ours)
    assert (other.lines, other.crlf, other.faults) == (source.lines, source.crlf, source.faults)
    assert len(told) == -(-((other.size or 0) - 3 * other.bom) // STEP)
    assert told == sorted(told)
    assert told[-1] == other.size
    return theirs


def _keep(told: list[int]) -> Any:
    def progress(_: int, read: int) -> bool:
        told.append(read)
        return True

    return progress


def test_spark_finds_the_same_in_a_file_that_is_hard_to_cut(session, tmp_path):
    file, held = tmp_path / "train.jsonl", tmp_path / "held.jsonl"
    file.write_bytes(ugly())
    held.write_bytes(b"\r\n".join([*chats(20_000, seed=2), *chats(90_000)[:6]]))
    options: dict[str, Any] = {"platform": "openai", "method": "sft"}
    spark_held = open_source(held)
    found = inspect(open_source(file), **options, validation=spark_held, workers=Spark(session, STEP, 8))
    assert shown(found) == shown(inspect(open_source(file), **options, validation=open_source(held)))
    assert found.profile.leaked > 3
    found = same(open_source(file), open_source(file), session, **options)
    ranges = {line.line // 5 for line in found.findings if line.line}
    assert len(ranges) > 10
    assert {"mixed-line-ends", "byte-order-mark", "invalid-utf-8", "exact-duplicate"} <= set(found.counts)


def test_spark_finds_the_same_in_latin_1_with_line_ends_of_old(session, tmp_path):
    file = tmp_path / "train.jsonl"
    file.write_bytes(b"\r".join(line.decode().encode("latin-1", "replace") for line in chats(40_000)))
    found = same(open_source(file), open_source(file), session)
    assert "latin-1" in found.counts


def test_a_pass_over_spark_can_be_cancelled(session, tmp_path):
    file = tmp_path / "train.jsonl"
    file.write_bytes(b"\n".join(chats(60_000)))
    found = inspect(open_source(file), workers=Spark(session, STEP, 2), progress=lambda rows, read: False)
    assert found.cancelled
    assert 0 < found.profile.rows < 20


def test_the_command_says_the_same_with_either_engine(session, tmp_path):
    file = tmp_path / "train.jsonl"
    file.write_bytes(ugly())

    def run(*options: str) -> tuple[int, str, Any]:
        result = CliRunner().invoke(app, ["check", str(file), "--json", *options])
        said = json.loads(result.stdout)
        del said["seconds"]
        return result.exit_code, result.stderr, said

    assert run("--engine", "spark") == run("--engine", "local")
    assert session.range(1).count() == 1  # the command leaves a session alone that it found


def test_files_that_cannot_be_cut_are_checked_here_and_the_command_says_so(session, tmp_path):
    text = b"\n".join(chats(5_000))
    packed, wide = tmp_path / "train.jsonl.gz", tmp_path / "wide.jsonl"
    packed.write_bytes(gzip.compress(text))
    wide.write_bytes(text.decode().encode("utf-16"))
    table = tmp_path / "train.csv"
    table.write_text("prompt,completion\na,b\n")
    for source in (open_source(packed), open_source(wide), open_source(table), open_source(text, "train.jsonl")):
        assert not Spark(session).worth(source)
    result = CliRunner().invoke(app, ["check", str(packed), "--engine", "spark"])
    assert "train.jsonl.gz: this process checks it by itself." in result.stderr
    assert result.stdout == CliRunner().invoke(app, ["check", str(packed)]).stdout


def test_a_file_that_executors_do_not_find_or_find_different_is_refused(session, tmp_path):
    file = tmp_path / "train.jsonl"
    file.write_bytes(b"\n".join(chats(20_000)))
    source = open_source(file)
    source.size = 12_345
    with pytest.raises(Unusable, match=r"it has 2\d{4} bytes instead of 12345"):
        inspect(source, workers=Spark(session, STEP))
    parts = Spark(session, STEP).parts(open_source(file), spark_module.Task("unknown", None, None, "o200k_base"))
    file.unlink()
    with pytest.raises(Unusable, match=r"cannot read it under .*train\.jsonl \(No such file"):
        next(parts)


def refused(tmp_path: Path, *options: str) -> str:
    file = tmp_path / "train.jsonl"
    file.write_bytes(b"{}\n")
    result = CliRunner().invoke(app, ["check", str(file), *options])
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr
    return result.stderr


def test_without_java_the_command_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(pyspark_sql.SparkSession, "getActiveSession", lambda: None)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert "openjdk-17-jre-headless" in refused(tmp_path, "--engine", "spark")


class Notebook:
    """Runs the cells of a notebook of Databricks, and keeps what they show; `fields` are filled in by its reader."""

    def __init__(self, file: Path, session: Any, fields: dict[str, str]) -> None:
        first, *cells = file.read_text("utf-8").split("# COMMAND ----------\n")
        assert first.startswith("# Databricks notebook source\n")
        self.shown: list[Any] = []
        self.filled = fields
        self.fields: dict[str, str] = {}
        dbutils = SimpleNamespace(widgets=self, library=self)
        self.given = {"spark": session, "dbutils": dbutils, "display": self.shown.append}
        self.restartPython()
        for cell in cells:
            exec(compile(cell, str(file), "exec"), self.names)

    def restartPython(self) -> None:
        self.names = dict(self.given)

    def text(self, name: str, value: str, label: str) -> None:
        self.fields[name] = self.filled.get(name, value)

    def dropdown(self, name: str, value: str, choices: list[str], label: str) -> None:
        assert value in choices
        self.text(name, value, label)
        assert self.fields[name] in choices

    def get(self, name: str) -> str:
        return self.fields[name]


def test_the_notebook_shows_what_is_found_and_keeps_it_in_a_table(session, tmp_path, capsys):
    file, held = tmp_path / "train.jsonl", tmp_path / "held.jsonl"
    file.write_bytes(ugly())
    held.write_bytes(b"\n".join(chats(90_000)[:6]))
    session.sql(f"CREATE DATABASE told LOCATION '{tmp_path / 'told'}'")
    fields = {
        "file": str(file),
        "validation": str(held),
        "platform": "openai",
        "method": "sft",
        "table": "told.findings",
    }
    notebook = Notebook(NOTEBOOK, session, fields)
    found = inspect(open_source(file), platform="openai", method="sft", validation=open_source(held))
    said = check_dict(found, load(), language("en"))
    counts, findings = notebook.shown
    assert {row["id"]: row["found"] for row in counts.collect()} == said["counts"]
    files = {"validation": str(held)}
    expected = [{**one, "file": files.get(one.get("file"), str(file))} for one in said["findings"]]
    assert [row.asDict() for row in findings.collect()] == expected
    assert {one["file"] for one in expected} == {str(file), str(held)}
    kept = session.table("told.findings").drop("checked_at")
    assert Counter(kept.collect()) == Counter(findings.collect())
    assert said["profile"]["leaked"] > 3
    assert headline(found, load(), language("en")) in capsys.readouterr().out


def test_the_example_of_the_readme_runs(session, tmp_path, monkeypatch, capsys):
    (example,) = re.findall(r"^```py\n(.*?)^```$", (HOME / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    Path("train.jsonl").write_bytes(b"\n".join(chats(6_000)))
    exec(example, {"spark": session})
    assert capsys.readouterr().out == f"{inspect(open_source(Path('train.jsonl')), platform='openai').counts}\n"


def test_the_notebook_fits_a_file_without_findings(session, tmp_path):
    file = tmp_path / "train.jsonl"
    file.write_text(next(line for line, check in rows(5_000) if not check) + "\n")
    counts, findings = Notebook(NOTEBOOK, session, {"file": str(file), "platform": "trl"}).shown
    assert (counts.count(), findings.count()) == (0, 0)
