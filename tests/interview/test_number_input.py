from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.content.load import load
from advisor.interview.number_input import Reading, Wanted, example, read, shown, written
from advisor.language import Language, language
from advisor.wording import labels
from advisor.wording.inputs import said_back

EN, NL = language("en"), language("nl")
BOTH = st.sampled_from([EN, NL])
COUNT = Wanted(0, 1e10, "requests a month", integer=True)
SECONDS = Wanted(0.05, 86_400, "seconds")
DOLLARS = Wanted(0, 1e9, "USD a month")
PER_CENT = Wanted(0, 100, "%")
SHARE = Wanted(0, 1, "share")
CALLS = Wanted(1, 100, "calls")
DAY_RATE = Wanted(0, 1e9, "USD a day")
BILLIONS = Wanted(0.05, 1e9, "billion parameters")
PARAMETERS = Wanted(0.05, 1e9, "thousand million parameters")
ALL = [COUNT, SECONDS, DOLLARS, PER_CENT, SHARE, CALLS, PARAMETERS]
ENTRIES = [
    Wanted.of(one) for one in (*load().questions, *load().assumptions) if getattr(one, "type", "number") == "number"
]


@pytest.mark.parametrize(
    ("text", "wanted", "english", "dutch"),
    [
        ("1200", COUNT, 1200, 1200),
        ("1.200", COUNT, 1200, 1200),
        ("1,200", COUNT, 1200, 1200),
        ("1 200", COUNT, 1200, 1200),
        (" 1\u202f200 ", COUNT, 1200, 1200),
        ("1\u00a0200\u00a0000", COUNT, 1_200_000, 1_200_000),
        ("1'200", COUNT, 1200, 1200),
        ("20M", COUNT, 20_000_000, 20_000_000),
        ("20k", COUNT, 20_000, 20_000),
        ("2,5 mln.", COUNT, 2_500_000, 2_500_000),
        ("3 miljoen", COUNT, 3_000_000, 3_000_000),
        ("2 billion", COUNT, 2e9, 2e9),
        ("1e3", COUNT, 1000, 1000),
        ("1.5e6", COUNT, 1_500_000, 1_500_000),
        ("~ 1200 requests a month", COUNT, 1200, 1200),
        ("200/month", COUNT, 200, 200),
        ("1.234.567", COUNT, 1_234_567, 1_234_567),
        ("12.345,67", DOLLARS, 12_345.67, 12_345.67),
        ("12,345.67", DOLLARS, 12_345.67, 12_345.67),
        ("$20", DOLLARS, 20, 20),
        ("20 USD", DOLLARS, 20, 20),
        ("US$\u00a01,2\u00a0mln.", DOLLARS, 1_200_000, 1_200_000),
        ("$ 1.2M", DOLLARS, 1_200_000, 1_200_000),
        ("12.5", DOLLARS, 12.5, 12.5),
        ("0.125", SECONDS, 0.125, 0.125),
        (".5", SECONDS, 0.5, 0.5),
        ("1,5 s", SECONDS, 1.5, 1.5),
        ("85", PER_CENT, 85, 85),
        ("85 procent", PER_CENT, 85, 85),
        ("0.5%", PER_CENT, 0.5, 0.5),
        ("15%", SHARE, 0.15, 0.15),
        ("15", SHARE, 0.15, 0.15),
        ("8B", PARAMETERS, 8, 8),
        ("70 miljard", PARAMETERS, 70, 70),
        ("1.000-2.500", COUNT, (1000, 2500), (1000, 2500)),
        ("1000 \u2013 2500", COUNT, (1000, 2500), (1000, 2500)),
        ("1000 tot 2500", COUNT, (1000, 2500), (1000, 2500)),
        ("1k to 5k", COUNT, (1000, 5000), (1000, 5000)),
        ("1.5-2M", COUNT, (1_500_000, 2_000_000), (1_500_000, 2_000_000)),
        ("1000..2500", COUNT, (1000, 2500), (1000, 2500)),
        ("between 5 and 10", COUNT, (5, 10), (5, 10)),
        ("van 5 tot 10", COUNT, (5, 10), (5, 10)),
        ("$1k-$5k", DOLLARS, (1000, 5000), (1000, 5000)),
        ("10-20%", SHARE, (0.1, 0.2), (0.1, 0.2)),
    ],
)
def test_what_is_certain_is_read(text: str, wanted: Wanted, english: Reading, dutch: Reading) -> None:
    assert (read(text, wanted, EN).value, read(text, wanted, NL).value) == (english, dutch)


