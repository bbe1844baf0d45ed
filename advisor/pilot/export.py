"""One arm of a pilot as an evaluation that other tools run: a task of inspect_ai and a configuration of promptfoo.

They ask with the same messages, examples and passages among them, and judge by the same file as `advisor score`.
"""

from __future__ import annotations

from advisor.dataset import scoring
from advisor.dataset.files.writers import json_document, json_lines
from advisor.dataset.row import Unusable
from advisor.dataset.scoring import METRICS
from advisor.kits.evaluation import SCRIPTS, promptfoo_config
from advisor.kits.kit import Files
from advisor.kits.script_words import script_words
from advisor.language import Language
from advisor.pilot.arms import messages_for
from advisor.pilot.run import Pilot, Shown

USED = ("inspect_task.py", "promptfoo_case.py", "words.py")
"""Scripts of starter kits that do it."""


def evaluation_files(pilot: Pilot, arm_id: str, lang: Language) -> Files:
    """The files by name. Raises `Unusable` for an arm that there is not, that no language model answers, or that is
    bound to a schema; for a metric that lies in no file of Python alone; and for examples or passages found by likeness
    before there are vectors.
    """
    arm = next((arm for arm in pilot.setup.arms if arm.id == arm_id), None)
    if arm is None:
        known = ", ".join(arm.id for arm in pilot.setup.arms)
        raise Unusable('There is no arm "{name}"; there are {known}.', name=arm_id, known=known)
    if not arm.asks or arm.structured:
        raise Unusable("Only arms that ask a language model without a schema can be exported.")
    metric = pilot.setup.metric.name
    if metric not in METRICS:
        raise Unusable("What is judged by {metric} cannot be exported.", metric=metric)
    shown = Shown(pilot)
    if arm.embeds and not (shown.is_ready(arm) and all(shown.has(row) for row in pilot.held_out)):
        raise Unusable("Run the pilot first: this arm asks with what is found by vectors.")
    rows = [
        {
            **row,
            "metric": metric,
            "messages": messages_for(arm, row, shown.examples(arm, row), shown.passages(arm, row)),
        }
        for row in pilot.held_out
    ]
    with open(scoring.__file__, "rb") as file:  # noqa: PTH123
        scorer = file.read()
    files = {
        **{name: (SCRIPTS / name).read_bytes() for name in USED},
        "scoring.py": scorer,
        "evaluation/evaluation_set.jsonl": json_lines(rows),
        "promptfooconfig.yaml": promptfoo_config(rows).encode(),
    }
    if tools := rows[0].get("tools"):
        files["tools.json"] = f"{json_document(tools)}\n".encode()
    if words := script_words(USED, lang):
        files["words.json"] = f"{json_document(words)}\n".encode()
    return files
