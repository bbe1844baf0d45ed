"""The system prompt that stands in every training row and that is sent, word for word, when the model is used."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.dataset.rows.cells import json_text
from advisor.dataset.template.design import Design
from advisor.dataset.template.samples import Refusals, TaskSamples
from advisor.language import Language


def listed(names: Sequence[str]) -> str:
    """Names one after another; each in quotation marks, as JSON has them, where one holds what could end it."""
    unclear = any(set(name) & set(',;"') for name in names)
    return ", ".join(map(json_text, names) if unclear else names)


def system_prompt(samples: TaskSamples, refusals: Refusals, design: Design, lang: Language) -> str:
    """One sentence a line: the work, its labels, the form, the tone, sources, refusal, language and limits."""
    passages = any(sample.context for sample in samples.rows)
    lines = [f"{refusals.marker} {samples.role}"]
    if samples.labels:
        lines.append(lang("The labels are: {labels}.", labels=listed(samples.labels)))
    lines.append(samples.form)
    if design.field_words:
        lines.append(lang("Write these words as they stand here: {words}.", words=listed(design.field_words)))
    if design.tone:
        lines.append(lang("Write plainly and warmly, without jargon and without exclamation marks."))
    if design.citations and passages:
        lines.append(lang("End each answer with the id of the passage in square brackets."))
    if design.refusal_share > 0 or passages:
        lines.append(
            lang(
                'If what you are given does not hold the answer, say exactly: "{sentence}"', sentence=refusals.sentence
            )
        )
    if design.other_language:
        lines.append(lang("Answer in the language of the message."))
    if design.safety:
        lines.append(lang("Give no personal data, no secrets, and no advice that needs a professional."))
    return "\n".join(lines)
