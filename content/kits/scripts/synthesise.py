"""Makes rows to train on with a larger model, the teacher: seeds, more questions, filtered, answered, followed up.

    python synthesise.py plan     what it would ask, before anything is paid
    python synthesise.py          asks; after a cut, the same command goes on
    python synthesise.py split    puts nine of ten rows into data/train.jsonl, one of ten into data/validation.jsonl

Set in the environment: TEACHER, the model; OPENAI_API_KEY, its key; TEACHER_URL, its server where it is not OpenAI's;
PROMPTS, how often it is asked for more questions; NEW, how many each time.
Seeds are the questions of data/seeds.jsonl. Nothing of the evaluation goes in.
"""

import json
import os
import random
import re
import sys
from collections.abc import Iterator
from typing import Any

import openai
from endpoint import explained, rows, setting
from words import HERE, number, say

PROMPTS, NEW, SHOWN = int(os.environ.get("PROMPTS", "30")), int(os.environ.get("NEW", "10")), 10
"""Requests for questions, questions of each, and seeds that each shows."""
LIKE = 40
"""Characters at the beginning by which two questions are the same."""
CHARACTERS_A_TOKEN = 4
"""In English; other languages have fewer. An assumption, for the plan alone."""
QUESTIONS, ROWS = HERE / "data" / "questions.jsonl", HERE / "data" / "synthetic.jsonl"


def plan(seeds: list[dict[str, Any]]) -> None:
    """How many requests and tokens at most: fewer, the more questions are alike."""
    asked = [len(question(row)) / CHARACTERS_A_TOKEN for row in seeds]
    said = [len(row["messages"][-1]["content"]) / CHARACTERS_A_TOKEN for row in seeds]
    one, answer = sum(asked) / len(asked), sum(said) / len(said)
    most = PROMPTS * NEW
    read = PROMPTS * SHOWN * one + most * (one + (one + answer) + (2 * one + answer))
    written = most * (one + answer + one + answer)
    print(say("Seeds: {n}. Questions to ask for: {most}.", n=len(seeds), most=most))
    print(say("Requests: {few} for questions, then up to {many} for answers.", few=PROMPTS, many=3 * most))
    print(
        say(
            "Tokens at most: about {read} thousand in and {written} thousand out (four characters a token, an "
            "assumption). Multiply by the prices of the teacher.",
            read=number(read / 1000),
            written=number(written / 1000),
        )
    )


def question(row: dict[str, Any]) -> str:
    return next(one["content"] for one in row["messages"] if one["role"] == "user")


def beginning(text: str) -> str:
    return " ".join(text.lower().split())[:LIKE]


def ask(server: openai.OpenAI, *messages: dict[str, str]) -> str:
    done = server.chat.completions.create(model=setting("TEACHER"), messages=list(messages))
    return (done.choices[0].message.content or "").strip()


def more_questions(server: openai.OpenAI, seeds: list[dict[str, Any]]) -> Iterator[str]:
    """New questions, one a line of what the teacher says, without its numbers."""
    chance = random.Random(1)
    for _ in range(PROMPTS):
        some = chance.sample(seeds, min(SHOWN, len(seeds)))
        shown = "\n".join(f"- {' '.join(question(row).split())}" for row in some)
        wish = say(
            "Here are questions that users ask:\n{shown}\nWrite {n} other ones of the same kind and in the same "
            "language, each on a line of its own, and nothing else.",
            shown=shown,
            n=NEW,
        )
        for line in ask(server, {"role": "user", "content": wish}).splitlines():
            if text := re.sub(r"^\s*(?:[-*•]|\d+[.)])\s*", "", line).strip():
                yield text


def conversation(server: openai.OpenAI, system: list[dict[str, str]], text: str) -> list[dict[str, str]]:
    """A question, its answer, what the user may ask next, and the answer to that."""
    said = [*system, {"role": "user", "content": text}]
    said.append({"role": "assistant", "content": ask(server, *said)})
    wish = say("Write what the user could ask next, as the user would, in one sentence and nothing else.")
    said.append({"role": "user", "content": ask(server, *said, {"role": "user", "content": wish})})
    said.append({"role": "assistant", "content": ask(server, *said)})
    return said


def write(path, row: dict[str, Any]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


def make(seeds: list[dict[str, Any]]) -> None:
    setting("OPENAI_API_KEY")
    server = openai.OpenAI(base_url=os.environ.get("TEACHER_URL"), max_retries=5, timeout=120)
    system = [one for one in seeds[0]["messages"] if one["role"] == "system"]
    kept_out = {beginning(question(row)) for row in [*seeds, *rows("evaluation/evaluation_set.jsonl")]}
    with explained():
        if not QUESTIONS.exists():
            found = {}
            for text in more_questions(server, seeds):
                found.setdefault(beginning(text), text)
            new = [text for start, text in found.items() if start not in kept_out]
            QUESTIONS.write_text("".join(json.dumps({"text": one}, ensure_ascii=False) + "\n" for one in new), "utf-8")
        texts = [row["text"] for row in rows("data/questions.jsonl")]
        done = {question(row) for row in rows("data/synthetic.jsonl")} if ROWS.exists() else set()
        for text in texts:
            if text not in done:
                said = conversation(server, system, text)
                if all(one["content"] for one in said):
                    write(ROWS, {"messages": said})
    n = len(rows("data/synthetic.jsonl")) if ROWS.exists() else 0
    print(
        say("Questions that are new: {questions}; rows: {rows}. Read some fifty of them.", questions=len(texts), rows=n)
    )


def split(seeds: list[dict[str, Any]]) -> None:
    """Seeds stay in the training; every tenth row of the teacher's watches it."""
    made = rows("data/synthetic.jsonl")
    parts = {"train": [*seeds, *(row for n, row in enumerate(made) if n % 10)], "validation": made[::10]}
    for name, some in parts.items():
        file = HERE / "data" / f"{name}.jsonl"
        file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in some), "utf-8")
        print(say("{file}: {n} rows", file=f"data/{name}.jsonl", n=len(some)))


if __name__ == "__main__":
    steps = {(): make, ("plan",): plan, ("split",): split}
    steps.get(tuple(sys.argv[1:]), lambda _: sys.exit(__doc__))(rows("data/seeds.jsonl"))
