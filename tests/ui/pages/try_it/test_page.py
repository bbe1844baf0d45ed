"""The page of a pilot: planned, agreed with, run, stopped and gone on with, read, and deleted."""

from __future__ import annotations

import json
import shlex
import threading
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from typer.main import get_command

from advisor.cli.main import app as cli
from advisor.language import language
from advisor.ui.pages import own_words
from advisor.ui.pages.try_it import page, runs
from advisor.ui.pages.try_it.form import FORM
from advisor.ui.parts import endpoint_fields
from advisor.ui.parts.endpoint_fields import TYPED, Typed
from advisor.ui.server import outbound
from advisor.ui.server.outbound import Outbound
from tests.pilot.server import KEY, Reply, question, serving
from tests.ui.pages.try_it.planned import ROWS, app, ended, planned, run_of
from tests.ui.screen import follow, opened, press, problem, shown, well


def answer(body: Any) -> Reply:
    """Knows what is positive where it is bound to a form; else it talks."""
    good = "lovely" in question(body) or "solid" in question(body).casefold()
    if "response_format" in body:
        return Reply(json.dumps({"answer": "positive" if good else "negative"}))
    return Reply("I think that is positive.")


def again(name: str) -> AppTest:
    """The pilot for somebody who opens its address: another session, which holds no key."""
    test = opened()
    test.query_params["run"] = name
    return follow(test, "try-it")


@pytest.mark.parametrize("code", ["en", "nl"])
def test_nothing_is_sent_before_one_agrees_and_then_a_sentence_and_a_table_say_what_was_measured(
    own_machine, pilots, code
):
    lang = language(code)
    with serving(answer) as server:
        test = planned(server, code)
        assert lang("That server is on this machine.") in shown(test)
        assert not server.asked
        press(test, "begin-pilot")
        test = ended(test)
    assert len(server.bodies()) == 2 * ROWS
    page = shown(test)
    assert lang("Each way to ask") in page
    assert lang("Structured output") in page
    assert "I think that is positive." in page
    assert lang("Use it in the advice") not in page  # the rows are ours
    assert not problem(test)
    assert KEY.encode() not in b"".join(file.read_bytes() for file in pilots.iterdir())
    assert KEY not in page + json.dumps(dict(test.query_params))
    press(test, "pilot-delete")
    assert list(pilots.iterdir())
    press(test, "pilot-sure")
    assert not list(pilots.iterdir())


def test_a_run_that_is_stopped_goes_on_in_another_session_and_asks_nothing_twice(own_machine):
    held = threading.Event()

    def slowly(body: Any) -> Reply:
        if len(server.bodies()) > 10:
            held.wait(60)
        return answer(body)

    with serving(slowly) as server:
        test = planned(server)
        press(test, "begin-pilot")
        name = run_of(test)
        press(test, "stop-pilot")
        runs.join(name, 60)
        held.set()
        before = Counter(json.dumps(body) for body in server.bodies())
        assert len(before) < 2 * ROWS
        test = again(name)
        assert "You stopped it." in shown(test)
        press(test, "begin-pilot")
        test = ended(test)
        asked = Counter(json.dumps(body) for body in server.bodies())
    assert len(asked) == 2 * ROWS
    assert sum(asked.values()) <= 2 * ROWS + runs.CONCURRENT  # those under way were left
    assert "Each way to ask" in shown(test)


def test_what_the_server_refuses_is_said_with_the_way_to_go_on(own_machine):
    with serving(Reply(status=401, error={"message": f"unknown key {KEY}"})) as server:
        test = ended(press(planned(server), "begin-pilot"))
    page = shown(test)
    assert "401" in page
    assert KEY not in page
    assert test.button(key="begin-pilot").label == "Go on"
    assert [one.label for one in test.text_input if one.key and one.key.startswith("endpoint-key")]
    press(test, "change-pilot")  # nothing was answered: back to the form, as it was filled in
    assert "Step 3 of 3" in shown(test)


def test_after_a_failure_one_may_send_fewer_requests_at_once(own_machine):
    failing = threading.Event()
    failing.set()

    def moody(body: Any) -> Reply:
        return Reply(status=403, error={"message": "no"}) if failing.is_set() else answer(body)

    with serving(moody) as server:
        test = ended(press(planned(server), "begin-pilot"))
        failing.clear()
        server.most_at_once = 0
        next(one for one in test.text_input if one.label == "Requests at once, at most").set_value("1")
        ended(press(well(test.run()), "begin-pilot"))
        assert server.most_at_once == 1


def test_a_step_says_what_is_wrong_with_it(own_machine):
    test = press(app(), "rows-next")
    assert problem(test).startswith("Choose a file first")
    test.radio[0].set_value("support-intents")
    press(test, "rows-next")
    test.text_input(key="endpoint-address-en").set_value("ftp://x")
    assert "https://" in problem(press(test, "server-next"))
    test.text_input(key="endpoint-address-en").set_value("https://api.example.org/v1")
    test.text_input(key="endpoint-model-en").set_value("small")
    assert "no key" in problem(press(test, "server-next"))
    press(test, "back-to-0")
    assert test.radio[0].value == "support-intents"


