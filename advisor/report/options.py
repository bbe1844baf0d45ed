"""The options compared: what each costs, the bill of the one recommended, and how fast each answers."""

from __future__ import annotations

from itertools import groupby

from advisor import wording
from advisor.charts import advice as charts
from advisor.report.model import Block, Column, Items, Paragraph, Run, Section, Table
from advisor.report.provenance import of_line, of_option
from advisor.report.writer import Writer, both, figure, plain
from advisor.wording import labels, option_result

MOST_GATES = 2
"""Most missing things that are named beside an option."""
MOST_BREAK_EVENS = 3


def compared(writer: Writer) -> tuple[Section, ...]:
    return _options(writer), _cost(writer)


def speed(writer: Writer) -> tuple[Section, ...]:
    chart = charts.latency_bars(writer.advice, writer.content, writer.lang)
    blocks = (writer.picture(chart),) if chart else ()
    return (Section(id="speed", title=writer.lang("How fast it answers"), blocks=blocks),)


def _options(writer: Writer) -> Section:
    lang, advice = writer.lang, writer.advice
    heads = wording.heads(lang)
    rows = []
    states = [lang("Held up by") if result.blocked else lang("Open") for result in advice.ranking]
    for result, state in zip(advice.ranking, states, strict=True):
        cost = tuple(dict.fromkeys(ref for line in result.cost for ref in line.basis)) or result.basis
        gates = [_gate(writer, block.rule) for block in result.blocked_by] if result.blocked else []
        blocked = ", ".join(gates[:MOST_GATES]) + (", …" if len(gates) > MOST_GATES else ".")
        compared = wording.compared(result, writer.content, lang)
        name = [Run(text=compared.name, style="strong" if result.option == advice.option else "plain")]
        term = writer.content.option(result.option).term
        if term:
            name.append(Run(text=" " + lang("({term})", term=lang(term)), style="quiet"))
        if gates:
            name.append(Run(text=f": {blocked}", style="quiet"))
        rows.append(
            (
                plain(state),
                tuple(name),
                (figure(compared.share, result.basis),),
                both(compared.month, cost, of_option(result.option)),
                both(compared.once, cost, of_option(result.option)),
                both(compared.slow, result.basis, of_option(result.option)),
            )
        )
    table = Table(
        id="options",
        columns=(
            Column(label=lang("State"), width=0.75),
            Column(label=heads.option, width=2.85),
            Column(label=heads.share, align="right", width=0.9),
            Column(label=heads.month, align="right", width=1.95),
            Column(label=heads.once, align="right", width=1.95),
            Column(label=heads.slow, align="right", width=1.5),
        ),
        rows=tuple(rows),
        strong_rows=tuple(place for place, result in enumerate(advice.ranking) if result.option == advice.option),
        groups=tuple(len(list(same)) for _, same in groupby(states)),
    )
    lead = Paragraph(
        runs=plain(
            lang(
                "Best first, and at the end what is held up. Each figure is a median, with the range that holds in "
                "eight of ten situations; one-off costs are spread over the months in which it should pay off."
            )
        ),
        tone="small",
    )
    return Section(id="options", title=lang("All options compared"), blocks=(lead, table) if rows else ())


def _gate(writer: Writer, rule: str) -> str:
    gate = writer.content.rule(rule).blocks
    return writer.lang(gate.missing) if gate else rule


def _cost(writer: Writer) -> Section:
    lang = writer.lang
    blocks: list[Block] = []
    chart = charts.cost_curve(writer.advice, writer.content, lang)
    if chart:
        blocks.append(writer.picture(chart))
    first = [result for result in writer.advice.ranking if result.option == writer.advice.option]
    blocks += [
        Paragraph(runs=(Run(text=said),))
        for said in (
            *(wording.price_route(result, writer.content, lang) for result in first),
            *wording.endings(writer.advice, writer.content, lang),
        )
        if said
    ]
    others = [result for result in writer.advice.ranking if result not in first and not result.blocked]
    items = [
        (
            Run(text=f"{writer.name(result.option)}. ", style="strong"),
            figure(
                wording.break_even(result, writer.advice, writer.content, lang),
                result.break_even.basis,
                of_option(result.option),
            ),
        )
        for result in (*first, *others)
        if result.break_even
    ][:MOST_BREAK_EVENS]
    if items:
        blocks.append(Items(numbered=False, items=tuple(items)))
    blocks += _bill(writer)
    blocks += _variants(writer)
    return Section(id="cost", title=lang("What it costs"), blocks=tuple(blocks))


def _bill(writer: Writer) -> list[Block]:
    lang = writer.lang
    result = option_result(writer.advice, writer.advice.option)
    if result is None or not result.cost:
        return []
    kinds = {"monthly": lang("each month"), "once": lang("once")}
    rows = tuple(
        (
            (Run(text=labels.cost_line(line.id, lang)), Run(text=f", {kinds[line.kind]}", style="quiet")),
            both(wording.amount(line.usd, lang), line.basis or result.basis, of_line(line)),
        )
        for line in sorted(result.cost, key=lambda line: line.kind == "once")
    )
    columns = (
        Column(label=lang("For what"), width=2.7),
        Column(label=lang("USD"), align="right", width=2),
    )
    monthly = sum(line.kind == "monthly" for line in result.cost)
    title = lang("The bill: {option}", option=writer.name(result.option))
    return [
        Table(
            id="bill",
            title=title,
            columns=columns,
            rows=rows,
            small=True,
            second_half=monthly if 0 < monthly < len(rows) else None,
        )
    ]


def _variants(writer: Writer) -> list[Block]:
    lang = writer.lang
    result = wording.prompted_today(writer.advice)
    if result is None:
        return []
    rows = []
    for variant in result.variants:
        if not (variant.allowed or variant.untested):
            continue
        name = [Run(text=labels.variant_name(variant.id, lang))]
        if variant.model:
            name.append(Run(text=f" ({variant.model})", style="quiet"))
        if variant.untested:
            name.append(Run(text=f", {lang('quality not tested yet')}", style="quiet"))
        rows.append(
            (
                tuple(name),
                both(wording.amount(variant.usd_month, lang), variant.basis or result.basis, of_option(result.option)),
            )
        )
    columns = (
        Column(label=lang("How"), width=3.9),
        Column(label=lang("Requests to the model, USD a month"), align="right", width=1.6),
    )
    title = lang("Cheaper without training: {option}", option=writer.name(result.option))
    if len(rows) < 2:
        return []
    return [Table(id="variants", title=title, columns=columns, rows=tuple(rows), small=True)]
