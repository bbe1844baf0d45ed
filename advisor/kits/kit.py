"""What a starter kit is, and what it is made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from advisor.content.entries import Route
from advisor.content.load import Content
from advisor.dataset.row import Note
from advisor.dataset.template.design import Design, Shape
from advisor.engine.advice import Advice
from advisor.language import Language

Row = dict[str, Any]
Searches = Literal["given", "searched"]
"""Whether the passage stands in each question, or has to be found."""
Form = Literal["openai", "trl"]
"""Who reads the rows: they differ in how pairs are written, and the arguments of tools."""


@dataclass(frozen=True)
class Base:
    """A model with open weights that a kit trains if the reader names no other."""

    name: str
    """As it is loaded."""
    parameters_b: float
    """Billion parameters, all counted."""
    licence: str
    """Id of the fact that says under which licence it is."""


@dataclass(frozen=True)
class Vendor:
    """Who trains a model and answers with it, asked by its own library."""

    name: str
    key: str
    """The variable in the environment that holds its key."""
    server: str
    """Where it speaks OpenAI's API; for a vendor that does not, where bridge.py does on the reader's machine."""
    bridge: str = ""
    """The script that starts it there."""
    further: tuple[str, ...] = ()
    """Further variables that its library asks for."""
    known: Mapping[str, str] = field(default_factory=dict)
    """Values of those variables of which there is only one."""
    login: str = ""
    """The command with which one logs in, where there is no key."""
    own_address: bool = False
    """Whether what is trained answers at an address of its own, and not at `server`."""


@dataclass(frozen=True)
class Material:
    """Rows and settings of a kit, from samples that follow the answers or from the user's own file."""

    design: Design
    shape: Shape
    system: str
    """The system prompt of the rows; empty where they have none."""
    training: tuple[Row, ...]
    """In the form that the platform reads."""
    validation: tuple[Row, ...]
    evaluation: tuple[Row, ...]
    """Questions with what is right, as `advisor.dataset.scoring` reads them; none stands among the rows above."""
    sentence: str
    """What a model says to decline."""
    own: bool
    """Made from the user's file; else from invented samples."""
    labels: tuple[str, ...] = ()
    passages: tuple[Row, ...] = ()
    grader: Row = field(default_factory=dict)
    """For reinforcement: how an answer earns its reward."""
    route: Route | None = None
    """The route asked for, or the first one open, of a kit of a platform."""
    advice: Advice | None = None
    """The advice that a kit is made from."""


Files = dict[str, bytes]


@dataclass(frozen=True)
class Kit:
    """What goes into a kit beside that which lies in all of them."""

    id: str
    options: tuple[str, ...]
    """Options of an advice that it begins; none: it fits any, and is for no step of a plan."""
    scripts: tuple[str, ...]
    """Its own, in `content/kits/scripts/`."""
    packages: tuple[str, ...] = ()
    """What they need beyond `openai`, as pip reads it."""
    platform: str | None = None
    """That of its routes, or who reads its rows; None: nothing is trained, or on rows that nobody checks."""
    routes: tuple[str, ...] = ()
    """Its routes, where they are not all of its platform."""
    form: Form = "openai"
    written: str = ""
    """The format of the files in data/, an id of `advisor.dataset.formats.registry.TARGETS`; else that of `form`."""
    vendor: Vendor | None = None
    base: Base | None = None
    """What it trains, where you train it yourself."""
    base_in: str = "kit.json"
    """The file in which that is named, where scripts do not serve it."""
    served: bool = False
    """A language model is trained and answers on the reader's machine: scripts ask serve.py unless told otherwise."""
    measures: bool = True
    """Whether it asks a model and scores what it says; else only its own scripts and sample rows lie in it."""
    searches: Searches = "given"
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    """The kind of its rows by option; else it is the main one of the answers."""
    files: Callable[[Material], Files] = lambda material: {}
    """Further files, made from the material."""
    documents: Callable[[Material, Content, Language], Files] = lambda material, content, lang: {}
    """Further files with sentences in them, in the reader's language."""
    settings: Callable[[Material, Content], Row] = lambda material, content: {}
    """Further entries of kit.json."""
    unfit: Callable[[Material], Note | None] = lambda material: None
    """Why it cannot be made from this material."""

    @property
    def by_route(self) -> bool:
        """Whether it is open only where one of its routes is."""
        return bool(self.platform or self.routes)
