"""Tests with Spark are left out only while nothing changed of what they rest on."""

from __future__ import annotations

import shutil

import pytest

from tests.dataset.spark import passed


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """What they rest on, in a folder where it can be changed, with a record that they passed."""
    for pattern in (*passed.RESTS_ON, "README.md"):
        for path in passed.ROOT.glob(pattern):
            copy = tmp_path / path.relative_to(passed.ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    monkeypatch.setattr(passed, "ROOT", tmp_path)
    monkeypatch.setattr(passed, "RECORD", tmp_path / "passed.json")
    assert passed.changed() == "no record says that they passed"
    assert passed.main("passed") == 0
    assert passed.main() == 0
    return tmp_path


@pytest.mark.parametrize("pattern", passed.RESTS_ON)
def test_a_file_that_is_another_is_noticed(copied, pattern):
    some = sorted(copied.glob(pattern))
    assert some, "nothing is found by this name"
    some[-1].write_bytes(some[-1].read_bytes() + b"\n")
    assert "changed" in passed.changed()
    assert passed.main() == 1


def test_of_the_readme_only_its_example_counts(copied):
    readme = copied / "README.md"
    text = readme.read_text("utf-8")
    readme.write_text(f"{text}\nMore words.\n", "utf-8")
    assert not passed.changed()
    readme.write_text(text.replace("Spark(spark)", "Spark(spark, 1)"), "utf-8")
    assert "changed" in passed.changed()


def test_another_python_and_a_file_that_is_gone_are_noticed(copied, monkeypatch):
    next(copied.glob("advisor/dataset/**/*.py")).unlink()
    assert "changed" in passed.changed()
    monkeypatch.setattr(passed, "PYTHON", "3.99")
    assert "Python" in passed.changed()
