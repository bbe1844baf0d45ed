"""The opinion of a model on the answers of a pilot: asked for, shown as one, and held against what the reader says.

No score rests on it. What it is worth shows on a sample of answers that the reader judges without seeing its verdicts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from advisor.dataset.row import Unusable, excerpt
from advisor.language import Language
from advisor.ui.pages.question import say
from advisor.ui.pages.try_it import form
from advisor.ui.parts import endpoint_fields
from advisor.ui.parts.markup import html, joined, meter, plain, section, show
from advisor.ui.session import Session, content

if TYPE_CHECKING:
    from advisor.pilot.measurements import Summary
    from advisor.pilot.run import Pilot
    from advisor.pilot.tariff import Tariff

PLACE = "pilot-opinion-place"
"""In the session's state, by pilot: which answer of the sample is judged."""


def draw(name: str, pilot: Pilot, shown: Summary, session: Session) -> None:
    """What a judge thinks and how often the reader agrees; without one, a way to ask for it."""
    from advisor.pilot.sentences import arm_name, opinion_lines

    lang = session.lang
    judge = pilot.setup.judge_model
    if not judge and pilot.progress().state != "done":
        return
    section(
        lang("The opinion of a model"),
        "opinion",
        lang(
            "A model reads each answer beside the right one, and says whether it is right: for answers that no rule "
            "can judge. That is an opinion, and no score rests on it."
        ),
    )
    if not judge:
        with st.container(key="opinion-form"), st.expander(plain(lang("Ask a model for its opinion"))):
            _ask(pilot, session)
        return
    names = {arm.id: arm_name(arm, lang) for arm in pilot.setup.arms if arm.is_whole}
    lines = list(opinion_lines(shown, names, lang))
    if lines:
        show(joined(html("<p>{}</p>", line) for line in lines), key="opinions")
        _own(name, pilot, names, session)
    with st.container(key="opinion-off", horizontal=True):
        if st.button(plain(lang("Leave its opinion out")), key="pilot-opinion-off"):
            pilot.set_judge("")
            st.rerun()


def _ask(pilot: Pilot, session: Session) -> None:
    lang, problem, typed = session.lang, st.container(), endpoint_fields.typed()
    models = typed.models if typed.base_url == pilot.setup.base_url else ()
    label = lang("The model that judges, by its name on that server")
    model = endpoint_fields.model_name(label, "", "judge", models, lang)
    show(html('<p class="quiet">{}</p>', lang("Best another model than the one that answers.")))
    tariff = _tariff(pilot, model, session)
    with st.container(key="opinion-on", horizontal=True):
        pressed = st.button(plain(lang("See what would be sent for it")), key="pilot-opinion")
    if not pressed:
        return
    if not model:
        say(problem, lang("Say which model is to judge, by the name that the server has for it."))
        return
    try:
        pilot.set_judge(model, tariff)
    except Unusable as error:
        say(problem, error.text(lang))
        return
    st.rerun()


def _tariff(pilot: Pilot, model: str, session: Session) -> Tariff | None:
    """The price of the model that judges; asked for where none is known and the budget is in dollars."""
    from advisor.pilot.tariff import Tariff

    lang, setup = session.lang, pilot.setup
    if not model:
        return None
    known = setup.tariff_or_known(model, content(), session.day)
    if known is not None or setup.budget_usd is None:
        return known
    show(html('<p class="quiet">{}</p>', lang("No price is known for it. Give dollars for a million tokens.")))
    given = form.amount(lang("Price of what goes in"), "judge-in", lang)
    taken = form.amount(lang("Price of what comes out"), "judge-out", lang)
    if given is None or taken is None:
        return None
    return Tariff(input_usd_mtok=given, output_usd_mtok=taken, seen=session.day)


def _own(name: str, pilot: Pilot, names: dict[str, str], session: Session) -> None:
    """Answers of the sample, one at a time, for the reader to judge."""
    from advisor.pilot.arms import question
    from advisor.pilot.judge import sample

    lang, labels = session.lang, pilot.labels()
    drawn = [one for one in sample(pilot.judgeable(), pilot.setup.seed) if one[0] in names]
    judged = sum((arm, row) in labels for arm, row, _ in drawn)
    first = next((at for at, (arm, row, _) in enumerate(drawn) if (arm, row) not in labels), len(drawn))
    place = int(st.session_state.setdefault(PLACE, {}).get(name, first))
    show(html("<h3>{}</h3>", lang("What do you say of the same answers?")))
    told = lang("You judged {n} of {all} answers, drawn by lot.", n=judged, all=len(drawn))
    show(html('<p class="state" role="status">{}</p>{}', told, meter(judged / max(1, len(drawn)), told)), key="judged")
    if place < len(drawn):
        _, row_id, text = drawn[place]
        row = next(row for row in pilot.held_out if row["id"] == row_id)
        cells = ((lang("Asked"), excerpt(question(row["messages"]))), (lang("Right"), excerpt(str(row["gold"]))),
                 (lang("Answer"), excerpt(text) or lang("(nothing)")))  # fmt: skip
        inside = joined(html("<div><dt>{}</dt><dd>{}</dd></div>", head, cell) for head, cell in cells)
        show(html('<div class="sample"><dl>{}</dl></div>', inside), key="to-judge")
    with st.container(key="judging", horizontal=True):
        verdict = None
        if place < len(drawn):
            verdict = True if st.button(plain(lang("It is right")), key="pilot-judge-right") else verdict
            verdict = False if st.button(plain(lang("It is wrong")), key="pilot-judge-wrong") else verdict
        back = place > 0 and st.button(plain(lang("The one before")), type="tertiary", key="pilot-judge-back")
    if verdict is not None:
        pilot.set_labels({drawn[place][:2]: verdict})
        st.session_state[PLACE][name] = place + 1
        st.rerun()
    if back:
        st.session_state[PLACE][name] = place - 1
        st.rerun()


def unasked(pilot: Pilot, lang: Language) -> str:
    """That a judge has still to say something; empty where none has."""
    judge = pilot.setup.judge_model
    if not judge or pilot.todo() or not pilot.to_judge():
        return ""
    return lang("{model} has not said yet what it thinks of each answer.", model=judge)
