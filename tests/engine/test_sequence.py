"""Every name has evenly spread points of its own. Points that are kept are the points that would be drawn, and whatever
lies in their file instead is not believed.
"""

import os

import numpy as np
import pytest

from advisor.cache_folder import cache_folder
from advisor.engine import sequence

NAMES = ("volume", "latency", "rule data-ready", "option rag", "and one more")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache_folder.cache_clear()
    yield tmp_path / "fine-tune-advisor" / "points"
    cache_folder.cache_clear()


def test_kept_points_are_the_drawn_ones(folder, monkeypatch):
    drawn = sequence.points(NAMES, 64, 1)
    monkeypatch.setattr(sequence, "draw", lambda *_: pytest.fail("drawn again"))
    assert np.array_equal(sequence.points(NAMES, 64, 1), drawn)
    assert np.array_equal(sequence.points(NAMES, 16, 1), drawn[:16])
    assert drawn.shape == (64, 5)
    assert [file.stat().st_mode & 0o077 for file in folder.iterdir()] == [0]


@pytest.mark.parametrize("given", [(NAMES, 64, 2), (NAMES, 128, 1), (NAMES, 32, 1), (NAMES[:4], 64, 1)])
def test_other_points_are_drawn_for_something_else(given):
    sequence.points(NAMES, 64, 1)
    assert np.array_equal(sequence.points(*given), sequence.draw(*given))


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
    drawn = sequence.points(NAMES, 64, 1)
    (file,) = folder.iterdir()
    spoil(file)
    assert np.array_equal(sequence.points(NAMES, 64, 1), drawn)
    assert np.array_equal(sequence.points(NAMES, 64, 1), drawn)


def test_no_place_to_keep_them_is_no_obstacle(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert np.array_equal(sequence.points(NAMES, 64, 1), sequence.draw(NAMES, 64, 1))


def test_the_oldest_files_go(folder):
    for seed in range(sequence.KEPT + 2):
        sequence.points(NAMES, 8, seed)
        newest = max(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
        os.utime(newest, (seed, seed))
    assert len([*folder.iterdir()]) == sequence.KEPT


@pytest.mark.parametrize("size", [2, 8, 64, 1024])
def test_each_name_has_a_point_in_each_part_of_the_interval(size):
    drawn = sequence.draw(NAMES, 1024, 7)
    for first in range(0, 1024, size):
        parts = np.sort((drawn[first : first + size] * size).astype(int), axis=0)
        assert np.array_equal(parts, np.tile(np.arange(size)[:, np.newaxis], len(NAMES)))


def test_names_have_little_to_do_with_each_other():
    drawn = sequence.draw([f"name {one}" for one in range(200)], 2048, 7)
    between = np.corrcoef(drawn.T)[np.triu_indices(200, 1)]
    assert np.abs(between).max() < 0.15
    assert between.std() < 1.5 / np.sqrt(2048)  # points drawn at random: 1 / sqrt(2048)


def test_a_name_keeps_its_points_whatever_names_stand_beside_it():
    drawn = sequence.draw(NAMES, 256, 7)
    others = sequence.draw(("new", *reversed(NAMES)), 256, 7)
    assert np.array_equal(others[:, 1:], drawn[:, ::-1])
    assert not np.array_equal(sequence.draw(NAMES, 256, 8), drawn)


def test_deviates_are_those_at_the_points():
    deviates = sequence.normals(NAMES, 1024, 7)
    assert np.allclose(deviates, sequence.normal(sequence.points(NAMES, 1024, 7)))
    assert np.allclose(deviates.mean(axis=0), 0, atol=0.01)
    assert np.allclose(deviates.std(axis=0), 1, atol=0.02)
