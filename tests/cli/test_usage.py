"""What the command line says of itself: help, versions and usage errors, in the language asked for."""

import os
import re
import subprocess
import sys

import pytest
import typer
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from advisor.cli.main import app
from advisor.cli.usage import asked_language, paragraphs
from advisor.content.load import load
from advisor.language import language

GROUP = typer.main.get_command(app)
COMMANDS = sorted(GROUP.commands)


def run(*arguments: object, **more: str) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], env=more or None)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_helps_by_either_name(command):
    words = command.split()
    short, long = run(*words, "-h"), run(*words, "--help")
    assert (short.exit_code, long.exit_code) == (0, 0)
    assert short.stdout == long.stdout
    assert "-h, --help" in short.stdout


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_wholly_in_the_language_asked_for(command):
    words = command.split()
    dutch = " ".join(run(*words, "--lang", "nl", "-h").stdout.split())
    for english in (
        "Usage:",
        "Options:",
        "Arguments:",
        "Commands:",
        "OPTIONS",
        "Show this message",
        "Print JSON",
        "File",
    ):
        assert english not in dutch
    one = GROUP.commands[command] if command else GROUP
    texts = [text for param in one.params for text in [" ".join((param.help or "").split())] if text]
    for text in (*paragraphs(one.help or ""), *texts):
        assert language("nl")(text) != text
        assert language("nl")(text) in dutch


def test_every_command_tells_its_first_sentence_in_the_list():
    said = " ".join(run("--help").stdout.split())
    for name in COMMANDS:
        assert f"{name} {paragraphs(GROUP.commands[name].help)[0]}" in said


@pytest.mark.on_push(3)
@pytest.mark.parametrize("columns", [40, 60, 80, 100, 200])
@pytest.mark.parametrize("code", ["en", "nl"])
def test_help_is_no_wider_than_the_terminal(columns, code):
    for name in ("", *COMMANDS):
        for text in run(*name.split(), "--lang", code, "-h", COLUMNS=str(columns)).stdout.splitlines():
            assert cell_len(text) <= columns, (name, text)


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_that_of_program_and_content(option):
    result = run(option)
    assert result.exit_code == 0
    assert re.fullmatch(rf"Fine-Tune Advisor \d+\.\d+\.\d+, with content {load().version}\n", result.stdout)
    assert "met inhoud" in run(option, "--lang", "nl").stdout


USAGE = [
    (["chek"], 'there is no command "chek". Did you mean check?', "de opdracht ‘chek’ bestaat niet. Bedoel je check?"),
    (["check", "x", "--platfrom", "y"], "--platfrom: there is no such option. Did you mean --platform?", "--platform?"),
    (["check"], "FILE is missing. Training files:", "FILE ontbreekt. Trainingsbestanden:"),
    (["report", "x"], "--output OUT is missing.", "--output OUT ontbreekt."),
    (["advise", "x", "--at"], "--at: a value is missing", "--at: achter deze optie ontbreekt een waarde"),
    (["advise", "x", "--json=1"], "--json: this option takes no value", "--json: deze optie krijgt geen waarde"),
    (["advise", "x", "y"], "y: there is a word too many", "y: dit is een woord te veel"),
    (["advise", "x", "y", "z"], "y z: there are 2 words too many", "y z: dit zijn 2 woorden te veel"),
    (["check", "x", "--limit", "many"], "--limit: expected a whole number from 0 on; got many", "heel getal vanaf 0"),
    (["check", "x", "--limit", "-1"], "--limit: expected a whole number from 0 on; got -1", "heel getal vanaf 0"),
    (["check", "x", "--example-tokens", "0"], "--example-tokens: expected a whole number from 1", "vanaf 1"),
    (
        ["split", "x", "-o", "d", "--seed", "1.5"],
        "--seed: expected a whole number; got 1.5",
        "een heel getal; er staat 1.5",
    ),
    (
        ["rag-rows", "x", "y", "--refusals", "some"],
        "--refusals: expected a number; got some",
        "hier hoort een getal",
    ),
    (["app", "--port", "http"], "--port: expected a whole number from 1 on; got http", "heel getal vanaf 1"),
    (["-x"], "-x: there is no such option", "-x: deze optie bestaat niet"),
    (["advise", "x", "-z"], "-z: there is no such option", "-z: deze optie bestaat niet"),
]


