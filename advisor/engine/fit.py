"""`make weights`: fit the shares to published cases around what experts say, measure them, and write one file.

The likelihood of a case is that of its outcome, averaged over scenarios that fit its answers; the prior of a weight is
normal around the expert's effect times one scale for all. Nothing here is chosen by looking at the cases it is measured
on: what was tried, and what it gave out of fold, stands beside each constant.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import numpy as np
from scipy.optimize import minimize

from advisor.content import evidence
from advisor.content.entries import Case, Grade, Learned, LearnedTerm, Score, TaughtCase
from advisor.content.load import CONTENT_DIR, LEARNED, Content, load
from advisor.engine.drawing import draw
from advisor.engine.evaluate import Told, score_told, taught, tell
from advisor.engine.measure import calibration, constant, pair, score, score_lines
from advisor.engine.points import SEED
from advisor.engine.scenarios import Array
from advisor.engine.second_step import Failures, Seen, failures, scores_after
from advisor.engine.second_step import table as second_step_table
from advisor.engine.shares import base_rate_shift
from advisor.engine.terms import CLASSES, TRAINING, Terms, compile_terms
from advisor.interview.answers_file import read_situation
from advisor.interview.situation import Situation

SCENARIOS = 16
"""Scenarios of a case while fitting; 32 and 48 gave the same figures."""
COPIES = 5
"""Copies of each case with answers hidden, so that weights do not lean on a few answers alone. Out of fold, with 30 %
of the answers hidden, acceptable rose from 0.70 without copies to 0.74; with whole answers it stayed at 0.80.
"""
HIDDEN = 0.3
"""Share of the answers that a copy hides. Assumption."""
WHOLE = 0.4
"""Share of a case's weight that its whole answers have; its copies share the rest. Assumption."""
SPREAD: dict[Grade, float] = {"strong": 0.8, "moderate": 1.0, "expert": 1.0, "weak": 1.2}
"""Standard deviation of a weight around the expert's, in nats, by grade of evidence. Around 0.4, 0.6, 0.8, 1.0, 1.5 and
2.5 acceptable was 0.80, 0.80, 0.80, 0.79, 0.78 and 0.76 out of fold, and most stable with hidden answers at 1.
"""
INTERCEPT = 1.5
"""Standard deviation of an intercept around the options' priors, in nats. Assumption."""
SCALE = (0.7, 0.5)
"""Mean and standard deviation of the factor on what experts say. Assumption."""
ACCEPTABLE = 0.4
"""Weight of an acceptable outcome beside the published one in the likelihood: 0.3 did as well, 1 worse by 0.02."""
NOT_YET = 0.5
"""Factor on the weight of cases that ended in not yet: they teach only what they would also support. Assumption."""
FOLDS = 10
"""Parts of the cases, each judged by weights of the others; a family of cases is never parted."""
JUDGED = date(2026, 11, 22)
"""Day on whose prices and open routes advice on the cases is judged, so that the same cases give the same figures."""
SETS = 32
"""Sets of weights that are drawn; each has a mirror image."""
DRAWN = 0.5
"""How far sets lie from the weights, as a part of what the curvature allows: with 0.3, 0.5 and 1 the Brier score out of
fold was 0.133, 0.135 and 0.153, since priors wide enough to learn from are wider than what anybody believes.
"""
FIRMLY = 0.9
"""Share of a case's scenarios from which on a term held by what was known, whatever was left open. Assumption."""
STEPS = 80
"""Steps of the optimiser; the figures no longer move after 60."""
TAUTOLOGIES = (
    "has-preferences",
    "has-grader",
    "preference-pairs",
    "grader-in-range",
    "only-comparisons",
    "answers-checkable",
    "gap-preference",
)
"""Terms that read what was built for the chosen method as if it had been there: figures are given without them too."""


@dataclass(frozen=True)
class Examples:
    """Cases as arrays: one row a case."""

    cases: tuple[Case | evidence.EvidenceCase, ...]
    targets: Array
    """Cases x classes: how much each counts as the outcome."""
    weights: Array
    families: tuple[str, ...]

    @property
    def teaching(self) -> Array:
        """Places of the cases with an outcome that can be learned."""
        return np.flatnonzero(self.targets.sum(axis=1) > 0)


