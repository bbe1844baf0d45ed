"""Comparisons like the reader's: what is published, which way it went, and what may be expected of a tuned model."""

from __future__ import annotations

from advisor.charts.comparisons import published_comparisons
from advisor.engine.advice import Advice
from advisor.ui.parts.bars import bars
from advisor.ui.parts.basis import rests_on
from advisor.ui.parts.markup import Markup, Words, folded, html, joined, outside, section, show, table
from advisor.ui.session import Session
from advisor.wording.comparisons import counts, expected


def published(advice: Advice, session: Session) -> None:
    """The counts and the expected score in a sentence each; the chart and its table are folded away."""
    lang = session.lang
    section(lang("Comparisons like yours"), "comparisons")
    sentence = counts(advice, lang)
    if not sentence:
        text = lang("No published comparison is like yours, or the kind of work is not known yet.")
        show(html('<p class="empty">{}</p>', text))
        return
    words = Words(lang)
    basis = rests_on((key for score in advice.expected_scores for key in score.rests_on), advice, session)
    sentences = html("<p>{}</p><p>{}</p>", words(sentence), words(expected(advice, lang)))
    show(joined((sentences, _chart(advice, session), basis)), key="comparisons")


def _chart(advice: Advice, session: Session) -> Markup:
    lang = session.lang
    chart = published_comparisons(advice, lang)
    if chart is None or advice.comparisons is None:
        return Markup()
    addresses = [study.url for study in advice.comparisons.studies for _ in study.datasets]
    rows = [[outside(row[0], url), *row[1:]] for row, url in zip(chart.rows, addresses, strict=True)]
    title = lang.plural("The study, with its source", "The {n} studies, each with its source", len(chart.marks))
    return folded(
        title,
        html('<h3 class="chart-title">{}</h3>', chart.title),
        bars(chart),
        html('<p class="quiet">{}</p>', Words(lang)(chart.note)),
        table(chart.columns, rows, caption=chart.title, numbers=(5,), kind="figures"),
    )
