// Draws the sliders beside the brief, each with a field, and says what was moved (`parts/sliders.py`).
window.advisor.sliders = function ({ data: [data], parentElement, setTriggerValue }) {
  const box = parentElement.querySelector("details");
  const list = box.querySelector(".sliders");
  const state = box.advisor ??= { moves: {}, sent: 0, timer: 0 };
  state.send = () => {
    clearTimeout(state.timer);
    state.timer = 0;
    setTriggerValue("moved", { n: ++state.sent, moves: Object.fromEntries(
      Object.entries(state.moves).map(([id, move]) => [id, move.what])) });
    Object.values(state.moves).forEach((move) => { move.sent ??= state.sent; });
  };
  state.press = (what) => {
    clearTimeout(state.timer);
    state.moves = {};
    box.querySelector("summary").focus();
    setTriggerValue("pressed", what);
  };
  // What the server has heard of needs not be said again.
  for (const [id, move] of Object.entries(state.moves)) if (move.sent <= data.heard) delete state.moves[id];
  state.sent = Math.max(state.sent, data.heard);
  const note = (id, what) => { state.moves[id] = { what }; };
  const build = (row) => {
    const item = document.createElement("li");
    item.dataset.row = row.id;
    item.innerHTML = `<label></label><input type="text" inputmode="decimal" autocomplete="off" spellcheck="false">
      <input type="range" min="0" step="1"><p role="status"></p>`;
    const [field, range] = item.querySelectorAll("input");
    range.id = `slider-${row.id}`;
    item.querySelector("p").id = `said-${row.id}`;
    item.querySelector("label").htmlFor = range.id;
    field.setAttribute("aria-describedby", `said-${row.id}`);
    range.addEventListener("input", () => {
      const { texts } = item.advisorRow;
      field.value = texts[range.value];
      range.setAttribute("aria-valuetext", texts[range.value]);
      item.classList.remove("assumed", "unset");
      note(row.id, { stop: Number(range.value) });
      // While it is dragged the page follows ten times a second at most.
      state.timer ||= setTimeout(() => state.send(), 100);
    });
    range.addEventListener("change", () => { if (state.timer) state.send(); });
    field.addEventListener("change", () => { note(row.id, { text: field.value }); state.send(); });
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") field.blur(); });
    return item;
  };
  const ids = data.rows.map((row) => row.id).join();
  if (list.dataset.ids !== ids) {
    list.replaceChildren(...data.rows.map(build));
    list.dataset.ids = ids;
  }
  for (const row of data.rows) {
    const item = list.querySelector(`[data-row="${row.id}"]`);
    const [field, range] = item.querySelectorAll("input");
    item.advisorRow = row;
    item.querySelector("label").textContent = row.label;
    for (const one of [field, range]) { one.setAttribute("aria-label", row.name); one.title = row.name; }
    field.placeholder = row.hint;
    range.max = row.texts.length - 1;
    if (row.id in state.moves) continue;
    range.value = row.at;
    range.setAttribute("aria-valuetext", row.text || row.hint);
    item.classList.toggle("assumed", !row.text && !row.problem);
    item.classList.toggle("unset", row.decided && !row.text && !row.problem);
    if (!row.problem) field.value = row.text;
    item.classList.toggle("long", (field.value || row.hint).length > 9);
    field.setAttribute("aria-invalid", String(Boolean(row.problem)));
    const said = item.querySelector("p");
    said.replaceChildren(row.problem, ...row.readings.map((reading) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "reading", textContent: reading });
      button.onclick = () => { field.value = reading; note(row.id, { text: reading }); state.send(); field.focus(); };
      return button;
    }));
  }
  const words = data.words;
  box.querySelector("summary").textContent = words.title;
  box.querySelector(".how").textContent = words.how;
  box.querySelector(".said").textContent = words.said;
  box.classList.toggle("on", data.on);
  for (const what of ["keep", "reset"]) {
    const button = box.querySelector(`[data-press=${what}]`);
    button.textContent = data.on ? words[what] : "";
    button.onclick = () => state.press(what);
  }
  // What follows stands elsewhere on the page; who does not see that is told.
  let told = document.querySelector("body > .follows");
  if (!told) {
    told = Object.assign(document.createElement("div"), { className: "follows unseen", role: "status" });
    document.body.append(told);
  }
  if (data.heard && told.textContent !== words.follows) told.textContent = words.follows;
  // Open from the start where it stands beside the picture, or where something is tried already.
  if (!state.shown) { state.shown = true; box.open = data.on || matchMedia("(min-width: 641px)").matches; }
  return () => setTimeout(() => { if (!document.querySelector(".play")) told.remove(); });
};
