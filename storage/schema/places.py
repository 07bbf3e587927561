"""Communities, their channels, what goes there, and what came of it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, Table, Text, UniqueConstraint

from bot.domain.model import PostState, Visibility
from storage.schema.columns import Span, counted, link, metadata, moment, number, rare, word

communities = Table(
    "communities",
    metadata,
    number(),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("is_default", Boolean, nullable=False),
    **counted,
)

channels = Table(
    "channels",
    metadata,
    number(),
    link("community_id", "communities", index=True),
    Column("ref", Text, nullable=False, unique=True),
    Column("network", Text, nullable=False),  # what stands before the colon of `ref`
    Column("name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("zone", Text, nullable=False),
    word("visibility", Visibility),
    **counted,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    number(),
    link("feed_id", "feeds"),
    link("channel_id", "channels", index=True),
    Column("backlog", Integer, nullable=False),
    Column("primed", Boolean, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("sensitive", Text),  # why its articles stand behind a curtain
    UniqueConstraint("feed_id", "channel_id"),
    **counted,
)

# up, down, comments and hot are derived: recomputed from the rows whenever a subject is touched.
discussions = Table(
    "discussions",
    metadata,
    number(),
    link("article_id", "articles"),
    link("community_id", "communities"),
    moment("dated"),  # the article's, so that a list is sorted without reading articles
    Column("up", Integer, nullable=False),
    Column("down", Integer, nullable=False),
    Column("comments", Integer, nullable=False),
    Column("hot", Float(53), nullable=False),
    moment("hidden_at", nullable=True),
    moment("locked_at", nullable=True),
    moment("locked_until", nullable=True),  # NULL while locked: until somebody unlocks it
    Column("slow", Span),  # how long a member waits between two comments
    Column("sensitive", Text),  # why the article stands behind a curtain
    link("merged_into", "discussions", ondelete="SET NULL", nullable=True, within=True),
    link("origin_id", "articles", ondelete="SET NULL", nullable=True, index=True),  # before it was merged
    UniqueConstraint("article_id", "community_id"),
    Index(None, "community_id", "hot"),
    Index(None, "community_id", "dated"),
    rare("merged_into"),
    rare("locked_until"),
    **counted,
)

posts = Table(
    "posts",
    metadata,
    number(),
    link("article_id", "articles"),
    link("discussion_id", "discussions", index=True),
    link("channel_id", "channels"),
    word("state", PostState),
    link("origin_id", "articles", ondelete="SET NULL", nullable=True, index=True),  # before it was merged
    word("former", PostState, nullable=True),  # its state while its article stood on its own
    Column("ref", Text, unique=True),
    Column("thread", Text, index=True),
    moment("ordered_at"),
    moment("changed_at"),
    UniqueConstraint("article_id", "channel_id"),
    Index(None, "channel_id", "state"),
    **counted,
)
