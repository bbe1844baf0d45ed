// Says in the browser what page this is: its language, and where the focus belongs.
window.advisor.page = function ({ data }) {
  // The language that is there already is not said again: a browser would look at the style of everything.
  if (document.documentElement.lang !== data.lang) document.documentElement.lang = data.lang;
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
  if (data.tabs && data.page !== last?.page) tabs(100);
  const same = last && last.page === data.page && last.problem === data.problem && last.figures === data.figures;
  if (same || (!last && !data.figures)) return;
  // A link may ask for figures, which stand open further down the page.
  const asked = data.figures && !data.problem;
  const wanted = data.problem ? ".problem" : asked ? "details.figures[open] > summary" : "h1";
  const move = (tries) => {
    if (window.advisorTabbed || window.advisorPage !== data) return;
    const target = document.querySelector(wanted);
    if (target) {
      target.focus({ preventScroll: true });
      if (data.problem) target.scrollIntoView({ block: "center" });
      else if (asked) target.scrollIntoView();
      else document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
    } else if (tries) {
      setTimeout(() => move(tries - 1), 30);
    }
  };
  // What is focused or scrolled is laid out at once: within the frame that paints the page that is done once, before it
  // again for each part that comes.
  requestAnimationFrame(() => move(100));
};
