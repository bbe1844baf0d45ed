"""The command on function calling: `advisor tool-rows` makes rows with tool calls of definitions and examples."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from advisor.cli.check import allow_reading, source_of, unusable
from advisor.cli.fields import chosen
from advisor.cli.layout import one_line, table, wrapped
from advisor.cli.refusals import BadInput, reporting_errors
from advisor.cli.rewrite import NothingWritten, concluded, conclusion, demand_name, leave, left_out, written
from advisor.cli.shared_options import AllowLoss, Encoding, Fields, Json, Lang, OutArgument
from advisor.cli.usage import Command, whole
from advisor.suggest import one_of

if TYPE_CHECKING:
    from advisor.dataset.function_calling.definitions import DefinitionTokens
    from advisor.dataset.function_calling.files import Written
    from advisor.dataset.function_calling.rows import Plan
    from advisor.dataset.rows.tool_definitions import Definition
    from advisor.language import Language

Tools = Annotated[Path, typer.Argument(metavar="TOOLS", help="Definitions of the tools, as JSON in OpenAI's form.")]
Examples = Annotated[
    Path, typer.Argument(metavar="EXAMPLES", help="Questions, each with calls, their results and the answer.")
]
ForGoal = Annotated[str, typer.Option("--goal", metavar="G", help="What the rows are for: quality or tokens.")]
Sent = Annotated[
    str,
    typer.Option(
        "--in-use", metavar="D", help="With --goal tokens, what requests have: undescribed, names or none of it."
    ),
]
ShortRows = Annotated[
    bool, typer.Option("--short-rows", help="With --goal tokens: shorter definitions in the rows, too.")
]
Definitions = Annotated[
    Path | None,
    typer.Option("--definitions", metavar="FILE", help="Write the definitions that requests are to have to FILE."),
]
Requests = Annotated[
    int | None, typer.Option("--requests", metavar="N", parser=whole(1), help="Requests a month, for the saving.")
]
Instruction = Annotated[
    str, typer.Option("--instruction", metavar="TEXT", help="System message of all rows; without it they have none.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the `advisor` command."""
    app.command("tool-rows", cls=Command)(rows)


def rows(
    tools: Tools,
    examples: Examples,
    out: OutArgument,
    goal: ForGoal = "quality",
    in_use: Sent = "undescribed",
    short_rows: ShortRows = False,
    definitions: Definitions = None,
    instruction: Instruction = "",
    requests: Requests = None,
    encoding: Encoding = "o200k_base",
    allow_loss: AllowLoss = False,
    as_json: Json = False,
    fields: Fields = None,
    lang: Lang = "en",
) -> None:
    """Make rows with tool calls: question, call, result and answer, with the definitions of the tools.

    EXAMPLES is JSONL, JSON or CSV with question and answer, and where a tool is called tool, arguments and result; or
    calls, a list of those. One without a call teaches to answer without. Arguments are checked against the definitions.

    With --goal quality the definitions are the same in rows and in use. With --goal tokens requests have less of them,
    and the command says how many tokens that saves.

    The exit status is 0 if all examples can be used, 1 if some cannot and are left out, 2 if none is written.
    """
    from advisor.dataset.files.writers import json_document
    from advisor.dataset.function_calling.definitions import tokens
    from advisor.dataset.function_calling.files import write
    from advisor.dataset.rows.tool_definitions import shortened

    with reporting_errors(lang) as spoken:
        plan = _plan(goal, in_use, short_rows, instruction, spoken)
        allow_reading(None, encoding, spoken)
        demand_name(out, "jsonl", spoken)
        if definitions is not None:
            demand_name(definitions, "json", spoken)
        known = _tools(tools, spoken)
        counted = tokens(known, encoding)
        with (
            unusable(examples.name, spoken),
            suppress(NothingWritten),
            written(out, (tools, examples), spoken) as target,
        ):
            done = write(source_of(str(examples), spoken), known, target, plan)
            shown: dict[str, Any] = {
                **_as_dict(done, counted, plan, requests, encoding, spoken),
                **concluded(done.rows, done.left_out_rows, out, allow_loss, spoken),
            }
            json_text = chosen(json_document(shown), fields, spoken)  # refused before anything is written
            if not done.rows:
                raise NothingWritten
        if definitions is not None and done.rows:
            with written(definitions, (tools, examples, out), spoken) as target:
                target.write((json_document(shortened(known, plan.sent)) + "\n").encode())
        if as_json or fields is not None:
            typer.echo(json_text)
        else:
            lines = conclusion(done.rows, done.left_out_rows, out, allow_loss, spoken)
            typer.echo("\n".join([*_made(done, counted, plan, requests, encoding, out, spoken), *lines]))
    leave(shown)


