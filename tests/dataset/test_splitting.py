"""Parts that share nothing: every row in one of them, what repeats together, classes in the shares asked for."""

from __future__ import annotations

import gzip
import io
import json
import random
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.dataset import Split, open_source, split
from advisor.dataset.duplicates.find import Duplicates, Entry, leaks
from advisor.dataset.formats.reading import conversation
from advisor.dataset.formats.recognition import UnknownFormat
from advisor.dataset.splitting import PARTS, SHARES, BadShares
from advisor.language import language

TEXT = (
    "permit parking garden resident renew passport birth certificate desk street tree bench noise complaint market "
    "waste container bulky collect appointment open closed form identity card fee wait letter reply council meeting"
)
WORDS = TEXT.split()


def chat(ask: str, say: str, system: str = "Be brief.") -> dict[str, Any]:
    parts = (("system", system), ("user", ask), ("assistant", say))
    return {"messages": [{"role": role, "content": text} for role, text in parts]}


def sentence(rng: random.Random, words: int = 14) -> str:
    return " ".join(rng.choice(WORDS) + rng.choice(("", "s", "ing", "ed")) for _ in range(words))


def different(n: int, seed: int = 1) -> list[dict[str, Any]]:
    rng = random.Random(seed)
    return [chat(f"{at} {sentence(rng)}", sentence(rng)) for at in range(n)]


