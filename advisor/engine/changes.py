"""What changed between two advices, and why: other answers, other content or weights, or another day.

An advice is read from what was saved of it (`advise --json`, or the report as JSON), also by an older version of this
program, of which only what is still known is compared; or from the answers in a link, which are advised on anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal, get_args
from urllib.parse import parse_qs, urlsplit

from advisor.content.entries import Verdict
from advisor.content.freshness import TooEarly, read_day
from advisor.content.load import Content, load
from advisor.engine.advice import Advice, Measured, Record, advice_data
from advisor.engine.verdict import advise
from advisor.interview.address import decode
from advisor.interview.situation import (
    Situation,
    allowed_answers,
    listed,
    read_measurements,
    written_measurements,
)

MOVED = 0.05
"""Difference of a share from which it counts as changed. Assumption."""
MOST_CHARACTERS = 2_000_000
"""Longest text that is read as an advice, in characters."""
Cause = Literal["answers", "terms", "content", "weights", "day"]


class NoAdvice(ValueError):
    """The text is no advice that was saved, and no link."""


class Saved(Record):
    """What is compared of an advice."""

    verdict: Verdict
    option: str
    shares: dict[str, float]
    """By option, how many teams like this end with it; none from before there were shares."""
    plan: tuple[str, ...]
    """Ids of its steps."""
    answers: dict[str, Any]
    measured: tuple[str, ...]
    """Ids of the answers that were measured."""
    measurements: tuple[Measured, ...] = ()
    """The pilots that measured some of them."""
    switched_off: tuple[str, ...] = ()
    """Ids of the terms that the reader left out."""
    at: date
    content_version: str
    weights_version: str | None


class Change(Record):
    """Something that is another in the second advice; None where one of the two does not have it."""

    field: Literal["verdict", "option", "plan", "share", "answer"]
    about: str
    """Id of the option or question, where it is about one."""
    before: Any
    after: Any


class Comparison(Record):
    before: Saved
    after: Saved
    changes: tuple[Change, ...]
    differs: tuple[Cause, ...]
    """What else than the outcome is another."""
    because: tuple[Cause, ...] | None
    """Which of these changed verdict, option or plan: found by advising on the first answers under the content and on
    the day of the second. None where that content is not at hand.
    """


def saved(advice: Advice) -> Saved:
    """What is compared of an advice."""
    return _saved(advice_data(advice))


def read_saved(text: str, at: date | None = None, content: Content | None = None) -> Saved:
    """From the JSON that an advice or report was saved as, or from a link or the part of it that holds the answers.

    The answers of a link are advised on for the day that it names, or else `at`. Raises `NoAdvice` for what is neither,
    and `TooEarly` for a link to a day before the first fact.
    """
    content = content or load()
    text = text.strip()[:MOST_CHARACTERS]
    if not text.startswith("{"):
        try:  # an address that holds no answers, or a day that is none
            query = parse_qs(urlsplit(text).query)
            day = read_day(query["at"][0]) if "at" in query else at
            return saved(advise(decode(query.get("a", [text])[0], content), day, content))
        except TooEarly:
            raise
        except ValueError as error:
            raise NoAdvice("neither an advice saved as JSON nor a link with answers") from error
    try:
        entries = json.loads(text)
        return _saved(entries.get("advice", entries))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NoAdvice("neither an advice saved as JSON nor a link with answers") from error


def _saved(entries: Mapping[str, Any]) -> Saved:
    if entries["verdict"] not in get_args(Verdict):
        raise ValueError("verdict")
    measured = tuple(entries.get("measured", ()))
    return Saved(
        verdict=entries["verdict"],
        option=entries["option"],
        shares={result["option"]: result["share"] for result in entries.get("ranking", ()) if "share" in result},
        plan=tuple(step["id"] for step in entries.get("plan", ())),
        answers=dict(entries["answers"]),
        measured=measured,
        measurements=_pilots(entries.get("measurements", ()), measured),
        switched_off=tuple(entries.get("switched_off", ())),
        at=date.fromisoformat(str(entries["at"])),
        content_version=entries["content_version"],
        weights_version=entries.get("weights_version"),
    )


def _pilots(raw: Any, measured: Iterable[str]) -> tuple[Measured, ...]:
    """The pilots that measured these answers; none where they are written as no version has them."""
    try:
        measurements = read_measurements(raw, frozenset(measured))
    except ValueError:
        return ()
    return tuple(Measured(**one) for one in written_measurements(measurements))


def again(before: Saved, at: date | None = None, content: Content | None = None) -> Saved:
    """The same answers and terms left out, advised on today, or on the day `at`; those no longer known are dropped."""
    content = content or load()
    off = frozenset(before.switched_off) & {term.id for term in content.weighed}
    answers, _ = allowed_answers({key: listed(value) for key, value in before.answers.items()}, content)
    measured = frozenset(before.measured) & answers.keys()
    pilots = read_measurements([one.model_dump() for one in before.measurements], measured)
    return saved(advise(Situation(answers, measured, off=off, measurements=pilots), at, content))


def compare(before: Saved, after: Saved, content: Content | None = None) -> Comparison:
    """What is another in the second advice, and why."""
    content = content or load()
    differs = _differs(before, after)
    because: tuple[Cause, ...] | None = None
    if after.content_version == content.version:
        middle = again(before, after.at, content)
        # First under the other content, weights and day, then without the other terms, then with the other answers.
        termed = middle
        if "terms" in differs:
            termed = again(before.model_copy(update={"switched_off": after.switched_off}), after.at, content)
        moved: dict[Cause, bool] = dict.fromkeys(differs, _outcome(middle) != _outcome(before))
        moved |= {"terms": _outcome(termed) != _outcome(middle), "answers": _outcome(after) != _outcome(termed)}
        because = tuple(cause for cause in differs if moved[cause])
    return Comparison(
        before=before, after=after, changes=tuple(_changes(before, after)), differs=differs, because=because
    )


def _outcome(advice: Saved) -> tuple[object, ...]:
    return advice.verdict, advice.option, advice.plan


def _differs(before: Saved, after: Saved) -> tuple[Cause, ...]:
    weights = None not in (before.weights_version, after.weights_version)
    others: dict[Cause, bool] = {
        "answers": _given(before) != _given(after),
        "terms": before.switched_off != after.switched_off,
        "content": before.content_version != after.content_version,
        "weights": weights and before.weights_version != after.weights_version,
        "day": before.at != after.at,
    }
    return tuple(cause for cause, other in others.items() if other)


def _given(advice: Saved) -> dict[str, Any]:
    return {key: value for key, value in advice.answers.items() if value is not None}


def _changes(before: Saved, after: Saved) -> list[Change]:
    changes: list[Change] = []
    for field in ("verdict", "option", "plan"):
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            changes.append(Change(field=field, about="", before=old, after=new))
    moved = [
        Change(field="share", about=option, before=before.shares[option], after=share)
        for option, share in after.shares.items()
        if option in before.shares and abs(share - before.shares[option]) >= MOVED
    ]
    changes += sorted(moved, key=lambda change: -abs(change.after - change.before))
    old_answers, new_answers = _given(before), _given(after)
    for key in sorted(old_answers.keys() | new_answers.keys()):
        if old_answers.get(key) != new_answers.get(key):
            changes.append(Change(field="answer", about=key, before=old_answers.get(key), after=new_answers.get(key)))
    return changes
