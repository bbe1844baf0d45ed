"""Conditions hold where a query engine, asked in SQL, says that they do."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.content.load import ContentError, load
from advisor.engine.conditions import Schema, conditions, schema

CONTENT = load()
COLUMNS: Schema = {"colour": ("red", "green", "blue"), "wet": bool, "cold": bool, "height": float, "width": float}
ROWS = 64


def drawn(columns: Schema, rows: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(7)
    data: dict[str, np.ndarray] = {}
    for name, kind in columns.items():
        if isinstance(kind, tuple):
            data[name] = random.integers(0, len(kind), rows).astype(np.uint8)
        else:
            data[name] = random.random(rows) < 0.5 if kind is bool else np.floor(10 ** random.uniform(-1, 4, rows))
    return data


def by_polars(texts: list[str], columns: Schema, data: dict[str, np.ndarray]) -> np.ndarray:
    frame = pl.DataFrame(
        {
            name: pl.Series(np.array(kind)[data[name]], dtype=pl.Enum(kind)) if isinstance(kind, tuple) else data[name]
            for name, kind in columns.items()
        }
    )
    held = [
        frame.select(pl.sql_expr(text).alias("held"))["held"].to_numpy() if text != "TRUE" else np.ones(len(frame))
        for text in texts
    ]
    return np.array(held, dtype=bool)


numbers = st.sampled_from(["height", "width", "5", "0.5", "100", "2 * height", "height + width", "height - 10"])
colours = st.sampled_from(COLUMNS["colour"])  # type: ignore[arg-type]
atoms = st.one_of(
    st.sampled_from(["wet", "cold"]),
    st.builds("{} {} {}".format, numbers, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), numbers).filter(
        lambda text: "height" in text or "width" in text
    ),
    st.builds("colour {} '{}'".format, st.sampled_from(["=", "<>", "!="]), colours),
    st.builds(
        lambda word, listed: f"colour {word} ({', '.join(map(repr, listed))})",
        st.sampled_from(["IN", "NOT IN"]),
        st.lists(colours, min_size=1, max_size=3),
    ),
)
texts = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds("{} AND {}".format, inner, inner),
        st.builds("{} OR {}".format, inner, inner),
        st.builds("NOT {}".format, inner),
        st.builds("({})".format, inner),
    ),
    max_leaves=8,
)


@given(st.lists(texts, min_size=1, max_size=4))
def test_conditions_hold_where_sql_says(texts: list[str]) -> None:
    data = drawn(COLUMNS, ROWS)
    compiled = conditions([(text, text) for text in texts], COLUMNS)
    held = [np.broadcast_to(rows, ROWS) for rows in compiled.hold(data)]
    assert np.array_equal(held, by_polars(texts, COLUMNS, data))
    assert compiled.reads == tuple(
        tuple(sorted(set(pl.sql_expr(text).meta.root_names()))) for text in texts
    )  # only what a condition reads


def test_every_condition_of_the_content_holds_where_sql_says() -> None:
    texts = [rule.when for rule in CONTENT.rules] + [term.when for term in CONTENT.weighed]
    texts += [question.when for question in CONTENT.questions if question.when]
    texts += [leaning.when for question in CONTENT.questions for leaning in question.leanings]
    data = drawn(schema(CONTENT), 1000)
    compiled = conditions([(text, text) for text in texts], schema(CONTENT))
    held = [np.broadcast_to(rows, 1000) for rows in compiled.hold(data)]
    assert np.array_equal(held, by_polars(texts, schema(CONTENT), data))


def test_what_conditions_have_in_common_is_worked_out_once() -> None:
    compiled = conditions([("a", "wet AND height > 5"), ("b", "cold OR height > 5")], COLUMNS)
    assert [step.made for step in compiled.steps].count(">") == 1


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("wet = cold", "wet is a condition, which is compared with nothing"),
        ("colour < 'green'", "the values of colour have no order"),
        ("wet AND height", "height is a number where a condition is needed"),
        ("height > colour", "colour is a choice where a number is needed"),
        ("1 < height < 5", "cannot be read as SQL"),
        ("height LIKE 'a'", "cannot be read as SQL"),
        ("height ; 5", "cannot be read as SQL: '; 5'"),
        ("__import__('os')", "cannot be read as SQL"),
    ],
)
def test_what_is_no_condition_is_refused(text: str, wrong: str) -> None:
    with pytest.raises(ContentError) as caught:
        conditions([("rule", text)], COLUMNS)
    assert str(caught.value).startswith(f"rule: when: {wrong}")
