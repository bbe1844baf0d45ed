"""Open a room for a workshop and serve it to the local network, or print one: no proxy, no account, no internet."""

from __future__ import annotations

import io
import os
import socket
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from advisor.cli.layout import wrapped
from advisor.cli.refusals import BadInput, reporting_errors
from advisor.cli.shared_options import Browser, Lang, Port
from advisor.cli.usage import whole
from advisor.language import Language
from advisor.suggest import one_of

if TYPE_CHECKING:
    from advisor.content.entries import Workshop
    from advisor.workshop.programme import Wishes

EVERYWHERE = "0.0.0.0"
WHITE_ON_BLACK, PLAIN = "\x1b[97;40m", "\x1b[0m"
"""The QR code in a terminal of any colours: many phones read none whose squares are lighter than its ground."""
ELSEWHERE = ("192.0.2.1", 9)
"""An address that is nobody's (RFC 5737): the system alone is asked which of this machine's own would lead there."""

Title = Annotated[str, typer.Option(metavar="TEXT", help="What the room is called.")]
Minutes = Annotated[int, typer.Option("--plan", metavar="MINUTES", parser=whole(1), help="10, 40 or 90 minutes.")]
Cases = Annotated[
    list[str] | None,
    typer.Option("--case", metavar="ID", help="A published case to debate, by its id; may be given more than once."),
]
Modes = Annotated[
    list[str] | None,
    typer.Option(
        "--mode",
        metavar="MODE",
        help="What the room does: debate, together, own, quiz or ticket; may be given more than once. Usually debate.",
    ),
]
Together = Annotated[
    str | None, typer.Option(metavar="ID", help="The published case that the room answers together, by its id.")
]
Describe = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="A case of your own that the room answers together, in a few sentences."),
]
Address = Annotated[
    str | None,
    typer.Option(metavar="HOST", help="Name or address of this machine in its network, where another one is found."),
]
Print = Annotated[
    Path | None,
    typer.Option(
        "--print",
        metavar="FILE",
        help="Open no room: write a PDF for a workshop on paper, with cases, cards, score sheet and guide.",
    ),
]


def workshop(
    title: Title = "",
    plan: Minutes = 40,
    case: Cases = None,
    mode: Modes = None,
    together: Together = None,
    describe: Describe = None,
    address: Address = None,
    port: Port = None,
    browser: Browser = True,
    pack: Print = None,
    lang: Lang = "en",
) -> None:
    """Open a room for a workshop on the local network: people vote on published cases by phone. Ctrl-C stops it.

    Modes: debate of published cases; together, one case whose questions the room answers; own, projects of teams, with
    a verdict each; quiz; ticket, what everybody will do on Monday.

    Prints the address, code and QR code to join, and the secret link to lead the room. The language is that of the
    room, too; everybody may choose their own. Rooms are kept for 30 days, or until whoever leads deletes them.
    With --print it serves nothing, and writes what a workshop on paper needs.
    """
    with reporting_errors(lang) as spoken:
        known = _plan(plan, [*(case or []), *([together] if together else [])], spoken)
        wishes = _wishes(mode or [], case or [], together, describe, spoken)
        if pack is not None:
            _print(pack, title, known, wishes, spoken)
        else:
            _serve(title, known, wishes, describe or "", address, port, browser, spoken)


def _wishes(
    modes: Sequence[str], cases: Sequence[str], together: str | None, described: str | None, lang: Language
) -> Wishes:
    """What the room is to do. Raises `BadInput` for a mode that there is not, or two cases to answer together."""
    from advisor.workshop.debate import DESCRIBED
    from advisor.workshop.programme import MODES, USUAL, Wishes

    if together and described:
        raise BadInput(lang("--together and --describe: the room answers one case together; leave out one of them"))
    for mode in modes:
        if mode not in MODES:
            raise BadInput(one_of("--mode", mode, [*MODES], lang))
    chosen = {mode for mode in MODES if mode in modes} or {*USUAL}
    if together or described:
        chosen.add("together")
    return Wishes(tuple(mode for mode in MODES if mode in chosen), cases, DESCRIBED if described else together or "")


