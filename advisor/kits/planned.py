"""Which kit begins a step of the plan, and the command that writes it."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.content.load import Content
from advisor.engine.advice import Advice
from advisor.interview.situation import Situation
from advisor.kits.build import material_of
from advisor.kits.kit import Kit
from advisor.kits.readme import words_of
from advisor.kits.registry import planned_kits
from advisor.language import Language

BASELINE = "prompting"
"""The option whose kit measures what any other has to beat."""


def kits_of_options(advice: Advice, content: Content, lang: Language) -> Mapping[str, Kit]:
    """By the id of an option that the plan tries, or that is advised: the kit that begins it, where one fits.

    That of `BASELINE` is always among them.
    """
    situation = Situation(dict(advice.answers))
    kits: dict[str, Kit] = {}
    for kit, option in planned_kits(advice):
        if option not in kits and not kit.unfit(material_of(kit, option, situation, advice, content, lang)):
            kits[option] = kit
    return kits


def kit_name(kit: Kit, content: Content, lang: Language) -> str:
    """What a kit is called."""
    return lang(words_of(kit, content).name)


def kit_command(kit: Kit, advice: Advice, lang: Language, answers_file: str = "answers.yaml") -> str:
    """The command that writes a kit from a file with the same answers, on the same day and in the same language."""
    spoken = "" if lang.code == "en" else f" --lang {lang.code}"
    return (
        f"advisor kit {answers_file} --route {kit.id.replace('_', '-')} --at {advice.at.isoformat()} -o kit.zip{spoken}"
    )
