"""Whatever a row holds, the checks answer: no crash, no false field, no long or raw evidence."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from advisor.content.load import load
from advisor.dataset.checks import check_row
from advisor.dataset.checks.text import text_faults
from advisor.dataset.formats.reading import Turn, conversation
from advisor.dataset.formats.registry import FORMATS
from advisor.dataset.platforms import platform, platforms
from advisor.dataset.row import Row
from advisor.language import language
from tests.dataset.checks.any_rows import ROWS

CHECKS = {check.id: check for check in load().checks}


@given(
    ROWS, st.sampled_from(sorted(FORMATS)), st.sampled_from([None, *platforms()]), st.sampled_from([None, "rft", "dpo"])
)
def test_any_row_is_checked_in_any_format(value: Any, form: str, name: str | None, method: str | None) -> None:
    said = conversation(value, form)
    where = platform(name, method) if name else None
    for raw in (None, b"{}"):
        for fault in check_row(Row(1, raw, value), said, form, where, method):
            assert language("nl")(CHECKS[fault.check].message, **fault.values)
            assert len(fault.evidence) <= 80
            assert fault.evidence.isprintable()


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_is_checked(asked: str, answer: str) -> None:
    turns = [Turn("user", asked, "a"), Turn("assistant", answer, "b")]
    for fault in text_faults(turns):
        assert fault.check in CHECKS
        assert fault.field in ("a", "b")
