"""Sizes of files as people read them."""

from __future__ import annotations

from advisor.language import Language


def size(n: int, lang: Language) -> str:
    """Bytes in the unit that suits them: 512 bytes, 14.7 kB, 200 MB, 1.2 GB."""
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if n >= unit:
            return f"{lang.number(n / unit)} {name}"
    return lang.plural("{n} byte", "{n} bytes", n)
