"""The README's configuration of nginx, served by nginx (`tests.ui.server.site`)."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect, sync_playwright
from websockets.exceptions import InvalidStatus

from advisor.cli.serve import HOST
from tests.browser.program import OPTIONS, chromium
from tests.ui.server.process import ask, see, tokens
from tests.ui.server.site import NAME, Site, block, nginx

SECRET = "words-that-only-the-reader-knows"


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    nginx()
    site = Site(tmp_path_factory.mktemp("site"))
    with site.apart:
        site.start_apps()
        with site.nginx:
            yield site


@pytest.fixture(scope="module")
def down(tmp_path_factory) -> Iterator[Site]:
    """A site whose apps do not run."""
    nginx()
    site = Site(tmp_path_factory.mktemp("down"))
    with site.nginx:
        yield site


def test_a_visit_goes_through(site):
    document = site.get("/verdict?lang=nl", headers={"Accept": "text/html"})
    assert document.status == 200
    assert b'<html lang="nl">' in document.content
    with site.stream() as stream:
        assert b"Should you fine-tune?" in see(stream)


def test_a_browser_hands_in_a_file_and_reads_what_is_in_it(site):
    row = b'{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}]}\n'
    with sync_playwright() as play:
        here = f"--host-resolver-rules=MAP {NAME} {HOST}"
        browser = play.chromium.launch(executable_path=chromium(), args=[*OPTIONS, here])
        page = browser.new_context(base_url=f"https://{NAME}:{site.tls}", ignore_https_errors=True).new_page()
        page.set_default_timeout(60_000)
        page.goto("/data")
        expect(page.get_by_role("button", name="Choose a file or drop it here").first).to_be_visible(timeout=60_000)
        page.locator(".st-key-upload-training input[type=file]").set_input_files(
            {"name": "rows.jsonl", "mimeType": "application/jsonl", "buffer": row * 12}
        )
        page.get_by_role("button", name="Check it", exact=True).click(delay=100)
        expect(page.locator(".what.verdict")).to_be_visible(timeout=60_000)
        expect(page.get_by_text("12 rows").first).to_be_visible(timeout=60_000)
        browser.close()


def test_foreign_pages_and_names_do_not(site):
    for origin in ("https://evil.example", f"http://{NAME}:{site.tls}", f"https://{NAME}", "null"):
        with pytest.raises(InvalidStatus) as refused:
            site.stream(origin=origin)
        assert refused.value.response.status_code == 403
    answer = site.get("/", headers={"Host": "evil.example"})
    assert answer.status == 421
    assert b"--allowed-host evil.example" in answer.content


@pytest.mark.parametrize(("size", "cookie"), [(8_000, 8_000), (16_000, 16_000), (29_900, 100)])
def test_a_long_link_goes_through(site, size, cookie):
    target = "/verdict?a=" + "x" * (size - 11)
    answer = site.get(target, headers={"Cookie": "kept=" + "x" * cookie})
    assert answer.status == 200
    plain = ask(site.plain, target, headers={"Host": NAME})
    assert (plain.status, plain.headers["Location"]) == (301, f"https://{NAME}{target}")


def test_the_files_of_the_document_are_compressed_and_kept(site):
    document = site.get("/").content.decode()
    file = re.findall(r'src="\./(static/[^"]+\.js)"', document)[0]
    answer = site.get(f"/{file}", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    whole = site.get(f"/{file}")
    assert gzip.decompress(answer.content) == whole.content
    assert len(answer.content) < len(whole.content) / 2
    kept = [one for one in (site.folder / "cache").rglob("*") if one.is_file()]
    assert any(f"/{file}".encode() in one.read_bytes()[:2000] for one in kept)


def test_a_missing_file_is_missing_and_not_kept(site):
    for _ in range(2):
        answer = site.get("/static/js/missing.js")
        assert answer.status == 404
        assert "Cache-Control" not in answer.headers
        assert answer.headers["Content-Type"].startswith("text/plain")
    kept = [one for one in (site.folder / "cache").rglob("*") if one.is_file()]
    assert not any(b"missing.js" in one.read_bytes()[:2000] for one in kept)


@pytest.mark.parametrize("target", ["/", "/verdict", "/static/js/missing.js", "/held/nothing", "/favicon.png"])
def test_browsers_are_told_to_come_back_with_tls(site, target):
    assert site.get(target).headers.get_all("Strict-Transport-Security") == ["max-age=31536000"]


def test_a_file_is_handed_in_within_the_limits(site):
    with site.stream() as stream:
        token = tokens(see(stream, "data"))[0]
        target = f"/held/{token}?name={SECRET}.jsonl&number=1"
        headers = {"Origin": f"https://{NAME}:{site.tls}"}
        assert site.get(target, "PUT", headers={**headers, "Content-Length": "1300000000"}).status == 413
        assert site.get(target, "PUT", headers={"Origin": "https://evil.example"}, body=b"x").status == 403
        rows = b'{"messages": []}\n' * 150_000
        assert site.get(target, "PUT", headers=headers, body=rows).status == 204
    assert site.get("/verdict", "POST", headers={**headers, "Content-Length": "20000"}).status == 413
    assert site.get("/_stcore/upload_file/a/b", "PUT", headers=headers, body=b"x" * 10_000).status == 404


def test_logs_hold_no_answers_and_no_tokens(site):
    for target in (f"/verdict?a={SECRET}", f"/{SECRET * 1000}", f"/nowhere?a={SECRET}", f"/held/token?name={SECRET}"):
        site.get(target)
        site.get(target, "PUT", headers={"Content-Length": "2000000000"})
        site.get(target, headers={"Host": "evil.example", "Referer": f"https://{NAME}/verdict?a={SECRET}"})
        ask(site.plain, target, headers={"Host": NAME})
    logged = site.logged()
    assert '"GET /verdict" 200' in logged
    assert '"GET /held/" 404' in logged
    assert f"a={SECRET}" not in logged
    assert "held/token" not in logged
    assert f"name={SECRET}" not in logged


def test_logs_hold_no_answers_where_no_app_runs(down):
    assert down.get(f"/verdict?a={SECRET}", headers={"Referer": f"https://{NAME}/?a={SECRET}"}).status == 502
    assert down.get(f"/static/x.js?a={SECRET}").status == 502
    logged = down.logged()
    assert '"GET /verdict" 502' in logged
    assert SECRET not in logged


@pytest.mark.parametrize(
    "name",
    ["client_header_timeout", "client_body_timeout", "send_timeout", "proxy_send_timeout", "proxy_connect_timeout"],
)
def test_nobody_holds_a_connection_for_long(name):
    seconds = re.findall(rf"^ +{name} (\d+)s;", block("nginx"), re.MULTILINE)
    assert len(seconds) == 1
    assert int(seconds[0]) <= 30
