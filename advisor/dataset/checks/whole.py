"""The checks of a file as a whole: size, kind, balance, and what the platform demands of all rows together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute

from advisor.dataset.formats.registry import FORMATS
from advisor.dataset.place import spot, unit_of
from advisor.dataset.platforms import Limit, Platform
from advisor.dataset.row import Fault, excerpt

COMMON = 0.8
"""Share of one answer from which classes are called unequal: saying it always would score as much."""
TIMES = 10
"""Or the most common answer stands so many times as often as the rarest."""
REFUSING = 0.1
"""Share of refusals that is worth a look. Our judgement: no vendor names a figure."""
MOST_WANTED = 6
"""Formats whose fields are named where the rows have those of none."""
BETWEEN = re.compile(r"(?<=[^\W\d_])[\s_-]+(?=[^\W\d_])")
"""What joins the words of a label: one that is written another way is the same to a reader."""
FEW = 20
"""Rows below which shares say nothing."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What was counted while a file was read. None and empty: not known."""

    rows: int
    """Rows that could be read."""
    size: int | None = None
    """In bytes, not compressed."""
    container: str | None = None
    byte_order_mark: bool | None = None
    array: bool = False
    """The file is one JSON array though it was given as lines, or its platform reads lines only."""
    form: str | None = None
    systems: Mapping[str, int] = attribute(default_factory=dict)
    """Rows by system prompt (or its hash); rows without one are not here."""
    labels: Mapping[str, int] = attribute(default_factory=dict)
    """Rows by answer, where the answers are labels."""
    padded: Mapping[str, int] = attribute(default_factory=dict)
    """Rows by label, of those alone whose label stands between blanks."""
    answers: int = 0
    refusals: int = 0
    constants: Mapping[str, int] = attribute(default_factory=dict)
    """Grader fields that never differ, and their rows."""
    shapes: Mapping[frozenset[str], int] = attribute(default_factory=dict)
    """Rows by their fields, those of the first row first; rows of one field alone are not here."""
    spread: bool = False
    """Its rows lie over several lines each."""
    verdicts: Mapping[str, int] = attribute(default_factory=dict)
    """Rows by the verdict on their answer, in formats that have one."""
    kinds: Mapping[str, Mapping[str, int]] = attribute(default_factory=dict)
    """Rows by the kind of value (string, number, boolean) that each of their fields holds, and each field within."""
    kind_lines: Mapping[str, Mapping[str, Sequence[int]]] = attribute(default_factory=dict)
    """The first lines of each of those."""
    turn_keys: Mapping[str, int] = attribute(default_factory=dict)
    """Rows by the keys under which their turns say who speaks and what."""


def check_file(facts: FileFacts, platform: Platform | None = None, method: str | None = None) -> Iterator[Fault]:
    """What is wrong with the file. Without a platform only what holds everywhere."""
    if platform is not None:
        yield from _demands(facts, platform, method)
    if facts.form == "unknown" and facts.rows:
        yield Fault("unknown-format", "", "", {"fields": "; ".join(_wanted(platform, method))})
    if facts.byte_order_mark and (platform is None or platform.byte_order_mark == "unknown"):
        yield Fault("byte-order-mark")
    yield from _systems(facts)
    yield from _balance(facts)
    yield from _spellings(facts)
    yield from _kinds(facts, platform)
    yield from _turn_keys(facts)
    if len(facts.verdicts) == 1 and sum(facts.verdicts.values()) > 1:
        [(verdict, n)] = facts.verdicts.items()
        yield Fault("one-verdict", "", "", {"n": n, "verdict": verdict})
    if facts.answers >= FEW and facts.refusals > REFUSING * facts.answers:
        yield Fault("refusal-share", "", "", {"share": _percent(facts.refusals, facts.answers), "n": facts.refusals})
    if method == "rft" or facts.form == "openai_rft":
        for key, n in facts.constants.items():
            if n > 1:
                yield Fault("constant-field", key, "", {"key": key, "n": n})
        yield from _differing(facts.shapes)


def _wanted(platform: Platform | None, method: str | None) -> list[str]:
    """The fields of the formats that may have been meant: those that the platform reads, for this method."""
    known = platform.formats if platform is not None and platform.formats else sorted(FORMATS, key=_familiar)
    of_method = [form for form in known if FORMATS[form].fields and method in (None, FORMATS[form].method)]
    if not method and not (platform is not None and platform.formats):
        of_method = ["openai_chat", "prompt_completion", "alpaca", "sharegpt"]
    chosen = of_method or [form for form in known if FORMATS[form].fields]
    named = (", ".join(field.key for field in FORMATS[form].fields if field.required) for form in chosen)
    return [*dict.fromkeys(filter(None, named))][:MOST_WANTED]


def _familiar(form: str) -> int:
    return FORMATS[form].familiar


def _differing(shapes: Mapping[frozenset[str], int]) -> Iterator[Fault]:
    """Rows with other fields than the first, which a grader cannot read alike."""
    first, *others = shapes or [frozenset()]
    if others:
        keys = excerpt(", ".join(sorted(set().union(*(first ^ other for other in others)))))
        yield Fault("fields-differ", "", "", {"keys": keys, "n": sum(shapes[other] for other in others)})


