"""Load and check `content/`: the questions, options, rules, facts and words that a subject expert may change.

Every kind of file has a Pydantic model in `advisor.content.entries` or `advisor.content.data_checks`; its JSON Schema
lies in `content/schemas/` and is named on the first line of each YAML file, so that editors complete and check while
typing. A mistake is reported with file, entry and field.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from advisor.content.course import Lesson, QuizQuestion, unknown_names
from advisor.content.data_checks import Check, PlatformEntry
from advisor.content.entries import (
    AnswerBands,
    Assumption,
    BaseRate,
    Case,
    CaseCard,
    DataNeed,
    DataSchool,
    Fact,
    InterviewLength,
    KitWords,
    Learned,
    MustAsk,
    Named,
    Option,
    Passage,
    PricedModel,
    QualityGap,
    Question,
    QuestionPage,
    Reader,
    ReadinessSign,
    Resource,
    Retired,
    Retold,
    Route,
    Rule,
    ShelfLife,
    Source,
    Term,
    WeighedTerm,
    Workshop,
)
from advisor.content.yaml_cache import parsed_once
from advisor.home import CONTENT_DIR, HOME, PACKAGE


class ContentError(ValueError):
    """Something in `content/` cannot be used. The message names file, entry and field."""


class NotYaml(ContentError):
    """Text that is not YAML, or not such as is read here.

    `place` is the name of the file, with the line where it is known; `message` can be translated, and `values` fill it.
    """

    def __init__(self, place: str, message: str, values: Mapping[str, object]) -> None:
        super().__init__(f"{place}: {message.format(**values) if values else message}")
        self.place = place
        self.message = message
        self.values = values


class _Misread(yaml.MarkedYAMLError):
    """Something that YAML allows and we do not; the message can be translated."""

    def __init__(self, message: str, mark: yaml.Mark | None, **values: object) -> None:
        super().__init__(problem=message, problem_mark=mark)
        self.values = values


__all__ = ["CONTENT_DIR", "HOME", "PACKAGE", "Content", "ContentError", "NotYaml", "load", "load_entries", "read_yaml"]

E_ = TypeVar("E_", bound=Named)


MAX_DEPTH = 8
"""Deepest nesting of YAML that a stranger may send; answers need two levels."""
MAX_SHOWN = 80
"""Longest part of what a stranger wrote that a message repeats, in characters."""


def read_yaml(text: str, name: str, stranger: bool = False) -> Any:
    """The parsed content of YAML text; raises `NotYaml` with name and line where it is not YAML.

    Text from a stranger may not nest deeper than `MAX_DEPTH` nor repeat parts by alias: a few bytes of either can end
    the process, since the loader recurses in C.
    """
    try:
        if stranger:
            _refuse_bombs(text)
        return yaml.load(text, Loader=_StrangerLoader if stranger else _Loader)
    except _Misread as error:
        raise NotYaml(_place(name, error), str(error.problem), error.values) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise NotYaml(_place(name, error), _misreading(error), {}) from error


def _place(name: str, error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"{name}:{mark.line + 1}" if mark else name


@dataclass(frozen=True, slots=True)
class Misreading:
    """What is said of YAML that is none, where the parser's own words, in English alone, match a pattern."""

    message: str
    pattern: str = ""


MISREADINGS = (
    Misreading(
        "a tab, or a sign that begins nothing in YAML: indent with spaces, or quote the text", "tab char|any token"
    ),
    Misreading("a quotation mark is not closed, here or on a line before", "quoted scalar"),
    Misreading("a bracket is not closed, or a comma is missing, here or on a line before", "flow (sequence|mapping)"),
    Misreading("a colon too many: put a text that holds one between quotation marks", "mapping values are not allowed"),
    Misreading("a colon is missing behind a name, here or on the line before", "could not find expected ':'"),
    Misreading("this line is indented otherwise than those before it", "block (mapping|collection)"),
    Misreading("a sign that no YAML may hold: delete it", "(control|special) characters"),
    Misreading("this is no YAML: look at colons, indentation and brackets, here and on the line before"),
)
"""The first that fits is said; the last one always fits."""


def _misreading(error: Exception) -> str:
    complaint = f"{getattr(error, 'context', None) or ''} {getattr(error, 'problem', None) or error}"
    return next(misreading.message for misreading in MISREADINGS if re.search(misreading.pattern, complaint))


