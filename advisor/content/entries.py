"""The models of what lies in `content/`: one class for each kind of entry.

From these classes the JSON Schemas in `content/schemas/` are generated, which editors use to complete and check.
"""

# Annotations are not postponed here: Pydantic would compile each of them anew at every start.
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

SENTENCES = 3
"""Of what a resource of the reading list taught."""
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.:-]*$", max_length=80)]
Column = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


class Translatable:
    """Marks a string that a user sees: it is extracted to, and looked up in, the translation catalogues."""


Text = Annotated[str, StringConstraints(min_length=1), Translatable()]
Grade = Literal["strong", "moderate", "weak", "expert"]
Confidence = Literal["official", "secondary", "derived", "unknown"]
Verdict = Literal["fine_tune", "not_yet", "dont"]
Method = Literal["sft", "dpo", "rft", "vision", "encoder", "continue"]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    def translated(self) -> tuple[str, ...]:
        """Names of the fields that are translated in this entry, beyond those that are `Text` in all."""
        return ()

    def counted(self) -> Mapping[str, str]:
        """Texts for a count of one, and the text that stands for other counts."""
        return {}


class Named(Entry):
    """An entry of a file of its own kind, known by its id."""

    id: Id


class Quantity(Entry):
    """A prior for a number: the 10th and 90th percentile of what is usual, and the shape between them.

    `lognormal` for amounts that spread over orders of magnitude, `uniform` otherwise (then p10 and p90 are its ends).
    """

    p10: float
    p90: float
    shape: Literal["lognormal", "uniform"] = "lognormal"

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.p10 > self.p90:
            raise ValueError("p10 must not exceed p90")
        if self.shape == "lognormal" and self.p10 <= 0:
            raise ValueError("a lognormal prior needs p10 above 0")
        return self


