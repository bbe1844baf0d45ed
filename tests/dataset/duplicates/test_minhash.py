"""Plain texts and their sketches: what they keep apart, and how well they estimate."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.dataset.duplicates import minhash
from advisor.dataset.duplicates.minhash import SEQUENCE, alike, folded, minima, plain, sketches


def stripped(text):
    return plain([text]).data.tobytes()[:-1].decode("utf-8", "surrogatepass")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, World!", "helloworld"),
        ("1.5 and 1,500 and 1 5", "1\x1f5and1\x1f500and1\x1f5"),
        ("room 3, 4th floor", "room3\x1f4thfloor"),
        ("a-b – c * (d)", "a-b-c*(d)"),
        ("«Straße»\u00a0ﬁne…", "strassefine"),
        ("it's “quoted”", "itsquoted"),
        ("zero\u200bwidth", "zerowidth"),
        ("", ""),
        ("?!", ""),
        ("日本。語", "日本語"),
    ],
)
def test_what_is_left_of_a_text(text, expected):
    assert stripped(text) == expected


def of(*texts, bins=minhash.BINS):
    data, starts = plain(texts)
    return sketches(folded(minima(data, starts[:-1], starts[1:] - 1), bins))


def jaccard(one, other):
    sets = [{text[place : place + SEQUENCE] for place in range(len(text) - SEQUENCE + 1)} for text in (one, other)]
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def test_likeness_is_estimated_without_bias():
    rng = random.Random(1)
    errors = []
    for _ in range(300):
        one = "".join(rng.choices("abcdefgh", k=300))
        cut = rng.randrange(20, 280)
        other = one[:cut] + "".join(rng.choices("abcdefgh", k=300 - cut))
        [estimate] = alike(of(one), of(other))
        errors.append(estimate - jaccard(one, other))
    assert abs(np.mean(errors)) < 0.02
    assert np.std(errors) < 0.08


def test_the_lesser_of_two_is_both_together():
    rng = random.Random(3)
    one, other = ("".join(rng.choices("abcdefgh", k=200)) for _ in range(2))
    data, starts = plain([one, other])
    least = minima(data, starts[:-1], starts[1:] - 1)
    assert alike(sketches(least.min(axis=0)[None]), of(f"{one}\x00\x01\x02{other}")) > 0.9


def test_texts_too_short_for_a_sequence_have_empty_bins():
    data, starts = plain(["yes", "", "abcdef"])
    least = minima(data, starts[:-1], starts[1:] - 1)
    assert [len(set(row)) for row in least.tolist()] == [1, 1, 2]


def test_what_stands_beside_a_text_does_not_change_its_sketch():
    rng = random.Random(2)
    texts = ["".join(rng.choices("abcdefgh 12.\u00e9", k=rng.choice((0, 1, 3, 5, 6, 7, 30, 400)))) for _ in range(300)]
    alone = np.concatenate([of(text, bins=16) for text in texts])
    assert (of(*texts, bins=16) == alone).all()


def test_pieces_give_what_the_whole_gives(monkeypatch):
    texts = [f"text number {number} of many, {number * number} in all" for number in range(500)]
    whole = plain(texts), of(*texts)
    monkeypatch.setattr(minhash, "PIECE", 100)
    assert plain(texts).data.tobytes() == whole[0].data.tobytes()
    assert (of(*texts) == whole[1]).all()


@given(st.lists(st.text(st.characters(exclude_categories=[])), max_size=8))
def test_any_texts_become_as_many_stretches(texts):
    data, starts = plain(texts)
    assert len(starts) == len(texts) + 1
    assert starts[-1] == len(data)
    assert of(*texts).shape == (len(texts), minhash.BINS)


def test_half_a_million_equal_signs_are_no_trouble():
    assert alike(of("a" * 500_000), of("a" * 400_000)) == 1


@given(st.text(st.sampled_from("aE1 .-e\u0301\u0327éßﬁ’…–ΣςİＡ①½가\u1100\u1161東\ud800\u200b"), max_size=60))
def test_runs_beyond_ascii_are_unified_as_in_the_whole_text(text: str) -> None:
    text = f"{text}{'plain words 1 , 2 ' * 30}{text}"
    whole = minhash._unified(text.encode("utf-8", "surrogatepass"))
    assert plain([text, text]).data.tobytes() == 2 * minhash._without_signs(whole + minhash._END).tobytes()
