"""Every message that a user can see, and what the translations lack.

Messages come from three places: the fields of `content/` that are annotated `Text`, the calls in the code that
translate (`lang("...")`, `lang.plural("...", "...", n)`) or that carry a message to where it is translated, and the
help of the command line: the docstrings of commands, a paragraph a message, and `help=` of what they take. English is
the key. `python -m advisor.translations.messages nl` prints what Dutch lacks, as entries ready for a .po file, and what
it has for nothing.

The code is read as a syntax tree, and not by Babel's extraction, which reads tokens: of 1,628 messages in the code it
misses 141 (texts chosen by a condition within a call, the help of the command line), joins two such texts into one that
nobody says, and passes over an f-string in silence. Catalogues are read and written by Babel, which also knows how many
forms a language has.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Annotated, Any, get_args, get_origin

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from pydantic.fields import FieldInfo

from advisor.cli.usage import paragraphs
from advisor.content.entries import Entry, Translatable
from advisor.content.load import CONTENT_DIR, Content, load
from advisor.language import LANGUAGES

PACKAGE = Path(__file__).resolve().parent.parent
SCRIPTS = CONTENT_DIR / "kits" / "scripts"
"""Scripts of starter kits, which translate with `say("...")`."""
FOLDER = CONTENT_DIR / "locales"
TRANSLATED = tuple(code for code in LANGUAGES if code != "en")
"""The languages that have catalogues: all but the one that the messages are written in."""

CALLS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "lang": (0,),
        "plural": (0, 1),
        "say": (0,),
        "AnswerError": (1,),
        "_NotAllowed": (0,),
        "Misnamed": (0,),
        "NotYaml": (1,),
        "_Misread": (0,),
        "Misreading": (0,),
        "Note": (0,),
        "Unusable": (0,),
        "NotHeld": (0,),
        "Beyond": (0,),
        "Full": (1,),
        "_misfit": (0,),
        "_untold": (1,),
    }
)
"""Names of functions, methods and classes, and the places of the messages among their arguments."""
HELPED = ("Option", "Argument")
"""Calls whose `help=` is a message."""


class NotAMessage(ValueError):
    """The code asks for the translation of something that no catalogue can hold, such as an f-string."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message, for a count its plural, and the first place where it stands."""

    text: str
    plural: str | None
    where: str


@dataclass(frozen=True, slots=True)
class Translation:
    """One entry of a .po file: `forms` holds one text, or one for each plural form."""

    text: str
    forms: tuple[str, ...]
    where: str


def messages(content: Content | None = None, package: Path = PACKAGE) -> dict[str, Message]:
    """Every message by its English text, content first. Raises `NotAMessage` with file and line."""
    messages: dict[str, Message] = {}
    scripts = code_messages(SCRIPTS) if package == PACKAGE else ()
    for message in (*content_messages(content or load()), *code_messages(package), *scripts):
        known = messages.setdefault(message.text, message)
        if message.plural and not known.plural:
            messages[message.text] = message
    return messages


def content_messages(content: Content) -> Iterator[Message]:
    """The texts of every entry; `where` reads `questions: gap.choices.cost.means`."""
    for kind in type(content).model_fields:
        entries = getattr(content, kind)
        if isinstance(entries, tuple):
            for entry in entries:
                plurals = entry.counted()
                for path, text in _texts(entry):
                    if text not in plurals.values():
                        yield Message(text, plurals.get(text), f"{kind}: {path}")


def _texts(entry: Entry, prefix: str = "") -> Iterator[tuple[str, str]]:
    path = f"{prefix}{getattr(entry, 'id', '')}".rstrip(".")
    for name, field in type(entry).model_fields.items():
        value = getattr(entry, name)
        here = f"{path}.{name}"
        if isinstance(value, Entry):
            yield from _texts(value, f"{here}.")
        elif isinstance(value, tuple) and any(isinstance(part, Entry) for part in value):
            for part in value:
                yield from _texts(part, f"{here}.")
        elif _translatable(field) or name in entry.translated():
            yield from ((here, part) for part in _strings(value))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _strings(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)


def _translatable(field: FieldInfo) -> bool:
    return any(isinstance(mark, Translatable) for mark in field.metadata) or _marked(field.annotation)


def _marked(annotation: Any) -> bool:
    """Whether `Text` stands anywhere in an annotation: `Text`, `Text | None`, `tuple[Text, ...]`."""
    if get_origin(annotation) is Annotated:
        return any(isinstance(mark, Translatable) for mark in annotation.__metadata__)
    return any(_marked(part) for part in get_args(annotation))


@cache
def code_messages(package: Path = PACKAGE) -> tuple[Message, ...]:
    """The messages in the code of a package, read once; `where` is file and line. Raises `NotAMessage`."""
    return tuple(_code_messages(package))


