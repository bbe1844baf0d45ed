"""What was made of a reader's file, in words: what changed, what was lost, what is left, and where it can be had."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

import streamlit as st

from advisor.dataset.conversion import Conversion
from advisor.dataset.inspection.inspect import Inspection
from advisor.dataset.place import Unit
from advisor.dataset.repairs.repair import Change, Repair
from advisor.dataset.row import EMPTY, EVIDENCE, Note
from advisor.dataset.splitting import REFUSALS, Split
from advisor.dataset.words import by_reason, in_validation, ranked, several, where
from advisor.language import Language
from advisor.ui.files.stored import Export
from advisor.ui.pages.data.exports import Made, Repaired
from advisor.ui.pages.data.findings import mark
from advisor.ui.parts.markup import Markup, esc, html, joined, show, table
from advisor.ui.session import content
from advisor.wording.sizes import size

MOST_SHOWN = 20
"""Changes, rows left out, or classes that are listed."""
NAMED = 5
"""Rows that are named of those left out for one reason."""


def links(lang: Language, *exports: tuple[Export | None, str]) -> None:
    """Files to save, as links; the address of each is known to this page alone."""
    anchors = joined(
        html(
            '<a class="fetch" href="{}" download="{}">{}<span class="spread">{}, {}</span></a>',
            export.address,
            export.file.name,
            label,
            export.file.name,
            size(export.file.size, lang),
        )
        for export, label in exports
        if export is not None
    )
    show(html('<p class="fetches">{}</p>', anchors))


def command(text: str, lang: Language) -> None:
    """The command that does the same."""
    show(html("<p>{}</p>", lang("This command makes the same in a terminal:")))
    st.code(text, language=None)


def elsewhere(text: str, lang: Language) -> None:
    """The command that does on the reader's machine what was beyond the bounds here."""
    show(html("<p>{}</p>", lang("On your own machine, this command does it without that limit:")))
    st.code(text, language=None)


def _rows(n: int, lang: Language) -> str:
    return lang.plural("{n} row", "{n} rows", n)


def repaired(repair: Repaired, lang: Language) -> None:
    """What was changed, and what is left, in two sentences."""
    done = repair.done
    if not done.changed:
        text = lang("There was nothing to repair: the {rows} are as they were.", rows=_rows(done.rows, lang))
    else:
        n = sum(done.counts.values())
        text = lang(
            "{changes} in the {rows} written.",
            changes=lang.plural("{n} change", "{n} changes", n),
            rows=_rows(done.rows, lang),
        )
    if done.rows_left_out:
        text += " " + lang.plural(
            "{n} row could not be read and is left out.",
            "{n} rows could not be read and are left out.",
            done.rows_left_out,
        )
    if done.duplicates:
        text += " " + lang.plural(
            "{n} row repeats an earlier one and is left out.",
            "{n} rows repeat an earlier one and are left out.",
            done.duplicates,
        )
    if done.leaks:
        text += " " + lang.plural(
            "{n} row is also in the validation file and is left out.",
            "{n} rows are also in the validation file and are left out.",
            done.leaks,
        )
    show(html('<p class="what" role="status">{} {}</p>', text, _left(repair.left, lang)))


def _left(left: Inspection | None, lang: Language) -> str:
    if left is None:
        return lang("Nothing is left to check.")
    counts = left.severities(content())
    if not counts["error"] and not counts["warning"]:
        return lang("Checked once more: neither errors nor warnings are left.")
    return lang(
        "Checked once more: {errors} and {warnings} are left.",
        errors=lang.plural("{n} error", "{n} errors", counts["error"]),
        warnings=lang.plural("{n} warning", "{n} warnings", counts["warning"]),
    )


def changes(made: Repaired, lang: Language) -> None:
    """How often each kind of fault was repaired, the first changes before and after, and what was left out."""
    done = made.done
    titles = {check.id: lang(check.title) for check in content().checks}
    if done.counts:
        counted = sorted(done.counts.items(), key=lambda change: (-change[1], change[0]))
        rows = [[titles[key], lang.number(n, 9)] for key, n in counted]
        show(html("<h3>{}</h3>", lang("What was repaired")))
        kinds = (lang("Finding"), lang("How often"))
        show(table(kinds, rows, caption=lang("What was repaired"), numbers=[1], kind="narrow"), key="repairs")
        rows = [
            [_where(change, done.unit, lang), titles[change.check], _difference(change, done, lang)]
            for change in done.changes[:MOST_SHOWN]
        ]
        show(html("<h3>{}</h3>", lang("Before and after")))
        head = (lang("Where"), lang("What was repaired"), lang("Before and after"))
        show(table(head, rows, caption=lang("Before and after"), kind="findings"), key="changes")
        _more(sum(done.counts.values()) - len(rows), lang)
    if done.left_out:
        rows = [
            [where(row.line, done.unit, lang), titles[row.check], html("<code>{}</code>", row.before)]
            for row in done.left_out[:MOST_SHOWN]
        ]
        show(html("<h3>{}</h3>", lang("What was left out")))
        head = (lang("Where"), lang("Why"), lang("What is there"))
        show(table(head, rows, caption=lang("What was left out"), kind="findings"), key="left-out")
        _more(done.rows_left_out - len(rows), lang)


def _more(n: int, lang: Language) -> None:
    if n > 0:
        show(html('<p class="quiet">{}</p>', lang.plural("and {n} more", "and {n} more", n)))


def _where(change: Change, unit: Unit, lang: Language) -> str:
    spot = where(change.line, unit, lang)
    return f"{spot}, {change.field}" if change.field else spot


