"""What is to be done: who would train it, how ready the user is, the plan, and the next steps with their owners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from advisor import wording
from advisor.kits.kit import Kit
from advisor.kits.planned import BASELINE, kit_command, kit_name, kits_of_options
from advisor.report.data import Owners
from advisor.report.model import Block, Column, Items, Paragraph, Run, Section, Table, Text
from advisor.report.provenance import SHARES, of_option
from advisor.report.writer import Writer, both, figure, plain, quietly
from advisor.wording import option_result, summaries
from advisor.wording.next_steps import NextStep, beside_the_plan, next_steps
from advisor.wording.plan import first_option, plan_steps
from advisor.wording.preparation import data_needs, gaps

MOST_MISSING = 4
MOST_OPEN = 3
"""Most open questions that are named for one side of the readiness card."""
MOST_NOTES = 5
"""Most steps that a rule's advice adds to the next ones of the report; the screen shows all."""
BEGINS = frozenset({"start", "meanwhile"})
"""Kinds of steps that begin with an option, for which there may be a kit."""
MOST_TECHNICAL = 8
"""Most things to mind that are told to those who train."""


def who(writer: Writer) -> tuple[Section, ...]:
    return (_routes(writer),)


def steps(writer: Writer, owners: Owners, live: str = "") -> tuple[Section, ...]:
    """What to do; `live` is the https address of the verdict on the screen, beside which the page of kits is."""
    kits = kits_of_options(writer.advice, writer.content, writer.lang)
    return _plan(writer, kits), _missing(writer), _next_steps(writer, owners, kits, live), _training(writer)


def _routes(writer: Writer) -> Section:
    """The routes that are or may be open, one row for what shares a state; below them the closed ones.

    Only routes that can carry out the recommended option are named, and none where nothing is to be trained.
    """
    lang, advice = writer.lang, writer.advice
    if advice.verdict == "dont" or not writer.content.option(advice.option).tunes:
        return Section(id="routes", title=lang("Who would train and serve it"), blocks=())
    wanted = {route.route for route in advice.routes if advice.option in route.options}
    possible = [route for route in wording.routes(advice, writer.content, lang) if route.route in wanted]
    groups: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[wording.RouteText]] = {}
    for route in possible:
        groups.setdefault((route.state, route.depends_on, route.conditions), []).append(route)
    rows = []
    questions: list[str] = []
    for (state, depends, conditions), routes in groups.items():
        told = [source for route in routes for source in route.sources]
        open_state = Run(text=state, basis=_facts(writer, routes), notes=writer.noted(told))
        rows.append((plain("; ".join(_ended(writer, routes))), (open_state, *quietly(conditions))))
        questions += [question for question in depends if question not in questions]
    columns = (
        Column(label=lang("Who, with which model"), width=1.2),
        Column(label=lang("Open to you?")),
    )
    blocks: list[Block] = []
    if rows:
        blocks.append(Table(id="routes", columns=columns, rows=tuple(rows), small=True))
    else:
        blocks.append(Paragraph(runs=plain(lang("No route is open to you."))))
    if questions:
        asked = lang("What is not known yet depends on: {questions}", questions=" ".join(questions))
        blocks.append(Paragraph(runs=plain(asked), tone="small"))
    closed = _closed(writer)
    if closed:
        blocks.append(Items(numbered=False, items=closed, columns=2))
    return Section(id="routes", title=lang("Who would train and serve it"), blocks=tuple(blocks))


def _closed(writer: Writer) -> tuple[Text, ...]:
    """Each reason for which routes are closed, with the vendors that it closes."""
    lang = writer.lang
    groups: dict[tuple[str, tuple[str, ...]], list[wording.RouteText]] = {}
    wanted = {route.route for route in writer.advice.closed_routes if writer.advice.option in route.options}
    for route in wording.routes(writer.advice, writer.content, lang):
        if route.route in wanted:
            groups.setdefault((route.closed, route.conditions), []).append(route)
    return tuple(
        (
            Run(text=f"{closed} ", style="strong", basis=_facts(writer, routes)),
            Run(text=f"{'; '.join(_ended(writer, routes))}."),
            *quietly(conditions),
        )
        for (closed, conditions), routes in groups.items()
    )


def _ended(writer: Writer, routes: Iterable[wording.RouteText]) -> list[str]:
    """Vendors with their models, and the day on which it ended where there is one."""
    vendors: dict[tuple[str, str], list[str]] = {}
    for route in routes:
        over = route.ends if route.ends and route.ends <= writer.advice.at else None
        day = writer.lang.date(over) if over else ""
        vendors.setdefault((route.who, day), []).append(route.model)
    return [
        f"{who} ({', '.join([*dict.fromkeys(models), *([day] if day else [])])})"
        for (who, day), models in vendors.items()
    ]


def _facts(writer: Writer, routes: Iterable[wording.RouteText]) -> tuple[str, ...]:
    facts = {fact for route in routes for fact in route.facts}
    return tuple(key for key, entry in writer.advice.basis.items() if entry.ref in facts)


