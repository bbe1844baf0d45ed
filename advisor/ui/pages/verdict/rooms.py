"""The rooms behind the verdict, each a page of its own, and the row of tabs that leads from one to another.

A room has here its tab, its parts and the old anchors it answers to, and in `advisor.wording.summaries` the sentence it
begins with. What was typed in it is read in `take_typed` when a tab is pressed. The report has the same rooms, in
`advisor.report.document`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from advisor import wording
from advisor.engine.advice import Advice
from advisor.interview.address import MAX_OWNER
from advisor.language import Language
from advisor.ui.pages.verdict import (
    assumptions,
    comparison,
    comparisons,
    downloads,
    next_steps,
    owners,
    preparation,
    reasons,
    stability,
)
from advisor.ui.pages.verdict.earlier import earlier
from advisor.ui.pages.verdict.plan import plan
from advisor.ui.parts.markup import html, joined, link, show
from advisor.ui.session import Session, content
from advisor.wording import summaries

BRIEF = "verdict"
"""The page that stands alone, and the first of the tabs."""
KIT = "kit"
"""The page of starter kits, whose tab follows that of the steps."""


@dataclass(frozen=True)
class Room:
    """A page behind the verdict: its name, the sentence it begins with, and what is drawn where it is opened."""

    name: str
    answer: Callable[[Advice, Session], str]
    parts: tuple[Callable[[Advice, Session], None], ...]
    holds: tuple[str, ...]
    """Anchors of the parts, by which links of before there were rooms name them."""
    lead: Callable[[Advice, Language], str] = lambda advice, lang: ""


@cache
def rooms(lang: Language) -> dict[str, Room]:
    """Every room by its path in the address, in the order of the tabs."""
    return {
        "why": Room(
            lang("Why"),
            lambda advice, session: summaries.why(advice, content(), lang),
            (reasons.heaviest, reasons.waterfall, comparisons.published),
            ("reasons", "evidence", "comparisons"),
        ),
        "options": Room(
            lang("Options and cost"),
            lambda advice, session: summaries.cost(advice, content(), lang),
            (comparison.options, comparison.cost),
            ("options", "cost"),
        ),
        "speed": Room(
            lang("Speed"),
            lambda advice, session: summaries.speed(advice, content(), lang),
            (comparison.speed,),
            ("speed",),
        ),
        "change": Room(
            lang("What would change it"),
            lambda advice, session: summaries.change(advice, lang),
            (stability.firmness, reasons.changes, earlier),
            ("changes",),
        ),
        "who": Room(
            lang("Who can do it"),
            lambda advice, session: summaries.who(advice, content(), lang),
            (next_steps.routes,),
            ("routes",),
            lambda advice, lang: lang("For what you said about platforms and customers."),
        ),
        "ready": Room(
            lang("Readiness"),
            lambda advice, session: summaries.ready(advice, content(), lang),
            (next_steps.readiness, preparation.diagnosis, preparation.data),
            ("readiness",),
        ),
        "steps": Room(
            lang("Steps and owners"),
            lambda advice, session: summaries.steps(*next_steps.counted(advice, session), lang),
            (plan, next_steps.steps, downloads.everything),
            ("steps", "take"),
            lambda advice, lang: lang(
                "Fill in who does what by when, in at most {most} characters each; the address of this page and the "
                "report keep it.",
                most=MAX_OWNER,
            ),
        ),
        "assumptions": Room(
            lang("Assumptions"),
            lambda advice, session: summaries.assumptions(len(assumptions.mine(session)), content(), lang),
            (assumptions.edit,),
            ("assumptions",),
            lambda advice, lang: lang(
                "Each of ours is a range that holds eight of ten cases; a range of yours holds all of them. Write the "
                "same number twice if you know it exactly."
            ),
        ),
    }


def tabs(path: str, session: Session) -> None:
    """Links to the brief, to every room, and to the starter kits; the one that is open is marked."""
    lang = session.lang
    every: dict[str, tuple[str, tuple[str, ...]]] = {BRIEF: (lang("Brief"), ())}
    for name, room in rooms(lang).items():
        every[name] = (room.name, room.holds)
        if name == "steps":
            every[KIT] = (lang("Start"), ())
    rows = joined(
        html(
            '<li data-holds="{}">{}</li>',
            " ".join(holds),
            link(name, target, session, current="page" if target == path else ""),
        )
        for target, (name, holds) in every.items()
    )
    show(html('<nav class="rooms" aria-label="{}"><ul>{}</ul></nav>', lang("The verdict"), rows))


def above(advice: Advice, lang: Language) -> str:
    """What stands above the heading of a room: what it is the verdict of, and the verdict in a phrase."""
    sentence = wording.labels.advised(advice.verdict, advice.option, content(), lang)
    name = wording.project(advice)
    return f"{name} · {sentence}" if name else sentence


def take_typed(path: str, session: Session) -> None:
    """Take over what was typed into the fields of a page of the verdict when a link away from it was pressed."""
    if path == "assumptions" and (situation := assumptions.typed(session)) != session.situation:
        session.answer(situation)
    if path == "steps":
        session.owners = owners.typed(session)