def _demands(facts: FileFacts, platform: Platform, method: str | None) -> Iterator[Fault]:
    name = platform.name
    if method and platform.methods and method not in platform.methods:
        yield Fault("method-not-offered", "", "", {"platform": name, "method": method})
    if facts.form and facts.form != "unknown" and not platform.takes(facts.form):
        yield Fault("format-not-read", "", "", {"platform": name, "form": facts.form})
    if facts.array and platform.containers and "json" not in platform.containers:
        yield Fault("top-level-array")
    elif facts.container and platform.containers and facts.container not in platform.containers and not facts.spread:
        allowed = ", ".join(platform.containers)
        values = {"platform": name, "allowed": allowed, "container": facts.container}
        yield Fault("container-not-read", "", "", values)
    if platform.byte_order_mark == "required" and facts.byte_order_mark is False and facts.container == "jsonl":
        yield Fault("missing-byte-order-mark", "", "", {"platform": name})
    if platform.byte_order_mark == "refused" and facts.byte_order_mark:
        yield Fault("byte-order-mark-refused", "", "", {"platform": name})
    least, advised, most = platform.minimum_rows, platform.recommended_rows, platform.maximum_rows
    if least is not None and facts.rows < least.value:
        yield _against("too-few-rows", facts.rows, "least", least, name)
    elif advised is not None and facts.rows < advised.value:
        yield _against("few-rows", facts.rows, "least", advised, name)
    if most is not None and facts.rows > most.value:
        yield _against("too-many-rows", facts.rows, "most", most, name)
    size = platform.file_size
    if size is not None and facts.size is not None and facts.size >= size.value:
        yield _against("file-too-large", facts.size, "most", size, name)


def _against(check: str, n: int, word: str, limit: Limit, name: str) -> Fault:
    """A count that breaks a limit; the fact's id goes along, so that the figure leads to its source and date."""
    return Fault(check, "", "", {"n": n, word: limit.value, "platform": name, "fact": limit.fact})


def _systems(facts: FileFacts) -> Iterator[Fault]:
    """Several system prompts, unless they differ from row to row by design."""
    having = sum(facts.systems.values())
    if not having or facts.rows < 2:
        return
    without = max(0, facts.rows - having)
    common = max(facts.systems.values())
    by_design = len(facts.systems) > 2 and common < 0.1 * facts.rows
    if (len(facts.systems) > 1 or without) and not by_design:
        values = {"n": len(facts.systems), "share": _percent(common, facts.rows), "without": without}
        yield Fault("inconsistent-system-prompt", "", "", values)


def _balance(facts: FileFacts) -> Iterator[Fault]:
    rows = sum(facts.labels.values())
    if rows < FEW:
        return
    label, most = max(facts.labels.items(), key=lambda one: one[1])
    rarest, least = min(facts.labels.items(), key=lambda one: one[1])
    if len(facts.labels) == 1:
        yield Fault("single-class", "", excerpt(label), {"n": rows})
    elif most > COMMON * rows or most > TIMES * least:
        values = {"label": excerpt(label, most=40), "share": _percent(most, rows), "rarest": excerpt(rarest, most=40)}
        yield Fault("class-imbalance", "", excerpt(label), {**values, "n": least})


def _spellings(facts: FileFacts) -> Iterator[Fault]:
    """Labels that are one but for capitals, blanks and punctuation; signs alone, as + and -, are labels apart."""
    groups: dict[str, list[str]] = {}
    for label in facts.labels:
        groups.setdefault(_bare(label), []).append(label)
    for alike in groups.values():
        usual = max(alike, key=lambda one: (facts.labels[one], one))
        others = [one for one in alike if one != usual]
        padded = [one for one in alike if 0 < facts.padded.get(one, 0) < sum(facts.labels[each] for each in alike)]
        n = sum(facts.labels[one] for one in others) + facts.padded.get(usual, 0) * (usual in padded)
        if others or padded:
            shown = [*others, *(f"{one} " for one in padded if one == usual)]
            named = ", ".join(f'"{excerpt(one, most=40)}"' for one in shown[:5])
            yield Fault("label-variants", "", "", {"label": excerpt(usual, most=40), "others": named, "n": n})


def _bare(label: str) -> str:
    return BETWEEN.sub(" ", label.casefold().strip(" .,;:!?\"'")) or label


def _turn_keys(facts: FileFacts) -> Iterator[Fault]:
    """ShareGPT rows whose turns have other keys than those of most."""
    (usual, most), *others = sorted(facts.turn_keys.items(), key=lambda one: (-one[1], one[0])) or [("", 0)]
    if others:
        values = {"keys": others[0][0], "usual": usual, "n": sum(n for _, n in others), "most": most}
        yield Fault("turn-keys-differ", "", "", values)


def _kinds(facts: FileFacts, platform: Platform | None) -> Iterator[Fault]:
    """Columns in which a few rows hold another kind of value than the others.

    Services that take calls as text read tools as JSON and not as columns: defaults of several kinds are sound there.
    """
    for key, kinds in sorted(facts.kinds.items()):
        if key.startswith("tools[") and (platform is None or platform.arguments == "text"):
            continue
        (usual, most), *others = sorted(kinds.items(), key=lambda one: (-one[1], one[0]))
        if others and most > sum(n for _, n in others):
            kind, n = others[0]
            unit = unit_of(facts.container or "")
            places = tuple(spot(line, unit) for line in facts.kind_lines.get(key, {}).get(kind, ()))
            shown = excerpt(key)
            values = {"key": shown, "kind": kind, "usual": usual, "n": n, "most": most, "places": places}
            yield Fault("mixed-kinds", shown, "", values)


def _percent(part: int, whole: int) -> str:
    """A share as it is written in every language that we have; below one percent with a digit more."""
    share = 100 * part / whole
    return f"{share:.0f}%" if share >= 1 else f"{share:.1f}%"
