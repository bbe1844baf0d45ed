"""What a plan for tools comes to, in sentences: what stands in the rows, what goes into a request, what that saves."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.dataset.function_calling.definitions import DefinitionTokens
from advisor.dataset.function_calling.rows import Goal, Plan
from advisor.dataset.rows.tool_definitions import InUse
from advisor.dataset.tokens import exact
from advisor.language import Language


def goal_names(lang: Language) -> dict[Goal, str]:
    """What rows with tool calls are made for."""
    return {"quality": lang("Raise quality: better calls and answers"), "tokens": lang("Save tokens in each request")}


def in_use_names(lang: Language) -> dict[InUse, str]:
    """How much of the definitions goes into a request."""
    return {
        "full": lang("Everything"),
        "undescribed": lang("Without descriptions"),
        "names": lang("Names alone"),
        "none": lang("Nothing"),
    }


def advice(plan: Plan, lang: Language) -> str:
    """How to send the definitions once the model is trained."""
    if plan.goal == "quality":
        return lang("The rows have the full definitions. Send the very same ones in use.")
    if plan.in_use == "none":
        sent = lang(
            "In use no definition is sent. An API that knows only the tools of the request, such as OpenAI's, then "
            "reads no calls: this is for a model that you serve yourself."
        )
    else:
        sent = lang("In use, send the shorter definitions.")
    rows = (
        lang("The rows have the full definitions, as Microsoft describes it: the model first learns from all of them.")
        if plan.trained == "full"
        else lang("The rows have shorter definitions, too, so that the model trains on what it will see.")
    )
    measure = lang("Shorter definitions can cost correct calls: score both on the same test cases.")
    return f"{rows} {sent} {measure}"


def saved(tokens: Sequence[DefinitionTokens], plan: Plan) -> tuple[int, int]:
    """Tokens that each request saves: counted as the JSON of the definitions, and as OpenAI's cookbook counts."""
    full = next(one for one in tokens if one.in_use == "full")
    sent = next(one for one in tokens if one.in_use == plan.sent)
    return full.as_text - sent.as_text, full.as_openai - sent.as_openai


def saving(tokens: Sequence[DefinitionTokens], plan: Plan, requests: int | None, lang: Language) -> str:
    """What a request saves, and all requests of a month where their number is known."""
    if plan.goal == "quality":
        return lang("With this goal no tokens are saved: that the definitions stay the same is the point.")
    as_text, as_openai = saved(tokens, plan)
    sentence = lang(
        "Each request saves about {openai} tokens as OpenAI counts, or {text} where a template writes the JSON out.",
        openai=lang.number(as_openai, 9),
        text=lang.number(as_text, 9),
    )
    if not requests:
        return sentence
    month = lang(
        "For {requests} requests a month that is {openai} or {text} tokens.",
        requests=lang.number(requests, 12),
        openai=lang.number(as_openai * requests, 15),
        text=lang.number(as_text * requests, 15),
    )
    return f"{sentence} {month}"


def counting(encoding: str, lang: Language) -> str:
    """How the tokens were counted, and what of it is an estimate."""
    if not exact.is_exact(encoding):
        return lang("The vocabulary of {encoding} is not here, so all counts are estimates.", encoding=encoding)
    return lang(
        "Counted with {encoding}: exact for the definitions as JSON, a line each. As OpenAI counts, the texts are "
        "exact, and what stands around them is the estimate of its cookbook. A question with a call takes two "
        "requests, and each has the definitions.",
        encoding=encoding,
    )
