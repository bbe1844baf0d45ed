"""A script in a divided process does and says what it does and says when it is started by itself."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kits.forked import POSSIBLE, run_forked

SCRIPT = """
import os, sys
from pathlib import Path
from beside import HERE

before = sorted(Path.cwd().iterdir())
print(__name__, __file__, sys.argv, sys.path[0] == str(HERE), sys.stdin.read() == "", sys.stdout.encoding, "é")
print(sorted(os.environ.items()))
if "leave" in sys.argv:
    os._exit(7)
if "say" in sys.argv:
    sys.exit("what went wrong: é")
if "stumble" in sys.argv:
    raise ValueError("stumbled")
import openai
print(openai.OpenAI().base_url, len(before))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "script.py").write_text(SCRIPT, "utf-8")
    (tmp_path / "beside.py").write_text("from pathlib import Path\nHERE = Path(__file__).parent\n", "utf-8")
    return tmp_path


@pytest.mark.skipif(not POSSIBLE, reason="processes cannot divide here")
@pytest.mark.parametrize(("argument", "status"), [("end", 0), ("say", 1), ("stumble", 1), ("leave", 7)])
def test_a_divided_process_does_what_one_of_its_own_does(folder: Path, argument: str, status: int) -> None:
    environment = {"PATH": os.environ["PATH"], "OPENAI_API_KEY": "é", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    command = ["script.py", argument, "two words"]
    alone = subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    divided = run_forked(command, folder, environment)
    assert divided.returncode == alone.returncode == status
    assert divided.stdout == alone.stdout
    assert re.sub(r'  File "<string>".*\n', "", divided.stderr) == alone.stderr