class Choice(Entry):
    id: Column
    text: Text
    means: Text | None = None
    """What choosing this says about the case, in a sentence."""
    prior: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Probability when the user does not know. Over a `choice` question the priors sum to 1; in `several`, each is
    its own.
    """
    either: tuple[str, ...] = ()
    """The choices of which it is one, nobody knows which: "tried, result unknown". A scenario holds one of them, drawn
    by their priors, so that conditions never see this choice itself.
    """


class Leaning(Entry):
    """What is likely for an open question where another answer speaks to it: a prior that replaces the general one.

    Leanings may build on each other, but not in a circle; one that holds only where its questions are answered
    (`known`) builds on nothing that is drawn.
    """

    when: str
    known: bool = False
    """Only where every question that the condition reads has been answered."""
    priors: dict[str, Annotated[float, Field(ge=0, le=1)]] = {}
    """Probability by choice; of a yes/no question, that of `yes`."""
    prior: Quantity | None = None
    """For a number."""


class Sets(Entry):
    """An assumption that the answer to a question tells more of: it becomes the answer times a quantity."""

    assumption: Column
    each: Quantity


class Question(Named):
    """One question of the interview. Its answer becomes a column (for `several`: one Boolean column `{id}_{choice}`
    each).
    """

    id: Column
    type: Literal["choice", "several", "number", "yes_no", "text"]
    side: Literal["goal", "tried", "data", "operations", "quality"]
    text: Text
    help: Text | None = None
    why: Text | None = None
    """Why we ask, for the person who answers."""
    words: dict[str, str] = {}
    """By language, what people who look for it call it, beyond what stands in the question. It is shown nowhere."""
    examples: dict[Column, Text] = {}
    """Behind the help, an example by kind of work (a choice of `task`); `any` where that is not known."""
    sample: bool = False
    """Whether a sample row of the person's kind of work stands beside it."""
    when: str | None = None
    """SQL condition on other questions; the question is asked, and its answer used, only where it can hold."""
    choices: tuple[Choice, ...] = ()
    yes_prior: Annotated[float, Field(ge=0, le=1)] = 0.5
    unit: Text | None = None
    names: bool = False
    """Of a text: it gives names, one a line or with commas between them (`advisor.interview.names`)."""
    minimum: float | None = None
    """Of a number the least that is allowed, of names how many are wanted."""
    maximum: float | None = None
    prior: Quantity | None = None
    """Of a number: what is usual. Without it nothing is drawn where the user does not know: the number stays unknown,
    and no condition can read it.
    """
    integer: bool = False
    decided: bool = False
    """Of a number: the person sets it, as a limit or a target, so it is exactly that. Others are known about as well as
    people know such a number; see `advisor.engine.given`.
    """
    sets: Sets | None = None
    covers: tuple[str, ...] = ()
    """Numbers of the curriculum's questions (Q1 to Q42) that this one asks."""
    leanings: tuple[Leaning, ...] = ()
    """Of several that hold, the last counts."""
    prior_note: Text | None = None
    """Where the prior comes from; without it, it is our assumption."""
    sources: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        match self.type:
            case "choice":
                total = sum(choice.prior for choice in self.choices)
                if abs(total - 1) > 1e-6:
                    raise ValueError(f"the priors of the choices add up to {total:g}, not 1")
            case "several":
                if not self.choices:
                    raise ValueError("a question of type several needs choices")
            case "number":
                if self.unit is None or self.minimum is None or self.maximum is None:
                    raise ValueError("a question of type number needs unit, minimum and maximum")
            case _:
                pass
        for leaning in self.leanings:
            self._check_leaning(leaning)
        if self.type in ("choice", "several"):
            ids = [choice.id for choice in self.choices]
            if len(set(ids)) != len(ids):
                raise ValueError("two choices have the same id")
            labels = [choice.text for choice in self.choices]
            if len(set(labels)) != len(labels):
                raise ValueError("two choices have the same text")
            for choice in self.choices:
                self._check_either(choice)
        return self

    def _check_either(self, choice: Choice) -> None:
        if not choice.either:
            return
        known = {other.id: other for other in self.choices if not other.either}
        if self.type != "choice" or choice.prior or len(choice.either) < 2 or not set(choice.either) <= set(known):
            raise ValueError(f"{choice.id}: either needs two or more other choices of a choice question, and no prior")
        if sum(known[other].prior for other in choice.either) <= 0:
            raise ValueError(f"{choice.id}: the choices it stands for have no prior")

    def _check_leaning(self, leaning: Leaning) -> None:
        if self.type == "number":
            if leaning.prior is None or leaning.priors:
                raise ValueError("a leaning of a number needs prior")
            return
        wrong = set(leaning.priors) - set(self.values)
        if wrong or not leaning.priors:
            raise ValueError(f"a leaning needs priors for its choices; unknown: {', '.join(sorted(wrong)) or 'none'}")
        if self.type == "choice" and abs(sum(leaning.priors.values()) - 1) > 1e-6:
            raise ValueError(f"the priors of a leaning add up to {sum(leaning.priors.values()):g}, not 1")

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Columns of a scenario that this question fills; none for free text, or for a number that has no prior."""
        if self.type == "several":
            return tuple(f"{self.id}_{choice.id}" for choice in self.choices)
        return () if self.type == "text" or (self.type == "number" and self.prior is None) else (self.id,)

    @cached_property
    def certain(self) -> tuple[str, ...]:
        """The values that a scenario may hold: those that do not stand for several others."""
        unsure = {choice.id for choice in self.choices if choice.either}
        return tuple(value for value in self.values if value not in unsure)

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The allowed values of a choice or yes/no question."""
        return ("no", "yes") if self.type == "yes_no" else tuple(choice.id for choice in self.choices)


class AnswerBands(Named):
    """Where a number is chosen and not typed, as in a room: the edges between what there is to choose from."""

    id: Column
    """That of the question."""
    edges: Annotated[tuple[float, ...], Field(min_length=3)]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if any(after <= before for before, after in pairwise(self.edges)):
            raise ValueError("each edge must be higher than the one before")
        return self


class MustAsk(Named):
    """Questions that are asked of everybody, or of those who gave an answer that calls for them, whatever the engine
    says of them. Those of the first entry come first.
    """

    id: Id
    where: dict[Column, Annotated[tuple[str, ...], Field(min_length=1)]] = {}
    """By question, choices any of which calls for these; nothing: everybody is asked."""
    questions: Annotated[tuple[Column, ...], Field(min_length=1)]


class QuestionPage(Named):
    """Questions that belong together, asked on one page."""

    id: Id
    title: Text
    help: Text
    questions: Annotated[tuple[Column, ...], Field(min_length=2)]


class InterviewLength(Named):
    """How many questions an interview takes, over simulated people who want one kind of work."""

    id: Column
    """A choice of the question `task`, or `any` where it is not known."""
    usual: int
    """Half of the interviews end with so many or fewer."""
    most: int
    """Nine in ten do."""


