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
    Column("role_set", Boolean, nullable=False),  # by command: it holds whatever the network says
)

# What a member chose in a community.
preferences = Table(
    "preferences",
    metadata,
    link("community_id", "communities", primary_key=True),
    link("member_id", "members", primary_key=True, index=True),
    Column("language", Text),
    Column("notify", Boolean, nullable=False),  # whether what is followed is told at all
    moment("notified_at", nullable=True),
)

# Words that members follow.
follows = Table(
    "follows",
    metadata,
    number(),
    link("community_id", "communities"),
    link("member_id", "members", index=True),
    Column("word", Text, nullable=False),
    Column("key", Text, nullable=False),  # the form in which words are compared
    moment("since"),
    UniqueConstraint("community_id", "member_id", "key"),
    **counted,
)

# What came and was followed, and has not been told yet.
follow_hits = Table(
    "follow_hits",
    metadata,
    link("follow_id", "follows", primary_key=True),
    link("discussion_id", "discussions", primary_key=True, index=True),
    moment("at"),
)

# Accounts that were forgotten, by a keyed hash of their reference: what a network lists of them again stays nobody's.
forgotten = Table(
    "forgotten",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    link("account_id", "accounts", index=True),  # the pseudonym that their votes stay with
    moment("at"),
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
