"""Why this verdict: the reasons that weigh most, the evidence as a waterfall, and what would change it."""

from __future__ import annotations

import streamlit as st

from advisor import wording
from advisor.advice import Advice
from advisor.charts import evidence_waterfall
from advisor.labels import evidence_grade, option_short
from advisor.ui import plots
from advisor.ui.basis import sources
from advisor.ui.markup import badge, esc, link, section, show
from advisor.ui.path import page_of
from advisor.ui.visit import Visit, content


def heaviest(advice: Advice, here: Visit) -> None:
    """The three reasons that weigh most."""
    lang = here.lang
    section(lang("The reasons that weigh most"), "reasons")
    rows = "".join(
        f'<li><p class="what">{esc(reason.sentence)}</p>'
        f'<p class="quiet">{esc(" · ".join(part for part in (reason.weight, reason.evidence, reason.share) if part))}</p>'
        f"{sources(reason.sources, here)}</li>"
        for reason in wording.reasons(advice, content(), lang)
    )
    if not rows:
        st.html(f'<p class="empty">{esc(lang("No rule weighs on this verdict; it rests on costs alone."))}</p>')
        return
    show(f'<ol class="reasons">{rows}</ol>', key="reasons")


def waterfall(advice: Advice, here: Visit) -> None:
    """What speaks for and against the recommended option, rule by rule, with sources."""
    lang = here.lang
    name = option_short(advice.option, content(), lang)
    section(
        lang("How the evidence adds up"),
        "evidence",
        lang("Each bar is one rule; together they give the odds that {option} reaches the target.", option=name),
    )
    plots.draw(evidence_waterfall(advice, advice.option, content(), lang), lang)
    result = wording.option_result(advice, advice.option)
    steps = result.evidence if result else ()
    rows = []
    for step in sorted(steps, key=lambda one: -abs(one.decibans)):
        rule = content().rule(step.rule)
        sign = "+" if step.decibans >= 0 else "−"
        weight = lang("{n} decibans", n=f"{sign}{lang.number(abs(step.decibans), 2)}")
        rows.append(
            f'<li><p class="what">{esc(lang(rule.because))}</p>'
            f'<p class="quiet">{esc(weight)} · {esc(evidence_grade(rule.evidence, lang))}</p>'
            f"{sources(wording.sources(rule, content(), lang), here)}</li>"
        )
    if rows:
        title = lang.plural("The rule and its source", "The {n} rules and their sources", len(rows))
        show(
            f'<details class="figures"><summary>{esc(title)}</summary><p class="quiet">'
            f"{esc(lang('Decibans add up: 10 are odds of ten to one, 3 are two to one.'))}</p>"
            f'<ol class="reasons small">{"".join(rows)}</ol></details>'
        )


def changes(advice: Advice, here: Visit) -> None:
    """Which answers, changed, change the verdict."""
    lang = here.lang
    section(lang("What would change the verdict"), "changes")
    by_id = {one.id: one for one in content().questions}
    rows = []
    for flip in wording.flips(advice, content(), lang):
        kind = lang("other verdict") if flip.changes_verdict else lang("other option")
        known = by_id.get(flip.question)
        change = link(lang("Change this answer"), page_of(known), here, **{"from": "verdict"}) if known else ""
        rows.append(
            f"<li><p>{badge(kind, 'turn' if flip.changes_verdict else '')} {esc(flip.sentence)} {change}</p></li>"
        )
    if rows:
        show(f'<ul class="flips">{"".join(rows)}</ul>', key="flips")
    else:
        st.html(f'<p class="empty">{esc(lang("No single answer would change it."))}</p>')
    if advice.open_questions:
        asked = "".join(
            f"<li>{link(lang(by_id[one.question].text), page_of(by_id[one.question]), here, **{'from': 'verdict'})}</li>"
            for one in advice.open_questions[:5]
            if one.question in by_id
        )
        show(f"<p>{esc(lang('Open questions that can still change it, the weightiest first:'))}</p><ul>{asked}</ul>")
