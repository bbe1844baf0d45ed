"""Handing in a file: a button and a place to drop it, how far it is on its way, and a way to take it back.

Streamlit's own uploader speaks English in every language and keeps files in memory. Here the browser sends the file by
itself, piece by piece into a file that is held for the reader, to an address that only this page was told.
"""

from __future__ import annotations

import asyncio
import secrets
import time
import weakref
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from advisor.charts.colours import SCREEN
from advisor.language import Language
from advisor.ui.files.stored import CHUNK, MOST_NAME, SERVER, Account, Full, StoredFile, Upload, most_bytes, visitor
from advisor.wording.sizes import size

MOST_DIGITS = 16
MOST_AT_ONCE = 40
"""Files that are on their way to this server together."""
LOOK_SECONDS = 0.5
"""How often a file on its way that is silent is looked after."""
SILENCE_SECONDS = 30.0
"""How long nothing may come of a file on its way."""
START_SECONDS = 60.0
LEAST_SPEED = 8_000
"""Bytes a second that must have come on average, once it has been on its way for `START_SECONDS`."""

HTML = """
<div role="group" aria-labelledby="label">
  <p id="label"></p>
  <div class="zone">
    <button type="button" class="choose"></button>
    <input type="file" tabindex="-1" aria-hidden="true">
    <div class="file" hidden>
      <p class="name"></p>
      <progress max="1"></progress>
      <button type="button" class="drop"></button>
    </div>
  </div>
  <p class="said" role="status"></p>
</div>
"""

VARIABLES = f".said {{ --wrong: {SCREEN['dont']}; }}"
CSS = """
* { box-sizing: border-box; }
p { margin: 0; }
#label { font-size: 0.875rem; margin-bottom: 0.25rem; }
.zone {
  display: flex; flex-wrap: wrap; align-items: center; gap: 0.6rem 1rem; padding: 0.8rem; min-height: 4.2rem;
  background: var(--st-secondary-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius);
}
.zone.over { border: 2px dashed var(--st-link-color); padding: calc(0.8rem - 1px); }
button {
  font: inherit; font-size: 0.875rem; color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius); padding: 0.5rem 0.8rem;
  cursor: pointer;
}
button:hover { border-color: var(--st-link-color); }
button:focus-visible { outline: 3px solid var(--st-link-color); outline-offset: 2px; }
input, [hidden] { display: none !important; }
.file { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 1rem; flex: 1 1 14rem; min-width: 0; }
.name { font-weight: 500; overflow-wrap: anywhere; min-width: 0; }
.drop { background: none; border-color: transparent; text-decoration: underline; padding: 0.5rem 0.2rem; }
progress { flex: 1 1 8rem; height: 0.5rem; accent-color: var(--st-link-color); }
.said:not(.wrong) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.said.wrong {
  font-size: 0.875rem; border-left: 6px solid var(--wrong); padding: 0.1rem 0.6rem; margin-top: 0.3rem;
}
"""

