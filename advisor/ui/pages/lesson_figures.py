"""What a lesson has to play with: a choice or a field, and what it changes.

Each is drawn from what decides elsewhere too: facts, prices, assumptions, published cases and comparisons. What is made
up for teaching says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

import streamlit as st

from advisor import wording
from advisor.charts import answer_time
from advisor.charts.calibration import calibration
from advisor.charts.forgetting import TESTS, changes, what_changed
from advisor.charts.ladder import STEPS, TEAMS, climb, ladder
from advisor.charts.learning_curves import curves as measured_curves
from advisor.charts.learning_curves import learning_curves, task_names
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
from advisor.charts.specification import Limit
from advisor.charts.timeline import endings
from advisor.charts.training_curves import training_curves
from advisor.content.catalogue import UnknownPrice, catalogue, gone
from advisor.content.entries import Case
from advisor.content.evidence import EvidenceCase, comparisons, evidence_cases
from advisor.dataset.tokens import exact
from advisor.dataset.training.loss_curves import read
from advisor.dataset.training.ten_rows import CURVES, curve
from advisor.engine.offers import CUSTOMERS, Offer, offers
from advisor.ui.pages.tutorial import answers
from advisor.ui.parts import curves, plots
from advisor.ui.parts.basis import sources
from advisor.ui.parts.markup import Markup, folded, html, joined, plain, show, table
from advisor.ui.parts.text_field import limited
from advisor.ui.session import Session, content
from advisor.wording import labels
from advisor.wording.comparisons import points
from advisor.wording.grounds import fact_sources

MOST_TEXT = 5_000
"""Longest text whose tokens are counted, in characters."""
MOST_REQUESTS = 10**10
REQUESTS = 10_000
"""Requests a month that the counter begins with. Assumption."""
PIECES_SHOWN = 60
"""Tokens shown one by one."""
DAY_RATE, MOST_DAY_RATE = 500, 100_000
"""USD a day that the ladder begins with: near the middle of the assumption. And the most that can be put in."""
CHANCES = range(0, 101, 10)
"""Percent, of which a chance is chosen; each begins in the middle, which favours none."""
PROMPTS = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)
THOUGHTS = (0, 100, 300, 1_000, 3_000, 10_000)
ANSWERS = (10, 30, 100, 300, 1_000, 3_000)
"""Tokens of a prompt, of hidden thinking and of an answer that can be chosen."""
MOST_MONTHS, MONTHS_LETTERS = 4, 30
"""Months below the chart of endings, and how many letters have room there: names of models leave little."""


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
    cases_of_gap = cases_with(gap, cases)
    sentence = lang(
        "Of {all} cases with this gap, {retrieval} ended with retrieval and {trained} with a trained model; {both} of "
        "them with both.",
        all=lang.number(len(cases_of_gap)),
        retrieval=lang.number(sum(case.outcome in RETRIEVAL for case in cases_of_gap)),
        trained=lang.number(sum(trained(case.outcome, known) for case in cases_of_gap)),
        both=lang.number(sum(case.outcome in RETRIEVAL and trained(case.outcome, known) for case in cases_of_gap)),
    )
    show(html('<p class="what" role="status">{}</p>', sentence), key="trained")
    plots.draw(outcomes_of(gap, cases, known, lang), lang)


def _ladder(session: Session) -> None:
    """Days and price of a ladder, by the chance that each step suffices and by what a day costs."""
    lang, known = session.lang, content()
    label = plain(lang("What a working day costs, in USD"))
    rate = st.number_input(label, 1, MOST_DAY_RATE, DAY_RATE, 50, key=f"figure-rate:{session.code}")
    chances = {
        name: st.select_slider(
            plain(
                lang(
                    "Chance that it suffices: {option}",
                    option=labels.in_sentence(labels.option_name(name, known, lang)),
                )
            ),
            CHANCES,
            value=50,
            format_func=lambda percent: lang.percent(percent / 100),
            key=f"figure-chance-{name}:{session.code}",
        )
        / 100
        for name in STEPS
    }
    climbed = climb(chances, known)
    stopped = [*climbed.reached.values(), 1 - climbed.arrived]
    first, second, third = (round(TEAMS * (before - after)) for before, after in pairwise(stopped))
    sentence = lang(
        "Of {teams} such teams {first} stop after better prompting, {second} after retrieval and {third} after tuning; "
        "{left} do not reach their goal.",
        teams=lang.number(TEAMS, 9),
        first=lang.number(first),
        second=lang.number(second),
        third=lang.number(third),
        left=lang.number(round(TEAMS * (1 - climbed.arrived))),
    )
    show(html('<p class="what" role="status">{}</p>', sentence), key="climbed")
    plots.draw(ladder(climbed, rate, known, lang), lang)


def _time(session: Session) -> None:
    """Where the time of an answer goes, by model, prompt, thinking and answer."""
    lang, known = session.lang, content()
    speeds = [
        answer_time.hosted(model, known, lang)
        for model in known.models
        if model.typical and model.size != "raw_base" and not gone(model, session.day)
    ]
    speeds.append(answer_time.small_tuned(known, lang))
    by_name = {speed.name: speed for speed in speeds}
    chosen = by_name[_choose(lang("Model"), {name: name for name in by_name}, "speed", session, below_each_other=True)]
    asked = answer_time.Asked(
        prompt=_tokens_of(lang("Tokens of the prompt"), PROMPTS, 3_000, "prompt", session),
        thought=_tokens_of(lang("Tokens of hidden thinking"), THOUGHTS, 0, "thought", session),
        answer=_tokens_of(lang("Tokens of the answer"), ANSWERS, 300, "answer", session),
    )
    halved = (replace(asked, prompt=asked.prompt // 2), replace(asked, answer=asked.answer // 2))
    whole, prompt, answer = (labels.seconds(answer_time.whole(chosen, one, known), lang) for one in (asked, *halved))
    sentence = lang(
        "About {whole}. With half the prompt {prompt}, with half the answer {answer}.",
        whole=whole,
        prompt=prompt,
        answer=answer,
    )
    show(html('<p class="what" role="status">{}</p>', sentence), key="seconds")
    plots.draw(answer_time.parts(chosen, asked, known, lang), lang)
    plots.draw(answer_time.compared(speeds, chosen, asked, known, lang), lang)
    measured = next((model.latency_facts for model in known.models if lang(model.name) == chosen.name), ())
    sentence = (
        lang("What others measured of {model}, and our range holds:", model=chosen.name)
        if measured
        else lang(
            "How fast {model} is, we assume; the range is wide on purpose.", model=labels.in_sentence(chosen.name)
        )
    )
    show(html('<p class="quiet">{}</p>{}', sentence, sources(fact_sources(measured, known, lang), session)))


def _tokens_of(label: str, stops: tuple[int, ...], first: int, name: str, session: Session) -> int:
    return st.select_slider(
        plain(label),
        stops,
        value=first,
        format_func=lambda n: session.lang.number(n, 9),
        key=f"figure-{name}:{session.code}",
    )


def _data(session: Session) -> None:
    """Learning curves of a published study, and what doubling the examples brought."""
    lang, arms = session.lang, comparisons()
    task = _choose(lang("Test"), task_names(lang), "task", session, below_each_other=True)
    measured = measured_curves(task, arms)
    tuned = dict(measured["tuned"])
    doubled = [n for n in tuned if 2 * n in tuned]
    here = st.select_slider(
        plain(lang("Examples that you have")),
        doubled,
        value=doubled[len(doubled) // 2],
        format_func=lambda n: lang.number(n, 9),
        key=f"figure-examples:{session.code}",
    )
    sentence = lang(
        "Tuned on {n} examples it is right in {score} of 100 cases, on {double} in {more}: {points} points.",
        n=lang.number(here, 9),
        score=lang.number(tuned[here], 2),
        double=lang.number(2 * here, 9),
        more=lang.number(tuned[2 * here], 2),
        points=points(round(tuned[2 * here]) - round(tuned[here]), lang),
    )
    show(html('<p class="what" role="status">{}</p>', sentence), key="doubled")
    plots.draw(learning_curves(task, measured, here, lang), lang)


def _forgetting(session: Session) -> None:
    """What a further training changed, as far as the tests show that one runs."""
    lang = session.lang
    names = {
        "aim": lang("what it was trained for"),
        "skills": lang("also what it could do before"),
        "safety": lang("also safety"),
    }
    most = _choose(lang("What you test"), names, "tests", session)
    kinds = [*TESTS][: [*TESTS].index(most) + 1]
    known_changes = changes(kinds, comparisons())
    left_out = sum(map(len, TESTS.values())) - len(known_changes)
    sentence = lang(
        "{up} of your {n} tests rose, {down} fell.",
        up=lang.number(sum(one.points > 0 for one in known_changes)),
        n=lang.number(len(known_changes)),
        down=lang.number(sum(one.points < 0 for one in known_changes)),
    )
    unseen = lang.plural("{n} test was not run.", "{n} tests were not run.", left_out) if left_out else ""
    show(html('<p class="what" role="status">{} {}</p>', sentence, unseen), key="tested")
    plots.draw(what_changed(known_changes, lang), lang)


def _routes(session: Session) -> None:
    """Which routes that are open today would still start a job on a later day."""
    lang, known = session.lang, content()
    names: dict[str, str] = {customer: wording.customer_name(customer, lang) for customer in reversed(CUSTOMERS)}
    chosen = _choose(lang("Kind of customer"), names, "customer", session, below_each_other=True)
    customer = next(one for one in CUSTOMERS if one == chosen)
    today = [offer for offer in offers(known, session.day, customer) if offer.open_to]
    days = sorted({session.day, *(end.day for offer in today for end in offer.ends)})
    if len(days) == 1:
        none = lang(
            "No route that is open to such a customer on {date} has an end that we know of.", date=lang.date(days[0])
        )
        show(html('<p class="empty">{}</p>', none))
        return
    at = st.select_slider(
        plain(lang("Day")),
        days,
        value=days[len(days) // 2],
        format_func=lang.date,
        key=f"figure-day-{customer}:{session.code}",
    )
    later = {offer.route.id: offer for offer in offers(known, at, customer)}
    closed = [offer for offer in today if not later[offer.route.id].open_to]
    sentence = lang(
        "{n} of the {all} routes that are open to such a customer on {today} would still start a job on {date}.",
        date=lang.date(at),
        n=lang.number(len(today) - len(closed)),
        all=lang.number(len(today)),
        today=lang.date(session.day),
    )
    show(html('<p class="what" role="status">{}</p>', sentence), key="still-open")
    if closed:
        show(html("<p>{}</p>", lang("Closed by then: {routes}.", routes=_by_vendor(closed, session))), key="closed")
    chart = endings(today, wording.ends(today, session.day, known, lang), session.day, lang)
    if chart:
        limit = Limit(at=at.toordinal(), label=lang.short_date(at))
        ticks = chart.x.model_copy(update={"ticks": chart.x.labelled(MOST_MONTHS, MONTHS_LETTERS)})
        plots.draw(chart.model_copy(update={"limits": (limit,), "x": ticks}), lang)


def _by_vendor(closed: Iterable[Offer], session: Session) -> str:
    """Vendors with their models: `OpenAI (gpt-4.1, gpt-4o), Cohere (Command R)`."""
    lang = session.lang
    models: dict[str, list[str]] = {}
    for offer in closed:
        models.setdefault(lang(offer.route.vendor), []).append(lang(offer.route.model))
    return "; ".join(f"{vendor} ({', '.join(dict.fromkeys(named))})" for vendor, named in models.items())


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
        rows.append((lang(model.name), labels.money(usd, lang)))
    if not rows:
        return
    sentence = lang.plural(
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
            sentence,
            table(head, rows, caption=sentence, numbers=(1,), kind="figures"),
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
    sentence = lang(
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
            sentence,
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
    "ladder": _ladder,
    "tokens": _tokens,
    "time": _time,
    "data": _data,
    "losses": _losses,
    "forgetting": _forgetting,
    "routes": _routes,
    "right": _right,
}
"""What draws each figure that a lesson can name."""
