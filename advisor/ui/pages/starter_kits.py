"""The page of starter kits: that of the plan's first step with all its files, and the others behind it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import date

import streamlit as st

from advisor.content.entries import KitWords
from advisor.engine.advice import Advice
from advisor.language import Language, language
from advisor.ui.advice import advise, advise_at
from advisor.ui.navigation import page_of
from advisor.ui.parts.markup import Markup, folded, heading, html, joined, link, plain, section, show
from advisor.ui.session import Session, content, unpacked
from advisor.ui.shared_results import Shared
from advisor.wording import labels
from advisor.wording.plan import plan_steps

LABEL_NAMES, FIELD_WORDS = "label_names", "field_words"
"""Questions that nobody asks and whose answers kits are made with."""
MOST_SHOWN = 2_500
"""Characters of a file that its preview shows."""
INSTALL = "pip install -r requirements.txt"
"""The first step of every kit's README."""


@dataclass(frozen=True)
class Made:
    """A kit for these answers; without a zip where it does not fit them."""

    id: str
    zip: bytes
    why_not: str


def draw(session: Session) -> None:
    """One kit, whole: that of the plan's first step, or the one that a link asks for; then the others, each behind a
    tap with what it does and to whom it is open.
    """
    lang = session.lang
    wanted = st.query_params.get("kit", "")
    if not session.situation.answers and not wanted:
        heading(lang("Start"), below=lang("Answer a few questions first; then the kit of your first step stands here."))
        show(html('<p class="empty">{}</p>', link(lang("Begin"), "", session)))
        return
    advice = advise(session)
    kits = kits_made(session.packed, session.day, session.code)
    first = next((one for one in kits if one.id == wanted), kits[0])
    others = [one for one in kits if one is not first]
    words = _words(first.id)
    above = labels.advised(advice.verdict, advice.option, content(), lang)
    lacking = "" if first.id == wanted else _lacking(first.id, advice, lang)
    heading(
        lang("Start with: {kit}", kit=lang(words.name)),
        above=above if session.situation.answers else "",
        below=" ".join(filter(None, (lacking, lang(words.summary)))),
    )
    if not session.situation.answers:
        begin = link(lang("Answer a few questions"), "", session)
        show(html('<p class="note">{} {}</p>', lang("You have answered nothing yet, so its rows are general."), begin))
    if first.why_not:
        show(html('<p class="note">{}</p>', lang("Does not fit your answers: {why}.", why=first.why_not)))
    else:
        _first(first, advice, session)
    section(
        lang("Other kits"),
        "others",
        lang("For another step or another route; those that score answers have the same test cases."),
    )
    for kit in others:
        if _wanted(kit.id, session):
            with st.expander(plain(lang(_words(kit.id).name)), key=f"kit-{kit.id}"):
                _other(kit, session)
    show(html("<p>{}</p>", lang("With your own training file, on your own machine:")))
    spoken = "" if lang.code == "en" else f" --lang {lang.code}"
    st.code(f"advisor kit answers.yaml --data train.jsonl -o kit.zip{spoken}", language=None)


def _wanted(kit: str, session: Session) -> bool:
    """Whether a kit is for a platform that may be used, and for an option that mends something of what goes wrong."""
    from advisor.engine.attempts import needless
    from advisor.kits.registry import KITS

    platforms = session.situation.answers.get("platforms")
    known = KITS[kit]
    if isinstance(platforms, tuple) and known.platform is not None and known.platform not in platforms:
        return False
    return not known.options or not needless(session.situation).issuperset(known.options)


def _lacking(kit: str, advice: Advice, lang: Language) -> str:
    """That the first step of the plan has no kit, where this one begins something else; else empty."""
    from advisor.kits.readme import without_kit
    from advisor.kits.registry import KITS

    said = [without_kit(option, advice, content(), lang) for option in KITS[kit].options]
    return "" if "" in said else "".join(said[:1])


def _first(kit: Made, advice: Advice, session: Session) -> None:
    lang, words = session.lang, _words(kit.id)
    with st.container(key="kit-first"):
        _download(kit, session, primary=True)
        then = lang("Unpack it; README.md says what comes then. It begins with this:")
        show(html("<h2>{}</h2><p>{}</p>", lang("The first step"), then))
        st.code(INSTALL, language=None)
        facts = [(lang("To whom it is open"), _open(kit.id, session)), *_effort(kit.id, advice, lang)]
        facts += [(name, line) for name, line in zip((lang("The model"), "GPU"), _trained(kit.id, lang), strict=False)]
        rows = joined(html("<div><dt>{}</dt><dd>{}</dd></div>", name, value) for name, value in facts)
        show(html('<dl class="kit">{}</dl>', rows))
        _own_words(session)
        if kit.id == "azure":
            show(html("<p>{}</p>", link(lang("Rehearse the form of the portal"), "portal-form", session)))
        needs = joined(html("<li>{}</li>", lang(need)) for need in words.needs)
        show(html("<h2>{}</h2><ul>{}</ul>", lang("What must be there"), needs))
        files = _files(kit.zip)
        title = lang.plural("What is in it: {n} file", "What is in it: {n} files", len(files))
        show(folded(title, joined(_preview(name, files[name], lang) for name in files)), key="kit-files")


