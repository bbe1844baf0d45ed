"""For and against training, by the reader's own answers, to argue over before the verdict is read."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.ui.advice import advise
from advisor.ui.parts.basis import sources
from advisor.ui.parts.markup import Markup, Words, heading, html, joined, link, note, outside, show
from advisor.ui.session import Session, content
from advisor.wording.board import Board, Point, board
from advisor.wording.labels import in_sentence

SHOW = "ai-show"
"""The source of the lesson that argues the same question."""
MOST_SAID = 2
"""Answers that are repeated beneath a point."""


def draw(session: Session) -> None:
    """Both sides, each with the answers behind it, and the show that argues the same."""
    lang = session.lang
    show_source = next(one for one in content().resources if one.id == SHOW)
    heading(
        lang("For and against"),
        back=link(show_source.title, "resource", session, id=SHOW),
        below=lang(
            "What your answers say for training a model, and what against. Argue it before you read the verdict."
        ),
    )
    if not session.situation.answers:
        show(
            html('<p class="empty">{} {}</p>', lang("You have answered nothing yet."), link(lang("Begin"), "", session))
        )
    elif weighed := board(advise(session), content(), lang):
        _draw(weighed, session)
    watch = outside(lang("Watch the show: half an hour, October 2023"), show_source.current_url)
    argue = link(lang("Argue a published case, then see what came out"), "cases", session)
    show(html('<h2>{}</h2><ul class="does"><li>{}</li><li>{}</li></ul>', lang("Argue on"), watch, argue), key="argue")


def _draw(weighed: Board, session: Session) -> None:
    lang = session.lang
    said = lang("{training} against {without}.", training=weighed.training, without=in_sentence(weighed.without))
    show(html('<p class="what">{}</p>', said), key="compared")
    sides = (
        (lang("For training"), "pro", weighed.pros, lang("Nothing in your answers speaks for it.")),
        (lang("Against training"), "con", weighed.cons, lang("Nothing in your answers speaks against it.")),
    )
    columns = joined(
        html('<section class="{}"><h2>{}</h2>{}</section>', kind, title, _points(points, none, session))
        for title, kind, points, none in sides
    )
    show(html('<div class="board">{}</div>', columns), key="board")
    verdict = link(lang("Read the verdict"), "verdict", session)
    show(note(html("{} {}", lang("What weighs most stands first. The verdict weighs costs and times, too."), verdict)))


def _points(points: Iterable[Point], none: str, session: Session) -> Markup:
    lang, words = session.lang, Words(session.lang)
    rows = joined(
        html(
            '<li>{}<p class="what">{}</p>{}{}</li>',
            html('<p class="premise">{}</p>', words(point.premise)) if point.premise else Markup(),
            words(point.because),
            joined(html('<p class="quiet">{} {}</p>', lang("You said:"), said) for said in point.said[:MOST_SAID]),
            sources(point.sources, session),
        )
        for point in points
    )
    return html('<ol class="reasons small">{}</ol>', rows) if rows else html('<p class="empty">{}</p>', none)
