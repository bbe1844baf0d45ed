"""The card of readiness that lies in a kit: the five questions, the gap, and what the data must be."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.content.load import Content
from advisor.dataset.template.markdown import bullets, table
from advisor.engine.advice import Advice
from advisor.language import Language
from advisor.wording.grounds import SourceText
from advisor.wording.inputs import readiness
from advisor.wording.preparation import data_needs, data_schools, gaps

NAME = "READINESS.md"


def readiness_card(advice: Advice, content: Content, lang: Language) -> bytes:
    """The card as Markdown."""
    sides = (
        (side.title, side.state_name, "; ".join((*side.not_ready, *side.between, *side.ready, *side.unknown)))
        for side in readiness(advice, content, lang)
    )
    needs = (
        (need.title, need.state_name, need.asks, "; ".join((*need.answered, *need.unknown)))
        for need in data_needs(advice, content, lang)
    )
    diagnosed = ((gap.title, gap.looks, gap.first, "; ".join(gap.ticked) or "–") for gap in gaps(advice, content, lang))
    schools = (
        f"{school.title}: {school.says} {school.applies} ({_said_by(school.sources)})"
        for school in data_schools(content, lang)
    )
    blocks = (
        f"# {lang('Are we ready?')}",
        lang("By the answers of {day}.", day=lang.date(advice.at)),
        table((lang("Question"), lang("State"), lang("Answers")), sides),
        f"## {lang('Which gap is it?')}",
        table((lang("Gap"), lang("How it looks"), lang("Try first"), lang("You ticked")), diagnosed),
        lang("Write down one answer that fails in this way; it is the first row of your evaluation."),
        f"## {lang('What the data needs')}",
        table((lang("Data"), lang("State"), lang("What it takes"), lang("Answers")), needs),
        f"## {lang('How many? Two schools')}",
        bullets(schools),
    )
    return ("\n\n".join(blocks) + "\n").encode()


def _said_by(sources: Iterable[SourceText]) -> str:
    return "; ".join(source.title for source in sources)
