"""Who may talk to the server, header by header."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from advisor.ui.server.origins import Allowed, Host, NotAnAddress, Origin, OriginGuard, read_host, read_origin

LISTED = Allowed.of(["advisor.example.org", "Zweite.Example.ORG.", "198.51.100.7"], ["https://front.example.org"])
METHODS = ["GET", "PUT", "POST", "DELETE", "PATCH"]
Headers = list[tuple[str, str]]


def client(at: str | None = "127.0.0.1", scheme: str = "http") -> TestClient:
    """A server on this address of the machine, which answers everything that gets through."""

    async def answer(request):
        return PlainTextResponse("through")

    async def stream(websocket):
        await websocket.accept()
        await websocket.send_json(dict(websocket.headers))
        await websocket.close()

    routes = [Route("/healthz", answer), Route("/{path:path}", answer, methods=METHODS), WebSocketRoute("/s", stream)]
    inner = Starlette(routes=routes, middleware=[Middleware(OriginGuard, allowed=LISTED)])

    async def bound(scope, receive, send):
        plain = scope["type"] == "http"
        there = {"server": at and (at, 8501), "scheme": scheme if plain else scheme.replace("http", "ws")}
        # The client adds a Host of its own to those given.
        headers = [one for one in scope["headers"] if one != (b"host", b"ours")]
        await inner({**scope, **there, "headers": headers}, receive, send)

    return TestClient(bound, base_url="http://ours")


def status(headers: Headers, method: str = "GET", path: str = "/", **where: str) -> int:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    return client(**where).request(method, path, headers=raw).status_code


def handshake(headers: Headers, **where: str) -> bool:
    """Whether a websocket opens."""
    raw = {name.encode(): value.encode("latin-1") for name, value in headers}
    try:
        with client(**where).websocket_connect("ws://ours/s", headers=raw) as websocket:
            websocket.receive_json()
    except WebSocketDisconnect:
        return False
    return True


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LocalHost:8501", "localhost.", "localhost.:80", "127.0.0.1", "127.0.0.1:8501", "127.8.9.1",
        "[::1]", "[::1]:8501", "[0:0:0:0:0:0:0:1]:80", "[::ffff:127.0.0.1]", "0.0.0.0:8501", "advisor.example.org",
        "ADVISOR.example.org.:443", "zweite.example.org", "198.51.100.7",
    ],
)  # fmt: skip
def test_names_of_this_machine_and_listed_ones_are_answered(host):
    assert status([("Host", host)]) == 200
    assert handshake([("Host", host)])


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "localhost.evil.example", "evil.example:8501", "127.0.0.1.evil.example",
        "advisor.example.org.evil", "xadvisor.example.org", "sub.advisor.example.org", "localhost:80:80",
        "localhost@evil.example", "evil.example@localhost", "user:word@localhost", "localhost/evil", "localhost?x",
        "localhost#x", "localhost\\x", "local host", "localhost:", "localhost:99999", "localhost:-1", "localhost..",
        ".localhost", "", " ", "*", "null", "2130706433", "0x7f.0.0.1", "127.1", "[::1", "::1", "[localhost]",
        "[::1%25lo]", "l\xf6calhost", "http://localhost", "192.168.1.5", "203.0.113.9:8501", "[2001:db8::1]",
        "localhost,localhost", "a" * 300,
    ],
)  # fmt: skip
def test_any_other_name_is_refused(host):
    assert status([("Host", host)]) == 421
    assert not handshake([("Host", host)])


def test_several_hosts_or_none_are_refused():
    assert status([]) == 421
    assert status([("Host", "localhost"), ("Host", "localhost")]) == 421
    assert status([("Host", "evil.example"), ("X-Forwarded-Host", "localhost")]) == 421
    assert not handshake([])


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("192.168.1.5:8501", 200),
        ("[2001:db8::1]", 200),
        ("203.0.113.9", 200),
        ("box.local", 421),
        ("evil.example", 421),
    ],
)
@pytest.mark.parametrize("at", ["192.168.1.5", "2001:db8::1", "::ffff:192.168.1.5"])
def test_beyond_this_machine_addresses_are_answered_and_names_are_not(at, host, expected):
    assert status([("Host", host)], at=at) == expected


@pytest.mark.parametrize("at", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "/run/socket", None])
def test_on_this_machine_an_address_of_elsewhere_is_refused(at):
    assert status([("Host", "192.168.1.5")], at=at) == 421


def test_the_refusal_says_which_option_would_help_in_the_language_of_the_address():
    for query, said in [("", "does not answer to the name evil.example"), ("?lang=nl", "luistert niet naar de naam")]:
        answer = client().get(f"/{query}", headers={"Host": "evil.example:80"})
        assert said in answer.text
        assert "--allowed-host evil.example" in answer.text
        assert answer.headers["content-type"].startswith("text/plain")
        assert answer.headers["cache-control"] == "no-store"
    answer = client().put("/held/x", headers={"Host": "localhost", "Origin": "https://evil.example:444"})
    assert "--allowed-origin https://evil.example:444" in answer.text


def test_what_is_no_name_is_not_repeated():
    answer = client().get("/", headers={"Host": "<script>alert(1)</script>"})
    assert answer.status_code == 421
    assert "script" not in answer.text


def test_a_probe_needs_no_name():
    assert status([], path="/healthz") == 200
    assert status([("Host", "evil.example")], path="/healthz") == 200
    assert status([("Host", "evil.example")], path="/healthz/") == 421


SAME = [
    ("localhost:8501", "http://localhost:8501"),
    ("LOCALHOST:8501", "http://localhost:8501"),
    ("localhost", "http://localhost"),
    ("localhost:80", "http://localhost"),
    ("localhost", "http://localhost:80"),
    ("localhost.:8501", "http://localhost:8501"),
    ("localhost:8501", "HTTP://LocalHost.:8501"),
    ("[::1]:8501", "http://[0:0:0:0:0:0:0:1]:8501"),
    ("advisor.example.org", "https://advisor.example.org"),
    ("advisor.example.org:443", "https://advisor.example.org"),
    ("advisor.example.org", "https://advisor.example.org:443"),
    ("localhost:8501", "https://front.example.org"),
    ("localhost:8501", "https://FRONT.example.org.:443"),
]
FOREIGN = [
    ("localhost:8501", "https://evil.example"),
    ("localhost:8501", "http://localhost:8502"),
    ("localhost:8501", "http://localhost"),
    ("localhost", "http://localhost:8501"),
    ("localhost:8501", "http://127.0.0.1:8501"),
    ("localhost:443", "http://localhost"),
    ("localhost:80", "https://localhost"),
    ("localhost:8501", "http://localhost.evil.example:8501"),
    ("localhost:8501", "http://localhost:8501@evil.example"),
    ("localhost:8501", "http://evil.example@localhost:8501"),
    ("localhost:8501", "http://localhost:8501/"),
    ("localhost:8501", "http://localhost:8501, http://localhost:8501"),
    ("localhost:8501", "http://localhost:8501 http://localhost:8501"),
    ("localhost:8501", "http://localhost:8501#@evil.example"),
    ("localhost:8501", "http://localhost\\:8501"),
    ("localhost:8501", "//localhost:8501"),
    ("localhost:8501", "localhost:8501"),
    ("localhost:8501", "file://localhost:8501"),
    ("localhost:8501", "chrome-extension://localhost:8501"),
    ("localhost:8501", "null"),
    ("localhost:8501", ""),
    ("localhost:8501", "*"),
    ("localhost:8501", "http://front.example.org"),
    ("localhost:8501", "https://front.example.org:8443"),
    ("localhost:8501", "https://sub.front.example.org"),
]


@pytest.mark.parametrize(("host", "origin"), SAME)
def test_the_pages_of_this_server_and_listed_ones_get_through(host, origin):
    headers = [("Host", host), ("Origin", origin)]
    assert handshake(headers)
    assert status(headers, "PUT") == 200


@pytest.mark.parametrize(("host", "origin"), FOREIGN)
def test_foreign_pages_open_no_websocket_and_change_nothing(host, origin):
    headers = [("Host", host), ("Origin", origin)]
    assert not handshake(headers)
    for method in METHODS[1:]:
        assert status(headers, method) == 403
    assert status([*headers, ("X-Forwarded-Host", origin.rpartition("/")[2])], "PUT") == 403


def test_a_foreign_page_may_link_here():
    assert status([("Host", "localhost"), ("Origin", "https://evil.example")]) == 200


def test_several_origins_are_refused():
    ours = ("Origin", "http://localhost")
    assert status([("Host", "localhost"), ours, ours], "PUT") == 403


def test_what_is_no_browser_gives_no_origin():
    assert handshake([("Host", "localhost:8501")])
    assert status([("Host", "localhost:8501")], "PUT") == 200


def test_a_page_without_tls_is_foreign_to_the_one_with_it():
    headers = [("Host", "advisor.example.org"), ("Origin", "http://advisor.example.org")]
    assert handshake(headers)
    assert not handshake(headers, scheme="https")
    assert handshake([headers[0], ("Origin", "https://advisor.example.org")], scheme="https")


def test_streamlit_has_no_origin_to_compare():
    with client().websocket_connect(
        "ws://ours/s", headers={"Host": "localhost:8501", "Origin": "https://front.example.org", "X-Else": "kept"}
    ) as websocket:
        headers = websocket.receive_json()
    assert "origin" not in headers
    assert headers["x-else"] == "kept"


def test_each_refusal_is_told_to_the_operator_once(caplog):
    server = client()
    for _ in range(3):
        server.get("/", headers={"Host": "evil.example"})
    for number in range(200):
        server.get("/", headers={"Host": f"evil-{number}.example"})
    assert len(caplog.records) == 100
    assert "--allowed-host evil.example " in caplog.records[0].message


def test_hosts_and_origins_are_read_into_one_form():
    assert read_host("[2001:DB8:0::1]:81") == Host("2001:db8::1", 81)
    assert read_origin("HTTPS://Advisor.example.org.") == Origin("https", "advisor.example.org", 443)
    assert str(read_origin("http://[::1]:8501")) == "http://[::1]:8501"
    assert str(read_origin("https://a.example:443")) == "https://a.example"


@pytest.mark.parametrize(
    "name", ["http://a.example", "a.example:80", "", "*", "*.example.org", "a b", "münchen.example"]
)
def test_a_name_that_cannot_be_one_is_refused_when_listed(name):
    with pytest.raises(NotAnAddress, match="--allowed-host: expected a name"):
        Allowed.of([name], [])


@pytest.mark.parametrize("origin", ["a.example", "null", "*", "https://a.example/path", "ftp://a.example", ""])
def test_an_origin_that_cannot_be_one_is_refused_when_listed(origin):
    with pytest.raises(NotAnAddress, match="--allowed-origin: expected an origin"):
        Allowed.of([], [origin])


def test_the_environment_lists_several():
    found = Allowed.in_environment(
        {"ADVISOR_ALLOWED_HOSTS": "a.example, B.example  ::1,", "ADVISOR_ALLOWED_ORIGINS": " https://a.example/ "}
    )
    assert found == Allowed.of(["a.example", "b.example", "[::1]"], ["https://a.example"])
    assert Allowed.in_environment({}) == Allowed()
