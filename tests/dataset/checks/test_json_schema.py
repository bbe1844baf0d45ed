import pytest

from advisor.dataset.checks.json_schema import MOST_KEPT, UnusableSchema, misfits


@pytest.mark.parametrize(
    ("value", "schema", "fits"),
    [
        ({"a": 1}, {"properties": {"a": {"type": "integer"}}, "additionalProperties": False}, True),
        ({"a": "1"}, {"properties": {"a": {"type": "integer"}}}, False),
        ({"b": 1}, {"properties": {"a": {}}, "additionalProperties": False}, False),
        ({"a": "NL12"}, {"properties": {"a": {"pattern": "^[A-Z]{2}[0-9]+$"}}}, True),
        ({"a": "12"}, {"properties": {"a": {"pattern": "^[A-Z]"}}}, False),
        ({"a": "b"}, {"properties": {"a": {"pattern": "(?=x)"}}}, True),
        ([1, 1], {"uniqueItems": True}, False),
        (
            {"a": {"a": {"a": 3}}},
            {"$ref": "#/$defs/n", "$defs": {"n": {"properties": {"a": {"$ref": "#/$defs/n"}}}}},
            True,
        ),
        (
            {"a": {"a": 3}},
            {"$ref": "#/$defs/n", "$defs": {"n": {"type": "object", "properties": {"a": {"$ref": "#/$defs/n"}}}}},
            False,
        ),
    ],
)
def test_a_value_fits_or_not(value, schema, fits):
    assert (list(misfits(value, schema)) == []) is fits


def test_a_pattern_that_backtracks_takes_no_time():
    assert list(misfits("a" * 5_000 + "!", {"pattern": "^(a+)+$"})) != []


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"$ref": "https://example.com/schema.json"},
        {"$ref": "#/nowhere"},
        {
            "$ref": "#/$defs/a0",
            "$defs": {**{f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(40)}, "a40": {}},
        },
    ],
    ids=["itself", "elsewhere", "nowhere", "doubling"],
)
def test_a_schema_without_end_is_refused_in_bounded_time(schema):
    with pytest.raises(UnusableSchema):
        list(misfits({}, schema))


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ({"a": 10**400}, {"properties": {"a": {"multipleOf": 0.1}}}),
        ({"a": 1}, {"type": "object", "properties": {"a": {"$ref": "#/type"}}}),
        ({"a": 1}, {"allOf": [{}], "properties": {"a": {"$ref": "#/allOf/" + "9" * 5_000}}}),
    ],
    ids=["no float", "no schema", "no number"],
)
def test_what_the_library_stumbles_over_makes_the_schema_unusable(value, schema):
    with pytest.raises(UnusableSchema):
        list(misfits(value, schema))


def test_schemas_are_told_apart_however_many_there_are() -> None:
    schemas = [{"const": n} for n in range(2 * MOST_KEPT)]
    for _ in range(2):
        assert all(not [*misfits(n, schema)] and [*misfits(-1, schema)] for n, schema in enumerate(schemas))
        assert all(not [*misfits(n, {"const": n})] for n in range(9))  # forgotten at once: their places are used again
