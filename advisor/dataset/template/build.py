"""The dataset template: one zip with everything needed to begin collecting rows, shaped by the answers.

Same answers, same bytes: names are constants, entries are sorted, and every entry carries the same date.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from advisor.content.load import Content, load
from advisor.dataset.files.writers import json_document
from advisor.dataset.rows.tool_definitions import DETAILS
from advisor.dataset.template.design import Shape, template_design
from advisor.dataset.template.examples import Split, filled_up, split
from advisor.dataset.template.job import VENDORS, job
from advisor.dataset.template.labelling import evaluation_note, labelling_guide
from advisor.dataset.template.readme import Holding, readme
from advisor.dataset.template.trainer_formats import EVALUATION, FORMATS, tool_definitions
from advisor.engine.advice import Advice
from advisor.interview.situation import Situation
from advisor.language import Language, language

FIXED_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip can hold, so that the time of making leaves no trace."""
FOLDERS: Mapping[Shape, str] = {
    "sft": "train/sft",
    "rag": "train/rag",
    "tools": "train/tools",
    "preference": "train/preference",
    "rft": "train/rft",
}


def build_template(
    situation: Situation, advice: Advice | None = None, content: Content | None = None, lang: Language | None = None
) -> bytes:
    """The zip for these answers, in this language. With an advice, its verdict, option and open routes are used too."""
    return packed(template_files(situation, advice, content or load(), lang or language()))


def template_files(situation: Situation, advice: Advice | None, content: Content, lang: Language) -> dict[str, bytes]:
    """The files of the template by their names in the zip."""
    design = template_design(situation, advice, content)
    splits = {shape: split(shape, design, lang) for shape in design.shapes}
    main = splits[design.shapes[0]]
    files: dict[str, bytes] = {}
    for shape, rows in splits.items():
        files |= _shape_files(shape, rows, lang)
        if (prompt := rows.training[0].system) != main.training[0].system:
            files[f"{FOLDERS[shape]}/system_prompt.txt"] = f"{prompt}\n".encode()
        for vendor in VENDORS:
            body = job(shape, vendor, design, rows.samples, advice)
            files[f"jobs/{vendor}_{shape}.json"] = _json(body)
    files |= {f"evaluation/{one.file}": one.write(main.evaluation) for one in EVALUATION}
    files["system_prompt.txt"] = f"{main.training[0].system}\n".encode()
    files["evaluation/README.md"] = evaluation_note(content, lang).encode()
    files["labelling_guide.md"] = labelling_guide(design, main, lang).encode()
    holding = Holding(design, splits, FOLDERS, tuple(sorted([*files, "README.md"])))
    files["README.md"] = readme(holding, advice, content, lang).encode()
    return files


def _shape_files(shape: Shape, rows: Split, lang: Language) -> dict[str, bytes]:
    folder = FOLDERS[shape]
    files = {f"{folder}/{one.file}": one.write(rows.training) for one in FORMATS[shape]}
    if shape == "rft":
        # Reinforcement jobs do not start without a validation file, and it may be no shorter than that of training.
        held = filled_up(rows, lang)
        for one in FORMATS[shape]:
            files[f"{folder}/{one.file.replace('.jsonl', '_validation.jsonl')}"] = one.write(held)
    if shape == "tools":
        files |= {
            f"{folder}/definitions_{detail}.json": _json(tool_definitions(rows.samples.tools, detail))
            for detail in DETAILS
        }
    return files


def _json(value: Any) -> bytes:
    return (json_document(value) + "\n").encode()


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files that does not depend on when, where or in which order they were made."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, FIXED_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix on every machine, for the same bytes and ordinary permissions
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return stream.getvalue()
