"""The palette: every colour of the screen, of its charts and of the report, as `#rrggbb`.

A change here changes the style sheet's variables, the field that takes files, the charts on the screen and the report.
Streamlit reads its theme from `.streamlit/config.toml`: a test says where they differ.
"""

from __future__ import annotations

from typing import NamedTuple


class Shade(NamedTuple):
    """A colour on the screen, by the ground that it stands on."""

    light: str
    dark: str

    def __str__(self) -> str:
        """As a style sheet writes it: the browser reads it by the ground that is chosen."""
        return f"light-dark({self.light}, {self.dark})"


SCREEN = {
    "paper": Shade("#fbfaf6", "#15191b"),
    "panel": Shade("#f3f0e8", "#1f2528"),
    "ink": Shade("#1c2326", "#ece9e2"),
    "soft": Shade("#525b5f", "#b0b8ba"),
    "line": Shade("#dcd7ca", "#353d41"),
    "edge": Shade("#8d8c84", "#737d81"),
    "accent": Shade("#0b5563", "#84cbd8"),
    "recommended": Shade("#0b5563", "#84cbd8"),
    "press": Shade("#0b5563", "#1f7a8c"),
    "fine-tune": Shade("#1e6b45", "#7fcfa3"),
    "not-yet": Shade("#a4631a", "#e3b063"),
    "not-yet-words": Shade("#7a4708", "#e3b063"),
    "dont": Shade("#8c3b2e", "#e59a8b"),
    "wash": Shade("#e3eeee", "#1d3136"),
    "field": Shade("#ffffff", "#191e20"),
}
"""Variables of the style sheet, `--paper` and so on: grounds, words and lines, what is pressed, then what has a
meaning: the option that is recommended, the verdicts."""

SERIES = (
    SCREEN["accent"],
    SCREEN["not-yet"],
    Shade("#5b5f97", "#b3b4e6"),
    Shade("#6b7276", "#a9b1b3"),
    SCREEN["dont"],
    SCREEN["fine-tune"],
)
"""Series of charts that Streamlit itself draws."""

PETROL, OCHRE, SLATE, VIOLET = "#1f8a9c", "#b5731f", "#7d8488", "#7a7ec0"
"""What charts are drawn in on the screen: each has a contrast of 3 to 1 on both grounds."""
RECOMMENDED = PETROL
"""What a chart on the screen points out, above all the recommended option; `SCREEN` and `REPORT` name it, too."""
WHITE = "#ffffff"

REPORT = {
    "ink": SCREEN["ink"].light,
    "quiet": "#565e61",
    "teal": SCREEN["accent"].light,
    "recommended": SCREEN["recommended"].light,
    "ochre": SCREEN["not-yet"].light,
    "stone": "#b5b1a6",
    "hair": "#dcd8cd",
    "tint": "#f4f1ea",
}
"""Colours of the report, on white paper, by the names that its templates use."""


def css() -> str:
    """The palette as variables of the style sheet."""
    variables = "".join(f"  --{name}: {shade};\n" for name, shade in SCREEN.items())
    return f".stApp {{\n{variables}}}\n"


def transparent(colour: str, share: float) -> str:
    """The colour with this opacity, between 0 and 1."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"
