"""Fine-tuning at OpenAI: SFT, DPO and RFT with `method`, the job followed to its end."""

from __future__ import annotations

from advisor.content.load import Content
from advisor.dataset.template.job import METHODS, PLACEHOLDER_MODEL, method_body, suffix
from advisor.kits import continuing, tracking
from advisor.kits.kit import Files, Kit, Material, Row
from advisor.language import Language


def _job(material: Material, content: Content) -> Row:
    """What tune_openai.py sends, and until when OpenAI takes it."""
    route, kind = material.route, METHODS[material.shape]
    windows = route.windows if route else ()
    return {
        "job": {
            "vendor": "OpenAI",
            "platform": "openai",
            "model": route.model if route else PLACEHOLDER_MODEL,
            "method": method_body(kind, material.grader),
            "suffix": suffix(material.design.project),
            "seed": 1,
            "metadata": {"project": material.design.project} if material.design.project else {},
            "files": {"training_file": "data/train.jsonl", "validation_file": "data/validation.jsonl"},
            "closed_from": {window.to: window.closed_from.isoformat() for window in windows if window.closed_from},
            **continuing.continuation("OpenAI", material, content),
        },
        **tracking.tracking("openai", material),
    }


def _documents(material: Material, content: Content, lang: Language) -> Files:
    return continuing.page("OpenAI", material, content, lang) | tracking.experiment("openai", material, content, lang)


KIT = Kit(
    id="openai",
    options=("sft", "distill", "rag_sft", "dpo", "rft", "continue"),
    scripts=("tune_openai.py", "job_state.py", "tuning_job.py", "lineage.py", tracking.SCRIPT),
    platform="openai",
    shapes={"rag_sft": "rag", "dpo": "preference", "rft": "rft"},
    documents=_documents,
    settings=_job,
)
