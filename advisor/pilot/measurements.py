"""What a pilot shows: each arm with its interval, what it takes and costs, and each against the first, row by row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Literal

import numpy as np

from advisor.kits.kit import Row
from advisor.pilot.arms import Arm, Kind, question
from advisor.pilot.judge import Agreement, Opinion, agreement, marked, opinions, verdict
from advisor.pilot.judging import Judged, judged
from advisor.pilot.power import smallest_difference
from advisor.pilot.run import EMBED, NOT_TAKEN, Pilot, Progress
from advisor.pilot.run_file import Answer
from advisor.pilot.statistics import ALPHA, Interval, Scores, holm, mean_interval, paired, percentiles

THOUSAND = 1_000
CUT = "length"
"""The `finish` of an answer that reached the limit of tokens."""
CURVED: tuple[Kind, ...] = ("few_shot_retrieved", "classifier")
"""Kinds that are tried with fewer examples, too."""
MANY_CUT = 0.1
"""Share of the answers of an arm, cut at the limit, from which its score says more of the limit. Assumption."""


@dataclass(frozen=True)
class ArmResult:
    """One arm on the rows that it answered. Shares and scores from 0 to 1, times in seconds, money in USD."""

    id: str
    kind: Kind
    rows: int
    """Answered."""
    score: float | None
    """Mean; None where nothing was answered. Of metrics that say right or wrong it is the share that is right."""
    interval: Interval | None
    unparsable: float
    """Share of answers without the form that was asked for; they score 0."""
    refused: int
    empty: int
    """Answers without a word that were neither declined nor cut; they score 0."""
    cut: int
    """Answers that reached the limit of tokens; most of them score 0."""
    not_taken: int
    """Rows that the server would not take; they score 0, unless it took none: then the arm was not measured."""
    not_taken_why: str
    """What the server said of the last of them."""
    input_tokens: float | None
    """Mean of a request; None where the server does not count."""
    cached_tokens: float | None
    output_tokens: float | None
    usd_per_thousand: float | None
    """Requests, with vectors of their questions; None where a price or a count is not known."""
    first_token_s: tuple[float, float] | None
    """Median and 95th percentile; None for a classifier."""
    whole_s: tuple[float, float] | None

    @property
    def taken(self) -> int:
        """Rows to which the server gave an answer."""
        return max(0, self.rows - self.not_taken)

    @property
    def many_cut(self) -> bool:
        return self.cut > MANY_CUT * self.taken

    @property
    def many_unsaid(self) -> bool:
        """Whether declined and empty answers are as many as cut ones may not be."""
        return self.refused + self.empty > MANY_CUT * self.taken


@dataclass(frozen=True)
class Difference:
    """An arm against another, mostly the baseline, on the rows that both answered."""

    arm: str
    baseline: str
    rows: int
    score: float
    """Mean of the arm, on these rows alone."""
    baseline_score: float
    """Mean of the baseline, likewise."""
    difference: float
    """Mean score of the arm less that of the baseline, -1 to 1."""
    interval: Interval
    """Of 95 %, of this comparison alone."""
    p: float
    """Exact McNemar where scores are 0 or 1, else by signs turned at random."""
    p_holm: float
    """Raised so that all comparisons hold together."""
    exact: bool
    """Whether it was tested by McNemar."""
    only_arm: int
    """Rows on which the arm scores more."""
    only_baseline: int

    @property
    def shown(self) -> bool:
        """Whether the difference is more than chance, all comparisons together."""
        return self.p_holm <= ALPHA


@dataclass(frozen=True)
class RowResult:
    """One row, and what each arm made of it."""

    id: str
    question: str
    gold: str
    answers: Mapping[str, tuple[str, float]]
    """Answer and score of each arm that answered."""


@dataclass(frozen=True)
class CurvePoint:
    """One arm with so many examples to choose from or to learn from."""

    kind: Kind
    examples: int
    score: float
    interval: Interval


@dataclass(frozen=True)
class Growth:
    """What the last doubling of the examples brought, on the same rows: whether more of them would help."""

    kind: Kind
    fewer: int
    more: int
    difference: float
    """Mean score with more less that with fewer."""
    interval: Interval
    p: float
    p_holm: float
    """Raised so that all kinds on the curve hold together."""

    @property
    def shown(self) -> bool:
        """Whether it is more than chance, all kinds together."""
        return self.p_holm <= ALPHA


@dataclass(frozen=True)
class Draws:
    """One way to ask with several draws of its examples, on the rows that all of them answered."""

    arm: str
    """Of the first draw."""
    kind: Kind
    rows: int
    scores: tuple[float, ...]
    """Mean of each draw, the first in front."""

    @property
    def deviation(self) -> float:
        """Standard deviation of these means, of the draws as a sample."""
        return float(np.std(self.scores, ddof=1))


@dataclass(frozen=True)
class OtherModel:
    """Answers of which the server says that another model gave them than was asked."""

    asked: str
    told: str
    """As the server calls it."""
    answers: int
    of: int
    """Answers that there are of the model which was asked."""
    use: Literal["answers", "vectors", "judge"]


@dataclass(frozen=True)
class Summary:
    """All that a pilot shows so far. Made anew from the file each time; nothing in it changes."""

    day: date | None
    """Of the last answer; None before the first."""
    host: str
    model: str
    rows: int
    """Held out."""
    metric: str
    binary: bool
    """Whether each answer is right or wrong, and nothing between."""
    progress: Progress
    arms: tuple[ArmResult, ...]
    """In the order of the setup; those of which nothing was answered among them."""
    baseline: str
    """Id of the arm that the others are held against: the first."""
    differences: tuple[Difference, ...]
    """Of arms with all examples; those with fewer are for the curve."""
    together: tuple[Difference, ...]
    """Of each arm that combines others: against that of its parts which scores most. A family of tests of its own."""
    smallest_difference: float | None
    """That the rows which both arms answered (of all comparisons, the fewest) show with a chance of 80 %, at the share
    of them on which arms differed; None: none.
    """
    most_tokens: int
    """Limit of one answer."""
    concurrency: tuple[int, ...]
    """Requests at once in its runs, which times depend on; empty where nobody kept it."""
    curve: tuple[CurvePoint, ...]
    """By kind, then by examples; empty where only one size was tried."""
    growth: tuple[Growth, ...]
    """By kind, of those on the curve."""
    draws: tuple[Draws, ...] = ()
    """Of each way that was tried with more than one draw of its examples."""
    judge_model: str = ""
    unread: int = 0
    """Verdicts of the judge that say neither right nor wrong; they are in no opinion."""
    opinions: tuple[Opinion, ...] = ()
    """What a judge thinks of each arm; to be shown as an opinion, beside `agreement`."""
    agreement: Agreement | None = None
    """Of the judge with what a person said of some answers; None where nobody did."""
    others: tuple[OtherModel, ...] = ()
    """Models that answered in place of those that were asked, as the server says."""

    @property
    def answered_by_others(self) -> tuple[OtherModel, ...]:
        """Those whose answers are scored."""
        return tuple(one for one in self.others if one.use == "answers")

    @property
    def whole(self) -> tuple[ArmResult, ...]:
        """Arms with all examples of which something was answered."""
        names = {self.baseline, *(one.arm for one in self.differences)}
        return tuple(arm for arm in self.arms if arm.score is not None and arm.id in names)

    @property
    def answered(self) -> int:
        """Rows that the arm with the most answers answered."""
        return max((arm.taken for arm in self.arms), default=0)

    @property
    def is_choice(self) -> bool:
        """Whether the best was chosen among more than two ways, so that its score is helped by luck."""
        return len(self.whole) > 2

    @property
    def best(self) -> ArmResult | None:
        """The arm with the highest score; of equal ones the cheapest, then the first."""
        known = self.whole
        if not known:
            return None
        return max(known, key=lambda arm: (arm.score, -(arm.usd_per_thousand or 0.0)))

    def arm(self, name: str) -> ArmResult:
        return next(arm for arm in self.arms if arm.id == name)

    def difference(self, name: str) -> Difference | None:
        """Of an arm from the baseline; None of the baseline itself, and where no row was answered by both."""
        return next((one for one in self.differences if one.arm == name), None)


def summary(pilot: Pilot) -> Summary:
    """What the answers in the file of a pilot show."""
    setup, rows = pilot.setup, {row["id"]: row for row in pilot.held_out}
    answers, embedded, last = _by_arm(pilot)
    scores = {arm.id: _scores(pilot, arm, answers[arm.id], rows) for arm in setup.arms}
    results = tuple(_result(arm, answers[arm.id], scores[arm.id], embedded, pilot) for arm in setup.arms)
    binary = all(one.score in (0.0, 1.0) for some in scores.values() for one in some.values())
    baseline = setup.arms[0].id
    whole = {arm.id: scores[arm.id] for arm in setup.arms if arm.is_whole}
    differences = _differences([(arm, baseline) for arm in whole if arm != baseline], whole)
    apart = [(one.only_arm + one.only_baseline) / one.rows for one in differences]
    compared = min((one.rows for one in differences), default=0)
    least = smallest_difference(compared, max(float(np.mean(apart)), 0.01), len(apart)) if apart and binary else None
    told = {
        (arm, row): verdict(one.text)
        for arm in whole
        for row, one in answers[marked(setup.judge_model, arm)].items()
        if setup.judge_model
    }
    verdicts = {key: right for key, right in told.items() if right is not None}
    return Summary(
        day=datetime.fromtimestamp(last, UTC).date() if last else None,
        host=setup.endpoint().host,
        model=setup.model,
        rows=len(rows),
        metric=setup.metric.name,
        binary=binary,
        progress=pilot.progress(),
        arms=results,
        baseline=baseline,
        differences=differences,
        together=_differences(_combinations(whole), whole),
        smallest_difference=least,
        most_tokens=setup.most_tokens,
        concurrency=pilot.concurrency(),
        curve=_curve(setup.arms, results, len(pilot.examples)),
        growth=_growths(setup.arms, scores, len(pilot.examples)),
        draws=tuple(_draws(setup.arms, scores)),
        judge_model=setup.judge_model,
        unread=len(told) - len(verdicts),
        opinions=opinions(verdicts),
        agreement=agreement(verdicts, pilot.labels()),
        others=tuple(_others(pilot, answers, embedded)),
    )


def row_results(pilot: Pilot, only_differing: bool = True) -> list[RowResult]:
    """Rows in their order, with the answers of all arms; `only_differing`: those on which arms that answered differ in
    score.
    """
    rows = {row["id"]: row for row in pilot.held_out}
    answers, _, _ = _by_arm(pilot)
    scores = {arm.id: _scores(pilot, arm, answers[arm.id], rows) for arm in pilot.setup.arms}
    results = []
    for name, row in rows.items():
        by_arm = {arm: (answers[arm][name].text, some[name].score) for arm, some in scores.items() if name in some}
        if not only_differing or len({score for _, score in by_arm.values()}) > 1:
            results.append(RowResult(name, question(row["messages"]), str(row["gold"]), by_arm))
    return results


Answers = dict[str, Answer]
"""By row."""


def _others(pilot: Pilot, answers: Mapping[str, Answers], embedded: Answers) -> Iterator[OtherModel]:
    """What the server said of who answered, of all arms that ask the same model together."""
    setup, counts = pilot.setup, Counter[tuple[str, str, Literal["answers", "vectors", "judge"]]]()
    arms = {arm.id: arm for arm in setup.arms}
    judging = {marked(setup.judge_model, arm) for arm in arms}
    for (arm, asked, told), n in pilot.file.other_models().items():
        if arm in arms or arm == EMBED:
            counts[asked, told, "answers" if arm in arms else "vectors"] += n
        elif setup.judge_model and arm in judging:
            counts[asked, told, "judge"] += n
    for (asked, told, use), n in counts.items():
        names = [arm.id for arm in arms.values() if arm.asks and setup.model_of(arm) == asked]
        some = [embedded] if use == "vectors" else [answers[name] for name in (judging if use == "judge" else names)]
        every = sum(one.finish != NOT_TAKEN for part in some for one in part.values())
        yield OtherModel(asked, told, min(n, every), every, use)


def _by_arm(pilot: Pilot) -> tuple[dict[str, Answers], Answers, float]:
    """Answers by arm; requests for vectors of held-out questions; and when the last was sent."""
    answers: dict[str, Answers] = defaultdict(dict)
    last = 0.0
    for answer in pilot.file.answers():
        answers[answer.arm][answer.row] = answer
        last = max(last, answer.sent_at)
    return answers, answers.pop(EMBED, {}), last


def _scores(pilot: Pilot, arm: Arm, answers: Answers, rows: Mapping[str, Row]) -> dict[str, Judged]:
    """By row; none where the server took no row of this arm."""
    setup = pilot.setup
    if answers and all(answer.finish == NOT_TAKEN for answer in answers.values()):
        return {}
    return {
        name: judged(setup.metric, rows[name], answer.text, setup.labels, arm.structured)
        for name, answer in answers.items()
        if name in rows
    }


def _result(arm: Arm, answers: Answers, scores: Mapping[str, Judged], embedded: Answers, pilot: Pilot) -> ArmResult:
    values = np.array([one.score for one in scores.values()])
    n = len(values)
    taken = [answer for answer in answers.values() if answer.finish != NOT_TAKEN]
    vectors = [embedded[name] for name in answers if name in embedded] if arm.embeds else []
    usages = [answer.usage for answer in (taken if arm.asks else vectors)]
    timed = vectors if not arm.asks else taken
    return ArmResult(
        id=arm.id,
        kind=arm.kind,
        rows=n,
        score=float(values.mean()) if n else None,
        interval=mean_interval(values, pilot.setup.seed) if n else None,
        unparsable=float(np.mean([not one.parsable for one in scores.values()])) if n else 0.0,
        refused=sum(map(_declined, taken)),
        empty=sum(
            arm.asks and not answer.text.strip() and answer.finish != CUT and not _declined(answer) for answer in taken
        ),
        cut=sum(answer.finish == CUT for answer in taken),
        not_taken_why=pilot.file.ended_so(NOT_TAKEN).get(arm.id, ""),
        not_taken=len(answers) - len(taken),
        input_tokens=_mean([usage.input for usage in usages]),
        cached_tokens=_mean([usage.cached for usage in usages]),
        output_tokens=_mean([usage.output for usage in usages]),
        usd_per_thousand=_usd_per_thousand(arm, taken, vectors),
        first_token_s=percentiles([one.first_token_s for one in taken if one.first_token_s is not None]),
        whole_s=percentiles([one.whole_s for one in timed if one.whole_s is not None]),
    )


def _usd_per_thousand(arm: Arm, taken: Sequence[Answer], vectors: Sequence[Answer]) -> float | None:
    parts = [answer.usd for answer in taken] if arm.asks else []
    mean = _mean(parts) if arm.asks else 0.0
    of_vectors = _mean([answer.usd for answer in vectors]) if arm.embeds else 0.0
    return None if mean is None or of_vectors is None else THOUSAND * (mean + of_vectors)


def _declined(answer: Answer) -> bool:
    return bool(answer.refusal) or answer.finish == "content_filter"


def _mean(values: Sequence[float | int | None]) -> float | None:
    """None where any value is not known, or there is none."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known and len(known) == len(values) else None


