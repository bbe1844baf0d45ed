"""Which tests of kits with packages of their own run again: those of which anything changed since they passed.

Their packages are several gigabytes and training takes minutes, while most changes reach no kit. So `passed.json` keeps
of each file of tests when it passed, with which Python, and digests of all that it ran: itself and what stands beside
it, the lock of its packages, and each kit that it made, but for what people read in that. `make test-kits` makes those
kits anew, runs every file for which something differs, and writes down what passed; `make test-kits ALL=1` runs all.

A file that takes more of ours than kits runs each time: nothing here says on what else it rests.
"""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path

from tests.kits.unpacked import Made, kit_bytes
from tests.kits.unpacked import digest as kit_digest

HERE = Path(__file__).parent
RECORD = HERE / "passed.json"
MADE = HERE.parents[2] / ".venv-kits" / "made"
"""What each file made when it last ran, which `conftest.py` writes."""
PYTHON = ".".join(map(str, sys.version_info[:2]))
OURS = ("advisor", "tests")
OF_KITS = ("advisor.kits.", "tests.kits.")


@dataclass(frozen=True)
class Passed:
    """A file of tests that passed: the day, the Python, a digest of its files, and the kits that it made."""

    day: str
    python: str
    files: str
    kits: list[Made]


def tests() -> list[Path]:
    """Every file of tests in this folder."""
    return sorted(HERE.glob("with_*.py"))


def environment(test: Path) -> str:
    """The folder of the lock that its packages are from: the last part of `".venv-kits" / NAME`, there or imported."""
    for file in (test, *(HERE / f"{name}.py" for name in _imported(test) if (HERE / f"{name}.py").exists())):
        if found := next((name for name in _folders() if f'".venv-kits" / "{name}"' in file.read_text("utf-8")), None):
            return found
    raise LookupError(f"{test.name} names no folder of .venv-kits, and nothing that it imports does")


def recorded() -> dict[str, Passed]:
    read = json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else {}
    return {name: Passed(**{**one, "kits": [Made(**made) for made in one["kits"]]}) for name, one in read.items()}


def changed(test: Path, known: Passed | None) -> str:
    """Why a file of tests has to run again; empty where all is as it was."""
    if known is None:
        return "no record says that it passed"
    if others := sorted(name for name in _modules(test) if name.startswith(OURS) and not name.startswith(OF_KITS)):
        return f"it takes {others[0]}, too"
    if known.python != PYTHON:
        return f"it passed with Python {known.python}"
    if known.files != digest(test):
        return "its files are others"
    other = next((one for one in known.kits if made_anew(one) != one.digest), None)
    return f"the kit {other.kit} is another" if other else ""


def made_anew(made: Made) -> str:
    """The digest of what runs in a kit as it is made now; empty where its answers are refused."""
    try:
        day = date.fromisoformat(made.at)
        again = kit_bytes(made.kit, made.language, option=made.option, at=day, **json.loads(made.answers))
    except (ValueError, LookupError):
        return ""
    return kit_digest(again)


def digest(test: Path) -> str:
    """Of the file, all helpers of tests of kits, the lock of its packages, and modules of kits that it imports."""
    helpers = [path for folder in (HERE, HERE.parent) for path in sorted(folder.glob("*.py"))]
    files = [test, *(path for path in helpers if not path.name.startswith(("with_", "test_", "passed", "conftest")))]
    files += sorted((HERE / environment(test)).iterdir())
    files += [Path(found.origin) for name in sorted(_of_advisor(test)) if (found := find_spec(name)) and found.origin]
    told = hashlib.sha256()
    for path in files:
        told.update(f"{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return told.hexdigest()


def write(names: list[str]) -> None:
    """Write down that these passed just now, with the kits that they made."""
    known = recorded()
    for test in tests():
        if test.stem in names:
            made = [Made(**one) for one in json.loads((MADE / f"{test.stem}.json").read_text("utf-8"))]
            known[test.stem] = Passed(datetime.now(UTC).date().isoformat(), PYTHON, digest(test), made)
    there = {test.stem for test in tests()}
    kept = {name: asdict(one) for name, one in sorted(known.items()) if name in there}
    RECORD.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _folders() -> list[str]:
    return [folder.name for folder in HERE.iterdir() if (folder / "requirements.lock").exists()]


def _modules(test: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(test.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def _imported(test: Path) -> list[str]:
    """Helpers of this folder that it imports."""
    start = "tests.kits.environments."
    return [name.removeprefix(start) for name in _modules(test) if name.startswith(start)]


def _of_advisor(test: Path) -> set[str]:
    return {name for name in _modules(test) if name.split(".")[0] == "advisor"}


def main(*arguments: str) -> None:
    """Print the environment and the path of each file that has to run; or, after `passed`, write down that it did."""
    if arguments[:1] == ("passed",):
        write([Path(name).stem for name in arguments[1:]])
        return
    known = recorded()
    for test in tests():
        name = test.relative_to(HERE.parents[2]).as_posix()
        why = "all were asked for" if "all" in arguments else changed(test, known.get(test.stem))
        if why:
            print(environment(test), name)
        print(f"{name}: {why or f'as it was when it passed, on {known[test.stem].day}'}", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
