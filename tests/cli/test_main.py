import csv
import json
import re
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from advisor import advise, read_situation, wording
from advisor.cli import advice_text
from advisor.cli.main import app
from advisor.content.freshness import covered
from advisor.content.load import load
from advisor.interview.situation import MAX_ANSWERS
from advisor.language import language

AT = "2026-11-22"
EN = language("en")
KNOWN = """\
project: Replies in our own tone
gap: [style, format]
prompt_tried: good
prompt_result: near
evaluation_set: yes
success_metric: metric
labelled_examples: [600, 900]
knowledge_changes: never
requests_per_month: 250000
harm: null
"""


def run(*arguments: object, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], input=given)


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    file = tmp_path / "answers.yaml"
    file.write_text(KNOWN, "utf-8")
    return file


def refused(result: Result, *words: str) -> None:
    """The command ended as bad input does: status 2, nothing on standard output, and an error that has these words."""
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr


def test_an_advice_opens_with_the_verdict_that_the_library_gives(answers):
    result = run("advise", answers, "--at", AT)
    advice = advise(read_situation(answers), date(2026, 11, 22))
    assert result.exit_code == 0
    assert result.stdout == advice_text.advice_text(advice, load(), language("en")) + "\n"
    flat = " ".join(result.stdout.split())
    assert flat.startswith(f"Replies in our own tone {wording.headline(advice, load(), language('en'))}")


def test_json_holds_what_its_help_promises(answers):
    shown = json.loads(run("advise", answers, "--json", "--at", AT).stdout)
    assert {"verdict", "option", "stability", "ends_in_training", "missing", "flips", "next_question"} <= set(shown)
    assert {"routes", "assumptions", "basis"} <= set(shown)
    assert (shown["at"], shown["content_version"]) == (AT, load().version)
    assert len(shown["ranking"]) == len(load().options)
    for option in shown["ranking"]:
        assert {"option", "share", "blocked_by"} <= set(option)
        assert set(option["usd_month"]) == {"p10", "p50", "p90"}
        assert set(option["latency"]) == {"p50", "p95"}
    assert {"runner_up", "switched_off"} <= set(shown)
    for reason in shown["reasons"]:
        assert {"id", "decibans", "rests_on", "cases", "sources"} <= set(reason)


def test_a_reason_can_be_left_out_and_one_that_is_none_is_refused(answers):
    whole = json.loads(run("advise", answers, "--json", "--at", AT).stdout)
    term = next(reason["id"] for reason in whole["reasons"] if not reason["gate"])
    less = json.loads(run("advise", answers, "--without", term, "--json", "--at", AT).stdout)
    assert less["switched_off"] == [term]
    assert term not in {reason["id"] for reason in less["reasons"]}
    said = run("advise", answers, "--without", term, "--at", AT).stdout
    assert "You left out one reason" in " ".join(said.split())
    refused(run("advise", answers, "--without", f"{term}x"), "off:", f"did you mean {term}?")


def test_the_same_answers_give_the_same_bytes_whatever_the_language(answers):
    assert len({run("advise", answers, "--json", "--at", AT, *more).stdout for more in ((), (), ("--lang", "nl"))}) == 1


def test_without_a_day_the_advice_is_of_today(answers):
    before = date.today()
    told = date.fromisoformat(json.loads(run("advise", answers, "--json").stdout)["at"])
    assert before <= told <= date.today()


def test_answers_come_from_a_pipe_and_as_json():
    as_json = json.dumps({"evaluation_set": "no", "labelled_examples": [10, 20], "harm": None})
    shown = json.loads(run("advise", "-", "--json", "--at", AT, given=as_json).stdout)
    assert shown["answers"]["labelled_examples"] == [10, 20]
    assert shown["answers"]["harm"] is None


