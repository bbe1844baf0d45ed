"""Rows that repeat, contradict or leak: each kind with a control beside it that looks alike and is not."""

import random
from itertools import pairwise

import pytest

from advisor.content.load import load
from advisor.dataset.duplicates.find import RECORD, Duplicates, Entry, Hit, leaks

SYSTEM = (
    "You are the assistant of the town of Aalst. Answer in one paragraph, politely, and name the desk to go to. " * 5
)
TEXT = (
    "permit parking garden resident renew passport birth certificate desk street tree bench noise complaint market "
    "waste container bulky collect appointment open closed Tuesday form identity card fee euro wait letter reply "
    "council meeting minutes school bus route bridge cycle path lamp repair light moving address change register"
)
WORDS = TEXT.split()
QUESTION = "How do I renew my parking permit when I have moved to another street in the same town?"
ANSWER = (
    "Bring your identity card and the old permit to desk 3. The new permit is ready while you wait; it costs 12.50."
)


def entry(line, prompt, answer, system=SYSTEM, value=None):
    value = value or {
        "messages": [
            {"role": "system", "content": system},
            {"role": "user", "content": prompt},
            {"role": "assistant", "content": answer},
        ]
    }
    return Entry(line, value, system, prompt, answer)


def found(*entries, batch=2):
    rows = Duplicates()
    for start in range(0, len(entries), batch):
        rows.add(entries[start : start + batch])
    return rows.found()


def leaked(validation, training):
    held, trained = Duplicates(), Duplicates()
    held.add(validation)
    trained.add(training)
    return leaks(held, trained)


def shown(line, image, prompt=QUESTION, answer=ANSWER):
    """A row that shows an image beside its question."""
    return entry(line, prompt, answer, value={"image": image, "said": [prompt, answer]})._replace(
        media=[("image", image)] if image else []
    )


OTHER = "Nothing on this photo can be repaired. Bring what is left to the container park, which is open on Tuesday."


def test_the_same_question_on_another_image_is_another_row():
    rows = [shown(1, "a.png"), shown(2, "b.png"), shown(3, ""), shown(4, "c.png", answer=OTHER)]
    assert found(*rows) == []
    assert leaked(rows[:2], rows[2:]) == []


@pytest.mark.parametrize("question", [QUESTION, "What is this?", ""])
def test_another_answer_to_the_same_question_on_the_same_image_is_a_conflict(question):
    rows = [shown(1, "a.png", question), shown(2, "b.png", question), shown(3, "a.png", question, OTHER)]
    assert found(*rows) == [Hit("conflicting-answers", 3, 1)]


def test_images_leave_rows_as_alike_as_their_texts():
    near = ANSWER.replace("desk 3", "desk 4")
    rows = [shown(1, "a.png"), shown(2, "a.png", answer=near), shown(3, "b.png", answer=near)]
    (plain,) = found(entry(1, QUESTION, ANSWER), entry(2, QUESTION, near))[:1]
    hits = found(*rows)
    assert [(hit.check, hit.line, hit.other) for hit in hits] == [
        ("conflicting-answers", 2, 1),
        ("near-duplicate", 2, 1),
    ]
    assert hits[-1].share == pytest.approx(found(entry(1, QUESTION, ANSWER), entry(2, QUESTION, near))[-1].share)
    assert plain.line == 2
    assert found(shown(1, "a.png"), shown(2, "a.png", QUESTION.upper())) == [Hit("normalised-duplicate", 2, 1)]


def test_a_short_question_on_the_same_image_leaks():
    held = [shown(1, "a.png", "What is it?", OTHER), shown(2, "b.png", "What is it?", OTHER)]
    assert [(hit.check, hit.line, hit.other) for hit in leaked(held, [shown(7, "a.png", "What is it?")])] == [
        ("leak-near", 1, 7)
    ]


def sentence(rng, words):
    return " ".join(rng.choice(WORDS) + rng.choice(("", "", "s", "ing", "ed")) for _ in range(words))


def test_the_same_row_is_an_exact_duplicate_of_the_first():
    rows = [entry(line, QUESTION, ANSWER) for line in (1, 5, 9)]
    assert found(*rows) == [Hit("exact-duplicate", 5, 1), Hit("exact-duplicate", 9, 1)]


def test_the_same_keys_in_another_order():
    one = {"prompt": QUESTION, "completion": ANSWER, "meta": {"a": 1, "b": 2}}
    two = {"meta": {"b": 2, "a": 1}, "completion": ANSWER, "prompt": QUESTION}
    rows = [entry(1, QUESTION, ANSWER, "", one), entry(2, QUESTION, ANSWER, "", two)]
    assert found(*rows) == [Hit("key-order-duplicate", 2, 1)]


