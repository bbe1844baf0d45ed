"""Compares what models answered to the same test cases: how many are right, how sure that is, and whether the
difference could be chance.

python compare.py                     every file in answers/ with the baseline
python compare.py baseline tuned      two of them
"""

import sys
from math import comb, sqrt
from typing import Any

from endpoint import HERE, rows
from scoring import PASSES, score
from words import number, say

Z = 1.959964
"""Standard normal deviate of a 95% interval."""
LIKELY = 0.05
"""Chance above which a difference is called possibly chance."""


def right(name: str) -> dict[str, bool]:
    """Per test case that a program can judge, whether it was answered rightly."""
    scores = {row["id"]: (row, score(row, row["prediction"])) for row in rows(f"answers/{name}.jsonl")}
    return {
        case: value >= (PASSES if row["metric"] == "likeness" else 1.0)
        for case, (row, value) in scores.items()
        if value is not None
    }


def interval(k: int, n: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share of k in n."""
    middle, spread = k + Z**2 / 2, Z * sqrt(k * (n - k) / n + Z**2 / 4)
    return (middle - spread) / (n + Z**2), (middle + spread) / (n + Z**2)


def by_chance(better: int, worse: int) -> float:
    """How often so uneven a split comes about where both are as good (McNemar's exact test, two-sided)."""
    n = better + worse
    tail = sum(comb(n, k) for k in range(min(better, worse) + 1)) / 2**n
    return min(1.0, 2 * tail)


def compare(first: str, second: str) -> dict[str, Any]:
    """Print both on the cases that both answered; the counts, for whoever keeps them."""
    one, other = right(first), right(second)
    same = sorted(one.keys() & other.keys())
    if not same:
        sys.exit(say("{first} and {second} share no test case that a program can judge.", first=first, second=second))
    found: dict[str, Any] = {"cases": len(same)}
    for name, judged in ((first, one), (second, other)):
        k = sum(judged[case] for case in same)
        low, high = interval(k, len(same))
        found[name] = {"right": k, "low": low, "high": high}
        print(
            say(
                "{name}: {k} of {n} right, {share}% (95% interval {low} to {high}%)",
                name=name,
                k=k,
                n=len(same),
                share=number(100 * k / len(same), 0),
                low=number(100 * low, 0),
                high=number(100 * high, 0),
            )
        )
    better = sum(other[case] and not one[case] for case in same)
    worse = sum(one[case] and not other[case] for case in same)
    found["chance"] = chance = by_chance(better, worse)
    print(
        say(
            "{second} is right in {better} that {first} has wrong, and wrong in {worse} that it has right.",
            first=first,
            second=second,
            better=better,
            worse=worse,
        )
    )
    share = number(100 * chance, 1)
    print(
        say("That can be chance: with two equal models it happens in {share}% of comparisons. Add cases.", share=share)
        if chance > LIKELY
        else say("That is hardly chance: with two equal models it happens in {share}% of comparisons.", share=share)
    )
    return found


if __name__ == "__main__":
    named = sys.argv[1:]
    files = sorted(file.stem for file in (HERE / "answers").glob("*.jsonl") if not file.stem.startswith("safety"))
    for missing in [name for name in named or ["baseline"] if name not in files]:
        wanted = {"file": f"answers/{missing}.jsonl", "command": f"python baseline.py {missing}"}
        sys.exit(say("There is no {file} yet; {command} writes it.", **wanted))
    pairs = [tuple(named)] if len(named) > 1 else [("baseline", name) for name in files if name != "baseline"]
    if not pairs:
        sys.exit(say("Only the baseline has answered so far: score a second one on the same cases."))
    for first, second, *_ in pairs:
        compare(first, second)
