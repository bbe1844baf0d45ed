"""The checks of a row and of a file: what they find has its words in `content/checks.yaml`."""

from advisor.dataset.checks.row import check_row, passes
from advisor.dataset.checks.suspects import suspects
from advisor.dataset.checks.text import may_be_faulty, refusal
from advisor.dataset.checks.whole import FileFacts, check_file

__all__ = ["FileFacts", "check_file", "check_row", "may_be_faulty", "passes", "refusal", "suspects"]
