"""Rows that teach a model to answer from a passage or to decline, and what its answers are worth.

After OpenAI's cookbook on fine-tuning for retrieval with Qdrant (openai-cookbook, `ft_retrieval_augmented_generation_
qdrant`): the share of rows without an answer is a dial between boldness and caution, and each answer is one of five.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from advisor.dataset.checks import refusal
from advisor.dataset.row import Note, Unusable
from advisor.dataset.scoring import holds, is_true, percentages, words
from advisor.language import Language, language

REFUSAL_SENTENCE = "I don't know"
"""What the cookbook's model says where the passage does not hold the answer."""

Class = Literal["correct", "skipped", "wrong", "hallucination", "correct_refusal"]
CLASSES: tuple[Class, ...] = get_args(Class)
CONFIDENCE = 0.95


def class_names(lang: Language) -> dict[Class, str]:
    """The five classes in words."""
    return {
        "correct": lang("Right answer"),
        "skipped": lang("Declined, though there is an answer"),
        "wrong": lang("Wrong answer"),
        "hallucination": lang("Answered, though there is none"),
        "correct_refusal": lang("Declined rightly"),
    }


@dataclass(frozen=True)
class Built:
    """Chat rows in an order that the seed decides."""

    rows: tuple[dict[str, Any], ...]
    refusals: int
    """Rows whose answer is the refusal sentence."""
    share: float
    """Of refusals among the rows, from 0 to 1; 0 where there are none."""
    left_out: int
    """Records that would have upset the share."""
    notes: tuple[Note, ...]
    """Of what there was too much or too little."""


def build(
    records: Iterable[Mapping[str, Any]],
    refusal_share: float,
    refusal_sentence: str = REFUSAL_SENTENCE,
    seed: int = 0,
    *,
    instruction: str | None = None,
    lang: Language | None = None,
) -> Built:
    """Rows of records with `question`, `context`, and `answer`, which is null or empty where the passage has none.

    A record with `is_impossible` has no answer either, whatever stands there. As many rows are kept as the share
    allows; if one of the two kinds is missing altogether, all records of the other become rows and a note says so. The
    system message is `instruction`, or says in the language `lang` to answer from the passage or with the sentence.
    Raises `Unusable` naming the record that lacks a question or a passage, and for a share beyond 0 to 1.
    """
    demand(refusal_share, refusal_sentence)
    answered: list[dict[str, Any]] = []
    declined: list[dict[str, Any]] = []
    system = instruction or instruct(refusal_sentence, lang or language())
    for n, record in enumerate(records, start=1):
        if key := lacking(record):
            raise Unusable('Record {n} has no "{key}".', n=n, key=key)
        row, declines = chat_row(record, system, refusal_sentence)
        (declined if declines else answered).append(row)
    chosen, refusals, notes = choose(len(answered), len(declined), refusal_share, seed)
    rows = [*answered, *declined]
    return Built(
        tuple(rows[place] for place in chosen),
        refusals,
        refusals / len(chosen) if chosen else 0.0,
        len(rows) - len(chosen),
        tuple(notes),
    )


def demand(refusal_share: float, refusal_sentence: str) -> None:
    """Raises `Unusable` for a share beyond 0 to 1, and for no sentence."""
    if not 0 <= refusal_share <= 1:
        raise Unusable("The share of refusals is between 0 and 1, not {share}.", share=refusal_share)
    if not refusal_sentence.strip():
        raise Unusable("The sentence with which the model declines is empty.")


def instruct(refusal_sentence: str, lang: Language) -> str:
    """The system message of all rows."""
    return lang(
        'Answer from the passage only. If it does not hold the answer, say exactly: "{sentence}"',
        sentence=refusal_sentence,
    )


def lacking(record: Mapping[str, Any]) -> str:
    """What a record has not, of a question and a passage; nothing if it has both."""
    return next((key for key in ("question", "context") if not _is_text(record.get(key))), "")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def chat_row(record: Mapping[str, Any], system: str, refusal_sentence: str) -> tuple[dict[str, Any], bool]:
    """The row of a record that lacks nothing, and whether its answer is to decline."""
    answer = record.get("answer")
    none = is_true(record.get("is_impossible")) or answer is None or (isinstance(answer, str) and not answer.strip())
    messages = [
        {"role": "system", "content": system},
        {"role": "user", "content": f"{record['question']}\n\n{record['context']}"},
        {"role": "assistant", "content": refusal_sentence if none else str(answer)},
    ]
    return {"messages": messages}, none


def choose(answered: int, declined: int, share: float, seed: int) -> tuple[list[int], int, list[Note]]:
    """Which rows to keep, in which order, how many of them decline, and what to say of it.

    Places below `answered` are of rows with an answer, those from there on of rows that decline.
    """
    keep, decline, notes = _shared(answered, declined, share)
    chance = random.Random(seed)
    chosen = chance.sample(range(answered), keep)
    chosen += [answered + place for place in chance.sample(range(declined), decline)]
    chance.shuffle(chosen)
    return chosen, decline, notes