def test_dutch_answers_in_dutch(answers):
    advice = advise(read_situation(answers), date(2026, 11, 22))
    said = " ".join(run("advise", answers, "--at", AT, "--lang", "nl").stdout.split())
    assert wording.headline(advice, load(), language("nl")) in said
    assert "Wat je nu doet 1. " in said
    assert "What to do next" not in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("evaluation_set: perhaps", ["evaluation_set", "perhaps", "no, partial, doubted, yes"]),
        ("labelled_examples: many", ["labelled_examples", "0 to", "many"]),
        ("labelled_examples: [5, 1]", ["labelled_examples", "lower number first"]),
        ("labelled_examples: -1", ["labelled_examples", "-1"]),
        ("labeled_examples: 5", ["labeled_examples", "did you mean labelled_examples"]),
        ("gap: [speed]", ["gap", "speed", "latency"]),
        ("gap: {a: 1}", ["gap", "expected a list"]),
        ("evaluation_set: [", ["answers.yaml"]),
        ("just words", ["answers.yaml", "expected lines such as"]),
        ("goal: none\ngoal: vague", ["answers.yaml", "goal", "twice"]),
        ("project: 5", ["project", "expected text"]),
        ("day_rate: yes", ["day_rate", "expected a number"]),
    ],
)
def test_bad_input_names_the_field_and_what_is_allowed(tmp_path, text, words):
    file = tmp_path / "answers.yaml"
    file.write_text(text, "utf-8")
    refused(run("advise", file), *words)


def test_all_mistakes_are_named_at_once(tmp_path):
    file = tmp_path / "answers.yaml"
    file.write_text("evaluation_set: perhaps\nlabelled_examples: many\nnonsense: 1\n", "utf-8")
    refused(run("advise", file), "evaluation_set", "labelled_examples", "nonsense")


@pytest.mark.parametrize(
    "data",
    [b"\xff\xfe\x00", b"{" * 5000, b"[" * 100_000, b"a: &a [*a]", b"x" * (MAX_ANSWERS + 1), b"", b"\x00"],
    ids=["not utf-8", "braces", "brackets", "alias to itself", "too large", "empty", "nul"],
)
def test_a_file_that_is_no_answers_is_refused(tmp_path, data):
    file = tmp_path / "answers.yaml"
    file.write_bytes(data)
    refused(run("advise", file), "answers.yaml")


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    refused(run("advise", tmp_path / "none.yaml"), "none.yaml", "no such file")
    refused(run("advise", tmp_path), tmp_path.name)


def test_a_day_and_a_language_that_are_none_are_refused(answers):
    refused(run("advise", answers, "--at", "tomorrow"), "--at", "2026-11-22", "tomorrow")
    refused(run("advise", answers, "--lang", "fr"), "--lang", "en, nl")


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2101-01-01", "1999-12-31"])
def test_a_day_beyond_what_the_facts_can_cover_is_refused(answers, day):
    refused(run("advise", answers, "--at", day), "--at", "from 2000-01-01 to 2100-12-31", day)


def test_the_first_and_the_last_day_are_advised_on_and_what_lies_beyond_the_facts_is_said(answers, tmp_path):
    first = covered(load()).first
    early = json.loads(run("advise", answers, "--json", "--at", first.isoformat()).stdout)
    assert (early["at"], early["beyond_facts"]) == (first.isoformat(), False)
    late = json.loads(run("advise", answers, "--json", "--at", "2100-12-31").stdout)
    assert (late["at"], late["beyond_facts"]) == ("2100-12-31", True)
    said = " ".join(run("advise", answers, "--at", "2035-01-01").stdout.split())
    assert "This is the advice of January 1, 2035, and the newest fact behind it was seen on" in said
    assert "the newest fact behind it" not in " ".join(run("advise", answers, "--at", AT).stdout.split())


@pytest.mark.parametrize("command", [["advise"], ["advise", "--json"], ["report", "-o", "out.md"], ["cases"]])
def test_a_day_before_the_first_fact_is_refused_with_the_first_that_can_be_answered(answers, command, tmp_path):
    name, *more = (str(tmp_path / part) if part.endswith(".md") else part for part in command)
    given = [] if name == "cases" else [answers]
    refused(run(name, *given, *more, "--at", "2000-01-01"), "January 1, 2000", EN.date(covered(load()).first))


def test_a_portfolio_says_in_each_row_that_its_day_lies_beyond_the_facts(tmp_path):
    table, out = tmp_path / "cases.csv", tmp_path / "out.csv"
    table.write_text("id,task\none,qa\n")
    refused(run("portfolio", table, "-o", out, "--at", "2000-01-01"), EN.date(covered(load()).first))
    for day, beyond in ((AT, "false"), ("2035-01-01", "true")):
        assert run("portfolio", table, "-o", out, "--at", day).exit_code == 0
        head, row = out.read_text().splitlines()
        assert dict(zip(head.split(","), row.split(","), strict=True))["beyond_facts"] == beyond


