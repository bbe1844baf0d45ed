"""The last room of the report, what all figures rest on: how it was made, answers, what was not known, assumptions,
sources, terms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from advisor import wording
from advisor.content.entries import Term
from advisor.content.load import Content
from advisor.content.sources import seen, source_name
from advisor.engine.advice import Advice, Basis, CostLine, OptionResult
from advisor.language import Language
from advisor.report.cleaning import REPLACEMENT, cleaned
from advisor.report.model import Block, Document, Items, Paragraph, Run, Section, Style, Text, runs_of
from advisor.wording import glossary, labels

MOST_TERMS = 12
LONGEST_ITEM = 400
"""Characters of an answer that still fit among the others."""
MOST_UNKNOWN = 4
"""Questions without an answer that are named: more would fill more than a line or two."""
MOST_DRAWN = 9
"""Most open questions whose usual answers are given; the JSON has those of all."""
PER_MILLION = "USD a million tokens"
MOST_VALUED = 1
"""Subjects of one source that are given with their figures; the others are named, and the JSON has their figures."""
MOST_IN_LINE = 2
"""The same for a line of the bill of the recommended option: the first is the one whose prices count most often."""


def sections(advice: Advice, content: Content, lang: Language, before: Document) -> tuple[Section, ...]:
    """Its sections, after a document without it; the terms explained are those that the document uses."""
    figures = _figures(advice, content, lang)
    told = {ref for block in figures.blocks for run in runs_of(block) for ref in run.basis}
    used = {ref for part in (*before.runs(), *before.charts()) for ref in part.basis}
    sections = (
        figures,
        _answers(advice, content, lang),
        _not_known(advice, content, lang),
        _assumptions(advice, content, lang),
        _sources(advice, content, lang, used - told),
        _terms(content, lang, before),
    )
    return (_about(advice, lang), *(section for section in sections if section.blocks))


SHARES = "how-shares"
"""The anchor of what is said of all shares of scenarios and teams."""


def of_option(option: str) -> str:
    """The anchor of what is said of the figures of an option."""
    return f"how-{option}"


def of_line(line: CostLine) -> str:
    """The anchor of what is said of a line of the bill of the recommended option."""
    return f"how-{line.kind}-{line.id}"


def _figures(advice: Advice, content: Content, lang: Language) -> Section:
    """How the figures came about: those of the recommended option line by line, then whose prices the others have. A
    dated figure of its route is given where it first counts; all others, answers and assumptions have sections of their
    own.
    """
    first = next((result for result in advice.ranking if result.option == advice.option), None)
    shares = lang(
        "Shares of situations and of teams rest on your answers and, for what was not answered, on what is usual. "
        "Those, and all assumptions, stand below with their values."
    )
    items: list[Text] = [(Run(text=shares, anchor=SHARES),)]
    told: set[str] = set()
    if first is not None:
        rows = wording.option_worked_out(first, lang)
        whole = " ".join(f"{row.name}: {row.how}" for row in rows[-3:])
        whole = f"{_priced_at(first, content, lang)} {whole}".lstrip()
        whole = f"{whole} {lang('The other options are worked out alike.')}"
        items.append(_entry_of(first, whole, content, lang))
        for line, row in zip(first.cost, rows, strict=False):
            dated = _dated(_taken_from(first, row.basis, content), told, advice)
            head = Run(text=f"{row.name}:", style="strong", anchor=of_line(line))
            items.append((head, Run(text=f" {row.how}"), *_values(dated, advice, content, lang, MOST_IN_LINE)))
        times = " ".join(f"{row.name}: {row.how}" for row in rows[len(first.cost) : -3])
        items += [(Run(text=times),)] if times else []
    others = [result for result in advice.ranking if result is not first]
    plain = [result for result in others if not result.price_route]
    heads = [
        Run(
            text=f"{labels.option_name(result.option, content, lang)}.", style="strong", anchor=of_option(result.option)
        )
        for result in plain
    ]
    if heads:
        items.append(tuple(_spaced(heads)))
    items += [
        _entry_of(result, _priced_at(result, content, lang), content, lang) for result in others if result.price_route
    ]
    blocks = (Items(numbered=False, items=tuple(items), columns=3),)
    return Section(id="figures", title=lang("How the figures come about"), blocks=blocks)


def _priced_at(result: OptionResult, content: Content, lang: Language) -> str:
    """The route whose prices an option has, and what it would cost if that closed, in a few words."""
    route = next((route for route in content.routes if route.id == result.price_route), None)
    if route is None:
        return ""
    values = {"model": lang(route.model), "vendor": lang(route.vendor)}
    without = result.usd_month_without
    if without is None:
        return lang("At the prices of {model} at {vendor}.", **values)
    usd = wording.amount(without, lang).middle
    return lang("At the prices of {model} at {vendor}; if that closed, {usd} a month, all in.", usd=usd, **values)


def _spaced(runs: Sequence[Run]) -> Iterator[Run]:
    """Runs with a space between each two."""
    for place, run in enumerate(runs):
        yield run if place == 0 else run.model_copy(update={"text": f" {run.text}"})


def _taken_from(result: OptionResult, keys: Iterable[str], content: Content) -> list[str]:
    """The keys without the prices of routes other than the one that an option is priced at most often."""
    route = next((route for route in content.routes if route.id == result.price_route), None)
    own = {f"fact:{value}" for _, value in route or () if isinstance(value, str)}
    others = {f"fact:{value}" for other in content.routes for _, value in other if isinstance(value, str)} - own
    return [key for key in keys if key not in others]


def _entry_of(result: OptionResult, how: str, content: Content, lang: Language) -> Text:
    """An option, whose prices it has, and how its figures follow."""
    name = labels.option_name(result.option, content, lang)
    head = Run(text=f"{name}:", style="strong", anchor=of_option(result.option))
    return (head, Run(text=f" {how}"))


def _dated(keys: Iterable[str], told: set[str], advice: Advice) -> tuple[str, ...]:
    """The dated figures among the keys that were not told before, which are told now."""
    facts = [key for key in dict.fromkeys(keys) if key in advice.basis and advice.basis[key].kind == "fact"]
    new = tuple(key for key in facts if key not in told)
    told.update(new)
    return new


def _values(keys: Sequence[str], advice: Advice, content: Content, lang: Language, most: int = MOST_VALUED) -> Text:
    """Dated figures with their values, and who says so: `gpt-4.1-mini, training: $5 (seen on ..., official, ...)`."""
    by_source: dict[tuple[str, str | None], list[str]] = {}
    for key in keys:
        entry = advice.basis[key]
        by_source.setdefault((labels.basis(entry, content, lang), entry.url), []).append(key)
    runs: list[Run] = []
    for (origin, url), same in by_source.items():
        entries = [advice.basis[key] for key in same]
        values = _taken(entries, content, lang, most).removesuffix(".")
        runs.append(Run(text=f" {values}", style="quiet", basis=tuple(same)))
        runs.append(Run(text=f" ({origin}).", style="quiet", url=url if url and _is_address(url) else None))
    return tuple(runs)


def _plain(text: str) -> Text:
    return (Run(text=text),)


def _answers(advice: Advice, content: Content, lang: Language) -> Section:
    """Question and answer; below them, whole, a long text of the user's, and in a line or two what they do not know."""
    refs = {entry.ref: key for key, entry in advice.basis.items() if entry.kind in ("answer", "measured")}
    items: list[Text] = []
    long: list[Text] = []
    unknown: list[str] = []
    for answer in wording.answers(advice, content, lang):
        if advice.answers[answer.id] is None:
            unknown.append(answer.question)
            continue
        style: Style = "own" if answer.own_words else "plain"
        basis = (refs[answer.id],) if answer.id in refs else ()
        question = f"{labels.asked(answer.question)} "
        runs = [Run(text=question, style="quiet"), Run(text=answer.answer, style=style, basis=basis)]
        if answer.measured:
            runs.append(Run(text=f" ({answer.measured})", style="quiet"))
        (long if len(answer.answer) > LONGEST_ITEM else items).append(tuple(runs))
    blocks: list[Block] = [Items(numbered=False, items=tuple(items), columns=2)] if items else []
    blocks += [Paragraph(runs=runs, tone="own") for runs in long]
    if unknown:
        line = _unknown(unknown, lang)
        blocks.append(Paragraph(runs=(Run(text=line, style="quiet"),), tone="own"))
    return Section(id="answers", title=lang("Your answers"), blocks=tuple(blocks))


