"""What the server answers below `room/`, see `paths`: pages of a room, votes, steps, files. None needs a script."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.exc import DBAPIError
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from advisor.content.load import load
from advisor.language import LANGUAGES, Language, language
from advisor.report.markdown import paper_markdown
from advisor.report.model import Paper
from advisor.ui.parts.markup import Markup, html
from advisor.ui.server.compression import VARY, accepted, compressed_document
from advisor.ui.server.routes import ROOM
from advisor.ui.workshop import leader, participant, projector
from advisor.ui.workshop.documents import HEADERS, UNCHANGING, document, files
from advisor.ui.workshop.people import people_page
from advisor.ui.workshop.shown import spoken_by
from advisor.ui.workshop.visitors import (
    MOST_NICKNAME,
    MOST_TOKEN,
    MOST_WHY,
    WAIT_SECONDS,
    TooLarge,
    form_of,
    guesses,
    joins,
    keep,
    leader_cookie,
    one_line,
    participant_cookie,
    spoken,
    token,
)
from advisor.ui.workshop.watching import Watching
from advisor.workshop.ballots import TEAM, choices, parts, read_choice
from advisor.workshop.case_texts import case_texts
from advisor.workshop.codes import new_secret, page_secret, read_code
from advisor.workshop.debate import ACTIONS, CONFIDENCES, NotAllowed, Step, act, ballot_step, seconds_left
from advisor.workshop.hand_counts import WrongCount, read_counts
from advisor.workshop.location import database
from advisor.workshop.opening import ADDRESS
from advisor.workshop.own_case import OWN, team_of
from advisor.workshop.person_report import own_team, person_report
from advisor.workshop.room_answers import advised
from advisor.workshop.room_report import room_report
from advisor.workshop.store import NoRoomLeft, Participant, Room, RoomGone, Store, Unreachable, Vote, open_store
from advisor.workshop.tallies import file_name, votes_csv

COUNT_SECONDS = 1.0
"""How old what whoever leads sees of the count may be."""
LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "0.0.0.0")
MOST_VOTE_ID = 40
MOST_DIGITS = 18
"""Of the number of a person; the database holds no longer ones."""
MOST_TYPED = 40
"""Signs of what was typed as a count that are shown again."""

GUESSES = guesses()
JOINS = joins()
log = logging.getLogger(__name__)


class Elsewhere(Exception):
    """The answer in place of a page: there is no such room, or it may not be seen."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer


@dataclass(frozen=True)
class Seen:
    """A room as somebody sees it."""

    watching: Watching
    room: Room
    lang: Language


@cache
def watching_of(store: Store) -> Watching:
    return Watching(store)


_open: dict[str, Watching] = {}
"""The rooms that were opened already, by the database that the environment names."""


async def watching() -> Watching | None:
    """The rooms of this server; None where no room was ever opened here."""
    named = database(os.environ)
    if named not in _open or not _open[named].store.in_place():
        _open.pop(named, None)
        store = await run_in_threadpool(open_store)
        if store is None:
            return None
        _open[named] = watching_of(store)
    return _open[named]


Handler = Callable[[Request], Awaitable[Response]]


