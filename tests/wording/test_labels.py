"""What things are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.content.load import load
from advisor.engine.advice import AssumedValue, Band, Basis
from advisor.language import Language, language
from advisor.wording import labels
from tests.fixtures import PRICE, sample_advice

CONTENT = load()
EN, NL = language("en"), language("nl")


@pytest.mark.parametrize(
    ("question", "value", "said"),
    [
        ("labelled_examples", 640.0, "640 examples"),
        ("labelled_examples", (200.0, 500.0), "200 to 500 examples"),
        ("budget_month", 1_500.0, "$1,500 a month"),
        ("baseline_score", 85.0, "85%"),
        ("evaluation_set", "no", "No, we judge by feel"),
        ("citations", "yes", "Yes"),
        ("gap", (), "None of these"),
        ("harm", None, "Don't know"),
        ("project", "  a <b> ", "  a <b> "),
    ],
)
def test_answers_of_every_type(question: str, value: object, said: str) -> None:
    assert labels.answer(CONTENT.question(question), value, EN) == said


def test_both_ends_of_a_range_of_whole_amounts_are_whole() -> None:
    assert labels.quantity([80, 300], "USD per day", EN).startswith("$80 to $300")
    assert labels.quantity([0.5, 300], "USD per day", EN).startswith("$0.50 to $300")


def test_the_amount_says_usd_once_in_every_language() -> None:
    """An amount is written with its own sign, so a translated unit must begin with USD, which is then left out."""
    units = {one.unit for one in (*CONTENT.questions, *CONTENT.assumptions) if one.unit and one.unit.startswith("USD")}
    assert units
    assert {unit for unit in units if not NL(unit).startswith("USD")} == set()
    assert labels.answer(CONTENT.question("budget_month"), 1_500.0, NL).endswith("1.500 per maand")


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "$0"), (0.042, "$0.042"), (4.56, "$4.60"), (39.6, "$40"), (1_234, "$1,200"), (1.26e6, "$1.3M")],
)
def test_estimates_have_two_digits(value: float, said: str) -> None:
    assert labels.money(value, EN) == said


@pytest.mark.parametrize(("value", "said"), [(0, "0 s"), (0.085, "85 ms"), (1.44, "1.4 s"), (12.2, "12 s")])
def test_times(value: float, said: str) -> None:
    assert labels.seconds(value, EN) == said


@pytest.mark.parametrize(
    ("value", "said"), [(0.1, "$0.10"), (500, "$500"), (10_000, "$10,000"), (300_000, "$300,000"), (1e6, "$1 M")]
)
def test_amounts_beside_an_axis_are_short(value: float, said: str) -> None:
    assert labels.money_tick(value, EN) == said


def test_amounts_beside_an_axis_are_written_as_their_readers_write_them() -> None:
    """ "US$ 1k" stood below a Dutch chart."""
    assert [labels.money_tick(value, language("nl")) for value in (1_000, 300_000)] == [
        "US$\xa01.000",
        "US$\xa0300.000",
    ]


@pytest.mark.parametrize(
    ("share", "said"),
    [(1.0, "all"), (0.997, "nearly all"), (0.87, "9 of 10"), (0.64, "2 of 3"), (0.5, "half of the"), (0.36, "1 of 3")],
)
def test_how_many_situations_agree_is_said_in_plain_words(share: float, said: str) -> None:
    assert labels.situations(share, EN) == f"{said} situations"


@pytest.mark.parametrize(
    ("value", "said"), [(7.4, "7.4"), (740, "740"), (2_512, "2,500"), (1.24e6, "1.2 M"), (3e9, "3 bn")]
)
def test_volumes_fit_an_axis(value: float, said: str) -> None:
    assert labels.volume_tick(value, EN) == said


def test_bands_name_their_range_unless_it_reads_the_same() -> None:
    def show(value: float) -> str:
        return f"{value:.0f}"

    assert labels.band(Band(p10=1, p50=2, p90=3), show, EN) == "2 (1 to 3)"
    assert labels.band(Band(p10=2.1, p50=2.2, p90=2.3), show, EN) == "2"
    assert labels.band(Band(p10=None, p50=None, p90=None), show, EN) == "unknown"
    assert labels.spread(Band(p10=None, p50=None, p90=None), show, EN) == ""


def test_a_fact_says_when_it_was_seen_how_sure_we_are_and_where() -> None:
    said = labels.basis(sample_advice().basis[PRICE], CONTENT, EN)
    assert said == "seen on August 11, 2026, second-hand, Microsoft: Azure OpenAI fine-tuning prices"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("answer", "your answer"),
        ("measured", "measured by you"),
        ("prior", "not answered: drawn from what is usual"),
        ("assumption", "assumption, yours to change"),
        ("content", "estimate of this advisor"),
        ("fact", "source unknown"),
    ],
)
def test_every_kind_of_basis_has_words(kind: str, said: str) -> None:
    entry = Basis.model_validate({"kind": kind, "ref": "day_rate"})
    assert labels.basis(entry, CONTENT, EN) == said


def test_prices_and_speeds_of_a_model_are_told_in_words() -> None:
    price = Basis(kind="fact", ref="gpt_6_sol", value={"input": 2.0, "cached": 0.2, "output": 10.0})
    speed = Basis(kind="fact", ref="gpt_6_sol", value={"first_token_s": [0.5, 6.0], "tokens_per_s": [40.0, 150.0]})
    assert labels.basis_name(price, CONTENT, EN) == "OpenAI gpt-6-sol"
    assert labels.basis_value(price, CONTENT, EN) == "input $2.00, cached $0.20, output $10.00 a million tokens"
    assert labels.basis_value(speed, CONTENT, EN) == "first token 0.5 to 6 seconds, 40 to 150 tokens a second"


def test_names_lose_their_capital_in_a_sentence_but_abbreviations_do_not() -> None:
    assert labels.in_sentence("Supervised fine-tuning") == "supervised fine-tuning"
    assert labels.in_sentence("A small classifier") == "a small classifier"
    assert labels.in_sentence("RAG + SFT") == "RAG + SFT"
    assert labels.in_sentence("E-mail address") == "e-mail address"
    assert labels.in_sentence("") == ""


def test_names_of_things_keep_their_capital_inside_a_sentence() -> None:
    for name in ("Python instead of JSON", "NaN or Infinity", "Windows-regeleinden", "Latin-1 file", "HTML left in"):
        assert labels.in_sentence(name) == name
    for name in ("Dutch citizen service number", "Amerikaans burgernummer (SSN)"):
        assert labels.in_sentence(name) == name
    assert labels.in_sentence("Latent text") == "latent text"


def test_lists_of_names() -> None:
    assert labels.any_of(["a"], EN) == "a"
    assert labels.any_of(["a", "b", "{c}"], EN) == "a, b or {c}"
    assert labels.all_of(["a", "b"], NL) == "a en b"


def test_every_option_and_line_has_a_name() -> None:
    for option in CONTENT.options:
        assert labels.option_name(option.id, CONTENT, EN)
    for result in sample_advice().ranking:
        assert all(labels.cost_line(line.id, EN) for line in result.cost)


AMOUNTS = (0, 0.5, 1, 2, 1000, 1e6, 8e9)
UNITS = sorted(
    {question.unit for question in CONTENT.questions if question.unit}
    | {assumption.unit for assumption in CONTENT.assumptions}
    | {fact.unit for fact in CONTENT.facts if isinstance(fact.value, int | float) and not isinstance(fact.value, bool)}
)
UNCHANGED = {
    "en": {"billion parameters", "million tokens", "rank"},
    "nl": {"miljard parameters", "miljoen tokens", "rank"},
}
"""Units that read the same for one."""
WITHOUT_FORMS = ("%", "percent", "share", "USD", "TFLOPS", "GB", "MB", "TB", "GiB", "yes/no", "formula", "list")


@pytest.mark.parametrize("lang", [EN, NL], ids=["en", "nl"])
@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_agrees_with_its_number(unit: str, lang: Language) -> None:
    """One example and two examples; eight billion in words, and never one thousand million."""
    said = {amount: labels.quantity(amount, unit, lang) for amount in AMOUNTS}
    if not unit.startswith(WITHOUT_FORMS) and lang(unit) not in UNCHANGED[lang.code]:
        one, two = said[1].split(" ", 1)[1], said[2].split(" ", 1)[1]
        assert (one == two) == (lang.code == "nl" and one.split()[0] in ("keer", "uur")), (one, two)
        assert said[0].endswith(two)
        assert said[0.5].endswith(two)
        assert said[1000].endswith(two)
        assert labels.quantity([1, 1], unit, lang) == said[1]
        assert labels.quantity([0.5, 1], unit, lang).endswith(f" {one}")
        assert labels.quantity([1, 2], unit, lang).endswith(f" {two}")
    if not unit.startswith(WITHOUT_FORMS):
        assert said[8e9].startswith("8 billion " if lang.code == "en" else "8 miljard ")
        assert said[1e6].startswith("1 million " if lang.code == "en" else "1 miljoen ")
    assert not any("thousand million" in text or "duizend miljoen" in text for text in said.values())


@pytest.mark.parametrize("lang", [EN, NL], ids=["en", "nl"])
@given(value=st.floats(1, 9e9))
def test_a_number_in_words_loses_no_digit(lang: Language, value: float) -> None:
    value = float(round(value))
    said = labels.count(value, lang)
    number, _, word = said.partition(" ")
    factor = {"": 1, "million": 1e6, "miljoen": 1e6, "billion": 1e9, "miljard": 1e9}[word]
    plain = number.replace(",", "") if lang.code == "en" else number.replace(".", "").replace(",", ".")
    assert round(float(plain) * factor) == value


def test_the_unit_of_an_assumption_agrees_with_the_end_of_its_range() -> None:
    wide = AssumedValue(
        assumption="label_minutes", value=Band(p10=0.4, p50=0.7, p90=1), unit="minutes", overridden=False
    )
    assert labels.assumed(wide, EN) == "0.7 (0.4 to 1) minute"
    assert (
        labels.assumed(wide.model_copy(update={"value": Band(p10=1, p50=3.5, p90=12)}), EN) == "3.5 (1 to 12) minutes"
    )


def test_who_serves_a_model_is_said_in_the_reader_s_language() -> None:
    model = next(one for one in CONTENT.models if one.name == "gpt-oss-20b at Groq")
    entry = Basis(kind="fact", ref=model.id, value=None)
    assert labels.basis_name(entry, CONTENT, NL) == "gpt-oss-20b bij Groq"
