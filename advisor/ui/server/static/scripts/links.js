// Follows links without a reload, and what is pressed in the frame: light or dark, the skip link, copying the address.
window.advisor.links = function ({ setTriggerValue }) {
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
  const COPIED_MS = 4000;
  // The address holds all answers, so copying it is copying the verdict.
  const copy = async (event) => {
    const button = event.target.closest?.("[data-copied]");
    if (!button) return;
    // Without https there is no clipboard: the address is shown to be copied.
    if (!navigator.clipboard) { prompt(button.textContent, location.href); return; }
    await navigator.clipboard.writeText(location.href);
    const label = button.dataset.label ??= button.textContent;
    button.textContent = button.dataset.copied;
    // Then it copies again: the address changes with what is tried.
    clearTimeout(button.back);
    button.back = setTimeout(() => { button.textContent = label; }, COPIED_MS);
  };
  const listen = (event) => {
    window.advisorTabbed = false; follow(event); choose(event); skip(event); copy(event);
  };
  // A move of a slider draws a part of the page anew and not the links around it: one that is about to be followed, in
  // another tab, too, says what the address says.
  const renew = (event) => {
    const link = event.target.closest?.("a[data-go]");
    if (!link) return;
    const to = new URL(link.href), now = new URL(location.href).searchParams;
    for (const part of ["a", "path", "skip", "at", "who", "if", "i"]) {
      if (now.has(part)) to.searchParams.set(part, now.get(part));
      else to.searchParams.delete(part);
    }
    link.href = to.href;
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
  for (const kind of ["pointerdown", "keydown", "contextmenu"]) on(kind, renew, true);
  on("pointerdown", press);
  on("pointerup", release);
  // Whether the reader has moved on by Tab since the last thing that was pressed: a page that arrives late lets them.
  const move = (event) => { window.advisorTabbed = event.key === "Tab"; };
  on("keydown", move, true);
  return () => links.abort();
};
