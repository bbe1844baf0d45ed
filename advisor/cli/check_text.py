"""What the commands on training files print: findings, profile and the notebook's figures, as text and as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from advisor.cli.layout import one_line, table
from advisor.content.load import Content, load
from advisor.dataset.check_json import masked_labels, training_runs
from advisor.dataset.inspection.inspect import Finding, Inspection
from advisor.dataset.platforms import example_limits
from advisor.dataset.words import (
    headline,
    in_validation,
    message,
    ranked,
    recognised,
    severity_name,
    state_name,
    where,
)
from advisor.language import Language
from advisor.wording.labels import in_sentence

if TYPE_CHECKING:
    from advisor.dataset.inspection.profile import Spread
    from advisor.dataset.notebook import Classic, Distribution

MOST_FINDINGS = 20
"""Findings that are printed one by one unless asked for more."""
SHOWN_LABELS = 8
NO_DATA = "not-training-data"
"""The check that finds a file of another kind: what else there would be to say of its rows is of no use then."""


def check_text(inspection: Inspection, content: Content, lang: Language, limit: int = MOST_FINDINGS) -> str:
    """Everything that a check found: one sentence, the format, counts, findings with line and field, what went
    unchecked. `limit` is how many findings are printed one by one. Of what is no training data, it says that alone.
    """
    if NO_DATA in inspection.counts:
        texts = (_said(finding, content, lang) for finding in inspection.findings if finding.check == NO_DATA)
        return "\n".join(one_line(f"{inspection.name}: {text} {lang(content.check(NO_DATA).fix)}") for text in texts)
    kinds = ranked(inspection.counts, content)
    counts = [
        (
            f"  {severity_name(content.check(check).severity, lang)}",
            lang.number(n, 12),
            lang(content.check(check).title),
            check,
        )
        for check, n in kinds
    ]
    lines = [f"{inspection.name}: {headline(inspection, content, lang)}", recognised(inspection, lang)]
    if counts:
        lines += ["", lang("What was found, and how often"), *table(counts, right=frozenset({1}))]
    if inspection.findings:
        lines += ["", lang("Where"), *_kinds(inspection, [check for check, _ in kinds], content, lang, limit)]
    if inspection.skipped:
        lines += ["", lang("Not checked")]
        lines += [
            f"  {', '.join(skipped.checks)}: {skipped.why.text(lang)}; {skipped.unlocks.text(lang)}"
            for skipped in inspection.skipped
        ]
    return "\n".join(one_line(line) for line in lines)


def _kinds(inspection: Inspection, ranked: list[str], content: Content, lang: Language, limit: int) -> Iterator[str]:
    """The findings by kind. One that is alone has a line; of several, one line says what they share, and what to do."""
    kinds = {check: [finding for finding in inspection.findings if finding.check == check] for check in ranked}
    shown = shared_out([len(some) for some in kinds.values()], limit)
    for (check, some), n in zip(kinds.items(), shown, strict=True):
        if not n:
            continue
        if inspection.counts[check] == 1:
            yield f"  {_place(some[0], content, lang)}: {_described(some[0], content, lang)}"
        else:
            yield from _several(some, n, inspection.counts[check], content, lang)
    unseen = sum(inspection.counts[check] for check, n in zip(kinds, shown, strict=True) if not n)
    if unseen:
        yield f"  {_and_more(unseen, lang)}"


def shared_out(sizes: Sequence[int], limit: int) -> list[int]:
    """How many of each group to show, `limit` in all: each has one before any has two, the first of them first."""
    shown = [0] * len(sizes)
    while limit > sum(shown) < sum(sizes):
        for place, size in enumerate(sizes):
            if shown[place] < size and sum(shown) < limit:
                shown[place] += 1
    return shown


def _several(findings: Sequence[Finding], shown: int, n: int, content: Content, lang: Language) -> Iterator[str]:
    """A line for what several findings of one kind share, and one for each of the first places."""
    check = content.check(findings[0].check)
    messages = {message(finding, check, lang) for finding in findings}
    what = messages.pop() if len(messages) == 1 else f"{lang(check.title)}."
    times = lang("{n} times", n=lang.number(n, 12))
    yield f"  {times}: {what} {lang(check.fix)} ({severity_name(check.severity, lang)}, {check.id})"
    for finding in findings[:shown]:
        own = f": {_said(finding, content, lang)}" if messages else f" [{finding.evidence}]" if finding.evidence else ""
        yield f"    {_place(finding, content, lang)}{own}"
    if n > shown:
        yield f"    {_and_more(n - shown, lang)}"


def _and_more(n: int, lang: Language) -> str:
    return lang.plural("and {n} more; --limit shows more", "and {n} more; --limit shows more", n)


def _place(finding: Finding, content: Content, lang: Language) -> str:
    spot = where(finding.line, finding.unit, lang)
    if content.check(finding.check).is_leak and finding.line is not None:
        spot = in_validation(finding.line, finding.unit, lang)
    return f"{spot}, {finding.field}" if finding.field else spot


def _said(finding: Finding, content: Content, lang: Language) -> str:
    """What a finding says, and what was seen."""
    text = message(finding, content.check(finding.check), lang)
    return f"{text} [{finding.evidence}]" if finding.evidence else text


def _described(finding: Finding, content: Content, lang: Language) -> str:
    fix = lang(content.check(finding.check).fix)
    return f"{_said(finding, content, lang)} {fix} ({severity_name(finding.severity, lang)}, {finding.check})"


def card_text(inspection: Inspection, content: Content, lang: Language) -> list[str]:
    """Whether a file is ready: a sentence, and the lines that it comes from."""
    from advisor.dataset.readiness import card as readiness

    readiness_card = readiness.card(inspection, content, lang)
    lines = [f"{inspection.name}: {readiness_card.headline}"]
    for line in readiness_card.lines:
        lines.append(f"  [{state_name(line.state, lang)}] {line.title}: {line.figure}. {line.means}")
        if answer := readiness.answer_text(line, content, lang):
            lines.append(f"      {lang('measured answer: {answer}', answer=answer)}")
    return lines


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


def training_text(inspection: Inspection, content: Content, lang: Language, at: date) -> list[str]:
    """What one training run on a file would cost, by platform and model; nothing where that cannot be said."""
    from advisor.dataset.training import words

    every = training_runs(inspection, content, at)
    known = words.priced(every)
    if not every:
        return []
    head = ("", lang("cost of one run"), lang("epochs"), lang("tokens billed"), lang("price"), lang("time"))
    rows = [
        (
            f"  {words.label(run, lang)}",
            words.cost(run, lang),
            words.epochs(run, lang),
            words.billed(run, lang),
            words.price(run, lang),
            words.hours(run, lang),
        )
        for run in known
    ]
    lines = ["", words.heading(at, lang), *(table([head, *rows], head=True) if rows else [])]
    notes = [*words.notes(every, content, lang)]
    notes.append(
        (lang("Sources"), "; ".join(f"{origin.name} ({origin.when})" for origin in words.origins(known, content, lang)))
    )
    lines += [f"  {words.note(lang)}", *(f"  {title}: {text}" for title, text in notes if text)]
    return lines


def profile_text(inspection: Inspection, lang: Language, at: date | None = None) -> str:
    """What a file holds: rows, tokens, classes, repeats, who is named in it, and what training on it would cost."""
    profile, content = inspection.profile, load()
    exact = lang("exact, with an estimate of what a chat adds") if profile.exact else lang("estimates: no vocabulary")
    if profile.with_images:
        exact = lang("at least, since images are not counted")
    rows = [
        (lang("Rows"), lang.number(profile.rows, 12)),
        (lang("Rows that can be read"), lang.number(profile.readable, 12)),
        (lang("Rows with an answer"), lang.number(profile.answered, 12)),
        (lang("Different system prompts"), lang.number(profile.systems, 12)),
        (lang("Rows with a system prompt"), lang.number(profile.with_system, 12)),
        (lang("Rows with tools"), lang.number(profile.with_tools, 12)),
        (lang("Rows with images"), lang.number(profile.with_images, 12)),
        (lang("Answers that refuse"), lang.number(profile.refusals, 12)),
        (lang("Rows that repeat another"), lang.number(profile.duplicates, 12)),
        (lang("Rows that are nearly like another"), lang.number(profile.near_duplicates, 12)),
        (lang("Other answers to the same prompt"), lang.number(profile.conflicts, 12)),
    ]
    if profile.leaked is not None:
        rows.append((lang("Validation rows that are here too"), f"{profile.leaked} / {profile.validation_rows}"))
    rows += [
        (lang("Script of the answers: {script}", script=script_name(script, lang)), lang.number(n, 12))
        for script, n in profile.languages.items()
    ]
    rows += [
        (lang("Finds: {check}", check=in_sentence(lang(content.check(check).title))), lang.number(n, 12))
        for check, n in profile.private.items()
    ]
    spreads = (
        (lang("whole row"), profile.tokens),
        (lang("system prompt"), profile.system_tokens),
        (lang("question"), profile.prompt_tokens),
        (lang("answer"), profile.answer_tokens),
        (lang("turns"), profile.turns),
    )
    head = ("", lang("least"), "p5", "p10", lang("median"), "p90", "p95", lang("most"), lang("mean"), lang("total"))
    lines = [*card_text(inspection, content, lang), "", recognised(inspection, lang), ""]
    lines += table([(f"  {name}", n) for name, n in rows])
    lines += ["", lang("Tokens ({tokenizer}; {exact})", tokenizer=profile.tokenizer, exact=exact)]
    lines += table(
        [head, *(_spread(name, spread, lang) for name, spread in spreads if spread)],
        right=frozenset(range(1, 10)),
        head=True,
    )
    if profile.too_long:
        lines += ["", lang("Longer than the platform uses of one example")]
        names = {key: name for key, (name, _) in example_limits().items()}
        lines += table([(f"  {names[key]}", lang.percent(share)) for key, share in profile.too_long.items()])
    if profile.labels:
        lines += ["", lang.plural("{n} label", "{n} labels", len(profile.labels))]
        lines += table(
            [
                (f"  {label}", lang.number(n, 12))
                for label, n in list(masked_labels(profile.labels).items())[:SHOWN_LABELS]
            ]
        )
    lines += training_text(inspection, content, lang, at or date.today())
    return "\n".join(one_line(line) for line in lines)


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
            [head, *(_distribution(*spread, lang) for spread in spreads if spread[1])],
            right=frozenset(range(1, 7)),
            head=True,
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
    return "\n".join(one_line(line) for line in lines)


def _distribution(name: str, distribution: Distribution | None, lang: Language) -> tuple[str, ...]:
    assert distribution is not None
    values = (
        distribution.least,
        distribution.most,
        distribution.mean,
        distribution.median,
        distribution.p10,
        distribution.p90,
    )
    return (f"  {name}", *(lang.number(round(value, 1), 12) for value in values))


def classic_dict(report: Classic, name: str, lang: Language) -> dict[str, Any]:
    shown = dataclasses.asdict(dataclasses.replace(report, stopped=None))
    return {"file": name, **shown, "stopped": report.stopped.text(lang) if report.stopped else None}
