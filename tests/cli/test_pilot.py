"""The commands of a pilot: what is said before anything goes out, and what comes back."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from advisor.cli.main import app
from advisor.cli.pilot import shower
from advisor.language import language
from advisor.pilot.run import Pilot
from tests.pilot.rows import answer, data
from tests.pilot.server import KEY, PilotServer, Reply, question, serving

RUNNER = CliRunner()


@pytest.fixture
def server() -> Iterator[PilotServer]:
    with serving(answer) as one:
        yield one


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rows.jsonl").write_bytes(data())
    return tmp_path


def told(*args: object, status: int = 0) -> str:
    done = RUNNER.invoke(app, [str(one) for one in args])
    assert done.exit_code == status, done.output
    return done.output


def planned(folder: Path, server: PilotServer, *more: object, status: int = 0) -> str:
    where = ("-o", folder / "pilot.sqlite", "--base-url", server.address, "--model", "small")
    return told("pilot", "plan", folder / "rows.jsonl", *where, *more, status=status)


def test_a_pilot_from_plan_to_delete(folder: Path, server: PilotServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_KEY", KEY)
    file = folder / "pilot.sqlite"
    plan = planned(folder, server, "--price", "0.4,1.6", "--budget", "1", "--key-variable", "A_KEY", "--shots", 2)
    assert "30 rows show very large differences only" in " ".join(plan.split())
    assert "Nothing was sent" in plan
    refused = told("pilot", "run", file, status=2)
    assert "What is sent: the questions of 30 rows to 127.0.0.1" in " ".join(refused.split())
    assert "add --yes" in refused
    assert "The key in A_KEY goes along, where there is one" in " ".join(refused.split())
    assert server.asked == []
    unseen = told("pilot", "run", file, "--yes", status=2)
    assert "add --key-variable A_KEY" in " ".join(unseen.split())
    assert server.asked == []
    ran = told("pilot", "run", file, "--yes", "--at-once", 6, "--key-variable", "A_KEY")
    assert "Structured output: " in ran
    assert len(server.bodies()) == 90
    assert "Every row is answered." in told("pilot", "resume", file, "--yes")
    assert len(server.bodies()) == 90
    shown = json.loads(told("pilot", "report", file, "--json", "--rows"))
    assert {one["arm"]: one["shown"] for one in shown["differences"]} == {"structured": True, "few_shot-2": True}
    assert shown["rows_apart"]
    assert "Right: " in told("pilot", "report", file, "--rows")
    assert "few_shot-2+structured" in told("pilot", "add", file, "--combined") or len(server.bodies()) == 90
    (folder / "answers.yaml").write_text("goal: measurable\ntarget_score: 80\n")
    measured = told("pilot", "answers", file, folder / "answers.yaml", "--size", "small")
    assert "small_score: " in measured
    assert "host: 127.0.0.1" in measured
    exported = " ".join(told("pilot", "export", file, "-o", folder / "out").split())
    assert f"inspect eval {folder}/out/structured/inspect_task.py --model openai-api/server/small" in exported
    assert f"The address is {server.address}." in exported
    arms = {arm["id"] for arm in shown["arms"]} | {"few_shot-2+structured"}
    assert {path.parent.name for path in (folder / "out").glob("*/promptfooconfig.yaml")} == arms
    assert "Wrote" in told("pilot", "export", file, "-o", folder / "one", "--arm", "as_is")
    assert (folder / "one" / "promptfooconfig.yaml").exists()
    everything = plan + refused + ran + json.dumps(shown) + measured
    assert KEY not in everything
    assert "Deleted" in told("pilot", "delete", file, "--yes")
    assert not file.exists()


def test_a_run_that_ends_early_says_why_and_how_to_go_on(folder: Path, server: PilotServer) -> None:
    planned(folder, server, "--budget-tokens", 700)
    ended = told("pilot", "run", folder / "pilot.sqlite", "--yes", status=1)
    assert "The budget is used up" in ended
    assert "advisor pilot resume" in ended


def test_one_budget_leaves_the_other_and_nothing_is_kept_before_the_yes(folder: Path, server: PilotServer) -> None:
    file = folder / "pilot.sqlite"
    planned(folder, server, "--budget-tokens", 700, "--price", "0.4,1.6", "--shots", 1)
    before = told("pilot", "run", file, "--budget", 1, status=2)
    assert "before it passes 700 tokens" in " ".join(before.split())
    assert "$1.00" in before
    one = Pilot.open(file)
    assert (one.setup.budget_usd, one.setup.budget_tokens) == (None, 700)
    one.close()
    assert "The budget is used up" in told("pilot", "run", file, "--budget", 1, "--yes", status=1)
    one = Pilot.open(file)
    assert (one.setup.budget_usd, one.setup.budget_tokens) == (1.0, 700)
    one.close()


def test_a_classifier_is_handed_on_to_nobody_and_why(folder: Path, server: PilotServer) -> None:
    planned(folder, server, "--embedding-model", "vectors", "--shots", 1)
    file = folder / "pilot.sqlite"
    told("pilot", "run", file, "--yes")
    said = " ".join(told("pilot", "export", file, "-o", folder / "out").split())
    assert "Not written: Classifier without a language model. It asks no language model" in said
    assert not (folder / "out" / "classifier").exists()
    said = " ".join(told("pilot", "export", file, "-o", folder / "one", "--arm", "classifier", status=2).split())
    assert "A classifier asks no language model" in said
    assert not (folder / "one").exists()


def test_a_terminal_shows_vectors_before_it_shows_answers(
    folder: Path, server: PilotServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    planned(folder, server, "--embedding-model", "vectors", "--shots", 1)
    one = Pilot.open(folder / "pilot.sqlite")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    show = shower(one, language())
    server.embed = lambda _: show()
    server.answer = lambda body: (show(), answer(body))[1]
    one.run(one.consent(), concurrency=1)
    one.close()
    lines = [line.rstrip() for line in capsys.readouterr().err.split("\r")[1:]]
    _, total = Pilot.open(folder / "pilot.sqlite").progress().asked
    assert lines[:2] == [
        f"0 requests for vectors so far; then come {total} answers",
        f"1 request for vectors so far; then come {total} answers",
    ]
    answers = [int(line.split()[0]) for line in lines if line.endswith(f" of {total} answers")]
    assert len(answers) == len(server.bodies())
    assert answers == list(range(answers[0], answers[0] + len(answers)))


def test_each_model_has_a_price_of_its_own(folder: Path, server: PilotServer) -> None:
    models = ("--embedding-model", "vectors", "--tuned-model", "ours=v2")
    prices = ("--price", "0.4,1.6", "--price", "ours=v2=1,4", "--embedding-price", "0.02")
    said = " ".join(planned(folder, server, *models, *prices, "--budget", 1).split())
    assert "small $0.40 in and $1.60 out (your price); ours=v2 $1.00 in and $4.00 out (your price)" in said
    assert "vectors $0.02 (your price)." in said
    (folder / "pilot.sqlite").unlink()
    refused = " ".join(planned(folder, server, *models, "--price", "0.4,1.6", "--budget", 1, status=2).split())
    assert "No price is known for ours=v2" in refused


def test_draws_of_the_examples_are_planned(folder: Path, server: PilotServer) -> None:
    said = " ".join(planned(folder, server, "--shots", 2, "--draws", 3).split())
    assert "Fixed examples (2 in each request, draw 3)" in said
    assert "150 requests in all" in said
    ran = " ".join(told("pilot", "run", folder / "pilot.sqlite", "--yes").split())
    assert "Fixed examples (2 in each request): 3 draws of the examples scored" in ran


def test_no_budget_is_said(folder: Path, server: PilotServer) -> None:
    said = "No budget is set: the run goes on until every row is answered"
    assert said in " ".join(planned(folder, server, "--price", "0.4,1.6").split())
    (folder / "pilot.sqlite").unlink()
    assert said not in " ".join(planned(folder, server, "--price", "0.4,1.6", "--budget", 1).split())


def test_what_was_turned_down_or_declined_is_reported(folder: Path, server: PilotServer) -> None:
    def picky(body: Any) -> Reply:
        if "response_format" in body:
            return Reply(status=400, error={"message": "no schemas here"})
        return Reply(refusal="I cannot say") if "day 1" in question(body) else Reply("billing")

    server.answer = picky
    planned(folder, server, "--shots", 1)
    ran = " ".join(told("pilot", "run", folder / "pilot.sqlite", "--yes").split())
    assert "Structured output: the server did not take 5 rows; it said last: no schemas here" in ran
    assert re.search(r"As it is: the model declined \d rows\.", ran)
    assert "As it is: the server did not take" not in ran


def test_deleting_a_pilot_that_runs_says_so(folder: Path, server: PilotServer) -> None:
    planned(folder, server)
    one = Pilot.open(folder / "pilot.sqlite")
    one.file.take()
    assert "It is being run: that ends before its next request." in told("pilot", "delete", one.file.path, "--yes")
    one.close()
    assert not (folder / "pilot.sqlite").exists()


def test_in_dutch(folder: Path, server: PilotServer) -> None:
    planned(folder, server, "--lang", "nl")
    ran = told("--lang", "nl", "pilot", "run", folder / "pilot.sqlite", "--yes")
    assert "Wat er verstuurd wordt: de vragen van 30 rijen" in " ".join(ran.split())
    assert "Gestructureerde uitvoer" in ran


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--price", "cheap"), "--price: expected two prices"),
        (("--embedding-price", "1"), "give --embedding-model with it"),
        (("--embedding-price", "-1", "--embedding-model", "vectors"), "expected an amount from 0 on"),
        (("--price", "other=1,2"), '"other" is not one of: small'),
        (("--by", "vibes"), "--by"),
        (("--by", "pattern", "--pattern", "(a"), "cannot be used"),
        (("--by", "number", "--tolerance", "-1"), "--tolerance"),
        (("--budget", "1"), "No price is known for small"),
        (("--base-url", "ftp://host/v1"), "must begin with https://"),
        (("--prompt", "none.txt"), "there is no such file"),
    ],
)
def test_what_cannot_be_planned_is_told(folder: Path, server: PilotServer, options: tuple[str, ...], said: str) -> None:
    assert said in planned(folder, server, *options, status=2)
    assert not (folder / "pilot.sqlite").exists()


def test_no_file_is_written_over_and_no_other_file_is_run(folder: Path, server: PilotServer) -> None:
    planned(folder, server)
    assert "is there already" in planned(folder, server, status=2)
    assert "no file of a pilot" in told("pilot", "run", folder / "rows.jsonl", "--yes", status=2)
    assert "there is no such file" in told("pilot", "report", folder / "none.sqlite", status=2)
