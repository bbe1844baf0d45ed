"""Better prompting: versions of the prompt on the same cases, the first of them the bare instruction."""

from __future__ import annotations

from advisor.kits.kit import Files, Kit, Material


def _prompts(material: Material) -> Files:
    """The first sentence of the prompt, and all of it."""
    lines = material.system.splitlines() or [""]
    return {"prompts/v1.txt": f"{lines[0]}\n".encode(), "prompts/v2.txt": f"{material.system}\n".encode()}


KIT = Kit(id="prompting", options=("prompting",), scripts=("prompt_versions.py",), files=_prompts)
