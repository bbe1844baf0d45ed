"""Who says so and when it was seen: the names of sources, and dates as exactly as they are known."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit

from advisor.content.entries import Source
from advisor.content.freshness import SEEN
from advisor.content.load import Content
from advisor.language import Language

JOINT = " + "
"""Stands between the sources of a figure that has several (`Basis.source`)."""
FILE = re.compile(r"\(([\w./-]+\.\w{2,5})\b")
"""The file that is named behind the address of a repository."""
REGISTRIES = {"arxiv.org": ("arXiv", "abs/"), "doi.org": ("DOI", "")}
"""Hosts whose addresses hold a number that readers know: what it is called, and what stands before it."""


def day(text: str, lang: Language) -> str:
    """A date as exactly as it is known: `October 6, 2026`, `October 2026`, `2026`. Empty where there is no year."""
    match = SEEN.match(text)
    if match is None:
        return ""
    year, month, of_month = match.groups()
    if month is None:
        return str(year)
    if of_month is None:
        return lang.month(date(int(year), int(month), 1))
    return lang.date(date.fromisoformat(match[0]))


def seen(text: str, lang: Language, *, concluded: bool = False) -> str:
    """When a source was seen, in a phrase: `seen on October 6, 2026`, `seen in October 2026`, `no date given`.

    What we concluded ourselves was not seen anywhere, and holds as of its date.
    """
    when = day(text, lang)
    if not when:
        return lang("no date given")
    if concluded:
        return lang("as of {date}", date=when)
    whole = SEEN.match(text)
    return lang("seen on {date}", date=when) if whole and whole[3] else lang("seen in {month}", month=when)


def address(text: str) -> str | None:
    """The address at the beginning of what a fact or case names as its source; None where there is none."""
    first = text.partition(" ")[0]
    return first if first.startswith("https://") else None


def title(source: Source, lang: Language) -> str:
    """The title of a source: translated where it is in our words, and as published where it is not."""
    return lang(source.title) if source.ours else source.title


def source_name(text: str, content: Content, lang: Language) -> str:
    """What a reader may call a source that is named by its address or title; several are told one after another."""
    return "; ".join(dict.fromkeys(_named(part, content, lang) for part in text.split(JOINT)))


def _named(text: str, content: Content, lang: Language) -> str:
    known, url = content.source_of(text), address(text)
    if known:
        file = FILE.search(text)
        return f"{title(known, lang)} ({file[1]})" if url and file else title(known, lang)
    return _place(url) if url else text


def _place(url: str) -> str:
    """`arXiv: 2510.27051`, `github.com: owner/repository`, `example.org: some page` for an address without a name."""
    parts = urlsplit(url)
    host, path = (parts.hostname or "").removeprefix("www."), parts.path.strip("/")
    if host in REGISTRIES:
        name, before = REGISTRIES[host]
        return f"{name}: {path.removeprefix(before)}"
    if host == "github.com":
        return f"{host}: {'/'.join(path.split('/')[:2])}"
    page = re.sub(r"[-_]+", " ", path.rpartition("/")[2].partition(".")[0])
    return f"{host}: {page}" if page else host
