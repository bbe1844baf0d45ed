"""What the engine says: one immutable record that screen, report, command line and library all show.

It holds ids and numbers, never sentences, so that the language of the reader cannot change a figure. Money is in USD,
time in seconds unless a field says otherwise. Every figure names what it rests on (`basis`): keys of `Advice.basis`.
"""

# Annotations are not postponed here: Pydantic would compile each of them anew at every start.
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from advisor.content.entries import ConditionKind, Unpriced, Verdict

CERTAIN = 0.995
"""Share of scenarios from which something counts as holding in all: the rest rounds to nothing."""
MOSTLY = 0.5
"""Share of scenarios from which something counts as holding. Assumption."""


class Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Band(Record):
    """The 10th, 50th and 90th percentile over the scenarios; None where the figure is unknown."""

    p10: float | None
    p50: float | None
    p90: float | None


class Basis(Record):
    """What a figure rests on. `answer` and `measured`: the user said or measured it; `prior`: a question left open,
    drawn from its declared prior; `assumption`: ours or, if `overridden`, the user's; `fact`: dated, with a source.
    """

    kind: Literal["answer", "measured", "prior", "assumption", "fact", "content"]
    ref: str
    """Id of the question, assumption, fact or content entry."""
    value: Any = None
    unit: str | None = None
    source: str | None = None
    """Title or address of the source, as in content/; several are joined by ` + `. None for answers and our own
    assumptions.
    """
    url: str | None = None
    seen: str | None = None
    confidence: str | None = None
    overridden: bool = False


class Measured(Record):
    """A pilot, and the answers that it measured."""

    day: date
    rows: int
    host: str
    answers: tuple[str, ...]


class CostLine(Record):
    """One line of an option's bill. `monthly` recurs; `once` is paid at the start."""

    id: Literal[
        "inference",
        "hosting",
        "retrieval",
        "upkeep",
        "retraining",
        "training",
        "labelling",
        "evaluation",
        "engineering",
        "teacher",
    ]
    kind: Literal["monthly", "once"]
    usd: Band
    basis: tuple[str, ...]


class LatencyLine(Record):
    """One part of the median answer time, in seconds."""

    id: Literal["retrieval", "first_token", "prefill", "output", "measured"]
    seconds: Band
    basis: tuple[str, ...]


class Variant(Record):
    """A cheaper way to do the same without training: caching, batch, a smaller model."""

    id: Literal["as_is", "caching", "batch", "caching_batch", "smaller", "smaller_caching"]
    model: str
    usd_month: Band
    """Inference only."""
    allowed: bool
    """False where the answers rule it out (no batch, say) or it is not known to be good enough."""
    untested: bool = False
    basis: tuple[str, ...]


class BreakEven(Record):
    """Against the cheapest sufficient option that needs no training. Scenarios in which it never pays count as the
    highest: a percentile that falls among them is None.
    """

    against: str
    requests_month: Band
    months: Band
    """Months at the user's volume until the one-off cost is earned back."""
    never_share: float
    """Share of scenarios in which it never pays, at any volume."""
    never_share_at_volume: float
    """Share of scenarios in which it does not pay within the horizon at the user's volume."""
    basis: tuple[str, ...]


class Contribution(Record):
    """What one term adds to one option, around what it adds to the outcomes on average: mean decibans over all
    scenarios, and the share in which the term holds.
    """

    term: str
    decibans: float
    share: float


class Block(Record):
    rule: str
    share: float
    lifts: Literal["later", "never"]


