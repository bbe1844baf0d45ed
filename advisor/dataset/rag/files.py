"""Files for RAG tuning: rows that answer from a passage or decline are written, and predictions are read and scored.

Neither holds a file whole: of each row some bytes are kept to know where it lies, or which class it is of.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO

from advisor.content.load import load
from advisor.dataset.files.source import Source
from advisor.dataset.files.writers import as_json
from advisor.dataset.place import Unit
from advisor.dataset.rag.rows import FiveClasses, chat_row, choose, demand, instruct, lacking, score
from advisor.dataset.records import LeftOut, Reading
from advisor.dataset.row import Note, Row, Unusable
from advisor.dataset.rows.cells import opened
from advisor.dataset.rows.traits import verdict
from advisor.dataset.rows.turns import listed
from advisor.dataset.scoring import is_true
from advisor.dataset.template import samples
from advisor.language import LANGUAGES, Language, language

PREDICTIONS = ("prediction", "tuned_output")
"""Fields with what a model said, the first that a row has; the second is that of the template's evaluation set."""
GOLD = ("gold", "answer", "answers")
"""Fields with the right answer, the first that a row has."""
EXPECTED = (*GOLD, "expects_answer", "is_impossible")
"""Fields of which a row that is scored needs one."""


@dataclass(frozen=True)
class Written:
    """What was made of a file of questions with passages."""

    rows: int
    refusals: int
    """Rows whose answer is the refusal sentence."""
    spare: int
    """Questions that would have upset the share."""
    notes: tuple[Note, ...]
    left_out: tuple[LeftOut, ...]
    """Rows without a question or a passage, in order, at most `MOST_LEFT_OUT`."""
    left_out_rows: int
    unit: Unit = "line"
    """What the lines count: lines, or rows of a JSON list or of Parquet."""

    @property
    def share(self) -> float:
        """Of refusals among the rows, from 0 to 1."""
        return self.refusals / self.rows if self.rows else 0.0


@dataclass(frozen=True)
class Scored:
    """What predictions are worth."""

    classes: FiveClasses
    lines: Sequence[int]
    """The line of each prediction, in the order of `classes.classes`."""
    left_out: tuple[LeftOut, ...]
    left_out_rows: int
    unit: Unit = "line"
    """What the lines count: lines, or rows of a JSON list or of Parquet."""


def refusal_sentence(lang: Language) -> str:
    """What a model says where the passage does not hold the answer, unless another sentence is agreed on."""
    return lang("I don't know")


def refusal_sentences() -> list[str]:
    """That sentence in every language, and the one of the dataset template."""
    usual = [refusal_sentence(language(code)) for code in LANGUAGES]
    return [*usual, *(samples.refusals(code).sentence for code in LANGUAGES)]


def write(
    source: Source,
    out: BinaryIO,
    share: float,
    sentence: str = "",
    seed: int = 0,
    *,
    instruction: str = "",
    lang: Language | None = None,
) -> Written:
    """Write the rows of `advisor.dataset.rag.rows.build` as JSON lines; rows that cannot be used are left out.

    Questions, passages and answers are the fields `question`, `context` and `answer`, or SQuAD's `answers`. `sentence`
    and `instruction` are in the language `lang` unless they are given. Raises `Unusable` for a share beyond 0 to 1, and
    for a file without a question and its passage.
    """
    lang = lang or language()
    sentence = sentence or refusal_sentence(lang)
    demand(share, sentence)
    system = instruction or instruct(sentence, lang)
    reading = Reading(load())
    answered, declined = array("q"), array("q")
    with tempfile.TemporaryFile() as kept:
        for _, record in reading.records(source, _of_passage):
            row, declines = chat_row(record, system, sentence)
            (declined if declines else answered).append(kept.tell())
            kept.write(as_json(row) + b"\n")
            source.bounds.demand_written(kept.tell())
            source.bounds.demand_rows(len(answered) + len(declined))
        if not answered and not declined:
            raise Unusable("No row has a question and a passage: the fields question and context.")
        places = answered + declined
        chosen, refusals, notes = choose(len(answered), len(declined), share, seed)
        for place in chosen:
            kept.seek(places[place])
            out.write(kept.readline())
    return Written(
        len(chosen),
        refusals,
        len(places) - len(chosen),
        tuple(notes),
        tuple(reading.left_out),
        reading.left_out_rows,
        source.unit,
    )


def score_file(source: Source, sentence: str = "", *, exact: bool = False, field: str = "") -> Scored:
    """The class of each row with a prediction, as `advisor.dataset.rag.rows.score` has them.

    The prediction is the field `field`, or else `prediction` or `tuned_output`. The right answer is the field `gold`,
    `answer` or SQuAD's `answers`; `expects_answer` or `is_impossible` say whether there is one. There is none either
    where the right answer is to decline. Without `sentence`, the usual ones of each
    language decline. Raises `Unusable` for a file without predictions.
    """
    reading = Reading(load())
    lines = array("q")

    def records() -> Iterator[Mapping[str, Any]]:
        for line, record in reading.records(source, partial(_of_prediction, field=field)):
            lines.append(line)
            source.bounds.demand_rows(len(lines))
            yield record

    try:
        scores = score(records(), sentence or refusal_sentences(), exact=exact)
    except Unusable as error:
        if lines or error.message != "There are no predictions to score.":
            raise
        raise Unusable(
            "No row has a prediction and what is right: the fields prediction or tuned_output, and gold or answer."
        ) from error
    return Scored(scores, lines, tuple(reading.left_out), reading.left_out_rows, source.unit)


def holds_predictions(rows: Sequence[Row]) -> bool:
    """Whether rows have predictions to score."""
    return any(isinstance(row.value, dict) and not isinstance(_of_prediction(row.value), Note) for row in rows)


def _of_passage(value: Mapping[str, Any]) -> Mapping[str, Any] | Note:
    if key := lacking(value):
        return Note('the row has no "{key}"', key=key)
    if verdict(value, "kto_tag", "label") is False:
        return Note("its answer is marked as bad")
    golds = _golds(value)
    return {**value, "answer": golds[0] if golds else None}


def _of_prediction(value: Mapping[str, Any], field: str = "") -> Mapping[str, Any] | Note:
    key = field or next((key for key in PREDICTIONS if key in value), PREDICTIONS[0])
    if key not in value or (key != PREDICTIONS[0] and value[key] in (None, "")):  # still to be filled in
        return Note('the row has no "{key}"', key=key)
    if not any(key in value for key in EXPECTED):
        return Note("the row says neither what is right nor that nothing is")
    expects = value.get("expects_answer")
    if expects in (None, "") and is_true(value.get("is_impossible")):
        expects = False
    return {"gold": _golds(value), "expects_answer": expects, "prediction": value[key]}


def _golds(value: Mapping[str, Any]) -> list[Any]:
    """The right answers; none where there is none."""
    for key in GOLD:
        given = _opened(listed(value.get(key)))
        if isinstance(given, dict):  # SQuAD's: the texts, and where they stand in the passage
            given = given.get("text")
        golds = given if isinstance(given, list) else [given]
        if found := [one for one in golds if one is not None and (not isinstance(one, str) or one.strip())]:
            return found
    return []


def _opened(value: Any) -> Any:
    """SQuAD's answers where a table holds them as text; anything else stays as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith("{"):
        return value
    found = opened(value)
    return found if isinstance(found, dict) and "text" in found else value
