"""What every text says, read from the code once for all tests of a worker, and not before one of them asks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from advisor.translations import messages


@cache
def known_messages() -> Mapping[str, messages.Message]:
    """Every message by its English text."""
    return MappingProxyType(messages.messages())