def _plan(goal: str, in_use: str, short_rows: bool, instruction: str, lang: Language) -> Plan:
    """What is asked for. Raises `BadInput` for a goal or an amount that there is not."""
    from advisor.dataset.function_calling.rows import GOALS, Plan
    from advisor.dataset.rows.tool_definitions import IN_USE

    if goal not in GOALS:
        raise BadInput(one_of("--goal", goal, GOALS, lang))
    less = [one for one in IN_USE if one != "full"]
    if in_use not in less:
        raise BadInput(one_of("--in-use", in_use, less, lang))
    if short_rows and goal != "tokens":
        raise BadInput(lang("--short-rows is for --goal tokens: for quality the definitions stay as they are."))
    return Plan(goal, in_use, short_rows, instruction)


def _tools(file: Path, lang: Language) -> tuple[Definition, ...]:
    """The definitions in a file. Raises `BadInput` with each problem on a line of its own."""
    from advisor.dataset.function_calling.definitions import MOST_BYTES, UnusableTools, read_tools

    with file.open("rb") as opened:
        text = opened.read(MOST_BYTES + 1).decode("utf-8-sig", "surrogateescape")
    try:
        return read_tools(text)
    except UnusableTools as error:
        raise BadInput("\n".join(f"{file}: {problem.text(lang)}" for problem in error.problems)) from error


def _as_dict(
    done: Written,
    counted: tuple[DefinitionTokens, ...],
    plan: Plan,
    requests: int | None,
    encoding: str,
    lang: Language,
) -> dict[str, Any]:
    from advisor.dataset.function_calling.words import advice, counting, saved

    as_text, as_openai = saved(counted, plan)
    return {
        "rows": done.rows,
        "without_call": done.without_call,
        "calls": dict(done.calls),
        "goal": plan.goal,
        "in_rows": plan.trained,
        "in_use": plan.sent,
        "advice": advice(plan, lang),
        "tokens": {one.in_use: {"as_json": one.as_text, "as_openai": one.as_openai} for one in counted},
        "saved_a_request": {"as_json": as_text, "as_openai": as_openai},
        "saved_a_month": {"as_json": as_text * requests, "as_openai": as_openai * requests} if requests else None,
        "counted": {"encoding": encoding, "how": counting(encoding, lang)},
        "notes": [note.text(lang) for note in done.notes],
        "left_out": [{"line": row.line, "why": row.why.text(lang)} for row in done.left_out],
        "left_out_rows": done.left_out_rows,
        "unit": done.unit,
    }


def _made(
    done: Written,
    counted: tuple[DefinitionTokens, ...],
    plan: Plan,
    requests: int | None,
    encoding: str,
    out: Path,
    lang: Language,
) -> Iterator[str]:
    from advisor.dataset.function_calling.words import advice, counting, in_use_names, saving

    if done.rows:
        yield one_line(
            lang(
                "Wrote {file}: {rows}, of which {n} answer without a tool",
                file=out,
                rows=lang.plural("{n} row", "{n} rows", done.rows),
                n=lang.number(done.without_call, 9),
            )
        )
        yield wrapped(advice(plan, lang))
        names = in_use_names(lang)
        head = (lang("Tokens of the definitions"), lang("as OpenAI counts"), lang("as JSON"))
        yield from table(
            [head, *((names[one.in_use], str(one.as_openai), str(one.as_text)) for one in counted)],
            right=frozenset({1, 2}),
            head=True,
        )
        yield wrapped(saving(counted, plan, requests, lang))
        yield wrapped(counting(encoding, lang))
    for note in done.notes:
        yield wrapped(note.text(lang))
    yield from left_out(((row.line, row.why.text(lang)) for row in done.left_out), done.left_out_rows, done.unit, lang)
