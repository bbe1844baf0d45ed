// What fields of an answer do beyond what Streamlit's do: Enter, readings of a number, counters, names.
{
  const on = (kind, listener) => document.addEventListener(kind, listener, true);

  // Enter sends an answer, as Next does; in a text of several lines with Ctrl or Command.
  on("keydown", (event) => {
    if (event.key !== "Enter" || !event.isTrusted || event.isComposing || event.repeat) return;
    const field = event.target.closest?.(".st-key-answer :is(input, textarea)");
    if (field && (field.matches("input") || event.ctrlKey || event.metaKey)) {
      document.querySelector(".st-key-continue button")?.click();
    }
  });

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
      one.setAttribute("aria-labelledby", `plan-${/st-key-tried-(\d)/.exec(one.className)[1]}`);
    });
    const line = document.querySelector(".st-key-answer :is(.meant, .counter)");
    if (!line || line.id) return;
    line.id = "answer-line";
    document.querySelectorAll(".st-key-answer :is(input[type=text], textarea)").forEach((one) => {
      one.setAttribute("aria-describedby", line.id);
    });
  };
  new MutationObserver(dress).observe(document.documentElement, { childList: true, subtree: true });
}