def test_an_expression_prompts_and_the_longest_answer_go_into_the_pilot(own_machine, pilots):
    with serving(answer) as server:
        test = app()
        test.radio[0].set_value("sentiment")
        press(test, "rows-next")
        test.text_input(key="endpoint-address-en").set_value(server.address)
        test.text_input(key="endpoint-model-en").set_value("small")
        press(test, "server-next")
        test.selectbox(key="pilot-metric:en").set_value("pattern")
        for place, text in enumerate(("Say positive or negative.", "One word."), start=1):
            test.text_area(key=f"pilot-prompt-{place}:en").set_value(text)
            well(test.run())
        next(one for one in test.text_input if one.label == "Longest answer, in tokens").set_value("1,000")
        assert problem(press(test, "ways-next")).startswith("Write the expression")
        test.text_input(key="pilot-pattern:en").set_value("(unclosed")
        assert "cannot be used" in problem(press(test, "ways-next"))
        test.text_input(key="pilot-pattern:en").set_value(r"(positive|negative)\.?$")
        press(test, "ways-next")
        with runs.opened(pilots / f"{run_of(test)}{runs.SUFFIX}") as pilot:
            setup = pilot.setup
        assert not server.asked
    assert (setup.metric.name, setup.metric.pattern) == ("pattern", r"(positive|negative)\.?$")
    assert setup.most_tokens == 1_000
    assert [arm.system for arm in setup.arms if arm.kind == "prompt"] == ["Say positive or negative.", "One word."]


@pytest.mark.parametrize("code", ["en", "nl"])
def test_other_draws_of_the_examples_are_asked_for_where_one_wants_them_and_their_cost_is_said_first(own_machine, code):
    lang = language(code)
    with serving(answer) as server:
        test = app(code)
        test.radio[0].set_value("sentiment")
        press(test, "rows-next")
        test.text_input(key=f"endpoint-address-{code}").set_value(server.address)
        test.text_input(key=f"endpoint-model-{code}").set_value("small")
        press(test, "server-next")
        field = next(one for one in test.text_input if one.label == lang("Draws of the fixed examples"))
        assert field.value == "1"
        well(field.set_value("3").run())
        press(test, "ways-next")
        # As it is, structured, and three draws.
        assert f"{5 * ROWS} {'requests' if code == 'en' else 'verzoeken'}" in shown(test)
        assert lang("Other draws of the examples are asked, too, to see how much hangs on the draw.") in shown(test)
        assert not server.asked
        press(test, "begin-pilot")
        page = shown(ended(test))
    assert len(server.bodies()) == 5 * ROWS
    told = lang("{arm}: {n} draws of the examples scored {low} to {high} of 100 on the same rows, with a standard "
                "deviation of {spread}. Differences of that size may be luck of the draw.",
                arm="", n=3, low="", high="", spread="")  # fmt: skip
    assert told.split("3")[1].split("  ")[0].strip() in page


def test_another_model_than_was_asked_is_said_with_the_finding(own_machine):
    with serving(lambda body: replace(answer(body), model="other<i>")) as server:
        test = planned(server)
        press(test, "begin-pilot")
        page = shown(ended(test))
    said = f"says that other&lt;i&gt; answered where small was asked, in {2 * ROWS} of {2 * ROWS} answers."
    assert 0 < page.index(said) < page.index("Each way to ask")


def test_a_number_that_cannot_be_read_is_refused_and_an_empty_one_is_said(own_machine, pilots):
    test = app()
    test.radio[0].set_value("sentiment")
    press(test, "rows-next")
    test.text_input(key="endpoint-address-en").set_value("http://127.0.0.1:9/v1")
    test.text_input(key="endpoint-model-en").set_value("small")
    press(test, "server-next")
    test.selectbox(key="pilot-metric:en").set_value("number")
    well(test.run())
    labels = ("How far off it may be, in % of the right number", "Stop before it passes so many tokens")

    def fill(label: str, text: str) -> None:
        next(one for one in test.text_input if one.label == label).set_value(text)

    for label, good in zip(labels, ("7.5", ""), strict=True):
        fill(label, "a few")
        assert problem(press(test, "ways-next")).startswith(f"“{label}”")
        assert "No budget" not in shown(test)
        fill(label, good)
    assert "No budget" in shown(well(test.run()))
    press(test, "ways-next")
    assert "No budget is set" in shown(test)
    assert runs.SUFFIX not in shown(test)
    with runs.opened(pilots / f"{run_of(test)}{runs.SUFFIX}") as pilot:
        setup = pilot.setup
    assert (setup.metric.name, setup.metric.tolerance) == ("number", 0.075)
    assert (setup.budget_usd, setup.budget_tokens) == (None, None)


