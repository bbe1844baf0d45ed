"""The commands that write a training file anew: `advisor repair`, `split` and `convert`.

The original is only read. A file is written whole or not at all, and never over the one that is read. The exit status
is 0 where all rows are written, 1 where some are left out and nobody allowed that, and 2 where none is written.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from advisor.cli.check import allow_reading, content, source_of, unusable
from advisor.cli.fields import chosen
from advisor.cli.layout import one_line
from advisor.cli.refusals import BAD_INPUT, BadInput, problem, reporting_errors, target_of
from advisor.cli.shared_options import AllowLoss, Fields, Form, Json, Lang, OutArgument
from advisor.cli.usage import Command, whole
from advisor.dataset.words import by_reason, several, where
from advisor.suggest import one_of

if TYPE_CHECKING:
    from advisor.dataset.conversion import Conversion
    from advisor.dataset.place import Unit
    from advisor.dataset.repairs.repair import Change, Repair
    from advisor.dataset.splitting import Split
    from advisor.language import Language

File = Annotated[Path, typer.Argument(metavar="FILE", help="A training file.")]
ForPlatform = Annotated[
    str | None,
    typer.Option("--platform", metavar="P", help="Write what it reads: byte-order mark, kind of file, keys."),
]
To = Annotated[str, typer.Option("--to", metavar="F", help="The format to write.")]
Kind = Annotated[str | None, typer.Option("--container", metavar="C", help="jsonl, json, csv or parquet.")]
Drop = Annotated[bool, typer.Option("--drop-duplicates", help="Take out rows that stand twice.")]
Leaks = Annotated[
    Path | None, typer.Option("--drop-leaks", metavar="FILE", help="Take out rows that stand in this validation file.")
]
Mask = Annotated[bool, typer.Option("--mask-private", help="Put [email] and the like for personal data and secrets.")]
Keys = Annotated[
    bool, typer.Option("--drop-keys", help="Take out keys that the format does not know, with what they hold.")
]
Rejected = Annotated[Path | None, typer.Option("--rejected", metavar="FILE", help="Write what is left out to FILE.")]
Folder = Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for the parts.")]
Shares = Annotated[str, typer.Option("--shares", metavar="S", help="Shares of training, validation and test.")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", parser=whole(), help="The same seed gives the same parts.")]

LOST = 1
"""Exit status where a file was written without some of the rows."""
TOGETHER = 1e-6
"""How far shares may be from 1 together."""
PARTS = ("train", "validation", "test")
MOST_CHANGES = 20
MOST_PLACES = 5
"""Rows that are named of those left out for one reason."""
_KINDS = {".jsonl": "json", ".ndjson": "json", ".json": "json", ".csv": "csv", ".tsv": "tsv", ".parquet": "parquet"}
"""What a file holds by its name. Lines of JSON and a JSON list are told apart by what is in them."""


def register(app: typer.Typer) -> None:
    """Add the commands to the `advisor` command."""
    app.command(cls=Command)(repair)
    app.command(cls=Command)(split)
    app.command(cls=Command)(convert)


class NothingWritten(Exception):
    """Raised within `written`: there is no row, and so no file either."""


def repair(
    file: File,
    out: OutArgument,
    platform: ForPlatform = None,
    form: Form = None,
    drop_duplicates: Drop = False,
    drop_leaks: Leaks = None,
    mask_private: Mask = False,
    drop_keys: Keys = False,
    rejected: Rejected = None,
    allow_loss: AllowLoss = False,
    lang: Lang = "en",
) -> None:
    """Write FILE to OUT with everything repaired that needs no judgement of its words, and show the changes.

    The exit status is 0 if all rows are written, 1 if some that cannot be used are left out, 2 if none is written.
    """
    from advisor.dataset.repairs.repair import repair as repaired

    with reporting_errors(lang) as spoken, unusable(file.name, spoken):
        _allow(form, platform, spoken)
        read = (file, drop_leaks) if drop_leaks else (file,)
        with ExitStack() as files:
            aside = files.enter_context(written(rejected, (*read, out), spoken)) if rejected else None
            with suppress(NothingWritten), written(out, read, spoken) as target:
                done = repaired(
                    source_of(str(file), spoken),
                    target,
                    form=form,
                    platform=platform,
                    drop_duplicates=drop_duplicates,
                    drop_leaks=source_of(str(drop_leaks), spoken) if drop_leaks else None,
                    mask_private=mask_private,
                    drop_keys=drop_keys,
                    rejected=aside,
                )
                if not done.rows:
                    raise NothingWritten
                demand_name(out, done.container, spoken)
        status = exit_status(done.rows, done.rows_left_out, allow_loss)
        lines = conclusion(done.rows, done.rows_left_out, out, allow_loss, spoken)
        typer.echo("\n".join([*_repaired(done, out, spoken), *lines]))
    if status:
        raise typer.Exit(status)


def demand_name(out: Path, container: str, lang: Language) -> None:
    """Raises `BadInput` where the name of a file says that something else is in it than what is written."""
    named = _KINDS.get(out.suffix.lower())
    if named is not None and named != _KINDS[f".{container}"]:
        message = lang(
            "{file}: what is written is {container}; name a file that ends in .{container}",
            file=out,
            container=container,
        )
        raise BadInput(message)


def exit_status(rows: int, left_out: int, allow_loss: bool) -> int:
    """0 where all is written, 1 where rows are left out and nobody allowed it, 2 where nothing is written."""
    if not rows:
        return BAD_INPUT
    return LOST if left_out and not allow_loss else 0


def conclusion(rows: int, left_out: int, out: Path, allow_loss: bool, lang: Language) -> Iterator[str]:
    """The last line of what a command says: that nothing was written, or that rows are missing from what was."""
    if not rows:
        yield one_line(lang("Nothing was written to {file}: no row is left.", file=out))
    elif left_out and allow_loss:
        yield lang.plural("{n} row was left out.", "{n} rows were left out.", left_out)
    elif left_out:
        yield lang.plural(
            "{n} row was left out, so the exit status is 1. With --allow-loss it is 0.",
            "{n} rows were left out, so the exit status is 1. With --allow-loss it is 0.",
            left_out,
        )


def _allow(form: str | None, platform: str | None, lang: Language) -> None:
    if platform is not None and platform not in (known := [entry.id for entry in content().platforms]):
        raise BadInput(one_of("--platform", platform, known, lang))
    allow_reading(form, None, lang)


def _repaired(done: Repair, out: Path, lang: Language) -> Iterator[str]:
    checks = content()
    if done.rows:
        yield _wrote(out, done.rows, lang)
    if not done.changed:
        yield lang("There was nothing to repair.")
    for name, n in sorted(done.counts.items(), key=lambda count: (-count[1], count[0])):
        yield one_line(f"  {n}  {lang(checks.check(name).title)} ({name})")
    for change in done.changes[:MOST_CHANGES]:
        yield one_line(f"  {_change(change, done.unit, lang)}")
    yield from _more(len(done.changes) - MOST_CHANGES, lang)
    why = ((row.line, lang(checks.check(row.check).title)) for row in done.left_out)
    yield from left_out(why, done.rows_left_out, done.unit, lang)
    if done.rows:
        yield one_line(lang("What needs your judgement stays in it: advisor check {file} lists it.", file=_word(out)))


def left_out(lines: Iterable[tuple[int, str]], n: int, unit: Unit, lang: Language) -> Iterator[str]:
    """The first of `n` rows that are left out of a file, given as their lines and reasons: each reason once."""
    places = by_reason(lines)
    for why, some in places.items():
        if len(some) == 1:
            yield one_line("  " + lang("{place} is left out: {why}", place=where(some[0], unit, lang), why=why))
            continue
        yield one_line("  " + lang("{rows} are left out: {why}", rows=_rows(len(some), lang), why=why))
        yield one_line(f"    {several(some[:MOST_PLACES], len(some), unit, lang)}")
    yield from _more(n - sum(map(len, places.values())), lang)


def _word(file: Path) -> str:
    """The path as it is typed in a shell."""
    return shlex.quote(str(file))


def _rows(n: int, lang: Language) -> str:
    return lang.plural("{n} row", "{n} rows", n)


def _more(n: int, lang: Language) -> Iterator[str]:
    if n > 0:
        yield "  " + lang.plural("and {n} more", "and {n} more", n)


def _change(change: Change, unit: Unit, lang: Language) -> str:
    spot = where(change.line, unit, lang)
    place = f"{spot}, {change.field}" if change.field else spot
    seen = f": {change.before!r} → {change.after!r}" if change.before or change.after else ""
    return f"{place}: {change.check}{seen}"


def split(
    file: File,
    folder: Folder,
    shares: Shares = "0.8,0.1,0.1",
    seed: Seed = 0,
    form: Form = None,
    allow_loss: AllowLoss = False,
    lang: Lang = "en",
) -> None:
    """Divide FILE into train, validation and test: classes spread evenly, and nothing that repeats in two parts.

    The exit status is 0 if all rows are written, 1 if some cannot be read or a part has none, 2 if none is written.
    """
    from advisor.dataset.splitting import BadShares
    from advisor.dataset.splitting import split as divided

    with reporting_errors(lang) as spoken, unusable(file.name, spoken):
        allow_reading(form, None, spoken)
        wanted = _shares(shares, spoken)
        source = source_of(str(file), spoken)
        source.demand_data()
        ending = source.container if source.container in ("csv", "tsv") else "jsonl"
        _make(folder, spoken)
        paths = {name: folder / f"{name}.{ending}" for name in wanted}
        with suppress(NothingWritten), ExitStack() as files:
            outs = {name: files.enter_context(written(path, (file,), spoken)) for name, path in paths.items()}
            try:
                done = divided(source, outs, wanted, seed, form=form)
            except BadShares as error:
                raise BadInput(_bad_shares(shares, spoken)) from error
            if not any(done.rows.values()):
                raise NothingWritten
        typer.echo("\n".join(_divided(done, paths, folder, allow_loss, spoken)))
        status = exit_status(sum(done.rows.values()), done.left_out + len(_empty(done)), allow_loss)
    if status:
        raise typer.Exit(status)


def _empty(done: Split) -> list[str]:
    """The parts that got no row."""
    return [name for name, n in done.rows.items() if not n]


def _make(folder: Path, lang: Language) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise BadInput(lang("{file}: this is a file; name a folder for the parts", file=folder)) from error
    except OSError as error:
        message = lang("{file} cannot be written ({problem})", file=folder, problem=problem(error, lang))
        raise BadInput(message) from error


def _bad_shares(text: str, lang: Language) -> str:
    return lang("--shares: each share is between 0 and 1, and together they are 1; got {text}", text=text[:80])


def _divided(done: Split, paths: dict[str, Path], folder: Path, allow_loss: bool, lang: Language) -> Iterator[str]:
    rows = sum(done.rows.values())
    for name, path in paths.items() if rows else ():
        yield _wrote(path, done.rows[name], lang)
    if done.left_out:
        yield lang.plural("{n} row could not be read", "{n} rows could not be read", done.left_out)
    for note in done.warnings if rows else ():
        yield note.text(lang)
    if rows and (empty := _empty(done)):
        files = ", ".join(paths[name].name for name in empty)
        yield one_line(
            lang("Without rows: {files}", files=files)
            if allow_loss
            else lang("Without rows: {files}. So the exit status is 1; with --allow-loss it is 0.", files=files)
        )
    yield from conclusion(rows, done.left_out, folder, allow_loss, lang)


def _wrote(file: Path, rows: int, lang: Language) -> str:
    return one_line(lang("Wrote {file}: {rows}", file=file, rows=_rows(rows, lang)))


def _shares(text: str, lang: Language) -> dict[str, float]:
    """Shares by part; a part with the share 0 is not written."""
    try:
        given = [float(part) for part in text.split(",")]
    except ValueError:
        given = []
    if len(given) not in (2, 3):
        message = lang("--shares: expected two or three numbers such as 0.8,0.1,0.1; got {text}", text=text[:80])
        raise BadInput(message)
    if not all(0 <= share <= 1 for share in given) or abs(sum(given) - 1) > TOGETHER:
        raise BadInput(_bad_shares(text, lang))
    return {name: share for name, share in zip(PARTS, given, strict=False) if share}


def convert(
    file: File,
    out: OutArgument,
    to: To,
    form: Form = None,
    container: Kind = None,
    allow_loss: AllowLoss = False,
    as_json: Json = False,
    fields: Fields = None,
    lang: Lang = "en",
) -> None:
    """Write FILE to OUT in another format, and say what was lost on the way.

    The exit status is 0 if all rows are written, 1 if some that cannot be used are left out, 2 if none is written.
    """
    from advisor.dataset import conversion as conversions
    from advisor.dataset.files.writers import json_document

    with reporting_errors(lang) as spoken, unusable(file.name, spoken):
        if to not in conversions.TARGETS:
            raise BadInput(one_of("--to", to, conversions.TARGETS, spoken))
        allow_reading(form, None, spoken)
        suffix = out.suffix.removeprefix(".").lower()
        wanted = container or (suffix if suffix in conversions.TARGETS[to].containers else None)
        demand_name(out, wanted or conversions.TARGETS[to].container, spoken)
        with suppress(NothingWritten), written(out, (file,), spoken) as target:
            done = conversions.convert(source_of(str(file), spoken), to, target, form=form, container=wanted)
            shown = {**_as_dict(done, spoken), **concluded(done.rows, done.left_out_rows, out, allow_loss, spoken)}
            json_text = chosen(json_document(shown), fields, spoken)  # refused before anything is written
            if not done.rows:
                raise NothingWritten
        lines = conclusion(done.rows, done.left_out_rows, out, allow_loss, spoken)
        typer.echo(json_text if as_json or fields is not None else "\n".join([*_converted(done, out, spoken), *lines]))
    leave(shown)


def leave(shown: Mapping[str, Any]) -> None:
    """End a command with the exit status that `concluded` has put into what it tells."""
    if shown["exit_status"]:
        raise typer.Exit(shown["exit_status"])


def concluded(rows: int, left_out: int, out: Path, allow_loss: bool, lang: Language) -> dict[str, Any]:
    """The same as `conclusion` in JSON: the exit status, whether there is a file, and the last line."""
    return {
        "written": bool(rows),
        "exit_status": exit_status(rows, left_out, allow_loss),
        "conclusion": next(conclusion(rows, left_out, out, allow_loss, lang), ""),
    }


def _converted(done: Conversion, out: Path, lang: Language) -> Iterator[str]:
    if done.rows:
        yield _wrote(out, done.rows, lang)
    for loss in done.losses:
        yield one_line(f"  {_rows(loss.rows, lang)}: {loss.text(lang)}")
    yield from left_out(((row.line, row.why.text(lang)) for row in done.left_out), done.left_out_rows, done.unit, lang)


def _as_dict(done: Conversion, lang: Language) -> dict[str, Any]:
    return {
        "from": done.form,
        "to": done.target,
        "container": done.container,
        "rows": done.rows,
        "left_out": [{"line": row.line, "why": row.why.text(lang)} for row in done.left_out],
        "left_out_rows": done.left_out_rows,
        "unit": done.unit,
        "lost": [
            {"id": loss.id, "rows": loss.rows, "what": loss.note.text(lang), "fields": [*loss.fields]}
            for loss in done.losses
        ],
    }


@contextmanager
def written(out: Path, read: tuple[Path, ...], lang: Language) -> Iterator[BinaryIO]:
    """A file that appears under its name once it is whole. Raises `BadInput` where it cannot be written."""
    target = target_of(out, lang)
    if any(target == path.resolve() for path in read):
        raise BadInput(lang("{file}: the original stays as it is; name another file to write", file=out))
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(target)
    except OSError as error:
        if error.filename not in (str(part), str(target), None):
            raise
        message = lang("{file} cannot be written ({problem})", file=out, problem=problem(error, lang))
        raise BadInput(message) from error
    finally:
        part.unlink(missing_ok=True)
