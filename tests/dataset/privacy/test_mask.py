"""What is shown of texts: short, on one line, and nothing private in it."""

from __future__ import annotations

from advisor.dataset.privacy.mask import masked, masked_around, masked_faults
from advisor.dataset.row import Fault, Note

SECRET = "a.person@an-example.com"


def test_evidence_is_short_and_on_one_line() -> None:
    assert masked("a\nb\u202e" + "x" * 200) == "a\ufffdb\ufffd" + "x" * 76
    assert masked("") == ""


def test_excerpts_are_masked_also_where_they_cut() -> None:
    for space in range(60):
        text = "x " * 50 + SECRET + " " * space + "CHANGED" + " y" * 300
        said = masked_around(text, text.index("CHANGED"))
        assert "CHANGED" in said
        assert "erson" not in said
        assert "@exa" not in said


def test_a_fault_is_masked_wherever_it_quotes() -> None:
    sound = Fault("html", "a", "b\n", {"n": 1})
    given = Fault("html", SECRET, SECRET, {"tag": SECRET, "problem": Note("{x} is one", x=SECRET), "n": 1})
    assert masked_faults([sound]) == [Fault("html", "a", "b\ufffd", {"n": 1})]
    shown, again = masked_faults([given, sound])
    assert SECRET not in repr(shown)
    assert (shown.values["n"], again.evidence) == (1, "b\ufffd")
