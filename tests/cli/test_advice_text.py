import json
import re
from datetime import date

import pytest

from advisor.cases import Benchmark, CaseResult
from advisor.cli import advice_text, facts_text, layout
from advisor.content.load import load
from advisor.interview.answers_file import parse, read_situation
from advisor.language import language
from advisor.wording import labels, summaries
from tests.fixtures import sample_advice

EN = language("en")
NL = language("nl")
RESULT = CaseResult(
    case="a",
    title="A case",
    verdict="fine_tune",
    option="sft",
    outcome="finetune_sft",
    published="distill",
    acceptable=("not_yet",),
    agreement="verdict",
    right=False,
    tuning_right=True,
    ends_in_training=0.7,
    stability=0.7,
    reason=None,
)


def test_the_verdict_stands_before_everything_but_the_name_of_the_project():
    first, blank, verdict, *_ = advice_text.advice_text(sample_advice(), load(), EN).splitlines()
    assert (first, blank) == ("Letters in our own style", "")
    assert verdict.startswith("Not yet: first you need an evaluation set")


def test_no_line_of_prose_is_wider_than_the_page():
    lines = advice_text.advice_text(sample_advice(), load(), EN).splitlines()
    table = next(number for number, line in enumerate(lines) if line.startswith("Options, best first"))
    prose = lines[:table] + lines[table + len(sample_advice().ranking) + 2 :]
    assert max(len(line) for line in prose) <= layout.WIDTH


