"""What a server answers over real HTTP to the real SDK, and what is said of each way in which servers fail."""

from __future__ import annotations

import json
import pickle
import socket
import threading
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import numpy as np
import pytest

from advisor.language import LANGUAGES, language
from advisor.pilot import bounded
from advisor.pilot.bounded import MOST_BYTES, MOST_PACKED_BYTES
from advisor.pilot.endpoint import Client, Completion, Endpoint, EndpointError, Secret, connect
from tests.pilot.server import KEY, PilotServer, Reply, serving

ASK = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Is it raining?"}]
AN_HOUR_ON = "in an hour, as a date"
LABEL = {"type": "object", "properties": {"label": {"enum": ["yes", "no"]}}, "required": ["label"]}


def client_of(server: PilotServer, first_token_s: float = 20.0) -> Client:
    return connect(Endpoint(server.address, "small", key=Secret(KEY)), first_token_s)


def asked(reply: Reply, first_token_s: float = 20.0) -> Completion:
    with serving(reply) as server, client_of(server, first_token_s) as client:
        return client.complete(ASK)


def refused(reply: Reply, first_token_s: float = 20.0) -> EndpointError:
    with pytest.raises(EndpointError) as caught:
        asked(reply, first_token_s)
    return caught.value


def test_an_answer_has_its_text_tokens_and_times() -> None:
    done = asked(Reply("It is not raining now", cached=3))
    assert (done.required(), done.finish, done.refusal) == ("It is not raining now", "stop", "")
    assert (done.usage.input, done.usage.cached, done.usage.output) == (5, 3, 5)
    assert 0 < done.first_token_s <= done.whole_s


def test_a_server_that_counts_no_tokens_leaves_them_unknown() -> None:
    usage = asked(Reply("no", usage=False)).usage
    assert (usage.input, usage.cached, usage.output) == (None, None, None)


def test_a_schema_a_seed_and_a_limit_reach_the_server() -> None:
    with serving(Reply('{"label": "no"}')) as server, client_of(server) as client:
        assert client.complete(ASK, LABEL, seed=7, most_tokens=12).json() == {"label": "no"}
        (body,) = server.bodies()
    assert body["response_format"]["json_schema"]["schema"] == LABEL
    assert (body["seed"], body["max_tokens"], body["temperature"], body["messages"]) == (7, 12, 0.0, ASK)


def test_tool_calls_come_as_text() -> None:
    done = asked(Reply(calls=(("weather", '{"town": "Delft"}'),), finish="tool_calls"))
    assert done.text == '[{"name": "weather", "arguments": {"town": "Delft"}}]'


