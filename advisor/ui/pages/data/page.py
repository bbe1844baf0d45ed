"""The page "Your data": hand in a training file, see what is wrong with it and what is in it, and take that along."""

from __future__ import annotations

import streamlit as st

from advisor.dataset.files.bounds import APP, Beyond
from advisor.dataset.formats.recognition import FORMATS
from advisor.dataset.inspection.inspect import Inspection
from advisor.dataset.platforms import platform, platforms
from advisor.dataset.words import headline
from advisor.language import Language
from advisor.ui.files.background import PATIENCE_SECONDS, REFRESH_SECONDS
from advisor.ui.files.pool import WAITING
from advisor.ui.files.stored import Full, Gone, most_bytes
from advisor.ui.files.upload import upload_field
from advisor.ui.pages.data import downloads, exports, findings, profile, rag, readiness, results, training_cost
from advisor.ui.pages.data.checking import Check, Room, Settings, Upload, room
from advisor.ui.parts.markup import heading, html, joined, link, meter, section, show
from advisor.ui.session import Session, content
from advisor.wording.sizes import size

MOST_PASTED = 20_000_000
"""Longest text that can be pasted, in characters; a file may be longer."""


def method_names(lang: Language) -> dict[str, str]:
    """How a file is trained on."""
    return {
        "sft": lang("Supervised fine-tuning (SFT)"),
        "dpo": lang("Preference tuning (DPO)"),
        "rft": lang("Reinforcement fine-tuning (RFT)"),
        "vision": lang("Supervised fine-tuning with images"),
        "pretrain": lang("Training on plain text"),
        "classify": lang("A classifier"),
    }


def draw(session: Session) -> None:
    """The page: the form, the progress of a check, or what it found."""
    lang = session.lang
    mine = room()
    heading(
        lang("Your data"),
        below=lang("Hand in a training file: see what is wrong with it, line by line, and what it holds."),
    )
    check = mine.check
    if check is None:
        _form(mine, session)
        return
    check.thread.join(PATIENCE_SECONDS)
    if check.running:
        _progress(session)
    elif check.result is not None:
        check.told = True
        _result(check, check.result, mine, session)
    else:
        _say(_why_not(check, lang), first=not check.told)
        check.told = True
        if isinstance(check.problem, Beyond):
            results.elsewhere(exports.check_command(check.file, check.validation, check.settings), lang)
        _form(mine, session)


def _why_not(check: Check, lang: Language) -> str:
    if check.problem:
        text = check.problem.text(lang)
        return f"{check.file.name}: {text}" if check.file.name else text
    if check.failed:
        if not check.file.name:
            return lang("What you pasted could not be checked: a fault of this program, not of yours.")
        return lang("{name} could not be checked: a fault of this program, not of yours.", name=check.file.name)
    return lang("The check was stopped. Nothing was kept.")


def _say(text: str, first: bool = True) -> None:
    """Say what is wrong, and the first time take the focus there."""
    if first:
        st.session_state["problems"] = st.session_state["problem"] = st.session_state.get("problems", 0) + 1
    show(html('<p class="problem" role="alert" tabindex="-1">{}</p>', text))


def _form(mine: Room, session: Session) -> None:
    lang = session.lang
    file = upload_field(lang("A file to train on"), "training", mine.slot("training"), lang)
    show(html('<p class="quiet">{} {}</p>', _takes(lang), _bounds(lang)))
    pasted = st.text_area(
        lang("Or paste rows here, at most {n} million characters", n=lang.number(MOST_PASTED / 1e6)),
        key="pasted",
        height=130,
        placeholder='{"messages": [{"role": "user", ...}]}',
    )
    settings, validation = _settings(Settings(), "form", mine, session)
    show(html('<p class="note">{}</p>', _stays(lang)))
    # A container keeps what it says until it is filled again; an empty place would be empty meanwhile.
    problem = st.container()
    with st.container(key="actions", horizontal=True):
        wanted = _wanted(lang("Check it"), "check-data", mine, lang, primary=True)
    made = link(lang("Make rows with tool calls of your own tools"), "tool-rows", session)
    tried = link(lang("Try it on your own rows"), "try-it", session)
    ways = html("<p>{} {}</p><p>{} {}</p>", lang("No rows yet, and your model is to call tools?"), made,
                lang("Is training needed at all?"), tried)  # fmt: skip
    show(ways, key="to-tool-rows")
    if not wanted:
        return
    text = (pasted or "").strip()
    if file is None and text and len(text) <= MOST_PASTED:
        try:
            file = Upload.of("", text.encode("utf-8", "replace"), mine.account)
        except Full as error:
            with problem:
                _say(error.text(lang))
            return
    if file is None:
        with problem:
            _say(
                lang("What you pasted is too long. Save it as a file, and hand that in.")
                if text
                else lang("Choose a file, or paste some rows.")
            )
        return
    _begin(mine, "check-data", file, validation, settings)
    if not file.name:  # what was pasted lies nowhere else than in the check
        file.stored.close()
    st.rerun()