@pytest.mark.parametrize(
    ("arguments", "english", "dutch"), USAGE, ids=lambda one: " ".join(one) if type(one) is list else ""
)
def test_a_command_line_that_cannot_be_used_is_told_in_the_language_asked_for(arguments, english, dutch):
    for words, code in ((english, "en"), (dutch, "nl")):
        result = run("--lang", code, *arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert words in result.stderr
        assert "--help` " in result.stderr
        assert not re.search(r"Error:|Usage:|Try '", result.stderr)


def test_where_help_is_said_to_be_it_is():
    for code in ("en", "nl"):
        said = run("--lang", code, "check").stderr
        command = re.search(r"`\S+ ((?:check )[^`]*--help)`", said)
        assert command is not None
        assert ("--lang nl" in command[1]) == (code == "nl")
        assert run(*command[1].split()).exit_code == 0


def test_the_language_may_stand_before_the_command_and_behind_it():
    assert "bestaat niet" in run("--lang", "nl", "advise", "none.yaml").stderr
    assert "bestaat niet" in run("advise", "none.yaml", "--lang", "nl").stderr
    assert "no such file" in run("--lang", "nl", "advise", "none.yaml", "--lang", "en").stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], "en"),
        (["advise", "--lang", "nl"], "nl"),
        (["--lang=nl", "advise"], "nl"),
        (["--lang", "fr"], "en"),
        (["--lang"], "en"),
        (["advise", "--", "--lang", "nl"], "en"),
    ],
)
def test_the_language_is_known_before_anything_is_read(arguments, code):
    assert asked_language(arguments) == code


def test_a_language_that_there_is_not_is_refused_with_those_that_there_are():
    said = run("questions", "--lang", "nll").stderr
    assert '--lang: "nll" is not one of: en, nl. Did you mean nl?' in said


@pytest.mark.parametrize("colour", [{}, {"NO_COLOR": "1"}, {"FORCE_COLOR": "1"}, {"CLICOLOR_FORCE": "1"}])
def test_nothing_is_coloured_so_nothing_need_be_turned_off(colour):
    for arguments in (["--help"], ["questions"], ["facts", "--stale"], ["chek"]):
        result = run(*arguments, **colour)
        assert "\x1b" not in result.stdout + result.stderr


def test_help_and_refusals_load_neither_the_engine_nor_the_content():
    script = (
        "import sys\nfrom advisor.cli.main import app\n"
        "try:\n    app(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "heavy = {'polars', 'numpy', 'scipy', 'genai_prices', 'streamlit', 'advisor.content.load'}\n"
        "heavy.add('advisor.engine.scenarios')\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    for arguments in (["--help"], ["check", "--help"], ["chek"], ["advise"]):
        done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
        assert done.stderr.splitlines()[-1] == "[]", arguments


def test_a_check_that_prints_text_loads_no_engine_for_costs(tmp_path):
    file = tmp_path / "train.jsonl"
    row = '{"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]}\n'
    file.write_text(row, "utf-8")
    script = (
        "import sys\nfrom advisor.cli.main import app\n"
        "try:\n    app(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "heavy = {'polars', 'scipy', 'advisor.engine.scenarios', 'genai_prices'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "check", str(file)], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stderr.splitlines()[-1] == "[]"


def test_an_advice_that_was_prepared_loads_no_scipy_and_no_price_list(tmp_path):
    file = tmp_path / "answers.yaml"
    file.write_text("goal: vague\n", "utf-8")
    script = (
        "import sys\nfrom advisor.cli.main import app\n"
        "try:\n    app(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'scipy', 'genai_prices', 'streamlit', 'plotly'} & set(sys.modules)), file=sys.stderr)\n"
    )
    command = [sys.executable, "-c", script, "advise", str(file)]
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    first, second = (
        subprocess.run(command, capture_output=True, text=True, check=True, env=environment) for _ in range(2)
    )
    assert first.stdout == second.stdout
    assert "scipy" in first.stderr.splitlines()[-1]
    assert second.stderr.splitlines()[-1] == "[]"