def test_a_device_without_end_is_refused(tmp_path):
    refused(run("advise", "/dev/zero"), "zero: the file is larger than")


def test_errors_are_told_in_dutch_too(tmp_path):
    refused(run("advise", tmp_path / "none.yaml", "--lang", "nl"), "bestaat niet")


def test_an_error_shows_signs_that_a_terminal_obeys_but_does_not_send_them(tmp_path):
    file = tmp_path / "answers.yaml"
    file.write_text(json.dumps({"evaluation_set": "\x1b[2J"}), "utf-8")
    result = run("advise", file)
    refused(result, "evaluation_set")
    assert "\x1b" not in result.stderr


@pytest.mark.parametrize(
    ("name", "begins"), [("out.pdf", b"%PDF-"), ("out.md", b"Fine-Tune Advisor"), ("out.json", b"{")]
)
def test_a_report_is_written_in_the_kind_that_its_name_asks_for(answers, tmp_path, name, begins):
    out = tmp_path / name
    out.write_text("an older report")
    result = run("report", answers, "-o", out, "--at", AT)
    assert (result.exit_code, result.stdout) == (0, f"Wrote {out}\n")
    assert out.read_bytes().startswith(begins)
    assert sorted(tmp_path.iterdir()) == sorted([answers, out])


def test_a_report_of_another_kind_is_refused_before_any_work(answers, tmp_path):
    refused(run("report", answers, "-o", tmp_path / "out.docx"), "--output", ".pdf, .md, .json", "out.docx")


def test_a_file_that_cannot_be_written_is_refused_and_leaves_nothing_behind(answers, tmp_path):
    refused(run("report", answers, "-o", tmp_path / "none" / "out.md"), "--output", "none")
    (tmp_path / "folder.md").mkdir()
    refused(run("report", answers, "-o", tmp_path / "folder.md"), "folder.md")
    assert sorted(tmp_path.iterdir()) == sorted([answers, tmp_path / "folder.md"])


def test_an_output_that_is_a_link_is_written_through(answers, tmp_path):
    target = tmp_path / "target.md"
    link = tmp_path / "link.md"
    link.symlink_to(target)
    assert run("report", answers, "-o", link, "--at", AT).exit_code == 0
    assert link.is_symlink()
    assert target.read_text("utf-8").startswith("Fine-Tune Advisor")


def test_a_template_is_a_zip_with_a_readme(answers, tmp_path):
    out = tmp_path / "template.zip"
    assert run("template", answers, "-o", out, "--at", AT).stdout == f"Wrote {out}\n"
    with zipfile.ZipFile(out) as files:
        assert files.testzip() is None
        assert "README.md" in files.namelist()
    first = out.read_bytes()
    run("template", answers, "-o", out, "--at", AT)
    assert out.read_bytes() == first


def test_a_portfolio_has_a_row_of_advice_for_each_row_of_answers(tmp_path):
    table, out = tmp_path / "cases.csv", tmp_path / "advice.csv"
    table.write_text("id,name,evaluation_set,labelled_examples,gap\n1,Ä,no,50..60,style|cost\n2,B,yes,,\n", "utf-8")
    assert run("portfolio", table, "-o", out, "--at", AT).exit_code == 0
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert [(row["id"], row["name"]) for row in rows] == [("1", "Ä"), ("2", "B")]
    assert rows[0]["verdict"] == "not_yet"
    assert "no-evaluation" in rows[0]["missing"]


def test_a_portfolio_names_row_and_column_of_a_mistake_and_not_a_thousand_of_them(tmp_path):
    out = tmp_path / "advice.csv"
    refused(run("portfolio", "-", "-o", out, given="evaluation_set\nyes\nperhaps\n"), "row 2", "evaluation_set")
    many = run("portfolio", "-", "-o", out, given="evaluation_set\n" + "perhaps\n" * 1000)
    refused(many, "row 20: ", "and 980 more mistakes")
    assert "row 21: " not in many.stderr
    assert not out.exists()


