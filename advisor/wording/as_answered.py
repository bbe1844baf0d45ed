"""What comes of other answers, beside what comes of those given."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from advisor.content.load import Content
from advisor.engine.advice import Advice, Band
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.brief import figured, figures
from advisor.wording.outcome import brief_headline

MANIFOLD = 3.0
"""From this ratio on it is named itself, and not the percentage by which it is more."""


@dataclass(frozen=True, slots=True)
class AnsweredText:
    """What the answers as given say, for each thing that the brief says of those that are tried."""

    headline: str
    """Empty where it is the same."""
    figures: tuple[str, ...]
    """Each figure of the tried answers as it was, and how far it is from that; empty where it was not there."""


def answered(given: Advice, tried: Advice, content: Content, lang: Language) -> AnsweredText:
    """The brief of the answers given in short, beside that of those that are tried."""
    before, now = (figures(advice, content, lang) for advice in (given, tried))
    texts = []
    for was, is_now, difference in zip_longest(before, now, _differences(given, tried, lang)):
        if is_now is None:
            continue
        if was is None:  # the chance, which nothing was said of before there was a target
            texts.append("")
            continue
        values = {"figure": was.figure.middle, "difference": difference}
        if was.figure.middle == is_now.figure.middle:
            texts.append(lang("as answered"))
        elif difference:
            texts.append(lang("answered: {figure} · {difference}", **values))
        else:
            texts.append(lang("answered: {figure}", **values))
    headlines = [brief_headline(advice, content, lang) for advice in (given, tried)]
    return AnsweredText("" if headlines[0] == headlines[1] else headlines[0], tuple(texts))


def _differences(given: Advice, tried: Advice, lang: Language) -> tuple[str, str, str]:
    """Of cost and time by how large a share they change, of the chance by how many points; empty where unknown."""
    before, now = figured(given), figured(tried)
    month = _share(before.usd_month, now.usd_month, lang) if before and now else ""
    slow = _share(before.latency_p95, now.latency_p95, lang) if before and now else ""
    chances = (given.arrives.p50 if given.arrives else None, tried.arrives.p50 if tried.arrives else None)
    if chances[0] is None or chances[1] is None:
        return month, slow, ""
    points = round(100 * (chances[1] - chances[0]))
    return (
        month,
        slow,
        lang.plural("{points} point", "{points} points", abs(points), points=labels.signed(points, lang)),
    )


def _share(before: Band, now: Band, lang: Language) -> str:
    if not before.p50 or now.p50 is None:
        return ""
    ratio = now.p50 / before.p50
    if ratio >= MANIFOLD:
        return f"×{lang.number(ratio, 2)}"
    change = round(ratio - 1, 2)
    return f"{'−' if change < 0 else '+'}{lang.percent(abs(change))}"
