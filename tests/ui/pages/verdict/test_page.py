"""The page of the verdict: all it has to show, and what editing it does."""

from __future__ import annotations

import json
import re
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from advisor import Situation, advise, decode, encode, situation, tried
from advisor.content.load import load
from advisor.engine.advice import advice_data
from advisor.engine.comparisons import comparisons
from advisor.interview.address import decode_owners
from advisor.interview.answers_file import read_situation
from advisor.language import language
from advisor.ui.pages.verdict import brief, brief_words, downloads
from advisor.ui.pages.verdict.downloads import live_version, rendering, template
from advisor.ui.pages.verdict.next_steps import named_steps
from advisor.ui.pages.verdict.rooms import rooms, take_typed
from advisor.ui.session import MOST_LINK, Session
from advisor.wording import brief_headline, summaries, told_reasons
from advisor.wording.brief import brief as brief_text
from advisor.wording.labels import advised
from advisor.wording.plan import plan_steps
from tests.ui.screen import follow, heading, opened, press, texts, well

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
HOLDS = {
    "why": ("reasons", "evidence", "comparisons"),
    "options": ("options", "cost"),
    "speed": (),
    "change": ("changes",),
    "who": (),
    "ready": ("gaps", "needs"),
    "steps": ("take",),
    "assumptions": (),
}
"""The sections of each room; a room that has but one thing to show needs none."""


def verdict(**more: Any) -> AppTest:
    return follow(opened(**{**GIVEN, **more}), "verdict")


def room(name: str, **more: Any) -> AppTest:
    """A room behind the verdict, as its tab opens it."""
    return follow(verdict(**more), name)


@pytest.fixture(scope="module")
def page() -> AppTest:
    return verdict()


@pytest.fixture(scope="module")
def steps_page() -> AppTest:
    return room("steps")


@pytest.fixture(scope="module")
def rooms_drawn(page) -> dict[str, str]:
    """What each room shows."""
    return {name: " ".join(texts(follow(page, name))) for name in HOLDS}


def test_every_figure_of_the_plan_leads_to_how_it_came_about_in_one_tap(steps_page):
    """What was multiplied, and the value, the source and the day of each figure that went into it."""
    steps = plan_of(steps_page).split("<li ")[1:]
    figured = [step for step in steps if "<dl>" in step]
    assert figured
    for step in figured:
        behind = step.split("<details", 1)[1]
        assert "price of a working day" in unescape(behind)
        assert '<table role="table" class="data basis">' in behind
        assert "Cost of one working day of a person" in behind
    trained = next(step for step in steps if "Supervised fine-tuning" in step or "supervised fine-tuning" in step)
    assert "Its price is" in trained


def test_every_option_leads_to_how_its_figures_came_about_and_one_that_trains_names_whose_prices_they_are():
    told = next(text for text in texts(room("options")) if "how its figures come about" in text)
    options = unescape(told).split("<details")[2:]
    assert len(options) == len(load().options)
    for option in options:
        name = option.split("<summary>", 1)[1].split(":", 1)[0]
        assert "A month, all in" in option
        assert "95 of 100 answers within" in option
        assert "official" in option or "second hand" in option or "assumption" in option
        trains = next(one for one in load().options if one.name == name).method not in (None, "encoder")
        assert ("Its price is" in option) == trains, name


def test_the_shares_of_the_scenarios_lead_to_the_answers_behind_them():
    firm = next(text for text in texts(room("change")) if 'class="legend"' in text)
    assert '<details class="figures">' in firm
    assert "your answer" in firm


def test_the_heading_is_the_verdict_and_the_plan(page):
    assert heading(page) == brief_headline(advise(situation(**GIVEN)), load(), language("en"))
    assert heading(page).startswith("Not yet. First make an evaluation set; then try examples in the prompt, and if it")


def test_what_the_brief_says_is_found_out_while_the_reader_looks_at_the_page_before_it(monkeypatch):
    thought = []
    monkeypatch.setattr(brief._readied, "ahead", lambda *key: thought.append(key))
    page = follow(opened(**GIVEN), "check")
    session = page.session_state["visit"]
    assert thought == [(session.packed, session.day, "en")]
    assert brief._readied(*thought[0])
    computed = []
    monkeypatch.setattr(brief_words.brief_words, "compute", lambda *key: computed.append(key))
    monkeypatch.setattr(downloads.kit_labels, "compute", lambda *key: computed.append(key))
    assert heading(press(page, "see-verdict")) == brief_headline(advise(situation(**GIVEN)), load(), language("en"))
    assert not computed