def _own_words(session: Session) -> None:
    """Ways to the questions for labels and words of one's own, which kits are made with."""
    from advisor.dataset.template.design import template_design

    lang, known = session.lang, content()
    task = template_design(session.situation, None, known).task
    labelled = task == "classification"
    asked = [known.question(name) for name in (LABEL_NAMES, FIELD_WORDS) if labelled or name != LABEL_NAMES]
    ways = joined(html("<li>{}</li>", link(lang(one.text), page_of(one), session, **{"from": "kit"})) for one in asked)
    if task == "agent":
        ways += html("<li>{}</li>", link(lang("Make rows with tool calls of your own tools"), "tool-rows", session))
    show(
        html("<p>{}</p><ul>{}</ul>", lang("Put your own words into the sample rows:"), ways),
        key="own-words",
    )


def _preview(name: str, data: bytes, lang: Language) -> Markup:
    """A file behind a tap: its beginning, as text."""
    text = data.decode("utf-8-sig")
    shown = text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN].rsplit("\n", 1)[0]
    more = html('<p class="quiet">{}</p>', lang("The rest is in the zip.")) if shown != text else Markup()
    return folded(html("<code>{}</code>", name), html('<pre class="file" tabindex="0">{}</pre>', shown), more)


def _other(kit: Made, session: Session) -> None:
    lang, words = session.lang, _words(kit.id)
    state = lang("Does not fit your answers: {why}.", why=kit.why_not) if kit.why_not else _open(kit.id, session)
    more = [text for _, text in _effort(kit.id, advise(session), lang)] + _trained(kit.id, lang) if kit.zip else []
    lines = joined(html('<p class="quiet">{}</p>', line) for line in (state, *more))
    show(html("<p>{}</p>{}", lang(words.summary), lines))
    if kit.zip:
        _download(kit, session)


def _download(kit: Made, session: Session, primary: bool = False) -> None:
    lang = session.lang
    st.download_button(
        lang("Download this kit (zip)") if primary else lang("{kit} (zip)", kit=lang(_words(kit.id).name)),
        kit.zip,
        file_name=f"starter-kit-{kit.id}.zip",
        mime="application/zip",
        on_click="ignore",
        type="primary" if primary else "secondary",
        key=f"take-{kit.id}",
    )


def _effort(kit: str, advice: Advice, lang: Language) -> list[tuple[str, str]]:
    """Days and cost of the step of the plan that the kit begins; nothing where the plan has none."""
    from advisor.kits.registry import KITS

    step = next((one for one in plan_steps(advice, content(), lang) if one.id in KITS[kit].options), None)
    return [(lang("Cost and time"), step.effort)] if step and step.effort else []


def _trained(kit: str, lang: Language) -> list[str]:
    """The model that a kit trains, and what GPU that takes; nothing of a kit that trains none."""
    from advisor.kits.registry import KITS
    from advisor.kits.training_effort import training_lines

    return training_lines(KITS[kit], content(), lang)


def _open(kit: str, session: Session) -> str:
    from advisor.kits.listing import listed, open_text

    return open_text(next(one for one in listed(content(), session.day) if one.kit.id == kit), session.lang)


def _words(kit: str) -> KitWords:
    return next(one for one in content().kits if one.id == kit)


def _files(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _make(packed: str, day: date, code: str) -> tuple[Made, ...]:
    """Every kit for these answers, that of the first step of the plan first."""
    from advisor.kits.build import Unfit, build_kit, first_kit
    from advisor.kits.registry import KITS

    situation, advice, lang = unpacked(packed), advise_at(packed, day), language(code)
    first, data = first_kit(situation, advice, content(), lang)
    kits = [Made(first.id, data, "")]
    for kit in KITS.values():
        if kit is first:
            continue
        try:
            kits.append(Made(kit.id, build_kit(kit, situation, advice, content(), lang), ""))
        except Unfit as error:
            kits.append(Made(kit.id, b"", error.why.text(lang)))
    return tuple(kits)


def first_zip(packed: str, day: date, code: str) -> bytes:
    """The kit of the first step of the plan."""
    return kits_made(packed, day, code)[0].zip


kits_made: Shared[tuple[Made, ...]] = Shared(
    _make, most_bytes=16_000_000, weigh=lambda kits: sum(len(kit.zip) for kit in kits)
)
