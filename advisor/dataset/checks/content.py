"""Content: what a message or a field says: text that is there, and images and other files that can be read."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from advisor.dataset.checks.preference import sides
from advisor.dataset.checks.registry import CHECKS, nothing
from advisor.dataset.checks.structure import MEDIA, empty_field, wrong_type
from advisor.dataset.checks.subject import Example, Rules
from advisor.dataset.checks.values import kind_of, shown
from advisor.dataset.formats.fields import Field
from advisor.dataset.row import Fault, Note, excerpt

DATA_IMAGE = re.compile(r"data:image/[a-z0-9.+-]+;base64,[A-Za-z0-9+/]", re.IGNORECASE)
LOCAL_ENDINGS = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
"""Names that mean a machine of one's own network."""
EMBEDDED = re.compile(r"data:image/([a-z+.-]+);base64,", re.IGNORECASE)
BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
MAGIC = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "gif": b"GIF8", "webp": b"RIFF"}
"""How images begin, by what a data URI calls their kind."""
HEAD = 64
"""Signs of base64 in which the beginning of an image stands."""


def message_content(message: Mapping[str, Any], role: str, here: str, rules: Rules) -> Iterator[Fault]:
    """What is wrong with the content of a message: it says something, in text or in parts that can be read."""
    content = message.get("content")
    if isinstance(content, str) and content and not content.isspace():
        return
    field = f"{here}.content"
    calls = bool(message.get("tool_calls") or message.get("function_call") or message.get("refusal"))
    if content is None:
        if not calls:
            yield Fault("null-content", field) if "content" in message else missing(field)
    elif isinstance(content, list):
        if rules.typed:
            yield from _parts(content, role, field, rules)
        if content and not calls and role != "tool" and all(map(_blank, content)):
            yield empty("".join(part["text"] for part in content), role, field)
    elif not isinstance(content, str):
        yield Fault("content-not-text", field, shown(content), {"kind": kind_of(content)})
    elif not calls and role != "tool":  # a tool may have nothing to say
        yield empty(content, role, field)


def missing(field: str) -> Fault:
    """The fault of a message in which nothing stands for what is said."""
    return Fault("missing-content", field)


def empty(content: str, role: str, field: str) -> Fault:
    """The fault of a text that says nothing, by who should have said something."""
    if content:
        return Fault("whitespace-content", field, "", {"role": role or "?"})
    if role == "user":
        return Fault("empty-user-turn", field)
    if role == "assistant":
        return Fault("empty-answer", field)
    return Fault("empty-content", field, "", {"role": role or "?"})


def text_field(value: Any, field: Field) -> Iterator[Fault]:
    """What is wrong with a field that holds text."""
    if isinstance(value, str):
        if (not value or value.isspace()) and not field.may_be_empty:
            yield empty(value, field.speaker, field.key) if field.speaker != "text" else empty_field(field.key)
    elif value is None:
        if not field.may_be_empty:
            yield Fault("null-content", field.key)
    else:
        yield Fault("content-not-text", field.key, "", {"kind": kind_of(value)})


def _blank(part: Any) -> bool:
    """Whether a part of a content is text that says nothing."""
    text = part.get("text") if isinstance(part, dict) and part.get("type", "text") == "text" else None
    return isinstance(text, str) and not text.strip()


def _parts(parts: list[Any], role: str, field: str, rules: Rules) -> Iterator[Fault]:
    """Content of several parts: text, and images in the user's turns."""
    if not parts:
        yield empty("", role, field)
    inline = rules.platform.name if rules.platform and rules.platform.inline_images else ""
    for place, part in enumerate(parts):
        kind = part.get("type") if isinstance(part, dict) else None
        if kind == "text" and isinstance(part.get("text"), str):
            continue
        image = part.get("image_url") if kind == "image_url" else None
        url = image.get("url") if isinstance(image, dict) else None
        if not isinstance(url, str):
            yield Fault("malformed-part", f"{field}[{place}]")
        elif role != "user":
            yield Fault("image-not-from-user", f"{field}[{place}]", "", {"role": excerpt(role)})
        else:
            yield from _image(url, f"{field}[{place}].image_url.url", rules.fetched, inline)


