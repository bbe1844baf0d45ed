"""Options and arguments that several commands take, each declared once. What one command alone takes stands in its
module.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from advisor.cli.usage import whole

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Fields = Annotated[
    str | None,
    typer.Option("--fields", metavar="A,B.C", help="Print JSON with these fields alone; C stands within B."),
]
Lang = Annotated[str, typer.Option("--lang", metavar="LANG", help="Language of the output, en or nl.")]
AnyLang = Annotated[
    str | None, typer.Option("--lang", metavar="LANG", help="Language of the output, en or nl; may stand here too.")
]
Form = Annotated[str | None, typer.Option("--format", metavar="F", help="The format, if it is recognised wrongly.")]
Encoding = Annotated[str, typer.Option("--encoding", metavar="E", help="Tokenizer: o200k_base or cl100k_base.")]
OutArgument = Annotated[Path, typer.Argument(metavar="OUT", help="File to write; an older one is replaced.")]
AllowLoss = Annotated[bool, typer.Option("--allow-loss", help="Exit with 0 instead of 1 where rows are left out.")]
Field = Annotated[
    str,
    typer.Option("--field", metavar="NAME", help="Field with the predictions, in place of prediction or tuned_output."),
]
BaseUrl = Annotated[
    str,
    typer.Option(
        "--base-url", metavar="URL", help="Where the server answers; without it OPENAI_BASE_URL, or OpenAI's own."
    ),
]
KeyVariable = Annotated[
    str, typer.Option("--key-variable", metavar="NAME", help="The variable in the environment that holds the key.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Agree without being asked.")]
Port = Annotated[
    int | None,
    typer.Option(metavar="PORT", parser=whole(1), help="Port to serve on; without it 8501, or any that is free."),
]
Browser = Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser where there is one.")]
