"""The options side by side: who ends with each, its cost and speed; what is held up, and what would bring it back."""

from __future__ import annotations

from advisor import wording
from advisor.charts.advice import cost_comparison, cost_curve, latency_bars
from advisor.engine.advice import MOSTLY, Advice, Band, OptionResult
from advisor.ui.navigation import page_of
from advisor.ui.parts import plots
from advisor.ui.parts.basis import come_about, figure, figures_asked_for, rests_on, sources
from advisor.ui.parts.markup import Markup, Words, badge, folded, html, joined, link, meter, section, show, table
from advisor.ui.session import Session, content
from advisor.wording import labels


def options(advice: Advice, session: Session) -> None:
    """Every option as a table, those that are held up below the others, then a chart and what the words mean."""
    lang = session.lang
    section(
        lang("The options compared"),
        "options",
        lang(
            "From the lightest commitment to the heaviest. A range holds eight of ten situations. The amount a month "
            "is all in: what recurs, and what is paid once spread over the months in which it should pay off."
        ),
    )
    ladder = sorted(advice.ranking, key=lambda one: one.rung)
    asked = [one for one in ladder if one.option == figures_asked_for()]
    if asked:
        show(_come_about(asked[0], advice, session, opened=True), key="options-asked")
    shown = [one for one in ladder if not one.blocked or one.option == advice.option]
    held = [one for one in ladder if one not in shown]
    show(_table(shown, advice, session), key="options")
    _held_up(held, advice, session)
    each = joined(_come_about(one, advice, session) for one in ladder if one not in asked)
    title = lang("How the figures of each option come about")
    show(folded(title, each), key="options-basis")
    _words(ladder, session)
    plots.draw(cost_comparison(advice, content(), lang), lang, apart=True)


def _come_about(result: OptionResult, advice: Advice, session: Session, *, opened: bool = False) -> Markup:
    """How the figures of an option come about, behind a tap; for one that trains, whose prices they are."""
    lang = session.lang
    name = labels.option_name(result.option, content(), lang)
    route = wording.price_route(result, content(), lang)
    above = html("<p>{}</p>", Words(lang)(route)) if route else Markup()
    lines = wording.option_worked_out(result, lang)
    title = lang("{option}: how its figures come about", option=name)
    return come_about(title, lines, result.basis, advice, session, above, opened=opened)


def _table(shown: list[OptionResult], advice: Advice, session: Session) -> Markup:
    lang = session.lang
    heads = wording.heads(lang)
    head = [heads.option, heads.share, heads.month, heads.once, heads.slow, lang("Pays back")]
    rows = [_row(one, advice, session) for one in shown]
    return table(head, rows, caption=lang("The options compared"), numbers=(2, 3, 4), kind="compared")


def _words(ladder: list[OptionResult], session: Session) -> None:
    """What each option is, with the field's term for it; and where the other words are explained."""
    lang = session.lang
    rows, words = Markup(), Words(lang)
    for result in ladder:
        option = content().option(result.option)
        called = labels.option_with_term(result.option, content(), lang)
        rows += html("<div><dt>{}</dt><dd>{}</dd></div>", called, words(lang(option.summary)))
    glossary = link(lang("All words explained"), "glossary", session)
    show(folded(lang("What the options are"), html('<dl class="sides">{}</dl>', rows), html("<p>{}</p>", glossary)))


def _row(result: OptionResult, advice: Advice, session: Session) -> list[str]:
    lang = session.lang
    texts = wording.compared(result, content(), lang)
    marks = Markup()
    if result.option == advice.option:
        later = result.blocked and advice.verdict == "not_yet"
        marks += badge(lang("recommended once nothing holds it up") if later else lang("recommended"), "chosen")
    if result.option in advice.tie:
        marks += badge(lang("level with it"), "chosen")
    if result.option == advice.meanwhile:
        marks += badge(lang("until then"))
    if result.blocked and result.option != advice.option:
        marks += badge(lang("held up"), "ignored")
    even = result.break_even
    pays = lang("nothing to earn back")
    if even:
        in_time = wording.pays_in_time(even)
        pays = labels.months(even.months.p50 or 0.0, lang) if in_time else wording.not_in_time(advice, content(), lang)
    elif result.usd_month.p50 is None:
        pays = lang("unknown")
    return [
        html('{} <span class="badges">{}</span>', texts.name, marks),
        html('<span class="bar">{}</span> <span>{}</span>', meter(result.share, texts.share), texts.share),
        figure(texts.month),
        figure(texts.once),
        figure(texts.slow),
        pays,
    ]


def _amount(band: Band, session: Session) -> Markup:
    return figure(wording.amount(band, session.lang))


