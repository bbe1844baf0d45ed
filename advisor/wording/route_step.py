"""What to do where nobody is known to train it: ask, for each platform that was named, what its vendor asks for."""

from __future__ import annotations

from advisor.engine.advice import Advice
from advisor.language import Language
from advisor.wording import labels

ON_PREMISES = "on_premises"


def find_route(option: str, advice: Advice, lang: Language) -> str:
    """The real step that gets an option trained on the platforms that the reader named: an instruction without its full
    stop.

    What hangs on a vendor's account is asked there. Where asking opens none, another platform is to be found: beside
    those that are named, where the data may be.
    """
    named = advice.answers.get("platforms")
    platforms = [str(name) for name in named] if isinstance(named, list | tuple) else []
    if advice.answers.get("hosting") == ON_PREMISES:
        return lang("Find machines of your own that can train it")
    ours = [
        route
        for route in (*advice.routes, *advice.closed_routes)
        if route.platform in platforms and option in route.options
    ]
    asked = [_ask(question, lang) for question in asks(option, advice)]
    if asked:
        return labels.all_of([asked[0], *map(labels.in_sentence, asked[1:])], lang)
    if not ours:
        return lang("Find a platform that may train it for you")
    names = labels.any_of([_platform(name, lang) for name in platforms], lang)
    if any(route.why_closed in ("hosting", "confidential") for route in ours):
        return lang("Find a platform other than {platforms} that trains it where your data may be", platforms=names)
    return lang("Find a platform other than {platforms} that trains it for you", platforms=names)


def asks(option: str, advice: Advice) -> tuple[str, ...]:
    """The open questions about a vendor's account on which it hangs whether a named platform trains an option."""
    named = advice.answers.get("platforms") or ()
    hanging = dict.fromkeys(
        question
        for route in (*advice.routes, *advice.closed_routes)
        if isinstance(named, list | tuple) and route.platform in named and option in route.options
        for question in route.depends_on
        if not route.why_closed
    )
    return tuple(question for question in ACCOUNTS if question in hanging)


ACCOUNTS = ("azure_customer", "openai_customer")
"""Questions that whoever manages the account at a vendor can answer."""


def _ask(question: str, lang: Language) -> str:
    return {
        "azure_customer": lang("Ask whether your Azure subscription may still tune the model"),
        "openai_customer": lang("Ask whether your organisation may still tune at OpenAI"),
    }[question]


def _platform(name: str, lang: Language) -> str:
    """A platform as it was named, inside a sentence."""
    if name == "specialist":
        return lang("the tuning specialists")
    return lang("your own machines") if name == "own" else labels.PLATFORMS.get(name, name)
