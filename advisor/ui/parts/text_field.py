"""A field for text that has a limit: the limit and the count stand under it, and nothing is cut.

The browser counts while one types (see `advisor.ui.parts.browser`).
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from advisor.language import Language
from advisor.ui.parts.markup import Markup, html, plain, show


def limited(
    label: str, text: str, most: int, key: str, lang: Language, *, height: int | None = None, **options: Any
) -> tuple[str, bool]:
    """Draw the field, of several lines where it has a height, and its counter; its text, and whether that fits."""
    with st.container(key=f"counted-{key}"):
        if height:
            text_given = st.text_area(plain(label), text, height=height, key=key, **options)
        else:
            text_given = st.text_input(plain(label), text, key=key, **options)
        text_given = (text_given or "").strip()
        show(counter(len(text_given), most, lang))
    return text_given, len(text_given) <= most


def counter(n: int, most: int, lang: Language) -> Markup:
    """How many of the characters are used. The words travel along: the browser fills them in anew at each key."""
    words, over = counted_words(most, lang)
    text = (words if n <= most else over).replace("{n}", lang.number(n, 9)).replace("{over}", lang.number(n - most, 9))
    kind = "counter" if n <= most else "counter over"
    return html(
        '<p class="{}" data-most="{}" data-words="{}" data-over="{}">'
        '<span class="used">{}</span><span class="unseen" role="status"></span></p>',
        kind,
        most,
        words,
        over,
        text,
    )


def counted_words(most: int, lang: Language) -> tuple[str, str]:
    """What a counter says within the limit and beyond it, with {n} and {over} left open."""
    limit = lang.number(most, 9)
    return (
        lang("{n} of at most {most} characters", n="{n}", most=limit),
        lang("{n} characters: {over} more than the {most} that fit", n="{n}", over="{over}", most=limit),
    )
