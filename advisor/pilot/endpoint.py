"""A server that speaks OpenAI's API, whoever runs it: OpenAI, Azure, vLLM, Ollama, llama.cpp.

`Endpoint` says which; `connect` opens it; `Client.complete` and `Client.embed` each send one request and try nothing
again, since who counts money and honours limits has to see every request. What goes wrong is an `EndpointError`, which
says what happened, where, and what to do, in the reader's language. `openai` is imported when a connection is opened.

>>> with connect(Endpoint("http://127.0.0.1:8080/v1", "smollm2")) as client:
...     client.complete([{"role": "user", "content": "Say yes."}]).required()
'yes'
"""

from __future__ import annotations

import ipaddress
import json
import math
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

import numpy as np
import numpy.typing as npt

from advisor.dataset.row import Note
from advisor.dataset.scoring import answer_text
from advisor.language import Language

if TYPE_CHECKING:
    from openai import OpenAI

Messages = Sequence[Mapping[str, Any]]

CONNECT_S = 10.0
FIRST_TOKEN_S = 60.0
"""Seconds to wait for the first token, and then for each next one. Assumption: local models load slowly."""
WHOLE_S = 300.0
"""Seconds for a whole answer. Assumption."""
TEMPERATURE = 0.0
"""Of every request, where a model takes one: the likeliest answer."""
MOST_CONNECTIONS = 20
EMBEDDED_AT_ONCE = 100
"""Texts in one request for embeddings; OpenAI takes 2,048, small servers fewer."""
SHOWN = 200
"""Characters of a server's own words that are shown."""
MOST_COUNTED = 10**8
"""Tokens of one request that are believed of a server's count: no model reads or writes so many."""
LONGEST_TOKEN = 128
"""Characters: the longest in the vocabularies of OpenAI's models."""
LIMIT_OFF = 16
"""Tokens by which an answer may pass its limit, since servers count ends and frames as they like. Assumption."""

Kind = Literal[
    "address",  # it cannot be used; nothing was sent
    "no_key",  # none is set, or none that can be sent; nothing was sent
    "key",  # 401, or 400 that names the key
    "forbidden",  # 403
    "not_found",  # 404, such as a model that is not there
    "request",  # any other 4xx
    "busy",  # 429: wait
    "quota",  # 402, or 429: nothing left to spend
    "server",  # 5xx, or a 4xx that says: not now
    "cut",  # the answer began and did not end
    "malformed",  # no JSON, or not the API's
    "refusal",
    "empty",
    "too_long",  # cut off at the limit of tokens
    "slow",  # no token in time
    "no_connection",
    "cancelled",
]
PASSING: frozenset[Kind] = frozenset({"busy", "server", "cut", "malformed", "slow", "no_connection"})
"""What another try may get past."""
NOT_NOW = frozenset({408, 409, 425})
"""Statuses below 500 that another try may get past: it took too long, something stood in the way, too early."""
FATAL: frozenset[Kind] = frozenset({"address", "no_key", "key", "forbidden", "not_found", "quota"})
"""What every request to the same endpoint would meet again."""


class EndpointError(Exception):
    """What went wrong with a request, where, and what to do; `text(lang)` says so. Never holds a key."""

    def __init__(
        self, kind: Kind, note: Note, status: int | None = None, retry_after: float | None = None, said: str = ""
    ) -> None:
        super().__init__(str(note))
        self.kind: Kind = kind
        self.note = note
        self.said = said
        """The server's own words; empty where it said nothing."""
        self.status = status
        """Of HTTP; None where there was no answer."""
        self.retry_after = retry_after
        """Seconds that the server asks one to wait; None where it says nothing."""

    @property
    def passing(self) -> bool:
        """Whether the same request may succeed later."""
        return self.kind in PASSING

    @property
    def fatal(self) -> bool:
        """Whether every other request would fail likewise."""
        return self.kind in FATAL

    def text(self, lang: Language) -> str:
        return self.note.text(lang)


