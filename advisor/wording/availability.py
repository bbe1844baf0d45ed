"""Who would still train and serve a model on the day of the advice, how long, and who would not and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from advisor.content.entries import ConditionKind, Unpriced
from advisor.content.load import Content
from advisor.engine.advice import Advice, RouteStatus
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.grounds import SourceText, door_sources


@dataclass(frozen=True, slots=True)
class RouteText:
    route: str
    who: str
    model: str
    methods: str
    open: bool
    state: str
    """Open for how long, or why closed."""
    ends: date | None
    """The first of the days from which it is closed or gone; None where no end is known."""
    closed: str
    """Why it is closed, without its date, so that routes can be grouped; empty for one that is or may be open."""
    depends_on: tuple[str, ...]
    conditions: tuple[str, ...]
    """What the vendor asks or rules out, a sentence each; then of what no price is known, and why."""
    facts: tuple[str, ...]
    sources: tuple[SourceText, ...]
    """Who says that it is open or closed; for machines of the user's own, that nobody does."""


def routes(advice: Advice, content: Content, lang: Language) -> tuple[RouteText, ...]:
    """Who would still train and serve it on the day of the advice, and who would not and why; open routes first."""
    return tuple(route_text(route, advice.at, content, lang) for route in (*advice.routes, *advice.closed_routes))


def route_text(route: RouteStatus, at: date, content: Content, lang: Language) -> RouteText:
    """One route on a day, in words."""
    ends = [day for day in (route.closed_from, route.gone_from) if day]
    return RouteText(
        route=route.route,
        who=lang(route.vendor),
        model=lang(route.model),
        methods=", ".join(method_name(method, lang) for method in route.methods),
        open=route.open,
        state=_state(route, at, lang),
        ends=min(ends) if ends else None,
        closed=_closed_state(route.model_copy(update={"closed_from": None, "gone_from": None}), lang)
        if route.why_closed
        else "",
        conditions=conditions(route, lang),
        depends_on=tuple(labels.question_of(question, content, lang) for question in route.depends_on),
        facts=route.facts,
        sources=door_sources(route, content, lang),
    )


def method_name(method: str, lang: Language) -> str:
    return {
        "sft": lang("supervised fine-tuning"),
        "dpo": lang("preference tuning"),
        "rft": lang("reinforcement fine-tuning"),
        "vision": lang("images"),
        "encoder": lang("a small trained classifier"),
        "continue": lang("further training of your tuned model"),
    }[method]


def conditions(route: RouteStatus, lang: Language) -> tuple[str, ...]:
    """A sentence for each condition under which a route trains; one for each reason why prices are not known."""
    asked = [condition(one.kind, one.methods, lang) for one in route.conditions]
    if route.why_closed:
        return tuple(asked)
    reasons = {why: [method for method in route.methods if route.unpriced.get(method) == why] for why in UNPRICED}
    return (*asked, *(no_price(why, methods, lang) for why, methods in reasons.items() if methods))


def condition(kind: ConditionKind, methods: Sequence[str], lang: Language) -> str:
    """What a platform asks or rules out, in a sentence; for which methods, where it is not for all."""
    sentence = {
        "preview": lang("This is a preview: it may change or end without notice."),
        "testing_only": lang("For testing only: the vendor rules out production and commercial use."),
        "no_confidential_data": lang("Not for personal, secret or otherwise confidential data, says the vendor."),
        "one_region": lang("It trains and answers in one region alone."),
        "deployed_version": lang(
            "Only for a subscription that has deployed this version of the model before; another one of the same "
            "tenant does not count."
        ),
        "earlier_runs": lang("Only runs that were started before may be trained again; nobody new can begin."),
        "invitation": lang("By invitation only: ask the vendor whether you are among the invited."),
        "subscription": lang("Only for those who take a subscription of its own; its price is told on request."),
    }[kind]
    if not methods:
        return sentence
    named = ", ".join(method_name(method, lang) for method in methods)
    return lang("{methods}: {sentence}", methods=named, sentence=sentence)


UNPRICED: tuple[Unpriced, ...] = get_args(Unpriced)


def no_price(why: Unpriced, methods: Sequence[str], lang: Language) -> str:
    """Of which methods no price is known, and why."""
    named = labels.all_of([method_name(method, lang) for method in methods], lang)
    return {
        "no_copy": lang("No price is known of {methods}: no copy of a price page that we read has it.", methods=named),
        "not_published": lang("No price is known of {methods}: the vendor publishes none.", methods=named),
        "by_quote": lang("No price is known of {methods}: the vendor quotes it to each customer.", methods=named),
        "paid_by_token": lang(
            "No price is known of {methods}: it is paid by the token, and how many a run takes shows only afterwards.",
            methods=named,
        ),
        "paid_by_hour": lang(
            "No price is known of {methods}: it is paid by the hour, and how many a run takes shows only afterwards.",
            methods=named,
        ),
    }[why]


def _state(route: RouteStatus, at: date, lang: Language) -> str:
    if route.open:
        return open_state(route, at, lang)
    if route.why_closed is None and route.depends_on:
        return lang("Not known yet. {state}", state=open_state(route, at, lang))
    return _closed_state(route, lang)


def open_state(route: RouteStatus, at: date, lang: Language) -> str:
    """From which day on an open route no longer trains and serves, and from which it may no longer do so."""
    ends = [_ends(route, lang)]
    if day := route.closed_not_before:
        ends.append(
            lang("New training may close from {date} on, not before.", date=lang.date(day))
            if day > at
            else lang("New training may close any day: it was promised before {date} only.", date=lang.date(day))
        )
    if day := route.gone_not_before:
        ends.append(
            lang("Tuned models may stop answering from {date} on, not before.", date=lang.date(day))
            if day > at
            else lang("Tuned models may stop any day: they were promised before {date} only.", date=lang.date(day))
        )
    return " ".join(ends)


def _ends(route: RouteStatus, lang: Language) -> str:
    closed, gone = route.closed_from, route.gone_from
    if closed and gone and closed < gone:
        return lang(
            "Open: closes to new training on {closed}, and tuned models stop answering on {gone}.",
            closed=lang.date(closed),
            gone=lang.date(gone),
        )
    if gone:
        return lang("Open: tuned models stop answering on {date}.", date=lang.date(gone))
    if closed:
        return lang("Open: closes to new training on {date}.", date=lang.date(closed))
    if route.closed_not_before or route.gone_not_before:
        return lang("Open.")
    return lang("Open; no end date is known.")


def _closed_state(route: RouteStatus, lang: Language) -> str:
    match route.why_closed:
        case "not_allowed":
            return lang("Closed to you: not among the platforms you may use.")
        case "hosting":
            return lang("Closed to you: it cannot keep data and model where you need them.")
        case "confidential":
            return lang("Closed to you: your examples hold what may not be sent there.")
        case "new_customers":
            return lang("Closed to new customers.")
        case "conditions":
            return lang("Closed, unless you are one of those to whom it is still open.")
        case "ended" if route.closed_from:
            return lang("Closed: no new training since {date}.", date=lang.date(route.closed_from))
        case "ended":
            return lang("Closed: training has ended.")
        case "served_out" if route.gone_from:
            return lang("Closed: tuned models answer no more since {date}.", date=lang.date(route.gone_from))
        case "served_out":
            return lang("Closed: tuned models answer no more.")
        case None:
            return lang("Closed.")
