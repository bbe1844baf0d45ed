"""The folder for what can be made again, and files that appear in it whole."""

import pwd
from pathlib import Path

import pytest

from advisor.cache_folder import cache_folder, keep


@pytest.fixture(autouse=True)
def forgotten():
    cache_folder.cache_clear()
    yield
    cache_folder.cache_clear()


def test_it_is_the_users_own(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    found = cache_folder("things")
    assert found is not None
    assert found.is_relative_to(tmp_path)
    assert found.stat().st_mode & 0o077 == 0
    assert not [*found.iterdir()]


def test_there_is_none_where_it_cannot_be_made(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert cache_folder("things") is None


def test_there_is_none_for_a_user_without_a_home(tmp_path, monkeypatch):
    def nobody(user):
        raise KeyError(f"getpwuid(): uid not found: {user}")

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    assert cache_folder("things") is None
    assert not [*tmp_path.iterdir()], "no folder is named ~"


def test_it_is_never_beside_whatever_folder_the_program_runs_in(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", "somewhere")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    found = cache_folder("things")
    assert found is not None
    assert found.is_relative_to(tmp_path / "home")


def test_a_file_is_written_whole_and_only_for_its_user(tmp_path):
    keep(tmp_path / "a", b"one")
    keep(tmp_path / "a", b"two")
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"two"]
    assert (tmp_path / "a").stat().st_mode & 0o077 == 0


def test_nothing_is_left_of_a_file_that_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        keep(tmp_path / "folder", b"one")
    assert [*tmp_path.iterdir()] == [tmp_path / "folder"]

    for error in (OSError(28, "No space left on device"), KeyboardInterrupt("No space")):

        def full(self, target, error=error):
            raise error

        monkeypatch.setattr(Path, "replace", full)
        with pytest.raises(type(error), match="No space"):
            keep(tmp_path / "a", b"one")
        assert [*tmp_path.iterdir()] == [tmp_path / "folder"]