class OptionResult(Record):
    option: str
    rung: int
    share: float
    """Of teams like this, how many end with the option, among those that are open: learned from published cases."""
    chance: Band | None
    """Chance that the option's score reaches the target, from the user's own measurements; None where unknown."""
    chosen_share: float
    """Share of scenarios that end with this option, limits and the bill weighed too, now or once it is possible."""
    blocked: bool
    """In at least half of the scenarios."""
    blocked_by: tuple[Block, ...]
    usd_month: Band
    """Recurring cost plus one-off cost spread evenly over the horizon."""
    usd_month_running: Band
    """Recurring cost alone: what a budget a month is held against."""
    usd_once: Band
    usd_horizon: Band
    latency: Band
    """Median answer time in seconds."""
    latency_p95: Band
    over_budget_share: float
    over_latency_share: float
    prior: float
    """Decibans before anything is known, around the mean of the outcomes."""
    evidence: tuple[Contribution, ...]
    """Sorted by weight; with `prior` they add up to `decibans`."""
    decibans: float
    """The score: two options' difference in it is the log-odds of one against the other."""
    cost: tuple[CostLine, ...]
    latency_parts: tuple[LatencyLine, ...]
    break_even: BreakEven | None
    price_route: str | None = None
    """The route whose prices an option that trains has in most scenarios: the middle one of those open."""
    price_routes: int | None = None
    """Of how many open routes with known prices it is the middle one; at 1 the figures hang on it alone."""
    usd_month_without: Band | None = None
    """`usd_month` if that route closed; None where no other open route has a known price."""
    variants: tuple[Variant, ...] = ()
    basis: tuple[str, ...]


class Precedents(Record):
    """The published cases in which a term held by what was known."""

    cases: int
    trained: int
    """How many of them ended in training."""
    same: int
    """How many ended with what the recommended option stands for."""
    shown: tuple[str, ...]
    """Ids of those that were checked against their source."""


class Reason(Record):
    """A term that speaks for the recommended option against its runner-up, or a rule that holds options up (`gate`)."""

    id: str
    """Of the term; of a gate, that of its rule."""
    gate: bool
    decibans: float
    """For the option against the runner-up, mean over all scenarios."""
    share: float
    """Of the scenarios, those in which it holds."""
    rests_on: Literal["said", "partly_said", "open"]
    """Whether the user's answers make it hold, speak for it while something else is open, or leave it open."""
    left_open: tuple[str, ...] = ()
    """Questions without an answer that it reads."""
    below: bool = False
    """It is a number that lies below the middle of its scale, so it counts the other way round."""
    contrary: bool = False
    """Experts would have said the opposite; it is the published cases that speak for the option."""
    cases: Precedents | None = None
    sources: tuple[str, ...]


class Missing(Record):
    """Something that holds options up, and which options it would bring back."""

    rule: str
    share: float
    lifts: Literal["later", "never"]
    options: tuple[str, ...]
    known: bool
    """Every question that this hangs on was answered, or the answer is not known and it counts as missing; else it may
    be there, and nobody was told that it is not.
    """


class Flip(Record):
    """An answer that, changed to `value`, changes the verdict or the recommended option."""

    question: str
    current: Any
    """The answer now; None where the user does not know."""
    value: Any
    verdict: Verdict
    option: str
    share: float
    """Share of scenarios that give this new verdict."""
    changes_verdict: bool


class NextQuestion(Record):
    question: str
    bits: float
    """Expected information about the verdict, in bits."""


class RouteCondition(Record):
    """Under what a platform trains and serves it."""

    kind: ConditionKind
    methods: tuple[str, ...]
    """Methods for which it holds; none: all."""


class RouteStatus(Record):
    """Whether a platform would still train and serve this for the user on the day of the advice."""

    route: str
    platform: str
    vendor: str
    model: str
    methods: tuple[str, ...]
    options: tuple[str, ...]
    """Tuning options of the ladder that this route can carry out."""
    conditions: tuple[RouteCondition, ...]
    unpriced: dict[str, Unpriced]
    """Why no price is known, by method; a method that is not named has one."""
    open: bool
    why_closed: (
        Literal["not_allowed", "hosting", "confidential", "new_customers", "conditions", "ended", "served_out"] | None
    )
    depends_on: tuple[str, ...]
    """Questions left open on which this depends."""
    closed_from: date | None
    """The first day on which no job may be started any more; None where no end is known."""
    closed_not_before: date | None
    """The earliest day on which that may come, where the vendor names that alone. It closes nothing by itself."""
    gone_from: date | None
    """The first day on which tuned models no longer answer; None where no end is known."""
    gone_not_before: date | None
    """The earliest day on which that may come, where the vendor names that alone."""
    ends_soon: bool
    """One of these days is within 365 days of the day of the advice."""
    facts: tuple[str, ...]