def answered(handler: Handler) -> Handler:
    """The handler, with what it raises as its answer."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except Elsewhere as elsewhere:
            return elsewhere.answer
        except TooLarge:
            return PlainTextResponse("", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {**HEADERS, "Connection": "close"})
        except (Unreachable, DBAPIError) as error:
            log.warning("rooms cannot be reached: %s", type(error).__name__)
            lang = _asked_language(request, _browser_language(request))
            message = lang("The rooms cannot be reached at the moment. Reload this page in a while.")
            return PlainTextResponse(message, HTTPStatus.SERVICE_UNAVAILABLE, {**HEADERS, "Retry-After": "5"})

    return answer


def _asked_language(request: Request, otherwise: str) -> Language:
    return language(spoken(request.query_params.get("lang"), otherwise))


def _browser_language(request: Request) -> str:
    """The first language of the browser that we speak; English where it speaks none."""
    for part in request.headers.get("accept-language", "").split(","):
        code = part.split(";")[0].strip().lower().split("-")[0]
        if spoken(code, ""):
            return code
    return "en"


def _type_code(request: Request, problem: str, status: int, up: str) -> Response:
    lang = _asked_language(request, _browser_language(request))
    refusals = {
        "none": lang("There is no such room. Look at the code again; a room also ends after 30 days."),
        "often": lang("Too many wrong codes came from your network. Wait a few seconds and try again."),
    }.get(problem, "")
    main = participant.typing(f"{up}../{ROOM}", lang, refusals)
    answer = document(lang("Join a workshop"), main, lang, up=up, face="phone", status=status)
    if problem == "often":
        answer.headers["Retry-After"] = str(WAIT_SECONDS)
    return answer


async def _room(request: Request, up: str = "") -> Seen:
    """The room of the address. Raises `Elsewhere` where there is none, or where somebody guesses."""
    rooms = await watching()
    code = read_code(request.path_params["code"])
    room = await rooms.find(code) if rooms and code else None
    if rooms is None or room is None:
        if rooms and code and rooms.was(code):
            raise Elsewhere(_room_gone(request, up))
        blocked = GUESSES.too_many(request)
        GUESSES.note(request)
        raise Elsewhere(_no_room(request, blocked, up))
    # Before anything tells that there is such a room: also leading to it would.
    if GUESSES.too_many(request):
        known = await rooms.person(room, token(request, participant_cookie(code)))
        if known is None and not await _leads(Seen(rooms, room, spoken_by(room)), request):
            raise Elsewhere(_no_room(request, True, up))
    if code != request.path_params["code"]:
        raise Elsewhere(_to(f"{up}{code}{_beyond(request, up)}"))
    return Seen(rooms, room, _asked_language(request, room.lang))


def _beyond(request: Request, up: str) -> str:
    """What the address says after the code, with what it asks; nothing where a form was sent, which is not sent on."""
    if request.method != "GET":
        return ""
    below = up.count("../")
    path = "".join(f"/{part}" for part in request.url.path.split("/")[-below:]) if below else ""
    return f"{path}?{request.url.query}" if request.url.query else path


def _no_room(request: Request, blocked: bool, up: str) -> Response:
    status = HTTPStatus.TOO_MANY_REQUESTS if blocked else HTTPStatus.NOT_FOUND
    if "text/html" not in request.headers.get("accept", "text/html"):
        return Response(b"", status, HEADERS)
    return _type_code(request, "often" if blocked else "none", status, up or "./")


def _room_gone(request: Request, up: str) -> Response:
    """What phones, and who led them, have of a room that was here."""
    lang = _asked_language(request, _browser_language(request))
    if "text/html" not in request.headers.get("accept", "text/html"):
        return _gone_by_script(lang)
    again = html('<p><a href="{}">{}</a></p>', f"{up or './'}../{ROOM}", lang("Join a workshop"))
    main = html('<h1 id="step">{}</h1>{}', _gone(lang), again)
    return document(lang("Workshop"), main, lang, up=up or "./", face="phone", status=HTTPStatus.GONE)


def _gone_by_script(lang: Language) -> Response:
    """To the script it is an answer that deals with a vote; its status is for who asked without."""
    main = html('<h1 id="step" tabindex="-1">{}</h1>', _gone(lang))
    return JSONResponse({"version": 0, "main": str(main)}, HTTPStatus.GONE, HEADERS)


def _to(target: str) -> RedirectResponse:
    return RedirectResponse(target, HTTPStatus.SEE_OTHER, HEADERS)


# Participants


async def find(request: Request) -> Response:
    """Asks for a code, and leads to its room."""
    typed = request.query_params.get("code", "")
    if not typed:
        return _type_code(request, "", HTTPStatus.OK, "./room/")
    code = read_code(typed)
    rooms = await watching()
    room = await rooms.find(code) if rooms and code and not GUESSES.too_many(request) else None
    if room is None:
        blocked = GUESSES.too_many(request)
        if rooms and code and rooms.was(code) and not blocked:
            return _room_gone(request, "./room/")
        GUESSES.note(request)
        status = HTTPStatus.TOO_MANY_REQUESTS if blocked else HTTPStatus.NOT_FOUND
        return _type_code(request, "often" if blocked else "none", status, "./room/")
    return _to(f"./room/{code}")


async def unslashed(request: Request) -> Response:
    """Leads to where codes are asked for; links on that page are written for the address without a slash."""
    return _to(f"../{ROOM}")


async def _person(seen: Seen, request: Request) -> Participant | None:
    held = token(request, participant_cookie(seen.room.code))
    return await seen.watching.person(seen.room, held) if held else None


async def page(request: Request) -> Response:
    """A participant's page: joining, or the step that the room is at."""
    seen = await _room(request)
    person = await _person(seen, request)
    if person is None:
        return document(
            seen.room.title,
            participant.joining(seen.room, seen.lang),
            seen.lang,
            up="./",
            face="phone",
            foot=participant.foot(seen.room, None, seen.lang),
        )
    return await run_in_threadpool(_participants_page, seen, person, "")


