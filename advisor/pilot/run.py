"""A pilot that is run: interleaved, within a budget, at the pace that the server allows, and from where it was cut."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from advisor.dataset.row import Note
from advisor.dataset.rows.cells import json_text
from advisor.kits.kit import Row
from advisor.pilot.arms import Arm, messages_for, question, spread
from advisor.pilot.consent import Consent, NotAgreed
from advisor.pilot.endpoint import (
    EMBEDDED_AT_ONCE,
    LIMIT_OFF,
    Client,
    Endpoint,
    EndpointError,
    Secret,
    Usage,
    connect,
)
from advisor.pilot.forecast import Forecast, forecast
from advisor.pilot.held_out import Divided
from advisor.pilot.judge import SCHEMA as JUDGE_SCHEMA
from advisor.pilot.judge import TOKENS as JUDGE_TOKENS
from advisor.pilot.judge import judging_messages, marked
from advisor.pilot.model_names import is_other
from advisor.pilot.regression import fit
from advisor.pilot.run_file import BEAT_S, NotHeld, RunFile, damaged
from advisor.pilot.setup import MOST_CONCURRENT, Setup, demand_usable
from advisor.pilot.tariff import Tariff, most_input_tokens

TRIES = 5
"""Times that a request is sent before a row is left for the next run."""
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 20.0
LONGEST_ASKED_S = 120.0
"""A server that asks to wait longer ends the run; it can be resumed."""
MOST_FAILED = 10
"""Rows in a row that were left, after which the run ends."""
NOT_TAKEN = "not_taken"
"""The `finish` of a row that the server would not take, such as a schema that it does not know. The next run asks it
again."""
ROWS_OWN = frozenset({400, 413, 422})
"""Statuses of a refusal that may be about this request alone; any other below 500 is about all."""
REFUSED_AT_START = 3
"""Requests turned down, of every arm one at least, and none answered: it is no row's fault, and the run ends."""
GIVEN_UP = 5
"""Rows not taken, and none answered, after which an arm is left alone."""
EMBED = "embed"
"""The arm under which requests for vectors are kept."""
LOOK_S = 0.2
LONGEST_GOODBYE_S = 2.0
"""That is waited for answers under way when a run ends early."""

State = Literal["ready", "running", "stopped", "done"]
Ending = Literal["done", "gaps", "cancelled", "budget", "error"]
"""`gaps`: it went through all rows, and some requests came to nothing each time."""


@dataclass(frozen=True)
class Progress:
    """How far a run is. Cheap enough to ask for each second."""

    state: State
    done: int
    """Answers so far, of all arms."""
    total: int
    by_arm: dict[str, tuple[int, int]]
    """Answers of each arm so far, and rows."""
    asked: tuple[int, int]
    """Answers of models so far, and in all: what takes time, unlike those of a classifier, which come at once."""
    failed: int
    """Requests that came to nothing; most were sent again."""
    usd: float | None
    """So far; None where no price is known."""
    tokens: int
    seconds_left: float | None
    """By what requests took so far; None before the first."""
    ended: Ending | None
    """How the last run ended."""
    why: Note | None
    """What ended it, to be said with `text(lang)`."""


