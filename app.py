"""The web application: `python app.py` starts it, as does any ASGI server given `app:app`."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from advisor.ui import server
from advisor.ui.files import stored, upload
from advisor.ui.server import first_visit, memory, proxies, request_heads
from advisor.ui.server.app import Frame, configured, failed, health, icon, warm
from advisor.ui.server.compression import Compressed
from advisor.ui.server.origins import Allowed, OriginGuard
from advisor.ui.server.routes import METRICS, PathGuard
from advisor.ui.workshop import paths

memory.bound()
app = st.App(
    Path(server.__file__).with_name("script.py"),
    routes=[Route("/healthz", health), Route("/favicon.png", icon), *stored.ROUTES, *upload.ROUTES, *paths.ROUTES],
    middleware=[
        Middleware(OriginGuard, allowed=Allowed.in_environment(os.environ)),
        Middleware(Frame),
        Middleware(PathGuard, metrics=bool(os.environ.get(METRICS))),
        Middleware(Compressed, folder=first_visit.STREAMLIT),
    ],
    lifespan=warm,
    on_script_error=failed,
)

if __name__ == "__main__":
    request_heads.bound()
    proxies.trust()
    app.run(config=configured())
