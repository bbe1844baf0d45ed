"""What each measured way to decide is called."""

from __future__ import annotations

from advisor.language import Language


def score_heads(lang: Language) -> tuple[str, ...]:
    """The heads of a table of scores."""
    return (lang("Shares"), lang("cases"), lang("right"), lang("first two"), lang("train or not"), lang("Brier"))


def second_step_names(lang: Language) -> dict[str, str]:
    """Ways to say what follows a failure, by the names of `advisor.engine.second_step`."""
    return {
        "scenarios": lang("as the plan does it"),
        "nested": lang("what is alike fails together"),
        "sequential": lang("a weight for each pair of steps"),
        "answers": lang("the failure as one more answer"),
        "always": lang("always retrieval, then supervised fine-tuning"),
        "best_pair": lang("always the same two"),
    }


def score_names(lang: Language) -> dict[str, str]:
    """What is measured, by the names of `advisor.cases.SCORES`."""
    return {
        "advice": lang("whole advice, on cases of other families"),
        "advice_weighed": lang("the same, weighed by what stands behind a case"),
        "advice_in_sample": lang("whole advice, on the cases that taught"),
        "advice_everyday": lang("whole advice, on questions from forums"),
        "in_sample": lang("learned, on the cases that taught"),
        "out_of_fold": lang("learned, on cases of other families"),
        "with_base_rates": lang("the same, with base rates"),
        "without_tautologies": lang("without answers that give the method away"),
        "hidden": lang("with three in ten answers hidden"),
        "expert_only": lang("what experts say alone"),
        "answers_only": lang("answers alone, without experts"),
        "best_constant": lang("always the same answer"),
        "best_pair": lang("always the same two"),
        "everyday": lang("questions from forums"),
    }
