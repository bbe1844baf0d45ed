"""The numbers that nobody was asked for. Each can be replaced, and everything above follows at once."""

from __future__ import annotations

import streamlit as st

from advisor import wording
from advisor.content.entries import AssumedChoice, Assumption
from advisor.engine.advice import Advice, Basis
from advisor.interview.number_input import Wanted, read, text_of
from advisor.interview.situation import Situation, Value
from advisor.language import Language
from advisor.ui.advice import advise_on
from advisor.ui.parts import number_field
from advisor.ui.parts.markup import Markup, Words, badge, esc, folded, html, joined, outside, plain, show
from advisor.ui.session import Session, content
from advisor.wording import labels
from advisor.wording.labels import in_sentence

WIDTH = 108
"""Of a field, in pixels: two of them and a button fit beside each other on a phone."""
AT_ONCE = 8
"""Assumptions of a group that are in sight; those after them are folded away."""


def group_name(group: str, lang: Language) -> str:
    """What a group of assumptions is called."""
    return {
        "people": lang("People's time"),
        "tokens": lang("Tokens"),
        "training": lang("Training"),
        "serving": lang("Serving"),
        "latency": lang("Speed"),
        "retrieval": lang("Retrieval"),
    }[group]


def edit(advice: Advice, session: Session) -> None:
    """One group of assumptions at a time, each as the range that holds eight of ten cases."""
    lang = session.lang
    if (situation := typed(session)) != session.situation:
        session.answer(situation)
        st.rerun()
    _effect(advice, session)
    groups = {one.group: group_name(one.group, lang) for one in content().assumptions}
    key, asked = f"group:{session.code}", st.query_params.get("group", "")
    if key not in st.session_state:
        st.session_state[key] = asked if asked in groups else next(iter(groups))
    group = st.radio(
        plain(lang("Which assumptions")),
        list(groups),
        format_func=lambda one: plain(groups[one]),
        horizontal=True,
        key=key,
        on_change=_note_group,
        args=(key,),
        label_visibility="collapsed",
    )
    origins = {entry.ref: entry for entry in advice.basis.values() if entry.kind == "assumption"}
    rows = [one for one in content().assumptions if one.group == group]
    for assumption in rows[:AT_ONCE]:
        _row(assumption, origins.get(assumption.id), session)
    if more := rows[AT_ONCE:]:
        title = lang.plural("{n} more number of this kind", "{n} more numbers of this kind", len(more))
        with st.expander(plain(title), key=f"more-{group}"):
            for assumption in more:
                _row(assumption, origins.get(assumption.id), session)


def _note_group(key: str) -> None:
    """Write the group into the address, so that a reload and a shared link show it."""
    st.query_params["group"] = st.session_state[key]


def mine(session: Session) -> list[str]:
    """The assumptions that the reader has replaced."""
    return [one.id for one in content().assumptions if session.situation.answers.get(one.id) is not None]


def _effect(advice: Advice, session: Session) -> None:
    """What the reader's own numbers change, said where they are entered; before there are any, what holds with ours.
    So the line is as long before as after, and nothing moves when it changes.
    """
    lang = session.lang
    name = labels.option_name(advice.option, content(), lang)
    whose = lang("{option}, a month, all in:", option=name)
    replaced = mine(session)
    if not replaced:
        waiting = lang(
            "{amount} with our numbers. The verdict is {verdict} in {share} of the situations. Change a number, and "
            "this line says what comes of it.",
            amount=_month(advice, advice.option, lang),
            verdict=in_sentence(labels.verdict_name(advice.verdict, lang)),
            share=lang.percent(advice.stability),
        )
        _say(whose, waiting)
        return
    ours = session.situation
    for key in replaced:
        ours = ours.without(key)
    before = advise_on(ours, session)
    lines = [
        lang(
            "{now} with your numbers, {before} with ours.",
            now=_month(advice, advice.option, lang),
            before=_month(before, advice.option, lang),
        ),
        lang(
            "The verdict is {now} in {scenarios}; with our numbers {before} in {share_before}.",
            now=in_sentence(labels.verdict_name(advice.verdict, lang)),
            scenarios=labels.scenarios(advice.stability, lang),
            before=in_sentence(labels.verdict_name(before.verdict, lang)),
            share_before=lang.percent(before.stability),
        ),
    ]
    _say(whose, " ".join(lines))


def _say(whose: str, message: str) -> None:
    show(html('<p class="note effect" role="status"><strong>{}</strong> {}</p>', whose, message))


def _month(advice: Advice, option: str, lang: Language) -> str:
    result = wording.option_result(advice, option)
    return wording.amount(result.usd_month, lang).in_line(lang) if result else lang("unknown")


def _origin(entry: Basis | None, lang: Language) -> Markup:
    """Where an assumption comes from, its source as a link."""
    if entry is None:
        return esc(lang("assumption, yours to change"))
    words, source = labels.origin(entry, content(), lang)
    return joined((part for part in (words, outside(source, entry.url)) if part), ", ")


