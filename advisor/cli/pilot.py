"""The commands of a pilot: plan, run, resume, report, delete. Each that sends something says first what goes where."""

from __future__ import annotations

import math
import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from advisor.cli.check import source_of, unusable
from advisor.cli.fields import chosen
from advisor.cli.layout import bullets, one_line, table, wrapped
from advisor.cli.refusals import BadInput, reporting_errors
from advisor.cli.shared_options import AnyLang, BaseUrl, Fields, Json, KeyVariable, Lang, Yes
from advisor.cli.usage import Command, Group, decimal, whole
from advisor.language import Language
from advisor.suggest import one_of

if TYPE_CHECKING:
    from advisor.interview.situation import Situation
    from advisor.pilot.arms import Arm
    from advisor.pilot.endpoint import Endpoint
    from advisor.pilot.judging import Metric
    from advisor.pilot.measurements import RowResult, Summary
    from advisor.pilot.run import Pilot, Progress
    from advisor.pilot.setup import Setup
    from advisor.pilot.tariff import Tariff

OPENAI = "https://api.openai.com/v1"
OPENAI_KEY = "OPENAI_API_KEY"
UNFINISHED = 1
"""The status of a run that did not come to its end."""

Data = Annotated[
    str, typer.Argument(metavar="FILE", help="Rows with their right answers, as training files have them.")
]
PilotFile = Annotated[
    Path, typer.Argument(metavar="PILOT", help="The file of a pilot, which `advisor pilot plan` writes.")
]
Out = Annotated[Path, typer.Option("--output", "-o", metavar="PILOT", help="File to write; it must not be there yet.")]
Model = Annotated[str, typer.Option("--model", metavar="NAME", help="The model that answers, as the server calls it.")]
EmbeddingModel = Annotated[
    str,
    typer.Option(
        "--embedding-model",
        metavar="NAME",
        help="The model that makes vectors; without it nothing is found by likeness.",
    ),
]
AgreedVariable = Annotated[
    str,
    typer.Option(
        "--key-variable",
        metavar="NAME",
        help="With --yes: the variable that the pilot takes its key from, where that is not OPENAI_API_KEY.",
    ),
]
Examples = Annotated[
    str,
    typer.Option(
        "--examples", metavar="FILE", help="Examples; without it they are taken from FILE, never a held-out row."
    ),
]
Rows = Annotated[
    int, typer.Option("--rows", metavar="N", parser=whole(1), help="Rows to hold out, at most; half of FILE at most.")
]
Prompts = Annotated[
    list[str] | None,
    typer.Option(
        "--prompt", metavar="FILE", help="A better system prompt, as a text file; may be given more than once."
    ),
]
Documents = Annotated[
    list[str] | None,
    typer.Option(
        "--document", metavar="FILE", help="A text file in which answers may stand; may be given more than once."
    ),
]
Tuned = Annotated[
    str, typer.Option("--tuned-model", metavar="NAME", help="A model that you tuned, on the same server.")
]
Shots = Annotated[int, typer.Option("--shots", metavar="N", parser=whole(1), help="Examples in a request.")]
Draws = Annotated[
    int,
    typer.Option(
        "--draws",
        metavar="N",
        parser=whole(1),
        help="Draws of the examples, 20 at most, to see how much hangs on them; each of fixed ones asks all rows.",
    ),
]
Curve = Annotated[bool, typer.Option("--curve", help="Also ask with fewer examples, to see whether more would help.")]
By = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="METRIC",
        help="How answers are judged: exact, normalised, contains, last_line, label, json, likeness, classes, number, "
        "pattern; without it as the right answers look.",
    ),
]
Tolerance = Annotated[
    float,
    typer.Option(
        "--tolerance",
        metavar="SHARE",
        parser=decimal,
        help="Of number: how far off an answer may be, as a share of the right one.",
    ),
]
Pattern = Annotated[
    str,
    typer.Option(
        "--pattern", metavar="REGEX", help="Of pattern: what it finds (RE2) is held against the right answer."
    ),
]
MaxTokens = Annotated[
    int, typer.Option("--max-tokens", metavar="N", parser=whole(1), help="Longest answer, in tokens.")
]
PriceOption = Annotated[
    str,
    typer.Option(
        "--price", metavar="IN,OUT", help="USD for a million tokens of input and of output, with a comma between."
    ),
]
Prices = Annotated[
    list[str] | None,
    typer.Option(
        "--price",
        metavar="IN,OUT",
        help="USD for a million tokens of input and of output of --model, with a comma between; NAME=IN,OUT for "
        "another model, such as a tuned one. May be given more than once.",
    ),
]
EmbeddingPrice = Annotated[
    float | None,
    typer.Option(
        "--embedding-price",
        metavar="USD",
        parser=decimal,
        help="USD for a million tokens that become vectors by --embedding-model.",
    ),
]
BudgetUsd = Annotated[
    float | None, typer.Option("--budget", metavar="USD", parser=decimal, help="The run stops before it passes this.")
]
BudgetTokens = Annotated[
    int | None,
    typer.Option(
        "--budget-tokens", metavar="N", parser=whole(0), help="The run stops before it passes so many tokens."
    ),
]
AtOnce = Annotated[int, typer.Option("--at-once", metavar="N", parser=whole(1), help="Requests at once, 20 at most.")]
Combined = Annotated[
    bool, typer.Option("--combined", help="The prompt, schema and examples that were shown to be better, together.")
]
IsToday = Annotated[
    bool,
    typer.Option(
        "--as-it-is-today",
        help="The way as it is is your system of today: take its score and time over as today's, too.",
    ),
]
AnswersFile = Annotated[str, typer.Argument(metavar="FILE", help="Answers of the interview, as YAML or JSON.")]
SizeOption = Annotated[
    str,
    typer.Option("--size", metavar="SIZE", help="large or small: the size of the model, where it is not known here."),
]
Folder = Annotated[
    Path, typer.Option("--output", "-o", metavar="DIR", help="Folder to write; it must not be there yet.")
]
ArmOption = Annotated[
    str,
    typer.Option(
        "--arm",
        metavar="ID",
        help="One way to ask, by its id in `advisor pilot report --json`; without it each, in a folder of its own.",
    ),
]
JudgeModel = Annotated[str, typer.Option("--model", metavar="NAME", help="The model that judges, on the same server.")]
Sample = Annotated[
    Path | None, typer.Option("--sample", metavar="CSV", help="Write answers for a person to judge, drawn at random.")
]
LabelsOption = Annotated[
    Path | None, typer.Option("--labels", metavar="CSV", help="Take what a person says of them, in the column right.")
]
ShowRows = Annotated[bool, typer.Option("--rows", help="Also print the rows on which arms differ, with their answers.")]


