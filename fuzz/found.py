"""What holds for everything that is found in a file, whatever it holds.

Each function raises `AssertionError` where something does not hold. What is expected is worked out anew, slowly and
straight on: lines by splitting, faults row by row without anything that rules texts out beforehand.
"""

from __future__ import annotations

import csv
import io
import json
import random
import zlib
from collections import Counter
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import Any
from unicodedata import normalize

from advisor.cli.check_text import check_text, profile_text
from advisor.content.load import load
from advisor.dataset import Finding, Inspection, Source, check_dict, inspect, open_source
from advisor.dataset.checks import check_row, refusal
from advisor.dataset.files.json_stream import Values, lines
from advisor.dataset.files.unpacking import in_utf_8, unpacked
from advisor.dataset.formats.reading import conversation
from advisor.dataset.platforms import platform as platform_of
from advisor.dataset.privacy import find
from advisor.dataset.privacy.mask import masked_faults
from advisor.dataset.row import Fault, Note, Row
from advisor.dataset.rows.cells import cell
from advisor.dataset.tokens import exact
from advisor.dataset.tokens.fast import counts
from advisor.language import language

CONTENT = load()
CHECKS = {check.id: check for check in CONTENT.checks}
BETWEEN_ROWS = frozenset(
    {
        "exact-duplicate",
        "normalised-duplicate",
        "key-order-duplicate",
        "near-duplicate",
        "conflicting-answers",
        "leak-exact",
        "leak-near",
    }
)
"""Checks that compare rows; all others are of a row alone, or of the file."""
PRIVATE = frozenset(kind.id for kind in find.KINDS)
FIRST = b'{"messages": [{"role": "user", "content": "Which day is it?"}, {"role": "assistant", "content": "Monday."}]}'
ALONE = 6
"""Rows of a file that are looked at alone."""
TOLD = ("findings", "counts", "recognition", "profile")
SPLITS = {"train": 0.7, "validation": 0.3}

Seen = Counter[tuple[int | None, str, str, str]]


def seen(findings: Sequence[Finding]) -> Seen:
    """Line, check, field and evidence of findings."""
    return Counter((one.line, one.check, one.field, one.evidence) for one in findings)


def plain_text(source: Source) -> bytes:
    """All of a file in UTF-8."""
    with source.stored.opened() as stream:
        packed = b"".join(unpacked(stream, source.compression, source.size or 0, []))
    return b"".join(in_utf_8(iter([packed]), source.encoding, source.bom))


def lines_of(source: Source) -> list[bytes]:
    """The lines of a text, each without its end."""
    found = plain_text(source).split(source.line_end)
    return found[:-1] if not found[-1] else found


def rows_of(source: Source) -> list[Row]:
    return [row for batch in source.batches() for row in batch.rows]


def check_inspection(data: bytes, name: str, platform: str | None, method: str | None, **how: Any) -> Inspection:
    """Everything that holds for what is found in a file. Raises `Unusable` for one that cannot be read."""
    source = open_source(data, name, **how)
    found = inspect(source, platform=platform, method=method)
    rows = rows_of(open_source(data, name, **how))
    check_reading(source, rows)
    check_counts(found, rows)
    check_lines(source, found, rows)
    check_against_slow(rows, found)
    check_repeats(rows, found)
    match zlib.crc32(data) % 4:  # each takes as long as the rest together
        case 0:
            check_words(found)
        case 1:
            again = inspect(open_source(data, name, **how), platform=platform, method=method)
            assert all(getattr(again, one) == getattr(found, one) for one in TOLD), (
                "another time, something else is found"
            )
        case 2:
            check_pieces(data, name, found, how)
        case _ if source.container == "jsonl":
            check_rows_alone(source, found)
    return found


def check_reading(source: Source, rows: Sequence[Row]) -> None:
    """What the standard library reads is read, wherever the stream is cut into pieces."""
    if source.container == "parquet":
        return
    whole = plain_text(source)
    cuts = random.Random(len(whole))
    places = sorted(cuts.randrange(len(whole) + 1) for _ in range(cuts.randrange(6)))
    pieces = [whole[start:end] for start, end in pairwise([0, *places, len(whole)])]
    if source.container == "json":
        once, cut = Values(iter([whole])), Values(iter(pieces))
        assert [*chain(*once)] == [*chain(*cut)], pieces
        assert (once.closed, once.array, once.stray) == (cut.closed, cut.array, cut.stray), pieces
    else:
        assert [*chain(*lines(iter(pieces), end=source.line_end))] == lines_of(source), pieces
    if source.container in ("csv", "tsv"):
        sound = not any(row.faults for row in rows) and not any(one.check == "invalid-utf-8" for one in source.faults)
        if sound and source.line_end == b"\n":
            check_table(whole, source.delimiter, rows)
        return
    for row in rows:
        if not row.faults and row.raw is not None:
            assert repr(json.loads(row.raw)) == repr(row.value), row
    if source.container == "json" and not any(row.faults for row in rows):
        try:
            value = json.loads(whole)
        except (ValueError, RecursionError):
            return
        assert [row.value for row in rows] == (value if isinstance(value, list) else [value])


