"""The baseline: the model with the prompt as it is now, on the evaluation set. Run it before you change anything.

python baseline.py            writes answers/baseline.jsonl
python baseline.py tuned      the same with another MODEL, as answers/tuned.jsonl
"""

import sys

from endpoint import answer_all, ask, client

if __name__ == "__main__":
    server = client()
    answer_all(sys.argv[1] if len(sys.argv) > 1 else "baseline", lambda row: ask(server, row["messages"], row))
