"""Every page: its path in the address, its title, and what draws it.

To add one: its module goes beside this one, with `draw(session)`, and a `Page` into `pages`. A link from another
page leads to its path; those of the part `learn` are listed in `learn`. `advisor.ui.shell` draws what surrounds a page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Literal

from advisor.content.entries import Question
from advisor.language import Language
from advisor.ui.navigation import Led, group_page, page_of
from advisor.ui.pages import (
    cases,
    check,
    decision,
    find,
    for_and_against,
    learn,
    lesson,
    lost,
    own_words,
    portal_form,
    question,
    questions,
    resources,
    start,
    starter_kits,
    teach,
    tutorial,
    who_tunes,
)
from advisor.ui.pages.find import FIND
from advisor.ui.pages.try_it import TRY_IT
from advisor.ui.pages.verdict import page as verdict_page
from advisor.ui.pages.verdict.rooms import BRIEF, KIT, rooms
from advisor.ui.session import Session, content


@dataclass(frozen=True)
class Page:
    """A page: its title, what draws it, and whether the state of the verdict stands above it."""

    title: str
    draw: Callable[[Session], None]
    strip: bool = False
    wide: bool = False
    questions: tuple[Question, ...] = ()
    """What it asks."""
    part: Literal["interview", "verdict", "data", "learn"] | None = "interview"
    """The entry of the menu that is marked while the page is shown."""
    buttons: tuple[str, ...] = ()
    """Buttons that lead to another page, by their keys."""
    leads: Callable[[str, Session], Led] | None = None
    """What a press of one of them comes to."""


@cache
def pages(lang: Language) -> dict[str, Page]:
    """Every page by its path in the address; the first is the one without a path."""
    asked = {
        page_of(each): Page(
            lang(each.text),
            partial(question.draw, each),
            strip=True,
            questions=(each,),
            buttons=question.BUTTONS,
            leads=partial(question.leads, each),
        )
        for each in content().questions
    }
    together = {
        group_page(group): Page(
            lang(group.title),
            partial(questions.draw, group),
            strip=True,
            questions=tuple(content().question(key) for key in group.questions),
            buttons=question.BUTTONS,
            leads=partial(questions.leads, group),
        )
        for group in content().pages
    }
    behind = {
        path: Page(room.name, partial(verdict_page.draw_room, room), wide=True, part="verdict")
        for path, room in rooms(lang).items()
    }
    taught = {each.page: Page(lang(each.title), partial(lesson.draw, each), part="learn") for each in content().lessons}
    listed = {
        "": Page(lang("Should you fine-tune?"), start.draw, buttons=start.BUTTONS, leads=start.leads),
        **asked,
        **together,
        "check": Page(lang("Check your answers"), check.draw, strip=True, buttons=check.BUTTONS, leads=check.leads),
        FIND: Page(lang("Add something I know"), find.draw, strip=True),
        own_words.DESCRIBE: Page(lang("Describe it in your own words"), own_words.draw),
        BRIEF: Page(lang("The verdict"), verdict_page.draw, wide=True, part="verdict"),
        **behind,
        KIT: Page(lang("Start"), starter_kits.draw, wide=True, part="verdict"),
        TRY_IT: Page(lang("Try it on your own rows"), _try_it, wide=True, part="data"),
        "data": Page(lang("Your data"), _data, wide=True, part="data"),
        "tool-rows": Page(lang("Rows with tool calls"), _tool_rows, wide=True, part="data"),
        "learn": Page(lang("Learn"), learn.draw, part="learn"),
        **taught,
        "who-tunes": Page(lang("Who still tunes what"), who_tunes.draw, wide=True, part="learn"),
        "decision": Page(lang("How the advisor decides, and how often it is right"), decision.draw, part="learn"),
        "glossary": Page(lang("Glossary"), learn.draw_glossary, part="learn"),
        "reading": Page(lang("Reading list"), resources.draw, part="learn"),
        "resource": Page(lang("A source of the lesson"), resources.draw_resource, part="learn"),
        "for-and-against": Page(lang("For and against"), for_and_against.draw, wide=True, part="learn"),
        "tutorial": Page(lang("Tutorial: train on ten rows"), tutorial.draw, part="learn"),
        "portal-form": Page(lang("Rehearse the form of the portal"), portal_form.draw, part="learn"),
        "teach": Page(lang("Teach: a room that votes"), teach.draw, part="learn"),
        "cases": Page(lang("Published cases"), cases.draw, part="learn"),
        "case": Page(lang("A published case"), cases.draw_case, part="learn"),
    }
    titles = {path: page.title for path, page in listed.items()}
    return {**listed, "lost": Page(lang("There is no such page"), partial(lost.draw, titles), part=None)}


def _data(session: Session) -> None:
    """The page of training data. What checks it loads pyarrow, which no other page needs."""
    from advisor.ui.pages.data import page

    page.draw(session)


def _try_it(session: Session) -> None:
    """The page of pilots, which reads files of rows, too."""
    from advisor.ui.pages.try_it import page

    page.draw(session)


def _tool_rows(session: Session) -> None:
    """The page that makes rows with tool calls, which reads files of examples, too."""
    from advisor.ui.pages.data import tool_rows

    tool_rows.draw(session)