@pytest.mark.parametrize("data", [b"", b"a,b\n\xff\xfe,1\n", b'a\n"'], ids=["empty", "not utf-8", "open quote"])
def test_a_portfolio_that_is_no_table_is_refused(tmp_path, data):
    refused(run("portfolio", "-", "-o", tmp_path / "advice.csv", given=data), "standard input")


def test_facts_to_look_up_again_are_fewer_than_all_and_begin_with_those_on_which_most_hangs():
    every = json.loads(run("facts", "--json").stdout)
    due = json.loads(run("facts", "--due", "--json", "--at", AT).stdout)
    assert len(every) == len(load().facts)
    assert 0 < len(due) < len(every)
    assert all(fact["stale"] for fact in due)
    weights = [(fact["effect"]["verdicts"], fact["effect"]["usd_month"]) for fact in due]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] > weights[-1]
    assert any(usd_month > 0 for _, usd_month in weights)
    assert json.loads(run("facts", "--stale", "--json", "--at", AT).stdout) == due


def test_facts_on_a_day_say_who_tunes_what_and_what_ends():
    said = run("facts", "--at", "2026-12-01").stdout
    assert "Who tunes what on December 1, 2026:" in said
    assert said.index("OpenAI: gpt-4.1") < said.index("What ends next:") < said.index("Closed on that day:")
    known = json.loads(run("facts", "--at", "2026-12-01", "--json").stdout)
    routes = {route["route"]: route for route in known["routes"]}
    assert routes["openai-gpt-4.1"]["state"] == "ending"
    assert routes["openai-gpt-4.1"]["open_to"] == ["existing"]
    assert known["ends"][0]["route"].startswith("openai-")
    ids = {fact["id"] for fact in known["facts"]}
    assert "openai.ft-jobs.existing" in ids
    assert "google.gemini-2.5-pro.retirement" not in ids, "it no longer holds on that day"


def test_only_the_command_line_says_which_command_lists_the_questions():
    said = run("advise", "-", given="zzz: 1").stderr
    assert "zzz: there is no such question" in said
    assert "`advisor questions` lists all questions." in said
    assert "`advisor" not in run("advise", "-", given="evaluation_sett: yes").stderr


def test_each_fact_is_told_with_its_date_and_source():
    fact = next(one for one in load().facts if one.source.startswith("http"))
    said = run("facts").stdout
    assert f"{fact.id}: " in said
    assert re.search(rf"{re.escape(fact.id)}: .*\((seen (on|in) |no date given)", said)
    assert "undated" not in said
    assert fact.source in said


def test_questions_are_written_to_be_filled_in():
    said = run("questions").stdout
    assert read_situation(json.loads("{}")).answers == {}
    assert "evaluation_set:\n" in said
    assert run("advise", "-", "--at", AT, given=said).exit_code == 0


def test_help_lists_every_command_in_words():
    said = run("--help").stdout
    for command in ("app", "questions", "advise", "report", "template", "portfolio", "cases", "facts"):
        assert f"\n  {command} " in said


def test_without_a_command_the_help_is_shown_and_nothing_succeeded():
    assert run().exit_code == 2
    refused(run("nonsense"), "nonsense")


def test_a_reader_that_leaves_early_is_no_error_worth_a_traceback():
    command = f"{sys.executable} -m advisor questions | head -n 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("# Write an answer")
    assert done.stderr == ""


def test_a_portfolio_skips_empty_lines_and_lets_no_name_become_a_formula(tmp_path):
    out = tmp_path / "advice.csv"
    given = 'id,name,goal\n\n"=HYPERLINK(""http://x"")",plain,vague\n,,\n'
    assert run("portfolio", "-", "-o", out, "--at", AT, given=given).exit_code == 0
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert [(row["id"], row["name"]) for row in rows] == [('\'=HYPERLINK("http://x")', "plain")]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("goal,goal\nvague,none\n", 'the column "goal" appears twice'),
        ('id,goal\na,"vague\n', "line 2 is not CSV: a quotation mark is not closed"),
        ("id,goal\na,vague,none\n", "line 2 has 3 cells; the first line has 2"),
        ("id,goal\na\n", "line 2 has 1 cell; the first line has 2"),
        ("id;goal\na;vague\n", "its cells are divided by semicolons; save it with commas"),
        ("id\tgoal\na\tvague\n", "its cells are divided by tabs; save it with commas"),
        ("", "the file is empty"),
        (b"id,goal\n\xff,vague\n", "not UTF-8"),
    ],
)
def test_what_is_wrong_with_a_table_is_told_with_its_line(tmp_path, given, said):
    refused(run("portfolio", "-", "-o", tmp_path / "advice.csv", given=given), "standard input", said)