def _row(assumption: Assumption, entry: Basis | None, session: Session) -> None:
    """`entry` is what the advice says the assumption rests on."""
    lang = session.lang
    mine = session.situation.answers.get(assumption.id)
    low, high = _ends(assumption, mine)
    version = st.session_state.get("assumptions", 0)
    wanted, what = Wanted.of(assumption), lang(assumption.text)
    names = (f"{assumption.id}-low-{version}", f"{assumption.id}-high-{version}")
    ends = dict(zip(names, (low, high), strict=True))
    message = _take(
        assumption, {name: number_field.text(wanted, name, end, lang) for name, end in ends.items()}, session
    )
    mark = badge(lang("yours"), "chosen") if mine is not None else Markup()
    words = Words(lang)
    note = f" {words(lang(assumption.note))}" if assumption.note else ""
    quiet = html('<p class="quiet">{} · {}.{}</p>', words(lang(assumption.unit)), _origin(entry, lang), note)
    line = html('<p class="meant" role="alert">{}</p>', message) if message else Markup()
    with st.container(key=f"assumption-{assumption.id}", horizontal=True, vertical_alignment="center"):
        # What is said of the fields stands before them: a place that is filled after them would be empty meanwhile.
        show(html('<div><p class="what">{} {}</p><div class="about">{}{}</div></div>', words(what), mark, quiet, line))
        labels_of_ends = (lang("From: {what}", what=what), lang("To: {what}", what=what))
        for label, (name, end) in zip(labels_of_ends, ends.items(), strict=True):
            number_field.field(label, wanted, name, end, lang, hidden=True, width=WIDTH)
        # It has its place before it can be used: nothing moves when a number becomes the reader's own.
        if st.button(lang("Undo"), key=f"undo:{assumption.id}", type="tertiary", disabled=mine is None):
            st.session_state["assumptions"] = version + 1
            session.answer(session.situation.without(assumption.id))
            st.rerun()
    if assumption.choices:
        _choices(assumption, session)


def _choices(assumption: Assumption, session: Session) -> None:
    """Narrower ranges at a press, and below them what each rests on."""
    lang = session.lang
    words = Words(lang)
    with st.container(key=f"choices-{assumption.id}", horizontal=True):
        for choice in assumption.choices:
            span = labels.quantity([choice.p10, choice.p90], assumption.unit, lang)
            label = lang("{what}: {volume}", what=lang(choice.text), volume=span)
            if st.button(plain(label), key=f"choose:{assumption.id}:{choice.id}", type="tertiary"):
                st.session_state["assumptions"] = st.session_state.get("assumptions", 0) + 1
                session.answer(session.situation.with_answer(assumption.id, [choice.p10, choice.p90]))
                st.rerun()
    rows = joined(_rests_on(choice, words, lang) for choice in assumption.choices)
    show(folded(lang("Where these come from"), rows))


def _rests_on(choice: AssumedChoice, words: Words, lang: Language) -> Markup:
    source = content().source(choice.source) if choice.source else None
    source_link = outside(source.title, source.url) if source else esc(lang("our assumption"))
    note = words(lang(choice.note)) if choice.note else Markup()
    return html('<p class="quiet">{}: {}. {}</p>', words(lang(choice.text)), source_link, note)


def _ends(assumption: Assumption, mine: Value) -> tuple[float, float]:
    """The range that holds now: the reader's, or that of the prior."""
    match mine:
        case (float() as low, float() as high):
            return low, high
        case float():
            return mine, mine
        case _:
            return assumption.prior.p10, assumption.prior.p90


def _take(assumption: Assumption, texts: dict[str, str], session: Session) -> Markup:
    """Go on with a changed range, or say, as markup, what is wrong with it or what is to be chosen."""
    now = _ends(assumption, session.situation.answers.get(assumption.id))
    ends = _ends_of(assumption, texts, now, session.lang)
    if isinstance(ends, Markup):
        return ends
    if ends == now:
        return Markup()
    session.answer(session.situation.with_answer(assumption.id, list(ends)))
    return st.rerun()


def _ends_of(
    assumption: Assumption, texts: dict[str, str], now: tuple[float, float], lang: Language
) -> tuple[float, float] | Markup:
    """The range in the two fields, or what is wrong with it as markup."""
    wanted = Wanted.of(assumption)
    ends: list[float] = []
    for (name, text), before in zip(texts.items(), now, strict=True):
        if text == text_of(before, wanted, lang):
            ends.append(before)
            continue
        number = read(text, wanted, lang, ranges=False)
        if not isinstance(number.value, float):
            return number_field.reading(number, text or " ", name, wanted, lang)
        ends.append(number.value)
    low, high = ends
    if low > high:
        said = lang("The range begins above its end. Write the lower number first.")
        return html('<span class="wrong">{}</span>', said)
    return low, high


def typed(session: Session) -> Situation:
    """The answers with what stands in fields that this run does not draw: another group or page was asked for with the
    same press that left the field.
    """
    situation, version = session.situation, st.session_state.get("assumptions", 0)
    for assumption in content().assumptions:
        names = [f"{assumption.id}-{part}-{version}" for part in ("low", "high")]
        texts = {name: text.strip() for name in names if (text := number_field.typed(name, session.lang)) is not None}
        now = _ends(assumption, situation.answers.get(assumption.id))
        ends = _ends_of(assumption, texts, now, session.lang) if len(texts) == len(names) else now
        if not isinstance(ends, Markup) and ends != now:
            situation = situation.with_answer(assumption.id, list(ends))
    return situation
