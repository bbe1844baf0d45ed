"""A reader without a browser: the messages that Streamlit's page exchanges with its server, over a raw websocket.

A browser costs more processor than the server it clicks on, so rooms full of readers are made of these. A click counts
from the message that leaves to the last message of the run (or of the runs, where it leads to another page) in answer.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.request import Request, urlopen

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from advisor.cli.serve import HOST

PATIENCE = 120
"""Seconds without any message after which an answer is given up."""
EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN


class Visitor:
    """One session. `elements` are those of the run that was answered last; `widgets` what was chosen so far."""

    def __init__(self, port: int, page: str = "", query: str = "lang=en") -> None:
        self.address = f"{HOST}:{port}"
        self.page, self.query = page, query
        self.script = ""
        self.session = ""
        self.elements: list[Element] = []
        self.widgets: dict[str, WidgetState] = {}
        self.reruns: dict[str, float] = {}
        """Fragments that the page runs again by itself, with their interval in seconds."""
        self._part = False
        self._socket: ClientConnection | None = None

    async def open(self) -> float:
        """Connect and wait for the first page; the seconds that took."""
        started = time.perf_counter()
        self._socket = await connect(
            f"ws://{self.address}/_stcore/stream",
            origin=f"http://{self.address}",  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            compression=None,
            max_size=None,
            open_timeout=PATIENCE,
        )
        await self._run()
        return time.perf_counter() - started

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def click(self, key: str) -> float:
        """Press the button with this key; the seconds until its answer is complete."""
        return await self._changed(WidgetState(id=self.id_of(key), trigger_value=True), kept=False)

    async def choose(self, radio: str, label: str) -> float:
        """Choose what has this label among the radio buttons with this id."""
        return await self._changed(WidgetState(id=radio, string_value=label))

    async def look_again(self) -> float:
        """Run the fragments that the page runs again by itself, once they are due."""
        fragment, interval = min(self.reruns.items(), key=lambda one: one[1])
        await asyncio.sleep(interval)
        started = time.perf_counter()
        await self._run(fragment)
        return time.perf_counter() - started

    async def fetch(self, key: str) -> bytes:
        """What the download button with this key gives, made when it is asked for."""
        asked = next(one.download_button for one in self.elements if one.download_button.id.endswith(f"-{key}"))
        url = asked.url
        if asked.deferred_file_id:
            message = BackMsg()
            message.backend_operation_request.request_id = uuid.uuid4().hex
            message.backend_operation_request.session_id = self.session
            message.backend_operation_request.deferred_file.file_id = asked.deferred_file_id
            await self._send(message)
            async for answer in self._messages():
                if answer.WhichOneof("type") == "backend_operation_response":
                    break
            made = answer.backend_operation_response
            if made.error_msg:
                raise RuntimeError(made.error_msg)
            url = made.deferred_file.url
        return await asyncio.to_thread(_got, Request(f"http://{self.address}{url}"))

    async def hand_in(self, name: str, data: bytes) -> None:
        """Send a file to the page's first place for one."""
        token = next(told["token"] for told in self.told() if "token" in told)
        number = int(time.time() * 1000)
        url = f"http://{self.address}/held/{token}?name={name}&number={number}"
        await asyncio.to_thread(_got, Request(url, data, {"Origin": f"http://{self.address}"}, method="PUT"))

    def id_of(self, key: str) -> str:
        """The id of the widget with this key."""
        for element in self.elements:
            widget = getattr(element, element.WhichOneof("type") or "empty")
            if getattr(widget, "id", "").endswith(f"-{key}"):
                return str(widget.id)
        raise LookupError(f"no {key} on this page: {self.text()[:200]}")

    def has(self, key: str) -> bool:
        try:
            return bool(self.id_of(key))
        except LookupError:
            return False

    def told(self) -> Iterator[dict[str, Any]]:
        """What the page tells its components."""
        for element in self.elements:
            if element.WhichOneof("type") == "bidi_component" and element.bidi_component.json:
                data = json.loads(element.bidi_component.json)
                yield data[0] if isinstance(data, list) else data

    def text(self) -> str:
        """The HTML on the page."""
        return "\n".join(element.html.body for element in self.elements if element.WhichOneof("type") == "html")

    async def _changed(self, state: WidgetState, *, kept: bool = True) -> float:
        self.widgets[state.id] = state
        started = time.perf_counter()
        await self._run()
        taken = time.perf_counter() - started
        if not kept:
            del self.widgets[state.id]
        return taken

    async def _run(self, fragment: str = "") -> None:
        message = BackMsg()
        self._part = bool(fragment)
        asked = message.rerun_script
        asked.query_string, asked.page_script_hash = self.query, self.script
        asked.page_name = "" if self.script else self.page
        asked.fragment_id, asked.is_auto_rerun = fragment, bool(fragment)
        asked.widget_states.widgets.extend(self.widgets.values())
        asked.context_info.timezone, asked.context_info.locale = "Europe/Amsterdam", "en"
        await self._send(message)
        async for answer in self._messages():
            if answer.WhichOneof("type") == "script_finished" and answer.script_finished != EARLY:
                return

    async def _send(self, message: BackMsg) -> None:
        assert self._socket is not None
        await self._socket.send(message.SerializeToString())

    async def _messages(self) -> Any:
        assert self._socket is not None
        while True:
            data = await asyncio.wait_for(self._socket.recv(), PATIENCE)
            message = ForwardMsg.FromString(data)  # type: ignore[arg-type]
            self._take(message)
            yield message

    def _take(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                session = message.new_session
                self.session = session.initialize.session_id or self.session
                self.script = session.page_script_hash
                if not self._part:
                    self.elements.clear()
                    self.reruns.clear()
            case "delta" if message.delta.WhichOneof("type") == "new_element":
                self.elements.append(message.delta.new_element)
            case "navigation":
                self.script = message.navigation.page_script_hash
            case "page_info_changed":
                self.query = message.page_info_changed.query_string
            case "auto_rerun":
                self.reruns[message.auto_rerun.fragment_id] = message.auto_rerun.interval
            case "stop_auto_rerun":
                for fragment in message.stop_auto_rerun.fragment_ids:
                    self.reruns.pop(fragment, None)


def _got(request: Request) -> bytes:
    with urlopen(request, timeout=PATIENCE) as answer:
        return bytes(answer.read())
