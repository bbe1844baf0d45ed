"""The page "Try it": a pilot on the reader's own rows, from the form through the run to what it shows.

The id of a pilot is in the address; everything else is in its file. So a reload, or the app started anew, finds it
where it was. Nothing is sent before the reader has seen what goes where, and has pressed for it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from advisor.dataset.row import Unusable
from advisor.language import Language
from advisor.ui.files.background import PATIENCE_SECONDS
from advisor.ui.navigation import go
from advisor.ui.pages.question import say
from advisor.ui.pages.try_it import TRY_IT, arm_scores, form, onward, opinion, runs
from advisor.ui.parts import endpoint_fields, number_field
from advisor.ui.parts.markup import folded, heading, html, joined, link, meter, plain, section, show
from advisor.ui.server.outbound import current_outbound
from advisor.ui.session import Session

if TYPE_CHECKING:
    from advisor.pilot.consent import Consent
    from advisor.pilot.run import Pilot, Progress

CONSENT = "pilot-consent"
DELETING = "pilot-deleting"
"""In the session's state: the pilot that is deleted at the next press."""
REFRESH_SECONDS = 1.0
EARLIER = 5
"""Pilots of before that are listed."""


def draw(session: Session) -> None:
    """The form, or the pilot that the address names."""
    lang, name = session.lang, st.query_params.get("run", "")
    heading(
        lang("Try it on your own rows"),
        back=link(lang("Verdict"), "verdict", session, classes="back")
        if session.situation.answers
        else link(lang("Your data"), "data", session, classes="back"),
        below=lang("Ask a model your own questions in several ways, and see which gets them right. In minutes."),
    )
    path = runs.file_of(name) if name else None
    if path is None:
        if name:
            say(st.container(), lang("There is no such pilot here: it was deleted, or it is on another machine."))
        if current_outbound().nowhere:
            endpoint_fields.sends_nowhere(_command, lang)
            return
        form.draw(session)
        _earlier(session)
        return
    runs.visited(path)
    try:
        with runs.opened(path) as pilot:
            _pilot(name, path, pilot, session)
    except Unusable as error:
        say(st.container(), error.text(lang))


def _command(address: str, model: str) -> str:
    return (
        f"advisor pilot plan rows.jsonl --base-url {address} --model {model} -o pilot.sqlite\n"
        "advisor pilot run pilot.sqlite"
    )


def _earlier(session: Session) -> None:
    """Pilots of before, where nobody but the one at this machine could see them."""
    if not current_outbound().anywhere or form.form().step:
        return
    lang, rows = session.lang, []
    for name in runs.earlier(EARLIER):
        path = runs.file_of(name)
        try:
            with runs.opened(path or Path()) as pilot:
                progress = pilot.progress()
                said = lang("{done} of {total} answers", done=progress.done, total=progress.total)
                rows.append(html("<li>{}: {}</li>", link(pilot.setup.model, TRY_IT, session, run=name), said))
        except (Unusable, OSError):
            continue
    if rows:
        show(folded(lang("Pilots of before ({n})", n=len(rows)), html("<ul>{}</ul>", joined(rows))), key="earlier")


def _pilot(name: str, path: Path, pilot: Pilot, session: Session) -> None:
    """Where a pilot stands, and what it shows so far."""
    runs.join(name, PATIENCE_SECONDS)
    progress = pilot.progress()
    if runs.is_running(name) or progress.state == "running":
        _progress(name, path, session)
        return
    problem = st.container()
    lang = session.lang
    if wrong := runs.why_not(name):
        say(problem, wrong.text(lang))
    elif runs.failed(name):
        say(problem, lang("This could not be made: a fault of this program, not of yours."))
    if progress.state == "ready" and not progress.done:
        _agreement(name, path, pilot, progress, session)
        return
    if progress.state != "done":
        _stopped(name, path, pilot, progress, session)
    if progress.done:
        arm_scores.draw(path, pilot, session)
        onward.draw(name, path, pilot, session)
    _file(name, path, session)