class Secret:
    """A key that was typed: it is in no `repr`, no copy and no file."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "Secret()"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is neither copied nor written")

    def reveal(self) -> str:
        return self._value


@dataclass(frozen=True)
class Endpoint:
    """Where requests go, and by which key. Raises `EndpointError` (`address`) where the address cannot be used.

    The key is that in the environment variable `key_variable`, or `key` where one was typed. A server on this machine
    needs none.
    """

    base_url: str
    """Such as https://api.openai.com/v1, https://NAME.openai.azure.com/openai/v1, or http://127.0.0.1:11434/v1."""
    model: str
    """As the server calls it."""
    embedding_model: str = ""
    """The one that turns texts into vectors; empty: none."""
    key_variable: str = "OPENAI_API_KEY"
    key: Secret | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_url", self.base_url.strip().rstrip("/"))
        try:
            parts = urlsplit(self.base_url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise EndpointError(
                "address", Note("The address of the server must begin with https:// or http:// and name a host.")
            )
        if "@" in parts.netloc or parts.query or parts.fragment:
            raise EndpointError(
                "address",
                Note("An address is no place for a key: it must hold no @, no ? and no #. Give the key apart from it."),
            )
        if not self.model.strip():
            raise EndpointError(
                "address", Note("Say which model is to answer, by the name that the server has for it.")
            )

    @property
    def host(self) -> str:
        """Host and, where it is told, port: what may be shown and kept."""
        parts = urlsplit(self.base_url)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)

    @property
    def on_this_machine(self) -> bool:
        name = urlsplit(self.base_url).hostname or ""
        try:
            return ipaddress.ip_address(name).is_loopback
        except ValueError:
            return name == "localhost"

    @property
    def encrypted(self) -> bool:
        return self.base_url.startswith("https:")

    def secret(self) -> str:
        """The key. Raises `EndpointError` (`no_key`) where the server is elsewhere and there is none, and where it
        holds what no header can.
        """
        value = self.key.reveal() if self.key else os.environ.get(self.key_variable, "") if self.key_variable else ""
        value = value.strip()
        if not (value.isascii() and value.isprintable()):
            raise EndpointError(
                "no_key",
                Note(
                    "The key for {host} cannot be sent: it holds a sign that no key has, such as a long dash or a line "
                    "break. Copy it again, whole and from where it was given.",
                    host=self.host,
                ),
            )
        if value:
            return value
        if self.on_this_machine or not self.key_variable:
            return "none"
        raise EndpointError(
            "no_key",
            Note(
                "There is no key for {host}: set {variable} in the environment, or type one.",
                host=self.host,
                variable=self.key_variable,
            ),
        )


@dataclass(frozen=True)
class Usage:
    """Tokens of one request, as the server counts them; None where it does not say."""

    input: int | None = None
    """With those that were cached."""
    cached: int | None = None
    output: int | None = None
    """With those of reasoning that nobody sees."""


@dataclass(frozen=True)
class Completion:
    """One answer, and what it took. Times are in seconds."""

    text: str
    """Tool calls as JSON, as `advisor.dataset.scoring.answer_text` writes them."""
    finish: str
    """Why it ended, in the server's word: stop, length, content_filter, tool_calls."""
    usage: Usage
    first_token_s: float
    whole_s: float
    refusal: str = ""
    """What the model said where it declined by the API's own field."""
    model: str = ""
    """That answered, as the server says; empty where it does not say."""

    def required(self) -> str:
        """The text. Raises `EndpointError` where there is none: `refusal`, `empty` or `too_long`."""
        if self.refusal or self.finish == "content_filter":
            raise EndpointError(
                "refusal",
                Note(
                    "The model declines: {said}. Ask in other words, or another model.",
                    said=_short(self.refusal or "-"),
                ),
            )
        if self.finish == "length":
            raise EndpointError(
                "too_long", Note("The answer is longer than the limit of tokens. Raise the limit, or ask for less.")
            )
        if not self.text.strip():
            raise EndpointError("empty", Note("The answer is empty. Raise the limit of tokens, or ask another model."))
        return self.text

    def json(self) -> Any:
        """The JSON value of the text. Raises `EndpointError`: `malformed` where it is none, and as `required`."""
        try:
            return json.loads(self.required())
        except (ValueError, RecursionError) as error:
            raise EndpointError(
                "malformed",
                Note("The answer is no JSON: {said}. Ask a model that keeps to a schema.", said=_short(self.text)),
            ) from error