class Pilot:
    """A pilot in its file. One at a time runs it; any number may look on."""

    def __init__(self, file: RunFile) -> None:
        self.file = file
        self.setup = Setup.model_validate(file.value("setup"))
        self._stop = threading.Event()
        self._why: EndpointError | None = None

    @classmethod
    def create(cls, path: Path, setup: Setup, divided: Divided, passages: Sequence[str] = ()) -> Pilot:
        """Write the file of a pilot; sends nothing. Raises `FileExistsError`, and as `demand_usable` does."""
        demand_usable(setup)
        settings = {"setup": setup.model_dump(mode="json"), "leaked": divided.leaked}
        rows = {"held_out": divided.held_out, "example": divided.examples, "passage": passages}
        return cls(RunFile.create(path, settings, rows))

    @classmethod
    def open(cls, path: Path) -> Pilot:
        """Raises `FileNotFoundError`, and `Unusable` for a file that is no pilot, or damaged."""
        file = RunFile.open(path)
        try:
            return cls(file)
        except (sqlite3.DatabaseError, ValidationError, ValueError) as error:
            file.close()
            raise damaged(type(error).__name__) from error

    def add_arms(self, arms: Sequence[Arm]) -> None:
        """More ways to ask on the same rows. Raises `Unusable` where a name is taken."""
        setup = self.setup.model_copy(update={"arms": (*self.setup.arms, *arms)})
        demand_usable(setup)
        self.setup = setup
        self.file.put("setup", self.setup.model_dump(mode="json"))

    def set_budget(self, usd: float | None, tokens: int | None, keep: bool = True) -> None:
        """Another budget, of all runs together; with `keep` it stands in the file, too. Raises `Unusable` as `create`
        does.
        """
        setup = self.setup.model_copy(update={"budget_usd": usd, "budget_tokens": tokens})
        demand_usable(setup)
        self.setup = setup
        if keep:
            self.file.put("setup", setup.model_dump(mode="json"))

    def close(self) -> None:
        self.file.close()

    def delete(self) -> None:
        """Delete the file, and with it every request and answer. A run of it, here or elsewhere, ends before its next
        request.
        """
        self.file.delete()

    @cached_property
    def held_out(self) -> list[Row]:
        return self.file.rows("held_out")

    @cached_property
    def examples(self) -> list[Row]:
        return self.file.rows("example")

    @cached_property
    def passages(self) -> list[str]:
        return self.file.rows("passage")

    # Before

    def todo(self) -> list[tuple[Arm, Row]]:
        """What is still to be answered, arms by turns on each row, so that all meet the same hours of the server. What
        the server did not take is asked again.
        """
        answered, arms = self.file.answered(but=NOT_TAKEN), self.setup.arms
        return [
            (arm, row)
            for at, row in enumerate(self.held_out)
            for arm in (*arms[at % max(1, len(arms)) :], *arms[: at % max(1, len(arms))])
            if (arm.id, row["id"]) not in answered
        ]

    def to_judge(self) -> list[tuple[Arm, Row, str]]:
        """Answers of which the judge has still to say what it thinks; of arms with all examples."""
        if not self.setup.judge_model:
            return []
        done = self.file.answered(but=NOT_TAKEN)
        arms = {arm.id: arm for arm in self.setup.arms}
        rows = {row["id"]: row for row in self.held_out}
        return [
            (arms[arm], rows[row], text)
            for arm, row, text in self.judgeable()
            if (marked(self.setup.judge_model, arm), row) not in done
        ]

    def judgeable(self) -> list[tuple[str, str, str]]:
        """Answers that a judge, or a person, can say something of: arm, row and text; of arms with all examples."""
        arms = {arm.id for arm in self.setup.arms if arm.is_whole}
        return [
            (one.arm, one.row, one.text) for one in self.file.answers() if one.arm in arms and one.finish != NOT_TAKEN
        ]

    def set_judge(self, model: str, tariff: Tariff | None = None) -> None:
        """Let a model of the same server judge each answer, as an opinion. What another said stays its own.
        Empty: none.
        """
        tariffs = {**self.setup.tariffs, **({model: tariff} if tariff else {})}
        setup = self.setup.model_copy(update={"judge_model": model, "tariffs": tariffs})
        demand_usable(setup)
        self.setup = setup
        self.file.put("setup", setup.model_dump(mode="json"))

    def set_labels(self, labels: Mapping[tuple[str, str], bool]) -> None:
        """What a person says of answers, by arm and row: right or not. What was said before of others stays."""
        every = {**self.labels(), **labels}
        self.file.put("labels", [[arm, row, right] for (arm, row), right in every.items()])

    def labels(self) -> dict[tuple[str, str], bool]:
        return {(arm, row): right for arm, row, right in self.file.value("labels") or ()}

    def concurrency(self) -> tuple[int, ...]:
        """Requests at once in the runs so far: times depend on it."""
        return tuple(self.file.value("concurrency") or ())

    def forecast(self, concurrency: int = 4) -> Forecast:
        """What is still to come."""
        counts = dict.fromkeys((arm.id for arm in self.setup.arms), 0)
        for arm, _ in self.todo():
            counts[arm.id] += 1
        return forecast(
            self.setup,
            self.held_out,
            self.examples,
            self.passages,
            counts,
            [texts for _, texts in self._to_embed()],
            concurrency,
            judged=len(self.to_judge()) + sum(counts[arm.id] for arm in self.setup.arms if arm.is_whole)
            if self.setup.judge_model
            else 0,
        )

    def consent(self, concurrency: int = 4, key: Secret | None = None) -> Consent:
        """What a run is about to send, to be shown, and given to `run`."""
        endpoint = self.setup.endpoint(key)
        arms = self.setup.arms
        judge = {self.setup.judge_model} if self.setup.judge_model else set()
        shown = any(arm.shots or arm.kind == "classifier" for arm in arms)
        return Consent(
            host=endpoint.host,
            base_url=endpoint.base_url,
            models=tuple(sorted({self.setup.model_of(arm) for arm in arms if arm.asks} | judge)),
            judge_model=self.setup.judge_model,
            embedding_model=(endpoint.embedding_model or endpoint.model) if any(arm.embeds for arm in arms) else "",
            key_variable="" if key else endpoint.key_variable,
            encrypted=endpoint.encrypted,
            on_this_machine=endpoint.on_this_machine,
            rows=len(self.held_out),
            examples=len(self.examples) if shown else 0,
            passages=len(self.passages) if any(arm.passages for arm in arms) else 0,
            arms=tuple(arm.id for arm in arms),
            ways=sum(arm.is_whole for arm in arms),
            pools=sum(arm.pool is not None for arm in arms),
            draws=sum(arm.draw > 0 and arm.asks for arm in arms),
            forecast=self.forecast(concurrency),
            budget_usd=self.setup.budget_usd,
            budget_tokens=self.setup.budget_tokens,
            prices=tuple((model, self.setup.tariff(model)) for model in self.setup.models),
            file=self.file.path.name,
        )

    # During

    def run(
        self,
        agreed: Consent,
        key: Secret | None = None,
        concurrency: int = 4,
        on_look: Callable[[], None] = lambda: None,
    ) -> Progress:
        """Ask what has not been answered, until all is, or `cancel`, the budget or an error ends it. `on_look` is
        called some times a second, in the thread of the caller.

        Raises `NotAgreed` where `agreed` is not `consent()`, `EndpointError` for a key that is missing, and `Unusable`
        where somebody else runs it; nothing was sent then. `NotHeld`, an `Unusable`, where somebody else took it over
        or deleted it meanwhile.
        """
        if agreed.digest != self.consent(concurrency, key).digest:
            raise NotAgreed
        endpoint = self.setup.endpoint(key)
        with connect(endpoint) as client:
            self.file.take()
            try:
                self.file.lose_sent()
                self._stop.clear()
                self.file.put("ended", None)
                _Run(self, client, endpoint, min(concurrency, MOST_CONCURRENT), self._stop).go(on_look)
            finally:
                self.file.let_go()
        return self.progress()

    def cancel(self) -> None:
        """End the run in this process soon; answers under way are left. It can be resumed."""
        self._stop.set()

    def progress(self) -> Progress:
        """How far it is; may be asked in any thread and process."""
        counts, rows, spent = self.file.counts(), len(self.held_out), self.file.spent()
        arms = [arm for arm in self.setup.arms if not self._is_given_up(arm)]
        by_arm = {arm.id: (counts.get(arm.id, 0), rows) for arm in arms}
        done, total = (sum(pair[at] for pair in by_arm.values()) for at in (0, 1))
        at_once = [arm.id for arm in arms if not arm.asks]
        if self.setup.judge_model:
            judged = sum(counts.get(marked(self.setup.judge_model, arm.id), 0) for arm in self.setup.arms)
            done, total = done + judged, total + judged + len(self.to_judge()) + total - done
        ended, began = self.file.value("ended"), self.file.value("began")
        state: State = (
            "done" if total and done == total else "running" if self.file.is_run else "stopped" if ended else "ready"
        )
        left = None
        if state == "running" and began and done > began["done"]:
            left = (time.time() - began["at"]) / (done - began["done"]) * (total - done)
        return Progress(
            state=state,
            done=done,
            total=total,
            by_arm=by_arm,
            asked=(done - sum(by_arm[name][0] for name in at_once), total - sum(by_arm[name][1] for name in at_once)),
            failed=sum(self.file.failures().values()),
            usd=spent.usd,
            tokens=spent.tokens,
            seconds_left=left,
            ended=ended["how"] if ended else None,
            why=Note(ended["message"], **ended["values"]) if ended and ended["message"] else None,
        )

    def vectors(self) -> int | None:
        """Requests for vectors so far, while a run makes those before it asks; None at any other time."""
        if not (self.file.is_run and self.file.value("making_vectors")):
            return None
        return self.file.counts().get(EMBED, 0)

    def _is_given_up(self, arm: Arm) -> bool:
        return self.file.not_taken(arm.id, NOT_TAKEN) >= GIVEN_UP

    def _to_embed(self) -> Iterator[tuple[str, list[str]]]:
        """Texts without a vector in the lots in which they are sent, each with its name: a question alone, so that its
        time and cost are those of an answer; examples and passages together.
        """
        arms = self.setup.arms
        if not any(arm.embeds for arm in arms):
            return
        answered = {row for arm, row in self.file.answered() if arm == EMBED}
        for row in self.held_out:
            if row["id"] not in answered:
                yield row["id"], [question(row["messages"])]
        by_likeness = any(arm.kind in ("few_shot_retrieved", "classifier") for arm in arms)
        texts = [question(row["messages"]) for row in self.examples] if by_likeness else []
        texts += self.passages if any(arm.passages for arm in arms) else []
        kept = self.file.vectors(texts)
        missing = [text for text in dict.fromkeys(texts) if text not in kept]
        for at in range(0, len(missing), EMBEDDED_AT_ONCE):
            yield f"lot-{int(time.time() * 1e6)}-{at}", missing[at : at + EMBEDDED_AT_ONCE]


