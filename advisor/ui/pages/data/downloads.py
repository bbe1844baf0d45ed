"""What one takes along from the page "Your data": the file repaired, in another format or in parts, and the findings.

Nothing is made before its button is pressed. What was made stays until the reader asks for something else of its kind,
takes another file or leaves.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from advisor.dataset.conversion import TARGETS, Unsuitable, losses
from advisor.dataset.inspection.inspect import Inspection
from advisor.language import Language
from advisor.ui.pages.data import exports, findings, rag, results
from advisor.ui.pages.data.checking import Check, Room, Settings
from advisor.ui.pages.data.findings_files import check_json, findings_csv
from advisor.ui.pages.data.job import Wish, outcome
from advisor.ui.parts import number_field
from advisor.ui.parts.markup import Markup, html, plain, section, show
from advisor.ui.session import Session, content

PARTS = {"train": 80, "validation": 10, "test": 10}
"""Percentages to begin with (azure-skills, as `advisor.dataset.splitting.SHARES`)."""


def take(check: Check, inspection: Inspection, mine: Room, session: Session) -> None:
    """The section with everything that can be taken along."""
    lang = session.lang
    section(
        lang("Take it with you"),
        "take",
        lang("Made on this server, from a copy: the file that you handed in stays as it is."),
    )
    kinds: dict[str, tuple[str, Callable[[Check, Inspection, Room, Session], None]]] = {
        "repair": (lang("Repaired"), _repair),
        "convert": (lang("In another format"), _convert),
        "split": (lang("Split into parts"), _split),
        "findings": (lang("The findings"), _findings),
    }
    if inspection.recognition.format in rag.FORMS:
        kinds = {"rag": (lang("Rows that answer or decline"), rag.take_rows), **kinds}
    with st.container(key="kinds-of-file"):
        kind = st.segmented_control(
            plain(lang("What do you want to have?")),
            list(kinds),
            default=mine.making if mine.making in kinds else next(iter(kinds)),
            required=True,
            format_func=lambda kind: plain(kinds[kind][0]),
            key=f"kind-of-file:{session.code}",
        )
    mine.making = kind
    kinds[kind][1](check, inspection, mine, session)


def _repair(check: Check, inspection: Inspection, mine: Room, session: Session) -> None:
    lang = session.lang
    file, validation, settings = check.file, check.validation, check.settings
    text = lang(
        "What is wrong in its form is fixed: roles, keys, brackets, characters. What your rows say is not touched "
        "unless you ask for it below. Rows that nobody can read are left out."
    )
    show(html("<p>{}</p>", text))
    asked = _more(inspection, mine, session)
    validation_size = validation.size if validation else 0
    wish = Wish(
        asked,
        lambda work: exports.repaired(work, file, validation, settings, asked),
        2 * file.size + (2 if asked.drop_leaks else 1) * validation_size,
        lang("Prepare the repaired file"),
        exports.repair_command(file, exports.called(file, "repaired", "jsonl"), validation, settings, asked),
    )
    done = outcome("repair", wish, check, mine, session)
    if done is None:
        return
    results.repaired(done, lang)
    results.links(
        lang,
        (done.export, lang("Download the repaired file")),
        (done.rejected, lang("Download the rows left out")),
    )
    if st.button(plain(lang("Go on with the repaired file")), key="go-on-repaired"):
        form = settings.form or (done.done.form if done.done.form != "unknown" else None)
        mine.begin(done.export.file, validation, Settings(settings.platform, settings.method, form))
        st.rerun()
    results.changes(done, lang)
    results.left(done.left, lang)
    results.command(exports.repair_command(file, done.export.file, validation, settings, asked), lang)


def _more(inspection: Inspection, mine: Room, session: Session) -> exports.Asked:
    """What the reader asks for beyond the form: of what was found, only what there is."""
    lang = session.lang
    labels: dict[str, str] = {}
    if inspection.counts.keys() & {"exact-duplicate", "key-order-duplicate"}:
        labels["drop"] = lang("Leave out rows that repeat an earlier one")
    if any(check.group == "privacy" and check.id in inspection.counts for check in content().checks):
        labels["mask"] = lang("Replace personal data and secrets with a word in brackets, such as [email]")
    if "leak-exact" in inspection.counts:
        labels["leaks"] = lang("Leave out rows that are also in the validation file")
    if inspection.counts.keys() & {"unknown-key", "column-not-read"}:
        labels["keys"] = lang("Take out keys that the format does not know, with what they hold")
    before = zip(("drop", "mask", "leaks", "keys"), mine.asked("repair", exports.Asked()), strict=True)
    return exports.Asked(
        *(
            key in labels and st.checkbox(plain(labels[key]), value, key=f"{key}:{session.code}")
            for key, value in before
        )
    )


def _convert(check: Check, inspection: Inspection, mine: Room, session: Session) -> None:
    lang = session.lang
    file, settings = check.file, check.settings
    form = inspection.recognition.format
    possible, why = _targets(form, lang)
    if not possible:
        show(html('<p class="empty">{}</p>', why))
        return
    last, kind = mine.asked("convert", ("", ""))
    left, right = st.columns(2)
    with left:
        target = findings.choice(lang("Format to write"), possible, last, f"target:{session.code}")
    kept: dict[str, str] = {ending: ending.upper() for ending in TARGETS[target].containers}
    with right:
        container = findings.choice(lang("Kind of file"), kept, kind, f"container:{target}:{session.code}")
    results.can_be_lost(losses(form, target, container), lang)
    wish = Wish(
        (target, container),
        lambda work: exports.converted(work, file, settings, target, container),
        file.size,
        lang("Prepare the converted file"),
        exports.convert_command(file, exports.called(file, target, container), settings, target, container),
    )
    done = outcome("convert", wish, check, mine, session)
    if done is not None:
        results.converted(done, lang)
        results.links(lang, (done.export, lang("Download the converted file")))
        results.command(exports.convert_command(file, done.export.file, settings, target, container), lang)


def _targets(form: str, lang: Language) -> tuple[dict[str, str], str]:
    """The formats that rows of this one can be written in, by id, its own last; and if there are none, why."""
    possible: dict[str, str] = {}
    why = ""
    for target in sorted(TARGETS.values(), key=lambda target: form in target.forms):
        try:
            losses(form, target.id)
        except Unsuitable as error:
            why = why or error.text(lang)
        else:
            possible[target.id] = target.title.text(lang)
    return possible, why


def _split(check: Check, inspection: Inspection, mine: Room, session: Session) -> None:
    lang = session.lang
    file, settings = check.file, check.settings
    text = lang(
        "Rows that repeat one another, nearly repeat one another or ask the same stay together, so that no part holds "
        "what another is trained on. Classes are spread evenly."
    )
    show(html("<p>{}</p>", text))
    names = (lang("Training (%)"), lang("Validation (%)"), lang("Test (%)"), lang("Seed"))
    before = mine.asked("split", (*PARTS.values(), 0))
    given: list[int | None] = []
    lines: list[Markup] = []
    for column, name, key, last in zip(st.columns(4), names, (*PARTS, "seed"), before, strict=True):
        most = exports.MOST_SEED if key == "seed" else 100
        with column:
            number, line = number_field.bare(name, most, key, last, lang)
        given.append(number)
        lines.append(line)
    numbers = [0 if value is None else value for value in given]
    *percents, seed = numbers
    shares = {part: percent / 100 for part, percent in zip(PARTS, percents, strict=True)}
    understood, total = None not in given, sum(percents)
    wrong = lang("The three shares are {total}% together. Make them 100%.", total=total)
    # One line for the four fields: a place for each would pull them far apart on a phone.
    mark = html('<span class="wrong">{}</span>', wrong) if understood and total != 100 else Markup()
    number_field.line(next((line for line in lines if line), mark))
    wish = None
    if understood and total == 100:
        wish = Wish(
            tuple(numbers),
            lambda work: exports.divided(work, file, settings, shares, seed),
            3 * file.size,
            lang("Prepare the parts (zip)"),
            exports.split_command(file, settings, shares, seed),
        )
    done = outcome("split", wish, check, mine, session)
    if done is not None:
        results.divided(done, lang)
        results.links(lang, (done.export, lang("Download the parts (zip)")))
        results.command(exports.split_command(file, settings, shares, seed), lang)


def _findings(check: Check, inspection: Inspection, mine: Room, session: Session) -> None:
    """What was found, as a table and as JSON."""
    lang = session.lang
    name = (check.file.name or "data").rsplit("/", 1)[-1]
    known = content()
    show(html("<p>{}</p>", lang("Personal data in what is shown of your rows is masked.")))
    with st.container(key="downloads", horizontal=True):
        st.download_button(
            lang("Findings (CSV)"),
            lambda: findings_csv(inspection, known, lang),
            file_name=f"{name}.findings.csv",
            mime="text/csv",
            on_click="ignore",
            key="take-csv",
        )
        st.download_button(
            lang("The whole check (JSON)"),
            lambda: check_json(inspection, known, lang),
            file_name=f"{name}.check.json",
            mime="application/json",
            on_click="ignore",
            key="take-json",
        )
