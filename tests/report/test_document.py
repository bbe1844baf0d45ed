"""The report as data: what stands in it, and that every figure leads to what it rests on."""

from __future__ import annotations

import re
from copy import copy
from datetime import date
from gettext import NullTranslations

import pytest

from advisor import advise, situation
from advisor.charts.trade_off import trade_off
from advisor.content.load import CONTENT_DIR, load
from advisor.engine.advice import Advice, Band, Basis
from advisor.interview.answers_file import read_situation
from advisor.kits.planned import kits_of_options
from advisor.language import LANGUAGES, Language, language
from advisor.report import document
from advisor.report.data import data
from advisor.report.model import Document, Items, Paragraph, Picture, Run, Section, Table, Text, runs_of
from advisor.report.writer import shortened
from advisor.ui.pages.verdict.rooms import rooms
from advisor.wording import glossary
from advisor.wording.brief import brief
from advisor.wording.next_steps import beside_the_plan
from advisor.wording.plan import first_option, plan_steps
from advisor.wording.preparation import data_needs, gaps
from tests.fixtures import COMPARED, UNKNOWN, sample_advice, sample_option, sample_step

CONTENT = load()
AT = date(2026, 11, 22)
ADDRESS = re.compile(r"\w\.\w{2,}/")
EN, NL = language("en"), language("nl")
FEW = COMPARED.model_copy(update={"share": None})
STORIES = {
    "style with examples, no test set": situation(
        project="Letters in our own style",
        goal="measurable",
        goal_text="Nine of ten drafts need no edit.",
        gap=["style", "format"],
        prompt_tried="good",
        prompt_result="near",
        evaluation_set="no",
        labelled_examples=640,
        data_rights="yes",
        requests_per_month=[80_000, 160_000],
        latency_limit=5,
        harm=None,
        platforms=["azure", "own"],
    ),
    "facts that change": situation(knowledge_changes="weekly", citations="yes", rag_tried="no"),
    "nothing said": situation(),
}


@pytest.fixture(scope="module")
def advices() -> dict[str, Advice]:
    return {name: advise(here, AT) for name, here in STORIES.items()}


def section(made: Document, name: str) -> Section:
    return next(one for one in made.sections if one.id == name)


def text(made: Document) -> str:
    return " ".join(run.text for run in made.runs())


def test_page_one_says_what_the_screen_says_and_adds_what_is_paid_once() -> None:
    made = document(sample_advice(), CONTENT, EN)
    said = brief(sample_advice(), CONTENT, EN)
    assert made.title == "Letters in our own style"
    assert made.brief.headline == said.headline
    assert [card.name for card in made.brief.cards] == [card.name for card in said.cards]
    assert [figure.value.text for figure in made.brief.figures] == ["$1,700", "$9,000", "1.9 s", "unknown"]
    assert [reason[0].text for reason in made.brief.reasons] == [reason.because for reason in said.reasons]
    assert made.brief.chart == trade_off(sample_advice(), CONTENT, EN)
    assert len(made.brief.names) == len(sample_advice().ranking)


def test_what_costs_nothing_once_has_no_figure_for_it() -> None:
    free = sample_option("prompting", 0.9, 3_900, 2.4, usd_once=Band(p10=0, p50=0, p90=0))
    for ranking, count in (((free,), 2), (sample_advice().ranking, 3)):
        advice = sample_advice(ranking=ranking, option=ranking[0].option, plan=())
        assert len(document(advice, CONTENT, EN).brief.figures) == count


def test_page_one_leads_to_the_live_version_and_without_an_address_nowhere() -> None:
    live = "https://advisor.example.org/verdict?a=x&lang=en&at=2026-11-22"
    with_address = document(sample_advice(), CONTENT, EN, live=live).brief.imprint[0].text
    assert [(run.text, run.url) for run in with_address] == [("advisor.example.org", live)]
    without = document(sample_advice(), CONTENT, EN)
    assert without.brief.imprint == ()
    assert "advisor advise answers.yaml --at 2026-11-22" in {run.text for run in without.runs()}


