"""One arm of a pilot as an evaluation that other tools run: a task of inspect_ai and a configuration of promptfoo.

They ask with the same messages, examples and passages among them, with the same schema, limit and temperature, and
judge by the same file as the pilot.
"""

from __future__ import annotations

from advisor.dataset import scoring
from advisor.dataset.files.writers import json_document, json_lines
from advisor.dataset.row import Unusable
from advisor.kits.evaluation import SCRIPTS, promptfoo_config
from advisor.kits.kit import Files, Row
from advisor.kits.script_words import script_words
from advisor.language import Language
from advisor.pilot.arms import Arm, messages_for
from advisor.pilot.endpoint import TEMPERATURE
from advisor.pilot.run import Pilot, Shown

USED = ("inspect_task.py", "promptfoo_case.py", "words.py")
"""Scripts of starter kits that do it."""


def exported(pilot: Pilot) -> tuple[Arm, ...]:
    """The arms with all examples that a language model answers: other tools have nothing to ask for a classifier."""
    return tuple(arm for arm in pilot.setup.arms if arm.asks and arm.is_whole)


def evaluation_files(pilot: Pilot, arm_id: str, lang: Language) -> Files:
    """The files by name. Raises `Unusable` for an arm that there is not, or that no language model answers; and for
    examples or passages found by likeness before there are vectors.
    """
    arm = next((arm for arm in pilot.setup.arms if arm.id == arm_id), None)
    if arm is None:
        known = ", ".join(arm.id for arm in pilot.setup.arms)
        raise Unusable('There is no arm "{name}"; there are {known}.', name=arm_id, known=known)
    if not arm.asks:
        raise Unusable(
            "A classifier asks no language model, so inspect_ai and promptfoo have nothing to send; its answers are in "
            "`advisor pilot report --rows`."
        )
    shown = Shown(pilot)
    if arm.embeds and not (shown.is_ready(arm) and all(shown.has(row) for row in pilot.held_out)):
        raise Unusable("Run the pilot first: this arm asks with what is found by vectors.")
    rows = [
        {
            **pilot.setup.metric.of(row, arm.structured),
            "messages": messages_for(arm, row, shown.examples(arm, row), shown.passages(arm, row)),
        }
        for row in pilot.held_out
    ]
    settings: Row = {"temperature": TEMPERATURE, "max_tokens": pilot.setup.most_tokens}
    if arm.structured and pilot.setup.answer_schema:
        settings["schema"] = pilot.setup.answer_schema
    with open(scoring.__file__, "rb") as file:  # noqa: PTH123
        scorer = file.read()
    files = {
        **{name: (SCRIPTS / name).read_bytes() for name in USED},
        "scoring.py": scorer,
        "settings.json": f"{json_document(settings)}\n".encode(),
        "evaluation/evaluation_set.jsonl": json_lines(rows),
        "promptfooconfig.yaml": promptfoo_config(rows, settings).encode(),
    }
    if tools := rows[0].get("tools"):
        files["tools.json"] = f"{json_document(tools)}\n".encode()
    if words := script_words(USED, lang):
        files["words.json"] = f"{json_document(words)}\n".encode()
    return files
