"""What only the browser can do: follow links without a reload, move the focus, choose light or dark, open a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from advisor.ui.session import LINKED

FILE = """
export default function ({ data, parentElement, setTriggerValue }) {
  const button = parentElement.querySelector("button");
  const input = parentElement.querySelector("input");
  button.textContent = data.label;
  input.setAttribute("aria-label", data.label);
  button.onclick = () => input.click();
  input.onchange = async () => {
    const file = input.files[0];
    input.value = "";
    if (!file) return;
    const text = file.size > data.most ? null : await file.text();
    setTriggerValue("opened", { name: file.name.slice(0, 200), text });
  };
}
"""

FILE_CSS = """
button {
  font: inherit; color: var(--st-link-color); background: none; border: 0; padding: 0.35rem 0;
  text-decoration: underline; text-underline-offset: 0.2em; cursor: pointer;
}
button:focus-visible { outline: 3px solid var(--st-link-color); outline-offset: 2px; border-radius: 2px; }
input { display: none; }
"""

CALL = "export default (given) => { window.advisor.page(given); return window.advisor.links(given); }"
"""A component sends its code at each click, so what it does is in the document (`server/static/scripts/`)."""
KEY = "app"

_app = st.components.v2.component("advisor_app", js=CALL)
_file = st.components.v2.component(
    "advisor_file",
    html='<button type="button"></button>\n<input type="file" accept=".yaml,.yml,.json" tabindex="-1">',
    css=FILE_CSS,
    js=FILE,
)


@dataclass(frozen=True)
class Go:
    """A link that the reader followed."""

    page: str
    lang: str | None = None
    own: dict[str, str] = field(default_factory=dict)


def followed() -> Go | None:
    """The link that was followed to begin this run, if any; where the session had been lost, `arrived` says it."""
    return _go(st.session_state.get(KEY))


def _go(sent: object) -> Go | None:
    asked = sent.get("go") if isinstance(sent, Mapping) else None
    if not isinstance(asked, Mapping):
        return None
    own = {name: str(asked[name])[:80] for name in LINKED if asked.get(name)}
    return Go(str(asked.get("page", "")), asked.get("lang"), own)


def arrived(page: str, lang: str, tabs: bool = False, problem: int = 0, figures: str = "") -> Go | None:
    """Tell the browser what page this is: its language, whether it has `tabs`, and where the focus belongs: on the
    heading, what is wrong, or the `figures` that a link asked for. The link that was followed, if any.
    """
    data = {"page": page, "lang": lang, "tabs": tabs, "problem": problem, "figures": figures}
    return _go(_app(key=KEY, data=data, on_go_change=_nothing))


def opened_file(label: str, most: int) -> dict[str, Any] | None:
    """A button that opens a file of the reader: its `name` and `text`, or None as text if it exceeds `most` bytes."""
    result = _file(key="file", data={"label": label, "most": most}, on_opened_change=_nothing)
    opened = result.get("opened")
    return dict(opened) if isinstance(opened, dict) else None


def _nothing() -> None:
    """Streamlit reports a trigger only where a callback is named."""