@dataclass(frozen=True)
class Embeddings:
    """Texts as vectors: one row a text, scaled to length 1, so that a product is the cosine."""

    vectors: npt.NDArray[np.float32]
    usage: Usage
    whole_s: float
    model: str = ""
    """That made them, as the server says; empty where it does not say."""


def connect(
    endpoint: Endpoint,
    first_token_s: float = FIRST_TOKEN_S,
    whole_s: float = WHOLE_S,
) -> Client:
    """Open an endpoint. Sends nothing yet. Raises `EndpointError` (`no_key`)."""
    return Client(endpoint, first_token_s, whole_s)


class Client:
    """An open endpoint. May be shared by threads."""

    def __init__(self, endpoint: Endpoint, first_token_s: float, whole_s: float) -> None:
        import httpx2
        import openai

        from advisor.pilot.bounded import Bounded

        self.endpoint = endpoint
        self._secret = endpoint.secret()
        self._whole_s = whole_s
        self._limit = "max_tokens"
        """What the server calls the limit: all know the old name, but some models of OpenAI take the new one alone."""
        self._takes_temperature = True
        self._tells_usage = True
        self._sdk: OpenAI = openai.OpenAI(
            api_key=self._secret,
            admin_api_key="",
            base_url=endpoint.base_url,
            max_retries=0,
            http_client=httpx2.Client(
                # Consent names one host: no server sends us on to another, and no proxy stands between.
                follow_redirects=False,
                trust_env=False,
                timeout=httpx2.Timeout(first_token_s, connect=min(CONNECT_S, first_token_s)),
                transport=Bounded(
                    whole_s,
                    httpx2.create_ssl_context(),  # the certificates that the environment names are trusted still
                    httpx2.Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=MOST_CONNECTIONS),
                ),
            ),
        )
        if not endpoint.base_url.startswith("https://api.openai.com/"):
            self._sdk.organization = self._sdk.project = None  # of the environment: nobody else's business
        self._sdk._custom_headers = {}  # those of OPENAI_CUSTOM_HEADERS, which may hold the token of another host

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._sdk.close()

    def models(self) -> list[str]:
        """Names of the models that the server offers, as far as they can be shown. Sends no data but the key. Raises
        `EndpointError`.
        """
        with self._explained():
            names = sorted({model.id for model in self._sdk.models.list().data})
            return [name for name in names if name.strip() and name.isprintable() and name == self._without_key(name)]

    def complete(
        self,
        messages: Messages,
        schema: Mapping[str, Any] | None = None,
        *,
        model: str = "",
        tools: Sequence[Mapping[str, Any]] | None = None,
        most_tokens: int = 512,
        temperature: float | None = TEMPERATURE,
        seed: int | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> Completion:
        """One answer, of at most `most_tokens` tokens, read as it is written. With `schema` (JSON Schema) by
        structured output. `model` in place of the endpoint's. `stop` is asked at each piece; where it says yes the
        answer is left (`cancelled`).

        A refusal, silence and an answer cut at the limit are answers: see `Completion.required`. Raises
        `EndpointError` for all else. Where a server does not take `temperature`, or calls the limit otherwise, the
        request is sent again without, and later ones at once: servers charge nothing for what they turn down so.
        """
        asked: dict[str, Any] = {"model": model or self.endpoint.model, "messages": list(messages)}
        if schema is not None:
            form = {"name": "answer", "schema": dict(schema), "strict": True}
            asked["response_format"] = {"type": "json_schema", "json_schema": form}
        if tools:
            asked["tools"] = list(tools)
        if seed is not None:
            asked["seed"] = seed
        while True:
            settings: dict[str, Any] = {self._limit: most_tokens}
            if self._takes_temperature and temperature is not None:
                settings["temperature"] = temperature
            if self._tells_usage:
                settings["stream_options"] = {"include_usage": True}
            try:
                return self._stream({**asked, **settings}, most_tokens, stop)
            except _Untaken as untaken:
                self._do_without(untaken.name)

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """Vectors of up to `EMBEDDED_AT_ONCE` texts, in one request. Raises `EndpointError`."""
        start = time.perf_counter()
        model = self.endpoint.embedding_model or self.endpoint.model
        with self._explained({"model": model}):
            done = self._sdk.embeddings.create(model=model, input=list(texts), encoding_format="float")
            by_place = {one.index: one.embedding for one in done.data}
            with np.errstate(over="ignore"):  # beyond all bounds is not finite either
                vectors = np.array([by_place.get(place) for place in range(len(texts))], np.float32)
            if vectors.ndim != 2 or not vectors.size or not np.isfinite(vectors).all():
                raise ValueError("not a vector for each text")
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        tokens = _counted(getattr(done.usage, "prompt_tokens", None))
        scaled = (vectors / np.where(length, length, 1)).astype(np.float32)
        return Embeddings(scaled, Usage(tokens, 0, 0), time.perf_counter() - start, self._name(done.model))

    def _stream(self, request: dict[str, Any], most_tokens: int, stop: Callable[[], bool]) -> Completion:
        start = time.perf_counter()
        pieces: list[str] = []
        refusals: list[str] = []
        calls: dict[int, dict[str, str]] = {}
        first = finish = usage = named = None
        room = LONGEST_TOKEN * (most_tokens + LIMIT_OFF)
        with (
            self._explained(request),
            self._sdk.chat.completions.create(**request, stream=True) as stream,
        ):
            for chunk in stream:
                now = time.perf_counter() - start
                if stop():
                    raise EndpointError("cancelled", Note("The run was stopped while the model answered."))
                usage, named = chunk.usage or usage, chunk.model or named
                for choice in chunk.choices or ():
                    delta, finish = choice.delta, choice.finish_reason or finish
                    thought = getattr(delta, "reasoning_content", None) or getattr(delta, "reasoning", None)
                    if first is None and (delta.content or delta.refusal or delta.tool_calls or thought):
                        first = now
                    pieces.append(_text(delta.content))
                    refusals.append(_text(delta.refusal))
                    room -= len(pieces[-1]) + len(refusals[-1]) + _called_into(calls, delta.tool_calls or ())
                    if room < 0:
                        raise self._beyond(most_tokens)
            if finish is None:
                raise self._cut() if first is not None else self._not_the_api()
            whole = time.perf_counter() - start
            return Completion(
                text=self._without_key(_whole([_called(calls)] if calls else pieces)),
                finish=self._name(_text(finish)),
                usage=_usage(usage),
                first_token_s=whole if first is None else first,
                whole_s=whole,
                refusal=self._without_key(_whole(refusals)),
                model=self._name(named),
            )

    def _do_without(self, name: str) -> None:
        match name:
            case "max_tokens":
                self._limit = "max_completion_tokens"
            case "temperature":
                self._takes_temperature = False
            case "stream_options":
                self._tells_usage = False

    @contextmanager
    def _explained(self, request: Mapping[str, Any] | None = None) -> Iterator[None]:
        """Inside, what the SDK raises becomes an `EndpointError`, or `_Untaken` for a setting that can be left out."""
        import httpx2
        import openai

        from advisor.pilot.bounded import TooLong, TooMuch

        try:
            yield
        except openai.APIStatusError as error:
            if error.status_code in (400, 422) and request and (name := _untaken(error, request)):
                raise _Untaken(name) from None
            raise self._refused(error, str((request or {}).get("model", self.endpoint.model))) from None
        except TooMuch:
            raise self._too_much() from None
        except TooLong:
            raise self._slow() from None
        except openai.APIConnectionError as error:
            if isinstance(error.__cause__, TooMuch):
                raise self._too_much() from None
            if isinstance(error.__cause__, TooLong):
                raise self._slow() from None
            if isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout):
                raise self._unreached() from None
            raise (self._slow() if isinstance(error, openai.APITimeoutError) else self._cut()) from None
        except openai.APIResponseValidationError:
            raise self._not_the_api() from None
        except openai.APIError as error:  # told in the middle of an answer
            raise EndpointError("server", self._said(error.message)) from None
        except (ValueError, TypeError, AttributeError, RecursionError):  # no JSON, or not what the API says
            raise self._not_the_api() from None

    def _refused(self, error: Any, model: str) -> EndpointError:
        status, host, words = int(error.status_code), self.endpoint.host, self._words(error)
        match status:
            case 400 | 401 if status == 401 or error.code == "invalid_api_key" or NO_KEY.search(words):
                kind: Kind = "key"
                note = Note(
                    "{host} does not know this key ({status}): {said}. Check that it is a key of this server, and "
                    "whole.",
                    host=host,
                    status=status,
                    said=words,
                )
            case 402 | 429 if status == 402 or error.code in ("insufficient_quota", "billing_hard_limit_reached"):
                kind = "quota"
                note = Note(
                    "The credit at {host} is used up ({status}): {said}. Add credit.",
                    host=host,
                    status=status,
                    said=words,
                )
            case 403:
                kind = "forbidden"
                note = Note(
                    "{host} knows the key and does not allow this (403): {said}. Ask whoever gave you the key.",
                    host=host,
                    said=words,
                )
            case 404:
                kind = "not_found"
                note = Note(
                    "{host} has no such model or address (404): {said}. Check the name {model} and the address, which "
                    "mostly ends in /v1.",
                    host=host,
                    said=words,
                    model=model,
                )
            case 429:
                kind = "busy"
                note = Note(
                    "Too many requests at once for {host} (429): {said}. Wait, or send fewer at a time.",
                    host=host,
                    said=words,
                )
            case _ if status >= 500 or status in NOT_NOW:
                kind = "server"
                note = Note(
                    "{host} failed by itself ({status}): {said}. Try again later.", host=host, status=status, said=words
                )
            case _ if status < 400:
                kind = "address"
                note = Note(
                    "{host} sends one on to another address ({status}). Give that address, so that you know where your "
                    "data goes.",
                    host=host,
                    status=status,
                )
            case _:
                kind = "request"
                note = Note(
                    "{host} does not take this request ({status}): {said}.", host=host, status=status, said=words
                )
        return EndpointError(kind, note, status, _retry_after(error.response.headers), words)

    def _too_much(self) -> EndpointError:
        note = Note(
            "{host} sent more than any answer holds, and the rest was left. Check the address, which mostly ends in "
            "/v1.",
            host=self.endpoint.host,
        )
        return EndpointError("request", note)

    def _beyond(self, most_tokens: int) -> EndpointError:
        note = Note(
            "{host} does not keep to the limit of {most} tokens: an answer was left when it was far longer. So nobody "
            "can say what a run may cost. Ask another server.",
            host=self.endpoint.host,
            most=most_tokens,
        )
        return EndpointError("request", note)

    def _slow(self) -> EndpointError:
        note = Note("{host} did not answer in time. Send fewer at a time, or allow more time.", host=self.endpoint.host)
        return EndpointError("slow", note)

    def _cut(self) -> EndpointError:
        note = Note("{host} broke off before the answer was whole. Try again.", host=self.endpoint.host)
        return EndpointError("cut", note)

    def _unreached(self) -> EndpointError:
        if urlsplit(self.endpoint.base_url).scheme in getproxies() and not self.endpoint.on_this_machine:
            note = Note(
                "{host} cannot be reached. No proxy of the environment is used, since you agree to one host alone: ask "
                "from where the server can be reached without.",
                host=self.endpoint.host,
            )
        else:
            note = Note(
                "{host} cannot be reached. Check the address, the network, and that the server runs.",
                host=self.endpoint.host,
            )
        return EndpointError("no_connection", note)

    def _not_the_api(self) -> EndpointError:
        note = Note(
            "{host} answered with something that is not OpenAI's API. Check the address, which mostly ends in /v1.",
            host=self.endpoint.host,
        )
        return EndpointError("malformed", note)

    def _said(self, words: str) -> Note:
        said = _short(self._without_key(words))
        return Note("{host} stopped in the middle of an answer: {said}. Try again.", host=self.endpoint.host, said=said)

    def _words(self, error: Any) -> str:
        """The server's own words, without the key that some repeat."""
        return _short(self._without_key(_message(error) or "-"))

    def _name(self, said: Any) -> str:
        """The name of a model as the server says it, as far as it is one."""
        return _short(self._without_key(said)) if isinstance(said, str) else ""

    def _without_key(self, words: str) -> str:
        return words.replace(self._secret, "***") if len(self._secret) > 4 else words


