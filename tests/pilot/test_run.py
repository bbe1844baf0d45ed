"""A pilot from its plan to its end, over real HTTP: nothing lost, nothing asked twice, nothing beyond the budget."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import numpy as np
import pytest

from advisor import situation
from advisor.content.load import load
from advisor.dataset.row import Unusable
from advisor.language import language
from advisor.pilot import run as running
from advisor.pilot.arms import Arm
from advisor.pilot.consent import NotAgreed
from advisor.pilot.endpoint import SHOWN, EndpointError, Secret, Usage, connect
from advisor.pilot.measured import measured_answers, size_of
from advisor.pilot.measurements import row_results, summary
from advisor.pilot.run import Pilot
from advisor.pilot.run_file import MOST_OTHERS, NotHeld, RunFile
from advisor.pilot.sentences import arm_name, caution_lines, headline, opinion_lines, taken_over_lines
from advisor.pilot.setup import Wishes, cut_into_passages, usual_arms
from advisor.pilot.tariff import Tariff, most_input_tokens
from tests.pilot.rows import answer, divided, pilot, setup
from tests.pilot.server import KEY, PilotServer, Reply, embedding, question, serving, words_of

AS_IS = Arm(id="as_is", kind="as_is")
STRUCTURED = Arm(id="structured", kind="structured", structured=True)
PRICE = Tariff(input_usd_mtok=1_000, output_usd_mtok=4_000, seen=date(2026, 11, 30))
VECTORS = Tariff(input_usd_mtok=100, output_usd_mtok=0, seen=date(2026, 11, 30))
TWO = (AS_IS, STRUCTURED)


@pytest.fixture
def server() -> Iterator[PilotServer]:
    with serving(answer) as one:
        yield one


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "FIRST_WAIT_S", 0.001)


def asked_times(server: PilotServer) -> Counter[str]:
    return Counter(json.dumps(body, sort_keys=True) for body in server.bodies())


def test_every_row_is_asked_once_by_every_arm(tmp_path: Path, server: PilotServer) -> None:
    one = pilot(tmp_path, server)
    done = one.run(one.consent(), concurrency=6)
    assert (done.state, done.ended, done.failed) == ("done", "done", 0)
    assert done.asked == (len(server.bodies()), len(server.bodies())) < (done.done, done.total)
    assert set(asked_times(server).values()) == {1}
    assert len(server.bodies()) == 4 * len(one.held_out)  # as it is, structured, and examples, fixed and found
    assert server.most_at_once > 1
    held_out = {question(row) for row in one.held_out}
    for body in server.bodies():  # no example is a row that is asked
        assert not held_out & {one["content"] for one in body["messages"][:-1] if one["role"] == "user"}
    shown = summary(one)
    assert shown.arm("as_is").unparsable > 0.5
    assert shown.arm("structured").score == pytest.approx(1 - 1 / 30, abs=0.1)
    told = shown.difference("structured")
    assert told is not None
    assert told.shown
    assert told.only_arm > 20 > told.only_baseline
    assert shown.arm("classifier").first_token_s is None
    assert all(len({score for _, score in row.answers.values()}) > 1 for row in row_results(one))


def test_arms_take_turns(tmp_path: Path, server: PilotServer) -> None:
    one = pilot(tmp_path, server, TWO)
    one.run(one.consent(), concurrency=1)
    bound = ["response_format" in body for body in server.bodies()]
    assert sum(bound[:10]) == 5
    assert bound[:4] == [False, True, True, False]


def test_passages_are_those_most_like_the_question(tmp_path: Path, server: PilotServer) -> None:
    of = divided()
    told = [f"Policy on {word}: see page {at}." for at, word in enumerate(("invoice", "parcel", "password", "weather"))]
    together, long = "\n\n".join(told[:2]), "x" * 2_000
    assert cut_into_passages([f"{together}\n\n{long}", told[2], told[2]]) == [together, long, told[2]]
    arms = (AS_IS, Arm(id="rag-1", kind="rag", passages=1))
    one = Pilot.create(tmp_path / "pilot.sqlite", setup(server, of, arms), of, told)
    one.run(one.consent(), concurrency=4)
    for row in one.held_out:
        asked = one.file.asked("rag-1", row["id"])
        assert asked is not None
        passage, _, rest = asked["messages"][-1]["content"].partition("\n\n")
        assert rest == question(row)
        likest = max(np.dot(embedding(one), embedding(rest)) / np.linalg.norm(embedding(one)) for one in told)
        assert np.dot(embedding(passage), embedding(rest)) / np.linalg.norm(embedding(passage)) >= likest - 1e-6
    assert one.consent().passages == 4


def test_nothing_is_sent_before_somebody_agreed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object) -> None:
        raise AssertionError("something was sent")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "create_connection", connect)
    monkeypatch.setattr(socket, "getaddrinfo", connect)
    with pytest.MonkeyPatch.context() as inner:
        inner.setenv("OPENAI_API_KEY", KEY)
        one = pilot(tmp_path, "https://models.example.org/v1", TWO)
        before = one.consent()
        one.add_arms([Arm(id="prompt-1", kind="prompt", system="Be brief.")])
        with pytest.raises(NotAgreed):
            one.run(before)
    summary(one)
    one.progress()
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(EndpointError, match="no key"):
        one.run(one.consent())
    one.delete()


def test_what_fails_for_a_while_is_sent_again(tmp_path: Path) -> None:
    bad = iter(
        [
            None,  # the first request goes out alone, and would meet all of them
            Reply(status=429, headers={"retry-after-ms": "5"}),
            Reply(status=500),
            Reply("one two three", cut=True),
            Reply(garbage="data: {{{\n\n"),
            Reply(status=503),
        ]
    )
    lock = threading.Lock()

    def at_first(body: Any) -> Reply:
        with lock:
            return next(bad, None) or answer(body)

    with serving(at_first) as server:
        one = pilot(tmp_path, server, TWO)
        done = one.run(one.consent(), concurrency=3)
    assert (done.state, done.failed) == ("done", 5)
    assert one.file.failures() == {"busy": 1, "server": 2, "cut": 1, "malformed": 1}


def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(tmp_path: Path) -> None:
    times: list[float] = []
    import time

    def once_busy(body: Any) -> Reply:
        times.append(time.monotonic())
        return Reply(status=429, headers={"retry-after-ms": "300"}) if len(times) == 1 else answer(body)

    with serving(once_busy) as server:
        one = pilot(tmp_path, server, (AS_IS,))
        assert one.run(one.consent(), concurrency=1).state == "done"
    assert times[1] - times[0] >= 0.3


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(status=401), "does not know this key"),
        (Reply(status=404), "no such model"),
        (Reply(status=429, error={"code": "insufficient_quota", "message": "no"}), "credit"),
        (Reply(status=429, headers={"retry-after": "7200"}), "Too many requests"),
    ],
)
def test_what_no_other_try_gets_past_ends_the_run_at_once(tmp_path: Path, reply: Reply, said: str) -> None:
    with serving(reply) as server:
        one = pilot(tmp_path, server, TWO)
        done = one.run(one.consent(), concurrency=8)
        assert len(server.bodies()) == 1
    assert (done.state, done.ended) == ("stopped", "error")
    assert said in str(done.why)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(status=402, error={"message": "Insufficient Balance"}), "credit"),
        (Reply(status=400, error={"message": "API key not valid. Please pass a valid API key."}), "know this key"),
        (Reply(status=400, error={"message": "wrong in every way"}), "wrong in every way"),
        (Reply(status=418, error={"message": "a teapot"}), "a teapot"),
    ],
    ids=["credit", "key", "request", "other"],
)
@pytest.mark.parametrize("well", [0, 10])
def test_what_a_server_turns_down_is_no_wrong_answer(
    tmp_path: Path, server: PilotServer, reply: Reply, said: str, well: int
) -> None:
    server.answer = lambda body: reply if well < len(server.bodies()) else answer(body)
    one = pilot(tmp_path, server, TWO, n=24)
    done = one.run(one.consent(), concurrency=1)
    if said == "wrong in every way" and well:  # it may be those rows: they are marked, with what the server said
        assert [arm.not_taken for arm in summary(one).arms] == [7, 7]
        assert set(one.file.ended_so(running.NOT_TAKEN).values()) == {said}
    else:
        assert (done.state, done.ended, done.done) == ("stopped", "error", well)
        assert said in str(done.why)
    server.answer = answer
    assert one.run(one.consent()).state == "done"
    assert [arm.not_taken for arm in summary(one).arms] == [0, 0]


def test_a_judge_that_is_turned_down_takes_no_row_with_it(tmp_path: Path, server: PilotServer) -> None:
    def picky(body: Any) -> Reply:
        if body["model"] == "judge" or question(body) == bad:
            return Reply(status=400, error={"message": "not this"})
        return answer(body)

    server.answer = picky
    one = pilot(tmp_path, server, TWO, n=24)
    bad = question(one.held_out[2])
    one.set_judge("judge")
    done = one.run(one.consent(), concurrency=1)
    assert (done.state, done.ended, str(done.why).count("not this")) == ("stopped", "error", 1)
    assert sum(body["model"] == "judge" for body in server.bodies()) == running.REFUSED_AT_START
    assert [arm.not_taken for arm in summary(one).arms] == [1, 1]


def test_a_tuned_model_that_is_not_there_is_named_and_stops_no_other_way(tmp_path: Path) -> None:
    def only_small(body: Any) -> Reply:
        return answer(body) if body["model"] == "small" else Reply(status=404, error={"message": "not found"})

    with serving(only_small) as server:
        one = pilot(tmp_path, server, (AS_IS, Arm(id="tuned", kind="tuned", model="ours")), n=24)
        done = one.run(one.consent(), concurrency=3)
        with connect(one.setup.endpoint()) as client, pytest.raises(EndpointError, match="Check the name ours"):
            client.complete([{"role": "user", "content": "Hi"}], model="ours")
    assert (done.state, done.ended) == ("done", "done")
    tuned = summary(one).arm("tuned")
    assert (tuned.score, tuned.not_taken_why) == (None, "not found")
    assert summary(one).arm("as_is").rows == len(one.held_out)


def test_a_server_that_answers_with_another_model_than_asked_is_noticed_and_said_with_the_finding(
    tmp_path: Path, server: PilotServer
) -> None:
    """It has no tuned model and lets its own answer, as some servers do; vectors and the judge are another's, too."""
    server.answer = lambda body: Reply("billing", model="" if body["model"] == "small" else "fallback")
    server.embed = lambda _: Reply(model="other-vectors")
    tuned = Arm(id="tuned", kind="tuned", model="ft:small:ours")
    nearest = Arm(id="few_shot_retrieved-2", kind="few_shot_retrieved", shots=2)
    one = pilot(tmp_path, server, (AS_IS, nearest, tuned), judge_model="umpire")
    one.run(one.consent())
    shown, lang = summary(one), language()
    n = len(one.held_out)
    assert [(other.use, other.asked, other.told, other.answers, other.of) for other in shown.others] == [
        ("vectors", "vectors", "other-vectors", ANY, ANY),
        ("answers", "ft:small:ours", "fallback", n, n),
        ("judge", "umpire", "fallback", 3 * n, 3 * n),
    ]
    names = {arm.id: arm_name(arm, lang) for arm in one.setup.arms}
    host = one.setup.endpoint().host
    said = f"But {host} says that fallback answered where ft:small:ours was asked, in {n} of {n} answers."
    assert said in headline(shown, names, lang)
    assert any("other-vectors made the vectors where vectors was asked" in a for a in caution_lines(shown, names, lang))
    assert any("fallback judged where umpire was asked" in line for line in opinion_lines(shown, names, lang))
    assert Pilot.open(one.file.path).file.other_models() == one.file.other_models()


