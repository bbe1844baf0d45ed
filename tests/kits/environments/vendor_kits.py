"""What tests of kits share whose model a vendor trains: scripts run with the vendor's own library, against a server on
this machine that speaks the vendor's API.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.kits.forked import OPENAI
from tests.kits.server import Server
from tests.kits.unpacked import kit_bytes, run, unpack

BIN = Path(__file__).resolve().parents[3] / ".venv-kits" / "vendors" / ("Scripts" if os.name == "nt" else "bin")
PYTHON = str(BIN / "python")
ROLE = "arn:aws:iam::123456789012:role/tuning"
"""A role at Amazon Web Services."""
LOADING = f"""{OPENAI}
import boto3, fireworks, google.auth, google.auth.transport.requests, tinker, together
from google import genai
"""


def made(kit: str, folder: Path, **answers: Any) -> Path:
    """A kit, unpacked, of rewriting a text unless the answers say otherwise."""
    return unpack(kit_bytes(kit, **{"task": "rewriting", "project": "Letters, version 2", **answers}), folder)


def root(server: Server) -> str:
    """The server's address without the path of OpenAI's API."""
    return server.address.removesuffix("/v1")


def asked(server: Server, path: str) -> list[Any]:
    """The bodies that were sent to an address, read as JSON."""
    return [json.loads(body) if isinstance(body, bytes) and body else body for body in server.bodies(path)]


def vendor_run(folder: Path, *arguments: str, server: Server, **environment: str) -> Any:
    """Run a script in the environment of the vendors' libraries."""
    return run(folder, *arguments, address=server.address, python=PYTHON, loading=LOADING, **environment)


def said_by(code: str, *arguments: str | Path) -> str:
    """What a line of Python prints in that environment."""
    command = [PYTHON, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.strip()


def data(folder: Path) -> list[Path]:
    """The files that are uploaded."""
    return [folder / "data" / f"{name}.jsonl" for name in ("train", "validation")]


def of_amazon(server: Server) -> dict[str, str]:
    """What a user of Amazon Web Services has in the environment, with a server on this machine in Amazon's place."""
    return {
        "AWS_ENDPOINT_URL": root(server),
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret-key",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
        "AWS_REGION": "us-east-1",
        "BUCKET": "mine",
        "ROLE_ARN": ROLE,
        "MAX_RETRIES": "0",
    }


FIELDS = """
import importlib, sys, typing
for place in sys.argv[1:]:
    module, _, name = place.rpartition(".")
    hints = typing.get_type_hints(getattr(importlib.import_module(module), name), include_extras=True)
    print(*(next((one.alias for one in getattr(hint, "__metadata__", ()) if getattr(one, "alias", None)), field)
            for field, hint in hints.items()))
"""


def fields(*types: str) -> list[set[str]]:
    """The fields, as they are sent, of typed dictionaries of a vendor's library, which does not check them itself."""
    return [set(line.split()) for line in said_by(FIELDS, *types).splitlines()]


@contextmanager
def bridged(folder: Path, script: str, **environment: str) -> Iterator[str]:
    """The address at which a kit's bridge answers, while it runs."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    command = [PYTHON, script, "bridge"]
    told = {**kept, "PORT": "0", **environment}
    with subprocess.Popen(command, cwd=folder, env=told, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            said = process.stdout.readline()
            found = re.search(r"http://\S+", said)
            assert found, said
            yield found[0].rstrip(".")
        finally:
            process.terminate()
