"""What every page of a room is made of: the document, its headers, its style, and pictures that need none."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from io import BytesIO
from pathlib import Path

from starlette.responses import HTMLResponse, Response

from advisor.charts.colours import SCREEN, WHITE
from advisor.language import LANGUAGES, Language
from advisor.ui.parts.markup import Markup, html, joined

FOLDER = Path(__file__).parent / "static"
KINDS = {".css": "text/css", ".js": "text/javascript"}
MOST_BALLOTS = 2
"""Ballots beside each other in bars of the usual size; with more they are set smaller, to fit a projector."""
UNCHANGING = "public, immutable, max-age=31536000"
HEADERS = {
    # Nothing runs or is styled but by our own files; what people typed can do neither, even if it were markup.
    "Content-Security-Policy": "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    ),
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    # Not `no-referrer`: a form that is sent by such a page says of its origin that it is null, and would be refused.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


def palette() -> str:
    """The colours as variables, by what the device prefers; older phones know no `light-dark`."""
    light = "".join(f"--{name}:{shade.light};" for name, shade in SCREEN.items())
    dark = "".join(f"--{name}:{shade.dark};" for name, shade in SCREEN.items())
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


@cache
def files() -> Mapping[str, tuple[bytes, str]]:
    """Our style and script by their names in addresses, which hold a hash of the content; and what kind each is."""
    files = {}
    for file in sorted(FOLDER.iterdir()):
        content = file.read_bytes()
        if file.suffix == ".css":
            content = palette().encode() + content
        files[f"{file.stem}-{sha256(content).hexdigest()[:12]}{file.suffix}"] = (content, KINDS[file.suffix])
    return files


@cache
def _named(end: str) -> str:
    return next(name for name in files() if name.endswith(end))


def document(
    title: object,
    main: Markup,
    lang: Language,
    *,
    up: str,
    face: str,
    foot: Markup = Markup(),  # noqa: B008
    data: Mapping[str, object] | None = None,
    refresh: int = 0,
    status: int = HTTPStatus.OK,
) -> Response:
    """A page. `up` leads from its address to the folder `room/`; `face` is which of them it is, for the style.

    `data` is what the script is told; without any it does not run. `refresh` is after how many seconds a browser
    without script asks again, 0 for never.
    """
    told = joined(html(' data-{}="{}"', name, value) for name, value in (data or {}).items())
    again = html('<noscript><meta http-equiv="refresh" content="{}"></noscript>', refresh) if refresh else Markup()
    script = html('<script src="{}static/{}" defer></script>', up, _named(".js")) if data else Markup()
    page = html(
        '<!doctype html><html lang="{}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        '<title>{}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="{}static/{}">{}{}</head>'
        '<body class="{}"{}><p id="said" role="status"></p><main id="main">{}</main>{}</body></html>',
        lang.code,
        title,
        up,
        _named(".css"),
        again,
        script,
        face,
        told,
        main,
        foot,
    )
    return HTMLResponse(page, status, HEADERS)


def languages(lang: Language, action: str) -> Markup:
    """A button for each other language."""
    buttons = joined(
        html('<button name="lang" value="{}" lang="{}">{}</button>', code, code, name)
        for code, name in LANGUAGES.items()
        if code != lang.code
    )
    return html('<form class="language" method="post" action="{}">{}</form>', action, buttons)


def qr(address: str, name: str) -> Markup:
    """An address as a QR code, in SVG; `name` says what it is to who does not see it."""
    import segno

    out = BytesIO()
    segno.make(address, micro=False, error="m").save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=False,
        omitsize=True,
        border=2,
        svgclass=None,
        lineclass=None,
        light=WHITE,
    )
    drawing = Markup(out.getvalue().decode().strip())  # noqa: S704  of squares alone
    return html('<div class="qr" role="img" aria-label="{}">{}</div>', name, drawing)


def qr_picture(address: str, name: str) -> Markup:
    """The same as a picture that holds its content in its address: pages of Streamlit take no SVG of their own."""
    import segno

    content = segno.make(address, micro=False, error="m").svg_data_uri(scale=5, border=2, light=WHITE)
    return html('<img class="room-qr" src="{}" alt="{}">', content, name)


def bars(names: Mapping[str, str], counts: Mapping[str, Mapping[str, int]], lang: Language) -> Markup:
    """How many voted for what: a row a choice, with a bar for each ballot; `counts` are by what that is called."""
    most = max((n for count in counts.values() for n in count.values()), default=0) or 1
    rows = []
    for choice, name in names.items():
        lines = joined(
            html(
                '<tr><th scope="row">{}</th><td class="bar"><svg aria-hidden="true" width="100%" height="100%">'
                '<rect class="b{}" width="{}%" height="100%"/></svg></td><td class="n">{}</td></tr>',
                ballot if len(counts) > 1 else name,
                place,
                round(100 * count.get(choice, 0) / most),
                lang.number(count.get(choice, 0), 9),
            )
            for place, (ballot, count) in enumerate(counts.items())
        )
        head = html('<tr><th scope="rowgroup" colspan="3">{}</th></tr>', name) if len(counts) > 1 else Markup()
        rows.append(html("<tbody>{}{}</tbody>", head, lines))
    many = html(" many") if len(counts) > MOST_BALLOTS else Markup()
    return html(
        '<table class="bars{}"><caption>{}</caption>{}</table>', many, lang("How many chose what"), joined(rows)
    )