def _refuse_bombs(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        mark = cast("yaml.Mark | None", event.start_mark)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _Misread("lists and groups may be nested {n} deep at most", mark, n=MAX_DEPTH)
        if isinstance(event, yaml.AliasEvent):
            raise _Misread("aliases (*name) are not read here: write the value out", mark)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A safe loader that refuses a key given twice and reads yes and no as words, not as true and false."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable):  # what is not is refused below, as no key at all
                if key in seen:
                    raise _Misread('the key "{key}" appears twice', key_node.start_mark, key=str(key)[:MAX_SHOWN])
                seen.add(key)
        return super().construct_mapping(node, deep)


def _plain_number(loader: Any, node: Any) -> float | str:
    """A number; a text that a tag (`!!int "1_000"`) only calls one stays text."""
    text: str = loader.construct_scalar(node)
    if not NUMBER.fullmatch(text):
        return text
    if text.lower().endswith(("inf", "nan")):
        return float(text.replace(".", ""))
    return float(text) if re.search("[.eE]", text) else int(text)


class Doubtful(float):
    """A number whose digits can be taken for thousands, and how it was written: `1.200`."""

    text: str

    @classmethod
    def of(cls, text: str) -> float:
        """The number that a text is; `Doubtful` where there is doubt."""
        if not DOUBTFUL.fullmatch(text):
            return float(text)
        number = cls(text)
        number.text = text
        return number


DOUBTFUL = re.compile(r"[-+]?[1-9][0-9]{0,2}\.[0-9]{3}")


def _strangers_number(loader: Any, node: Any) -> float | str:
    number = _plain_number(loader, node)
    return Doubtful.of(node.value) if isinstance(number, float) and math.isfinite(number) else number


class _StrangerLoader(_Loader):
    """The same, for what people write down by the customs of their language."""


# Words stay words (yes, no). Numbers are read as people and JSON write them: 010 is ten, 1e3 a thousand, 1:30 none.
NUMBER = re.compile(
    r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
OURS = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in pairs if tag not in OURS]
    for first, pairs in _Loader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("!number", re.compile(f"^(?:{NUMBER.pattern})$"), list("-+.0123456789"))
for _tag in ("!number", *OURS[1:]):
    _Loader.add_constructor(_tag, _plain_number)
    _StrangerLoader.add_constructor(_tag, _strangers_number)
for _first in "tTfF":
    _Loader.yaml_implicit_resolvers.setdefault(_first, []).append(
        ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|false|False)$"))
    )


def _name(path: Path) -> str:
    return path.relative_to(CONTENT_DIR.parent).as_posix() if path.is_relative_to(CONTENT_DIR.parent) else path.name


def load_entries(path: Path, model: type[E_]) -> tuple[E_, ...]:
    """All entries of a file, or of every `*.yaml` file of a folder in the order of their names.

    Raises `ContentError` naming file, entry and field for the first mistake found, and for an id that stands twice.
    """
    texts = {file: file.read_bytes() for file in _files(path)}
    return _entries(parsed_once(texts, _parsed), model)


def _files(path: Path) -> list[Path]:
    return sorted(path.rglob("*.yaml")) if path.is_dir() else [path]


def _parsed(texts: Mapping[Path, bytes]) -> dict[Path, Any]:
    return {file: read_yaml(text.decode("utf-8"), _name(file)) for file, text in texts.items()}


def _entries(parsed: Mapping[Path, Any], model: type[E_]) -> tuple[E_, ...]:
    entries: list[E_] = []
    seen: dict[str, str] = {}
    for file, rows in parsed.items():
        name = _name(file)
        if not isinstance(rows, list):
            raise ContentError(f"{name}: expected a list of entries that begin with '- id:'")
        for position, row in enumerate(rows, start=1):
            entry_id = row.get("id") if isinstance(row, dict) else None
            label = f"{name}: {entry_id or f'entry {position}'}"
            try:
                entry = model.model_validate(row)
            except ValidationError as error:
                first = error.errors()[0]
                field = ".".join(str(part) for part in first["loc"]) or "entry"
                raise ContentError(f"{label}: {field}: {first['msg']}") from error
            key = entry.id
            if key in seen:
                raise ContentError(f"{label}: this id already stands in {seen[key]}")
            seen[key] = name
            entries.append(entry)
    return tuple(entries)


