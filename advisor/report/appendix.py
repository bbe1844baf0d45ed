"""The end of the report: how it was made, answers, what was not known, assumptions, sources, terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from advisor import labels, wording
from advisor.advice import Advice, Basis
from advisor.content import Content
from advisor.language import Language
from advisor.report.model import Block, Column, Items, Paragraph, Run, Section, Table, Text, runs_of
from advisor.schema import Term

MOST_TERMS = 12


def appendix(advice: Advice, content: Content, lang: Language, body: Sequence[Section]) -> tuple[Section, ...]:
    """The sections after the body; the terms explained are those that the body uses."""
    used = {ref for section in body for ref in _refs(section)}
    sections = (
        _answers(advice, content, lang),
        _not_known(advice, content, lang),
        _assumptions(advice, content, lang),
        _sources(advice, content, lang, used),
        _terms(content, lang, body),
    )
    return (_about(advice, lang), *(section for section in sections if section.blocks))


def _refs(section: Section) -> set[str]:
    refs = {ref for block in section.blocks for run in runs_of(block) for ref in run.basis}
    charts = [block.chart for block in section.blocks if block.kind in ("chart", "verdict")]
    return refs | {ref for chart in charts for ref in chart.basis}


def _plain(text: str) -> Text:
    return (Run(text=text),)


def _answers(advice: Advice, content: Content, lang: Language) -> Section:
    refs = {entry.ref: key for key, entry in advice.basis.items() if entry.kind in ("answer", "measured")}
    rows = []
    for answer in wording.answers(advice, content, lang):
        basis = (refs[answer.id],) if answer.id in refs else ()
        said = [Run(text=answer.answer, style="own" if answer.own_words else "plain", basis=basis)]
        if answer.measured:
            said.append(Run(text=" " + lang("(measured)"), style="quiet"))
        rows.append((_plain(answer.question), tuple(said)))
    table = Table(
        id="answers",
        columns=(Column(label=lang("Question"), width=1.15), Column(label=lang("Answer"))),
        rows=tuple(rows),
        halves=True,
        small=True,
    )
    return _section("answers", lang("Your answers"), (table,) if rows else ())


def _not_known(advice: Advice, content: Content, lang: Language) -> Section:
    priors = {entry.ref: (key, entry) for key, entry in advice.basis.items() if entry.kind == "prior"}
    items = tuple(
        _entry(lang(question.text), _drawn(priors[question.id][1], content, lang), priors[question.id][0])
        for question in content.questions
        if question.id in priors
    )
    lead = Paragraph(
        runs=_plain(
            lang("For questions without an answer, the scenarios hold what is usual. These are our assumptions.")
        ),
        tone="small",
    )
    blocks = (lead, Items(numbered=False, items=items, columns=3)) if items else ()
    return _section("not_known", lang("What was not known"), blocks)


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
            likely = sorted(question.choices, key=lambda choice: -choice.prior)[:2]
            return "; ".join(f"{lang(choice.text)} {lang.percent(choice.prior)}" for choice in likely)


def _assumptions(advice: Advice, content: Content, lang: Language) -> Section:
    refs = {entry.ref: key for key, entry in advice.basis.items() if entry.kind == "assumption"}
    items = []
    for assumption in wording.assumptions(advice, content, lang):
        key = refs.get(assumption.id)
        source = advice.basis[key].source if key else None
        origin = assumption.origin if assumption.overridden else f"({source})" if source else ""
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
    return _section("assumptions", lang("Assumptions"), blocks)


def _sources(advice: Advice, content: Content, lang: Language, used: Iterable[str]) -> Section:
    """The dated facts behind the figures of the report, one row for each source and date."""
    wanted = set(used)
    groups: dict[tuple[str, str | None, str, str], list[tuple[str, Basis]]] = {}
    for key, entry in advice.basis.items():
        if key in wanted and entry.kind in ("fact", "content") and entry.source:
            title = entry.source if " " in entry.source or not entry.url else _readable(entry.url)
            group = (title, entry.url, entry.seen or "", entry.confidence or "")
            groups.setdefault(group, []).append((key, entry))
    rows = []
    for (title, url, seen, confidence), entries in groups.items():
        where = (Run(text=title, url=url if url and _is_address(url) else None),)
        when = ", ".join(part for part in (seen, labels.confidence(confidence, lang) if confidence else "") if part)
        keys = tuple(key for key, _ in entries)
        taken = _taken([entry for _, entry in entries], content, lang)
        rows.append((where, _plain(when), (Run(text=taken, basis=keys),)))
    table = Table(
        id="sources",
        columns=(
            Column(label=lang("Source"), width=2.0),
            Column(label=lang("Seen"), width=1.1),
            Column(label=lang("What was taken from it"), width=4.2),
        ),
        rows=tuple(rows),
        small=True,
    )
    return _section("sources", lang("Where the figures come from"), (table,) if rows else ())


def _is_address(url: str) -> bool:
    return url.startswith("https://") and " " not in url


def _readable(url: str) -> str:
    """An address without its scheme, so that it is shorter to read."""
    return url.removeprefix("https://").removeprefix("www.").rstrip("/")


def _taken(entries: Iterable[Basis], content: Content, lang: Language) -> str:
    """What was taken from one source: `gpt-4.1-mini: training $5 a million tokens, hosting $1.70 an hour; ...`."""
    models: dict[str, list[str]] = {}
    for entry in entries:
        model, _, field = labels.basis_name(entry, content, lang).partition(", ")
        value = labels.basis_value(entry, content, lang) if entry.value is not None else ""
        models.setdefault(model, []).append(f"{field} {value}".strip())
    return "; ".join(f"{model}: {', '.join(said)}" for model, said in models.items())


def _terms(content: Content, lang: Language, body: Sequence[Section]) -> Section:
    text = " ".join(run.text for section in body for block in section.blocks for run in runs_of(block))
    used = [term for term in content.terms if _occurs(term, text, lang)][:MOST_TERMS]
    items = tuple(
        (Run(text=f"{lang(term.term)}: ", style="strong"), Run(text=lang(term.definition)))
        for term in sorted(used, key=lambda term: lang(term.term).casefold())
    )
    return _section("terms", lang("Terms"), (Items(numbered=False, items=items, columns=2),) if items else ())


def _occurs(term: Term, text: str, lang: Language) -> bool:
    names = (lang(term.term), *term.also)
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) for name in names)


def _about(advice: Advice, lang: Language) -> Section:
    blocks: tuple[Block, ...] = (
        Paragraph(
            runs=_plain(
                lang(
                    "Your answers were expanded into {n} complete scenarios: exact where you were exact, drawn from a "
                    "range or from what is usual where you were not. Every option was priced and judged in each of "
                    "them. A verdict's share is the share of scenarios that give it; a range holds eight of ten "
                    "scenarios.",
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
        Paragraph(runs=_plain(wording.repeat_command(advice)), tone="code"),
        Paragraph(
            runs=_plain(
                lang(
                    "A sign that this report has no letter shape for is shown as the replacement sign {sign}.",
                    sign="\N{REPLACEMENT CHARACTER}",
                )
            ),
            tone="small",
        ),
    )
    return Section(id="about", title=lang("What this rests on"), blocks=blocks, appendix=True)


def _section(name: str, title: str, blocks: tuple[Block, ...]) -> Section:
    return Section(id=name, title=title, level=2, blocks=blocks, appendix=True)