@pytest.mark.parametrize(
    "written",
    [
        QUESTION.upper(),
        QUESTION.replace(" ", "  "),
        QUESTION.rstrip("?") + " !",
        QUESTION.replace(" ", "\u00a0").replace("?", "\uff1f"),
        f"“{QUESTION}”",
    ],
)
def test_case_spaces_and_punctuation_do_not_make_another_row(written):
    assert found(entry(1, QUESTION, ANSWER), entry(2, written, ANSWER)) == [Hit("normalised-duplicate", 2, 1)]


@pytest.mark.parametrize(
    ("one", "other"),
    [("3-4", "3*4"), ("1.5", "15"), ("-5", "5"), ("a b", "a|b"), ("x < y", "x > y"), ("12 34", "1 234"), ("é", "e")],
)
def test_what_means_something_else_is_no_duplicate(one, other):
    assert found(entry(1, f"What is {one}?", "yes"), entry(2, f"What is {other}?", "yes")) == []


def test_where_the_prompt_ends_matters():
    assert found(entry(1, "ab", "c"), entry(2, "a", "bc")) == []


def test_a_common_system_prompt_makes_no_duplicates():
    rng = random.Random(1)
    rows = [entry(line, sentence(rng, 9), sentence(rng, 12)) for line in range(1, 300)]
    assert found(*rows, batch=50) == []


def test_short_rows_under_one_long_system_prompt_are_no_duplicates():
    rows = [entry(line, f"{word}?", "yes") for line, word in enumerate(dict.fromkeys(WORDS), 1)]
    assert found(*rows, batch=50) == []


def test_a_light_edit_is_nearly_a_duplicate():
    edited = QUESTION.replace("another street", "a new street")
    [hit] = found(entry(1, QUESTION, ANSWER), entry(2, edited, ANSWER))
    assert hit[:3] == ("near-duplicate", 2, 1)
    assert 0.7 <= hit.share < 1


def test_light_edits_are_found_among_many_rows():
    rng = random.Random(2)
    texts = [(sentence(rng, 25), sentence(rng, 40)) for _ in range(2_000)]
    edits = {}
    for place in range(1_000, 2_000, 10):
        copied = rng.randrange(1_000)
        prompt, answer = texts[copied]
        words = answer.split()
        words[rng.randrange(len(words))] = "otherwise"
        words.insert(rng.randrange(len(words)), "indeed")
        texts[place] = (prompt, " ".join(words))
        edits[place] = copied
    hits = found(*(entry(line, *text) for line, text in enumerate(texts)), batch=500)
    near = {hit.line: hit.other for hit in hits if hit.check == "near-duplicate"}
    assert len(edits.items() & near.items()) >= 0.99 * len(edits)
    assert near.keys() <= edits.keys()


def test_other_questions_about_one_passage_are_no_duplicates():
    rng = random.Random(3)
    passage = sentence(rng, 300)
    rows = [
        entry(1, f"{passage}\n\nWho pays for the bench in the garden?", "The council pays, from the fee for parking."),
        entry(2, f"{passage}\n\nWhen is the market closed this year?", "On each Tuesday after a meeting, until noon."),
    ]
    assert found(*rows) == []


def test_an_order_number_makes_another_row():
    rows = [
        entry(n, f"Where is my order {n}{n * 7}?", f"Your order {n}{n * 7} left on day {n * 3} and arrives soon.")
        for n in range(1_000, 1_100)
    ]
    assert found(*rows, batch=50) == []


def test_two_answers_to_one_prompt_conflict():
    rows = [entry(1, QUESTION, ANSWER), entry(2, QUESTION.lower(), "You cannot; a permit belongs to one address only.")]
    assert found(*rows) == [Hit("conflicting-answers", 2, 1)]


def test_each_conflicting_answer_is_told_once():
    rows = [entry(line, QUESTION, answer) for line, answer in enumerate(("Yes", "No", "yes!", "NO", "Perhaps"), 1)]
    conflicts = [hit for hit in found(*rows) if hit.check == "conflicting-answers"]
    assert conflicts == [Hit("conflicting-answers", 2, 1), Hit("conflicting-answers", 5, 1)]


def test_another_system_message_may_ask_for_another_answer():
    rows = [
        entry(1, "Good morning", "Goedemorgen", "Translate to Dutch"),
        entry(2, "Good morning", "Bonjour", "To French"),
    ]
    assert found(*rows) == []


