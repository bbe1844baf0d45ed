"""The house: which room stands on which, and that every name leads to one place. CONTRIBUTING.md has the map.

`make map` draws the rooms anew, from what they import.
"""

import ast
import io
import re
import tokenize
from collections import Counter, defaultdict
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

FLOORS = (
    ("cache_folder", "home", "on_demand"),
    ("language",),
    ("content", "suggest"),
    ("interview",),
    ("engine",),
    ("advisor", "wording"),
    ("cases", "dataset"),
    ("charts", "kits"),
    ("pilot", "report"),
    ("workshop",),
    ("ui",),
    ("cli",),
    ("translations", "__main__"),
)
"""Rooms from the ground up: each imports from lower floors only. `advisor` is what `advisor/__init__.py` exports."""

TWICE = {
    "advice": "what is advised, drawn, and shown: engine, charts, ui",
    "brief": "what whoever decides reads, and the page of it",
    "cases": "worked cases judged, and the page of published ones",
    "changes": "what changed between two advices, and its sentences",
    "build": "the zip of the template, and that of a kit",
    "check": "the command, and the page on which answers are looked over",
    "comparison": "sentences that compare options, and the part of the page that shows them",
    "comparisons": "published ones: counted, said, drawn, and their part of the page",
    "downloads": "what the page of the verdict and that of data offer",
    "fields": "what a format demands of a row, and answers given on the command line",
    "files": "for RAG tuning, and of examples with tool calls",
    "find": "personal data, and duplicates",
    "job": "a training job in the template, and its part of the page",
    "markdown": "of the report, and of the template",
    "messages": "what translators get, the checks of messages, and how formats read them",
    "page": "that of the verdict, and that of data",
    "preparation": "which gap it is and what data needs: sentences, and their part of the page",
    "plan": "what to try and prepare in order, its sentences, and its part of the page",
    "profile": "of a file, and its part of the page",
    "rag": "commands, and a part of the page",
    "routes": "addresses of the server, and offers of platforms",
    "reading": "checks of what cannot be read, and how formats are read",
    "readme": "the first page of the template, and that of a kit",
    "reasons": "why an option rather than another, and the part of the page that shows it",
    "registry": "the checks, formats, kits and pages that there are",
    "rows": "for RAG tuning, and with tool calls",
    "row": "what a row is, and the checks of one",
    "next_steps": "what to do next in sentences, and its part of the page",
    "tables": "files of rows and columns, the formats of rows in them, and the database of rooms",
    "tool_rows": "the command, and the page",
    "trade_off": "the picture of it placed, and drawn on the screen",
    "turns": "who says what, and the checks of it",
    "words": "of findings, and of training runs",
    "terms": "what the learned shares weigh, and what translators call things",
}
"""Names of modules that stand in several rooms, and what each holds there."""

TESTS_APART = {
    "browser": "whole pages in a real browser",
    "second_prices": "a second source of prices, recorded, and what reads it",
    "kits/axolotl": "what the schema of Axolotl said of the settings of its kit, recorded, and what asks it",
    "kits/azure_ml": "what the components of Azure Machine Learning take, as Microsoft published it",
    "kits/promptfoo": "what promptfoo said of kits, recorded, and what asks it",
    "kits/unsloth": "what came of training with Unsloth by the script of its kit, recorded, and what tries it",
    "kits/environments": "packages that scripts of kits need and the advisor has not",
    "pilot/demo": "a small model on this machine, and what is measured with it",
    "validators": "what other validators say of the same files",
    "dataset/spark": "the check of a file by Spark itself, where anything changed of what that rests on",
    "dataset/findings": "files with what the checks must find in them",
    "dataset/precision": "what was read by hand of finds in public files",
    "dataset/reported": "small files after public reports of failed training",
}
"""Folders of tests that mirror no folder of the program."""


