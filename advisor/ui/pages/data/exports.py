"""What is made of a reader's file: repaired, in another format, in parts. It goes to files that are held for them.

Each function is the work of one press of a button (see `advisor.ui.files.background`); each command does the same in a
terminal.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Generic, NamedTuple, TypeVar
from zipfile import ZIP_DEFLATED, ZipFile

from advisor.dataset.conversion import Conversion, convert
from advisor.dataset.files.writers import TableWriter
from advisor.dataset.function_calling.rows import Plan
from advisor.dataset.inspection.inspect import Inspection, inspect
from advisor.dataset.rag.files import Scored, Written, score_file, write
from advisor.dataset.repairs.repair import Repair, repair
from advisor.dataset.splitting import Split, split
from advisor.language import Language
from advisor.ui.files.background import BackgroundJob
from advisor.ui.files.stored import CHUNK, Export, Upload
from advisor.ui.pages.data.checking import Settings
from advisor.ui.pages.data.findings_files import classes_csv

T = TypeVar("T")

LEVEL = 1
"""Of packing: higher ones take several times as long, and save little."""
PACKED = frozenset({".gz", ".gzip", ".zst", ".zstd"})
PASTED = "rows.jsonl"
"""What a command calls rows that were pasted."""
MOST_SEED = 2**31 - 1


class Asked(NamedTuple):
    """What a repair does only where someone asks for it."""

    drop_duplicates: bool = False
    mask_private: bool = False
    drop_leaks: bool = False
    drop_keys: bool = False


@dataclass(frozen=True)
class Made(Generic[T]):
    """What was done to a file, and what came of it."""

    done: T
    export: Export


@dataclass(frozen=True)
class Repaired(Made[Repair]):
    """A repaired file, and what a check still finds in it."""

    left: Inspection | None
    """None where no row is left to check."""
    rejected: Export | None
    """Rows left out, if there are any."""


@dataclass(frozen=True)
class Judged:
    """What predictions are worth: the table of five classes, and the class of each row."""

    done: Scored
    table: Export
    rows: Export


def repaired(
    work: BackgroundJob[Repaired], file: Upload, validation: Upload | None, settings: Settings, asked: Asked
) -> Repaired:
    """Repair a file, and check what came of it against the same demands and validation file.

    Raises `Unusable`, `Stopped`.
    """
    out, aside = work.store(), work.store()
    done = repair(
        work.source(file),
        out.file,  # type: ignore[arg-type]
        form=settings.form,
        platform=settings.platform,
        drop_duplicates=asked.drop_duplicates,
        drop_leaks=work.source(validation) if validation and asked.drop_leaks else None,
        mask_private=asked.mask_private,
        drop_keys=asked.drop_keys,
        rejected=aside.file,  # type: ignore[arg-type]
    )
    upload = Upload(_named(file, "repaired", done.container), out)
    left = _checked(work, upload, validation, settings, done.form) if done.rows else None
    rejected = Export(Upload(_named(file, "left-out", "txt"), aside)) if done.rows_left_out else None
    return Repaired(done, Export(upload), left, rejected)


def _checked(
    work: BackgroundJob[Any], file: Upload, validation: Upload | None, settings: Settings, form: str
) -> Inspection:
    work.step = "again"
    source = work.source(file)
    validation_source = work.source(validation) if validation else None
    form = settings.form or form
    return inspect(
        source,
        platform=settings.platform,
        method=settings.method,
        form=None if form == "unknown" else form,
        validation=validation_source,
        workers=work.workers,
    )


def converted(
    work: BackgroundJob[Made[Conversion]], file: Upload, settings: Settings, target: str, container: str
) -> Made[Conversion]:
    """Write a file in another format. Raises `Unusable`, `Stopped`."""
    out = work.store()
    done = convert(work.source(file), target, out.file, form=settings.form, container=container)  # type: ignore[arg-type]
    return Made(done, Export(Upload(_named(file, target, container), out)))


def divided(
    work: BackgroundJob[Made[Split]], file: Upload, settings: Settings, shares: Mapping[str, float], seed: int
) -> Made[Split]:
    """Split a file, and pack its parts; one with the share 0 is not made. Raises `Unusable`, `Stopped`."""
    wanted = {name: share for name, share in shares.items() if share}
    parts = {name: work.store() for name in wanted}
    done = split(
        work.source(file),
        {name: part.file for name, part in parts.items()},  # type: ignore[misc]
        wanted,
        seed,
        form=settings.form,
    )
    work.step = "pack"
    packed = work.store()
    with ZipFile(packed.file, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for name, part in parts.items():
            with (
                archive.open(f"{name}.{done.container}", "w", force_zip64=True) as entry,
                part.opened(work.count) as rows,
            ):
                while chunk := rows.read(CHUNK):
                    entry.write(chunk)
    return Made(done, Export(Upload(_named(file, "parts", "zip"), packed)))


@dataclass(frozen=True)
class Dial:
    """How rows are made that answer or decline."""

    share: float
    """Of rows that decline, from 0 to 1."""
    sentence: str
    """What the model says to decline; empty for the usual one. So is the instruction."""
    instruction: str
    seed: int


def answering(work: BackgroundJob[Made[Written]], file: Upload, dial: Dial, lang: Language) -> Made[Written]:
    """Rows that answer from a passage or decline, as conversations. Raises `Unusable`, `Stopped`."""
    out = work.store()
    done = write(
        work.source(file),
        out.file,  # type: ignore[arg-type]
        dial.share,
        dial.sentence,
        dial.seed,
        instruction=dial.instruction,
        lang=lang,
    )
    return Made(done, Export(Upload(_named(file, "rag", "jsonl"), out)))


def judged(work: BackgroundJob[Judged], file: Upload, sentence: str, exact: bool, lang: Language) -> Judged:
    """The class of each prediction. Raises `Unusable`, `Stopped`."""
    done = score_file(work.source(file), sentence, exact=exact)
    rows = work.store()
    classes = TableWriter(rows.file)  # type: ignore[arg-type]
    classes.write((done.unit, "class"))
    for line, name in zip(done.lines, done.classes.classes, strict=True):
        classes.write((str(line), name))
    table = Upload(_named(file, "classes", "csv"), work.store(classes_csv(done, lang)))
    return Judged(done, Export(table), Export(Upload(_named(file, "rows", "csv"), rows)))


def _stem(file: Upload) -> str:
    """The name of a file without the endings that say how it is packed and what it holds."""
    name = PurePath(file.name or PASTED)
    if name.suffix.lower() in PACKED:
        name = name.with_suffix("")
    return name.stem


def _named(file: Upload, what: str, ending: str) -> str:
    return f"{_stem(file)}.{what}.{ending}"


def called(file: Upload, what: str, ending: str) -> Upload:
    """A file under the name that what is made of this one would have."""
    return Upload(_named(file, what, ending), file.stored)


def check_command(file: Upload, validation: Upload | None, settings: Settings) -> str:
    more = ["--platform", settings.platform] if settings.platform else []
    more += ["--method", settings.method] if settings.method else []
    more += _form(settings)
    if validation:
        more += ["--validation", _path(validation, "validation/" if validation.name == file.name else "")]
    return _command("check", [file], more)


def repair_command(file: Upload, output: Upload, validation: Upload | None, settings: Settings, asked: Asked) -> str:
    more = ["--platform", settings.platform] if settings.platform else []
    more += _form(settings)
    more += ["--drop-duplicates"] if asked.drop_duplicates else []
    if validation and asked.drop_leaks:  # a browser says no more of two files than their names, which may be the same
        more += ["--drop-leaks", _path(validation, "validation/" if validation.name == file.name else "")]
    more += ["--mask-private"] if asked.mask_private else []
    more += ["--drop-keys"] if asked.drop_keys else []
    return _command("repair", [file, output], more)


def convert_command(file: Upload, output: Upload, settings: Settings, target: str, container: str) -> str:
    more = ["--to", target, "--container", container, *_form(settings)]
    return _command("convert", [file, output], more)


def split_command(file: Upload, settings: Settings, shares: Mapping[str, float], seed: int) -> str:
    given = ",".join(f"{share:g}" for share in shares.values())
    return _command("split", [file], ["-o", "parts", "--shares", given, "--seed", str(seed), *_form(settings)])


def rows_command(file: Upload, output: Upload, dial: Dial, lang: Language) -> str:
    more = ["--refusals", f"{dial.share:g}", "--seed", str(dial.seed), *_said(dial.sentence)]
    more += ["--instruction", dial.instruction] if dial.instruction else []
    return _command("rag-rows", [file, output], [*more, *_spoken(lang)])


def score_command(file: Upload, sentence: str, exact: bool, lang: Language) -> str:
    more = [*_said(sentence), *(["--exact"] if exact else []), *_spoken(lang)]
    return _command("rag-score", [file], more)


def tool_rows_command(file: Upload | None, plan: Plan, requests: int | None, lang: Language) -> str:
    """Of a file with definitions, and one with examples: the reader's, or one in which to save what the field holds."""
    more = ["--goal", plan.goal] if plan.goal != "quality" else []
    if plan.goal == "tokens":
        more += ["--in-use", plan.in_use, *(["--short-rows"] if plan.short_rows else [])]
        more += ["--requests", str(requests)] if requests else []
    more += ["--instruction", plan.instruction] if plan.instruction else []
    examples = _path(file) if file else "examples.jsonl"
    return shlex.join(["advisor", "tool-rows", "tools.json", examples, "tool-rows.jsonl", *more, *_spoken(lang)])


def _said(sentence: str) -> list[str]:
    return ["--sentence", sentence] if sentence else []


def _spoken(lang: Language) -> list[str]:
    return ["--lang", lang.code] if lang.code != "en" else []


def _form(settings: Settings) -> list[str]:
    return ["--format", settings.form] if settings.form else []


def _command(name: str, files: list[Upload], more: list[str]) -> str:
    """A command for a shell."""
    return shlex.join(["advisor", name, *map(_path, files), *more])


def _path(file: Upload, folder: str = "") -> str:
    """What a command calls a file in a folder; one whose name begins like an option is named by its path."""
    name = f"{folder}{file.name or PASTED}"
    return f"./{name}" if name.startswith("-") else name
