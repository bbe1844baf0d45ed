"""A starter kit as one zip, made from an advice and, if given, from the user's own training file.

Same answers, same day, same file: same bytes.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from advisor.content.entries import Route
from advisor.content.load import Content
from advisor.dataset.files.source import Source
from advisor.dataset.files.writers import json_document
from advisor.dataset.row import Note, Unusable
from advisor.dataset.template.build import packed
from advisor.dataset.template.design import template_design
from advisor.engine.advice import Advice
from advisor.interview.situation import Situation
from advisor.kits.evaluation import SCRIPTS, SHARED, evaluation_files
from advisor.kits.kit import Files, Kit, Material
from advisor.kits.material import data_file, from_file, from_samples
from advisor.kits.readiness_card import NAME as READINESS
from advisor.kits.readiness_card import readiness_card
from advisor.kits.readme import readme
from advisor.kits.registry import planned_kits, routes
from advisor.kits.script_words import script_words
from advisor.language import Language

OPENAI = "openai>=3.54,<4"
"""What all scripts ask servers with; held to by the lock file that they are tested with."""


class Unfit(Unusable):
    """A kit that cannot be made for these answers or from these rows."""

    def __init__(self, why: Note) -> None:
        said = Note("This kit does not fit: {why}.", why=why)
        super().__init__(said.message, **said.values)
        self.why = why


def first_kit(
    situation: Situation, advice: Advice, content: Content, lang: Language, data: Source | None = None
) -> tuple[Kit, bytes]:
    """The kit of the first step of the plan that has one which fits, and its zip. Raises `Unusable` for the file."""
    *planned, last = planned_kits(advice)
    for kit, option in planned:
        with suppress(Unfit):
            return kit, build_kit(kit, situation, advice, content, lang, option=option, data=data)
    return last[0], build_kit(last[0], situation, advice, content, lang, option=last[1], data=data)


def build_kit(
    kit: Kit,
    situation: Situation,
    advice: Advice,
    content: Content,
    lang: Language,
    *,
    option: str = "",
    route: Route | None = None,
    data: Source | None = None,
) -> bytes:
    """The zip. `option` is that of the advice which the kit begins, by default the kit's first one, if it has any.

    Raises `Unusable` where the kit does not fit the answers, or the file.
    """
    option = option or next(iter(kit.options), "")
    material = material_of(kit, option, situation, advice, content, lang, data)
    if why := kit.unfit(material):
        raise Unfit(why)
    known = routes(kit, content, option or None)
    is_open = {status.route for status in advice.routes if status.open}
    chosen = route or next((one for one in known if one.id in is_open), known[0] if known else None)
    return packed(kit_files(kit, option, replace(material, route=chosen, advice=advice), advice, content, lang))


def material_of(
    kit: Kit,
    option: str,
    situation: Situation,
    advice: Advice,
    content: Content,
    lang: Language,
    data: Source | None = None,
) -> Material:
    """The rows of a kit, from invented samples or the user's own file. Raises `Unusable` for the file."""
    if data is not None and not kit.measures:
        raise Unusable("The script of this kit reads any file: make the kit without yours, and run it on that.")
    design = template_design(situation, advice, content)
    shape = kit.shapes.get(option) or design.shapes[0]
    return (
        from_samples(kit, shape, design, content, lang)
        if data is None
        else from_file(kit, shape, design, data, content, lang)
    )


def kit_files(kit: Kit, option: str, material: Material, advice: Advice, content: Content, lang: Language) -> Files:
    """The files of a kit by their names in the zip."""
    settings = {
        "kit": kit.id,
        "option": option,
        "made": advice.at.isoformat(),
        "content": advice.content_version,
        "labels": list(material.labels),
        "defaults": {"MODEL": material.route.model} if material.route else {},
        **kit.settings(material, content),
    }
    packages, scripts = (OPENAI, *kit.packages), (*SHARED, *kit.scripts)
    marked = any(one.id == kit.platform and one.byte_order_mark == "required" for one in content.platforms)
    if not kit.measures:
        packages, scripts = kit.packages, kit.scripts
    files: Files = {
        "kit.json": f"{json_document(settings)}\n".encode(),
        "requirements.txt": "".join(f"{line}\n" for line in packages).encode(),
        "data/train.jsonl": data_file(kit, material.training, marked),
        **{name: (SCRIPTS / name).read_bytes() for name in scripts},
    }
    if kit.measures:
        files |= {
            "data/validation.jsonl": data_file(kit, material.validation, marked),
            **evaluation_files(material, content, lang),
            READINESS: readiness_card(advice, content, lang),
        }
    files |= kit.files(material) | kit.documents(material, content, lang)
    if words := script_words(scripts, lang):
        files["words.json"] = f"{json_document(words)}\n".encode()
    if material.system and kit.measures:
        files["system_prompt.txt"] = f"{material.system}\n".encode()
    names = tuple(sorted([*files, "README.md"]))
    files["README.md"] = readme(kit, option, material, names, advice, content, lang).encode()
    return files
