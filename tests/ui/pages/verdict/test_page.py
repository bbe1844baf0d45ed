"""The page of the verdict: all it has to show, and what editing it does."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from advisor import Situation, advise, decode, situation
from advisor.content.load import load
from advisor.engine.comparisons import comparisons
from advisor.interview.answers_file import read_situation
from advisor.language import language
from advisor.ui.pages.verdict.downloads import rendering, template
from advisor.ui.pages.verdict.steps import named_steps
from advisor.ui.session import MOST_LINK, Session
from advisor.wording import headline
from tests.ui.screen import heading, opened, press, texts, well

GIVEN: dict[str, Any] = {
    "gap": ["style", "format"],
    "prompt_tried": "good",
    "rag_tried": "not_needed",
    "evaluation_set": "no",
    "success_metric": "metric",
    "labelled_examples": 640,
    "knowledge_changes": "never",
    "requests_per_month": [80_000, 160_000],
    "platforms": ["azure", "own"],
}
SECTIONS = (
    "reasons",
    "evidence",
    "comparisons",
    "options",
    "cost",
    "speed",
    "changes",
    "routes",
    "readiness",
    "steps",
    "assumptions",
    "take",
)


def verdict(**more: Any) -> AppTest:
    return press(press(opened(**{**GIVEN, **more}), "continue"), "see-verdict")


@pytest.fixture(scope="module")
def page() -> AppTest:
    return verdict()


def test_the_heading_is_the_verdict_in_one_sentence(page):
    advice = advise(situation(**GIVEN)).model_copy(update={"provisional": False})
    assert heading(page) == headline(advice, load(), language("en"))


def test_every_section_is_there_and_linked_from_the_list(page):
    said = " ".join(texts(page))
    for anchor in SECTIONS:
        assert f'id="{anchor}"' in said
    for anchor in SECTIONS[1:]:
        assert f'href="#{anchor}"' in said


def answered(page: AppTest) -> Situation:
    """The situation that the page's address holds."""
    packed = page.query_params["a"]
    return decode(packed if isinstance(packed, str) else packed[0])


def test_a_reason_is_left_out_and_counted_again_with_the_address() -> None:
    page = verdict()
    key = next(button.key for button in page.button if button.key and button.key.startswith("off:"))
    term = key.removeprefix("off:")
    because = load().term(term).because
    page = press(page, key)
    assert answered(page).off == {term}
    assert key not in {button.key for button in page.button}
    assert "Left out by you" in " ".join(texts(page))
    page = press(page, f"on:{term}")
    assert answered(page).off == frozenset()
    assert "Left out by you" not in " ".join(texts(page))
    assert because.split(",")[0] in unescape(" ".join(texts(page)))


def test_every_chart_says_in_words_what_it_shows(page):
    assert all(chart.proto.alt for chart in page.get("plotly_chart"))
    assert sum('class="bars" role="img" aria-label="' in text for text in texts(page)) >= 2


def test_the_three_heaviest_reasons_have_sources(page):
    listed = [text for text in texts(page) if text.startswith('<ol class="reasons" start=')]
    assert len(listed) == 3
    assert all(text.count("Source:") == 1 for text in listed)


def test_the_command_that_repeats_it_names_the_day(page):
    assert page.code[0].value == f"advisor advise answers.yaml --at {advise(situation(**GIVEN)).at.isoformat()}"


def test_without_answers_there_is_no_verdict_but_a_way_to_begin():
    test = verdict()
    test.session_state["visit"].restart(situation())
    del test.query_params["a"]
    well(test.run())
    assert heading(test) == "No verdict yet"
    assert not test.get("plotly_chart")
    assert not any('class="bars"' in text for text in texts(test))


def test_an_edited_assumption_is_followed_at_once():
    test = verdict()
    before = " ".join(texts(test))
    field = next(one for one in test.text_input if one.key and one.key.startswith("number-day_rate-low"))
    field.set_value("880").run()
    well(test)
    assert test.session_state["visit"].situation.answers["day_rate"] == (880.0, 1300.0)
    assert " ".join(texts(test)) != before
    assert "undo:day_rate" in [button.key for button in test.button]
    press(test, "undo:day_rate")
    assert "day_rate" not in test.session_state["visit"].situation.answers


