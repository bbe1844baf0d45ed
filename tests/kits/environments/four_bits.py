"""Trains on kits and models in one process, where TRL and bitsandbytes are installed, and tells what it trained.

Lines of `KIT CONFIG MODEL [ARGUMENT ...]` come in, each parted by tabs.
"""

import json
import sys
from typing import Any

import transformers
from bitsandbytes.nn import Linear4bit


def trained(kit: str, config: str, model: str, *more: str) -> dict[str, Any]:
    """The layers in four bits, the parameters that learn, and the losses."""
    for name in ("train", "endpoint", "scoring", "words"):
        sys.modules.pop(name, None)
    sys.path[:0] = [kit]
    import train

    found: dict[str, Any] = {}
    plain = transformers.Trainer.train

    def watched(trainer: Any, *arguments: Any, **named: Any) -> Any:
        layers = [one for one in trainer.model.modules() if isinstance(one, Linear4bit)]
        found["layers"] = len(layers)
        found["types"] = sorted({one.weight.quant_state.quant_type for one in layers})
        found["nested"] = all(one.weight.quant_state.nested for one in layers)
        found["learns"] = sorted(
            {name.split(".")[-3] for name, one in trainer.model.named_parameters() if one.requires_grad}
        )
        done = plain(trainer, *arguments, **named)
        found["losses"] = [one["loss"] for one in trainer.state.log_history if "loss" in one]
        return done

    transformers.Trainer.train = watched
    try:
        train.main(config, "--model_name_or_path", model, *more)
    finally:
        transformers.Trainer.train = plain
        sys.path.remove(kit)
    return found


if __name__ == "__main__":
    results = [trained(*line.rstrip("\n").split("\t")) for line in sys.stdin]
    print(json.dumps(results))
