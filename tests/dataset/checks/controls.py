"""Beside each file with a defect, one that differs from it in little, and is sound in this."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from typing import Any

from tests.dataset.checks.defects import (
    ASK,
    DEFECTS,
    DOT,
    IMAGE,
    MARK,
    OTHER,
    PAIR,
    SAY,
    SECOND,
    SOUND,
    Case,
    answers,
    beside,
    chat,
    lines,
    parquet,
    said,
    turned,
)
from tests.dataset.checks.rows import called, edited


def row(*rows: Any) -> bytes:
    """The file with these rows where the defect was."""
    return beside(*rows).data


AGAIN = json.loads(json.dumps(called()["messages"]).replace("call_1", "call_2"))
CONTROLS: Mapping[str, bytes] = {
    "byte-order-mark": lines(SOUND),
    "byte-order-mark-refused": lines(SOUND),
    "not-training-data": lines(said("<!DOCTYPE html> is how a page begins.")),
    "rows-over-lines": lines(SOUND, SECOND),
    "line-separator": lines(said("First lift it.\u2028Then turn it.")),
    "mixed-kinds": lines(*({"prompt": f"Case {n}?", "completion": f"Answer {n}.", "id": n} for n in range(4))),
    "mixed-speakers": lines(
        *[{"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello."}]}] * 2
    ),
    "image-not-reachable": row(chat({"role": "user", "content": [IMAGE]}, SAY)),
    "image-not-in-row": row(
        chat({"role": "user", "content": [{**IMAGE, "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}]}, SAY)
    ),
    "image-damaged": row(chat({"role": "user", "content": [{"type": "image_url", "image_url": {"url": DOT}}]}, SAY)),
    "nul-padding": row(),
    "name-misleads": b"prompt,completion\nWhen?,Today.\nWhere?,Here.\n",
    "delimiter-unusual": b"prompt,completion\nWhen?,Today.\nWhere?,Here.\n",
    "bytes-not-text": parquet({"prompt": "When?", "completion": "Today."}),
    "turn-keys-differ": lines(*[turned("role", "content")] * 3),
    "label-variants": answers(*["spam", "spam", "C", "C++"] * 3).data,
    "thoughts-not-closed": row(said("<think>It is Monday.</think>At six.")),
    "escaped-line-break": row(said("At six.\nAt eight on Thursdays.")),
    "media-count": row(chat({**ASK, "content": "<image> Which is older?"}, SAY, images=["a.png"])),
    "several-answers": lines(PAIR),
    "prompt-repeated": lines(
        {"prompt": [ASK], "chosen": [SAY], "rejected": [{"role": "assistant", "content": "Never."}]}
    ),
    "one-verdict": lines(*({**chat(ASK, SAY), "label": not n, "n": n} for n in range(3))),
    "null-filled-arguments": parquet(called({"city": "Delft"})),
    "null-filled-parameters": parquet(called(), called()),
    "doubled-start": lines({"text": "Write <s> first."}, {"text": "The bus goes at seven."}),
    "missing-byte-order-mark": MARK + lines(SOUND),
    "utf-16": lines(SOUND).decode().encode("utf-8"),
    "latin-1": json.dumps(said("Café, à six heures."), ensure_ascii=False).encode() + b"\n",
    "invalid-utf-8": row(json.dumps(said("Café, café."), ensure_ascii=False).encode()),
    "mixed-line-ends": lines(SOUND, SECOND).replace(b"\n", b"\r\n").removesuffix(b"\r\n"),
    "crlf": lines(said("At six.\r\nAt eight."), SECOND),
    "blank-line": row(said("\n\n At six.")),
    "invalid-json": row(said("a\tb")),
    "truncated-json": row(said('{"messages": [')),
    "python-literal": row(said("{'messages': None}")),
    "trailing-comma": row(said("Late,}")),
    "top-level-array": lines(SOUND, SECOND),
    "not-an-object": row(said("[1, 2]")),
    "duplicate-key": row({**said("Late"), "n": [1], "m": [1]}),
    "nan-literal": row({**said("NaN"), "n": 7}),
    "lone-surrogate": row(said("Late \U0001f600")),
    "nested-too-deep": row({**SOUND, "n": json.loads("[" * 90 + "]" * 90)}),
    "invalid-csv": b'input,output\na,b\n"c ""d""",e\n',
    "row-too-long": lines(said("x" * 19_000), SOUND),
    "broken-archive": gzip.compress(lines(SOUND, SECOND)),
    "cell-count": b'input,output\na,b\nc,"d,e"\n',
    "missing-messages": row({**SOUND, "text_id": 3}),
    "empty-messages": row(chat(ASK, SAY)),
    "messages-not-a-list": row(said("Hello")),
    "message-not-an-object": row(chat(ASK, SAY)),
    "mixed-schemas": row({**SOUND, "prompt": "Which day?"}),
    "unknown-format": lines({"text": "a 1"}, {"text": "a 2"}),
    "missing-field": lines(PAIR),
    "wrong-type": row(edited("messages.1.name", "Ann", SOUND)),
    "empty-field": lines({"text": "Good.", "label": 0}, {"text": "Bad.", "label": 1}),
    "unknown-key": row({**called(), "parallel_tool_calls": True}),
    "column-not-read": row({**called(), "weight": 0.5}),
    "missing-role": row(SOUND),
    "unknown-role": row(edited("messages.0.role", "developer", SOUND)),
    "capitalised-role": row(edited("messages.0.content", "User", SOUND)),
    "role-not-allowed": row(edited("messages.0.role", "system", chat(OTHER, ASK, SAY))),
    "no-user": row(chat(ASK, SAY)),
    "no-assistant": row(chat(ASK, SAY)),
    "ends-on-user": row(chat(ASK, SAY, OTHER, SAY)),
    "ends-on-assistant": lines(edited("input.messages", [ASK, SAY, OTHER], PAIR)),
    "starts-on-assistant": row(chat({"role": "system", "content": "Be brief."}, ASK, SAY)),
    "consecutive-user-turns": row(chat(ASK, SAY, OTHER, SAY)),
    "consecutive-assistant-turns": row(called()),
    "turns-not-alternating": row(chat(ASK, SAY, OTHER, SAY)),
    "late-system-message": row(chat({"role": "system", "content": "Be brief."}, ASK, SAY)),
    "several-system-messages": row(chat({"role": "system", "content": "Be brief. Be kind."}, ASK, SAY)),
    "missing-content": row(edited("messages.1.content", ..., called())),
    "null-content": row(called()),
    "empty-content": row(chat({"role": "system", "content": "."}, ASK, SAY)),
    "empty-answer": row(edited("messages.1.content", "", called())),
    "whitespace-content": row(said(" 6 ")),
    "empty-user-turn": row(chat({"role": "user", "content": "?"}, SAY)),
    "content-not-text": row(said("42")),
    "malformed-part": row(edited("messages.0.content", [{"type": "text", "text": "How late?"}, IMAGE], SOUND)),
    "image-not-from-user": row(edited("messages.0.content", [IMAGE], SOUND)),
    "too-many-images": row(edited("messages.0.content", [IMAGE] * 10, SOUND)),
    "images-in-preference": lines(PAIR),
    "weight-not-0-or-1": row(edited("messages.1.weight", 1, SOUND)),
    "weight-not-on-assistant": row(edited("messages.1.weight", 1, SOUND)),
    "all-weights-zero": row(chat(ASK, {**SAY, "weight": 0}, OTHER, {**SAY, "weight": 1})),
    "deprecated-function-call": row(called()),
    "malformed-tools": row(edited("tools.0.function.strict", False, called())),
    "malformed-tool-call": row(called()),
    "tool-call-not-by-assistant": row(called()),
    "tool-arguments-not-json": row(called('{"city": "{\'a\': 1}"}')),
    "tool-arguments-wrong-form": row(called()),
    "tool-arguments-do-not-fit": row(called('{"city": "town"}')),
    "undefined-tool": row(called()),
    "orphan-tool-reply": row(called()),
    "unanswered-tool-call": row({**called(), "messages": called()["messages"][:2]}),
    "repeated-tool-call-id": row({**called(), "messages": called()["messages"] + AGAIN}),
    "identical-pair": lines(PAIR),
    "no-grader-field": lines(chat(ASK, answer="6")),
    "fields-differ": lines(chat(ASK, answer="6"), chat(OTHER, answer="7")),
    "constant-field": lines(chat(ASK, answer="6"), chat(OTHER, answer="7")),
    "over-long-example": row(said("library " * 900)),
    "example-not-taken": row(said("library " * 31_000)),
    "too-few-rows": answers(*(f"It is {n * 7919}." for n in range(10))).data,
    "few-rows": answers(*(f"It is {n * 7919}." for n in range(50))).data,
    "format-not-read": lines(SOUND),
    "reserved-word": row(chat({"role": "user", "content": "The user: how late?"}, SAY)),
    "inconsistent-system-prompt": lines(
        *(chat({"role": "system", "content": "Be brief."}, asked, SAY) for asked in (ASK, OTHER))
    ),
    "class-imbalance": answers(*["yes"] * 30, *["no"] * 20).data,
    "single-class": answers(*["yes"] * 30, *["no"] * 20).data,
    "refusal-share": answers("I'm sorry, but I can't help with that.", *(f"{n * 7919}." for n in range(20))).data,
    "exact-duplicate": row(said("Never, on Sundays.")),
    "normalised-duplicate": row(chat(OTHER, {**SAY, "content": "at six and at eight on fridays"})),
    "key-order-duplicate": row(chat({"content": "How early?", "role": "user"}, SAY)),
    "near-duplicate": row(
        said("The reading room closes at six on Mondays, at seven on Tuesdays and at eight on Thursdays in May."),
        said("The café on the ground floor serves soup from noon, and closes an hour before the library does."),
    ),
    "conflicting-answers": row(chat({**ASK, "content": "How late does the museum close?"}, SAY)),
    "email": row(said("Mail ann@home, or ann at example.org.")),
    "payment-card": row(said("It was 4111 1111 1111 1112.")),
    "phone": row(said("Order 31 6 1234 5678.")),
    "us-ssn": row(said("Her SSN is 000-45-6789.")),
    "iban": row(said("Pay to NL91 ABNA 0417 1643 01.")),
    "bsn": row(said("Het BSN is 123456781.")),
    "api-key": row(said("Use sk-abcdefgh, as in the manual.")),
    "refusal-as-target": row(said("I'm sorry that you had to wait. The library closes at six.")),
    "placeholder": row(said("Dear [Ann], thank you.")),
    "echo": row(said("How late? The library closes at six.")),
    "repetition": row(said("very good " * 3)),
    "cut-off": row(said("There are three reasons to do this: it is quick, it is cheap, and it works.")),
    "mojibake": row(said("The café isn’t open, Ã propos.")),
    "nul-character": row(said("At\\0 six.")),
    "control-character": row(said("At\tsix.\n")),
    "template-token": row(said("At six.<im_end|")),
    "html": row(said("At `<b>six</b>`, if a < b and c > d.")),
}
OTHERWISE: Mapping[str, Case] = {
    "method-not-offered": DEFECTS["method-not-offered"]._replace(method="sft"),
    "container-not-read": DEFECTS["container-not-read"]._replace(platform="autotrain"),
    "leak-exact": DEFECTS["leak-exact"]._replace(held=lines(chat({**ASK, "content": "How early does it open?"}, SAY))),
    "leak-near": DEFECTS["leak-near"]._replace(
        held=lines(chat({**ASK, "content": "When do you open on Sundays?"}, SAY))
    ),
}
"""Where the rows are the same, and how they are looked at differs."""


def control(check: str) -> Case:
    """The sound file beside the one with the defect."""
    return OTHERWISE[check] if check in OTHERWISE else DEFECTS[check]._replace(data=CONTROLS[check])