def test_who_does_a_step_and_by_when_stands_in_its_row() -> None:
    advice = sample_advice()
    planned = [step.what for step in plan_steps(advice, CONTENT, EN)]
    first, second = beside_the_plan(advice, CONTENT, EN)[:2]
    named = {planned[1]: ("Bo", ""), second.text: ("<b>Jo</b>", "May")}
    made = document(advice, CONTENT, EN, owners=named)
    table = section(made, "steps").blocks[0]
    assert isinstance(table, Table)
    assert [[cell[0].text for cell in row[1:]] for row in table.rows[: len(planned) + 2]] == [
        *([text, *named.get(text, ("", ""))] for text in planned),
        [first.text, "", ""],
        [second.text, "<b>Jo</b>", "May"],
    ]
    assert [cell[0].style for cell in table.rows[len(planned) + 1][2:]] == ["own", "own"]
    room = next(one for one in made.rooms if one.id == "steps")
    trained = [one for one in made.sections if one.id == "training"]
    listed = len(table.rows) + sum(len(block.items) for one in trained for block in one.blocks)
    assert f"{listed} in all: {len(planned)} steps of the plan" in room.answer[0].text
    assert room.answer[0].text.endswith("; with an owner: 2.")


def test_the_plan_stands_with_the_steps_with_what_each_takes() -> None:
    table = section(document(sample_advice(), CONTENT, EN), "plan").blocks[0]
    assert isinstance(table, Table)
    assert [column.label for column in table.columns] == [
        "No.", "Step", "Work", "Once", "Running, a month", "Stop at a score of",
    ]  # fmt: skip
    told = [["".join(run.text for run in cell) for cell in row] for row in table.rows]
    assert told[0] == ["1", "Make an evaluation set.", "4 days 2 to 8", "$2,000 $1,000 to $4,000", "$0", "–"]
    assert told[1][1].startswith("Try supervised fine-tuning. Of a hundred teams like yours, 64 end with it.")
    assert "Of a hundred teams like yours for which all before it fell short," in told[2][1]
    assert [row[-1] for row in told] == ["–", "85 of 100", "85 of 100"]


def test_a_plan_without_a_target_has_no_column_for_it_and_nothing_to_try_has_no_table() -> None:
    plan = (sample_step("rag", effort_days=UNKNOWN),)
    table = section(document(sample_advice(plan=plan), CONTENT, EN), "plan").blocks[0]
    assert isinstance(table, Table)
    assert [column.label for column in table.columns][-1] == "Running, a month"
    assert table.rows[0][2][0].text == "unknown"
    without = document(sample_advice(plan=()), CONTENT, EN)
    assert "plan" not in [one.id for one in without.sections]
    assert without.brief.cards == ()


def test_what_a_missing_thing_holds_up_is_said_once() -> None:
    made = document(sample_advice(), CONTENT, EN)
    assert text(made).count("Holds up:") == len(sample_advice().missing)


def test_of_a_source_with_many_prices_the_first_are_given_and_the_others_named() -> None:
    basis = sample_advice().basis
    facts = [fact for fact in CONTENT.facts if fact.id.startswith("azure.") and fact.id.endswith(".ft-training")][:6]
    priced = {
        f"fact:{fact.id}": Basis(
            kind="fact", ref=fact.id, value=fact.value, unit=fact.unit, source="A price page", url=None, seen=fact.seen
        )
        for fact in facts
    }
    option = sample_advice().ranking[0]
    first = option.model_copy(update={"cost": (option.cost[0].model_copy(update={"basis": tuple(priced)}),)})
    advice = sample_advice(basis=basis | priced, ranking=(first, *sample_advice().ranking[1:]))
    (item,) = [
        item
        for block in section(document(advice, CONTENT, EN), "sources").blocks
        if isinstance(block, Items)
        for item in block.items
        if item[0].text == "A price page"
    ]
    assert len(facts) == 6
    assert item[-1].text.count("training $") == 1
    assert "Also of " in item[-1].text
    assert set(item[-1].basis) == set(priced)


def test_a_report_of_a_project_without_a_name_still_has_a_title() -> None:
    made = document(sample_advice(answers={}), CONTENT, EN)
    assert (made.title, made.own_title) == ("Should we fine-tune?", False)


