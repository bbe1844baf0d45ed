"""Where checks are registered: a decorator on the function that looks, with the ids of the defects that it tells.

    @CHECKS.of_rows("too-many-images")
    def too_many_images(example: Example) -> Iterator[Fault]: ...

The words of each id stand in `content/checks.yaml`. A function belongs in the module that is called as the group of its
check there. Other processes that take part import this package afresh: what is registered elsewhere is not known there.

The defect itself goes into `tests/dataset/checks/defects.py`, and a look-alike in which nothing is wrong into
`controls.py` there. A check of the group `reading` is also told where files are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from advisor.content.data_checks import GROUPS
from advisor.dataset.checks.subject import Answer, Example, File, PlainChat, Signs, Text
from advisor.dataset.row import Fault

Look = TypeVar("Look", bound=Callable[..., Iterable[Fault]])
Kind = TypeVar("Kind", "OfRows", "OfTexts", "OfAnswers", "OfFiles")

_PLACES = {f"{__package__}.{group}": place for place, group in enumerate(GROUPS)}
"""By module, where its checks stand in the order in which a report tells what is wrong in one place."""


def nothing(_: PlainChat) -> bool:
    """Whether a check passes a plain conversation, for those that never find anything in one."""
    return True


class OfRows(NamedTuple):
    """A check of one row."""

    ids: tuple[str, ...]
    look: Callable[[Example], Iterable[Fault]]
    passes: Callable[[PlainChat], bool] | None
    """Says of most plain conversations that nothing is wrong with them, without a look at their texts."""


class OfTexts(NamedTuple):
    """A check of what one turn says."""

    ids: tuple[str, ...]
    look: Callable[[Text], Iterable[Fault]]
    shows: Callable[[], str] | None
    """Makes a pattern for RE2 that stands in every text with the defect: all texts are searched for it at once."""
    may: Callable[[Signs], bool] | None
    """Says quickly, of the bytes of a row, whether there may be something in one of its texts."""


class OfAnswers(NamedTuple):
    """A check of one answer."""

    ids: tuple[str, ...]
    look: Callable[[Answer], Iterable[Fault]]
    shows: Callable[[], str] | None
    """As of texts."""
    may: Callable[[str, str], bool] | None
    """Says quickly, of an answer and what was asked, whether there may be something; where no pattern can."""


class OfFiles(NamedTuple):
    """A check of a file as a whole."""

    ids: tuple[str, ...]
    look: Callable[[File], Iterable[Fault]]


class Registry:
    """The checks that there are, each kind in the order in which they are asked."""

    def __init__(self) -> None:
        self.rows: tuple[OfRows, ...] = ()
        self.texts: tuple[OfTexts, ...] = ()
        self.answers: tuple[OfAnswers, ...] = ()
        self.files: tuple[OfFiles, ...] = ()
        self._changed()

    def of_rows(self, *ids: str, passes: Callable[[PlainChat], bool] | None = None) -> Callable[[Look], Look]:
        """Register a function of an `Example`. Without `passes` it is asked of every row, which takes longer."""

        def registered(look: Look) -> Look:
            self.rows = _in_order((*self.rows, OfRows(ids, look, passes)))
            self._changed()
            return look

        return registered

    def of_texts(
        self, *ids: str, shows: Callable[[], str] | None = None, may: Callable[[Signs], bool] | None = None
    ) -> Callable[[Look], Look]:
        """Register a function of a `Text`. Without `shows` it is asked of every text, which takes longer."""

        def registered(look: Look) -> Look:
            self.texts = _in_order((*self.texts, OfTexts(ids, look, shows, may)))
            self._changed()
            return look

        return registered

    def of_answers(
        self, *ids: str, shows: Callable[[], str] | None = None, may: Callable[[str, str], bool] | None = None
    ) -> Callable[[Look], Look]:
        """Register a function of an `Answer`. Without `shows` and `may` it is asked of every one."""

        def registered(look: Look) -> Look:
            self.answers = _in_order((*self.answers, OfAnswers(ids, look, shows, may)))
            self._changed()
            return look

        return registered

    def of_files(self, *ids: str) -> Callable[[Look], Look]:
        """Register a function of a `File`."""

        def registered(look: Look) -> Look:
            self.files = _in_order((*self.files, OfFiles(ids, look)))
            self._changed()
            return look

        return registered

    def remove(self, check: str) -> None:
        """Forget the function that tells this check. Raises `LookupError` where there is none."""
        if check not in self.ids:
            raise LookupError(f'no function is registered for the check "{check}"')
        self.rows = tuple(one for one in self.rows if check not in one.ids)
        self.texts = tuple(one for one in self.texts if check not in one.ids)
        self.answers = tuple(one for one in self.answers if check not in one.ids)
        self.files = tuple(one for one in self.files if check not in one.ids)
        self._changed()

    def _changed(self) -> None:
        """Work out once what is asked for each row."""
        groups = (check.ids for checks in (self.rows, self.texts, self.answers, self.files) for check in checks)
        self.ids = frozenset(check for ids in groups for check in ids)
        self.every_row = any(check.passes is None for check in self.rows)
        """Whether a check wants to see every row."""
        self.every_text = any(check.shows is None for check in self.texts) or any(
            check.shows is None and check.may is None for check in self.answers
        )
        """Whether a check wants to see every text."""
        shows = (check.shows for checks in (self.texts, self.answers) for check in checks)
        self.shows = tuple(pattern for pattern in shows if pattern is not None)
        self.passing = tuple(check.passes for check in self.rows if check.passes not in (None, nothing))
        self.may = tuple(check.may for check in self.answers if check.may is not None)


def _in_order(checks: tuple[Kind, ...]) -> tuple[Kind, ...]:
    """In the order of groups, which is that of modules; within one as they stand there. Checks from elsewhere last."""
    return tuple(sorted(checks, key=lambda check: _PLACES.get(check.look.__module__, len(_PLACES))))


CHECKS = Registry()
"""All checks of this program: those of a row whose fields belong together are asked by `row` and `messages`."""
