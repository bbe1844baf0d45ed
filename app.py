"""The web application: `python app.py` starts it, as does any ASGI server given `app:app`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from advisor.ui.server import Frame, configured, failed, health, warm

app = st.App(
    Path(__file__).resolve().parent / "advisor" / "ui" / "main.py",
    routes=[Route("/healthz", health)],
    middleware=[Middleware(Frame)],
    lifespan=warm,
    on_script_error=failed,
)

if __name__ == "__main__":
    app.run(config=configured())
