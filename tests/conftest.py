"""What holds for all tests: nothing leaves the machine, and in CI nothing is left out."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Generator, Iterator
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.products import PUSH, leave_to_deep
from tests.workshop.postgres import Cluster

gc.set_threshold(50_000, 20, 20)  # most of what collecting makes stays: going through it again and again frees nothing
os.environ.pop("COLUMNS", None)  # what a shell says of its terminal changes no output here
TESTS = Path(__file__).parent
IN_CI = os.environ.get("CI") == "true"
LONG_FIRST = (
    "browser/test_pressing.py",
    "browser/test_address.py",
    "browser/",
    "ui/server/",
    "ui/workshop/",
    "report/",
    "translations/test_plain_names.py",
    "engine/test_invariances.py",
    "test_cases.py",
    "cli/",
)
"""What takes long begins first, so that no worker ends up alone with it; the rest, in its own order, fills the gaps."""
LOOPBACK = ("127.", "::1", "localhost")

# How many examples a property is tried with is said here alone. An example is not wrong for being slow on a busy
# machine; in CI the same examples are tried each time, and by `make test-deep` others each time.
SLOW = [HealthCheck.too_slow]
settings.register_profile(
    "push", max_examples=PUSH, deadline=None, suppress_health_check=SLOW, derandomize=IN_CI, print_blob=True
)
settings.register_profile("deep", max_examples=200, deadline=None, suppress_health_check=SLOW, print_blob=True)
settings.load_profile("push")


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Let every second worker load the tests from the last to the first, where all run.

    Python compiles a module once and keeps that. Workers that went the same way side by side would compile each twice;
    now one finds from the middle on what another has compiled.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    if int(worker.removeprefix("gw")) % 2 and [Path(one).resolve() for one in session.config.args] == [TESTS]:
        for path in sorted(TESTS.rglob("test_*.py"), reverse=True):
            with suppress(Exception, pytest.skip.Exception):  # pytest tries again, and tells
                import_module(".".join(path.relative_to(TESTS.parent).with_suffix("").parts))


def pytest_collection_finish() -> None:
    """Leave the eight thousand tests out of what is gone through for garbage from now on."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Before `-m` chooses, mark what a push leaves out; after all else, put first what takes long."""
    leave_to_deep(items)
    yield
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    name = item.path.relative_to(TESTS).as_posix()
    return next((place for place, start in enumerate(LONG_FIRST) if name.startswith(start)), len(LONG_FIRST))


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """A connection to anywhere but this machine fails the test that opens it."""
    connect = socket.socket.connect

    def connect_here_only(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(LOOPBACK):
            self.close()
            raise AssertionError(f"a test tried to reach {address}; tests need no network")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_here_only)
        yield


@pytest.fixture(scope="session", autouse=True)
def _packages_are_searched_once() -> Iterator[None]:
    """Streamlit reads what every installed package is about, in search of components, each time a test opens the app.

    Two thirds of what tests of pages take goes there, and no package here has any.
    """
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _refuse_skip((yield))


def _refuse_skip(report: Any) -> Any:
    """In CI a skipped test fails: a tool that it needs is missing from `.ci/run`, and nobody would notice the gap."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where everything must run: {reason}"
    return report


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL that runs. Tests share it: each opens rooms of its own there."""
    one = Cluster()
    one.start()
    yield one
    one.remove()
