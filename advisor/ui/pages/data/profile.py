"""What a training file holds, in figures and pictures; and what of it can answer the interview's questions."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from advisor.charts.advice import Point, Row, RowChart
from advisor.charts.axes import linear_axis, log_axis
from advisor.dataset.inspection.inspect import Inspection
from advisor.dataset.inspection.profile import Profile, Spread
from advisor.dataset.notebook import epochs
from advisor.dataset.platforms import example_limits
from advisor.dataset.privacy.mask import masked
from advisor.dataset.readiness.answers import answers, disputed, news, taken
from advisor.language import Language
from advisor.ui.navigation import go
from advisor.ui.parts.markup import badge, esc, plain, section, show, table
from advisor.ui.parts.plots import draw
from advisor.ui.session import Session, content
from advisor.wording import labels

MOST_CLASSES = 8
"""Labels that are drawn."""
MOST_LISTED = 100
"""Labels in the table below the picture."""


def profile(inspection: Inspection, lang: Language) -> None:
    """Counts, lengths and classes."""
    held = inspection.profile
    section(lang("What the file holds"), "profile")
    rows = [[esc(name), esc(value)] for name, value in _facts(inspection, lang)]
    show(table((lang("Figure"), lang("Value")), rows, caption=lang("What the file holds"), kind="facts"), key="facts")
    if held.tokens and held.tokens.most:
        draw(_lengths(held, lang), lang)
    if any(held.too_long.values()):
        draw(_too_long(held, lang), lang)
    elif held.too_long:
        st.html(f'<p class="quiet">{esc(_short(held, lang))}</p>')
    if held.labels:
        draw(_classes(held, lang), lang)


def _facts(inspection: Inspection, lang: Language) -> list[tuple[str, str]]:
    held = inspection.profile

    def of_rows(n: int, rows: int) -> str:
        return lang("{n} ({share})", n=lang.number(n, 6), share=lang.percent(n / rows)) if rows else lang.number(n, 6)

    facts = [
        (lang("Rows"), lang.number(held.rows, 6)),
        (lang("Rows that could be read"), of_rows(held.readable, held.rows)),
        (lang("Rows with an answer to learn"), of_rows(held.answered, held.rows)),
    ]
    if held.tokens:
        counted = (
            lang("texts counted exactly with {name}; what a chat adds is an estimate", name=held.tokenizer)
            if held.exact
            else lang("an estimate: the vocabulary {name} is missing", name=held.tokenizer)
        )
        if held.with_images:
            counted = lang("at least, since images are not counted")
        facts.append((lang("Tokens, all rows"), f"{lang.number(held.tokens.total, 6)} – {counted}"))
    if n := epochs(held.answered):
        facts.append(
            (
                lang("Epochs by the rule of OpenAI's cookbook"),
                lang.plural(
                    "{n}, an estimate: the platform chooses by itself",
                    "{n}, an estimate: the platform chooses by itself",
                    n,
                ),
            )
        )
    facts += [
        (
            lang("Different system prompts"),
            lang(
                "{n}, in {rows}",
                n=lang.number(held.systems, 6),
                rows=lang.plural("{n} row", "{n} rows", held.with_system),
            )
            if held.systems
            else lang("none"),
        ),
        (lang("Answers that refuse"), of_rows(held.refusals, held.answered)),
        (lang("Rows that repeat an earlier one"), of_rows(held.duplicates, held.rows)),
        (lang("Rows nearly like an earlier one"), of_rows(held.near_duplicates, held.rows)),
        (lang("Same question, another answer"), of_rows(held.conflicts, held.rows)),
        (lang("Validation rows that are also in the training file"), _leaked(held, lang)),
        (lang("Personal data and secrets"), _private(held.private, lang)),
    ]
    return facts


def _leaked(held: Profile, lang: Language) -> str:
    if held.leaked is None:
        return lang("not checked: no validation file")
    return lang("{n} of {rows}", n=lang.number(held.leaked, 6), rows=lang.number(held.validation_rows or 0, 6))


def _private(found: Mapping[str, int], lang: Language) -> str:
    titles = {check.id: lang(check.title) for check in content().checks}
    if not found:
        return lang("none recognised, which does not prove that there is none")
    return "; ".join(f"{titles[key]}: {lang.number(n, 6)}" for key, n in found.items())


def _lengths(held: Profile, lang: Language) -> RowChart:
    """How long rows and their parts are: a span from the 10th to the 90th percentile, and the median."""
    named: list[tuple[str, str, Spread | None]] = [
        ("row", lang("The whole row"), held.tokens),
        ("system", lang("Instructions"), held.system_tokens),
        ("prompt", lang("Question"), held.prompt_tokens),
        ("answer", lang("Answer"), held.answer_tokens),
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
        (name, *(lang.number(one, 6) for one in (s.least, s.p10, s.median, s.p90, s.most)), lang.number(s.total, 6))
        for _, name, s in known
    )
    said = "; ".join(
        f"{name}: {lang.number(s.p10, 6)}, {lang.number(s.median, 6)}, {lang.number(s.p90, 6)}" for _, name, s in known
    )
    ends = [max(end, 1.0) for _, _, s in known for end in (s.p10, s.p90)]
    return RowChart(
        id="lengths",
        title=lang("How long the rows are"),
        alt=lang("Tokens at the 10th percentile, the median and the 90th percentile. {figures}", figures=said),
        x=log_axis(ends, lang("Tokens"), lambda value: lang.number(value, 6)),
        marks=marks,
        legend=(Point(at=0, marker="circle", label=lang("Median")),),
        note=lang("Each bar runs from the 10th to the 90th percentile; the axis is logarithmic."),
        columns=(
            lang("Part"),
            lang("Least"),
            "10 %",
            lang("Median"),
            "90 %",
            lang("Most"),
            lang("All rows together"),
        ),
        rows=cells,
        basis=(),
    )


def _tokens(n: float, lang: Language) -> str:
    return lang("1 token") if n == 1 else lang("{n} tokens", n=lang.number(n, 6))


def _short(held: Profile, lang: Language) -> str:
    """That no row is too long for any platform, with their limits."""
    known = example_limits(content())
    limits = [f"{name} {lang.number(limit.value, 7)}" for name, limit in (known[key] for key in held.too_long)]
    return lang("No row is longer than what a platform uses, in tokens: {limits}.", limits="; ".join(limits))


def _too_long(held: Profile, lang: Language) -> RowChart:
    """For each platform that names a limit, the share of rows beyond it."""
    known = example_limits(content())
    rows = [(key, known[key][0], share, lang.number(known[key][1].value, 7)) for key, share in held.too_long.items()]
    said = "; ".join(f"{name}: {lang.percent(share)}" for _, name, share, _ in rows)
    return RowChart(
        id="too-long",
        title=lang("Rows longer than a platform uses"),
        alt=lang("Share of the rows beyond each platform's limit. {figures}", figures=said),
        x=linear_axis([0.0, max(0.05, *held.too_long.values())], lang("Share of the rows"), lang.percent),
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


def _classes(held: Profile, lang: Language) -> RowChart:
    """The most frequent answers, where answers are labels."""
    total = sum(held.labels.values())
    named = [(masked(name), n) for name, n in list(held.labels.items())[:MOST_LISTED]]
    top = named[:MOST_CLASSES]
    rest = len(held.labels) - len(top)
    said = "; ".join(f"{name}: {lang.percent(n / total)}" for name, n in top)
    return RowChart(
        id="classes",
        title=lang("How often each label is the answer"),
        alt=lang("Share of the rows with each label. {figures}", figures=said),
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


def as_answers(inspection: Inspection, session: Session) -> None:
    """Offer what was measured as answers; those the reader gave are replaced only when that box is ticked."""
    lang = session.lang
    found = news(session.situation, answers(inspection, content())[0])
    section(
        lang("Answers for the interview"),
        "answers",
        lang("What was measured takes the place of an estimate, and is marked as measured."),
    )
    if not found:
        st.html(f'<p class="empty">{esc(lang("This file answers none of the questions."))}</p>')
        return
    clash = disputed(session.situation, found)
    rows = []
    for key, value in found.items():
        question = content().question(key)
        now = session.situation.answers.get(key)
        yours = labels.answer(question, now, lang) if key in session.situation.answers else lang("Not answered")
        mark = f" {badge(lang('differs'), 'turn')}" if key in clash else ""
        measured = session.situation.with_answer(key, value).answers[key]
        rows.append([esc(lang(question.text)), esc(labels.answer(question, measured, lang)), f"{esc(yours)}{mark}"])
    head = (lang("Question"), lang("Measured"), lang("Your answer so far"))
    show(table(head, rows, caption=lang("Answers for the interview")), key="measured")
    replacing = False
    if clash:
        replacing = st.checkbox(
            plain(
                lang.plural(
                    "Replace the {n} answer of mine that differs",
                    "Replace the {n} answers of mine that differ",
                    len(clash),
                )
            ),
            key=f"replacing:{session.code}",
        )
    with st.container(key="take", horizontal=True):
        if st.button(lang("Use these as answers"), key="take-answers"):
            session.answer(taken(session.situation, found, replacing=replacing))
            go("check", session)