class CaseCard(Named):
    """How a published case is listed: apart from the case, since weights are fitted to that."""

    id: Id
    """That of the case."""
    title: Text
    level: Literal["easy", "medium", "hard"]
    """How hard it is to judge from what the team knew; `content/cases/README.md` says by what."""


WorkshopStep = Literal[
    "lobby", "entry", "case", "first", "pairs", "second", "shift", "option", "advice", "outcome", "flip", "exit", "end",
    "story", "ask", "agreed", "own", "wall", "quiz", "monday",
]  # fmt: skip
"""What a room does in a step of a workshop; `advisor.workshop.debate` says what each means."""
WorkshopMode = Literal["debate", "together", "own", "quiz", "ticket"]
"""What a room may do: debate published cases, answer the questions of one case together, of their own projects in
teams, a quiz, and say at the end what each will do.
"""
Minutes = Annotated[float, Field(gt=0, le=60)]


class Workshop(Named):
    """A plan of a workshop: which steps, on which cases, and for how many minutes. The minutes are our suggestion."""

    id: Id
    minutes: Annotated[int, Field(gt=0)]
    """All together."""
    cases: Annotated[tuple[Id, ...], Field(min_length=1)]
    """Which are debated unless others are chosen."""
    before: dict[WorkshopStep, Minutes]
    each: dict[WorkshopStep, Minutes]
    """Of each case."""
    after: dict[WorkshopStep, Minutes]
    modes: dict[WorkshopMode, dict[WorkshopStep, Minutes]] = {}
    """What may be chosen beside the debate, or in its place: the steps of each, in minutes beyond those of the plan."""
    together: Id
    """The case that is answered together unless another is chosen."""
    quiz: Annotated[tuple[Id, ...], Field(min_length=1)]
    """Questions of the quiz, in order."""

    @model_validator(mode="after")
    def _minutes_add_up(self) -> Self:
        total = sum((*self.before.values(), *self.after.values())) + len(self.cases) * sum(self.each.values())
        if total != self.minutes:
            raise ValueError(f"the steps take {total:g} minutes, and minutes says {self.minutes}")
        return self


class AssumedChoice(Entry):
    """A range of an assumption for some users, such as those of a region; choosing it fills the range in."""

    id: Column
    text: Text
    p10: float
    p90: float
    source: Id | None = None
    """Id of a source, or none: then it is our own assumption and is marked so."""
    note: Text | None = None


class Retired(Named):
    """A question, or a choice (`question.choice`), that is no longer asked. Links and files that answer it are read,
    and it is named in the words that people knew.
    """

    text: Text


class Assumption(Named):
    """A number that no question asks for but an estimate needs. Shown with every result, and the user can override
    it.
    """

    id: Column
    text: Text
    unit: Text
    prior: Quantity
    group: Literal["people", "tokens", "training", "serving", "latency", "retrieval"]
    minimum: float = 0.0
    maximum: float = 1e9
    source: Id | None = None
    """Id of a source, or none: then it is our own assumption and is marked so."""
    note: Text | None = None
    choices: tuple[AssumedChoice, ...] = ()
    """Narrower ranges to choose from."""


class Again(Entry):
    """What an option is called for whoever has tried it in its plain form, which fell short."""

    where: Annotated[dict[Column, Annotated[tuple[str, ...], Field(min_length=1)]], Field(min_length=1)]
    """By question, choices of which one was given, for each question."""
    name: Text


class Option(Named):
    """A rung of the ladder, by rising commitment."""

    id: Column
    rung: Annotated[int, Field(ge=1)]
    name: Text
    """What it is called, but where it is advised to whoever has tried it."""
    again: tuple[Again, ...] = ()
    term: Text | None = None
    """The field's term, in brackets behind the name where the option is introduced."""
    summary: Text
    needs: Text
    changes: Text
    undo: Text
    """How, and how easily, one goes back."""
    tunes: bool
    method: Method | None = None
    prior: float
    """Log-odds, in decibans, that this option reaches the target before anything is known of the case."""
    sources: tuple[Id, ...] = ()


class KitStep(Entry):
    """One thing to do, and what to type for it."""

    text: Text
    command: str | None = None
    """`{method}` in it stands for the way of training of the option: sft or dpo."""
    samples_only: bool = False
    """It is about the sample rows, which a kit of the user's own rows has not."""
    options: tuple[str, ...] = ()
    """Options for which it is to be done; none: for all that the kit begins."""


