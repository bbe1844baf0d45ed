"""The plan: what to try first and what then, as connected steps, each with who does it and what came of it."""

from __future__ import annotations

import streamlit as st

from advisor import tried, wording
from advisor.engine.advice import Advice, Band, Step
from advisor.interview.number_input import Wanted, read
from advisor.interview.situation import AnswerErrors, Situation
from advisor.interview.step_result import COUNTED, PREPARED, SHORT, SMALLER
from advisor.kits.kit import Kit
from advisor.kits.planned import kit_name, kits_of_options
from advisor.language import Language
from advisor.ui.advice import advise
from advisor.ui.pages.verdict import owners
from advisor.ui.parts import number_field
from advisor.ui.parts.basis import come_about, figures_asked_for, situation_keys
from advisor.ui.parts.markup import Markup, Words, esc, html, joined, link, plain, show
from advisor.ui.session import Session, content
from advisor.wording import FigureText, PlanStepText
from advisor.wording.labels import in_sentence

TOLD = "told"
"""In the session's state: the answers with which a result was told, and the sentence that says so."""

WIDTH, WIDE, NARROW = 150, 130, 92
"""Of a field, in pixels: alone, or of two the one for the result and the one for the target."""


def plan(advice: Advice, session: Session) -> None:
    """The steps as one list, and beside each its fields: the sheet puts them into one grid."""
    if not advice.plan:
        return
    with st.container(key="plan"):
        show(_list(advice, session))
        for number, step in enumerate(advice.plan, start=1):
            _told(number, step, session)
    packed, sentence = st.session_state.get(TOLD, ("", ""))
    if packed == session.packed and sentence:
        show(html('<p class="note" role="status">{}</p>', sentence))
    show(_foot(advice, session))


def _list(advice: Advice, session: Session) -> Markup:
    lang = session.lang
    texts = wording.plan_steps(advice, content(), lang)
    kits = kits_of_options(advice, content(), lang)
    rows = joined(
        _step(number, step, text, kits.get(step.id), advice, session)
        for number, (step, text) in enumerate(zip(advice.plan, texts, strict=True), start=1)
    )
    return html('<h2 class="unseen">{}</h2><ol class="plan">{}</ol>', lang("The plan"), rows)


def _step(number: int, step: Step, text: PlanStepText, kit: Kit | None, advice: Advice, session: Session) -> Markup:
    share = html("<p>{}</p>", text.share) if text.share else Markup()
    words = Words(session.lang)
    how = joined(html("<p>{}</p>", words(sentence)) for sentence in text.how)
    what = html('<p class="what" id="plan-{}">{}</p>', number, text.name)
    facts = _facts(step, text.more, session.lang)
    behind = _behind(step, text, advice, session) if facts or share else Markup()
    begins = html("<p>{}</p>", _kit(kit, session)) if kit else Markup()
    until = html("<p>{}</p>", text.until) if text.until and not text.stop_at else Markup()
    return html('<li class="{}">{}{}{}{}{}{}</li>', step.kind, what, how or share, until, begins, facts, behind)


def _kit(kit: Kit, session: Session) -> Markup:
    lang = session.lang
    return link(lang("Starter kit: {kit}", kit=kit_name(kit, content(), lang)), "kit", session, kit=kit.id)


def _behind(step: Step, text: PlanStepText, advice: Advice, session: Session) -> Markup:
    """How the figures of a step come about, behind a tap; for one that trains, whose prices they are."""
    lang = session.lang
    lines = wording.worked_out(wording.step_lines(advice, step), lang)
    result = wording.option_result(advice, step.id) if step.kind == "option" else None
    route = wording.price_route(result, content(), lang) if result else ""
    above = html("<p>{}</p>", Words(lang)(route)) if route else Markup()
    keys = situation_keys(advice) if text.share else step.basis
    title, opened = lang("How these figures come about"), step.id == figures_asked_for()
    return come_about(title, lines, keys, advice, session, above, opened=opened)


def _facts(step: Step, more: bool, lang: Language) -> Markup:
    """The figures of a step that are known, each with its name."""
    facts = [
        (lang("Effort"), _days(step.effort_days, lang)),
        (lang("Once, on top") if more else lang("Once"), _money(step.usd_once, lang)),
        # What is prepared runs nothing of its own: it is what the model costs that is tested in it.
        (
            lang("The tested model, a month") if step.kind == "prepare" else wording.running(lang),
            _money(step.usd_month, lang),
        ),
    ]
    if step.stop_at is not None:
        facts.append((lang("Stop at a score of"), esc(lang.number(step.stop_at, 3))))
    rows = joined(html("<div><dt>{}</dt><dd>{}</dd></div>", name, figure) for name, figure in facts if figure)
    return html("<dl>{}</dl>", rows) if rows else Markup()


def _days(days: Band, lang: Language) -> Markup:
    return _figure(wording.working_days(days, lang)) if days.p50 else Markup()


def _money(usd: Band, lang: Language) -> Markup:
    return _figure(wording.amount(usd, lang)) if usd.p50 else Markup()


def _figure(figure: FigureText) -> Markup:
    return (
        html('{}<span class="spread">{}</span>', figure.middle, figure.spread) if figure.spread else esc(figure.middle)
    )


