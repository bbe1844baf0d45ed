"""How the pages of the PDF are set: what is filled, what is kept together, and in which order it is read."""

from __future__ import annotations

from itertools import pairwise

import pytest

from advisor import advise
from advisor.language import language
from advisor.report import pdf as setting
from advisor.report import render
from advisor.report.cleaning import cleaned
from advisor.report.model import Items, Table
from advisor.wording import labels
from advisor.wording.brief import brief
from tests.fixtures import sample_advice
from tests.products import crossed
from tests.report.reports import (
    AT,
    CONTENT,
    LANGUAGES,
    SITUATIONS,
    Page,
    Word,
    advice,
    drawn,
    every_report,
    flat,
    holds_page_one,
    laid_out,
    made,
    pages,
    pdf,
    read_aloud,
    texts,
)

MARGIN_PT = 39
"""The narrowest margin at the sides is 14 mm, and that at the foot holds the footer."""
FOOT_PT = 36


def body(page: Page) -> list[Word]:
    """The words above the footer."""
    return [word for word in page.words if word.bottom < page.height - FOOT_PT]


@every_report
def test_the_last_page_is_worth_turning_to(name: str, code: str) -> None:
    *_, last = pages(pdf(name, code))
    lowest = max(word.bottom for word in body(last))
    assert lowest / last.height > 0.18


@every_report
def test_no_word_lies_over_another_or_beyond_the_margin(name: str, code: str) -> None:
    """Neither in a list that needs more room than was kept for it, nor beside the ends of lines that meet."""
    for page in pages(pdf(name, code)):
        assert [word for word in page.words if word.left < MARGIN_PT or word.right > page.width - MARGIN_PT] == []
        words = sorted(page.words, key=lambda word: word.left)
        for place, word in enumerate(words):
            over = [other for other in words[place + 1 :] if other.left < word.right - 1 and meet(word, other)]
            assert not over, f"{word} lies over {over}"


def meet(one: Word, other: Word) -> bool:
    """Whether the letters of two words meet; a box holds more than a third beyond them, for what is tall or deep."""
    middle, half = (one.top + one.bottom) / 2, (one.bottom - one.top) / 4
    theirs, their_half = (other.top + other.bottom) / 2, (other.bottom - other.top) / 4
    return abs(middle - theirs) < half + their_half


@every_report
def test_a_list_in_columns_is_read_in_its_order(name: str, code: str) -> None:
    """By what takes the text from the page, and in the structure that a screen reader follows."""
    document = made(name, code)
    lists = [
        block
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Items) and block.columns > 1
    ]
    assert lists
    heard = read_aloud(pdf(name, code))
    for block in lists:
        begins = [flat(cleaned("".join(run.text for run in item)))[:30] for item in block.items]
        begins = [one for one in begins if one.isascii()]
        at = 0
        for begin in begins:
            found = heard.find(begin, at)
            assert found >= 0, f"“{begin}” does not come after what stands before it"
            at = found + 1