def test_the_commands_that_pages_hand_over_name_options_that_there_are():
    commands = f"{page._command('https://x/v1', 'small')}\n{own_words._command('https://x/v1', 'small')}"
    for line in commands.splitlines():
        command: Any = get_command(cli)
        _, *words = shlex.split(line)
        while commands_within := getattr(command, "commands", None):
            command = commands_within[words.pop(0)]
        read = command.make_context("advisor", words, resilient_parsing=True).params
        assert "base_url" not in read or (read["base_url"], read["model"]) == ("https://x/v1", "small")
        assert {word for word in words if word.startswith("-")} <= {
            name for option in command.params for name in option.opts
        }


def test_the_server_says_which_models_it_has_when_one_asks_and_gets_nothing_but_the_key(own_machine):
    with serving(answer) as server:
        test = app()
        test.radio[0].set_value("sentiment")
        press(test, "rows-next")
        test.text_input(key="endpoint-address-en").set_value(server.address)
        test.text_input(key="endpoint-key-en").set_value(KEY)
        press(test, "ask-models-button")
        assert [(path, body) for path, body, _ in server.asked] == [("/v1/models", None)]
        small = next(one for one in test.selectbox if one.label == "Model, by its name on that server")
        assert (small.value, small.options) == ("small", ["small", "Another name"])
        vectors = next(one for one in test.selectbox if one.label == "Model for embeddings (may stay empty)")
        assert (vectors.value, vectors.options) == ("", ["None", "small", "Another name"])
        small.set_value(endpoint_fields.OTHER)
        well(test.run())
        test.text_input(key="endpoint-model-en").set_value("large")
        press(test, "server-next")
        assert test.session_state[TYPED].model == "large"
    press(test, "back-to-1")
    test.text_input(key="endpoint-address-en").set_value("http://127.0.0.1:9/v1")
    assert "cannot be reached" in problem(press(test, "ask-models-button"))


def test_where_the_environment_names_a_server_it_is_proposed_to_the_one_at_this_machine_alone(monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    for outgoing, proposed in (
        (Outbound(anywhere=True), "http://127.0.0.1:9/v1"),
        (Outbound(listed=("https://x/v1",)), ""),
    ):
        monkeypatch.setattr(outbound, "outbound", lambda *_, outgoing=outgoing: outgoing)
        test = app()
        test.radio[0].set_value("sentiment")
        press(test, "rows-next")
        assert test.session_state[TYPED].base_url == (proposed or "https://x/v1")


def test_where_many_answers_are_cut_the_same_pilot_is_planned_with_a_higher_limit(own_machine):
    with serving(Reply("I think that", finish="length")) as server:
        test = ended(press(planned(server), "begin-pilot"))
        name, asked = run_of(test), len(server.bodies())
        assert "Measure again with a higher limit" in shown(test)
        field = next(one for one in test.text_input if one.label == "Longest answer, in tokens")
        assert field.value.replace(",", "") == "1024"
        field.set_value("256")
        assert problem(press(test, "pilot-again")) == "Give a higher limit than 256 tokens."
        next(one for one in test.text_input if one.label == "Longest answer, in tokens").set_value("2000")
        press(test, "pilot-again")
        assert run_of(test) != name
        assert "Before anything is sent" in shown(test)
        assert len(server.bodies()) == asked
    with runs.opened(runs.file_of(name)) as before, runs.opened(runs.file_of(run_of(test))) as after:
        assert after.setup.most_tokens == 2_000
        assert after.setup == before.setup.model_copy(update={"most_tokens": 2_000})
        assert (after.held_out, after.examples) == (before.held_out, before.examples)


@pytest.mark.parametrize("name", ["../../etc/passwd", "x" * 22, "%2e%2e"])
def test_what_is_no_pilot_is_no_file(name, own_machine):
    assert problem(again(name)).startswith("There is no such pilot here")


def test_for_others_than_the_one_at_its_machine_nothing_is_sent_and_the_command_is_filled_in(monkeypatch):
    with serving(answer) as server:
        with monkeypatch.context() as own:
            own.setattr(outbound, "outbound", lambda *_: Outbound(anywhere=True))
            name = run_of(planned(server))
        monkeypatch.setattr(outbound, "outbound", lambda *_: Outbound(listed=("https://llm.example.org/v1",)))
        test = again(name)
        assert "advisor pilot plan rows.jsonl" in test.code[0].value
        assert not [button for button in test.button if button.key == "begin-pilot"]
        test = app()
        test.radio[0].set_value("sentiment")
        press(test, "rows-next")
        test.session_state[TYPED] = Typed(server.address, "small")
        test.session_state[FORM].step = 2
        well(test.run())
        assert test.session_state[FORM].step == 1
        monkeypatch.setattr(outbound, "outbound", lambda *_: Outbound())
        assert "advisor pilot plan rows.jsonl" in app().code[0].value
        assert not server.asked
