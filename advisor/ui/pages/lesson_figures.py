"""What a lesson has to play with: a choice or a field, and what it changes.

Each is drawn from what decides elsewhere too: facts, prices, assumptions, published cases and comparisons. What is made
up for teaching says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from advisor.charts.calibration import calibration
from advisor.charts.lessons import (
    GAPS,
    MEASURES,
    RETRIEVAL,
    cases_with,
    gap_names,
    how_often_right,
    measure_names,
    outcomes_of,
    token_counts,
    trained,
)
from advisor.charts.training_curves import training_curves
from advisor.content.catalogue import UnknownPrice, catalogue, gone
from advisor.content.entries import Case
from advisor.content.evidence import EvidenceCase, evidence_cases
from advisor.dataset.tokens import exact
from advisor.dataset.training.loss_curves import read
from advisor.dataset.training.ten_rows import CURVES, curve
from advisor.ui.pages.tutorial import answers
from advisor.ui.parts import curves, plots
from advisor.ui.parts.markup import Markup, folded, html, joined, plain, show, table
from advisor.ui.parts.text_field import limited
from advisor.ui.session import Session, content
from advisor.wording import labels

MOST_TEXT = 5_000
"""Longest text whose tokens are counted, in characters."""
MOST_REQUESTS = 10**10
REQUESTS = 10_000
"""Requests a month that the counter begins with. Assumption."""
PIECES_SHOWN = 60
"""Tokens shown one by one."""


def draw(name: str, session: Session) -> None:
    """The figure of this name."""
    FIGURES[name](session)


def _choose(
    label: str, named: Mapping[str, str], name: str, session: Session, *, below_each_other: bool = False
) -> str:
    """A choice, the first at first; long names stand below each other."""
    return st.radio(
        plain(label),
        list(named),
        format_func=lambda value: plain(named[value]),
        key=f"figure-{name}:{session.code}",
        horizontal=not below_each_other,
    )


def _changes(session: Session) -> None:
    """What turned out best in published cases, by what was wrong with the answers."""
    lang, known = session.lang, content()
    names = gap_names(lang)
    label = lang("What is wrong with the answers")
    gap = _choose(label, {one: names[one] for one in GAPS}, "gap", session, below_each_other=True)
    cases: tuple[Case | EvidenceCase, ...] = (*known.cases, *evidence_cases())
    found = cases_with(gap, cases)
    said = lang(
        "Of {all} cases with this gap, {retrieval} ended with retrieval and {trained} with a trained model; {both} of "
        "them with both.",
        all=lang.number(len(found)),
        retrieval=lang.number(sum(case.outcome in RETRIEVAL for case in found)),
        trained=lang.number(sum(trained(case.outcome, known) for case in found)),
        both=lang.number(sum(case.outcome in RETRIEVAL and trained(case.outcome, known) for case in found)),
    )
    show(html('<p class="what" role="status">{}</p>', said), key="trained")
    plots.draw(outcomes_of(gap, cases, known, lang), lang)


def sentences() -> dict[str, str]:
    """The same sentence in English, in Dutch and as JSON."""
    return {
        "en": "The delivery arrived two days late, and the customer asks for a refund.",
        "nl": "De bestelling kwam twee dagen te laat aan, en de klant vraagt zijn geld terug.",
        "json": '{"event": "delivery", "delay": {"value": 2, "unit": "days"}, "request": "refund"}',
    }


def _tokens(session: Session) -> None:
    """A counter of tokens, and what they cost in a month as the prompt of each request."""
    lang = session.lang
    same = sentences()
    names = {"en": lang("English"), "nl": lang("Dutch"), "json": "JSON"}
    text, fits = limited(
        lang("Your text"), same["nl" if lang.code == "nl" else "en"], MOST_TEXT, f"lesson-text:{session.code}", lang,
        height=110,
    )  # fmt: skip
    if not fits:
        show(html('<p class="problem" role="alert">{}</p>', lang("Shorten the text, and it is counted.")))
        return
    counts = {name: exact.count(one, exact.DEFAULT_ENCODING) for name, one in {**same, "own": text}.items()}
    own = counts["own"]
    rows = [(name, label, counts[name].tokens) for name, label in {**names, "own": lang("Your text")}.items()]
    plots.draw(token_counts(rows, own.exact, lang), lang)
    if pieces := _pieces(text):
        about = lang("How the vocabulary cuts your text: each underlined piece is a token.")
        show(html('<p class="quiet">{}</p>{}', about, pieces), key="pieces")
    _prompt_bill(own.tokens, session)


def _pieces(text: str) -> Markup:
    """The first tokens of a text one by one; nothing where the vocabulary is missing, or the text empty."""
    known = exact.encoder(exact.DEFAULT_ENCODING)
    if known is None or not text:
        return Markup()
    first = known.encode_ordinary(text[: PIECES_SHOWN * 20])[:PIECES_SHOWN]
    shown = joined(html("<span>{}</span>", known.decode([token])) for token in first)
    return html('<p class="pieces" aria-hidden="true">{}</p>', shown)


def _prompt_bill(tokens: int, session: Session) -> None:
    """What these tokens cost in a month, as input of each request, by each size of hosted model."""
    lang, known = session.lang, catalogue(content(), session.day)
    requests = st.number_input(
        plain(lang("Requests a month")), 1, MOST_REQUESTS, REQUESTS, key=f"lesson-requests:{session.code}"
    )
    rows = []
    for model in content().models:
        if not model.typical or model.size == "raw_base" or gone(model, session.day):
            continue
        try:
            usd = float(known.price(model).usd_per_request(tokens, 0, 0)) * requests
        except UnknownPrice:
            continue
        rows.append((model.name, labels.money(usd, lang)))
    if not rows:
        return
    said = lang.plural(
        "{n} token sent with each of {requests} requests, in USD a month:",
        "{n} tokens sent with each of {requests} requests, in USD a month:",
        tokens,
        requests=lang.number(requests, 9),
    )
    head = (lang("Model"), lang("A month"))
    note = lang("Input alone, at list prices of {date}, without caching or batch.", date=lang.date(session.day))
    show(
        html(
            '<p class="what" role="status">{}</p>{}<p class="quiet">{}</p>',
            said,
            table(head, rows, caption=said, numbers=(1,), kind="figures"),
            note,
        ),
        key="prompt-bill",
    )


def _losses(session: Session) -> None:
    """Two made-up trainings, which can be stopped after any step that was measured."""
    lang = session.lang
    name = _choose(
        lang("Training"),
        {one: lang("Training {n}", n=number) for number, one in enumerate(CURVES, start=1)},
        "training",
        session,
    )
    points = curve(name)
    steps = [point.step for point in points][1:]
    until = st.select_slider(plain(lang("Stop after step")), steps, value=steps[2], key=f"figure-until:{session.code}")
    kept = [point for point in points if point.step <= until]
    whole = training_curves(name, lang("Training"), points, lang)
    so_far = training_curves(name, lang("Until step {n}", n=lang.number(until)), kept, lang)
    last = kept[-1]
    said = lang(
        "At step {step} the loss is {a} on the rows trained on and {b} on the others.",
        step=lang.number(until),
        a=lang.number(last.training),
        b=lang.number(last.validation),
    )
    show(
        html(
            '{}{}<p class="what" role="status">{}</p>',
            curves.picture(whole.model_copy(update={"alt": so_far.alt}), until),
            plots.key(whole),
            said,
        ),
        key="two-curves",
    )
    show(folded(lang("What one can see in them"), html("<p>{}.</p>", answers(lang)[read(kept)])), key="reading")
    show(html('<p class="quiet">{}</p>', whole.note))


def _right(session: Session) -> None:
    """How often each way to decide was right, by what counts; and what was said beside what happened."""
    lang, learned = session.lang, content().learned
    if learned is None:
        show(html('<p class="empty">{}</p>', lang("No weights have been fitted; make weights does it.")))
        return
    names = measure_names(lang)
    measure = _choose(lang("What counts as right"), {one: names[one] for one in MEASURES}, "measure", session)
    plots.draw(how_often_right(measure, learned.scores, lang), lang)
    plots.draw(calibration(learned.advice_calibration, lang), lang)


FIGURES: Mapping[str, Callable[[Session], None]] = {
    "changes": _changes,
    "tokens": _tokens,
    "losses": _losses,
    "right": _right,
}
"""What draws each figure that a lesson can name."""