def check_table(whole: bytes, delimiter: str, rows: Sequence[Row]) -> None:
    """A sound table is what the module csv reads, whose cells do not hold the line ends of Windows."""
    text = whole.decode("utf-8", "surrogatepass").replace("\r\n", "\n")
    records = [cells for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if cells]
    assert [[*row.value.values()] for row in rows] == records[1:]


def check_counts(found: Inspection, rows: Sequence[Row]) -> None:
    kept = Counter(one.check for one in found.findings)
    for check, n in kept.items():
        assert found.counts[check] == n or (found.counts[check] > n == 1_000), (check, n, found.counts)
    assert set(found.counts) == set(kept), (found.counts, kept)
    assert sum(found.severities(CONTENT).values()) == sum(found.counts.values())
    assert found.profile.rows == len(rows)
    assert found.profile.readable == sum(isinstance(row.value, dict) for row in rows)
    assert found.profile.answered <= found.profile.readable
    for check, n in found.profile.private.items():
        assert found.counts[check] == n


def other_place(one: Finding) -> int:
    """The line, or the row, of the other of two rows that a finding compares."""
    place = one.values["place"]
    assert isinstance(place, Note)
    return int(str(place.values["n"]))


def check_lines(source: Source, found: Inspection, rows: Sequence[Row]) -> None:
    """No finding stands on a line that there is not, nor on one where no row starts."""
    last = len(lines_of(source)) if source.container in ("jsonl", "csv", "tsv") else len(rows)
    numbers = [row.line for row in rows]
    assert numbers == sorted(set(numbers)), "rows are not in order"
    starts = set(numbers)
    for one in found.findings:
        if one.line is not None:
            assert 1 <= one.line <= last, (one, last)
            assert one.line in starts, one
        if one.check in BETWEEN_ROWS:
            assert other_place(one) in starts, one
            assert other_place(one) < (one.line or 0), one
    order = [one.line or 0 for one in found.findings]
    assert order == sorted(order), "findings are not in order"


def check_repeats(rows: Sequence[Row], found: Inspection) -> None:
    """Rows that are said to repeat or contradict each other do; rows that are equal are said to be."""
    form = found.recognition.format
    by_line = {row.line: row for row in rows}
    for one in found.findings:
        if one.check not in BETWEEN_ROWS:
            continue
        mine, its = by_line[one.line or 0], by_line[other_place(one)]
        (asked, answer), (asked_too, answer_too) = (bare(row, form) for row in (mine, its))
        match one.check:
            case "exact-duplicate":
                assert repr(mine.value) == repr(its.value), one
            case "key-order-duplicate":
                assert json.dumps(mine.value, sort_keys=True) == json.dumps(its.value, sort_keys=True), one
            case "normalised-duplicate":
                assert (asked, answer) == (asked_too, answer_too), one
            case "conflicting-answers":
                assert asked == asked_too, one
            case _:
                first, second = (
                    {text[at : at + 4] for at in range(len(text))} for text in (asked + answer, asked_too + answer_too)
                )
                assert len(first & second) > 0.3 * len(first | second), one
    repeated = {one.line for one in found.findings if one.check == "exact-duplicate"}
    known: set[str] = set()
    for row in rows:
        if row.value is not None:
            if repr(row.value) in known:
                assert row.line in repeated or found.counts["exact-duplicate"] > 1_000, row
            known.add(repr(row.value))


def bare(row: Row, form: str) -> tuple[str, str]:
    """Letters and digits of the question and of the answers, in one form."""
    said = conversation(row.value, form)
    texts = (said.prompt_text, f"{said.target_text}\n{said.rejected_text}")
    folded = (normalize("NFKC", normalize("NFKC", text).casefold()) for text in texts)
    asked, answer = ("".join(filter(str.isalnum, text)) for text in folded)
    return asked, answer


def check_words(found: Inspection) -> None:
    """What is shown is printable, short, masked, and can be sent as JSON in every language."""
    shown: list[tuple[Finding, str]] = []
    for code in ("en", "nl"):
        lang = language(code)
        whole = check_dict(found, CONTENT, lang)
        text = json.dumps(whole, ensure_ascii=False, allow_nan=False)
        text.encode()
        assert json.loads(text)["findings"] == whole["findings"]
        check_text(found, CONTENT, lang, 100).encode()
        profile_text(found, lang).encode()
        for one, made in zip(found.findings, whole["findings"], strict=True):
            assert made["message"], one
            assert len(one.evidence) <= 80, one
            assert one.evidence.isprintable(), one
            shown += [(one, made["message"]), (one, one.field), (one, one.evidence)]
    finds = private([text for _, text in shown])
    for one, text in shown:
        assert not finds[text], ("private data is shown", one, text, finds[text])


