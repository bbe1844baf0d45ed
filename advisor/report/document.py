"""From an advice to the report: page one for whoever decides, and behind it the rooms of the screen in their order."""

from __future__ import annotations

from advisor import wording
from advisor.content.load import Content
from advisor.engine.advice import Advice
from advisor.language import Language
from advisor.report import action, argument, options, provenance
from advisor.report.data import NOBODY, Owners
from advisor.report.model import Document, Room, Section
from advisor.report.page_one import LONGEST_TITLE, page_one
from advisor.report.writer import Writer, plain, shortened
from advisor.wording import summaries


def document(advice: Advice, content: Content, lang: Language, owners: Owners = NOBODY, live: str = "") -> Document:
    """The report on an advice in the reader's language. The same advice, owners and address give the same document.

    `owners` has who does a step and by when, as they were typed, by the text of the step; `live` is the https address
    of the page of the verdict with the same answers.
    """
    writer = Writer(advice, content, lang)
    project = shortened(wording.project(advice), LONGEST_TITLE)
    day = lang.date(advice.at)
    brief = page_one(writer, live)  # its notes come first
    before = Document(
        lang=lang.code,
        title=project or lang("Should we fine-tune?"),
        own_title=bool(project),
        kicker=lang("Fine-Tune Advisor: advice of {date}", date=day),
        contents=lang("Contents"),
        footer=lang("Content version {version}, as known on {date}", version=advice.content_version, date=day),
        page_of=lang("Page {page} of {pages}"),
        written=advice.at.isoformat(),
        version=advice.content_version,
        brief=brief,
        rooms=_rooms(writer, owners, live),
        notes=tuple(writer.notes),
    )
    mine = sum(assumption.overridden for assumption in advice.assumptions)
    last = Room(
        id="assumptions",
        title=lang("Assumptions and sources"),
        answer=plain(summaries.assumptions(mine, content, lang)),
        sections=provenance.sections(advice, content, lang, before),
    )
    return before.model_copy(update={"rooms": (*before.rooms, last)})


def _rooms(writer: Writer, owners: Owners, live: str) -> tuple[Room, ...]:
    """The rooms about the verdict, without those that have nothing to say."""
    advice, content, lang = writer.advice, writer.content, writer.lang
    rooms: tuple[tuple[str, str, str, tuple[Section, ...]], ...] = (
        ("why", lang("Why"), summaries.why(advice, content, lang), argument.why(writer)),
        ("options", lang("Options and cost"), summaries.cost(advice, content, lang), options.compared(writer)),
        ("speed", lang("Speed"), summaries.speed(advice, content, lang), options.speed(writer)),
        ("change", lang("What would change it"), summaries.change(advice, lang), argument.change(writer)),
        ("who", lang("Who can do it"), summaries.who(advice, content, lang), action.who(writer)),
        ("ready", lang("Readiness"), summaries.ready(advice, content, lang), action.readiness(writer)),
        ("steps", lang("Steps and owners"), action.to_do(writer, owners), action.steps(writer, owners, live)),
    )
    return tuple(
        Room(id=name, title=title, answer=plain(answer) if answer else (), sections=told)
        for name, title, answer, sections in rooms
        if (told := tuple(section for section in sections if section.blocks))
    )
