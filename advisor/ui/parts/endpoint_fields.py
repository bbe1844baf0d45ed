"""Fields for a server that speaks OpenAI's API: its address, a model and a key. The key stays in this session's memory.

Only an address to which this visitor may have the app send gets as far as an `Endpoint` (`advisor.ui.server.outbound`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from shlex import quote
from urllib.parse import urlsplit

import streamlit as st

from advisor.language import Language
from advisor.pilot.endpoint import Endpoint, EndpointError, Secret
from advisor.ui.parts.markup import html, note, plain, show, visible
from advisor.ui.server.outbound import ENDPOINTS, Outbound, current_outbound

TYPED = "endpoint-typed"
ELSEWHERE = "https://api.openai.com/v1"
OPENAI_ADDRESS = "OPENAI_BASE_URL"
"""The environment variable by which the `openai` package knows a server: `make demo` sets it."""
MOST_ADDRESS, MOST_NAME, MOST_KEY = 500, 200, 2_000
"""Characters."""
LIST_S = 10.0
"""Seconds to wait for a server's list of models. Assumption."""
MAKES_VECTORS = re.compile(r"embed|minilm|bge|\bgte\b|\be5\b", re.IGNORECASE)
"""What names of models for embeddings mostly hold."""
MOST_LISTED = 500
"""Models of a server among which one chooses; the name of any other can be written."""
OTHER = "\0"
"""The choice of a name that is not in the list."""


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
    listed: tuple[str, tuple[str, ...]] = ("", ())
    """A server's address, and the models that it said it has, `MOST_LISTED` at most."""
    unlisted: int = 0
    """Models that it has besides."""

    @property
    def models(self) -> tuple[str, ...]:
        """Those that the server at this address said it has; none where it was not asked."""
        address, names = self.listed
        return names if address == self.base_url else ()

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
        known = os.environ.get(OPENAI_ADDRESS, "").strip() if current_outbound().anywhere else ""
        kept = st.session_state[TYPED] = Typed(known)
    return kept


def fields(lang: Language, *, vectors: bool = False) -> Typed:
    """Draw the fields; with one for the model that makes vectors where `vectors` says so."""
    now, outbound = typed(), current_outbound()
    if outbound.anywhere:
        now.base_url = _text(lang("Address of the server"), now.base_url, MOST_ADDRESS, "address", lang)
        show(
            html(
                '<p class="quiet">{}</p>',
                lang("Such as https://api.openai.com/v1, or http://127.0.0.1:11434/v1 for Ollama on this machine."),
            )
        )
    else:
        listed = list(outbound.listed)
        place = listed.index(now.base_url) if now.base_url in listed else 0
        now.base_url = st.selectbox(
            plain(lang("Address of the server")), listed, place, format_func=visible, key=f"endpoint-listed-{lang.code}"
        )
    key_field(now.base_url, lang)
    _ask_models(now, vectors, lang)
    now.model = model_name(lang("Model, by its name on that server"), now.model, "model", now.models, lang)
    if now.models and now.unlisted:
        text = lang(
            "That server names {n} models more than stand in this list. Choose “Another name” to write one.",
            n=lang.number(now.unlisted, 6),
        )
        show(html('<p class="quiet">{}</p>', text))
    if vectors:
        label = lang("Model for embeddings (may stay empty)")
        now.embedding_model = model_name(label, now.embedding_model, "embedding", ("", *now.models), lang)
        show(
            html(
                '<p class="quiet">{}</p>',
                lang("It turns texts into numbers: examples are then found by likeness, and a classifier is tried."),
            )
        )
    return now


def _ask_models(now: Typed, vectors: bool, lang: Language) -> None:
    """A press that asks the server which models it has, and then proposes one of each kind."""
    with st.container(key="ask-models", horizontal=True, vertical_alignment="center"):
        pressed = st.button(plain(lang("See which models it has")), key="ask-models-button")
        show(html('<p class="quiet">{}</p>', lang("Nothing but the key is sent for that.")))
    if not pressed:
        return
    try:
        names = _models(now)
    except (EndpointError, NotAllowed) as error:
        show(html('<p class="problem" role="alert" tabindex="-1">{}</p>', problem_of(error, lang)))
        return
    now.listed, now.unlisted = (now.base_url, names[:MOST_LISTED]), max(0, len(names) - MOST_LISTED)
    if not now.models:
        show(html('<p class="problem" role="alert">{}</p>', lang("That server names no models. Write the name.")))
    makes_vectors = [name for name in now.models if MAKES_VECTORS.search(name)]
    if now.model not in now.models:
        now.model = next((name for name in now.models if name not in makes_vectors), "")
    if vectors and now.embedding_model not in now.models:
        now.embedding_model = next(iter(makes_vectors), "")


def _models(now: Typed) -> tuple[str, ...]:
    """The models of the server. Sends the key alone. Raises `EndpointError`, and `NotAllowed`."""
    from advisor.pilot.endpoint import connect

    nameless = replace(now, model=now.model or "-")
    with connect(nameless.endpoint(current_outbound()), LIST_S, LIST_S) as client:
        return tuple(dict.fromkeys(name for name in client.models() if len(name) <= MOST_NAME))


def model_name(label: str, value: str, name: str, models: Sequence[str], lang: Language) -> str:
    """A model of those that the server has, or another name; a field where the server was not asked for them."""
    if not any(models):
        return _text(label, value, MOST_NAME, name, lang)
    names = [*models, OTHER]
    told = {"": lang("None"), OTHER: lang("Another name")}
    chosen = st.selectbox(
        plain(label),
        names,
        names.index(value if value in names else OTHER),
        format_func=lambda one: visible(told.get(one, one)),
        key=f"endpoint-{name}-of-{abs(hash(tuple(models)))}-{lang.code}",
    )
    return (
        chosen if chosen != OTHER else _text(lang("Its name"), "" if value in names else value, MOST_NAME, name, lang)
    )


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
