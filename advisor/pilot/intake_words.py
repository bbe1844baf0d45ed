"""What is said of reading a text with a model: before anything is sent, and of what came of it."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.content.load import Content
from advisor.language import Language
from advisor.pilot.endpoint import Endpoint
from advisor.pilot.intake import MOST_CHARACTERS, Intake, Sending, asked_of


def consent(sending: Sending, endpoint: Endpoint, content: Content, lang: Language) -> list[str]:
    """What goes where if the person agrees, and what in it is about people. Nothing has been sent yet."""
    where = lang("to {host}, which is this machine" if endpoint.on_this_machine else "to {host}", host=endpoint.host)
    said = [
        lang.plural(
            "Your text goes whole {where}, to the model {model}: {n} request, about {tokens} tokens to read.",
            "Your text goes whole {where}, to the model {model}: {n} requests, each with a part of the questions, "
            "about {tokens} tokens to read in all.",
            sending.requests,
            where=where,
            model=endpoint.model,
            tokens=lang.number(float(f"{sending.tokens:.2g}"), 12),
        ),
        lang("Nothing else is sent, and nothing was sent yet."),
    ]
    if not endpoint.encrypted and not endpoint.on_this_machine:
        said.append(
            lang("The line is not encrypted: whoever is on the way can read it. Give an address with https://.")
        )
    if sending.private:
        said.append(
            lang("In the text: {finds}. Take out what need not be there.", finds=_finds(sending, content, lang))
        )
    else:
        said.append(lang("No e-mail address, phone or account number was found in it; names were not looked for."))
    return said


def _finds(sending: Sending, content: Content, lang: Language) -> str:
    titles: Mapping[str, str] = {check.id: lang(check.title) for check in content.checks}
    return ", ".join(f"{titles[kind]} ({n})" for kind, n in sorted(sending.private.items()))


def too_long(n: int, lang: Language) -> str:
    return lang(
        "The text has {n} characters; at most {most} are read. Shorten it to what the work is, what was tried, and "
        "what stands in the way.",
        n=lang.number(n, 12),
        most=lang.number(MOST_CHARACTERS, 12),
    )


def summary(intake: Intake, content: Content, lang: Language) -> str:
    """How much of what is asked the text answers."""
    every = len(asked_of(content))
    if not intake.filled:
        return lang("Nothing was read out of the text that stands in it: all {every} questions stay open.", every=every)
    return lang.plural(
        "The text answers {n} of {every} questions; the others stay open.",
        "The text answers {n} of {every} questions; the others stay open.",
        len(intake.filled),
        every=every,
    )


def caution(lang: Language) -> str:
    """What no check can do for the person."""
    return lang(
        "Each quote stands in your text, which was checked. Whether it means what the model took it for, only you can "
        "tell: look over each."
    )


def worked_out(lang: Language) -> str:
    """Said of a number that does not stand in its quote."""
    return lang("worked out from these words, or guessed: check it")
