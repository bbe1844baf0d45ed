"""Examples in the prompt, those most like the question."""

from advisor.kits.kit import Kit

KIT = Kit(id="few_shot", options=("few_shot",), scripts=("few_shot.py",), packages=("numpy>=2.2,<3",))