class _Ledger:
    """What is spent and what is under way, so that no request goes out that could pass the budget."""

    def __init__(self, usd: float | None, tokens: int | None, spent_usd: float, spent_tokens: int) -> None:
        self._most = (usd, tokens)
        self._spent: list[float] = [spent_usd, spent_tokens]
        self._reserved: list[float] = [0.0, 0.0]
        self._under_way = 0
        self._changed = threading.Condition()

    def reserve(self, usd: float, tokens: int, stop: threading.Event) -> bool:
        """Wait until the most that a request may cost fits; False where it never will."""
        with self._changed:
            while not self._fits(usd, tokens):
                if self._under_way == 0 or stop.is_set():
                    return False
                self._changed.wait(LOOK_S)
            self._reserved[0] += usd
            self._reserved[1] += tokens
            self._under_way += 1
            return True

    def settle(self, reserved: tuple[float, int], usd: float, tokens: int) -> None:
        """Put what it cost in place of what it may."""
        with self._changed:
            for at, (most, cost) in enumerate(zip(reserved, (usd, tokens), strict=True)):
                self._reserved[at] -= most
                self._spent[at] += cost
            self._under_way -= 1
            self._changed.notify_all()

    def _fits(self, usd: float, tokens: int) -> bool:
        return all(
            most is None or spent + reserved + cost <= most
            for most, spent, reserved, cost in zip(self._most, self._spent, self._reserved, (usd, tokens), strict=True)
        )