def test_the_rooms_of_the_screen_stand_in_their_order() -> None:
    made = document(sample_advice(), CONTENT, EN)
    assert [one.id for one in made.rooms] == list(rooms(EN))
    assert [one.title for one in made.rooms[:-1]] == [room.name for room in rooms(EN).values()][:-1]
    assert [one.id for one in made.sections] == [
        "reasons", "evidence", "comparisons", "options", "cost", "speed", "firmness", "flips", "routes", "readiness",
        "gaps", "plan", "missing", "steps", "about", "figures", "answers", "not_known", "assumptions",
        "sources", "terms",
    ]  # fmt: skip
    assert all(one.answer for one in made.rooms if one.id != "steps"), "a chance that nobody knows is left out"


@pytest.mark.parametrize("code", ["en", "nl"])
def test_the_gaps_that_were_ticked_and_what_the_data_lacks_stand_behind_the_card(code: str) -> None:
    lang = language(code)
    advice = sample_advice(answers={"gap": ("knowledge",), "data_checked": "no"})
    made = document(advice, CONTENT, lang)
    ways, needs = section(made, "gaps").blocks[0], section(made, "needs").blocks[0]
    assert isinstance(ways, Table)
    assert isinstance(needs, Table)
    told = [gap.title for gap in gaps(advice, CONTENT, lang) if gap.ticked]
    assert [row[0][0].text for row in ways.rows] == [f"{title}. " for title in told]
    assert len(told) == 1
    lacking = [need for need in data_needs(advice, CONTENT, lang) if need.asked and need.state != "ready"]
    assert [row[1][0].text for row in needs.rows] == [need.state_name for need in lacking]
    assert lacking
    assert all(row[-1][0].notes for row in (*ways.rows, *needs.rows)), "each says who says so"
    silent = document(sample_advice(answers={}), CONTENT, lang)
    assert not [one.id for one in silent.sections if one.id in ("gaps", "needs")]


def test_each_reason_has_footnotes_and_each_footnote_is_called() -> None:
    made = document(sample_advice(), CONTENT, EN)
    lists = [block for block in section(made, "reasons").blocks if isinstance(block, Items)]
    assert len(lists) == 2, "what comes before it stands apart from what speaks for it"
    items = [item for one in lists for item in one.items]
    assert all(any(run.notes for run in item) for item in (*items, *made.brief.reasons))
    called = {number for run in made.runs() for number in run.notes}
    assert called == {note.number for note in made.notes}
    assert all(note.url is None or note.url.startswith("https://") for note in made.notes)
    dated = r"; (seen (on|in) \S+|as of \S+|no date given)|^Our assumption"
    assert all(re.search(dated, note.text) for note in made.notes)


def test_every_study_that_is_counted_is_linked_and_few_studies_are_not_drawn() -> None:
    links = {study.url for study in COMPARED.studies}
    for found, kinds in ((COMPARED, ["chart", "paragraph", "paragraph"]), (FEW, ["paragraph", "paragraph"])):
        made = document(sample_advice(comparisons=found), CONTENT, EN)
        blocks = section(made, "comparisons").blocks
        assert [block.kind for block in blocks] == kinds
        assert {run.url for block in blocks for run in runs_of(block) if run.url} == links
    without = document(sample_advice(comparisons=None), CONTENT, EN)
    assert "comparisons" not in [one.id for one in without.sections]


def figures(made: Document) -> list[Run]:
    """The runs that show a figure of the advice: in the places where figures stand."""
    found = [run for run in made.brief.runs() if run.style == "figure" and re.search(r"\d", run.text)]
    for name in ("plan", "firmness", "options", "cost", "assumptions", "not_known"):
        for block in (block for one in made.sections if one.id == name for block in one.blocks):
            match block:
                case Table():
                    found += [
                        run for row in block.rows for cell in row[1:] for run in cell if re.search(r"\d", run.text)
                    ]
                case Items():
                    found += [item[1] for item in block.items if name in ("cost", "assumptions", "not_known")]
                case Paragraph():
                    found += [run for run in block.runs if name == "firmness"]
                case Picture():
                    pass
    return found


