"""The options side by side: how likely, how costly, how fast; which are held up, and what would bring them back."""

from __future__ import annotations

import streamlit as st

from advisor import labels, wording
from advisor.advice import Advice, Band, OptionResult
from advisor.charts import cost_comparison, cost_curve, latency_bars
from advisor.ui import plots
from advisor.ui.basis import rests_on, sources
from advisor.ui.markup import badge, esc, meter, section, show, table
from advisor.ui.visit import Visit, content

MOSTLY = 0.5
"""Share of the scenarios from which a gate counts as holding an option up."""


def options(advice: Advice, here: Visit) -> None:
    """Every option that nothing holds up, as a table and as a chart; then the others."""
    lang = here.lang
    section(
        lang("The options compared"),
        "options",
        lang("From the lightest commitment to the heaviest. A range holds eight of ten scenarios."),
    )
    shown = sorted(
        (one for one in advice.ranking if not one.blocked or one.option == advice.option), key=lambda one: one.rung
    )
    head = [
        lang("Option"),
        lang("Reaches the target"),
        lang("A month"),
        lang("Once"),
        lang("Answer time"),
        lang("Pays back"),
    ]
    cells = table(
        head, [_row(one, advice, here) for one in shown], caption=lang("The options compared"), numbers=(2, 3, 4)
    )
    show(cells, key="options")
    keys = [key for one in shown for key in (*one.basis, *(part for line in one.cost for part in line.basis))]
    show(rests_on(keys, advice, here))
    plots.draw(cost_comparison(advice, content(), lang), lang)
    _held_up(advice, here)


def _row(one: OptionResult, advice: Advice, here: Visit) -> list[str]:
    lang = here.lang
    name = esc(labels.option_name(one.option, content(), lang))
    marks = ""
    if one.option == advice.option:
        marks += badge(lang("recommended"), "chosen")
    if one.option in advice.tie:
        marks += badge(lang("level with it"), "chosen")
    if one.option == advice.meanwhile:
        marks += badge(lang("until then"))
    if one.blocked:
        marks += badge(lang("held up"), "ignored")
    chance = lang.percent(one.likelihood)
    even = one.break_even
    pays = lang("nothing to earn back")
    if even:
        pays = labels.months(even.months.p50 or 0.0, lang) if wording.pays_in_time(even) else lang("not in time")
    return [
        f"{name} {marks}",
        f'<span class="bar">{meter(one.likelihood, chance)}</span> <span>{esc(chance)}</span>',
        _amount(one.usd_month, here),
        _amount(one.usd_once, here),
        esc(labels.median(one.latency, lambda value: labels.seconds(value, lang), lang)),
        esc(pays),
    ]


def _amount(band: Band, here: Visit) -> str:
    lang = here.lang
    spread = labels.spread(band, lang.usd, lang)
    small = f'<span class="spread">{esc(spread)}</span>' if spread else ""
    return f"{esc(labels.median(band, lang.usd, lang))}{small}"


def _held_up(advice: Advice, here: Visit) -> None:
    """What holds options up, each thing once, with the options that wait for it."""
    lang = here.lang
    waiting: dict[str, list[str]] = {}
    share: dict[str, float] = {}
    for one in sorted((one for one in advice.ranking if one.blocked), key=lambda one: one.rung):
        for block in one.blocked_by:
            if block.share >= MOSTLY:
                waiting.setdefault(block.rule, []).append(labels.option_short(one.option, content(), lang))
                share[block.rule] = block.share
    rows = ""
    for name, options in sorted(waiting.items(), key=lambda item: -len(item[1])):
        rule = content().rule(name)
        if rule.blocks:
            because = f"{wording.premise(share[name], lang)} {lang(rule.because)}".lstrip()
            rows += (
                f"<div><dt>{esc(labels.all_of(options, lang))}</dt><dd>{esc(because)} "
                f"<strong>{esc(lang('To bring it back:'))}</strong> {esc(lang(rule.blocks.brings_back))}"
                f"{sources(wording.sources(rule, content(), lang), here)}</dd></div>"
            )
    if rows:
        title = lang("Held up, and what would bring them back")
        show(f'<h3>{esc(title)}</h3><dl class="sides">{rows}</dl>', key="held")


def cost(advice: Advice, here: Visit) -> None:
    """Cost over volume with break-even and where the reader is, the bill, and cheaper ways without training."""
    lang = here.lang
    section(lang("What it costs, by volume"), "cost")
    result = wording.option_result(advice, advice.option)
    said = wording.break_even(result, content(), lang) if result else ""
    if said:
        st.html(f"<p>{esc(said)}</p>")
    chart = cost_curve(advice, content(), lang)
    plots.draw(chart, lang)
    if chart:
        show(rests_on(chart.basis, advice, here))
    if result and result.cost:
        _bill(result, advice, here)
    _cheaper(advice, here)


def _bill(result: OptionResult, advice: Advice, here: Visit) -> None:
    lang = here.lang
    kinds = {"monthly": lang("a month"), "once": lang("once")}
    title = lang("The bill: {option}", option=labels.option_name(result.option, content(), lang))
    rows = [
        [esc(labels.cost_line(line.id, lang)), _amount(line.usd, here), esc(kinds[line.kind])] for line in result.cost
    ]
    show(f"<h3>{esc(title)}</h3>")
    show(table([lang("Line"), lang("USD"), lang("When")], rows, caption=title, numbers=(1,), kind="narrow"))
    show(rests_on((key for line in result.cost for key in line.basis), advice, here))


def _cheaper(advice: Advice, here: Visit) -> None:
    """Caching, batches or a smaller model: what prompting could cost before anything is trained."""
    lang = here.lang
    result = wording.prompted_today(advice)
    if result is None:
        return
    title = lang("Cheaper without training: {option}", option=labels.option_name(result.option, content(), lang))
    rows = []
    for variant in result.variants:
        if variant.allowed:
            state = lang("to be tested: not known to be good enough") if variant.untested else lang("possible")
        elif variant.id.startswith("smaller"):
            state = lang("only if a smaller model is good enough")
        else:
            state = lang("only if answers may come hours later")
        rows.append(
            [
                esc(labels.variant_name(variant.id, lang)),
                esc(variant.model or lang("as today")),
                _amount(variant.usd_month, here),
                esc(state),
            ]
        )
    show(f"<h3>{esc(title)}</h3>")
    head = [lang("Way"), lang("Model"), lang("Requests, USD a month"), lang("State")]
    show(table(head, rows, caption=title, numbers=(2,)))
    show(rests_on((key for variant in result.variants for key in variant.basis), advice, here))


def speed(advice: Advice, here: Visit) -> None:
    """Answer times against the limit."""
    lang = here.lang
    section(lang("How fast it answers"), "speed")
    if advice.latency_limit is None:
        st.html(f'<p class="quiet">{esc(lang("You set no limit, so none is drawn."))}</p>')
    chart = latency_bars(advice, content(), lang)
    plots.draw(chart, lang)
    if chart:
        show(rests_on(chart.basis, advice, here))