@dataclass(frozen=True)
class _Job:
    """One request: `send` sends it and keeps what comes."""

    arm: str
    row: str
    asked: Any
    most_usd: float | None
    most_tokens: int
    send: Callable[[int], tuple[float | None, int | None]]
    """Given the number of the request; gives what it cost and its tokens, as far as they are known."""


class _Run:
    """One run, by several threads."""

    def __init__(
        self, pilot: Pilot, client: Client, endpoint: Endpoint, concurrency: int, stop: threading.Event
    ) -> None:
        self.pilot, self.file, self.setup = pilot, pilot.file, pilot.setup
        self.client, self.endpoint, self.concurrency = client, endpoint, max(1, concurrency)
        self.cancelled = stop
        self.stop = threading.Event()
        """Set when the run ends, for whatever reason."""
        spent = self.file.spent()
        spent_usd = spent.priced_usd + self.setup.dearest_usd(spent.unpriced_tokens)
        self.ledger = _Ledger(self.setup.budget_usd, self.setup.budget_tokens, spent_usd, spent.tokens)
        self.lock = threading.Lock()
        self.gate = threading.Lock()
        """One request at a time passes it, until the server has answered one of this stage: what every request would
        meet, such as a key that is none or a limit that is not kept, is met once."""
        self.proved = False
        """Whether it has."""
        self.other_models = {arm.id for arm in self.setup.arms if arm.model not in ("", self.setup.model)}
        """Arms that ask another model than the others: that it is not there is no fault of theirs."""
        self.wait_until = 0.0
        self.failed = 0
        self.how: Ending = "done"
        self.why: EndpointError | Note | None = None
        self.lost: NotHeld | None = None
        self.last: EndpointError | None = None
        """The last with which a row was left for another run."""
        self.random = random.Random(self.setup.seed)
        self.turned_down: Counter[str] = Counter()
        """Requests that the server would not take, by arm, of this stage."""
        self.taken = False
        """Whether it took any, of this stage or before it."""
        self.unmade: dict[str, str] = {}
        """Texts of which the server would make no vector, with what it said."""
        self.no_vectors: EndpointError | None = None
        """Why no vectors are made at all."""
        self.made = False
        """Whether it made any."""
        self.expected: Set[str] = frozenset()
        """Arms that are asked in this stage."""

    def go(self, on_look: Callable[[], None]) -> None:
        """Raises `NotHeld` where it was lost on the way."""
        over = threading.Event()
        beats = threading.Thread(target=self._beat, args=(over,), name="pilot-beat", daemon=True)
        beats.start()
        try:
            self._go(on_look)
        finally:
            over.set()
            beats.join()
        if self.lost:
            raise self.lost
        note = self.why.note if isinstance(self.why, EndpointError) else self.why
        told = (
            {"message": note.message, "values": {name: str(value) for name, value in note.values.items()}}
            if note
            else {}
        )
        self.file.put("ended", {"how": self.how, "message": "", "values": {}, **told})

    def _go(self, on_look: Callable[[], None]) -> None:
        self.file.take_back(NOT_TAKEN)
        answered = {arm for arm, _ in self.file.answered()}
        self.made = EMBED in answered
        asking = {arm.id for arm in self.setup.arms if arm.asks}
        self.taken = bool(asking & answered)
        self._begin()
        self.file.put("concurrency", sorted({*self.pilot.concurrency(), self.concurrency}))
        self.file.put("making_vectors", any(arm.embeds for arm in self.setup.arms))
        self._all(self._embedding_jobs(), on_look)
        self.file.put("making_vectors", False)
        if not self.stop.is_set():
            shown = Shown(self.pilot, self.unmade)
            left = {arm.id for arm in self.setup.arms if not shown.is_ready(arm)}
            self._classify(shown, left)
            self._begin()
            self.expected = asking - left
            self._all(self._answer_jobs(shown, left), on_look)
        if not self.stop.is_set():
            self.turned_down.clear()
            self.taken = False
            self.expected = {marked(self.setup.judge_model, arm.id) for arm, _, _ in self.pilot.to_judge()}
            self._all(self._judging_jobs(), on_look)
        if self.how == "done" and self.cancelled.is_set():
            self.how = "cancelled"
        if self.how == "error" and not self.taken:
            self.file.take_back(NOT_TAKEN, self.expected)  # it was no row's fault, so no row bears it
        progress = self.pilot.progress()
        if self.how == "done" and progress.done < progress.total:
            self.how, self.why = "gaps", self._gaps(progress.total - progress.done, progress.total)

    def _begin(self) -> None:
        """Note from when on time is taken: answers of a classifier come at once, and say nothing of the others'."""
        self.file.put("began", {"at": time.time(), "done": self.pilot.progress().done})

    def _gaps(self, n: int, total: int) -> Note:
        """Why there are some."""
        if self.no_vectors:
            return Note(
                "Missing: {n} of {total} answers. The server made no vectors; it said: {said}. Run it again to ask for "
                "them, or plan it without a model for vectors.",
                n=n,
                total=total,
                said=self.no_vectors.said or "-",
            )
        return Note(
            "Missing: {n} of {total} answers. Requests for them failed {tries} times each; the server said last: "
            "{said}. Run it again to ask for them.",
            n=n,
            total=total,
            tries=TRIES,
            said=(self.last.said if self.last else "") or "-",
        )

    def _beat(self, over: threading.Event) -> None:
        """Give signs of life, whatever else is going on."""
        while not over.wait(BEAT_S):
            try:
                self.file.beat()
            except NotHeld as lost:
                self._lose(lost)
                return
            except sqlite3.OperationalError:  # somebody reads for long; the next sign comes soon
                continue

    def _all(self, jobs: Iterator[_Job], on_look: Callable[[], None]) -> None:
        """Send all jobs, the first alone and then several at once; looks about while they are under way."""
        self.proved = False
        threads = [
            threading.Thread(target=self._work, args=(jobs,), name=f"pilot-{n}", daemon=True)
            for n in range(self.concurrency)
        ]
        for thread in threads:
            thread.start()
        try:
            while not self.stop.is_set() and any(thread.is_alive() for thread in threads):
                for thread in threads:
                    thread.join(LOOK_S / len(threads))
                if self.cancelled.is_set() and not self.stop.is_set():
                    self._end("cancelled", None)
                on_look()
        except BaseException:
            self._end("cancelled", None)
            raise
        finally:
            deadline = time.monotonic() + LONGEST_GOODBYE_S
            for thread in threads:  # one that waits for a first token may wait long: it is left to itself
                thread.join(max(0.0, deadline - time.monotonic()))

    def _work(self, jobs: Iterator[_Job]) -> None:
        while not self.stop.is_set():
            try:
                with self.lock:
                    job = next(jobs, None)
                if job is None:
                    return
                with self.gate:
                    proved = self.proved
                    if not proved:
                        self._do(job)
                if proved:
                    self._do(job)
            except NotHeld as lost:
                self._lose(lost)
            except Exception as error:
                if self.stop.is_set():  # the run is over, and what it worked with is closed
                    return
                self._end("error", Note("The run broke off: {problem}.", problem=type(error).__name__))
                raise

    def _do(self, job: _Job) -> None:
        """Send a request until it is answered, at most `TRIES` times."""
        for trial in range(TRIES):
            self._pause()
            if self.stop.is_set():
                return
            reserved = (job.most_usd or 0.0, job.most_tokens)
            if not self.ledger.reserve(*reserved, self.stop):
                if not self.stop.is_set():
                    self._end("budget", Note("The budget is used up: the next request could pass it."))
                return
            number = self.file.send(job.arm, job.row, job.asked, job.most_usd, job.most_tokens)
            if number is None:  # answered, or under way elsewhere
                self.ledger.settle(reserved, 0.0, 0)
                return
            try:
                usd, tokens = job.send(number)
            except EndpointError as error:
                # A server that fails by itself may have worked, and charge for it.
                free = error.kind == "no_connection" or (error.status is not None and error.kind != "server")
                self.ledger.settle(reserved, *((0.0, 0) if free else reserved))
                own = error.kind == "request" and error.status in ROWS_OWN and job.arm != EMBED
                if own or (error.kind == "not_found" and job.arm in self.other_models):
                    self._turn_down(job, number, error)
                    return
                self.file.fail(number, error.kind, error.status, free)
                if job.arm == EMBED and error.kind in ("request", "not_found"):
                    self._do_without_vector(job, error)
                    return
                if not self._goes_on(job, error, trial):
                    return
            else:
                self.ledger.settle(
                    reserved, reserved[0] if usd is None else usd, reserved[1] if tokens is None else tokens
                )
                self.proved = True
                with self.lock:
                    self.failed = 0
                    self.made = self.made or job.arm == EMBED
                    self.taken = self.taken or job.arm != EMBED
                return

    def _turn_down(self, job: _Job, number: int, error: EndpointError) -> None:
        """Keep that the server does not take this row; where it takes none of any arm, the run ends with its words."""
        self.file.answer(number, "", Usage(0, 0, 0), 0.0, NOT_TAKEN, error.said)
        with self.lock:
            self.turned_down[job.arm] += 1
            none = not self.taken and self.turned_down.total() >= REFUSED_AT_START
            none = none and self.expected <= set(self.turned_down)
        if none:
            self._end("error", error)

    def _do_without_vector(self, job: _Job, error: EndpointError) -> None:
        """Find which texts the server makes no vectors of. They are left out; where it makes none, all of them are."""
        texts: list[str] = job.asked
        if len(texts) > 1 and error.kind == "request":
            half = len(texts) // 2
            for at, some in enumerate((texts[:half], texts[half:])):
                if not self.no_vectors:
                    self._do(self._embedding_job(f"{job.row}.{at}", some))
            return
        with self.lock:
            self.unmade.update(dict.fromkeys(texts, error.said))
            if error.kind == "not_found" or (not self.made and len(self.unmade) >= REFUSED_AT_START):
                self.no_vectors = error
                self.unmade.clear()  # it is no text's fault

    def _goes_on(self, job: _Job, error: EndpointError, trial: int) -> bool:
        """Whether a request that failed is sent again; sees to it that nobody sends too early."""
        if error.kind == "cancelled" or self.stop.is_set():
            return False
        if not error.passing:
            self._end("error", error)
            return False
        asked = error.retry_after
        if asked is not None and asked > LONGEST_ASKED_S:
            self._end("error", error)
            return False
        if trial + 1 == TRIES:
            with self.lock:
                self.failed += 1
                self.last = error
                many = self.failed >= MOST_FAILED
                if many and job.arm == EMBED:  # other ways to ask may fare better
                    self.no_vectors, self.failed, many = error, 0, False
            if many:
                self._end("error", error)
            return False
        wait = (
            asked if asked is not None else min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**trial) * (0.5 + self.random.random())
        )
        if error.kind == "busy":  # the limit is everybody's
            with self.lock:
                self.wait_until = max(self.wait_until, time.monotonic() + wait)
        else:
            self.stop.wait(wait)
        return True

    def _pause(self) -> None:
        """Wait as long as the server asked for."""
        while (left := self.wait_until - time.monotonic()) > 0 and not self.stop.wait(min(left, LOOK_S)):
            pass

    def _lose(self, lost: NotHeld) -> None:
        self.lost = lost
        self._end("error", None)

    def _end(self, how: Ending, why: EndpointError | Note | None) -> None:
        with self.lock:
            if not self.stop.is_set():
                self.how, self.why = how, why
                self.stop.set()

    # Jobs

    def _embedding_jobs(self) -> Iterator[_Job]:
        for name, texts in self.pilot._to_embed():
            if self.no_vectors:
                return
            yield self._embedding_job(name, texts)

    def _embedding_job(self, name: str, texts: list[str]) -> _Job:
        most = sum(most_input_tokens(text, 0) for text in texts)
        return _Job(EMBED, name, texts, self.setup.most_vectors_usd(most), most, self._embedder(texts))

    def _embedder(self, texts: list[str]) -> Callable[[int], tuple[float | None, int | None]]:
        def send(number: int) -> tuple[float | None, int | None]:
            done = self.client.embed(texts)
            before, now = self.file.vector_length(), done.vectors.shape[1]
            if before not in (None, now):
                note = Note(
                    "{host} makes vectors of {before} numbers and of {now}, which cannot be compared.",
                    host=self.endpoint.host,
                    before=before,
                    now=now,
                )
                raise EndpointError("request", note, said=f"dim {before} ≠ {now}")
            usd = None if done.usage.input is None else self.setup.vectors_usd(done.usage.input)
            self.file.put_vectors(texts, done.vectors)
            self.file.answer(number, "", done.usage, usd, whole_s=done.whole_s)
            self._note_model(EMBED, self.setup.vector_model, done.model)
            return usd, done.usage.input

        return send

    def _answer_jobs(self, shown: Shown, left: Set[str]) -> Iterator[_Job]:
        for arm, row in self.pilot.todo():
            if not arm.asks or arm.id in left or self.pilot._is_given_up(arm):
                continue
            if arm.embeds and not shown.has(row):
                self._pass_over(arm, row)
                continue
            schema = self.setup.answer_schema if arm.structured else None
            messages = messages_for(arm, row, shown.examples(arm, row), shown.passages(arm, row))
            tools = row.get("tools")
            asked = {
                "messages": messages,
                **({"schema": schema} if schema else {}),
                **({"tools": tools} if tools else {}),
            }
            sent = most_input_tokens(json_text(asked), len(messages))
            tariff = self.setup.tariff(self.setup.model_of(arm))
            usd = tariff.usd(Usage(sent, 0, self.setup.most_tokens)) if tariff else None
            model, most = self.setup.model_of(arm), self.setup.most_tokens
            send = self._sender(arm.id, model, messages, schema, tools, most)
            yield _Job(arm.id, row["id"], asked, usd, sent + self.setup.most_tokens, send)

    def _pass_over(self, arm: Arm, row: Row) -> None:
        """Leave a row that has no vector: for the next run, or as not taken where the server makes none of it."""
        reason = self.unmade.get(question(row["messages"]))
        if reason is None:
            return
        number = self.file.send(arm.id, row["id"], {}, 0.0, 0)
        if number is not None:
            self.file.answer(number, "", Usage(0, 0, 0), 0.0, NOT_TAKEN, reason)

    def _judging_jobs(self) -> Iterator[_Job]:
        tariff = self.setup.tariff(self.setup.judge_model)
        for arm, row, text in self.pilot.to_judge():
            messages = judging_messages(row, text)
            asked = {"messages": messages, "schema": JUDGE_SCHEMA}
            sent = most_input_tokens(json_text(asked), len(messages))
            usd = tariff.usd(Usage(sent, 0, JUDGE_TOKENS)) if tariff else None
            name = marked(self.setup.judge_model, arm.id)
            send = self._sender(name, self.setup.judge_model, messages, JUDGE_SCHEMA, None, JUDGE_TOKENS)
            yield _Job(name, row["id"], asked, usd, sent + JUDGE_TOKENS, send)

    def _note_model(self, arm: str, asked: str, told: str) -> None:
        """Keep that another model answered, where the server says so."""
        if is_other(asked, told):
            self.file.other_model(arm, asked, told)

    def _sender(
        self, arm: str, model: str, messages: list[Row], schema: dict[str, Any] | None, tools: Any, most_tokens: int
    ) -> Callable[[int], tuple[float | None, int | None]]:
        def send(number: int) -> tuple[float | None, int | None]:
            done = self.client.complete(
                messages, schema, model=model, tools=tools, most_tokens=most_tokens, stop=self.stop.is_set
            )
            tariff = self.setup.tariff(model)
            usd = tariff.usd(done.usage) if tariff else None
            self.file.answer(
                number, done.text, done.usage, usd, done.finish, done.refusal, done.first_token_s, done.whole_s
            )
            self._note_model(arm, model, done.model)
            given, taken = done.usage.input, done.usage.output
            if taken is not None and taken > most_tokens + LIMIT_OFF:
                note = Note(
                    "{host} does not keep to the limit of {most} tokens: an answer took {n}. So nobody can say what a "
                    "run may cost. Ask another server, or plan it with a higher limit.",
                    host=self.endpoint.host,
                    most=most_tokens,
                    n=taken,
                )
                self._end("error", note)
            return usd, None if given is None or taken is None else given + taken

        return send

    def _classify(self, shown: Shown, left: Set[str]) -> None:
        """Let each classifier answer; that sends nothing."""
        answered = self.file.answered()
        for arm in self.setup.arms:
            if arm.asks or arm.id in left or self.cancelled.is_set():
                continue
            todo = [row for row in self.pilot.held_out if (arm.id, row["id"]) not in answered]
            rows = [row for row in todo if shown.has(row)]
            for row in todo:
                if not shown.has(row):
                    self._pass_over(arm, row)
            if not rows:
                continue
            examples = shown.pool_of(arm)
            learned, asked = (
                shown.vectors_of([question(row["messages"]) for row in some]) for some in (examples, rows)
            )
            labels = [str(row["gold"]) for row in examples]
            if len(set(labels)) > 1:
                predicted = fit(learned, labels, self.setup.seed).predict(asked)
            else:
                predicted = labels[:1] * len(rows)
            for row, label in zip(rows, predicted, strict=True):
                number = self.file.send(arm.id, row["id"], {}, 0.0, 0)
                if number is not None:
                    self.file.answer(number, label, Usage(0, 0, 0), 0.0)


