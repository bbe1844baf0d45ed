"""Runs the checks of train.py on kits and models, where TRL is installed, and says as JSON how each ended.

Lines of `KIT CONFIG MODEL [ARGUMENT ...]` come in, each parted by tabs.
"""

import contextlib
import io
import json
import sys


def ended(kit: str, config: str, model: str, *more: str) -> dict[str, str]:
    """What a check printed, and with what it ended the script."""
    for name in ("train", "endpoint", "scoring", "words"):
        sys.modules.pop(name, None)
    sys.path[:0] = [kit]
    printed, why = io.StringIO(), ""
    with contextlib.redirect_stdout(printed):
        import train

        try:
            train.main(config, "--model_name_or_path", model, "--check", *more)
        except SystemExit as error:
            why = str(error.code)
    sys.path.remove(kit)
    return {"printed": printed.getvalue(), "why": why}


if __name__ == "__main__":
    results = [ended(*line.rstrip("\n").split("\t")) for line in sys.stdin]
    print(json.dumps(results))