def _held_up(held: list[OptionResult], advice: Advice, session: Session) -> None:
    """Folded: the options that are held up beside the others, and each thing that holds any up, once."""
    lang = session.lang
    waits_for = _waits_for(advice, session)
    if not (held or waits_for):
        return
    title = lang("Held up, and what would bring them back")
    if held:
        title = lang.plural(
            "{n} option that is held up, priced all the same",
            "{n} options that are held up, priced all the same",
            len(held),
        )
    cells = _table(held, advice, session) if held else Markup()
    show(folded(title, cells, waits_for), key="held")


def _waits_for(advice: Advice, session: Session) -> Markup:
    """What holds options up, each thing once, with the options that wait for it."""
    lang = session.lang
    waiting: dict[str, list[str]] = {}
    share: dict[str, float] = {}
    for result in sorted((one for one in advice.ranking if one.blocked), key=lambda one: one.rung):
        for block in result.blocked_by:
            if block.share >= MOSTLY:
                waiting.setdefault(block.rule, []).append(labels.option_name(result.option, content(), lang))
                share[block.rule] = block.share
    rows, words = Markup(), Words(lang)
    for name, options in sorted(waiting.items(), key=lambda item: -len(item[1])):
        rule = content().rule(name)
        if rule.blocks:
            because = f"{wording.premise(name, share[name], advice, content(), lang)} {lang(rule.because)}".lstrip()
            waits = labels.all_of([options[0], *map(labels.in_sentence, options[1:])], lang)
            rows += html(
                "<div><dt>{}</dt><dd>{} <strong>{}</strong> {}{}</dd></div>",
                waits,
                words(because),
                lang("To bring it back:"),
                words(lang(rule.blocks.brings_back)),
                sources(wording.sources(rule, advice, content(), lang), session),
            )
    title = words(lang("Held up, and what would bring them back"))
    return html('<h3>{}</h3><dl class="sides">{}</dl>', title, rows) if rows else Markup()


def cost(advice: Advice, session: Session) -> None:
    """Cost over volume with break-even and where the reader is, the bill, and cheaper ways without training."""
    lang = session.lang
    section(lang("What it costs, by volume"), "cost")
    result = wording.option_result(advice, advice.option)
    route = wording.price_route(result, content(), lang) if result else ""
    pays = wording.break_even(result, advice, content(), lang) if result else ""
    if pays:
        asked = content().question(wording.HORIZON)
        known = advice.answers.get(asked.id) is not None
        other = link(lang(asked.text), page_of(asked), session, **{"from": "options"})
        show(html("<p>{} {}</p>", Words(lang)(pays), Markup() if known else other))
    for said in wording.endings(advice, content(), lang):
        show(html("<p>{}</p>", Words(lang)(said)))
    if route:
        show(folded(lang("Whose price this is"), html("<p>{}</p>", Words(lang)(route))))
    chart = cost_curve(advice, content(), lang)
    plots.draw(chart, lang)
    if chart:
        show(rests_on(chart.basis, advice, session))
    if result and result.cost:
        _bill(result, advice, session)
    _cheaper(advice, session)


def _bill(result: OptionResult, advice: Advice, session: Session) -> None:
    lang = session.lang
    kinds = {"monthly": lang("a month"), "once": lang("once")}
    title = lang("The bill: {option}", option=labels.option_name(result.option, content(), lang))
    rows = [[labels.cost_line(line.id, lang), _amount(line.usd, session), kinds[line.kind]] for line in result.cost]
    together = [(lang("Once, together"), result.usd_once, lang("once"))]
    together.append((lang("All in, what is paid once spread over the months"), result.usd_month, lang("a month")))
    rows += [[html("<strong>{}</strong>", name), _amount(band, session), when] for name, band, when in together]
    lines = table([lang("Line"), lang("USD"), lang("When")], rows, caption=title, numbers=(1,), kind="narrow")
    note = Words(lang)(lang("Each line is a median of its own, so the lines do not add up exactly."))
    how = wording.worked_out(result.cost, lang)
    basis = come_about(lang("How these figures come about"), how, (), advice, session, Markup())
    show(
        folded(title, lines, html('<p class="quiet">{}</p>', note), basis),
        key="bill",
    )


def _cheaper(advice: Advice, session: Session) -> None:
    """Caching, batches or a smaller model: what prompting could cost before anything is trained."""
    lang = session.lang
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
                labels.variant_name(variant.id, lang),
                lang(variant.model) if variant.model else lang("as today"),
                _amount(variant.usd_month, session),
                state,
            ]
        )
    head = [lang("Way"), lang("Model"), lang("Requests, USD a month"), lang("State")]
    basis = rests_on((key for variant in result.variants for key in variant.basis), advice, session)
    show(folded(title, table(head, rows, caption=title, numbers=(2,)), basis))


def speed(advice: Advice, session: Session) -> None:
    """Answer times against the limit."""
    lang = session.lang
    if advice.latency_limit is None:
        show(html('<p class="quiet">{}</p>', lang("You set no limit, so none is drawn.")))
    chart = latency_bars(advice, content(), lang)
    plots.draw(chart, lang)
    if chart:
        show(rests_on(chart.basis, advice, session))