def test_the_largest_assumptions_allowed_are_written_out(tmp_path):
    file = tmp_path / "extreme.yaml"
    most = {one.id: one.maximum for one in load().assumptions}
    file.write_text(json.dumps({"latency_limit": 60, **most}), "utf-8")
    assert run("advise", file, "--at", AT).exit_code == 0
    least = {one.id: one.minimum for one in load().assumptions}
    file.write_text(json.dumps({"latency_limit": 60, "platforms": ["own"], **least}), "utf-8")
    assert run("advise", file, "--at", AT).exit_code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_an_output_that_is_full_is_told(answers):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from advisor.cli.main import main; main()", "advise", str(answers)],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert done.returncode == 2
    assert b"the output cannot be written" in done.stderr


def test_the_result_of_a_step_becomes_answers_that_can_be_advised_on(answers, tmp_path):
    later = tmp_path / "later.yaml"
    wanted = run("tried", answers, "sft", "--result", "71")
    refused(wanted, "target_score")
    answers.write_text(f"{KNOWN}target_score: 80\n", "utf-8")
    told = run("tried", answers, "sft", "--result", "71")
    assert told.exit_code == 0
    later.write_text(told.stdout, "utf-8")
    situation = read_situation(later)
    assert situation.answers["tuned_model"] == "plateau"
    assert situation.answers["baseline_score"] == 71
    assert "tuned_model" in situation.measured
    plan = json.loads(run("advise", later, "--at", AT, "--fields", "plan.id").stdout)["plan"]
    assert plan
    assert "sft" not in {step["id"] for step in plan}
    refused(run("tried", answers, "rag", "--result", "71"), "misses", "misused")
    refused(run("tried", answers, "nonsense"), "nonsense", "few_shot")


def test_two_advices_are_compared_and_an_old_one_is_advised_on_anew(answers, tmp_path):
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(run("advise", answers, "--at", AT, "--json").stdout, "utf-8")
    assert run("compare", old, "--at", AT).stdout == "The two advices are the same.\n"
    answers.write_text(KNOWN.replace("prompt_result: near", "prompt_result: good"), "utf-8")
    new.write_text(run("advise", answers, "--at", AT, "--json").stdout, "utf-8")
    said = run("compare", old, new, "--at", AT)
    assert said.exit_code == 0
    assert "Close, but short of the target, now Good enough" in " ".join(said.stdout.split())
    data = json.loads(run("compare", old, new, "--json", "--at", AT).stdout)
    assert data["differs"] == ["answers"]
    assert data["because"] in ([], ["answers"])
    assert "nu" in run("compare", old, new, "--at", AT, "--lang", "nl").stdout
    refused(run("compare", answers), "neither an advice saved as JSON")
    refused(run("compare", "?a=broken"), "the link")
    refused(run("compare", tmp_path / "none.json"), "none.json")


def test_a_portfolio_shows_plans_where_they_are_asked_for(tmp_path):
    table, out = tmp_path / "cases.csv", tmp_path / "out.csv"
    table.write_text("id,evaluation_set,rag_tried\nfirst,no,works\nsecond,yes,no\n", "utf-8")
    assert run("portfolio", table, "-o", out, "--at", AT).exit_code == 0
    assert "plan" not in out.read_text("utf-8").splitlines()[0].split(",")
    assert run("portfolio", table, "-o", out, "--plan", "--at", AT).exit_code == 0
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert [row["plan"].split("|")[0] for row in rows if row["verdict"] == "not_yet"]
    for row in rows:
        steps = [one for one in row["plan"].split("|") if one]
        assert len(steps) <= 3
        assert not (row["id"] == "first" and "rag" in steps)
        assert steps if row["verdict"] == "not_yet" else True