def _plan(minutes: int, cases: Sequence[str], lang: Language) -> Workshop:
    """The plan of so many minutes. Raises `BadInput` where there is none, or no such case."""
    from advisor.content.load import load
    from advisor.workshop.opening import plan_of, unknown_cases

    content = load()
    plan = plan_of(minutes, content)
    if plan is None:
        raise BadInput(one_of("--plan", str(minutes), [str(entry.minutes) for entry in content.workshops], lang))
    for unknown in unknown_cases(cases, content):
        raise BadInput(
            lang("--case: {id} is no published case that can be debated; the page Teach lists them", id=unknown)
        )
    return plan


def _print(out: Path, title: str, plan: Workshop, wishes: Wishes, lang: Language) -> None:
    from advisor.cli.rewrite import written
    from advisor.content.load import load
    from advisor.report.pdf import paper_pdf
    from advisor.workshop.print_pack import print_pack

    if out.suffix.lower() != ".pdf":
        raise BadInput(lang("--print: the name must end in .pdf; got {name}", name=out.name))
    made = paper_pdf(print_pack(title or lang("Workshop"), plan, wishes, date.today(), lang.code, load()))
    with written(out, (), lang) as target:
        target.write(made)
    typer.echo(lang("Wrote {file}", file=out))


def _serve(
    title: str,
    plan: Workshop,
    wishes: Wishes,
    described: str,
    address: str | None,
    port: int | None,
    browser: bool,
    lang: Language,
) -> None:
    from advisor.cli.serve import PortTaken, serve
    from advisor.content.load import load
    from advisor.ui.server.origins import NotListed
    from advisor.workshop.opening import ADDRESS, open_room
    from advisor.workshop.store import NoRoomLeft, Unreachable

    content = load()
    host = address or own_address()
    os.environ.setdefault("STREAMLIT_SERVER_ADDRESS", EVERYWHERE)
    os.environ.setdefault("STREAMLIT_BROWSER_SERVER_ADDRESS", host)

    def opened(at: int) -> str:
        base = f"http://{host}:{at}"
        os.environ[ADDRESS] = base
        try:
            story = (lang("Our case"), described)
            room = open_room(title or lang("Workshop"), lang.code, plan, wishes, date.today(), content, story)
        except NoRoomLeft as error:
            raise BadInput(lang("There are as many rooms here as there may be. Delete one first.")) from error
        except Unreachable as error:
            raise BadInput(error.text(lang)) from error
        typer.echo(opened_text(room.code, room.join(base), room.lead(base), host, lang))
        return room.lead("").removeprefix("/")

    try:
        serve(port, browser, [address] if address else [], opened=opened)
    except PortTaken as error:
        raise BadInput(error.text(lang)) from error
    except NotListed as error:
        raise BadInput(lang("--address: {host} is no name or address", host=address)) from error


def own_address() -> str:
    """The address of this machine in its network; that of the machine alone where it is in none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def opened_text(code: str, join: str, lead: str, host: str, lang: Language) -> str:
    """What is printed of a room."""
    from advisor.workshop.codes import in_halves

    lines = [
        lang("People join at {address}", address=join),
        lang("or at {address} with the code {code}", address=join.rpartition("/")[0], code=in_halves(code)),
        *_qr(join),
        lang("You lead at {address}", address=lead),
        lang("Keep that link to yourself: whoever has it leads the room."),
    ]
    if host.startswith("127."):
        warning = lang(
            "This machine is in no network, so phones cannot reach it. Join one and start again, or name the machine "
            "with --address."
        )
        lines.append(wrapped(warning))
    return "\n".join(lines)


def _qr(address: str) -> Sequence[str]:
    """The address as a QR code of half blocks; nothing where the terminal has none."""
    import segno

    drawn = io.StringIO()
    segno.make(address, micro=False).terminal(drawn, compact=True)
    text = drawn.getvalue().rstrip("\n")
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return ()
    return [f"{WHITE_ON_BLACK}{line}{PLAIN}" for line in text.splitlines()] if sys.stdout.isatty() else ()
