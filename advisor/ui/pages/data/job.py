"""What a reader has made of a file: the button for it, how far it is, and what came of it or why nothing did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from advisor.dataset.files.bounds import Beyond
from advisor.language import Language
from advisor.ui.files.background import PATIENCE_SECONDS, REFRESH_SECONDS, BackgroundJob
from advisor.ui.files.pool import POOL
from advisor.ui.files.stored import Upload
from advisor.ui.pages.data import results
from advisor.ui.pages.data.checking import Check, Job, Room, room
from advisor.ui.parts.markup import html, meter, plain, show
from advisor.ui.session import Session


@dataclass(frozen=True)
class Wish:
    """What the reader has chosen to have made."""

    asked: tuple[object, ...]
    do: Callable[[BackgroundJob[Any]], Any]
    total: int
    """Bytes that are read for it."""
    button: str
    command: str
    """That does the same in a terminal."""


def outcome(kind: str, wish: Wish | None, check: Check, mine: Room, session: Session) -> Any:
    """What was made of this kind, if it is what is asked for now; else the button, or how far the work is."""
    lang = session.lang
    job = mine.jobs.get(kind)
    if job and wish and job.asked == wish.asked:
        job.work.thread.join(PATIENCE_SECONDS)
        if job.work.running:
            _progress(kind, session)
            return None
        if job.work.result is not None:
            return job.work.result
        show(html('<p class="problem" role="alert">{}</p>', _why_not(job.work, lang)))
        if isinstance(job.work.problem, Beyond):
            results.elsewhere(wish.command, lang)
    if wish is None:
        return None
    with st.container(key=f"make-{kind}", horizontal=True):
        if st.button(plain(wish.button), type="primary", key=f"prepare-{kind}"):
            files = (check.file, check.validation)
            mine.make(
                kind, Job(BackgroundJob(in_turn(wish.do, *files), wish.total, *files, account=mine.account), wish.asked)
            )
            st.rerun()
    if mine.busy:
        _would_stop(session)
    return None


def in_turn(do: Callable[[BackgroundJob[Any]], Any], *files: Upload | None) -> Callable[[BackgroundJob[Any]], Any]:
    """The same, once it is the turn of these files."""

    def done(work: BackgroundJob[Any]) -> Any:
        with POOL.turn(work, *files):
            return do(work)

    return done


@st.fragment(run_every=REFRESH_SECONDS)
def _would_stop(session: Session) -> None:
    """Say what a press of the button above stops, until that has ended by itself."""
    if not room().busy:
        st.rerun()
    text = session.lang("Something else is still being made of this file. It stops when you begin this.")
    show(html('<p class="note">{}</p>', text))


def _why_not(work: BackgroundJob[Any], lang: Language) -> str:
    if work.problem:
        return work.problem.text(lang)
    if work.failed:
        return lang("This could not be made: a fault of this program, not of yours.")
    return lang("It was stopped.")


@st.fragment(run_every=REFRESH_SECONDS)
def _progress(kind: str, session: Session) -> None:
    """How far the work is, and a way to stop it; draws the whole page anew when it ends."""
    lang = session.lang
    job = room().jobs.get(kind)
    if job is None or not job.work.running:
        st.rerun()
        return
    text = {
        "again": lang("Made. Now it is checked once more."),
        "pack": lang("Made. Now it is packed."),
        "waiting": lang("Waiting until the check of another large file has ended."),
    }.get(job.work.step, lang("Being made: {share}", share=lang.percent(job.work.share)))
    if job.work.stopping.is_set():
        text = lang("Stopping …")
    show(html('<div class="running"><p role="status">{}</p>{}</div>', text, meter(job.work.share, text)))
    with st.container(key=f"stop-making-{kind}"):
        if st.button(plain(lang("Stop")), key=f"stop-{kind}"):
            job.work.stop()
