from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from babel import Locale
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from advisor.cache_folder import cache_folder
from advisor.language import LANGUAGES, UnknownLanguage, language, rounded
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
        (-350, "\u2212$350"),
        (-0.042, "\u2212$0.042"),
        (-2e6, "\u2212$2M"),
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
    assert [lang.number(-1234.5) for lang in (EN, NL)] == ["\u22121,234", "\u22121.234"]
    assert [lang.percent(-0.05) for lang in (EN, NL)] == ["\u22125%", "\u22125%"]
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


def written(folder: Path, plural: str, *entries: str) -> None:
    """A catalogue with these entries; `plural` says which form goes with which count."""
    folder.mkdir(exist_ok=True)
    head = f'"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: {plural}\\n"\n'
    (folder / "some.po").write_text("\n".join(['msgid ""\nmsgstr ""\n' + head, *entries]), "utf-8")


def test_plurals_follow_the_count(tmp_path: Path) -> None:
    written(
        tmp_path / "nl",
        "nplurals=2; plural=(n != 1);",
        'msgid "{n} example"\nmsgid_plural "{n} examples"\nmsgstr[0] "{n} voorbeeld"\nmsgstr[1] "{n} voorbeelden"\n',
    )
    dutch = language("nl", tmp_path)
    assert [dutch.plural("{n} example", "{n} examples", n) for n in (0, 1, 2)] == [
        "0 voorbeelden",
        "1 voorbeeld",
        "2 voorbeelden",
    ]
    assert EN.plural("{n} example", "{n} examples", 1) == "1 example"


def test_a_language_has_as_many_plural_forms_as_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LANGUAGES, "pl", "Polski")
    forms = "n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2"
    written(
        tmp_path / "pl",
        f"nplurals=3; plural=({forms});",
        'msgid "{n} row"\nmsgid_plural "{n} rows"\nmsgstr[0] "{n} wiersz"',
        'msgstr[1] "{n} wiersze"\nmsgstr[2] "{n} wierszy"\n',
    )
    polish = language("pl", tmp_path)
    assert [polish.plural("{n} row", "{n} rows", n) for n in (0, 1, 2, 5, 12, 22, 101)] == [
        "0 wierszy",
        "1 wiersz",
        "2 wiersze",
        "5 wierszy",
        "12 wierszy",
        "22 wiersze",
        "101 wierszy",
    ]
    assert polish.plural("{n} word", "{n} words", 2) == "2 words", "what is not translated stays English"


def test_no_text_is_translated_as_no_text() -> None:
    assert NL("") == ""


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    cache_folder.cache_clear()
    yield tmp_path / "cache"
    cache_folder.cache_clear()


def test_a_catalogue_is_compiled_once_until_it_changes(tmp_path: Path, own_cache: Path) -> None:
    def read_anew() -> str:
        language.cache_clear()
        return language("nl", tmp_path)("Row")

    for translation in ("Rij", "Regel"):
        written(tmp_path / "nl", "nplurals=2; plural=(n != 1);", f'msgid "Row"\nmsgstr "{translation}"\n')
        assert read_anew() == translation
    kept = sorted(own_cache.rglob("*.mo"))
    assert len(kept) == 2
    times = [file.stat().st_mtime_ns for file in kept]
    assert read_anew() == "Regel"
    assert [file.stat().st_mtime_ns for file in kept] == times, "nothing was compiled again"

    for file in kept:
        file.write_bytes(file.read_bytes()[:-1])
    assert read_anew() == "Regel", "a damaged file is not believed"


def test_a_catalogue_is_read_where_nothing_can_be_kept(tmp_path: Path, own_cache: Path) -> None:
    own_cache.touch()  # a file where the folder would be
    written(tmp_path / "nl", "nplurals=2; plural=(n != 1);", 'msgid "Row"\nmsgstr "Rij"\n')
    assert language("nl", tmp_path)("Row") == "Rij"


def test_an_unknown_language_names_those_there_are() -> None:
    with pytest.raises(UnknownLanguage, match='there is no language "fr"; there are: en, nl'):
        language("fr")


@given(st.floats(-1e12, 1e12), st.sampled_from(list(LANGUAGES)))
def test_an_amount_is_written_as_babel_writes_it(value, code):
    locale = Locale.parse(code)
    pattern = locale.currency_formats["standard"].pattern.replace("#,##0.00", "#,##0")
    whole = format_currency(value, "USD", locale=locale, format=pattern, currency_digits=False)
    assert language(code).whole_usd(value) == whole.replace("-", "\N{MINUS SIGN}")
