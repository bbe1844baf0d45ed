"""Streamlit's scripts and style sheets, compressed by the app."""

from __future__ import annotations

import gzip

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from advisor import cache_folder
from advisor.ui.server import compression
from advisor.ui.server.app import HEADERS, Frame
from advisor.ui.server.compression import Compressed, accepted, compressed, zstd
from advisor.ui.server.routes import PathGuard

SCRIPT = b"export const words = ['one', 'two', 'three', 'four'];\n" * 200
FONT = b"wOF2" + bytes(range(256)) * 8
UNPACK = {"gzip": gzip.decompress, "zstd": zstd.decompress}


@pytest.fixture
def client(tmp_path) -> TestClient:
    """A folder as Streamlit's, with a file beside it that is nobody's business."""
    folder = tmp_path / "streamlit"
    (folder / "static" / "js").mkdir(parents=True)
    (folder / "static" / "js" / "page.abc.js").write_bytes(SCRIPT)
    (folder / "static" / "font.woff2").write_bytes(FONT)
    (tmp_path / "secret.js").write_bytes(b"secret " * 500)
    app = Starlette(middleware=[Middleware(Frame), Middleware(PathGuard), Middleware(Compressed, folder=folder)])
    app.mount("/", StaticFiles(directory=folder))
    return TestClient(app)


def ask(client: TestClient, path: str, encodings: str) -> tuple[object, bytes]:
    """The answer, and what was sent."""
    with client.stream("GET", path, headers={"Accept-Encoding": encodings}) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize(
    ("asked", "encoding"),
    [
        ("gzip, deflate, br, zstd", "zstd"),  # Chromium and Firefox, on this machine or over TLS
        ("gzip, deflate, br", "gzip"),  # Safari
        ("gzip, deflate", "gzip"),  # any browser over an open line
        ("GZIP;q=0.5", "gzip"),
        ("zstd;q=0, gzip;q=1.0", "gzip"),
        ("gzip;q=much", None),
        ("br", None),
        ("identity", None),
        ("", None),
    ],
)
def test_who_asks_gets_the_smallest_that_they_take(asked, encoding):
    assert accepted([(b"accept-encoding", asked.encode())]) == encoding


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_script_comes_compressed_and_is_kept_by_the_browser(client, encoding):
    answer, sent = ask(client, "/static/js/page.abc.js", encoding)
    assert answer.status_code == 200
    assert UNPACK[encoding](sent) == SCRIPT
    assert len(sent) == int(answer.headers["content-length"]) < len(SCRIPT) / 10
    assert answer.headers["content-encoding"] == encoding
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == HEADERS["X-Content-Type-Options"]


def test_who_takes_no_encoding_gets_it_as_it_is_and_a_cache_is_told_that_there_are_others(client):
    answer, sent = ask(client, "/static/js/page.abc.js", "identity")
    assert sent == SCRIPT
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"


def test_a_font_is_compressed_already(client):
    answer, sent = ask(client, "/static/font.woff2", "gzip, zstd")
    assert sent == FONT
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/static/js/none.js", "/static/../../secret.js", "/static/%2e%2e/%2e%2e/secret.js"])
def test_what_is_not_in_the_folder_is_not_there(client, path):
    answer, sent = ask(client, path, "gzip")
    assert answer.status_code == 404
    assert b"secret" not in sent


def test_the_head_alone_says_the_same(client):
    answer = client.head("/static/js/page.abc.js", headers={"Accept-Encoding": "gzip"})
    whole, sent = ask(client, "/static/js/page.abc.js", "gzip")
    assert answer.headers["content-length"] == whole.headers["content-length"] == str(len(sent))


def test_what_was_compressed_is_kept_for_the_next_start(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for remembered in (cache_folder.cache_folder, compressed):
        remembered.cache_clear()
    file = tmp_path / "page.abc.js"
    file.write_bytes(SCRIPT)
    first = compressed(file, "gzip")
    file.unlink()
    compressed.cache_clear()
    assert compressed(file, "gzip") == first
    kept = next((tmp_path / "cache").rglob("compressed/*"))
    kept.write_bytes(b"half a file")
    compressed.cache_clear()
    with pytest.raises(FileNotFoundError):
        compressed(file, "gzip")
    file.write_bytes(SCRIPT)
    assert compressed(file, "gzip") == first
    for remembered in (cache_folder.cache_folder, compressed):
        remembered.cache_clear()


def test_every_encoding_is_unpacked_by_what_it_is_called():
    assert {name: UNPACK[name](compress(SCRIPT)) for name, compress in compression.ENCODINGS.items()} == {
        "gzip": SCRIPT,
        "zstd": SCRIPT,
    }
