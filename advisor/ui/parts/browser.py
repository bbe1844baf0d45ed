"""What only the browser can do: follow links without a reload, move the focus, choose light or dark, open a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from advisor.ui.session import LINKED

LINKS = """
export default function ({ setTriggerValue }) {
  // A link works without this script too: it carries the answers. With it, nothing is loaded again.
  const follow = (event, link = event.target.closest?.("a[data-go]")) => {
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const { a, ...own } = Object.fromEntries(new URL(link.href).searchParams);
    setTriggerValue("go", { ...own, page: link.dataset.go });
  };
  // Streamlit keeps light or dark under the path of the page that was loaded; the document carries it to the others.
  const choose = (event) => {
    const theme = event.target.closest?.("[data-theme]")?.dataset.theme;
    if (!theme) return;
    localStorage.advisorTheme = theme;
    location.reload();
  };
  const skip = (event) => {
    if (!event.target.closest?.(".skip")) return;
    event.preventDefault();
    document.querySelector("h1")?.focus();
  };
  // The address holds all answers, so copying it is copying the verdict.
  const copy = async (event) => {
    const button = event.target.closest?.("[data-copied]");
    if (!button) return;
    // Without https there is no clipboard: the address is shown to be copied.
    if (!navigator.clipboard) { prompt(button.textContent, location.href); return; }
    await navigator.clipboard.writeText(location.href);
    button.textContent = button.dataset.copied;
  };
  const listen = (event) => {
    window.advisorTabbed = false; follow(event); choose(event); skip(event); copy(event);
  };
  // A page that is drawn anew replaces its links. A press that began on one and ends on its successor counts: the
  // browser makes no click of it.
  let pressed = null;
  const press = (event) => { pressed = event.target.closest?.("a[data-go]"); };
  const release = (event) => {
    const link = event.target.closest?.("a[data-go]");
    if (pressed && !pressed.isConnected && link?.dataset.go === pressed.dataset.go) follow(event, link);
    pressed = null;
  };
  window.advisorLinks?.abort();
  const links = window.advisorLinks = new AbortController();
  const on = (kind, listener, capture) => document.addEventListener(kind, listener, { signal: links.signal, capture });
  on("click", listen);
  on("pointerdown", press);
  on("pointerup", release);
  // Whether the reader has moved on by Tab since the last thing that was pressed: a page that arrives late lets them.
  const move = (event) => { window.advisorTabbed = event.key === "Tab"; };
  on("keydown", move, true);
  return () => links.abort();
}
"""

TERMS = """
export default function () {
  // A word that explains itself (`markup.Words`): its meaning shows under the pointer, at the focus, and after a touch.
  let open = null;
  let held = false;  // by a press, so that it stays when the pointer leaves
  let before = false;
  const meaning = (term) => term.querySelector(".meaning");
  const place = () => {
    if (!open?.isConnected) return;
    const word = open.querySelector("button").getBoundingClientRect();
    const box = meaning(open);
    const room = document.documentElement.clientWidth - box.offsetWidth - 12;
    box.style.left = `${Math.max(12, Math.min(word.left, room))}px`;
    const below = word.bottom + 6;
    const fits = below + box.offsetHeight < document.documentElement.clientHeight - 12;
    box.style.top = `${fits ? below : Math.max(12, word.top - box.offsetHeight - 6)}px`;
  };
  const hide = () => {
    if (open?.isConnected) {
      if (meaning(open).matches(":popover-open")) meaning(open).hidePopover();
      open.querySelector("button").setAttribute("aria-expanded", "false");
    }
    open = null;
    held = false;
  };
  const show = (term) => {
    if (open === term) return;
    hide();
    open = term;
    meaning(term).showPopover();
    term.querySelector("button").setAttribute("aria-expanded", "true");
    place();
  };
  const at = (event) => event.target.closest?.(".term");
  window.advisorTerms?.abort();
  window.advisorTerms = new AbortController();
  const on = (kind, listener, capture = false) =>
    document.addEventListener(kind, listener, { signal: window.advisorTerms.signal, capture });
  on("pointerover", (event) => {
    if (event.pointerType !== "mouse" || held) return;
    if (at(event)) show(at(event));
    else if (open && open !== document.activeElement?.closest(".term")) hide();
  });
  on("focusin", (event) => { if (at(event)) show(at(event)); else hide(); });
  on("focusout", (event) => { if (at(event) && !event.relatedTarget && !held) hide(); });
  on("pointerdown", (event) => { before = held && open === at(event); });
  on("click", (event) => {
    const pressed = event.target.closest?.(".term > button");
    if (!pressed) { if (!at(event)) hide(); return; }
    const again = event.detail ? before : held && open === at(event);
    if (again) hide();
    else { show(at(event)); held = true; }
    before = false;
  });
  on("keydown", (event) => { if (event.key === "Escape") hide(); });
  on("scroll", place, true);
  window.addEventListener("resize", place, { signal: window.advisorTerms.signal });
  return () => window.advisorTerms.abort();
}
"""

PAGE = """
export default function ({ data }) {
  document.documentElement.lang = data.lang;
  const theme = localStorage.advisorTheme ?? "System";
  // The buttons may come later than this script, and anew.
  const press = () => document.querySelectorAll("[data-theme]:not([aria-pressed])").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.theme === theme));
  });
  window.advisorThemes?.disconnect();
  window.advisorThemes = new MutationObserver(press);
  window.advisorThemes.observe(document.body, { childList: true, subtree: true });
  press();
  const last = window.advisorPage;
  window.advisorPage = data;
  // The tab of what is open comes into sight where not all tabs fit. A link of before there were rooms names a part of
  // the page, which now is in a room: its tab is opened.
  const tabs = (tries) => {
    if (window.advisorPage !== data) return;
    const tab = document.querySelector(".rooms [aria-current]");
    if (!tab || !window.advisorLinks || tab.dataset.go !== data.page.split("?")[0]) {
      if (tries) setTimeout(() => tabs(tries - 1), 30);
      return;
    }
    const row = tab.closest(".stHtml");
    row.scrollLeft += tab.getBoundingClientRect().left - row.getBoundingClientRect().left
      - (row.clientWidth - tab.offsetWidth) / 2;
    const part = last ? "" : CSS.escape(location.hash.slice(1));
    if (part) document.querySelector(`.rooms li[data-holds~="${part}"] a:not([aria-current])`)?.click();
  };
  if (data.page !== last?.page) tabs(100);
  if (!last || (last.page === data.page && last.problem === data.problem)) return;
  const wanted = data.problem ? ".problem" : "h1";
  const move = (tries) => {
    if (window.advisorTabbed || window.advisorPage !== data) return;
    const target = document.querySelector(wanted);
    if (target) {
      target.focus({ preventScroll: true });
      if (data.problem) target.scrollIntoView({ block: "center" });
      else document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
    } else if (tries) {
      setTimeout(() => move(tries - 1), 30);
    }
  };
  move(100);
}
"""

FILE = """
export default function ({ data, parentElement, setTriggerValue }) {
  const button = parentElement.querySelector("button");
  const input = parentElement.querySelector("input");
  button.textContent = data.label;
  input.setAttribute("aria-label", data.label);
  button.onclick = () => input.click();
  input.onchange = async () => {
    const file = input.files[0];
    input.value = "";
    if (!file) return;
    const text = file.size > data.most ? null : await file.text();
    setTriggerValue("opened", { name: file.name.slice(0, 200), text });
  };
}
"""

FILE_CSS = """
button {
  font: inherit; color: var(--st-link-color); background: none; border: 0; padding: 0.35rem 0;
  text-decoration: underline; text-underline-offset: 0.2em; cursor: pointer;
}
button:focus-visible { outline: 3px solid var(--st-link-color); outline-offset: 2px; border-radius: 2px; }
input { display: none; }
"""

FIELDS = """
export default function () {
  window.advisorFields?.();
  const off = [];
  const on = (kind, listener) => {
    document.addEventListener(kind, listener, true);
    off.push(() => document.removeEventListener(kind, listener, true));
  };

  // Enter sends an answer, as Next does; in a text of several lines with Ctrl or Command.
  const enter = (event) => {
    if (event.key !== "Enter" || !event.isTrusted || event.isComposing || event.repeat) return;
    const field = event.target.closest?.(".st-key-answer :is(input, textarea)");
    if (field && (field.matches("input") || event.ctrlKey || event.metaKey)) {
      document.querySelector(".st-key-continue button")?.click();
    }
  };
  document.addEventListener("keydown", enter);
  off.push(() => document.removeEventListener("keydown", enter));

  // One of several readings of a number is chosen: it takes the place of what was typed.
  on("click", (event) => {
    const one = event.target.closest?.("[data-reading]");
    const field = one && document.querySelector(`.${CSS.escape(one.dataset.field)} input`);
    if (!field) return;
    field.focus();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, one.dataset.reading);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", keyCode: 13, bubbles: true }));
  });

  // The counter of a text, in sight while one types; read out only near the limit.
  const NEAR = 0.9, EVERY = 20;
  // Where there is no room for a counter, one floats under the field as the limit comes near.
  const place = (counter, field) => {
    const box = field.getBoundingClientRect();
    counter.style.top = `${box.bottom + 4}px`;
    counter.style.right = `${Math.max(8, document.documentElement.clientWidth - box.right)}px`;
  };
  const floating = (field) => {
    const small = field.closest?.('[class*="st-key-owner-"], [class*="st-key-due-"]');
    const limit = small && document.querySelector(".limit-of-all");
    document.querySelector(".counter.floating")?.remove();
    if (!limit || [...field.value.trim()].length < NEAR * limit.dataset.most) return null;
    const counter = document.createElement("p");
    Object.assign(counter.dataset, limit.dataset);
    counter.className = "counter floating";
    counter.innerHTML = '<span class="used"></span><span class="unseen" role="status"></span>';
    place(counter, field);
    document.querySelector(".stApp").append(counter);
    return counter;
  };
  on("focusout", () => document.querySelector(".counter.floating")?.remove());
  on("scroll", () => {
    const counter = document.querySelector(".counter.floating");
    if (counter) place(counter, document.activeElement);
  });
  on("input", (event) => {
    const counter = event.target.closest?.('[class*="st-key-counted-"]')?.querySelector(".counter")
      ?? floating(event.target);
    if (!counter) return;
    const n = [...event.target.value.trim()].length, most = Number(counter.dataset.most);
    const number = new Intl.NumberFormat(document.documentElement.lang);
    const said = (n > most ? counter.dataset.over : counter.dataset.words)
      .replace("{n}", number.format(n)).replace("{over}", number.format(n - most));
    counter.classList.toggle("over", n > most);
    counter.classList.toggle("near", n >= NEAR * most);
    counter.querySelector(".used").textContent = said;
    if (n >= NEAR * most && (n > most || n % EVERY === 0)) counter.querySelector("[role=status]").textContent = said;
  });

  // A keyboard of digits for numbers; the field of an answer is described by the line under it. Streamlit names a box
  // to tick by its label with the marks in it (":small["); without that name, the label as it is read names it.
  const dress = () => {
    document.querySelectorAll('[class*="st-key-number-"] input:not([inputmode])').forEach((one) => {
      one.inputMode = "decimal";
    });
    document.querySelectorAll('[data-testid="stCheckbox"] label input[aria-label]').forEach((one) => {
      one.removeAttribute("aria-label");
    });
    // The field for the result of a step belongs to that step, whose name stands elsewhere in the page.
    document.querySelectorAll('[class*="st-key-tried-"]:not([role])').forEach((one) => {
      one.setAttribute("role", "group");
      one.setAttribute("aria-labelledby", `plan-${/st-key-tried-(\\d)/.exec(one.className)[1]}`);
    });
    const line = document.querySelector(".st-key-answer :is(.meant, .counter)");
    if (!line || line.id) return;
    line.id = "answer-line";
    document.querySelectorAll(".st-key-answer :is(input[type=text], textarea)").forEach((one) => {
      one.setAttribute("aria-describedby", line.id);
    });
  };
  const watch = new MutationObserver(dress);
  watch.observe(document.body, { childList: true, subtree: true });
  dress();
  window.advisorFields = () => { watch.disconnect(); off.splice(0).forEach((one) => one()); };
  return window.advisorFields;
}
"""

_fields = st.components.v2.component("advisor_fields", js=FIELDS)
_links = st.components.v2.component("advisor_links", js=LINKS)
_terms = st.components.v2.component("advisor_terms", js=TERMS)
_page = st.components.v2.component("advisor_page", js=PAGE)
_file = st.components.v2.component(
    "advisor_file",
    html='<button type="button"></button>\n<input type="file" accept=".yaml,.yml,.json" tabindex="-1">',
    css=FILE_CSS,
    js=FILE,
)


@dataclass(frozen=True)
class Go:
    """A link that the reader followed."""

    page: str
    lang: str | None = None
    own: dict[str, str] = field(default_factory=dict)


def followed_link() -> Go | None:
    """The link that was followed in this run, if any."""
    with st.container(key="links"):
        result = _links(key="links-component", on_go_change=_nothing)
        _fields(key="fields-component")
        _terms(key="terms-component")
    asked = result.get("go")
    if not isinstance(asked, dict):
        return None
    own = {name: str(asked[name])[:80] for name in LINKED if asked.get(name)}
    return Go(str(asked.get("page", "")), asked.get("lang"), own)


def arrived(page: str, lang: str, problem: int = 0) -> None:
    """Tell the browser what page this is: its language, and where the focus belongs."""
    with st.container(key="arrived"):
        _page(key="arrived-component", data={"page": page, "lang": lang, "problem": problem})


def opened_file(label: str, most: int) -> dict[str, Any] | None:
    """A button that opens a file of the reader: its `name` and `text`, or None as text if it exceeds `most` bytes."""
    result = _file(key="file", data={"label": label, "most": most}, on_opened_change=_nothing)
    opened = result.get("opened")
    return dict(opened) if isinstance(opened, dict) else None


def _nothing() -> None:
    """Streamlit reports a trigger only where a callback is named."""