def readiness(writer: Writer) -> tuple[Section, ...]:
    lang = writer.lang
    rows = []
    for side in wording.readiness(writer.advice, writer.content, lang):
        runs = [Run(text=f"{text}. ") for text in (*side.not_ready, *side.between)]
        unknown = " ".join(side.unknown[:MOST_OPEN])
        runs += [Run(text=lang("Not known: {questions}", questions=unknown), style="quiet")] if unknown else []
        if not runs:
            runs = [Run(text=f"{text}. ", style="quiet") for text in side.ready]
        rows.append((plain(side.title), (Run(text=side.state_name, style="strong"),), tuple(runs)))
    columns = (
        Column(label=lang("Question"), width=1.3),
        Column(label=lang("State"), width=1),
        Column(label=lang("Because"), width=5),
    )
    table = Table(id="readiness", columns=columns, rows=tuple(rows), small=True)
    card = Section(id="readiness", title=lang("Are we ready?"), blocks=(table,) if rows else ())
    return card, _gaps(writer), _data(writer)


def _gaps(writer: Writer) -> Section:
    """The gaps that were ticked, and what to try first for each; nothing where none was."""
    lang = writer.lang
    rows = [
        (
            (Run(text=f"{gap.title}. ", style="strong"), Run(text=gap.looks, style="quiet")),
            (Run(text=gap.first, notes=writer.noted(gap.sources)),),
        )
        for gap in gaps(writer.advice, writer.content, lang)
        if gap.ticked
    ]
    columns = (
        Column(label=lang("Gap"), width=3.5),
        Column(label=lang("Try first"), width=3.8),
    )
    table = Table(id="gaps", columns=columns, rows=tuple(rows), small=True)
    return Section(id="gaps", title=lang("Which gap is it?"), blocks=(table,) if rows else ())


def _data(writer: Writer) -> Section:
    """What the data still needs, of what was asked; the screen has all of it, and what two schools say, too."""
    lang = writer.lang
    rows = tuple(
        (
            plain(need.title),
            (Run(text=need.state_name, style="strong"),),
            (Run(text=need.asks, notes=writer.noted(need.sources)),),
        )
        for need in data_needs(writer.advice, writer.content, lang)
        if need.asked and need.state != "ready"
    )
    columns = (
        Column(label=lang("Data"), width=1.3),
        Column(label=lang("State"), width=1),
        Column(label=lang("What it takes"), width=5),
    )
    table = Table(id="needs", columns=columns, rows=rows, small=True)
    return Section(id="needs", title=lang("What the data needs"), blocks=(table,) if rows else ())


def _plan(writer: Writer, kits: Mapping[str, Kit]) -> Section:
    """The steps of the plan with what each takes; nothing where there is nothing to try."""
    advice, lang = writer.advice, writer.lang
    if not advice.plan:
        return Section(id="plan", title=lang("The plan"), blocks=())
    scored = any(step.stop_at is not None for step in advice.plan)
    columns = (
        Column(label=lang("No."), align="right", width=0.5),
        Column(label=lang("Step"), width=4),
        Column(label=lang("Work"), align="right", width=1.7),
        Column(label=lang("Once"), align="right", width=1.7),
        Column(label=wording.running(lang), align="right", width=1.7),
        Column(label=lang("Stop at a score of"), align="right", width=1),
    )
    rows = []
    for number, (step, text) in enumerate(
        zip(advice.plan, wording.plan_steps(advice, writer.content, lang), strict=True), 1
    ):
        result = option_result(advice, step.id) or option_result(advice, advice.option)
        lines = result.cost if result else ()
        to = of_option(result.option) if result else SHARES
        once = writer.behind(line for line in lines if line.kind == "once")
        month = writer.behind(line for line in lines if line.kind == "monthly")
        name = [Run(text=text.what, style="strong")]
        if text.share:
            name.append(Run(text=f" {text.share}", style="quiet", basis=writer.refs))
        target = tuple(ref for ref in writer.refs if ref == "target_score") or writer.refs
        cells = (
            plain(str(number)),
            tuple(name),
            both(text.days, once, to),
            both(text.once, once, to),
            both(text.month, month, to),
            (figure(lang("{score} of 100", score=text.stop_at), target),) if text.stop_at else plain("–"),
        )
        rows.append(cells if scored else cells[:-1])
    table = Table(id="plan", columns=columns if scored else columns[:-1], rows=tuple(rows), small=True)
    return Section(id="plan", title=lang("The plan"), blocks=(table,))


