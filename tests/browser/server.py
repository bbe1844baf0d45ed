"""The real app as a process, for browsers."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from advisor.cli.serve import HOST
from advisor.content.load import HOME
from advisor.ui.pages.try_it.runs import FOLDER
from advisor.workshop.location import DATABASE
from tests.ui.server.process import START_SECONDS, any_port


class Server:
    """The app on a free port, as `python app.py` starts it. It can be stopped and started again on the same port."""

    def __init__(self, log: Path) -> None:
        self.port = any_port()
        self.url = f"http://{HOST}:{self.port}"
        self.log = log
        self.rooms = f"sqlite:///{log.with_name('rooms.sqlite3')}"
        """The database of workshops, apart from that of whoever runs the tests."""
        self.pilots = log.with_name("pilots")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {
            **os.environ,
            "STREAMLIT_SERVER_PORT": str(self.port),
            "STREAMLIT_SERVER_ADDRESS": HOST,
            DATABASE: self.rooms,
            FOLDER: str(self.pilots),
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py"], cwd=HOME, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.healthy():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the app did not start:\n{self.log.read_text()}")
            time.sleep(0.1)

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(START_SECONDS)
            self.process = None