def body(made: Document) -> Document:
    """The document without the room that says what all figures rest on."""
    return made.model_copy(update={"rooms": made.rooms[:-1]})


@pytest.mark.parametrize("story", [*STORIES, "made by hand"])
def test_every_figure_leads_to_its_basis(story: str, advices: dict[str, Advice]) -> None:
    advice = sample_advice() if story == "made by hand" else advices[story]
    made = document(advice, CONTENT, EN)
    shown = figures(made)
    assert len(shown) > 20
    assert [run.text for run in shown if not run.basis] == []
    assert [run.text for run in made.runs() if run.style == "figure" and not run.basis] == []
    every = {ref for run in made.runs() for ref in run.basis} | {ref for chart in made.charts() for ref in chart.basis}
    assert every - set(advice.basis) == set()
    assert all(chart.basis for chart in made.charts() if chart.id != "comparisons"), "its studies have addresses"


def test_the_figures_of_a_picture_lead_to_how_they_come_about() -> None:
    made = document(sample_advice(), CONTENT, EN)
    drawn = [block for part in made.sections for block in part.blocks if isinstance(block, Picture)]
    anchors = {run.anchor for run in made.runs()}
    assert {block.chart.id for block in drawn} >= {"cost_curve", "latency"}
    assert any(block.chart.id.startswith("evidence") for block in drawn)
    for block in drawn:
        if block.chart.id == "comparisons":
            assert [run.url for run in section(made, "comparisons").blocks[1].runs if run.url]
            continue
        if block.chart.id == "verdict_shares":
            said = section(made, "firmness").blocks[0]
            assert isinstance(said, Paragraph)
            assert [(run.to in anchors, run.basis) for run in said.runs] == [(True, block.chart.basis)]
            continue
        assert [(run.to in anchors, run.basis) for run in block.leads] == [(True, block.chart.basis)], block.chart.id


@pytest.mark.parametrize("story", [*STORIES, "made by hand"])
def test_every_fact_behind_a_figure_has_source_and_date_and_is_listed(story: str, advices: dict[str, Advice]) -> None:
    advice = sample_advice() if story == "made by hand" else advices[story]
    made = document(advice, CONTENT, EN)
    used = {ref for run in body(made).runs() for ref in run.basis}
    facts = {ref for ref in used if advice.basis[ref].kind == "fact"}
    assert facts
    assert all(advice.basis[ref].source and advice.basis[ref].seen for ref in facts)
    told = [block for one in made.sections if one.id in ("figures", "sources") for block in one.blocks]
    listed = [ref for block in told for run in runs_of(block) for ref in run.basis]
    assert facts <= set(listed)
    assert len(listed) == len(set(listed)), "each fact is told once"


@pytest.mark.parametrize("story", [*STORIES, "made by hand"])
def test_every_figure_leads_to_a_place_of_the_appendix_that_says_how_it_came_about(
    story: str, advices: dict[str, Advice]
) -> None:
    made = document(sample_advice() if story == "made by hand" else advices[story], CONTENT, EN)
    places = [run.anchor for run in made.runs() if run.anchor]
    assert len(places) == len(set(places))
    leading = [run.to for run in body(made).runs() if run.style == "figure"]
    assert leading
    assert set(leading) <= set(places)
    text = " ".join(run.text for block in section(made, "figures").blocks for run in runs_of(block))
    assert "× price of a working day" in text


def test_steps_have_an_empty_column_for_owner_and_date() -> None:
    table = section(document(sample_advice(), CONTENT, EN), "steps").blocks[0]
    assert isinstance(table, Table)
    assert [column.label for column in table.columns] == ["No.", "What to do", "Who", "By when"]
    assert [column.to_fill for column in table.columns] == [False, False, True, True]
    advice = sample_advice()
    assert len(table.rows) == len(advice.plan) + len(beside_the_plan(advice, CONTENT, EN))
    assert all(run.text == "" for row in table.rows for cell in row[2:] for run in cell)


