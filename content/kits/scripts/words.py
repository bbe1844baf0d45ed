"""What the scripts of this kit say, in the language in which it was made; English stands in the scripts themselves."""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
KNOWN = json.loads((HERE / "words.json").read_text("utf-8")) if (HERE / "words.json").exists() else {}
"""`texts`, each by its English one, and `decimal`, the sign before a fraction; neither in an English kit."""


def say(message: str, /, **values: Any) -> str:
    """The message in the language of the kit, with `{name}` replaced by values."""
    text = KNOWN.get("texts", {}).get(message, message)
    return str(text.format(**values)) if values else str(text)


def number(value: float, digits: int = 1) -> str:
    """A number with so many digits after the decimal sign."""
    return f"{value:.{digits}f}".replace(".", KNOWN.get("decimal", "."))
