from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from advisor import advise, situation
from advisor.content.load import Content, ContentError, load
from advisor.engine.burden import LIMITS
from advisor.engine.conditions import DERIVED, conditions, schema
from advisor.engine.drawing import draw
from advisor.engine.estimate.routes import CUSTOMER_QUESTIONS
from advisor.engine.expected_score import LARGE, SMALL
from advisor.engine.rules import compile_rules, expand, members, silent
from advisor.engine.terms import compile_terms

CONTENT = load()
AT = date(2026, 11, 22)


def with_rule(**changes: object) -> Content:
    rule = CONTENT.rules[0].model_copy(update=changes)
    return CONTENT.model_copy(update={"rules": (rule, *CONTENT.rules[1:]), "version": f"test-{sorted(changes)}"})


def test_no_rule_is_silent_for_ever() -> None:
    assert silent(CONTENT) == ()


def test_every_question_is_used() -> None:
    book = compile_rules(CONTENT)
    by_rules = {*book.conditions.columns, *book.question_conditions.columns}
    by_terms = set(compile_terms(CONTENT).conditions.columns)
    by_figures = set(advise(situation(), AT).basis)
    by_routes = {question for question, _ in CUSTOMER_QUESTIONS.values()}
    by_template = {"project", "goal_text", "label_names", "field_words"}
    by_scores = {LARGE, SMALL}
    by_attempts = {"tuned_how"}
    by_burden = {"price_model", "latency_now", "bill_month"}
    for question in CONTENT.questions:
        used = set(question.columns) & (by_rules | by_terms) or question.id in (
            by_figures | by_routes | by_template | by_scores | by_attempts | by_burden | set(LIMITS)
        )
        assert used, f"nothing depends on {question.id}"


def test_every_derived_column_is_used_by_a_rule() -> None:
    assert set(DERIVED) <= set(compile_rules(CONTENT).conditions.columns)


def test_all_rules_of_the_curriculum_are_covered() -> None:
    covered = {number for one in (*CONTENT.rules, *CONTENT.weighed) for number in one.covers}
    assert covered == {f"B{number}" for number in range(1, 58)}


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("no_such_column = 'yes'", 'there is no column "no_such_column"'),
        ("citations = 'perhaps'", "'perhaps' is not a value of citations; allowed: no, yes"),
        ("knowledge_changes IN ('daily', 'hourly')", "'hourly' is not a value of knowledge_changes"),
        ("labelled_examples <", "cannot be read as SQL"),
        ("labelled_examples + 1", "is not a condition"),
        ("labelled_examples = 'many'", "'many' is not a value of labelled_examples"),
    ],
)
def test_a_wrong_condition_names_rule_and_fault(when: str, said: str) -> None:
    with pytest.raises(ContentError) as caught:
        compile_rules(with_rule(when=when))
    assert str(caught.value).startswith(f"rules: {CONTENT.rules[0].id}: when: ")
    assert said in str(caught.value)


def test_an_unknown_source_is_refused() -> None:
    with pytest.raises(ContentError, match='there is no source "hearsay"'):
        compile_rules(with_rule(sources=("hearsay",)))


def test_an_option_named_comes_before_its_group() -> None:
    assert expand({"sft": 1.0, "tuning": -5.0}, CONTENT)["sft"] == 1.0
    assert expand({"sft": 1.0, "tuning": -5.0}, CONTENT)["dpo"] == -5.0


def test_groups_name_options_of_the_ladder() -> None:
    assert members(("prompted",), CONTENT) == ("prompting", "few_shot", "structured")
    assert "rag" not in members(("tuning",), CONTENT)


def test_conditions_hold_where_they_say() -> None:
    here = draw([situation(knowledge_changes="weekly", citations="yes", labelled_examples=40)], CONTENT, 64)
    for text, expected in [
        ("knowledge_changes IN ('daily', 'weekly') AND citations = 'yes'", True),
        ("NOT citations = 'yes' OR labelled_examples >= 50", False),
    ]:
        held = conditions([("test", text)], schema(CONTENT)).hold(here)
        assert np.all(held[0] == expected)