def test_the_brief_says_the_plan_the_figures_and_the_reasons_in_words_of_the_advice(page):
    advice = advise(situation(**GIVEN))
    text = brief_text(advice, load(), language("en"))
    drawn = unescape("".join(text for text in texts(page) if '<div class="brief ' in text))
    assert drawn.count('<li class="prepare"') + drawn.count('<li class="option"') == len(advice.plan)
    for step in text.cards:
        assert step.name in drawn
    for figure in text.figures:
        assert f"<dt>{figure.name}</dt><dd>{figure.figure.middle}" in drawn
    for reason in text.reasons:
        assert reason.because in drawn
    assert '"dot chosen"' in drawn


def plan_of(page: AppTest) -> str:
    return next(text for text in texts(page) if '<ol class="plan">' in text)


def test_the_plan_is_one_list_with_what_is_known_of_each_step(steps_page):
    advice = advise(situation(**GIVEN))
    rows = plan_of(steps_page).split("<li ")[1:]
    assert len(rows) == len(advice.plan)
    for row, step in zip(rows, advice.plan, strict=True):
        assert ("end with it" in row) == (step.kind == "option")
        assert ("Stop at a score of" in row) == (step.stop_at is not None)
        assert ("days" in row) == (step.effort_days.p50 is not None)


def test_the_next_steps_leave_out_what_the_plan_says():
    steps = " ".join(text for text in texts(room("steps")) if 'class="step"' in text)
    assert steps
    for said in ("Start with", "Holds up:", "compare the verdicts"):
        assert said not in steps
    assert " ".join(texts(room("steps"))).count("Until then") == steps.count("Until then") == 1


def test_every_step_of_the_plan_has_an_owner_and_a_date_that_the_report_shows():
    test, advice, lang = room("steps"), advise(situation(**GIVEN)), language("en")
    keys = [str(one.key) for one in test.text_input if str(one.key).startswith(("owner:plan-", "due:plan-"))]
    assert keys == [f"{kind}:plan-{step.id}:en" for step in advice.plan for kind in ("owner", "due")]
    test.text_input(key=keys[2]).set_value("Jo").run()
    well(test)
    assert heading(test).endswith("with an owner: 1.")
    owners = test.session_state["visit"].owners
    text = plan_steps(advice, load(), lang)[1].what
    assert named_steps(advice, owners, lang) == {text: ("Jo", "")}


TRIED: dict[str, Any] = {
    **GIVEN,
    "evaluation_set": "yes",
    "goal": "measurable",
    "prompt_result": "near",
    "target_score": 90,
    "baseline_score": 78,
}


def field(page: AppTest, name: str) -> Any:
    return next(one for one in page.text_input if str(one.key).startswith(f"number-{name}-"))


def test_a_result_becomes_a_measured_answer_and_the_plan_goes_on():
    page = room("steps", **TRIED)
    before = plan_of(page)
    first = advise(situation(**TRIED)).plan[0]
    field(page, f"tried-{first.id}").set_value("71")
    page = press(page, f"save:{first.id}")
    expected = tried(situation(**TRIED), first.id, 71)
    assert answered(page) == expected
    assert plan_of(page) != before
    assert any("Counted: " in text for text in texts(page))


def test_what_is_no_score_is_said_and_changes_nothing():
    page = room("steps", **TRIED)
    first = advise(situation(**TRIED)).plan[0]
    for wrong, said in (("seventy", "number"), ("170", "100"), ("", "Give a number.")):
        field(page, f"tried-{first.id}").set_value(wrong)
        page = press(page, f"save:{first.id}")
        alert = [text for text in texts(page) if 'class="meant" role="alert"' in text]
        assert any(said in text for text in alert), (wrong, alert)
        assert answered(page) == situation(**TRIED)


def test_without_a_target_it_is_asked_beside_the_score():
    page = room("steps")
    step = next(step for step in advise(situation(**GIVEN)).plan if step.kind == "option")
    field(page, f"tried-{step.id}").set_value("71")
    field(page, f"target-{step.id}").set_value("90")
    page = press(page, f"save:{step.id}")
    assert answered(page) == tried(situation(**GIVEN).with_answer("target_score", 90), step.id, 71)


