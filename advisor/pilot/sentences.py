"""What a pilot shows, in words. "Not shown" where it is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.dataset.row import excerpt
from advisor.interview.situation import Situation
from advisor.language import Language
from advisor.pilot.arms import Arm, Kind
from advisor.pilot.measured import FEWEST, counted
from advisor.pilot.measurements import ArmResult, Difference, Growth, Summary
from advisor.pilot.power import DIFFERING, smallest_difference
from advisor.pilot.statistics import Interval

HUNDRED = 100
DRAWN: tuple[Kind, ...] = ("few_shot", "few_shot_retrieved", "classifier")
"""Kinds whose answers hang on which examples there are."""
MOST_NAMED = 5
"""Labels that are named in a sentence."""


def kind_name(kind: Kind, lang: Language) -> str:
    return {
        "as_is": lang("As it is"),
        "prompt": lang("Better prompt"),
        "structured": lang("Structured output"),
        "few_shot": lang("Fixed examples"),
        "few_shot_retrieved": lang("Examples like the question"),
        "rag": lang("Passages from your documents"),
        "classifier": lang("Classifier without a language model"),
        "tuned": lang("Tuned model"),
    }[kind]


def arm_name(arm: Arm, lang: Language) -> str:
    """What an arm is called, with what sets it apart from others of its kind."""
    name = kind_name(arm.kind, lang)
    parts = []
    if arm.kind == "prompt":
        parts.append(lang("version {n}", n=arm.id.rpartition("-")[2]))
    if arm.shots:
        parts.append(lang.plural("{n} in each request", "{n} in each request", arm.shots))
    if arm.passages:
        parts.append(lang.plural("{n} in each request", "{n} in each request", arm.passages))
    if arm.pool:
        parts.append(lang.plural("of {n} example", "of {n} examples", arm.pool))
    if arm.draw:
        parts.append(lang("draw {n}", n=lang.number(arm.draw + 1)))
    if arm.kind != "structured" and arm.structured:
        parts.append(lang("structured output"))
    if arm.model:
        parts.append(arm.model)
    return f"{name} ({', '.join(parts)})" if parts else name


def headline(summary: Summary, names: dict[str, str], lang: Language) -> str:
    """One to three sentences for whoever decides. `names` has what each arm is called (`arm_name`)."""
    return " ".join([finding(summary, names, lang), *limit_lines(summary, lang)])


def finding(summary: Summary, names: dict[str, str], lang: Language) -> str:
    """The headline without what makes it less than it looks, for where `limit_lines` stand beside it."""
    if not _is_compared(summary):
        return lang("Nothing can be compared yet.")
    return _headline(summary, names, lang)


def _is_compared(summary: Summary) -> bool:
    return summary.arm(summary.baseline).score is not None and bool(summary.differences)


def _headline(summary: Summary, names: dict[str, str], lang: Language) -> str:
    better = [one for one in summary.differences if one.shown and one.difference > 0]
    if better:
        best = max(better, key=lambda one: one.difference)
        return lang(
            "{arm}: {score} of 100 right on {rows} rows, as it is {base}. That is {points} more ({low} to "
            "{high}), and more than chance.",
            arm=names[best.arm],
            score=points(best.score, lang),
            base=points(best.baseline_score, lang),
            rows=lang.number(best.rows),
            points=points(best.difference, lang),
            **_ends(best.interval, lang),
        )
    least = summary.smallest_difference
    if least is None:
        return lang("Not shown: no way did better than as it is by more than chance. So few rows could hardly show it.")
    return lang(
        "Not shown: no way did better than as it is by more than chance. So many rows show differences from some "
        "{points} of 100 on; smaller ones may be there.",
        points=points(least, lang),
    )


def limit_lines(summary: Summary, lang: Language) -> Iterator[str]:
    """What makes the verdict less than it looks: answers of another model, cut short, declined or empty, and rows
    without one.
    """
    for one in summary.answered_by_others:
        yield lang(
            "But {host} says that {told} answered where {asked} was asked, in {n} of {all} answers. Unless that is "
            "another name of the same model, scores and times are those of {told}, and costs are reckoned at the price "
            "of another model.",
            host=summary.host,
            told=one.told,
            asked=one.asked,
            n=lang.number(one.answers),
            all=lang.number(one.of),
        )
    if not _is_compared(summary):
        return
    fewest = min(one.rows for one in summary.differences)
    if fewest < summary.rows:
        yield lang(
            "That is provisional: not every way has answered all {all} rows; one comparison rests on {rows}.",
            all=lang.number(summary.rows),
            rows=lang.number(fewest),
        )
    cut = [arm for arm in summary.whole if arm.many_cut]
    if cut:
        yield lang(
            "But {n} of {all} answers were cut at the limit of {limit} tokens, and mostly count as wrong. Measure "
            "again with a higher limit before you believe this.",
            n=lang.number(sum(arm.cut for arm in cut)),
            all=lang.number(sum(arm.taken for arm in cut)),
            limit=lang.number(summary.most_tokens),
        )
    unsaid = [arm for arm in summary.whole if arm.many_unsaid]
    if unsaid:
        yield lang(
            "But of {all} answers the model declined {declined} and left {empty} empty; they count as wrong. Read a "
            "few below, and change the prompt or the model before you believe this.",
            declined=lang.number(sum(arm.refused for arm in unsaid)),
            empty=lang.number(sum(arm.empty for arm in unsaid)),
            all=lang.number(sum(arm.taken for arm in unsaid)),
        )


def caution_lines(summary: Summary, names: dict[str, str], lang: Language) -> Iterator[str]:
    """What to know before the scores are believed: what was cut or not answered, luck, tests, and how times came."""
    for arm in summary.arms:
        if arm.id in names:
            yield from _lost(arm, names[arm.id], summary.most_tokens, lang)
    for other in summary.others:
        if other.use == "vectors":
            yield lang(
                "{host} says that {told} made the vectors where {asked} was asked. Unless that is another name of the "
                "same model, what is found by likeness rests on {told}.",
                host=summary.host,
                told=other.told,
                asked=other.asked,
            )
    if summary.is_choice:
        yield luck_sentence(summary, lang)
    for together in summary.together:
        yield lang(
            "{arm}, against the best of its parts alone ({part}): {points} of 100 ({low} to {high}), {verdict}.",
            arm=names[together.arm],
            part=names[together.baseline],
            points=_signed(together.difference, lang),
            verdict=verdict_of(together, lang),
            **_ends(together.interval, lang),
        )
    if summary.differences:
        yield tested_sentence(summary, lang)
        yield from unseen_luck(summary, names, lang)
    if summary.concurrency:
        yield lang(
            "Times are those with up to {n} requests at once; with fewer a server of your own may be faster.",
            n=lang.number(max(summary.concurrency)),
        )


def _lost(arm: ArmResult, name: str, limit: int, lang: Language) -> Iterator[str]:
    """Rows of an arm to which there is no answer, or half of one."""
    if arm.cut:
        yield lang.plural(
            "{name}: {n} answer was cut at the limit of {limit} tokens.",
            "{name}: {n} answers were cut at the limit of {limit} tokens.",
            arm.cut,
            name=name,
            limit=lang.number(limit),
        )
    if arm.not_taken:
        yield lang.plural(
            "{name}: the server did not take {n} row; it said: {said}",
            "{name}: the server did not take {n} rows; it said last: {said}",
            arm.not_taken,
            name=name,
            said=excerpt(arm.not_taken_why) or "-",
        )
    if arm.refused:
        yield lang.plural(
            "{name}: the model declined {n} row.",
            "{name}: the model declined {n} rows.",
            arm.refused,
            name=name,
        )
    if arm.empty:
        yield lang.plural(
            "{name}: {n} answer was empty.",
            "{name}: {n} answers were empty.",
            arm.empty,
            name=name,
        )


def luck_sentence(summary: Summary, lang: Language) -> str:
    """That the best of several scores is too good (the winner's curse)."""
    return lang(
        "{n} ways were tried on the same rows. The best of them also had luck: expect it to score a little lower on "
        "new rows, and measure it on rows that no way has seen before you promise its score.",
        n=lang.number(len(summary.whole)),
    )


def unseen_luck(summary: Summary, names: dict[str, str], lang: Language) -> Iterator[str]:
    """What intervals and tests leave out: which examples were drawn, and when somebody stopped."""
    for draw in summary.draws:
        name = names.get(draw.arm) or f"{kind_name(draw.kind, lang)} ({draw.arm})"
        yield lang(
            "{arm}: {n} draws of the examples scored {low} to {high} of 100 on the same rows, with a standard "
            "deviation of {spread}. Differences of that size may be luck of the draw.",
            arm=name,
            n=lang.number(len(draw.scores)),
            low=points(min(draw.scores), lang),
            high=points(max(draw.scores), lang),
            spread=lang.number(HUNDRED * draw.deviation, 2),
        )
    if not summary.draws and any(arm.kind in DRAWN for arm in summary.whole):
        yield lang(
            "Intervals and tests count the luck of which rows were asked, not that of which examples were drawn: "
            "others may score otherwise. More draws of them show how much."
        )
    yield lang(
        "They hold for a run that ends as planned. Whoever looks on and stops when it looks good, or adds rows until "
        "it does, sees differences that are not there more often than 1 time in 20."
    )


def taken_over_lines(summary: Summary, after: Situation, lang: Language) -> Iterator[str]:
    """What to know of answers that a pilot gave (`advisor.pilot.measured`)."""
    if not counted(summary):
        yield lang(
            "Nothing is taken over: no way to ask has answers to half of the rows yet, {n} at the least, few of them "
            "cut short. Run the pilot to its end.",
            n=lang.number(FEWEST),
        )
        return
    for one in summary.answered_by_others:
        yield lang(
            "{told} answered where {asked} was asked, {host} says. So what is taken over is what {told} can do, unless "
            "that is another name of the same model.",
            host=summary.host,
            told=one.told,
            asked=one.asked,
        )
    if summary.is_choice and {"large_score", "small_score", "prompt_result"} & after.measured:
        yield luck_sentence(summary, lang)


def tested_sentence(summary: Summary, lang: Language) -> str:
    """Which test the differences rest on."""
    if all(one.exact for one in summary.differences):
        return lang("Differences are tested on the same rows by McNemar's exact test, all together by Holm.")
    if not any(one.exact for one in summary.differences):
        return lang(
            "Differences are tested on the same rows by turning their signs at random, all together by Holm: scores "
            "lie between right and wrong, too."
        )
    return lang(
        "Differences are tested on the same rows, all together by Holm: by McNemar's exact test where every answer is "
        "right or wrong, else by turning signs at random."
    )


def verdict_of(difference: Difference, lang: Language) -> str:
    """Better, worse, or not shown."""
    if not difference.shown:
        return lang("not shown")
    return lang("better") if difference.difference > 0 else lang("worse")


def growth_sentence(growth: Growth, lang: Language) -> str:
    """What the last doubling of the examples says about collecting more."""
    told = {
        "kind": kind_name(growth.kind, lang),
        "fewer": lang.number(growth.fewer),
        "more": lang.number(growth.more),
        "points": points(growth.difference, lang),
        **_ends(growth.interval, lang),
    }
    if growth.shown and growth.difference > 0:
        return lang(
            "{kind}: {more} examples instead of {fewer} brought {points} of 100 more ({low} to {high}). It still "
            "climbs, so collecting more is likely to help.",
            **told,
        )
    return lang(
        "{kind}: {more} examples instead of {fewer} brought {points} of 100 ({low} to {high}). That more of them would "
        "help is not shown.",
        **told,
    )


def opinion_lines(summary: Summary, names: dict[str, str], lang: Language) -> Iterator[str]:
    """What a judge thinks, marked as an opinion, and how often a person agrees with it."""
    if not summary.opinions and not summary.unread:
        return
    told = "; ".join(
        lang("{arm} {share}", arm=names[one.arm], share=points(one.share, lang)) for one in summary.opinions
    )
    yield lang("Opinion of {model}, no measurement, right of 100: {told}.", model=summary.judge_model, told=told)
    for other in summary.others:
        if other.use == "judge":
            yield lang(
                "{host} says that {told} judged where {asked} was asked, in {n} of {all} verdicts.",
                host=summary.host,
                told=other.told,
                asked=other.asked,
                n=lang.number(other.answers),
                all=lang.number(other.of),
            )
    if summary.unread:
        yield lang("Of its verdicts, {n} could not be read; they are in no figure.", n=lang.number(summary.unread))
    if summary.agreement is None:
        yield lang("What that opinion is worth nobody knows yet: judge some answers yourself.")
        return
    yield lang(
        "On {n} answers that a person judged, the two agree in {share} of 100 ({low} to {high}); kappa {kappa}.",
        n=lang.number(summary.agreement.answers),
        share=points(summary.agreement.share, lang),
        kappa="?" if summary.agreement.kappa is None else lang.number(round(summary.agreement.kappa, 2)),
        **_ends(summary.agreement.interval, lang),
    )


def power_lines(rows: int, comparisons: int, lang: Language) -> Iterator[str]:
    """Which differences so many rows can tell apart, before a run."""
    alike, usual, apart = (smallest_difference(rows, share, comparisons) for share in DIFFERING)
    if usual is None:
        if apart is None:
            yield lang(
                "{rows} rows are too few to show even a large difference. Hold more out.", rows=lang.number(rows)
            )
        else:
            yield lang(
                "{rows} rows show very large differences only, from some {points} of 100 on. Hold more out.",
                rows=lang.number(rows),
                points=points(apart, lang),
            )
        return
    yield lang(
        "{rows} rows show differences from some {usual} of 100 on, in 4 of 5 pilots ({alike} where two ways are much "
        "alike, {apart} where they differ much). Our assumption: two ways differ on {low} to {high} of the rows.",
        rows=lang.number(rows),
        usual=points(usual, lang),
        alike=lang("none") if alike is None else points(alike, lang),
        apart=lang("none") if apart is None else points(apart, lang),
        low=lang.percent(DIFFERING[0]),
        high=lang.percent(DIFFERING[-1]),
    )


def unseen_sentence(labels: Sequence[str], lang: Language) -> str:
    """That some right answers stand in no example."""
    shown = ", ".join(excerpt(label) for label in labels[:MOST_NAMED])
    return lang(
        "{n} right answers of held-out rows stand in no example: {labels}. Structured output and a classifier cannot "
        "give them; add examples of them.",
        n=lang.number(len(labels)),
        labels=f"{shown}, …" if len(labels) > MOST_NAMED else shown,
    )


def interval_text(result: ArmResult, lang: Language) -> str:
    """A score with its interval, of 100: "81 (72 to 88)"."""
    if result.score is None or result.interval is None:
        return lang("not measured")
    return lang("{score} ({low} to {high})", score=points(result.score, lang), **_ends(result.interval, lang))


def points(share: float | None, lang: Language) -> str:
    """A share as a number of 100."""
    return "?" if share is None else lang.number(round(HUNDRED * share))


def _signed(share: float, lang: Language) -> str:
    return f"+{points(share, lang)}" if round(HUNDRED * share) > 0 else points(share, lang)


def _ends(interval: Interval, lang: Language) -> dict[str, str]:
    return {"low": points(interval.low, lang), "high": points(interval.high, lang)}