def _image(url: str, field: str, fetched: bool, inline: str) -> Iterator[Fault]:
    """What keeps an image from being read.

    `fetched`: a service fetches the images. `inline`: the name of one that does not, and reads them from the row alone.
    """
    if inline and not DATA_IMAGE.match(url):
        yield Fault("image-not-in-row", field, excerpt(url), {"platform": inline, "url": excerpt(url)})
    elif url.startswith("data:") and (problem := _damage(url)):
        yield Fault("image-damaged", field, excerpt(url), {"problem": problem})
    elif fetched and not _reachable(url):
        yield Fault("image-not-reachable", field, excerpt(url), {"url": excerpt(url)})


def _damage(url: str) -> Note | None:
    """What is wrong with an image that is written into its row in base64; None where nothing is."""
    if not (embedded := EMBEDDED.match(url)):
        return None
    written = url[embedded.end() :]
    if not written:
        return Note("there is nothing in it")
    if len(written) % 4:
        return Note("its base64 is cut off, or lacks the signs = at its end")
    if not BASE64.fullmatch(written):
        return Note("it holds signs that are no base64")
    start = b64decode(written[:HEAD])
    kind = next((kind for kind, magic in MAGIC.items() if start.startswith(magic)), None)
    if kind is None and embedded[1].lower() in MAGIC:
        return Note("it does not begin as an image does")
    if kind is not None and embedded[1].lower() in MAGIC and kind != embedded[1].lower().replace("jpg", "jpeg"):
        return Note("it says {said} and is {kind}", said=embedded[1], kind=kind)
    return None


def _reachable(url: str) -> bool:
    """Whether a service may fetch an image from here: a public web address, or the image itself in base64."""
    if url.startswith("data:"):
        return bool(DATA_IMAGE.match(url))
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return False
    if parts.scheme.lower() not in ("http", "https") or not host or host == "localhost" or host.endswith(LOCAL_ENDINGS):
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host


@CHECKS.of_rows("too-many-images", passes=nothing)
def too_many_images(example: Example) -> Iterator[Fault]:
    """Whether a row shows more images than a platform takes, wherever it names them."""
    conversation, platform = example.conversation, example.platform
    most = platform.images if platform else None
    if conversation is None or platform is None or most is None:
        return
    images = {turn.field: len([one for one in turn.media if one.kind == "image"]) for turn in conversation.messages}
    n = max(sum(images.values()), len([one for one in conversation.files if one.kind == "image"]))
    if n > most.value:
        where = [field for field, shown_there in images.items() if shown_there]
        field = where[0] if len(where) == 1 else ""
        yield Fault("too-many-images", field, "", {"n": n, "most": most.value, "platform": platform.name})


@CHECKS.of_rows("media-count", passes=nothing)
def media(example: Example) -> Iterator[Fault]:
    """Whether there is a mark in the texts for each file beside them. Parts that stand for a file are marks too."""
    value, conversation = example.value, example.conversation
    if conversation is None or MEDIA.keys().isdisjoint(value):
        return
    for key, mark in MEDIA.items():
        files = value.get(key)
        if example.row.raw is not None and isinstance(files, str) and files and key.endswith("s"):
            yield wrong_type(files, key, "array")  # rows of tables may hold no lists
        if isinstance(files, str | dict) and files:
            files = [files]
        if not isinstance(files, list):
            continue
        marks = sum(turn.text.count(mark) for turn in conversation.messages) or _parts_of(value, key.removesuffix("s"))
        if marks != len(files):
            yield Fault("media-count", key, "", {"key": key, "mark": mark, "marks": marks, "files": len(files)})


def _parts_of(value: Mapping[str, Any], kind: str) -> int:
    messages = value.get("messages")
    listed = messages if isinstance(messages, list) else ()
    contents = (message.get("content") for message in listed if isinstance(message, dict))
    parts = (part for content in contents if isinstance(content, list) for part in content)
    return sum(isinstance(part, dict) and part.get("type") in (kind, f"{kind}_url") for part in parts)


def images_in_preference(value: Mapping[str, Any]) -> Iterator[Fault]:
    """Parts in the answers of OpenAI's pairs, which are text alone."""
    for name in sides("openai_dpo"):
        output = value.get(name)
        for place, message in enumerate(output if isinstance(output, list) else []):
            if isinstance(message, dict) and isinstance(message.get("content"), list):
                yield Fault("images-in-preference", f"{name}[{place}].content")
