"""Training on from a tuned model: which bases live long enough for it to pay, as settings and as a page of a kit."""

from __future__ import annotations

from datetime import date, timedelta

from advisor.content.catalogue import closed_from, closed_not_before
from advisor.content.entries import Route
from advisor.content.load import Content
from advisor.dataset.template.markdown import bullets, table
from advisor.engine.advice import Advice
from advisor.kits.kit import Files, Material, Row
from advisor.kits.training_effort import source_text
from advisor.language import Language
from advisor.wording.grounds import option_result

NAME = "CONTINUING.md"
OPTION = "continue"
MONTHS = 6.0
"""Until training on has paid, where the advice does not say: an assumption that the reader can change."""
DAYS_A_MONTH = 30.4


def months_to_pay(advice: Advice | None) -> float | None:
    """Months until further training has paid, in half of the scenarios of the advice; None where it does not say."""
    result = option_result(advice, OPTION) if advice else None
    even = result.break_even if result else None
    return even.months.p50 if even else None


def continuation(vendor: str, material: Material, content: Content) -> Row:
    """What lineage.py reads: the bases that can be trained on, with their days, and when that has paid."""
    return {
        "bases": {
            route.model: {
                "closed_from": {one.to: one.closed_from.isoformat() for one in route.windows if one.closed_from},
                "gone_from": route.gone_from.isoformat() if route.gone_from else None,
            }
            for route in bases(vendor, content)
        },
        "months_to_pay": months_to_pay(material.advice) or MONTHS,
    }


def bases(vendor: str, content: Content) -> list[Route]:
    """The models of a vendor of which a tuned version can be trained on."""
    return [route for route in content.routes if route.vendor == vendor and OPTION in route.methods]


def pays_in_time(route: Route, months: float, at: date) -> bool:
    """Whether tuned versions of a base answer until further training on the day has paid."""
    return route.gone_from is None or at + timedelta(days=months * DAYS_A_MONTH) <= route.gone_from


def page(vendor: str, material: Material, content: Content, lang: Language) -> Files:
    """The page on training on, as Markdown: until when each base can be trained and answers, and whether that pays."""
    if material.advice is None:
        return {}
    at, known = material.advice.at, months_to_pay(material.advice)
    months = known or MONTHS
    worth = (
        lang("By the advice of {day}, training on has paid after {n} months.", day=lang.date(at), n=lang.number(months))
        if known
        else lang(
            "How soon training on pays, the advice does not say: {n} months, an assumption.", n=lang.number(months)
        )
    )
    every = bases(vendor, content)
    rows = [
        (
            route.model,
            _jobs_until(route, lang),
            lang.date(route.gone_from) if route.gone_from else lang("no end is known"),
            lang("yes") if pays_in_time(route, months, at) and _trains(route, at) else lang("no: blocked"),
        )
        for route in every
    ]
    facts = dict.fromkeys(
        fact for route in every for fact in (*route.gone_facts, *(name for one in route.windows for name in one.facts))
    )
    blocks = [
        f"# {lang('Training on from a tuned model')}",
        lang(
            "A tuned model can be the base of the next training. The result is a new model beside the old one, and it "
            "stops on the same day: that of the base."
        ),
        f"## {lang('Is it worth it?')}",
        f"{worth} {lang('Set MONTHS_TO_PAY to what you know better; the script blocks what would not pay in time.')}",
        table(
            (lang("Base"), lang("New jobs until"), lang("Tuned versions answer until"), lang("Pays in time")),
            rows,
        ),
        f"## {lang('Which rows?')}",
        bullets(
            (
                lang(
                    "New cases: those that the model got wrong, and those that are new. Put them into data/train.jsonl."
                ),
                lang(
                    "Old ones with them, so that it does not forget: python lineage.py mix OLD.jsonl mixes in a fifth. "
                    "That share is our assumption; SHARE=30 sets another."
                ),
                lang("None that contradicts an old one: look for these first, they undo what was learnt."),
                lang("Test on old and new cases alike. A score that rises on the new and falls on the old is no gain."),
            )
        ),
        f"## {lang('How it goes')}",
        lang("Name the model or a checkpoint of it, and train as ever. lineage.json grows by a version each time."),
        f"```sh\n{_command(vendor)}\npython lineage.py\n```",
        f"## {lang('Sources')}",
        bullets(dict.fromkeys(source_text(content.fact(name), content, lang) for name in facts)),
    ]
    return {NAME: ("\n\n".join(blocks) + "\n").encode()}


def _jobs_until(route: Route, lang: Language) -> str:
    """Until when existing customers can start jobs: the day, or the one that the vendor names as the earliest."""
    if earliest := closed_not_before(route, "existing"):
        return lang("{day} at least", day=lang.date(earliest))
    last = closed_from(route, "existing")
    return lang.date(last) if last else lang("no end is known")


def _trains(route: Route, at: date) -> bool:
    last = closed_from(route, "existing")
    return last is None or last > at


def _command(vendor: str) -> str:
    openai = vendor == "OpenAI"
    model = "ft:gpt-4.1-mini-2025-04-14:…" if openai else "gpt-4.1-mini-2025-04-14.ft-…"
    return f"rm job.json\nCONTINUE={model} python {'tune_openai.py' if openai else 'tune_azure.py'}"