def test_where_another_model_answered_the_size_of_the_one_that_was_asked_says_nothing(tmp_path: Path) -> None:
    with serving(lambda body: Reply("billing", model="gpt-4.1-nano")) as server:
        one = pilot(tmp_path, server, (AS_IS,), model="gpt-4.1", n=120)
        one.run(one.consent())
    shown = summary(one)
    assert size_of("gpt-4.1", load())
    found = measured_answers(one, shown, situation())
    assert not {"large_score", "small_score"} & found.answers.keys()
    assert any("gpt-4.1-nano answered" in line for line in taken_over_lines(shown, found, language()))


def test_a_server_that_gives_ever_new_names_fills_no_file(tmp_path: Path) -> None:
    counted = count()
    with serving(lambda _: Reply("billing", model=f"{next(counted)}" * 1_000)) as server:
        one = pilot(tmp_path, server, (AS_IS,))
        one.run(one.consent())
    others = summary(one).others
    assert len(others) == MOST_OTHERS + 1
    assert sum(other.answers for other in others) == len(one.held_out)
    assert all(len(other.told) <= SHOWN + 1 for other in others)


def test_an_arm_that_the_server_never_takes_is_left_alone(tmp_path: Path) -> None:
    def no_schema(body: Any) -> Reply:
        return Reply(status=400, error={"message": "response_format?"}) if "response_format" in body else answer(body)

    with serving(no_schema) as server:
        one = pilot(tmp_path, server, TWO)
        done = one.run(one.consent(), concurrency=1)
    assert (done.state, done.ended) == ("done", "done")
    told = summary(one).arm("structured")
    assert (told.rows, told.score, told.not_taken) == (0, None, running.GIVEN_UP)