def test_what_is_prepared_is_done_at_a_press(page):
    page = press(room("steps"), "prepared:evaluation")
    assert answered(page).answers["evaluation_set"] == "yes"
    assert "evaluation_set" in answered(page).measured
    assert heading(page).startswith("Not yet. First set a goal") or not heading(page).startswith("Not yet. First make")


def test_retrieval_that_falls_short_is_asked_how():
    given = {"gap": ["knowledge"], "goal": "measurable", "prompt_tried": "good", "rag_tried": "no", "target_score": 85}
    page = room("steps", **{**dict.fromkeys(GIVEN), **given, "knowledge_changes": "weekly", "evaluation_set": "yes"})
    field(page, "tried-rag").set_value("60")
    page = press(page, "save:rag")
    assert any("falls short of the target" in text for text in texts(page))
    page = press(page, "save:rag")
    assert any("Choose in which way it falls short." in text for text in texts(page))
    next(one for one in page.radio if str(one.key).startswith("how:rag")).set_value("misses")
    page = press(page, "save:rag")
    assert answered(page).answers["rag_tried"] == "misses"
    assert answered(page).answers["baseline_score"] == 60


def earlier(page: AppTest, text: str) -> str:
    page.text_area[0].set_value(text)
    page = press(page, "compare")
    return unescape(" ".join(texts(page)))


def test_an_earlier_advice_is_compared_from_a_link_and_from_json():
    page = room("change")
    link = f"https://advisor.example.org/verdict?a={encode(situation(**{**GIVEN, 'evaluation_set': 'yes'}))}&lang=en"
    assert "Do you have a set of test cases to measure on? Yes" in earlier(page, link)
    saved = advice_data(advise(situation(**GIVEN)))
    assert "The two advices are the same." in earlier(page, json.dumps(saved))
    old = {**saved, "content_version": "0", "weights_version": "0"}
    assert "It was made with other prices and facts, and other weights, than this one." in earlier(
        page, json.dumps(old)
    )


@pytest.mark.parametrize("text", ["", "not a link", "{}", '{"verdict": "maybe"}'])
def test_what_holds_no_advice_is_refused(text):
    said = earlier(room("change"), text)
    assert "This is neither a link" in said or "Paste a link" in said
    assert "The earlier advice is of" not in said


def test_an_earlier_advice_is_data():
    saved = advice_data(advise(situation(**GIVEN)))
    saved["answers"] = {**saved["answers"], "<b>x</b>": "<script>"}
    page = room("change")
    page.text_area[0].set_value(json.dumps(saved))
    said = " ".join(texts(press(page, "compare")))
    assert "&lt;script&gt;" in said
    assert "<script>" not in said


def test_every_room_is_reached_by_a_tab_and_holds_its_sections_and_no_others(rooms_drawn):
    for name, shown in rooms_drawn.items():
        for target in ("verdict", *HOLDS):
            assert f'data-go="{target}"' in shown
        assert shown.count('aria-current="page"') == 1
        assert f'data-go="{name}" aria-current="page"' in shown
        assert tuple(re.findall(r'class="section" id="([^"]+)"', shown)) == HOLDS[name]


def test_a_part_of_the_page_of_before_leads_to_its_room():
    """What links of before named, each in the room that shows it."""
    of_before = {anchor: name for name, one in rooms(language("en")).items() for anchor in one.holds}
    assert of_before == {
        "reasons": "why", "evidence": "why", "comparisons": "why", "options": "options", "cost": "options",
        "speed": "speed", "changes": "change", "routes": "who", "readiness": "ready", "steps": "steps",
        "take": "steps", "assumptions": "assumptions",
    }  # fmt: skip


def test_a_room_begins_with_its_answer_beneath_what_it_is_the_verdict_of():
    page = room("options", project="Letters", evaluation_set="yes", goal="measurable")
    advice = advise(answered(page))
    assert heading(page) == summaries.cost(advice, load(), language("en"))
    assert advised(advice.verdict, advice.option, load(), language("en")) in " ".join(texts(page))
    assert any("Letters · " in text for text in texts(page))


@pytest.mark.parametrize("name", HOLDS)
def test_a_room_without_answers_leads_to_a_beginning(name):
    test = follow(opened(), name)
    assert heading(test) == "No verdict yet"
    assert not any('class="rooms"' in text for text in texts(test))
    assert not test.text_input


