"""Rooms, who leads them, who is in them, and their votes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "room",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("code", sa.String(12), nullable=False, unique=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("steps", sa.Text, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("content_version", sa.String(40), nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("shown", sa.Boolean, nullable=False),
        sa.Column("revealed", sa.Text, nullable=False),
        sa.Column("entered", sa.Float, nullable=False),
        sa.Column("paused_at", sa.Float, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("expires", sa.Float, nullable=False, index=True),
    )
    op.create_table(
        "facilitator",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("room_id", NUMBER, sa.ForeignKey("room.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("secret_hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "participant",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("room_id", NUMBER, sa.ForeignKey("room.id", ondelete="CASCADE"), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("nickname", sa.Text, nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.UniqueConstraint("room_id", "token_hash"),
    )
    op.create_table(
        "vote",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("room_id", NUMBER, sa.ForeignKey("room.id", ondelete="CASCADE"), nullable=False),
        sa.Column("participant_id", NUMBER, sa.ForeignKey("participant.id", ondelete="CASCADE"), nullable=False),
        sa.Column("ballot", sa.String(120), nullable=False),
        sa.Column("choice", sa.String(40), nullable=False),
        sa.Column("confidence", sa.Integer, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("cast_at", sa.Float, nullable=False),
        sa.UniqueConstraint("room_id", "ballot", "participant_id"),
    )
    op.create_index("vote_of_participant", "vote", ["participant_id"])
    op.create_table(
        "receipt",
        sa.Column("participant_id", NUMBER, sa.ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("vote_id", sa.String(40), primary_key=True),
    )