def test_a_budget_is_never_passed_by_more_than_a_request(tmp_path: Path, server: PilotServer) -> None:
    one = pilot(tmp_path, server, TWO, tariffs={"small": PRICE}, budget_usd=1.5)
    done = one.run(one.consent(), concurrency=8)
    assert (done.state, done.ended) == ("stopped", "budget")
    assert done.done > 3
    assert done.usd is not None
    assert 1.0 < done.usd <= 1.5  # the most that the next could have cost no longer fitted
    one.set_budget(100.0, None)
    assert one.run(one.consent(), concurrency=8).state == "done"


def test_a_budget_of_tokens_holds_where_no_price_is_known(tmp_path: Path, server: PilotServer) -> None:
    one = pilot(tmp_path, server, TWO, budget_tokens=700)
    done = one.run(one.consent(), concurrency=8)
    assert (done.ended, done.usd) == ("budget", None)
    assert 300 < done.tokens <= 700


def test_answers_that_nobody_counts_cost_the_most_they_may(tmp_path: Path) -> None:
    with serving(Reply("billing", usage=False)) as server:
        one = pilot(tmp_path, server, (AS_IS,), tariffs={"small": PRICE}, budget_usd=2.0)
        done = one.run(one.consent(), concurrency=4)
    assert done.ended == "budget"
    assert done.usd is not None
    assert done.usd <= 2.0
    assert summary(one).arm("as_is").usd_per_thousand is None


