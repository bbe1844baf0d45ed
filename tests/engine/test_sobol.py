"""Points that are kept are the points that would be drawn, and whatever lies in their file instead is not believed."""

import os

import numpy as np
import pytest

from advisor.cache_folder import cache_folder
from advisor.engine import sobol


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache_folder.cache_clear()
    yield tmp_path / "fine-tune-advisor" / "points"
    cache_folder.cache_clear()


def test_kept_points_are_the_drawn_ones(folder, monkeypatch):
    drawn = sobol.points(5, 64, 1)
    monkeypatch.setattr(sobol, "draw", lambda *_: pytest.fail("drawn again"))
    assert np.array_equal(sobol.points(5, 64, 1), drawn)
    assert np.array_equal(sobol.points(5, 16, 1), drawn[:16])
    assert drawn.shape == (64, 5)
    assert [file.stat().st_mode & 0o077 for file in folder.iterdir()] == [0]


@pytest.mark.parametrize("given", [(5, 64, 2), (5, 128, 1), (5, 32, 1), (4, 64, 1)])
def test_other_points_are_drawn_for_something_else(given):
    sobol.points(5, 64, 1)
    assert np.array_equal(sobol.points(*given), sobol.draw(*given))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(file.read_bytes()[:-8]),
        lambda file: file.write_bytes(bytes(len(file.read_bytes()))),
        lambda file: file.write_bytes(b"PK\x03\x04"),
        lambda file: (file.unlink(), file.mkdir()),
    ],
)
def test_a_spoilt_file_is_drawn_anew(folder, spoil):
    drawn = sobol.points(5, 64, 1)
    (file,) = folder.iterdir()
    spoil(file)
    assert np.array_equal(sobol.points(5, 64, 1), drawn)
    assert np.array_equal(sobol.points(5, 64, 1), drawn)


def test_no_place_to_keep_them_is_no_obstacle(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert np.array_equal(sobol.points(5, 64, 1), sobol.draw(5, 64, 1))


def test_the_oldest_files_go(folder):
    for seed in range(sobol.KEPT + 2):
        sobol.points(2, 8, seed)
        newest = max(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
        os.utime(newest, (seed, seed))
    assert len([*folder.iterdir()]) == sobol.KEPT
