"""The figures by which options are compared, in words: screen, report and command line take them from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from advisor.content.load import Content
from advisor.engine.advice import Band, OptionResult
from advisor.language import Language
from advisor.wording import labels


@dataclass(frozen=True, slots=True)
class FigureText:
    """A figure and its range, which holds in eight of ten scenarios; no range where its ends read the same."""

    middle: str
    spread: str

    @classmethod
    def of(cls, band: Band, show: Callable[[float], str], lang: Language) -> FigureText:
        """A band, whose values `show` writes."""
        return cls(labels.median(band, show, lang), labels.spread(band, show, lang))

    def in_line(self, lang: Language) -> str:
        """Both on one line: `$1,200 ($800 to $2,500)`."""
        if not self.spread:
            return self.middle
        return lang("{middle} ({spread})", middle=self.middle, spread=self.spread)


@dataclass(frozen=True, slots=True)
class OptionText:
    """The figures of an option. Times are those that 95 of 100 answers keep, as the limit of the user is."""

    option: str
    name: str
    share: str
    month: FigureText
    """All in: what recurs, with what is paid once spread over the months in which it should pay off."""
    once: FigureText
    slow: FigureText


@dataclass(frozen=True, slots=True)
class Heads:
    """What each of these figures is called, at the head of a column."""

    option: str
    share: str
    month: str
    once: str
    slow: str


def heads(lang: Language) -> Heads:
    return Heads(lang("Option"), lang("Teams like yours"), lang("A month, all in"), lang("Once"), slow_within(lang))


def running(lang: Language) -> str:
    """What the cost is called that recurs each month alone; with what is paid once in it, a month is `all in`."""
    return lang("Running, a month")


def slow_within(lang: Language) -> str:
    """What the time is called that 95 of 100 answers keep."""
    return lang("95 of 100 answers within")


def compared(result: OptionResult, content: Content, lang: Language) -> OptionText:
    """The figures of an option, each to the digits that its range allows."""
    return OptionText(
        option=result.option,
        name=labels.option_name(result.option, content, lang),
        share=lang.percent(result.share),
        month=amount(result.usd_month, lang),
        once=amount(result.usd_once, lang),
        slow=duration(result.latency_p95, lang),
    )


def amount(usd: Band, lang: Language) -> FigureText:
    """An estimated amount of money."""

    def show(value: float) -> str:
        return labels.money(value, lang)

    return FigureText.of(usd, show, lang)


def duration(seconds: Band, lang: Language) -> FigureText:
    """An estimated time."""

    def show(value: float) -> str:
        return labels.seconds(value, lang)

    return FigureText.of(seconds, show, lang)


def working_days(days: Band, lang: Language) -> FigureText:
    """An estimated amount of people's work."""

    def show(value: float) -> str:
        return lang.number(value, 2)

    middle = labels.median(days, show, lang)
    text = lang.plural("{band} day", "{band} days", round(days.p50 or 0), band=middle)
    return FigureText(text, labels.spread(days, show, lang))
