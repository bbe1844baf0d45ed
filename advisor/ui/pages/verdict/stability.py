"""How firm the verdict is: how many of the scenarios that fit the answers give each."""

from __future__ import annotations

from advisor import wording
from advisor.engine.advice import Advice
from advisor.ui.parts.basis import rests_on, situation_keys
from advisor.ui.parts.markup import Markup, Words, html, legend, shares, show
from advisor.ui.session import Session
from advisor.wording import labels


def firmness(advice: Advice, session: Session) -> None:
    """A bar of the verdicts with its legend, and the answers behind it."""
    lang = session.lang
    parts = [
        (verdict, advice.verdict_shares.get(verdict, 0.0), labels.verdict_name(verdict, lang))
        for verdict in wording.VERDICTS
    ]
    above = lang("The verdict in the {n} situations that fit your answers:", n=lang.number(advice.scenarios, 6))
    tied = wording.nearly_tied(advice, lang)
    words = Words(lang)
    show(
        html(
            '<div class="sentence {}"><p>{}</p>{}{}{}{}</div>',
            advice.verdict,
            words(above),
            shares(parts, advice.verdict, wording.stability(advice, lang)),
            legend([part for part in parts if part[1]], advice.verdict, lang),
            html("<p>{}</p>", words(tied)) if tied else Markup(),
            rests_on(situation_keys(advice), advice, session),
        ),
        key="sentence",
    )
