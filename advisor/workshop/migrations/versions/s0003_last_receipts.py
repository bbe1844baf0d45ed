"""The order of the votes of a person that were counted, of which the last few are kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("receipt", sa.Column("n", sa.Integer, nullable=False, server_default="0"))
