"""Feeds, articles, and what articles are recognised by."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.domain.model import AliasKind, FailureKind, FeedState, Told
from storage.schema.columns import Pairs, Span, Texts, counted, link, metadata, moment, number, rare, word

feeds = Table(
    "feeds",
    metadata,
    number(),
    Column("address", Text, nullable=False),
    # A feed that takes credentials is its community's own: nobody else is shown what they open.
    link("owner_id", "communities", nullable=True, index=True),
    Column("title", Text),
    word("state", FeedState),
    Column("interval", Span, nullable=False),
    Column("ttl", Span),
    Column("from_config", Boolean, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_digest", LargeBinary),
    moment("next_at"),
    moment("claimed_until", nullable=True),
    moment("first_read_at", nullable=True),
    moment("last_polled_at", nullable=True),
    moment("last_read_at", nullable=True),
    Column("failures", Integer, nullable=False),
    moment("failing_since", nullable=True),
    word("failure", FailureKind, nullable=True),
    Column("reason", Text),
    word("told", Told),
    Index(None, "state", "next_at"),
    Index(
        "uq_feeds_address",
        "address",
        unique=True,
        sqlite_where=text("owner_id IS NULL"),
        postgresql_where=text("owner_id IS NULL"),
    ),
    UniqueConstraint("address", "owner_id"),
    **counted,
)

# Secrets: what the requests of a feed carry. No page, list, log or export shows them.
feed_access = Table(
    "feed_access",
    metadata,
    link("feed_id", "feeds", primary_key=True),
    Column("user", Text),
    Column("password", Text),
    Column("headers", Pairs, nullable=False),
)

# What a feed's items looked like. It is long, and stands apart from what every poll writes.
feed_forms = Table(
    "feed_forms",
    metadata,
    link("feed_id", "feeds", primary_key=True),
    Column("seen", LargeBinary, nullable=False),
)

former_addresses = Table(
    "former_addresses",
    metadata,
    Column("address", Text, primary_key=True),
    # One of each owner's feeds, and of those that are nobody's.
    link("feed_id", "feeds", primary_key=True, index=True),
)


def _content() -> list[Column[Any]]:
    return [
        Column("title", Text, nullable=False),
        Column("link", Text),
        Column("author", Text),
        moment("published", nullable=True),
        Column("image", Text),
        Column("categories", Texts, nullable=False),
        Column("comments_url", Text),
        Column("language", Text),
        Column("teaser", Boolean, nullable=False),
        Column("lead", Text, nullable=False),
        Column("summary", Text, nullable=False),
        Column("body", Text, nullable=False),
    ]


CONTENT = tuple(column.name for column in _content())

# The current revision stands in the article's own row, so that pages read it without a join. Long texts come last in
# every table: SQLite reads through what stands before a column to find it.
articles = Table(
    "articles",
    metadata,
    number(),
    Column("marker", Text, nullable=False, index=True),
    link("primary_feed", "feeds", ondelete="RESTRICT", index=True),
    Column("digest", LargeBinary, nullable=False),
    Column("revision", Integer, nullable=False),
    moment("first_seen"),
    moment("dated"),  # published, or else first seen: what lists are sorted by
    moment("revised_at", nullable=True),
    # The article that this one was found to be; it is kept, so that the two can be parted again.
    link("merged_into", "articles", ondelete="SET NULL", nullable=True, within=True),
    *_content(),
    Index(None, "first_seen"),
    rare("merged_into"),
    **counted,
)

# What an article said before its current revision.
article_revisions = Table(
    "article_revisions",
    metadata,
    link("article_id", "articles", primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, nullable=False),
    moment("at"),
    *_content(),
)

aliases = Table(
    "aliases",
    metadata,
    Column("key", LargeBinary, CheckConstraint("length(key) = 16", name="key"), primary_key=True),
    word("kind", AliasKind),
    # NULL: the key is known, and identifies nothing any more.
    link("article_id", "articles", ondelete="SET NULL", nullable=True, index=True),
    # Who brought it: what goes along when a source is split off.
    link("feed_id", "feeds", ondelete="SET NULL", nullable=True, index=True),
    # Whose it was before that article was merged; so everywhere.
    link("origin_id", "articles", ondelete="SET NULL", nullable=True, index=True),
    moment("at"),
    sqlite_with_rowid=False,
)

article_sources = Table(
    "article_sources",
    metadata,
    link("article_id", "articles", primary_key=True),
    link("feed_id", "feeds", primary_key=True, index=True),
    Column("position", Integer, nullable=False),
    # Of which merged article this is a copy: an article's own sources stay its own.
    link("origin_id", "articles", ondelete="SET NULL", nullable=True, index=True),
    moment("at"),
    Column("title", Text, nullable=False),  # as this feed has it
    Column("link", Text),
)
