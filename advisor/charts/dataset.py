"""Charts of what a training file holds: how long its rows are, which are too long, how often each label stands."""

from __future__ import annotations

from advisor.charts.axes import linear_axis, log_axis
from advisor.charts.specification import Point, Row, RowChart
from advisor.content.load import Content
from advisor.dataset.inspection.profile import Profile, Spread
from advisor.dataset.platforms import example_limits
from advisor.dataset.privacy.mask import masked
from advisor.language import Language

MOST_CLASSES = 8
"""Labels that are drawn."""
MOST_LISTED = 100
"""Labels in the table below the picture."""


def lengths(profile: Profile, lang: Language) -> RowChart:
    """How long rows and their parts are, in tokens: a span from the 10th to the 90th percentile, and the median."""
    named: list[tuple[str, str, Spread | None]] = [
        ("row", lang("The whole row"), profile.tokens),
        ("system", lang("Instructions"), profile.system_tokens),
        ("prompt", lang("Question"), profile.prompt_tokens),
        ("answer", lang("Answer"), profile.answer_tokens),
    ]
    known = [(key, name, spread) for key, name, spread in named if spread and spread.most > 0]
    marks = tuple(
        Row(
            id=key,
            label=name,
            text=_tokens(spread.median, lang),
            span=(max(spread.p10, 1.0), max(spread.p90, 1.0)),
            points=(Point(at=max(spread.median, 1.0), marker="circle", label=lang("Median")),),
            tone="main" if key == "row" else "plain",
        )
        for key, name, spread in known
    )
    cells = tuple(
        (name, *(lang.number(n, 6) for n in (s.least, s.p10, s.median, s.p90, s.most)), lang.number(s.total, 6))
        for _, name, s in known
    )
    figures = "; ".join(
        f"{name}: {lang.number(s.p10, 6)}, {lang.number(s.median, 6)}, {lang.number(s.p90, 6)}" for _, name, s in known
    )
    ends = [max(end, 1.0) for _, _, s in known for end in (s.p10, s.p90)]
    return RowChart(
        id="lengths",
        title=lang("How long the rows are"),
        alt=lang("Tokens at the 10th percentile, the median and the 90th percentile. {figures}", figures=figures),
        x=log_axis(ends, lang("Tokens"), lambda value: lang.number(value, 6)),
        marks=marks,
        legend=(Point(at=0, marker="circle", label=lang("Median")),),
        note=lang("Each bar runs from the 10th to the 90th percentile; the axis is logarithmic."),
        columns=(
            lang("Part"),
            lang("Least"),
            "10%",
            lang("Median"),
            "90%",
            lang("Most"),
            lang("All rows together"),
        ),
        rows=cells,
        basis=(),
    )


def too_long(profile: Profile, content: Content, lang: Language) -> RowChart:
    """For each platform that names a limit, the share of rows beyond it."""
    known = example_limits(content)
    rows = [(key, known[key][0], share, lang.number(known[key][1].value, 7)) for key, share in profile.too_long.items()]
    figures = "; ".join(f"{name}: {lang.percent(share)}" for _, name, share, _ in rows)
    return RowChart(
        id="too-long",
        title=lang("Rows longer than a platform uses"),
        alt=lang("Share of the rows beyond each platform's limit. {figures}", figures=figures),
        x=linear_axis([0.0, max(0.05, *profile.too_long.values())], lang("Share of the rows"), lang.percent),
        marks=tuple(
            Row(
                id=key.replace("/", "-"),
                label=name,
                text=lang.percent(share),
                bar=(0.0, share),
                tone="against" if share else "plain",
            )
            for key, name, share, _ in rows
        ),
        note=lang("What is beyond the limit is cut off, and the model does not learn from it."),
        columns=(lang("Platform"), lang("Limit (tokens)"), lang("Share of the rows")),
        rows=tuple((name, limit, lang.percent(share)) for _, name, share, limit in rows),
        basis=(),
    )


def classes(profile: Profile, lang: Language) -> RowChart:
    """The most frequent answers, where answers are labels."""
    total = sum(profile.labels.values())
    named = [(masked(name), n) for name, n in list(profile.labels.items())[:MOST_LISTED]]
    top = named[:MOST_CLASSES]
    rest = len(profile.labels) - len(top)
    figures = "; ".join(f"{name}: {lang.percent(n / total)}" for name, n in top)
    return RowChart(
        id="classes",
        title=lang("How often each label is the answer"),
        alt=lang("Share of the rows with each label. {figures}", figures=figures),
        x=linear_axis([0.0, max(n / total for _, n in top)], lang("Share of the rows"), lang.percent),
        marks=tuple(
            Row(id=f"class-{place}", label=name, text=lang.percent(n / total), bar=(0.0, n / total), tone="main")
            for place, (name, n) in enumerate(top)
        ),
        note=lang.plural("{n} more label is not drawn.", "{n} more labels are not drawn.", rest) if rest else "",
        columns=(lang("Label"), lang("Rows"), lang("Share of the rows")),
        rows=tuple((name, lang.number(n, 6), lang.percent(n / total)) for name, n in named),
        basis=(),
    )


def _tokens(n: float, lang: Language) -> str:
    return lang("1 token") if n == 1 else lang("{n} tokens", n=lang.number(n, 6))
