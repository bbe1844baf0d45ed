"""Limits: what the platform demands of a row and of a file."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.dataset.checks.reading import is_array
from advisor.dataset.checks.registry import CHECKS
from advisor.dataset.checks.subject import Example, File, PlainChat
from advisor.dataset.platforms import Limit
from advisor.dataset.row import Fault

CHARACTERS_PER_TOKEN = 4
"""A rule of thumb for English text, from OpenAI's token guide; used where nobody has counted."""


def _nothing_reserved(chat: PlainChat) -> bool:
    return chat.platform is None or not chat.platform.reserved


@CHECKS.of_rows("reserved-word", passes=_nothing_reserved)
def reserved_words(example: Example) -> Iterator[Fault]:
    """Words in a prompt that the platform keeps for itself: one for each turn."""
    platform = example.platform
    if platform is None or not platform.reserved or example.conversation is None:
        return
    for turn in example.conversation.messages:
        if turn.role == "assistant":
            continue
        word = next((word for word in platform.reserved if word in turn.text), None)
        if word:
            yield Fault("reserved-word", turn.field, word, {"platform": platform.name, "word": word})


def _short_enough(chat: PlainChat) -> bool:
    longest = chat.platform.longest if chat.platform is not None else None
    return longest is None or chat.tokens <= longest[1].value


@CHECKS.of_rows("over-long-example", "example-not-taken", passes=_short_enough)
def length(example: Example) -> Iterator[Fault]:
    """More tokens than the platform uses; judged by characters where nobody counted, and the fault says so."""
    row, platform = example.row, example.platform
    longest = platform.longest if platform else None
    if longest is None:
        return
    name, limit = longest
    refused = platform is not None and platform.over_length == "refused"
    tokens, how = example.tokens, ""
    if tokens is None:
        if row.raw is not None and len(row.raw) < limit.value:
            return  # a token has at least one byte
        said = example.conversation
        characters = sum(len(turn.text) for turn in said.messages) if said is not None else len(row.raw or b"")
        tokens, how = characters // CHARACTERS_PER_TOKEN, "≈ "
    if tokens > limit.value:
        values = {"n": tokens, "how": how, "most": limit.value, "platform": name, "fact": limit.fact}
        yield Fault("example-not-taken" if refused else "over-long-example", "", "", values)


@CHECKS.of_files("method-not-offered")
def method_offered(file: File) -> Iterator[Fault]:
    """Whether the platform trains this way."""
    platform, method = file.platform, file.method
    if platform is not None and method and platform.methods and method not in platform.methods:
        yield Fault("method-not-offered", "", "", {"platform": platform.name, "method": method})


@CHECKS.of_files("format-not-read")
def format_read(file: File) -> Iterator[Fault]:
    """Whether the platform reads rows of this format."""
    platform, form = file.platform, file.facts.form
    if platform is not None and form and form != "unknown" and not platform.takes(form):
        yield Fault("format-not-read", "", "", {"platform": platform.name, "form": form})


@CHECKS.of_files("container-not-read")
def container_read(file: File) -> Iterator[Fault]:
    """Whether the platform reads this kind of file."""
    facts, platform = file.facts, file.platform
    if platform is None or not platform.containers or is_array(file) or facts.spread:
        return
    if facts.container and facts.container not in platform.containers:
        allowed = ", ".join(platform.containers)
        values = {"platform": platform.name, "allowed": allowed, "container": facts.container}
        yield Fault("container-not-read", "", "", values)


@CHECKS.of_files("too-few-rows", "few-rows")
def enough_rows(file: File) -> Iterator[Fault]:
    """Fewer rows than the platform takes, or advises."""
    if (platform := file.platform) is None:
        return
    least, advised = platform.minimum_rows, platform.recommended_rows
    if least is not None and file.facts.rows < least.value:
        yield _against("too-few-rows", file.facts.rows, "least", least, platform.name)
    elif advised is not None and file.facts.rows < advised.value:
        yield _against("few-rows", file.facts.rows, "least", advised, platform.name)


@CHECKS.of_files("too-many-rows")
def not_too_many_rows(file: File) -> Iterator[Fault]:
    """More rows than the platform takes."""
    most = file.platform.maximum_rows if file.platform else None
    if file.platform is not None and most is not None and file.facts.rows > most.value:
        yield _against("too-many-rows", file.facts.rows, "most", most, file.platform.name)


@CHECKS.of_files("file-too-large")
def file_size(file: File) -> Iterator[Fault]:
    """More bytes than the platform takes."""
    most, size = file.platform.file_size if file.platform else None, file.facts.size
    if file.platform is not None and most is not None and size is not None and size >= most.value:
        yield _against("file-too-large", size, "most", most, file.platform.name)


def _against(check: str, n: int, word: str, limit: Limit, name: str) -> Fault:
    """A count that breaks a limit; the fact's id goes along, so that the figure leads to its source and date."""
    return Fault(check, "", "", {"n": n, word: limit.value, "platform": name, "fact": limit.fact})
