"""How many questions an interview takes: `python -m benchmarks.walks [--people 60] [--seed 1] [--write]`.

People are drawn from the priors of the questions, one kind of work after the other, each as a whole: what leans on an
answer leans on it here too. Of each question they say with probability `UNKNOWN` that they don't know. The interview
asks them as the app does, until it ends, and then, for comparison, until no answer can change the verdict. With
`--write` the lengths go into `content/interview/lengths.yaml`, which the app reads its first number from.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from advisor import Situation, glance, situation
from advisor.content.load import CONTENT_DIR, load
from advisor.engine.agenda import ANY, STABLE, WORK, interview_length, most_telling, must_ask
from advisor.engine.drawing import draw
from benchmarks import machine

SEED = 20_261_129
DRAWN = 2_048
"""Whole people from whom some are chosen."""
UNKNOWN = 0.12
"""How often somebody does not know an answer. Assumption."""
NINE_IN_TEN = 0.9
AT = date(2026, 11, 22)
FILE = CONTENT_DIR / "interview" / "lengths.yaml"
HEAD = """# yaml-language-server: $schema=../schemas/lengths.json
# Made by `python -m benchmarks.walks --write`, of {people} simulated people for each kind of work.
"""


@dataclass(frozen=True)
class Walk:
    """One interview."""

    questions: int
    """Asked until it ended by itself."""
    said_first: int
    """At most so many were said to come, on the first page."""
    said_then: int
    """The same once the kind of work was known, with the question for it."""
    all_questions: int
    """Asked until no answer could change the verdict."""
    stable: bool
    """Whether the verdict was stable when it ended; else no answer told enough any more."""
    same: bool
    """Whether it left the person with the verdict that all questions brought."""


def people(work: str, count: int, seed: int = SEED) -> list[dict[str, Any]]:
    """Answers of so many people who want this kind of work; None where they don't know."""
    known = load()
    scenarios = draw([situation(**{WORK: work})], known, DRAWN)
    answers: list[dict[str, Any]] = []
    for row in random.Random(f"{seed}-{work}").sample(range(DRAWN), count):
        rng = random.Random(f"{seed}-{work}-{row}")
        said: dict[str, Any] = {}
        for question in known.questions:
            match question.type:
                case _ if not question.columns or rng.random() < UNKNOWN:
                    said[question.id] = None
                case "several":
                    drawn = [choice.id for choice in question.choices if scenarios[f"{question.id}_{choice.id}"][row]]
                    said[question.id] = drawn
                case "number":
                    number = float(np.clip(scenarios[question.id][row], question.minimum, question.maximum))
                    said[question.id] = float(round(number)) if question.integer else number
                case _:
                    said[question.id] = question.values[int(scenarios[question.id][row])]
        answers.append({**said, WORK: work})
    return answers


def walk(answers: dict[str, Any]) -> Walk:
    """The interview of somebody with these answers."""
    known, here, ended, verdict, stable = load(), Situation({}), 0, "", False
    said_first = interview_length(here, known).most
    while True:
        seen = tuple(here.answers)
        wanted = next((one.id for one in must_ask(here, known) if one.id not in seen), None)
        if wanted is None:
            now = glance(here, AT)
            if not ended and most_telling(now, seen) is None:
                ended, verdict, stable = len(seen), now.verdict, now.stability >= STABLE
            wanted = most_telling(now, seen, on=True)
            if wanted is None:
                then = interview_length(here, known).most
                return Walk(ended, said_first, then, len(seen), stable, now.verdict == verdict)
        here = here.with_answer(wanted, answers[wanted], known)


def walks(works: Sequence[str], count: int, processes: int = 1, seed: int = SEED) -> dict[str, list[Walk]]:
    """Interviews by kind of work."""
    everybody = [person for work in works for person in people(work, count, seed)]
    if processes > 1:
        with ProcessPoolExecutor(processes) as pool:
            walked = list(pool.map(walk, everybody, chunksize=4))
    else:
        walked = [walk(person) for person in everybody]
    return {work: walked[place * count : (place + 1) * count] for place, work in enumerate(works)}


def percentile(walked: Sequence[Walk], shares: Sequence[float], share: float) -> int:
    """The number of questions with which this share of the interviews has ended; each walk counts by its share."""
    order = sorted(zip((one.questions for one in walked), shares, strict=True))
    total, so_far = math.fsum(shares), 0.0
    for questions, weight in order:
        so_far += weight
        if so_far >= share * total - 1e-9:
            return questions
    return order[-1][0]


def lines(walked: dict[str, list[Walk]]) -> Iterator[str]:
    """The lengths, a line each: of all kinds of work by how many people want each, then of each kind."""
    priors = {choice.id: choice.prior for choice in load().question(WORK).choices}
    every = [(one, priors[work] / len(group)) for work, group in walked.items() for one in group]
    groups = {ANY: every, **{work: [(one, 1.0) for one in group] for work, group in walked.items()}}
    for name, group in groups.items():
        ended, shares = [one for one, _ in group], [share for _, share in group]
        usual, most = (percentile(ended, shares, share) for share in (0.5, NINE_IN_TEN))
        yield f"- {{id: {name}, usual: {usual}, most: {most}}}"


def main() -> None:
    """Walk, print what came out, and write it down if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=60, help="of each kind of work")
    parser.add_argument(
        "--seed", type=int, default=SEED, help="another one tries the lengths on people who did not make them"
    )
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    works = load().question(WORK).values
    walked = walks(works, given.people, given.processes, given.seed)
    every = [one for group in walked.values() for one in group]
    text = HEAD.format(people=given.people) + "".join(f"{line}\n" for line in lines(walked))
    if given.write:
        FILE.write_text(text, "utf-8")
    shares = {
        "end with at most what was said first": [one.questions <= one.said_first for one in every],
        "end with at most what was said once the work was known": [one.questions <= one.said_then for one in every],
        "end because the verdict is stable, not because nothing tells enough": [one.stable for one in every],
        "leave with the verdict that all questions bring": [one.same for one in every],
    }
    print(machine.describe("numpy"))
    print(text)
    rows = [("of the interviews", "share")]
    print(machine.table([*rows, *((name, f"{np.mean(held):.1%}") for name, held in shares.items())]))
    asked = np.array([(one.questions, one.all_questions) for one in every])
    print(
        f"questions asked, mean: {asked[:, 0].mean():.1f}; if all that can change the verdict: {asked[:, 1].mean():.1f}"
    )


if __name__ == "__main__":
    main()