def private(texts: Sequence[str]) -> dict[str, list[str]]:
    """What is found in texts that are shown; of a key that is masked, the line before it may stay."""
    return {
        text: [text[hit.start : hit.end] for hit in hits if not text[: hit.end].endswith("PRIVATE KEY-----")]
        for text, hits in zip(texts, find.scan(texts), strict=True)
    }


def check_pieces(data: bytes, name: str, found: Inspection, how: dict[str, Any]) -> None:
    """The same is found where the rows come three at a time."""
    source = open_source(data, name, **how)
    batches = source.batches
    source.batches = lambda chats: batches(rows=3, chats=chats)  # type: ignore[method-assign]
    form = found.recognition.format
    pieces = inspect(source, form=form, platform=found.platform, method=found.method)
    assert pieces.counts == found.counts, (pieces.counts, found.counts)
    assert seen(pieces.findings) == seen(found.findings), seen(pieces.findings) ^ seen(found.findings)
    ours, theirs = pieces.profile, found.profile
    for field in ("rows", "readable", "answered", "tokens", "answer_tokens", "turns", "labels", "refusals", "systems"):
        assert getattr(ours, field) == getattr(theirs, field), (field, getattr(ours, field), getattr(theirs, field))


def check_against_slow(rows: Sequence[Row], found: Inspection) -> None:
    """Row by row, with no text ruled out beforehand, the same is found."""
    form = found.recognition.format
    limits = platform_of(found.platform, found.method, CONTENT) if found.platform else None
    wanted: Counter[tuple[int, str, str]] = Counter()
    refusals = size = 0
    for row in rows:
        said = conversation(row.value, form)
        own = row_tokens(said)
        faults = [*row.faults, *check_row(row, said, form, limits, found.method, own)]
        once = {(fault.check, fault.field): fault for fault in reversed(faults)}
        kinds = [(turn, {hit.kind for hit in find.scan([turn.text])[0]}) for turn in said.messages]
        finds = [Fault(kind, turn.field) for turn, some in kinds for kind in some]
        wanted.update((row.line, fault.check, fault.field) for fault in masked_faults([*once.values(), *finds]))
        if isinstance(row.value, dict):
            refusals += refusal(said.target_text) is not None
            size += own
    got = Counter(
        (one.line, one.check, one.field)
        for one in found.findings
        if one.line is not None and one.check not in BETWEEN_ROWS
    )
    if max(found.counts.values(), default=0) < 1_000:
        assert got == wanted, ("more", got - wanted, "fewer", wanted - got)
    assert found.profile.refusals == refusals
    assert (found.profile.tokens.total if found.profile.tokens else 0) == size
    values = {row.line: row for row in rows}
    for one in found.findings:  # nothing private of a text is in what is shown of that text
        if one.line is not None and one.evidence and one.check not in PRIVATE:
            for turn in conversation(values[one.line].value, form).messages:
                if turn.field == one.field:
                    for hit in find.scan([turn.text])[0]:
                        value = turn.text[hit.start : hit.end]
                        assert value not in one.evidence or value in hit.masked, (one, hit)


def row_tokens(said: Any) -> int:
    """Tokens of a row, each text counted by itself."""
    texts = [text for turn in said.messages for text in (turn.text, turn.role)]
    texts += [cell(call.arguments) for turn in said.messages for call in turn.calls]
    defined, around = exact.tool_texts(said.tools)
    texts += defined
    names = [turn.name for turn in said.messages if turn.name]
    count = len(said.messages)
    overhead = exact.chat_overhead(count).tokens if count else 0
    more = exact.chat_overhead(0, 1).tokens - exact.chat_overhead(0).tokens
    return int(counts(texts + names, exact.DEFAULT_ENCODING, threads=1).sum()) + overhead + around + more * len(names)


def check_rows_alone(source: Source, found: Inspection) -> None:
    """What is said of a line is said of the same bytes in another file, and nothing else is."""
    if max(found.counts.values(), default=0) >= 1_000:
        return
    texts = lines_of(source)
    by_line: dict[int, Seen] = {}
    for (line, *rest), n in seen(found.findings).items():
        if line is not None and rest[0] not in BETWEEN_ROWS:
            by_line.setdefault(line, Counter())[(None, *rest)] = n  # type: ignore[index]
    chosen = sorted(by_line)[:ALONE] + random.Random(len(texts)).sample(range(1, len(texts) + 1), min(2, len(texts)))
    for line in chosen:
        raw = texts[line - 1]
        if b"\n" in raw:  # the file ends its lines in another way
            continue
        alone = inspect(
            open_source(FIRST + b"\n" + raw + b"\n", "one.jsonl", container="jsonl", encoding="utf-8"),
            form=found.recognition.format,
            platform=found.platform,
            method=found.method,
        )
        own: Seen = Counter()
        for (at, *rest), n in seen(alone.findings).items():
            if at == 2 and rest[0] not in BETWEEN_ROWS:
                own[(None, *rest)] = n  # type: ignore[index]
        assert own == by_line.get(line, Counter()), (line, raw[:200], "alone", own, "in the file", by_line.get(line))