def test_a_budget_of_tokens_holds_where_nobody_counts(tmp_path: Path) -> None:
    with serving(Reply("billing", usage=False)) as server:
        one = pilot(tmp_path, server, (AS_IS,), budget_tokens=2_000)
        done = one.run(one.consent())
        assert (done.state, done.ended) == ("stopped", "budget")
        assert 1_000 < done.tokens <= 2_000
        assert len(server.bodies()) == done.done < done.total


def test_a_server_that_fails_by_itself_may_charge_for_it(tmp_path: Path) -> None:
    with serving(Reply(status=500)) as server:
        one = pilot(tmp_path, server, (AS_IS,), budget_tokens=2_000)
        assert one.run(one.consent(), concurrency=1).ended == "budget"
        before = one.progress().tokens
        assert 1_000 < before <= 2_000
        server.answer = lambda _: Reply(status=429, headers={"retry-after": "7200"})
        one.set_budget(None, 4_000)
        assert one.run(one.consent(), concurrency=1).ended == "error"
    assert one.progress().tokens == before


def test_an_answer_beyond_its_limit_ends_the_run_before_others_are_asked_for(tmp_path: Path) -> None:
    with serving(Reply("word " * 60)) as server:
        one = pilot(tmp_path, server, (AS_IS,))
        done = one.run(one.consent(), concurrency=8)
        assert len(server.bodies()) == 1
    assert (done.state, done.ended, done.done) == ("stopped", "error", 1)
    assert "limit of 32 tokens: an answer took 60" in str(done.why)


def test_a_text_without_a_vector_costs_no_other_row(tmp_path: Path, server: PilotServer) -> None:
    one = pilot(tmp_path, server, n=24)
    bad = {question(one.held_out[0]), question(one.examples[0])}
    server.embed = lambda texts: Reply(status=400, error={"message": "too long"}) if bad & set(texts) else None
    done = one.run(one.consent())
    assert (done.state, done.ended) == ("done", "done")
    told = {arm.id: arm.not_taken for arm in summary(one).arms}
    assert told == {arm.id: int(arm.embeds) for arm in one.setup.arms}
    assert one.file.ended_so(running.NOT_TAKEN)["classifier"] == "too long"


def test_vectors_of_another_length_are_told_and_stop_no_other_way(tmp_path: Path, server: PilotServer) -> None:
    server.vectors = lambda texts: [
        embedding(text)[: 64 if len(texts) > 1 or "order 1" in text else 32] for text in texts
    ]
    nearest = Arm(id="few_shot_retrieved-2", kind="few_shot_retrieved", shots=2)
    one = pilot(tmp_path, server, (AS_IS, nearest))
    done = one.run(one.consent())
    assert done.by_arm["as_is"] == (len(one.held_out), len(one.held_out))
    assert summary(one).arm(nearest.id).not_taken_why in ("dim 32 ≠ 64", "dim 64 ≠ 32")


