"""The list of characters that two tokenizers take differently: measured again here, on every code point."""

import pytest

from advisor.dataset.tokens import agreement as module
from advisor.dataset.tokens.agreement import FILE, differing, guard, installed, measure, written
from advisor.dataset.tokens.exact import VOCABULARIES


@pytest.mark.on_push(1)
@pytest.mark.skipif(guard().versions != installed(), reason="the list holds for another pair of versions")
@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_the_list_is_what_every_code_point_shows(vocabulary):
    listed = {point for first, last in guard().ranges[vocabulary] for point in range(first, last + 1)}
    assert set(differing(vocabulary)) == listed


def test_the_list_was_measured_for_the_versions_that_are_installed():
    """Otherwise counts are right and slow: `python -m advisor.dataset.tokens.agreement` measures it anew."""
    assert guard().versions == installed()


def test_the_file_is_as_the_command_writes_it():
    assert FILE.read_text("utf-8") == written(guard())


def test_neighbouring_points_become_one_range(monkeypatch):
    monkeypatch.setattr(module, "differing", lambda _: iter([9, 4, 3, 5]))
    assert set(measure().ranges.values()) == {((3, 5), (9, 9))}


def test_nothing_is_measured_without_the_fast_tokenizer(monkeypatch):
    monkeypatch.setattr(module, "fast_encoder", lambda _: None)
    with pytest.raises(RuntimeError, match="toktok-rs"):
        next(differing("o200k_base"))
