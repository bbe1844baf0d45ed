"""Definitions of tools: read as people have them, refused with place and remedy, shortened and counted."""

from __future__ import annotations

import json
from typing import Any

import pytest
import tiktoken

from advisor.dataset.checks.json_schema import misfits
from advisor.dataset.function_calling import definitions
from advisor.dataset.function_calling.definitions import (
    MOST_BYTES,
    MOST_PROBLEMS,
    MOST_TOOLS,
    UnusableTools,
    read_tools,
    tokens,
)
from advisor.dataset.function_calling.rows import parameters_of
from advisor.dataset.rows.tool_definitions import shortened, unexplained
from advisor.dataset.sample_calls import sample_tools
from advisor.dataset.tokens import exact
from advisor.language import language

PLACE = {"type": "object", "properties": {"city": {"type": "string", "description": "Name of the city."}}}
WEATHER = {"type": "function", "function": {"name": "weather", "description": "Says the weather.", "parameters": PLACE}}


def tool(name: str = "weather", **parameters: Any) -> dict[str, Any]:
    given = {"type": "object", "properties": {}, **parameters}
    return {"type": "function", "function": {"name": name, "parameters": given}}


def problems(text: Any, code: str = "en") -> str:
    with pytest.raises(UnusableTools) as refused:
        read_tools(text if isinstance(text, str) else json.dumps(text))
    return refused.value.text(language(code))


