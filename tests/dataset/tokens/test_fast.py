"""Fast counts are the reference's counts, whatever the text; they are remembered, and never for ever."""

import random
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.dataset.tokens import agreement, exact, fast
from advisor.dataset.tokens.exact import ENCODINGS, UnknownEncoding
from advisor.dataset.tokens.fast import Counter, counts

TRICKY = (
    "aAzZ éÉßſKÅ'sStTdDmMlLvVrReE \t\n\r\u00a0\u3000\u200b\u200d0१٣½Ⅷ"
    ".,!?-_/\\的字あア한😀👩\u0301\u0308ǅ\u02b0ª\u088f\U00032500"
)
TEXTS = (
    "",
    " ",
    "hello world",
    "<|endoftext|><|im_start|>",
    "I'm, you'RE, don'ſ",
    "def f(x):\n\treturn x  # 123456\r\n\r\n",
    "Wat kost het? €12,50 – of meer…",
    "私は学生です。안녕하세요 עברית العربية हिन्दी",
    "👩‍👩‍👧‍👦🏳️‍🌈" * 30,
    "\u088f is younger than some tables",
    "half \ud83d a character \ude00",
    "pair \ud83d\ude00 of halves",
    "a" * 100_000,
    " " * 100_000,
    "1" * 100_000,
    "\n" * 100_000 + "x",
)


@pytest.fixture(params=sorted({*ENCODINGS.values()}))
def vocabulary(request):
    return request.param


def reference(texts, vocabulary):
    return [exact.count(text, vocabulary).tokens for text in texts]


def test_counts_are_those_of_the_reference(vocabulary):
    assert counts(TEXTS, vocabulary).tolist() == reference(TEXTS, vocabulary)


def test_random_texts_of_tricky_characters_count_the_same(vocabulary):
    rng = random.Random(7)
    texts = ["".join(rng.choices(TRICKY, k=rng.randint(1, 90))) for _ in range(5_000)]
    assert counts(texts, vocabulary).tolist() == reference(texts, vocabulary)


@given(st.lists(st.text(st.characters(exclude_categories=[])), max_size=8))
def test_any_texts_count_the_same(texts):
    assert counts(texts, "o200k_base").tolist() == reference(texts, "o200k_base")


def test_blanks_that_stop_the_reference_are_counted_as_it_counts_them():
    text = "a" + " " * 1_300_000 + "b"
    assert counts([text], "o200k_base").tolist() == reference([text], "o200k_base")


def test_harmony_counts_as_the_vocabulary_it_shares():
    assert counts(["hello world"], "o200k_harmony").tolist() == [2]


def test_an_unknown_encoding_is_named():
    with pytest.raises(UnknownEncoding, match="o300k"):
        counts(["a"], "o300k")


def test_no_texts_give_no_counts():
    assert counts([], "o200k_base").shape == (0,)


@pytest.mark.skipif(agreement.guard().versions != agreement.installed(), reason="another pair of versions is installed")
def test_guarded_characters_go_to_the_reference(monkeypatch):
    asked = []
    monkeypatch.setattr(exact, "count", lambda text, _: asked.append(text) or exact.Count(1, exact=True))
    texts = ["plain", "déjà vu", "\u088f", "\ud800"]
    Counter("o200k_base").counts(texts)
    assert asked == ["\u088f", "\ud800"]


def test_other_versions_than_the_measured_pair_leave_it_all_to_the_reference(monkeypatch):
    monkeypatch.setattr(fast, "installed", lambda: {"tiktoken": "0.14.0", "toktok-rs": "9.9"})
    counter = Counter("o200k_base")
    assert counter.fast is None
    assert counter.counts(TEXTS[:8]).tolist() == reference(TEXTS[:8], "o200k_base")


def test_a_missing_fast_tokenizer_leaves_it_all_to_the_reference(monkeypatch):
    monkeypatch.setattr(fast, "fast_encoder", lambda _: None)
    assert Counter("cl100k_base").counts(["hello world"]).tolist() == [2]


def test_without_a_vocabulary_the_numbers_are_the_estimates_of_the_reference(monkeypatch):
    monkeypatch.setattr(exact, "encoder", lambda _: None)
    monkeypatch.setattr(exact, "is_exact", lambda _: False)
    assert Counter("o200k_base").counts(["hello world"]).tolist() == [3]


def test_a_text_that_comes_again_is_counted_once(monkeypatch):
    counter = Counter("o200k_base")
    counted = []
    count = counter.fast.count_batch
    recording = SimpleNamespace(count_batch=lambda texts, *how: counted.extend(texts) or count(texts, *how))
    monkeypatch.setattr(counter, "fast", recording)
    system = "You are a helpful assistant of the municipality. Answer politely and name your sources."
    first = counter.counts([system, "short", system])
    second = counter.counts([system])
    assert counted == [system, "short"]
    assert first[0] == first[2] == second[0] == exact.count(system, "o200k_base").tokens


def test_what_is_remembered_is_bounded_and_the_newest_stays():
    counter = Counter("o200k_base", remembered=10)
    texts = [f"{number} " * 40 for number in range(100)]
    for text in texts:
        counter.counts([text])
    assert len(counter._known) <= 10
    assert counter.counts(texts).tolist() == reference(texts, "o200k_base")
    assert all(isinstance(key, bytes) and len(key) == 16 for key in counter._known)