def _shared(answered: int, declined: int, share: float) -> tuple[int, int, list[Note]]:
    """How many of both kinds to keep, and what to say of it."""
    if not answered or not declined:
        notes = []
        if share > 0 and not declined and answered:
            notes.append(
                Note("No record is without an answer, so no row declines. Add questions that the passages leave open.")
            )
        if share < 1 and not answered and declined:
            notes.append(Note("No record has an answer, so every row declines."))
        keep, decline = (0 if share == 1 else answered), (0 if share == 0 else declined)
        return keep, decline, notes
    if share < 1 and declined >= answered * share / (1 - share):
        decline = round(answered * share / (1 - share))
        spare = declined - decline
        if not spare:
            return answered, decline, []
        return answered, decline, [Note("Records without an answer left out, to keep the share: {n}.", n=spare)]
    keep = round(declined * (1 - share) / share)
    return (
        keep,
        declined,
        [
            Note(
                "There are too few records without an answer. Records with one left out, to keep the share: {n}.",
                n=answered - keep,
            )
        ]
        if keep < answered
        else [],
    )


@dataclass(frozen=True)
class FiveClasses:
    """What became of the predictions: five classes, of which `correct` and `correct_refusal` are as they should be."""

    counts: Mapping[Class, int]
    classes: tuple[Class, ...]
    """Of each record, in order."""

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def percentages(self) -> dict[Class, int]:
        """Whole percentages of all records that sum to 100."""
        return dict(zip(self.counts, percentages(list(self.counts.values())), strict=True))

    @property
    def intervals(self) -> dict[Class, tuple[float, float]]:
        """Shares between which each class lies with 95 % confidence (Wilson), from 0 to 1."""
        from scipy.stats import binomtest  # here, since importing it takes a second

        intervals: dict[Class, tuple[float, float]] = {}
        for name, n in self.counts.items():
            low, high = binomtest(n, self.total).proportion_ci(CONFIDENCE, method="wilson")
            intervals[name] = (float(low), float(high))
        return intervals

    @property
    def answerable(self) -> dict[Class, int]:
        """Whole percentages among the questions that have an answer; empty if there are none."""
        return self._among("correct", "skipped", "wrong")

    @property
    def unanswerable(self) -> dict[Class, int]:
        """The same among the questions that have none."""
        return self._among("hallucination", "correct_refusal")

    def _among(self, *names: Class) -> dict[Class, int]:
        counts = [self.counts[name] for name in names]
        return dict(zip(names, percentages(counts), strict=True)) if sum(counts) else {}


def score(
    records: Iterable[Mapping[str, Any]],
    refusal_sentence: str | Sequence[str] = REFUSAL_SENTENCE,
    *,
    exact: bool = False,
) -> FiveClasses:
    """The class of each record with `gold` (a text, or several that are right), `expects_answer` and `prediction`.

    Texts are compared by their words: without case, punctuation and compatible forms of characters (NFKC), while digits
    keep their sign and point, and symbols stay. A prediction is right if a gold answer stands in it word for word, or,
    with `exact`, if it is one. It declines if it holds the agreed sentence (or one of several), is empty, or, unless it
    is right, begins as chatbots refuse. So an answer that names the right thing to deny it counts as right: look at
    such rows yourself.

    Without `expects_answer`, a record expects an answer if it has a gold one that is not to decline. Raises
    `Unusable` for no records at all.
    """
    sentences = [refusal_sentence] if isinstance(refusal_sentence, str) else refusal_sentence
    agreed = [said for sentence in sentences if (said := words(sentence))]
    classes = tuple(_class(record, agreed, exact) for record in records)
    if not classes:
        raise Unusable("There are no predictions to score.")
    found = Counter(classes)
    return FiveClasses({name: found[name] for name in CLASSES}, classes)


def _class(record: Mapping[str, Any], agreed: Sequence[Sequence[str]], exact: bool) -> Class:
    gold = record.get("gold")
    golds = [str(one) for one in (gold if isinstance(gold, list | tuple) else [gold]) if one is not None and one != ""]
    given = record.get("expects_answer")
    answerable = any(words(one) not in agreed for one in golds)  # the right answer may be to decline
    expects = answerable if given is None or given == "" else is_true(given)
    prediction = str(record.get("prediction") or "")
    answer = words(prediction)
    declines = not prediction.strip() or any(holds(answer, sentence) for sentence in agreed)
    if expects and not declines and any(_matches(prediction, answer, one, exact) for one in golds):
        return "correct"
    declines = declines or refusal(prediction) is not None
    if expects:
        return "skipped" if declines else "wrong"
    return "correct_refusal" if declines else "hallucination"


def _matches(prediction: str, answer: Sequence[str], gold: str, exact: bool) -> bool:
    wanted = words(gold)
    if not wanted:
        return prediction.strip() == gold.strip()
    return answer == wanted if exact else holds(answer, wanted)
