"""Start the app on this machine: a free port, a printed address, and a browser where there is one."""

from __future__ import annotations

import os
import runpy
import socket
import sys
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Callable, Sequence

from advisor.home import HOME
from advisor.language import Language

HOST = "127.0.0.1"
"""Reachable from this machine alone; STREAMLIT_SERVER_ADDRESS=0.0.0.0 opens the app to others."""
USUAL_PORT = 8501
HIGHEST_PORT = 65_535
START_SECONDS = 60
"""How long the browser waits for the server before it gives up; the server itself goes on."""


class PortTaken(ValueError):
    """The port asked for cannot be served on."""

    def __init__(self, port: int) -> None:
        super().__init__(f"--port: {port} cannot be used; give a free port from 1 to {HIGHEST_PORT}, or none")
        self.port = port

    def text(self, lang: Language) -> str:
        return lang(
            "--port: {port} cannot be used; give a free port from 1 to {most}, or none",
            port=self.port,
            most=HIGHEST_PORT,
        )


def serve(
    port: int | None = None,
    browser: bool = True,
    hosts: Sequence[str] = (),
    origins: Sequence[str] = (),
    metrics: bool = False,
    proxies: Sequence[str] = (),
    opened: Callable[[int], str] | None = None,
) -> None:
    """Run the app until it is stopped. It also answers to these host names, and talks to pages of these origins.

    `proxies` say who asks; of nobody else that is believed. `opened` is told the port before anything is served, and
    says which page the browser opens first.

    Raises `PortTaken` if a port was asked for and is not free, `NotListed` for what is no host name or origin, and
    `NoProxy` for what is no address.
    """
    from advisor.ui.server import origins as guard
    from advisor.ui.server.proxies import trust
    from advisor.ui.server.routes import METRICS

    for name, given in ((guard.HOSTS, hosts), (guard.ORIGINS, origins), (METRICS, ("1",) if metrics else ())):
        if given:
            os.environ[name] = " ".join(given)
    guard.Allowed.in_environment(os.environ)
    trust(proxies)
    host = os.environ.setdefault("STREAMLIT_SERVER_ADDRESS", HOST)
    chosen = free_port(host, port)
    os.environ["STREAMLIT_SERVER_PORT"] = str(chosen)
    page = opened(chosen) if opened else ""
    if browser and has_screen():
        address = f"http://{HOST}:{chosen}"
        threading.Thread(target=open_when_healthy, args=(address, page), daemon=True).start()
    script = HOME / "app.py"
    sys.argv = [str(script)]  # Streamlit looks for its configuration beside the script named here.
    runpy.run_path(str(script), run_name="__main__")


def free_port(host: str, wanted: int | None = None) -> int:
    """The port wanted, or the usual one, or any that is free. Raises `PortTaken` if one is wanted and not free."""
    if wanted is not None:
        if not (0 < wanted <= HIGHEST_PORT and _free(host, wanted)):
            raise PortTaken(wanted)
        return wanted
    if _free(host, USUAL_PORT):
        return USUAL_PORT
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name == "posix")
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def has_screen() -> bool:
    """Whether a window can open: on Linux only with a display, since a text browser would take over the terminal."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_when_healthy(address: str, page: str = "") -> None:
    """Open the browser once the server answers. One that cannot be opened is no error: the address is printed."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            webbrowser.open(f"{address}/{page}" if page else address)
            return