def test_only_the_room_with_the_curve_asks_for_the_library_of_charts(page):
    """The browser loads it where a page holds such a chart."""
    assert {name for name in ("verdict", *HOLDS) if follow(page, name).get("plotly_chart")} == {"options"}


def answered(page: AppTest) -> Situation:
    """The situation that the page's address holds."""
    packed = page.query_params["a"]
    return decode(packed if isinstance(packed, str) else packed[0])


def test_a_reason_is_left_out_and_counted_again_with_the_address() -> None:
    page = room("why")
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


def test_every_chart_says_in_words_what_it_shows(rooms_drawn):
    assert all(chart.proto.alt for chart in room("options").get("plotly_chart"))
    charts = {name: shown.count('class="bars" role="img" aria-label="') for name, shown in rooms_drawn.items()}
    assert {name for name, count in charts.items() if count} >= {"why", "options", "speed"}
    assert not any('class="bars"' in re.sub('class="bars" role="img" aria-label="[^"]', "", shown)
                   for shown in rooms_drawn.values())  # fmt: skip


def test_the_three_heaviest_reasons_have_sources():
    listed = [text for text in texts(room("why")) if text.startswith('<ol class="reasons" start=')]
    (held, speaks) = told_reasons(advise(situation(**GIVEN)), load(), language("en"))
    assert [len(held.reasons), len(speaks.reasons)] == [1, 3]
    assert len(listed) == 4
    assert all(text.count("Source:") == 1 for text in listed)
    # What closes an option for now is no reason for it.
    assert held.lead.startswith("What comes before ")
    assert f"<p>{speaks.lead}</p>" in texts(room("why"))


def test_what_matters_most_is_one_question_before_the_verdict_and_on_it():
    """Two different questions were called that: one from fewer scenarios, and without those skipped."""
    answers = {**GIVEN, "evaluation_set": "yes"}
    best = advise(situation(**answers)).open_questions[0].question
    text = load().question(best).text
    before = follow(opened(**answers), "check")
    after = follow(before, "verdict")
    said = [" ".join(unescape(re.sub("<[^<>]*>", "", part)) for part in texts(page)) for page in (before, after)]
    assert [f"The answer that matters most: {text}" in one for one in said] == [True, True]


def test_the_command_that_repeats_it_names_the_day():
    assert (
        room("steps").code[0].value == f"advisor advise answers.yaml --at {advise(situation(**GIVEN)).at.isoformat()}"
    )


def test_without_answers_there_is_no_verdict_but_a_way_to_begin():
    test = verdict()
    test.session_state["visit"].restart(situation())
    del test.query_params["a"]
    well(test.run())
    assert heading(test) == "No verdict yet"
    assert not test.get("plotly_chart")
    assert not any('class="bars"' in text for text in texts(test))


def test_an_edited_assumption_is_followed_at_once():
    test = room("assumptions")
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
    test = press(room("assumptions"), "choose:day_rate:euro_area")
    assert test.session_state["visit"].situation.answers["day_rate"] == (320.0, 800.0)
    low = next(one for one in test.text_input if one.key and one.key.startswith("number-day_rate-low"))
    assert low.value == "320"


def test_a_wrong_assumption_is_refused_and_changes_nothing():
    test = room("assumptions")
    field = next(one for one in test.text_input if one.key and one.key.startswith("number-day_rate-low"))
    well(field.set_value("5,000").run())
    assert "lower number first" in " ".join(texts(test))
    assert "day_rate" not in test.session_state["visit"].situation.answers


def test_an_assumption_is_taken_over_where_the_same_press_asks_for_another_group():
    test = room("assumptions")
    next(one for one in test.text_input if one.key.startswith("number-day_rate-low")).set_value("880")
    next(one for one in test.radio if one.key.startswith("group:")).set_value("tokens")
    well(test.run())
    assert test.session_state["visit"].situation.answers["day_rate"] == (880.0, 1300.0)
    assert any(one.key.startswith("number-schema_tokens") for one in test.text_input)


def test_an_owner_that_is_too_long_is_said_and_not_kept():
    test = room("steps")
    owner = next(one for one in test.text_input if str(one.key).startswith("owner:"))
    well(owner.set_value("x" * 81).run())
    assert "Owner of plan step 1: 81 characters, 1 too many. It is not kept." in " ".join(texts(test))
    assert test.session_state["visit"].owners == {}


