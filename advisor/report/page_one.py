"""Page one: what whoever decides reads, from the same words and the same picture as the page of the verdict."""

from __future__ import annotations

from urllib.parse import urlsplit

from advisor import wording
from advisor.charts.trade_off import TradeOffRow, trade_off
from advisor.engine.advice import Step
from advisor.report.model import Brief, Card, Imprint, KeyFigure, Run, Text
from advisor.report.provenance import SHARES, of_option
from advisor.report.writer import Writer, figure, shortened
from advisor.wording import option_result
from advisor.wording.brief import BriefText, CardText, NamedFigure, above, brief, figured

LONGEST_TITLE = 120
LONGEST_QUOTE = 320
"""Characters of the user's own words on page one; the whole text stands among the answers."""
MOST_SOURCES = 3
"""Footnotes of a reason on page one; the page about the reasons names every source."""


def page_one(writer: Writer, live: str) -> Brief:
    """The brief; `live` is the https address of the same verdict on the screen, empty if there is none."""
    advice, content, lang = writer.advice, writer.content, writer.lang
    text = brief(advice, content, lang)
    result = option_result(advice, advice.option)
    goal = shortened(str(advice.answers.get("goal_text") or ""), LONGEST_QUOTE)
    cards = zip(advice.plan, text.cards, strict=True)
    chart = trade_off(advice, content, lang)
    return Brief(
        above=above(shortened(wording.project(advice), LONGEST_TITLE), advice, lang),
        headline=text.headline,
        today=" ".join(part for part in (text.today.said, text.today.question) if part),
        found=(figure(text.found, result.basis),) if result and text.found else (),
        warnings=text.warnings,
        reservations=text.reservations,
        cards=tuple(_card(step, card, writer) for step, card in cards),
        figured=lang("{option} in figures", option=text.option),
        figures=_figures(text, writer),
        endings=text.endings,
        why=lang("Why"),
        reasons=tuple(_reason(reason, writer) for reason in text.reasons),
        no_reason="" if text.reasons else lang("Nothing that you said decides it yet: base rates and costs do."),
        trade=lang("What you trade"),
        chart=chart,
        names=tuple(_named(row, writer) for row in chart.rows) if chart else (),
        no_chart=lang("No option has a known cost and a known time yet, so there is nothing to draw."),
        open=_open(text, writer),
        goal=Imprint(label=lang("Your goal, in your own words"), text=(Run(text=goal, style="own"),)) if goal else None,
        imprint=_live(live, writer),
    )


def _card(step: Step, text: CardText, writer: Writer) -> Card:
    result = option_result(writer.advice, step.id) or option_result(writer.advice, writer.advice.option)
    once = writer.behind(line for line in (result.cost if result else ()) if line.kind == "once")
    to = of_option(result.option) if result else SHARES
    return Card(
        kind=step.kind,
        name=text.name,
        share=text.share,
        said=figure(text.ends_here, writer.refs) if text.ends_here else None,
        facts=tuple(figure(fact, once, to) for fact in text.facts),
    )


def _figures(text: BriefText, writer: Writer) -> tuple[KeyFigure, ...]:
    """Cost a month, what is paid once where that is anything, answer time, and the chance that the plan arrives where
    anybody asked for it.
    """
    result = figured(writer.advice)
    cost = writer.behind(result.cost) if result else writer.refs
    time = tuple(dict.fromkeys(ref for part in (result.latency_parts if result else ()) for ref in part.basis))
    to = of_option(result.option) if result else SHARES
    month, slow, *chance = text.figures

    def key_figure(named: NamedFigure, basis: tuple[str, ...], to: str) -> KeyFigure:
        middle, spread = named.figure.middle, named.figure.spread
        return KeyFigure(label=named.name, value=figure(middle, basis, to), detail=spread)

    return (
        key_figure(month, cost, to),
        *((key_figure(text.once, cost, to),) if text.once else ()),
        key_figure(slow, time or writer.refs, to),
        *(key_figure(one, writer.refs, SHARES) for one in chance),
    )


def _reason(reason: wording.ReasonText, writer: Writer) -> Text:
    said = (Run(text=f" {reason.said_so}", style="quiet", basis=writer.refs),) if reason.said_so else ()
    return (Run(text=reason.because, notes=writer.noted(reason.sources[:MOST_SOURCES])), *said)


def _named(row: TradeOffRow, writer: Writer) -> Text:
    """An option of the picture, and what holds it up."""
    lang = writer.lang
    if row.state != "held_up":
        return (Run(text=row.name, style="strong" if row.state == "chosen" else "plain"),)
    why = lang("held up: {why}", why=row.why) if row.why else lang("held up")
    return Run(text=f"{row.name},"), Run(text=f" {why}", style="quiet")


def _open(text: BriefText, writer: Writer) -> Text:
    if not text.open.question:
        return (figure(text.open.said, writer.refs),)
    return (Run(text=text.open.said, style="strong"), Run(text=f" {text.open.question}"))


def _live(live: str, writer: Writer) -> tuple[Imprint, ...]:
    """Where the same stands on the screen; nothing without an address: the command is on a later page."""
    if not live:
        return ()
    host = Run(text=urlsplit(live).netloc, url=live)
    return (Imprint(label=writer.lang("The live version, with these answers"), text=(host,)),)