def _code_messages(package: Path) -> Iterator[Message]:
    for file in sorted(package.rglob("*.py")):
        name = file.relative_to(package.parent).as_posix()
        for node in ast.walk(ast.parse(file.read_text("utf-8"), name)):
            if isinstance(node, ast.Call):
                yield from _called(node, name)
            elif isinstance(node, ast.FunctionDef) and _is_command(node):
                yield from (Message(text, None, f"{name}:{node.lineno}") for text in paragraphs(_docstring(node)))


def _is_command(function: ast.FunctionDef) -> bool:
    """Whether it is a command: only those have a parameter for the language that is annotated so."""
    return any(isinstance(one.annotation, ast.Name) and one.annotation.id.endswith("Lang") for one in _all(function))


def _all(function: ast.FunctionDef) -> list[ast.arg]:
    return [*function.args.args, *function.args.kwonlyargs]


def _docstring(function: ast.FunctionDef) -> str:
    return ast.get_docstring(function) or ""


def _called(call: ast.Call, file: str) -> Iterator[Message]:
    function = call.func
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    where = f"{file}:{call.lineno}"
    if name in HELPED:
        helps = [one.value for one in call.keywords if one.arg == "help"]
        yield from (Message(" ".join(text.split()), None, where) for one in helps for text in _literals(one, where))
    match [tuple(_literals(call.args[place], where)) for place in CALLS.get(name, ()) if place < len(call.args)]:
        case [ones, manys]:
            yield from (Message(one, many, where) for one, many in zip(ones, manys, strict=True))
        case [texts]:
            yield from (Message(text, None, where) for text in texts)


def _literals(argument: ast.expr, where: str) -> Iterator[str]:
    """The strings an argument can be; none where it is a variable, whose text is found where it is written."""
    match argument:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from _literals(one, where)
            yield from _literals(other, where)
        case ast.JoinedStr():
            raise NotAMessage(f"{where}: an f-string cannot be translated; write {{name}} and pass name=")


def translations(code: str, folder: Path = FOLDER) -> Iterator[Translation]:
    """Every entry of every catalogue of a language; `where` is file and line. An empty entry counts as none."""
    for file in sorted((folder / code).glob("*.po")):
        with file.open("rb") as stream:
            for entry in read_po(stream, locale=code):
                forms = tuple(entry.string) if isinstance(entry.string, (tuple, list)) else (str(entry.string),)
                if entry.id and all(forms):
                    text = entry.id[0] if isinstance(entry.id, (tuple, list)) else entry.id
                    yield Translation(str(text), forms, f"{file.name}:{entry.lineno}")


def missing(
    code: str, of_program: Mapping[str, Message] | None = None, folder: Path = FOLDER
) -> list[tuple[Message, str]]:
    """The messages that have no translation, or fewer plural forms than the language has, each with its place."""
    known = {entry.text: entry for entry in translations(code, folder)}
    needed = Catalog(locale=code).num_plurals
    return [
        (message, message.where)
        for text, message in (messages() if of_program is None else of_program).items()
        if text not in known or (message.plural and len(known[text].forms) < needed)
    ]


def unused(code: str, of_program: Mapping[str, Message] | None = None) -> list[tuple[str, str]]:
    """The translated texts that are no longer a message, each with its place."""
    used = messages() if of_program is None else of_program
    return [(entry.text, entry.where) for entry in translations(code) if entry.text not in used]


def clashes(code: str) -> list[tuple[str, str]]:
    """The messages that two entries translate differently, each with both places."""
    first: dict[str, Translation] = {}
    clashes: list[tuple[str, str]] = []
    for entry in translations(code):
        known = first.setdefault(entry.text, entry)
        if known.forms != entry.forms:
            clashes.append((entry.text, f"{known.where} and {entry.where}"))
    return clashes


def placeholders(text: str) -> frozenset[str]:
    """The names in braces: `{who} pays {amount}` has `who` and `amount`. Raises `ValueError` on an open brace."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def main(arguments: list[str] | None = None) -> int:
    """Print what a language lacks and has too much; the exit status is 1 if there is any."""
    parser = argparse.ArgumentParser(prog="python -m advisor.translations.messages", description=__doc__)
    parser.add_argument("language", choices=TRANSLATED)
    code = parser.parse_args(arguments).language
    found = messages()
    lacking, spare = missing(code, found), unused(code, found)
    if lacking:
        catalog = Catalog(locale=code)
        for message, where in lacking:
            key = (message.text, message.plural) if message.plural else message.text
            catalog.add(key, auto_comments=[where])
        sys.stdout.flush()
        write_po(sys.stdout.buffer, catalog, omit_header=True, width=120)
        sys.stdout.buffer.flush()
    sys.stdout.writelines(f"unused  {where}  {text}\n" for text, where in spare)
    sys.stdout.write(f"{LANGUAGES[code]}: {len(lacking)} missing, {len(spare)} unused, of {len(found)} messages\n")
    return 1 if lacking or spare else 0


if __name__ == "__main__":
    sys.exit(main())