def _unknown(questions: Sequence[str], lang: Language) -> str:
    """What the user said not to know: all of it where that is little, else the first questions and how many more."""
    if len(questions) <= MOST_UNKNOWN:
        return lang("Not known: {questions}", questions=" ".join(questions))
    named = questions[: MOST_UNKNOWN - 1]
    return lang("Not known: {questions} And {n} more.", questions=" ".join(named), n=len(questions) - len(named))


def _not_known(advice: Advice, content: Content, lang: Language) -> Section:
    priors = {entry.ref: (key, entry) for key, entry in advice.basis.items() if entry.kind == "prior"}
    items = tuple(
        _entry(labels.asked(lang(question.text)), _drawn(priors[question.id][1], content, lang), priors[question.id][0])
        for question in content.questions
        if question.id in priors
    )
    lead = Paragraph(
        runs=_plain(
            lang(
                "For questions without an answer the situations hold what is usual, and lean to what your other "
                "answers make likely. These are our assumptions."
            )
        ),
        tone="small",
    )
    blocks: tuple[Block, ...] = (lead, Items(numbered=False, items=items[:MOST_DRAWN], columns=3)) if items else ()
    if (rest := len(items) - MOST_DRAWN) > 0:
        more = lang("And {n} more, in the JSON.", n=lang.number(rest))
        blocks = (*blocks, Paragraph(runs=_plain(more), tone="small"))
    return Section(id="not_known", title=lang("What was not known"), blocks=blocks)


