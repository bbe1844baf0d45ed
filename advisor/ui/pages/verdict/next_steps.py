"""What to do: who can still train it, how ready the data is, and the next steps with an owner for each."""

from __future__ import annotations

import streamlit as st

from advisor import wording
from advisor.engine.advice import Advice
from advisor.interview.address import MAX_OWNER
from advisor.language import Language
from advisor.ui.pages.verdict import owners
from advisor.ui.parts.basis import sources
from advisor.ui.parts.markup import Markup, Words, badge, folded, html, joined, link, plain, show, table
from advisor.ui.parts.text_field import counted_words
from advisor.ui.session import Session, content
from advisor.wording.next_steps import NextStep, in_the_plan, next_steps
from advisor.wording.plan import plan_steps

SIGNS = {"ready": "✓", "not_ready": "✗", "unknown": "?"}


def routes(advice: Advice, session: Session) -> None:
    """Who would still train and serve it on the day of the advice, and until when."""
    lang = session.lang
    texts = wording.routes(advice, content(), lang)
    head = [lang("Who"), lang("Models"), lang("Ways of tuning"), lang("State")]
    if opened := _grouped([text for text in texts if text.open], session):
        show(table(head, opened, caption=lang("Open to you"), kind="routes"), key="routes")
    else:
        show(html('<p class="empty">{}</p>', lang("Nobody that you may use would train it for you on this day.")))
    if closed := _grouped([text for text in texts if not text.open], session):
        count = sum(not text.open for text in texts)
        title = lang.plural("{n} way that is closed to you", "{n} ways that are closed to you", count)
        cells = table(head, closed, caption=title, kind="routes")
        show(folded(title, cells))
    every = link(lang("Who still tunes what, for anybody and on any day"), "who-tunes", session)
    show(html('<p class="quiet">{}</p>', every), key="who-tunes")


def _grouped(texts: list[wording.RouteText], session: Session) -> list[list[str]]:
    """Rows of a table: models that one vendor trains in the same ways until the same day stand in one row."""
    lang = session.lang
    groups: dict[tuple[str, str, str, tuple[str, ...], tuple[str, ...]], list[wording.RouteText]] = {}
    for text in texts:
        groups.setdefault((text.who, text.methods, text.state, text.depends_on, text.conditions), []).append(text)
    rows = []
    for (who, methods, state, depends_on, conditions), same in groups.items():
        asked = " ".join(f"“{one}”" for one in depends_on)
        open_yet = (
            html('<p class="quiet">{}</p>', lang("Depends on: {questions}", questions=asked)) if asked else Markup()
        )
        asks = joined(html('<p class="quiet">{}</p>', one) for one in conditions)
        said = sources(dict.fromkeys(source for text in same for source in text.sources), session)
        models = ", ".join(text.model for text in same)
        rows.append([who, models, methods, html("<div>{}{}{}{}</div>", state, asks, open_yet, said)])
    return rows


def readiness(advice: Advice, session: Session) -> None:
    """Five sides: ready, not ready, or unknown."""
    lang = session.lang
    rows = []
    for side in wording.readiness(advice, content(), lang):
        said = joined(html("<li>{}</li>", line) for line in (*side.not_ready, *side.between, *side.ready))
        said += joined(html("<li>{} <em>{}</em></li>", line, lang("not answered")) for line in side.unknown)
        mark = badge(f"{SIGNS[side.state]} {side.state_name}", side.state)
        rows.append(html("<div><dt>{} {}</dt><dd><ul>{}</ul></dd></div>", side.title, mark, said))
    show(html('<dl class="sides">{}</dl>', joined(rows)), key="readiness")


def _keyed(advice: Advice, lang: Language) -> list[tuple[str, NextStep]]:
    """The next steps, each with a name that does not depend on the language: its kind and its place among its kind."""
    counted: dict[str, int] = {}
    keyed = []
    for step in next_steps(advice, content(), lang):
        counted[step.kind] = counted.get(step.kind, 0) + 1
        keyed.append((f"{step.kind}{counted[step.kind]}", step))
    return keyed


def _beside_the_plan(advice: Advice, lang: Language) -> list[tuple[str, NextStep]]:
    """The next steps without those that the plan says."""
    return [(key, step) for key, step in _keyed(advice, lang) if not in_the_plan(step, advice)]


def named_steps(advice: Advice, named: dict[str, tuple[str, str]], lang: Language) -> dict[str, tuple[str, str]]:
    """Owner and date by the text of the step, of the plan or beside it, for the report."""
    texts = {owners.of_plan(step.id): step.what for step in plan_steps(advice, content(), lang)}
    texts |= {key: step.text for key, step in _keyed(advice, lang)}
    return {text: named[key] for key, text in texts.items() if key in named}


def steps(advice: Advice, session: Session) -> None:
    """What to do next, with an owner and a date to fill in; both travel in the address and in the report."""
    lang = session.lang
    # A container keeps what it held until it is filled again; an empty place would be empty meanwhile.
    limit_of_all = st.container(key="limit")
    keyed = _beside_the_plan(advice, lang)
    later = [(key, step) for key, step in keyed if step.kind == "note"]
    first = [(key, step) for key, step in keyed if step.kind != "note"]
    if first and advice.plan:
        show(html("<h2>{}</h2>", lang("What to do next")))
    items = [_step(number, key, step, session) for number, (key, step) in enumerate(first, start=1)]
    if later:
        title = lang.plural("For later: {n} thing to mind", "For later: {n} things to mind", len(later))
        with st.expander(plain(title)):
            items += [
                _step(number, key, step, session) for number, (key, step) in enumerate(later, start=len(first) + 1)
            ]
    problem = next((one for one in items if one), "")
    mark = html('<span class="wrong">{}</span>', problem) if problem else html("&nbsp;")
    words, over = counted_words(MAX_OWNER, lang)
    limit = html('data-most="{}" data-words="{}" data-over="{}"', MAX_OWNER, words, over)
    show(html('<p class="meant limit-of-all" role="status" {}>{}</p>', limit, mark), place=limit_of_all)


def counted(advice: Advice, session: Session) -> tuple[int, int, int, int]:
    """How many steps the plan has, how many there are beside it, how many things to mind later, and how many of all
    these have an owner.
    """
    keyed = _beside_the_plan(advice, session.lang)
    later = sum(step.kind == "note" for _, step in keyed)
    named = owners.typed(session)
    keys = [*(owners.of_plan(step.id) for step in advice.plan), *(key for key, _ in keyed)]
    with_owner = sum(bool(named.get(key, ("", ""))[0]) for key in keys)
    return len(advice.plan), len(keyed) - later, later, with_owner


def _step(number: int, key: str, step: NextStep, session: Session) -> str:
    """Draw a step with its two fields; what is wrong with what stands in them, which is then not kept."""
    lang = session.lang
    with st.container(key=f"step-{number}", horizontal=True, vertical_alignment="center"):
        due = f" {badge(lang('by {date}', date=lang.date(step.by)), 'turn')}" if step.by else ""
        words = Words(lang)
        # Which options something holds up stands in their table.
        said = step.why if step.kind != "missing" else ""
        why = html('<p class="quiet">{}</p>', words(said)) if said else Markup()
        show(
            html(
                '<div class="step"><span class="count">{}</span><div><p class="what">{}{}</p>{}</div></div>',
                number,
                words(step.text),
                due,
                why,
            )
        )
        return owners.fields(key, lang("Owner of step {n}", n=number), lang("Date of step {n}", n=number), session)
