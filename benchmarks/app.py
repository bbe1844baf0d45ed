"""How fast and how heavy the app is, beside a page of Streamlit's own: `python -m benchmarks.app [--clicks 40]`.

Both are served with the project's configuration by Streamlit's own server and clicked in one Chromium, in turns, so
that a busy machine slows both alike: trust the ratios. The other page has a heading, a choice of four and three
buttons; beside each question stands one more, with the widgets of that question. A click counts from the mouse to the
frame in which the next question, the brief or the counter is painted. What a first visit weighs is in `first_visit.py`.
Memory is what the server process holds (resident set).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from advisor import encode, read_situation
from advisor.cli.serve import HOST, free_port
from advisor.content.entries import Question
from advisor.content.load import HOME, load
from advisor.ui.navigation import group_page, page_of
from benchmarks import first_visit, machine, sliders

BUTTONS = """
with st.container(horizontal=True):
    st.button("Next", key="next")
    if st.button("I don't know", key="unknown"):
        st.session_state["n"] = n + 1
        st.rerun()
    st.button("Back", key="back")
"""
"""What both pages end with."""
HELLO = """
import streamlit as st
n = st.session_state.get("n", 0)
st.title(f"Question {n}")
st.radio("Choose one", ["Style", "Format", "Facts", "Cost"], index=None, key=f"radio-{n}")
"""
SAME = """
import json, pathlib, streamlit as st
pages = json.loads(pathlib.Path(__file__).with_name("pages.json").read_text())
n = st.session_state.get("n", 0)
page = pages[n % len(pages)]
st.title(f"{n}: {page['title']}")
for place, field in enumerate(page["fields"]):
    key, labels, captions = f"{n}-{place}", field["labels"], field["captions"]
    if field["type"] == "several":
        for label, caption in zip(labels, captions):
            st.checkbox(f"{label}  \\n:small[{caption}]" if caption else label, key=f"{key}-{label}")
    elif labels:
        st.radio(field["title"], labels, index=None, captions=captions if any(captions) else None, key=key)
    else:
        st.text_input(field["title"], key=key)
"""
"""A page that has, one after the other, the widgets of the questions that are named beside it."""
SERVER = """
import sys, streamlit as st
app = st.App(sys.argv[1])
if __name__ == "__main__":
    app.run(config={"server.port": int(sys.argv[2])})
