"""The command `advisor describe`: a text in one's own words becomes answers, each with the words it rests on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from advisor.cli.check import measured_in
from advisor.cli.fields import chosen
from advisor.cli.layout import clean, wrapped
from advisor.cli.pilot import OPENAI, says_yes
from advisor.cli.refusals import BadInput, input_name, reporting_errors, standard_input
from advisor.cli.rewrite import written
from advisor.cli.shared_options import BaseUrl, Fields, Json, KeyVariable, Lang, Yes
from advisor.cli.usage import Command

if TYPE_CHECKING:
    from advisor.content.load import Content
    from advisor.interview.situation import Situation
    from advisor.language import Language
    from advisor.pilot.endpoint import Endpoint
    from advisor.pilot.intake import Hit, Intake

Text = Annotated[str, typer.Argument(metavar="FILE", help="A paragraph, brief or ticket; - reads standard input.")]
Data = Annotated[
    str | None,
    typer.Option("--data", metavar="ROWS", help="A training file: what it answers is measured here, and never sent."),
]
Model = Annotated[
    str, typer.Option("--model", metavar="NAME", help="The model that reads, as the server calls it; without it none.")
]
Out = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="OUT", help="File for the answers, which `advisor advise` reads."),
]

MOST_BYTES = 1_000_000
"""Of a text; more is too long, in whatever language."""


def register(app: typer.Typer) -> None:
    """Add the command to the `advisor` command."""
    app.command(cls=Command)(describe)


def describe(
    file: Text,
    model: Model = "",
    base_url: BaseUrl = "",
    data: Data = None,
    out: Out = None,
    yes: Yes = False,
    key_variable: KeyVariable = "OPENAI_API_KEY",
    as_json: Json = False,
    fields: Fields = None,
    lang: Lang = "en",
) -> None:
    """Read answers out of a text in your own words, each beside the words it rests on.

    With --model, that model fills in the questions, and what it does not quote from the text is dropped. First it says
    what would be sent where, and asks; nothing is sent before that. Without --model nothing is sent at all: it names
    the questions that sentences of the text may be about.
    """
    with reporting_errors(lang) as spoken:
        from advisor.content.load import load
        from advisor.dataset.readiness.answers import news, settled, taken
        from advisor.interview.situation import Situation
        from advisor.pilot import intake, intake_words
        from advisor.pilot.endpoint import Endpoint, EndpointError, connect

        content, text = load(), _text(file, spoken)
        try:
            if not model:
                _without_model(intake.keyword_hits(text, content), text, out, data, as_json, fields, spoken)
                return
            target = Endpoint(base_url or os.environ.get("OPENAI_BASE_URL") or OPENAI, model, key_variable=key_variable)
            client = connect(target)
            today = date.today()
            # What the rows answer is counted here first, so that nobody is asked about it.
            measured = Situation({}) if data is None else measured_in(data, Situation({}), content, spoken)
            questions = [one for one in intake.asked_of(content) if one.id not in settled(measured.answers)]
            planned = intake.sending(text, questions)
            summary = [
                *intake_words.how_well(content, spoken),
                *intake_words.consent(planned, target, content, today, spoken),
                *intake_words.answered_by_rows(measured.answers, spoken),
            ]
            _agreed(summary, file, yes, spoken)
            with client:
                done = intake.read(text, client, content, questions, progress=_progress(spoken))
        except intake.TooLong:
            raise BadInput(f"{input_name(file, spoken)}: {intake_words.too_long(len(text), spoken)}") from None
        except EndpointError as error:
            raise BadInput(error.text(spoken)) from error
        situation = done.situation(content, doubtful=False)
        situation = taken(situation, news(situation, measured.answers), replacing=True)
        _save(situation, out, file, spoken)
        if as_json or fields is not None:
            typer.echo(chosen(_json(done, situation, text, content, target, spoken), fields, spoken))
        else:
            typer.echo("\n".join(_said(done, situation, text, content, target, spoken)))
            if out is not None:
                typer.echo(spoken("Wrote {file}", file=out))


def _text(file: str, lang: Language) -> str:
    with nullcontext(standard_input(lang)) if file == "-" else Path(file).open("rb") as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        from advisor.wording.sizes import size

        message = lang(
            "{file}: the text is too long: more than {size}", size=size(MOST_BYTES, lang), file=input_name(file, lang)
        )
        raise BadInput(message)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = lang("the file is not UTF-8 text (byte {n})", n=error.start)
        raise BadInput(f"{input_name(file, lang)}: {message}") from error
    if not text.strip():
        raise BadInput(lang("{file}: there is no text in it", file=input_name(file, lang)))
    return text


def _agreed(lines: list[str], file: str, yes: bool, lang: Language) -> None:
    """Say what would be sent, and go on where the person agrees. Raises `BadInput` where nobody can be asked."""
    typer.echo("\n".join(map(wrapped, lines)), err=True)
    if yes:
        return
    if file == "-":
        raise BadInput(lang("Nothing was sent. To agree, add --yes."))
    if not says_yes(lang("Send this?"), lang):
        raise BadInput(lang("Nothing was sent."))


def _progress(lang: Language) -> Any:
    """Says on a terminal how far the reading is."""

    def told(done: int, of: int) -> None:
        if sys.stderr.isatty():
            typer.echo(f"\r{lang('{done} of {of} parts read', done=done, of=of)}", err=True, nl=done == of)

    return told


def _save(situation: Situation, out: Path | None, file: str, lang: Language) -> None:
    if out is not None:
        from advisor.interview.answers_file import write_yaml

        with written(out, () if file == "-" else (Path(file),), lang) as target:
            target.write(write_yaml(situation).encode())


def _said(
    done: Intake, situation: Situation, text: str, content: Content, endpoint: Endpoint, lang: Language
) -> Iterator[str]:
    from advisor.pilot.intake import lines_of, quoted_answers
    from advisor.pilot.intake_words import caution, doubts, other_model, summary
    from advisor.pilot.quotes import sentence
    from advisor.wording import labels

    yield wrapped(summary(done, lang))
    for noticed in other_model(done, endpoint, lang):
        yield wrapped(noticed)
    if done.filled:
        yield wrapped(caution(lang))
    for question, one in quoted_answers(done, content):
        line, _ = lines_of(one.quote, text)
        doubt = f" ({'; '.join(doubts(one, lang))})" if one.doubtful else ""
        yield ""
        yield wrapped(lang(question.text))
        yield wrapped(labels.answer_of(question.id, one.value, content, lang) + doubt, "  ")
        yield wrapped(lang("“{words}”, line {n}", words=" ".join(one.quote.text.split()), n=line), "  ")
        if one.negated:
            before, behind = sentence(one.quote, text)
            whole = " ".join(f"{before}{one.quote.text}{behind}".split())
            yield wrapped(lang("in the sentence: {sentence}", sentence=whole), "  ")
    if doubtful := [one.question for one in done.filled if one.doubtful]:
        text_of = lang(
            "Not among the answers until you say so, with `advisor answers`: {names}", names=", ".join(doubtful)
        )
        yield "\n" + wrapped(text_of)
    if done.dropped:
        yield "\n" + lang("Dropped, since nothing stands behind it:")
        for dropped in done.dropped:
            question_text = labels.question_of(dropped.question, content, lang)
            said = f"{question_text} {dropped.said}: {dropped.why.text(lang)}"
            yield wrapped(said, "  - ", "    ")
    if done.unread:
        yield "\n" + wrapped(lang("The model gave nothing that can be read on: {names}", names=", ".join(done.unread)))
    if situation.measured:
        yield "\n" + lang("Measured in the data:")
        for key in sorted(situation.measured):
            value = labels.answer_of(key, situation.answers[key], content, lang)
            yield wrapped(f"{labels.question_of(key, content, lang)} {value}", "  - ", "    ")
    yield "\n" + wrapped(_used(done, lang))


def _used(done: Intake, lang: Language) -> str:
    read, wrote = done.usage.input, done.usage.output
    tokens = "" if read is None or wrote is None else lang(
        "; {read} tokens read, {wrote} written", read=lang.number(read, 12), wrote=lang.number(wrote, 12)
    )  # fmt: skip
    return lang.plural("{n} request", "{n} requests", done.requests) + tokens


def _json(done: Intake, situation: Situation, text: str, content: Content, endpoint: Endpoint, lang: Language) -> str:
    from advisor.dataset.files.writers import json_document
    from advisor.interview.situation import listed
    from advisor.pilot.intake import lines_of, quoted_answers

    return json_document({
        "endpoint": endpoint.host,
        "model": endpoint.model,
        "answered_by": done.answered_by or endpoint.model,
        "answers": [
            {"question": one.question, "answer": listed(one.value), "quote": one.quote.text, "start": one.quote.start,
             "end": one.quote.end, "line": lines_of(one.quote, text)[0], "worked_out": one.worked_out,
             "negated": one.negated}
            for _, one in quoted_answers(done, content)
        ],
        "dropped": [
            {"question": one.question, "said": one.said, "quote": one.quote, "why": one.why.text(lang)}
            for one in done.dropped
        ],
        "unread": list(done.unread),
        "situation": situation.as_dict(),
        "requests": done.requests,
        "tokens": {"input": done.usage.input, "output": done.usage.output},
    })  # fmt: skip


def _without_model(
    hits: tuple[Hit, ...],
    text: str,
    out: Path | None,
    data: str | None,
    as_json: bool,
    fields: str | None,
    lang: Language,
) -> None:
    """The questions that the text may be about, for somebody to answer. Raises `BadInput` for what needs a model."""
    from advisor.dataset.files.writers import json_document
    from advisor.pilot.intake import lines_of

    if out is not None or data is not None:
        raise BadInput(lang("--output and --data need answers: add --model, or use `advisor answers`"))
    if as_json or fields is not None:
        questions = [
            {"question": hit.question.id, "quote": hit.quote.text, "line": lines_of(hit.quote, text)[0]} for hit in hits
        ]
        typer.echo(chosen(json_document({"questions": questions}), fields, lang))
        return
    lines = [wrapped(lang("No model reads along (see --model): nothing was sent. By their words, these may be asked:"))]
    for hit in hits:
        lines += [
            "",
            wrapped(f"{lang(hit.question.text)} ({hit.question.id})"),
            wrapped(clean(f"“{hit.quote.text}”"), "  "),
        ]
    if not hits:
        lines = [lang("No question has words like these: `advisor questions` lists all.")]
    typer.echo("\n".join(lines))