def _differences(
    pairs: Sequence[tuple[str, str]], scores: Mapping[str, Mapping[str, Judged]]
) -> tuple[Difference, ...]:
    """Of each pair of arms, the first against the second; one family of tests."""
    differences = []
    for arm, baseline in pairs:
        mine, its = _on_both(scores[arm], scores[baseline])
        if not len(mine):
            continue
        comparison = paired(mine, its)
        differences.append(
            Difference(
                arm=arm,
                baseline=baseline,
                rows=comparison.n,
                score=float(mine.mean()),
                baseline_score=float(its.mean()),
                difference=comparison.difference,
                interval=comparison.interval,
                p=comparison.p,
                p_holm=comparison.p,
                exact=comparison.exact,
                only_arm=comparison.only_first,
                only_baseline=comparison.only_second,
            )
        )
    raised = holm([one.p for one in differences])
    return tuple(replace(one, p_holm=p) for one, p in zip(differences, raised, strict=True))


def _on_both(first: Mapping[str, Judged], second: Mapping[str, Judged]) -> tuple[Scores, Scores]:
    """The scores of two arms on the rows that both answered, in the same order."""
    both = [name for name in first if name in second]
    return np.array([first[name].score for name in both]), np.array([second[name].score for name in both])


def _combinations(scores: Mapping[str, Mapping[str, Judged]]) -> list[tuple[str, str]]:
    """Each arm that combines others (`advisor.pilot.combining`), with that of its parts which scores most."""
    pairs = []
    for arm in scores:
        parts = [part for part in arm.split("+") if scores.get(part)]
        if "+" in arm and parts:
            best = max(parts, key=lambda part: float(np.mean([one.score for one in scores[part].values()])))
            pairs.append((arm, best))
    return pairs