class Content(BaseModel):
    """Everything in `content/` that decides: loaded once, checked, immutable."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    questions: tuple[Question, ...]
    retired: tuple[Retired, ...] = ()
    """What earlier versions asked and this one does not."""
    must_asks: tuple[MustAsk, ...] = ()
    pages: tuple[QuestionPage, ...] = ()
    lengths: tuple[InterviewLength, ...] = ()
    assumptions: tuple[Assumption, ...]
    options: tuple[Option, ...]
    rules: tuple[Rule, ...]
    facts: tuple[Fact, ...]
    shelf_lives: tuple[ShelfLife, ...] = ()
    sources: tuple[Source, ...]
    cases: tuple[Case, ...]
    readers: tuple[Reader, ...] = ()
    retold: tuple[Retold, ...] = ()
    """Cases of the evidence that are shown beside `cases`; `advisor.cases.shown` has both."""
    case_cards: tuple[CaseCard, ...] = ()
    workshops: tuple[Workshop, ...] = ()
    models: tuple[PricedModel, ...]
    routes: tuple[Route, ...]
    readiness: tuple[ReadinessSign, ...]
    gaps: tuple[QualityGap, ...] = ()
    data_needs: tuple[DataNeed, ...] = ()
    data_schools: tuple[DataSchool, ...] = ()
    resources: tuple[Resource, ...]
    terms: tuple[Term, ...]
    passages: tuple[Passage, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    """In the order of the course."""
    quiz: tuple[QuizQuestion, ...] = ()
    bands: tuple[AnswerBands, ...] = ()
    checks: tuple[Check, ...] = ()
    platforms: tuple[PlatformEntry, ...] = ()
    weighed: tuple[WeighedTerm, ...] = ()
    base_rates: tuple[BaseRate, ...] = ()
    kits: tuple[KitWords, ...] = ()
    learned: Learned | None = None
    """What `make weights` fitted; none: not yet."""
    version: str
    """First 12 hex digits of the SHA-256 over every file that was loaded."""

    def __hash__(self) -> int:
        return hash(self.version)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Content) and self.version == other.version)

    def question(self, question_id: str) -> Question:
        return self._by_id(self.questions, question_id, "question")

    def option(self, option_id: str) -> Option:
        return self._by_id(self.options, option_id, "option")

    def assumption(self, assumption_id: str) -> Assumption:
        return self._by_id(self.assumptions, assumption_id, "assumption")

    def rule(self, rule_id: str) -> Rule:
        return self._by_id(self.rules, rule_id, "rule")

    def term(self, term_id: str) -> WeighedTerm:
        return self._by_id(self.weighed, term_id, "term")

    def source(self, source_id: str) -> Source:
        return self._by_id(self.sources, source_id, "source")

    def fact(self, fact_id: str) -> Fact:
        return self._by_id(self.facts, fact_id, "fact")

    def check(self, check_id: str) -> Check:
        return self._by_id(self.checks, check_id, "check")

    def source_of(self, text: str) -> Source | None:
        """The source that a fact or case names by its address, with a remark behind it or without, or by its title."""
        return self._sources_by_name.get(text) or self._sources_by_name.get(text.partition(" ")[0])

    def _by_id(self, entries: tuple[E_, ...], wanted: str, kind: str) -> E_:
        of, by_id = self._kept.get(kind, ((), {}))
        if of is not entries:  # a copy with other entries keeps what was kept for these
            by_id = {entry.id: entry for entry in reversed(entries)}
            self._kept[kind] = (entries, by_id)
        try:
            return cast(E_, by_id[wanted])
        except KeyError:
            raise ContentError(f'there is no {kind} "{wanted}" in content/') from None

    @cached_property
    def _kept(self) -> dict[str, tuple[tuple[Named, ...], dict[str, Named]]]:
        """By kind, entries by their ids."""
        return {}

    @cached_property
    def _sources_by_name(self) -> dict[str, Source]:
        known = {source.title: source for source in self.sources}
        return known | {source.url: source for source in self.sources if source.url}


KINDS: dict[str, tuple[str, type[Named]]] = {
    "questions": ("questions", Question),
    "must_asks": ("interview/must-ask.yaml", MustAsk),
    "pages": ("interview/pages.yaml", QuestionPage),
    "lengths": ("interview/lengths.yaml", InterviewLength),
    "retired": ("retired.yaml", Retired),
    "assumptions": ("assumptions.yaml", Assumption),
    "options": ("options.yaml", Option),
    "rules": ("rules", Rule),
    "facts": ("facts/dated", Fact),
    "shelf_lives": ("facts/shelf-lives.yaml", ShelfLife),
    "sources": ("sources.yaml", Source),
    "cases": ("cases", Case),
    "readers": ("pilot/readers.yaml", Reader),
    "retold": ("lessons/retold.yaml", Retold),
    "case_cards": ("lessons/cases.yaml", CaseCard),
    "workshops": ("lessons/workshops.yaml", Workshop),
    "models": ("facts/models.yaml", PricedModel),
    "routes": ("facts/routes.yaml", Route),
    "readiness": ("readiness.yaml", ReadinessSign),
    "gaps": ("gaps.yaml", QualityGap),
    "data_needs": ("data-needs.yaml", DataNeed),
    "data_schools": ("data-schools.yaml", DataSchool),
    "resources": ("lessons/resources.yaml", Resource),
    "terms": ("lessons/glossary.yaml", Term),
    "passages": ("lessons/decision.yaml", Passage),
    "lessons": ("lessons/course", Lesson),
    "quiz": ("lessons/quiz.yaml", QuizQuestion),
    "bands": ("interview/bands.yaml", AnswerBands),
    "checks": ("checks.yaml", Check),
    "platforms": ("platforms.yaml", PlatformEntry),
    "weighed": ("weights/terms.yaml", WeighedTerm),
    "base_rates": ("weights/base-rates.yaml", BaseRate),
    "kits": ("kits/kits.yaml", KitWords),
}
LEARNED = "weights/learned.json"
"""The one generated file: `make weights` writes it."""


@cache
def load(folder: Path = CONTENT_DIR) -> Content:
    """Load and check a content folder. Raises `ContentError`; see `checks` for what is checked across files."""
    texts = {
        kind: {file: file.read_bytes() for file in _files(folder / path)} if (folder / path).exists() else {}
        for kind, (path, _) in KINDS.items()
    }
    digest = hashlib.sha256()
    for files in texts.values():
        for text in files.values():
            digest.update(text)
    learned = _learned(folder / LEARNED)
    digest.update(learned)
    parsed = parsed_once({file: text for files in texts.values() for file, text in files.items()}, _parsed)
    parts: dict[str, Any] = {
        kind: _entries({file: parsed[file] for file in texts[kind]}, model) for kind, (_, model) in KINDS.items()
    }
    _look_up(parts)
    _look_up_for_rooms(parts)
    _look_up_for_platforms(parts)
    return Content(**parts, learned=_fitted(learned), version=digest.hexdigest()[:12])


def _look_up(parts: Mapping[str, Any]) -> None:
    """Raise `ContentError` for a lesson that names a fact, an assumption, a source or a row that there is not."""
    known = {kind: {entry.id for entry in parts[kind]} for kind in ("facts", "assumptions", "sources")}
    # A link inside a row of the reading list has no page of its own.
    known["reading"] = {resource.id for resource in parts["resources"] if not resource.belongs_to}
    if wrong := next(unknown_names(parts["lessons"], known), None):
        raise ContentError(f"content/{KINDS['lessons'][0]}: {wrong}")


def _look_up_for_rooms(parts: Mapping[str, Any]) -> None:
    """Raise `ContentError` for a quiz, or a plan of a workshop, that names something that there is not."""
    known = {kind: {entry.id for entry in parts[kind]} for kind in ("terms", "sources", "quiz", "case_cards")}
    named = [
        *(("quiz", question.id, "terms", question.words()) for question in parts["quiz"]),
        *(("quiz", question.id, "sources", question.sources) for question in parts["quiz"]),
        *(("workshops", plan.id, "quiz", plan.quiz) for plan in parts["workshops"]),
        *(("workshops", plan.id, "case_cards", (*plan.cases, plan.together)) for plan in parts["workshops"]),
    ]
    for where, entry, kind, names in named:
        for name in names:
            if name not in known[kind]:
                raise ContentError(f'content/{KINDS[where][0]}: {entry}: there is no "{name}" in {KINDS[kind][0]}')


def _look_up_for_platforms(parts: Mapping[str, Any]) -> None:
    """Raise `ContentError` for a platform that names a fact that there is not."""
    facts = {fact.id for fact in parts["facts"]}
    for platform in parts["platforms"]:
        for name in platform.named_facts():
            if name not in facts:
                raise ContentError(
                    f'content/{KINDS["platforms"][0]}: {platform.id}: there is no "{name}" in {KINDS["facts"][0]}'
                )


def _learned(file: Path) -> bytes:
    return file.read_bytes() if file.exists() else b""


def _fitted(text: bytes) -> Learned | None:
    if not text:
        return None
    try:
        return Learned.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "file"
        raise ContentError(f"content/{LEARNED}: {field}: {first['msg']}; run `make weights`") from error