class KitWords(Named):
    """The words of a starter kit; what goes into it is decided by its module in `advisor/kits/`."""

    id: Column
    name: Text
    summary: Text
    """What it does, in a sentence."""
    needs: tuple[Text, ...]
    """What must be there before one begins, beyond Python and a model that answers."""
    steps: tuple[KitStep, ...]
    """What is done between the baseline and the second scoring."""
    watch: tuple[Text, ...]
    clean_up: tuple[Text, ...]
    stop: Text
    """How to go back."""
    tried: Text
    """What of it was run for us, and what could not be."""


Prepare = Literal[
    "goal",
    "evaluation",
    "smaller_model",
    "agreement",
    "rights",
    "route",
    "training_means",
    "grader",
    "check_data",
    "collect",
]
"""What can be prepared: a goal that can be measured, an evaluation set, experts that agree, a test of a smaller model,
examples or pairs, a platform that trains it, a check that scores answers, the right to train on the data.
"""


class Gate(Entry):
    """Removes options. `later`: work can lift it; `never`: only another situation would."""

    options: tuple[str, ...]
    """Ids of options, or the group `tuning`."""
    lifts: Literal["later", "never"]
    missing: Text
    """The one thing missing, as a noun phrase: an evaluation set."""
    brings_back: Text
    """What to do to bring the options back, as an instruction."""
    prepare: Prepare | None = None
    """The step of a plan that lifts it; none where nothing does."""

    @model_validator(mode="after")
    def _prepared(self) -> Self:
        if (self.lifts == "later") != (self.prepare is not None):
            raise ValueError("prepare: a gate that work can lift names the step that lifts it, and no other does")
        return self


class Rule(Named):
    """What holds options up or is to be done where something was answered. What answers weigh say `WeighedTerm`s."""

    id: Id
    when: str
    blocks: Gate | None = None
    before: Prepare | None = None
    """What a plan that trains begins with where the rule holds, though no option waits for it."""
    advice: Text | None = None
    """Something to do or to watch when the rule holds; shown under next steps."""
    about: tuple[str, ...] = ()
    """Options or groups for which the advice matters; none: all."""
    technical: bool = False
    """The advice is for whoever trains the model; a report to a manager gives it a place of its own."""
    because: Text
    sources: tuple[Id, ...]
    evidence: Grade
    covers: tuple[str, ...] = ()
    """Numbers of the curriculum's rules (B1 to B57) that this one says."""

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not (self.blocks or self.before or self.advice):
            raise ValueError("a rule needs blocks, before or advice: what answers weigh stands in content/weights/")
        return self


class Fact(Named):
    """A dated figure or statement. `value` may be the word `unknown`."""

    id: Id
    platform: Id
    model: str = "*"
    about: Text | None = None
    """What it is about in words, where `model` is a code or a size and no name that a reader knows."""
    field: str
    value: bool | float | int | date | str
    low: float | None = None
    high: float | None = None
    unit: Text
    source: str
    seen: str
    """The day (or month, or year) of the copy that was read."""
    confidence: Confidence
    from_: Annotated[date | None, Field(alias="from")] = None
    """The first day on which it holds; none: always so far."""
    void_from: date | None = None
    """The first day on which it no longer holds; none: no end is known."""
    not_before: date | None = None
    """Of what its vendor lets end "no earlier than" a day: that day, on which nothing need end."""
    open_to: tuple[str, ...] = ()
    note: Text | None = None


class ShelfLife(Named):
    """How long facts of a kind may stand before they should be looked up again. Of several kinds that fit, the first
    counts.
    """

    text: Text
    """What such a fact is, as a noun phrase."""
    days: Annotated[int | None, Field(gt=0)] = None
    """Days after which one seen is due; none: it stays what it was."""
    platforms: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    """What the fact must have, one of each that is named; of a unit, its beginning."""

    def fits(self, fact: Fact) -> bool:
        """Whether the fact is of this kind."""
        wanted = ((self.platforms, fact.platform), (self.fields, fact.field))
        alike = all(not allowed or value in allowed for allowed, value in wanted)
        return alike and (not self.units or fact.unit.startswith(self.units))


class Source(Named):
    """Something that a rule, question, option, fact or case refers to. A fact or case is known to come from it by its
    address or, where there is none, by its title.
    """

    id: Id
    title: str
    ours: bool = False
    """The title is in our words, so it is translated; that of a publication stays as it is."""
    url: str | None = None
    date: str
    confidence: Confidence = "official"
    note: Text | None = None

    def translated(self) -> tuple[str, ...]:
        return ("title",) if self.ours else ()


