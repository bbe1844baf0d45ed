"""What is installed works without the checkout: the wheel holds content, app and configuration, and runs anywhere."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

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
    assert (installed / "advisor" / "ui" / "main.py").exists()


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

    assert str(installed) in run("-c", "import advisor.content; print(advisor.content.CONTENT_DIR)")
    assert "evaluation set" in run("-m", "advisor", "advise", "-", given="evaluation_set: no")
    run("-m", "advisor", "report", "-", "-o", "out.pdf", given="evaluation_set: no")
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF-")
