"""The one file of a pilot: its rows, and every request with its answer. SQLite, for its owner alone; no key is in it.

A request stands in it before it is sent, with what it may cost at most. So after a cut nothing is asked twice that was
answered, and what was under way counts with its largest cost: it may have been answered where nobody heard.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_128_digest

from advisor.dataset.row import Unusable
from advisor.dataset.rows.cells import json_text
from advisor.pilot.endpoint import Usage

FORMAT = 1
"""Of the file; another one is not read."""
MARK = 0x50494C54
"""SQLite's own field for whose file it is: PILT."""
HEAD = 100
"""Bytes of SQLite's own head, with mark and version."""
BEAT_S = 2.0
"""Seconds between signs of life of a run."""
STALE_S = 15.0
"""Seconds without one, after which nobody runs it any more."""
OTHERS = "other_models"
"""What is kept of answers that came from another model than was asked."""
MOST_OTHERS = 5
"""Names of other models that are kept of an arm; a server that gives ever new ones fills no file."""

TABLES = """
CREATE TABLE said (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE row (part TEXT NOT NULL, place INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (part, place))
  WITHOUT ROWID;
CREATE TABLE vector (text BLOB PRIMARY KEY, numbers BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE request (
  id INTEGER PRIMARY KEY,
  arm TEXT NOT NULL, row TEXT NOT NULL, state TEXT NOT NULL, sent_at REAL NOT NULL, asked TEXT NOT NULL,
  most_usd REAL, most_tokens INTEGER NOT NULL,
  answer TEXT, finish TEXT, refusal TEXT, input INTEGER, cached INTEGER, output INTEGER, usd REAL,
  first_token_s REAL, whole_s REAL, error TEXT, status INTEGER
);
CREATE UNIQUE INDEX answered ON request (arm, row) WHERE state = 'answered';
CREATE INDEX by_state ON request (state, arm);
"""


@dataclass(frozen=True)
class Answer:
    """One answer as it was kept. Times in seconds; None where nobody measured or counted."""

    arm: str
    row: str
    text: str
    finish: str
    refusal: str
    usage: Usage
    usd: float | None
    first_token_s: float | None
    whole_s: float | None
    sent_at: float


@dataclass(frozen=True)
class Spent:
    """What requests came to so far."""

    usd: float | None
    """With the largest cost of those whose own is not known; None where any has no known price."""
    priced_usd: float
    """The same, of those that have a price."""
    unpriced_tokens: int
    """Of the others, at most."""
    tokens: int
    lost: int
    """Requests that were sent and of which nobody knows what they cost."""


class NotHeld(Unusable):
    """Whoever runs it has lost it: somebody else runs it now, or the file is gone."""


