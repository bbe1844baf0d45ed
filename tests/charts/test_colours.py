"""One palette: whatever shows a colour takes it from there, or agrees with it."""

from __future__ import annotations

import re
import tomllib

from advisor.charts.colours import SCREEN, SERIES, css, transparent
from advisor.content.load import CONTENT_DIR

ROOT = CONTENT_DIR.parent
HEX = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b(?![\w-])")
THEME = {
    "primaryColor": "press",
    "backgroundColor": "paper",
    "secondaryBackgroundColor": "panel",
    "textColor": "ink",
    "linkColor": "accent",
    "borderColor": "edge",
    "codeTextColor": "ink",
    "codeBackgroundColor": "panel",
}


def test_the_theme_of_streamlit_agrees_with_the_palette():
    theme = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))["theme"]
    for ground in ("light", "dark"):
        wanted: dict[str, object] = {key: getattr(SCREEN[name], ground) for key, name in THEME.items()}
        assert theme[ground] == wanted | {"chartCategoricalColors": [getattr(shade, ground) for shade in SERIES]}


def test_no_other_file_spells_a_colour():
    files = [
        *(ROOT / "advisor/ui").rglob("*.css"),
        *(ROOT / "advisor/ui").rglob("*.py"),
        *(ROOT / "content/report").glob("*.typ"),
    ]
    assert len(files) > 40
    spelt = {f"{file.relative_to(ROOT)}: {colour}" for file in files for colour in HEX.findall(file.read_text("utf-8"))}
    assert spelt <= {f"advisor/ui/{sheet}: #fff" for sheet in ("server/static/style.css", "workshop/static/room.css")}


def test_every_variable_of_the_style_sheet_is_given():
    sheet = (ROOT / "advisor/ui/server/static/style.css").read_text("utf-8")
    given = set(re.findall(r"(--[\w-]+):", css() + sheet)) | {"--tone"}  # the tone is set where a line is drawn
    assert {name for name in re.findall(r"var\((--[\w-]+)", sheet) if not name.startswith("--st-")} <= given
    assert set(re.findall(r"(--[\w-]+):", css())) <= set(re.findall(r"var\((--[\w-]+)", sheet))


def test_a_colour_is_made_transparent():
    assert transparent("#7d8488", 0.25) == "rgba(125,132,136,0.25)"
