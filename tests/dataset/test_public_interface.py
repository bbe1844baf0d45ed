import doctest
import json
import subprocess
import sys
from importlib import import_module
from inspect import isfunction
from types import FunctionType

import pytest

import advisor.dataset
from advisor.interview.situation import situation


def test_its_example_prints_what_it_says(tmp_path, monkeypatch):
    rows = [
        {
            "messages": [
                {"role": "User" if n < 2 else "user", "content": f"Is {n} even?"},
                {"role": "assistant", "content": f"{n % 2 == 0}"},
            ]
        }
        for n in range(12)
    ]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in [*rows, rows[5]]))
    monkeypatch.chdir(tmp_path)
    failed, tried = doctest.testmod(advisor.dataset)
    assert (failed, tried) == (0, 4)


@pytest.mark.parametrize("name", sorted(advisor.dataset.__all__))
def test_every_name_is_there(name):
    assert isinstance(getattr(advisor.dataset, name), type | FunctionType)


@pytest.mark.parametrize("name", ["build_template", "convert", "inspect", "open_source", "repair", "split"])
def test_no_room_takes_the_name_of_a_function(name):
    home = import_module(getattr(advisor.dataset, name).__module__)
    assert isfunction(getattr(advisor.dataset, name))
    assert getattr(advisor.dataset, name) is getattr(home, name)


def test_other_names_are_not():
    with pytest.raises(AttributeError, match="no attribute 'guess'"):
        advisor.dataset.guess  # noqa: B018


def test_it_loads_what_is_asked_for_alone():
    said = (
        "import sys, advisor.dataset; print(any(name.startswith('advisor.dataset.') for name in sys.modules)); "
        "advisor.dataset.open_source; print('advisor.engine.verdict' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout == "False\nFalse\n"


def test_a_template_needs_only_answers():
    assert advisor.dataset.build_template(situation(task="classification")).startswith(b"PK")