def pool(examples: Sequence[Row], size: int | None, seed: int, draw: int = 0) -> list[Row]:
    """So many of the examples, drawn at random: a smaller pool is within a larger one. Every `draw` but the first is
    another order, too, so that all of them begin with others.
    """
    if draw:
        order = np.random.default_rng((seed, draw)).permutation(len(examples))[:size]
        return [examples[place] for place in order]
    if size is None or size >= len(examples):
        return list(examples)
    order = np.random.default_rng(seed).permutation(len(examples))[:size]
    return [examples[place] for place in sorted(order)]


class Shown:
    """Which examples and passages a row is asked with.

    Passages are found by the cosine to every one of them, in numpy: a pilot has thousands at most, where that takes
    milliseconds and misses nothing. Qdrant in local mode does the same, in numpy too, for a package more.
    """

    def __init__(self, pilot: Pilot, unmade: Container[str] = ()) -> None:
        """`unmade`: texts of which the server makes no vector; examples and passages among them are left out."""
        self._pilot = pilot
        self._unmade = unmade
        self._pools: dict[tuple[int | None, int, bool], list[Row]] = {}
        self._matrices: dict[object, npt.NDArray[np.float32]] = {}

    def is_ready(self, arm: Arm) -> bool:
        """Whether there are vectors of all among which an arm finds what is like a question, and any of them."""
        if not arm.embeds:
            return True
        texts = self._passages if arm.passages else [question(row["messages"]) for row in self.pool_of(arm)]
        return bool(texts) and all(text in self._vectors for text in texts)

    def has(self, row: Row) -> bool:
        """Whether there is a vector of its question."""
        return question(row["messages"]) in self._vectors

    def pool_of(self, arm: Arm) -> list[Row]:
        """Examples among which an arm chooses, or from which it learns."""
        key = (arm.pool, arm.draw, arm.embeds)
        if key not in self._pools:
            some = pool(self._pilot.examples, arm.pool, self._pilot.setup.seed, arm.draw)
            self._pools[key] = [row for row in some if not arm.embeds or question(row["messages"]) not in self._unmade]
        return self._pools[key]

    def examples(self, arm: Arm, row: Row) -> list[Row]:
        """As many as the arm shows; those found by likeness with the likest last."""
        if not arm.shots:
            return []
        some = self.pool_of(arm)
        if arm.kind != "few_shot_retrieved":
            return spread(some, arm.shots)
        matrix = self._matrix(("examples", arm.pool), [question(one["messages"]) for one in some])
        return [some[place] for place in reversed(self._nearest(matrix, row, arm.shots))]

    def passages(self, arm: Arm, row: Row) -> list[str]:
        if not arm.passages:
            return []
        matrix = self._matrix("passages", self._passages)
        return [self._passages[place] for place in self._nearest(matrix, row, arm.passages)]

    def vectors_of(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return np.array([self._vectors[text] for text in texts])

    def _matrix(self, name: object, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        if name not in self._matrices:
            self._matrices[name] = self.vectors_of(texts)
        return self._matrices[name]

    def _nearest(self, matrix: npt.NDArray[np.float32], row: Row, n: int) -> list[int]:
        likeness = matrix @ self._vectors[question(row["messages"])]
        return [int(place) for place in np.argsort(-likeness, kind="stable")[:n]]

    @cached_property
    def _passages(self) -> list[str]:
        return [text for text in self._pilot.passages if text not in self._unmade]

    @cached_property
    def _vectors(self) -> dict[str, npt.NDArray[np.float32]]:
        rows = (question(row["messages"]) for row in (*self._pilot.held_out, *self._pilot.examples))
        return self._pilot.file.vectors([*rows, *self._pilot.passages])