@pytest.mark.on_push(3)
@crossed(filler=range(0, 1_000, 130), code=LANGUAGES)
def test_the_table_of_options_breaks_between_its_groups_and_repeats_its_head(code: str, filler: int) -> None:
    """However much stands above it."""
    lang = language(code)
    given = {**sample_advice().answers, "goal_text": "word " * 60}
    reasons = sample_advice().reasons * (1 + filler // 130)
    advice = sample_advice(answers=given, reasons=reasons, flips=())
    document = laid_out(render(advice, CONTENT, code))
    head = lang("Once")
    for blocked in (True, False):
        names = [labels.option_name(one.option, CONTENT, lang)[:14] for one in advice.ranking if one.blocked == blocked]
        on = {
            number
            for number, lines in enumerate(document)
            for line in lines
            if "%" in line and "$" in line and any(name in line for name in names)
        }
        assert len(on) == 1, f"{names} stand on the pages {on}"
        assert any(head in line and lang("State") in line for line in document[on.pop()])


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_long_table_repeats_its_head_on_every_page_that_it_needs(code: str) -> None:
    lang = language(code)
    notes = tuple(rule.id for rule in CONTENT.rules if rule.advice and not rule.technical)
    answers = {**sample_advice().answers, "goal_text": "word " * 60}
    advice = sample_advice(notes=notes, answers=answers, missing=sample_advice().missing * 14, plan=())
    document = laid_out(render(advice, CONTENT, code))
    heads = [
        number for number, lines in enumerate(document) for line in lines if lang("What to do") in line and "." in line
    ]
    rows = {
        number
        for number, lines in enumerate(document)
        for line in lines
        if line.rstrip().endswith("–") and line.strip()[:1].isdigit()
    }
    assert len(rows) > 1
    assert rows <= set(heads)


@pytest.mark.on_push(1)
@pytest.mark.parametrize("code", LANGUAGES)
def test_what_is_not_known_takes_a_line_or_two(code: str) -> None:
    lang = language(code)
    document = made("all-unknown", code)
    answers = next(section for section in document.sections if section.id == "answers")
    (line,) = answers.blocks
    said = "".join(run.text for run in line.runs)  # type: ignore[union-attr]
    asked = [lang(question.text) for question in CONTENT.questions if question.id in advice("all-unknown").answers]
    assert len(asked) > 40
    assert said == lang("Not known: {questions} And {n} more.", questions=" ".join(asked[:3]), n=len(asked) - 3)
    assert len(said) < 400
    assert flat(lang("Don't know")) not in read_aloud(pdf("all-unknown", code))


@every_report
def test_each_side_of_the_card_of_readiness_says_once_what_is_not_known(name: str, code: str) -> None:
    card = next(section for section in made(name, code).sections if section.id == "readiness").blocks[0]
    assert isinstance(card, Table)
    lead = language(code)("Not known: {questions}", questions="")
    for row in card.rows:
        assert sum(lead in run.text for run in row[2]) <= 1


@every_report
def test_page_one_is_for_whoever_decides(name: str, code: str) -> None:
    lang = language(code)
    tips = [rule for note in advice(name).notes if (rule := CONTENT.rule(note)).technical and rule.advice]
    first = texts(pdf(name, code))[0]
    assert [rule.id for rule in tips if flat(lang(rule.advice))[:40] in first] == []
    told = {section.id for section in made(name, code).sections}
    assert ("training" in told) == bool(tips)


@every_report
def test_page_one_says_the_sentence_the_plan_the_figures_and_the_reasons(name: str, code: str) -> None:
    lang = language(code)
    first, second, *_ = texts(pdf(name, code))
    said = brief(advice(name), CONTENT, lang)
    figures = [text for one in said.figures for text in (one.figure.middle, one.figure.spread)]
    cards = [text for card in said.cards for text in (card.name, card.ends_here)]
    reasons = [reason.because for reason in said.reasons]
    lacking = [
        text
        for text in (said.headline, said.found, *cards, *figures, *reasons, said.open.said)
        if flat(cleaned(text)) not in first
    ]
    assert lacking == []
    assert holds_page_one(first, second, code)


def test_some_report_has_tips_for_those_who_train() -> None:
    assert any(CONTENT.rule(note).technical for name in SITUATIONS for note in advice(name).notes)


@every_report
def test_the_names_at_the_ends_of_lines_stand_apart(name: str, code: str) -> None:
    chart = next((one for one in made(name, code).charts() if one.kind == "lines"), None)
    if chart is None:
        return
    places = sorted(line.label_at for line in chart.lines)
    assert all(0 <= place <= 1 for place in places)
    assert all(after - before > 0.0999 for before, after in pairwise(places))


def test_a_report_that_ends_badly_in_every_size_is_set_in_the_best_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting, "LEAST_FILLED", 1.1)
    assert 3 <= len(pages(render(sample_advice(), CONTENT, "en"))) <= 6


def test_another_fault_of_the_template_is_not_taken_for_a_bad_end(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = {**setting.templates(), "main.typ": b'#panic("another fault")'}
    monkeypatch.setattr(setting, "templates", lambda: broken)
    with pytest.raises(Exception, match="another fault"):
        render(sample_advice(), CONTENT, "en")


def test_situations_are_drawn_alike_each_time() -> None:
    assert drawn(5) == drawn(5)
    assert advise(drawn(5), AT) == advice("drawn 5")
