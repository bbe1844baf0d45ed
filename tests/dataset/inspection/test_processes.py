"""The processes that check a large file end with the one that started them, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from advisor.content.load import HOME

if sys.platform == "win32":
    pytest.skip("signals and named pipes of Unix", allow_module_level=True)

PATIENCE_SECONDS = 60
COMMAND = """
import sys
from multiprocessing import active_children

def workers():
    from advisor.dataset.inspection.processes import Workers

    made = Workers(2, least=0)
    made.start("o200k_base")
    print(*(one.pid for one in active_children()), flush=True)
    return made

if __name__ == "__main__":
    from advisor.cli import check
    from advisor.cli.main import main

    check.new_workers = workers
    sys.argv[1:] = ["check", sys.argv[1]]
    main()
"""


@pytest.mark.parametrize(("how", "status"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 128 + signal.SIGTERM)])
def test_a_command_that_is_ended_leaves_no_process_behind(how: signal.Signals, status: int, tmp_path: Path) -> None:
    script, endless = tmp_path / "command.py", tmp_path / "endless.jsonl"
    script.write_text(COMMAND)
    os.mkfifo(endless)
    environment = {**os.environ, "PYTHONPATH": str(HOME)}
    with subprocess.Popen([sys.executable, script, endless], env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout
        workers = [int(pid) for pid in process.stdout.readline().split()]
        try:
            assert len(workers) == 2
            process.send_signal(how)
            process.communicate(timeout=PATIENCE_SECONDS)  # each process has the output open until it ends
            assert process.returncode == status
        finally:
            for pid in (process.pid, *workers):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def test_a_repair_that_is_ended_leaves_no_half_file_behind(tmp_path: Path) -> None:
    large = tmp_path / "large.jsonl"
    large.write_bytes(b'{"messages": []}\n' * 500_000)
    command = [sys.executable, "-m", "advisor", "repair", large, tmp_path / "out.jsonl"]
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(HOME)}) as process:
        until = time.monotonic() + PATIENCE_SECONDS
        while not [*tmp_path.glob(".*.part")] and process.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 128 + signal.SIGTERM
    assert [*tmp_path.iterdir()] == [large]
