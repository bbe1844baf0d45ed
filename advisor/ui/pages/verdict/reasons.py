"""Why this verdict: the reasons that weigh most, the evidence as a waterfall, and what would change it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from advisor import wording
from advisor.charts.advice import argument, evidence_waterfall
from advisor.content.entries import Question
from advisor.engine.advice import Advice, Flip
from advisor.engine.reasons import HOLDS
from advisor.language import Language
from advisor.ui.navigation import page_of
from advisor.ui.parts import plots
from advisor.ui.parts.basis import rests_on, situation_keys, sources
from advisor.ui.parts.markup import Markup, Words, esc, folded, html, joined, link, outside, section, show, table
from advisor.ui.session import Session, content
from advisor.wording import summaries
from advisor.wording.labels import answer_of, evidence_grade, in_sentence, option_name, question_of, verdict_name

LEAST = 0.05
"""Decibans below which a reason is not listed. Assumption."""
MOST_OPEN = 8
"""Open questions that are listed one by one."""


def heaviest(advice: Advice, session: Session) -> None:
    """The reasons that weigh most, each of which the reader can leave out, and those left out."""
    lang = session.lang
    groups = wording.told_reasons(advice, content(), lang)
    section(lang("The reasons that weigh most"), "reasons", groups[0].lead if groups else "")
    words, number = Words(lang), 0
    if not groups:
        show(html('<p class="empty">{}</p>', lang("No reason weighs on this verdict; base rates and costs decide.")))
    with st.container(key="reasons"):
        for group in groups:
            if number:
                show(html("<p>{}</p>", words(group.lead)))
            for number, reason in enumerate(group.reasons, number + 1):  # noqa: B020 goes on counting
                show(_numbered(number, reason, words, session))
                if not reason.gate and st.button(lang("Leave this out"), key=f"off:{reason.id}", type="tertiary"):
                    session.answer(session.situation.leaving_out([reason.id]))
                    st.rerun()
    _left_out(advice, words, session)


def _numbered(number: int, reason: wording.ReasonText, words: Words, session: Session) -> Markup:
    weight = " · ".join(part for part in (reason.weight, reason.evidence) if part)
    taught = html("<p>{}</p>", words(reason.taught)) if reason.taught else Markup()
    return html(
        '<ol class="reasons" start="{}"><li>{}<p class="what">{}</p>{}<p class="quiet">{}</p>{}{}</li></ol>',
        number,
        _premise(reason.premise, words),
        words(reason.because),
        taught,
        words(weight),
        sources(reason.sources, session),
        _cases(reason.cases, session),
    )


def _cases(cases: Sequence[wording.CaseText], session: Session) -> Markup:
    """The cases behind a reason that were checked, behind a tap."""
    if not cases:
        return Markup()
    lang = session.lang
    title = lang.plural("The case that we checked", "The {n} cases that we checked", len(cases))
    rows = joined(html("<li>{}: {}</li>", outside(case.title, case.url), in_sentence(case.outcome)) for case in cases)
    return folded(title, html("<ul>{}</ul>", rows))


def _left_out(advice: Advice, words: Words, session: Session) -> None:
    """The reasons that the reader left out, each with a way back."""
    lang = session.lang
    if not advice.switched_off:
        return
    show(html("<h3>{}</h3>", lang("Left out by you")))
    with st.container(key="left-out"):
        for name in advice.switched_off:
            show(html('<p class="what">{}</p>', words(wording.term_because(name, advice, content(), lang))))
            if st.button(lang("Count it again"), key=f"on:{name}", type="tertiary"):
                session.answer(session.situation.taking_back(name))
                st.rerun()


def _premise(text: str, words: Words) -> Markup:
    """What is said before a reason that the user's answers alone do not make hold."""
    return html('<p class="premise">{}</p>', words(text)) if text else Markup()