@dataclass(frozen=True)
class Prior:
    """Where weights lie before cases are seen."""

    effects: Array
    spread: Array
    start: Array
    lower: Array
    upper: Array
    start_spread: float = INTERCEPT


@dataclass(frozen=True)
class Fitted:
    scale: float
    intercept: Array
    weights: Array


def examples(content: Content) -> Examples:
    """Every case with its outcome and weight. Cases of one family weigh at most 1 together."""
    cases: tuple[Case | evidence.EvidenceCase, ...] = (*content.cases, *evidence.evidence_cases())
    targets = np.zeros((len(cases), len(CLASSES)))
    weights = np.array([evidence.WEIGHTS[evidence.standing(one)] for one in cases])
    for row, case in enumerate(cases):
        said = {**dict.fromkeys(case.acceptable, ACCEPTABLE), case.outcome: 1.0}
        targets[row] = [said.get(one, 0.0) for one in CLASSES]
        weights[row] *= NOT_YET if case.outcome == "not_yet" else 1.0
    families = tuple(one.family.casefold() for one in cases)
    for family in set(families):
        mine = np.array([one == family for one in families])
        weights[mine] /= max(1.0, weights[mine].sum())
    return Examples(cases, targets, weights, families)


def gathered(cases: Examples) -> Array:
    """Share of the cases by class, as they were gathered and weighed."""
    mass: Array = (cases.weights[:, np.newaxis] * cases.targets).sum(axis=0)
    return mass / mass.sum()


def situations(
    cases: Sequence[Case | evidence.EvidenceCase | evidence.EverydayQuestion | Seen], content: Content, copy: int
) -> list[Situation]:
    """What was known of each case; in a `copy` above nought some answers are hidden, others in each copy."""
    return [read_situation(_kept(one.id, one.answers or {}, copy), content) for one in cases]


def _kept(name: str, answers: dict[str, object], copy: int) -> dict[str, object]:
    if not copy:
        return answers
    random = np.random.default_rng((SEED, copy, zlib.crc32(name.encode())))
    return {key: value for key, value in sorted(answers.items()) if random.random() >= HIDDEN}


def values(situations: Sequence[Situation], content: Content, terms: Terms, count: int = SCENARIOS) -> Array:
    """Situations x scenarios x terms."""
    return terms.values(draw(situations, content, count)).reshape(len(situations), count, -1)


def prior(terms: Terms, content: Content) -> Prior:
    """What experts say, and how far cases may move it."""
    grades = np.array([SPREAD[one.evidence] for one in content.weighed])
    spread = np.repeat(grades[:, np.newaxis], len(CLASSES), axis=1)
    return Prior(terms.class_effects, spread, terms.class_start, terms.lower, terms.upper)


def experts_alone(known: Prior) -> Prior:
    """Weights stay the experts' but for one scale and the intercepts."""
    free = np.full_like(known.effects, np.inf)
    return replace(known, spread=np.full_like(known.spread, 1e-3), lower=-free, upper=free)


def answers_alone(known: Prior) -> Prior:
    """Nothing is known before the cases."""
    return replace(known, effects=np.zeros_like(known.effects), start=np.zeros_like(known.start))