def test_rows_without_a_prompt_do_not_conflict():
    assert found(entry(1, "", ANSWER), entry(2, "", QUESTION)) == []


def test_an_exact_copy_leaks_whatever_its_system_message():
    training = [entry(3, "Is it open?", "No."), entry(4, QUESTION, ANSWER)]
    assert leaked([entry(1, QUESTION, ANSWER), entry(2, QUESTION.upper(), ANSWER, "Be brief")], training) == [
        Hit("leak-exact", 1, 4),
        Hit("leak-exact", 2, 4),
    ]


def test_a_light_edit_leaks():
    [hit] = leaked([entry(1, QUESTION.replace("town", "city"), ANSWER)], [entry(7, QUESTION, ANSWER)])
    assert hit[:3] == ("leak-near", 1, 7)


def test_a_prompt_leaks_with_another_answer_too():
    [hit] = leaked([entry(1, QUESTION, "You cannot.")], [entry(7, QUESTION, ANSWER)])
    assert hit[:3] == ("leak-near", 1, 7)


def test_a_common_system_prompt_and_a_greeting_are_no_leak():
    training = [entry(1, "Hello", "How can I help you?"), entry(2, QUESTION, ANSWER)]
    assert leaked([entry(1, "Hello", "Good morning! What is it about?")], training) == []


def test_duplicates_inside_one_file_are_no_leak():
    assert leaked([entry(1, QUESTION, ANSWER)] * 2, [entry(1, "Is it open?", "No.")] * 2) == []
    assert leaked([], [entry(1, QUESTION, ANSWER), entry(2, QUESTION + " Please", ANSWER)]) == []
    assert leaked([entry(1, QUESTION, ANSWER)], []) == []


def test_light_edits_leak_among_many_rows():
    rng = random.Random(4)
    training = [entry(line, sentence(rng, 20), sentence(rng, 30)) for line in range(1_000)]
    held = [
        entry(line, row.prompt, f"{row.answer} indeed")
        if line % 2
        else entry(line, sentence(rng, 20), sentence(rng, 30))
        for line, row in enumerate(training[:200])
    ]
    hits = leaked(held, training)
    assert {hit.line: hit.other for hit in hits} == {line: line for line in range(1, 200, 2)}


def test_many_rows_alike_cost_no_more_than_a_few_comparisons_each(monkeypatch):
    from advisor.dataset.duplicates import find

    compared = []
    alike = find.alike
    monkeypatch.setattr(find, "alike", lambda one, two: compared.append(len(one)) or alike(one, two))
    rows = 3_000
    hits = found(*(entry(n, f"{QUESTION} {QUESTION} ({n})", ANSWER) for n in range(rows)), batch=1_000)
    assert sum(hit.check == "near-duplicate" for hit in hits) > 0.95 * rows
    assert sum(compared) < 150 * rows


def test_the_size_of_batches_and_asking_early_change_nothing():
    rng = random.Random(5)
    rows = [entry(line, sentence(rng, 3), sentence(rng, 1)) for line in range(400)]
    rows += [entry(line, f"{QUESTION}{' please' * (line % 3)}", ANSWER) for line in range(400, 420)]
    early = Duplicates()
    early.add(rows[:200])
    early.found()
    early.add(rows[200:])
    whole = found(*rows, batch=1_000)
    assert whole == found(*rows, batch=7) == early.found()
    assert all(one.line <= two.line for one, two in pairwise(whole))


def test_values_that_fast_json_refuses_are_compared_all_the_same():
    values = ({"a": "\ud800", "b": 1}, {"b": 1, "a": "\ud800"}, {"a": 2**70}, {"a": 2**70}, {"a": {1, 2}})
    rows = [entry(line, "", "", "", value) for line, value in enumerate(values)]
    assert [hit[:3] for hit in found(*rows)] == [("key-order-duplicate", 1, 0), ("exact-duplicate", 3, 2)]


def test_nothing_is_found_in_nothing():
    assert found() == []
    rows = Duplicates()
    rows.add([])
    assert rows.found() == []


def test_what_is_kept_of_a_row_is_small():
    assert RECORD.itemsize <= 176


def test_every_kind_is_a_check():
    checks = {check.id for check in load().checks}
    assert {
        "exact-duplicate",
        "key-order-duplicate",
        "normalised-duplicate",
        "near-duplicate",
        "conflicting-answers",
        "leak-exact",
        "leak-near",
    } <= checks