def _participants_page(seen: Seen, person: Participant, message: str, status: int = HTTPStatus.OK) -> Response:
    lang, room = language(person.lang), seen.room
    own = seen.watching.store.own_votes(person)
    main = participant.present(room, person, own, seen.watching, lang, message)
    told = {
        "live": f"./{room.code}/live?",
        "version": room.version,
        "room": room.code,
        "kept": lang("No connection. Your vote is kept on this phone and is sent as soon as there is one."),
        "offline": lang("No connection. This page tries again by itself."),
    }
    waits = 0 if participant.filling_in(room, own) else participant.REFRESH_SECONDS
    foot = participant.foot(room, person, lang)
    return document(room.title, main, lang, up="./", face="phone", foot=foot, data=told, refresh=waits, status=status)


async def join(request: Request) -> Response:
    seen = await _room(request, "../")
    form = await form_of(request)
    cookie = participant_cookie(seen.room.code)
    held = token(request, cookie) or new_secret()
    nickname = one_line(form.get("nickname", ""), MOST_NICKNAME)
    lang = spoken(form.get("lang"), seen.room.lang)
    inside = await _person(seen, request)
    if inside is None:
        if JOINS.too_many(request):
            many = seen.lang("Too many people join from your network at once. Wait a minute and try again.")
            return _told(seen, many, HTTPStatus.TOO_MANY_REQUESTS)
        JOINS.note(request)
    try:
        await run_in_threadpool(seen.watching.store.join, seen.room, held, nickname, lang)
    except NoRoomLeft:
        return _told(seen, seen.lang("This room is full."), HTTPStatus.SERVICE_UNAVAILABLE)
    except RoomGone:
        return _told(seen, _gone(seen.lang), HTTPStatus.GONE)
    answer = _to(f"../{seen.room.code}")
    keep(answer, request, cookie, held)
    return answer


def _gone(lang: Language) -> str:
    return lang("This room is gone: it was deleted, or its time is over.")


