"""Where rooms are kept, found out without loading what keeps them: most servers never open a room."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

DATABASE = "ADVISOR_DATABASE_URL"
"""The environment variable that names a database, as `postgresql://user:word@host/name`."""
FILE = "rooms.sqlite3"


LOADING = Lock()
"""Held while what keeps rooms is loaded: two threads that load parts of one package may wait for each other."""


def data_file() -> Path:
    """The file of rooms, where the system keeps a user's data."""
    from platformdirs import user_data_path  # here, since a named database needs no folder

    return user_data_path("fine-tune-advisor", appauthor=False) / FILE


def database(environment: Mapping[str, str]) -> str:
    """The address of the database that the environment names; empty where it names none."""
    return environment.get(DATABASE, "").strip()


def in_use() -> bool:
    """Whether a room was ever opened here, or may have been by another process."""
    if database(os.environ):
        return True
    try:
        return data_file().exists()
    except (OSError, RuntimeError):  # the latter where nobody knows the user's home
        return False
