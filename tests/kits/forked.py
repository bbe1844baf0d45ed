"""Scripts in processes of their own that do not each load large libraries anew: OpenAI's takes a second, TRL ten.

One process of a Python loads the libraries once. For each script it divides: its copy goes to the script's folder,
takes its environment, input and outputs, runs it as `python script.py` does, and ends as that ends.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

PATIENCE_SECONDS = 120
POSSIBLE = hasattr(os, "fork") and sys.platform != "darwin"
"""Elsewhere a process cannot divide, or not safely."""

OPENAI = """
import openai
known = openai.OpenAI(api_key="none", base_url="http://127.0.0.1:9")
known.chat.completions, known.embeddings, known.files, known.fine_tuning.jobs, known.models
known.close()
"""
"""Loads OpenAI's library, with those parts that it loads when they are asked for."""
DIVIDING = """
import gc, json, os, signal, sys, threading, types
exec(sys.argv[1], {})
assert threading.active_count() == 1, threading.enumerate()
gc.collect()
gc.freeze()
for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if child == 0:
        break
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(asked["patience"])
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    signal.alarm(0)
    print(status, flush=True)
else:
    sys.exit()
signal.signal(signal.SIGALRM, signal.SIG_DFL)
for place, (name, how) in enumerate(zip(asked["files"], (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY))):
    file = os.open(name, how)
    os.dup2(file, place)
    os.close(file)
of_python = {name: value for name, value in os.environ.items() if name == "LC_CTYPE"}
os.environ.clear()
os.environ.update(of_python | asked["environment"])
os.chdir(asked["folder"])
sys.argv = asked["command"]
script = os.path.abspath(sys.argv[0])
sys.path[0] = os.path.dirname(script)
main = sys.modules["__main__"] = types.ModuleType("__main__")
main.__file__ = script
with open(script, "rb") as file:
    code = compile(file.read(), script, "exec")
exec(code, vars(main))
"""


@cache
def _dividing(python: str, loading: str, begun_with: tuple[tuple[str, str], ...]) -> subprocess.Popen[str]:
    """The process that has loaded the libraries, with as little in its environment as a script that a user starts."""
    kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    process = subprocess.Popen(
        [python, "-c", DIVIDING, loading], env=kept | dict(begun_with), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    atexit.register(process.communicate)
    return process


def run_forked(
    command: Sequence[str | Path],
    folder: Path,
    environment: dict[str, str],
    *,
    python: str = sys.executable,
    loading: str = OPENAI,
    begun_with: dict[str, str] | None = None,
    stdin: str = "",
    patience: int = PATIENCE_SECONDS,
) -> subprocess.CompletedProcess[str]:
    """What `python` gives with this command: a script and its arguments. Raises RuntimeError if it takes too long.

    `loading` is what the process that divides does first, and `begun_with` what libraries read of its environment then.
    """
    process = _dividing(python, loading, tuple(sorted((begun_with or {}).items())))
    assert process.stdin
    assert process.stdout
    with TemporaryDirectory() as kept:
        given, *written = files = [Path(kept) / name for name in ("stdin", "stdout", "stderr")]
        given.write_text(stdin, "utf-8")
        for file in written:
            file.touch()
        asked = {
            "command": [str(part) for part in command],
            "folder": str(folder),
            "environment": environment,
            "files": [str(file) for file in files],
            "patience": patience,
        }
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        status = int(process.stdout.readline())
        out, err = (file.read_text("utf-8") for file in written)
    if status == -9:
        raise RuntimeError(f"{command} took more than {patience} seconds: {out}{err}")
    return subprocess.CompletedProcess(command, status, out, err)
