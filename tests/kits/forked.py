"""Scripts in processes of their own that do not each load OpenAI's library anew, which takes most of a second.

One process loads the library once. For each script it divides: its copy goes to the script's folder, takes its
environment and outputs, runs it as `python script.py` does, and ends as that ends.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

PATIENCE_SECONDS = 120
POSSIBLE = hasattr(os, "fork") and sys.platform != "darwin"
"""Elsewhere a process cannot divide, or not safely."""

DIVIDING = """
import gc, json, os, signal, sys, types
import openai
known = openai.OpenAI(api_key="none", base_url="http://127.0.0.1:9")
known.chat.completions, known.embeddings, known.files, known.fine_tuning.jobs, known.models
known.close()
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
def _dividing() -> subprocess.Popen[str]:
    """The process that has loaded the library, with as little in its environment as a script that a user starts."""
    kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-c", DIVIDING], env=kept, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(_end, process)
    return process


def _end(process: subprocess.Popen[str]) -> None:
    process.communicate()


def run_forked(command: list[str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """What `python` with this command gives: a script and its arguments. Raises RuntimeError if it takes too long."""
    process = _dividing()
    assert process.stdin
    assert process.stdout
    with TemporaryDirectory() as kept:
        files = [Path(os.devnull), Path(kept) / "stdout", Path(kept) / "stderr"]
        for file in files[1:]:
            file.touch()
        asked = {
            "command": command,
            "folder": str(folder),
            "environment": environment,
            "files": [str(file) for file in files],
            "patience": PATIENCE_SECONDS,
        }
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        status = int(process.stdout.readline())
        out, err = (file.read_text("utf-8") for file in files[1:])
    if status == -9:
        raise RuntimeError(f"{command} took more than {PATIENCE_SECONDS} seconds: {out}{err}")
    return subprocess.CompletedProcess(command, status, out, err)
