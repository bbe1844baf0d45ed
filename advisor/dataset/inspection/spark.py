"""Apache Spark as the engine: its executors read and check ranges of a file, and the driver puts the findings together.

    spark = SparkSession.builder.getOrCreate()
    inspect(open_source(Path("/Volumes/main/tuning/files/train.jsonl")), workers=Spark(spark))

Only DataFrames are used, so a session of Spark Connect does as well. Executors open the file by its path and need this
package; they are given the number of a range, and return what was found in it, pickled: a sixth of the text or less.
"""

from __future__ import annotations

import os
import pickle
import re
import shutil
import sys
import tempfile
import warnings
from codecs import BOM_UTF8
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from advisor.dataset.files.line_ranges import lines_in_range
from advisor.dataset.files.source import Source
from advisor.dataset.files.unpacking import Encoding, in_utf_8
from advisor.dataset.inspection.chunk import Task
from advisor.dataset.inspection.parallel import Parts, Stretch, checked, in_order, in_turn
from advisor.dataset.row import Unusable, excerpt

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, Row, SparkSession

RANGE = 8_000_000
"""Bytes of a file that an executor is given at a time."""
WAVE = 64
"""Ranges of a job. Two jobs are under way at once, and the driver holds what they find, so this bounds its memory."""
LONGEST_PROBLEM = 300
"""Characters of what Spark says that are passed on."""
SCHEMA = "number long, found binary"


class Spark:
    """The executors of a Spark session.

    They take plain JSONL in UTF-8 or Latin-1 that is read from a path, which is what can be cut at line ends without
    reading it; whatever else is checked by the process that asks. The path must mean the same file to all executors.
    """

    def __init__(self, session: SparkSession, step: int = RANGE, wave: int = WAVE) -> None:
        self.session = session
        self.step = step
        self.wave = wave

    def worth(self, source: Source) -> bool:
        """Whether the file can be cut at line ends without reading it."""
        return (
            source.stored.path is not None
            and source.container == "jsonl"
            and source.compression is None
            and source.encoding in ("utf-8", "utf-8-sig", "latin-1")
        )

    def parts(self, source: Source, task: Task) -> Parts:
        """What `part_of` finds in the whole file. Leaves in `source` what reading it leaves there.

        Raises `Unusable` where executors cannot read the file, and where Spark gives up.
        """
        return in_order(source, self._stretches(source, task._replace(beside=False)))

    def _stretches(self, source: Source, task: Task) -> Generator[Stretch, None, None]:
        path, size = source.stored.path, source.size
        assert path is not None
        assert size is not None
        starts = range(len(BOM_UTF8) if source.bom else 0, size, self.step)
        job = Job(str(path.absolute()), size, starts, source.line_end, source.encoding, task)
        count = len(starts)
        with ThreadPoolExecutor(2, "spark") as pool:
            waves = (self._wave(job, start, min(start + self.wave, count)) for start in range(0, count, self.wave))
            for rows in in_turn((pool.submit(_collected, wave) for wave in waves), 1):
                for row in sorted(rows, key=lambda row: row["number"]):
                    stretch: Stretch | Unusable = pickle.loads(row["found"])
                    if isinstance(stretch, Unusable):
                        raise stretch
                    yield stretch

    def _wave(self, job: Job, start: int, end: int) -> DataFrame:
        """What is found in the ranges from number `start` up to `end`, each of which is a task."""
        with _pandas_unmentioned():
            numbers = self.session.range(start, end, 1, end - start)
            return numbers.mapInArrow(partial(_found, job), SCHEMA)


class Job(NamedTuple):
    """What is the same for all ranges of a file."""

    path: str
    size: int
    starts: range
    """Where each range begins: the first behind the byte-order mark."""
    line_end: bytes
    encoding: Encoding
    task: Task


