"""What a model reads out of texts, against answers that a person gave: `python -m benchmarks.intake --endpoint URL
--model NAME [--cases 134] [--all] [--seed 1]`.

The texts are the facts of published cases (`content/evidence/cases.yaml`), whose answers a person wrote from the same
facts without seeing the outcome. Cases come in an order drawn by the seed. Without `--all` the questions that everybody
is asked first are asked, else all. A number agrees where its range and the person's have a number in common. An answer
where the person gave none counts as invented, though at times the text holds it and the person did not write it down.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime

from advisor.content.entries import Question
from advisor.content.evidence import EvidenceCase, evidence_cases
from advisor.content.load import load
from advisor.engine.agenda import must_ask
from advisor.interview.answers_file import read_situation
from advisor.interview.situation import Situation, Value
from advisor.pilot.endpoint import Client, Endpoint, EndpointError, connect
from advisor.pilot.intake import Intake, asked_of, read
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


def judged(client: Client, case: EvidenceCase, questions: tuple[Question, ...]) -> tuple[dict[str, str], Intake]:
    blind = read_situation(case.answers, CONTENT)
    intake = read(case.facts, client, CONTENT, questions)
    answers = intake.situation(CONTENT).answers
    return {one.id: outcome(answers.get(one.id), blind.answers.get(one.id)) for one in questions}, intake


def report(tallies: dict[str, Counter[str]], dropped: Counter[str], cases: int) -> Iterator[str]:
    columns = (AGREES, DIFFERS, LEFT_OPEN, INVENTED, BOTH_OPEN)
    whole: Counter[str] = sum(tallies.values(), Counter())
    yield f"{cases} cases\n{'question':<24}" + "".join(f"{name:>12}" for name in columns)
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
    asked = parser.parse_args()
    questions = asked_of(CONTENT) if asked.all else first_questions()
    cases = list(evidence_cases())
    random.Random(asked.seed).shuffle(cases)
    tallies: dict[str, Counter[str]] = defaultdict(Counter)
    dropped: Counter[str] = Counter()
    done = 0
    print(f"{asked.model}, {datetime.now(UTC):%Y-%m-%d}; {machine.describe('openai')}", flush=True)
    with connect(Endpoint(asked.endpoint, asked.model), PATIENCE_S, PATIENCE_S) as client:
        for case in cases[: asked.cases]:
            try:
                told, intake = judged(client, case, questions)
            except EndpointError as error:
                print(f"{case.id}: {error}", file=sys.stderr)
                continue
            done += 1
            for key, what in told.items():
                tallies[key][what] += 1
            dropped.update(one.why.message for one in intake.dropped)
            counts = Counter(told.values())
            print(f"{case.id}: {dict(counts)}, {len(intake.dropped)} dropped, {intake.requests} requests", flush=True)
    print("\n".join(report(tallies, dropped, done)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