def _told(seen: Seen, message: str, status: int) -> Response:
    """A page that says one thing of a room."""
    main = html('<h1 id="step">{}</h1>', message)
    answer = document(seen.room.title, main, seen.lang, up="../", face="phone", status=status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        answer.headers["Retry-After"] = "60"
    return answer


async def speak(request: Request) -> Response:
    """Another language for this person's pages."""
    seen = await _room(request, "../")
    lang = spoken((await form_of(request)).get("lang"), seen.room.lang)
    person = await _person(seen, request)
    if person is None:
        return _to(f"../{seen.room.code}?lang={lang}")
    held = token(request, participant_cookie(seen.room.code))
    await run_in_threadpool(seen.watching.speak, seen.room, held, person, lang)
    return _to(f"../{seen.room.code}")


async def vote(request: Request) -> Response:
    """Counts a vote. To the script it answers with the page's content, and whether the vote is dealt with."""
    seen = await _room(request, "../")
    form = await form_of(request)
    person = await _person(seen, request)
    if person is None:
        return _to(f"../{seen.room.code}")
    number = form.get("vote", "")
    step = ballot_step(seen.room.steps, form.get("ballot", ""))
    cast = _read_vote(step, form) if step else None
    if step is None or cast is None or not number:
        return PlainTextResponse("", HTTPStatus.BAD_REQUEST, HEADERS)
    counted = (step, *cast, number[:MOST_VOTE_ID])
    message, answer = await run_in_threadpool(_cast, seen, person, *counted)
    work = BackgroundTask(_work_out, seen, person) if step.kind == "own" else None
    if answer.status_code == HTTPStatus.GONE and not _by_script(request):
        return _told(Seen(seen.watching, seen.room, language(person.lang)), message, HTTPStatus.GONE)
    if _by_script(request):
        answer.background = work
        return answer
    if not message:
        on = _to(f"../{seen.room.code}")
        on.background = work
        return on
    back = html('<p><a href="../{}">{}</a></p>', seen.room.code, seen.lang("Back"))
    main = html('<p class="note" role="alert">{}</p>{}', message, back)
    lang = language(person.lang)
    return document(seen.room.title, main, lang, up="../", face="phone", status=HTTPStatus.CONFLICT)


def _read_vote(step: Step, form: dict[str, str]) -> tuple[str, int, str] | None:
    """Choice, confidence and line of a vote; None where it is none."""
    given = form.get("confidence", "")
    confidence = int(given) if given in map(str, CONFIDENCES) else 0
    if step.key == OWN:
        team = one_line(form.get("why", ""), MOST_NICKNAME)
        return (TEAM, 0, team) if team else None
    picked = {name.removeprefix("pick-") for name in form if name.startswith("pick-")} or {form.get("choice", "")}
    choice = read_choice(step, picked, load())
    return (choice, confidence, one_line(form.get("why", ""), MOST_WHY)) if choice else None


def _cast(
    seen: Seen, person: Participant, step: Step, choice: str, confidence: int, why: str, number: str
) -> tuple[str, Response]:
    """Count a vote; what there is to say of it, and the content of the page for the script."""
    store, lang = seen.watching.store, language(person.lang)
    receipt = store.vote(seen.room, person, step.key, choice, confidence, why, number)
    if receipt == "gone":
        return _gone(lang), _gone_by_script(lang)
    message = lang("Your vote came too late: the votes have been shown.") if receipt == "closed" else ""
    fresh = Seen(seen.watching, store.room(seen.room.code) or seen.room, lang)
    return message, _participants_part(fresh, person, store.own_votes(person), message)


def _work_out(seen: Seen, person: Participant) -> None:
    """Have the verdict of a team that has answered all ready before the wall asks for those of all teams at once."""
    team = team_of(seen.watching.store.own_votes(person), load())
    if team and not team.left:
        advised(team.address, seen.room.day, load())


def _by_script(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _participants_part(seen: Seen, person: Participant, own: dict[str, Vote], message: str = "") -> Response:
    main = participant.present(seen.room, person, own, seen.watching, language(person.lang), message)
    return JSONResponse({"version": seen.room.version, "main": str(main)}, headers=HEADERS)


def _version(request: Request) -> int:
    try:
        return int(request.query_params.get("at", "0")[:12])
    except ValueError:
        return 0


async def live(request: Request) -> Response:
    """The content of a participant's page once the room is at another version; 204 where it is not for long."""
    seen = await _room(request, "../")
    person = await _person(seen, request)
    if person is None:
        return Response(b"", HTTPStatus.NOT_FOUND, HEADERS)
    at = _version(request)
    if seen.room.version <= at:  # below it where another process moved the room, and this one has not looked since
        await seen.watching.changed(seen.room.code, at)
        seen = await _room(request, "../")
    if seen.room.version <= at:
        return Response(b"", HTTPStatus.NO_CONTENT, HEADERS)
    return await run_in_threadpool(_participants_next, seen, person)


def _participants_next(seen: Seen, person: Participant) -> Response:
    return _participants_part(seen, person, seen.watching.own_votes(seen.room, person))


# What somebody takes home


async def mine(request: Request) -> Response:
    """Leads to somebody's own page, of which only their browser knows the address."""
    seen = await _room(request, "../")
    held = token(request, participant_cookie(seen.room.code))
    person = await _person(seen, request)
    if person is None:
        return _to(f"../{seen.room.code}")
    secret = page_secret(held)
    await run_in_threadpool(seen.watching.store.give_link, person, secret)
    return _to(f"./mine/{secret}")


async def _linked(request: Request, up: str) -> tuple[Seen, Participant]:
    """The room, and whose own page this is, in their language. Raises `Elsewhere` for a secret that is none."""
    seen = await _room(request, up)
    secret = request.path_params["secret"][:MOST_TOKEN]
    person = await run_in_threadpool(seen.watching.store.linked, seen.room, secret)
    if person is None or GUESSES.too_many(request):
        blocked = GUESSES.too_many(request)
        GUESSES.note(request)
        status = HTTPStatus.TOO_MANY_REQUESTS if blocked else HTTPStatus.NOT_FOUND
        main = html('<h1 id="step">{}</h1>', seen.lang("There is no such page. Look at the address again."))
        raise Elsewhere(document(seen.room.title, main, seen.lang, up=up, face="phone", status=status))
    return Seen(seen.watching, seen.room, _asked_language(request, person.lang)), person


def _own_report(seen: Seen, person: Participant, request: Request) -> Paper:
    own = seen.watching.store.own_votes(person)
    team = own_team(seen.room, own, load())
    base = _address(request, seen.room).partition(f"{ROOM}/")[0]
    app = participant.in_the_app(team, seen.room, seen.lang, base) if team else ""
    return person_report(seen.room, own, seen.watching.agreed(seen.room), seen.lang.code, load(), app)


async def own_page(request: Request) -> Response:
    seen, person = await _linked(request, "../../")
    address = f"{_address(request, seen.room)}/mine/{request.path_params['secret']}"
    paper = await run_in_threadpool(_own_report, seen, person, request)
    main = participant.own_page(seen.room, paper, address, seen.lang)
    return document(seen.room.title, main, seen.lang, up="../../", face="phone own")


async def own_file(request: Request) -> Response:
    seen, person = await _linked(request, "../../../")
    text = paper_markdown(await run_in_threadpool(_own_report, seen, person, request))
    return _file(text.encode(), "text/markdown; charset=utf-8", file_name(seen.room, "md", date.today()))


async def own_pdf(request: Request) -> Response:
    from advisor.report.pdf import paper_pdf  # here, since it takes a while to load

    seen, person = await _linked(request, "../../../")
    made = await run_in_threadpool(lambda: paper_pdf(_own_report(seen, person, request)))
    return _file(made, "application/pdf", file_name(seen.room, "pdf", date.today()))


# The projector


def _address(request: Request, room: Room) -> str:
    """The address at which phones join, as far as this request or `advisor workshop` tells."""
    base = str(request.url).partition(f"/{ROOM}/")[0]
    told = os.environ.get(ADDRESS, "")
    if told and (request.url.hostname or "") in LOOPBACK:
        base = told
    return f"{base}/{ROOM}/{room.code}"


async def screen(request: Request) -> Response:
    seen = await _room(request, "../")
    told = {"live": f"./screen/live?lang={seen.lang.code}", "version": seen.room.version, **_timed(seen.room)}
    main = await run_in_threadpool(projector.screen, seen.room, seen.watching, _address(request, seen.room), seen.lang)
    count = await run_in_threadpool(leader.counted, seen.room, seen.watching, seen.lang)
    foot = html('<footer><p id="count">{}</p>{}</footer>', count, _clock(seen.lang))
    return document(
        seen.room.title, main, seen.lang, up="../", face="projector", foot=foot, data=told,
        refresh=participant.REFRESH_SECONDS,
    )  # fmt: skip


def _clock(lang: Language) -> Markup:
    """Where the script counts down, and what it writes before the time."""
    return html('<p id="clock" data-label="{}"></p>', lang("Time left"))


def _timed(room: Room) -> dict[str, object]:
    """How long this step may still take, in whole seconds; the script counts down, whatever its clock says.

    Nothing in the lobby, where people come in: time runs from the first step after it.
    """
    if room.step.kind == "lobby":
        return {"left": "", "paused": 1}
    left = round(seconds_left(room.state, room.steps, time.time()))
    return {"left": left, "paused": int(room.state.paused)}


async def screen_live(request: Request) -> Response:
    seen = await _waited(request)
    told = await run_in_threadpool(_counts, seen)
    if seen.room.version != _version(request):
        told["main"] = str(
            await run_in_threadpool(projector.screen, seen.room, seen.watching, _address(request, seen.room), seen.lang)
        )
    return JSONResponse(told, headers=HEADERS)


async def _waited(request: Request) -> Seen:
    """The room once it has moved, or after the time in which a count may be old."""
    seen = await _room(request, "../../")
    at = _version(request)
    if seen.room.version <= at:
        await seen.watching.changed(seen.room.code, at, COUNT_SECONDS)
        seen = await _room(request, "../../")
    return seen


def _counts(seen: Seen) -> dict[str, object]:
    return {
        "version": seen.room.version,
        "count": leader.counted(seen.room, seen.watching, seen.lang),
        **_timed(seen.room),
    }


# Whoever leads


async def _leads(seen: Seen, request: Request) -> bool:
    held = token(request, leader_cookie(seen.room.code))
    return bool(held) and await run_in_threadpool(seen.watching.store.leads, seen.room, held)


async def _led(request: Request, up: str) -> Seen:
    """The room of somebody who leads it. Raises `Elsewhere` for anybody else."""
    seen = await _room(request, up)
    if not await _leads(seen, request):
        blocked = GUESSES.too_many(request)
        if token(request, leader_cookie(seen.room.code)):
            GUESSES.note(request)
        status = HTTPStatus.TOO_MANY_REQUESTS if blocked else HTTPStatus.FORBIDDEN
        main = html(
            '<h1 id="step">{}</h1><p>{}</p>',
            seen.lang("This page is for whoever leads the room"),
            seen.lang("Open it by the link that was shown when the room was opened."),
        )
        raise Elsewhere(document(seen.room.title, main, seen.lang, up=up, face="phone", status=status))
    return seen


async def lead(request: Request) -> Response:
    """The page of whoever leads. The link holds the secret; from then on a cookie does, not the address."""
    secret = request.query_params.get("key", "")
    if secret:
        seen = await _room(request, "../")
        if GUESSES.too_many(request) or not await run_in_threadpool(seen.watching.store.leads, seen.room, secret):
            GUESSES.note(request)
            return _refused(seen)
        answer = _to("./lead")
        keep(answer, request, leader_cookie(seen.room.code), secret)
        return answer
    return await _leaders_page(await _led(request, "../"), request)


def _refused(seen: Seen) -> Response:
    main = html('<h1 id="step">{}</h1>', seen.lang("This link does not lead the room."))
    return document(seen.room.title, main, seen.lang, up="../", face="phone", status=HTTPStatus.FORBIDDEN)


async def _leaders_page(seen: Seen, request: Request) -> Response:
    room, lang = seen.room, seen.lang
    main = await run_in_threadpool(leader.panel, room, seen.watching, lang, "")
    counts = await run_in_threadpool(_leaders_counts, seen)
    told = {
        "live": f"./lead/live?lang={lang.code}",
        "version": room.version,
        "offline": lang("No connection. This page tries again by itself."),
        **_timed(room),
    }
    foot = html(
        '<section class="counts" aria-label="{}"><p id="count">{}</p>{}'
        '<details><summary>{}</summary><div id="tally">{}</div></details></section>{}',
        lang("Count and time left"),
        counts["count"],
        _clock(lang),
        lang("Look at the votes alone"),
        counts["tally"],
        leader.around(room, _address(request, room), lang),
    )
    answer = document(room.title, main, lang, up="../", face="leader", foot=foot, data=told)
    answer.background = BackgroundTask(_read_ahead, room)
    return answer


def _read_ahead(room: Room) -> None:
    """Have the texts of the case that comes next ready before all phones ask for them in the same moment."""
    case = next((step.case for step in room.steps[room.state.step :] if step.case), "")
    for code in LANGUAGES if case else ():
        case_texts(case, room.day, code, load())


def _leaders_counts(seen: Seen) -> dict[str, Any]:
    """What whoever leads sees of it; the tally is `Markup`, which JSON writes as text."""
    return {**_counts(seen), "tally": leader.chosen_so_far(seen.room, seen.watching, seen.lang)}


async def lead_live(request: Request) -> Response:
    await _led(request, "../../")
    seen = await _waited(request)
    told = await run_in_threadpool(_leaders_counts, seen)
    if seen.room.version != _version(request):
        told["main"] = str(await run_in_threadpool(leader.panel, seen.room, seen.watching, seen.lang, ""))
    return JSONResponse(told, headers=HEADERS)


async def do(request: Request) -> Response:
    """Moves the room, if it still stands where the page showed it: what two people press at once moves it once."""
    seen = await _led(request, "../../")
    form = await form_of(request)
    wanted = next((action for action in ACTIONS if action == form.get("action")), None)
    store = seen.watching.store
    room = await run_in_threadpool(store.room, seen.room.code)
    moved = False
    if room and wanted and form.get("version") == str(room.version):
        try:
            over = await run_in_threadpool(seen.watching.over, room)
            state = act(room.state, wanted, room.steps, time.time(), over)
        except NotAllowed:
            pass
        else:
            moved = await run_in_threadpool(store.move, room, state)
    said = "" if moved else seen.lang("The room had moved meanwhile. This is where it stands.")
    return await _changed(seen, request, said)


async def pick(request: Request) -> Response:
    """Takes an answer on a question that the room answers together; an empty one goes by what most chose."""
    seen = await _led(request, "../../")
    form = await form_of(request)
    step = next((step for step in seen.room.steps if step.kind == "ask" and step.key == form.get("ballot")), None)
    chosen = form.get("choice", "")
    if step is None or (chosen and read_choice(step, parts(chosen), load()) != chosen):
        return PlainTextResponse("", HTTPStatus.BAD_REQUEST, HEADERS)
    await run_in_threadpool(seen.watching.store.pick, seen.room, step.key, chosen)
    return await _changed(seen, request)


async def _changed(seen: Seen, request: Request, message: str = "") -> Response:
    """The page of whoever leads after they changed something: to the script its content."""
    seen.watching.moved(seen.room.code)
    if not _by_script(request):
        return _to(f"../lead?lang={seen.lang.code}")
    fresh = await run_in_threadpool(seen.watching.room, seen.room.code)
    if fresh is None:
        return Response(b"", HTTPStatus.NOT_FOUND, HEADERS)
    seen = Seen(seen.watching, fresh, seen.lang)
    told = await run_in_threadpool(_leaders_counts, seen)
    told["main"] = str(await run_in_threadpool(leader.panel, fresh, seen.watching, seen.lang, message))
    return JSONResponse(told, headers=HEADERS, background=BackgroundTask(_read_ahead, fresh))


async def link(request: Request) -> Response:
    """Another link to lead the room by; it is shown once."""
    seen = await _led(request, "../../")
    secret = await run_in_threadpool(seen.watching.store.add_facilitator, seen.room)
    more = f"{_address(request, seen.room)}/lead?key={secret}"
    lang = seen.lang
    main = html(
        '<h1 id="step">{}</h1><p>{}</p><p class="address">{}</p><p><a href="../lead">{}</a></p>',
        lang("Link for a second person who leads"),
        lang("Whoever has this link can do all that you can. It is shown this once."),
        more,
        lang("Back"),
    )
    return document(seen.room.title, main, lang, up="../../", face="phone")


async def hands(request: Request) -> Response:
    """Where whoever leads enters what was counted on paper."""
    return await run_in_threadpool(_hands_page, await _led(request, "../../"), request.query_params.get("saved", ""))


def _hands_page(
    seen: Seen, saved: str = "", wrong: tuple[str, str] = ("", ""), typed: dict[str, str] | None = None
) -> Response:
    kept = seen.watching.store.hand_counts(seen.room)
    main = leader.hands_page(seen.room, kept, seen.lang, saved, wrong, typed or {})
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong[0] else HTTPStatus.OK
    return document(seen.room.title, main, seen.lang, up="../../", face="hands", status=status)


async def count(request: Request) -> Response:
    """Keeps what was counted on paper on one ballot, in place of what was kept of it."""
    seen = await _led(request, "../../")
    form = await form_of(request)
    step = next((step for step in seen.room.steps if step.votes and step.key == form.get("ballot")), None)
    if step is None or step.kind == "own":
        return PlainTextResponse("", HTTPStatus.BAD_REQUEST, HEADERS)
    asked = choices(step, load())
    typed = {choice: one_line(form.get(f"n-{choice}", ""), MOST_TYPED) for choice in asked}
    try:
        counts = read_counts(asked, typed)
    except WrongCount as error:
        return await run_in_threadpool(_hands_page, seen, "", (step.key, error.choice), typed)
    await run_in_threadpool(seen.watching.store.count_by_hand, seen.room, step.key, counts)
    seen.watching.moved(seen.room.code)
    return _to(f"./hands?{urlencode({'lang': seen.lang.code, 'saved': step.key})}")


async def people(request: Request) -> Response:
    """Where whoever leads hides names and texts."""
    seen = await _led(request, "../../")
    return await run_in_threadpool(_people_page, seen)


def _people_page(seen: Seen) -> Response:
    store, room = seen.watching.store, seen.room
    main = people_page(room, store.named(room), store.votes(room), seen.lang)
    return document(room.title, main, seen.lang, up="../../", face="hands")


async def hide(request: Request) -> Response:
    """Hides a nickname, or what somebody wrote on a ballot; or shows it again."""
    seen = await _led(request, "../../")
    form = await form_of(request)
    participant_id, ballot = form.get("participant", ""), form.get("ballot", "")
    if not (participant_id.isascii() and participant_id.isdigit() and len(participant_id) < MOST_DIGITS):
        return PlainTextResponse("", HTTPStatus.BAD_REQUEST, HEADERS)
    hidden = form.get("hidden") == "1"
    await run_in_threadpool(seen.watching.store.hide, seen.room, int(participant_id), ballot, hidden)
    seen.watching.moved(seen.room.code)
    return _to(f"./people?lang={seen.lang.code}")


async def votes_file(request: Request) -> Response:
    seen = await _led(request, "../../")
    made = await run_in_threadpool(_votes_file, seen)
    return _file(made, "text/csv", file_name(seen.room, "csv", date.today()))


def _votes_file(seen: Seen) -> bytes:
    store, room = seen.watching.store, seen.room
    return votes_csv(store.votes(room), store.people(room), store.hand_counts(room), room.steps)


async def report_file(request: Request) -> Response:
    seen = await _led(request, "../../")
    paper = await run_in_threadpool(_report, seen)
    text = paper_markdown(paper)
    return _file(text.encode(), "text/markdown; charset=utf-8", file_name(seen.room, "md", date.today()))


async def report_pdf(request: Request) -> Response:
    from advisor.report.pdf import paper_pdf  # here, since it takes a while to load

    seen = await _led(request, "../../")
    made = await run_in_threadpool(lambda: paper_pdf(_report(seen)))
    return _file(made, "application/pdf", file_name(seen.room, "pdf", date.today()))


def _report(seen: Seen) -> Paper:
    store, room = seen.watching.store, seen.room
    hands = store.hand_counts(room)
    votes, people = store.votes(room), store.count_people(room)
    return room_report(room, votes, people, seen.lang.code, load(), hands, store.picks(room))


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(
        content, headers={**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}, media_type=kind
    )


async def delete(request: Request) -> Response:
    seen = await _led(request, "../../")
    await run_in_threadpool(seen.watching.store.delete, seen.room)
    seen.watching.moved(seen.room.code)
    return document(seen.room.title, leader.deleted(seen.lang), seen.lang, up="../../", face="phone")


async def static(request: Request) -> Response:
    file = files().get(request.path_params["name"])
    if file is None:
        return PlainTextResponse("", HTTPStatus.NOT_FOUND, HEADERS)
    content, kind = file
    told = {**HEADERS, **VARY, "Cache-Control": UNCHANGING}
    encoding = accepted(request.headers.raw)
    if encoding:
        content, told["Content-Encoding"] = compressed_document(content, encoding), encoding
    return Response(content, headers=told, media_type=kind)