def test_an_owner_that_makes_the_link_too_long_is_said_and_not_kept():
    test = room("steps")
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
    test = room("steps")
    next(one for one in test.text_input if str(one.key).startswith("owner:")).set_value("<b>Jo</b>").run()
    well(test)
    session: Session = test.session_state["visit"]
    assert list(session.owners.values()) == [("<b>Jo</b>", "")]
    assert "who" in session.address()
    advice = advise(session.situation)
    assert list(named_steps(advice, session.owners, language("nl")).values()) == [("<b>Jo</b>", "")]
    assert b"<b>Jo</b>" in rendering("json", session)()


def test_the_report_leads_to_the_verdict_with_the_same_answers_on_the_same_day():
    session = Session(at=date(2026, 11, 22), code="nl", interview=3, skipped=("harm",))
    session.answer(situation(**GIVEN))
    session.own("note1", "Jo", "May")
    live = urlsplit(live_version("https://advisor.example.org/tools/steps", session))
    assert (live.netloc, live.path) == ("advisor.example.org", "/tools/verdict")
    carried = dict(parse_qsl(live.query))
    assert decode(carried.pop("a")) == session.situation
    assert decode_owners(carried.pop("who")) == {"note1": ("Jo", "May")}
    assert carried == {"lang": "nl", "at": "2026-11-22"}


@pytest.mark.parametrize("here", ["", "http://localhost:8501/verdict"])
def test_without_an_address_that_others_may_trust_the_report_leads_nowhere(here):
    assert live_version(here, Session()) == ""


def test_the_downloads_are_what_they_say():
    session = Session()
    session.answer(read_situation(GIVEN))
    assert rendering("pdf", session)().startswith(b"%PDF-")
    assert b"# " in rendering("md", session)()
    assert template(session)().startswith(b"PK")


def test_each_route_links_its_source_with_the_day_it_was_seen():
    rows = next(text for text in texts(room("who")) if 'class="data routes"' in text).split('<tr role="row">')[2:]
    assert rows
    for row in rows:
        linked = re.search(r'<a href="https://[^"]+"[^>]*>[^<]+</a> \((seen (on|in) |no date given)', row)
        assert linked or "Our assumption" in row or "not recorded" in row, row


def test_an_assumption_links_its_source():
    about = next(
        text
        for text in texts(room("assumptions"))
        if '<p class="what">Examples wanted for supervised fine-tuning' in text
    )
    assert re.search(r'<a href="https://[^"]+"[^>]*>Microsoft: azure-skills, notes on training types</a>', about)


def test_comparisons_are_told_in_words_and_their_studies_folded_away_each_with_a_link():
    page = room(
        "why", task="classification", evaluation_set="yes", large_model="short", large_score=80, target_score=90
    )
    said = next(text for text in texts(page) if "published studies compare" in text)
    found = comparisons(situation(task="classification"))
    assert found
    assert said.index("published studies compare") < said.index("may be expected to score 80") < said.index("<details")
    folded = said[said.index("<details") :]
    for study in found.studies:
        assert folded.count(f'href="{study.url}"') == len(study.datasets)
    assert 'role="img" aria-label="How published comparisons came out.' in folded


def test_where_nothing_is_like_it_no_study_is_counted():
    assert not any("published stud" in text and "compare" in text for text in texts(room("why", task="assistant")))


def test_a_figure_leads_to_the_assumptions_it_rests_on_and_those_open_at_its_group():
    shown = unescape(" ".join(texts(room("speed"))))
    assert re.search(r'<a href="\./assumptions\?[^"]*group=latency" data-go="assumptions">', shown)


@pytest.mark.parametrize(("asked", "shown"), [("latency", "latency"), ("<b>", "people"), ("", "people")])
def test_the_assumptions_open_at_the_group_that_the_address_names(asked, shown):
    test = verdict()
    test.query_params["group"] = asked
    groups = next(one for one in follow(test, "assumptions").radio if one.key.startswith("group:"))
    assert groups.value == shown
    assert "training" in well(groups.set_value("training").run()).query_params["group"]


def test_a_link_away_leaves_what_it_takes_along_as_it_is_where_nothing_was_typed():
    """Else a link that could not be read would stop saying so."""
    test = follow(opened(), "assumptions")
    session: Session = test.session_state["visit"]
    session.broken = True
    take_typed("assumptions", session)
    assert session.broken