class Case(Named):
    """A published case: what the team knew, what turned out right, and who says so."""

    id: Id
    title: str
    summary: Text
    answers: dict[str, Any]
    outcome: str
    acceptable: tuple[str, ...] = ()
    numbers: dict[str, Any] = {}
    lesson: Text
    """What the published outcome teaches, in one or two sentences."""
    year: int
    strength: Literal["measured", "reported", "anecdotal"]
    verified: bool
    family: Id
    source: str


class Retold(Named):
    """A case of the evidence, read again for readers and rooms. Its answers and outcome stay there."""

    id: Id
    """That of the case in `content/evidence/cases.yaml`."""
    title: str
    """Of the publication."""
    source: str
    year: int
    read: str
    """What was open when the figures were checked."""
    checked: date
    unsure: tuple[Column, ...] = ()
    """Answers that what was read does not bear out: they are left out."""
    summary: Text
    lesson: Text


class Reader(Named):
    """How well a model read answers out of texts whose answers people knew: `python -m benchmarks.intake`."""

    id: Id
    name: str
    """The model, as its makers call it."""
    parameters: float
    checked: date
    cases: int
    """Texts that it read."""
    given: int
    """Answers that people had found in them."""
    alike: int
    """Those of them that the model read alike."""
    otherwise: int
    """Those that it read otherwise; the rest it left open."""
    open: int
    """Answers that people had left open."""
    invented: int
    """Those of them that the model gave."""


class Doing(Entry):
    """A way to do in the app what a resource teaches: the words of a link, and where it leads."""

    text: Text
    page: Literal[
        "kit",
        "data",
        "ready",
        "who-tunes",
        "cases",
        "q-tuned-model",
        "for-and-against",
        "tutorial",
        "portal-form",
        "tool-rows",
        "decision",
        "verdict",
        "steps",
        "options",
        "speed",
        "glossary",
        "teach",
    ]
    """The path of a page; a test holds that there is such a page."""
    kit: Id | None = None
    """Which starter kit, of the page of kits."""

    @model_validator(mode="after")
    def _kit_has_its_page(self) -> Self:
        if (self.kit is None) == (self.page == "kit"):
            raise ValueError("name a kit for the page of kits, and for no other page")
        return self


class Resource(Named):
    """A row or link of the lesson's reading list: what it was, what it is now, and how to do here what it taught.

    A row of the two tables has all of that; a link inside a row (`belongs_to`) is told on the page of its row.
    """

    id: Id
    row: str
    """Row of the curriculum: P1 to P14, S1 to S6, L1 to L7."""
    title: str
    original_url: str
    current_url: str | None = None
    state: Literal["live", "moved", "superseded", "dormant", "mislinked", "not_verified"]
    """What became of the page on `seen`; `mislinked`: the lesson links to another page than it means."""
    seen: date
    confidence: Confidence
    now: Text
    """What it is today."""
    uses: Text
    """What the app does with it."""
    taught: tuple[Text, ...] = ()
    """Three sentences of our own."""
    holds: Text | None = None
    """What of it still holds today."""
    does: tuple[Doing, ...] = ()
    belongs_to: Id | None = None
    covers: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _told_in_full(self) -> Self:
        if self.belongs_to:
            if self.taught or self.holds or self.does:
                raise ValueError("a link inside a row is told on the page of its row: leave out taught, holds and does")
        elif len(self.taught) != SENTENCES or not self.holds or not self.does:
            raise ValueError("a row needs three sentences in taught, what holds, and a way to do it in does")
        return self


class Term(Named):
    """A glossary entry."""

    id: Id
    term: Text
    definition: Text
    also: tuple[str, ...] = ()
    words: Text | None = None
    """The words at which the term is explained where they stand, separated by commas; none: in the glossary alone."""


class Passage(Named):
    """A part of a text that explains: its heading and its paragraphs, in which figures stand as `{name}`."""

    id: Id
    title: Text
    text: Annotated[tuple[Text, ...], Field(min_length=1)]


