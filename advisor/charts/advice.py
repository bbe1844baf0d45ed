"""What an advice shows as charts: costs over volume, times, costs side by side, the weight of reasons, and verdicts.

Each is a specification, as `advisor.charts.specification` says; None where nothing is known to draw.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from advisor.charts.axes import Axis, Tick, apart, linear_axis, log_axis
from advisor.charts.specification import Dash, Limit, Line, LineChart, Mark, Marker, Point, Row, RowChart, Tone
from advisor.content.load import Content
from advisor.engine.advice import Advice, Band, Contribution, Curve, CurvePoint, OptionResult
from advisor.language import Language
from advisor.wording import CERTAIN, VERDICTS, labels, option_result, term_because
from advisor.wording.board import weighed
from advisor.wording.labels import Format

MOST_LINES = 4
MOST_ROWS = 8
MOST_REASONS = 12
"""Most reasons that a waterfall draws one by one."""
STYLES: tuple[tuple[Dash, Marker], ...] = (
    ("solid", "circle"),
    ("dashed", "square"),
    ("dotted", "triangle"),
    ("dash-dotted", "diamond"),
)


def cost_curve(advice: Advice, content: Content, lang: Language) -> LineChart | None:
    """Monthly cost over volume, both axes logarithmic; None if no cost is known."""
    curves = [curve for curve in _worth_drawing(advice) if any(_priced(curve))]
    if not curves:
        return None
    result = option_result(advice, advice.option)
    against = result.break_even.against if result and result.break_even else None
    xs = [point.requests_month for curve in curves for point in curve.points]
    banded = {advice.option, against}
    ys = [
        value
        for curve in curves
        for point in _priced(curve)
        for value in (
            point.usd_month.p50,
            *((point.usd_month.p10, point.usd_month.p90) if curve.option in banded else ()),
        )
        if value is not None and value > 0
    ]
    x = log_axis(xs, lang("Requests a month"), lambda value: labels.volume_tick(value, lang))
    y = log_axis(ys, lang("USD a month, all in"), lambda value: labels.volume_tick(value, lang))
    ends = [y.place(_positive(_priced(curve)[-1].usd_month.p50, y.low)) for curve in curves]
    lines = tuple(
        _line(curve, style, place, curve.option == advice.option, curve.option in banded, y.low, content, lang)
        for curve, style, place in zip(curves, STYLES, apart(ends), strict=False)
    )
    marks = _curve_marks(advice, result, x, lang)
    title = lang("What it costs a month, all in, by volume")
    return LineChart(
        id="cost_curve",
        title=title,
        alt=_curve_alt(title, curves, marks, content, lang),
        x=x,
        y=y,
        lines=lines,
        marks=marks,
        note=_curve_note(lines, marks, lang),
        columns=(lang("Requests a month"), *(line.label for line in lines)),
        rows=_curve_rows(curves, lang),
        basis=_union(
            *(entry.basis for option in curves if (entry := option_result(advice, option.option))),
            result.break_even.basis if result and result.break_even else (),
        ),
    )


def _worth_drawing(advice: Advice) -> list[Curve]:
    """At most four curves: the recommended option, what it is compared with, the option meanwhile, then the others."""
    result = option_result(advice, advice.option)
    first = [
        advice.option,
        result.break_even.against if result and result.break_even else None,
        advice.meanwhile,
        *(entry.option for entry in advice.ranking if not entry.blocked),
    ]
    by_option = {curve.option: curve for curve in advice.curves}
    order = [name for name in dict.fromkeys([*first, *by_option]) if name in by_option]
    return [by_option[name] for name in order[:MOST_LINES]]


def _priced(curve: Curve) -> list[CurvePoint]:
    return [point for point in curve.points if point.usd_month.p50 is not None]


def _line(
    curve: Curve,
    style: tuple[Dash, Marker],
    place: float,
    strong: bool,
    banded: bool,
    floor: float,
    content: Content,
    lang: Language,
) -> Line:
    points = _priced(curve)
    whole = banded and all(point.usd_month.p10 is not None and point.usd_month.p90 is not None for point in points)
    return Line(
        id=curve.option,
        label=labels.option_name(curve.option, content, lang),
        x=tuple(point.requests_month for point in points),
        y=tuple(_positive(point.usd_month.p50, floor) for point in points),
        y_texts=tuple(
            labels.median(point.usd_month, lambda value: labels.money(value, lang), lang) for point in points
        ),
        low=tuple(_positive(point.usd_month.p10, floor) for point in points) if whole else (),
        high=tuple(_positive(point.usd_month.p90, floor) for point in points) if whole else (),
        dash=style[0],
        marker=style[1],
        strong=strong,
        label_at=place,
    )


def _curve_marks(advice: Advice, result: OptionResult | None, x: Axis, lang: Language) -> tuple[Mark, ...]:
    marked: list[tuple[Literal["here", "break_even"], Band, str]] = [
        ("here", advice.requests_month, lang("you are here")),
    ]
    if result and result.break_even:
        marked.append(("break_even", result.break_even.requests_month, lang("break-even")))
    marks: list[Mark] = []
    for kind, where, name in marked:
        if where.p50 is None or not x.low <= where.p50 <= x.high:
            continue
        near = any(abs(x.place(mark.at) - x.place(where.p50)) < 0.3 for mark in marks)
        exact = kind == "here" and where.p10 == where.p90
        volume = labels.count(where.p50, lang) if exact else labels.volume(where.p50, lang)
        label = lang("{what}: {volume}", what=name, volume=volume)
        marks.append(
            Mark(
                id=kind,
                at=where.p50,
                low=max(where.p10, x.low) if where.p10 is not None else None,
                high=min(where.p90, x.high) if where.p90 is not None else None,
                label=label,
                level=1 if near else 0,
            )
        )
    return tuple(marks)


def _curve_note(lines: Sequence[Line], marks: Sequence[Mark], lang: Language) -> str:
    sentences = [
        lang("The shaded band holds eight of ten situations of {option}.", option=labels.in_sentence(line.label))
        if line.strong
        else lang(
            "The two thin lines enclose eight of ten situations of {option}.", option=labels.in_sentence(line.label)
        )
        for line in lines
        if line.low
    ]
    if any(mark.id == "here" and mark.ranges for mark in marks):
        sentences.append(lang("The grey strip is where your volume lies in eight of ten situations."))
    sentences.append(lang("Both axes are logarithmic: steps of equal length multiply by the same factor."))
    return " ".join(sentences)


def _curve_alt(title: str, curves: Sequence[Curve], marks: Sequence[Mark], content: Content, lang: Language) -> str:
    sentences = [f"{title}."]
    for curve in curves:
        first, last = _priced(curve)[0], _priced(curve)[-1]
        sentences.append(
            lang(
                "{option}: from {low} at {least} requests to {high} at {most} requests.",
                option=labels.option_name(curve.option, content, lang),
                low=labels.median(first.usd_month, _money(lang), lang),
                high=labels.median(last.usd_month, _money(lang), lang),
                least=labels.volume(first.requests_month, lang),
                most=labels.volume(last.requests_month, lang),
            )
        )
    sentences += [f"{mark.label[:1].upper()}{mark.label[1:]}." for mark in marks]
    return " ".join(sentences)


def _curve_rows(curves: Sequence[Curve], lang: Language) -> tuple[tuple[str, ...], ...]:
    volumes = sorted({point.requests_month for curve in curves for point in curve.points})
    costs = [{point.requests_month: point.usd_month for point in curve.points} for curve in curves]
    none = Band(p10=None, p50=None, p90=None)
    return tuple(
        (labels.volume(volume, lang), *(labels.band(cost.get(volume, none), _money(lang), lang) for cost in costs))
        for volume in volumes
    )


def latency_bars(advice: Advice, content: Content, lang: Language) -> RowChart | None:
    """Answer time of each option, median and p95, against the limit; None if no time is known."""
    results = _shown(advice)
    known = [value for entry in results for value in (entry.latency.p50, entry.latency_p95.p50) if value is not None]
    if not known:
        return None

    def show(value: float) -> str:
        return labels.seconds(value, lang)

    limit = advice.latency_limit
    axis = linear_axis([0.0, *known, *([limit * 1.1] if limit else [])], lang("seconds"), show)
    half, slow = lang("half of the answers"), lang("95 of 100 answers")
    rows = []
    sentences = []
    for entry in results:
        p50, p95 = entry.latency.p50, entry.latency_p95.p50
        text = ""
        if p50 is not None and p95 is not None:
            text = lang("{half}, 95 of 100: {slow}", half=show(p50), slow=show(p95))
        rows.append(
            Row(
                id=entry.option,
                label=labels.option_name(entry.option, content, lang),
                text=text or labels.median(entry.latency, show, lang),
                bar=(0.0, p50) if p50 is not None else None,
                span=(p50, p95) if p50 is not None and p95 is not None else None,
                points=(Point(at=p95, marker="diamond", label=slow),) if p95 is not None else (),
                tone="main" if entry.option == advice.option else "plain",
            )
        )
        sentences.append(_waiting(rows[-1], p50, p95, lang))
    title = lang("How long an answer takes")
    if limit:
        sentences.append(lang("The limit for 95 of 100 answers is {limit}.", limit=show(limit)))
    return RowChart(
        id="latency",
        title=title,
        alt=f"{title}. {' '.join(sentences)}",
        x=axis,
        marks=tuple(rows),
        limits=(Limit(at=limit, label=lang("limit {limit}", limit=show(limit))),) if limit else (),
        legend=(Point(at=0, marker="square", label=half), Point(at=0, marker="diamond", label=slow)),
        columns=(lang("Option"), half, slow),
        rows=tuple(
            (
                labels.option_name(entry.option, content, lang),
                labels.band(entry.latency, show, lang),
                labels.band(entry.latency_p95, show, lang),
            )
            for entry in results
        ),
        basis=_union(*(part.basis for entry in results for part in entry.latency_parts), *(e.basis for e in results)),
    )


def _waiting(row: Row, half: float | None, slow: float | None, lang: Language) -> str:
    """A row of the answer times as a sentence."""
    if half is None or slow is None:
        return lang("{option}: {time}.", option=row.label, time=row.text)
    times = {"half": labels.seconds(half, lang), "slow": labels.seconds(slow, lang)}
    return lang("{option}: half of the answers within {half}, 95 of 100 within {slow}.", option=row.label, **times)


def cost_comparison(advice: Advice, content: Content, lang: Language) -> RowChart | None:
    """Cost a month of each option, one-off costs spread over the horizon: median and 10-90 % on a logarithmic axis."""
    results = _shown(advice)
    ends = [
        value
        for entry in results
        for value in (entry.usd_month.p10, entry.usd_month.p50, entry.usd_month.p90)
        if value is not None and value > 0
    ]
    if not ends:
        return None
    axis = log_axis(ends, lang("USD a month, all in"), lambda value: labels.volume_tick(value, lang))
    rows = []
    for entry in results:
        cost = entry.usd_month
        rows.append(
            Row(
                id=entry.option,
                label=labels.option_name(entry.option, content, lang),
                text=labels.median(cost, _money(lang), lang),
                span=(_positive(cost.p10, axis.low), _positive(cost.p90, axis.low))
                if cost.p10 is not None and cost.p90 is not None
                else None,
                points=(Point(at=_positive(cost.p50, axis.low), marker="circle", label=lang("median")),)
                if cost.p50 is not None
                else (),
                tone="main" if entry.option == advice.option else "plain",
            )
        )
    title = lang("What each option costs a month, all in")
    costs = "; ".join(
        f"{labels.option_name(entry.option, content, lang)} {labels.band(entry.usd_month, _money(lang), lang)}"
        for entry in results
    )
    return RowChart(
        id="cost_comparison",
        title=title,
        alt=f"{title}. {costs}.",
        x=axis,
        marks=tuple(rows),
        note=lang(
            "The dot is the median; the bar holds eight of ten situations. The axis is logarithmic: steps of equal "
            "length multiply by the same factor."
        ),
        columns=(lang("Option"), lang("USD a month, all in")),
        rows=tuple(
            (labels.option_name(entry.option, content, lang), labels.band(entry.usd_month, _money(lang), lang))
            for entry in results
        ),
        basis=_union(*(line.basis for entry in results for line in entry.cost), *(entry.basis for entry in results)),
    )


def evidence_waterfall(advice: Advice, content: Content, lang: Language) -> RowChart | None:
    """From where the recommended option starts against its runner-up to where it ends, one bar a term; small ones are
    drawn together.

    Decibans add up, so the bars do: 10 are odds of ten to one. None if either option is not in the ranking.
    """
    option, rival = (option_result(advice, name) for name in (advice.option, advice.runner_up))
    if option is None or rival is None:
        return None
    steps = argument(advice)
    drawn, small = steps[:MOST_REASONS], steps[MOST_REASONS:]
    parts = [(entry.term, _reason(entry, advice, content, lang), entry.decibans) for entry in drawn]
    pro = [entry.decibans for entry in small if entry.decibans > 0]
    con = [entry.decibans for entry in small if entry.decibans < 0]
    if pro:
        parts.append(
            ("smaller_for", lang.plural("{n} smaller reason for it", "{n} smaller reasons for it", len(pro)), sum(pro))
        )
    if con:
        name = lang.plural("{n} smaller reason against it", "{n} smaller reasons against it", len(con))
        parts.append(("smaller_against", name, sum(con)))
    level = option.prior - rival.prior
    rows = [_step("prior", lang("Where this option starts"), 0.0, level, "total", lang)]
    for term, label, decibans in parts:
        rows.append(_step(term, label, level, level + decibans, "for" if decibans >= 0 else "against", lang))
        level += decibans
    end = _step("total", lang("Where it ends, in a typical situation"), 0.0, level, "total", lang)
    sentences = _weighed([*rows, end], {entry.term: entry for entry in drawn}, advice, content, lang)
    rows.append(end)
    title = lang(
        "Why {option} rather than {rival}: what speaks for and against it",
        option=labels.in_sentence(labels.option_name(advice.option, content, lang)),
        rival=labels.in_sentence(labels.option_name(advice.runner_up, content, lang)),
    )
    note = lang(
        "The longer a bar, the more a reason weighs: 3 doubles the odds of this option against the other, 10 makes "
        "them ten times as high. They add up; what limits close or make dear is not in them."
    )
    alt = " ".join([f"{title}.", *sentences, note])
    if any(entry.share < CERTAIN for entry in drawn):
        note += " " + lang("A percentage before a reason is the share of the situations in which it counts.")
    reach = [value for row in rows if row.bar for value in row.bar]
    return RowChart(
        id=f"evidence_{advice.option}",
        title=title,
        alt=alt,
        x=_odds_axis(reach, lang),
        marks=tuple(rows),
        note=note,
        columns=(lang("Reason"), lang("How much it weighs")),
        rows=tuple((row.label, row.text) for row in rows),
        basis=option.basis,
    )


def argument(advice: Advice) -> list[Contribution]:
    """What each term adds to the recommended option against its runner-up, heaviest first."""
    return weighed(advice, advice.option, advice.runner_up)


def _weighed(
    rows: Iterable[Row], reasons: Mapping[str, Contribution], advice: Advice, content: Content, lang: Language
) -> list[str]:
    """Each row of a waterfall as a sentence."""
    sentences = []
    for row in rows:
        entry = reasons.get(row.id)
        reason = term_because(row.id, advice, content, lang) if entry else row.label
        values = {"reason": reason.rstrip("."), "weight": row.text}
        if entry is None or entry.share >= CERTAIN:
            sentences.append(lang("{reason}: {weight}.", **values))
        else:
            share = lang.percent(entry.share)
            sentences.append(lang("{reason}: {weight}, true in {share} of the situations.", share=share, **values))
    return sentences


def _reason(entry: Contribution, advice: Advice, content: Content, lang: Language) -> str:
    """The sentence of a term, with its share of the scenarios before it where it does not hold in all."""
    because = term_because(entry.term, advice, content, lang)
    return because if entry.share >= CERTAIN else f"{lang.percent(entry.share)}: {because}"


def _step(name: str, label: str, start: float, end: float, tone: Tone, lang: Language) -> Row:
    change = end - start
    text = lang.number(change, 2) if tone == "total" else labels.signed(change, lang)
    return Row(id=name, label=label, text=text, bar=(start, end), tone=tone)


def _odds_axis(values: Sequence[float], lang: Language) -> Axis:
    low, high = min(-10.0, *values), max(10.0, *values)
    ends = (10 * math.floor(low / 10), 10 * math.ceil(high / 10))
    step = 10 if ends[1] - ends[0] <= 60 else 20
    ticks = []
    for at in range(ends[0], ends[1] + 1, step):
        odds = lang.number(10.0 ** abs(at / 10), 6)
        ticks.append(Tick(at=at, label=lang("even") if at == 0 else f"{odds} : 1" if at > 0 else f"1 : {odds}"))
    return Axis(label=lang("odds against the runner-up"), low=ends[0], high=ends[1], log=False, ticks=tuple(ticks))


def verdict_shares(advice: Advice, lang: Language) -> RowChart:
    """The share of the scenarios that gives each verdict."""
    shares = [(verdict, advice.verdict_shares.get(verdict, 0.0)) for verdict in VERDICTS]
    title = lang("How many situations give each verdict")
    rows = tuple(
        Row(
            id=verdict,
            label=labels.verdict_name(verdict, lang),
            text=lang.percent(share),
            bar=(0.0, share),
            tone="main" if verdict == advice.verdict else "plain",
        )
        for verdict, share in shares
    )
    ticks = tuple(Tick(at=at, label=lang.percent(at)) for at in (0.0, 0.25, 0.5, 0.75, 1.0))
    return RowChart(
        id="verdict_shares",
        title=title,
        alt=f"{title}. " + ", ".join(f"{row.label}: {row.text}" for row in rows) + ".",
        x=Axis(label=lang("share of the situations"), low=0, high=1, log=False, ticks=ticks),
        marks=rows,
        columns=(lang("Verdict"), lang("share of the situations")),
        rows=tuple((row.label, row.text) for row in rows),
        basis=(),
    )


def _shown(advice: Advice) -> list[OptionResult]:
    """The options drawn in a comparison, in the order of the ladder: the best ones, always with the recommended one."""
    open_ones = [entry for entry in advice.ranking if not entry.blocked or entry.option == advice.option]
    return sorted(open_ones[:MOST_ROWS], key=lambda entry: entry.rung)


def _money(lang: Language) -> Format:
    return lambda value: labels.money(value, lang)


def _positive(value: float | None, floor: float) -> float:
    """A value that a logarithmic axis can show: nothing costs less than its lower end."""
    return max(value or 0.0, floor)


def _union(*groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ref for group in groups for ref in group))
