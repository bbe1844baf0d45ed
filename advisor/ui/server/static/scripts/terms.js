{
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
  const on = (kind, listener, capture = false) => document.addEventListener(kind, listener, capture);
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
  addEventListener("resize", place);
}
