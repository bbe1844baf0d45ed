"""Words as a reader meets them: those of neighbouring elements apart, and what is folded away counted too."""

from __future__ import annotations

import re
from html import unescape

AROUND_THE_BRIEF = 116
"""Most words on the page of the brief beside its own parts: head, tabs, sliders, buttons and foot, in either language.
A test in a browser holds it.
"""
BY_TEXT_NODE = """(within) => {
    const walker = document.createTreeWalker(document.querySelector('.stMain'), NodeFilter.SHOW_TEXT);
    let count = 0;
    while (walker.nextNode()) {
        const { textContent, parentElement } = walker.currentNode;
        const counts = parentElement.closest(within) && !parentElement.closest('style, script');
        if (counts) count += textContent.split(/\\s+/).filter(Boolean).length;
    }
    return count;
}"""
"""Counts the words of a page in a browser that stand within what a selector names."""
TAG = re.compile(r"<[^>]*>")


def count(markup: str) -> int:
    """The words of markup, as `BY_TEXT_NODE` counts them."""
    return len(unescape(TAG.sub(" ", markup)).split())