def _difference(change: Change, done: Repair, lang: Language) -> Markup:
    """Two excerpts, one below the other, with what differs between them set off."""
    before, after = change.before, change.after
    if not before and not after:
        return esc(lang("taken out") if change.check in EMPTY else lang("in the whole file"))
    if not after:
        return html('<div class="change"><del>{}</del></div>{}', before, _why_out(change, done, lang))
    old, new = _marked(before, after)
    return html('<div class="change"><del>{}</del><ins>{}</ins></div>', old, new)


def _why_out(change: Change, done: Repair, lang: Language) -> str:
    if change.other is None:
        return lang("taken out")
    if change.check == "leak-exact":
        return lang("is also {place}", place=in_validation(change.other, done.validation_unit, lang))
    return lang("repeats {place}", place=where(change.other, done.unit, lang))


def _marked(before: str, after: str) -> tuple[Markup, Markup]:
    """Both texts with what differs set off; not what only one of them shows because the other is cut there."""
    old = new = Markup()
    for kind, start, stop, begin, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = before[start:stop], after[begin:end]
        at_edge = (start == 0 or stop == len(before)) and max(len(before), len(after)) >= EVIDENCE
        if kind == "equal" or (at_edge and not (gone and come)):
            old += esc(gone)
            new += esc(come)
        else:
            old += html("<mark>{}</mark>", gone) if gone else Markup()
            new += html("<mark>{}</mark>", come) if come else Markup()
    return old, new


def left(inspection: Inspection | None, lang: Language) -> None:
    """What a check still finds in the repaired file."""
    if inspection is None or not inspection.counts:
        return
    checks = {check.id: check for check in content().checks}
    rows = [
        [
            html("{} {}", lang(checks[key].title), mark(checks[key].severity, lang)),
            lang.number(n, 9),
            lang(checks[key].fix),
        ]
        for key, n in ranked(inspection.counts, content())
    ]
    show(html("<h3>{}</h3>", lang("What is left for you")))
    head = (lang("Finding"), lang("How often"), lang("What to do"))
    show(table(head, rows, caption=lang("What is left for you"), numbers=[1], kind="kinds"), key="left")


def can_be_lost(notes: Sequence[Note], lang: Language) -> None:
    """What rows may lose in a conversion, before it is done."""
    if not notes:
        show(html("<p>{}</p>", lang("Nothing can be lost on the way.")))
        return
    listed = joined(html("<li>{}</li>", note.text(lang)) for note in notes)
    text = lang("This can be lost on the way, where rows have it. What really was lost is counted afterwards.")
    show(html("<p>{}</p><ul>{}</ul>", text, listed))


def converted(made: Made[Conversion], lang: Language) -> None:
    """How many rows were written, and what was lost."""
    done = made.done
    text = lang("{rows} written.", rows=_rows(done.rows, lang)) if done.rows else lang("Nothing was written.")
    if done.left_out_rows:
        text += " " + lang.plural("{n} row is left out.", "{n} rows are left out.", done.left_out_rows)
    if done.rows and not done.losses:
        text += " " + lang("Nothing was lost in them.")
    show(html('<p class="what" role="status">{}</p>', text))
    if done.losses:
        rows = [[loss.text(lang), lang.number(loss.rows, 9)] for loss in done.losses]
        head = (lang("What was lost"), lang("Rows"))
        show(table(head, rows, caption=lang("What was lost"), numbers=[1], kind="narrow"), key="lost")
    left_out([(row.line, row.why.text(lang)) for row in done.left_out], done.left_out_rows, done.unit, lang)


def left_out(lines: Sequence[tuple[int, str]], n: int, unit: Unit, lang: Language) -> None:
    """The first of `n` rows that were not used, and why: each reason once."""
    if not lines:
        return
    shown = [*by_reason(lines).items()][:MOST_SHOWN]
    rows = [
        [where(some[0], unit, lang) if len(some) == 1 else several(some[:NAMED], len(some), unit, lang), why]
        for why, some in shown
    ]
    head = (lang("Where"), lang("Why it is left out"))
    show(table(head, rows, caption=lang("What was left out"), kind="narrow"), key="left-out-rows")
    _more(n - sum(len(some) for _, some in shown), lang)


def divided(made: Made[Split], lang: Language) -> None:
    """How many rows each part has, of which classes, and what to be careful of."""
    done = made.done
    total = sum(done.rows.values())
    text = lang(
        "{rows} in {parts}.", rows=_rows(total, lang), parts=lang.plural("{n} part", "{n} parts", len(done.rows))
    )
    if done.largest_group > 1:
        text += " " + lang("The largest group that stays together has {rows}.", rows=_rows(done.largest_group, lang))
    if done.left_out:
        text += " " + lang.plural(
            "{n} row could not be read and is left out.", "{n} rows could not be read and are left out.", done.left_out
        )
    show(html('<p class="what" role="status">{}</p>', text))
    for warning in done.warnings:
        show(html('<p class="note">{}</p>', warning.text(lang)))
    names = {"train": lang("Training"), "validation": lang("Validation"), "test": lang("Test")}
    head = (lang("Rows"), *(names.get(part, part) for part in done.rows))
    rows = [[lang("All of them"), *(_of(n, total, lang) for n in done.rows.values())]]
    titles = {key: note.text(lang) for key, note in REFUSALS.items()} if done.by == "refusal" else {}
    for label, counts in list(done.classes.items())[:MOST_SHOWN]:
        rows.append([titles.get(label, label), *(_of(n, done.rows[part], lang) for part, n in counts.items())])
    show(table(head, rows, caption=lang("Rows by part"), numbers=range(1, len(head))), key="parts")
    _more(len(done.classes) - MOST_SHOWN, lang)


def _of(n: int, rows: int, lang: Language) -> Markup:
    share = html(' <span class="spread">{}</span>', lang.percent(n / rows)) if rows else Markup()
    return html("{}{}", lang.number(n, 9), share)