def _entry(name: str, value: str, key: str | None, origin: str = "") -> Text:
    runs = [Run(text=f"{name} "), Run(text=value, style="figure", basis=(key,) if key else ())]
    return (*runs, Run(text=f" {origin}", style="quiet")) if origin else tuple(runs)


def _drawn(entry: Basis, content: Content, lang: Language) -> str:
    """What the scenarios hold for an open question: the usual range, or the choices with their probabilities."""
    question = content.question(entry.ref)
    match question.type:
        case "number" if question.prior:
            return labels.quantity([question.prior.p10, question.prior.p90], question.unit or "", lang)
        case "yes_no":
            return lang("yes in {share}", share=lang.percent(question.yes_prior))
        case _:
            likely = sorted((choice for choice in question.choices if choice.prior), key=lambda choice: -choice.prior)[
                :2
            ]
            return "; ".join(f"{lang(choice.text)} {lang.percent(choice.prior)}" for choice in likely)


def _assumptions(advice: Advice, content: Content, lang: Language) -> Section:
    refs = {entry.ref: key for key, entry in advice.basis.items() if entry.kind == "assumption"}
    items = []
    for assumption in wording.assumptions(advice, content, lang):
        key = refs.get(assumption.id)
        source = advice.basis[key].source if key else None
        named = f"({source_name(source, content, lang)})" if source else ""
        origin = assumption.origin if assumption.overridden else named
        items.append(_entry(f"{assumption.text}:", assumption.value, key, origin))
    lead = Paragraph(
        runs=_plain(
            lang(
                "Numbers that nobody was asked for: the median, with the range that is drawn from. Unless a source is "
                "named they are ours; change what you know better."
            )
        ),
        tone="small",
    )
    blocks = (lead, Items(numbered=False, items=tuple(items), columns=3)) if items else ()
    return Section(id="assumptions", title=lang("Assumptions"), blocks=blocks)


def _sources(advice: Advice, content: Content, lang: Language, used: Iterable[str]) -> Section:
    """The other dated facts behind the report, one row for each source and date."""
    wanted = set(used)
    groups: dict[tuple[str, str | None, str, str], list[tuple[str, Basis]]] = {}
    for key, entry in advice.basis.items():
        if key in wanted and entry.kind in ("fact", "content") and entry.source:
            title = source_name(entry.source, content, lang)
            group = (title, entry.url, entry.seen or "", entry.confidence or "")
            groups.setdefault(group, []).append((key, entry))
    items = []
    for (title, url, read, confidence), entries in groups.items():
        when = [seen(read, lang)] if read else []
        when += [labels.confidence(confidence, lang)] if confidence else []
        items.append(
            (
                Run(text=title, url=url if url and _is_address(url) else None),
                Run(text=f", {', '.join(when)}. " if when else ". ", style="quiet"),
                Run(
                    text=_taken([entry for _, entry in entries], content, lang),
                    basis=tuple(key for key, _ in entries),
                ),
            )
        )
    blocks = (Items(numbered=False, items=tuple(items), columns=2),) if items else ()
    return Section(id="sources", title=lang("Where the figures come from"), blocks=blocks)


