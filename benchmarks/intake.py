"""What a model reads out of texts, against answers that a person gave: `python -m benchmarks.intake --endpoint URL
--model NAME [--cases 134] [--all] [--seed 1] [--record FILE]`.

The texts are the facts of published cases (`content/evidence/cases.yaml`), whose answers a person wrote from the same
facts without seeing the outcome. Cases come in an order drawn by the seed. Without `--all` the questions that everybody
is asked first are asked, else all. A number agrees where its range and the person's have a number in common. An answer
where the person gave none counts as invented, though at times the text holds it and the person did not write it down.
A case that the model is given up on counts as left open. What is in the record is not asked again.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from advisor.content.entries import Question
from advisor.content.evidence import EvidenceCase, evidence_cases
from advisor.content.load import load
from advisor.engine.agenda import must_ask
from advisor.interview.answers_file import read_situation
from advisor.interview.situation import Situation, Value
from advisor.pilot.endpoint import Client, Endpoint, EndpointError, connect
from advisor.pilot.intake import asked_of, read
from benchmarks import machine

CONTENT = load()
PATIENCE_S = 1_800.0
"""Seconds to wait for a token: a processor without help, that others use too, takes its time over a long text."""
AGREES, DIFFERS, LEFT_OPEN, INVENTED, BOTH_OPEN = "agrees", "differs", "left open", "invented", "both open"


def outcome(read_as: Value, blind: Value) -> str:
    """What one answer of the model is, beside the person's."""
    match read_as is None, blind is None:
        case True, True:
            return BOTH_OPEN
        case True, False:
            return LEFT_OPEN
        case False, True:
            return INVENTED
        case _:
            return AGREES if agree(read_as, blind) else DIFFERS


def agree(one: Value, other: Value) -> bool:
    """Whether two answers say the same; of several choices, whether they share one."""
    if isinstance(one, tuple) and isinstance(one[0], str):
        return bool(set(one) & set(other if isinstance(other, tuple) else (other,)))
    if isinstance(one, str):
        return one == other
    (low, high), (from_, to) = (end if isinstance(end, tuple) else (end, end) for end in (one, other))
    return low <= to and from_ <= high  # type: ignore[operator]


def first_questions() -> tuple[Question, ...]:
    wanted = {question.id for question in must_ask(Situation({}), CONTENT)}
    return tuple(question for question in asked_of(CONTENT) if question.id in wanted)


def judged(client: Client, case: EvidenceCase, questions: tuple[Question, ...]) -> dict[str, Any]:
    """What comes of a case: what each answer is, why answers were dropped, and how long it took in seconds."""
    blind, begun = read_situation(case.answers, CONTENT).answers, monotonic()
    answers: Mapping[str, Value] = {}
    dropped: list[str] = []
    given_up = ""
    try:
        intake = read(case.facts, client, CONTENT, questions)
        answers, dropped = intake.situation(CONTENT).answers, [one.why.message for one in intake.dropped]
    except EndpointError as error:
        if error.kind != "malformed":
            raise
        given_up = str(error)
    told = {one.id: outcome(answers.get(one.id), blind.get(one.id)) for one in questions}
    return {
        "case": case.id,
        "told": told,
        "dropped": dropped,
        "given_up": given_up,
        "seconds": round(monotonic() - begun, 1),
    }


def report(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """What comes of the cases together, question by question."""
    tallies: dict[str, Counter[str]] = defaultdict(Counter)
    dropped: Counter[str] = Counter()
    cases = given_up = 0
    for row in rows:
        cases += 1
        given_up += bool(row["given_up"])
        dropped.update(row["dropped"])
        for key, what in row["told"].items():
            tallies[key][what] += 1
    columns = (AGREES, DIFFERS, LEFT_OPEN, INVENTED, BOTH_OPEN)
    whole: Counter[str] = sum(tallies.values(), Counter())
    yield f"{cases} cases, {given_up} given up\n{'question':<24}" + "".join(f"{name:>12}" for name in columns)
    for name, tally in [*tallies.items(), ("all", whole)]:
        yield f"{name:<24}" + "".join(f"{tally[column]:>12}" for column in columns)
    known = whole[AGREES] + whole[DIFFERS] + whole[LEFT_OPEN]
    open_ = whole[INVENTED] + whole[BOTH_OPEN]
    yield f"of {known} answers that the person gave, {whole[AGREES]} are read alike and {whole[DIFFERS]} otherwise"
    yield f"of {open_} that the person left open, {whole[INVENTED]} are invented"
    yield "dropped: " + ("; ".join(f"{n} {why}" for why, n in dropped.most_common()) or "none")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--cases", type=int, default=len(evidence_cases()))
    parser.add_argument("--all", action="store_true", help="ask all questions")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", type=Path, help="a file for what comes of each case: JSONL")
    asked = parser.parse_args()
    questions = asked_of(CONTENT) if asked.all else first_questions()
    cases = list(evidence_cases())
    random.Random(asked.seed).shuffle(cases)
    rows: dict[str, dict[str, Any]] = {}
    if asked.record and asked.record.exists():
        rows = {row["case"]: row for row in map(json.loads, asked.record.read_text("utf-8").splitlines())}
    print(f"{asked.model}, {datetime.now(UTC):%Y-%m-%d}; {machine.describe('openai')}", flush=True)
    with connect(Endpoint(asked.endpoint, asked.model), PATIENCE_S, PATIENCE_S) as client:
        for case in cases[: asked.cases]:
            if case.id in rows:
                continue
            row = rows[case.id] = judged(client, case, questions)
            print(f"{case.id}: {dict(Counter(row['told'].values()))}, {row['seconds']} s", flush=True)
            if asked.record:
                with asked.record.open("a", encoding="utf-8") as record:
                    record.write(json.dumps(row) + "\n")
    print("\n".join(report(rows.values())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
