"""A file for each kind of defect, and beside it one that is nearly the same and sound in this."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from tests.dataset.checks.rows import called, edited

MARK = b"\xef\xbb\xbf"
ASK = {"role": "user", "content": "How late does the library close?"}
SAY = {"role": "assistant", "content": "At six, and at eight on Thursdays."}
OTHER = {"role": "user", "content": "Which bus goes to the station from here?"}
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}


def chat(*messages: Any, **more: Any) -> dict[str, Any]:
    return {"messages": list(messages), **more}


DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
"""An image of one dot."""


def turned(speaker: str, text: str) -> dict[str, Any]:
    return {"conversations": [{speaker: "user", text: "When?"}, {speaker: "assistant", text: "Today."}]}


BUS = {
    "type": "function",
    "function": {"name": "bus", "parameters": {"type": "object", "properties": {"line": {"type": "string"}}}},
}
SOUND, SECOND = chat(ASK, SAY), chat(OTHER, {"role": "assistant", "content": "Line 7 does, every ten minutes."})
PAIR = {
    "input": chat(ASK),
    "preferred_output": [SAY],
    "non_preferred_output": [{"role": "assistant", "content": "Never."}],
}


def said(text: str) -> dict[str, Any]:
    return chat(ASK, {"role": "assistant", "content": text})


def lines(*rows: Any) -> bytes:
    return b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows)


def parquet(*rows: Any) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows)), file)
    return file.getvalue()


class Case(NamedTuple):
    """A file with a defect, and how it is looked at."""

    data: bytes
    name: str = "rows.jsonl"
    platform: str | None = None
    method: str | None = None
    form: str | None = None
    held: bytes | None = None


def beside(*rows: Any, **how: Any) -> Case:
    """A conversation with a defect between two sound ones."""
    return Case(lines(SOUND, *rows, SECOND), **{"form": "openai_chat", **how})


def answers(*texts: str, **how: Any) -> Case:
    return Case(lines(*(chat({"role": "user", "content": f"Case {n}?"}, {**SAY, "content": text})
                        for n, text in enumerate(texts))), **how)  # fmt: skip


DEFECTS: Mapping[str, Case] = {
    "byte-order-mark": Case(MARK + lines(SOUND)),
    "byte-order-mark-refused": Case(MARK + lines(SOUND), platform="together"),
    "not-training-data": Case(b"<!DOCTYPE html>\n<html><body>Sign in</body></html>\n"),
    "rows-over-lines": Case(
        b"\n".join(json.dumps(row, indent=1).encode() for row in (SOUND, SECOND)) + b"\n", platform="openai"
    ),
    "line-separator": beside(json.dumps(said("First lift it.\u2028Then turn it."), ensure_ascii=False).encode()),
    "mixed-kinds": Case(
        lines(*({"prompt": f"Case {n}?", "completion": f"Answer {n}.", "id": n or "0"} for n in range(4)))
    ),
    "mixed-speakers": Case(
        lines(*[{"conversations": [{"from": "human", "value": "Hi"}, {"from": "assistant", "value": "Hello."}]}] * 2)
    ),
    "image-not-reachable": beside(
        chat({"role": "user", "content": [{"type": "image_url", "image_url": {"url": "photos/a.png"}}]}, SAY),
        form="openai_vision",
    ),
    "image-not-in-row": beside(
        chat({"role": "user", "content": [IMAGE]}, SAY), form="openai_vision", platform="together"
    ),
    "image-damaged": beside(
        chat({"role": "user", "content": [{"type": "image_url", "image_url": {"url": DOT[:-3]}}]}, SAY),
        form="openai_vision",
    ),
    "nul-padding": beside(b"\0" * 9),
    "name-misleads": Case(lines(SOUND), "rows.txt"),
    "delimiter-unusual": Case(b"prompt;completion\nWhen?;Today.\nWhere?;Here.\n", "rows.csv"),
    "bytes-not-text": Case(parquet({"prompt": b"When?", "completion": "Today."}), "rows.parquet"),
    "turn-keys-differ": Case(lines(turned("from", "value"), turned("from", "value"), turned("role", "content"))),
    "label-variants": answers(*["spam", "spam", "Spam", "ham"] * 3),
    "thoughts-not-closed": beside(said("<think>It is Monday. At six.")),
    "escaped-line-break": beside(said("At six.\\nAt eight on Thursdays.")),
    "media-count": beside(chat({**ASK, "content": "<image><image> Which is older?"}, SAY, images=["a.png"])),
    "several-answers": Case(lines({**PAIR, "preferred_output": [SAY, {**SAY, "content": "And on Sundays too."}]})),
    "prompt-repeated": Case(
        lines({"prompt": [ASK], "chosen": [ASK, SAY], "rejected": [{"role": "assistant", "content": "Never."}]})
    ),
    "one-verdict": Case(lines(*({**chat(ASK, SAY), "label": True, "n": n} for n in range(3)))),
    "null-filled-arguments": Case(parquet(called({"city": "Delft", "day": None})), "rows.parquet"),
    "null-filled-parameters": Case(parquet(called(), edited("tools.0", BUS, called())), "rows.parquet"),
    "doubled-start": Case(lines({"text": "<s>The library closes at six."}, {"text": "The bus goes at seven."})),
    "missing-byte-order-mark": Case(lines(SOUND), platform="azure"),
    "utf-16": Case(lines(SOUND).decode().encode("utf-16")),
    "latin-1": Case(json.dumps(said("Café, à six heures."), ensure_ascii=False).encode("latin-1") + b"\n"),
    "invalid-utf-8": beside(
        b'{"messages": [' + json.dumps(ASK).encode() + b', {"role": "assistant", "content": "Caf\xe9, caf\xc3\xa9."}]}'
    ),
    "mixed-line-ends": Case(lines(SOUND) + lines(SECOND).replace(b"\n", b"\r\n") + lines(said("At nine."))),
    "crlf": Case(lines(SOUND, SECOND).replace(b"\n", b"\r\n")),
    "blank-line": beside(b""),
    "invalid-json": beside(lines(said("a#b"))[:-1].replace(b"#", b"\t")),
    "truncated-json": beside(b'{"messages": ['),
    "python-literal": beside(repr(said("It's late")).encode()),
    "trailing-comma": beside(lines(said("Late"))[:-1] + b","),
    "top-level-array": Case(json.dumps([SOUND, SECOND]).encode()),
    "not-an-object": beside(b"[1, 2]"),
    "duplicate-key": beside(lines({**said("Late"), "n": [1]})[:-2] + b', "n": [1]}'),
    "nan-literal": beside(lines({**said("Late"), "n": 7})[:-1].replace(b"7", b"NaN")),
    "lone-surrogate": beside(said("Late \ud83d")),
    "nested-too-deep": beside(b"[" * 200 + b"]" * 200),
    "invalid-csv": Case(b'input,output\na,b\n"c" d,e\n', "rows.csv"),
    "row-too-long": Case(lines(said("x" * 30_000), SOUND)),
    "broken-archive": Case(gzip.compress(lines(SOUND, SECOND, *(said(f"{n * 7919}") for n in range(400))))[:-40]),
    "cell-count": Case(b"input,output\na,b\nc,d,e\n", "rows.csv"),
    "missing-messages": beside({"text_id": 3}),
    "empty-messages": beside(chat()),
    "messages-not-a-list": beside({"messages": "Hello"}),
    "message-not-an-object": beside(chat("Hello")),
    "mixed-schemas": beside({"prompt": "Which day?", "completion": "Tuesday."}),
    "unknown-format": Case(lines({"a": 1}, {"a": 2})),
    "missing-field": Case(lines(edited("preferred_output", ..., PAIR)), form="openai_dpo"),
    "wrong-type": beside(edited("messages.1.name", 7, SOUND)),
    "empty-field": Case(lines({"text": "Good.", "label": ""}, {"text": "Bad.", "label": 1}), form="text_label"),
    "unknown-key": beside({**SOUND, "id": 7}, platform="openai"),
    "column-not-read": beside({**SOUND, "id": 7}, platform="together"),
    "missing-role": beside(edited("messages.0.role", ..., SOUND)),
    "unknown-role": beside(edited("messages.0.role", "robot", SOUND)),
    "capitalised-role": beside(edited("messages.0.role", "User", SOUND)),
    "role-not-allowed": beside(edited("messages.0.role", "developer", SOUND), platform="databricks"),
    "no-user": beside(chat(SAY)),
    "no-assistant": beside(chat(ASK)),
    "ends-on-user": beside(chat(ASK, SAY, OTHER)),
    "ends-on-assistant": Case(lines(edited("input.messages", [ASK, SAY], PAIR)), form="openai_dpo"),
    "starts-on-assistant": beside(chat(SAY, ASK, SAY)),
    "consecutive-user-turns": beside(chat(ASK, OTHER, SAY)),
    "consecutive-assistant-turns": beside(chat(ASK, SAY, {"role": "assistant", "content": "Yes."})),
    "turns-not-alternating": beside(chat(ASK, OTHER, SAY), platform="together"),
    "late-system-message": beside(chat(ASK, {"role": "system", "content": "Be brief."}, SAY)),
    "several-system-messages": beside(
        chat({"role": "system", "content": "Be brief."}, {"role": "system", "content": "Be kind."}, ASK, SAY)
    ),
    "missing-content": beside(edited("messages.1.content", ..., SOUND)),
    "null-content": beside(edited("messages.1.content", None, SOUND)),
    "empty-content": beside(chat({"role": "system", "content": ""}, ASK, SAY)),
    "empty-answer": beside(said("")),
    "whitespace-content": beside(said(" ")),
    "empty-user-turn": beside(chat({"role": "user", "content": ""}, SAY)),
    "content-not-text": beside(edited("messages.1.content", 42, SOUND)),
    "malformed-part": beside(edited("messages.0.content", [{"type": "sound"}], SOUND)),
    "image-not-from-user": beside(edited("messages.1.content", [IMAGE], SOUND)),
    "too-many-images": beside(edited("messages.0.content", [IMAGE] * 11, SOUND), platform="openai"),
    "images-in-preference": Case(
        lines(edited("preferred_output.0.content", [{"type": "text", "text": "a"}], PAIR)), form="openai_dpo"
    ),
    "weight-not-0-or-1": beside(edited("messages.1.weight", "1", SOUND)),
    "weight-not-on-assistant": beside(edited("messages.0.weight", 1, SOUND)),
    "all-weights-zero": beside(edited("messages.1.weight", 0, SOUND)),
    "deprecated-function-call": beside({**SOUND, "functions": [{"name": "look", "parameters": {"type": "object"}}]}),
    "malformed-tools": beside(edited("tools.0.function.name", "the weather", called())),
    "malformed-tool-call": beside(edited("messages.1.tool_calls.0.type", ..., called())),
    "tool-call-not-by-assistant": beside(
        edited("messages.0.tool_calls", called()["messages"][1]["tool_calls"], called())
    ),
    "tool-arguments-not-json": beside(called("{'city': 1}")),
    "tool-arguments-wrong-form": beside(called({"city": "Delft"}), form="openai_tools"),
    "tool-arguments-do-not-fit": beside(called('{"town": "Delft"}')),
    "undefined-tool": beside(called(name="climate")),
    "orphan-tool-reply": beside(edited("messages.2.tool_call_id", "call_9", called())),
    "unanswered-tool-call": beside(edited("messages.2", ..., called())),
    "repeated-tool-call-id": beside(edited("messages", called()["messages"][:3] + called()["messages"][1:], called())),
    "identical-pair": Case(lines(edited("non_preferred_output", [SAY], PAIR)), form="openai_dpo"),
    "no-grader-field": Case(lines(chat(ASK)), form="openai_rft"),
    "fields-differ": Case(lines(chat(ASK, answer="6"), chat(OTHER, reply="7"))),
    "constant-field": Case(lines(chat(ASK, answer="6"), chat(OTHER, answer="6"))),
    "over-long-example": beside(said("library " * 2_000), platform="trl"),
    "example-not-taken": beside(said("library " * 33_000), platform="bedrock"),
    "too-few-rows": Case(lines(SOUND, SECOND), platform="openai"),
    "few-rows": answers(*(f"It is {n * 7919}." for n in range(12)), platform="openai"),
    "method-not-offered": Case(lines(SOUND), platform="bedrock", method="dpo"),
    "format-not-read": Case(lines({"prompt": "Which day?", "completion": "Tuesday."}), platform="openai"),
    "reserved-word": beside(chat({"role": "user", "content": "User: how late?"}, SAY), platform="bedrock"),
    "container-not-read": Case(b"prompt,completion\nWhich day?,Tuesday.\n", "rows.csv", platform="openai"),
    "inconsistent-system-prompt": Case(lines(SOUND, chat({"role": "system", "content": "Be brief."}, OTHER, SAY))),
    "class-imbalance": answers(*["yes"] * 30, "no"),
    "single-class": answers(*["yes"] * 30),
    "refusal-share": answers(*["I'm sorry, but I can't help with that."] * 5, *(f"{n * 7919}." for n in range(20))),
    "exact-duplicate": beside(SOUND),
    "normalised-duplicate": beside(edited("messages.1.content", "at six and at eight on thursdays", SOUND)),
    "key-order-duplicate": beside({"messages": [dict(reversed(ASK.items())), SAY]}),
    "near-duplicate": beside(
        said("The reading room closes at six on Mondays, at seven on Tuesdays and at eight on Thursdays in May."),
        said("The reading room closes at six on Mondays, at seven on Tuesdays and at nine on Thursdays in May."),
    ),
    "conflicting-answers": beside(said("Never.")),
    "leak-exact": Case(lines(SOUND, SECOND), held=lines(said("at six and at eight on thursdays!"))),
    "leak-near": Case(lines(SOUND, SECOND), held=lines(said("Never."))),
    "email": beside(said("Mail ann@an-example.org.")),
    "payment-card": beside(said("It was 4111 1111 1111 1111.")),
    "phone": beside(said("Call +31 6 1234 5678.")),
    "us-ssn": beside(said("Her SSN is 123-45-6789.")),
    "iban": beside(said("Pay to NL91 ABNA 0417 1643 00.")),
    "bsn": beside(said("Het BSN is 123456782.")),
    "api-key": beside(said("Use sk-abcdefghijklmnopqrstuvwx1234567890.")),
    "refusal-as-target": beside(said("I'm sorry, but I can't help with that.")),
    "placeholder": beside(said("Dear [Your Name], thank you.")),
    "echo": beside(said(ASK["content"])),
    "repetition": beside(said("very good " * 30)),
    "cut-off": beside(said("There are three reasons to do this: it is quick, it is cheap,")),
    "mojibake": beside(said("The cafÃ© isnâ€™t open.")),
    "nul-character": beside(said("At\0 six.")),
    "control-character": beside(said("At\x1b six.")),
    "template-token": beside(said("At six.<|im_end|>")),
    "html": beside(said("<p>At <b>six</b>.</p>")),
}
TOO_LARGE = {"file-too-large", "too-many-rows"}
"""Not planted here: files of 512 MB, and of 50,000 rows."""
