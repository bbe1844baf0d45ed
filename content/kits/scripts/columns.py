"""Writes rows with the columns that a task of Azure Machine Learning reads, into azureml/; COLUMNS.md lists the tasks.

    python columns.py                                  the task of this kit, from data/
    python columns.py summarization                    another task, from data/
    python columns.py translation from=en to=nl        columns named by the codes of the two languages
    python columns.py summarization train.csv validation.csv document=Article summary=Abstract
                                                       from your own files, CSV or JSON Lines, with your own columns

Where only one file is named, every tenth row goes to validation. azureml/task.json remembers what was written.
"""

import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from words import HERE, say

Row = dict[str, Any]
KIT = json.loads((HERE / "kit.json").read_text("utf-8"))
TASKS: dict[str, list[str]] = KIT["tasks"]
"""The columns of each task; those of a translation are the codes of two languages."""
OUT = HERE / "azureml"
EVERY = 10
"""One row of so many goes to validation where no file for it is named."""
WORD = re.compile(r"\w+|[^\w\s]")


class Left(Exception):
    """Why a row was left out."""


def question(row: Row) -> str:
    return next(one["content"] for one in reversed(row["messages"][:-1]) if one["role"] == "user")


def answer(row: Row) -> str:
    said = row["messages"][-1]
    if said["role"] != "assistant" or not said.get("content"):
        raise Left(say("it ends with no text of the assistant"))
    return str(said["content"])


def labelled(row: Row) -> Row:
    return {"text": question(row), "label": answer(row)}


def tagged(row: Row) -> Row:
    """The words of a text, each with the field of the answer whose value it belongs to."""
    text = question(row)
    try:
        fields = json.loads(answer(row))
    except ValueError:
        raise Left(say("its answer is no JSON with fields")) from None
    if not isinstance(fields, dict):
        raise Left(say("its answer is no JSON with fields"))
    words = [(found.start(), found.end(), found[0]) for found in WORD.finditer(text)]
    tags = ["O"] * len(words)
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            if one in ("", None) or isinstance(one, (bool, dict)):
                continue
            if (start := text.casefold().find(str(one).casefold())) < 0:
                raise Left(say("a value of its answer does not stand in its text"))
            end = start + len(str(one))
            inside = [place for place, (left, right, _) in enumerate(words) if start <= left and right <= end]
            for place in inside:
                tags[place] = f"{'B' if place == inside[0] else 'I'}-{name.upper()}"
    if set(tags) <= {"O"}:
        raise Left(say("no value of its answer stands in its text"))
    return {"tokens": [word for *_, word in words], "tags": json.dumps(tags)}


def marked(row: Row) -> Row:
    """An answer with the place where it begins in its passage."""
    start = str(row["context"]).find(str(row["answer"]))
    if start < 0 or not row["answer"]:
        raise Left(say("its answer does not stand word for word in its passage"))
    answers = {"text": [row["answer"]], "answer_start": [start]}
    return {"question": row["question"], "context": row["context"], "answers": answers}


def passage(row: Row) -> Row:
    raise Left(say("question and passage stand in one text; name a file with a column for each"))


def whole(row: Row) -> str:
    """All that stands before the answer, as one text."""
    return "\n\n".join(one["content"] for one in row["messages"][:-1]) + "\n\n"


FROM_CONVERSATION: dict[str, Callable[[Row], Row]] = {
    "text_classification": labelled,
    "token_classification": tagged,
    "question_answering": passage,
    "summarization": lambda row: {"document": question(row), "summary": answer(row)},
    "translation": lambda row: {"source": question(row), "target": answer(row)},
    "text_generation": lambda row: {"text": whole(row), "ground_truth": answer(row)},
    "chat_completion": lambda row: {"messages": row["messages"]},
}
ASKED_FOR = {"question_answering": ["question", "context", "answer"], "translation": ["source", "target"]}
"""What to name of one's own file, where it is not just the columns that are written."""


def read(path: Path) -> list[Row]:
    text = path.read_text("utf-8-sig")
    if path.suffix == ".csv":
        return list(csv.DictReader(text.splitlines(keepends=True)))
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def mapped(task: str, columns: dict[str, str]) -> Callable[[Row], Row]:
    """What makes a row of one's own file into one of the task; `columns` are your names by those of the task."""
    wanted = ASKED_FOR.get(task, TASKS[task])
    if missing := [name for name in wanted if name not in columns]:
        sys.exit(say("Name your own columns, too: {columns}", columns=" ".join(f"{one}=…" for one in missing)))

    def make(row: Row) -> Row:
        if absent := [yours for name in wanted if (yours := columns[name]) not in row]:
            sys.exit(say("The file has no column {column}; it has {known}.", column=absent[0], known=", ".join(row)))
        made = {name: row[columns[name]] for name in wanted}
        if not all(str(value).strip() for value in made.values()):
            raise Left(say("a column is empty"))
        return marked(made) if task == "question_answering" else made

    return make


def written(rows: list[Row], make: Callable[[Row], Row], names: dict[str, str], lacking: Counter) -> Iterator[Row]:
    for row in rows:
        try:
            made = make(row)
        except Left as why:
            lacking[str(why)] += 1
            continue
        yield {names.get(name, name): value for name, value in made.items()}


def main(*arguments: str) -> None:
    pairs = dict(one.split("=", 1) for one in arguments if "=" in one)
    task, *files = [one for one in arguments if "=" not in one] or [KIT["job"]["task"]]
    if task not in TASKS:
        sys.exit(say("Say one of: {commands}", commands=", ".join(TASKS)))
    codes = {"source": pairs.pop("from", ""), "target": pairs.pop("to", "")} if task == "translation" else {}
    if codes and not all(codes.values()):
        sys.exit(say("Say which languages, by the codes that the model knows, as in `from=en to=nl`"))
    make = mapped(task, pairs) if files else FROM_CONVERSATION[task]
    rows = [read(Path(file)) for file in files or [HERE / "data" / f"{part}.jsonl" for part in ("train", "validation")]]
    if len(rows) == 1:
        (every,) = rows
        rows = [[row for place, row in enumerate(every, start=1) if place % EVERY], every[EVERY - 1 :: EVERY]]
    lacking: Counter[str] = Counter()
    parts = {
        name: list(written(some, make, codes, lacking))
        for name, some in zip(("train", "validation"), rows, strict=True)
    }
    for why, n in lacking.items():
        print(say("left out: {n}, since {why}", n=n, why=why))
    if not all(parts.values()):
        sys.exit(say("Too few rows fit {task}: both files need some. COLUMNS.md says what it takes.", task=task))
    OUT.mkdir(exist_ok=True)
    for name, some in parts.items():
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in some)
        (OUT / f"{name}.jsonl").write_text(lines, "utf-8")
        print(say("azureml/{name}.jsonl: {n} rows with {columns}", name=name, n=len(some), columns=", ".join(some[0])))
    languages = {"source_lang": codes["source"], "target_lang": codes["target"]} if codes else {}
    (OUT / "task.json").write_text(json.dumps({"task": task, "inputs": languages}) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
