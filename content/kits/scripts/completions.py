"""Writes the conversations of data/ as prompts and completions into completions/, for models whose chat template does
not mark what the assistant says: each answer to the last question becomes a row, with all that stands before it.

    python completions.py
"""

import json

from endpoint import rows
from words import HERE, say

if __name__ == "__main__":
    (HERE / "completions").mkdir(exist_ok=True)
    for name in ("train.jsonl", "validation.jsonl"):
        made = []
        for row in rows(f"data/{name}"):
            messages = row["messages"]
            last = max(place for place, one in enumerate(messages) if one["role"] == "user")
            kept = {key: value for key, value in row.items() if key != "messages"}
            made += [
                {"prompt": messages[:place], "completion": [message], **kept}
                for place, message in enumerate(messages)
                if place > last and message["role"] == "assistant"
            ]
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made)
        (HERE / "completions" / name).write_text(text, "utf-8")
        print(say("{file}: {n} rows", file=f"completions/{name}", n=len(made)))