class OwnPrice(Entry):
    """What a model costs from a day on, in USD a million tokens, where the price list lacks it or is behind."""

    from_: Annotated[date, Field(alias="from")]
    """The first day on which it holds; it ends where another of the model begins."""
    input_usd_mtok: Annotated[float, Field(ge=0)]
    cached_usd_mtok: Annotated[float | None, Field(ge=0)] = None
    """Input that is read from the cache; without it, as other input."""
    written_usd_mtok: Annotated[float | None, Field(ge=0)] = None
    """Input that is put into the cache; without it, as other input."""
    output_usd_mtok: Annotated[float, Field(ge=0)]
    batch_share: Annotated[float | None, Field(gt=0, le=1)] = None
    """What answers that may come hours later pay of these prices, such as 0.5; without it there is no batch price."""
    source: Annotated[str, StringConstraints(min_length=1)]
    """The address of the page that says so, or the title of an entry of `content/sources.yaml`."""
    seen: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    """The day on which the page was read."""
    confidence: Confidence


class PricedModel(Named):
    """A base model whose inference price and speed the estimates use."""

    id: Column
    name: Text
    size: Literal["frontier", "large", "small", "open_large", "open_small", "raw_base"]
    typical: bool = False
    """Stands for its size when the user names no model. One per size."""
    provider: str
    ref: str
    """Provider and model name in genai-prices, which says the price on days without one of our own."""
    prices: tuple[OwnPrice, ...] = ()
    """Prices that stand before those of genai-prices: on a day, the latest that has begun."""
    platforms: tuple[Id, ...] = ()
    """Of a small model, the choices of the question `platforms` that sell it at this price."""
    cache_minimum: Id | None = None
    """Fact: the shortest repeated beginning of a prompt, in tokens, that its vendor keeps."""
    cache_minutes: Id | None = None
    """Fact: minutes after the last use for which it is kept."""
    thinks: Id | None = None
    """Fact: whether it thinks before it answers unless told not to. Without a fact, all three are unknown."""
    parameters_b: float | None = None
    """Parameters in billions, where published."""
    first_token_s: Quantity
    """Seconds to the first token of a short request."""
    tokens_per_s: Quantity
    """Output tokens a second for one request."""
    latency_facts: tuple[Id, ...] = ()
    """The facts that the two ranges span; without them the ranges are our assumption."""
    gone_from: date | None = None
    """The first day on which it no longer answers where its price is from; none: no end is known."""
    gone_not_before: date | None = None
    """The earliest day on which it may stop, where its vendor names that alone. It ends nothing by itself."""
    gone_facts: tuple[Id, ...] = ()
    """Facts that say when it stops."""
    note: Text | None = None


class Window(Entry):
    """When new training jobs may be started, and by whom: from the first day on, until the day before `closed_from`. No
    `from`: always so far; no `closed_from`: no end is known.
    """

    to: Literal["new", "dormant", "existing", "anyone"]
    from_: Annotated[date | None, Field(alias="from")] = None
    closed_from: date | None = None
    """The first day on which no job may be started any more."""
    closed_not_before: date | None = None
    """The earliest day on which it may close, where its vendor names that alone. It closes nothing by itself."""
    facts: tuple[Id, ...] = ()


ConditionKind = Literal[
    "preview",
    "testing_only",
    "no_confidential_data",
    "one_region",
    "deployed_version",
    "earlier_runs",
    "invitation",
    "subscription",
]
"""Under what a platform trains: as a preview; for testing and not for production; on no confidential data; in one
region alone; for a subscription that has deployed the version of the model; for whoever has trained there before; by
invitation; for subscribers.
"""
Unpriced = Literal["no_copy", "not_published", "by_quote", "paid_by_token", "paid_by_hour"]
"""Why no price is known: no copy of a price page that we read has it; the vendor publishes none; it is quoted to each
customer; it is paid by the token, or by the hour, and nobody knows how many a run takes.
"""


Area = Literal["us", "eu", "singapore"]