def test_routes_are_named_only_where_something_is_to_be_trained() -> None:
    named = document(sample_advice(), CONTENT, EN)
    assert "Together AI (Qwen3.5-9B)" in " ".join(
        run.text for block in section(named, "routes").blocks for run in runs_of(block)
    )
    nothing = document(sample_advice(verdict="dont", option="rag", meanwhile=None), CONTENT, EN)
    assert "routes" not in {one.id for one in nothing.sections}


def test_an_unknown_figure_is_called_unknown() -> None:
    table = section(document(sample_advice(), CONTENT, EN), "options").blocks[1]
    assert isinstance(table, Table)
    row = table.rows[-1]
    assert [cell[0].text for cell in row[3:]] == ["unknown", "$9,000", "unknown"]


def test_a_long_goal_is_cut_on_page_one_and_whole_among_the_answers() -> None:
    goal = "word " * 1999 + "end"
    made = document(sample_advice(answers={"goal_text": goal}), CONTENT, EN)
    quote = made.brief.goal
    assert quote
    assert len(quote.text[0].text) <= 320
    assert any(
        run.text == goal and run.style == "own" for block in section(made, "answers").blocks for run in runs_of(block)
    )


def test_shortened_text_is_on_one_line_and_shows_the_cut() -> None:
    assert shortened("a\n b\t c", 10) == "a b c"
    assert shortened("abcdef", 4) == "abc…"


def test_only_terms_that_are_used_are_explained() -> None:
    made = document(sample_advice(), CONTENT, EN)
    texts = [run.text for run in body(made).runs()]
    texts += [text for chart in body(made).charts() for text in (chart.alt, chart.note, chart.x.label)]
    said = " ".join(texts).casefold()
    items = section(made, "terms").blocks[0]
    assert isinstance(items, Items)
    names = {item[0].text.rstrip(": ").casefold() for item in items.items}
    known = {
        term.term.casefold(): [alias.casefold() for alias in (term.term, *term.also, *glossary.words(term, EN))]
        for term in CONTENT.terms
    }
    assert {"odds", "median", "logarithmic axis"} <= names
    assert all(any(alias in said for alias in known[name]) for name in names)


def test_the_document_says_how_to_repeat_it() -> None:
    made = document(sample_advice(), CONTENT, EN)
    assert "advisor advise answers.yaml --at 2026-11-22" in text(made)
    assert "0123456789ab" in made.footer
    assert made.written == "2026-11-22"