class _Untaken(Exception):
    """The server does not take this setting."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


NO_KEY = re.compile(
    r"\b(invalid|incorrect|missing|expired|no|provide|valid)\b.{0,30}\bapi[ _-]?key\b"
    r"|\bapi[ _-]?key\b.{0,30}\b(invalid|incorrect|missing|expired|required|not (valid|found|provided))\b",
    re.IGNORECASE,
)
"""How servers say with status 400 that the key is at fault."""
UNSUPPORTED = re.compile(
    r"not support|unsupported|unknown|unrecognized|unexpected|not permitted|not allowed|deprecated|removed",
    re.IGNORECASE,
)
"""How servers say that they know no such setting, and not that its value is too large for them."""


def _message(error: Any) -> str:
    """What the server said; Google wraps its error in a list."""
    body = error.body[0] if isinstance(error.body, list) and error.body else error.body
    body = body.get("error", body) if isinstance(body, dict) else {}
    return str(body.get("message") or "") if isinstance(body, dict) else str(body)


def _untaken(error: Any, request: Mapping[str, Any]) -> str | None:
    """The setting of a request that a refusal says the server does not know, where the request can do without."""
    said = _message(error) or str(error.message)
    if not UNSUPPORTED.search(f"{error.code or ''} {said}"):
        return None
    told = f"{error.param or ''} {said}"
    return next(
        (name for name in ("max_tokens", "temperature", "stream_options") if name in request and name in told), None
    )


def _usage(usage: Any) -> Usage:
    """As the server counts. Not known where its counts cannot be: no number, less than nothing, more than any model
    takes, or more cached than there was.
    """
    given, taken = (_counted(getattr(usage, name, None)) for name in ("prompt_tokens", "completion_tokens"))
    cached = getattr(getattr(usage, "prompt_tokens_details", None), "cached_tokens", None)
    if cached is not None and (_counted(cached) is None or cached > (given or 0)):
        return Usage(None, None, taken)
    return Usage(given, cached, taken)


def _counted(n: Any) -> int | None:
    return n if isinstance(n, int) and not isinstance(n, bool) and 0 <= n <= MOST_COUNTED else None


def _text(value: Any) -> str:
    """A piece of an answer. Raises `TypeError` where it is none."""
    if value is not None and not isinstance(value, str):
        raise TypeError("not a text")
    return value or ""


def _whole(pieces: Sequence[str]) -> str:
    """Pieces as one text. Halves of a character that came apart are joined; what is half of none is replaced."""
    return "".join(pieces).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _called_into(calls: dict[int, dict[str, str]], told: Sequence[Any]) -> int:
    """Put pieces of tool calls to those before them; how many characters came. Servers that do not say to which call a
    piece belongs begin a new one where they name a tool.
    """
    came = 0
    for call in told:
        name, given = (_text(getattr(call.function, part, None)) for part in ("name", "arguments"))
        at = call.index if isinstance(call.index, int) else max(0, len(calls) - (not name))
        kept = calls.setdefault(at, {"name": "", "arguments": ""})
        kept["name"] += name
        kept["arguments"] += given
        came += len(name) + len(given)
    return came


def _called(calls: Mapping[int, Mapping[str, str]]) -> str:
    told = [dict(calls[at]) for at in sorted(calls)]
    try:
        return answer_text(told)
    except (ValueError, RecursionError):  # arguments that are no JSON are wrong, and shown as they are
        return json.dumps(told, ensure_ascii=False)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks one to wait: as milliseconds, seconds or a date (RFC 9110, 10.2.3)."""
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            seconds = float(headers.get(name, "")) / unit
        except ValueError:
            continue
        if math.isfinite(seconds):
            return max(0.0, seconds)
    try:
        return max(0.0, parsedate_to_datetime(headers.get("retry-after", "")).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def _short(words: str) -> str:
    words = " ".join(words.split()).rstrip(".")
    return words if len(words) <= SHOWN else words[:SHOWN] + "…"
