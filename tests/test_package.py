"""What is installed works without the checkout: the wheel holds content, app and configuration, and runs anywhere."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the unpacked wheel, which is all that pip would install of ours."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as files:
        files.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_the_wheel_holds_all_of_content_and_the_app(installed):
    for kind in ("content", ".streamlit"):
        ours = {file.relative_to(ROOT) for file in (ROOT / kind).rglob("*") if file.is_file()}
        theirs = {
            file.relative_to(installed / "advisor" / "home")
            for file in (installed / "advisor/home" / kind).rglob("*")
            if file.is_file()
        }
        assert theirs == {file for file in ours if "__pycache__" not in file.parts}
    assert (installed / "advisor" / "home" / "app.py").read_bytes() == (ROOT / "app.py").read_bytes()
    assert (installed / "advisor" / "ui" / "server" / "script.py").exists()


def test_nothing_of_the_tests_is_installed(installed):
    assert {entry.name for entry in installed.iterdir() if not entry.name.endswith(".dist-info")} == {"advisor"}


def test_an_advice_runs_from_the_wheel_alone(installed, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(installed)}

    def run(*arguments: str, given: str = "") -> str:
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, input=given, capture_output=True, text=True, check=True
        )
        return done.stdout

    assert str(installed) in run("-c", "import advisor.content.load; print(advisor.content.load.CONTENT_DIR)")
    assert "evaluation set" in run("-m", "advisor", "advise", "-", given="evaluation_set: no")
    run("-m", "advisor", "report", "-", "-o", "out.pdf", given="evaluation_set: no")
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF-")


def pins(lock: str) -> dict[str, set[str]]:
    """The versions pinned in a lock file by package; more than one where platforms or Pythons differ."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_pins_what_the_project_asks_for(lock):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = project["dependencies"] + (project["optional-dependencies"]["dev"] if "dev" in lock else [])
    pinned = pins(lock)
    for requirement in map(Requirement, asked):
        versions = pinned.get(canonicalize_name(requirement.name))
        assert versions, f"{requirement.name} is not in {lock}: run make lock"
        assert all(requirement.specifier.contains(version) for version in versions), f"{requirement}: run make lock"


def test_both_locks_pin_the_same_versions():
    run, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: dev.get(name) for name in run} == run


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_has_a_hash_for_every_pin_and_names_no_place(lock):
    text = (ROOT / lock).read_text("utf-8")
    entries = re.findall(r"^[A-Za-z0-9._-]+==(?:.*\\\n)*.*", text, re.MULTILINE)
    assert entries
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"://|--(extra-)?index-url|--find-links|file:", text)