class Condition(Entry):
    """What a platform asks or rules out. The advice reads it, and says it wherever the route is named."""

    kind: ConditionKind
    methods: tuple[Method, ...] = ()
    """Of the route's methods, those for which it holds; none: all."""
    facts: Annotated[tuple[Id, ...], Field(min_length=1)]
    """Facts that say so."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.methods and self.kind not in ("preview", "testing_only"):
            raise ValueError(f"{self.kind}: a condition that may close a route holds for all of its methods")
        return self


ASKED_OF_NOBODY: tuple[ConditionKind, ...] = ("earlier_runs", "invitation", "subscription")
"""Conditions on customers that no question asks about, so that who meets them must ask the vendor."""


class Route(Named):
    """Somebody who trains and serves a tuned model: a platform, a model, the methods, the dates, the prices.

    Prices are ids of facts, so that each figure leads to its source and date. A price that is missing is unknown.
    """

    id: Id
    platform: Literal["openai", "azure", "google", "aws", "specialist", "own"]
    """The choice of the question `platforms` that allows this route. Other vendors that train models for others are
    `specialist`.
    """
    vendor: Text
    model: Text
    base: Column | None = None
    """The model in models.yaml that is tuned here, where it is one of them: its speed is that of the tuned model."""
    methods: tuple[Method, ...]
    parameters_b: float | None = None
    small: bool = False
    """Small enough to be the student of a distillation."""
    windows: tuple[Window, ...]
    gone_from: date | None = None
    """The first day on which tuned versions no longer answer; from then on nobody can start a job either."""
    gone_not_before: date | None = None
    """The earliest day on which they may stop, where its vendor names that alone. It ends nothing by itself."""
    gone_facts: tuple[Id, ...] = ()
    """Facts that say when tuned versions stop answering."""
    hosting: tuple[Literal["anywhere", "region", "own_cloud", "on_premises"], ...]
    """Demands on the place of data and model that this route can meet."""
    trains_in: dict[Area, Id] = {}
    """Parts of the world in which it is known to train, each with the fact that says so; none: not known, or the user's
    choice.
    """
    train_usd_mtok: Id | None = None
    train_usd_hour: Id | None = None
    input_usd_mtok: Id | None = None
    cached_usd_mtok: Id | None = None
    output_usd_mtok: Id | None = None
    batch_input_usd_mtok: Id | None = None
    batch_cached_usd_mtok: Id | None = None
    batch_output_usd_mtok: Id | None = None
    """Prices of answers that may come hours later; without them they cost as others."""
    cache_minimum: Id | None = None
    cache_minutes: Id | None = None
    """Facts, as for a model: what must be repeated to be kept, and for how long it is."""
    host_usd_hour: Id | None = None
    adapters: Id | None = None
    """Fact: how many tuned models one rented endpoint can hold, where they may share it."""
    store_usd_month: Id | None = None
    conditions: tuple[Condition, ...] = ()
    unpriced: dict[Method, Unpriced] = {}
    """Of each method of which training and serving are not both known: why not."""
    minimum_examples: Id | None = None
    epochs: Id | None = None
    """How often it goes through the examples by itself, where it publishes that."""
    encoding: Literal["o200k_base", "o200k_harmony"] | None = None
    """Vocabulary of the model; none: not public, or not one that we can count with."""
    self_managed: bool = False
    """Trained and served on GPUs that the user runs; cost comes from GPU hours and throughput."""
    facts: tuple[Id, ...] = ()
    """Further facts shown with the route."""
    note: Text | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.under("one_region") and "region" in self.hosting:
            raise ValueError("a route in one region alone cannot promise to stay in the region of the user's choice")
        wrong = {method for condition in self.conditions for method in condition.methods} | set(self.unpriced)
        if wrong - set(self.methods):
            raise ValueError(f"conditions or unpriced name methods that it lacks: {', '.join(sorted(wrong))}")
        return self

    def under(self, *kinds: ConditionKind) -> bool:
        """Whether one of these conditions holds for it."""
        return any(condition.kind in kinds for condition in self.conditions)


class ReadinessSign(Named):
    """A sign of readiness: which answers speak for it and which against; for a number, from which value on."""

    id: Id
    side: Literal["why", "tried", "failing", "data", "quality"]
    question: Column
    ready: tuple[str, ...] = ()
    not_ready: tuple[str, ...] = ()
    at_least: float | None = None


class QualityGap(Named):
    """A gap that one can see in answers: how it looks, and what to try first."""

    title: Text
    looks: Text
    """What to look for; one failing example of it is worth more than the name."""
    first: Text
    option: Column
    """Id of the option that is tried first."""
    shows: Annotated[tuple[str, ...], Field(min_length=1)]
    """Choices of the question `gap` that are this one."""
    sources: Annotated[tuple[Id, ...], Field(min_length=1)]


class DataNeed(Named):
    """Something that training data must be, apart from the others."""

    title: Text
    asks: Text
    signs: Annotated[tuple[Id, ...], Field(min_length=1)]
    """Ids of the signs of readiness that say whether it is so."""
    sources: Annotated[tuple[Id, ...], Field(min_length=1)]


class DataSchool(Named):
    """A school on how many examples it takes, and when it applies."""

    title: Text
    says: Text
    applies: Text
    sources: Annotated[tuple[Id, ...], Field(min_length=1)]


class Slope(Entry):
    """A number on a logarithmic scale: each tenfold counts as one."""

    of: Column
    """Id of the question or assumption that the number answers."""
    at: Annotated[float, Field(gt=0)]
    """Where the scale is nought."""
    low: Annotated[float, Field(gt=0)]
    """Below this it counts as this."""
    high: Annotated[float, Field(gt=0)]
    """Above this it counts as this."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low < self.high:
            raise ValueError("low must be below high")
        return self


