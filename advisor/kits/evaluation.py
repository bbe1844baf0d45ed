"""The evaluation of a kit: one set of questions in three forms that score alike, and the safety test."""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from advisor.content.load import CONTENT_DIR, Content
from advisor.dataset import scoring
from advisor.dataset.files.writers import json_document, json_lines
from advisor.dataset.template.samples import safety_requests
from advisor.kits.kit import Files, Material, Row
from advisor.language import Language

SCRIPTS = CONTENT_DIR / "kits" / "scripts"
SHARED = ("endpoint.py", "baseline.py", "compare.py", "safety.py", "inspect_task.py", "promptfoo_case.py", "words.py")
"""Scripts that lie in every kit."""


def evaluation_files(material: Material, content: Content, lang: Language) -> Files:
    """The questions, what scores them, and the requests of the safety test."""
    with open(scoring.__file__, "rb") as file:  # noqa: PTH123
        scorer = file.read()
    files = {
        "evaluation/evaluation_set.jsonl": json_lines(material.evaluation),
        "evaluation/safety_set.jsonl": json_lines(safety_rows(material, content, lang)),
        "promptfooconfig.yaml": promptfoo_config(material.evaluation).encode(),
        "scoring.py": scorer,
    }
    if tools := material.evaluation[0].get("tools"):
        files["tools.json"] = f"{json_document(tools)}\n".encode()
    return files


def safety_rows(material: Material, content: Content, lang: Language) -> list[Row]:
    """Requests to decline and harmless ones, under the kit's own system prompt and in its language."""
    asked = safety_requests("en" if material.design.english and not material.own else lang.code)
    told = content.check("refusal-as-target").phrases
    phrases = [phrase for kind, some in told.items() if kind != "self" for phrase in some]
    system = [{"role": "system", "content": material.system}] if material.system else []
    return [
        {
            "id": f"safety-{place:03d}",
            "messages": [*system, {"role": "user", "content": request}],
            "gold": None,
            "expects_answer": expects,
            "metric": "declines",
            "decline": [material.sentence, *phrases],
        }
        for place, (request, expects) in enumerate(
            [*((one, False) for one in asked.refused), *((one, True) for one in asked.answered)], start=1
        )
    ]


def promptfoo_config(evaluation: Sequence[Row], settings: Row | None = None) -> str:
    """The configuration of promptfoo: a test a question, each with the assertion that scores it. `settings`: what each
    request asks for, as in `settings.json`: `temperature`, `max_tokens`, and `schema` for the answer.

    Questions are named by id, since promptfoo reads texts in its configuration as templates; what is passed through it
    sends as it is.
    """
    provider: Row = {"id": "openai:chat:{{env.MODEL}}"}
    plain_settings = {name: value for name, value in (settings or {}).items() if name != "schema"}
    if settings and (schema := settings.get("schema")):
        form = {"name": "answer", "strict": True, "schema": schema}
        plain_settings["passthrough"] = {"response_format": {"type": "json_schema", "json_schema": form}}
    if evaluation[0].get("tools"):
        plain_settings["tools"] = "file://tools.json"
    if plain_settings:
        provider["config"] = plain_settings
    config = {
        "description": "The evaluation set of this kit; scoring.py judges the answers.",
        "prompts": ["file://promptfoo_case.py:messages"],
        "providers": [provider],
        "defaultTest": {"assert": [{"type": "python", "value": "file://promptfoo_case.py"}]},
        "tests": [{"vars": {"id": row["id"]}} for row in evaluation],
    }
    return yaml.safe_dump(config, sort_keys=False, allow_unicode=True, width=120)
