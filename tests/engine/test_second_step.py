"""What follows a failure: which cases say so, how ways to say it are measured, and what a way with weights learns."""

from __future__ import annotations

import numpy as np

from advisor.content.entries import Learned
from advisor.content.load import CONTENT_DIR, LEARNED, load
from advisor.engine import fit
from advisor.engine.second_step import ALWAYS, FAILED, failures, scores_after, table
from advisor.engine.terms import CLASSES

CONTENT = load()
FOUND = Learned.model_validate_json((CONTENT_DIR / LEARNED).read_bytes())
KNOWN = failures(fit.examples(CONTENT).cases)


def test_cases_that_say_what_failed_are_seen_as_they_were_before() -> None:
    assert len(KNOWN.rows) == FOUND.second_step["scenarios"].cases
    for row, (case, before) in enumerate(zip(KNOWN.cases, KNOWN.before, strict=True)):
        gone = set(case.answers) - set(before.answers)
        failed = [one for place, one in enumerate(CLASSES) if KNOWN.failed[row, place]]
        assert gone == {question for one in failed for question in FAILED[one]}
        assert before.answers.items() <= case.answers.items()
    tried = {CLASSES[place] for place in np.flatnonzero(KNOWN.failed.any(axis=0))}
    assert tried == set(FAILED)


def test_what_is_used_does_better_than_the_pair_that_is_always_said() -> None:
    used, always = FOUND.second_step["scenarios"], FOUND.second_step["always"]
    assert used.first_two > always.first_two + 0.1
    assert used.acceptable > always.acceptable + 0.1
    assert always.first_two == FOUND.second_step["best_pair"].first_two, ALWAYS


def test_no_way_with_weights_of_its_own_does_so_much_better_that_it_should_be_used() -> None:
    """The standard error of a share of 61 cases is 0.05, that of a Brier score 0.02: what has more weights must
    win by more to be worth them.
    """
    used = FOUND.second_step["scenarios"]
    for name in ("nested", "sequential", "answers"):
        other = FOUND.second_step[name]
        assert other.acceptable <= used.acceptable + 0.05
        assert other.first_two <= used.first_two + 0.05
        # Who tells of the failure as an answer gets the advice that this way says: it has no weights to be worth.
        assert name == "answers" or other.brier >= used.brier - 0.02


def test_what_failed_is_not_said_again_and_a_planted_order_is_learned() -> None:
    """In made-up outcomes preference tuning always follows a failed prompt, though everything was as likely before."""
    count = len(KNOWN.cases)
    prompted = KNOWN.failed[:, CLASSES.index("prompting")]
    follows = np.where(prompted, CLASSES.index("dpo"), CLASSES.index("rft"))
    targets = np.eye(len(CLASSES))[follows]
    even = np.full((count, len(CLASSES)), 1 / len(CLASSES))
    planted = failures(
        [
            case.model_copy(update={"outcome": CLASSES[place], "acceptable": ()})
            for case, place in zip(KNOWN.cases, follows, strict=True)
        ]
    )
    found = scores_after(planted, even, even, targets, np.ones(count), np.arange(count) % 5)
    assert found["sequential"].acceptable == 1
    assert found["scenarios"].acceptable < 0.3


def test_what_failed_is_never_said_again() -> None:
    """Were what failed surely said, the rest alone would still decide: the answer is the same as without it."""
    count, random = len(KNOWN.cases), np.random.default_rng(5)
    shares = random.dirichlet(np.ones(len(CLASSES)), count)
    loud = np.where(KNOWN.failed, 100.0, shares)
    targets, folds = fit.examples(CONTENT).targets, np.arange(count) % 5
    calm = scores_after(KNOWN, shares, shares, targets, np.ones(count), folds)
    shouted = scores_after(KNOWN, loud, loud, targets, np.ones(count), folds)
    assert calm["scenarios"] == shouted["scenarios"]
    assert calm["scenarios"].acceptable < FOUND.second_step["scenarios"].acceptable


def test_each_way_has_a_line_in_the_table() -> None:
    lines = table(FOUND.second_step)
    assert len(lines) == 1 + len(FOUND.second_step)
    assert "always RAG, SFT" in "\n".join(lines)