def _agreement(name: str, path: Path, pilot: Pilot, progress: Progress, session: Session) -> None:
    """What would be sent, where, and what it may cost; and the press that begins it."""
    from advisor.pilot.consent import key_lines
    from advisor.pilot.setup import MOST_CONCURRENT

    lang = session.lang
    first = not progress.done and progress.ended is None
    endpoint = pilot.setup.endpoint(endpoint_fields.typed().key_for(pilot.setup.base_url))
    outbound = current_outbound()
    section(lang("Before anything is sent") if first else lang("To go on"), "consent")
    if not outbound.allows(endpoint.base_url):
        endpoint_fields.sends_nowhere(_command, lang)
        return
    if key_lines(endpoint, lang) or not endpoint.on_this_machine or progress.ended == "error":
        endpoint_fields.key_field(endpoint.base_url, lang)
        endpoint = pilot.setup.endpoint(endpoint_fields.typed().key_for(endpoint.base_url))
    consent = replace(pilot.consent(runs.CONCURRENT, endpoint.key), file="")  # an id, which only the address needs
    lines = [*consent.lines(lang), *key_lines(endpoint, lang), _kept(lang)]
    body = html("<ul>{}</ul>", joined(html("<li>{}</li>", line) for line in lines))
    is_new = first or bool(opinion.unasked(pilot, lang))
    show(body if is_new else folded(lang("What is still to be sent"), body), key="consent")
    problem, at_once = st.container(), runs.CONCURRENT
    if progress.ended in ("error", "gaps"):
        with st.container(key="pilot-at-once"):
            label = lang("Requests at once, at most")
            at_once = number_field.whole(label, MOST_CONCURRENT, "pilot-at-once", at_once, lang) or runs.CONCURRENT
    with st.container(key="actions", horizontal=True):
        label = lang("I agree: begin") if is_new else lang("Go on")
        pressed = st.button(plain(label), type="primary", key="begin-pilot")
        if not progress.done and st.button(plain(lang("Change something")), key="change-pilot"):
            runs.delete(name, path)
            go(TRY_IT, session)
    shown = st.session_state.get(CONSENT)
    st.session_state[CONSENT] = consent
    if pressed:
        _begin(name, path, shown if shown is not None else consent, at_once, problem, lang)


def _begin(
    name: str,
    path: Path,
    agreed: Consent,
    at_once: int,
    problem: st.delta_generator.DeltaGenerator,
    lang: Language,
) -> None:
    from advisor.pilot.endpoint import EndpointError

    try:
        with runs.opened(path) as pilot:
            key = endpoint_fields.typed().key_for(pilot.setup.base_url)
            pilot.setup.endpoint(key).secret()
    except EndpointError as error:
        say(problem, error.text(lang))
        return
    runs.start(name, path, agreed, key, at_once)
    st.session_state.pop(CONSENT, None)
    st.rerun()


@st.fragment(run_every=REFRESH_SECONDS)
def _progress(name: str, path: Path, session: Session) -> None:
    """How far the run is, and a way to stop it; draws the whole page anew when it ends."""
    lang = session.lang
    with runs.opened(path) as pilot:
        progress, vectors = pilot.progress(), pilot.vectors()
    here = runs.is_running(name)
    if not here and progress.state != "running":
        st.rerun()
        return
    done, total = progress.asked
    text = lang("{done} of {total} answers", done=lang.number(done, 9), total=lang.number(total, 9))
    show(
        html(
            '<div class="running"><p role="status">{}</p>{}<p class="quiet">{}</p></div>',
            text,
            meter(done / max(1, total), text),
            " ".join(_so_far(progress, vectors, lang)),
        )
    )
    with st.container(key="actions", horizontal=True):
        if here and st.button(plain(lang("Stop")), key="stop-pilot"):
            runs.cancel(name)
    show(html('<p class="quiet">{}</p>', lang("You may close this page: it goes on. Its address brings you back.")))