class Otherwise(Entry):
    """What a term says in place of its sentence to whoever has tried what that sentence advises."""

    where: Annotated[dict[Column, Annotated[tuple[str, ...], Field(min_length=1)]], Field(min_length=1)]
    """By question, choices of which one was given, for each question."""
    because: Text


class WeighedTerm(Named):
    """What an answer, or a condition over a few, adds to the odds of the options against each other.

    It counts as 1 where `when` holds and 0 elsewhere; with a `slope`, as the number on that scale where `when` holds.
    `effects` is what experts say; published cases move it, and the result stands in `content/weights/learned.json`.
    """

    id: Id
    when: str = "TRUE"
    slope: Slope | None = None
    effects: dict[str, float] = {}
    """Decibans (10 are odds of ten to one) by option, or by one of the groups `tuning` and `prompted`; an option named
    itself comes before its group.
    """
    signs: dict[str, Literal["+", "-"]] = {}
    """By option or group: whether this may only speak for it, or only against it, whatever the cases say."""
    because: Text
    otherwise: tuple[Otherwise, ...] = ()
    """The first whose answers were given stands in place of `because`."""
    sources: tuple[Id, ...]
    evidence: Grade
    covers: tuple[str, ...] = ()
    """Numbers of the curriculum's rules (B1 to B57) that this one says."""


class BaseRate(Named):
    """How many of all teams who ask end with an outcome: our assumption, since cases were not drawn at random."""

    id: Column
    share: Annotated[float, Field(gt=0, lt=1)]


class LearnedTerm(Entry):
    """What cases made of one term: one number an outcome, in nats, in the order of `Learned.outcomes`."""

    id: Id
    weights: tuple[float, ...]
    drawn: tuple[tuple[float, ...], ...]
    """One row an outcome, one column a set of weights drawn around these: how far that set lies from them. The sets are
    drawn together over all terms, so that they err as the cases let them.
    """
    held: tuple[int, ...] = ()
    """Places in `Learned.cases` of those in which the term held by what was known; of a term with a slope, those whose
    number lies above its middle.
    """
    held_below: tuple[int, ...] = ()
    """Of a term with a slope, those whose number lies below its middle."""


class TaughtCase(Entry):
    """A case that taught the weights, as readers are told of it."""

    id: Id
    title: str
    source: str
    outcome: str
    shown: bool
    """It was checked against its source, so readers may see it by name."""


class Score(Entry):
    """How often a way to decide was right on cases."""

    cases: int
    acceptable: float
    """Share whose first option is the published outcome or an acceptable one."""
    first_two: float
    """The same for the first two."""
    yes_no: float
    """Share in which fine-tune or not was said rightly."""
    brier: float
    """Mean squared distance of the share that ends in training from 1 or 0."""


class CalibrationBin(Entry):
    """Cases for which the model said about the same share: what it said, and what happened."""

    said: float
    happened: float
    cases: int


class Learned(Entry):
    """The weights that `make weights` fitted, and how well they do."""

    evidence: str
    """Digest of the cases and terms that they were fitted to."""
    outcomes: tuple[str, ...]
    scale: float
    """How much of what experts say the cases let stand: the factor on their effects."""
    intercept: LearnedTerm
    terms: tuple[LearnedTerm, ...]
    gathered: tuple[float, ...]
    """Share of the cases by outcome, as they were gathered."""
    cases: tuple[TaughtCase, ...] = ()
    scores: dict[str, Score]
    second_step: dict[str, Score] = {}
    """How well ways to say what follows do on the cases that say what was tried and failed, out of fold."""
    calibration: tuple[CalibrationBin, ...]
    """Of the share that ends in training, out of fold. It says nothing about users."""
    advice_calibration: tuple[CalibrationBin, ...] = ()
    """The same of `ends_in_training` of whole advices."""