JS = """
const sending = new WeakMap();
// What was done here last. What the server says is drawn once it has heard of that: until then it says how things were
// before, and drawing that would take the button away from under the finger, and the focus with it.
const done = new WeakMap();
let latest = 0;
const next = () => { latest = Math.max(Date.now(), latest + 1); return latest; };

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const find = (name) => parentElement.querySelector(name);
  const [zone, choose, input, file, bar, drop, said] =
    [".zone", ".choose", "input", ".file", "progress", ".drop", ".said"].map(find);
  const words = data.words;
  const filled = (text, values) => text.replace(/\\{(\\w+)\\}/g, (whole, name) => values[name] ?? whole);
  const megabytes = (bytes) => (bytes / 1e6).toLocaleString(document.documentElement.lang, {
    maximumSignificantDigits: 3 });

  const tell = (text, wrong) => { said.textContent = text; said.classList.toggle("wrong", Boolean(wrong)); };
  const draw = (name, label, way) => {
    file.hidden = !name;
    choose.hidden = Boolean(name);
    find(".name").textContent = label ?? "";
    bar.hidden = !way;
    drop.textContent = way ? words.stop : words.remove;
    drop.setAttribute("aria-label", filled(way ? words.stopName : words.removeName, { name }));
    bar.setAttribute("aria-label", label ?? "");
  };
  const refocus = (from, to) => { if (from.getRootNode().activeElement === from) setTimeout(() => to.focus()); };

  const send = (chosen) => {
    if (!chosen) return;
    if (chosen.size > data.most) { tell(filled(words.tooLarge, { name: chosen.name }), true); return; }
    sending.get(parentElement)?.abort();
    const number = String(next());
    const request = new XMLHttpRequest();
    const ended = (problem) => {
      if (sending.get(parentElement) !== request) return;
      sending.delete(parentElement);
      if (problem) {
        draw(data.name, data.label, false);
        tell(filled(problem, { name: chosen.name }), true);
      } else {
        tell(filled(words.here, { name: chosen.name }));
      }
      done.set(parentElement, { token: data.token, what: "ended", number: Number(number) });
      setTriggerValue("ended", number);
    };
    sending.set(parentElement, request);
    setTriggerValue("begun", number);
    refocus(choose, drop);
    draw(chosen.name, chosen.name, true);
    bar.value = 0;
    tell("");
    request.upload.onprogress = ({ loaded, total }) => {
      bar.value = loaded / (total || 1);
      find(".name").textContent = `${chosen.name}, ` +
        filled(words.way, { done: megabytes(loaded), size: megabytes(total) });
    };
    request.onload = () => ended(
      request.status < 300 ? "" : words[request.responseText]
        ?? { 413: words.tooLarge, 507: words.full }[request.status] ?? words.failed);
    request.onerror = () => ended(words.failed);
    const where = new URL(`./held/${data.token}`, document.baseURI);
    where.search = new URLSearchParams({ name: chosen.name, number });
    request.open("PUT", where);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.send(chosen);
  };

  find("#label").textContent = data.title;
  choose.textContent = words.choose;
  const last = done.get(parentElement);
  const heard = !last || last.token !== data.token || data[last.what] >= last.number;
  if (!sending.get(parentElement) && heard) draw(data.name, data.label, false);
  choose.onclick = () => input.click();
  input.onchange = () => { const chosen = input.files[0]; send(chosen); input.value = ""; };
  drop.onclick = () => {
    const request = sending.get(parentElement);
    refocus(drop, choose);
    sending.delete(parentElement);
    request?.abort();
    draw("", "", false);
    tell("");
    const number = next();
    done.set(parentElement, { token: data.token, what: "removed", number });
    setTriggerValue("removed", String(number));
  };
  zone.ondragover = (event) => { event.preventDefault(); zone.classList.add("over"); };
  zone.ondragleave = () => zone.classList.remove("over");
  zone.ondrop = (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    send(event.dataTransfer.files[0]);
  };
}
"""

_component = st.components.v2.component("advisor_upload", html=HTML, css=VARIABLES + CSS, js=JS)


@dataclass(eq=False)
class UploadSlot:
    """The place for one file of a reader: what lies there, and whether another is on its way."""

    file: Upload | None = None
    begun: int = 0
    ended: int = 0
    """The number of the last file that the browser began to send, and of the last whose way has ended; later files have
    greater numbers. Page and server both tell, in any order."""
    unwanted: int = 0
    """The number of the last file that the reader took back."""
    removed: int = 0
    """The number of the last press of "Remove" that was heard of."""
    account: Account = field(default_factory=visitor)
    """Of its reader."""
    arrival: IncomingUpload | None = None
    """What is coming in now."""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def __post_init__(self) -> None:
        _slots[self.token] = self

    @property
    def arriving(self) -> bool:
        return self.ended < self.begun

    def begin(self, number: int) -> None:
        self.begun = max(self.begun, number)

    def end(self, number: int) -> None:
        self.ended = max(self.ended, number)

    def put(self, file: Upload | None) -> None:
        """Let a file lie here in place of the one before."""
        before, self.file = self.file, file
        if before:
            before.stored.close()

    def clear(self) -> None:
        """Take the file back, also one that is on its way."""
        self.put(None)
        self.arrival = None
        self.ended = self.unwanted = self.begun


