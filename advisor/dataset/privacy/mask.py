"""What may be shown of the user's texts: excerpts in which personal data and secrets are masked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from advisor.dataset.privacy import find
from advisor.dataset.row import EVIDENCE, Fault, Note, excerpt

AROUND = 400
"""Characters on either side of a place that are looked through, so that nothing private is cut where it is shown."""

Hits = Mapping[str, Sequence[find.Hit]]
"""What is private in each of some texts."""


def masked(evidence: str) -> str:
    """What may be shown of a piece of the user's text."""
    return excerpt(_hidden(evidence, find.scan([evidence])[0])[0], most=EVIDENCE)


def masked_around(text: str, at: int = 0) -> str:
    """What may be shown of a text around `at`; nothing private shows where the excerpt would cut it."""
    start = max(0, at - AROUND)
    part = text[start : at + AROUND]
    return excerpt(*_hidden(part, find.scan([part])[0], at - start))


def masked_faults(faults: Sequence[Fault]) -> list[Fault]:
    """The same with field, evidence and values masked, all looked through at once."""
    texts: list[str] = []
    for fault in faults:
        texts += (fault.field, fault.evidence, *_strings(fault.values))
    hits = dict(zip(texts, find.scan(texts), strict=True))
    if not any(hits.values()):
        return [fault._replace(evidence=excerpt(fault.evidence)) for fault in faults]
    return [
        Fault(
            fault.check,
            _hidden(fault.field, hits[fault.field])[0],
            excerpt(_hidden(fault.evidence, hits[fault.evidence])[0], most=EVIDENCE),
            _hidden_values(fault.values, hits),
        )
        for fault in faults
    ]


def _strings(values: Mapping[str, object]) -> Iterator[str]:
    for value in values.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, Note):
            yield from _strings(value.values)


def _hidden_values(values: Mapping[str, object], hits: Hits) -> dict[str, object]:
    return {
        name: _hidden(value, hits[value])[0]
        if isinstance(value, str)
        else Note(value.message, **_hidden_values(value.values, hits))
        if isinstance(value, Note)
        else value
        for name, value in values.items()
    }


def _hidden(text: str, hits: Sequence[find.Hit], at: int = 0) -> tuple[str, int]:
    """The text with what was hit masked, and where `at` is in it."""
    shown, end, place = "", 0, at
    for hit in hits:
        shown += text[end : hit.start]
        if hit.start < at:
            place = len(shown)
        shown += hit.masked
        if hit.end <= at:
            place = len(shown) + at - hit.end
        end = hit.end
    return shown + text[end:], place