@pytest.mark.parametrize(
    ("reply", "kind", "passing", "fatal"),
    [
        (Reply(status=401, error={"message": f"Incorrect API key provided: {KEY}"}), "key", False, True),
        (Reply(status=400, error={"message": "API key not valid. Please pass a valid API key."}), "key", False, True),
        (
            Reply(status=400, error={"message": "the messages hold the words api key 100 times"}),
            "request",
            False,
            False,
        ),
        (Reply(status=402, error={"message": "Insufficient Balance"}), "quota", False, True),
        (Reply(status=408), "server", True, False),
        (Reply(status=403), "forbidden", False, True),
        (Reply(status=404, error={"message": "The model `small` does not exist"}), "not_found", False, True),
        (Reply(status=429), "busy", True, False),
        (Reply(status=429, error={"message": "no", "code": "insufficient_quota"}), "quota", False, True),
        (Reply(status=500), "server", True, False),
        (Reply(status=503), "server", True, False),
        (Reply(status=422), "request", False, False),
        (Reply(status=307, headers={"Location": "http://127.0.0.1:9/v1/chat/completions"}), "address", False, True),
        (Reply("one two three four", cut=True), "cut", True, False),
        (Reply(garbage='data: {"choices": [\n\n'), "malformed", True, False),
        (Reply(garbage="<html>Welcome</html>"), "malformed", True, False),
        (Reply(garbage='data: {"error": {"message": "out of memory"}}\n\n'), "server", True, False),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_failure_is_told_apart_and_in_words(reply: Reply, kind: str, passing: bool, fatal: bool) -> None:
    error = refused(reply)
    assert (error.kind, error.passing, error.fatal) == (kind, passing, fatal)
    said = {code: error.text(language(code)) for code in LANGUAGES}
    assert said["en"] != said["nl"]
    assert all("127.0.0.1" in text and KEY not in text for text in said.values())
    assert KEY not in repr(error) + str(error) + repr(error.note)


def piece(delta: object, finish: object = None, **more: object) -> str:
    """A piece of an answer, as a server would write it."""
    choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
    return f"data: {json.dumps({'id': '1', 'model': 'small', 'choices': choices, **more})}\n\n"


@pytest.mark.parametrize(
    "garbage",
    [
        piece({"content": 5}, "stop"),
        piece({"content": [{"type": "text", "text": "yes"}]}, "stop"),
        piece({"refusal": {"why": "no"}}, "stop"),
        piece({"content": "yes"}, {"reason": "stop"}),
        piece({"tool_calls": [{"index": 0, "function": {"name": 5, "arguments": {}}}]}, "stop"),
        piece(None),
        'data: {"choices": "abc"}\n\n',
        "data: [1, 2]\n\ndata: null\n\n",
        f"data: {'[' * 100_000}\n\n",
    ],
    ids=lambda text: text[:60],
)
def test_what_is_not_the_api_is_told_in_whatever_way_it_is_not(garbage: str) -> None:
    assert refused(Reply(garbage=garbage)).kind == "malformed"


@pytest.mark.parametrize(
    "usage",
    [
        {"prompt_tokens": -5, "completion_tokens": -1},
        {"prompt_tokens": 10**30, "completion_tokens": 10**30},
        {"prompt_tokens": 1.5, "completion_tokens": True},
        {},
        [1],
        "many",
    ],
    ids=str,
)
def test_counts_that_no_answer_has_are_not_believed_and_the_answer_is(usage: object) -> None:
    told = piece({"content": "yes"}, "stop") + piece({}, "stop", usage=usage)
    done = asked(Reply(garbage=told))
    assert (done.required(), done.usage.input, done.usage.output) == ("yes", None, None)


def test_halves_of_a_character_are_joined_and_half_of_none_is_replaced() -> None:
    told = 'data: {"choices": [{"delta": {"content": "%s"}, "finish_reason": null}]}\n\n'
    pieces = told % "\\ud83d" + told % "\\ude00" + told % "\\ud800" + piece({}, "stop")
    assert asked(Reply(garbage=pieces)).required() == "\U0001f600\ufffd"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(endless=piece({"content": "x" * 1_000})), "request"),
        (Reply(endless="x" * 1_000_000), "request"),
        (Reply(status=500, error={"message": "x" * (MOST_BYTES + 1)}), "request"),
        (Reply(garbage=f": {'x' * (MOST_PACKED_BYTES * 2_000)}", packed=True), "request"),
    ],
    ids=["an answer", "one line", "a refusal", "packed"],
)
def test_a_server_that_sends_without_end_is_left(reply: Reply, kind: str) -> None:
    error = refused(reply)
    assert (error.kind, error.passing) == (kind, False)


def test_a_server_that_never_stands_still_and_never_answers_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "MOST_BYTES", 10**15)
    with (
        serving(Reply(endless=": still there\n\n")) as server,
        connect(Endpoint(server.address, "small"), whole_s=0.2) as client,
        pytest.raises(EndpointError) as caught,
    ):
        client.complete(ASK)
    assert caught.value.kind == "slow"


def test_names_of_models_that_cannot_be_shown_are_left_out() -> None:
    with serving() as server, client_of(server) as client:
        server.models = ["small", "small", "", " ", f"a-{KEY}", "a\u202eb", "a\x1b[31m", "\ud800", "<b>large</b>"]
        assert client.models() == ["<b>large</b>", "small"]
        server.models = ["small", 5]
        with pytest.raises(EndpointError) as caught:
            client.models()
    assert caught.value.kind == "malformed"


