"""Why the verdict is what it is, how firm it is, and what would change it."""

from __future__ import annotations

from advisor import wording
from advisor.charts import advice as charts
from advisor.charts.comparisons import published_comparisons
from advisor.report.model import Block, Items, Paragraph, Picture, Run, Section, Text
from advisor.report.writer import Writer, figure, plain
from advisor.wording import summaries
from advisor.wording.comparisons import counts, expected, study_name

MOST_FLIPS = 5
"""Ways to change the verdict that are printed; how many more there are is said."""


def why(writer: Writer) -> tuple[Section, ...]:
    return _reasons(writer), _evidence(writer), _comparisons(writer)


def change(writer: Writer) -> tuple[Section, ...]:
    return _firmness(writer), _flips(writer)


def _reasons(writer: Writer) -> Section:
    blocks: list[Block] = []
    for group in wording.told_reasons(writer.advice, writer.content, writer.lang):
        items = tuple(_reason(reason, writer) for reason in group.reasons)
        blocks += [Paragraph(runs=plain(group.lead), tone="small"), Items(numbered=True, items=items)]
    if left_out := wording.switched_off(writer.advice, writer.content, writer.lang):
        blocks.append(Paragraph(runs=plain(left_out), tone="small"))
    return Section(id="reasons", title=writer.lang("The reasons that weigh most"), blocks=tuple(blocks))


def _reason(reason: wording.ReasonText, writer: Writer) -> Text:
    weighed = ", ".join(part for part in (reason.weight, reason.evidence) if part)
    return (
        *((Run(text=f"{reason.premise} ", basis=writer.refs),) if reason.premise else ()),
        Run(text=reason.because, style="strong", notes=writer.noted(reason.sources)),
        *((Run(text=f" {reason.taught}"),) if reason.taught else ()),
        Run(text=f" {weighed[:1].upper()}{weighed[1:]}.", style="quiet", basis=writer.refs),
    )


def _evidence(writer: Writer) -> Section:
    chart = charts.evidence_waterfall(writer.advice, writer.content, writer.lang)
    blocks: tuple[Block, ...] = (writer.picture(chart),) if chart else ()
    return Section(id="evidence", title=writer.lang("What speaks for and against it"), blocks=blocks)


def _comparisons(writer: Writer) -> Section:
    """Published comparisons like the user's; a picture only where they are enough to say something."""
    advice, lang = writer.advice, writer.lang
    comparisons = advice.comparisons
    if comparisons is None:
        return Section(id="comparisons", title=lang("Comparisons like yours"), blocks=())
    refs = dict.fromkeys(ref for score in advice.expected_scores for ref in score.rests_on)
    runs = [Run(text=counts(advice, lang))]
    if comparisons.studies:
        runs.append(Run(text=f" {lang('Sources:')}", style="quiet"))
    for study in comparisons.studies:
        end = "." if study == comparisons.studies[-1] else ","
        runs += [Run(text=" "), Run(text=study_name(study), url=study.url), Run(text=end)]
    said = Run(text=expected(advice, lang), basis=tuple(refs))
    blocks: list[Block] = [Paragraph(runs=tuple(runs)), Paragraph(runs=(said,))]
    chart = published_comparisons(advice, lang)
    if chart and comparisons.share:
        blocks.insert(0, Picture(chart=chart))
    return Section(id="comparisons", title=lang("Comparisons like yours"), blocks=tuple(blocks))


def _firmness(writer: Writer) -> Section:
    """How many of the scenarios that fit the answers give each verdict."""
    lang = writer.lang
    chart = charts.verdict_shares(writer.advice, lang).model_copy(update={"basis": writer.refs})
    said = Paragraph(runs=(figure(wording.stability(writer.advice, lang), writer.refs),))
    return Section(id="firmness", title=lang("How firm it is"), blocks=(said, Picture(chart=chart)))


def _flips(writer: Writer) -> Section:
    """What would change the verdict, as the page lists it: the likeliest first, and how much more there is."""
    advice, lang = writer.advice, writer.lang
    flips = [flip for flip in wording.flips(advice, writer.content, lang) if flip.changes_verdict]
    first = [flip.question for flip in flips]
    flips.sort(key=lambda flip: first.index(flip.question))
    page = lang("What would change it")
    if flips:
        items = tuple((Run(text=flip.sentence, basis=writer.refs),) for flip in flips[:MOST_FLIPS])
        blocks: list[Block] = [Paragraph(runs=plain(summaries.ways(advice, lang))), Items(numbered=False, items=items)]
    else:
        blocks = [Paragraph(runs=plain(lang("No single answer would change the verdict.")))]
    if left := max(0, len(flips) - MOST_FLIPS):
        more = lang.plural(
            "And {n} more, on the page “{page}” of the app.",
            "And {n} more, on the page “{page}” of the app.",
            left,
            page=page,
        )
        blocks.append(Paragraph(runs=plain(more)))
    if others := summaries.only_the_option(advice, lang):
        listed = lang("{answers}: on the page “{page}” of the app.", answers=others, page=page)
        blocks.append(Paragraph(runs=plain(listed), tone="small"))
    return Section(id="flips", title=lang("What would change the verdict"), blocks=tuple(blocks))
