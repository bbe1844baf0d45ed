"""A case that whoever leads described, answers that they took, what they have hidden, and each person's own page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("room", sa.Column("story_name", sa.Text, nullable=False, server_default=""))
    op.add_column("room", sa.Column("story", sa.Text, nullable=False, server_default=""))
    op.add_column("participant", sa.Column("hidden", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("participant", sa.Column("link_hash", sa.String(64), nullable=False, server_default=""))
    op.add_column("vote", sa.Column("hidden", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "pick",
        sa.Column("room_id", NUMBER, sa.ForeignKey("room.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("ballot", sa.String(120), primary_key=True),
        sa.Column("choice", sa.String(40), nullable=False),
    )