class RunFile:
    """An open file. May be shared by threads."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()
        self._token = ""
        """Of the one who runs it through this opening; empty: nobody."""
        self._inode = _inode(path)

    @classmethod
    def create(cls, path: Path, settings: Mapping[str, Any], rows: Mapping[str, Iterable[Any]]) -> RunFile:
        """A new file with what it is about and its rows by part: all of it, or no file. Raises `FileExistsError` where
        there is one, and `OSError` where it cannot be written.
        """
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        part = path
        try:
            descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:100]}-", dir=path.parent)
            os.close(descriptor)
            part = Path(name)
            connection = sqlite3.connect(part, isolation_level=None)
            try:
                made = cls(part, connection)
                connection.executescript(f"PRAGMA application_id={MARK}; PRAGMA user_version={FORMAT}; {TABLES}")
                for name, value in settings.items():
                    made.put(name, value)
                for name, some in rows.items():
                    made.put_rows(name, some)
            finally:
                connection.close()
            part.replace(path)
        except BaseException as error:
            for left in {part, part.with_name(f"{part.name}-journal"), path}:
                left.unlink(missing_ok=True)
            if isinstance(error, sqlite3.OperationalError):
                full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
                raise OSError(errno.ENOSPC if full else errno.EIO, str(error), str(path)) from error
            raise
        return cls(path, _connected(path))

    @classmethod
    def open(cls, path: Path) -> RunFile:
        """Raises `FileNotFoundError`, and `Unusable` for a file that is no pilot, or damaged. No other file is touched:
        the mark is read before SQLite opens it.
        """
        if not path.is_file():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        with path.open("rb") as file:
            head = file.read(HEAD)
        if not head.startswith(b"SQLite format 3\0"):
            raise Unusable("This is no file of a pilot.")
        version, mark = (int.from_bytes(head[at : at + 4]) for at in (60, 68))
        if (mark, version) != (MARK, FORMAT):
            raise Unusable("This is no file of a pilot, or one of another version of this program.")
        try:
            connection = _connected(path)
            if _tables(connection) != _own_tables():
                connection.close()
                raise damaged("?")
        except sqlite3.DatabaseError as error:
            raise damaged(str(error)) from error
        return cls(path, connection)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def delete(self) -> None:
        """Delete the file and what SQLite keeps beside it. Whoever runs it ends before the next request."""
        self.close()
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    # What it is about

    def put(self, name: str, value: Any) -> None:
        with self._lock:
            self._connection.execute("INSERT OR REPLACE INTO said VALUES (?, ?)", (name, json_text(value)))

    def value(self, name: str) -> Any:
        """A value that was put down; None for none."""
        with self._lock:
            found = self._connection.execute("SELECT value FROM said WHERE name = ?", (name,)).fetchone()
        return json.loads(found[0]) if found else None

    def put_rows(self, part: str, rows: Iterable[Any]) -> None:
        """Write down the rows of a part, in their order."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN")
            self._connection.executemany(
                "INSERT INTO row VALUES (?, ?, ?)", ((part, at, json_text(row)) for at, row in enumerate(rows))
            )

    def rows(self, part: str) -> list[Any]:
        with self._lock:
            found = self._connection.execute("SELECT value FROM row WHERE part = ? ORDER BY place", (part,)).fetchall()
        return [json.loads(value) for (value,) in found]

    # Vectors

    def put_vectors(self, texts: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
        with self._lock, self._connection:
            self._connection.execute("BEGIN")
            self._connection.executemany(
                "INSERT OR REPLACE INTO vector VALUES (?, ?)",
                ((_digest(text), one.astype("<f4").tobytes()) for text, one in zip(texts, vectors, strict=True)),
            )

    def vectors(self, texts: Iterable[str]) -> dict[str, npt.NDArray[np.float32]]:
        """Those that there are, by text."""
        with self._lock:
            kept = dict(self._connection.execute("SELECT text, numbers FROM vector").fetchall())
        found = ((text, kept.get(_digest(text))) for text in texts)
        return {text: np.frombuffer(numbers, "<f4") for text, numbers in found if numbers is not None}

    def vector_length(self) -> int | None:
        """Numbers in a vector; None where there is none yet."""
        with self._lock:
            found = self._connection.execute("SELECT length(numbers) FROM vector LIMIT 1").fetchone()
        return found[0] // np.dtype("<f4").itemsize if found else None

    # Requests

    def send(self, arm: str, row: str, asked: Any, most_usd: float | None, most_tokens: int) -> int | None:
        """Put down a request that is about to be sent; gives its number, and None where the row is answered or under
        way. Raises `NotHeld` unless the file is held.
        """
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._demand_held()
            done = self._connection.execute(
                "INSERT INTO request (arm, row, state, sent_at, asked, most_usd, most_tokens)"
                " SELECT ?1, ?2, 'sent', ?3, ?4, ?5, ?6 WHERE NOT EXISTS"
                " (SELECT 1 FROM request WHERE state IN ('answered', 'sent') AND arm = ?1 AND row = ?2)",
                (arm, row, time.time(), json_text(asked), most_usd, most_tokens),
            )
        return done.lastrowid if done.rowcount == 1 else None

    def answer(
        self,
        request: int,
        text: str,
        usage: Usage,
        usd: float | None,
        finish: str = "stop",
        refusal: str = "",
        first_token_s: float | None = None,
        whole_s: float | None = None,
    ) -> None:
        """Put down an answer; nothing where the request counts as lost already, so that a row has one answer."""
        with self._lock:
            self._connection.execute(
                "UPDATE request SET state = 'answered', answer = ?, finish = ?, refusal = ?, input = ?, cached = ?,"
                " output = ?, usd = ?, first_token_s = ?, whole_s = ?"
                " WHERE id = ? AND state = 'sent'",
                (text, finish, refusal, usage.input, usage.cached, usage.output, usd, first_token_s, whole_s, request),
            )

    def other_model(self, arm: str, asked: str, told: str) -> None:
        """Put down that an answer came from another model than was asked, as the server says."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            found = self.other_models()
            known = {name for one, _, name in found if one == arm}
            key = (arm, asked, told if told in known or len(known) < MOST_OTHERS else "…")
            found[key] = found.get(key, 0) + 1
            self.put(OTHERS, [[*names, n] for names, n in found.items()])

    def other_models(self) -> dict[tuple[str, str, str], int]:
        """Answers from another model than was asked: arm, the model that was asked, and that which the server names."""
        return {(arm, asked, told): n for arm, asked, told, n in self.value(OTHERS) or ()}

    def fail(self, request: int, kind: str, status: int | None, free: bool) -> None:
        """Put down that a request failed; `free` where the server charges nothing for that."""
        with self._lock:
            self._connection.execute(
                "UPDATE request SET state = ?, error = ?, status = ? WHERE id = ? AND state = 'sent'",
                ("refused" if free else "lost", kind, status, request),
            )

    def lose_sent(self) -> None:
        """What was under way when a run ended counts as lost."""
        with self._lock:
            self._connection.execute("UPDATE request SET state = 'lost', error = 'cut' WHERE state = 'sent'")

    def take_back(self, finish: str, arms: Iterable[str] | None = None) -> None:
        """Answers that ended so, of these arms or of all, are none: their rows are asked again. They cost nothing."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN")
            told = "UPDATE request SET state = 'refused', error = ?1 WHERE state = 'answered' AND finish = ?1"
            if arms is None:
                self._connection.execute(told, (finish,))
            else:
                self._connection.executemany(f"{told} AND arm = ?2", ((finish, arm) for arm in arms))

    def answered(self, but: str = "") -> set[tuple[str, str]]:
        """Arm and row of every answer, `but` those that ended so."""
        with self._lock:
            return set(
                self._connection.execute(
                    "SELECT arm, row FROM request WHERE state = 'answered' AND finish <> ?", (but,)
                ).fetchall()
            )

    def answers(self) -> Iterator[Answer]:
        """In the order in which they were asked."""
        with self._lock:
            found = self._connection.execute(
                "SELECT arm, row, answer, finish, refusal, input, cached, output, usd, first_token_s, whole_s, sent_at"
                " FROM request WHERE state = 'answered' ORDER BY id"
            ).fetchall()
        for arm, row, text, finish, refusal, sent, cached, output, usd, first, whole, at in found:
            yield Answer(arm, row, text, finish, refusal, Usage(sent, cached, output), usd, first, whole, at)

    def asked(self, arm: str, row: str) -> Any:
        """What was sent for an answer: messages, and schema and tools where there were some; None for no answer."""
        with self._lock:
            found = self._connection.execute(
                "SELECT asked FROM request WHERE state = 'answered' AND arm = ? AND row = ?", (arm, row)
            ).fetchone()
        return json.loads(found[0]) if found else None

    def counts(self) -> dict[str, int]:
        """Answers by arm."""
        with self._lock:
            return dict(
                self._connection.execute(
                    "SELECT arm, count(*) FROM request WHERE state = 'answered' GROUP BY arm"
                ).fetchall()
            )

    def not_taken(self, arm: str, finish: str) -> int:
        """Answers of an arm that all ended so; 0 where any ended otherwise."""
        with self._lock:
            n, others = self._connection.execute(
                "SELECT sum(finish = ?), sum(finish <> ?) FROM request WHERE state = 'answered' AND arm = ?",
                (finish, finish, arm),
            ).fetchone()
        return 0 if others else n or 0

    def ended_so(self, finish: str) -> dict[str, str]:
        """What the server said of the last answer of each arm that ended so."""
        with self._lock:
            return dict(
                self._connection.execute(
                    "SELECT arm, refusal FROM request WHERE state = 'answered' AND finish = ? ORDER BY id", (finish,)
                ).fetchall()
            )

    def failures(self) -> dict[str, int]:
        """Requests that came to nothing, by what was the matter."""
        with self._lock:
            return dict(
                self._connection.execute(
                    "SELECT error, count(*) FROM request WHERE state IN ('refused', 'lost') GROUP BY error"
                ).fetchall()
            )

    def spent(self) -> Spent:
        """What all requests came to, those under way with the most they may."""
        with self._lock:
            known, unknown, tokens, unpriced, lost = self._connection.execute(
                "SELECT sum(coalesce(usd, most_usd)), sum(unpriced), sum(tokens), sum(unpriced * tokens), sum(lost)"
                " FROM (SELECT usd, most_usd, usd IS NULL AND most_usd IS NULL AS unpriced, state = 'lost' AS lost,"
                " CASE WHEN state = 'answered' AND input IS NOT NULL AND output IS NOT NULL THEN input + output"
                " ELSE most_tokens END AS tokens FROM request WHERE state <> 'refused')"
            ).fetchone()
        return Spent(None if unknown else known or 0.0, known or 0.0, unpriced or 0, tokens or 0, lost or 0)

    # Whoever runs it

    def take(self) -> None:
        """Become the one who runs it. Raises `Unusable` where somebody does, or it is gone."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            if self.is_run:
                raise Unusable("This pilot is being run already. Wait until it ends, or stop it there.")
            if self._inode is None or _inode(self.path) != self._inode:
                raise Unusable("The file of this pilot was deleted.")
            self._token = secrets.token_hex(8)
            self._sign()

    def beat(self) -> None:
        """A sign of life. Raises `NotHeld`."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._demand_held()
            self._sign()

    def let_go(self) -> None:
        """Run it no longer; a hold that somebody else has since is left alone."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            if self._is_mine():
                self.put("runner", None)
            self._token = ""

    def _sign(self) -> None:
        self.put("runner", {"process": os.getpid(), "token": self._token, "beat": time.time()})

    def _is_mine(self) -> bool:
        return bool(self._token) and (self.value("runner") or {}).get("token") == self._token

    def _demand_held(self) -> None:
        if _inode(self.path) != self._inode:
            raise NotHeld("The file of this pilot was deleted, so nothing more is sent.")
        if not self._is_mine():
            raise NotHeld("Somebody else runs this pilot now, so nothing more is sent from here.")

    @property
    def is_run(self) -> bool:
        """Whether somebody runs it now."""
        runner: Mapping[str, Any] | None = self.value("runner")
        return bool(runner and time.time() - runner["beat"] < STALE_S and _lives(runner["process"]))


def damaged(problem: str) -> Unusable:
    """What to raise of a file that holds something else than it should."""
    return Unusable("This file of a pilot is damaged ({problem}). Plan it anew, or take a copy.", problem=problem)


def _tables(connection: sqlite3.Connection) -> set[tuple[str, str | None]]:
    return set(connection.execute("SELECT name, sql FROM sqlite_master").fetchall())


@cache
def _own_tables() -> set[tuple[str, str | None]]:
    """What stands in a file of ours, and nothing else."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(TABLES)
        return _tables(connection)


def _inode(path: Path) -> tuple[int, int] | None:
    """Which file lies there now; None for none."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA trusted_schema=OFF")
    return connection


def _digest(text: str) -> bytes:
    return xxh3_128_digest(text.encode("utf-8", "surrogatepass"))


def _lives(process: int) -> bool:
    """Whether a process of this machine lives; where a system cannot be asked without harm, yes."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
