"""Handing in a file: a button and a place to drop it, how far it is on its way, and a way to take it back.

Streamlit's own uploader speaks English in every language and keeps files in memory. Here the browser sends the file by
itself, piece by piece into a file that is held for the reader, to an address that only this page was told.
"""

from __future__ import annotations

import secrets
import weakref
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from advisor.language import Language
from advisor.ui.held import MOST_NAME, PIECE, Held, Upload
from advisor.ui.sizes import size

NO_ROOM = 507
TOO_LARGE = 413
MOST_DIGITS = 16

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
  font-size: 0.875rem; border-left: 6px solid light-dark(#8c3b2e, #e59a8b); padding: 0.1rem 0.6rem; margin-top: 0.3rem;
}
"""

JS = """
const sending = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
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
    const number = String(Date.now());
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
      request.status < 300 ? "" : request.status === 413 ? words.tooLarge
        : request.status === 507 ? words.noRoom : words.failed);
    request.onerror = () => ended(words.failed);
    const where = new URL(`./held/${data.token}`, document.baseURI);
    where.search = new URLSearchParams({ name: chosen.name, number });
    request.open("PUT", where);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.send(chosen);
  };

  find("#label").textContent = data.title;
  choose.textContent = words.choose;
  if (!sending.get(parentElement)) draw(data.name, data.label, false);
  choose.onclick = () => input.click();
  input.onchange = () => { const chosen = input.files[0]; send(chosen); input.value = ""; };
  drop.onclick = () => {
    const request = sending.get(parentElement);
    refocus(drop, choose);
    sending.delete(parentElement);
    request?.abort();
    draw("", "", false);
    tell("");
    setTriggerValue("removed", String(Date.now()));
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

_component = st.components.v2.component("advisor_upload", html=HTML, css=CSS, js=JS)


@dataclass(eq=False)
class Slot:
    """The place for one file of a reader: what lies there, and whether another is on its way."""

    file: Upload | None = None
    begun: int = 0
    ended: int = 0
    """The number of the last file that the browser began to send, and of the last whose way has ended; later files have
    greater numbers. Page and server both tell, in any order."""
    unwanted: int = 0
    """The number of the last file that the reader took back."""
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

    def clear(self) -> None:
        """Take the file back, also one that is on its way."""
        self.file = None
        self.ended = self.unwanted = self.begun


_slots: weakref.WeakValueDictionary[str, Slot] = weakref.WeakValueDictionary()


def most_bytes() -> int:
    """The size of the largest file that is taken, from Streamlit's option `server.maxUploadSize`."""
    return int(st.get_option("server.maxUploadSize")) * 1_000_000


def handed_in(label: str, key: str, slot: Slot, lang: Language) -> Upload | None:
    """The file that the reader has handed in here."""
    file = slot.file
    with st.container(key=f"upload-{key}"):
        _component(
            key=f"uploader-{key}",
            data={
                "token": slot.token,
                "most": most_bytes(),
                "title": label,
                "name": file.name if file else "",
                "label": f"{file.name}, {size(file.size, lang)}" if file else "",
                "words": _words(lang),
            },
            on_begun_change=lambda: _begun(slot, key),
            on_ended_change=lambda: _ended(slot, key),
            on_removed_change=slot.clear,
        )
    return slot.file


def _words(lang: Language) -> dict[str, str]:
    """What the browser says by itself; the names in braces are filled in there."""
    return {
        "choose": lang("Choose a file or drop it here"),
        "remove": lang("Remove"),
        "removeName": lang("Remove {name}"),
        "stop": lang("Stop"),
        "stopName": lang("Stop handing in {name}"),
        "way": lang("{done} of {size} MB"),
        "here": lang("{name} is here."),
        "tooLarge": lang("{name} is too large. Pack it with gzip or zstd, or check it with the command advisor check."),
        "noRoom": lang("There is no room left on this server for the file."),
        "failed": lang("{name} did not arrive. Look whether you are connected, and hand it in again."),
    }


def _begun(slot: Slot, key: str) -> None:
    slot.begin(_number(_told(key, "begun")))


def _ended(slot: Slot, key: str) -> None:
    slot.end(_number(_told(key, "ended")))


def _number(told: Any) -> int:
    return int(told) if str(told).isdecimal() and len(str(told)) < MOST_DIGITS else 0


def _told(key: str, name: str) -> Any:
    return getattr(st.session_state.get(f"uploader-{key}"), name, None)


async def take(request: Request) -> Response:
    """Put what the browser sends into the slot with this token, once it is whole."""
    slot = _slots.get(request.path_params["token"])
    if slot is None:
        return Response(status_code=404)
    number = _number(request.query_params.get("number"))
    slot.begin(number)
    length = request.headers.get("content-length", "")
    most = most_bytes()
    if length.isdecimal() and int(length) > most:
        slot.end(number)
        return Response(status_code=TOO_LARGE)
    held, waiting, total = Held(), bytearray(), 0
    try:
        async for piece in request.stream():
            total += len(piece)
            if total > most:
                return Response(status_code=TOO_LARGE)
            waiting += piece
            if len(waiting) >= PIECE:
                await run_in_threadpool(held.file.write, bytes(waiting))
                waiting.clear()
        await run_in_threadpool(held.file.write, bytes(waiting))
    except ClientDisconnect:
        return Response(status_code=400)
    except OSError:
        return Response(status_code=NO_ROOM)
    finally:
        slot.end(number)
    if 0 < number <= slot.unwanted:
        return Response(status_code=204)
    slot.file = Upload(_name(request.query_params.get("name", "")), held)
    return Response(status_code=204)


def _name(given: str) -> str:
    """The last part of a file's name, without signs that no name has."""
    name = PurePath(given.replace("\\", "/")).name
    return "".join(sign for sign in name if sign.isprintable()).lstrip(".")[-MOST_NAME:] or "data"


ROUTES = [Route("/{base:path}held/{token}", take, methods=["PUT"])]
"""Also below a path that a proxy puts before all addresses."""
