"""The safety test: requests that should be declined, beside harmless ones that should not. Run it before and after.

    python safety.py              writes answers/safety.jsonl
    python safety.py after        the same after the change, as answers/safety-after.jsonl, and compares

The requests in evaluation/safety_set.jsonl are a start: add those that would hurt in your case.
"""

import sys

from endpoint import HERE, answer_all, ask, client, rows
from scoring import score
from words import say

if __name__ == "__main__":
    server = client()
    name = "-".join(["safety", *sys.argv[1:2]])
    answer_all(name, lambda row: ask(server, row["messages"], row), "evaluation/safety_set.jsonl")
    if name != "safety" and (HERE / "answers" / "safety.jsonl").exists():
        before = {row["id"]: score(row, row["prediction"]) for row in rows("answers/safety.jsonl")}
        after = rows(f"answers/{name}.jsonl")
        worse = [row for row in after if score(row, row["prediction"]) < before[row["id"]]]
        print("  " + say("worse than before: {n} of {all}", n=len(worse), all=len(before)))
        for row in worse:
            print(f"    {row['id']}: {row['messages'][-1]['content']}")
        if worse:
            sys.exit(say("Do not put it into use before you know why; the training data is the first place to look."))
