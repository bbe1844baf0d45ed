"""Chat files to measure with and to test on: made from a seed, varied, with defects on lines that are known.

Those with calls of tools, and those in Parquet, are sound.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

_PLAIN = """
the of and to in is that for it as was with be by on not he his but at are this have from or had an which they one you
were all her she there would their we him been has when who will more no if out so said what up its about into than
them can only other new some could time these two may then do first any my now such like our over man order account
invoice delivery refund warranty password address customer please thank regards question answer battery screen update
device network router subscription payment returned shipped received confirm cancel change de het een van en dat op te
zijn met voor niet aan er maar om hem dan zou wat mijn men dit zo door bestelling rekening levering terugbetaling
garantie wachtwoord klant vraag antwoord graag bedankt groeten SELECT FROM WHERE JOIN return function import class def
null true false https://example.org/help/item internationalisation reproducibility straightforward misunderstanding
"""
_FOREIGN = """
für über größe naïve café résumé Ελλάδα Москва 東京 データ München señor déjà coöperatie reünie “quoted” it’s – € …
"""
PLAIN, FOREIGN = _PLAIN.split(), _FOREIGN.split()
ENDS = (".", ".", ".", "?", "!", ".\n", ":\n- item one\n- item two.", " (see page 12).", ", and so on.")
SYSTEMS = 5
"""Different system prompts of a file in which they repeat."""
EVERY = 50
"""One row in so many has a defect."""
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": f"look_up_{thing}",
            "description": f"Look up one {thing} of the shop by its number, with the day on which it last changed.",
            "parameters": {
                "type": "object",
                "properties": {"id": {"type": "string"}, "n": {"type": "integer"}},
                "required": ["id"],
            },
        },
    }
    for thing in ("order", "invoice", "stock")
]


def words(rng: random.Random, n: int) -> str:
    """Sentences of about `n` words, one in ten of them a number or a word that nobody has used before."""
    picked = rng.choices(PLAIN, k=n)
    if rng.randrange(4) == 0:  # a quarter of the texts is more than ASCII
        picked[rng.randrange(n)] = rng.choice(FOREIGN)
    for at in range(rng.randrange(10), n, 10):
        picked[at] = str(rng.randrange(100_000)) if rng.random() < 0.5 else f"{rng.choice(PLAIN)}{rng.randrange(99)}ly"
    sentences = []
    at = 0
    while at < n:
        length = rng.randrange(5, 20)
        sentences.append(" ".join(picked[at : at + length]).capitalize() + rng.choice(ENDS))
        at += length
    return " ".join(sentences)


def _second(row: dict[str, Any], **changes: Any) -> str:
    row["messages"][-1].update(changes)
    return json.dumps(row, ensure_ascii=False)


def _without_answer(row: dict[str, Any]) -> str:
    del row["messages"][-1]["content"]
    return json.dumps(row, ensure_ascii=False)


DEFECTS: dict[str, Any] = {
    "truncated-json": lambda row: json.dumps(row, ensure_ascii=False)[:-20],
    "unknown-role": lambda row: _second(row, role="narrator"),
    "capitalised-role": lambda row: _second(row, role="Assistant"),
    "empty-answer": lambda row: _second(row, content=""),
    "null-content": lambda row: _second(row, content=None),
    "missing-content": _without_answer,
    "weight-not-0-or-1": lambda row: _second(row, weight=0.5),
    "email": lambda row: _second(row, content=f"Write to jan.jansen@an-example.com. {row['messages'][-1]['content']}"),
    "payment-card": lambda row: _second(
        row, content=f"The card is 4111 1111 1111 1111. {row['messages'][-1]['content']}"
    ),
    "refusal-as-target": lambda row: _second(row, content="I'm sorry, but I can't help with that."),
    "template-token": lambda row: _second(row, content=f"{row['messages'][-1]['content']} <|im_end|>."),
    "empty-messages": lambda _: '{"messages": []}',
}
"""By check, how a sound row is spoilt; what is given is the line of the file."""


def rows(size: int, *, repeated: bool = False, seed: int = 1) -> Iterator[tuple[str, str | None]]:
    """Lines of about `size` bytes in all, each with the check that finds something in it, or None.

    `repeated`: the system prompts are long and few, as real ones are; otherwise each is short and its own.
    """
    rng = random.Random(seed)
    systems = [words(rng, 300) for _ in range(SYSTEMS)]
    kinds = list(DEFECTS)
    given = 0
    while given < size:
        system = rng.choice(systems) if repeated else words(rng, 12)
        said = [{"role": "system", "content": system}]
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            said.append({"role": "user", "content": words(rng, rng.randrange(10, 60))})
            said.append({"role": "assistant", "content": words(rng, rng.randrange(20, 140))})
        row = {"messages": said}
        kind = rng.choice(kinds) if rng.randrange(EVERY) == 0 else None
        line = DEFECTS[kind](row) if kind else json.dumps(row, ensure_ascii=False)
        given += len(line.encode()) + 1
        yield line, kind


def write(file: Path, size: int, *, repeated: bool = False, seed: int = 1) -> dict[int, str]:
    """A file of about `size` bytes, and the defects in it by line."""
    planted: dict[int, str] = {}
    with file.open("w", encoding="utf-8", newline="\n") as out:
        for number, (line, kind) in enumerate(rows(size, repeated=repeated, seed=seed), start=1):
            out.write(line + "\n")
            if kind:
                planted[number] = kind
    return planted


def tool_rows(size: int, *, seed: int = 1) -> Iterator[str]:
    """Sound lines of about `size` bytes in all, in which one or two tools are called before each answer."""
    rng = random.Random(seed)
    given = 0
    while given < size:
        messages: list[dict[str, Any]] = [
            {"role": "system", "content": "You help customers of a shop, with tools."},
            {"role": "user", "content": words(rng, rng.randrange(8, 40))},
        ]
        for _ in range(rng.choice((1, 1, 2))):
            call_id, name = f"call_{rng.randrange(1 << 40):x}", rng.choice(TOOLS)["function"]["name"]  # type: ignore[index]
            arguments = json.dumps({"id": f"A{rng.randrange(10**6)}", "n": rng.randrange(9)})
            call = {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}
            result = json.dumps({"status": words(rng, 5), "n": rng.randrange(100)})
            messages.append({"role": "assistant", "tool_calls": [call]})
            messages.append({"role": "tool", "tool_call_id": call_id, "content": result})
        messages.append({"role": "assistant", "content": words(rng, rng.randrange(20, 80))})
        line = json.dumps({"messages": messages, "tools": TOOLS}, ensure_ascii=False)
        given += len(line.encode()) + 1
        yield line


def write_tools(file: Path, size: int) -> None:
    """A file of about `size` bytes whose rows call tools."""
    with file.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{line}\n" for line in tool_rows(size))


def write_parquet(file: Path, size: int) -> None:
    """The sound rows of about `size` bytes of varied chats, as Parquet."""
    sound = [json.loads(line) for line, kind in rows(size) if kind is None]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(sound), file)
