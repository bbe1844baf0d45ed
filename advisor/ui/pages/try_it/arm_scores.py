"""What a pilot shows: first a sentence for whoever decides, then the figures it rests on, down to single rows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.charts.pilot_curve import Measured, pilot_curve
from advisor.dataset.row import excerpt
from advisor.language import Language
from advisor.ui.pages.try_it import onward
from advisor.ui.parts import plots
from advisor.ui.parts.markup import Markup, folded, html, joined, section, show, table
from advisor.ui.session import Session

if TYPE_CHECKING:
    from advisor.pilot.measurements import ArmResult, RowResult, Summary
    from advisor.pilot.run import Pilot

MOST_SHOWN = 20
"""Rows that are shown one by one."""
LEAST_P = 0.001
"""Chances below it are not told apart."""
RIGHT = 0.999
"""From which score on an answer is marked as right."""


def draw(path: Path, pilot: Pilot, session: Session) -> None:
    """All that the answers so far show."""
    from advisor.pilot.measurements import row_results, summary
    from advisor.pilot.sentences import arm_name, caution_lines, finding, growth_sentence, limit_lines

    lang = session.lang
    shown = summary(pilot)
    # Those with fewer examples are for the curve alone.
    names = {arm.id: arm_name(arm, lang) for arm in pilot.setup.arms if arm.is_whole}
    limits = joined(html('<p class="note">{}</p>', line) for line in limit_lines(shown, lang))
    found = html('<p class="what verdict" role="status">{}</p>', finding(shown, names, lang))
    show(html("{}{}", found, limits), key="headline")
    day = lang.date(shown.day) if shown.day else "–"
    sentence = lang(
        "Measured on {day}: {rows} rows, by {model} at {host}.",
        day=day,
        rows=lang.number(shown.answered),
        model=shown.model,
        host=shown.host,
    )
    show(html('<p class="quiet">{}</p>', sentence))
    onward.longer(path, pilot, shown, session)
    section(
        lang("Each way to ask"),
        "ways",
        lang("In brackets: where it would likely lie with many more such rows (95% confidence)."),
    )
    show(_arms(shown, names, lang), key="arms")
    show(joined(html('<p class="quiet">{}</p>', line) for line in caution_lines(shown, names, lang)), key="cautions")
    show(folded(lang("Differences, tested"), _differences(shown, names, lang)), key="differences")
    show(folded(lang("Tokens and first tokens"), _tokens(shown, names, lang)), key="tokens")
    if curves := list(_curves(shown, lang)):
        section(lang("Would more examples help?"), "curve")
        for growth in shown.growth:
            show(html("<p>{}</p>", growth_sentence(growth, lang)))
        plots.draw(pilot_curve(curves, lang), lang)
    _rows([row for row in row_results(pilot) if _differs(row, names)], names, lang)


def _arms(shown: Summary, names: dict[str, str], lang: Language) -> Markup:
    from advisor.pilot.sentences import interval_text, verdict_of

    head = (
        lang("Way to ask"),
        lang("Right of 100"),
        lang("Against as it is"),
        lang("Cost of a thousand"),
        lang("Seconds, usual and slow"),
        lang("Unreadable"),
    )
    rows = []
    for arm in shown.arms:
        if arm.id not in names:
            continue
        difference = shown.difference(arm.id)
        against = verdict_of(difference, lang) if difference else "–"
        rows.append(
            (
                names[arm.id],
                interval_text(arm, lang),
                against,
                _usd(arm, lang),
                _times(arm.whole_s, lang),
                "–" if arm.score is None else lang.percent(arm.unparsable),
            )
        )
    note = lang("Usual: the median. Slow: one in twenty takes longer. Unreadable: not in the form that was asked for.")
    cells = table(head, rows, caption=lang("Each way to ask"), numbers=(1, 3, 4, 5))
    return html('{}<p class="quiet">{}</p>', cells, note)


def _tokens(shown: Summary, names: dict[str, str], lang: Language) -> Markup:
    """What the ways that ask a language model send and get, and how soon it begins."""
    head = (
        lang("Way to ask"),
        lang("Tokens sent"),
        lang("Of them from the cache"),
        lang("Tokens answered"),
        lang("Seconds to the first token, usual and slow"),
    )
    rows = [
        (
            names[arm.id],
            *(
                lang("unknown") if count is None else lang.number(count)
                for count in (arm.input_tokens, arm.cached_tokens, arm.output_tokens)
            ),
            _times(arm.first_token_s, lang),
        )
        for arm in shown.arms
        if arm.id in names and arm.kind != "classifier"
    ]
    note = lang("Means of a request, as the server counts them.")
    cells = table(head, rows, caption=lang("Tokens and first tokens"), numbers=(1, 2, 3, 4), kind="figures")
    return html('{}<p class="quiet">{}</p>', cells, note)


def _usd(arm: ArmResult, lang: Language) -> str:
    return lang("unknown") if arm.usd_per_thousand is None else lang.usd(arm.usd_per_thousand)


def _times(told: tuple[float, float] | None, lang: Language) -> str:
    if told is None:
        return lang("unknown")
    usual, slow = (lang.number(one, 2) for one in told)
    return lang("{usual} and {slow}", usual=usual, slow=slow)


def _differences(shown: Summary, names: dict[str, str], lang: Language) -> Markup:
    from advisor.pilot.sentences import points, verdict_of

    rows = [
        (
            names[one.arm],
            lang(
                "{points} ({low} to {high})",
                points=points(one.difference, lang),
                low=points(one.interval.low, lang),
                high=points(one.interval.high, lang),
            ),
            lang("{a} and {b}", a=one.only_arm, b=one.only_baseline),
            lang("under {n}", n=lang.number(LEAST_P)) if one.p_holm < LEAST_P else lang.number(one.p_holm, 2),
            verdict_of(one, lang),
        )
        for one in shown.differences
    ]
    head = (
        lang("Way to ask"),
        lang("More right of 100 than as it is"),
        lang("Rows on which it scores more, and on which “as it is” does"),
        "p",
        lang("Shown?"),
    )
    text = lang(
        "Both ways answered the same rows. p is the chance of such a difference where there is none; “shown” takes "
        "0.05 or less."
    )
    cells = table(head, rows, caption=lang("Differences, tested"), numbers=(1, 2, 3), kind="figures")
    return html("<p>{}</p>{}", text, cells)


def _curves(shown: Summary, lang: Language) -> Iterator[tuple[str, list[Measured]]]:
    from advisor.pilot.sentences import kind_name

    for kind, points in groupby(shown.curve, key=lambda point: point.kind):
        yield (
            kind_name(kind, lang),
            [Measured(one.examples, one.score, one.interval.low, one.interval.high) for one in points],
        )


def _rows(rows: list[RowResult], names: dict[str, str], lang: Language) -> None:
    """Rows on which the ways to ask differ, each behind a tap."""
    title = lang("Rows on which they differ ({n})", n=lang.number(len(rows)))
    if not rows:
        show(html('<p class="empty">{}</p>', lang("All ways to ask get the same rows right.")))
        return
    more = len(rows) > MOST_SHOWN
    sentence = (
        lang("The first {n} of {all}; the file has all.", n=MOST_SHOWN, all=lang.number(len(rows))) if more else ""
    )
    shown = joined(_row(row, names, lang) for row in rows[:MOST_SHOWN])
    show(folded(title, html('<p class="quiet">{}</p>', sentence) if more else "", shown), key="rows-apart")


def _differs(row: RowResult, names: dict[str, str]) -> bool:
    return len({score for arm, (_, score) in row.answers.items() if arm in names}) > 1


def _row(row: RowResult, names: dict[str, str], lang: Language) -> Markup:
    right, wrong = lang("right"), lang("wrong")
    answers = joined(
        html(
            '<div><dt>{}</dt><dd>{} <span class="badge {}">{}</span></dd></div>',
            names[arm],
            excerpt(text) or lang("(nothing)"),
            "ready" if score > RIGHT else "not_ready",
            right if score > RIGHT else wrong if score <= 0 else lang.percent(score),
        )
        for arm, (text, score) in row.answers.items()
        if arm in names
    )
    gold = html("<div><dt>{}</dt><dd><strong>{}</strong></dd></div>", lang("Right"), excerpt(row.gold))
    return folded(excerpt(row.question), html('<dl class="notes">{}{}</dl>', gold, answers))