@pytest.mark.parametrize(
    ("text", "wanted", "english", "dutch"),
    [
        # Twelve hundred, or one point two? A reader's own custom of thousands leaves no doubt, the other one does.
        ("1.200", SECONDS, {1.2, 1200.0}, {1200.0}),
        ("1,200", SECONDS, {1200.0}, {1.2, 1200.0}),
        ("1.000-2.500", SECONDS, {(1.0, 2.5), (1000.0, 2500.0)}, {(1000.0, 2500.0)}),
        ("1.200k", COUNT, {1200.0, 1_200_000.0}, {1200.0, 1_200_000.0}),
        ("1-5k", COUNT, {(1.0, 5000.0), (1000.0, 5000.0)}, {(1.0, 5000.0), (1000.0, 5000.0)}),
        ("1,000-2.500", COUNT, {(1000.0, 2500.0)}, {(1000.0, 2500.0)}),
        ("0.85", PER_CENT, {0.85, 85.0}, {0.85, 85.0}),
        ("0.15", SHARE, {0.15, 0.0015}, {0.15, 0.0015}),
        ("1", SHARE, {0.01, 1.0}, {0.01, 1.0}),
        ("500M", PARAMETERS, {0.5, 500e6}, {0.5, 500e6}),
        # The bounds of a question leave one of two readings.
        ("1.200", CALLS, {1.2}, set()),
        ("500-1k", COUNT, {(500.0, 1000.0)}, {(500.0, 1000.0)}),
    ],
)
def test_what_can_be_two_things_is_asked_back(
    text: str, wanted: Wanted, english: set[Reading], dutch: set[Reading]
) -> None:
    assert set(read(text, wanted, EN).readings) == english
    assert set(read(text, wanted, NL).readings) == dutch


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("200 per dag", COUNT),
        ("200/dag", COUNT),
        ("200 per day", COUNT),
        ("5 requests a second", COUNT),
        ("5000 per maand", DAY_RATE),
        ("$5,000 a month", DAY_RATE),
        ("$5 per token", Wanted(0, 1e9, "USD a million tokens")),
        ("$5 per thousand tokens", Wanted(0, 1e9, "USD a million tokens")),
        ("2 times a month", Wanted(0, 365, "times a year")),
        ("1 dag", SECONDS),
        ("2 maand", SECONDS),
        ("3 paar", COUNT),
    ],
)
def test_another_unit_is_not_passed_over(text: str, wanted: Wanted) -> None:
    found = read(text, wanted, EN)
    assert found.readings == read(text, wanted, NL).readings == ()
    assert f"the number is in {wanted.unit}." in found.problem_text(EN)


@pytest.mark.parametrize(
    "text",
    [
        "200 requests a month",
        "200 a month",
        "200 / mo",
        "200 verzoeken per maand",
        "200 per maand",
        "200/mnd",
        "200 verzoek",
        "100 requests a month - 200 requests a month",
    ],
)
def test_its_own_unit_may_stand_behind_a_number(text: str) -> None:
    assert read(text, COUNT, EN).value == read(text, COUNT, NL).value == ((100, 200) if "-" in text else 200)


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ("documents", ("docs", "doc.", "document", "documents", "documenten", "files", "bestanden")),
        ("requests a month", ("requests", "req/month", "verzoeken", "aanvragen per maand", "queries")),
        ("tokens", ("tokens", "token", "tok")),
        ("labels", ("labels", "label", "classes", "categorieën")),
        ("examples", ("examples", "voorbeelden", "voorbeeld", "vbn", "rows", "samples")),
        ("months", ("months", "mnd", "maanden")),
        ("times a year", ("x per year", "keer per jaar", "times/yr", "x/jr")),
    ],
)
def test_common_words_for_a_unit_are_read(unit: str, said: tuple[str, ...]) -> None:
    wanted = Wanted(0, 1e6, unit, integer=True)
    read_as = {text: (read(f"300 {text}", wanted, EN).value, read(f"300 {text}", wanted, NL).value) for text in said}
    assert read_as == dict.fromkeys(said, (300, 300))
    others = {"documents": "tokens", "examples": "labels", "labels": "examples", "tokens": "words"}
    assert not read(f"300 {others.get(unit, 'docs')}", wanted, EN).readings


