"""All formats that rows are read in and written in, collected from the families.

A new format is an entry in the file of its family, or in a new file beside these, with `FORMATS` and, where it can be
written, `TARGETS`; which platforms read it stands in `content/platforms.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from advisor.dataset.formats import families
from advisor.dataset.formats.definition import Format, Target

_formats: dict[str, Format] = {}
_targets: dict[str, Target] = {}

FORMATS: Mapping[str, Format] = MappingProxyType(_formats)
"""Every format by its id, the telling ones first; `unknown` is the last."""
TARGETS: Mapping[str, Target] = MappingProxyType(_targets)
"""Every format that can be written, by its id."""


def register(formats: Iterable[Format] = (), targets: Iterable[Target] = ()) -> None:
    """Add formats to those there are. In this process alone: those who count in others register them there as well.

    Raises `ValueError` for an id that is taken.
    """
    new_formats, new_targets = {form.id: form for form in formats}, {target.id: target for target in targets}
    if taken := (new_formats.keys() & _formats.keys()) | (new_targets.keys() & _targets.keys()):
        raise ValueError(f"there is such a format already: {', '.join(sorted(taken))}")
    _set({**_formats, **new_formats}, {**_targets, **new_targets})


def unregister(*ids: str) -> None:
    """Take the formats with these ids away, to read and to write."""
    _set(
        {name: form for name, form in _formats.items() if name not in ids},
        {name: target for name, target in _targets.items() if name not in ids},
    )


def _set(formats: Mapping[str, Format], targets: Mapping[str, Target]) -> None:
    _formats.clear()
    _formats.update(sorted(formats.items(), key=lambda entry: entry[1].order))
    _targets.clear()
    _targets.update(sorted(targets.items(), key=lambda entry: entry[1].order))
    demanded.cache_clear()


def format_of(name: str) -> Format:
    """The format with this id; that of unknown rows where there is none."""
    return _formats.get(name) or _formats["unknown"]


@cache
def demanded() -> frozenset[str]:
    """Names of the fields that some format demands."""
    fields = [field for form in _formats.values() for field in form.fields if field.required]
    return frozenset(name for field in fields for name in (field.key, *field.others))


for _module in iter_modules(families.__path__, f"{families.__name__}."):
    _family = import_module(_module.name)
    register(_family.FORMATS, getattr(_family, "TARGETS", ()))
