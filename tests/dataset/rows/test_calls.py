"""What calls of tools say in few words, and that rows whose calls differ in it are no duplicates."""

from __future__ import annotations

import json
from typing import Any

import pytest

from advisor.dataset.duplicates.find import Duplicates, Entry, leaks
from advisor.dataset.formats.reading import conversation
from advisor.dataset.rows.calls import SHORTEST, called
from advisor.dataset.rows.turns import Call

LETTER = "Dear resident, your permit is ready. Bring your identity card and the old permit to desk {} of the town hall."


def row(symbol: str, text: str | None = None, **arguments: Any) -> dict[str, Any]:
    """A question that is answered by a call."""
    call = {"name": "stock_price_of_share", "arguments": json.dumps({"symbol": symbol, **arguments})}
    return {
        "messages": [
            {"role": "user", "content": f"What is the price of a share of {symbol} today?"},
            {
                "role": "assistant",
                "content": text,
                "tool_calls": [{"id": symbol, "type": "function", "function": call}],
            },
        ]
    }


def google(symbol: str) -> dict[str, Any]:
    call = {"functionCall": {"name": "stock_price_of_share", "args": {"symbol": symbol}}}
    asked = {"role": "user", "parts": [{"text": "What is the price of that share today, please?"}]}
    return {"contents": [asked, {"role": "model", "parts": [call]}]}


def bedrock(symbol: str) -> dict[str, Any]:
    call = {"toolUse": {"toolUseId": symbol, "name": "stock_price_of_share", "input": {"symbol": symbol}}}
    asked = {"role": "user", "content": [{"text": "What is the price of that share today, please?"}]}
    return {"schemaVersion": "a", "messages": [asked, {"role": "assistant", "content": [call]}]}


def rows_of(rows: list[dict[str, Any]], form: str) -> Duplicates:
    made = Duplicates()
    said = [conversation(one, form) for one in rows]
    made.add(
        [
            Entry(line, value, one.system, one.prompt_text, one.taught, one.media, one.called)
            for line, (value, one) in enumerate(zip(rows, said, strict=True), start=1)
        ]
    )
    return made


def checks(*rows: dict[str, Any], form: str = "openai_tools") -> list[tuple[str, int, int]]:
    return [(hit.check, hit.line, hit.other) for hit in rows_of([*rows], form).found()]


def test_calls_that_differ_in_a_short_argument_are_no_duplicates() -> None:
    assert checks(row("ABX"), row("EFZ")) == []
    assert checks(row("ABX", days=1), row("ABX", days=2))[0][0] == "conflicting-answers"
    assert leaks(rows_of([row("ABX")], "openai_tools"), rows_of([row("EFZ")], "openai_tools")) == []


def test_calls_that_say_the_same_are() -> None:
    asked = row("ABX")
    asked["messages"][0]["content"] = "What is the price of a share of ABX today, please?"
    assert checks(row("ABX"), asked) == [("near-duplicate", 2, 1)]
    assert checks(row("ABX", a=1, b=2), row("ABX", b=2, a=1)) != []


def test_long_arguments_are_compared_as_texts() -> None:
    near = checks(row("ABX", letter=LETTER.format(3)), row("ABX", letter=LETTER.format(4)))
    assert ("near-duplicate", 2, 1) in near


def test_the_same_words_before_another_call_are_another_answer() -> None:
    first, other = row("ABX", "Let me look that up.", days=1), row("ABX", "Let me look that up.", days=2)
    assert checks(first, other) == [("conflicting-answers", 2, 1)]


@pytest.mark.parametrize(("form", "made"), [("google_chat", google), ("bedrock_chat", bedrock)])
def test_calls_among_the_parts_of_a_content_are_seen(form: str, made: Any) -> None:
    assert conversation(made("ABX"), form).target_text == 'stock_price_of_share {"symbol": "ABX"}'
    assert checks(made("ABX"), made("EFZ"), form=form) == [("conflicting-answers", 2, 1)]
    assert [one[0] for one in checks(made("ABX"), made("ABX"), form=form)] == ["exact-duplicate"]


def test_what_a_call_says_is_who_and_which_short_arguments() -> None:
    def said(arguments: Any) -> str:
        return called([Call("find", arguments, "", "")])

    assert said('{"b": [1, true], "a": "  New  York"}') == said({"a": "new york", "b": [1, True]})
    assert said({"a": "x" * SHORTEST}) == said({"a": "y" * SHORTEST}) != said({"b": "x" * SHORTEST})
    assert said({"a": "x" * (SHORTEST - 1)}) != said({"a": "y" * (SHORTEST - 1)})
    assert said("not JSON") != said("[" * 5_000) != said(None)
    assert called([]) == ""
