"""A store of rooms, and browsers without a script at the pages of rooms."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from advisor.ui.server.app import Frame
from advisor.ui.server.origins import Allowed, OriginGuard
from advisor.ui.server.routes import PathGuard
from advisor.ui.workshop import handlers, paths
from advisor.ui.workshop.visitors import guesses, joins
from advisor.workshop import location
from advisor.workshop.store import Store, open_store


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Iterator[Store]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(location.DATABASE, f"sqlite:///{tmp_path_factory.mktemp('rooms') / 'rooms.sqlite3'}")
        one = open_store(make=True)
        yield one
        one.close()


@pytest.fixture
def visitor(monkeypatch) -> Iterator[Callable[[], TestClient]]:
    """Makes browsers, each with cookies of its own, at the server as `app.py` has it around these pages."""
    monkeypatch.setattr(handlers, "GUESSES", guesses())
    monkeypatch.setattr(handlers, "JOINS", joins())
    middleware = [Middleware(OriginGuard, allowed=Allowed()), Middleware(Frame), Middleware(PathGuard)]
    app = Starlette(routes=paths.ROUTES, middleware=middleware)
    made: list[TestClient] = []

    def make() -> TestClient:
        made.append(TestClient(app, base_url="http://localhost:8501"))
        return made[-1]

    yield make
    for one in made:
        one.close()
