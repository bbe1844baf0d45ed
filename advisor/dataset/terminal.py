"""What the commands on training files print: findings, profile and the notebook's figures, as text and as JSON."""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from advisor.content import Content, load
from advisor.dataset.inspection import Finding, Inspection, as_dict, held_out, message, method_of
from advisor.dataset.limits import example_limits
from advisor.dataset.masking import masked
from advisor.dataset.place import validation, where
from advisor.labels import in_sentence
from advisor.language import Language
from advisor.layout import one_line, table
from advisor.schema_checks import Severity

if TYPE_CHECKING:
    from advisor.dataset import card as readiness
    from advisor.dataset.classic import Classic, Distribution
    from advisor.dataset.profile import Spread
    from advisor.dataset.training import Run

MOST = 20
"""Findings that are printed one by one unless asked for more."""
SHOWN_LABELS = 8
FEW_ALIKE = 3
"""Findings that say the same which are printed one by one; more of them are told together."""
PLACES = 12
"""Of those the places that are named."""
_INDEX = re.compile(r"\[\d+\]")


def severity_name(severity: Severity, lang: Language) -> str:
    """What a severity is called."""
    return {"error": lang("error"), "warning": lang("warning"), "info": lang("remark")}[severity]


def headline(found: Inspection, content: Content, lang: Language) -> str:
    """What a check found, in one sentence."""
    n = found.severities(content)
    rows = lang.plural("{n} row", "{n} rows", found.profile.rows)
    if not any(n.values()):
        return lang("{rows}: nothing found that would spoil training.", rows=rows)
    return lang(
        "{rows}: {errors}, {warnings}, {remarks}.",
        rows=rows,
        errors=lang.plural("{n} error", "{n} errors", n["error"]),
        warnings=lang.plural("{n} warning", "{n} warnings", n["warning"]),
        remarks=lang.plural("{n} remark", "{n} remarks", n["info"]),
    )


def recognised(found: Inspection, lang: Language) -> str:
    """Which format a file has, and why we think so."""
    known = found.recognition
    why = "; ".join(note.text(lang) for note in known.why)
    return lang("Format: {format} ({why})", format=known.form.title.text(lang), why=why)


def check_text(found: Inspection, content: Content, lang: Language, limit: int = MOST) -> str:
    """Everything that a check found: one sentence, the format, counts, findings with line and field, what went
    unchecked.
    """
    order: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}
    counted = sorted(found.counts.items(), key=lambda one: (order[content.check(one[0]).severity], -one[1], one[0]))
    counts = [
        (
            f"  {severity_name(content.check(check).severity, lang)}",
            lang.number(n, 12),
            lang(content.check(check).title),
            check,
        )
        for check, n in counted
    ]
    ranked = sorted(found.findings, key=lambda one: order[one.severity])
    lines = [f"{found.name}: {headline(found, content, lang)}", recognised(found, lang)]
    if counts:
        lines += ["", lang("What was found, and how often"), *table(counts, right=frozenset({1}))]
    if ranked:
        lines += ["", lang("Where")]
        told = _alike(ranked, content, lang)[:limit]
        for group in told:
            lines += _told(group, content, lang)
        rest = sum(found.counts.values()) - sum(map(len, told))
        if rest > 0:
            more = lang.plural("and {n} more; --limit shows more", "and {n} more; --limit shows more", rest)
            lines.append(f"  {more}")
    if found.skipped:
        lines += ["", lang("Not checked")]
        lines += [f"  {', '.join(one.checks)}: {one.why.text(lang)}; {one.unlocks.text(lang)}" for one in found.skipped]
    return "\n".join(one_line(one) for one in lines)


