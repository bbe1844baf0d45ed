"""The checks of a row and of a file: what they find has its words in `content/checks.yaml`.

A check stands in the module called as its group there. The groups duplicates and leakage are in
`advisor.dataset.duplicates`, and privacy is in `advisor.dataset.privacy`. `registry` says how to add one.
"""

from advisor.dataset.checks.file import check_file
from advisor.dataset.checks.registry import CHECKS
from advisor.dataset.checks.row import check_row, passes
from advisor.dataset.checks.subject import Answer, Example, File, FileFacts, PlainChat, Text
from advisor.dataset.checks.suspects import suspects
from advisor.dataset.checks.text import may_be_faulty, refusal

__all__ = [
    "CHECKS",
    "Answer",
    "Example",
    "File",
    "FileFacts",
    "PlainChat",
    "Text",
    "check_file",
    "check_row",
    "may_be_faulty",
    "passes",
    "refusal",
    "suspects",
]
