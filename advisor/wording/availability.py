"""Who would still train and serve a model on the day of the advice, until when, and who would not and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from advisor.content.entries import Fact
from advisor.content.load import Content
from advisor.content.sources import address, source_name
from advisor.engine.advice import Advice, RouteStatus
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.grounds import SourceText


@dataclass(frozen=True, slots=True)
class RouteText:
    route: str
    who: str
    model: str
    methods: str
    open: bool
    state: str
    """One sentence: open until when, or why closed."""
    until: date | None
    """The first of the dates on which it ends; None where no end is known."""
    closed: str
    """Why it is closed, without its date, so that routes can be grouped; empty for one that is or may be open."""
    depends_on: tuple[str, ...]
    facts: tuple[str, ...]
    sources: tuple[SourceText, ...]
    """Who says that it is open or closed; for machines of the user's own, that nobody does."""


def routes(advice: Advice, content: Content, lang: Language) -> tuple[RouteText, ...]:
    """Who would still train and serve it on the day of the advice, and who would not and why; open routes first."""
    return tuple(_route(route, content, lang) for route in (*advice.routes, *advice.closed_routes))


def _route(route: RouteStatus, content: Content, lang: Language) -> RouteText:
    ends = [day for day in (route.jobs_until, route.serves_until) if day]
    return RouteText(
        route=route.route,
        who=lang(route.vendor),
        model=lang(route.model),
        methods=", ".join(method_name(method, lang) for method in route.methods),
        open=route.open,
        state=_state(route, lang),
        until=min(ends) if ends else None,
        closed=_closed_state(route.model_copy(update={"jobs_until": None, "serves_until": None}), lang)
        if route.why_closed
        else "",
        depends_on=tuple(labels.question_of(question, content, lang) for question in route.depends_on),
        facts=route.facts,
        sources=_sources(route, content, lang),
    )


def _sources(route: RouteStatus, content: Content, lang: Language) -> tuple[SourceText, ...]:
    """The sources of the dates and doors of a route, each once with the latest day on which it was seen."""
    wanted = set(_doors(route, content))
    latest: dict[str, Fact] = {}
    for fact in sorted((fact for fact in content.facts if fact.id in wanted), key=lambda fact: fact.seen):
        if fact.confidence != "unknown":
            latest[source_name(fact.source, content, lang)] = fact
    if not latest and route.platform == "own":
        return (SourceText("own", lang("our assumption: your own machines need nobody's leave"), None, "", ""),)
    if not latest and any(entry.id == route.route and entry.self_managed for entry in content.routes):
        rented = lang("our assumption: on a rented machine you may train what you like")
        return (SourceText("rented", rented, None, "", ""),)
    if not latest:
        return (SourceText("none", lang("our assumption: no source that we read says otherwise"), None, "", ""),)
    return tuple(
        SourceText(fact.source, name, address(fact.source), fact.seen, labels.confidence(fact.confidence, lang))
        for name, fact in latest.items()
    )


def _doors(route: RouteStatus, content: Content) -> tuple[str, ...]:
    """The facts that say until when a route trains and serves, and for whom; without any, those shown with it."""
    known = next((entry for entry in content.routes if entry.id == route.route), None)
    if known is None:
        return route.facts
    doors = [fact for window in known.windows for fact in window.facts]
    return (*doors, *known.serves_until_facts) or (() if route.platform == "own" else route.facts)


def method_name(method: str, lang: Language) -> str:
    return {
        "sft": lang("supervised fine-tuning"),
        "dpo": lang("preference tuning"),
        "rft": lang("reinforcement fine-tuning"),
        "vision": lang("images"),
        "encoder": lang("a small trained classifier"),
        "continue": lang("further training of your tuned model"),
    }[method]


def _state(route: RouteStatus, lang: Language) -> str:
    if route.open:
        return open_state(route, lang)
    if route.why_closed is None and route.depends_on:
        return lang("Not known yet. {state}", state=open_state(route, lang))
    return _closed_state(route, lang)


def open_state(route: RouteStatus, lang: Language) -> str:
    """Until when an open route trains and serves."""
    jobs, serves = route.jobs_until, route.serves_until
    if jobs and serves:
        return lang(
            "Open: training until {jobs}, answers until {serves}.", jobs=lang.date(jobs), serves=lang.date(serves)
        )
    if jobs:
        return lang("Open: training until {jobs}.", jobs=lang.date(jobs))
    if serves:
        return lang("Open: tuned models answer until {serves}.", serves=lang.date(serves))
    return lang("Open; no end date is known.")


def _closed_state(route: RouteStatus, lang: Language) -> str:
    match route.why_closed:
        case "not_allowed":
            return lang("Closed to you: not among the platforms you may use.")
        case "hosting":
            return lang("Closed to you: it cannot keep data and model where you need them.")
        case "new_customers":
            return lang("Closed to new customers.")
        case "ended" if route.jobs_until:
            return lang("Closed: training ended on {date}.", date=lang.date(route.jobs_until))
        case "ended":
            return lang("Closed: training has ended.")
        case "served_out" if route.serves_until:
            return lang("Closed: tuned models stop answering on {date}.", date=lang.date(route.serves_until))
        case "served_out":
            return lang("Closed: tuned models stop answering too soon.")
        case None:
            return lang("Closed.")