app = typer.Typer(
    name="pilot",
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def every(lang: AnyLang = None) -> None:
    """Measure on your own rows what each way to ask a model gets right, takes and costs."""


@app.command(cls=Command)
def plan(
    file: Data,
    out: Out,
    model: Model,
    base_url: BaseUrl = "",
    embedding_model: EmbeddingModel = "",
    key_variable: KeyVariable = OPENAI_KEY,
    examples: Examples = "",
    rows: Rows = 200,
    prompt: Prompts = None,
    document: Documents = None,
    tuned_model: Tuned = "",
    shots: Shots = 8,
    draws: Draws = 1,
    curve: Curve = False,
    by: By = "",
    tolerance: Tolerance = 0.0,
    pattern: Pattern = "",
    max_tokens: MaxTokens = 256,
    price: Prices = None,
    embedding_price: EmbeddingPrice = None,
    budget: BudgetUsd = None,
    budget_tokens: BudgetTokens = None,
    lang: Lang = "en",
) -> None:
    """Plan a pilot: hold rows out, choose the ways to ask, and say what it may show, take and cost. Sends nothing.

    The ways: as it is, and by structured output; with each --prompt; with --shots examples, the same ones or, with
    --embedding-model, those like the question; with passages from each --document; a classifier without a language
    model, where answers are labels; and --tuned-model. OUT is the one file of the pilot: rows, requests and answers
    are kept there and nowhere else. No key is in it.
    """
    with reporting_errors(lang) as spoken:
        from advisor.content.load import load
        from advisor.pilot import Endpoint, Setup, Wishes, cut_into_passages, divide, tariffs, usual_arms
        from advisor.pilot.sentences import power_lines, unseen_sentence
        from advisor.pilot.setup import MOST_DRAWS

        with _told(file, spoken):
            endpoint = Endpoint(
                base_url or os.environ.get("OPENAI_BASE_URL") or OPENAI, model, embedding_model, key_variable
            )
            divided = divide(
                source_of(file, spoken),
                spoken,
                source_of(examples, spoken) if examples else None,
                _metric(by, tolerance, pattern, spoken),
                rows,
            )
            texts = tuple(_text(name, spoken) for name in document or ())
            wishes = Wishes(
                tuple(_text(name, spoken) for name in prompt or ()),
                shots,
                texts,
                tuned_model=tuned_model,
                draws=min(draws, MOST_DRAWS),
                curve=curve,
            )
            arms = usual_arms(divided, wishes, bool(embedding_model))
            today = date.today()
            told = _prices(price or (), embedding_price, endpoint, arms, today, spoken)
            setup = Setup(
                base_url=endpoint.base_url,
                model=endpoint.model,
                embedding_model=embedding_model,
                key_variable=key_variable,
                arms=arms,
                metric=divided.metric,
                most_tokens=max_tokens,
                tariffs=tariffs(endpoint, arms, load(), today, told),
                budget_usd=budget,
                budget_tokens=budget_tokens,
                labels=divided.labels,
                answer_schema=divided.schema,
            )
            pilot = _created(out, setup, divided, cut_into_passages(texts), spoken)
        compared = sum(arm.is_whole for arm in arms) - 1
        lines = [*_arm_lines(pilot, spoken), *power_lines(len(divided.held_out), max(1, compared), spoken)]
        if divided.leaked:
            lines.append(
                spoken.plural(
                    "{n} example is left out: a held-out row is the same, or nearly.",
                    "{n} examples are left out: held-out rows are the same, or nearly.",
                    divided.leaked,
                )
            )
        if divided.unseen:
            lines.append(unseen_sentence(divided.unseen, spoken))
        typer.echo("\n".join(bullets([*lines, *pilot.consent().lines(spoken)])))
        typer.echo(_planned(out, spoken))


@app.command(cls=Command)
def run(
    file: PilotFile,
    yes: Yes = False,
    at_once: AtOnce = 4,
    budget: BudgetUsd = None,
    budget_tokens: BudgetTokens = None,
    key_variable: AgreedVariable = "",
    lang: Lang = "en",
) -> None:
    """Say what goes where and what it may cost, ask, and run a pilot. Ctrl-C stops it; the same command resumes it.

    Ends with 0 where every row was answered, else with 1: stopped, out of budget, or given up by the server.
    """
    with reporting_errors(lang) as spoken:
        _run(file, yes, at_once, budget, budget_tokens, key_variable, spoken)


@app.command(cls=Command)
def resume(
    file: PilotFile,
    yes: Yes = False,
    at_once: AtOnce = 4,
    budget: BudgetUsd = None,
    budget_tokens: BudgetTokens = None,
    key_variable: AgreedVariable = "",
    lang: Lang = "en",
) -> None:
    """Go on where a run was cut, as `run` does: what was answered is not asked again.

    --budget and --budget-tokens are of all runs of this pilot together; each takes the place of the one before.
    """
    with reporting_errors(lang) as spoken:
        _run(file, yes, at_once, budget, budget_tokens, key_variable, spoken)


@app.command(cls=Command)
def report(
    file: PilotFile,
    rows: ShowRows = False,
    as_json: Json = False,
    fields: Fields = None,
    lang: Lang = "en",
) -> None:
    """Print what a pilot shows so far: scores with intervals, differences, tokens, costs and times. Sends nothing."""
    with reporting_errors(lang) as spoken:
        from advisor.dataset.files.writers import json_document
        from advisor.pilot import row_results, summary

        pilot = _opened(file, spoken)
        shown = summary(pilot)
        if as_json or fields is not None:
            told = _as_dict(shown, spoken) | (
                {"rows_apart": [asdict(row) for row in row_results(pilot)]} if rows else {}
            )
            typer.echo(chosen(json_document(told), fields, spoken))
            return
        typer.echo("\n".join(_report(pilot, shown, spoken)))
        for row in row_results(pilot) if rows else ():
            typer.echo("\n".join(["", *_row_lines(row, spoken)]))


@app.command(cls=Command)
def add(file: PilotFile, prompt: Prompts = None, combined: Combined = False, lang: Lang = "en") -> None:
    """Add ways to ask on the same rows: further versions of a prompt, or what was shown to be better, together.

    `run` then asks only what is new. All comparisons are corrected together, those before with those after.
    """
    with reporting_errors(lang) as spoken:
        from advisor.pilot.sentences import power_lines

        pilot = _opened(file, spoken)
        with _told(str(file), spoken):
            _add(pilot, [_text(name, spoken) for name in prompt or ()], combined, spoken)
        compared = sum(arm.is_whole for arm in pilot.setup.arms) - 1
        typer.echo(
            "\n".join(bullets([*_arm_lines(pilot, spoken), *power_lines(len(pilot.held_out), compared, spoken)]))
        )


@app.command(cls=Command)
def answers(
    file: PilotFile, answers_file: AnswersFile, size: SizeOption = "", is_today: IsToday = False, lang: Lang = "en"
) -> None:
    """Print the answers in FILE with what a pilot measured in place of what was guessed, marked with day and rows.

    FILE stays as it is: print the new answers into another file, or pass them on, as in
    `advisor pilot answers pilot.sqlite answers.yaml | advisor advise -`. Whether an option is good enough is said only
    where the answers have target_score.
    """
    with reporting_errors(lang) as spoken:
        from advisor.interview.answers_file import read_situation, write_yaml
        from advisor.pilot import summary
        from advisor.pilot.measured import measured_answers

        if size not in ("", "large", "small"):
            raise BadInput(one_of("--size", size, ("large", "small"), spoken))
        pilot, situation = _opened(file, spoken), read_situation(Path(answers_file))
        shown = summary(pilot)
        told = measured_answers(pilot, shown, situation, size or None, is_today=is_today)  # type: ignore[arg-type]
        typer.echo(write_yaml(told), nl=False)
        for line in _taken_over(shown, situation, told, spoken):
            typer.echo(wrapped(line), err=True)


@app.command(cls=Command)
def judge(
    file: PilotFile,
    model: JudgeModel = "",
    price: PriceOption = "",
    sample: Sample = None,
    labels: LabelsOption = None,
    lang: Lang = "en",
) -> None:
    """Let a model give its opinion of each answer, and see how often people agree with it. Sends nothing: `run` does.

    --sample writes answers without its verdicts: fill in yes or no in the column right, and give the file back by
    --labels. The report then shows the opinions with their agreement. No score rests on them.
    """
    with reporting_errors(lang) as spoken:
        pilot = _opened(file, spoken)
        with _told(str(labels or file), spoken):
            typer.echo("\n".join(_judge(pilot, model, price, sample, labels, spoken)))


@app.command(cls=Command)
def export(file: PilotFile, out: Folder, arm: ArmOption = "", lang: Lang = "en") -> None:
    """Write ways to ask as evaluations for inspect_ai and promptfoo, with the same rows, requests and judging.

    A classifier is left out: it asks no language model, so those tools have nothing to send for it.
    """
    with reporting_errors(lang) as spoken:
        from advisor.pilot.export import evaluation_files, exported

        pilot = _opened(file, spoken)
        folders = {arm: out} if arm else {one.id: out / one.id for one in exported(pilot)}
        with unusable(str(file), spoken):
            files = {folder: evaluation_files(pilot, name, spoken) for name, folder in folders.items()}
        if out.exists():
            raise BadInput(_there_already(out, spoken))
        for folder, some in files.items():
            for name, data in some.items():
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
        typer.echo("\n".join(_exported(pilot, folders, spoken)))


@app.command(cls=Command)
def delete(file: PilotFile, yes: Yes = False, lang: Lang = "en") -> None:
    """Delete a pilot: every request and answer, and the rows in its file."""
    with reporting_errors(lang) as spoken:
        pilot = _opened(file, spoken)
        _delete(pilot, file, yes, spoken)


def _taken_over(shown: Summary, before: Situation, after: Situation, lang: Language) -> Iterator[str]:
    from advisor.pilot.sentences import taken_over_lines

    replaced = [key for key, value in before.answers.items() if value is not None and after.answers.get(key) != value]
    if replaced:
        yield lang("In place of what you said before: {names}.", names=", ".join(replaced))
    yield from taken_over_lines(shown, after, lang)


def _planned(out: Path, lang: Language) -> str:
    return lang("Wrote {file}. Nothing was sent; `advisor pilot run {file}` does that.", file=out)


def _row_lines(row: RowResult, lang: Language) -> list[str]:
    answers = [one_line(f"{arm}: {text} ({score:g})") for arm, (text, score) in row.answers.items()]
    right = one_line(lang("Right: {gold}", gold=row.gold))
    return [one_line(f"{row.id}: {row.question}"), *bullets([right, *answers])]


def _delete(pilot: Pilot, file: Path, yes: bool, lang: Language) -> None:
    if pilot.file.is_run:
        typer.echo(lang("It is being run: that ends before its next request."))
    if not (yes or says_yes(lang("Delete {file} with all its answers?", file=file), lang)):
        raise typer.Exit(UNFINISHED)
    pilot.delete()
    typer.echo(lang("Deleted {file}", file=file))


def _judge(
    pilot: Pilot, model: str, price: str, sample: Path | None, labels: Path | None, lang: Language
) -> Iterator[str]:
    from advisor.content.load import load
    from advisor.pilot.judge import read_labels, sample_csv

    answers = pilot.judgeable()
    if model:
        today = date.today()
        told = _tariff(price, today, lang) if price else None
        pilot.set_judge(model, told or pilot.setup.tariff_or_known(model, load(), today))
        yield lang("{model} judges when you run the pilot.", model=model)
    if sample is not None:
        if sample.exists():
            raise BadInput(_there_already(sample, lang))
        sample.write_bytes(sample_csv({row["id"]: row for row in pilot.held_out}, answers, pilot.setup.seed))
        yield lang("Wrote {file}", file=sample)
    if labels is not None:
        labels_read = read_labels(labels.read_bytes(), [(arm, row) for arm, row, _ in answers])
        pilot.set_labels(labels_read)
        yield lang.plural("{n} label taken over.", "{n} labels taken over.", len(labels_read))
    if not (model or sample or labels):
        raise BadInput(lang("Say what to do: --model, --sample or --labels."))


def _told(name: str, lang: Language) -> Any:
    """Inside, what cannot be used ends the command with what it is."""
    from contextlib import contextmanager

    from advisor.pilot import EndpointError

    @contextmanager
    def telling() -> Iterator[None]:
        with unusable(name, lang):
            try:
                yield
            except EndpointError as error:
                raise BadInput(error.text(lang)) from error

    return telling()


def _metric(by: str, tolerance: float, pattern: str, lang: Language) -> Metric | None:
    from advisor.pilot.judging import NAMES, Metric

    if not by:
        return None
    if by not in NAMES:
        raise BadInput(one_of("--by", by, NAMES, lang))
    if tolerance < 0:
        raise BadInput(lang("--tolerance: expected a share from 0 on; got {value}", value=tolerance))
    return Metric(name=by, tolerance=tolerance, pattern=pattern)


def _prices(
    prices: Sequence[str], embedding: float | None, endpoint: Endpoint, arms: Sequence[Arm], day: date, lang: Language
) -> dict[str, Tariff]:
    """Prices that were told, by model. Raises `BadInput` where a price is none, or of a model that is not asked."""
    from advisor.pilot import Tariff
    from advisor.pilot.setup import answering

    asked = answering(endpoint, arms)
    told = {}
    for price in prices:
        name, named, amounts = price.rpartition("=")
        if named and name not in asked:
            raise BadInput(one_of("--price", name, sorted(asked), lang))
        told[name or endpoint.model] = _tariff(amounts, day, lang)
    if embedding is not None:
        if not endpoint.embedding_model or endpoint.embedding_model in asked:
            raise BadInput(
                lang("--embedding-price: give --embedding-model with it; a model that answers, too, has its own price")
            )
        if not 0 <= embedding < math.inf:
            raise BadInput(lang("--embedding-price: expected an amount from 0 on; got {value}", value=embedding))
        told[endpoint.embedding_model] = Tariff(input_usd_mtok=embedding, output_usd_mtok=0, seen=day)
    return told


def _tariff(price: str, day: date, lang: Language) -> Tariff:
    from pydantic import ValidationError

    from advisor.pilot import Tariff

    try:
        given, taken = (float(part) for part in price.split(","))
        return Tariff(input_usd_mtok=given, output_usd_mtok=taken, seen=day)
    except (ValueError, ValidationError) as error:
        raise BadInput(
            lang(
                "--price: expected two prices with a comma between, as {example}; got {value}",
                example="0.4,1.6",
                value=price,
            )
        ) from error


def _text(name: str, lang: Language) -> str:
    try:
        return Path(name).read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(lang("{file}: the file is not UTF-8 text (byte {n})", file=name, n=error.start)) from error


def _created(out: Path, setup: Setup, divided: Any, passages: Sequence[str], lang: Language) -> Pilot:
    from advisor.pilot import Pilot

    try:
        return Pilot.create(out, setup, divided, passages)
    except FileExistsError as error:
        raise BadInput(_there_already(out, lang)) from error


def _there_already(out: Path, lang: Language) -> str:
    return lang("--output: {file} is there already; delete it, or name another", file=out)


def _exported(pilot: Pilot, folders: Mapping[str, Path], lang: Language) -> Iterator[str]:
    from advisor.pilot.sentences import arm_name

    setup = pilot.setup
    arms = {arm.id: arm for arm in setup.arms}
    for name, folder in folders.items():
        model = setup.model_of(arms[name])
        provider = "openai" if setup.base_url == OPENAI else "openai-api/server"
        yield lang("Wrote {file}", file=folder)
        yield f"  inspect eval {folder}/inspect_task.py --model {provider}/{model}"
        yield f"  MODEL={model} promptfoo eval -c {folder}/promptfooconfig.yaml"
    if setup.base_url == OPENAI:
        yield wrapped(
            lang(
                "The first command is for inspect_ai, the second for promptfoo. Both read the key in {variable}.",
                variable=OPENAI_KEY,
            )
        )
    else:
        yield wrapped(
            lang(
                "The first command is for inspect_ai, which reads SERVER_BASE_URL and SERVER_API_KEY, the second for "
                "promptfoo, which reads OPENAI_BASE_URL and OPENAI_API_KEY. The address is {url}.",
                url=setup.base_url,
            )
        )
    left = [arm_name(arm, lang) for arm in arms.values() if not arm.asks and arm.is_whole]
    if left and len(folders) > 1:
        yield wrapped(
            lang(
                "Not written: {name}. It asks no language model, so those tools have nothing to send.",
                name=", ".join(left),
            )
        )


def _add(pilot: Pilot, prompts: Sequence[str], combined: bool, lang: Language) -> None:
    from advisor.pilot import summary
    from advisor.pilot.arms import Arm
    from advisor.pilot.combining import combined_arm

    versions = sum(arm.kind == "prompt" for arm in pilot.setup.arms)
    arms = [
        Arm(id=f"prompt-{version}", kind="prompt", system=text)
        for version, text in enumerate(prompts, start=versions + 1)
    ]
    if combined:
        combination = combined_arm(pilot.setup.arms, summary(pilot))
        if combination is None:
            raise BadInput(lang("--combined: fewer than two ways that fit together were shown to be better so far."))
        arms.append(combination)
    if not arms:
        raise BadInput(lang("Say what to add: --prompt FILE, or --combined."))
    pilot.add_arms(arms)


def _opened(file: Path, lang: Language) -> Pilot:
    from advisor.pilot import Pilot

    with unusable(str(file), lang):
        return Pilot.open(file)


def _arm_lines(pilot: Pilot, lang: Language) -> list[str]:
    from advisor.pilot.sentences import arm_name

    return [lang("Ways to ask: {names}.", names="; ".join(arm_name(arm, lang) for arm in pilot.setup.arms))]


def _run(
    file: Path,
    yes: bool,
    at_once: int,
    budget: float | None,
    budget_tokens: int | None,
    key_variable: str,
    lang: Language,
) -> None:
    from advisor.pilot import summary

    pilot = _opened(file, lang)
    with _told(str(file), lang):
        setup = pilot.setup
        budgets = (
            setup.budget_usd if budget is None else budget,
            setup.budget_tokens if budget_tokens is None else budget_tokens,
        )
        pilot.set_budget(*budgets, keep=False)
        consent = pilot.consent(at_once)
        if not consent.forecast.requests + consent.forecast.embeddings:
            typer.echo(lang("Every row is answered."))
        else:
            typer.echo("\n".join(bullets(consent.lines(lang))))
            if yes:
                _demand_variable(setup.key_variable, key_variable, lang)
            elif not says_yes(lang("Send this?"), lang):
                raise typer.Exit(UNFINISHED)
            pilot.set_budget(*budgets)
            _interruptible(pilot, lambda: pilot.run(consent, concurrency=at_once, on_look=shower(pilot, lang)))
    progress = pilot.progress()
    typer.echo("\n".join(_report(pilot, summary(pilot), lang)))
    if progress.state != "done":
        typer.echo(_why(progress, file, lang), err=True)
        raise typer.Exit(UNFINISHED)


def _demand_variable(variable: str, agreed: str, lang: Language) -> None:
    """A file that came from elsewhere must not choose, unseen, which variable is read and sent."""
    if variable not in ("", OPENAI_KEY, agreed):
        raise BadInput(
            lang(
                "this pilot sends what stands in {variable}: add --key-variable {variable} to agree with that, too",
                variable=variable,
            )
        )


def _interruptible(pilot: Pilot, work: Any) -> None:
    """Ctrl-C ends the run in good order instead of breaking off."""
    import signal

    if threading.current_thread() is not threading.main_thread():
        work()
        return
    before = signal.signal(signal.SIGINT, lambda *_: pilot.cancel())
    try:
        work()
    finally:
        signal.signal(signal.SIGINT, before)


def says_yes(question: str, lang: Language) -> bool:
    """Whether somebody at a terminal says yes. Raises `BadInput` where nobody can."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise BadInput(lang("nobody is there to say yes: add --yes to agree to what is said above"))
    typer.echo(lang("{question} Type yes:", question=question) + " ", nl=False)
    return sys.stdin.readline().strip().casefold() in {"yes", lang("yes").casefold()}


def shower(pilot: Pilot, lang: Language) -> Any:
    """Shows on a terminal how far it is; says nothing elsewhere."""
    if not sys.stderr.isatty():
        return lambda: None

    longest = 0

    def show() -> None:
        nonlocal longest
        progress, vectors = pilot.progress(), pilot.vectors()
        done, total = progress.asked
        told = lang("{done} of {total} answers", done=done, total=total)
        if vectors is not None:
            told = lang.plural(
                "{n} request for vectors so far; then come {total} answers",
                "{n} requests for vectors so far; then come {total} answers",
                vectors,
                total=total - done,
            )
        longest = max(longest, len(told))
        typer.echo(f"\r{told:<{longest}}", err=True, nl=False)

    return show


def _why(progress: Progress, file: Path, lang: Language) -> str:
    reason = progress.why.text(lang) if progress.why else lang("It was stopped.")
    left = lang(
        "{done} of {total} rows are answered; `advisor pilot resume {file}` goes on.",
        done=progress.done,
        total=progress.total,
        file=file,
    )
    return f"{reason} {left}"


def _report(pilot: Pilot, shown: Summary, lang: Language) -> Iterator[str]:
    from advisor.pilot.sentences import (
        arm_name,
        caution_lines,
        growth_sentence,
        headline,
        interval_text,
        opinion_lines,
        points,
        verdict_of,
    )

    names = {arm.id: arm_name(arm, lang) for arm in pilot.setup.arms}
    yield wrapped(headline(shown, names, lang))
    yield ""
    head = (
        "",
        lang("Right of 100"),
        lang("Against as it is"),
        lang("No form"),
        lang("Tokens in / out"),
        lang("USD per 1,000"),
        lang("First token"),
        lang("Seconds, median / 95%"),
    )
    rows = [head]
    for arm in shown.arms:
        difference = shown.difference(arm.id)
        against = f"{points(difference.difference, lang)}, {verdict_of(difference, lang)}" if difference else "-"
        tokens = (
            "?"
            if arm.input_tokens is None or arm.output_tokens is None
            else (f"{lang.number(arm.input_tokens)} / {lang.number(arm.output_tokens)}")
        )
        if arm.cached_tokens:
            tokens = lang("{tokens}, {n} cached", tokens=tokens, n=lang.number(arm.cached_tokens))
        first = "-" if arm.first_token_s is None else lang.number(arm.first_token_s[0], 2)
        times = "?" if arm.whole_s is None else " / ".join(lang.number(one, 2) for one in arm.whole_s)
        usd = "?" if arm.usd_per_thousand is None else lang.usd(arm.usd_per_thousand)
        unparsable = "-" if arm.score is None else lang.percent(arm.unparsable)
        rows.append((names[arm.id], interval_text(arm, lang), against, unparsable, tokens, usd, first, times))
    yield from table(rows, right=frozenset(range(2, 8)), head=True)
    yield ""
    day = lang.date(shown.day) if shown.day else "-"
    yield wrapped(
        lang(
            "{rows} rows, judged by {metric}; {host}, {model}; {day}. In brackets: between which it lies with 95% "
            "confidence.",
            rows=lang.number(shown.answered),
            metric=shown.metric,
            host=shown.host,
            model=shown.model,
            day=day,
        )
    )
    for line in caution_lines(shown, names, lang):
        yield wrapped(line)
    for growth in shown.growth:
        yield wrapped(growth_sentence(growth, lang))
    for line in opinion_lines(shown, names, lang):
        yield wrapped(line)


def _as_dict(shown: Summary, lang: Language) -> dict[str, Any]:
    told = asdict(shown)
    told["day"] = shown.day.isoformat() if shown.day else None
    told["progress"].pop("why")
    told["progress"]["why"] = shown.progress.why.text(lang) if shown.progress.why else None
    for difference, one in zip(told["differences"], shown.differences, strict=True):
        difference["shown"] = one.shown
    return told