def dump(rows: list[Any]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def divided(
    data: bytes, name: str = "rows.jsonl", shares: Any = SHARES, **options: Any
) -> tuple[dict[str, bytes], Split]:
    outs = {part: io.BytesIO() for part in shares}
    done = split(open_source(data, name), outs, shares, **options)
    return {part: out.getvalue() for part, out in outs.items()}, done


def entries(part: bytes) -> Duplicates:
    made = Duplicates()
    rows = [json.loads(line) for line in part.splitlines()]
    said = [conversation(row, "openai_chat") for row in rows]
    made.add(
        [
            Entry(line, row, one.system, one.prompt_text, one.target_text, one.media)
            for line, (row, one) in enumerate(zip(rows, said, strict=True), start=1)
        ]
    )
    return made


def leaking(parts: dict[str, bytes]) -> int:
    sets = [entries(part) for part in parts.values()]
    return sum(len(leaks(one, other)) for one, other in permutations(sets, 2))


def test_rows_that_share_nothing_are_split_in_the_shares_asked_for() -> None:
    data = dump(different(1_000))
    parts, done = divided(data)
    assert done.rows == {"train": 800, "validation": 100, "test": 100}
    assert (done.by, done.groups, done.largest_group, done.warnings) == ("nothing", 1_000, 1, ())
    assert sorted(b"".join(parts.values()).splitlines()) == sorted(data.splitlines())
    order = [data.index(line) for line in parts["test"].splitlines()]
    assert order == sorted(order)
    assert order[-1] - order[0] > 0.7 * len(data)  # from all over the file


def picture(image: int, answer: str) -> dict[str, Any]:
    row = chat("What broke here, and how is it mended?", answer)
    row["messages"][0]["content"] = [
        {"type": "text", "text": "What broke here, and how is it mended?"},
        {"type": "image_url", "image_url": {"url": f"https://example.com/{image}.png"}},
    ]
    return row


def test_the_same_question_on_other_images_is_split_and_on_one_image_stays_together() -> None:
    rng = random.Random(3)
    answers = [sentence(rng) for _ in range(100)]
    _, done = divided(dump([picture(at, answer) for at, answer in enumerate(answers)]))
    assert (done.rows, done.groups) == ({"train": 80, "validation": 10, "test": 10}, 100)
    _, done = divided(dump([picture(at // 2, answer) for at, answer in enumerate(answers)]))
    assert (done.rows, done.groups, done.largest_group) == ({"train": 80, "validation": 10, "test": 10}, 50, 2)


def test_the_seed_decides() -> None:
    data = dump(different(100))
    assert divided(data, seed=3) == divided(data, seed=3)
    assert divided(data, seed=3)[0] != divided(data, seed=4)[0]


def test_each_label_has_the_same_shares_in_every_part() -> None:
    rng = random.Random(5)
    labels = ["yes"] * 300 + ["no"] * 60 + ["perhaps"] * 20
    rng.shuffle(labels)
    rows = [chat(f"{at} {sentence(rng)}", label) for at, label in enumerate(labels)]
    _, done = divided(dump(rows))
    assert done.by == "label"
    assert done.classes == {
        "yes": {"train": 240, "validation": 30, "test": 30},
        "no": {"train": 48, "validation": 6, "test": 6},
        "perhaps": {"train": 16, "validation": 2, "test": 2},
    }
    _, plain = divided(dump(rows), stratify=False)
    assert (plain.by, plain.classes) == ("nothing", {})


def test_refusals_are_spread_where_answers_are_no_labels() -> None:
    rows = different(200)
    for row in rows[:40]:
        row["messages"][-1]["content"] = "I'm sorry, but I can't help with that. " + row["messages"][1]["content"]
    _, done = divided(dump(rows))
    assert done.by == "refusal"
    assert done.classes["refusal"] == {"train": 32, "validation": 4, "test": 4}


def test_a_class_that_is_too_small_is_named() -> None:
    rng = random.Random(6)
    rows = [chat(f"{at} {sentence(rng)}", "rare" if at < 2 else "common") for at in range(100)]
    _, done = divided(dump(rows))
    said = [note.message for note in done.warnings]
    assert 'The class "{label}" is too small (rows: {n}): none is in {parts}.' in said
    assert "The part {part} is small (rows: {n}). Test on {least} at least." in said


def test_a_warning_names_our_classes_in_the_readers_words_and_leaves_labels_as_they_are() -> None:
    asked = different(60)
    refused = [chat(f"{n} {one['messages'][1]['content']}", "I'm sorry, I can't.") for n, one in enumerate(asked[:2])]
    labelled = [chat(one["messages"][1]["content"], "refusal" if at < 2 else "other") for at, one in enumerate(asked)]
    for rows, name in ((asked + refused, "Antwoorden die weigeren"), (labelled, "refusal")):
        said = " ".join(note.text(language("nl")) for note in divided(dump(rows))[1].warnings)
        assert f'klasse "{name}"' in said


def test_a_class_whose_rows_repeat_one_another_is_not_called_small() -> None:
    rng = random.Random(9)
    rows = [chat(f"{at} {sentence(rng)}", "common") for at in range(70)] + [chat("Is it open?", "rare")] * 30
    _, done = divided(dump(rows))
    told = [note for note in done.warnings if note.values.get("label") == "rare"]
    assert [note.values["n"] for note in told] == [30]
    assert "repeat one another" in told[0].message


def test_classes_that_read_alike_once_they_are_masked_are_counted_together() -> None:
    rng = random.Random(10)
    names = ("jan@an-example.org", "joe@an-example.org")
    rows = [chat(f"{at} {sentence(rng)}", names[at % 2]) for at in range(100)]
    _, done = divided(dump(rows))
    assert (done.by, len(done.classes)) == ("label", 1)
    assert [sum(parts.values()) for parts in done.classes.values()] == [100]


def test_rows_that_ask_the_same_stay_together_and_a_large_group_is_told() -> None:
    rng = random.Random(7)
    same = [chat("How do I renew my permit?", sentence(rng)) for _ in range(40)]
    parts, done = divided(dump([*different(60), *same]), shares={"a": 0.5, "b": 0.5})
    asked = [part.count(b"renew my permit?") for part in parts.values()]
    assert sorted(asked) == [0, 40]
    assert done.rows == {"a": 50, "b": 50}
    _, uneven = divided(dump([*different(20), *same]))
    assert uneven.largest_group == 40
    _, uneven = divided(dump([*different(5), *same]))
    assert any(note.values.get("n") == 40 for note in uneven.warnings)


def test_a_chain_of_rows_each_nearly_like_the_next_stays_together() -> None:
    rng = random.Random(8)
    words = sentence(rng, 60).split()
    answer = sentence(rng, 60).split()
    rows = different(200)
    for step in range(40):
        words[step], answer[step] = f"step{step}", f"answer{step}"
        rows.append(chat(" ".join(words), " ".join(answer)))
    rng.shuffle(rows)
    parts, _ = divided(dump(rows))
    assert leaking(parts) == 0


def test_what_cannot_be_read_is_in_no_part() -> None:
    data = dump(different(10)) + b"{broken\n\n[1]\n"
    parts, done = divided(data)
    assert (done.left_out, done.lines_left_out) == (2, (11, 13))
    assert sum(map(len, (part.splitlines() for part in parts.values()))) == 10


def test_a_table_stays_a_table_and_an_array_becomes_lines() -> None:
    rows = [f"{at} {WORDS[at % 30]},label{at % 2}" for at in range(40)]
    text = "text,label\n" + "\n".join(rows) + "\n"
    parts, done = divided(text.encode(), "rows.csv")
    assert (done.container, done.by) == ("csv", "label")
    assert all(part.startswith(b"text,label\n") for part in parts.values())
    written = [line.decode() for part in parts.values() for line in part.splitlines()[1:]]
    assert sorted(written) == sorted(rows)
    some = different(20)
    parts, done = divided(json.dumps(some, indent=1).encode(), "rows.json")
    assert done.container == "jsonl"
    assert sorted(b"".join(parts.values()).splitlines()) == sorted(dump(some).splitlines())


def test_the_mark_of_azure_stands_before_each_part() -> None:
    parts, _ = divided(gzip.compress(b"\xef\xbb\xbf" + dump(different(20))))
    assert all(part.startswith(b"\xef\xbb\xbf{") for part in parts.values())


def test_an_empty_part_is_told() -> None:
    _, done = divided(dump(different(1)))
    assert [note.values["part"] for note in done.warnings] == [PARTS["validation"], PARTS["test"]]
    assert all("too few rows" in note.message for note in done.warnings)
    _, done = divided(dump(different(1) * 30))
    empty = [note for note in done.warnings if "part" in note.values]
    assert [note.values["part"] for note in empty] == [PARTS["validation"], PARTS["test"]]
    assert all("stay together" in note.message for note in empty)


def test_the_parts_are_named_in_the_reader_s_language() -> None:
    nl = language("nl")
    _, done = divided(dump(different(1)))
    said = " ".join(note.text(nl) for note in done.warnings)
    assert "Voor validatie blijft geen rij over" in said
    assert "validation" not in said


@pytest.mark.parametrize("shares", [{}, {"a": 0.5, "b": 0.6}, {"a": 1.5, "b": -0.5}])
def test_shares_that_are_none(shares: dict[str, float]) -> None:
    with pytest.raises(BadShares):
        divided(dump(different(3)), shares=shares)
    with pytest.raises(BadShares):
        split(open_source(dump(different(3))), {"train": io.BytesIO()}, SHARES)


def test_a_format_that_there_is_not() -> None:
    with pytest.raises(UnknownFormat):
        divided(dump(different(3)), form="nothing")


@given(
    seed=st.integers(0, 1_000),
    rows=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=60),
    shares=st.sampled_from([SHARES, {"a": 0.5, "b": 0.5}, {"a": 1.0, "b": 0.0}, {"a": 0.34, "b": 0.33, "c": 0.33}]),
)
def test_every_row_is_in_one_part_and_nothing_leaks(
    seed: int, rows: list[tuple[int, int, int]], shares: dict[str, float]
) -> None:
    rng = random.Random(seed)
    asks, says = [sentence(rng, 30) for _ in range(13)], [sentence(rng, 30) for _ in range(5)]
    made = []
    for ask, say, change in rows:
        words = asks[ask].split()
        words[:change] = [f"other{change}"] * change
        made.append(chat(" ".join(words).upper() if change == 2 else " ".join(words), says[say]))
    data = dump(made)
    parts, done = divided(data, shares=shares, seed=seed)
    assert sorted(b"".join(parts.values()).splitlines()) == sorted(data.splitlines())
    assert leaking(parts) == 0
    assert {name: len(part.splitlines()) for name, part in parts.items()} == done.rows
    if done.by == "nothing":
        assert all(abs(n - shares[name] * len(made)) < max(done.largest_group, 1) for name, n in done.rows.items())
    assert all(done.rows[name] == 0 for name, share in shares.items() if share == 0)