def test_each_option_has_its_row_with_what_it_lacks(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    lines = advice_text.advice_text(sample_advice(), load(), EN).splitlines()
    row = next(line for line in lines if line.startswith("  > Supervised"))
    assert " ".join(row.split()) == "> Supervised fine-tuning 64% $1,700 ($850 to $3,400) 1.9 s an evaluation set"


def test_an_unknown_price_is_called_unknown(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    lines = advice_text.advice_text(sample_advice(), load(), EN).splitlines()
    assert "unknown" in next(line for line in lines if line.startswith("    Retrieval with a tuned model"))


def test_dutch_speaks_dutch_with_dutch_figures():
    text = advice_text.advice_text(sample_advice(), load(), NL)
    assert "Wat het oordeel zou veranderen" in text
    assert "1.700" in text
    assert "What would change the verdict" not in text


def test_what_would_change_the_verdict_stands_apart_from_what_would_change_the_option_alone():
    text = " ".join(advice_text.advice_text(sample_advice(), load(), EN).split())
    verdict, title, option = text.partition(summaries.only_the_option(sample_advice(), EN))
    assert title
    assert "the verdict would be" in verdict
    assert "the verdict would stay" not in verdict
    assert "the verdict would stay" in option
    assert "the verdict would be" not in option


@pytest.mark.parametrize("bad", ["\x1b[2J", "\x07", "a\rb", "\N{RIGHT-TO-LEFT OVERRIDE}x"])
def test_signs_that_a_terminal_obeys_are_shown_not_sent(bad):
    answers = {**sample_advice().answers, "project": f"name{bad}"}
    text = advice_text.advice_text(sample_advice(answers=answers), load(), EN)
    assert not any(sign in text for sign in "\x1b\x07\r\N{RIGHT-TO-LEFT OVERRIDE}")
    assert "\N{REPLACEMENT CHARACTER}" in text


def test_json_gives_medians_of_latency_and_keeps_the_bands():
    option = json.loads(advice_text.advice_json(sample_advice()))["ranking"][0]
    result = sample_advice().ranking[0]
    assert option["latency"] == {"p50": result.latency.p50, "p95": result.latency_p95.p50}
    assert option["latency_median"] == result.latency.model_dump()
    assert option["latency_p95"] == result.latency_p95.model_dump()


@pytest.mark.parametrize("lang", [EN, NL], ids=["en", "nl"])
def test_the_questions_are_a_file_of_answers_to_fill_in(lang):
    written = advice_text.questions_text(load(), lang)
    answers = read_situation(parse(written.encode())).answers
    assert list(answers) == [entry.id for entry in (*load().questions, *load().assumptions)]
    assert set(answers.values()) == {None}


def test_the_score_of_cases_is_written_as_the_reader_writes_it():
    found = Benchmark(
        results=(RESULT,), right_share=0.0, tuning_share=1.0, brier=0.175, at=date(2026, 11, 22), content_version="x"
    )
    assert "Brier-score van het aandeel dat op training uitkomt: 0,175" in " ".join(
        advice_text.cases_text(found, load(), NL).split()
    )


def test_sources_on_the_terminal_carry_dates_of_the_reader():
    assert "gezien op 27 juni 2026" in " ".join(advice_text.advice_text(sample_advice(), load(), NL).split())


def test_questions_as_json_are_translated_but_their_ids_are_not():
    english, dutch = (json.loads(advice_text.questions_json(load(), lang)) for lang in (EN, NL))
    assert [one["id"] for one in english["questions"]] == [one["id"] for one in dutch["questions"]]
    assert english["questions"][1]["text"] != dutch["questions"][1]["text"]
    assert english["questions"][1]["choices"][0]["id"] == dutch["questions"][1]["choices"][0]["id"]
    assert english["questions"][1]["choices"][0]["text"] != dutch["questions"][1]["choices"][0]["text"]


def test_a_table_aligns_its_columns():
    assert layout.table([("a", "bb"), ("ccc", "d")], right=frozenset({1})) == ["  a    bb", "  ccc   d"]


def test_cases_are_told_in_words_and_not_by_ids():
    result = benchmark_sample()
    for lang, score in ((EN, "0.175"), (language("nl"), "0,175")):
        said = " ".join(advice_text.cases_text(result, load(), lang).split())
        assert f" {score} (" in said
        for raw in ("finetune_sft", "few_shot", "rag_plus_finetune", "not_yet"):
            assert raw not in said
        assert labels.in_sentence(labels.outcome_name("rag_plus_finetune", load(), lang)) in said


def benchmark_sample() -> Benchmark:
    case = load().cases[0]
    one = CaseResult(
        case=case.id,
        title=case.title,
        verdict="fine_tune",
        option="sft",
        outcome="finetune_sft",
        published="rag_plus_finetune",
        acceptable=("few_shot", "not_yet"),
        agreement="verdict",
        right=False,
        tuning_right=True,
        ends_in_training=0.8,
        stability=0.75,
        reason=None,
    )
    return Benchmark(
        results=(one,), right_share=0.5, tuning_share=0.5, brier=0.175, at=date(2026, 11, 22), content_version="x"
    )


@pytest.mark.parametrize(
    ("condition", "english", "dutch"),
    [
        ("goal = 'vague'", 'goal is "vague"', 'goal "vague" is'),
        ("goal = 'a' OR goal = 'b' OR goal = 'c'", 'goal is "a", "b" or "c"', 'goal "a", "b" of "c" is'),
        ("goal <> 'none'", 'goal is not "none"', 'goal niet "none" is'),
        ("gap_cost", 'gap has "cost"', 'gap "cost" bevat'),
        ("goal = 'a' OR gap_cost", 'goal is "a" or gap has "cost"', 'goal "a" is of gap "cost" bevat'),
        ("goal = 'a' AND gap_cost", 'goal is "a" and gap has "cost"', 'goal "a" is en gap "cost" bevat'),
        (
            "goal IN ('a', 'b') AND gap_cost",
            'goal is "a" or "b" and gap has "cost"',
            'goal "a" of "b" is en gap "cost" bevat',
        ),
        ("(goal = 'a')", "(goal = 'a')", "(goal = 'a')"),
    ],
)
def test_when_a_question_is_asked_is_told_in_words(condition, english, dutch):
    assert advice_text.condition_text(condition, load(), EN) == english
    assert advice_text.condition_text(condition, load(), language("nl")) == dutch


@pytest.mark.parametrize("code", ["en", "nl"])
def test_the_questions_are_told_without_sql(code):
    said = advice_text.questions_text(load(), language(code))
    assert not re.search(r"Only where: |\bOR\b|<>| = '", said)


def test_comparisons_and_the_expected_score_are_a_line_each():
    said = advice_text.advice_text(sample_advice(), load(), EN)
    part = said[said.index("Comparisons like yours") :].split("\n\n")[0]
    assert len(re.findall(r"^  - ", part, re.MULTILINE)) == 2
    nothing = sample_advice(comparisons=None, expected_scores=())
    assert "Comparisons like yours" not in advice_text.advice_text(nothing, load(), EN)


def test_no_date_is_told_as_a_computer_writes_it():
    dutch = language("nl")
    lines = advice_text.advice_text(sample_advice(), load(), dutch)
    for said in (lines, facts_text.facts_text(facts_text.listed(load(), date(2026, 11, 22), False), load(), dutch)):
        assert not re.search(r"gezien op \d{4}-\d\d-\d\d", said)
        assert re.search(r"gezien op \d+ [a-z]+ \d{4}", " ".join(said.split()))