@pytest.mark.parametrize("status", [500, 400, 404])
def test_a_server_without_vectors_leaves_gaps_and_the_other_arms(
    tmp_path: Path, server: PilotServer, status: int
) -> None:
    server.embed = lambda _: Reply(status=status, error={"message": "no vectors here"})
    one = pilot(tmp_path, server, n=24)
    done = one.run(one.consent(), concurrency=2)
    assert (done.state, done.ended) == ("stopped", "gaps")
    assert "no vectors here" in str(done.why)
    rows = len(one.held_out)
    assert done.by_arm == {arm.id: (0 if arm.embeds else rows, rows) for arm in one.setup.arms}
    server.embed = lambda _: None
    assert one.run(one.consent()).state == "done"


def test_a_row_that_fails_each_time_is_a_gap(tmp_path: Path, server: PilotServer) -> None:
    def fails(body: Any) -> Reply:
        return Reply(status=500, error={"message": "out of memory"}) if question(body) == bad else answer(body)

    server.answer = fails
    one = pilot(tmp_path, server, TWO, n=24)
    bad = question(one.held_out[3])
    done = one.run(one.consent())
    assert (done.state, done.ended, done.total - done.done) == ("stopped", "gaps", 2)
    assert "Missing: 2 of 24 answers" in str(done.why)
    assert "out of memory" in str(done.why)
    server.answer = answer
    assert one.run(one.consent()).state == "done"


def test_a_way_with_fewer_examples_is_no_way_of_its_own_to_who_agrees(tmp_path: Path) -> None:
    told = {}
    for name, arms in (("all", ()), ("two", TWO)):
        (tmp_path / name).mkdir()
        one = pilot(tmp_path / name, "http://127.0.0.1:9/v1", arms)
        lines = one.consent().lines(language())
        told[name] = (len(one.setup.arms), "in 5 ways" in lines[0], "in 2 ways" in lines[0], "Fewer" in str(lines))
    assert told == {"all": (6, True, False, True), "two": (2, False, True, False)}


def test_each_draw_asks_with_other_examples_and_is_no_way_of_its_own(tmp_path: Path, server: PilotServer) -> None:
    of = divided()
    arms = usual_arms(of, Wishes(shots=3, draws=3), embeds=True)
    one = Pilot.create(tmp_path / "pilot.sqlite", setup(server, of, arms), of)
    lines = " ".join(one.consent().lines(language()))
    assert "in 5 ways" in lines
    assert "Other draws of the examples are asked, too" in lines
    assert one.run(one.consent()).state == "done"
    shown = {}
    for name in ("few_shot-3", "few_shot-3-draw-2", "few_shot-3-draw-3"):
        asked = [one.file.asked(name, row["id"])["messages"] for row in one.held_out]
        (shown[name],) = {json.dumps(messages[1:-1]) for messages in asked}  # the same examples for every row
    assert len(set(shown.values())) == 3
    found = {draws.arm: draws for draws in summary(one).draws}
    assert found.keys() == {"few_shot-3", "classifier-of-7", "classifier-of-15"}
    assert len(found["classifier-of-15"].scores) == len(found["few_shot-3"].scores) == 3
    assert len(server.bodies()) == 30 * sum(arm.asks for arm in arms) == 30 * 6


def test_as_many_requests_go_out_as_were_said(tmp_path: Path, server: PilotServer) -> None:
    one = pilot(tmp_path, server, n=24)
    said = one.consent().forecast
    vectors: list[int | None] = []
    asking: list[int | None] = []
    server.embed = lambda _: vectors.append(one.vectors())  # None: it makes them
    server.answer = lambda body: (asking.append(one.vectors()), answer(body))[1]
    one.run(one.consent(), concurrency=1)
    assert vectors == [*range(said.embeddings)]
    assert set(asking) == {None}
    assert one.vectors() is None
    assert len(server.bodies("/v1/embeddings")) == said.embeddings == len(one.held_out) + 1
    assert len(server.bodies()) == said.requests


