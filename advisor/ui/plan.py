"""What to do: who can still train it, how ready the data is, and the next steps with an owner for each."""

from __future__ import annotations

import streamlit as st

from advisor import wording
from advisor.advice import Advice
from advisor.steps import next_steps
from advisor.ui.markup import badge, esc, plain, section, show, table
from advisor.ui.visit import MOST_OWNER, Visit, content

SIGNS = {"ready": "✓", "not_ready": "✗", "unknown": "?"}


def routes(advice: Advice, here: Visit) -> None:
    """Who would still train and serve it on the day of the advice, and until when."""
    lang = here.lang
    section(
        lang("Who can still do it, and until when"),
        "routes",
        lang("On {date}, for what you said about platforms and customers.", date=lang.date(advice.at)),
    )
    texts = wording.routes(advice, content(), lang)
    openly = [text for text in texts if text.open]
    closed = [text for text in texts if not text.open]
    head = [lang("Who"), lang("Model"), lang("Ways of tuning"), lang("State")]
    if openly:
        rows = [_route(text, here) for text in openly]
        show(table(head, rows, caption=lang("Open to you")), key="routes")
    else:
        st.html(f'<p class="empty">{esc(lang("Nobody that you may use would train it for you on this day."))}</p>')
    if closed:
        title = lang.plural("{n} way that is closed to you", "{n} ways that are closed to you", len(closed))
        rows = [_route(text, here) for text in closed]
        show(f'<details class="figures"><summary>{esc(title)}</summary>{table(head, rows, caption=title)}</details>')


def _route(text: wording.RouteText, here: Visit) -> list[str]:
    lang = here.lang
    depends = ""
    if text.depends_on:
        asked = " ".join(f"“{one}”" for one in text.depends_on)
        depends = f' <span class="spread">{esc(lang("Depends on: {questions}", questions=asked))}</span>'
    seen = sorted({fact.seen for fact in content().facts if fact.id in text.facts})
    dated = f' <span class="spread">{esc(lang("seen {date}", date=seen[-1]))}</span>' if seen else ""
    return [esc(text.who), esc(text.model), esc(text.methods), f"{esc(text.state)}{depends}{dated}"]


def readiness(advice: Advice, here: Visit) -> None:
    """Five sides: ready, not ready, or unknown."""
    lang = here.lang
    section(lang("How ready you are"), "readiness")
    cards = []
    for side in wording.readiness(advice, content(), lang):
        lines = [*side.not_ready, *side.ready]
        said = "".join(f"<li>{esc(line)}</li>" for line in lines)
        said += "".join(f"<li>{esc(line)} <em>{esc(lang('not answered'))}</em></li>" for line in side.unknown)
        mark = badge(f"{SIGNS[side.state]} {side.state_name}", side.state)
        cards.append(f"<li><h3>{esc(side.title)}</h3>{mark}<ul>{said}</ul></li>")
    show(f'<ul class="cards">{"".join(cards)}</ul>', key="readiness")


def steps(advice: Advice, here: Visit) -> None:
    """What to do next, with an owner and a date to fill in; both travel in the address."""
    lang = here.lang
    section(lang("Next steps"), "steps", lang("Fill in who does what by when; it stays in the address of this page."))
    counted: dict[str, int] = {}
    for number, step in enumerate(next_steps(advice, content(), lang), start=1):
        counted[step.kind] = counted.get(step.kind, 0) + 1
        key = f"{step.kind}{counted[step.kind]}"
        with st.container(key=f"step-{number}", horizontal=True, vertical_alignment="bottom"):
            due = f" {badge(lang('by {date}', date=lang.date(step.by)), 'turn')}" if step.by else ""
            why = f'<p class="quiet">{esc(step.why)}</p>' if step.why else ""
            st.html(f'<p class="what"><span class="count">{number}</span> {esc(step.text)}{due}</p>{why}')
            owner, day = here.owners.get(key, ("", ""))
            named = st.text_input(
                plain(lang("Owner of step {n}", n=number)), owner, max_chars=MOST_OWNER, key=f"owner:{key}:{here.code}"
            )
            by = st.text_input(
                plain(lang("Date of step {n}", n=number)), day, max_chars=MOST_OWNER, key=f"due:{key}:{here.code}"
            )
            here.own(key, (named or "").strip(), (by or "").strip())
