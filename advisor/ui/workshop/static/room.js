// Keeps a page of a room up to date, and a vote until the server has it. Without this script the same forms work.
"use strict";
{
const { live, room, kept, offline } = document.body.dataset;
const main = document.getElementById("main");
const said = document.getElementById("said");
let version = document.body.dataset.version;
const seconds = (given) => given === undefined || given === "" ? NaN : Number(given);  // in the lobby no time runs
let left = seconds(document.body.dataset.left);
let paused = document.body.dataset.paused === "1";
let looking = null, failures = 0, leaving = false;

const tell = (text) => { if (said.textContent !== text) said.textContent = text ?? ""; };
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
// Phones that lost the network together do not all come back in the same moment.
const pause = () => Math.min(8000, 500 * 2 ** failures) * (0.5 + Math.random() / 2);

// What is typed stays when the page is drawn anew for something else, such as a pause.
const ballot = () => main.querySelector("form[data-ballot]");
function put(told) {
  if (told.main !== undefined) {
    const before = ballot(), draft = before && new FormData(before), focused = document.activeElement?.id;
    main.innerHTML = told.main;
    const after = ballot();
    if (draft && after && String(told.version) !== version && before.dataset.ballot === after.dataset.ballot) {
      for (const field of after.elements) {
        if (field.type === "radio") field.checked = draft.get(field.name) === field.value;
        else if (field.type === "checkbox") field.checked = draft.has(field.name);
        else if (field.type === "text") field.value = draft.get(field.name) ?? "";
      }
    }
    const focus = focused && document.getElementById(focused);
    // A team's next question is another one, though the room stands where it stood.
    const moved = String(told.version) !== version, next = before && after && before.dataset.ballot !== after.dataset.ballot;
    if (focus && !focus.disabled && !next) focus.focus();
    else if (moved || next) (document.getElementById("asked") ?? document.getElementById("step"))?.focus({ preventScroll: true });
    if (moved || next) scrollTo(0, 0);
  }
  version = String(told.version);
  for (const id of ["count", "tally"]) {
    const place = document.getElementById(id);
    if (place && told[id] !== undefined && place.dataset.held !== told[id]) {
      place.dataset.held = told[id];
      if (id === "count") place.textContent = told[id];
      else place.innerHTML = told[id];
    }
  }
  fit();
  if (told.left !== undefined) { left = seconds(told.left); paused = told.paused === 1; clock(); }
}

// The projector's page is as large as its height lets it be: the last row reads it, and the last line is not cut off.
const LARGEST = 130, SMALLEST = 50;
function fit() {
  if (!document.body.classList.contains("projector")) return;
  const page = document.documentElement;
  for (let size = LARGEST; size >= SMALLEST; size -= 5) {
    main.style.fontSize = `${size}%`;
    if (page.scrollHeight <= innerHeight && page.scrollWidth <= innerWidth) return;
  }
}

async function ask(target, options = {}) {
  const answer = await fetch(target, { cache: "no-store", headers: { accept: "application/json" }, ...options });
  if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
  return answer;
}

async function follow() {
  while (!leaving) {
    looking = new AbortController();
    try {
      const answer = await ask(`${live}&at=${version}`, { signal: looking.signal });
      failures = 0;
      if (leaving) return;
      if (answer.status === 204) continue;
      if (!answer.ok || answer.redirected) { location.reload(); return; }
      put(await answer.json());
      if (!held().length) tell("");
    } catch (error) {
      if (error.name === "AbortError") continue;
      failures += 1;
      tell(held().length ? kept : offline);
      await wait(pause());
    }
  }
}

// A vote is kept on the phone until the server has answered, by its ballot: the last one is the one that counts.
const start = `advisor-room ${room} `;
let spare = {};  // where the browser keeps nothing
const held = () => {
  try { return Object.keys(localStorage).filter((name) => name.startsWith(start)); }
  catch { return Object.keys(spare); }
};
const read = (name) => { try { return localStorage.getItem(name); } catch { return spare[name]; } };
const hold = (name, body) => { try { localStorage.setItem(name, body); } catch { spare[name] = body; } };
const drop = (name) => { try { localStorage.removeItem(name); } catch { delete spare[name]; } };
let sending = false;

async function send() {
  if (sending) return;
  sending = true;
  for (let tries = 0; held().length; tries += 1) {
    const name = held()[0], body = read(name);
    try {
      const answer = await ask(`./${room}/vote`, { method: "POST", body: new URLSearchParams(body) });
      if (read(name) === body) drop(name);  // else it was changed meanwhile, and goes once more
      if ((answer.ok || answer.status === 410) && !answer.redirected) { put(await answer.json()); tell(""); }
      else if (answer.redirected) { location.reload(); return; }
      tries = 0;
    } catch {
      tell(kept);
      await wait(Math.min(8000, 1000 * 2 ** tries) * (0.5 + Math.random() / 2));
    }
  }
  sending = false;
}

addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches("form[data-ballot]")) {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    // A number of its own, so that a vote that is changed is another one, and one that is sent again is not.
    body.set("vote", [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
    hold(start + form.dataset.ballot, body.toString());
    send();
  } else if (form.matches("form.acts")) {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    try {
      const answer = await ask(form.getAttribute("action"), { method: "POST", body });
      if (!answer.ok || answer.redirected) location.reload();
      else { put(await answer.json()); tell(""); }
    } catch { tell(offline); }
  } else {  // the form leads to another page: this one must not be loaded again meanwhile
    leaving = true;
    looking?.abort();
  }
});
addEventListener("resize", fit);
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// Keys of whoever leads. Not while something is typed, and not with other keys, which belong to the browser.
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.matches("input, textarea")) return;
  const key = { ArrowRight: "n", PageDown: "n", ArrowLeft: "b", PageUp: "b" }[event.key] ?? event.key.toLowerCase();
  const button = main.querySelector(`.acts button[data-key="${CSS.escape(key)}"]:not(:disabled)`);
  if (button) { event.preventDefault(); button.click(); }
});

const place = document.getElementById("clock");
function clock() {
  if (!place) return;
  if (Number.isNaN(left)) { place.textContent = ""; return; }
  const whole = Math.abs(Math.round(left));
  place.textContent = `${place.dataset.label}: ${left < 0 ? "+" : ""}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  place.classList.toggle("over", left < 0);
}
if (place) { clock(); setInterval(() => { if (!paused) { left -= 1; clock(); } }, 1000); }

// A phone that slept, or a network that is back, asks at once.
const again = () => { if (document.visibilityState === "visible") { failures = 0; looking?.abort(); if (room) send(); } };
addEventListener("online", again);
document.addEventListener("visibilitychange", again);
if (room) send();
fit();
follow();
}