class Ending(Record):
    """A base model or a route whose price stands in this advice, and which is gone or ends within the horizon."""

    kind: Literal["model", "route"]
    ref: str
    """Id of the model or route."""
    gone: bool
    """It no longer answers on the day of the advice: a model that the user named, priced as what they run."""
    gone_from: date | None
    """The first day on which it no longer answers."""
    gone_not_before: date | None
    """The earliest day on which it may stop, where its vendor names that alone."""
    options: tuple[str, ...]
    """Options in whose price it stands."""
    facts: tuple[str, ...]
    """Facts that say so."""


class Side(Record):
    """One side of the readiness card: five questions, each ready, not ready or unknown."""

    id: Literal["why", "tried", "failing", "data", "quality"]
    state: Literal["ready", "not_ready", "unknown"]
    ready_because: tuple[str, ...]
    not_ready_because: tuple[str, ...]
    unknown: tuple[str, ...]
    """Ids of questions in all three."""


class DatasetDifference(Record):
    """A data set of a published study: the best score of either side, 0 to 100, and the difference in points."""

    dataset: str
    metric: str
    trained: float
    trained_model: str
    prompted: float
    prompted_model: str
    points: float
    """Trained less prompted."""


class StudyDifference(Record):
    """A published study: its address, and the median difference over its data sets, in points of 100."""

    study: str
    year: int
    url: str
    points: float
    datasets: tuple[DatasetDifference, ...]


class Comparisons(Record):
    """Published comparisons like the user's: a small tuned model against a prompted one, counted by study."""

    task: str
    """Value of the question `task`."""
    against: Literal["prompted_large", "prompted_small"]
    metric: Literal["right", "likeness"]
    """What was scored: whether answers are right, or their likeness to a reference."""
    studies: tuple[StudyDifference, ...]
    """Those in which training did best first."""
    better: int
    """Studies in which training was better by more than a point."""
    worse: int
    alike: int
    share: Band | None
    """`better` as a share of the studies, with its 80 % interval; None where they are too few to say."""


class ExpectedScore(Record):
    """What an option may be expected to score, from the user's own measurements. Not calibrated on anything."""

    option: str
    score: Band
    """0 to 100; of studies left out of the fit, 80 % lay in the range."""
    chance: Band | None
    """0 to 1: that it reaches the target; None where there is none. A range comes from ranges among the answers."""
    rests_on: tuple[str, ...]
    """Ids of questions, keys of `Advice.basis`."""


class CurvePoint(Record):
    requests_month: float
    usd_month: Band


class Curve(Record):
    option: str
    points: tuple[CurvePoint, ...]


class Step(Record):
    """One step of the plan: something to prepare, or an option to try."""

    kind: Literal["prepare", "option"]
    id: str
    """Of an option; or what is prepared, as in `Gate.prepare`."""
    share: float
    """Of the teams like this that reach the step, those that end with it; nought for what is prepared."""
    effort_days: Band
    """Working days of people, without what an earlier step has done."""
    usd_once: Band
    usd_month: Band
    """Recurring cost alone."""
    stop_at: float | None
    """Score, 0 to 100, from which no further step is needed; None where no target is known."""
    why: tuple[str, ...]
    """Ids: of terms that speak for the option, or of rules that ask for what is prepared."""
    price_route: str | None = None
    """The route that its price rests on, as in `OptionResult`; None for what is prepared or needs no training."""
    basis: tuple[str, ...] = ()
    """What its days and its costs rest on."""


class AssumedValue(Record):
    assumption: str
    value: Band
    unit: str
    overridden: bool


