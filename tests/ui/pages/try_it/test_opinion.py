"""The opinion of a model on a pilot's answers, asked for on the page; and what the reader says of the same answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from advisor.language import language
from advisor.ui.pages.try_it import runs
from tests.pilot.server import Reply, question, serving
from tests.ui.pages.try_it.planned import ROWS, ended, planned, run_of
from tests.ui.screen import press, problem, shown, well

pytestmark = pytest.mark.usefixtures("own_machine")


def answer(body: Any) -> Reply:
    if body["model"] == "judge":
        told = json.loads(question(body))
        return Reply(json.dumps({"verdict": "right" if told["right_answer"] in told["answer"] else "wrong"}))
    return Reply(json.dumps({"answer": "positive"}) if "response_format" in body else "positive")


@pytest.mark.parametrize("code", ["en", "nl"])
def test_a_model_is_asked_what_it_thinks_and_the_reader_says_how_far_to_believe_it(code):
    lang = language(code)
    with serving(answer) as server:
        test = ended(press(planned(server, code), "begin-pilot"))
        asked = len(server.bodies())
        press(test, "pilot-opinion")
        assert problem(test) == lang("Say which model is to judge, by the name that the server has for it.")
        test.text_input(key=f"endpoint-judge-{code}").set_value("judge")
        press(test, "pilot-opinion")
        page = shown(test)
        assert lang("{model} has not said yet what it thinks of each answer.", model="judge") in page
        assert (
            lang(
                "{model} is asked about each answer, too, and gets the right one beside it. "
                "What it says is an opinion.",
                model="judge",
            )
            in page
        )
        assert test.button(key="begin-pilot").label == lang("I agree: begin")
        assert len(server.bodies()) == asked
        test = ended(press(test, "begin-pilot"))
        assert sum(body["model"] == "judge" for body in server.bodies()) == 2 * ROWS
    page = shown(test)
    assert (
        lang("Opinion of {model}, no measurement, right of 100: {told}.", model="judge", told="").split(":")[0] in page
    )
    assert lang("What that opinion is worth nobody knows yet: judge some answers yourself.") in page
    drawn = 2 * ROWS
    with runs.opened(runs.file_of(run_of(test))) as pilot:
        first, gold = pilot.judgeable(), {row["id"]: str(row["gold"]) for row in pilot.held_out}
        assert len(first) == drawn
    for _ in range(2):
        press(test, "pilot-judge-right")
    press(test, "pilot-judge-wrong")
    assert lang("You judged {n} of {all} answers, drawn by lot.", n=3, all=drawn) in shown(test)
    press(test, "pilot-judge-back")
    press(test, "pilot-judge-right")
    with runs.opened(runs.file_of(run_of(test))) as pilot:
        labels = pilot.labels()
    assert list(labels.values()) == [True, True, True]
    assert {row for _, row in labels} <= set(gold)
    agreed = sum(gold[row] == "positive" for _, row in labels)
    told = lang(
        "On {n} answers that a person judged, the two agree in {share} of 100 ({low} to {high}); kappa {kappa}.",
        n=3,
        share=round(100 * agreed / 3),
        **dict.fromkeys(("low", "high", "kappa"), ""),
    )
    assert told.split("(")[0] in shown(test)
    press(test, "pilot-opinion-off")
    assert lang("Ask a model for its opinion") in [one.label for one in test.expander]


def test_with_a_budget_in_dollars_the_price_of_the_judge_is_asked_for(monkeypatch):
    with serving(answer) as server:
        test = ended(press(planned(server), "begin-pilot"))
        name = run_of(test)
        with runs.opened(runs.file_of(name)) as pilot:
            model, judge = pilot.setup.model, "judge"
            price = {"input_usd_mtok": 1.0, "output_usd_mtok": 2.0, "seen": "2026-11-30"}
            tariffs = {model: type(pilot.setup).model_fields["tariffs"].annotation.__args__[1](**price)}
            pilot.setup = pilot.setup.model_copy(update={"tariffs": tariffs})
            pilot.set_budget(1.0, None)
        well(test.run())
        test.text_input(key="endpoint-judge-en").set_value(judge)
        assert "No price is known for judge" in problem(press(test, "pilot-opinion"))
        for label, text in (("Price of what goes in", "1"), ("Price of what comes out", "4")):
            next(one for one in test.text_input if one.label == label).set_value(text)
        press(test, "pilot-opinion")
        with runs.opened(runs.file_of(name)) as pilot:
            assert pilot.setup.judge_model == judge
            assert pilot.setup.tariffs[judge].output_usd_mtok == 4.0