def _missing(writer: Writer) -> Section:
    groups = wording.told_reasons(writer.advice, writer.content, writer.lang)
    said_above = {reason.id for group in groups for reason in group.reasons if reason.gate}
    gaps = wording.missing_for_verdict(writer.advice, writer.content, writer.lang)
    items = []
    for gap in gaps[:MOST_MISSING]:
        holds_up = writer.lang("Holds up: {options}", options=gap.holds_up)
        what = f"{gap.what[:1].upper()}{gap.what[1:]}."
        because = Run(text=f" {gap.premise} {gap.because}".replace("  ", " "), notes=writer.noted(gap.sources))
        items.append(
            (
                Run(text=what, style="strong"),
                *(() if gap.rule in said_above else (because,)),
                Run(text=f" {holds_up}.", style="quiet"),
            )
        )
    blocks: tuple[Block, ...] = (Items(numbered=False, items=tuple(items)),) if items else ()
    return Section(id="missing", title=wording.missing_title(writer.advice, writer.lang), blocks=blocks)


def _next_steps(writer: Writer, owners: Owners, kits: Mapping[str, Kit], live: str) -> Section:
    """The steps of the plan and then those beside it, each with who does it and by when, as columns to fill in."""
    lang = writer.lang
    rows: list[tuple[Text, ...]] = []
    first = first_option(writer.advice)
    for text in plan_steps(writer.advice, writer.content, lang):
        begun = _kit(text.id, kits, writer, live) if text.id in kits or text.id == first else ()
        how = tuple(Run(text=f" {sentence}", style="quiet") for sentence in text.how)
        rows.append(_owned(len(rows) + 1, (Run(text=text.what), *how, *begun), owners.get(text.what, ("", ""))))
    for step in _listed(writer):
        what: list[Run] = [Run(text=step.text)]
        if step.why and step.kind != "missing":  # what that holds up is said where it is called missing
            what.append(Run(text=f" {step.why.rstrip('.')}.", style="quiet"))
        if step.kind in BEGINS:
            what += _kit(step.about, kits, writer, live)
        rows.append(_owned(len(rows) + 1, what, owners.get(step.text, (step.owner, step.due))))
    table = Table(
        id="steps",
        columns=(
            Column(label=lang("No."), align="right", width=0.32),
            Column(label=lang("What to do"), width=5.6),
            Column(label=lang("Who"), width=1.4, to_fill=True),
            Column(label=lang("By when"), width=1.1, to_fill=True),
        ),
        rows=tuple(rows),
    )
    return Section(id="steps", title=lang("What to do next"), blocks=(table,) if rows else ())


def _listed(writer: Writer) -> list[NextStep]:
    """The steps beside the plan that the report names: what only those mind who train stands apart."""
    steps = [step for step in beside_the_plan(writer.advice, writer.content, writer.lang) if not step.technical]
    notes = [step for step in steps if step.kind == "note"]
    return [step for step in steps if step not in notes[MOST_NOTES:]]


def _owned(number: int, what: Iterable[Run], named: tuple[str, str]) -> tuple[Text, ...]:
    own = ((Run(text=text, style="own"),) if text else plain("") for text in named)
    return (plain(str(number)), tuple(what), *own)


def to_do(writer: Writer, owners: Owners) -> str:
    """The plan's chance, and how much there is to do of what the report names."""
    listed = _listed(writer)
    texts = [text.what for text in plan_steps(writer.advice, writer.content, writer.lang)]
    minded = len(_technical(writer)) + sum(step.kind == "note" for step in listed)
    beside = sum(step.kind != "note" for step in listed)
    owned = sum(bool(owners.get(text, ("", ""))[0]) for text in (*texts, *(step.text for step in listed)))
    said = summaries.steps(len(texts), beside, minded, owned, writer.lang)
    return " ".join(filter(None, (wording.plan_arrives(writer.advice, writer.lang), said)))


def _kit(option: str, kits: Mapping[str, Kit], writer: Writer, live: str) -> Iterable[Run]:
    """Which kit begins an option, or measures what it has to beat; and how it is had: on the page of kits, or by a
    command.
    """
    lang, kit = writer.lang, kits.get(option, kits[BASELINE])
    page = live.replace("/verdict?", f"/kit?kit={kit.id}&") or None
    yield Run(text=f" {lang('Starter kit: {kit}', kit=kit_name(kit, writer.content, lang))}", style="strong", url=page)
    if option not in kits:
        yield Run(text=f", {lang('which measures what it has to beat')}")
    command = kit_command(kit, writer.advice, lang)
    yield Run(text=f" ({lang('page “Start”, or: {command}', command=command)}).", style="quiet")


def _technical(writer: Writer) -> list[NextStep]:
    steps = next_steps(writer.advice, writer.content, writer.lang)
    return [step for step in steps if step.technical][:MOST_TECHNICAL]


def _training(writer: Writer) -> Section:
    """What only they need to know who train: kept from the plan, which is for whoever decides."""
    items = tuple(
        (Run(text=step.text), Run(text=f" {step.why.rstrip('.')}.", style="quiet")) for step in _technical(writer)
    )
    blocks: tuple[Block, ...] = (Items(numbered=False, items=items, columns=2),) if items else ()
    return Section(id="training", title=writer.lang("For those who train"), blocks=blocks)