def _found(job: Job, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Run by an executor: what is found in the ranges with these numbers."""
    schema = pa.schema([("number", pa.int64()), ("found", pa.binary())])
    for batch in batches:
        for number in batch.column(0).to_pylist():
            pickled = pickle.dumps(_in_range(job, number), pickle.HIGHEST_PROTOCOL)
            yield pa.RecordBatch.from_pylist([{"number": number, "found": pickled}], schema)


def _in_range(job: Job, number: int) -> Stretch | Unusable:
    start = job.starts[number]
    end = min(start + job.starts.step, job.size)
    try:
        with Path(job.path).open("rb") as stream:
            seen = os.fstat(stream.fileno()).st_size
            text = lines_in_range(stream, start, end, job.starts.start, job.line_end)
    except OSError as error:
        return Unusable(
            "Spark's executors cannot read it under {path} ({problem}). Put it where all of them can, such as a volume "
            "or a shared folder.",
            path=job.path,
            problem=error.strerror or type(error).__name__,
        )
    if seen != job.size:
        return Unusable(
            "Spark's executors find another file under {path}: it has {seen} bytes instead of {size}. Put it where all "
            "of them can read it, such as a volume or a shared folder.",
            path=job.path,
            seen=seen,
            size=job.size,
        )
    return checked(b"".join(in_utf_8(iter([text]), job.encoding, False)), job.line_end, job.task, end)


def _collected(frame: DataFrame) -> list[Row]:
    """The rows of a frame. Raises `Unusable`, since Spark fails in as many ways as there are clusters."""
    try:
        return frame.collect()
    except Exception as error:
        problem = _problem(str(error))
        if problem.startswith("ModuleNotFoundError"):
            raise Unusable(
                "A package is missing where Spark's executors run ({problem}). Install fine-tune-advisor there too.",
                problem=problem,
            ) from error
        raise Unusable("Spark gave up: {problem}", problem=problem) from error


def _problem(text: str) -> str:
    """The line of what Spark says that names the error: the last of a traceback of Python, the first of one of Java."""
    named = re.findall(r"^(?:: |Exception in thread \S+ )?((?:\w+\.)*\w+(?:Error|Exception): .+)", text, re.MULTILINE)
    first = next((line.strip() for line in text.splitlines() if line.strip()), "?")
    line = (named[-1] if "Traceback" in text else named[0]) if named else first
    return excerpt(line, most=LONGEST_PROBLEM)


@contextmanager
def _pandas_unmentioned() -> Iterator[None]:
    """PySpark wants pandas installed and warns of its newest releases; nothing of it is used here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        yield


@contextmanager
def started() -> Iterator[SparkSession]:
    """The active session, or else one that is started and, at the end, stopped.

    Which cluster is decided where Spark's own commands decide it: `SPARK_REMOTE`, `MASTER` or `spark-defaults.conf`;
    without those, Spark runs inside a process on this machine. Raises `Unusable` where there is no Spark.
    """
    with _pandas_unmentioned():
        try:
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise Unusable(
                "Spark is not installed. Install PySpark 4 with: {command}",
                command="pip install 'pyspark[sql]>=4,<5'",
            ) from error
        active = SparkSession.getActiveSession()
        session = active or _new_session()
    try:
        yield session
    finally:
        if active is None:
            session.stop()


def _new_session() -> SparkSession:
    from pyspark.sql import SparkSession

    remote, master = os.environ.get("SPARK_REMOTE", ""), os.environ.get("MASTER", "")
    builder = SparkSession.builder.appName("Fine-Tune Advisor")
    if not remote.startswith("sc:") and not _java():
        raise _no_java()
    if not remote.startswith("sc:") and (not master or master.startswith("local")):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        if not remote:
            for name, value in LOCAL.items():
                builder = builder.config(name, value)
    with tempfile.TemporaryFile() as log:
        try:
            with _errors_to(log.fileno()):
                return builder.getOrCreate()
        except Exception as error:
            message = str(error)
            if "JAVA_GATEWAY_EXITED" in message:  # and why is what Java wrote
                log.seek(0)
                message = log.read().decode("utf-8", "replace")
            if "UnsupportedClassVersionError" in message:
                raise _no_java() from error
            raise Unusable("Spark gave up: {problem}", problem=_problem(message)) from error


LOCAL = {
    "spark.ui.enabled": "false",
    # The work is done in Python; the Java code around it is not worth optimising, which takes longer than it saves.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
"""Settings of a session on this machine that is ours alone."""


def _no_java() -> Unusable:
    return Unusable(
        "Spark needs Java 17 or newer, which was not found. Install it (on Debian and Ubuntu: apt install "
        "openjdk-17-jre-headless), or name its folder in JAVA_HOME."
    )


def _java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=str(Path(home) / "bin") if home else None) is not None


@contextmanager
def _errors_to(file: int) -> Iterator[None]:
    """What processes started meanwhile write to standard error goes to a file: Java greets with a dozen lines."""
    with suppress(OSError, ValueError):
        sys.stderr.flush()
    kept = os.dup(2)
    os.dup2(file, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