@pytest.mark.parametrize(
    "written",
    [
        [WEATHER],
        WEATHER,
        {"tools": [WEATHER], "model": "any"},
        [{"type": "function", **WEATHER["function"]}],
        [{"name": "weather", "description": "Says the weather.", "input_schema": PLACE}],
        [{"name": "weather", "description": "Says the weather.", "inputSchema": PLACE}],
        [{"type": "function", "function": {**WEATHER["function"], "strict": None}}],
        [{**WEATHER["function"], "strict": None, "input_schema": None}],
    ],
    ids=["list", "alone", "request", "flat", "anthropic", "mcp", "nulls", "nulls-flat"],
)
def test_the_ways_in_which_people_have_their_tools_come_to_the_same(written: Any) -> None:
    assert read_tools(json.dumps(written, indent=1)) == (WEATHER,)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "There are no tools."),
        ("[]", "tools: this is no list of tools."),
        ("3", "tools: this is no list of tools."),
        ('[\n {"type": "function",\n "function": oops}\n]', "line 3, column 14"),
        ('[{"type": "function"', "breaks off before its end"),
        ("[" * 5_000, "nested too deep"),
        ('[{"type": "function", "function": {"name": "a", "name": "b"}}]', 'The key "name" appears twice'),
        ('[{"type": "function", "function": {"name": "a", "description": "\\u0007"}}]', "invisible control character"),
        ([{"type": "retrieval", "function": {"name": "a"}}], "tools[0]: The tool definition cannot be used: its type"),
        ([tool("get weather")], 'its name "get weather" must be 1 to 64 letters'),
        ([tool("<script>alert(1)</script>")], "must be 1 to 64 letters"),
        ([tool(properties={"x": {"type": "strin"}})], "tools[0].function.parameters.properties.x.type: "),
        ([tool(required=["day"])], "it requires day, which its properties lack. Write tools as"),
        (
            [tool(type="string")],
            'tools[0].function.parameters: arguments are an object, so write "type": "object" there.',
        ),
        ([tool(), tool()], 'tools[1].function.name: the name "weather" is already that of tools[0].'),
        ([tool(properties={"x": {"$ref": "https://evil.example/x"}})], "leads to nothing within these parameters."),
        ([tool(properties={"x": {"$ref": "#/$defs/gone"}})], "#/$defs/gone leads to nothing"),
        ([tool(properties={"x": {"$ref": "#/type"}})], "#/type leads to nothing"),
        (
            [tool(properties={"default": {"$ref": "https://evil.example/x"}})],
            "leads to nothing within these parameters.",
        ),
        ([tool(anyOf=[{}], allOf=[{"$ref": f"#/anyOf/{'9' * 5_000}"}])], "leads to nothing within these parameters."),
        ([{"name": "a", "description": 3}], "tools[0].function.description: a description is text."),
        ([{"name": "a", "strict": "yes"}], "tools[0].function.strict: write true or false"),
        ([tool(f"t{n}") for n in range(MOST_TOOLS + 1)], f"There are {MOST_TOOLS + 1} tools"),
        (json.dumps([tool(description="x" * MOST_BYTES)]), "more than 1000000 bytes"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place_and_what_to_do(written: Any, said: str) -> None:
    assert said in problems(written)
    assert problems(written, "nl")


def test_references_in_a_circle_are_refused_and_trees_are_not() -> None:
    circle = {"a": {"allOf": [{"$ref": "#/$defs/b"}]}, "b": {"$ref": "#/$defs/a"}}
    said = problems([tool(properties={"x": {"$ref": "#/$defs/a"}}, **{"$defs": circle})])
    assert said.splitlines()[0] == (
        "tools[0].function.parameters: #/$defs/a leads back to itself. Write out what it stands for."
    )
    tree = {
        "node": {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/node"}}}}
    }
    (read,) = read_tools(json.dumps([tool(properties={"root": {"$ref": "#/$defs/node"}}, **{"$defs": tree})]))
    parameters = read["function"]["parameters"]
    assert not [*misfits({"root": {"children": [{"children": []}]}}, parameters)]
    assert [*misfits({"root": {"children": [3]}}, parameters)]


def test_a_reference_is_read_as_part_of_an_address() -> None:
    defined = {"properties": {"x": {"$ref": "#/$defs/a%20b~1c"}}, "$defs": {"a b/c": {"type": "integer"}}}
    (read,) = read_tools(json.dumps([tool(**defined)]))
    assert [*misfits({"x": "s"}, read["function"]["parameters"])]


def test_references_are_followed_once_each_however_long_their_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    referred = definitions.referred
    monkeypatch.setattr(definitions, "referred", lambda given, root: (looked.append(given), referred(given, root))[1])
    n = 300
    chain = {f"d{i}": {"$ref": f"#/$defs/d{i + 1}"} for i in range(n)}
    assert read_tools(json.dumps([tool(**{"$defs": {**chain, f"d{n}": {}}})]))
    assert len(looked) <= 3 * n
    pairs = {f"d{i}": {"$ref": f"#/$defs/d{i ^ 1}"} for i in range(n)}
    assert len(problems([tool(**{"$defs": pairs})]).splitlines()) == MOST_PROBLEMS


def test_a_tool_without_parameters_takes_any_object() -> None:
    for written in ({"name": "a"}, {"name": "a", "parameters": None}):
        known = parameters_of(read_tools(json.dumps([{"type": "function", "function": written}])))
        assert known == {"a": {"type": "object"}}


def test_what_explains_is_left_out_and_what_demands_stays() -> None:
    described = {
        "type": "object",
        "title": "Place",
        "properties": {
            "description": {"type": "string", "description": "How it looks.", "examples": ["green"]},
            "kind": {"enum": ["description", "title"], "default": {"description": "kept"}},
            "near": {"type": "array", "items": {"type": "object", "properties": {"title": {"description": "A name."}}}},
        },
        "required": ["description"],
        "dependentRequired": {"title": ["description"]},
    }
    assert unexplained(described) == {
        "type": "object",
        "properties": {
            "description": {"type": "string"},
            "kind": {"enum": ["description", "title"], "default": {"description": "kept"}},
            "near": {"type": "array", "items": {"type": "object", "properties": {"title": {}}}},
        },
        "required": ["description"],
        "dependentRequired": {"title": ["description"]},
    }


def test_each_way_has_less_of_the_definitions() -> None:
    assert shortened([WEATHER], "full") == [WEATHER]
    (undescribed,) = shortened([WEATHER], "undescribed")
    assert undescribed["function"] == {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    }
    (named,) = shortened([WEATHER], "names")
    assert named["function"] == {"name": "weather", "parameters": {"type": "object", "properties": {}}}
    assert shortened([WEATHER], "none") == []


def test_tokens_are_those_of_the_encoding_that_is_named() -> None:
    tools = read_tools(sample_tools("en"))
    for encoding in ("o200k_base", "cl100k_base"):
        assert exact.is_exact(encoding)
        counted = tokens(tools, encoding)
        assert [one.in_use for one in counted] == ["full", "undescribed", "names", "none"]
        for one in counted:
            text = "\n".join(json.dumps(tool, ensure_ascii=False) for tool in shortened(tools, one.in_use))
            assert one.as_text == len(tiktoken.get_encoding(encoding).encode(text))
        assert [one.as_openai for one in counted] == sorted((one.as_openai for one in counted), reverse=True)
        assert counted[-1].as_text == counted[-1].as_openai == 0
