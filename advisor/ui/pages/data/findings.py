"""What was found in a training file: counted by kind, then one by one, with what stands there and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import streamlit as st

from advisor.content.data_checks import Check, Severity
from advisor.content.sources import seen
from advisor.dataset.inspection.inspect import Finding, Inspection, Skipped
from advisor.dataset.words import SEVERITIES, message, ranked, several, severity_name, where
from advisor.language import Language
from advisor.ui.pages.data.checking import Room
from advisor.ui.parts.markup import Markup, badge, esc, html, joined, plain, section, show, table, visible
from advisor.ui.session import Session, content

PAGE = 50
"""Findings on one page."""
NAMED, OPENED = 5, 10
"""Places of a kind that its row names, and those that it shows when it is opened."""
BADGES = {"error": "not_ready", "warning": "turn", "info": ""}


def mark(severity: Severity, lang: Language) -> Markup:
    return badge(severity_name(severity, lang, capital=True), BADGES[severity])


def by_kind(inspection: Inspection, lang: Language) -> None:
    """Every check that found something: the worst first, then the most frequent."""
    checks = {check.id: check for check in content().checks}
    kinds = ranked(inspection.counts, content())
    if not kinds:
        return
    section(lang("What was found"), "found")
    rows = [
        [
            html("{} {}", lang(checks[key].title), mark(checks[key].severity, lang)),
            lang.number(n, 6),
            why(checks[key], lang),
            lang(checks[key].fix),
        ]
        for key, n in kinds
    ]
    head = (lang("Finding"), lang("How often"), lang("Why it matters"), lang("What to do"))
    show(table(head, rows, caption=lang("What was found"), numbers=[1], kind="kinds"), key="kinds")


def why(check: Check, lang: Language) -> Markup:
    """Why a find matters, and how often such finds were right where somebody read them: on new files, and on known."""
    return esc(lang(check.why)) + joined(
        html('<span class="spread">{}</span>', line) for line in _measured(check, lang)
    )


def _measured(check: Check, lang: Language) -> Iterator[str]:
    if check.measured is None:
        return
    if reading := check.measured.out_of_sample:
        yield lang.plural(
            "On public files new to this check, {right} of {n} find was right ({seen}).",
            "On public files new to this check, {right} of {n} finds were right ({seen}).",
            reading.finds,
            right=lang.number(reading.right, 6),
            seen=seen(reading.on, lang),
        )
    if reading := check.measured.in_sample:
        yield lang.plural(
            "On the files it was improved on, {right} of {n} find was right ({seen}).",
            "On the files it was improved on, {right} of {n} finds were right ({seen}).",
            reading.finds,
            right=lang.number(reading.right, 6),
            seen=seen(reading.on, lang),
        )


def one_by_one(inspection: Inspection, room: Room, session: Session) -> None:
    """The findings with their lines: each kind once with its first lines, or those of one kind, so many a page."""
    lang = session.lang
    if not inspection.findings:
        return
    title = one_by_one_title(inspection, lang)
    section(title, "lines")
    checks = {check.id: check for check in content().checks}
    chosen = _filtered(inspection.findings, checks, room, session)
    groups = {} if room.kind else _groups(inspection, chosen)
    pages = max(1, -(-len(chosen) // PAGE)) if not groups else 1
    room.page = min(room.page, pages - 1)
    first = room.page * PAGE
    some = chosen[first : first + PAGE]
    text = (
        lang(
            "{first} to {last} of {n} findings",
            first=lang.number(first + 1, 6),
            last=lang.number(first + len(some), 6),
            n=lang.number(len(chosen), 6),
        )
        if not groups
        else lang("Each kind with its first lines. Choose a kind to see all of them.")
    )
    kept = len(inspection.findings) < sum(inspection.counts.values()) and not groups
    more = lang("Of each kind at most the first 1,000 are listed; the counts above hold all.") if kept else ""
    show(html('<p class="quiet" role="status">{} {}</p>', text, more))
    head = (lang("Where"), lang("What was found"), lang("What is there, and what to do"))
    rows = (
        [_group(few, n, lang) for n, few in groups.values()]
        if groups
        else [_row(finding, checks[finding.check], lang) for finding in some]
    )
    show(table(head, rows, caption=title, kind="findings"), key="findings")
    if pages > 1:
        with st.container(key="pages", horizontal=True):
            if st.button(lang("Previous findings"), key="previous", disabled=room.page == 0):
                room.page -= 1
                st.rerun()
            if st.button(lang("More findings"), key="more", disabled=room.page == pages - 1):
                room.page += 1
                st.rerun()


def _groups(inspection: Inspection, chosen: Sequence[Finding]) -> dict[str, tuple[int, list[Finding]]]:
    """How often each kind among the chosen findings was found, and the first of them: in the order of `ranked`."""
    return {
        key: (n, [finding for finding in chosen if finding.check == key])
        for key, n in ranked(inspection.counts, content())
        if any(finding.check == key for finding in chosen)
    }


def _group(some: Sequence[Finding], n: int, lang: Language) -> list[str]:
    """The findings of one kind as one row: how many, the first places, and within reach what stands at each."""
    check = content().check(some[0].check)
    if n == 1:
        return _row(some[0], check, lang)
    lines = [finding.line for finding in some[:NAMED] if finding.line is not None]
    places = several(lines, n, some[0].unit, lang) if lines else lang("the file")
    messages = {message(finding, check, lang) for finding in some}
    what = messages.pop() if len(messages) == 1 else f"{lang(check.title)}."
    items = joined(html("<li>{}</li>", _item(finding, check, bool(messages), lang)) for finding in some[:OPENED])
    if n > OPENED:
        items += html("<li>{}</li>", lang.plural("and {n} more", "and {n} more", n - OPENED))
    title = lang("{kind} ({n})", kind=lang(check.title), n=lang.number(n, 7))
    opened = html('<p>{}</p><ul class="places">{}</ul>', lang(check.fix), items)
    return [
        places,
        html("{} {}", mark(check.severity, lang), what),
        html("<details><summary>{}</summary>{}</details>", title, opened),
    ]


def _item(finding: Finding, check: Check, own: bool, lang: Language) -> Markup:
    """One place of several: where, what the finding says if it is not what the others say, and what stands there."""
    spot = where(finding.line, finding.unit, lang)
    field = html(' <span class="spread">{}</span>', finding.field) if finding.field else Markup()
    text = html(" {}", message(finding, check, lang)) if own else Markup()
    stands = html(" <code>{}</code>", finding.evidence) if finding.evidence else Markup()
    return html("<strong>{}</strong>{}{}{}", spot, field, text, stands)


def one_by_one_title(inspection: Inspection, lang: Language) -> str:
    """What the list of findings is called."""
    rows = any(finding.unit == "row" for finding in inspection.findings)
    return lang("Row by row") if rows else lang("Line by line")


def _filtered(findings: Sequence[Finding], checks: dict[str, Check], room: Room, session: Session) -> list[Finding]:
    lang = session.lang
    with st.container(key="filters"):
        left, right = st.columns(2)
    seen = {finding.severity for finding in findings}
    severities: dict[str, str] = {"": lang("All of them")}
    severities |= {
        str(severity): severity_name(severity, lang, capital=True) for severity in SEVERITIES if severity in seen
    }
    with left:
        severity = choice(lang("How bad"), severities, room.severity, f"severity:{session.code}")
    kinds = {finding.check for finding in findings if severity in ("", finding.severity)}
    titles = {"": lang("Every kind"), **{key: lang(checks[key].title) for key in sorted(kinds)}}
    with right:
        kind = choice(lang("Kind of finding"), titles, room.kind, f"kind:{severity}:{session.code}")
    if (severity, kind) != (room.severity, room.kind):
        room.severity, room.kind, room.page = severity, kind, 0
    return [finding for finding in findings if severity in ("", finding.severity) and kind in ("", finding.check)]


def choice(label: str, names: dict[str, str], now: str, key: str) -> str:
    """A choice among ids by their names. The key has to name the language: what the browser sends is the name."""
    ids = list(names)
    chosen = st.selectbox(
        plain(label),
        ids,
        index=ids.index(now) if now in ids else 0,
        format_func=lambda value: visible(names[value]),
        placeholder=visible(names[ids[0]]),
        key=key,
    )
    return str(chosen or "")


def _row(finding: Finding, check: Check, lang: Language) -> list[str]:
    spot = where(finding.line, finding.unit, lang)
    field = html('<span class="spread">{}</span>', finding.field) if finding.field else Markup()
    stands = html("<p><code>{}</code></p>", finding.evidence) if finding.evidence else Markup()
    return [
        html("{}{}", spot, field),
        html("{} {}", mark(finding.severity, lang), message(finding, check, lang)),
        html("<details><summary>{}</summary>{}<p>{}</p></details>", lang(check.title), stands, lang(check.fix)),
    ]


def unchecked(skipped: Sequence[Skipped], lang: Language) -> None:
    """The checks that could not run, why, and what would let them."""
    if not skipped:
        return
    checks = {check.id: check for check in content().checks}
    section(lang("What could not be checked"), "unchecked")
    rows = [
        [
            ", ".join(lang(checks[check].title) for check in part.checks if check in checks),
            part.why.text(lang),
            _unlocks(part, lang),
        ]
        for part in skipped
    ]
    head = (lang("Checks"), lang("Why not"), lang("What unlocks them"))
    show(table(head, rows, caption=lang("What could not be checked"), kind="unchecked"), key="unchecked")


def _unlocks(part: Skipped, lang: Language) -> str:
    """On this page what the command line asks for is a choice above."""
    if "leak-exact" in part.checks:
        return lang("add a validation file under “Check it otherwise”")
    if "too-few-rows" in part.checks:
        return lang("choose a platform under “Check it otherwise”")
    if "missing-field" in part.checks:
        return lang("say the format under “Check it otherwise”")
    return part.unlocks.text(lang)