def test_a_region_fills_in_its_range_of_day_rates():
    test = press(verdict(), "choose:day_rate:euro_area")
    assert test.session_state["visit"].situation.answers["day_rate"] == (320.0, 800.0)
    low = next(one for one in test.text_input if one.key and one.key.startswith("number-day_rate-low"))
    assert low.value == "320"


def test_a_wrong_assumption_is_refused_and_changes_nothing():
    test = verdict()
    field = next(one for one in test.text_input if one.key and one.key.startswith("number-day_rate-low"))
    well(field.set_value("5,000").run())
    assert "lower number first" in " ".join(texts(test))
    assert "day_rate" not in test.session_state["visit"].situation.answers


def test_an_assumption_is_taken_over_where_the_same_press_asks_for_another_group():
    test = verdict()
    next(one for one in test.text_input if one.key.startswith("number-day_rate-low")).set_value("880")
    next(one for one in test.radio if one.key.startswith("group:")).set_value("tokens")
    well(test.run())
    assert test.session_state["visit"].situation.answers["day_rate"] == (880.0, 1300.0)
    assert any(one.key.startswith("number-schema_tokens") for one in test.text_input)


def test_an_owner_that_is_too_long_is_said_and_not_kept():
    test = verdict()
    owner = next(one for one in test.text_input if str(one.key).startswith("owner:"))
    well(owner.set_value("x" * 81).run())
    assert "Owner of step 1: 81 characters, 1 too many. It is not kept." in " ".join(texts(test))
    assert test.session_state["visit"].owners == {}


def test_an_owner_that_makes_the_link_too_long_is_said_and_not_kept():
    test = verdict()
    session: Session = test.session_state["visit"]
    session.owners = {f"start{n}": ("".join(chr(0x4E00 + 90 * n + m) for m in range(80)), "") for n in range(2, 40)}
    kept = dict(session.owners)
    assert session.length() > MOST_LINK
    owner = next(one for one in test.text_input if str(one.key).startswith("owner:"))
    well(owner.set_value("Jo").run())
    assert "longer than mail and proxies let pass" in " ".join(texts(test))
    assert "Jo" not in str(test.session_state["visit"].owners)
    assert len(test.session_state["visit"].owners) <= len(kept)


def test_owners_and_dates_go_into_the_address_and_the_report():
    test = verdict()
    test.text_input[0].set_value("<b>Jo</b>").run()
    well(test)
    session: Session = test.session_state["visit"]
    assert list(session.owners.values()) == [("<b>Jo</b>", "")]
    assert "who" in session.address()
    advice = advise(session.situation)
    assert list(named_steps(advice, session.owners, language("nl")).values()) == [("<b>Jo</b>", "")]
    assert b"<b>Jo</b>" in rendering("json", session)()


def test_the_downloads_are_what_they_say():
    session = Session()
    session.answer(read_situation(GIVEN))
    assert rendering("pdf", session)().startswith(b"%PDF-")
    assert b"# " in rendering("md", session)()
    assert template(session)().startswith(b"PK")


def test_each_route_links_its_source_with_the_day_it_was_seen(page):
    rows = next(text for text in texts(page) if 'class="data routes"' in text).split('<tr role="row">')[2:]
    assert rows
    for row in rows:
        linked = re.search(r'<a href="https://[^"]+"[^>]*>[^<]+</a> \((seen (on|in) |no date given)', row)
        assert linked or "our assumption" in row or "not recorded" in row, row


def test_an_assumption_links_its_source(page):
    about = next(text for text in texts(page) if '<p class="what">Examples wanted for supervised fine-tuning' in text)
    assert re.search(r'<a href="https://[^"]+"[^>]*>Microsoft: azure-skills, notes on training types</a>', about)


def test_comparisons_are_told_in_words_and_their_studies_folded_away_each_with_a_link():
    page = verdict(task="classification", evaluation_set="yes", large_model="short", large_score=80, target_score=90)
    said = next(text for text in texts(page) if "published studies compare" in text)
    found = comparisons(situation(task="classification"))
    assert found
    assert said.index("published studies compare") < said.index("may be expected to score 80") < said.index("<details")
    folded = said[said.index("<details") :]
    for study in found.studies:
        assert folded.count(f'href="{study.url}"') == len(study.datasets)
    assert 'role="img" aria-label="How published comparisons came out.' in folded


def test_where_nothing_is_like_it_no_study_is_counted():
    assert not any("published stud" in text and "compare" in text for text in texts(verdict(task="assistant")))