@pytest.mark.parametrize(
    "vectors", [[[1.0]], [[1.0, 2.0], [1.0]], [[], []], [[1e39], [1.0]], [[[1.0]], [[1.0]]]], ids=str
)
def test_what_is_no_vector_for_each_text_is_told(vectors: list[list[float]]) -> None:
    with serving() as server, client_of(server) as client:
        server.vectors = lambda _: vectors
        with pytest.raises(EndpointError) as caught:
            client.embed(["one", "two"])
    assert caught.value.kind == "malformed"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "-1"}, 0.0),
        ({"retry-after": AN_HOUR_ON}, 3600.0),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_how_long_a_busy_server_asks_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    if headers.get("retry-after") == AN_HOUR_ON:
        headers = {"retry-after": format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)}
    told = refused(Reply(status=429, headers=headers)).retry_after
    assert told == (seconds if seconds is None else pytest.approx(seconds, abs=60 if seconds > 60 else 1e-9))


def test_a_slow_first_token_is_not_waited_for() -> None:
    late = threading.Event()
    try:
        assert refused(Reply("late", wait=late), first_token_s=0.2).kind == "slow"
    finally:
        late.set()


def test_nobody_listens() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
        with connect(Endpoint(address, "small")) as client, pytest.raises(EndpointError) as caught:
            client.complete(ASK)
    assert caught.value.kind == "no_connection"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(refusal="I cannot help with that"), "refusal"),
        (Reply("Well", finish="content_filter"), "refusal"),
        (Reply(""), "empty"),
        (Reply("and so on", finish="length"), "too_long"),
        (Reply("yes"), "malformed"),
    ],
)
def test_what_is_no_answer_is_told_where_one_is_required(reply: Reply, kind: str) -> None:
    done = asked(reply)
    with pytest.raises(EndpointError) as caught:
        done.json()
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("message", "left_out", "instead"),
    [
        (
            "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
            "max_tokens",
            "max_completion_tokens",
        ),
        ("'temperature' does not support 0.0 with this model", "temperature", None),
        ("unknown field stream_options", "stream_options", None),
    ],
)
def test_a_setting_that_a_model_does_not_take_is_left_out_from_then_on(
    message: str, left_out: str, instead: str | None
) -> None:
    def answer(body: dict[str, object]) -> Reply:
        return Reply(status=400, error={"message": message}) if left_out in body else Reply("yes")

    with serving(answer) as server, client_of(server) as client:
        assert [client.complete(ASK, most_tokens=9).text for _ in range(2)] == ["yes", "yes"]
        bodies = server.bodies()
    assert [left_out in body for body in bodies] == [True, False, False]
    assert instead is None or bodies[-1][instead] == 9


@pytest.mark.parametrize(
    "message",
    [
        "'max_tokens' or 'max_completion_tokens' is too large: 512. This model's maximum context length is 64 tokens.",
        "max_tokens must be at most 64 for this model",
    ],
)
def test_a_limit_that_is_too_large_for_a_row_stays_for_the_others(message: str) -> None:
    with (
        serving(Reply(status=400, error={"message": message})) as server,
        client_of(server) as client,
        pytest.raises(EndpointError) as caught,
    ):
        client.complete(ASK)
    assert caught.value.kind == "request"
    assert ["max_tokens" in body for body in server.bodies()] == [True]


@pytest.mark.parametrize(("cached", "counted"), [(5, (5, 5)), (0, (5, 0)), (200, (None, None)), (-3, (None, None))])
def test_counts_that_cannot_be_are_not_known(cached: int, counted: tuple[int | None, int | None]) -> None:
    usage = asked(Reply("It rains", cached=cached)).usage
    assert (usage.input, usage.cached) == counted
    assert usage.output == 2


def test_an_answer_is_left_when_asked_to_stop() -> None:
    with serving(Reply("one two three")) as server, client_of(server) as client, pytest.raises(EndpointError) as caught:
        client.complete(ASK, stop=lambda: True)
    assert caught.value.kind == "cancelled"


def test_vectors_have_length_one_and_keep_their_order() -> None:
    with serving() as server, client_of(server) as client:
        done = client.embed(["rain in May", "sun in June", "rain in May"])
    assert np.allclose(np.linalg.norm(done.vectors, axis=1), 1)
    assert done.vectors[0] @ done.vectors[2] == pytest.approx(1)
    assert done.vectors[0] @ done.vectors[1] < 0.9
    assert done.usage.input == 9


