"""What one training run on a reader's file would cost, by platform, with band, dates and sources."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.dataset.inspection.inspect import Inspection, method_of
from advisor.dataset.training import words as runwords
from advisor.dataset.training.cost import Run, runs
from advisor.language import Language
from advisor.ui.parts.markup import Markup, Words, esc, html, joined, outside, section, show, table
from advisor.ui.session import Session, content


def draw(inspection: Inspection, session: Session) -> None:
    """A row for each platform: its cheapest model, the others folded away; then what is unknown or shut."""
    lang = session.lang
    every = runs(inspection.profile, method_of(inspection), session.day, session.situation, content())
    if not every:
        return
    section(runwords.heading(session.day, lang), "cost", runwords.note(lang))
    head = (lang("Platform"), lang("Cost of one run"), lang("Epochs and tokens billed"), lang("Price and source"))
    rows = [_row(some, lang) for _, some in runwords.by_vendor(runwords.priced(every))]
    if rows:
        show(table(head, rows, caption=runwords.heading(session.day, lang), kind="costs"), key="costs")
    told = [note for note in runwords.notes(every, content(), lang) if note[0] != lang("Open to")]  # rows say that
    words = Words(lang)
    show(
        html('<dl class="notes">')
        + joined(html("<div><dt>{}</dt><dd>{}</dd></div>", title, words(text)) for title, text in told)
        + html("</dl>")
    )


def _row(some: Sequence[Run], lang: Language) -> list[str]:
    """The cells of one platform."""
    first, *others = some
    shared = runwords.same_access(some)
    more = joined(
        html(
            '<li>{}: {}<span class="spread">{}</span></li>',
            lang(run.model),
            runwords.cost(run, lang),
            _rests_on(run, shared, lang),
        )
        for run in others
    )
    title = lang.plural("{n} more model", "{n} more models", len(others))
    folded = html("<details><summary>{}</summary><ul>{}</ul></details>", title, more) if others else Markup()
    access = _spread(runwords.access_text(first, lang))
    name = _spread(lang(first.model)) + ("" if shared else access)
    counted = (
        [lang("Epochs: {n}", n=runwords.epochs(first, lang)), runwords.billed(first, lang)] if first.epochs else []
    )
    counted += [runwords.hours(first, lang)] if first.hours else []
    return [
        html("{}{}", lang(first.vendor), access if shared else ""),
        html("<strong>{}</strong>{}{}", runwords.cost(first, lang), name, folded),
        joined(html("<p>{}</p>", Words(lang)(text)) for text in counted),
        html("<p>{}</p>{}", runwords.price(first, lang), _sources(first, lang)),
    ]


def _spread(text: str) -> Markup:
    """A line of small print, if there is something to say."""
    return html('<span class="spread">{}</span>', text) if text else Markup()


def _rests_on(run: Run, shared: bool, lang: Language) -> Markup:
    parts = [
        runwords.price(run, lang),
        _linked(run, lang, epochs=False),
        "" if shared else esc(runwords.access_text(run, lang)),
    ]
    return joined((part for part in parts if part), "; ")


def _sources(run: Run, lang: Language) -> Markup:
    linked = _linked(run, lang)
    return html('<span class="spread">{}</span>', linked) if linked else Markup()


def _linked(run: Run, lang: Language, *, epochs: bool = True) -> Markup:
    known = runwords.sources(run, content(), lang, epochs=epochs)
    return joined((html("{} ({})", outside(fact.name, fact.url), fact.when) for fact in known), "; ")
