"""A PostgreSQL of our own, on a socket in a folder: started once, and gone with the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

OWNER = "postgres"
"""Who runs it where tests run as root: PostgreSQL refuses to."""
DEBIAN = Path("/usr/lib/postgresql")
SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "60",
}


def program(name: str) -> str:
    """Where a program of PostgreSQL is: on the path, or in Debian's folder."""
    found = [*DEBIAN.glob(f"*/bin/{name}")]
    path = str(max(found)) if found else shutil.which(name)
    if path is None:
        pytest.skip("no PostgreSQL; install Debian's package postgresql")
    return path


class Cluster:
    """A cluster of databases. It can be stopped and started again."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))  # a socket's path must be short
        self.root = hasattr(os, "geteuid") and os.geteuid() == 0
        if self.root:
            shutil.chown(self.folder, OWNER, OWNER)
        self.data = self.folder / "data"
        self.run("initdb", "-D", self.data, "-U", OWNER, "-A", "trust", "--no-sync", "--locale=C", "-E", "UTF8")

    def run(self, name: str, *arguments: object) -> None:
        user = {"user": OWNER, "group": OWNER, "extra_groups": []} if self.root else {}
        done = subprocess.run(
            [program(name), *map(str, arguments)],
            cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
            **user,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()

    def start(self) -> None:
        settings = [f"-c {name}={value}" for name, value in SETTINGS.items()]
        options = " ".join([*settings, f"-c unix_socket_directories={self.folder}"])
        self.run("pg_ctl", "-D", self.data, "-w", "-l", self.folder / "log", "-o", options, "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop")

    @property
    def url(self) -> str:
        return f"postgresql://{OWNER}@/postgres?host={self.folder}"

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)
