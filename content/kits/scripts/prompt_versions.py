"""Compares the prompts in prompts/ on the same rows: v1.txt, v2.txt, and those that you add.

Each version is the first message, word for word the same in every request: servers that cache prefixes then charge less
for it, from a length on that they name. What changes from request to request comes last.

    python prompt_versions.py            all versions
    python prompt_versions.py v2         one of them
"""

import sys

from endpoint import HERE, answer_all, ask, client


def with_prompt(prompt: str, messages: list[dict]) -> list[dict]:
    """The messages of a row with this prompt in place of the one that they have."""
    return [{"role": "system", "content": prompt}, *(one for one in messages if one["role"] != "system")]


if __name__ == "__main__":
    server = client()
    files = sorted((HERE / "prompts").glob("*.txt"))
    for file in [file for file in files if not sys.argv[1:] or file.stem in sys.argv[1:]]:
        prompt = file.read_text("utf-8").strip()

        def respond(row: dict, prompt: str = prompt) -> tuple:
            return ask(server, with_prompt(prompt, row["messages"]), row)

        answer_all(f"prompt-{file.stem}", respond)
