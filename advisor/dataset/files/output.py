"""The kind of file that is written in place of another, and how that one begins and ends."""

from __future__ import annotations

import os

from advisor.dataset.files.container import TextContainer
from advisor.dataset.files.source import Source
from advisor.dataset.files.unpacking import in_utf_8
from advisor.dataset.platforms import Platform


def container_to_write(source: Source, limits: Platform | None) -> TextContainer:
    """The kind of file to write: that of the source, unless its platform reads lines of JSON only."""
    if source.container == "json":
        lines = source.name.lower().endswith((".jsonl", ".ndjson")) or not is_array(source)
        return "json" if platform_reads(limits, "json") and not lines else "jsonl"
    if source.container in ("csv", "tsv"):
        return (
            source.container
            if platform_reads(limits, source.container) or not platform_reads(limits, "jsonl")
            else "jsonl"
        )
    return "jsonl"


def platform_reads(limits: Platform | None, container: str) -> bool:
    """Whether a platform reads such files, as far as is known."""
    return limits is None or not limits.containers or container in limits.containers


def is_array(source: Source) -> bool:
    """Whether a JSON file holds one array, and not values one after another."""
    with source.stored.opened() as stream:
        for piece in in_utf_8(source.pieces(stream, []), source.encoding, source.bom):
            if start := piece.lstrip():
                return start.startswith(b"[")
    return False


def ends_in_line_end(source: Source) -> bool:
    """Whether the last line of a file is closed. A compressed file is unpacked for it, and not held."""
    end = b""
    with source.stored.opened() as stream:
        if source.compression is None:
            stream.seek(-min(4, source.size or 0), os.SEEK_END)
            end = stream.read()
        else:
            for piece in source.pieces(stream, []):
                end = (end + piece)[-4:]
    sign = "\r" if source.line_end == b"\r" else "\n"
    return end.endswith(sign.encode(source.encoding if source.encoding.startswith("utf-16") else "ascii"))
