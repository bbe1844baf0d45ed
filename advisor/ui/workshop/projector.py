"""The page that the room looks at together, to be read from the last row."""

from __future__ import annotations

from advisor.content.entries import WorkshopStep
from advisor.language import Language
from advisor.ui.parts.markup import Markup, html, joined
from advisor.ui.workshop.documents import qr
from advisor.ui.workshop.modes import choices_listed
from advisor.ui.workshop.shown import asked, facts, heading, step_shown, texts_of
from advisor.ui.workshop.watching import Watching
from advisor.workshop.codes import in_halves
from advisor.workshop.store import Room

TELLING: tuple[WorkshopStep, ...] = ("shift", "advice", "outcome", "flip", "agreed", "wall")
"""Steps that fill the page with what they tell; their heading says enough."""


def screen(room: Room, watching: Watching, join: str, lang: Language) -> Markup:
    """The step that the room is at. In the lobby the way in fills the page; later it stands in the corner."""
    texts = texts_of(room, lang)
    way_in = html(
        '<div class="way-in">{}<div><p class="code">{}</p><p class="address">{}</p></div></div>',
        qr(join, lang("QR code of the room")),
        in_halves(room.code),
        join.split("://", 1)[-1].rpartition("/")[0],  # the code stands above it
    )
    if room.step.kind == "lobby":
        return html('<p class="above">{}</p><h1 id="step">{}</h1>{}', lang("Join a workshop"), room.title, way_in)
    parts = [heading(room, lang, texts)]
    if room.state.paused:
        parts.append(html('<p class="note">{}</p>', lang("The room is paused.")))
    if room.step.kind not in TELLING:
        parts.append(asked(room, lang))
    if room.step.kind in ("case", "story", "first", "pairs", "second", "option") and not room.state.shown:
        parts.append(facts(room, texts))
    if room.step.kind in ("ask", "quiz") and not room.state.shown:
        parts.append(choices_listed(room.step, lang))
    shown = step_shown(room, watching, lang)
    return joined((*parts, shown) if room.step.kind == "wall" else (*parts, shown, way_in))
