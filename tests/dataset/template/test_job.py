from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.fine_tuning.job_create_params import JobCreateParams
from pydantic import ConfigDict, TypeAdapter, with_config

from advisor.content.load import load
from advisor.dataset.template.design import SHAPES, Shape, template_design
from advisor.dataset.template.job import LAST_LINE_GRADER, MAX_SUFFIX, PLACEHOLDER_MODEL, Vendor, job, suffix
from advisor.dataset.template.samples import task_samples
from advisor.interview.situation import situation
from tests.fixtures import sample_advice

CONTENT = load()
REQUEST = TypeAdapter(with_config(ConfigDict(extra="forbid"))(JobCreateParams))


def body(shape: Shape, vendor: Vendor = "openai", advice: Any = None, **answers: object) -> dict[str, Any]:
    here = template_design(situation(**answers), advice, CONTENT)
    return job(shape, vendor, here, task_samples(here.samples_of(shape), "en"), advice)


@pytest.mark.parametrize("task", [choice.id for choice in CONTENT.question("task").choices])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_request_is_one_that_the_client_library_knows(shape: Shape, task: str) -> None:
    made = body(shape, task=task, project="Invoices")
    REQUEST.validate_python(made)
    assert "hyperparameters" not in made
    assert made["method"]["type"] in made["method"]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("vendor", ["openai", "azure"])
def test_requests_keep_the_vendors_rules(shape: Shape, vendor: Vendor) -> None:
    made = body(shape, vendor, task="reasoning", project="v1.2 of the Überprüfung")
    assert made["model"]
    assert made["training_file"]
    assert len(made["suffix"]) <= MAX_SUFFIX[vendor]
    assert "." not in made["suffix"], "Azure allows none"
    if made["method"]["type"] == "reinforcement":
        assert made["method"]["reinforcement"]["grader"]
        assert made["validation_file"]


@given(st.text())
def test_a_suffix_suits_both_vendors_whatever_the_project_is_called(project: str) -> None:
    name = suffix(project)
    assert 0 < len(name) <= 18
    assert "." not in name
    assert name.isascii()


def test_a_suffix_stays_readable() -> None:
    assert suffix("Überprüfung der Rechnungen v1.2") == "uberprufung-der-re"


def test_an_open_route_of_the_advice_names_the_model() -> None:
    advice = sample_advice()
    route = next(route for route in advice.routes if route.platform == "azure")
    opened = route.model_copy(update={"open": True, "methods": ("sft",)})
    advice = advice.model_copy(update={"routes": (opened,)})
    assert body("sft", "azure", advice)["model"] == route.model
    assert body("sft", "openai", advice)["model"] == PLACEHOLDER_MODEL
    closed = advice.model_copy(update={"routes": (opened.model_copy(update={"open": False}),)})
    assert body("sft", "azure", closed)["model"] == PLACEHOLDER_MODEL


def test_data_that_stays_in_a_region_is_trained_in_it() -> None:
    assert body("sft", "azure", hosting="region")["trainingType"] == "Standard"
    assert body("sft", "azure", hosting="anywhere")["trainingType"] == "GlobalStandard"


@pytest.mark.parametrize(
    ("said", "reward"),
    [("2 + 2 = 4.\nAnswer: 4", 1.0), ("4", 1.0), ("Answer: 4\n\n", 1.0), ("Answer: 14", 0.0), ("", 0.0), (None, 0.0)],
)
def test_the_grader_looks_at_the_last_line(said: str | None, reward: float) -> None:
    scope: dict[str, Any] = {}
    exec(LAST_LINE_GRADER, scope)
    assert scope["grade"]({"output_text": said}, {"reference_answer": "4"}) == reward


@pytest.mark.parametrize("code", ["en", "nl"])
def test_the_grader_rewards_the_sample_answers_and_no_worse_one(code: str) -> None:
    scope: dict[str, Any] = {}
    exec(LAST_LINE_GRADER, scope)
    for sample in task_samples("reasoning", code).rows:
        item = {"reference_answer": sample.reference}
        assert scope["grade"]({"output_text": sample.output}, item) == 1.0
        assert scope["grade"]({"output_text": sample.worse}, item) == 0.0