def test_a_budget_in_dollars_needs_prices(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="No price is known for small"):
        pilot(tmp_path, "http://127.0.0.1:9/v1", TWO, budget_usd=1.0)
    tuned = Arm(id="tuned", kind="tuned", model="ours")
    with pytest.raises(Unusable, match="No price is known for ours"):
        pilot(tmp_path, "http://127.0.0.1:9/v1", (AS_IS, tuned), tariffs={"small": PRICE}, budget_usd=1.0)


def test_each_model_is_paid_at_its_own_price(tmp_path: Path, server: PilotServer) -> None:
    """By hand: the tuned model costs three times the other's price for the same tokens; the judge a tenth."""
    dear, cheap = (
        PRICE.model_copy(update={name: getattr(PRICE, name) * by for name in ("input_usd_mtok", "output_usd_mtok")})
        for by in (3, 0.1)
    )
    prices = {"small": PRICE, "ours": dear, "judge": cheap, "vectors": VECTORS}
    one = pilot(
        tmp_path,
        server,
        (AS_IS, Arm(id="tuned", kind="tuned", model="ours"), Arm(id="classifier", kind="classifier")),
        n=24,
        tariffs=prices,
        judge_model="judge",
    )
    done = one.run(one.consent())
    usd: Counter[str] = Counter()
    for kept in one.file.answers():
        assert kept.usage.input is not None
        assert kept.usage.output is not None
        name = kept.arm.split(":")[0]
        rate = {"as_is": 1, "tuned": 3, "judge": 0.1, "embed": 0.1, "classifier": 0}[name]
        usd[name] += rate * (kept.usage.input * 1e-3 + (0 if name == "embed" else kept.usage.output * 4e-3))
    assert min(usd[name] for name in ("as_is", "tuned", "judge", "embed")) > 0
    assert done.usd == pytest.approx(usd.total())
    assert usd["tuned"] == pytest.approx(3 * usd["as_is"])
    assert summary(one).arm("classifier").usd_per_thousand == pytest.approx(
        1_000 * sum(0.1e-3 * len(words_of(question(row))) for row in one.held_out) / len(one.held_out)
    )


def test_a_price_of_vectors_that_nobody_knows_is_said_and_counts_as_more_than_any(
    tmp_path: Path, server: PilotServer
) -> None:
    one = pilot(tmp_path, server, tariffs={"small": PRICE}, budget_usd=50.0)
    said = " ".join(one.consent().lines(language()))
    assert "small $1,000 in and $4,000 out (your price); vectors not known." in said
    assert "and what vectors costs, whose price is not known" in said
    assert "The price of vectors is not known. The budget counts it at $0.25 for a million tokens" in said
    assert one.run(one.consent()).state == "done"
    spent, texts = one.file.spent(), [question(row) for row in (*one.held_out, *one.examples)]
    answered = sum(kept.usd or 0.0 for kept in one.file.answers())
    assert spent.usd == pytest.approx(answered + 0.25e-6 * sum(most_input_tokens(text, 0) for text in texts))
    assert summary(one).arm("classifier").usd_per_thousand is None
    assert summary(one).arm("as_is").usd_per_thousand is not None


def test_what_had_no_price_counts_against_a_budget_that_is_set_later(tmp_path: Path, server: PilotServer) -> None:
    one = pilot(tmp_path, server, (AS_IS, Arm(id="classifier", kind="classifier")), tariffs={"small": PRICE})
    one.run(one.consent())
    spent = one.file.spent()
    assert spent.usd is None
    assert spent.priced_usd > 0.1
    assert spent.unpriced_tokens > 100
    one.add_arms([STRUCTURED])
    least = 4_000e-6 * spent.unpriced_tokens  # at the dearest price of any model
    assert least > 1  # which would pay for requests, if vectors had cost nothing
    one.set_budget(spent.priced_usd + least, None)
    before = len(server.bodies())
    assert one.run(one.consent()).ended == "budget"
    assert len(server.bodies()) == before


def test_a_file_from_before_vectors_had_a_price_of_their_own_is_read(tmp_path: Path) -> None:
    one = pilot(tmp_path, "http://127.0.0.1:9/v1", tariffs={"small": PRICE, "ours": PRICE})
    written = one.setup.model_dump(mode="json")
    for name, usd in (("small", 100), ("ours", None)):
        written["tariffs"][name]["embedding_usd_mtok"] = usd
    one.file.put("setup", written)
    one.close()
    assert Pilot.open(one.file.path).setup.tariffs == {"small": PRICE, "ours": PRICE, "vectors": VECTORS}


