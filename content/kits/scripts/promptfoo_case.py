"""What promptfoo asks and how it judges: the rows of evaluation/evaluation_set.jsonl, judged by scoring.py.

promptfooconfig.yaml names the rows by their ids alone, so that no text of a row is read as a template.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from scoring import PASSES, answer_text, score
from words import number, say

TEMPLATE = re.compile(r"\{[{%#]|#\}")
ROWS = {
    row["id"]: row
    for row in map(json.loads, (HERE / "evaluation" / "evaluation_set.jsonl").read_text("utf-8").splitlines())
}


def messages(context: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages of a row. promptfoo reads them as templates: what would open or end one is put there as a text."""
    row = ROWS[context["vars"]["id"]]
    return [{**one, "content": TEMPLATE.sub(r"{{ '\g<0>' }}", one["content"])} for one in row["messages"]]


def get_assert(output: Any, context: dict[str, Any]) -> dict[str, Any]:
    """Pass or fail, and the score that stands behind it."""
    row = ROWS[context["vars"]["id"]]
    # What a schema bound comes as an object, and so does a call of tools.
    answer = json.dumps(output) if row.get("structured") and not isinstance(output, str) else answer_text(output)
    given = score(row, answer)
    if given is None:
        return {"pass": False, "score": 0, "reason": say("a person has to judge this row with a rubric")}
    least = PASSES if row["metric"] == "likeness" else 1
    told = {"metric": row["metric"], "score": number(given, 2), "gold": repr(row["gold"])}
    return {"pass": given >= least, "score": given, "reason": say("{metric}: {score}, expected {gold}", **told)}
