"""Whether a training file is ready: one sentence, then a line for each thing that it must be."""

from __future__ import annotations

from advisor.dataset.inspection.inspect import Inspection
from advisor.dataset.readiness.card import Line, answer_text, card
from advisor.dataset.words import State, state_name
from advisor.language import Language
from advisor.ui.parts.markup import Markup, badge, html, joined, show
from advisor.ui.session import content

BADGES: dict[State, str] = {"ok": "ready", "look": "turn", "stop": "not_ready"}


def draw(inspection: Inspection, sentence: str, lang: Language) -> None:
    """The card; `sentence` says what the check counted."""
    readiness_card = card(inspection, content(), lang)
    show(
        html(
            '<p class="what verdict" role="status">{}. <span class="counted">{}</span></p>',
            readiness_card.headline,
            sentence,
        ),
        key="sentence",
    )
    lines = joined(_line(line, lang) for line in readiness_card.lines)
    title = lang("Is the file ready to train on?")
    show(html('<ul class="readiness" aria-label="{}">{}</ul>', title, lines), key="readiness")


def _line(line: Line, lang: Language) -> Markup:
    answered = answer_text(line, content(), lang)
    measured = (
        html('<span class="spread">{}</span>', lang("Measured answer: {answer}", answer=answered))
        if answered
        else Markup()
    )
    mark = badge(state_name(line.state, lang, capital=True), BADGES[line.state])
    return html(
        '<li class="{}">{}<div><strong>{}</strong> <span class="figure">{}</span><p>{}</p>{}</div></li>',
        line.state,
        mark,
        line.title,
        line.figure,
        line.means,
        measured,
    )