def _begin(mine: Room, wanted: str, file: Upload, validation: Upload | None, settings: Settings) -> None:
    """Begin a check; where another file has just come in place of one of these, it is asked for again."""
    try:
        mine.begin(file, validation, settings)
    except Gone:
        mine.want(wanted)


def _wanted(label: str, key: str, mine: Room, lang: Language, primary: bool = False) -> bool:
    """A button for a check, and whether it is to begin: it was pressed, and every file is here.

    A press is noted at once: the run that it starts is broken off if a file arrives just then.
    """
    if st.button(label, type="primary" if primary else "secondary", key=key, on_click=mine.want, args=(key,)):
        mine.want(key)
    if mine.wanted != key:
        return False
    if mine.arriving:
        text = lang("The file is still on its way. It is checked as soon as it is here.")
        show(html('<p class="note" role="status">{}</p>', text))
        return False
    mine.wanted = ""
    return True


def _takes(lang: Language) -> str:
    return lang(
        "JSONL, JSON, CSV, TSV or Parquet, plain or packed with gzip or zstd, up to {size}.",
        size=size(most_bytes(), lang),
    )


def _bounds(lang: Language) -> str:
    return lang(
        "Unpacked it holds at most {size}, {times} times its size, and {columns} columns; the command advisor check, "
        "on your own machine, has no such limits.",
        size=size(APP.unpacked or 0, lang),
        times=lang.number(APP.times or 0),
        columns=lang.number(APP.columns or 0),
    )


def _stays(lang: Language) -> str:
    return lang(
        "The file stays in the memory of this server or in a private temporary file. It is deleted with your session, "
        "or when you take another, and it never leaves this machine."
    )


def _settings(now: Settings, place: str, mine: Room, session: Session) -> tuple[Settings, Upload | None]:
    """What to check against, and a validation file."""
    lang = session.lang
    left, right = st.columns(2)
    names = {"": lang("No platform yet"), **{name: platform(name).name for name in platforms()}}
    with left:
        where = findings.choice(lang("Platform"), names, now.platform or "", f"{place}:platform:{session.code}")
    methods = {"": lang("As the file suggests"), **method_names(lang)}
    with right:
        method = findings.choice(lang("Method"), methods, now.method or "", f"{place}:method:{session.code}")
    forms = {
        "": lang("Recognise it"),
        **{form.id: form.title.text(lang) for form in FORMATS.values() if form.id != "unknown"},
    }
    form = findings.choice(lang("Format of the rows"), forms, now.form or "", f"{place}:form:{session.code}")
    key = f"{place}-validation"
    validation = upload_field(lang("A validation file, if you have one"), key, mine.slot(key), lang)
    return Settings(where or None, method or None, form or None), validation


@st.fragment(run_every=REFRESH_SECONDS)
def _progress(session: Session) -> None:
    """How far the check is, and a way to stop it; draws the whole page anew when it ends."""
    lang = session.lang
    check = room().check
    if check is None or not check.running:
        st.rerun()
        return
    text = progress_text(check, lang)
    if check.stopping.is_set():
        text = lang("Stopping …")
    show(html('<div class="running"><p role="status">{}</p>{}</div>', text, meter(check.share, text)))
    with st.container(key="actions", horizontal=True):
        if st.button(lang("Stop the check"), key="stop"):
            check.stop()


