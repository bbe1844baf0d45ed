"""The tables of rooms and votes, and where they are kept.

A change of them is a step in `migrations/`, and adds only: a column with a default of the database's own, or a table. A
program that is rolled back then still works on a database that a later one has changed.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

NEWEST = "0004"
"""The last step of `migrations/`; a test holds it."""

MOST_CHOICE = 40
"""Signs of a choice."""
NUMBER = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers rows by itself for this type alone

metadata = MetaData()

rooms = Table(
    "room",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("code", String(12), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("lang", String(8), nullable=False),
    Column("steps", Text, nullable=False),
    Column("day", String(10), nullable=False),
    Column("content_version", String(40), nullable=False),
    Column("step", Integer, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("shown", Boolean, nullable=False),
    Column("revealed", Text, nullable=False),
    Column("entered", Float, nullable=False),
    Column("paused_at", Float, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created", Float, nullable=False),
    Column("expires", Float, nullable=False, index=True),
    Column("story_name", Text, nullable=False, server_default=""),
    Column("story", Text, nullable=False, server_default=""),
)
"""A room and how far it is. `steps` is JSON: a room keeps the steps with which it began, whatever the content becomes.
`story` is a case that whoever leads described, to be answered together.
Times are seconds since 1970 by the clock of the server."""

facilitators = Table(
    "facilitator",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("room_id", ForeignKey("room.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("secret_hash", String(64), nullable=False),
)
"""Who may lead a room: whoever has one of its links."""

participants = Table(
    "participant",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("room_id", ForeignKey("room.id", ondelete="CASCADE"), nullable=False),
    Column("token_hash", String(64), nullable=False),
    Column("nickname", Text, nullable=False),
    Column("lang", String(8), nullable=False),
    Column("hidden", Boolean, nullable=False, server_default=false()),
    Column("link_hash", String(64), nullable=False, server_default=""),
    UniqueConstraint("room_id", "token_hash"),
)
"""Who is in a room: a browser, by the token in its cookie. `hidden` is whether whoever leads has hidden the nickname;
`link_hash` is of the secret in the address of this person's own page, empty until they ask for it."""

votes = Table(
    "vote",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("room_id", ForeignKey("room.id", ondelete="CASCADE"), nullable=False),
    Column("participant_id", ForeignKey("participant.id", ondelete="CASCADE"), nullable=False),
    Column("ballot", String(120), nullable=False),
    Column("choice", String(MOST_CHOICE), nullable=False),
    Column("confidence", Integer, nullable=False),
    Column("why", Text, nullable=False),
    Column("cast_at", Float, nullable=False),
    Column("hidden", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("room_id", "ballot", "participant_id"),
    Index("vote_of_participant", "participant_id"),
)
"""One vote of a person on a ballot: the last one. `hidden` is whether whoever leads has hidden what was written."""

receipts = Table(
    "receipt",
    metadata,
    Column("participant_id", ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True),
    Column("vote_id", String(40), primary_key=True),
    Column("n", Integer, nullable=False, server_default="0"),
)
"""Votes that were counted, by the number that the phone gave them: one that is sent again changes nothing. `n` is
higher with each vote of a person; the last few are kept."""

hand_counts = Table(
    "hand_count",
    metadata,
    Column("room_id", ForeignKey("room.id", ondelete="CASCADE"), primary_key=True),
    Column("ballot", String(120), primary_key=True),
    Column("choice", String(40), primary_key=True),
    Column("n", Integer, nullable=False),
)
"""What was counted by hand on a ballot, on paper: how many chose what. Votes by phone are none of it."""

picks = Table(
    "pick",
    metadata,
    Column("room_id", ForeignKey("room.id", ondelete="CASCADE"), primary_key=True),
    Column("ballot", String(120), primary_key=True),
    Column("choice", String(MOST_CHOICE), nullable=False),
)
"""The answer that whoever leads took on a ballot, whatever most people chose."""