_slots: weakref.WeakValueDictionary[str, UploadSlot] = weakref.WeakValueDictionary()


def upload_field(label: str, key: str, slot: UploadSlot, lang: Language) -> Upload | None:
    """The file that the reader has handed in here."""
    ended, removed = slot.ended, slot.removed  # before the file: it is put there first, and then its way has ended
    file = slot.file
    words = {
        "token": slot.token,
        "most": most_bytes(),
        "title": label,
        "name": file.name if file else "",
        "label": f"{file.name}, {size(file.size, lang)}" if file else "",
        "ended": ended,
        "removed": removed,
        "words": script_words(lang, slot.account),
    }
    with st.container(key=f"upload-{key}"):
        _component(
            key=f"uploader-{key}",
            data=(words,),
            on_begun_change=lambda: _begun(slot, key),
            on_ended_change=lambda: _ended(slot, key),
            on_removed_change=lambda: _removed(slot, key),
        )
    return slot.file


def script_words(lang: Language, account: Account) -> dict[str, str]:
    """What the browser says by itself; the names in braces are filled in there."""
    name = "{name}"
    return {
        "choose": lang("Choose a file or drop it here"),
        "remove": lang("Remove"),
        "removeName": lang("Remove {name}"),
        "stop": lang("Stop"),
        "stopName": lang("Stop handing in {name}"),
        "way": lang("{done} of {size} MB"),
        "here": lang("{name} is here."),
        "tooLarge": lang("{name} is too large. Pack it with gzip or zstd, or check it with the command advisor check."),
        "full": lang("There is no room left on this server for the file."),
        "noRoom": lang(
            "There is no room for {name}: the files of all visitors fill the {size} that this server has for them. Try "
            "again in ten minutes, or check it on your own machine with the command advisor check.",
            name=name,
            size=size(SERVER.most, lang),
        ),
        "yourRoom": lang(
            "There is no room for {name}: your files fill the {size} that one visitor has here. Remove one, or forget "
            "the file that was checked.",
            name=name,
            size=size(account.most, lang),
        ),
        "busy": lang(
            "{most} files are on their way to this server already, and more are not taken at once. Hand in {name} "
            "again in a minute.",
            name=name,
            most=lang.number(MOST_AT_ONCE),
        ),
        "slow": lang(
            "{name} came more slowly than {speed} kB a second, or stood still for {silence} seconds, and was broken "
            "off. Pack it with gzip or zstd, or check it on your own machine with the command advisor check.",
            name=name,
            speed=lang.number(LEAST_SPEED / 1000),
            silence=lang.number(SILENCE_SECONDS),
        ),
        "replaced": lang("Another file came after {name}, and is taken in its place.", name=name),
        "failed": lang("{name} did not arrive. Look whether you are connected, and hand it in again."),
    }


def _begun(slot: UploadSlot, key: str) -> None:
    slot.begin(_number(_told(key, "begun")))


def _ended(slot: UploadSlot, key: str) -> None:
    slot.end(_number(_told(key, "ended")))


def _removed(slot: UploadSlot, key: str) -> None:
    slot.clear()
    slot.removed = max(slot.removed, _number(_told(key, "removed")))
    slot.unwanted = max(slot.unwanted, slot.removed)  # also one of which nothing has been heard yet


def _number(told: Any) -> int:
    return int(told) if str(told).isdecimal() and len(str(told)) < MOST_DIGITS else 0


def _told(key: str, name: str) -> Any:
    return getattr(st.session_state.get(f"uploader-{key}"), name, None)


