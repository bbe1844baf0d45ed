"""The trade-off in one picture: every option by its running cost a month and its answer time, and the user's limits.

The picture is placed here, in pixels of its own, so that a renderer only draws it: no label lies on another or is cut.
Both axes are logarithmic. An option without a known cost or time has no place; it stands in the rows all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Literal

from advisor.charts.axes import Axis, log_axis
from advisor.content.load import Content
from advisor.engine.advice import Advice, OptionResult, Record
from advisor.language import Language
from advisor.wording import labels, running, slow_within
from advisor.wording.grounds import missing_name, option_result

WIDTH, HEIGHT = 360, 270
"""Of the picture, in its own pixels: about those of a phone."""
WEST, EAST, NORTH, SOUTH = 46, 14, 34, 40
"""Margins for ticks and the names of the axes."""
LETTER = 7.6
"""Width of a letter of a label, at most, in pixels of the picture."""
LINE = 13
"""Height of a label."""
DOT = 4.5
CHOSEN = 8.0
"""Radii of a dot."""

State = Literal["chosen", "open", "held_up"]
Box = tuple[float, float, float, float]


class TradeOffRow(Record):
    """An option as a row of the table: `number` is its label in the picture."""

    option: str
    number: int
    name: str
    state: State
    share: str
    month: str
    slow: str
    why: str
    """What holds it up; empty where nothing does."""


class Dot(Record):
    """An option in the picture: the centre of its dot, the middle of its label, and where its cost reaches."""

    option: str
    state: State
    label: str
    x: float
    y: float
    radius: float
    label_x: float
    label_y: float
    low: float | None = None
    high: float | None = None


class LimitLine(Record):
    """A limit of the user: a line across at `at`, from below or from the left, with the middle of its label."""

    across: Literal["time", "cost"]
    at: float
    label: str
    label_x: float
    label_y: float


class Move(Record):
    """From where the recommended option was with other answers, to where the one recommended now is."""

    x: float
    y: float
    to_x: float
    to_y: float


class TradeOff(Record):
    id: str = "trade_off"
    title: str
    alt: str
    x: Axis
    y: Axis
    dots: tuple[Dot, ...]
    limits: tuple[LimitLine, ...]
    columns: tuple[str, ...]
    """Heads of the rows: number, name, share, month, slow."""
    rows: tuple[TradeOffRow, ...]
    basis: tuple[str, ...]
    moved: Move | None = None
    absent: str = ""
    """Why the recommended option has no dot; empty where it has one."""


def trade_off(advice: Advice, content: Content, lang: Language, before: Advice | None = None) -> TradeOff | None:
    """The picture of an advice; None where no option has both a known cost and a known time. `before` is the advice on
    other answers: the picture then says how far what is recommended has moved.
    """
    rows = _rows(advice, content, lang)
    placed = [entry for entry in advice.ranking if entry.usd_month_running.p50 and entry.latency_p95.p50]
    if not placed:
        return None
    budget, slowest = _upper(advice.answers.get("budget_month")), advice.latency_limit
    costs = [entry.usd_month_running.p50 or 0.0 for entry in placed]
    chosen = next((entry for entry in placed if entry.option == advice.option), None)
    costs += [end for end in (chosen.usd_month_running.p10, chosen.usd_month_running.p90) if end] if chosen else []
    times = [entry.latency_p95.p50 or 0.0 for entry in placed]
    old = option_result(before, before.option) if before else None
    was = (old.usd_month_running.p50, old.latency_p95.p50) if old else (None, None)
    costs += [was[0]] if was[0] and was[1] else []
    times += [was[1]] if was[0] and was[1] else []
    x = _axis([*costs, *([budget] if budget else [])], lang("USD a month, running"), True, lang)
    y = _axis([*times, *([slowest] if slowest else [])], slow_within(lang), False, lang)
    centres = [
        (pixel_x(x, entry.usd_month_running.p50 or 0.0), pixel_y(y, entry.latency_p95.p50 or 0.0)) for entry in placed
    ]
    limits = _limits(budget, slowest, x, y, [(a - DOT, b - DOT, a + DOT, b + DOT) for a, b in centres], lang)
    taken = [box for limit in limits for box in (_box(limit.label_x, limit.label_y, limit.label), _line_box(limit))]
    dots = _dots(placed, centres, rows, x, taken)
    title = lang("What you trade")
    absent = "" if chosen else _absent(advice, rows, lang)
    sentences = [
        lang(
            "{option}: {month} a month to run; 95 of 100 answers within {slow}.",
            option=row.name,
            month=row.month,
            slow=row.slow,
        )
        for row in rows
    ]
    return TradeOff(
        title=title,
        alt=" ".join(
            part for part in (f"{title}.", *sentences, *(f"{limit.label}." for limit in limits), absent) if part
        ),
        x=x,
        y=y,
        dots=dots,
        limits=limits,
        columns=(lang("No."), lang("Option"), lang("Teams"), running(lang), lang("Time")),
        rows=rows,
        basis=tuple(dict.fromkeys(key for entry in placed for key in entry.basis)),
        moved=_move(was, next((dot for dot in dots if dot.state == "chosen"), None), x, y),
        absent=absent,
    )


def _absent(advice: Advice, rows: Sequence[TradeOffRow], lang: Language) -> str:
    """That the recommended option has no dot, since its cost or its time is unknown."""
    row = next((row for row in rows if row.state == "chosen"), None)
    entry = option_result(advice, advice.option)
    if row is None or entry is None:
        return ""
    values = {"number": row.number, "option": labels.in_sentence(row.name)}
    if entry.latency_p95.p50:
        return lang("{number}, {option}, has no dot: its cost a month is unknown.", **values)
    if entry.usd_month_running.p50:
        return lang("{number}, {option}, has no dot: its answer time is unknown.", **values)
    return lang("{number}, {option}, has no dot: its cost and its answer time are unknown.", **values)


def _move(was: tuple[float | None, float | None], now: Dot | None, x: Axis, y: Axis) -> Move | None:
    """None where either place is unknown."""
    if now is None or not was[0] or not was[1]:
        return None
    return Move(x=pixel_x(x, was[0]), y=pixel_y(y, was[1]), to_x=now.x, to_y=now.y)


def pixel_x(axis: Axis, value: float) -> float:
    """Where a cost lies, from the left."""
    return round(WEST + axis.place(value) * (WIDTH - WEST - EAST), 1)


def pixel_y(axis: Axis, value: float) -> float:
    """Where a time lies, from the top: quick is below."""
    return round(HEIGHT - SOUTH - axis.place(value) * (HEIGHT - NORTH - SOUTH), 1)


def _axis(values: Sequence[float], label: str, money: bool, lang: Language) -> Axis:
    """An axis with room around its outermost values."""
    reach = [min(values) / 1.3, *values, max(values) * 1.3]
    return log_axis(
        reach, label, lambda value: labels.money_tick(value, lang) if money else labels.seconds(value, lang)
    )


def _upper(answer: object) -> float | None:
    """The limit that an answer sets: of a range its upper end."""
    if isinstance(answer, tuple | list):
        answer = answer[-1]
    return float(answer) if isinstance(answer, int | float) and answer > 0 else None


def _rows(advice: Advice, content: Content, lang: Language) -> tuple[TradeOffRow, ...]:
    """Every option in the order of the advice, numbered from 1."""
    rows = []
    for number, entry in enumerate(advice.ranking, 1):
        state: State = "chosen" if entry.option == advice.option else "held_up" if entry.blocked else "open"
        rows.append(
            TradeOffRow(
                option=entry.option,
                number=number,
                name=labels.option_name(entry.option, content, lang),
                state=state,
                share=lang.percent(entry.share),
                month=labels.median(entry.usd_month_running, partial(labels.money, lang=lang), lang),
                slow=labels.median(entry.latency_p95, partial(labels.seconds, lang=lang), lang),
                why=_why(entry, advice, content, lang),
            )
        )
    return tuple(rows)


def _why(entry: OptionResult, advice: Advice, content: Content, lang: Language) -> str:
    """What holds an option up most, as a noun phrase."""
    if not entry.blocked:
        return ""
    gap = next((gap for gap in advice.missing if entry.blocked_by and gap.rule == entry.blocked_by[0].rule), None)
    return missing_name(gap, content, lang) if gap else ""


def _limits(
    budget: float | None, slowest: float | None, x: Axis, y: Axis, taken: list[Box], lang: Language
) -> tuple[LimitLine, ...]:
    lines = []
    if budget:
        label = lang("your budget, running: {limit}", limit=labels.money(budget, lang))
        at = pixel_x(x, budget)
        half = _wide(label) / 2
        middle = min(max(at, WEST + half), WIDTH - EAST - half)
        height = NORTH - LINE / 2 - 1
        lines.append(LimitLine(across="cost", at=at, label=label, label_x=middle, label_y=height))
        taken = [*taken, _box(middle, height, label), _line_box(lines[0])]
    if slowest:
        label = lang("your limit: {limit}", limit=labels.seconds(slowest, lang))
        at = pixel_y(y, slowest)
        half = _wide(label) / 2
        places = [
            (middle, at + side * (LINE / 2 + 2))
            for side in (-1, 1)
            for middle in (WIDTH - EAST - half, WEST + half + 2, (WEST + WIDTH - EAST) / 2)
        ]
        label_x, label_y = min(places, key=lambda place: _covered(_box(place[0], place[1], label), taken))
        lines.append(LimitLine(across="time", at=at, label=label, label_x=label_x, label_y=label_y))
    return tuple(reversed(lines))


def _line_box(limit: LimitLine) -> Box:
    """The line itself, which labels keep off where they can."""
    if limit.across == "time":
        return (WEST, limit.at - 1, WIDTH - EAST, limit.at + 1)
    return (limit.at - 1, NORTH, limit.at + 1, HEIGHT - SOUTH)


def _dots(
    placed: Sequence[OptionResult],
    centres: Sequence[tuple[float, float]],
    rows: Sequence[TradeOffRow],
    x: Axis,
    taken: list[Box],
) -> tuple[Dot, ...]:
    """The dots, and beside each its label where nothing else lies; the one recommended chooses first."""
    by_option = {row.option: row for row in rows}
    each = [(entry, by_option[entry.option], *centre) for entry, centre in zip(placed, centres, strict=True)]
    each.sort(key=lambda one: one[1].state != "chosen")
    radii = {row.option: CHOSEN if row.state == "chosen" else DOT for _, row, _, _ in each}
    bodies = [
        (across - radii[row.option], down - radii[row.option], across + radii[row.option], down + radii[row.option])
        for _, row, across, down in each
    ]
    reaches = {
        row.option: (pixel_x(x, entry.usd_month_running.p10), pixel_x(x, entry.usd_month_running.p90))
        for entry, row, _, _ in each
        if row.state == "chosen" and entry.usd_month_running.p10 and entry.usd_month_running.p90
    }
    for _, row, _, down in each:
        if row.option in reaches:
            low, high = reaches[row.option]
            bodies.append((low, down - 2, high, down + 2))
    dots = []
    for _, row, across, down in each:
        label = str(row.number) if row.state != "chosen" else f"{row.number} · {row.share}"
        label_x, label_y = _free(label, across, down, radii[row.option], [*taken, *bodies])
        taken = [*taken, _box(label_x, label_y, label)]
        reach = reaches.get(row.option, (None, None))
        dots.append(
            Dot(
                option=row.option,
                state=row.state,
                label=label,
                x=across,
                y=down,
                radius=radii[row.option],
                label_x=round(label_x, 1),
                label_y=round(label_y, 1),
                low=reach[0],
                high=reach[1],
            )
        )
    return tuple(dots)


def _free(label: str, x: float, y: float, radius: float, taken: Sequence[Box]) -> tuple[float, float]:
    """The nearest middle of a label beside a dot, inside the picture, at which it covers least of what is there."""
    half = _wide(label) / 2
    places: list[tuple[float, float]] = []
    for step in range(4):
        far, high = radius + 2 + half + step * 9, radius + 2 + LINE / 2 + step * 9
        near = radius + step * 9
        places += [(x + far, y), (x - far, y), (x, y - high), (x, y + high)]
        places += [
            (x + side * (near * 0.7 + half), y + up * (near * 0.7 + LINE / 2)) for side in (1, -1) for up in (-1, 1)
        ]
    inside = [place for place in places if _inside(_box(place[0], place[1], label))]
    covered = {}
    for place in inside:
        covered[place] = _covered(_box(place[0], place[1], label), taken)
        if not covered[place]:
            break
    return min(covered, key=lambda place: covered[place])


def _inside(box: Box) -> bool:
    return box[0] >= WEST and box[1] >= NORTH - LINE and box[2] <= WIDTH and box[3] <= HEIGHT - SOUTH + 2


def _covered(box: Box, taken: Iterable[Box]) -> float:
    """How much of a box others cover, in square pixels."""
    return sum(
        (min(box[2], other[2]) - max(box[0], other[0])) * (min(box[3], other[3]) - max(box[1], other[1]))
        for other in taken
        if box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
    )


def _wide(label: str) -> float:
    return len(label) * LETTER


def _box(x: float, y: float, label: str) -> Box:
    return (x - _wide(label) / 2, y - LINE / 2, x + _wide(label) / 2, y + LINE / 2)
