"""Asks the deployed model one question, with the system message that its rows have.

python ask.py "a question"           MODEL names the deployment
"""

import sys

from endpoint import ask, client, explained, rows
from words import say

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(say('Say what to ask: python ask.py "a question"'))
    first = rows("data/train.jsonl")[0]
    messages = first.get("messages") or first["input"]["messages"]
    system = [one for one in messages if one["role"] == "system"]
    with explained():
        text, _ = ask(client(), [*system, {"role": "user", "content": sys.argv[1]}], {})
    print(text)
