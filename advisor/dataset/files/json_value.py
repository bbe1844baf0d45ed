"""One JSON value from its bytes, and everything that is wrong with them.

msgspec decodes what is sound; where it refuses, the standard library decides whether the text can be read all the same.
"""

from __future__ import annotations

import ast
import json
import math
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np

from advisor.dataset.files.plain_chat import Chat, decode, decode_chat
from advisor.dataset.row import Fault, Note, excerpt
from advisor.dataset.rows.depth import DEEPEST, too_deep

LONGEST_LITERAL = 1_000_000
"""Bytes of a row that are tried as a Python literal, whose parser is slow and hungry."""

# What Python thinks of the style of a row that is tried as a literal is nothing to tell the user.
warnings.filterwarnings("ignore", category=SyntaxWarning, module="<unknown>")

_TOO_DEEP = Fault("nested-too-deep", values={"most": DEEPEST})

Read = tuple[Any, tuple[Fault, ...]]

encode = msgspec.json.Encoder().encode
_REFUSED = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_ESCAPED_CONTROL = re.compile(rb"\\u00(?:0[0-8bBcCeEfF]|1|7[fF]|[89])")
_C1 = re.compile(rb"\xc2[\x80-\x84\x86-\x9f]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
"""Control characters but tab and line ends; U+0085 is a line end too."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")


def read_many(raws: Sequence[bytes], chats: bool = False) -> list[Read]:
    """What `read_json` gives for each, much faster: most checks look at all rows at once.

    With `chats`, the value of a plain conversation with the role first in each message may be a `Chat`.
    """
    results: list[Read] = []
    sound: list[bytes] = []
    chats_read: list[Chat] = []
    others: list[tuple[bytes, Any]] = []
    for raw in raws:
        if chats:
            try:
                chat = decode_chat(raw)
            except _REFUSED:
                chats = len(chats_read) >= len(others)  # most rows of a file are alike
            else:
                chats_read.append(chat)
                sound.append(raw)
                results.append((chat, ()))
                continue
        try:
            value = decode(raw)
        except _REFUSED:
            results.append(_read_slowly(raw))
            continue
        others.append((raw, value))
        sound.append(raw)
        results.append((value, ()))
    text = b"\n".join(sound)
    written = _keys(text)
    try:
        given = (
            sum(1 + 2 * len(chat.messages) for chat in chats_read)
            + _keys(encode([value for _, value in others])).number
        )
        if chats_read and written.number != given:  # a text that begins with a colon looks like a key, in both alike
            given = _keys(encode([value for value, faults in results if not faults])).number
        suspect = written.doubtful or written.number != given
    except RecursionError:
        suspect = True
    suspect = suspect or may_hold_control_characters(text) or _may_be_deep([raw for raw, _ in others])
    turned = bool(chats_read) and not suspect and (written.content_first or b"\\u006" in text or b"\\u007" in text)
    for place, (raw, (value, faults)) in enumerate(zip(raws, results, strict=True)):
        if faults:
            continue
        if suspect or type(value) not in (dict, Chat):
            results[place] = read_json(raw)
        elif turned and type(value) is Chat:
            results[place] = decode(raw), ()
    return results


def _may_be_deep(raws: Sequence[bytes]) -> bool:
    """Whether a row has more opening brackets than levels are allowed."""
    signs = np.frombuffer(b"\n".join(raws), np.uint8)
    opening = np.flatnonzero((signs | 0x20) == ord("{"))  # which differs from [ in this bit
    ends = np.cumsum([len(raw) + 1 for raw in raws])
    counts = np.diff(np.searchsorted(opening, ends), prepend=0)
    return bool(np.any(counts > DEEPEST))


def read_json(raw: bytes) -> Read:
    """The value, or None, and its faults. Never raises; what it gives is nested no deeper than `DEEPEST`."""
    try:
        value = decode(raw)
    except _REFUSED:
        return _read_slowly(raw)
    if too_deep(value):
        return None, (_TOO_DEEP,)
    faults: list[Fault] = []
    if type(value) is not dict:
        faults.append(_no_object(raw, value))
    if _may_repeat_keys(raw, encode(value)):
        faults += _repeated_keys(raw)
    if may_hold_control_characters(raw):
        faults += control_characters(value)
    return value, tuple(faults)


def may_hold_control_characters(raw: bytes) -> bool:
    return (
        b"\x7f" in raw
        or (b"\\u00" in raw and _ESCAPED_CONTROL.search(raw) is not None)
        or (b"\xc2" in raw and _C1.search(raw) is not None)
    )


def _may_repeat_keys(raw: bytes, again: bytes) -> bool:
    """False only if no key stands twice in its object. `again` is what was decoded, encoded anew: each key once.

    Both texts have the same strings, so they have a colon after a quote equally often, unless keys were lost. Where
    this cannot tell, as with blanks before a colon, the answer is True.
    """
    written = _keys(raw)
    return written.doubtful or written.number != _keys(again).number


_BEFORE = b" " * len(b'"content"')
"""Stands before a text, so that a key can be looked for before each of its colons."""


class _Keys(NamedTuple):
    """What the colons of a JSON text say of its keys."""

    number: int
    """How often one follows a quote that is not escaped."""
    doubtful: bool
    """Whether that may not be all keys."""
    content_first: bool
    """Whether a message of a plain conversation may begin with its content, if no letter of a key is escaped."""


def _keys(text: bytes) -> _Keys:
    signs = np.frombuffer(_BEFORE + text, np.uint8)
    colons = np.flatnonzero(signs == ord(":"))
    before, second, third = signs[colons - 1], signs[colons - 2], signs[colons - 3]
    quoted = before == ord('"')
    escaped = quoted & (second == ord("\\"))
    doubtful = np.any(escaped & (third == ord("\\"))) or np.any(
        _BLANK[before] & (_BLANK[second] | (second == ord('"')))
    )
    doubtful |= b"\\u003a" in text or b"\\u003A" in text  # a colon that is counted only once it is decoded
    keys = quoted & ~escaped
    last = second[keys]
    content = (last == ord("t")) & (signs[colons[keys] - len(_BEFORE)] == ord('"'))
    content_first = np.any(content[1:] & (last[:-1] != ord("e")))  # does not follow on rol-e
    return _Keys(len(last), bool(doubtful), bool(content_first))


_BLANK = np.isin(np.arange(256), [ord(sign) for sign in " \t\r\n"])


class _Repeating(dict[str, Any]):
    """An object in which a key stood twice."""

    repeated: Mapping[str, bool] = {}
    """Those keys, and whether the same value followed each time."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    marked = _Repeating(value)
    given: dict[str, list[str]] = {}
    for name, part in pairs:
        given.setdefault(name, []).append(repr(part))
    marked.repeated = {name: len(set(parts)) == 1 for name, parts in given.items() if len(parts) > 1}
    return marked


def _repeated_keys(raw: bytes) -> Iterator[Fault]:
    try:
        value = json.loads(raw, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return
    yield from _repetitions(value)


def _repetitions(value: Any) -> Iterator[Fault]:
    for path, part in _parts(value):
        if isinstance(part, _Repeating):
            for name, same in part.repeated.items():
                yield Fault("duplicate-key", _joined(path, name), excerpt(name), {"key": excerpt(name), "same": same})


def _joined(path: str, key: str) -> str:
    name = excerpt(key)
    return f"{path}.{name}" if path else name


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """Every value in the value, itself first, with its path."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        path, part = waiting.pop()
        yield path, part
        if isinstance(part, dict):
            waiting += [(_joined(path, key), inner) for key, inner in reversed(part.items())]
        elif isinstance(part, list):
            waiting += [(f"{path}[{place}]", part[place]) for place in range(len(part) - 1, -1, -1)]


def control_characters(value: Any) -> Iterator[Fault]:
    for path, part in _parts(value):
        texts = [part] if isinstance(part, str) else part if isinstance(part, dict) else ()
        for text in texts:
            if match := _CONTROL.search(text):
                check = "nul-character" if "\0" in text else "control-character"
                sign = "\0" if "\0" in text else match[0]
                yield Fault(check, path, f"U+{ord(sign):04X}", {"code": f"U+{ord(sign):04X}"})
                break


def _no_object(raw: bytes, value: Any) -> Fault:
    seen = excerpt(raw[:400].decode("utf-8", "replace").strip())
    kind = next((note for types, note in _KINDS if isinstance(value, types)), Note("null"))
    return Fault("not-an-object", "", seen, {"kind": kind})


_KINDS: tuple[tuple[type | tuple[type, ...], Note], ...] = (
    (list, Note("a list")),
    (str, Note("a text")),
    (bool, Note("true or false")),
    ((int, float), Note("a number")),
)


def text_of(raw: bytes) -> tuple[str, tuple[Fault, ...]]:
    """The text of bytes that should be UTF-8; other bytes are read as Windows-1252, the usual reason for them."""
    try:
        return raw.decode(), ()
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("utf-8", "surrogatepass"), ()
    except UnicodeDecodeError as error:
        text = raw.decode("utf-8", "surrogateescape")
        return mended(text), (Fault("invalid-utf-8", "", f"0x{raw[error.start]:02X}", {"column": error.start + 1}),)


def mended(text: str) -> str:
    """Text decoded with `surrogateescape`, with each byte that was no UTF-8 read as Windows-1252."""
    return _ESCAPED_BYTE.sub(lambda sign: windows_1252(bytes([ord(sign[0]) - 0xDC00])), text)


def windows_1252(raw: bytes) -> str:
    """Text of any bytes as browsers read "Latin-1": Windows-1252, and a control character where that has a gap."""
    return raw.decode("latin-1").translate(_WINDOWS_1252)


_WINDOWS_1252 = {
    code: sign for code in range(0x80, 0xA0) if (sign := bytes([code]).decode("cp1252", "ignore")) and ord(sign) != code
}


def _read_slowly(raw: bytes) -> Read:
    text, text_faults = text_of(raw)
    faults = list(text_faults)
    if text.startswith("\ufeff"):
        faults.append(Fault("byte-order-mark"))
        text = text.lstrip("\ufeff")
    if not text.strip():
        return None, (*faults, Fault("blank-line"))
    if not text.strip("\0 \t\r\n"):
        return None, (*faults, Fault("nul-padding", values={"n": text.count("\0")}))
    try:
        value = _loads(text)
    except RecursionError:
        return None, (*faults, _TOO_DEEP)
    except json.JSONDecodeError as error:
        value, more = _unreadable(text, error)
        if value is None:
            return None, (*faults, *more)
        faults += more
    except ValueError:  # a number of more digits than Python converts
        return None, (
            *faults,
            Fault("invalid-json", "", excerpt(text), {"problem": Note("it holds a number that is too long")}),
        )
    if too_deep(value):
        return None, (*faults, _TOO_DEEP)
    faults += _repetitions(value)
    value, more = _cleaned(value)
    return value, (
        *faults,
        *more,
        *([] if isinstance(value, dict) else [_no_object(raw, value)]),
        *control_characters(value),
    )


def _loads(text: str, strict: bool = True) -> Any:
    return json.JSONDecoder(strict=strict, object_pairs_hook=_object).decode(text)


def _unreadable(text: str, error: json.JSONDecodeError) -> Read:
    """What is wrong with text that is no JSON, and its value if there can be no doubt about it."""
    column = error.pos + 1
    if error.msg.startswith("Invalid control character"):
        try:
            value = _loads(text, strict=False)
        except (ValueError, RecursionError):
            pass
        else:
            code = f"U+{ord(text[error.pos]):04X}"
            problem = Note(
                "there is the control character {code} in a text, at column {column}", code=code, column=column
            )
            return value, (Fault("invalid-json", "", code, {"problem": problem}),)
    rest = text[error.pos :].strip()
    if error.msg == "Extra data" and rest == ",":
        return _loads(text[: error.pos]), (Fault("trailing-comma", "", excerpt(text, error.pos)),)
    if error.msg == "Extra data" and rest.startswith(("{", "[")):
        problem = Note("another value begins at column {column}", column=column)
        return None, (Fault("invalid-json", "", excerpt(text, error.pos), {"problem": problem}),)
    if (value := _without_trailing_commas(text)) is not None:
        return value, (Fault("trailing-comma", "", excerpt(text, error.pos)),)
    if (literal := _python_literal(text)) is not None:
        return literal, (Fault("python-literal", "", excerpt(text)),)
    if not rest or error.msg.startswith("Unterminated string") or _cut(rest, error.msg):
        return None, (Fault("truncated-json", "", excerpt(text, len(text))),)
    problem = Note("what is at column {column} does not belong there", column=column)
    return None, (Fault("invalid-json", "", excerpt(text, error.pos), {"problem": problem}),)


_TEXT_OR_COMMA = re.compile(r'"(?:[^"\\]++|\\.)*+"|,(?=\s*+[}\]])', re.DOTALL)


def _without_trailing_commas(text: str) -> Any:
    """The value once commas before a closing bracket are left out; None if that does not mend it."""
    try:
        return _loads(_TEXT_OR_COMMA.sub(lambda match: "" if match[0] == "," else match[0], text))
    except (ValueError, RecursionError):
        return None


def _cut(rest: str, problem: str) -> bool:
    """Whether the text stops inside a word or an escape, as in `{"a": tr`."""
    if problem.startswith("Invalid \\"):
        return len(rest) < len("\\u0000") and '"' not in rest
    return any(len(rest) < len(word) and word.startswith(rest) for word in ("true", "false", "null"))


def _python_literal(text: str) -> Any:
    """The dictionary or list that Python would print like this; None if it is none that JSON can hold."""
    stripped = text.strip()
    if not stripped.startswith(("{", "[")) or len(text) > LONGEST_LITERAL:
        return None
    try:
        value = ast.literal_eval(stripped)
        if isinstance(value, (dict, list)) and not too_deep(value):
            return json.loads(json.dumps(value))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError, Warning):
        pass
    return None


def has_control_characters(text: str) -> bool:
    return _CONTROL.search(text) is not None


def has_surrogates(text: str) -> bool:
    return _SURROGATE.search(text) is not None


def without_surrogates(text: str) -> str:
    """The text with each half of a character replaced."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def _cleaned(value: Any) -> Read:
    """The value without lone surrogates (replaced), numbers that are none (null) and marks of repeated keys."""
    faults: list[Fault] = []

    def clean(part: Any, path: str) -> Any:
        if isinstance(part, str):
            if match := _SURROGATE.search(part):
                faults.append(Fault("lone-surrogate", path, f"\\u{ord(match[0]):04x}"))
                return without_surrogates(part)
        elif isinstance(part, float):
            if not math.isfinite(part):
                faults.append(Fault("nan-literal", path, "NaN" if math.isnan(part) else "Infinity"))
                return None
        elif isinstance(part, dict):
            return {clean(key, path): clean(inner, _joined(path, key)) for key, inner in part.items()}
        elif isinstance(part, list):
            return [clean(inner, f"{path}[{place}]") for place, inner in enumerate(part)]
        return part

    return clean(value, ""), tuple(faults)
