"""The brief: one sentence, the plan, three figures, three reasons, the trade-off in a picture, and what is open."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from advisor.charts.trade_off import TradeOff, trade_off
from advisor.engine.advice import Advice
from advisor.ui.navigation import page_of
from advisor.ui.pages.verdict import downloads
from advisor.ui.parts.basis import figure, sources
from advisor.ui.parts.markup import Markup, folded, heading, html, joined, link, meter, show
from advisor.ui.parts.trade_off import picture
from advisor.ui.session import Session, content
from advisor.wording.brief import BriefText, CardText, OpenText
from advisor.wording.brief import brief as brief_text


def brief(advice: Advice, session: Session) -> None:
    """The whole page: what whoever decides reads, in the order in which they read it."""
    lang = session.lang
    text = brief_text(advice, content(), lang)
    with st.container(key="said"):
        heading(text.headline, above=text.above)
    warned = joined(html('<p class="problem" role="note">{}</p>', warning) for warning in text.warnings)
    told = html("<p>{}</p>", text.reservations) if text.reservations else Markup()
    left = html('<div class="brief-side">{}{}</div>', _figures(text, session), _reasons(text, session))
    show(
        html(
            '<div class="brief">{}{}{}<div class="brief-halves">{}{}</div>{}</div>',
            warned,
            told,
            _plan(text.cards, session),
            left,
            _trade(advice, session),
            _open(text.open, session),
        ),
        key="brief",
    )
    downloads.brief(session)


def _plan(cards: Sequence[CardText], session: Session) -> Markup:
    """The steps as connected cards; nothing where there is nothing to try."""
    if not cards:
        return Markup()
    lang = session.lang
    told = link(lang("Tell what came of a step"), "steps", session)
    return html(
        '<h2 class="unseen">{}</h2><ol class="cards of-{}">{}</ol><p class="quiet">{}</p>',
        lang("The plan"),
        len(cards),
        joined(_card(card, session) for card in cards),
        told,
    )


def _card(card: CardText, session: Session) -> Markup:
    share = Markup()
    if card.share is not None:
        share = html('{}<p class="quiet">{}</p>', meter(card.share, card.ends_here), card.ends_here)
    rows = joined(html("<li>{}</li>", link(fact, "steps", session, figures=card.id)) for fact in card.facts)
    listed = html("<ul>{}</ul>", rows) if card.facts else Markup()
    return html('<li class="{}"><p class="what">{}</p>{}{}</li>', card.kind, card.name, share, listed)


def _figures(text: BriefText, session: Session) -> Markup:
    """Three figures with their ranges, and where they come from."""
    lang = session.lang
    rows = joined(html("<div><dt>{}</dt><dd>{}</dd></div>", one.name, figure(one.figure)) for one in text.figures)
    notes = joined(html("<p>{}</p>", ending) for ending in text.endings)
    how = link(lang("How the figures come about"), "options", session, figures=text.option_id)
    behind = folded(lang("Whose price this is"), html("<p>{}</p>", text.route)) if text.route else Markup()
    title = lang("{option} in figures", option=text.option)
    return html('<h2>{}</h2><dl class="three">{}</dl>{}{}<p class="quiet">{}</p>', title, rows, notes, behind, how)


def _reasons(text: BriefText, session: Session) -> Markup:
    """The reasons that nothing leaves open, their sources behind a tap."""
    lang = session.lang
    if not text.reasons:
        said = lang("Nothing that you said decides it yet: base rates and costs do.")
        return html("<h2>{}</h2><p>{}</p>", lang("Why"), said)
    rows = joined(
        html(
            "<li>{}{}</li>",
            reason.because,
            html(' <span class="quiet taught">{}</span>', reason.said_so) if reason.said_so else "",
        )
        for reason in text.reasons
    )
    named = dict.fromkeys(source for reason in text.reasons for source in reason.sources)
    behind = folded(lang("Sources"), sources(named, session))
    return html("<h2>{}</h2><ol>{}</ol>{}", lang("Why"), rows, behind)


def _trade(advice: Advice, session: Session) -> Markup:
    """The picture, and behind a tap the same as a table."""
    lang = session.lang
    chart = trade_off(advice, content(), lang)
    title = html("<h2>{}</h2>", lang("What you trade"))
    if chart is None:
        said = lang("No option has a known cost and a known time yet, so there is nothing to draw.")
        return html('<div class="brief-trade">{}<p>{}</p></div>', title, said)
    return html('<div class="brief-trade">{}{}{}</div>', title, picture(chart), _tables(chart, session))


def _tables(chart: TradeOff, session: Session) -> Markup:
    """The name of every number in the picture, and behind a tap its figures and what holds it up."""
    lang = session.lang
    names = joined(html('<li class="{}"><b>{}</b>\u00a0{}</li>', row.state, row.number, row.name) for row in chart.rows)
    caption = lang("The figures of every option")
    return html('<ul class="names">{}</ul>{}', names, folded(caption, _table(chart, caption, session)))


def _table(chart: TradeOff, caption: str, session: Session) -> Markup:
    lang = session.lang
    head = joined(html('<th scope="col">{}</th>', name) for name in chart.columns)
    body = joined(
        html(
            '<tr class="{}"><td>{}</td><th scope="row">{}{}</th><td>{}</td><td>{}</td><td>{}</td></tr>',
            row.state,
            row.number,
            link(row.name, "options", session, figures=row.option),
            html('<span class="spread">{}</span>', lang("held up: {why}", why=row.why)) if row.why else Markup(),
            row.share,
            row.month,
            row.slow,
        )
        for row in chart.rows
    )
    return html(
        '<table class="trade"><caption class="unseen">{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
        caption,
        head,
        body,
    )


def _open(text: OpenText, session: Session) -> Markup:
    """What is still open: the question that matters most, or how many scenarios agree."""
    if not text.question_id:
        return html('<p class="still-open">{}</p>', text.said)
    page = page_of(content().question(text.question_id))
    target = link(text.question, page, session, **{"from": "verdict"})
    return html('<p class="still-open"><strong>{}</strong> {} {}</p>', text.mark, text.said, target)
