"""The checks of the cookbook's notebook on chat data, as a script; `advisor.dataset.notebook` counts the same."""

from advisor.kits.kit import Kit

KIT = Kit(
    id="classic",
    options=(),
    scripts=("notebook_checks.py", "words.py"),
    packages=("numpy>=2.2,<3", "tiktoken>=0.12,<1"),
    measures=False,
    shapes={"": "sft"},
)