def test_a_run_that_is_stopped_goes_on_later(tmp_path: Path, server: PilotServer) -> None:
    one = pilot(tmp_path, server, TWO)

    def stop() -> None:
        if one.progress().done > 5:
            one.cancel()

    def slowly(body: Any) -> Reply:
        held.wait(0.02)
        return answer(body)

    held = threading.Event()
    server.answer = slowly
    done = one.run(one.consent(), concurrency=2, on_look=stop)
    assert (done.state, done.ended) == ("stopped", "cancelled")
    assert 5 < done.done < done.total
    held.set()
    assert one.run(one.consent(), concurrency=8).state == "done"
    answered = Counter((one.arm, one.row) for one in one.file.answers())
    assert set(answered.values()) == {1}
    assert len(answered) == done.total


RUNNER = """
import sys
from pathlib import Path
from advisor.pilot.run import Pilot
one = Pilot.open(Path(sys.argv[1]))
one.run(one.consent(), concurrency=4)
"""


def test_a_run_that_is_killed_loses_nothing_and_asks_nothing_twice(tmp_path: Path, server: PilotServer) -> None:
    one = pilot(tmp_path, server, TWO)
    enough = threading.Event()

    def until(body: Any) -> Reply:
        if len(server.bodies()) > 24:
            enough.set()
            threading.Event().wait(0.05)
        return answer(body)

    server.answer = until
    with subprocess.Popen([sys.executable, "-c", RUNNER, str(one.file.path)], env=os.environ) as process:
        assert enough.wait(60)
        process.send_signal(signal.SIGKILL)
    before = {(kept.arm, kept.row): kept.text for kept in one.file.answers()}
    seen = asked_times(server)
    assert len(before) >= 16
    server.answer = answer
    done = one.run(one.consent(), concurrency=4)
    assert done.state == "done"
    after = {(kept.arm, kept.row): kept.text for kept in one.file.answers()}
    assert before.items() <= after.items()
    assert len(after) == 2 * len(one.held_out)
    again = {body: n for body, n in asked_times(server).items() if n > 1}
    assert all(seen[body] == 1 for body in again)
    lost = (
        one.file.spent().lost
    )  # under way when it was killed: nobody heard of them, so they are asked again and counted
    assert len(again) <= lost <= 4


def test_only_one_runs_a_pilot(tmp_path: Path, server: PilotServer) -> None:
    one = pilot(tmp_path, server, TWO)
    one.file.take()
    other = Pilot.open(one.file.path)
    with pytest.raises(Unusable, match="being run already"):
        other.run(other.consent())
    assert server.bodies() == []
    one.file.let_go()
    assert other.run(other.consent()).state == "done"


def test_whoever_lost_the_hold_sends_nothing_more(tmp_path: Path, server: PilotServer) -> None:
    """A laptop that slept: the signs of life are old, and somebody else began."""
    one = pilot(tmp_path, server, (AS_IS,), n=24)
    other = Pilot.open(one.file.path)

    def take_over(body: Any) -> Reply:
        if len(server.bodies()) == 5:
            one.file.put("runner", {"process": os.getpid(), "token": "old", "beat": 0.0})
            other.file.take()
            other.file.lose_sent()
        return answer(body)

    server.answer = take_over
    with pytest.raises(NotHeld, match="Somebody else runs"):
        one.run(one.consent(), concurrency=1)
    assert len(server.bodies()) == 5
    assert other.file.is_run
    assert other.file.value("ended") is None
    other.file.let_go()
    server.answer = answer
    assert other.run(other.consent()).state == "done"
    assert set(Counter((kept.arm, kept.row) for kept in one.file.answers()).values()) == {1}


def test_a_row_under_way_or_answered_is_not_sent_again(tmp_path: Path) -> None:
    file = pilot(tmp_path, "http://127.0.0.1:9/v1", TWO).file
    file.take()
    number = file.send("as_is", "1", {}, None, 5)
    assert number is not None
    assert file.send("as_is", "1", {}, None, 5) is None
    file.answer(number, "yes", Usage(1, 0, 1), None)
    assert file.send("as_is", "1", {}, None, 5) is None
    assert file.send("as_is", "2", {}, None, 5) is not None
    file.lose_sent()
    assert file.send("as_is", "2", {}, None, 5) is not None
    file.let_go()
    with pytest.raises(NotHeld):
        file.send("as_is", "3", {}, None, 5)


