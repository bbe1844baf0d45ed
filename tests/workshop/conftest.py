"""Stores of rooms, over both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from advisor.workshop.store import Store, engine_of


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_796_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where a database is that may hold rooms of other tests."""
    if request.param == "postgresql":
        return request.getfixturevalue("cluster").url
    folder: Path = tmp_path_factory.mktemp("rooms")
    return f"sqlite:///{folder / 'rooms.sqlite3'}"


@pytest.fixture(scope="module")
def make_store(url: str) -> Iterator[Callable[[], Store]]:
    """Makes another store over the same database, as another process has one."""
    made: list[Store] = []

    def make() -> Store:
        made.append(Store(engine_of(url), Clock()))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="module")
def shared(make_store: Callable[[], Store]) -> Store:
    return make_store()


@pytest.fixture
def store(shared: Store) -> Store:
    """The store of all tests of a module, with the clock where it began."""
    shared.clock = Clock()
    return shared