class Lacking(NullTranslations):
    """What gettext asks where a catalogue has no words for a message, which it notes."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: set[str] = set()

    def gettext(self, message: str) -> str:
        if re.search(r"[a-z]{2}", message):
            self.messages.add(message)
        return super().gettext(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.messages.add(msgid1)
        return super().ngettext(msgid1, msgid2, n)


@pytest.mark.parametrize("story", [*STORIES, "made by hand"])
def test_the_dutch_report_has_words_for_everything_it_says(story: str, advices: dict[str, Advice]) -> None:
    lacking = Lacking()
    catalogue = copy(NL.catalogue)
    catalogue.add_fallback(lacking)
    document(sample_advice() if story == "made by hand" else advices[story], CONTENT, Language("nl", catalogue))
    assert lacking.messages == set()


@pytest.mark.parametrize("story", [*STORIES, "made by hand"])
def test_no_sentence_of_the_english_report_stands_in_the_dutch_one(story: str, advices: dict[str, Advice]) -> None:
    """Sentences are texts of four words and more; names stay as they are, and so does what the user typed."""
    advice = sample_advice() if story == "made by hand" else advices[story]
    names = [source.title for source in CONTENT.sources] + [
        fact.source.removeprefix("https://") for fact in CONTENT.facts
    ]
    names += [NL(route.vendor) for route in CONTENT.routes] + [NL(option.name) for option in CONTENT.options]

    def sentences(made: Document) -> set[str]:
        runs = [run.text.strip(" (") for run in made.runs() if run.style != "own" and not run.url]
        texts = [*runs, *(one.title for one in made.sections), *(chart.alt for chart in made.charts())]
        told = {one for one in texts if not any(one.startswith(name) for name in names)}
        return {one for one in told if len(re.findall(r"[^\W\d_]{2,}", one)) >= 4 and not ADDRESS.search(one)}

    english, dutch = sentences(document(advice, CONTENT, EN)), sentences(document(advice, CONTENT, NL))
    assert len(dutch) > 50
    assert english & dutch - {"advisor advise answers.yaml --at 2026-11-22"} == set()


def test_the_same_advice_gives_the_same_document() -> None:
    assert document(sample_advice(), CONTENT, EN) == document(sample_advice(), CONTENT, EN)


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_the_next_steps_name_the_kit_that_begins_them_its_command_and_where_it_is(code: str) -> None:
    live, lang = "https://advisor.example/verdict?a=x", language(code)
    advised = example("no-evaluation")
    rows = [row for row in section(document(advised, CONTENT, lang, live=live), "steps").blocks[0].rows if _kit_of(row)]
    kits = kits_of_options(advised, CONTENT, lang)
    first = first_option(advised)
    begun = [step.id for step in advised.plan if step.id in kits or step.id == first]
    expected = [kits.get(option, kits["prompting"]).id for option in (*begun, advised.meanwhile)]
    assert [kit.url.partition("?kit=")[2] for row in rows for kit in _kit_of(row)] == [
        f"{name}&a=x" for name in expected
    ]
    assert advised.meanwhile == "few_shot"
    row = rows[-1]
    (kit,) = _kit_of(row)
    assert kit.url == "https://advisor.example/kit?kit=few_shot&a=x"
    assert kit.text.strip() == lang("Starter kit: {kit}", kit=lang("Examples in the prompt"))
    said = "".join(run.text for run in row[1])
    spoken = "" if code == "en" else f" --lang {code}"
    assert f"advisor kit answers.yaml --route few-shot --at {advised.at.isoformat()} -o kit.zip{spoken}" in said
    without = section(document(advised, CONTENT, lang), "steps").blocks[0].rows
    assert {run.url for row in without for run in _kit_of(row)} == {None}


def example(name: str, **more: object) -> Advice:
    given = read_situation(CONTENT_DIR / "examples" / f"{name}.yaml")
    return advise(situation(**{**given.answers, **more}), AT)


def _kit_of(row: tuple[Text, ...]) -> list[Run]:
    return [run for run in row[1] if run.style == "strong"]


def test_where_no_kit_begins_a_step_the_one_that_measures_is_named() -> None:
    pairs = {"gap": ["preference"], "data_shape": ["preferences"], "preference_pairs": 5000}
    advised = example("sql-dialect", platforms=["aws"], **pairs)
    told = data(advised, CONTENT, EN)["steps"]
    assert [step["kit"] for step in told if step["kind"] == "start"] == [None]
    rows = section(document(advised, CONTENT, EN), "steps").blocks[0].rows
    said = ["".join(run.text for run in row[1]) for row in rows if _kit_of(row)]
    assert len(said) == 1 + sum(step.id in kits_of_options(advised, CONTENT, EN) for step in advised.plan)
    assert "Starter kit: Better prompting, which measures what it has to beat (" in said[0]


def test_what_would_change_the_verdict_is_what_the_page_lists_and_how_much_more_there_is() -> None:
    def printed(advice: Advice) -> list[str]:
        blocks = section(document(advice, CONTENT, EN), "flips").blocks
        texts = [block.runs for block in blocks if isinstance(block, Paragraph)]
        texts += [item for block in blocks if isinstance(block, Items) for item in block.items]
        return ["".join(run.text for run in text) for text in texts]

    advice = sample_advice()
    said = printed(advice)
    assert sum("the verdict would be" in text for text in said) == 2
    assert not any("the verdict would stay" in text or text.startswith("And ") for text in said)
    assert "1 answer that would change only the option: on the page “What would change it” of the app." in said
    flip = advice.flips[0]
    many = tuple(flip.model_copy(update={"question": "harm", "value": value}) for value in ("low", "medium", "high"))
    more = printed(advice.model_copy(update={"flips": (*advice.flips, *many, flip)}))
    assert sum("the verdict would be" in text for text in more) == 5
    assert "And 1 more, on the page “What would change it” of the app." in more
