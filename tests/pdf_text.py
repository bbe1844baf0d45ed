"""The text of a PDF, as poppler takes it from the page: for a hundredth of what reading it in Python takes."""

from __future__ import annotations

import subprocess


def pdftotext(pdf: bytes, *options: str) -> str:
    """What the program prints; behind each page stands a form feed."""
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, in the order in which the page sets it."""
    return pdftotext(pdf, "-raw", "-enc", "UTF-8").split("\f")[:-1]


def flat(text: str) -> str:
    """A text without white space, since a line may break anywhere."""
    return "".join(text.split())
