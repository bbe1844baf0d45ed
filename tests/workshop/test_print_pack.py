"""The pack for a workshop on paper: what is in it, and above all what is not on the pages that are handed out."""

from __future__ import annotations

import io
from datetime import date

import pypdf
import pytest

from advisor.content.load import load
from advisor.language import LANGUAGES, language
from advisor.report.model import Paper, Sheet, Table, runs_of
from advisor.report.pdf import paper_pdf
from advisor.workshop.case_texts import case_texts
from advisor.workshop.debate import debatable, steps_of
from advisor.workshop.print_pack import LETTERS, goals, paper_cue, print_pack, usual_questions
from advisor.workshop.programme import MODES, Wishes, programme
from advisor.workshop.step_words import choice_name
from tests.pdf_text import page_texts

PLAN = next(plan for plan in load().workshops if plan.minutes == 40)
DAY = date(2026, 11, 30)
EVERY = tuple(case.id for case, _ in debatable(load()))
HOSTILE = 'Tuesday <b> #read("/etc/passwd")'
KEPT_BACK = {"en": "keep this page back", "nl": "deel deze pagina niet uit"}


def said(sheet: Sheet) -> str:
    runs = (run for section in sheet.sections for block in section.blocks for run in runs_of(block))
    titles = (section.title for section in sheet.sections)
    return "\n".join((sheet.title, sheet.below, *titles, *(run.text for run in runs)))


@pytest.fixture(
    scope="module", params=[pytest.param(("en", EVERY), marks=pytest.mark.deep), ("nl", PLAN.cases)], ids=LANGUAGES
)
def pack(request) -> Paper:
    """A pack of every case there is; in Dutch, which says the same, of those of the plan."""
    code, cases = request.param
    return print_pack(HOSTILE, PLAN, Wishes(cases=cases), DAY, code, load())


def cases_of(pack: Paper) -> list[str]:
    return [sheet.id.removeprefix("outcome-") for sheet in pack.sheets if sheet.id.startswith("outcome-")]


def test_no_page_to_hand_out_says_what_came_out(pack):
    sheets = {sheet.id: sheet for sheet in pack.sheets}
    assert cases_of(pack) == [*(EVERY if pack.lang == "en" else PLAN.cases)]
    for case in cases_of(pack):
        texts = case_texts(case, DAY, pack.lang, load())
        handed, kept = said(sheets[case]), said(sheets[f"outcome-{case}"])
        assert texts.facts in handed
        assert all(answer in handed for _, answer in texts.knew)
        for told in (texts.lesson, texts.held_against, texts.headline, texts.source, texts.title):
            assert told not in handed, case
            assert told in kept, case
        assert KEPT_BACK[pack.lang] in kept
    ids = [sheet.id for sheet in pack.sheets]
    assert ids == [*cases_of(pack), "cards", "score", "guide", *(f"outcome-{case}" for case in cases_of(pack))]
    assert all(sheet.begins_page for sheet in pack.sheets)


def test_there_is_a_card_and_a_column_for_each_choice_and_a_row_for_each_vote(pack):
    lang = language(pack.lang)
    sheets = {sheet.id: sheet for sheet in pack.sheets}
    names = [choice_name(verdict, load(), lang) for verdict in LETTERS]
    assert [(card.letter, card.name) for card in sheets["cards"].cards] == [*zip("ABC", names, strict=True)]
    votes, *options = (
        block for section in sheets["score"].sections for block in section.blocks if isinstance(block, Table)
    )
    ballots = [step for step in steps_of(PLAN, cases_of(pack)) if step.votes]
    assert len(votes.rows) == sum(step.kind != "option" for step in ballots)
    assert sum(len(table.columns) - 1 for table in options) == sum(step.kind == "option" for step in ballots)
    assert all(column.to_fill for table in (votes, *options) for column in table.columns[1:])


def test_the_guide_has_goals_minutes_words_and_questions(pack):
    lang = language(pack.lang)
    guide = next(sheet for sheet in pack.sheets if sheet.id == "guide")
    told = said(guide)
    assert all(goal in told for goal in goals(lang))
    assert all(answer in told for _, answer in usual_questions(lang))
    for step in steps_of(PLAN):
        assert paper_cue(step.kind, lang) in told
        assert lang.number(step.minutes) in told
    assert KEPT_BACK[pack.lang] in guide.below


def test_each_case_fits_a_page_and_the_title_is_text():
    for code, cases in (("en", PLAN.cases), ("nl", EVERY[:2])):
        pack = print_pack(HOSTILE, PLAN, Wishes(cases=cases), DAY, code, load())
        made = paper_pdf(pack)
        reader, pages = pypdf.PdfReader(io.BytesIO(made)), page_texts(made)
        assert len(pages) == 1 + len(pack.sheets)
        for page, sheet in zip(pages[1:], pack.sheets, strict=True):
            assert "".join(page.split()).startswith("".join(sheet.title.split()))
        assert HOSTILE in " ".join(pages[0].split())
        assert reader.trailer["/Root"]["/Lang"] == code
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_without_cases_it_has_those_of_the_plan():
    pack = print_pack("", PLAN, Wishes(), DAY, "en", load())
    assert [sheet.id for sheet in pack.sheets][: len(PLAN.cases)] == [*PLAN.cases]


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_else_a_room_does_is_handed_out_without_answers_and_kept_back_with_them(code):
    content, lang = load(), language(code)
    pack = print_pack("Tuesday", PLAN, Wishes(MODES), DAY, code, content)
    sheets = {sheet.id: sheet for sheet in pack.sheets}
    assert [*sheets][1:5] == ["story", "own", "quiz", "monday"]
    for quiz in content.quiz:
        if quiz.id not in PLAN.quiz or quiz.why is None:
            continue
        handed, kept = said(sheets["quiz"]), said(sheets["quiz-answers"])
        assert all(lang(choice) in handed for choice in (quiz.right, *quiz.wrong))
        assert lang(quiz.why) not in handed
        assert lang(quiz.why) in kept
        assert lang(quiz.wrong[0]) not in kept
    assert KEPT_BACK[code] in sheets["quiz-answers"].below
    outcome = case_texts(PLAN.together, DAY, code, content)
    assert outcome.facts in said(sheets["story"])
    assert not [text for text in (outcome.lesson, outcome.headline, outcome.title) if text in said(sheets["story"])]
    assert outcome.lesson in said(sheets[f"outcome-{PLAN.together}"])
    questions = ("task", "gap", "prompt_tried", "documents", "label_count", "labelled_examples", "hosting", "platforms")
    for name in ("story", "own"):
        assert all(lang(content.question(key).text) in said(sheets[name]) for key in questions)
    guide = said(sheets["guide"])
    assert all(paper_cue(step.kind, lang) in guide for step in programme(PLAN, Wishes(MODES), content))
    assert 10 < len(pypdf.PdfReader(io.BytesIO(paper_pdf(pack))).pages) <= len(pack.sheets) + 1


def test_without_a_debate_there_are_no_cards():
    sheets = [sheet.id for sheet in print_pack("", PLAN, Wishes(("ticket",)), DAY, "en", load()).sheets]
    assert sheets == ["monday", "score", "guide"]
