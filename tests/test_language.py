from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from advisor.language import UnknownLanguage, language, rounded
from advisor.wording.labels import money

EN, NL = language("en"), language("nl")


@pytest.mark.parametrize(
    ("amount", "english"),
    [
        (0, "$0.00"),
        (0.0042, "$0.0042"),
        (1.2, "$1.20"),
        (99.999, "$100.00"),
        (248_400, "$248,400"),
        (1_234_567, "$1.2M"),
        (-350, "-$350"),
    ],
)
def test_amounts_in_english(amount: float, english: str) -> None:
    assert EN.usd(amount) == english


def test_amounts_in_dutch_use_the_decimal_comma() -> None:
    assert "0,0042" in NL.usd(0.0042)
    assert "12.412" in NL.usd(12_412).replace("\u00a0", " ") or "12.400" in NL.usd(12_412)


def test_dutch_amounts_are_all_spaced_alike() -> None:
    for amount in (0, 0.0042, 0.5, 1.2, 39.07, 182, 12_400, 1_234_567):
        for said in (NL.usd(amount), NL.whole_usd(amount), money(amount, NL)):
            assert said.startswith("US$\u00a0"), said
            assert said[4].isdigit(), said


def test_numbers_dates_and_shares() -> None:
    assert EN.number(0.12345) == "0.123"
    assert NL.number(0.12345) == "0,123"
    assert EN.percent(0.345) in ("34%", "35%")
    assert EN.date(date(2026, 11, 22)) == "November 22, 2026"
    assert NL.date(date(2026, 11, 22)) == "22 november 2026"
    assert EN.month(date(2026, 11, 1)) == "November 2026"
    assert NL.month(date(2026, 11, 1)) == "november 2026"


def test_rounding_keeps_significant_digits() -> None:
    assert rounded(0.00123456, 3) == 0.00123
    assert rounded(123.456, 3) == 123
    assert rounded(0, 3) == 0


def test_values_are_data_and_are_not_formatted_again() -> None:
    assert EN("{name} said so", name="{evil} %s <b>") == "{evil} %s <b> said so"


def test_a_message_without_translation_stays_english() -> None:
    assert NL("a message nobody has translated") == "a message nobody has translated"


def test_plurals_follow_the_count(tmp_path: Path) -> None:
    folder = tmp_path / "nl"
    folder.mkdir()
    (folder / "some.po").write_text(
        'msgid ""\nmsgstr ""\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        'msgid "{n} example"\nmsgid_plural "{n} examples"\nmsgstr[0] "{n} voorbeeld"\nmsgstr[1] "{n} voorbeelden"\n'
    )
    dutch = language("nl", tmp_path)
    assert [dutch.plural("{n} example", "{n} examples", n) for n in (0, 1, 2)] == [
        "0 voorbeelden",
        "1 voorbeeld",
        "2 voorbeelden",
    ]
    assert EN.plural("{n} example", "{n} examples", 1) == "1 example"


def test_an_unknown_language_names_those_there_are() -> None:
    with pytest.raises(UnknownLanguage, match='there is no language "fr"; there are: en, nl'):
        language("fr")
