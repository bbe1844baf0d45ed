"""How fast the verdict follows a slider, beside a page of Streamlit's own with as many sliders."""

from __future__ import annotations

from urllib.parse import urlencode

from playwright.sync_api import Browser

from advisor import encode, read_situation

PAGE = """
import streamlit as st
moved = [st.slider(f"Number {n}", 0, 35, 30, key=f"slider-{n}") for n in range(8)]
st.title(f"Sum {sum(moved)}")
"""
PICTURE, SUM = ".trade-off", "h1"
"""What follows a slider last: on the verdict, and on the other page."""
PAINTED = """(watched) => {
  window.painted = new Promise((done) => addEventListener("keydown", () => {
    const started = performance.now(), before = document.querySelector(watched).innerHTML;
    const watch = new MutationObserver(() => {
      const now = document.querySelector(watched)?.innerHTML;
      if (!now || now === before) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - started)));
    });
    watch.observe(document.body, { childList: true, subtree: true, characterData: true });
  }, { once: true, capture: true }));
}"""
"""Promises the milliseconds from the next key to the frame in which what is watched is painted anew."""
ANSWERS = {
    "task": "classification",
    "gap": ["cost"],
    "prompt_tried": "good",
    "evaluation_set": "yes",
    "labelled_examples": 20_000,
    "requests_per_month": 30_000_000,
    "budget_month": 5_000,
    "target_score": 92,
}
AWAY = 12
"""Keys in one direction before the slider begins anew."""


def moved(browser: Browser, app: str, other: str, keys: int) -> tuple[list[float], list[float]]:
    """Seconds from a key on a slider until what follows is painted, on the verdict and on the other page, in turns.

    The number of examples is another one each time that the slider begins anew, so that no answers come twice.
    """
    page, hello = browser.new_context().new_page(), browser.new_context().new_page()
    hello.goto(other)
    own_times: list[float] = []
    hello_times: list[float] = []
    for key in range(keys):
        if key % AWAY == 0:
            answers = read_situation({**ANSWERS, "labelled_examples": 20_000 + key})
            page.goto(f"{app}/verdict?{urlencode({'a': encode(answers), 'lang': 'en'})}")
        for one, slider, watched, times in (
            (page, page.locator("#slider-requests_per_month"), PICTURE, own_times),
            (hello, hello.get_by_role("slider").first, SUM, hello_times),
        ):
            slider.focus()
            one.wait_for_timeout(300)
            one.evaluate(PAINTED, watched)
            one.keyboard.press("ArrowLeft" if one is page or key // AWAY % 2 == 0 else "ArrowRight")
            times.append(float(one.evaluate("window.painted")) / 1000)
    for one in (hello, page):
        one.context.close()
    return own_times, hello_times
