"""Questions found by plain words: what people call a thing, in any of the languages, cut short or misspelt.

What a question is found by stands as `words` at the question, in `content/questions/`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from math import log
from types import MappingProxyType

from advisor.content.entries import Question
from advisor.content.load import Content
from advisor.language import LANGUAGES, language
from advisor.suggest import LONGEST, spelt_alike

MOST_HITS = 8
MOST_WORDS = 20
"""Words of a search that are looked up; a stranger chooses how many there are."""
SENTENCE = 5
"""Words from which a search is a sentence: its odd words are words like any, and no slips of the pen."""
NAMED, CHOSEN, TOLD = 4.0, 2.0, 1.0
"""What a word counts by where it stands: in the question, its id or its `words`; in a choice; in an explanation."""
BEGINS, WITHIN, MISSPELT = 0.8, 0.6, 0.55
"""What a word counts that begins with the one looked for, is joined to it (as Dutch does), or is spelt like it."""
SHORTEST_BEGINNING, SHORTEST_PART = 3, 5
"""Letters from which a word is looked for at the beginning of others, and within them."""
NEAR = 0.3
"""Of the best hit's score, what another needs to be listed."""


def found(text: str, content: Content) -> tuple[Question, ...]:
    """The questions that these words may mean, likeliest first."""
    hits = scored(text, content)
    least = NEAR * max((score for _, score in hits), default=0.0)
    return tuple(question for question, score in hits if score >= least)[:MOST_HITS]


def scored(text: str, content: Content) -> tuple[tuple[Question, float], ...]:
    """Every question that has a word like one of these, likeliest first, with what its words count together."""
    words = list(dict.fromkeys(_words(text)))[:MOST_WORDS]
    index = _index(content)
    scores: dict[str, float] = defaultdict(float)
    for word in words:
        best: dict[str, float] = defaultdict(float)
        for known, counts in _like(word, index, len(words) >= SENTENCE).items():
            for question, weight in index[known].items():
                best[question] = max(best[question], weight * counts)
        for question, weight in best.items():
            scores[question] += weight
    ranked = sorted((-score, key) for key, score in scores.items())
    return tuple((content.question(key), -score) for score, key in ranked)


def _like(word: str, index: Mapping[str, Mapping[str, float]], of_sentence: bool = False) -> dict[str, float]:
    """The words of the index that a word may stand for, with what each then counts; one `of_sentence` is as it should
    be, but for its ending.
    """
    if word in index:
        return {word: 1.0}
    if len(word) < SHORTEST_BEGINNING or len(word) > LONGEST:
        return {}
    likes = {known: BEGINS for known in index if known.startswith(word)}
    if of_sentence:
        return likes
    if not likes and len(word) >= SHORTEST_PART:
        joined = (known for known in index if word in known or (len(known) >= SHORTEST_PART and known in word))
        likes = dict.fromkeys(joined, WITHIN)
    return likes or dict.fromkeys(spelt_alike(word, index), MISSPELT)


def _words(text: str) -> list[str]:
    return re.findall(r"\w{2,}", text.casefold())


@cache
def _index(content: Content) -> Mapping[str, Mapping[str, float]]:
    """By word, the questions that it stands in, with what it says of each: more where few others have it."""
    places: dict[str, dict[str, float]] = defaultdict(dict)
    for question in content.questions:
        for text, counts in _texts(question):
            for word in _words(text):
                places[word][question.id] = max(places[word].get(question.id, 0.0), counts)
    many = len(content.questions)
    return MappingProxyType(
        {
            word: {question: counts * log(1 + many / len(where)) for question, counts in where.items()}
            for word, where in places.items()
        }
    )


def _texts(question: Question) -> Iterator[tuple[str, float]]:
    """Everything that a question says and is called, in every language, with what a word in it counts."""
    yield question.id.replace("_", " "), NAMED
    yield from ((words, NAMED) for words in question.words.values())
    for lang in map(language, LANGUAGES):
        yield lang(question.text), NAMED
        for choice in question.choices:
            yield lang(choice.text), CHOSEN
            yield lang(choice.means or ""), TOLD
        yield from ((lang(text), TOLD) for text in (question.help, question.why, question.unit) if text)
