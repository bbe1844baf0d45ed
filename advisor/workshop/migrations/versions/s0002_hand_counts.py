"""What was counted by hand, on paper."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "hand_count",
        sa.Column("room_id", NUMBER, sa.ForeignKey("room.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("ballot", sa.String(120), primary_key=True),
        sa.Column("choice", sa.String(40), primary_key=True),
        sa.Column("n", sa.Integer, nullable=False),
    )
