"""The document names at once what the first pages need, so that a browser does not find it piece by piece.

Streamlit's document names the scripts that every page needs. Those of a widget follow once a page is drawn with it, the
style sheet comes with the page, and fonts once text is laid out: on a line that takes 300 ms to answer, each such step
is half a second. It also loads two fonts, 550 KB, of which these pages use none.

What of Streamlit is not as expected is left as it is: the app works the same, only slower, and tests fail.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from streamlit import file_util

from advisor.charts.colours import css

STREAMLIT = Path(file_util.get_static_dir())
"""The folder of Streamlit's own document, scripts and fonts."""
SCRIPTS = "static/js"
DRAWN_WITH = ("Html", "BidiComponent", "Button", "Radio", "TextInput", "Checkbox")
"""What the first page and the next question are made of, as Streamlit names their scripts."""
FONTS = (
    "ibm-plex-sans-latin-400-normal",
    "ibm-plex-sans-latin-500-normal",
    "ibm-plex-sans-latin-600-normal",
    "source-serif-4-latin-600-normal",
)
ASKED = ("health", "host-config")
"""What Streamlit's scripts ask the server before they open a session."""
OURS = Path(__file__).parent / "static"
SHEET = OURS / "style.css"
OWN_SCRIPTS = OURS / "scripts"
FAMILIES = {"ibm-plex-sans": "IBM Plex Sans", "ibm-plex-mono": "IBM Plex Mono", "source-serif-4": "Source Serif 4"}
SIGNS = {
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,"
    "U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
    "latin-ext": "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,U+1D00-1DBF,"
    "U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C4,U+2113,U+2C60-2C7F,U+A720-A7FF",
}
"""Which signs make a browser load a file: what is rare is in files of its own."""
FONT_FILE = re.compile(r"(?P<family>.+)-(?P<signs>latin(?:-ext)?)-(?P<weight>\d+)-(?P<style>normal|italic)")
IMPORTED = re.compile(r'(?:from|import)"\./([\w.-]+\.js)"')
"""A script that another cannot begin without; `import("...")` asks for one later."""
NAMED = re.compile(rf'"\./{SCRIPTS}/([\w.-]+\.js)"')
UNUSED_FONT = re.compile(r'<link\s+rel="preload"\s+href="[^"]*/SourceSans[^"]*"[^>]*>\s*')
LATE_ICONS = """<script>
{
// Streamlit loads the font of its icons before there is any; a browser loads it by itself once one is shown.
const load = document.fonts.load;
document.fonts.load = function (font, text) {
  return font.includes("Material Symbols") ? Promise.resolve([]) : load.call(this, font, text);
};
}
</script>"""


@lru_cache(maxsize=8)  # documents differ by language only
def lighter(page: str) -> str:
    """Streamlit's document with what the first pages need, and without what they do not."""
    scripts = "".join(f'<link rel="modulepreload" crossorigin href="./{SCRIPTS}/{name}">\n' for name in missing(page))
    fonts = "".join(
        f'<link rel="preload" as="font" type="font/woff2" crossorigin href="./app/static/fonts/{name}.woff2">\n'
        for name in FONTS
    )
    asked = "".join(f'<link rel="preload" as="fetch" crossorigin href="./_stcore/{name}">\n' for name in ASKED)
    page = UNUSED_FONT.sub("", page, count=1)
    page = page.replace("</head>", f"{scripts}{fonts}{LATE_ICONS}{_own_scripts()}</head>", 1)
    page = page.replace('<script type="module"', f'{asked}<script type="module"', 1)
    # In the body, after all that Streamlit adds to the head: of two rules of the same weight the later one holds.
    return page.replace("</body>", f"<style>{_faces()}{css()}{SHEET.read_text('utf-8')}</style></body>", 1)


def missing(page: str) -> list[str]:
    """The scripts, by file name, that the first pages need and a document does not name, the largest first."""
    named = set(NAMED.findall(page))
    needed: list[str] = []
    waiting = [file.name for stem in DRAWN_WITH for file in sorted((STREAMLIT / SCRIPTS).glob(f"{stem}.*.js"))]
    while waiting:
        name = waiting.pop(0)
        if name not in named and (STREAMLIT / SCRIPTS / name).is_file():
            named.add(name)
            needed.append(name)
            waiting += IMPORTED.findall((STREAMLIT / SCRIPTS / name).read_text("utf-8"))
    return sorted(needed, key=lambda name: -(STREAMLIT / SCRIPTS / name).stat().st_size)


def named_files(page: str) -> list[str]:
    """Scripts and style sheets that a document names, as addresses below its own."""
    return re.findall(r'(?:src|href)="\./(static/[\w./-]+\.(?:js|css))"', page)


def _faces() -> str:
    """The fonts of the look. Until one is there, text stands in a font of the system."""
    files = [FONT_FILE.fullmatch(file.stem) for file in sorted((OURS / "fonts").glob("*.woff2"))]
    return "".join(
        f'@font-face {{ font-family: "{FAMILIES[said["family"]]}"; font-weight: {said["weight"]}; '
        f"font-style: {said['style']}; font-display: swap; unicode-range: {SIGNS[said['signs']]}; "
        f'src: url("./app/static/fonts/{said[0]}.woff2") format("woff2"); }}\n'
        for said in files
        if said
    )


def _own_scripts() -> str:
    """What the components of every page do (`parts/browser.py`)."""
    scripts = "".join(file.read_text("utf-8") for file in sorted(OWN_SCRIPTS.glob("*.js")))
    return f"<script>window.advisor = {{}};\n{scripts}</script>"