def _foot(advice: Advice, session: Session) -> Markup:
    """How sure the whole is, and where its shares come from."""
    lang = session.lang
    learned = content().learned
    cases = learned.scores["out_of_fold"].cases if learned else 0
    lines = [
        wording.plan_arrives(advice, lang),
        lang(
            "How many teams end with a step is learned from {n} published cases; a range holds eight of ten "
            "situations.",
            n=lang.number(cases),
        ),
    ]
    how = link(lang("How the advisor decides"), "decision", session)
    measured = link(lang("Try it on your own rows"), "try-it", session)
    return html(
        '<p class="quiet">{} {}</p><p class="way">{} {}</p>',
        " ".join(part for part in lines if part),
        how,
        lang("Better than any estimate is a measurement:"),
        measured,
    )


def _told(number: int, step: Step, session: Session) -> None:
    """Who does a step and by when, and the field for what came of it; none for what brings back no result."""
    lang = session.lang
    asked = _asked(step, lang)
    with st.container(key=f"tried-{number}"):
        with st.container(key=f"who-{number}", horizontal=True):
            who, when = lang("Owner of plan step {n}", n=number), lang("Date of plan step {n}", n=number)
            problem = owners.fields(owners.of_plan(step.id), who, when, session)
        if problem:
            _wrong(html('<span class="wrong">{}</span>', problem))
        if step.id in PREPARED:
            if st.button(lang("Done"), key=f"prepared:{step.id}"):
                _go_on(step, None, None, session.situation, session)
        elif asked:
            label, question = asked
            with st.form(f"told:{step.id}", border=False):
                _score(step, label, question, session)


def _asked(step: Step, lang: Language) -> tuple[str, str] | None:
    """The label of the field, and the question that says what may stand in it."""
    if step.kind == "option":
        return lang("We tried it: score"), "baseline_score"
    labels_of = {
        SMALLER: (lang("We tested it: score"), "small_score"),
        "agreement": (lang("Done: they agree in"), COUNTED["agreement"]),
        "collect": (lang("Done: examples now"), COUNTED["collect"]),
    }
    return labels_of.get(step.id)


def _score(step: Step, label: str, question: str, session: Session) -> None:
    """One or two fields and a button, and under them what is wrong."""
    lang, situation = session.lang, session.situation
    fields = [(label, content().question(question), f"tried-{step.id}")]
    if question not in COUNTED.values() and situation.answers.get("target_score") is None:
        fields.append((lang("Good enough"), content().question("target_score"), f"target-{step.id}"))
    short = f"short:{step.id}:{session.packed}"
    asked = [(name, Wanted.of(entry)) for _, entry, name in fields]
    widths = [WIDTH] if len(fields) == 1 else [WIDE, NARROW]
    # What waits for a choice stands in its field again when the reader comes back to the page.
    waiting: list[float | None] = st.session_state.get(short) or [None] * len(fields)
    with st.container(key=f"fields-{step.id}", horizontal=True, vertical_alignment="bottom"):
        texts = [
            number_field.field(text, wanted, name, value, lang, width=width)
            for (text, _, _), (name, wanted), value, width in zip(fields, asked, waiting, widths, strict=True)
        ]
        sent = st.form_submit_button(lang("Save"), key=f"save:{step.id}")
    how = _how(step, session) if short in st.session_state else None
    if not sent:
        return
    numbers: list[float] = []
    for text, (name, wanted) in zip(texts, asked, strict=True):
        number = read(text, wanted, lang, ranges=False)
        if not isinstance(number.value, float):
            _wrong(number_field.reading(number, text, name, wanted, lang) or esc(lang("Give a number.")))
            return
        numbers.append(number.value)
    if len(numbers) > 1:
        situation = situation.with_answer("target_score", numbers[1])
    if how is None and _fell_short(step, numbers[0], situation):
        if short in st.session_state:
            _wrong(html('<span class="wrong">{}</span>', lang("Choose in which way it falls short.")))
            return
        st.session_state[short] = numbers
        st.rerun()
    _go_on(step, numbers[0], how, situation, session)


def _fell_short(step: Step, score: float, situation: Situation) -> bool:
    """Whether the next step hangs on how it fell short, which has to be asked."""
    try:
        tried(situation, step.id, score)
    except AnswerErrors:
        return step.id in SHORT
    return False


def _how(step: Step, session: Session) -> str | None:
    lang = session.lang
    choices = content().question("rag_tried").choices
    names = {choice.id: lang(choice.text) for choice in choices if choice.id in SHORT[step.id]}
    text = lang("That falls short of the target. In which way? The score counts once you have chosen and saved.")
    show(html('<p class="meant" role="status">{}</p>', text))
    return st.radio(
        plain(text),
        list(names),
        index=None,
        format_func=lambda name: plain(names[name]),
        key=f"how:{step.id}:{session.code}",
        label_visibility="collapsed",
    )


def _wrong(message: Markup) -> None:
    show(html('<p class="meant" role="alert">{}</p>', message))


def _go_on(step: Step, result: float | None, how: str | None, situation: Situation, session: Session) -> None:
    """Take the result among the answers and draw the new plan, or say why it cannot be taken."""
    lang = session.lang
    try:
        after = tried(situation, step.id, result, how)
    except AnswerErrors as errors:
        for error in errors.errors:
            _wrong(html('<span class="wrong">{}</span>', error.text(lang)))
        return
    session.tell(after)
    name = in_sentence(wording.step_name(step, advise(session), content(), lang))
    sentence = lang("Counted: {step}. The plan goes on from there; a step back in the browser undoes it.", step=name)
    st.session_state[TOLD] = (session.packed, sentence)
    st.rerun()