def _so_far(progress: Progress, vectors: int | None, lang: Language) -> list[str]:
    from advisor.pilot.consent import duration

    sentences = []
    if vectors is not None:
        sentences.append(
            lang.plural(
                "First your texts become numbers, so that like ones can be found: {n} request so far. Answers follow.",
                "First your texts become numbers, so that like ones can be found: {n} requests so far. Answers follow.",
                vectors,
            )
        )
    if progress.seconds_left is not None:
        sentences.append(lang("Some {time} to go.", time=duration(progress.seconds_left, lang)))
    if progress.usd:
        sentences.append(lang("So far {usd}.", usd=lang.usd(progress.usd)))
    if progress.tokens:
        sentences.append(lang("So far {n} tokens.", n=lang.number(progress.tokens, 3)))
    if progress.failed:
        sentences.append(lang.plural("{n} request failed.", "{n} requests failed.", progress.failed))
    return sentences


def _stopped(name: str, path: Path, pilot: Pilot, progress: Progress, session: Session) -> None:
    """Why it ended early, and the way to go on from there."""
    lang = session.lang
    why = progress.why.text(lang) if progress.why else ""
    sentences = {
        "cancelled": lang("You stopped it."),
        "done": opinion.unasked(pilot, lang) or lang("There is another way to ask now."),
        "budget": why,
        "error": why,
        "gaps": why,
    }.get(progress.ended or "", lang("The run was cut short."))
    answers = lang(
        "{done} of {total} answers are here; those stay, and are not asked again.",
        done=lang.number(progress.asked[0], 9),
        total=lang.number(progress.asked[1], 9),
    )
    show(html('<p class="note" role="status">{} {}</p>', sentences, answers), key="stopped")
    if progress.ended == "budget":
        _more_budget(pilot, lang)
    _agreement(name, path, pilot, progress, session)


def _more_budget(pilot: Pilot, lang: Language) -> None:
    """A field for another budget, of all runs together."""
    setup = pilot.setup
    in_usd = setup.budget_usd is not None
    if in_usd:
        usd = form.amount(lang("Stop before it passes so many dollars"), "more-usd", lang, setup.budget_usd)
        changed = usd is not None and usd != setup.budget_usd
        told: tuple[float | None, int | None] = (usd, setup.budget_tokens)
    else:
        label = lang("Stop before it passes so many tokens")
        tokens = number_field.whole(label, form.MOST_TOKENS, "pilot-more-tokens", setup.budget_tokens or 0, lang)
        changed = tokens is not None and tokens != setup.budget_tokens
        told = (None, tokens)
    if changed:
        pilot.set_budget(*told)


def _file(name: str, path: Path, session: Session) -> None:
    """What is kept, to take along or to delete."""
    lang = session.lang
    section(lang("What is kept"), "kept")
    show(html("<p>{}</p>", _kept(lang)))
    with st.container(key="kept", horizontal=True):
        st.download_button(
            plain(lang("Take the file along")),
            partial(_copied, path),
            file_name="pilot.sqlite",
            mime="application/vnd.sqlite3",
            on_click="ignore",
            key="pilot-file",
        )
        if st.session_state.get(DELETING) != name:
            if st.button(plain(lang("Delete")), key="pilot-delete"):
                st.session_state[DELETING] = name
                st.rerun()
        elif st.button(plain(lang("Delete it for good")), type="primary", key="pilot-sure"):
            runs.delete(name, path)
            go(TRY_IT, session)
    show(html("<p>{}</p>", link(lang("Another pilot"), TRY_IT, session)))


def _kept(lang: Language) -> str:
    text = lang("Every request and answer lies in one file on the computer that runs this app. It holds no key.")
    if runs.expires():
        text += " " + lang("It is deleted when nobody has opened it for {n} days.", n=runs.KEPT_DAYS)
    return text


def _copied(path: Path) -> bytes:
    """The file as it is now, with what SQLite keeps beside it."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.serialize()
