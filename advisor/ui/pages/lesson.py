"""A lesson of the course: its text, a figure to play with, a question, and where to go on."""

from __future__ import annotations

from datetime import date

import streamlit as st

from advisor.content.course import Lesson
from advisor.language import Language
from advisor.ui.pages import lesson_figures
from advisor.ui.pages.decision import figures as scores
from advisor.ui.pages.resources import do
from advisor.ui.parts.basis import sources
from advisor.ui.parts.markup import Markup, Words, folded, heading, html, joined, link, plain, section, show, table
from advisor.ui.session import Session, content
from advisor.wording import labels
from advisor.wording.grounds import fact_sources, named_sources


def overview(session: Session) -> Markup:
    """The lessons in order, each with its minutes and what one can do afterwards."""
    lang = session.lang
    rows = joined(
        html(
            '<li>{} <span class="quiet">{}</span><span>{}</span></li>',
            link(lang(one.title), one.page, session),
            _minutes(one.minutes, lang),
            _able(one, lang),
        )
        for one in content().lessons
    )
    return html('<ol class="doors course">{}</ol>', rows)


def minutes(lang: Language) -> str:
    """How long the whole course takes."""
    return _minutes(sum(one.minutes for one in content().lessons), lang)


def _minutes(n: int, lang: Language) -> str:
    return lang.plural("{n} minute", "{n} minutes", n)


def _able(lesson: Lesson, lang: Language) -> str:
    return lang("Afterwards you can {do}.", do=lang(lesson.able))


def draw(lesson: Lesson, session: Session) -> None:
    """The lesson from its text to what follows it."""
    lang, lessons = session.lang, content().lessons
    place = lessons.index(lesson)
    back = link(lang("Learn"), "learn", session, classes="back")
    above = lang(
        "Lesson {n} of {all}, {minutes}", n=place + 1, all=len(lessons), minutes=_minutes(lesson.minutes, lang)
    )
    heading(lang(lesson.title), back=back, above=above, below=_able(lesson, lang))
    numbers = figures(lesson, lang)
    _text(lesson, numbers, session)
    section(lang("Try it"), "try", lang(lesson.tries))
    lesson_figures.draw(lesson.figure, session)
    _question(lesson, numbers, session)
    _ways_on(lesson, place, session)


def figures(lesson: Lesson, lang: Language) -> dict[str, str]:
    """Every figure that the lesson names, as the reader writes it."""
    known, learned = content(), content().learned
    facts = {name: _value(known.fact(fact).value, lang) for name, fact in lesson.facts.items()}
    priors = {name: known.assumption(one).prior for name, one in lesson.assumptions.items()}
    ranges = {name: lang("{a} to {b}", a=lang.number(one.p10), b=lang.number(one.p90)) for name, one in priors.items()}
    measured = scores(learned, lang) if lesson.scores and learned else {}
    return {**facts, **ranges, **{name: measured.get(name, lang("unknown")) for name in lesson.scores}}


def _value(value: object, lang: Language) -> str:
    if isinstance(value, date):
        return lang.date(value)
    return lang.number(value) if isinstance(value, int | float) else str(value)


def _text(lesson: Lesson, numbers: dict[str, str], session: Session) -> None:
    """The paragraphs, and behind a tap who says what they say."""
    lang, words = session.lang, Words(session.lang)
    paragraphs = joined(html("<p>{}</p>", words(lang(text, **numbers))) for text in lesson.text)
    show(html('<div class="prose">{}</div>{}', paragraphs, _origins(lesson, session)), key="lesson")


def _origins(lesson: Lesson, session: Session) -> Markup:
    """Each figure with its value, unit, source and day; then the sources of the rest."""
    lang, known = session.lang, content()
    facts = [known.fact(name) for name in lesson.facts.values()]
    rows: list[tuple[object, ...]] = [
        (
            ", ".join(labels.fact_parts(fact.id, known, lang)),
            lang("{value} {unit}", value=_value(fact.value, lang), unit=lang(fact.unit)),
            sources(fact_sources([fact.id], known, lang), session),
        )
        for fact in facts
    ]
    rows += [
        (
            lang(one.text),
            lang("{a} to {b} {unit}", a=lang.number(one.prior.p10), b=lang.number(one.prior.p90), unit=lang(one.unit)),
            lang("our assumption"),
        )
        for one in (known.assumption(name) for name in lesson.assumptions.values())
    ]
    title = lang("Who says so")
    head = (lang("Figure"), lang("Value"), lang("From"))
    cells = table(head, rows, caption=lang("The figures of this text"), kind="basis") if rows else Markup()
    return folded(title, cells, sources(named_sources(lesson.sources, known, lang), session))


def _question(lesson: Lesson, numbers: dict[str, str], session: Session) -> None:
    """The question; what is said to an answer stands there once one was chosen."""
    lang, asked = session.lang, lesson.question
    section(lang("Check yourself"), "question")
    chosen = st.radio(
        plain(lang(asked.text, **numbers)),
        range(len(asked.choices)),
        index=None,
        format_func=lambda place: plain(lang(asked.choices[place].text)),
        key=f"lesson-{lesson.id}:{session.code}",
    )
    if chosen is None:
        return
    choice = asked.choices[chosen]
    begin = lang("Right.") if choice.right else lang("Not quite.")
    show(
        html('<p class="note" role="status"><strong>{}</strong> {}</p>', begin, lang(choice.why, **numbers)),
        key="answered",
    )


def _ways_on(lesson: Lesson, place: int, session: Session) -> None:
    """Where one does it, what to read, and the lessons before and after."""
    lang, known = session.lang, content()
    rows = {resource.id: resource for resource in known.resources}
    does = joined(html("<li>{}</li>", do(one, session)) for one in lesson.does)
    reading = joined(
        html("<li>{}</li>", link(rows[name].title, "resource", session, id=name)) for name in lesson.reading
    )
    show(
        html(
            '<h2>{}</h2><ul class="does">{}</ul><h2>{}</h2><ul>{}</ul>',
            lang("Do it here"),
            does,
            lang("Sources of the lesson"),
            reading,
        ),
        key="ways-on",
    )
    steps = []
    if place:
        before = known.lessons[place - 1]
        steps.append(_step(lang("Previous"), before, session))
    if place + 1 < len(known.lessons):
        steps.append(_step(lang("Next"), known.lessons[place + 1], session))
    else:
        steps.append(html("<li><span>{}</span>{}</li>", lang("Next"), link(lang("Learn"), "learn", session)))
    show(html('<nav class="around" aria-label="{}"><ul>{}</ul></nav>', lang("Lessons"), joined(steps)), key="around")


def _step(label: str, lesson: Lesson, session: Session) -> Markup:
    return html("<li><span>{}</span>{}</li>", label, link(session.lang(lesson.title), lesson.page, session))
