"""The check by Spark, without Spark: how a file is cut, and what is said where Spark fails or is not there."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from typer.testing import CliRunner

from advisor.cli.main import app
from advisor.dataset.files.source import Unusable, open_source
from advisor.dataset.inspection.inspect import inspect
from advisor.dataset.inspection.spark import Spark
from tests.dataset.spark.files import chats, shown


class Frame:
    """As much of Spark as is used, which is no more than Spark Connect has; runs here, the last first."""

    def __init__(self, numbers: range = range(0), function: Any = None) -> None:
        self.numbers = numbers
        self.function = function

    def range(self, start: int, end: int, step: int, partitions: int) -> Frame:
        assert partitions == len(range(start, end, step))  # a task for each
        return Frame(range(start, end, step))

    def mapInArrow(self, function: Any, schema: str) -> Frame:
        assert schema == "number long, found binary"
        return Frame(self.numbers, function)

    def collect(self) -> list[dict[str, Any]]:
        batches = iter([pyarrow.RecordBatch.from_pydict({"id": self.numbers[::-1]})])
        return [row for batch in self.function(batches) for row in batch.to_pylist()]


PIECES = st.sampled_from(
    [line + end for line in (*chats(3_000)[:4], b"", b"{", "{é東😀}".encode(), b"\xff\xe9") for end in (b"\n", b"\r\n")]
)


@given(
    st.builds(
        lambda mark, pieces, last: mark + b"".join(pieces) + last,
        st.sampled_from([b"", b"\xef\xbb\xbf"]),
        st.lists(PIECES, max_size=12),
        st.sampled_from([b"", b"{}", b'{"messages": [\xe9', b"\r"]),
    ),
    st.integers(1, 3_000),
    st.integers(1, 5),
)
def test_any_file_cut_into_any_ranges_is_found_the_same(tmp_path_factory, data, step, wave):
    assume(data.strip(b"\xef\xbb\xbf \r\n"))
    file = tmp_path_factory.getbasetemp() / "cut.jsonl"
    file.write_bytes(data)
    here, there = open_source(file), open_source(file)
    spark: Any = Spark(Frame(), max(step, len(data) // 100 + 1), wave)
    assert spark.worth(there) == (there.container == "jsonl")
    assert shown(inspect(there, workers=spark)) == shown(inspect(here))
    assert (there.lines, there.crlf, there.faults) == (here.lines, here.crlf, here.faults)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (
            "An exception was thrown from the Python worker:\nTraceback (most recent call last):\n"
            "  File \"worker.py\", line 1, in main\nModuleNotFoundError: No module named 'advisor'\n SQLSTATE: 38000\n",
            "ModuleNotFoundError: No module named 'advisor'",
        ),
        (
            "An error occurred while calling o73.collectToPython.\n: org.apache.spark.SparkException: Job aborted.\n"
            "\tat org.apache.spark.Scheduler.run(Scheduler.scala:1)\nCaused by: java.io.EOFException: gone\n",
            "org.apache.spark.SparkException: Job aborted.",
        ),
        (
            'WARNING: something\nException in thread "main" org.apache.spark.SparkException: Could not parse it\n',
            "org.apache.spark.SparkException: Could not parse it",
        ),
        ("[PACKAGE_NOT_INSTALLED] grpcio must be installed\n", "[PACKAGE_NOT_INSTALLED] grpcio must be installed"),
        ("", "?"),
    ],
)
def test_of_what_spark_says_the_line_that_names_the_error_is_passed_on(said, problem, tmp_path):
    missing = f"A package is missing where Spark's executors run ({problem}). Install fine-tune-advisor there too."
    expected = missing if problem.startswith("ModuleNotFoundError") else f"Spark gave up: {problem}"
    assert given_up(said, tmp_path) == expected


class Failing(Frame):
    """A session whose jobs fail."""

    def __init__(self, said: str) -> None:
        super().__init__()
        self.said = said

    def range(self, start: int, end: int, step: int, partitions: int) -> Failing:
        return self

    def mapInArrow(self, function: Any, schema: str) -> Failing:
        return self

    def collect(self) -> list[dict[str, Any]]:
        raise RuntimeError(self.said)


def given_up(said: str, tmp_path: Path) -> str:
    """What the check of a file says where Spark ends with this."""
    file = tmp_path / "train.jsonl"
    file.write_bytes(b"{}\n{}\n")
    session: Any = Failing(said)
    with pytest.raises(Unusable) as error:
        inspect(open_source(file), workers=Spark(session))
    return str(error.value)


def test_executors_without_the_package_are_told_from_other_failures(tmp_path):
    missing = "Traceback:\nModuleNotFoundError: No module named 'advisor'\n"
    assert "Install fine-tune-advisor there too" in given_up(missing, tmp_path)
    assert given_up("the cluster is gone", tmp_path) == "Spark gave up: the cluster is gone"


def refused(tmp_path: Path, *options: str) -> str:
    file = tmp_path / "train.jsonl"
    file.write_bytes(b"{}\n")
    result = CliRunner().invoke(app, ["check", str(file), *options])
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr
    return result.stderr


def test_without_pyspark_the_command_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    assert "pip install 'pyspark[sql]>=4,<5'" in refused(tmp_path, "--engine", "spark")


def test_what_spark_does_not_do_is_refused(tmp_path):
    assert "local, spark" in refused(tmp_path, "--engine", "ray")
    assert "Leave out --engine" in refused(tmp_path, "--engine", "spark", "--classic")
