"""Whether a training file is ready: one sentence, then a line for each thing that it must be."""

from __future__ import annotations

from advisor.dataset.inspection.inspect import Inspection
from advisor.dataset.readiness.card import Line, answer_text, card
from advisor.dataset.words import State, state_name
from advisor.language import Language
from advisor.ui.parts.markup import badge, esc, show
from advisor.ui.session import content

BADGES: dict[State, str] = {"ok": "ready", "look": "turn", "stop": "not_ready"}


def draw(inspection: Inspection, sentence: str, lang: Language) -> None:
    """The card; `sentence` says what the check counted."""
    made = card(inspection, content(), lang)
    show(
        f'<p class="what verdict" role="status">{esc(made.headline)}. <span class="counted">{esc(sentence)}</span></p>',
        key="sentence",
    )
    lines = "".join(_line(line, lang) for line in made.lines)
    title = lang("Is the file ready to train on?")
    show(f'<ul class="readiness" aria-label="{esc(title)}">{lines}</ul>', key="readiness")


def _line(line: Line, lang: Language) -> str:
    answered = answer_text(line, content(), lang)
    measured = (
        f'<span class="spread">{esc(lang("Measured answer: {answer}", answer=answered))}</span>' if answered else ""
    )
    mark = badge(state_name(line.state, lang, capital=True), BADGES[line.state])
    return (
        f'<li class="{esc(line.state)}">{mark}<div>'
        f"<strong>{esc(line.title)}</strong> "
        f'<span class="figure">{esc(line.figure)}</span><p>{esc(line.means)}</p>{measured}</div></li>'
    )
