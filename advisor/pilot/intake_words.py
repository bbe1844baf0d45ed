"""What is said of reading a text with a model: before anything is sent, and of what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from advisor.content.load import Content
from advisor.dataset.readiness.answers import settled
from advisor.interview.situation import Value
from advisor.language import Language
from advisor.pilot.consent import cost, key_lines
from advisor.pilot.endpoint import Endpoint, Usage
from advisor.pilot.forecast import Span
from advisor.pilot.intake import MOST_CHARACTERS, Filled, Intake, Sending
from advisor.pilot.tariff import Tariff, known_tariff

FEW, USUAL = 0.2, 0.4
"""Shares of the tokens that it may write which a model writes at least, and mostly: most answers are left open.
Assumption."""
LANGUAGES_MORE = 1.6
"""How many times the tokens of English a text in another language may have. Assumption."""


def consent(sending: Sending, endpoint: Endpoint, content: Content, at: date, lang: Language) -> list[str]:
    """What goes where if the person agrees, what it may cost, and what in it is about people. Nothing has been sent."""
    where = lang("to {host}, which is this machine" if endpoint.on_this_machine else "to {host}", host=endpoint.host)
    planned, most = sending.planned, sending.most
    lines = [
        lang.plural(
            "Your text ({characters} characters) goes whole {where}, to the model {model}: {n} request, about {tokens} "
            "tokens to read.",
            "Your text ({characters} characters) goes whole {where}, to the model {model}: {n} requests, each with a "
            "part of the questions, about {tokens} tokens to read in all.",
            planned.requests,
            characters=lang.number(sending.characters, 12),
            where=where,
            model=endpoint.model,
            tokens=_about(planned.tokens, lang),
        ),
        lang(
            "Where an answer cannot be read, or the server is busy, it is asked again: {n} requests at most, about "
            "{tokens} tokens to read.",
            n=lang.number(most.requests),
            tokens=_about(most.tokens, lang),
        ),
        lang("Nothing else is sent, and nothing was sent yet."),
        *key_lines(endpoint, lang),
    ]
    spent = _usd(sending, known_tariff(endpoint, content, at))
    if spent is not None:
        lines.append(cost(spent, lang))
    elif not endpoint.on_this_machine:
        lines.append(lang("What that costs is not known: there is no price for this model there."))
    if not endpoint.encrypted and not endpoint.on_this_machine:
        lines.append(
            lang("The line is not encrypted: whoever is on the way can read it. Give an address with https://.")
        )
    if sending.private:
        lines.append(
            lang("In the text: {finds}. Take out what need not be there.", finds=_finds(sending, content, lang))
        )
    else:
        lines.append(lang("No e-mail address, phone or account number was found in it; names were not looked for."))
    return lines


def answered_by_rows(measured: Mapping[str, Value], lang: Language) -> Iterator[str]:
    """That rows beside the text answer some questions, so that the model is not asked them."""
    if n := len(settled(measured)):
        yield lang.plural(
            "Your rows answer {n} question by themselves. They were counted here and are not sent; the model is asked "
            "the others.",
            "Your rows answer {n} questions by themselves. They were counted here and are not sent; the model is asked "
            "the others.",
            n,
        )


def _about(tokens: int, lang: Language) -> str:
    return lang.number(float(f"{tokens:.2g}"), 12)


def _usd(sending: Sending, tariff: Tariff | None) -> Span | None:
    """What it may cost: at most where everything is asked again that may be."""
    if tariff is None:
        return None
    ends = ((sending.planned, 1.0, FEW), (sending.planned, 1.0, USUAL), (sending.most, LANGUAGES_MORE, 1.0))
    return Span(
        *(
            tariff.usd(Usage(round(load.tokens * more), 0, round(load.written * share))) or 0.0
            for load, more, share in ends
        )
    )


def _finds(sending: Sending, content: Content, lang: Language) -> str:
    titles: Mapping[str, str] = {check.id: lang(check.title) for check in content.checks}
    return ", ".join(f"{titles[kind]} ({n})" for kind, n in sorted(sending.private.items()))


TOO_SMALL = 0.5
"""Share of the answers that people find below which a model is not worth asking. Assumption."""


def how_well(content: Content, lang: Language) -> list[str]:
    """How well models read, where that was measured, and that it was not measured where it was not."""
    sentences = [
        lang(
            "Measured on {day}: of {given} answers that people find in {cases} descriptions of published cases, "
            "{model} ({size} parameters) gives {alike} as they do and {otherwise} differently; the rest it leaves "
            "open. Of {open} questions that people leave open, it makes up an answer to {invented}.",
            day=lang.date(reader.checked),
            given=lang.number(reader.given),
            cases=lang.number(reader.cases),
            model=reader.name,
            size=_size(reader.parameters, lang),
            alike=lang.number(reader.alike),
            otherwise=lang.number(reader.otherwise),
            open=lang.number(reader.open),
            invented=lang.number(reader.invented),
        )
        for reader in content.readers
    ]
    largest = max((reader for reader in content.readers), key=lambda reader: reader.parameters, default=None)
    if largest is not None:
        small = largest.alike < TOO_SMALL * largest.given
        size = _size(largest.parameters, lang)
        sentences.append(
            lang(
                "Models of up to {size} parameters are too small for this: of what people find they read less than "
                "half. Which larger size is enough was not measured.",
                size=size,
            )
            if small
            else lang("Models of more than {size} parameters were not measured.", size=size)
        )
    return sentences


def _size(parameters: float, lang: Language) -> str:
    if parameters < 1e9:
        return lang("{n} million", n=lang.number(parameters / 1e6, 3))
    return lang("{n} billion", n=lang.number(parameters / 1e9, 3))


def too_long(n: int, lang: Language) -> str:
    return lang(
        "The text has {n} characters; at most {most} are read. Shorten it to what the work is, what was tried, and "
        "what stands in the way.",
        n=lang.number(n, 12),
        most=lang.number(MOST_CHARACTERS, 12),
    )


def summary(intake: Intake, lang: Language) -> str:
    """How much of what the model was asked the text answers."""
    every = intake.asked
    if not intake.filled:
        return lang("Nothing was read out of the text that stands in it: all {every} questions stay open.", every=every)
    return lang.plural(
        "The text answers {n} of {every} questions; the others stay open.",
        "The text answers {n} of {every} questions; the others stay open.",
        len(intake.filled),
        every=every,
    )


def other_model(intake: Intake, endpoint: Endpoint, lang: Language) -> Iterator[str]:
    """That another model answered than was asked, where the server says so."""
    if intake.answered_by:
        yield lang(
            "{host} says that {told} answered where {asked} was asked. Unless that is another name of the same model, "
            "another one read your text.",
            host=endpoint.host,
            told=intake.answered_by,
            asked=endpoint.model,
        )


def caution(lang: Language) -> str:
    """What no check can do for the person."""
    return lang(
        "Each quote stands in your text, which was checked. Whether it means what the model took it for, only you can "
        "tell: look over each."
    )


def doubts(filled: Filled, lang: Language) -> list[str]:
    """Why an answer is to be looked at before it is used."""
    sentences = []
    if filled.worked_out:
        sentences.append(lang("worked out from these words, or guessed: check it"))
    if filled.negated:
        sentences.append(lang("the sentence says “not” or “no” beside these words: check it"))
    return sentences
