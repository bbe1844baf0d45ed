"""Fields for a server that speaks OpenAI's API: its address, a model and a key. The key stays in this session's memory.

Only an address to which this visitor may have the app send gets as far as an `Endpoint` (`advisor.ui.server.outbound`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from shlex import quote
from urllib.parse import urlsplit

import streamlit as st

from advisor.language import Language
from advisor.pilot.endpoint import Endpoint, EndpointError, Secret
from advisor.ui.parts.markup import html, note, plain, show, visible
from advisor.ui.server.outbound import ENDPOINTS, Outbound, current_outbound

TYPED = "endpoint-typed"
ELSEWHERE = "https://api.openai.com/v1"
MOST_ADDRESS, MOST_NAME, MOST_KEY = 500, 200, 2_000
"""Characters."""


class NotAllowed(Exception):
    """The app does not send to this address for this visitor."""


@dataclass
class Typed:
    """What was typed last, on whichever page. Only the memory of the session holds it."""

    base_url: str = ""
    model: str = ""
    embedding_model: str = ""
    key: Secret = field(default_factory=lambda: Secret(""))
    host: str = ""
    """For which the key was typed, with scheme and port: no other gets it."""
    in_field: Secret = field(default_factory=lambda: Secret(""))
    """What the field for the key held when it was drawn last."""

    def key_for(self, base_url: str) -> Secret:
        """The key that was typed for the server at this address; an empty one where none was."""
        return self.key if host_of(base_url) == self.host else Secret("")

    def take_key(self, text: str, base_url: str) -> None:
        """Keep a key for the server at this address, in place of what there was."""
        self.key, self.host = Secret(text.strip()), host_of(base_url)

    def endpoint(self, outbound: Outbound) -> Endpoint:
        """Raises `EndpointError` for what is no address, and `NotAllowed` before anything could be sent there."""
        endpoint = Endpoint(self.base_url, self.model, self.embedding_model, key=self.key_for(self.base_url))
        if not outbound.allows(endpoint.base_url):
            raise NotAllowed
        return endpoint


def host_of(base_url: str) -> str:
    """Scheme, host and port of an address: what a key belongs to. Empty for what is no address."""
    try:
        parts = urlsplit(base_url.strip())
        return f"{parts.scheme}://{parts.hostname}:{parts.port or ''}" if parts.hostname else ""
    except ValueError:
        return ""


def typed() -> Typed:
    """What stands in the fields of this session."""
    kept = st.session_state.get(TYPED)
    if not isinstance(kept, Typed):
        kept = st.session_state[TYPED] = Typed()
    return kept


def fields(lang: Language, *, vectors: bool = False) -> Typed:
    """Draw the fields; with one for the model that makes vectors where `vectors` says so."""
    now, outbound = typed(), current_outbound()
    if outbound.anywhere:
        now.base_url = _text(lang("Address of the server"), now.base_url, MOST_ADDRESS, "address", lang)
        show(
            html(
                '<p class="quiet">{}</p>',
                lang(
                    "Such as https://api.openai.com/v1, or http://127.0.0.1:11434/v1 for Ollama on this machine. The "
                    "command make demo starts a small model here and prints its address."
                ),
            )
        )
    else:
        listed = list(outbound.listed)
        place = listed.index(now.base_url) if now.base_url in listed else 0
        now.base_url = st.selectbox(
            plain(lang("Address of the server")), listed, place, format_func=visible, key=f"endpoint-listed-{lang.code}"
        )
    now.model = _text(lang("Model, by its name on that server"), now.model, MOST_NAME, "model", lang)
    if vectors:
        now.embedding_model = _text(
            lang("Model for embeddings (may stay empty)"), now.embedding_model, MOST_NAME, "embedding", lang
        )
        show(
            html(
                '<p class="quiet">{}</p>',
                lang("It turns texts into numbers: examples are then found by likeness, and a classifier is tried."),
            )
        )
    key_field(now.base_url, lang)
    return now


def key_field(base_url: str, lang: Language) -> None:
    """The field for the key of the server at this address. One that was typed before is not sent to the browser again,
    and one that was typed for another server is neither used nor left in the field.
    """
    now, name = typed(), f"endpoint-key-{lang.code}"
    text, before = str(st.session_state.get(name) or ""), now.in_field.reveal()
    if text and text != before:
        now.take_key(text, base_url)
    elif not now.host:  # typed before its address was
        now.host = host_of(base_url)
    if text and host_of(base_url) != now.host:
        text = st.session_state[name] = ""
    now.in_field = Secret(text)
    st.text_input(  # nothing about it changes with the key: it would be another field, and empty
        plain(lang("Key (a server on this machine mostly needs none)")),
        type="password",
        max_chars=MOST_KEY,
        key=name,
        autocomplete="off",
    )
    show(
        html(
            '<p class="quiet">{}</p>',
            lang(
                "It stays in the memory of this app and goes with your session: no address, file or log holds it. "
                "Another server does not get it."
            ),
        )
    )
    if now.key_for(base_url).reveal():
        with st.container(key="known-key", horizontal=True, vertical_alignment="center"):
            if not text:
                show(html('<p class="state">{}</p>', lang("The key from before is used.")))
            st.button(plain(lang("Forget the key")), key="forget-key", on_click=_forget_key, args=(name,))


def _forget_key(field_name: str) -> None:
    now = typed()
    now.key, now.host, now.in_field = Secret(""), "", Secret("")
    st.session_state[field_name] = ""


def _text(label: str, value: str, most: int, name: str, lang: Language) -> str:
    text = st.text_input(plain(label), value, max_chars=most, key=f"endpoint-{name}-{lang.code}", autocomplete="off")
    return (text or "").strip()


def problem_of(error: EndpointError | NotAllowed, lang: Language) -> str:
    """What is wrong, in words."""
    if isinstance(error, EndpointError):
        return error.text(lang)
    return lang("This app does not send to that address. Choose one of those that it may send to.")


def sends_nowhere(command: Callable[[str, str], str], lang: Language) -> None:
    """Say that this app sends nothing for this visitor, and fill in the command that does it on a machine of one's own:
    `command` makes it of an address and the name of a model.
    """
    show(
        note(
            lang(
                "This app serves more than the machine it runs on, so it sends nothing to an address that a visitor "
                "types. On your own machine this command does the same; nothing that you fill in here is sent."
            )
        )
    )
    left, right = st.columns(2)
    with left:
        address = _text(lang("Address of the server"), ELSEWHERE, MOST_ADDRESS, "command-address", lang)
    with right:
        model = _text(lang("Model, by its name on that server"), "", MOST_NAME, "command-model", lang)
    st.code(command(quote(address or ELSEWHERE), quote(model) if model else "NAME"), language=None)
    show(
        html(
            '<p class="quiet">{}</p>',
            lang("Whoever runs this app can name addresses that it may send to, in {setting}.", setting=ENDPOINTS),
        )
    )
