"""Stories that an expert can correct: what the advisor must say to whom, as `stories.yaml` has it."""

# Annotations are not postponed here: Pydantic reads them.
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from advisor import Advice, advise
from advisor.content.entries import Verdict
from advisor.content.load import load
from advisor.engine.advice import OptionResult
from advisor.interview.answers_file import read_situation

FILE = Path(__file__).with_name("stories.yaml")
AT = date(2026, 11, 22)
Range = Annotated[tuple[float, float], Field(min_length=2)]


class Says(BaseModel):
    """What must come out; a field that is left out may be anything."""

    model_config = ConfigDict(extra="forbid")

    verdict: tuple[Verdict, ...] | None = None
    """One of these."""
    option: tuple[str, ...] | None = None
    """One of these is recommended."""
    never_option: tuple[str, ...] = ()
    """None of these is recommended, in any verdict."""
    meanwhile: tuple[str, ...] | None = None
    """One of these is named for the time until then; `none` where nothing is."""
    ends_in_training: Range | None = None
    stability: Range | None = None
    plan: tuple[str, ...] | None = None
    """Ids of its steps, in their order."""
    plan_without: tuple[str, ...] = ()
    """None of these is a step."""
    missing_first: tuple[str, ...] | None = None
    """The thing that is missing first is one of these: ids of gates."""
    reason: tuple[str, ...] | None = None
    """One of these terms and gates is among the first three reasons."""
    blocked: tuple[str, ...] = ()
    """Options that are closed or held up."""
    notes: tuple[str, ...] = ()
    notes_without: tuple[str, ...] = ()
    next_question: tuple[str, ...] | None = None
    platforms_within: tuple[str, ...] | None = None
    """Routes that are open, or may be, are on these platforms alone."""
    platforms_without: tuple[str, ...] = ()
    routes_open: tuple[str, ...] = ()
    """Routes that are open, or may be."""
    missing_without: tuple[str, ...] = ()
    """None of these is missing: ids of gates."""
    routes_closed: dict[str, str] = {}
    """Routes that are closed, and why."""
    not_dearer_than_today: bool = False
    """What is recommended costs no more a month than prompting the model of today."""


class Story(BaseModel):
    model_config = ConfigDict(extra="forbid")

    story: str
    why: str
    at: date = AT
    answers: dict[str, Any]
    says: Says


@cache
def stories() -> tuple[Story, ...]:
    return TypeAdapter(tuple[Story, ...]).validate_python(yaml.safe_load(FILE.read_text("utf-8")))


def _option(advice: Advice, name: str) -> OptionResult:
    return next(result for result in advice.ranking if result.option == name)


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.story)
def test_the_advisor_says_what_the_story_says(story: Story) -> None:
    advice, says = advise(read_situation(story.answers), story.at), story.says
    heard = f"{advice.verdict}: {advice.option}, {advice.verdict_shares}; because {story.why}"
    assert says.verdict is None or advice.verdict in says.verdict, heard
    assert says.option is None or advice.option in says.option, heard
    assert advice.option not in says.never_option, heard
    assert advice.meanwhile not in says.never_option, heard
    assert says.meanwhile is None or (advice.meanwhile or "none") in says.meanwhile, (advice.meanwhile, heard)
    for name in ("ends_in_training", "stability"):
        if bounds := getattr(says, name):
            assert bounds[0] <= getattr(advice, name) <= bounds[1], heard
    planned = tuple(step.id for step in advice.plan)
    assert says.plan is None or planned == says.plan, heard
    assert set(planned).isdisjoint(says.plan_without), planned
    if says.missing_first is not None:
        assert advice.missing[0].rule in says.missing_first
    if says.reason is not None:
        assert {*says.reason} & {reason.id for reason in advice.reasons[:3]}, heard
    assert [name for name in says.blocked if not _option(advice, name).blocked] == []
    assert set(says.notes) <= set(advice.notes)
    assert set(says.notes_without).isdisjoint(advice.notes)
    if says.next_question is not None:
        assert advice.next_question is not None
        assert advice.next_question.question in says.next_question
    open_platforms = {route.platform for route in advice.routes}
    assert says.platforms_within is None or open_platforms <= set(says.platforms_within)
    assert open_platforms.isdisjoint(says.platforms_without)
    assert set(says.routes_open) <= {route.route for route in advice.routes}
    assert {entry.rule for entry in advice.missing}.isdisjoint(says.missing_without)
    closed = {route.route: route.why_closed for route in advice.closed_routes}
    assert says.routes_closed.items() <= closed.items()
    if says.not_dearer_than_today:
        costs = [_option(advice, name).usd_month.p50 for name in (advice.option, "prompting")]
        assert None not in costs
        assert costs[0] <= costs[1], heard


def test_every_story_names_things_that_there_are() -> None:
    content = load()
    options, rules = {option.id for option in content.options}, {rule.id for rule in content.rules}
    assert len({story.story for story in stories()}) == len(stories())
    for story in stories():
        says = story.says
        assert {*(says.option or ()), *says.never_option, *says.blocked, *(says.meanwhile or ())} <= options | {
            "none"
        }, story.story
        gates = {*(says.missing_first or ()), *says.missing_without, *says.notes, *says.notes_without}
        assert gates <= rules, story.story
        assert {*(says.reason or ())} <= rules | {term.id for term in content.weighed}, story.story
        assert {*(says.next_question or ())} <= {question.id for question in content.questions}, story.story