@pytest.mark.parametrize(
    ("text", "english", "dutch"),
    [("€ 5k", "5,000", "5.000"), ("5000-8000 euro", "5,000-8,000", "5.000-8.000"), ("€ veel", "1,500", "1.500")],
)
def test_another_currency_is_answered_with_the_readers_own_number(text: str, english: str, dutch: str) -> None:
    for lang, own in ((EN, english), (NL, dutch)):
        found = read(text, DOLLARS, lang)
        assert not found.readings
        assert f" {own} " in found.problem_text(lang)


@pytest.mark.parametrize("lang", [EN, NL])
@pytest.mark.parametrize("wanted", ALL, ids=lambda one: one.unit)
@pytest.mark.parametrize("other", ["２", "٢", "२", "²", "_", "\N{RIGHT-TO-LEFT OVERRIDE}", "\t", "½", "☃", "ⅷ", "x̸"])
def test_no_sign_beside_a_digit_is_passed_over(lang: Language, wanted: Wanted, other: str) -> None:
    texts = (
        (f"1{other}2", f"12{other}8", f"8-1{other}2") if other.isspace() else (f"1{other}", f"{other}1", f"1{other}2")
    )
    assert [read(text, wanted, lang).readings for text in texts] == [()] * 3


def test_a_million_of_what_is_counted_in_billions_is_the_whole_amount() -> None:
    assert read("20M", BILLIONS, EN).problem.endswith("out of range. Give a number from {low} to {high}.")
    assert read("70M", BILLIONS, EN).readings == (0.07, 70e6)


@pytest.mark.parametrize(
    ("text", "wanted", "english", "dutch"),
    [
        ("1000,000", COUNT, {1000.0, 1e6}, {1000.0, 1e6}),
        ("1000.000", COUNT, {1000.0, 1e6}, {1000.0, 1e6}),
        ("1234,567", DOLLARS, {1234.567, 1234567.0}, {1234.567}),
        ("1234.567", DOLLARS, {1234.567}, {1234.567, 1234567.0}),
        ("12,000", COUNT, {12000.0}, {12000.0}),
        ("1000,00", COUNT, {1000.0}, {1000.0}),
    ],
)
def test_thousands_that_lack_a_sign_are_asked_back(
    text: str, wanted: Wanted, english: set[Reading], dutch: set[Reading]
) -> None:
    assert set(read(text, wanted, EN).readings) == english
    assert set(read(text, wanted, NL).readings) == dutch