def fit(held: Array, targets: Array, weights: Array, known: Prior) -> Fitted:
    """The most likely weights: `held` is cases x scenarios x terms, `targets` cases x classes."""
    cases, count, terms = held.shape
    flat = np.ascontiguousarray(held.reshape(-1, terms))
    classes = len(CLASSES)
    precision = 1.0 / known.spread**2

    def loss(point: Array) -> tuple[float, Array]:
        scale, intercept, learned = point[0], point[1 : classes + 1], point[classes + 1 :].reshape(terms, classes)
        logits = (flat @ learned.astype(np.float32)).astype(np.float64) + intercept
        logits -= logits.max(axis=1, keepdims=True)
        chance = np.exp(logits)
        chance /= chance.sum(axis=1, keepdims=True)
        chance = chance.reshape(cases, count, classes)
        hit = (chance * targets[:, np.newaxis]).sum(axis=2)
        likelihood = hit.mean(axis=1)
        # How much of its case's likelihood a scenario carries says how much it teaches.
        held_by = (weights / likelihood / count)[:, np.newaxis, np.newaxis]
        slope = held_by * chance * (hit[..., np.newaxis] - targets[:, np.newaxis])
        slope = slope.reshape(-1, classes)
        off = learned - scale * known.effects
        start = intercept - known.start
        away = (scale - SCALE[0]) / SCALE[1]
        lost = -(weights * np.log(likelihood)).sum() + 0.5 * (
            (precision * off**2).sum() + (start**2).sum() / known.start_spread**2 + away**2
        )
        to_weights = (flat.T @ slope.astype(np.float32)).astype(np.float64) + precision * off
        to_scale = away / SCALE[1] - (precision * off * known.effects).sum()
        to_start = slope.sum(axis=0) + start / known.start_spread**2
        return lost, np.concatenate([[to_scale], to_start, to_weights.ravel()])

    first = np.clip(SCALE[0] * known.effects, known.lower, known.upper)
    begin = np.concatenate([[SCALE[0]], known.start, first.ravel()])
    free = [(0.0, None), *[(None, None)] * classes]
    bounds = free + list(zip(known.lower.ravel(), known.upper.ravel(), strict=True))
    found = minimize(loss, begin, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": STEPS}).x
    return Fitted(float(found[0]), found[1 : classes + 1], found[classes + 1 :].reshape(terms, classes))


def predict(held: Array, fitted: Fitted) -> Array:
    """Cases x classes: shares averaged over scenarios."""
    logits = held @ fitted.weights.astype(np.float32) + fitted.intercept
    logits -= logits.max(axis=2, keepdims=True)
    chance = np.exp(logits)
    mean: Array = (chance / chance.sum(axis=2, keepdims=True)).mean(axis=1)
    return mean


def folds(families: Sequence[str]) -> Array:
    """The fold of each case; a family lies in one."""
    names = sorted(set(families))
    np.random.default_rng(SEED).shuffle(names)
    place = {name: row % FOLDS for row, name in enumerate(names)}
    return np.array([place[name] for name in families])


@dataclass(frozen=True)
class Material:
    """Everything that fits and scores need, drawn once."""

    content: Content
    terms: Terms
    known: Prior
    examples: Examples
    whole: Array
    copies: tuple[Array, ...]

    def taught(self, rows: Array, known: Prior) -> Fitted:
        """Fitted to these cases and their copies."""
        parts = (self.whole, *self.copies)
        share = np.array([WHOLE, *[(1 - WHOLE) / len(self.copies)] * len(self.copies)])
        held = np.concatenate([one[rows, :SCENARIOS] for one in parts])
        targets = np.tile(self.examples.targets[rows], (len(parts), 1))
        weights = np.concatenate([self.examples.weights[rows] * one for one in share])
        return fit(held, targets, weights, known)

    def others(self, fold: int) -> Array:
        """Places of the cases that teach what is asked about this fold."""
        teaching = self.examples.teaching
        return teaching[folds(self.examples.families)[teaching] != fold]

    def fold_fits(self, known: Prior) -> list[Fitted]:
        """By fold, weights that saw no case of its families."""
        return [self.taught(self.others(fold), known) for fold in range(FOLDS)]

    def predicted(self, fits: Sequence[Fitted], *shown: Array) -> list[Array]:
        """For each of the arrays of values, cases x classes, each case by the weights of its fold."""
        fold = folds(self.examples.families)
        predictions = [np.zeros((len(fold), len(CLASSES))) for _ in shown]
        for place, fitted in enumerate(fits):
            for out, held in zip(predictions, shown, strict=True):
                out[fold == place] = predict(held[fold == place], fitted)
        return predictions

    def out_of_fold(self, known: Prior, *shown: Array) -> list[Array]:
        """The same by weights that are fitted for it."""
        return self.predicted(self.fold_fits(known), *shown)

    def learned(self, fitted: Fitted, rows: Array) -> Learned:
        """Weights fitted to these cases, with sets drawn around them, and no scores yet."""
        cases = self.examples
        drawn = spread(self.whole[rows], cases.targets[rows], cases.weights[rows], fitted, self.known)
        means = np.vstack([fitted.intercept, fitted.weights])
        entries = [
            LearnedTerm(
                id=name,
                weights=tuple(round(float(one), 3) for one in means[place]),
                drawn=tuple(
                    tuple(round(float(one), 2) for one in drawn[:, place, column]) for column in range(len(CLASSES))
                ),
            )
            for place, name in enumerate(("intercept", *self.terms.ids))
        ]
        mix = gathered(replace(cases, targets=cases.targets[rows], weights=cases.weights[rows]))
        return Learned(
            evidence=evidence.digest(),
            outcomes=CLASSES,
            scale=round(fitted.scale, 3),
            intercept=entries[0],
            terms=tuple(entries[1:]),
            gathered=tuple(round(float(one), 4) for one in mix),
            scores={},
            calibration=(),
        )


@cache
def material(content: Content) -> Material:
    """Cases drawn into scenarios."""
    terms, cases = compile_terms(content), examples(content)
    drawn = [values(situations(cases.cases, content, copy), content, terms) for copy in range(COPIES + 1)]
    return Material(content, terms, prior(terms, content), cases, drawn[0], tuple(drawn[1:]))


def spread(held: Array, targets: Array, weights: Array, fitted: Fitted, known: Prior) -> Array:
    """`SETS` draws around the fitted weights, sets x (1 + terms) x classes: normal, with the curvature at the maximum.

    The curvature is the prior's plus the outer products of what each case says (empirical Fisher information).
    """
    logits = held @ fitted.weights + fitted.intercept
    logits -= logits.max(axis=2, keepdims=True)
    chance = np.exp(logits)
    chance /= chance.sum(axis=2, keepdims=True)
    hit = (chance * targets[:, np.newaxis]).sum(axis=2, keepdims=True)
    slope = chance * (hit - targets[:, np.newaxis]) / hit.sum(axis=1, keepdims=True)
    with_one = np.concatenate([np.ones((*held.shape[:2], 1)), held], axis=2)
    change = np.einsum("nst,nsk->ntk", with_one, slope).reshape(len(held), -1) * np.sqrt(weights)[:, np.newaxis]
    deviation = np.concatenate([np.full((1, len(CLASSES)), known.start_spread), known.spread]).ravel()
    # In units of the prior the precision is 1 + JJ'; its inverse root comes from the singular values of J.
    _, size, ways = np.linalg.svd(change * deviation, full_matrices=False)
    ways *= np.sign(ways[np.arange(len(ways)), np.abs(ways).argmax(axis=1)])[:, np.newaxis]
    normal = np.random.default_rng(SEED).standard_normal((SETS, len(deviation)))
    along = normal @ ways.T
    drawn = normal + (along * (1.0 / np.sqrt(1.0 + size**2) - 1.0)) @ ways
    return DRAWN * (drawn * deviation).reshape(SETS, -1, len(CLASSES))


def learned(content: Content) -> Learned:
    """Fit and measure. Deterministic but for the last digits, which depend on the machine's arithmetic."""
    made = material(content)
    rows = made.examples.teaching
    fitted = made.taught(rows, made.known)
    fits = made.fold_fits(made.known)
    scores, best, after = scores_of(made, fitted, fits)
    learned_terms = made.learned(fitted, rows)
    advised, told = advice_scores(made, learned_terms, fits)
    learned_terms = learned_terms.model_copy(
        update={
            "scores": scores | advised,
            "second_step": after,
            "calibration": calibration(made.examples.cases, best[:, TRAINING].sum(axis=1)),
            "advice_calibration": calibration(made.examples.cases, np.array([one.ends_in_training for one in told])),
        }
    )
    return with_cases(learned_terms, made)


def with_cases(learned: Learned, made: Material) -> Learned:
    """The same with the cases that taught, and by term those in which it held."""
    above = (made.whole > 0).mean(axis=1) >= FIRMLY
    below = (made.whole < 0).mean(axis=1) >= FIRMLY
    terms = [
        term.model_copy(
            update={
                "held": tuple(map(int, np.flatnonzero(above[:, place]))),
                "held_below": tuple(map(int, np.flatnonzero(below[:, place]))),
            }
        )
        for place, term in enumerate(learned.terms)
    ]
    cases = [
        TaughtCase(id=one.id, title=one.title, source=one.source, outcome=one.outcome, shown=evidence.checked(one))
        for one in made.examples.cases
    ]
    return learned.model_copy(update={"terms": tuple(terms), "cases": tuple(cases)})


def written(learned: Learned) -> str:
    """The text of `content/weights/learned.json`: a line a term and a case."""
    text = json.dumps(learned.model_dump(mode="json"), ensure_ascii=False)
    return text.replace('{"id"', '\n{"id"') + "\n"


def everyday() -> list[evidence.EverydayQuestion]:
    """Questions of people who had not trained and had not decided to."""
    return [one for one in evidence.everyday() if one.answers and one.kind in ("weighs", "did not ask about training")]


def advice_scores(made: Material, learned: Learned, fits: Sequence[Fitted]) -> tuple[dict[str, Score], list[Told]]:
    """What users are told of the cases by weights that saw none of their family, and by those that saw all; and what
    the former say.
    """
    cases, content, fold = made.examples, made.content, folds(made.examples.families)
    known = situations(cases.cases, content, 0)
    told: dict[int, Told] = {}
    for place, fitted in enumerate(fits):
        rows = np.flatnonzero(fold == place).tolist()
        unseen = taught(content, made.learned(fitted, made.others(place)), f"without-{place}")
        told |= dict(zip(rows, tell([known[row] for row in rows], unseen, JUDGED), strict=True))
    order = [told[row] for row in range(len(known))]
    new = taught(content, learned, "new")
    seen = tell(known, new, JUDGED)
    scores = {
        "advice": score_told(cases.cases, order),
        "advice_weighed": score_told(cases.cases, order, cases.weights),
        "advice_in_sample": score_told(cases.cases, seen),
        "advice_everyday": score_told(everyday(), tell(situations(everyday(), content, 0), new, JUDGED)),
    }
    return scores, order


def scores_of(
    made: Material, fitted: Fitted, fits: Sequence[Fitted]
) -> tuple[dict[str, Score], Array, dict[str, Score]]:
    """Every way to decide, measured; the shares out of fold of the best, which the calibration is about; and what
    follows a failure.
    """
    cases = made.examples.cases
    whole = made.whole
    failed = failures(cases)
    before = values(situations(failed.before, made.content, 0), made.content, made.terms)
    best, before_it, *hidden = made.predicted(fits, whole, before, *made.copies[:3])
    plain = np.array([name not in TAUTOLOGIES for name in made.terms.ids])
    bare = replace(made, whole=whole[:, :, plain], copies=tuple(one[:, :, plain] for one in made.copies))
    few = replace(
        made.known,
        **{name: getattr(made.known, name)[plain] for name in ("effects", "spread", "lower", "upper")},
    )
    expert = experts_alone(made.known)
    ways = {
        "in_sample": predict(whole, fitted),
        "out_of_fold": best,
        "expert_only": made.out_of_fold(expert, whole)[0],
        "answers_only": made.out_of_fold(answers_alone(made.known), whole)[0],
        "without_tautologies": bare.out_of_fold(few, bare.whole)[0],
    }
    shift = base_rate_shift(made.content, gathered(made.examples))
    asked_rate = best * np.exp(shift)
    ways["with_base_rates"] = asked_rate / asked_rate.sum(axis=1, keepdims=True)
    scores = {name: score(cases, shares) for name, shares in ways.items()}
    scores["hidden"] = _mean([score(cases, one) for one in hidden])
    scores |= {"best_constant": constant(cases), "best_pair": pair(cases)}
    held = values(situations(everyday(), made.content, 0), made.content, made.terms)
    scores["everyday"] = score(everyday(), predict(held, fitted))
    return scores, best, _after(made, failed, before_it, best)


def _after(made: Material, failed: Failures, before: Array, told: Array) -> dict[str, Score]:
    examples = made.examples
    return scores_after(failed, before, told, examples.targets, examples.weights, folds(examples.families))


def _mean(scores: Sequence[Score]) -> Score:
    first = scores[0].model_dump()
    return Score.model_validate(
        {name: round(float(np.mean([getattr(one, name) for one in scores])), 4) for name in first}
        | {"cases": first["cases"]}
    )


def main() -> int:
    content = load()
    found = learned(content)
    (CONTENT_DIR / LEARNED).write_text(written(found), "utf-8")
    sys.stdout.write(table(found) + "\n")
    return 0


def table(learned: Learned) -> str:
    """The figures side by side, for whoever fits."""
    lines = score_lines("", learned.scores)
    lines += ["", f"{'ends in training':22}{'cases':>7}{'said':>9}{'happened':>9}"]
    lines += [f"{'':22}{one.cases:7}{one.said:9.2f}{one.happened:9.2f}" for one in learned.calibration]
    lines += ["", *second_step_table(learned.second_step)]
    lines += ["", f"scale on what experts say: {learned.scale:.2f}; {len(learned.terms)} terms"]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