def test_the_models_of_a_server_are_listed_without_sending_data() -> None:
    with serving() as server, client_of(server) as client:
        assert client.models() == ["small"]
        assert [(path, body) for path, body, _ in server.asked] == [("/v1/models", None)]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "api.openai.com",
        "ftp://host/v1",
        "http://",
        "https://me:sk@host/v1",
        "https://host/v1?key=sk",
        "http://[::1",
    ],
)
def test_addresses_that_cannot_be_used_are_refused(address: str) -> None:
    with pytest.raises(EndpointError) as caught:
        Endpoint(address, "small")
    assert caught.value.kind == "address"


@pytest.mark.parametrize(
    ("host", "here"),
    [("localhost", True), ("127.0.0.2", True), ("[::1]", True), ("x.localhost", False), ("192.168.1.5", False)],
)
def test_only_what_cannot_be_elsewhere_is_this_machine(host: str, here: bool) -> None:
    assert Endpoint(f"http://{host}:9/v1", "small").on_this_machine is here


def test_a_key_comes_from_the_environment_or_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    elsewhere = Endpoint("https://models.example.org/v1", "small", key_variable="MY_KEY")
    with pytest.raises(EndpointError) as caught:
        connect(elsewhere)
    assert caught.value.kind == "no_key"
    assert "MY_KEY" in str(caught.value)
    monkeypatch.setenv("MY_KEY", KEY)
    assert elsewhere.secret() == KEY
    assert Endpoint("https://models.example.org/v1", "small", key=Secret("typed")).secret() == "typed"
    assert Endpoint("http://localhost:8080/v1", "small", key_variable="NONE_SUCH").secret() == "none"


@pytest.mark.parametrize("key", ["sk-a–b", "sk-a\nb", "sk-ключ"])
def test_a_key_that_no_header_can_hold_is_refused_before_anything_goes_out(key: str) -> None:
    with pytest.raises(EndpointError, match="cannot be sent") as caught:
        connect(Endpoint("http://127.0.0.1:9/v1", "small", key=Secret(key)))
    assert caught.value.fatal
    assert key not in str(caught.value)
    assert Endpoint("http://127.0.0.1:9/v1", "small", key=Secret(" sk-a-b\n")).secret() == "sk-a-b"


def test_a_key_that_a_server_repeats_in_its_answer_is_not_kept() -> None:
    assert asked(Reply(f"You said {KEY} to me")).text == "You said *** to me"


def test_a_key_that_stands_in_the_reason_why_an_answer_ended_is_not_kept() -> None:
    done = asked(Reply(garbage=piece({"content": "yes"}, f"stop {KEY}", model=f"small {KEY}")))
    assert KEY not in repr(done)


def test_no_proxy_of_the_environment_gets_to_see_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with serving() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.address.removesuffix("/v1"))
        elsewhere = Endpoint("http://models.invalid/v1", "small", key=Secret(KEY))
        with connect(elsewhere) as client, pytest.raises(EndpointError, match="No proxy") as caught:
            client.complete(ASK)
    assert caught.value.kind == "no_connection"
    assert proxy.asked == []


def test_a_typed_key_is_neither_shown_nor_written() -> None:
    endpoint = Endpoint("http://localhost:8080/v1", "small", key=Secret(KEY))
    assert KEY not in repr(endpoint) + str(endpoint)
    for write in (pickle.dumps, asdict):
        with pytest.raises(TypeError, match="neither copied nor written"):
            write(endpoint)


def test_what_the_environment_says_of_openai_reaches_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-ours")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-ours")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-admin")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Gateway: gateway-token\nAuthorization: Bearer other")
    with serving() as server, client_of(server) as client:
        client.complete(ASK)
        ((_, _, headers),) = server.asked
    assert headers["authorization"] == f"Bearer {KEY}"
    assert not {"org-ours", "proj-ours", "sk-admin", "gateway-token"} & set(headers.values())