@pytest.mark.parametrize(
    ("text", "wanted", "said"),
    [
        ("1e300", COUNT, "out of range. Give a number from 0 to 10,000,000,000."),
        (f"1e{'9' * 40}", COUNT, "out of range"),
        ("-5", COUNT, "out of range"),
        ("101", PER_CENT, "out of range. Give a number from 0 to 100."),
        ("12.5", COUNT, "not a whole number. Give a whole number from 0 to"),
        ("5-3", COUNT, "begins above its end"),
        ("many", COUNT, "cannot be read as a number here. Write it as 1,500."),
        ("1/2", COUNT, "cannot be read"),
        ("1:30", SECONDS, "cannot be read"),
        ("10²", COUNT, "cannot be read"),
        ("½", SECONDS, "cannot be read"),
        ("١٢", COUNT, "cannot be read"),
        ("1 2", COUNT, "cannot be read"),
        ("12,34,567", COUNT, "cannot be read"),
        ("nan", COUNT, "cannot be read"),
        ("inf", COUNT, "cannot be read"),
        ("0x1f", COUNT, "cannot be read"),
        (">1000", COUNT, "cannot be read"),
        ("1000+", COUNT, "cannot be read"),
        ("5m", SECONDS, "cannot be read"),
        ("2 biljoen", COUNT, "cannot be read"),
        ("200 a day", COUNT, "cannot be read"),
        ("$20", COUNT, "cannot be read"),
        ("20 %", COUNT, "cannot be read"),
        ("€ 500", DOLLARS, "Amounts are in US dollars"),
        ("500 euro", DOLLARS, "Amounts are in US dollars"),
        ("9" * 400, COUNT, "cannot be read"),
        ("  ", COUNT, "Give a number."),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_write(text: str, wanted: Wanted, said: str) -> None:
    found = read(text, wanted, EN)
    assert not found.readings
    assert said in found.problem_text(EN)
    assert found.problem_text(NL)


def test_a_fraction_of_three_digits_is_written_so_that_it_is_not_taken_for_thousands() -> None:
    assert [written(1.234, SECONDS, lang) for lang in (EN, NL)] == ["1.2340", "1,2340"]
    assert read("1.2340", SECONDS, EN).value == 1.234


def test_an_end_of_a_range_is_one_number() -> None:
    assert read("1-2", COUNT, EN, ranges=False).problem
    assert read("1200", COUNT, EN, ranges=False).value == 1200


@pytest.mark.parametrize("wanted", ENTRIES)
def test_the_example_can_be_read_in_every_question(wanted: Wanted) -> None:
    for lang in (EN, NL):
        value = read(example(wanted, lang), wanted, lang).value
        assert isinstance(value, float)
        assert wanted.allows(value)


@given(st.sampled_from(ENTRIES), st.data(), BOTH)
def test_what_stands_in_a_field_reads_back_to_the_same_number(wanted, data, lang) -> None:
    value = data.draw(numbers(wanted))
    assert read(written(value, wanted, lang), wanted, lang).value == pytest.approx(value, rel=1e-15)


def numbers(wanted: Wanted) -> st.SearchStrategy[float]:
    if wanted.integer:
        return st.integers(int(wanted.low), int(wanted.high)).map(float)
    some = st.floats(max(wanted.low, 1e-6), wanted.high).map(lambda one: float(f"{one:.6g}"))
    some = (some | some.map(lambda one: round(one, 3))).filter(wanted.allows)
    return some | st.just(wanted.low)


@given(st.sampled_from(ENTRIES), st.data(), BOTH)
def test_what_the_app_prints_reads_back_to_what_it_prints(wanted, data, lang) -> None:
    value = data.draw(numbers(wanted))
    text = labels.quantity(value, wanted.unit, lang)
    readings = read(text, wanted, lang).readings
    if text[0] not in "<>" and readings:  # what was rounded may lie outside the bounds
        assert [labels.quantity(one, wanted.unit, lang) for one in readings] == [text]
    assert read(shown(value, wanted, lang), wanted, lang).value == pytest.approx(value, rel=1e-15)
    assert read(said_back(value, wanted, lang), wanted, lang).value == pytest.approx(value, rel=1e-15)


@given(st.sampled_from(ENTRIES), st.data(), BOTH)
def test_a_range_that_the_app_prints_reads_back(wanted, data, lang) -> None:
    low, high = sorted((data.draw(numbers(wanted)), data.draw(numbers(wanted))))
    found = read(shown((low, high), wanted, lang), wanted, lang).value
    assert found == (pytest.approx(low, rel=1e-15), pytest.approx(high, rel=1e-15))


@given(
    st.sampled_from(ALL),
    st.text(alphabet="0123456789.,'’ \u00a0\u202f-–_ekKmMbn%$€~<>xtotmilnduz\u202e½²٣/:+", max_size=24),
    BOTH,
)
def test_whatever_is_typed_is_read_within_the_bounds_or_refused_in_words(wanted, text, lang) -> None:
    found = read(text, wanted, lang)
    assert bool(found.readings) != bool(found.problem_text(lang))
    for value in found.readings:
        for end in value if isinstance(value, tuple) else (value,):
            assert math.isfinite(end)
            assert wanted.allows(end)


@given(st.integers(1, 999_999_999), st.sampled_from([",", ".", " ", "\u00a0", "\u202f", "'", ""]), BOTH)
def test_thousands_are_never_taken_for_a_fraction_in_silence(number, mark, lang) -> None:
    text = f"{number:,}".replace(",", mark)
    wanted = Wanted(0, 1e9, "tokens")
    readings = read(text, wanted, lang).readings
    assert float(number) in readings
    assert read(text, Wanted(0, 1e9, "tokens", integer=True), lang).value == number
