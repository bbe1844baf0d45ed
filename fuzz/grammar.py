"""Files of nearly sound rows, built as the bytes of a fuzzer say: rows of every format, spoilt here and there."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from tests.dataset.checks.pieces import PIECES
from tests.dataset.checks.rows import called

Row = dict[str, Any]

TEXTS = (
    *PIECES,
    *("How late does the library close?", "At six, and at eight on Thursdays.", "positive", "negative", "Yes", "No."),
    *("I'm sorry, but I can't help with that.", "Sorry, dat kan ik niet.", "As an AI language model, I cannot", ""),
    *(
        " \n",
        "=1+1",
        "'=1",
        '["a", "b"]',
        '{"a": 1}',
        '[{"role": "user", "content": "x"}]',
        "a\r\nb",
        "\u2028",
        "\ufeff",
    ),
    *(
        "e\u0301",
        "é",
        "漢字",
        "1,5",
        "12.5",
        "12.50",
        "-3",
        "+3",
        "a" * 90,
        "word " * 40,
        "\x85",
        "\x1b[31m",
        "<|im_start|>",
    ),
    *(
        "[" * 2_000 + "]" * 2_000,
        '{"a": [' * 90 + "]}" * 90,
        "System:",
        "Human: Assistant:",
        "123-45-6789",
        "BSN 123456782",
        "tel 020 123 4567",
        "-----BEGIN PRIVATE KEY-----",
    ),
)
ROLES = (
    "user",
    "assistant",
    "system",
    "developer",
    "tool",
    "function",
    "model",
    "User",
    "assistant ",
    "human",
    "gpt",
    "",
)
KEYS = (
    *("role", "content", "name", "weight", "tool_calls", "tool_call_id", "function_call", "messages", "tools", "from"),
    *("value", "prompt", "completion", "chosen", "rejected", "label", "text", "input", "output", "instruction", "id"),
    *(
        "context",
        "question",
        "answer",
        "gold",
        "prediction",
        "is_impossible",
        "parallel_tool_calls",
        "jan@an-example.com",
    ),
)


def weather() -> list[Any]:
    """The definition of a tool, made anew: it may be spoilt."""
    tools: list[Any] = called()["tools"]
    return tools


class Choices(Protocol):
    """What decides; `atheris.FuzzedDataProvider` does."""

    def ConsumeIntInRange(self, least: int, most: int) -> int: ...

    def ConsumeUnicode(self, count: int) -> str: ...


class Maker:
    """Makes rows and files of what is chosen."""

    def __init__(self, choices: Choices) -> None:
        self.choices = choices

    def number(self, most: int) -> int:
        return self.choices.ConsumeIntInRange(0, most)

    def one(self, values: Sequence[Any]) -> Any:
        return values[self.number(len(values) - 1)]

    def chance(self, of: int) -> bool:
        """True once in so many times, and not where nothing is left to choose by."""
        return self.number(of - 1) == of - 1

    def text(self) -> str:
        parts = [
            self.one(TEXTS) if self.number(3) else self.choices.ConsumeUnicode(12) for _ in range(self.number(2) + 1)
        ]
        text = " ".join(parts)
        return text * (2 + self.number(6)) if self.chance(12) else text

    def value(self, depth: int = 0) -> Any:
        """Anything that JSON holds."""
        kind = self.number(9 if depth < 3 else 6)
        if kind < 3:
            return self.text()
        if kind < 7:
            return (None, True, self.number(99), (0.5, 1e300, 2**63, -1)[self.number(3)])[kind - 3]
        if kind == 7:
            return [self.value(depth + 1) for _ in range(self.number(3))]
        return {self.one(KEYS): self.value(depth + 1) for _ in range(self.number(3))}

    # Rows of each format

    def message(self, role: str | None = None) -> Row:
        role = role if role and not self.chance(10) else self.one(ROLES)
        made: Row = {"role": role, "content": self.text()}
        if self.chance(8):
            made["weight"] = self.one([0, 1, True, "1", 2, 0.0])
        if self.chance(10):
            made["name"] = self.text()
        if self.chance(8):
            made["content"] = [self.part() for _ in range(self.number(3))]
        if self.chance(6) and role == "assistant":
            made["content"] = self.one([None, "", self.text()])
            made["tool_calls"] = [self.call() for _ in range(self.number(2) + 1)]
        if role == "tool":
            made["tool_call_id"] = self.one(["call_1", "call_2", 7])
        return made

    def part(self) -> Any:
        picture = {"type": "image_url", "image_url": {"url": self.one(["https://example.com/a.png", self.text()])}}
        return self.one([{"type": "text", "text": self.text()}, picture, {"type": "sound"}, self.text()])

    def call(self) -> Row:
        arguments = self.one(['{"city": "Delft"}', {"city": "Delft"}, '{"town": 1}', "{", self.text(), self.value(2)])
        name = self.one(["weather", "weather", "climate", 3])
        return {
            "id": f"call_{1 + self.number(1)}",
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }

    def turns(self) -> list[Row]:
        roles = ["system"] * self.number(1) + ["user", "assistant"] * (1 + self.number(2))
        if self.chance(6):
            roles.insert(self.number(len(roles)), self.one(ROLES))
        return [self.message(role) for role in roles]

    def chat(self) -> Row:
        made: Row = {"messages": self.turns()}
        if self.chance(4):
            made["tools"] = self.one([weather(), json.dumps(weather()), [], [self.value(2)], self.value(1)])
        if self.chance(12):
            made["functions"] = [{"name": "weather", "parameters": {"type": "object"}}]
        if self.chance(12):
            made[self.one(KEYS)] = self.value(1)
        return made

    def called(self) -> Row:
        call = self.call()
        reply = {"role": "tool", "tool_call_id": call["id"], "content": self.text()}
        asks = {"role": "assistant", "content": None, "tool_calls": [call]}
        return {"messages": [self.message("user"), asks, reply, self.message("assistant")], "tools": weather()}

    def pair(self) -> Row:
        asked = {"messages": self.turns()[:-1]}
        better, worse = ([self.message("assistant")] for _ in range(2))
        return {"input": asked, "preferred_output": better, "non_preferred_output": worse}

    def preference(self) -> Row:
        if self.chance(2):
            return {"prompt": self.text(), "chosen": self.text(), "rejected": self.text()}
        return {"chosen": self.turns(), "rejected": self.turns()}

    def flat(self) -> Row:
        names = self.one(
            [
                ("prompt", "completion"),
                ("instruction", "input", "output"),
                ("input", "output"),
                ("question", "context", "answer"),
                ("text",),
                ("text", "label"),
                ("question", "context", "answer", "is_impossible"),
                ("gold", "prediction", "expects_answer"),
                ("instruction", "response"),
                ("context", "instruction", "response", "category"),
            ]
        )
        return {name: self.text() if self.number(9) else self.value(2) for name in names}

    def sharegpt(self) -> Row:
        said = [{"from": self.one(["human", "gpt"]), "value": self.text()} for _ in range(self.number(3))]
        return {
            "conversations": [{"from": "human", "value": self.text()}, {"from": "gpt", "value": self.text()}, *said]
        }

    def google(self) -> Row:
        roles = ["user", "model"] * (1 + self.number(1))
        return {"contents": [{"role": role, "parts": [{"text": self.text()}]} for role in roles]}

    def bedrock(self) -> Row:
        said = [{"role": role, "content": [{"text": self.text()}]} for role in ("user", "assistant")]
        return {"schemaVersion": "bedrock-conversation-2024", "system": [{"text": self.text()}], "messages": said}

    def strange(self) -> Row:
        return {self.one(KEYS): self.value(1) for _ in range(self.number(4))}

    def spoilt(self, row: Row) -> Row:
        """The row with something in it put in place of something else, taken out or given another name."""
        holder: Any = row
        while True:
            inner = [
                part
                for part in (holder.values() if isinstance(holder, dict) else holder)
                if isinstance(part, (dict, list)) and part
            ]
            if not inner or self.chance(3):
                break
            holder = self.one(inner)
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        if not keys:
            return row
        key = self.one(keys)
        match self.number(3):
            case 0:
                del holder[key]
            case 1:
                holder[key] = self.value(1)
            case 2 if isinstance(holder, dict):
                holder[self.one(KEYS)] = holder.pop(key)
            case _:
                holder[key] = self.text()
        return row

    def rows(self) -> list[Any]:
        kinds: list[Callable[[], Row]] = [
            *(self.chat, self.chat, self.called, self.pair, self.preference, self.flat, self.flat, self.sharegpt),
            *(self.google, self.bedrock, self.strange),
        ]
        kind = self.one(kinds)
        made: list[Any] = []
        for _ in range(1 + self.number(6)):
            match self.number(15):
                case 13 if made:
                    made.append(json.loads(json.dumps(self.one(made))))
                case 14:
                    made.append(self.one(kinds)())
                case 15:
                    made.append(self.value())
                case 10 | 11 | 12:
                    made.append(self.spoilt(kind()))
                case _:
                    made.append(kind())
        return made

    # Files

    def files(self) -> tuple[bytes, str, bytes, str]:
        """A file and its name, and a validation file with some of its rows and some of its own."""
        rows = self.rows()
        held = [row for row in rows if self.chance(2)]
        return *self.file(rows), *self.file(held + self.rows() if self.chance(2) else held)

    def file(self, rows: list[Any] | None = None) -> tuple[bytes, str]:
        """The bytes of a file and its name."""
        rows = self.rows() if rows is None else rows
        match self.number(9):
            case 0:
                data, name = json.dumps(rows, indent=self.one([None, 1])).encode(), "rows.json"
            case 1 | 2:
                data, name = self.table(rows)
            case 3:
                return self.parquet(rows)
            case _:
                data, name = self.lines(rows), "rows.jsonl"
        match self.number(15):
            case 10:
                data = data.decode("utf-8", "replace").encode("utf-16")
            case 11:
                data = data.decode("utf-8", "replace").encode("latin-1", "replace")
            case 12:
                data = b"\xef\xbb\xbf" + data
            case 13:
                data = data.replace(b"\n", b"\r\n")
            case 14:
                data = data[: self.number(len(data))]
            case 15:
                return gzip.compress(data, mtime=0), name + ".gz"
            case _:
                pass
        return data, name

    def lines(self, rows: Sequence[Any]) -> bytes:
        return b"".join(self.line(row) + self.one([b"\n"] * 6 + [b",\n", b"\n\n", b" \n", b""]) for row in rows)

    def line(self, row: Any) -> bytes:
        match self.number(15):
            case 11:
                return repr(row).encode("utf-8", "replace")
            case 12:
                return json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass")
            case 13:
                return json.dumps(row).encode()[: -1 - self.number(20)]
            case 14:
                text = json.dumps(row).encode()
                at = self.number(len(text))
                return (
                    text[:at]
                    + self.one([b"\xff", b"\xc3", b"\0", b"NaN", b",", b'"', b"\\", b"\x07", b"}", b"]", b"{"])
                    + text[at:]
                )
            case 15:
                return json.dumps(row, separators=(" , ", " : ")).encode()
            case _:
                return json.dumps(row, ensure_ascii=False).encode("utf-8", "replace")

    def table(self, rows: Sequence[Any]) -> tuple[bytes, str]:
        columns = [*{key: 0 for row in rows if isinstance(row, dict) for key in row}] or ["text"]
        out = io.StringIO()
        sign = self.one([",", ";", "\t", "|"])
        writer = csv.writer(out, delimiter=sign, lineterminator=self.one(["\n", "\n", "\r\n", "\r"]))
        writer.writerow(columns + (["extra"] if self.chance(10) else []))
        for row in rows:
            cells = [row.get(key, "") for key in columns] if isinstance(row, dict) else [row]
            writer.writerow([cell if isinstance(cell, str) else json.dumps(cell) for cell in cells])
        data = out.getvalue().encode("utf-8", "replace")
        if self.chance(6):
            at = self.number(len(data))
            data = data[:at] + self.one([b'"', b"\n", b"\xff", b"\r", sign.encode()]) + data[at:]
        return data, "rows.tsv" if sign == "\t" else "rows.csv"

    def parquet(self, rows: Sequence[Any]) -> tuple[bytes, str]:
        out = io.BytesIO()
        try:
            table = pa.Table.from_pylist([row for row in rows if isinstance(row, dict)] or [{"text": "a"}])
            pq.write_table(table, out)
        except (pa.ArrowException, ValueError, TypeError, UnicodeError, OverflowError):
            return self.lines(rows), "rows.jsonl"
        return out.getvalue(), "rows.parquet"