def _draws(arms: Sequence[Arm], scores: Mapping[str, Mapping[str, Judged]]) -> Iterator[Draws]:
    """Of each first draw that has others, on the rows that all of them answered."""
    for first in (arm for arm in arms if not arm.draw):
        same = [
            scores[arm.id]
            for arm in arms
            if arm.model_copy(update={"id": first.id, "draw": 0}) == first and scores[arm.id]
        ]
        rows = [name for name in same[0] if all(name in one for one in same)] if len(same) > 1 else []
        if rows:
            means = tuple(float(np.mean([one[name].score for name in rows])) for one in same)
            yield Draws(first.id, first.kind, len(rows), means)


def _curve(arms: Sequence[Arm], results: Sequence[ArmResult], examples: int) -> tuple[CurvePoint, ...]:
    points = [
        CurvePoint(arm.kind, min(arm.pool or examples, examples), result.score, result.interval)
        for arm, result in zip(arms, results, strict=True)
        if arm.kind in CURVED and not arm.draw and result.score is not None and result.interval
    ]
    points.sort(key=lambda point: (point.kind, point.examples))
    kinds = [point.kind for point in points]
    return tuple(point for point in points if kinds.count(point.kind) > 1)


def _growths(arms: Sequence[Arm], scores: Mapping[str, Mapping[str, Judged]], examples: int) -> tuple[Growth, ...]:
    found = list(_growth(arms, scores, examples))
    raised = holm([one.p for one in found])
    return tuple(replace(one, p_holm=p) for one, p in zip(found, raised, strict=True))


def _growth(arms: Sequence[Arm], scores: Mapping[str, Mapping[str, Judged]], examples: int) -> Iterator[Growth]:
    """For each kind with several sizes, the largest against that nearest to half of it."""
    for kind in dict.fromkeys(arm.kind for arm in arms if arm.kind in CURVED):
        sizes = {
            min(arm.pool or examples, examples): scores[arm.id]
            for arm in arms
            if arm.kind == kind and not arm.draw and scores[arm.id]
        }
        if len(sizes) < 2:
            continue
        more = max(sizes)
        fewer = min((size for size in sizes if size < more), key=lambda size: abs(size - more / 2))
        mine, its = _on_both(sizes[more], sizes[fewer])
        if len(mine):
            one = paired(mine, its)
            yield Growth(kind, fewer, more, one.difference, one.interval, one.p, one.p)