def _alike(findings: Sequence[Finding], content: Content, lang: Language) -> list[list[Finding]]:
    """The findings, with those that say the same of many rows together where the first of them stands."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for one in findings:
        said = message(one, content.check(one.check), lang)
        groups.setdefault((one.check, _INDEX.sub("", one.field), said), []).append(one)
    order = {id(one): at for at, one in enumerate(findings)}
    parts = [[group] if len(group) > FEW_ALIKE else [[one] for one in group] for group in groups.values()]
    return sorted((group for part in parts for group in part), key=lambda group: order[id(group[0])])


def _told(group: Sequence[Finding], content: Content, lang: Language) -> Iterator[str]:
    first, *more = group
    yield _line(first, content, lang)
    if more:
        places = [*dict.fromkeys(_spot(one, content, lang) for one in more)]
        named = ", ".join(places[:PLACES])
        said = (
            lang.plural(
                "the same {n} more time: {places}", "the same {n} more times: {places}", len(more), places=named
            )
            if len(places) <= PLACES
            else lang.plural(
                "the same {n} more time, beginning with {places}",
                "the same {n} more times, beginning with {places}",
                len(more),
                places=named,
            )
        )
        yield f"    {said}"


def _spot(finding: Finding, content: Content, lang: Language) -> str:
    if held_out(content.check(finding.check)) and finding.line is not None:
        return validation(finding.line, finding.unit, lang)
    return where(finding.line, finding.unit, lang)


def _line(finding: Finding, content: Content, lang: Language) -> str:
    check = content.check(finding.check)
    spot = _spot(finding, content, lang)
    place = f"{spot}, {finding.field}" if finding.field else spot
    seen = f" [{finding.evidence}]" if finding.evidence else ""
    said = message(finding, check, lang)
    return f"  {place}: {said}{seen} {lang(check.fix)} ({severity_name(finding.severity, lang)}, {finding.check})"


def check_dict(found: Inspection, content: Content, lang: Language) -> dict[str, Any]:
    """A check as JSON: `findings` (id, severity, line, field, message, evidence, fix), counts, profile, timings."""
    return {
        "file": found.name,
        "format": {
            "id": found.recognition.format,
            "why": [note.text(lang) for note in found.recognition.why],
            "share": round(found.recognition.share, 4),
            "alternatives": list(found.recognition.alternatives),
        },
        "platform": found.platform,
        "method": found.method,
        "complete": not found.cancelled,
        "findings": [as_dict(one, content.check(one.check), lang) for one in found.findings],
        "counts": found.counts,
        "severities": found.severities(content),
        "not_checked": [
            {"checks": list(one.checks), "why": one.why.text(lang), "unlocks": one.unlocks.text(lang)}
            for one in found.skipped
        ],
        "profile": profile_dict(found, content, lang),
        "seconds": found.seconds,
    }


def profile_dict(found: Inspection, content: Content, lang: Language, at: date | None = None) -> dict[str, Any]:
    """What a file holds, whether it is ready, and what one training run on it would cost on a day."""
    from advisor.dataset import card as readiness  # here, since what a run costs needs the whole engine
    from advisor.dataset import runwords

    at = at or date.today()
    return dataclasses.asdict(found.profile) | {
        "labels": _labels(found.profile.labels),
        "readiness": readiness.as_dict(readiness.card(found, content, lang)),
        "training": runwords.as_dict(_runs(found, content, at), at, content),
    }


def card_text(found: Inspection, content: Content, lang: Language) -> list[str]:
    """Whether a file is ready: a sentence, and the lines that it comes from."""
    from advisor.dataset import card as readiness

    made = readiness.card(found, content, lang)
    lines = [f"{found.name}: {made.headline}"]
    for line in made.lines:
        lines.append(f"  [{state_name(line.state, lang)}] {line.title}: {line.figure}. {line.means}")
        if said := readiness.answer_text(line, content, lang):
            lines.append(f"      {lang('measured answer: {answer}', answer=said)}")
    return lines


def state_name(state: readiness.State, lang: Language) -> str:
    return {"ok": lang("good"), "look": lang("look"), "stop": lang("fix first")}[state]


def script_name(script: str, lang: Language) -> str:
    """What a script is called that `profile.script` tells."""
    return {
        "latin": lang("Latin"),
        "greek": lang("Greek"),
        "cyrillic": lang("Cyrillic"),
        "hebrew": lang("Hebrew"),
        "arabic": lang("Arabic"),
        "indic": lang("Indian"),
        "thai": lang("Thai"),
        "east_asian": lang("Chinese or Japanese"),
        "korean": lang("Korean"),
    }.get(script, lang("another, or no letters"))


def _runs(found: Inspection, content: Content, at: date) -> tuple[Run, ...]:
    from advisor.dataset.training import runs

    return runs(found.profile, method_of(found), at, content=content)


def training_text(found: Inspection, content: Content, lang: Language, at: date) -> list[str]:
    """What one training run on a file would cost, by platform and model; nothing where that cannot be said."""
    from advisor.dataset import runwords

    every = _runs(found, content, at)
    known = runwords.priced(every)
    if not every:
        return []
    head = ("", lang("cost of one run"), lang("epochs"), lang("tokens billed"), lang("price"), lang("time"))
    rows = [
        (
            f"  {runwords.label(run, lang)}",
            runwords.cost(run, lang),
            runwords.epochs(run, lang),
            runwords.billed(run, lang),
            runwords.price(run, lang),
            runwords.hours(run, lang),
        )
        for run in known
    ]
    lines = ["", runwords.heading(at, lang), *(table([head, *rows], head=True) if rows else [])]
    told = [*runwords.notes(every, content, lang)]
    told.append(
        (lang("Sources"), "; ".join(f"{one.name} ({one.when})" for one in runwords.origins(known, content, lang)))
    )
    lines += [f"  {runwords.note(lang)}", *(f"  {title}: {text}" for title, text in told if text)]
    return lines


def profile_text(found: Inspection, lang: Language, at: date | None = None) -> str:
    """What a file holds: rows, tokens, classes, repeats, who is named in it, and what training on it would cost."""
    one, content = found.profile, load()
    exact = lang("exact, with an estimate of what a chat adds") if one.exact else lang("estimates: no vocabulary")
    if one.with_images:
        exact = lang("at least, since images are not counted")
    rows = [
        (lang("Rows"), lang.number(one.rows, 12)),
        (lang("Rows that can be read"), lang.number(one.readable, 12)),
        (lang("Rows with an answer"), lang.number(one.answered, 12)),
        (lang("Different system prompts"), lang.number(one.systems, 12)),
        (lang("Rows with a system prompt"), lang.number(one.with_system, 12)),
        (lang("Rows with tools"), lang.number(one.with_tools, 12)),
        (lang("Rows with images"), lang.number(one.with_images, 12)),
        (lang("Answers that refuse"), lang.number(one.refusals, 12)),
        (lang("Rows that repeat another"), lang.number(one.duplicates, 12)),
        (lang("Rows that are nearly like another"), lang.number(one.near_duplicates, 12)),
        (lang("Other answers to the same prompt"), lang.number(one.conflicts, 12)),
    ]
    if one.leaked is not None:
        rows.append((lang("Validation rows that are here too"), f"{one.leaked} / {one.validation_rows}"))
    rows += [
        (lang("Script of the answers: {script}", script=script_name(script, lang)), lang.number(n, 12))
        for script, n in one.languages.items()
    ]
    rows += [
        (lang("Finds: {check}", check=in_sentence(lang(content.check(check).title))), lang.number(n, 12))
        for check, n in one.private.items()
    ]
    spreads = (
        (lang("whole row"), one.tokens),
        (lang("system prompt"), one.system_tokens),
        (lang("question"), one.prompt_tokens),
        (lang("answer"), one.answer_tokens),
        (lang("turns"), one.turns),
    )
    head = ("", lang("least"), "p5", "p10", lang("median"), "p90", "p95", lang("most"), lang("mean"), lang("total"))
    lines = [*card_text(found, content, lang), "", recognised(found, lang), ""]
    lines += table([(f"  {name}", n) for name, n in rows])
    lines += ["", lang("Tokens ({tokenizer}; {exact})", tokenizer=one.tokenizer, exact=exact)]
    lines += table(
        [head, *(_spread(name, spread, lang) for name, spread in spreads if spread)],
        right=frozenset(range(1, 10)),
        head=True,
    )
    if one.too_long:
        lines += ["", lang("Longer than the platform uses of one example")]
        names = {key: name for key, (name, _) in example_limits().items()}
        lines += table([(f"  {names[key]}", lang.percent(share)) for key, share in one.too_long.items()])
    if one.labels:
        lines += ["", lang.plural("{n} label", "{n} labels", len(one.labels))]
        lines += table(
            [(f"  {label}", lang.number(n, 12)) for label, n in list(_labels(one.labels).items())[:SHOWN_LABELS]]
        )
    lines += training_text(found, content, lang, at or date.today())
    return "\n".join(one_line(one) for one in lines)


def _labels(counted: Mapping[str, int]) -> dict[str, int]:
    """Rows by label, without personal data in what is shown of them."""
    found: Counter[str] = Counter()
    for label, n in counted.items():
        found[masked(label)] += n
    return dict(found)


def _spread(name: str, spread: Spread, lang: Language) -> tuple[str, ...]:
    middle = (spread.p5, spread.p10, spread.median, spread.p90, spread.p95)
    values = (spread.least, *middle, spread.most, spread.mean, spread.total)
    return (f"  {name}", *(lang.number(value, 6) for value in values))


def classic_text(report: Classic, name: str, lang: Language) -> str:
    """What the cookbook's notebook prints for this file, and what would have stopped it."""
    examples = lang.plural("{n} example", "{n} examples", report.examples)
    lines = [lang("{file}: {examples}, as the cookbook's notebook counts", file=name, examples=examples)]
    if report.stopped:
        lines.append(report.stopped.text(lang))
    lines += table(
        [(f"  {counter}", lang.number(n, 12)) for counter, n in report.counters.items()], right=frozenset({1})
    )
    lines += table(
        [(f"  {lang('without a system message')}", lang.number(report.missing_system, 12)),
         (f"  {lang('without a user message')}", lang.number(report.missing_user, 12))], right=frozenset({1}),
    )  # fmt: skip
    spreads = (
        (lang("messages an example"), report.messages),
        (lang("tokens an example"), report.tokens),
        (lang("tokens of the assistant"), report.assistant_tokens),
    )
    head = ("", lang("least"), lang("most"), lang("mean"), lang("median"), "p10", "p90")
    lines += [
        "",
        *table(
            [head, *(_distribution(*one, lang) for one in spreads if one[1])], right=frozenset(range(1, 7)), head=True
        ),
    ]
    lines += [
        "",
        lang.plural(
            "{n} example is longer than {limit} tokens and would be cut.",
            "{n} examples are longer than {limit} tokens and would be cut.",
            report.too_long,
            limit=lang.number(report.limit, 12),
        ),
        lang(
            "{epochs} by the notebook's rule, an estimate: about {billable} tokens each, {charged} in all.",
            epochs=lang.plural("{n} epoch", "{n} epochs", report.epochs),
            billable=lang.number(report.billable, 12),
            charged=lang.number(report.charged, 12),
        ),
    ]
    return "\n".join(one_line(one) for one in lines)


def _distribution(name: str, one: Distribution | None, lang: Language) -> tuple[str, ...]:
    assert one is not None
    values = (one.least, one.most, one.mean, one.median, one.p10, one.p90)
    return (f"  {name}", *(lang.number(round(value, 1), 12) for value in values))


def classic_dict(report: Classic, name: str, lang: Language) -> dict[str, Any]:
    shown = dataclasses.asdict(dataclasses.replace(report, stopped=None))
    return {"file": name, **shown, "stopped": report.stopped.text(lang) if report.stopped else None}


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
