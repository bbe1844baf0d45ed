"""From an advice to the report: the verdict on the first page, what to do, the comparison, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from advisor import wording
from advisor.charts import advice as charts
from advisor.charts.comparisons import published_comparisons
from advisor.charts.specification import Chart
from advisor.content.load import Content
from advisor.engine.advice import Advice, CostLine, OptionResult
from advisor.language import Language
from advisor.report.appendix import SHARES, appendix, of_line, of_option
from advisor.report.model import (
    Block,
    Column,
    Document,
    Items,
    KeyFigure,
    KeyFigures,
    Note,
    Paragraph,
    Picture,
    Run,
    Section,
    Table,
    Text,
    Verdict,
)
from advisor.wording import FigureText, SourceText, labels, option_result
from advisor.wording.comparisons import counts, expected, study_name
from advisor.wording.next_steps import next_steps

LONGEST_TITLE = 120
LONGEST_QUOTE = 320
"""Characters of the user's own words on the first page; the whole text stands among the answers."""
MOST_FLIPS = 5
MOST_MISSING = 4
MOST_GATES = 2
"""Most missing things that are named beside an option."""
MOST_OPEN = 3
"""Most open questions that are named for one side of the readiness card."""
MOST_BREAK_EVENS = 3
MOST_NOTES = 5
"""Most steps that a rule's advice adds to the plan of the report; the screen shows all."""
MOST_TECHNICAL = 8
"""Most things to mind that are told to those who train."""


def _quietly(sentences: Iterable[str]) -> tuple[Run, ...]:
    """Sentences that follow another one."""
    return tuple(Run(text=f" {sentence}", style="quiet") for sentence in sentences)


def document(advice: Advice, content: Content, lang: Language) -> Document:
    """The report on an advice in the reader's language. The same advice gives the same document."""
    writer = _Writer(advice, content, lang)
    sections = [
        writer.verdict(),
        writer.reasons(),
        writer.missing(),
        writer.steps(),
        writer.options(),
        writer.cost(),
        writer.speed(),
        writer.evidence(),
        writer.comparisons(),
        writer.flips(),
        writer.routes(),
        writer.training(),
        writer.readiness(),
    ]
    body = tuple(section for section in sections if section.blocks)
    project = shortened(wording.project(advice), LONGEST_TITLE)
    day = lang.date(advice.at)
    return Document(
        lang=lang.code,
        title=project or lang("Should we fine-tune?"),
        own_title=bool(project),
        kicker=lang("Fine-Tune Advisor: advice of {date}", date=day),
        footer=lang("Content version {version}, as known on {date}", version=advice.content_version, date=day),
        page_of=lang("Page {page} of {pages}"),
        written=advice.at.isoformat(),
        version=advice.content_version,
        sections=(*body, *appendix(advice, content, lang, body)),
        notes=tuple(writer.notes),
    )


