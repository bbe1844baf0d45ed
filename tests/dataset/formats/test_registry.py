"""A format is added in one place: once it is registered, the program does with it all that it does with formats."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from advisor.dataset.conversion import TARGETS, Unsuitable, losses
from advisor.dataset.files.source import open_source
from advisor.dataset.formats.definition import Format, Made, Target, columns
from advisor.dataset.formats.example import Example
from advisor.dataset.formats.fields import answer, extra, user
from advisor.dataset.formats.losses import FLAT_LOSSES, OF_TEXTS
from advisor.dataset.formats.reading import conversation
from advisor.dataset.formats.recognition import FORMATS, form_of, recognise
from advisor.dataset.formats.registry import register, unregister
from advisor.dataset.formats.shapes import PAIR
from advisor.dataset.formats.sides import question_text, texts_of_exchange
from advisor.dataset.inspection.inspect import inspect
from advisor.dataset.row import Note
from advisor.dataset.rows.traits import has
from tests.dataset.conversion.files import lines, written


def letter(example: Example) -> Made:
    system, asked, reply = texts_of_exchange(example)
    return {"letter": question_text(example, system, asked), "reply": reply}


LETTERS = Format(
    id="letters",
    title=Note("Letters with replies"),
    method="sft",
    order=1,
    fits=has("letter", "reply"),
    why=Note("rows have letter and reply"),
    reading=PAIR,
    fields=(user("letter"), extra("enclosure"), answer("reply")),
    asked=("letter", "enclosure"),
    answer=("reply",),
    holds=OF_TEXTS,
)
AS_LETTERS = Target(
    id="letters",
    title=Note("Letters with replies"),
    order=1,
    forms=frozenset({"letters"}),
    containers=("jsonl", "csv", "parquet"),
    make=letter,
    loses=FLAT_LOSSES | {"system"},
    columns=columns(letter="text", reply="text"),
)
ROW = {"letter": "May I park here?", "enclosure": "A map.", "reply": "You may, after six."}
CHAT = {"messages": [{"role": "user", "content": "May I?"}, {"role": "assistant", "content": "You may."}]}


@pytest.fixture(autouse=True)
def letters() -> Iterator[None]:
    register([LETTERS], [AS_LETTERS])
    yield
    unregister("letters")


def test_it_is_recognised_before_those_that_come_after_it() -> None:
    assert next(iter(FORMATS)) == next(iter(TARGETS)) == "letters"
    assert form_of({**ROW, **CHAT}) == "letters"
    found = inspect(open_source(lines(ROW, ROW), "rows.jsonl"))
    assert found.recognition.format == "letters"
    assert found.recognition.why[0] == LETTERS.why


def test_it_is_read() -> None:
    said = conversation(ROW, "letters")
    assert [(turn.role, turn.field) for turn in said.turns] == [
        ("user", "letter"),
        ("context", "enclosure"),
        ("assistant", "reply"),
    ]
    assert said.prompt_text == "May I park here?\n\nA map."
    assert said.target_text == "You may, after six."


def test_its_fields_are_demanded() -> None:
    def faults(row: object) -> dict[str, int]:
        return dict(inspect(open_source(lines(ROW, row), "rows.jsonl"), form="letters").counts)

    sound = faults({"letter": "And on Sundays?", "reply": "Always, on Sundays."})
    lacking = faults({"letter": "And on Sundays?"})
    assert lacking["missing-field"] == 1
    assert "missing-field" not in sound
    assert faults({"letter": "And on Sundays?", "reply": 3})["content-not-text"] == 1
    assert "content-not-text" not in sound


def test_a_column_that_it_demands_stays_where_a_table_has_nothing_in_it() -> None:
    table = io.BytesIO()
    pq.write_table(
        pa.table({"letter": ["May I?", "And now?"], "reply": ["You may.", None], "stamp": ["red", None]}), table
    )

    def last_row() -> object:
        rows = [row for batch in open_source(table.getvalue(), "rows.parquet").batches() for row in batch.rows]
        return rows[-1].value

    assert last_row() == {"letter": "And now?", "reply": None}
    unregister("letters")
    assert last_row() == {"letter": "And now?"}


@pytest.mark.parametrize(
    "to", [name for name, target in TARGETS.items() if not target.preference and not target.verdict]
)
def test_it_becomes_every_format_that_takes_an_answer(to: str) -> None:
    [row] = written([ROW], to)
    assert form_of(row) in TARGETS[to].forms
    said = conversation(row, form_of(row))
    assert said.target_text == ROW["reply"]
    assert said.prompt_text.startswith(ROW["letter"])


@pytest.mark.parametrize("container", AS_LETTERS.containers)
def test_others_become_it(container: str) -> None:
    assert written([CHAT], "letters", container) == [{"letter": "May I?", "reply": "You may."}]


def test_what_is_lost_on_the_way_is_told() -> None:
    told = {str(note) for note in losses("letters", "openai_chat")}
    assert "a question and its passage become one text" in told
    assert "the system prompt becomes text in front of the question" in {
        str(note) for note in losses("openai_chat", "letters")
    }
    with pytest.raises(Unsuitable):
        losses("letters", "openai_dpo")


def test_it_is_gone_once_it_is_taken_away() -> None:
    unregister("letters")
    assert "letters" not in {**FORMATS, **TARGETS}
    assert recognise([]).format == "unknown"
    assert form_of(ROW) == "unknown"


def test_an_id_is_taken_once() -> None:
    with pytest.raises(ValueError, match="letters"):
        register([LETTERS])
