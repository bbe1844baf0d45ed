"""The README's examples are run and its outputs compared. `python tests/test_readme.py` writes the outputs anew."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from textwrap import fill

from advisor.content.load import load
from advisor.engine.advice import Advice, Contribution, OptionResult, Reason

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
MEASURED = re.compile(r"(<!-- how good the advice is -->\n).*?(<!-- until here -->)", re.DOTALL)
BLOCK = re.compile(r"^```(?P<kind>\w*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)


def as_run(text: str, folder: Path) -> str:
    """The README with each output as its example prints it, run in a folder, and with the rule as content/ has it."""
    printed = ""

    def rerun(match: re.Match[str]) -> str:
        nonlocal printed
        kind, body = match["kind"], match["body"]
        match kind:
            case "yaml" if name := re.match(r"# (\S+\.yaml)\n", body):
                (folder / name[1]).write_text(body)
            case "yaml" if "schemas/weighed.json" in body:
                body = body.splitlines()[0] + "\n" + term_text(re.findall(r"- id: (\S+)", body)[0])
            case "console":
                command = body.splitlines()[0].removeprefix("$ ")
                body = f"$ {command}\n{run(['sh', '-c', command], folder)}"
            case "python":
                printed = run([sys.executable, "-c", body], folder)
            case "text":
                body = printed
        return f"```{kind}\n{body}```"

    return MEASURED.sub(lambda match: match[1] + how_good() + match[2], BLOCK.sub(rerun, text))


def how_good() -> str:
    """How often the advice is right on cases that its weights had not seen, and on those that they had."""
    learned = load().learned
    assert learned
    unseen, seen, forum, fixed = (
        learned.scores[name] for name in ("advice", "advice_in_sample", "advice_everyday", "best_constant")
    )
    margin = 1.96 * (unseen.acceptable * (1 - unseen.acceptable) / unseen.cases) ** 0.5
    said = (
        f"On {unseen.cases} published cases, judged by weights that had seen none of the same family, the whole "
        f"advice is what was published or also acceptable in {unseen.acceptable:.0%}, one of its first two steps is in "
        f"{unseen.first_two:.0%}, and whether to train is said rightly in {unseen.yes_no:.0%} (Brier score "
        f"{unseen.brier:.2f}); so many cases tell the first share to within {100 * margin:.0f} points either way. On "
        f"cases that it was taught it is right in {seen.acceptable:.0%}, on {forum.cases} "
        f"questions from forums in {forum.acceptable:.0%}; the same answer always would be right in "
        f"{fixed.acceptable:.0%}. `advisor cases` prints all of it, with where it is wrong. Published cases are no "
        "sample of those who ask, so check it against what you know."
    )
    return fill(said, 120) + "\n"


def term_text(term: str) -> str:
    """A term as it stands in content/, but for the numbers of the curriculum that it covers."""
    file = ROOT / "content" / "weights" / "terms.yaml"
    for entry in re.findall(r"^- .*\n(?:  .*\n)*", file.read_text("utf-8"), re.MULTILINE):
        if entry.startswith(f"- id: {term}\n"):
            return re.sub(r"^  covers: .*\n", "", entry, flags=re.MULTILINE)
    raise LookupError(f"there is no term {term} in content/weights/terms.yaml")


def run(command: list[str], folder: Path) -> str:
    bin_folder = Path(sys.executable).parent
    kept = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    environment = kept | {"PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), f"{command}: {done.stderr}"
    return done.stdout


def test_the_examples_print_what_the_readme_says(tmp_path):
    text = README.read_text("utf-8")
    assert as_run(text, tmp_path) == text


def test_every_command_of_the_command_line_is_in_the_table():
    listed = set(re.findall(r"^\| `advisor ([\w-]+)", README.read_text("utf-8"), re.MULTILINE))
    said = run([sys.executable, "-m", "advisor", "--help"], ROOT)
    assert listed == set(re.findall(r"^  ([\w-]+) +\w", said.partition("Commands:")[2], re.MULTILINE))


def test_every_make_target_named_is_one_there_is():
    named = set(
        re.findall(
            r"\bmake ([a-z-]+)",
            " ".join(re.findall(r"`make [a-z-]+`|^make .*$", README.read_text("utf-8"), re.MULTILINE)),
        )
    )
    there = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert named
    assert named <= there


def test_the_files_it_links_are_there():
    linked = re.findall(r"\]\((?!http)([^)#]+)\)", README.read_text("utf-8"))
    assert linked
    assert [name for name in linked if not (ROOT / name).exists()] == []


def test_every_new_name_in_the_list_of_changes_is_a_field():
    """And no old one is still there."""
    rows = re.findall(
        r"^\| `([\w.\[\]]+)` \| `([\w.\[\]]+)` \|", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )
    holders = {"ranking": OptionResult, "evidence": Contribution, "reasons": Reason, "": Advice}
    assert len(rows) >= 6
    for before, after in rows:
        way, _, name = after.rpartition(".")
        fields = holders[way.rpartition(".")[2].removesuffix("[]")].model_fields
        assert name in fields
        assert before.rpartition(".")[2] not in fields


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        README.write_text(as_run(README.read_text("utf-8"), Path(folder)), "utf-8")
