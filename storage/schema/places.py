"""Communities, their channels, what goes there, and what came of it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint, text

from bot.domain.model import ArticleSort, Passage, PostState, Role, ServerStanding, Visibility
from storage.schema.columns import Span, Texts, counted, link, metadata, moment, number, rare, word

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
    word("sort", ArticleSort, nullable=True),  # NULL here and below: what holds everywhere
    Column("up", Text),
    Column("down", Text),
    Column("flag", Text),
    Column("hide_weight", Float(53)),
    Column("colour", Integer),
    Column("cases", Boolean, nullable=False),  # moderators get the community's cases here
    Column("server", Text, index=True),  # the reference of the one that it is in
    **counted,
)

# Where a network keeps its channels together, and whether the bot works there.
servers = Table(
    "servers",
    metadata,
    Column("ref", Text, primary_key=True),
    Column("name", Text, nullable=False),
    word("standing", ServerStanding),
    link("community_id", "communities", ondelete="SET NULL", nullable=True, index=True),
    Column("invited_by", Text, nullable=False),
    moment("at"),
)

# Roles that hold in one channel, beside those of the community in `standings`.
channel_roles = Table(
    "channel_roles",
    metadata,
    link("channel_id", "channels", primary_key=True),
    link("member_id", "members", primary_key=True, index=True),
    word("role", Role),
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
    moment("since", nullable=True),  # its first posts are what is not older
    Column("filter", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("mention", Text),
    Column("tags", Texts, nullable=False),
    Column("language", Text),
    Column("members_only", Boolean, nullable=False),
    Column("cap", Integer),  # posts an hour
    Column("quiet", Text),  # "22:00-07:00"
    Column("digest", Text),  # "08:00", or with a weekday "0 08:00"
    moment("digest_due", nullable=True),
    Column("suspended", Text),  # why it takes nothing, where its channel cannot be posted in
    UniqueConstraint("feed_id", "channel_id"),
    rare("digest_due"),
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
    Column("shares", Integer, nullable=False),  # derived, too
    Column("hot", Float(53), nullable=False),
    moment("hidden_at", nullable=True),
    moment("locked_at", nullable=True),
    moment("locked_until", nullable=True),  # NULL while locked: until somebody unlocks it
    Column("slow", Span),  # how long a member waits between two comments
    Column("sensitive", Text),  # why the article stands behind a curtain
    link("merged_into", "discussions", ondelete="SET NULL", nullable=True, within=True),
    link("origin_id", "articles", ondelete="SET NULL", nullable=True, index=True),  # before it was merged
    Column("watched", Boolean),  # NULL: not yet held against the words that members follow
    UniqueConstraint("article_id", "community_id"),
    Index(None, "community_id", "hot"),
    Index(None, "community_id", "dated"),
    rare("merged_into"),
    rare("locked_until"),
    Index(
        "ix_discussions_unwatched", "id", sqlite_where=text("watched IS NULL"), postgresql_where=text("watched IS NULL")
    ),
    **counted,
)

posts = Table(
    "posts",
    metadata,
    number(),
    link("article_id", "articles"),
    link("discussion_id", "discussions", index=True),
    link("channel_id", "channels"),
    link("subscription_id", "subscriptions", ondelete="SET NULL", nullable=True, index=True),
    word("state", PostState),
    Column("members_only", Boolean, nullable=False),  # on the page: for signed-in members
    link("origin_id", "articles", ondelete="SET NULL", nullable=True, index=True),  # before it was merged
    word("former", PostState, nullable=True),  # its state while its article stood on its own
    Column("ref", Text, unique=True),
    Column("thread", Text, index=True),
    Column("thread_name", Text),  # that the bot gave it last
    moment("ordered_at"),
    moment("changed_at"),
    UniqueConstraint("article_id", "channel_id"),
    Index(None, "channel_id", "state"),
    **counted,
)

# What a subscription did with an article, and why: what admins are told who ask.
verdicts = Table(
    "verdicts",
    metadata,
    link("article_id", "articles", primary_key=True),
    link("subscription_id", "subscriptions", primary_key=True, index=True),
    word("passage", Passage),
    moment("at"),
    Column("detail", Text, nullable=False),
    sqlite_with_rowid=False,
)

# Articles that members have taken to another channel.
shares = Table(
    "shares",
    metadata,
    link("discussion_id", "discussions"),
    link("channel_id", "channels", index=True),
    link("account_id", "accounts", ondelete="SET NULL", nullable=True, index=True),
    moment("at"),
    PrimaryKeyConstraint("discussion_id", "channel_id"),
)
