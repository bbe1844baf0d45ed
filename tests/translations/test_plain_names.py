"""Nobody is shown a key: what the content calls a thing inside has a name that readers know, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape

import pytest

from advisor.cli import advice_text
from advisor.content.entries import Fact
from advisor.language import language
from advisor.report import render
from advisor.translations import messages
from advisor.ui.pages.verdict.rooms import rooms
from advisor.wording import labels
from tests.report.reports import CONTENT, LANGUAGES, SITUATIONS, advice, every_report, pages, pdf
from tests.translations.known import known_messages
from tests.ui.screen import follow, opened, press, texts

CODE = re.compile("^[<>]|:")
"""A size or a vendor's mark where the name of a model should be."""
QUESTIONS = {question.id for question in CONTENT.questions}
"""On the terminal they are the names of the lines of a file with answers."""
TAGS = re.compile(r"<[^>]*>")
ADDRESS = re.compile(r"https://\S+")


def prices() -> list[Fact]:
    """The facts that a route counts with: whatever is computed from them names them as its basis."""
    fields = {name for route in CONTENT.routes for value in route.model_dump().values() for name in _strings(value)}
    return [fact for fact in CONTENT.facts if fact.id in fields]


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value


@cache
def keys() -> set[str]:
    """Every id of the content that could not be taken for a word, and every code in which a fact is filed."""
    questions = [*CONTENT.questions, *CONTENT.assumptions]
    ids = {one.id for one in (*CONTENT.rules, *CONTENT.options, *CONTENT.routes, *CONTENT.models, *questions)}
    ids |= {one.id for one in (*CONTENT.facts, *CONTENT.sources)}
    ids |= {choice.id for question in CONTENT.questions for choice in question.choices}
    ids |= {fact.field for fact in CONTENT.facts}
    models = {fact.model for fact in CONTENT.facts if CODE.search(fact.model)}
    return {one for one in ids if re.search("[-_.]", one)} - set(_words()) | models


def _words() -> Iterator[str]:
    """What our own texts use as a word, or a vendor or publisher as a name."""
    said = [*known_messages(), *(form for entry in messages.translations("nl") for form in entry.forms)]
    said += [source.title for source in CONTENT.sources] + [model.name for model in CONTENT.models]
    said += [one for fact in CONTENT.facts for one in (fact.source, fact.model, str(fact.value))]
    for text in said:
        yield from (word.strip(".,;:()“”'\"") for word in text.split())


def shown(text: str, found: set[str]) -> set[str]:
    """The keys that stand in a text, addresses apart."""
    words = {word.strip(".,;:()[]“”'\"*|\\") for word in ADDRESS.sub("", text).replace("\\", "").split()}
    return words & found


def test_there_are_keys_to_look_for() -> None:
    wanted = {"lora-dpo", "<=16B", "rft-hour", "few_shot", "prompt_tried", "no-evaluation", "custom-model-storage"}
    assert wanted <= keys()
    said = "- gate (no-evaluation), lora-dpo $0.84; see https://x.org/rft-hour"
    assert shown(said, keys()) == {"no-evaluation", "lora-dpo"}


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_fact_that_a_route_counts_with_has_a_name_in_plain_words(code: str) -> None:
    lang = language(code)
    assert len(prices()) > 80
    for fact in prices():
        subject, field = labels.fact_parts(fact.id, CONTENT, lang)
        assert re.match(r"\w", subject), subject
        assert ":" not in subject
        assert subject != fact.platform
        assert field.replace(" ", "-") != fact.field or fact.field in ("input", "output", "training"), field
        assert field not in ("prefill", "sample", "train")


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_machine_that_is_rented_is_called_one(code: str) -> None:
    lang = language(code)
    rented = [fact for fact in prices() if fact.field in ("host-hour", "gpu-hour") and not fact.id.startswith("azure")]
    assert rented
    assert all("GPU" in labels.fact_subject(fact, lang) for fact in rented)


@pytest.mark.on_push(5)
@every_report
def test_no_key_stands_in_a_report_or_on_the_terminal(name: str, code: str) -> None:
    lang = language(code)
    assert shown(render(advice(name), CONTENT, code, "md").decode(), keys()) == set()
    assert shown(" ".join(word.text for page in pages(pdf(name, code)) for word in page.words), keys()) == set()
    assert shown(advice_text.advice_text(advice(name), CONTENT, lang), keys() - QUESTIONS) == set()


@pytest.mark.on_push(2)
@pytest.mark.parametrize("name", ["all-unknown", "no-evaluation", "on-premises", "drawn 13"])
def test_no_key_stands_on_the_pages_of_the_verdict(name: str) -> None:
    open_ones = dict.fromkeys(question.id for question in CONTENT.questions)
    page = press(press(opened(**{**open_ones, **SITUATIONS[name].answers}), "continue"), "see-verdict")
    drawn = [*texts(page), *(text for room in rooms(language()) for text in texts(follow(page, room)))]
    said = " ".join(unescape(TAGS.sub(" ", text)) for text in drawn)
    assert len(said) > 20_000
    assert shown(said, keys()) == set()
