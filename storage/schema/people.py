"""Members, their accounts and standing; links and sessions of the page."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Integer, LargeBinary, Table, Text, UniqueConstraint

from bot.domain.model import Role
from storage.schema.columns import counted, link, metadata, moment, number, word

members = Table("members", metadata, number(), moment("since"), **counted)

# A registered account has a community and a key: its name in the form in which names are compared, unique there.
accounts = Table(
    "accounts",
    metadata,
    number(),
    link("member_id", "members", ondelete="RESTRICT", index=True),
    Column("network", Text, nullable=False),
    Column("ref", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("bot", Boolean, nullable=False),
    link("community_id", "communities", nullable=True),
    Column("name_key", Text),
    moment("since"),
    UniqueConstraint("community_id", "network", "name_key"),
    **counted,
)

standings = Table(
    "standings",
    metadata,
    link("community_id", "communities", primary_key=True),
    link("member_id", "members", primary_key=True, index=True),
    word("role", Role),
    Column("points", Integer, nullable=False),  # these four are derived: recomputed from the facts
    Column("upvoters", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("trust", Integer, CheckConstraint("trust BETWEEN 0 AND 3", name="trust"), nullable=False),
    Column("trust_locked", Boolean, nullable=False),
    moment("muted_until", nullable=True),
    moment("banned_at", nullable=True),
    Column("votes_void", Boolean, nullable=False),
)

# Whose figures have to be recomputed, since a fact behind them has changed.
recounts = Table(
    "recounts",
    metadata,
    link("community_id", "communities", primary_key=True),
    link("member_id", "members", primary_key=True, index=True),
    moment("since"),
)

signin_links = Table(
    "signin_links",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    link("community_id", "communities", index=True),
    word("role", Role),
    Column("name", Text),
    link("account_id", "accounts", nullable=True, index=True),
    moment("created_at"),
    moment("expires_at"),
    moment("used_at", nullable=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_hash", LargeBinary, primary_key=True),
    link("account_id", "accounts", index=True),
    link("community_id", "communities", index=True),
    moment("created_at"),
    moment("expires_at"),
)