"""
"""Serves one of these pages as ours are served."""
PAINTED = """async ([label, wanted]) => {
  const heading = () => document.querySelector("h1")?.textContent ?? "";
  const before = heading();
  const button = [...document.querySelectorAll("button")].find((one) => one.textContent.trim() === label);
  const started = performance.now();
  button.click();
  await new Promise((done) => {
    const watch = new MutationObserver(() => {
      if (!heading() || heading() === before || !document.querySelector(wanted)) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(done));
    });
    watch.observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  return performance.now() - started;
}"""
"""Milliseconds from a press of a button to the frame in which another heading is painted, and what else is wanted."""
QUESTION, PICTURE = "h1", ".trade-off"
"""What is wanted of a question, and of the brief, whose picture comes last."""
AIM_MEMORY_MB = 300
AIM_HEALTHY_S = 3
AIM_QUESTION, AIM_BRIEF, AIM_SLIDER = 1.5, 2.5, 2.0
"""Most times the median of the other page."""
OPEN_INTERVIEWS = 20
UNKNOWN, VERDICT = "I don't know", "See the verdict"
"""Buttons, by their label."""
Row = tuple[str, ...]
BRIEF_ANSWERS = {"gap": ["style", "format"], "prompt_tried": "good", "rag_tried": "not_needed", "evaluation_set": "no"}


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clicks", type=int, default=40)
    clicks = parser.parse_args().clicks
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no Chromium found; install it, or name it in CHROMIUM=/path/to/chromium")
    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, code in (
            ("hello", HELLO + BUTTONS),
            ("same", SAME + BUTTONS),
            ("sliders", sliders.PAGE),
            ("server", SERVER),
        ):
            (Path(folder) / f"{name}.py").write_text(code)
        shutil.copytree(HOME / ".streamlit", Path(folder) / ".streamlit")
        ours = free_port(HOST)
        with served([sys.executable, "-m", "advisor", "app", "--no-browser", "--port", str(ours)], ours) as (
            _,
            healthy,
        ):
            app = f"http://{HOST}:{ours}"
            walk = walked(browser, app)
            (Path(folder) / "pages.json").write_text(json.dumps([widgets(path) for path in walk]))
            with other(folder, "hello") as (hello, hello_healthy), other(folder, "same") as (same, _):
                rows = [
                    ("what", "this app", "hello world", "ratio", "aim"),
                    ("start to healthy", f"{healthy:.2f} s", f"{hello_healthy:.2f} s", "", f"{AIM_HEALTHY_S} s"),
                    *clicked(browser, app, same, hello, clicks, len(walk)),
                    *briefs(browser, app, hello, clicks),
                    *first_visit.rows(browser, app, hello),
                ]
            with other(folder, "sliders") as (other_sliders, _):
                moved = sliders.moved(browser, app, other_sliders, clicks)
                rows += compared("key on a slider to the picture painted", *moved, AIM_SLIDER)
        with served([sys.executable, "-m", "advisor", "app", "--no-browser", "--port", str(ours)], ours) as (server, _):
            idle = memory_mb(server.pid)
            interviews = [opened(browser, f"http://{HOST}:{ours}") for _ in range(OPEN_INTERVIEWS)]
            full = memory_mb(server.pid)
            for page in interviews:
                page.context.close()
        rows.append(("memory, idle", f"{idle:.0f} MB", "", "", f"{AIM_MEMORY_MB} MB"))
        rows.append((f"memory, {OPEN_INTERVIEWS} interviews open", f"{full:.0f} MB", "", "", f"{AIM_MEMORY_MB} MB"))
        browser.close()
    print(machine.describe("streamlit", "polars", "playwright"))
    print(machine.table(rows))


@contextmanager
def served(
    command: list[str], port: int, path: str = "/healthz", folder: str | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """A server process, and the seconds from its start until it says that it is healthy."""
    started = time.perf_counter()
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, cwd=folder) as process:
        try:
            while not answers(f"http://{HOST}:{port}{path}"):
                if process.poll() is not None:
                    sys.exit(f"the server ended with status {process.returncode}: {' '.join(command)}")
                time.sleep(0.02)
            yield process, time.perf_counter() - started
        finally:
            process.terminate()


@contextmanager
def other(folder: str, page: str) -> Iterator[tuple[str, float]]:
    """The address of one of the other pages, served from the folder, and the seconds until it is healthy."""
    port = free_port(HOST)
    command = [sys.executable, str(Path(folder) / "server.py"), str(Path(folder) / f"{page}.py"), str(port)]
    with served(command, port, "/_stcore/health", folder) as (_, healthy):
        yield f"http://{HOST}:{port}", healthy


def answers(address: str) -> bool:
    """Whether the address answers with status 200."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def opened(browser: Browser, address: str) -> Page:
    """An interview at its second question, in a browser session of its own."""
    page = browser.new_context().new_page()
    page.goto(address)
    page.get_by_role("button", name="I don't know yet").click()
    page.get_by_role("button", name=UNKNOWN, exact=True).wait_for()
    page.wait_for_timeout(200)
    painted(page, UNKNOWN)
    page.wait_for_timeout(200)
    return page


def greeted(browser: Browser, address: str) -> Page:
    """The other page."""
    page = browser.new_context().new_page()
    page.goto(address)
    page.get_by_role("button", name=UNKNOWN).wait_for()
    return page


def painted(page: Page, label: str, wanted: str = QUESTION) -> float:
    """Seconds from a press of the button with this label until what it leads to is painted."""
    return float(page.evaluate(PAINTED, [label, wanted])) / 1000


def walked(browser: Browser, app: str) -> list[str]:
    """The paths of the pages from the second question on, for one who never knows, up to the first of another kind."""
    page = opened(browser, app)
    walk = [urlsplit(page.url).path.strip("/")]
    while walk[-1].startswith("q-"):
        painted(page, UNKNOWN)
        page.wait_for_timeout(200)
        walk.append(urlsplit(page.url).path.strip("/"))
    page.context.close()
    return walk


def widgets(path: str) -> dict[str, object]:
    """The heading of a page of the interview and its widgets: their type, labels, and what stands below each label."""
    known = load()
    group = next((group for group in known.pages if group_page(group) == path), None)
    asked = [known.question(one) for one in group.questions] if group else []
    asked = asked or [question for question in known.questions if page_of(question) == path]
    title = group.title if group else asked[0].text if asked else path
    return {"title": title, "fields": [field for one in asked for field in _fields(one, among=bool(group))]}


def _fields(question: Question, *, among: bool) -> list[dict[str, object]]:
    labels, captions = [one.text for one in question.choices], [one.means for one in question.choices]
    if question.type == "yes_no":
        labels, captions = ["Yes", "No"], ["", ""]
    if question.type == "several":
        labels, captions = [*labels, "None of these"], [*captions, ""]
    if question.type == "number" and not among:
        kinds: dict[str, object] = {
            "type": "choice",
            "title": "How precisely?",
            "labels": ["One number", "A range"],
            "captions": [""],
        }
        return [kinds, {"type": "number", "title": question.text, "labels": [], "captions": []}]
    return [{"type": question.type, "title": question.text, "labels": labels, "captions": captions}]


def clicked(browser: Browser, app: str, same: str, hello: str, clicks: int, walk: int) -> list[Row]:
    """Rows with the time of a click to the next question: beside a page with the widgets of that question, and beside
    the one with a choice of four. A `walk` has so many pages; then all begin anew.
    """
    times: tuple[list[float], ...] = ([], [], [])
    pages: list[Page] = []
    for click in range(clicks):
        if click % (walk - 1) == 0:
            for page in pages:
                page.context.close()
            pages = [opened(browser, app), greeted(browser, same), greeted(browser, hello)]
        for page, taken in zip(pages, times, strict=True):
            page.get_by_role("button", name=UNKNOWN, exact=True).wait_for()
            page.wait_for_timeout(200)
            taken.append(painted(page, UNKNOWN))
    for page in pages:
        page.context.close()
    own, beside, bare = times
    return [
        *compared("click to next question painted, beside its widgets", own, beside, AIM_QUESTION),
        *compared("the same beside a choice of four", own, bare),
    ]


def briefs(browser: Browser, app: str, other: str, clicks: int) -> list[Row]:
    """Rows with the time of a click to the brief, each of answers that nobody asked about before."""
    hello, page = greeted(browser, other), browser.new_context().new_page()
    own_times: list[float] = []
    hello_times: list[float] = []
    for volume in range(clicks):
        answers = read_situation({**BRIEF_ANSWERS, "requests_per_month": 10_000 + volume})
        page.goto(f"{app}/check?{urlencode({'a': encode(answers), 'lang': 'en'})}")
        page.get_by_role("button", name=VERDICT).wait_for()
        page.wait_for_timeout(400)
        own_times.append(painted(page, VERDICT, PICTURE))
        hello_times.append(painted(hello, UNKNOWN))
    for one in (hello, page):
        one.context.close()
    return compared("click to the brief painted", own_times, hello_times, AIM_BRIEF)


def compared(what: str, own: Sequence[float], hello: Sequence[float], aim: float | None = None) -> list[Row]:
    """Median and 95th percentile of both pages, with what the first is of the second."""
    (middle, high), (hello_middle, hello_high) = machine.spread(own), machine.spread(hello)
    ratio = median(own) / median(hello)
    return [
        (f"{what}, median of {len(own)}", middle, hello_middle, f"{ratio:.2f}", f"{aim or ''}"),
        ("the same, 95th percentile", high, hello_high, "", ""),
    ]


def memory_mb(pid: int) -> float:
    """Resident memory of a process, in MB."""
    said = Path(f"/proc/{pid}/status")
    if said.exists():
        kilobytes = re.search(r"VmRSS:\s+(\d+)", said.read_text())
        return int(kilobytes[1]) / 1024 if kilobytes else 0.0
    return int(subprocess.check_output(["ps", "-o", "rss=", "-p", str(pid)])) / 1024


if __name__ == "__main__":
    main()
