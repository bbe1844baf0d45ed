"""The steps by which the database of rooms came to be as `advisor.workshop.tables` has it; Alembic takes them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from advisor.workshop.tables import NEWEST

FOLDER = Path(__file__).parent
VERSION_TABLE = "alembic_version"
LOCK = 7_261_945
"""Any number: processes that begin together take their steps one after another."""


def upgrade(connection: Connection) -> None:
    """Take the steps that this database lacks, within the transaction of the connection.

    One that a later program has changed stays as it is: later steps only add, so this program works on it.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    at = at_step(connection)
    if at == NEWEST:
        return
    from alembic import command  # here, since it takes a second, and once is enough for a database
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if at is None or at in known:
        command.upgrade(config, "head")


def at_step(connection: Connection) -> str | None:
    """The last step that was taken; None where none was."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