class UploadRefused(Exception):
    """What the browser sends is not taken; the reason is a key of the words that the page has for it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


STATUS = {"tooLarge": 413, "noRoom": 507, "yourRoom": 507, "full": 507, "busy": 429, "slow": 408, "replaced": 409}
"""What a browser is answered, by reason; that is what the answer says too."""

incoming: set[IncomingUpload] = set()


class IncomingUpload:
    """A file on its way into a slot, which takes the last that comes: an earlier one ends there."""

    def __init__(self, request: Request, slot: UploadSlot, number: int) -> None:
        self.request = request
        self.slot = slot
        self.number = number
        self.stored: StoredFile | None = None
        self.total = 0
        self.more = True
        """Whether there is more to come."""
        self.began = time.monotonic()

    async def receive_all(self) -> StoredFile:
        """All that comes. Raises `Refused`, `Full`, `OSError`, `ClientDisconnect`."""
        most = most_bytes()
        length = self.request.headers.get("content-length", "")
        if length.isdecimal() and int(length) > most:
            raise UploadRefused("tooLarge")
        if len(incoming) > MOST_AT_ONCE:
            raise UploadRefused("busy")
        self.stored, waiting = StoredFile(account=self.slot.account), bytearray()
        async for chunk in self._chunks():
            self.total += len(chunk)
            if self.total > most:
                raise UploadRefused("tooLarge")
            waiting += chunk
            if len(waiting) >= CHUNK:
                await run_in_threadpool(self.stored.file.write, bytes(waiting))
                waiting.clear()
        if length.isdecimal() and int(length) != self.total:
            raise ClientDisconnect
        await run_in_threadpool(self.stored.file.write, bytes(waiting))
        return self.stored

    async def _chunks(self) -> AsyncIterator[bytes]:
        """What comes. Raises `Refused` where it comes too slowly or another file has come after it."""
        while self.more:
            coming = asyncio.ensure_future(self.request.receive())
            heard = time.monotonic()
            try:
                while not (await asyncio.wait({coming}, timeout=LOOK_SECONDS))[0]:
                    self._demand_speed(heard)
            finally:
                coming.cancel()
            self._demand_speed(heard)
            message = coming.result()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            self.more = message.get("more_body", False)
            yield message.get("body", b"")

    def _demand_speed(self, heard: float) -> None:
        now = time.monotonic()
        if self.slot.arrival is not self:
            raise UploadRefused("replaced")
        if now - heard > SILENCE_SECONDS or self.total < LEAST_SPEED * (now - self.began - START_SECONDS):
            raise UploadRefused("slow")

    async def drain(self) -> None:
        """Let the rest come, and forget it: a browser hears no answer before it has sent everything."""
        with suppress(UploadRefused, ClientDisconnect):
            async for chunk in self._chunks():
                self.total += len(chunk)
                if self.total > 2 * most_bytes():
                    return


async def receive_upload(request: Request) -> Response:
    """Put what the browser sends into the slot with this token, once it is whole."""
    slot = _slots.get(request.path_params["token"])
    if slot is None:
        return Response(status_code=404)
    number = _number(request.query_params.get("number"))
    slot.begin(number)
    arrival = slot.arrival = IncomingUpload(request, slot, number)
    incoming.add(arrival)
    reason = "failed"
    try:
        stored, reason = await arrival.receive_all(), ""
    except ClientDisconnect:
        pass
    except (UploadRefused, Full) as error:
        reason = error.reason
    except OSError:
        reason = "full"
    finally:
        incoming.discard(arrival)
        # Whatever is not whole is closed at once: an error that is remembered somewhere would keep it for long.
        if not reason and not 0 < number <= slot.unwanted:
            slot.put(Upload(_name(request.query_params.get("name", "")), stored))
        elif arrival.stored:
            arrival.stored.close()
        slot.end(number)
    if reason and reason not in ("failed", "replaced", "slow"):
        await arrival.drain()
    if slot.arrival is arrival:
        slot.arrival = None
    if reason:
        return PlainTextResponse(reason, STATUS.get(reason, 400))
    return Response(status_code=204)


def _name(given: str) -> str:
    """The last part of a file's name, without signs that no name has."""
    name = PurePath(given.replace("\\", "/")).name
    return "".join(sign for sign in name if sign.isprintable()).lstrip(".")[-MOST_NAME:] or "data"


ROUTES = [Route("/{base:path}held/{token}", receive_upload, methods=["PUT"])]
"""Also below a path that a proxy puts before all addresses."""