def waterfall(advice: Advice, session: Session) -> None:
    """What speaks for and against the recommended option beside its runner-up, term by term, with sources."""
    lang = session.lang
    name = in_sentence(option_name(advice.option, content(), lang))
    rival = in_sentence(option_name(advice.runner_up, content(), lang))
    section(
        lang("How the evidence adds up"),
        "evidence",
        lang(
            "Each bar is one reason, weighed by published cases and experts; together they give the odds of {option} "
            "against {rival} among teams like yours.",
            option=name,
            rival=rival,
        ),
    )
    plots.draw(evidence_waterfall(advice, content(), lang), lang, apart=True)
    rows, words = [], Words(lang)
    for step in argument(advice):
        if abs(step.decibans) < LEAST or step.share < HOLDS:
            continue
        term = content().term(step.term)
        sign = "+" if step.decibans >= 0 else "−"
        weight = lang("{n} decibans", n=f"{sign}{lang.number(abs(step.decibans), 2)}")
        rows.append(
            html(
                '<li>{}<p class="what">{}</p><p class="quiet">{} · {}</p>{}</li>',
                _premise(wording.contribution_premise(step.term, step.share, advice, content(), lang), words),
                words(wording.term_because(step.term, advice, content(), lang)),
                words(weight),
                evidence_grade(term.evidence, lang),
                sources(wording.sources(term, advice, content(), lang), session),
            )
        )
    if rows:
        title = lang.plural("The reason and its source", "The {n} reasons and their sources", len(rows))
        show(folded(title, html('<ol class="reasons small">{}</ol>', joined(rows))))


def changes(advice: Advice, session: Session) -> None:
    """Which answers, changed, change the verdict, and which only the option."""
    lang = session.lang
    section(lang("What would change the verdict"), "changes", summaries.ways(advice, lang))
    flips = [flip for flip in advice.flips if flip.share > 0]
    verdicts = [flip for flip in flips if flip.changes_verdict]
    others = [flip for flip in flips if not flip.changes_verdict]
    if verdicts:
        show(_flips(verdicts, session), key="flips")
    else:
        show(html('<p class="empty">{}</p>', lang("No single answer would change it.")))
    if others:
        show(folded(summaries.only_the_option(advice, lang), _flips(others, session)))
    if flips:
        show(rests_on(situation_keys(advice), advice, session))
    known = {one.id: one for one in content().questions}
    left = (*advice.open_questions, *advice.to_find_out)
    asked = [known[one.question] for one in left if one.question in known]
    if asked:
        first, rest = asked[:MOST_OPEN], asked[MOST_OPEN:]
        rows = joined(
            html("<li>{}</li>", link(lang(one.text), page_of(one), session, **{"from": "change"})) for one in first
        )
        if rest:
            rows += html("<li>{}</li>", lang.plural("and {n} more", "and {n} more", len(rest)))
        title = lang("Open questions that can still change it, the weightiest first")
        show(html('<h3>{}</h3><ul class="open">{}</ul>', title, rows))


def _flips(flips: list[Flip], session: Session) -> Markup:
    """What other answers come to, those of a question that come to the same together."""
    lang = session.lang
    known = {one.id: one for one in content().questions}
    first = [flip.question for flip in flips]
    together: dict[tuple[int, str, str], list[Flip]] = {}
    for flip in flips:
        together.setdefault((first.index(flip.question), flip.verdict, flip.option), []).append(flip)
    rows = []
    for _, alike in sorted(together.items(), key=lambda one: one[0][0]):
        flip, asked = alike[0], known.get(alike[0].question)
        text = question_of(flip.question, content(), lang)
        verdict, option = verdict_name(flip.verdict, lang), option_name(flip.option, content(), lang)
        rows.append(
            [
                link(text, page_of(asked), session, **{"from": "change"}) if asked else esc(text),
                answer_of(flip.question, flip.current, content(), lang),
                _values(alike, asked, lang),
                html("<span><strong>{}</strong>: {}</span>", verdict, option),
                _share([one.share for one in alike], lang),
            ]
        )
    head = [lang("Question"), lang("Now"), lang("If it were"), lang("Then"), lang("Situations")]
    return table(head, rows, caption=lang("What would change the verdict"), numbers=(4,), kind="changes")


def _values(alike: Sequence[Flip], asked: Question | None, lang: Language) -> str:
    """Answers that come to the same, the likeliest first; where that is every other one, they need no names."""
    if asked and asked.type == "choice" and len(alike) == len(asked.choices) - 1 > 1:
        return lang("Any other of the {n}", n=lang.number(len(asked.choices)))
    ordered = sorted(alike, key=lambda one: -one.share)
    return "; ".join(answer_of(one.question, one.value, content(), lang) for one in ordered)


def _share(shares: Sequence[float], lang: Language) -> str:
    """In how many of the situations, from the fewest to the most."""
    low, high = lang.percent(min(shares)), lang.percent(max(shares))
    return low if low == high else lang("{low} to {high}", low=low, high=high)