def shortened(text: str, most: int) -> str:
    """The text on one line and at most `most` characters long, with an ellipsis where it is cut."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def situation_refs(advice: Advice) -> tuple[str, ...]:
    """What a share of the scenarios rests on: all that the user said, and the priors of what was left open."""
    return tuple(key for key, entry in advice.basis.items() if entry.kind in ("answer", "measured", "prior"))


def plain(text: str) -> Text:
    return (Run(text=text),)


def figure(text: str, basis: Iterable[str], to: str = SHARES) -> Run:
    """A figure that leads to what the appendix says of how it came about."""
    return Run(text=text, style="figure", basis=tuple(basis), to=to)


def _both(amount: FigureText, basis: Iterable[str], to: str) -> Text:
    """The median, and below it the range."""
    refs = tuple(basis)
    first = figure(amount.middle, refs, to)
    return (first, Run(text=f" {amount.spread}", style="quiet", basis=refs)) if amount.spread else (first,)


class _Writer:
    """Writes the sections of one report, and numbers the notes as they are called for."""

    def __init__(self, advice: Advice, content: Content, lang: Language) -> None:
        self.advice = advice
        self.content = content
        self.lang = lang
        self.notes: list[Note] = []
        self._numbers: dict[str, int] = {}
        self._refs = situation_refs(advice)

    def _noted(self, sources: Sequence[SourceText]) -> tuple[int, ...]:
        return tuple(sorted({self._note(source) for source in sources}))

    def _note(self, source: SourceText) -> int:
        if source.id not in self._numbers:
            self._numbers[source.id] = len(self.notes) + 1
            details = source.details(self.lang)
            text = f"{source.title}; {details}." if details else f"{source.title}."
            self.notes.append(Note(number=self._numbers[source.id], text=text, url=source.url))
        return self._numbers[source.id]

    def _name(self, option: str) -> str:
        return labels.option_name(option, self.content, self.lang)

    def verdict(self) -> Section:
        advice, content, lang = self.advice, self.content, self.lang
        result = option_result(advice, advice.option)
        details: list[Text] = []
        if result:
            details.append((figure(wording.share_of_teams(advice, content, lang), result.basis),))
        if advice.meanwhile:
            details.append(plain(wording.meanwhile(advice, content, lang)))
        details.append((figure(wording.stability(advice, lang), self._refs),))
        warnings = wording.warnings(advice, content, lang)
        blocks: list[Block] = [Paragraph(runs=(Run(text=warning, style="strong"),)) for warning in warnings]
        goal = shortened(str(advice.answers.get("goal_text") or ""), LONGEST_QUOTE)
        if goal:
            blocks.append(Paragraph(runs=(Run(text=goal, style="own"),), tone="quote"))
        blocks.append(
            Verdict(
                verdict=advice.verdict,
                label=labels.verdict_name(advice.verdict, lang),
                provisional=wording.provisional(advice, lang),
                headline=wording.verdict(advice, content, lang),
                details=tuple(details),
                chart=charts.verdict_shares(advice, lang).model_copy(update={"basis": self._refs}),
            )
        )
        blocks += self._plan()
        if result:
            blocks.append(self._key_figures(result))
        return Section(id="verdict", title=lang("The verdict"), blocks=tuple(blocks))

    def _plan(self) -> list[Block]:
        """The plan in a sentence, and its steps with what each takes; nothing where there is nothing to try."""
        advice, lang = self.advice, self.lang
        if not advice.plan:
            return []
        scored = any(step.stop_at is not None for step in advice.plan)
        columns = (
            Column(label=lang("No."), align="right", width=0.5),
            Column(label=lang("Step"), width=4),
            Column(label=lang("Work"), align="right", width=1.7),
            Column(label=lang("Once"), align="right", width=1.7),
            Column(label=lang("Running, a month"), align="right", width=1.7),
            Column(label=lang("Stop at a score of"), align="right", width=1),
        )
        rows = []
        for number, (step, text) in enumerate(
            zip(advice.plan, wording.plan_steps(advice, self.content, lang), strict=True), 1
        ):
            result = option_result(advice, step.id) or option_result(advice, advice.option)
            lines = result.cost if result else ()
            to = of_option(result.option) if result else SHARES
            once = self._behind(line for line in lines if line.kind == "once")
            month = self._behind(line for line in lines if line.kind == "monthly")
            name = [Run(text=text.what, style="strong")]
            if text.share:
                name.append(Run(text=f" {text.share}", style="quiet", basis=self._refs))
            target = tuple(ref for ref in self._refs if ref == "target_score") or self._refs
            cells = (
                plain(str(number)),
                tuple(name),
                _both(text.days, once, to),
                _both(text.once, once, to),
                _both(text.month, month, to),
                (figure(lang("{score} of 100", score=text.stop_at), target),) if text.stop_at else plain("–"),
            )
            rows.append(cells if scored else cells[:-1])
        return [
            Table(
                id="plan",
                title=wording.plan_headline(advice, self.content, lang),
                columns=columns if scored else columns[:-1],
                rows=tuple(rows),
                small=True,
            )
        ]

    def _behind(self, lines: Iterable[CostLine]) -> tuple[str, ...]:
        """What lines of a bill rest on; the whole situation where there are none."""
        return tuple(dict.fromkeys(ref for line in lines for ref in line.basis)) or self._refs

    def _key_figures(self, result: OptionResult) -> KeyFigures:
        lang = self.lang
        cost = tuple(ref for line in result.cost for ref in line.basis) or result.basis
        time = tuple(ref for part in result.latency_parts for ref in part.basis) or result.basis

        def key_figure(label: str, value: FigureText, basis: tuple[str, ...]) -> KeyFigure:
            return KeyFigure(label=label, value=figure(value.middle, dict.fromkeys(basis), to), detail=value.spread)

        even, to = result.break_even, of_option(result.option)
        compared = wording.compared(result, self.content, lang)
        figures = [
            key_figure(lang("a month, all in"), compared.month, cost),
            key_figure(lang("once, to build it"), compared.once, cost),
            key_figure(lang("for 95 of 100 answers"), compared.slow, time),
        ]
        if even:
            paying = wording.pays(even)
            volume = labels.median(even.requests_month, self._volume, lang) if paying else lang("never")
            spread = labels.spread(even.requests_month, self._volume, lang) if paying else ""
            if even.never_share >= wording.WORTH_SAYING:
                never = lang("never in {share} of the scenarios", share=lang.percent(even.never_share))
                spread = f"{spread}; {never}" if spread else never
            figures.append(
                KeyFigure(
                    label=lang("requests a month to pay off"), value=figure(volume, even.basis, to), detail=spread
                )
            )
        return KeyFigures(title=lang("{option} in figures", option=self._name(result.option)), figures=tuple(figures))

    def _volume(self, value: float) -> str:
        return labels.volume(value, self.lang)

    def reasons(self) -> Section:
        items = []
        for reason in wording.reasons(self.advice, self.content, self.lang):
            weighed = ", ".join(part for part in (reason.weight, reason.evidence) if part)
            items.append(
                (
                    *((Run(text=f"{reason.premise} ", basis=self._refs),) if reason.premise else ()),
                    Run(text=reason.because, style="strong", notes=self._noted(reason.sources)),
                    *((Run(text=f" {reason.taught}"),) if reason.taught else ()),
                    Run(text=f" {weighed[:1].upper()}{weighed[1:]}.", style="quiet", basis=self._refs),
                )
            )
        blocks: tuple[Block, ...] = (Items(numbered=True, items=tuple(items)),) if items else ()
        if left_out := wording.switched_off(self.advice, self.content, self.lang):
            blocks = (*blocks, Paragraph(runs=plain(left_out), tone="small"))
        return Section(id="reasons", title=self.lang("Why"), blocks=blocks)

    def missing(self) -> Section:
        said_above = {reason.id for reason in wording.reasons(self.advice, self.content, self.lang) if reason.gate}
        gaps = wording.missing_for_verdict(self.advice, self.content, self.lang)
        items = []
        for gap in gaps[:MOST_MISSING]:
            holds_up = self.lang("Holds up: {options}", options=gap.holds_up)
            what = f"{gap.what[:1].upper()}{gap.what[1:]}."
            because = Run(text=f" {gap.premise} {gap.because}".replace("  ", " "), notes=self._noted(gap.sources))
            items.append(
                (
                    Run(text=what, style="strong"),
                    *(() if gap.rule in said_above else (because,)),
                    Run(text=f" {holds_up}.", style="quiet"),
                )
            )
        blocks: tuple[Block, ...] = (Items(numbered=False, items=tuple(items)),) if items else ()
        return Section(id="missing", title=wording.missing_title(self.advice, self.lang), blocks=blocks)

    def steps(self) -> Section:
        lang = self.lang
        rows: list[tuple[Text, ...]] = []
        notes = 0
        for step in next_steps(self.advice, self.content, lang):
            if step.technical:
                continue
            notes += step.kind == "note"
            if step.kind == "note" and notes > MOST_NOTES:
                continue
            what: list[Run] = [Run(text=step.text)]
            if step.why and step.kind != "missing":  # what that holds up is said where it is called missing
                what.append(Run(text=f" {step.why.rstrip('.')}.", style="quiet"))
            rows.append((plain(str(len(rows) + 1)), tuple(what), plain(step.owner), plain(step.due)))
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

    def training(self) -> Section:
        """What only they need to know who train: kept from the plan, which is for whoever decides."""
        steps = [step for step in next_steps(self.advice, self.content, self.lang) if step.technical]
        items = tuple(
            (Run(text=step.text), Run(text=f" {step.why.rstrip('.')}.", style="quiet"))
            for step in steps[:MOST_TECHNICAL]
        )
        blocks: tuple[Block, ...] = (Items(numbered=False, items=items, columns=2),) if items else ()
        return Section(id="training", title=self.lang("For those who train"), blocks=blocks)

    def options(self) -> Section:
        lang, advice = self.lang, self.advice
        heads = wording.heads(lang)
        rows = []
        states = [lang("Held up by") if result.blocked else lang("Open") for result in advice.ranking]
        for result, state in zip(advice.ranking, states, strict=True):
            cost = tuple(dict.fromkeys(ref for line in result.cost for ref in line.basis)) or result.basis
            gates = [self._gate(block.rule) for block in result.blocked_by] if result.blocked else []
            blocked = ", ".join(gates[:MOST_GATES]) + (", …" if len(gates) > MOST_GATES else ".")
            compared = wording.compared(result, self.content, lang)
            name = [Run(text=compared.name, style="strong" if result.option == advice.option else "plain")]
            term = self.content.option(result.option).term
            if term:
                name.append(Run(text=" " + lang("({term})", term=lang(term)), style="quiet"))
            if gates:
                name.append(Run(text=f": {blocked}", style="quiet"))
            rows.append(
                (
                    plain(state),
                    tuple(name),
                    (figure(compared.share, result.basis),),
                    _both(compared.month, cost, of_option(result.option)),
                    _both(compared.once, cost, of_option(result.option)),
                    _both(compared.slow, result.basis, of_option(result.option)),
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
                    "eight of ten scenarios; one-off costs are spread over the months in which it should pay off."
                )
            ),
            tone="small",
        )
        return Section(id="options", title=lang("All options compared"), blocks=(lead, table) if rows else ())

    def _gate(self, rule: str) -> str:
        gate = self.content.rule(rule).blocks
        return self.lang(gate.missing) if gate else rule

    def cost(self) -> Section:
        lang = self.lang
        blocks: list[Block] = []
        chart = charts.cost_curve(self.advice, self.content, lang)
        if chart:
            blocks.append(self._picture(chart))
        first = [result for result in self.advice.ranking if result.option == self.advice.option]
        blocks += [
            Paragraph(runs=(Run(text=said),))
            for said in (
                *(wording.price_route(result, self.content, lang) for result in first),
                *wording.endings(self.advice, self.content, lang),
            )
            if said
        ]
        others = [result for result in self.advice.ranking if result not in first and not result.blocked]
        items = [
            (
                Run(text=f"{self._name(result.option)}. ", style="strong"),
                figure(
                    wording.break_even(result, self.content, lang), result.break_even.basis, of_option(result.option)
                ),
            )
            for result in (*first, *others)
            if result.break_even
        ][:MOST_BREAK_EVENS]
        if items:
            blocks.append(Items(numbered=False, items=tuple(items)))
        blocks += self._bill()
        blocks += self._variants()
        return Section(id="cost", title=lang("What it costs"), blocks=tuple(blocks))

    def _bill(self) -> list[Block]:
        lang = self.lang
        result = option_result(self.advice, self.advice.option)
        if result is None or not result.cost:
            return []
        kinds = {"monthly": lang("each month"), "once": lang("once")}
        rows = tuple(
            (
                (Run(text=labels.cost_line(line.id, lang)), Run(text=f", {kinds[line.kind]}", style="quiet")),
                _both(wording.amount(line.usd, lang), line.basis or result.basis, of_line(line)),
            )
            for line in sorted(result.cost, key=lambda line: line.kind == "once")
        )
        columns = (
            Column(label=lang("For what"), width=2.7),
            Column(label=lang("USD"), align="right", width=2),
        )
        monthly = sum(line.kind == "monthly" for line in result.cost)
        title = lang("The bill: {option}", option=self._name(result.option))
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

    def _variants(self) -> list[Block]:
        lang = self.lang
        result = wording.prompted_today(self.advice)
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
                    _both(
                        wording.amount(variant.usd_month, lang), variant.basis or result.basis, of_option(result.option)
                    ),
                )
            )
        columns = (
            Column(label=lang("How"), width=3.9),
            Column(label=lang("Requests to the model, USD a month"), align="right", width=1.6),
        )
        title = lang("Cheaper without training: {option}", option=self._name(result.option))
        if len(rows) < 2:
            return []
        return [Table(id="variants", title=title, columns=columns, rows=tuple(rows), small=True)]

    def _picture(self, chart: Chart) -> Picture:
        """A chart, and below it what leads to how its figures come about."""
        leads = figure(self.lang("How these figures come about"), chart.basis, of_option(self.advice.option))
        return Picture(chart=chart, leads=(leads,))

    def speed(self) -> Section:
        chart = charts.latency_bars(self.advice, self.content, self.lang)
        blocks: tuple[Block, ...] = (self._picture(chart),) if chart else ()
        return Section(id="speed", title=self.lang("How fast it answers"), blocks=blocks)

    def evidence(self) -> Section:
        chart = charts.evidence_waterfall(self.advice, self.content, self.lang)
        blocks: tuple[Block, ...] = (self._picture(chart),) if chart else ()
        return Section(id="evidence", title=self.lang("What speaks for and against it"), blocks=blocks)

    def comparisons(self) -> Section:
        """Published comparisons like the user's; a picture only where they are enough to say something."""
        advice, lang = self.advice, self.lang
        found = advice.comparisons
        if found is None:
            return Section(id="comparisons", title=lang("Comparisons like yours"), blocks=())
        refs = dict.fromkeys(ref for score in advice.expected_scores for ref in score.rests_on)
        runs = [Run(text=counts(advice, lang))]
        if found.studies:
            runs.append(Run(text=f" {lang('Sources:')}", style="quiet"))
        for study in found.studies:
            end = "." if study == found.studies[-1] else ","
            runs += [Run(text=" "), Run(text=study_name(study), url=study.url), Run(text=end)]
        said = Run(text=expected(advice, lang), basis=tuple(refs))
        blocks: list[Block] = [Paragraph(runs=tuple(runs)), Paragraph(runs=(said,))]
        chart = published_comparisons(advice, lang)
        if chart and found.share:
            blocks.insert(0, Picture(chart=chart))
        return Section(id="comparisons", title=lang("Comparisons like yours"), blocks=tuple(blocks))

    def flips(self) -> Section:
        items = tuple(
            (Run(text=flip.sentence, basis=self._refs),)
            for flip in wording.flips(self.advice, self.content, self.lang)[:MOST_FLIPS]
        )
        blocks: tuple[Block, ...] = (
            (Items(numbered=False, items=items),)
            if items
            else (Paragraph(runs=plain(self.lang("No single answer would change the verdict."))),)
        )
        return Section(id="flips", title=self.lang("What would change the verdict"), blocks=blocks)

    def routes(self) -> Section:
        """The routes that are or may be open, one row for what shares a state; below them the closed ones.

        Only routes that can carry out the recommended option are named, and none where nothing is to be trained.
        """
        lang, advice = self.lang, self.advice
        if advice.verdict == "dont" or not self.content.option(advice.option).tunes:
            return Section(id="routes", title=lang("Who would train and serve it"), blocks=())
        wanted = {route.route for route in advice.routes if advice.option in route.options}
        possible = [route for route in wording.routes(advice, self.content, lang) if route.route in wanted]
        groups: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[wording.RouteText]] = {}
        for route in possible:
            groups.setdefault((route.state, route.depends_on, route.conditions), []).append(route)
        rows = []
        questions: list[str] = []
        for (state, depends, conditions), routes in groups.items():
            told = [source for route in routes for source in route.sources]
            open_state = Run(text=state, basis=self._facts(routes), notes=self._noted(told))
            rows.append((plain("; ".join(self._ended(routes))), (open_state, *_quietly(conditions))))
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
        closed = self._closed()
        if closed:
            blocks.append(Items(numbered=False, items=closed, columns=2))
        return Section(id="routes", title=lang("Who would train and serve it"), blocks=tuple(blocks))

    def _closed(self) -> tuple[Text, ...]:
        """Each reason for which routes are closed, with the vendors that it closes."""
        lang = self.lang
        groups: dict[tuple[str, tuple[str, ...]], list[wording.RouteText]] = {}
        wanted = {route.route for route in self.advice.closed_routes if self.advice.option in route.options}
        for route in wording.routes(self.advice, self.content, lang):
            if route.route in wanted:
                groups.setdefault((route.closed, route.conditions), []).append(route)
        return tuple(
            (
                Run(text=f"{closed} ", style="strong", basis=self._facts(routes)),
                Run(text=f"{'; '.join(self._ended(routes))}."),
                *_quietly(conditions),
            )
            for (closed, conditions), routes in groups.items()
        )

    def _ended(self, routes: Iterable[wording.RouteText]) -> list[str]:
        """Vendors with their models, and the day on which it ended where there is one."""
        vendors: dict[tuple[str, str], list[str]] = {}
        for route in routes:
            over = route.ends if route.ends and route.ends <= self.advice.at else None
            day = self.lang.date(over) if over else ""
            vendors.setdefault((route.who, day), []).append(route.model)
        return [
            f"{who} ({', '.join([*dict.fromkeys(models), *([day] if day else [])])})"
            for (who, day), models in vendors.items()
        ]

    def _facts(self, routes: Iterable[wording.RouteText]) -> tuple[str, ...]:
        facts = {fact for route in routes for fact in route.facts}
        return tuple(key for key, entry in self.advice.basis.items() if entry.ref in facts)

    def readiness(self) -> Section:
        lang = self.lang
        rows = []
        for side in wording.readiness(self.advice, self.content, lang):
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
        return Section(id="readiness", title=lang("Are we ready?"), blocks=(table,) if rows else ())