def _is_address(url: str) -> bool:
    return url.startswith("https://") and " " not in url


def _taken(entries: Iterable[Basis], content: Content, lang: Language, most: int = MOST_VALUED) -> str:
    """What was taken from one source, with the prices of tokens together.

    `USD a million tokens: gpt-4.1: training $25.00, input $2.00; Ministral-3B: ... . gpt-4.1: keeping it online $1.70`.
    """
    tokens: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    for entry in entries:
        subject, *field = labels.basis_parts(entry, content, lang)
        by_token = entry.unit == PER_MILLION and isinstance(entry.value, int | float)
        value = "" if entry.value is None else labels.basis_value(entry, content, lang)
        cells = [*field, lang.usd(entry.value) if by_token else value]
        (tokens if by_token else others).setdefault(subject, []).append(" ".join(cells).rstrip())
    parts = [f"{lang('USD a million tokens')}: {_listed(tokens, lang, most)}"] if tokens else []
    return " ".join([*parts, *([_listed(others, lang, most)] if others else [])])


def _listed(values_by_subject: Mapping[str, Sequence[str]], lang: Language, most: int) -> str:
    subjects = list(values_by_subject)
    listed = "; ".join(f"{subject}: {', '.join(values_by_subject[subject])}" for subject in subjects[:most])
    others = subjects[most:]
    return f"{listed}. {lang('Also of {names}.', names=labels.all_of(others, lang))}" if others else f"{listed}."


def _terms(content: Content, lang: Language, before: Document) -> Section:
    texts = [run.text for run in before.runs()]
    texts += [text for chart in before.charts() for text in (chart.alt, chart.note, chart.x.label)]
    used = _used(" ".join(texts), content, lang)[:MOST_TERMS]
    items = tuple(
        (Run(text=f"{lang(term.term)}: ", style="strong"), Run(text=lang(term.definition)))
        for term in sorted(used, key=lambda term: lang(term.term).casefold())
    )
    return Section(
        id="terms", title=lang("Terms"), blocks=(Items(numbered=False, items=items, columns=3),) if items else ()
    )


def _used(text: str, content: Content, lang: Language) -> list[Term]:
    """The terms that the text uses: first those that are explained where they stand on a screen, then the others."""
    marked = {term.id for *_, term in glossary.found(text, content, lang)}
    return [
        *(term for term in content.terms if term.id in marked),
        *(term for term in content.terms if term.id not in marked and _occurs(term, text, lang)),
    ]


def _occurs(term: Term, text: str, lang: Language) -> bool:
    names = (lang(term.term), *term.also)
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) for name in names)


def _about(advice: Advice, lang: Language) -> Section:
    blocks: tuple[Block, ...] = (
        Paragraph(
            runs=_plain(
                lang(
                    "Your answers were expanded into {n} complete situations: exact where you were exact, drawn from a "
                    "range or from what is usual where you were not. Every option was priced and judged in each of "
                    "them. A verdict's share is the share of situations that give it; a range holds eight of ten "
                    "situations.",
                    n=lang.number(advice.scenarios, 6),
                )
            ),
            tone="small",
        ),
        Paragraph(
            runs=_plain(
                lang(
                    "Prices and dates are as known on {date} (content version {version}). Check the vendor's page "
                    "before you rely on one. This command repeats the advice from a file with the same answers:",
                    date=lang.date(advice.at),
                    version=advice.content_version,
                )
            ),
            tone="small",
        ),
        Paragraph(runs=_plain(wording.repeat_command(advice, lang)), tone="code"),
    )
    typed = " ".join(str(value) for value in advice.answers.values() if isinstance(value, str))
    if REPLACEMENT in cleaned(typed):
        lacking = lang(
            "The PDF has no letter shape for some signs that were typed; each shows as the replacement sign {sign}.",
            sign=REPLACEMENT,
        )
        blocks = (*blocks, Paragraph(runs=_plain(lacking), tone="small"))
    return Section(id="about", title=lang("What this rests on"), blocks=blocks)