def progress_text(check: Check, lang: Language) -> str:
    """What a check is at, and how far."""
    if check.step == WAITING:
        return lang("Waiting until the check of another large file has ended.")
    if not check.rows:
        return lang("The check begins …")
    rows = lang.plural("{n} row", "{n} rows", check.rows)
    if check.bytes_read < check.size:
        return lang(
            "{rows}, {done} of {size} MB, {speed} MB/s",
            rows=rows,
            done=lang.number(check.bytes_read / 1e6),
            size=lang.number(check.size / 1e6),
            speed=lang.number(check.megabytes_a_second),
        )
    if check.bytes_read < check.total:
        return lang(
            "All rows are read ({rows}); now the validation file, {done} of {size} MB.",
            rows=rows,
            done=lang.number((check.bytes_read - check.size) / 1e6),
            size=lang.number((check.total - check.size) / 1e6),
        )
    return lang("All rows are read ({rows}); now they are compared with each other.", rows=rows)


def _result(check: Check, inspection: Inspection, mine: Room, session: Session) -> None:
    lang = session.lang
    readiness.draw(inspection, headline(inspection, content(), lang), lang)
    if inspection.cancelled:
        rows = lang.plural("{n} row", "{n} rows", inspection.profile.rows)
        text = lang("The check was stopped after {rows}; the rest was not read.", rows=rows)
        show(html('<p class="problem">{}</p>', text))
    show(html("<p>{}</p>", _recognised(inspection, lang)))
    with st.container(key="actions", horizontal=True):
        if st.button(lang("Forget this file, take another"), key="forget"):
            mine.forget()
            st.rerun()
    _contents(check, inspection, lang)
    findings.by_kind(inspection, lang)
    findings.one_by_one(inspection, mine, session)
    findings.unchecked(inspection.skipped, lang)
    rag.predictions(check, mine, session)
    downloads.take(check, inspection, mine, session)
    profile.profile(inspection, lang)
    training_cost.draw(inspection, session)
    profile.as_answers(inspection, session)
    _otherwise(check, mine, session)


def _contents(check: Check, inspection: Inspection, lang: Language) -> None:
    """Links to the sections below."""
    sections = [
        ("found", lang("What was found"), bool(inspection.counts)),
        ("lines", findings.one_by_one_title(inspection, lang), bool(inspection.findings)),
        ("unchecked", lang("What could not be checked"), bool(inspection.skipped)),
        ("predictions", lang("What the predictions are worth"), check.predictions),
        ("take", lang("Take it with you"), True),
        ("profile", lang("What the file holds"), True),
        ("cost", lang("What training would cost"), bool(inspection.profile.tokens)),
        ("answers", lang("Answers for the interview"), True),
        ("otherwise", lang("Check it otherwise"), True),
    ]
    rows = joined(html('<li><a href="#{}">{}</a></li>', anchor, name) for anchor, name, there in sections if there)
    show(html('<nav class="contents" aria-label="{}"><ul>{}</ul></nav>', lang("On this page"), rows), key="contents")


def _recognised(inspection: Inspection, lang: Language) -> str:
    form = inspection.recognition
    why = "; ".join(note.text(lang) for note in form.why)
    name = f"{inspection.name}: " if inspection.name else ""
    against = [platform(inspection.platform).name] if inspection.platform else []
    against += [method_names(lang)[inspection.method]] if inspection.method else []
    text = lang("{format}, because {why}.", format=form.form.title.text(lang), why=why)
    if against:
        text += " " + lang("Checked for: {names}.", names=", ".join(against))
    return name + text


def _otherwise(check: Check, mine: Room, session: Session) -> None:
    """The same file again: for another platform or method, as another format, or with a validation file."""
    lang = session.lang
    section(
        lang("Check it otherwise"),
        "otherwise",
        lang("For another platform, as another format, or with a validation file."),
    )
    settings, validation = _settings(check.settings, "again", mine, session)
    with st.container(key="again", horizontal=True):
        if _wanted(lang("Check it again"), "check-again", mine, lang):
            _begin(mine, "check-again", check.file, validation or check.validation, settings)
            st.rerun()
