"""What all parts of a report are written with: the advice, the reader's words, and the notes that were called for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from advisor.charts.specification import Chart
from advisor.content.load import Content
from advisor.engine.advice import Advice, CostLine
from advisor.language import Language
from advisor.report.model import Note, Picture, Run, Text
from advisor.report.provenance import SHARES, of_option
from advisor.wording import FigureText, SourceText, labels


class Writer:
    """Writes one report, and numbers its notes as they are called for."""

    def __init__(self, advice: Advice, content: Content, lang: Language) -> None:
        self.advice = advice
        self.content = content
        self.lang = lang
        self.notes: list[Note] = []
        self._numbers: dict[str, int] = {}
        self.refs = situation_refs(advice)

    def noted(self, sources: Sequence[SourceText]) -> tuple[int, ...]:
        """The numbers of the notes that name these sources."""
        return tuple(sorted({self._note(source) for source in sources}))

    def _note(self, source: SourceText) -> int:
        if source.id not in self._numbers:
            self._numbers[source.id] = len(self.notes) + 1
            details = source.details(self.lang)
            text = f"{source.title}; {details}." if details else f"{source.title}."
            self.notes.append(Note(number=self._numbers[source.id], text=text, url=source.url))
        return self._numbers[source.id]

    def name(self, option: str) -> str:
        return labels.option_name(option, self.content, self.lang)

    def behind(self, lines: Iterable[CostLine]) -> tuple[str, ...]:
        """What lines of a bill rest on; the whole situation where there are none."""
        return tuple(dict.fromkeys(ref for line in lines for ref in line.basis)) or self.refs

    def picture(self, chart: Chart) -> Picture:
        """A chart, and below it what leads to how its figures come about."""
        leads = figure(self.lang("How these figures come about"), chart.basis, of_option(self.advice.option))
        return Picture(chart=chart, leads=(leads,))


def shortened(text: str, most: int) -> str:
    """The text on one line and at most `most` characters long, with an ellipsis where it is cut."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def situation_refs(advice: Advice) -> tuple[str, ...]:
    """What a share of the scenarios rests on: all that the user said, and the priors of what was left open."""
    return tuple(key for key, entry in advice.basis.items() if entry.kind in ("answer", "measured", "prior"))


def plain(text: str) -> Text:
    return (Run(text=text),)


def quietly(sentences: Iterable[str]) -> tuple[Run, ...]:
    """Sentences that follow another one."""
    return tuple(Run(text=f" {sentence}", style="quiet") for sentence in sentences)


def figure(text: str, basis: Iterable[str], to: str = SHARES) -> Run:
    """A figure that leads to what the last room says of how it came about."""
    return Run(text=text, style="figure", basis=tuple(basis), to=to)


def both(amount: FigureText, basis: Iterable[str], to: str) -> Text:
    """The median, and below it the range."""
    refs = tuple(basis)
    first = figure(amount.middle, refs, to)
    return (first, Run(text=f" {amount.spread}", style="quiet", basis=refs)) if amount.spread else (first,)
