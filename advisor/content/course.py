"""The course of the page Learn: lessons, each with its text, a figure to play with, a question and ways on.

A number that can change never stands in the text itself. It stands there as `{name}`, and the lesson says where it
comes from: a dated fact, an assumption, or what was measured of the advice. So no lesson grows old unseen.

A lesson is a file of `content/lessons/course/`, read in the order of their names. What it has to play with is named in
`Figure` here, read and set by a function of `advisor.ui.pages.lesson_figures`, and drawn by `advisor.charts.lessons`
or, where something is worked out for it, by a module of its name beside that.
"""

# Annotations are not postponed here: Pydantic would compile each of them anew at every start.
from collections.abc import Collection, Iterable, Iterator, Mapping
from string import Formatter
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from advisor.content.entries import Doing, Entry, Id, Named, Text

CHOICES = 3
"""Of the question of a lesson."""
MOST_MINUTES = 10
"""A lesson is short."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$", max_length=40)]
Figure = Literal["changes", "ladder", "tokens", "time", "data", "losses", "forgetting", "routes", "right"]
"""What a lesson has to play with; drawn in `advisor.ui.pages.lesson_figures`."""


class LessonChoice(Entry):
    """An answer to choose, and what is said to whoever chose it."""

    text: Text
    right: bool = False
    why: Text
    """Why it is right, or what is wrong with it."""


class LessonQuestion(Entry):
    """A question with three answers, of which one is right."""

    text: Text
    choices: Annotated[tuple[LessonChoice, ...], Field(min_length=CHOICES, max_length=CHOICES)]

    @model_validator(mode="after")
    def _one_is_right(self) -> Self:
        if sum(choice.right for choice in self.choices) != 1:
            raise ValueError("mark one of the choices, and one alone, with right: true")
        return self


class Lesson(Named):
    """A lesson of a few minutes; the lessons follow each other in the order of their files."""

    id: Id
    title: Text
    minutes: Annotated[int, Field(ge=1, le=MOST_MINUTES)]
    """How long it takes to read, to try and to answer. Our estimate."""
    able: Text
    """What one can do afterwards, as the end of "Afterwards you can ...": a verb and what follows."""
    text: Annotated[tuple[Text, ...], Field(min_length=2)]
    """Paragraphs, in which figures stand as `{name}`."""
    facts: dict[Name, Id] = Field(default_factory=dict)
    """Figures of the text that are dated facts, by their names in it."""
    assumptions: dict[Name, Id] = Field(default_factory=dict)
    """Figures of the text that are assumptions: the range from the 10th to the 90th percentile."""
    scores: tuple[Name, ...] = ()
    """Figures of the text that were measured of the advice, by the names of the page that says how it decides."""
    figure: Figure
    tries: Text
    """What to do with the figure, and what to look for."""
    question: LessonQuestion
    sources: Annotated[tuple[Id, ...], Field(min_length=1)]
    """Who says what the text says, from content/sources.yaml."""
    reading: Annotated[tuple[Id, ...], Field(min_length=1)]
    """Rows of the reading list that teach the same."""
    does: Annotated[tuple[Doing, ...], Field(min_length=1)]
    """Pages of the app on which one does it."""

    @property
    def page(self) -> str:
        """The path of its page in the address."""
        return f"lesson-{self.id}"

    @model_validator(mode="after")
    def _every_figure_comes_from_somewhere(self) -> Self:
        told = [*self.facts, *self.assumptions, *self.scores]
        if twice := {name for name in told if told.count(name) > 1}:
            raise ValueError(f"{', '.join(sorted(twice))}: named twice among facts, assumptions and scores")
        texts = [*self.text, self.question.text, *(choice.why for choice in self.question.choices)]
        try:
            named = {name for text in texts for _, name, _, _ in Formatter().parse(text) if name is not None}
        except ValueError as error:
            raise ValueError(f"a brace in the text opens or closes no name: {error}") from error
        if unknown := named - {*told}:
            raise ValueError(f"{{{sorted(unknown)[0]}}} stands in the text and not among facts, assumptions or scores")
        if unused := {*told} - named:
            raise ValueError(f"{sorted(unused)[0]} is named and stands nowhere in the text as {{{sorted(unused)[0]}}}")
        return self


WRONG = 3
"""Choices of a question of the quiz beside the right one."""
Words = Annotated[tuple[Id, ...], Field(min_length=WRONG, max_length=WRONG)]


class QuizQuestion(Named):
    """A question of the quiz of a workshop: for the word of a definition, or with words of its own."""

    id: Id
    term: Id | None = None
    """The word of the glossary that is asked for, by its definition."""
    instead: Words | None = None
    """The words that stand beside it."""
    text: Text | None = None
    right: Text | None = None
    wrong: Annotated[tuple[Text, ...], Field(max_length=WRONG)] = ()
    why: Text | None = None
    sources: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        own = (self.text, self.right, self.why, self.sources)
        if self.term:
            complete = self.instead is not None and not any(own) and not self.wrong
        else:
            complete = self.instead is None and all(own) and len(self.wrong) == WRONG
        if not complete:
            raise ValueError(f"give term and instead, or text, right, {WRONG} wrong, why and sources")
        return self

    def words(self) -> tuple[str, ...]:
        """The words of the glossary that it names."""
        return (self.term, *(self.instead or ())) if self.term else ()


def unknown_names(lessons: Iterable[Lesson], known: Mapping[str, Collection[str]]) -> Iterator[str]:
    """A sentence for each thing that a lesson names and that is not among the `known` ones of its kind."""
    for lesson in lessons:
        for kind, there in known.items():
            named = getattr(lesson, kind)
            for name in named.values() if isinstance(named, Mapping) else named:
                if name not in there:
                    yield f'{lesson.id}: {kind}: there is no "{name}" in content/'
