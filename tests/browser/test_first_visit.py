"""What a first visit loads, in a browser that was never here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from benchmarks.first_visit import AIM_MB, CHARTS, Visit, interview
from tests.browser.reader import ANSWERS, address, enter, quiet
from tests.browser.server import Server

ICONS, UNUSED = "MaterialSymbols", "SourceSans"


@pytest.fixture
def visit(chromium: Browser, server: Server) -> Iterator[Visit]:
    visit = Visit(chromium)
    yield visit
    visit.end()


def loaded(visit: Visit, part: str) -> list[str]:
    return [path for path in visit.files if part in path]


def test_the_first_question_is_there_after_less_than_a_megabyte(visit, server):
    interview(visit.page, server.url)
    quiet(visit.page)
    assert visit.bytes < AIM_MB * 1e6, visit.files.most_common(12)
    assert not loaded(visit, ICONS)
    assert not loaded(visit, UNUSED)
    assert loaded(visit, "ibm-plex-sans-latin-400")


def test_every_script_comes_compressed_and_once(visit, server):
    encodings, asked = {}, []
    visit.page.on("response", lambda answer: encodings.update({answer.url: answer.headers.get("content-encoding")}))
    visit.page.on("request", lambda request: asked.append(request.url))
    interview(visit.page, server.url)
    quiet(visit.page)
    scripts = [url for url in encodings if "/static/js/" in url or "/static/css/" in url]
    assert len(scripts) > 50
    assert {encodings[url] for url in scripts} <= {"zstd", "gzip"}
    assert encodings[f"{server.url}/"] in ("zstd", "gzip")
    fetched = [url for url in asked if url in scripts or "/_stcore/h" in url]
    assert len(fetched) == len(set(fetched))


@pytest.mark.deep
def test_nothing_is_found_late(visit, server):
    """What the first pages are drawn with was on its way before they were."""
    interview(visit.page, server.url)
    quiet(visit.page)
    document = visit.page.request.get(server.url).text()
    assert [path for path in loaded(visit, "static/") if path not in document] == []


@pytest.mark.deep
def test_the_brief_loads_no_chart_library_and_a_room_with_a_chart_does(visit, server):
    page = visit.page
    page.goto(f"{server.url}/{address('verdict', **ANSWERS)}")
    page.locator(".trade-off").wait_for()
    quiet(page)
    assert not loaded(visit, CHARTS)
    enter(page, "options")
    page.locator(".js-plotly-plot .plot-container").first.wait_for()
    assert loaded(visit, CHARTS)