class Advice(Record):
    verdict: Verdict
    option: str
    """The option recommended; for `not_yet`, the one that would be worth it once the missing thing is there."""
    runner_up: str
    """The option that `reasons` speak against: the next best that stands for another published outcome."""
    meanwhile: str | None
    """For `not_yet`: the best option without training that nothing holds up and that keeps the limits; None where there
    is none.
    """
    stability: float
    """Share of scenarios that give this verdict."""
    verdict_shares: dict[Verdict, float]
    option_share: float
    """Among the scenarios with this verdict, the share with this option."""
    tie: tuple[str, ...]
    """Options of the same kind within five points of the recommended one, if any: the tie is shown as a tie."""
    verdict_tie: tuple[Verdict, ...]
    """Verdicts that about as many scenarios give: five points more or fewer at most."""
    breaks: tuple[str, ...]
    """Limits set by the user that the recommended option breaks in at least half of the scenarios: ids of questions. An
    answer time that rests on a model or a length which nobody named breaks none: see `too_slow`.
    """
    too_slow: bool = False
    """The recommended option is over `latency_limit` by an estimate that rests on what nobody named."""
    provisional: bool
    """Questions left open, or answered with "I don't know", could still change the verdict."""
    ends_in_training: float
    """Probability that the team ends in training, now or at a later step."""
    plan: tuple[Step, ...] = ()
    """At most three steps. The verdict follows the first; empty where nothing is left to try."""
    arrives: Band | None = None
    """Chance that a step of the plan reaches the target; None unless that of every option in the plan is known."""
    worth_usd_month: Band | None = None
    """What the plan's first option adds to today's bill in a month, one-off cost spread over the horizon, for each
    success: divided by the chance of one. None where no chance is known.
    """
    ranking: tuple[OptionResult, ...]
    """The recommended option first, then the others, best first; blocked ones last."""
    reasons: tuple[Reason, ...]
    missing: tuple[Missing, ...]
    flips: tuple[Flip, ...]
    next_question: NextQuestion | None
    """The question to answer next: the most telling one not asked yet, else the most telling one to find out."""
    open_questions: tuple[NextQuestion, ...]
    """Questions not asked yet that can still move the verdict, best first."""
    to_find_out: tuple[NextQuestion, ...]
    """Questions answered with "I don't know" that can still move the verdict, best first."""
    routes: tuple[RouteStatus, ...]
    """Routes that are open to this user, or may be: then `depends_on` names the questions that decide."""
    closed_routes: tuple[RouteStatus, ...]
    """Routes that are closed to this user on the day, and why."""
    endings: tuple[Ending, ...] = ()
    """What is priced here and ends within the months over which costs are spread, the soonest first."""
    readiness: tuple[Side, ...]
    curves: tuple[Curve, ...]
    """Monthly cost over volume of the options worth comparing."""
    requests_month: Band
    latency_limit: float | None
    comparisons: Comparisons | None
    """Published comparisons of the same kind; None where the kind of task is not known or nothing is like it."""
    expected_scores: tuple[ExpectedScore, ...]
    """Empty where the scores of prompts are not known, or too few studies measured such tasks: the usual case."""
    assumptions: tuple[AssumedValue, ...]
    notes: tuple[str, ...]
    """Ids of rules with something to do or to watch that hold in at least half of the scenarios."""
    basis: dict[str, Basis]
    """By key: the id of a question or assumption, `price:` or `speed:` and a model, `fact:` and a fact."""
    answers: dict[str, Any]
    switched_off: tuple[str, ...]
    """Terms that the reader switched off, so that they add nothing."""
    measured: tuple[str, ...] = ()
    """Ids of the answers that were measured rather than said."""
    measurements: tuple[Measured, ...] = ()
    """The pilots that measured some of them."""
    ignored: tuple[str, ...]
    """Answers left out because their question does not apply."""
    dropped: tuple[str, ...]
    """Answers of a link or file left out because this version no longer asks for them: ids, or `question.choice`."""
    at: date
    newest_fact: date
    """The day on which the newest fact was seen."""
    beyond_facts: bool = False
    """The day of the advice is more than 180 days after that: prices and offers may be others by then."""
    content_version: str
    weights_version: str | None = None
    """Digest of the cases and terms that the shares were learned from."""
    scenarios: int


class Glance(Record):
    """The verdict so far, for the side of an interview page."""

    verdict: Verdict
    option: str
    stability: float
    verdict_shares: dict[Verdict, float]
    next_question: NextQuestion | None
    open_questions: tuple[NextQuestion, ...]
    to_find_out: tuple[NextQuestion, ...]
    """Once no open question is left, those answered with "I don't know" that can still move the verdict."""
    ignored: tuple[str, ...]


def advice_data(advice: Advice) -> dict[str, Any]:
    """The whole advice. `latency` of an option has the medians of the answer time and of its 95th percentile.

    The 10-90% bands of the two are in `latency_median` and `latency_p95`; times are in seconds.
    """
    shown = advice.model_dump(mode="json")
    for option in shown["ranking"]:
        median = option.pop("latency")
        option |= {"latency": {"p50": median["p50"], "p95": option["latency_p95"]["p50"]}, "latency_median": median}
    return shown
