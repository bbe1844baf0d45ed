"""What to try next: what was shown to be better, together. Later arms build on what earlier ones showed."""

from __future__ import annotations

from advisor.pilot.arms import Arm
from advisor.pilot.measurements import Summary


def combined_arm(arms: tuple[Arm, ...], shown: Summary) -> Arm | None:
    """One arm with the best prompt, the schema and the examples that were each shown to be better than as it is; None
    where fewer than two of them were, or where that was tried.
    """
    better = [one for one in shown.differences if one.shown and one.difference > 0]
    by_id = {arm.id: arm for arm in arms}
    best = [by_id[one.arm] for one in sorted(better, key=lambda one: -one.difference)]
    prompt = next((arm for arm in best if arm.kind == "prompt"), None)
    schema = next((arm for arm in best if arm.kind == "structured"), None)
    examples = next((arm for arm in best if arm.kind in ("few_shot", "few_shot_retrieved")), None)
    parts = [arm for arm in (examples, schema, prompt) if arm]
    if len(parts) < 2:
        return None
    combined = Arm(
        id="+".join(arm.id for arm in parts)[:60],
        kind=parts[0].kind,
        system=prompt.system if prompt else None,
        structured=schema is not None,
        shots=examples.shots if examples else 0,
    )
    return None if any(arm.model_copy(update={"id": combined.id}) == combined for arm in arms) else combined
