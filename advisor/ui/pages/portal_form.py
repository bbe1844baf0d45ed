"""The form of Azure's portal, to rehearse: each field with what it means and what this advice puts there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from advisor.content.entries import Method
from advisor.ui.advice import advise
from advisor.ui.parts.markup import heading, html, joined, link, note, outside, plain, section, show
from advisor.ui.session import Session, content

if TYPE_CHECKING:
    from advisor.kits.azure_catalogue import Tier
    from advisor.kits.portal import Field, Filled

LESSON = "azure-llama-tutorial"
"""The source of the lesson that went through this form."""
MOST_LETTERS = 60
NUMBERS = {"seed": 1.0, "batch": -1.0, "rate": 0.0, "epochs": -1.0}
"""What the numbers of the form begin with; a rate of 0 is the default."""


def draw(session: Session) -> None:
    """The form from top to bottom; what is put in is judged at once."""
    from advisor.kits import portal

    lang = session.lang
    heading(
        lang("Rehearse the form of the portal"),
        back=link(lang("Start"), "kit", session, kit="azure"),
        below=lang("Azure's form without Azure: nothing is sent. Change a field and see what would come of it."),
    )
    lesson = next(one for one in content().resources if one.id == LESSON)
    now = outside(lang("What the page says today"), lesson.current_url)
    show(note(html("{} {}", portal.retired(lang), now)), key="retired")
    section(lang("Before"), "before")
    show(html("<ul>{}</ul>", joined(html("<li>{}</li>", line) for line in portal.before(lang))), key="before")
    section(lang("The form"), "form", lang("Labels are those of the portal in English."))
    advised = _advised(session)
    if advised is None:
        show(html('<p class="empty">{}</p>', lang("Azure trains no model on this day that we know of.")))
        return
    form = _chosen(advised, session)
    for field in portal.fields(form, content(), lang):
        _field(field, form, advised, session)
    section(lang("After"), "after", lang("The button Submit starts the job, and with it the bill."))
    show(html("<ol>{}</ol>", joined(html("<li>{}</li>", line) for line in portal.after(lang))), key="after")


def _advised(session: Session) -> Filled | None:
    """The form as the advice fills it in: the first model that is open to the reader and is trained as advised."""
    from advisor.kits.azure_catalogue import MODELS
    from advisor.kits.portal import METHOD_NAMES, filled

    answers, known = session.situation.answers, content()
    method = known.option(advise(session).option).method
    wanted: Method = method if method in METHOD_NAMES else "sft"
    is_open = {one.route for one in advise(session).routes if one.open}
    fitting = [one for one in known.routes if one.id in MODELS and wanted in one.methods]
    route = next((one for one in fitting if one.id in is_open), next(iter(fitting), None))
    if route is None:
        return None
    project, stays = str(answers.get("project") or ""), answers.get("hosting") in ("region", "own_cloud")
    return filled(route, wanted, project, stays, known)


def _key(field: str, session: Session) -> str:
    return f"portal-{field}:{session.code}"


def _chosen(advised: Filled, session: Session) -> Filled:
    """The form as the reader has it: what is taken from the model follows the one chosen."""
    from dataclasses import replace

    from advisor.kits.azure_catalogue import MODELS

    name = st.session_state.get(_key("model", session), advised.route.model)
    route = next((one for one in content().routes if one.id in MODELS and one.model == name), advised.route)
    return replace(advised, route=route)


def _field(field: Field, form: Filled, advised: Filled, session: Session) -> None:
    """A field with what it means, what the advice puts there, and what is wrong with what stands there."""
    from advisor.kits.portal import problem

    lang = session.lang
    with st.container(key=f"portal-field-{field.id}"):
        value = _input(field, advised, session)
        show(html('<p>{}</p><p class="quiet">{} <strong>{}</strong>. {}</p>', field.means, lang("This advice:"),
                  field.value if field.id != "model" else advised.route.model, field.why))  # fmt: skip
        wrong = problem(field.id, value, form, content(), lang)
        if wrong:
            show(html('<p class="problem" role="alert">{}</p>', wrong))


def _input(field: Field, advised: Filled, session: Session) -> str:
    """The field itself, and what stands in it."""
    from advisor.kits.azure_catalogue import MODELS, PRICED, tier_name
    from advisor.kits.portal import METHOD_NAMES, RETIRED

    lang, label, key = session.lang, plain(field.label), _key(field.id, session)
    match field.id:
        case "model":
            models = [one.model for one in content().routes if one.id in MODELS] + [RETIRED]
            return str(st.selectbox(label, models, index=models.index(advised.route.model), key=key))
        case "method":
            names = list(METHOD_NAMES.values())
            return str(st.selectbox(label, names, index=names.index(METHOD_NAMES[advised.method]), key=key))
        case "tier":
            tiers: list[Tier] = list(PRICED)
            place = tiers.index(advised.tier)
            return str(st.selectbox(label, tiers, index=place, format_func=lambda one: tier_name(one, lang), key=key))
        case "training" | "validation":
            return st.text_input(label, field.value, max_chars=MOST_LETTERS, key=key)
        case "suffix":
            return st.text_input(label, advised.suffix, max_chars=MOST_LETTERS, key=key)
        case "deploy":
            return "on" if st.toggle(label, key=key) else ""
        case _:
            step = 0.01 if field.id == "rate" else 1.0
            shown = "%.2f" if field.id == "rate" else "%.0f"
            return str(st.number_input(label, value=NUMBERS[field.id], step=step, format=shown, key=key))