@cache
def modules() -> dict[str, Path]:
    """Every module of the program by its name; a folder goes by that of its `__init__.py`."""
    files = sorted((ROOT / "advisor").rglob("*.py"))
    return {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def imported(module: str) -> set[str]:
    """Modules of the program that this one imports, at its head, inside functions, or for types alone."""
    found = set()
    for node in ast.walk(tree(modules()[module])):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports by dots: write the whole name"
            wholes = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {whole if whole in modules() else str(node.module) for whole in wholes}
    return {name for name in found if name.split(".")[0] == "advisor"}


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else module


def floor(of: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if of in rooms)


def test_every_room_has_one_floor():
    assert Counter(name for rooms in FLOORS for name in rooms) == Counter(set(map(room, modules())))


def test_rooms_import_from_lower_floors_only():
    arrows = {(module, other) for module in modules() for other in imported(module) if room(module) != room(other)}
    upwards = {f"{module} -> {other}" for module, other in arrows if floor(room(module)) <= floor(room(other))}
    assert not upwards


def circle_in(arrows: dict[str, set[str]]) -> list[str]:
    """One that the arrows make, from a member round to itself; empty where they make none."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_circles_are_found():
    arrows = {"a": {"b"}, "b": {"c"}, "c": {"d"}}
    assert circle_in(arrows) == []
    assert set(circle_in({**arrows, "d": {"b", "e"}})) == {"b", "c", "d"}


def test_no_modules_import_each_other_in_a_circle():
    assert circle_in({module: imported(module) - {module} for module in modules()}) == []


def test_folders_of_dataset_do_not_import_each_other_in_circles():
    arrows: dict[str, set[str]] = defaultdict(set)
    for module in modules():
        for other in imported(module):
            start, end = (name.split(".")[2:3] for name in (module, other))
            if room(module) == room(other) == "dataset" and start and end and start != end:
                arrows[start[0]] |= {end[0]}
    assert circle_in(arrows) == []


@pytest.mark.parametrize("folder", sorted({file.parent for file in modules().values()}), ids=lambda one: one.name)
def test_every_folder_says_what_it_holds(folder):
    assert ast.get_docstring(tree(folder / "__init__.py"))


def names_in(module: str) -> set[str]:
    """What a module defines or imports."""
    nodes = list(ast.walk(tree(modules()[module])))
    return {
        *(node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)),
        *(node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)),
        *(alias.asname or alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names),
    }


def leads_somewhere(name: str) -> bool:
    """Whether a name with dots is that of a module, or of something in one."""
    module = name
    while module not in modules():
        module = module.rpartition(".")[0]
    inside = name.removeprefix(module).lstrip(".").split(".")[0]
    return not inside or inside in names_in(module)


NAME = re.compile(r"(?<![\w./@-])advisor(?!\.example\b)(?:\.[a-z_A-Z]\w*)+(?![\w-])")
"""A module, or something in one, as text names it; not a host of which everybody knows that it is made up."""
IMPORT = re.compile(r"^ *from (advisor[\w.]*) import (\w+)", re.MULTILINE)
PATH = re.compile(r"(?<![\w./-])advisor/[\w/]+\.py\b")


@pytest.mark.parametrize("folder", ["advisor", "benchmarks", "content", "fuzz", "tests"])
def test_texts_and_comments_name_no_module_that_is_gone(folder):
    gone = set()
    for file in (ROOT / folder).rglob("*.py"):
        tokens = tokenize.generate_tokens(io.StringIO(file.read_text("utf-8")).readline)
        for text in (token.string for token in tokens if token.type in (tokenize.STRING, tokenize.COMMENT)):
            names = [*NAME.findall(text), *map(".".join, IMPORT.findall(text))]
            gone |= {(file.name, name) for name in names if not leads_somewhere(name)}
            gone |= {(file.name, path) for path in PATH.findall(text) if not (ROOT / path).is_file()}
    assert not gone


def test_no_module_has_the_name_of_another_but_those_with_a_reason():
    counted = Counter(file.stem for file in modules().values() if file.stem != "__init__")
    assert {name for name, times in counted.items() if times > 1} == TWICE.keys()


def unexplained(module: str) -> set[str]:
    """Numbers with a name under which no text says what they are, and where they come from or that they are assumed."""
    body = tree(modules()[module]).body
    return {
        node.targets[0].id
        for node, below in zip(body, [*body[1:], ast.Pass()], strict=True)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant | ast.UnaryOp)
        and not isinstance(getattr(node.value, "value", 0), str | bytes)
        and not (isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant))
    }


def test_every_number_of_the_engine_that_has_a_name_says_what_it_is():
    deciding = [module for module in modules() if room(module) == "engine"]
    assert not {module: names for module in deciding if (names := unexplained(module))}


def folders(top: str) -> set[str]:
    """Folders below one that hold Python, or files of a test."""
    below = (ROOT / top).rglob("*")
    return {
        file.parent.relative_to(ROOT / top).as_posix() for file in below if file.is_file() and file.suffix != ".pyc"
    } - {"."}


def test_tests_mirror_rooms():
    apart = {name for name in folders("tests") if name.startswith(tuple(TESTS_APART))}
    assert folders("tests") - apart <= folders("advisor")
    assert apart >= TESTS_APART.keys()


def test_no_test_imports_from_another():
    """What two of them need stands in a module that is no test, so that either can be read and run alone."""
    files = sorted((ROOT / "tests").rglob("*.py"))
    froms = [(file, node.module) for file in files for node in ast.walk(tree(file)) if isinstance(node, ast.ImportFrom)]
    tests = [module for _, module in froms if module and module.startswith("tests.")]
    assert tests
    assert not [(file.name, module) for file, module in froms if module and re.search(r"^tests\b.*\.test_", module)]


def test_every_room_has_its_tests():
    tested = folders("tests") | {file.stem.removeprefix("test_") for file in (ROOT / "tests").glob("test_*.py")}
    elsewhere = {"__main__", "advisor", "home"}  # tried by the installed package and the README's examples
    assert {room(module) for module in modules()} - tested == elsewhere


def paths_in(guide: str) -> list[str]:
    """Files and folders that a page for contributors names."""
    return re.findall(r"`((?:advisor|content|tests)/[\w./-]*)`", (ROOT / guide).read_text("utf-8"))


def test_no_guide_names_a_path_that_is_gone():
    content = (ROOT / "content/README.md").read_text("utf-8")
    files = [f"content/{path}" for path in re.findall(r"`([\w./-]+\.(?:csv|md|yaml)|[\w./-]+/)`", content)]
    named = [*paths_in("CONTRIBUTING.md"), *paths_in("content/README.md")]
    assert not [path for path in named if not (ROOT / path).exists()]
    inside = [path for path in files if not path.startswith(("content/advisor/", "content/tests/"))]
    assert len(inside) > 20
    assert not [path for path in inside if not (ROOT / path).exists()]


def test_the_map_is_one_page():
    assert len((ROOT / "CONTRIBUTING.md").read_text("utf-8").split()) <= 900


def test_the_map_names_every_room():
    paths = paths_in("CONTRIBUTING.md")
    named = {room(".".join(Path(path).with_suffix("").parts)) for path in paths if path.startswith("advisor/")}
    assert named | {"__main__", "advisor"} >= {name for rooms in FLOORS for name in rooms}


def test_the_map_has_the_floors_of_the_rooms():
    rows = re.findall(r"(?m)^\| (\d+) \| (.+?) \|", (ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    mapped = {
        (Path(path).stem.replace("__init__", "advisor"), int(number))
        for number, cell in rows
        for path in re.findall(r"`advisor/([\w.]+)/?`", cell)
    }
    assert mapped == {
        (name, number) for number, names in enumerate(FLOORS, start=1) for name in names if name != "__main__"
    }


MAP = re.compile(r"(?s)(<!-- drawn by make map -->\n).*?(<!-- until here -->\n)")


def drawing() -> str:
    """The rooms as Mermaid: an arrow to each room that one rests on, but not to those it reaches by way of another."""
    arrows: dict[str, set[str]] = defaultdict(set)
    for module in modules():
        arrows[room(module)] |= {room(other) for other in imported(module)} - {room(module)}
    below = {name: set(ends) for name, ends in arrows.items()}
    for name in sorted(arrows, key=floor):
        below[name] |= {far for end in arrows[name] for far in below[end]}
    lines = [
        f"  {name} --> {end}"
        for name in sorted(arrows, key=lambda one: (-floor(one), one))
        for end in sorted(arrows[name])
        if not any(end in below[other] for other in arrows[name])
    ]
    return "\n".join(["```mermaid", "graph TD", *lines, "```", ""])


def test_the_drawing_is_that_of_the_rooms():
    drawn = MAP.search((ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    assert drawn
    assert drawing() in drawn.group(), "make map"


if __name__ == "__main__":
    guide = ROOT / "CONTRIBUTING.md"
    guide.write_text(MAP.sub(lambda found: found[1] + drawing() + found[2], guide.read_text("utf-8")), "utf-8")


def test_no_page_keeps_a_place_that_each_run_empties_first():
    """What is below it would jump, up and down again. A container keeps what it holds until it is filled anew. Only the
    frame empties one, in a run that draws another page in it.
    """
    places = [name for name, file in modules().items() if "st.empty(" in file.read_text("utf-8")]
    assert places == ["advisor.ui.shell"], places