def test_a_run_gives_signs_of_life_while_it_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BEAT_S", 0.01)
    enough, beats = threading.Event(), set[float]()

    def look() -> None:
        beats.add(one.file.value("runner")["beat"])
        if len(beats) > 2:
            enough.set()

    with serving(Reply("billing", wait=enough)) as server:
        one = pilot(tmp_path, server, (AS_IS,), n=24)
        assert one.run(one.consent(), on_look=look).state == "done"
    assert len(beats) > 2


def test_a_pilot_that_is_deleted_sends_nothing_more(tmp_path: Path, server: PilotServer) -> None:
    one = pilot(tmp_path, server, (AS_IS,))

    def delete(body: Any) -> Reply:
        if len(server.bodies()) == 7:
            Pilot.open(one.file.path).delete()
        return answer(body)

    server.answer = delete
    with pytest.raises(NotHeld, match="was deleted"):
        one.run(one.consent(), concurrency=1)
    assert len(server.bodies()) == 7
    assert list(tmp_path.iterdir()) == []


def test_the_key_is_in_no_file_and_no_report(
    tmp_path: Path, server: PilotServer, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def sometimes_no(body: Any) -> Reply:
        told = Reply(status=500, error={"message": f"{KEY} is a strange key"})
        return told if len(server.bodies()) % 7 == 0 else answer(body)

    server.answer = sometimes_no
    caplog.set_level("DEBUG")
    one = pilot(tmp_path, server, (*TWO, Arm(id="found", kind="few_shot_retrieved", shots=2)))
    consent = one.consent(key=Secret(KEY))
    one.run(consent, key=Secret(KEY))
    assert all(headers.get("authorization") == f"Bearer {KEY}" for _, _, headers in server.asked)
    told = f"{consent!r}{one.progress()!r}{summary(one)!r}{one.setup!r}{caplog.text}{''.join(capfd.readouterr())}"
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"billing" in kept
    assert KEY not in told
    assert KEY.encode() not in kept


def test_the_file_is_its_owners_and_goes_for_good(tmp_path: Path, server: PilotServer) -> None:
    one = pilot(tmp_path, server, (AS_IS,))
    one.run(one.consent())
    assert one.file.path.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        pilot(tmp_path, server, (AS_IS,))
    one.delete()
    assert list(tmp_path.iterdir()) == []


def test_other_files_are_no_pilots(tmp_path: Path) -> None:
    text, other = tmp_path / "a.txt", tmp_path / "b.sqlite"
    text.write_text("billing")
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE said (x)")
    connection.close()
    for file in (text, other):
        with pytest.raises(Unusable, match="no file of a pilot"):
            Pilot.open(file)
    with pytest.raises(FileNotFoundError):
        Pilot.open(tmp_path / "none")


def test_another_program_s_database_is_left_as_it_is(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE said (x)")
    connection.close()
    before = other.read_bytes()
    with pytest.raises(Unusable, match="no file of a pilot"):
        Pilot.open(other)
    assert other.read_bytes() == before
    assert list(tmp_path.iterdir()) == [other]


@pytest.mark.parametrize("harm", ["page", "short", "plan", "trigger"])
def test_a_damaged_pilot_is_refused_in_words(tmp_path: Path, harm: str) -> None:
    one = pilot(tmp_path, "http://127.0.0.1:9/v1", TWO)
    if harm == "plan":
        one.file.put("setup", {"arms": 3})
    one.close()
    path = one.file.path
    data = path.read_bytes()
    if harm == "page":
        path.write_bytes(data[:100] + b"\xff" * 4_000 + data[4_100:])
    if harm == "short":
        path.write_bytes(data[:3_000])
    if harm == "trigger":
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TRIGGER t AFTER INSERT ON request BEGIN DELETE FROM row; END")
        connection.close()
    with pytest.raises(Unusable, match="damaged"):
        Pilot.open(path)


def test_a_file_that_cannot_be_written_whole_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    with monkeypatch.context() as inner:
        inner.setattr(RunFile, "put_rows", full)
        with pytest.raises(OSError, match="disk is full") as caught:
            pilot(tmp_path, "http://127.0.0.1:9/v1", TWO)
    assert caught.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []
    assert Pilot.open(pilot(tmp_path, "http://127.0.0.1:9/v1", TWO).file.path).held_out


def test_arms_have_names_of_their_own(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="two arms"):
        pilot(tmp_path, "http://127.0.0.1:9/v1", (AS_IS, AS_IS))
